//! The recovery key: the way back when the key store or the passphrase is lost.
//!
//! Its wrap is made for its public half, so a rotation wraps the new data key without the person at hand. The public
//! half is stored sealed: nobody can put another in its place and wait for the next rotation. A new recovery key takes
//! effect when it was proven to be kept: by its last group typed back, or by the file it was written to. Until then the
//! former one works.

use super::{
    Vault, VaultError,
    keys::{Keys, or_wrong, unwrap_each},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use domain::id::VaultId;
use secret::{
    RecoveryKey, RecoveryPublic, SecretBytes, SecretString,
    seal::{Context, DataKey, KeyId, Sealed},
    wrap::{WrapContext, for_recovery, with_recovery},
};
use store::vault::{VaultWrap, WrapKind};

impl Vault {
    /// Makes a new recovery key and keeps it in memory until it is confirmed.
    /// # Errors
    /// What keeps the vault from opening.
    pub async fn make_recovery_key(&self) -> Result<(), VaultError> {
        self.keys().await?;
        let key = RecoveryKey::make(self.fill());
        self.session().fresh_recovery_key = Some(key);
        Ok(())
    }

    /// The recovery key that was just made, for the clipboard or a file and for nothing else.
    /// # Errors
    /// [`VaultError::NoRecoveryKey`].
    pub fn fresh_recovery_key(&self) -> Result<SecretString, VaultError> {
        Ok(self.fresh()?.to_text())
    }

    /// Puts the recovery key that was just made into force, on the proof that it was kept.
    /// # Errors
    /// [`VaultError::WrongLastGroup`], with the former recovery key still in force.
    pub async fn confirm_recovery_key(&self, last_group: &SecretString) -> Result<(), VaultError> {
        let fresh = self.fresh()?;
        if !fresh.ends_with(last_group) {
            return Err(VaultError::WrongLastGroup);
        }
        self.put_into_force(&fresh).await
    }

    /// Puts the recovery key that was just made into force: it stands in a file.
    /// # Errors
    /// [`VaultError::NoRecoveryKey`].
    pub async fn confirm_saved_recovery_key(&self) -> Result<(), VaultError> {
        self.put_into_force(&self.fresh()?).await
    }

    /// Opens the vault with its recovery key and gives it a new data key, kept behind `passphrase` or in the OS key
    /// store. What stands in the key store under this vault's name is left alone: it may be a copy's. Ends a lock.
    /// # Errors
    /// [`VaultError::WrongRecoveryKey`]; what the key store says, with nothing changed.
    pub async fn recover(
        &self,
        typed: &SecretString,
        passphrase: Option<SecretString>,
    ) -> Result<(), VaultError> {
        let recovery = RecoveryKey::parse(typed)?;
        let one_at_a_time = self.inner.rotating.lock().await;
        let (row, wraps) = self.rows().await?;
        let row = row.ok_or(VaultError::NotSetUp)?;
        let opened = unwrap_each(&row, &wraps, WrapKind::Recovery, |context, wrap| {
            with_recovery(&recovery, &wrap.wrapped, context)
                .map_err(|error| or_wrong(error, VaultError::WrongRecoveryKey))
        });
        let keys = opened.map_err(|error| match error {
            VaultError::KeyMissing => VaultError::NoRecoveryKey,
            other => other,
        })?;
        let key_id = KeyId::make(self.fill());
        let wrapping = match passphrase {
            Some(passphrase) => self.wrapping_by_passphrase(passphrase).await?,
            None => self.wrapping_by_keychain(&keys.vault, key_id).await?,
        };
        let keys = self.switch(&keys, key_id, wrapping, false).await?;
        self.unlock().await?;
        self.finish_rotation(&keys).await?;
        drop(one_at_a_time);
        Ok(())
    }

    /// A wrap of `key` for the holder of the recovery key.
    pub(super) fn wrap_for_recovery(
        &self,
        vault: &VaultId,
        key_id: KeyId,
        key: &DataKey,
        public: &RecoveryPublic,
    ) -> Result<VaultWrap, VaultError> {
        let context = WrapContext { vault_id: vault.as_str(), key_id };
        let wrapped = for_recovery(public, key, &context, self.fill(), self.nonce());
        let key_id = key_id.to_string();
        let sealed = key.seal(
            context.key_id,
            self.nonce(),
            &public_context(vault, &key_id),
            &SecretBytes::new(public.0.to_vec()),
        )?;
        let params = STANDARD_NO_PAD.encode(sealed.to_bytes()).into();
        Ok(VaultWrap { key_id, kind: WrapKind::Recovery, params, wrapped })
    }

    async fn put_into_force(&self, fresh: &RecoveryKey) -> Result<(), VaultError> {
        let keys = self.keys().await?;
        let wrap =
            self.wrap_for_recovery(&keys.vault, keys.current, keys.key(keys.current)?, &fresh.public())?;
        self.inner
            .store
            .write(move |change| {
                if change.vault().load()?.is_none_or(|vault| vault.current_key_id != wrap.key_id) {
                    return Err(VaultError::KeyChanged);
                }
                Ok(change.vault().put_wrap(&wrap)?)
            })
            .await?;
        self.session().fresh_recovery_key = None;
        Ok(())
    }

    fn fresh(&self) -> Result<RecoveryKey, VaultError> {
        self.session().fresh_recovery_key.clone().ok_or(VaultError::NoRecoveryKey)
    }
}

/// The public half that the current key is wrapped for; none where no recovery key is in force, or where it was not
/// written by a holder of the current key.
pub(super) fn public_of(keys: &Keys, wraps: &[VaultWrap]) -> Option<RecoveryPublic> {
    let current = keys.current.to_string();
    let wrap = wraps.iter().find(|wrap| wrap.kind == WrapKind::Recovery && wrap.key_id == current)?;
    let sealed = Sealed::parse(&STANDARD_NO_PAD.decode(wrap.params.as_str()?).ok()?).ok()?;
    let opened = keys.key(keys.current).ok()?.open(&public_context(&keys.vault, &current), &sealed);
    if let Err(error) = &opened {
        tracing::warn!(%error, "the recovery key's public half was changed and is not used");
    }
    // EXPOSE: it is the public half of a pair; it was sealed to be authentic, not to be secret.
    opened.ok()?.expose().as_slice().try_into().ok().map(RecoveryPublic)
}

fn public_context<'a>(vault: &'a VaultId, key_id: &'a str) -> Context<'a> {
    Context {
        vault_id: vault.as_str(),
        table: "vault_wraps",
        owner: key_id,
        field: "recovery_public",
        generation: 0,
        origins: &[],
    }
}
