//! Making the vault, at the first use or on a person's word.

use super::{CHECK, Vault, VaultError, check_context, keys::Keys, wrapping::Wrapping};
use domain::id::VaultId;
use secret::{
    SecretBytes, SecretString,
    seal::{DataKey, KeyId, Nonce},
};
use std::sync::Arc;
use store::vault::Vault as Row;

impl Vault {
    /// Sets the vault up on a person's word: its key behind `passphrase`, or in the OS key store.
    /// # Errors
    /// [`VaultError::Exists`]; what the key store says, with nothing made.
    pub async fn set_up(&self, passphrase: Option<SecretString>) -> Result<(), VaultError> {
        let _one_at_a_time = self.inner.opening.lock().await;
        let made = self.create(passphrase).await.map(Arc::new);
        // What the person's own words were wrong about is no state of the vault.
        if !matches!(made, Err(VaultError::Exists | VaultError::PassphraseNeeded)) {
            self.session().take(&made);
        }
        made.map(drop)
    }

    /// Makes the vault. The key store must give back what it was given. Where there is a vault, no key is made.
    pub(super) async fn create(&self, passphrase: Option<SecretString>) -> Result<Keys, VaultError> {
        if self.rows().await?.0.is_some() {
            return Err(VaultError::Exists);
        }
        let (vault, key_id) = (VaultId::make(&*self.inner.entropy), KeyId::make(self.fill()));
        let key = DataKey::make(self.fill());
        let wrapping = match passphrase {
            Some(passphrase) => self.wrapping_by_passphrase(passphrase).await?,
            None => self.wrapping_by_keychain(&vault, key_id).await?,
        };
        let wrap = wrapping.wrap(&vault, key_id, &key, Vec::new(), self.nonce());
        let row = Row {
            id: vault.clone(),
            check_value: seal_check(&vault, key_id, &key, self.nonce())?,
            mode: wrapping.mode(),
            current_key_id: key_id.to_string(),
            created_at: self.inner.clock.now(),
        };
        let written = self.inner.store.write(move |change| match change.vault().load()? {
            Some(_) => Err(VaultError::Exists),
            None => Ok(change.vault().create(&row, &[wrap])?),
        });
        if let Err(error) = written.await {
            if let Wrapping::Keychain { .. } = wrapping {
                self.forget_item(&vault, &key_id.to_string()).await;
            }
            return Err(error);
        }
        Ok(Keys::only(vault, key_id, key, wrapping.by_passphrase()))
    }
}

/// A value that only `key` opens.
pub(super) fn seal_check(
    vault: &VaultId,
    key_id: KeyId,
    key: &DataKey,
    nonce: Nonce,
) -> Result<Vec<u8>, VaultError> {
    let check = SecretBytes::new(CHECK.to_vec());
    Ok(key.seal(key_id, nonce, &check_context(vault.as_str()), &check)?.to_bytes())
}
