//! The rules of the vault, each on a real store, with key stores that fail and processes that die.

use super::*;
use domain::{
    Timestamp,
    authorization::{Authorization, Expiry},
    id::AuthorizationId,
    origin::{AgreedOrigins, Origin},
};
use secret::seal::{DataKey, KeyId};
use std::{
    collections::BTreeSet,
    ffi::OsString,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};
use store::{
    sealed::Place as Column,
    vault::{VaultMode, WrapKind},
};
use testkit::{Fuse, ManualClock, MemoryKeyStore, Mood, SeededEntropy};

/// A person's machine: a data directory and a keyring that its processes share.
struct Machine {
    directory: tempfile::TempDir,
    keyring: MemoryKeyStore,
}

/// Every process of every test draws other numbers.
static SEED: AtomicU64 = AtomicU64::new(0);

/// One process on it.
struct Process {
    vault: Vault,
    store: Store,
}

impl Machine {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), keyring: MemoryKeyStore::new() }
    }

    /// A machine whose vault sealed `a` and `b`.
    async fn with_secrets() -> Self {
        let machine = Self::new();
        let process = machine.process();
        process.put("a", "secret of a").await.unwrap();
        process.put("b", "secret of b").await.unwrap();
        machine
    }

    /// The same data directory, copied to a machine with a keyring of its own.
    fn copied(&self) -> Self {
        // Whoever closes a database takes its log along: then the copy is of two moments, and is made again.
        loop {
            let copy = Self::new();
            let before = self.files();
            let copied = before.iter().all(|name| {
                std::fs::copy(self.directory.path().join(name), copy.directory.path().join(name)).is_ok()
            });
            if copied && self.files() == before {
                return copy;
            }
        }
    }

    fn files(&self) -> BTreeSet<OsString> {
        let entries = std::fs::read_dir(self.directory.path()).unwrap().map(Result::unwrap);
        let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
        files.map(|entry| entry.file_name()).collect()
    }

    fn process(&self) -> Process {
        self.process_with(Fuse::none())
    }

    fn process_with(&self, fuse: Fuse) -> Process {
        let seed = SEED.fetch_add(1, Ordering::Relaxed);
        Process::start(self.directory.path(), self.keyring.with_fuse(fuse.clone()), seed, fuse)
    }
}

impl Process {
    fn start(directory: &Path, keyring: MemoryKeyStore, seed: u64, fuse: Fuse) -> Self {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let store = Store::open(directory, now).unwrap();
        let vault = Vault::new(
            store.clone(),
            Arc::new(keyring),
            Arc::new(SeededEntropy::new(seed).with_fuse(fuse)),
            Arc::new(ManualClock::at(now)),
        );
        Self { vault, store }
    }

    /// Seals `secret` and writes it as the credential of a new authorization.
    async fn put(&self, owner: &str, secret: &str) -> Result<(), VaultError> {
        let authorization = authorization(owner);
        let sealed = self.vault.seal(&place(&authorization), &bytes(secret)).await?;
        self.store
            .write(move |change| {
                Vault::must_be_current(change, &sealed)?;
                Ok(change.authorizations().insert(&authorization, &sealed.to_bytes())?)
            })
            .await
    }

    /// What is sealed as the credential of an authorization.
    async fn sealed(&self, owner: &str) -> Sealed {
        let id = AuthorizationId::from_stored(owner);
        let found = self.store.read(move |s| s.authorizations().find_sealed(&id)).await;
        let found: Option<_> = found.map_err(|error: StoreError| error).unwrap();
        Sealed::parse(&found.unwrap().credential).unwrap()
    }

    async fn try_get(&self, owner: &str) -> Result<String, VaultError> {
        let sealed = self.sealed(owner).await;
        let opened = self.vault.unseal(&place(&authorization(owner)), &sealed).await?;
        Ok(opened.to_text().unwrap().expose().clone())
    }

    async fn get(&self, owner: &str) -> String {
        self.try_get(owner).await.unwrap()
    }

    /// What [`Machine::with_secrets`] sealed.
    async fn both(&self) -> [String; 2] {
        [self.get("a").await, self.get("b").await]
    }

    async fn row(&self) -> Option<Row> {
        self.vault.rows().await.unwrap().0
    }

    async fn wraps(&self) -> Vec<(String, WrapKind)> {
        let wraps = self.vault.rows().await.unwrap().1;
        wraps.into_iter().map(|wrap| (wrap.key_id, wrap.kind)).collect()
    }

    async fn state(&self) -> VaultState {
        self.vault.status().await.unwrap().state
    }

    /// Makes a recovery key and proves that it is kept.
    async fn recovery_key(&self) -> SecretString {
        self.vault.make_recovery_key().await.unwrap();
        let key = self.vault.fresh_recovery_key().unwrap();
        let last_group = text(key.expose().rsplit('-').next().unwrap());
        self.vault.confirm_recovery_key(&last_group).await.unwrap();
        key
    }
}

const BOTH: [&str; 2] = ["secret of a", "secret of b"];

fn text(value: &str) -> SecretString {
    SecretString::new(value.into())
}

fn bytes(value: &str) -> SecretBytes {
    text(value).to_bytes()
}

fn authorization(owner: &str) -> Authorization {
    Authorization {
        id: AuthorizationId::from_stored(owner),
        registration: None,
        account: None,
        requested: Vec::new(),
        granted: Vec::new(),
        expiry: Expiry::Never,
        origins: Origin::of(&"https://api.example/".parse().unwrap()).into_iter().collect(),
        generation: 1,
    }
}

fn place(authorization: &Authorization) -> Place<'_> {
    Place {
        column: Column::Credential,
        owner: authorization.id.as_str(),
        generation: authorization.generation,
        origins: &authorization.origins,
    }
}

/// `a == b` for outcomes that cannot be compared.
macro_rules! assert_outcome {
    ($outcome:expr, $pattern:pat) => {
        let outcome = $outcome;
        assert!(matches!(outcome, $pattern), "{outcome:?}");
    };
}

mod opening;
mod recovery;
mod rotation;

/// Runs `act` in a process that dies at its n-th touch of a port, for every n, and then checks what is left. Answers how
/// many points there are.
async fn crash_everywhere<F, C>(
    prepare: impl Fn(&Machine),
    act: impl Fn(Vault, SecretString) -> F,
    check: impl Fn(Machine, SecretString) -> C,
) -> usize
where
    F: Future<Output = Result<(), VaultError>> + Send + 'static,
    C: Future<Output = ()>,
{
    let mut points = 0;
    loop {
        let machine = Machine::with_secrets().await;
        let key = machine.process().recovery_key().await;
        prepare(&machine);
        let dying = machine.process_with(Fuse::after(points));
        let run = tokio::spawn(act(dying.vault.clone(), key.clone())).await;
        let survived = run.map(Result::unwrap).is_ok();
        drop(dying);
        check(machine, key).await;
        if survived {
            return points;
        }
        points += 1;
    }
}
