//! The vault: every secret at rest is sealed with a data key, which is stored only wrapped.
//!
//! A data key is wrapped by a key in the OS key store or by one derived from a passphrase, and, once the person made
//! one, for a recovery key. The vault opens by itself when a secret is first needed; nothing at start-up waits for it.
//! *Locked*, *missing* and *wrong* are told apart, since each has another way on, and no key is ever made while a vault
//! exists, but by a person's word: [`rotate`](Vault::rotate), [`recover`](Vault::recover).
//!
//! **Invariant**: a value sealed with a key that is no longer current is never written ([`Vault::must_be_current`]).
//! **Boundary**: the key store and Argon2id run off the async threads, and never inside a transaction.

mod create;
mod keys;
mod recovery;
mod rotate;
mod status;
mod wrapping;

pub use status::{VaultState, VaultStatus};

use domain::{
    id::VaultId,
    ports::{Clock, Entropy, KeyStore, KeyStoreError},
};
use keys::Keys;
use secret::{
    RecoveryKey, RecoveryKeyError, SecretBytes, SecretString,
    seal::{Context, Nonce, SealError, Sealed},
    wrap::WrapError,
};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use store::{
    Change, Store, StoreError, sealed,
    vault::{Vault as Row, VaultWrap},
};

/// The vault of an open data directory. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    key_store: Arc<dyn KeyStore>,
    entropy: Arc<dyn Entropy>,
    clock: Arc<dyn Clock>,
    session: Mutex<Session>,
    /// Held while the vault is opened or made, so that a key store that asks the person asks once.
    opening: tokio::sync::Mutex<()>,
    /// Held while the data key is replaced or values are sealed again.
    rotating: tokio::sync::Mutex<()>,
}

/// What this process knows of the vault.
#[derive(Default)]
struct Session {
    keys: Option<Arc<Keys>>,
    /// From a shell that has it from a file; not needed any more once the vault is open.
    passphrase: Option<SecretString>,
    fresh_recovery_key: Option<RecoveryKey>,
    /// What kept it from opening when it was last tried.
    failure: Option<VaultError>,
    /// Counts the tries, so that who waited for one takes its outcome.
    tries: u64,
}

/// Where a sealed value stands: what the sealing binds it to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Table and column.
    pub column: sealed::Place,
    /// The row.
    pub owner: &'a str,
    /// The row's generation.
    pub generation: u64,
    /// Where it may go.
    pub origins: &'a domain::origin::AgreedOrigins,
}

/// Keys that stay in memory for one piece of work. A request that is on its way brings what must be sealed, although a
/// person locks the vault meanwhile.
pub struct Held(Arc<Keys>);

/// Why the vault does not do it. Each has another way on.
#[derive(Clone, Debug, thiserror::Error)]
pub enum VaultError {
    /// There is no vault yet.
    #[error("the vault is not set up")]
    NotSetUp,
    /// There is a vault already.
    #[error("the vault is set up already")]
    Exists,
    /// A person locked it.
    #[error("the vault is locked")]
    Locked,
    /// The OS keyring is locked.
    #[error("the keyring is locked")]
    KeyringLocked,
    /// It opens with a passphrase, and none was given.
    #[error("the vault needs its passphrase")]
    PassphraseNeeded,
    /// The passphrase is not the vault's.
    #[error("the passphrase does not open the vault")]
    WrongPassphrase,
    /// The keyring is open and has no key for this vault.
    #[error("the key of the vault is missing")]
    KeyMissing,
    /// The key in the keyring belongs to another vault.
    #[error("the key belongs to another vault")]
    WrongKey,
    /// This machine runs no key store.
    #[error("no key store is running: {detail}")]
    NoKeyStore {
        /// The library's own words.
        detail: String,
    },
    /// The key store refused, or did not keep what it was given.
    #[error("the key store refused: {detail}")]
    KeyStore {
        /// The library's own words.
        detail: String,
    },
    /// The key was replaced by another process in the meantime.
    #[error("the key of the vault was just replaced")]
    KeyChanged,
    /// A sealed value does not open: it stands in another place, or was changed.
    #[error("a sealed value does not open: {0}")]
    Value(#[from] SealError),
    /// A stored wrap cannot be used.
    #[error("the stored key cannot be used: {0}")]
    Wrap(#[from] WrapError),
    /// What was typed is no recovery key.
    #[error("{0}")]
    RecoveryKeyTyped(#[from] RecoveryKeyError),
    /// The recovery key is another vault's, or was replaced.
    #[error("the recovery key does not open this vault")]
    WrongRecoveryKey,
    /// No recovery key was ever made.
    #[error("no recovery key was made")]
    NoRecoveryKey,
    /// The last group is another one.
    #[error("that is not the last group of the recovery key")]
    WrongLastGroup,
    /// The data cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<KeyStoreError> for VaultError {
    fn from(error: KeyStoreError) -> Self {
        match error {
            KeyStoreError::Unavailable { detail } => Self::NoKeyStore { detail },
            KeyStoreError::Locked => Self::KeyringLocked,
            KeyStoreError::Refused { detail } => Self::KeyStore { detail },
        }
    }
}

impl Vault {
    /// The vault of `store`. Opens nothing.
    pub fn new(
        store: Store,
        key_store: Arc<dyn KeyStore>,
        entropy: Arc<dyn Entropy>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (session, opening, rotating) = Default::default();
        Self { inner: Arc::new(Inner { store, key_store, entropy, clock, session, opening, rotating }) }
    }

    /// Takes the passphrase of a shell that has it from a file. It is tried when a secret is first needed, and makes a
    /// passphrase vault where there is none.
    pub fn remember_passphrase(&self, passphrase: SecretString) {
        self.session().passphrase = Some(passphrase);
    }

    /// How often this process tried to open or make the vault. No row tells where that left it: who shows it looks again
    /// when this number has changed.
    pub fn tries(&self) -> u64 {
        self.session().tries
    }

    /// Seals `value` for `place`. Opens the vault, or makes one at the first use.
    /// # Errors
    /// [`VaultError`].
    pub async fn seal(&self, place: &Place<'_>, value: &SecretBytes) -> Result<Sealed, VaultError> {
        let keys = self.keys().await?;
        keys.seal(place, value, self.nonce())
    }

    /// The keys as they are, for what is about to happen.
    /// # Errors
    /// [`VaultError`].
    pub async fn hold(&self) -> Result<Held, VaultError> {
        self.keys().await.map(Held)
    }

    /// Seals `value` with keys that are held, whatever became of the vault since.
    /// # Errors
    /// [`VaultError`].
    pub fn seal_held(
        &self,
        held: &Held,
        place: &Place<'_>,
        value: &SecretBytes,
    ) -> Result<Sealed, VaultError> {
        held.0.seal(place, value, self.nonce())
    }

    /// Opens what was sealed for `place`. A key that another process made meanwhile is fetched.
    /// # Errors
    /// [`VaultError::Value`] when it was sealed for another place, or was changed.
    pub async fn unseal(&self, place: &Place<'_>, sealed: &Sealed) -> Result<SecretBytes, VaultError> {
        let keys = self.keys().await?;
        let tries = self.session().tries;
        match keys.unseal(place, sealed) {
            Err(VaultError::KeyChanged) => self.reopen(tries, Some(&keys)).await?.unseal(place, sealed),
            opened => opened,
        }
    }

    /// Refuses, inside the transaction that writes `sealed`, a key that is no longer current.
    /// # Errors
    /// [`VaultError::KeyChanged`].
    pub fn must_be_current(change: &Change<'_>, sealed: &Sealed) -> Result<(), VaultError> {
        let vault = change.vault().load()?.ok_or(VaultError::NotSetUp)?;
        if vault.current_key_id == sealed.key_id().to_string() { Ok(()) } else { Err(VaultError::KeyChanged) }
    }

    /// Opens the vault on a person's word: by the OS key store, or with the passphrase. Ends a lock.
    /// # Errors
    /// [`VaultError`]; a vault that was open or locked stays so.
    pub async fn open(&self, passphrase: Option<SecretString>) -> Result<(), VaultError> {
        let one_at_a_time = self.inner.opening.lock().await;
        let keys = self.read_keys(passphrase).await?;
        drop(one_at_a_time);
        self.unlock().await?;
        self.go_on_with_rotation(&keys).await;
        Ok(())
    }

    /// Wipes the keys from memory: here at once; in other processes when they see the change, at the latest when they
    /// next need them. Until a person opens the vault again, nobody has them.
    /// # Errors
    /// [`VaultError::Store`]; then other processes go on.
    pub async fn lock(&self) -> Result<(), VaultError> {
        self.wipe();
        let locked = self.inner.store.write(|change| {
            // Before the first use there is nothing to lock, and a lock would stand in its way.
            if change.vault().load()?.is_some() && !change.vault().is_locked()? {
                change.vault().set_locked(true)?;
            }
            Ok(())
        });
        let locked = locked.await;
        // Someone may have opened it in between.
        self.wipe();
        locked
    }

    /// Begins with no vault, for when every way to open it is lost. The whole database is kept aside first, in the file
    /// that is answered; connectors and connections stay, and wait to be signed in.
    /// # Errors
    /// [`VaultError::Store`], with nothing changed.
    pub async fn start_again(&self) -> Result<PathBuf, VaultError> {
        let now = self.inner.clock.now();
        let kept = self.inner.store.read(move |snapshot| snapshot.vault().back_up(now)).await?;
        self.inner.store.write(|change| change.vault().start_again()).await?;
        self.wipe();
        Ok(kept)
    }

    /// The keys; opened if need be, made at the first use.
    async fn keys(&self) -> Result<Arc<Keys>, VaultError> {
        let tries = self.session().tries;
        let (row, locked) = self
            .inner
            .store
            .read(|snapshot| Ok::<_, VaultError>((snapshot.vault().load()?, snapshot.vault().is_locked()?)))
            .await?;
        if locked {
            self.wipe();
            return Err(VaultError::Locked);
        }
        let open = self.session().keys.clone();
        match (open, row) {
            (Some(keys), Some(row)) if keys.are_of(&row) => Ok(keys),
            (stale, _) => self.reopen(tries, stale.as_ref()).await,
        }
    }

    /// Reads the keys anew, unless another task did: since there had been so many `tries`, or since the keys were found
    /// to be `stale`.
    async fn reopen(&self, tries: u64, stale: Option<&Arc<Keys>>) -> Result<Arc<Keys>, VaultError> {
        let one_at_a_time = self.inner.opening.lock().await;
        if let Some(outcome) = self.session().outcome_since(tries, stale) {
            return outcome;
        }
        let keys = self.read_or_make_keys().await?;
        drop(one_at_a_time);
        self.go_on_with_rotation(&keys).await;
        Ok(keys)
    }

    /// The row and the wraps, as they belong together.
    async fn rows(&self) -> Result<(Option<Row>, Vec<VaultWrap>), VaultError> {
        self.inner.store.read(|snapshot| Ok((snapshot.vault().load()?, snapshot.vault().wraps()?))).await
    }

    async fn unlock(&self) -> Result<(), VaultError> {
        self.inner
            .store
            .write(|change| {
                if change.vault().is_locked()? {
                    change.vault().set_locked(false)?;
                }
                Ok(())
            })
            .await
    }

    /// Forgets all but a passphrase that stands in a file anyway.
    fn wipe(&self) {
        let mut session = self.session();
        let (passphrase, tries) = (session.passphrase.take(), session.tries);
        *session = Session { passphrase, tries, ..Session::default() };
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        self.inner.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn nonce(&self) -> Nonce {
        Nonce::make(|bytes| self.inner.entropy.fill(bytes))
    }

    fn fill(&self) -> impl FnOnce(&mut [u8]) + use<'_> {
        |bytes| self.inner.entropy.fill(bytes)
    }
}

impl Session {
    /// What a try that ended meanwhile gave; none when nobody tried, or when it gave what is stale.
    fn outcome_since(&self, tries: u64, stale: Option<&Arc<Keys>>) -> Option<Result<Arc<Keys>, VaultError>> {
        let fresh = self.keys.as_ref().filter(|keys| !stale.is_some_and(|stale| Arc::ptr_eq(stale, keys)));
        match (fresh, &self.failure) {
            (Some(keys), _) => Some(Ok(Arc::clone(keys))),
            (None, Some(failure)) if self.tries != tries => Some(Err(failure.clone())),
            _ => None,
        }
    }

    /// Keeps the outcome of a try to open or make the vault.
    fn take(&mut self, outcome: &Result<Arc<Keys>, VaultError>) {
        self.tries += 1;
        self.failure = outcome.as_ref().err().cloned();
        if let Ok(keys) = outcome {
            self.keys = Some(Arc::clone(keys));
            self.passphrase = None;
        }
    }
}

/// What the check value holds. It opens with the right key only.
const CHECK: &[u8] = b"this vault opens";

/// Where the check value stands.
fn check_context(vault_id: &str) -> Context<'_> {
    Context { vault_id, table: "vault", owner: vault_id, field: "check_value", generation: 0, origins: &[] }
}

/// The name of the item in the OS key store.
fn item(vault: &VaultId, key_id: &str) -> String {
    format!("vault/{vault}/{key_id}")
}

#[cfg(test)]
mod tests;
