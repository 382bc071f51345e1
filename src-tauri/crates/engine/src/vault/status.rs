//! Where the vault stands, told without opening it.

use super::{Vault, VaultError};
use store::vault::{VaultMode, WrapKind};

/// Where the vault stands.
#[derive(Clone, Debug)]
pub struct VaultStatus {
    /// Where it stands.
    pub state: VaultState,
    /// How it is opened; none before it is set up.
    pub mode: Option<VaultMode>,
    /// What the OS key store is called where people look for it.
    pub key_store: String,
    /// Whether a recovery key is in force.
    pub has_recovery_key: bool,
}

/// Where the vault stands.
#[derive(Clone, Debug)]
pub enum VaultState {
    /// Nothing was sealed yet.
    NotSetUp,
    /// Its keys are in memory.
    Open,
    /// It opens by itself when a secret is first needed.
    Closed,
    /// What kept it from opening when it was last needed.
    Failed(VaultError),
}

impl Vault {
    /// Where the vault stands. Opens nothing and asks the key store for no key. A lock by another process takes effect
    /// here: a shell that asks again whenever the vault changes has no key in memory a moment after.
    /// # Errors
    /// [`VaultError::Store`].
    pub async fn status(&self) -> Result<VaultStatus, VaultError> {
        let (vault, wraps, locked) = self
            .inner
            .store
            .read(|snapshot| {
                let vault = snapshot.vault();
                Ok::<_, VaultError>((vault.load()?, vault.wraps()?, vault.is_locked()?))
            })
            .await?;
        if locked {
            self.wipe();
        }
        let key_store = self.key_store_label().await?;
        let session = self.session();
        let mode = vault.as_ref().map(|vault| vault.mode);
        let is_open = |row| session.keys.as_ref().is_some_and(|keys| keys.are_of(row));
        let state = match &vault {
            // A key store that refused at the first use is told; the person may choose a passphrase.
            None => session.failure.clone().map_or(VaultState::NotSetUp, VaultState::Failed),
            Some(_) if locked => VaultState::Failed(VaultError::Locked),
            Some(vault) if is_open(vault) => VaultState::Open,
            Some(_) => match (&session.failure, mode, &session.passphrase) {
                (Some(failure), ..) => VaultState::Failed(failure.clone()),
                (None, Some(VaultMode::Passphrase), None) => VaultState::Failed(VaultError::PassphraseNeeded),
                _ => VaultState::Closed,
            },
        };
        let has_recovery_key = vault.is_some_and(|vault| {
            wraps.iter().any(|wrap| wrap.kind == WrapKind::Recovery && wrap.key_id == vault.current_key_id)
        });
        Ok(VaultStatus { state, mode, key_store, has_recovery_key })
    }

    /// The key store's name, which some only tell over a bus.
    async fn key_store_label(&self) -> Result<String, VaultError> {
        let key_store = std::sync::Arc::clone(&self.inner.key_store);
        super::keys::off_the_async_threads(move || Ok(key_store.label())).await
    }
}
