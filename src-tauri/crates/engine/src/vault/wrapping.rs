//! What data keys are wrapped by, and how it is written into their wraps.
//!
//! After a rotation *every* data key is wrapped by the newest key-encryption key, the former ones too: so one item in
//! the key store opens all, and a rotation that was cut short goes on from any process. The wrap of a former key says
//! in whose item its key-encryption key is (`item`), and which item goes when the former key does (`gone`).

use super::{Vault, VaultError, item, keys::off_the_async_threads};
use domain::{id::VaultId, ports::KeyStore};
use secret::{
    SecretBytes, SecretString,
    seal::{DataKey, KeyId, Nonce},
    wrap::{KeyEncryptionKey, PassphraseParameters, Purpose, WrapContext},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::vault::{VaultMode, VaultWrap, WrapKind};

/// What a data key is wrapped by, ready to wrap.
pub(super) enum Wrapping {
    /// By a key in the item named after this key id.
    Keychain { kek: KeyEncryptionKey, item: KeyId },
    /// By what a passphrase derived to.
    Passphrase { kek: KeyEncryptionKey, parameters: PassphraseParameters },
}

/// What stands beside a wrap of the key store.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct KeychainParams {
    /// The key id that names the item with the key-encryption key.
    pub item: String,
    /// Key ids that name items which are of no use once this data key is dropped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<String>,
}

impl KeychainParams {
    pub fn of(wrap: &VaultWrap) -> Self {
        serde_json::from_value(wrap.params.clone()).unwrap_or_default()
    }
}

impl Wrapping {
    pub fn mode(&self) -> VaultMode {
        match self {
            Self::Keychain { .. } => VaultMode::Keychain,
            Self::Passphrase { .. } => VaultMode::Passphrase,
        }
    }

    /// The wrap of `key`. `gone`: items that go with it.
    pub fn wrap(
        &self,
        vault: &VaultId,
        key_id: KeyId,
        key: &DataKey,
        gone: Vec<String>,
        nonce: Nonce,
    ) -> VaultWrap {
        let context = WrapContext { vault_id: vault.as_str(), key_id };
        let (kind, params, wrapped) = match self {
            Self::Keychain { kek, item } => (
                WrapKind::Keychain,
                serde_json::json!(KeychainParams { item: item.to_string(), gone }),
                kek.wrap(key, Purpose::Keychain, &context, nonce),
            ),
            Self::Passphrase { kek, parameters } => (
                WrapKind::Passphrase,
                parameters.to_string().into(),
                kek.wrap(key, Purpose::Passphrase, &context, nonce),
            ),
        };
        VaultWrap { key_id: key_id.to_string(), kind, params, wrapped }
    }

    /// What stays in memory, for a rotation without the passphrase.
    pub fn by_passphrase(self) -> Option<(PassphraseParameters, KeyEncryptionKey)> {
        match self {
            Self::Keychain { .. } => None,
            Self::Passphrase { kek, parameters } => Some((parameters, kek)),
        }
    }
}

impl Vault {
    /// Puts a new key into the key store, under a name that no item has, and reads it back.
    pub(super) async fn wrapping_by_keychain(
        &self,
        vault: &VaultId,
        key_id: KeyId,
    ) -> Result<Wrapping, VaultError> {
        let kek = KeyEncryptionKey::make(self.fill());
        let (key_store, name) = (Arc::clone(&self.inner.key_store), item(vault, &key_id.to_string()));
        let kept = kek.to_bytes();
        off_the_async_threads(move || keep(&*key_store, &name, &kept)).await?;
        Ok(Wrapping::Keychain { kek, item: key_id })
    }

    /// Derives the key that `passphrase` stands for, with new parameters.
    pub(super) async fn wrapping_by_passphrase(
        &self,
        passphrase: SecretString,
    ) -> Result<Wrapping, VaultError> {
        if passphrase.is_empty() {
            return Err(VaultError::PassphraseNeeded);
        }
        let parameters = PassphraseParameters::make(self.fill());
        off_the_async_threads(move || {
            let kek = parameters.derive(&passphrase)?;
            Ok(Wrapping::Passphrase { kek, parameters })
        })
        .await
    }

    /// Takes an item that nothing needs any more out of the key store. One that stays behind opens nothing.
    pub(super) async fn forget_item(&self, vault: &VaultId, key_id: &str) {
        let (key_store, name) = (Arc::clone(&self.inner.key_store), item(vault, key_id));
        let forgotten = off_the_async_threads(move || Ok(key_store.delete(&name)?)).await;
        if let Err(error) = forgotten {
            tracing::debug!(%error, "an item that is not needed any more stays in the key store");
        }
    }
}

/// Writes an item and reads it back: a store that does not keep it must not be relied on.
fn keep(key_store: &dyn KeyStore, name: &str, value: &SecretBytes) -> Result<(), VaultError> {
    key_store.store(name, value)?;
    match key_store.load(name)? {
        Some(kept) if kept.ct_eq(value) => Ok(()),
        _ => Err(VaultError::KeyStore { detail: "it did not give back what it was given".into() }),
    }
}
