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
        let copy = Self::new();
        for entry in std::fs::read_dir(self.directory.path()).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                std::fs::copy(entry.path(), copy.directory.path().join(entry.file_name())).unwrap();
            }
        }
        copy
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

// First use

#[tokio::test]
async fn the_first_secret_makes_a_vault_and_nothing_before_it_does() {
    let machine = Machine::new();
    let process = machine.process();
    assert_outcome!(process.state().await, VaultState::NotSetUp);
    assert_eq!((machine.keyring.items().len(), machine.keyring.loads()), (0, 0));
    process.put("a", "secret of a").await.unwrap();
    let row = process.row().await.unwrap();
    assert_eq!(row.mode, VaultMode::Keychain);
    assert_eq!(machine.keyring.items(), [format!("vault/{}/{}", row.id, row.current_key_id)]);
    assert_outcome!(process.state().await, VaultState::Open);
    assert_eq!(machine.process().get("a").await, "secret of a");
}

#[tokio::test]
async fn without_a_working_key_store_nothing_is_made_and_a_passphrase_helps() {
    for (mood, is_right) in [
        (
            Mood::Unavailable,
            (|error| matches!(error, VaultError::NoKeyStore { .. })) as fn(&VaultError) -> bool,
        ),
        (Mood::Refuses, |error| matches!(error, VaultError::KeyStore { .. })),
        (Mood::Forgets, |error| matches!(error, VaultError::KeyStore { .. })),
        (Mood::Locked, |error| matches!(error, VaultError::KeyringLocked)),
    ] {
        let machine = Machine::new();
        machine.keyring.set_mood(mood);
        let process = machine.process();
        let error = process.put("a", "x").await.unwrap_err();
        assert!(is_right(&error), "{mood:?}: {error:?}");
        assert_eq!(process.row().await, None, "{mood:?}");
        assert!(matches!(process.state().await, VaultState::Failed(error) if is_right(&error)), "{mood:?}");

        process.vault.set_up(Some(text("correct horse"))).await.unwrap();
        process.put("a", "secret of a").await.unwrap();
        assert_eq!(process.row().await.unwrap().mode, VaultMode::Passphrase);
    }
}

#[tokio::test]
async fn a_key_store_that_comes_up_later_is_used() {
    let machine = Machine::new();
    machine.keyring.set_mood(Mood::Unavailable);
    let process = machine.process();
    process.put("a", "x").await.unwrap_err();
    machine.keyring.set_mood(Mood::Works);
    process.put("a", "secret of a").await.unwrap();
    assert_eq!(process.get("a").await, "secret of a");
}

#[tokio::test]
async fn two_first_uses_at_once_make_one_vault_and_leave_one_item() {
    let machine = Machine::new();
    let (one, other) = (machine.process(), machine.process());
    let (a, b) = tokio::join!(one.put("a", "secret of a"), other.put("b", "secret of b"));
    a.and(b).unwrap();
    assert_eq!(machine.keyring.items().len(), 1);
    for process in [&one, &other, &machine.process()] {
        assert_eq!(process.both().await, BOTH);
    }
}

#[tokio::test]
async fn no_vault_is_made_where_there_is_one() {
    let machine = Machine::with_secrets().await;
    let items = machine.keyring.items();
    for passphrase in [None, Some(text("correct horse"))] {
        assert_outcome!(machine.process().vault.set_up(passphrase).await, Err(VaultError::Exists));
    }
    assert_eq!(machine.keyring.items(), items);
    assert_eq!(machine.process().get("a").await, "secret of a");
}

#[tokio::test]
async fn an_empty_passphrase_is_none() {
    let machine = Machine::new();
    let process = machine.process();
    assert_outcome!(process.vault.set_up(Some(text(""))).await, Err(VaultError::PassphraseNeeded));
    assert_eq!(process.row().await, None);
    assert_outcome!(process.state().await, VaultState::NotSetUp);
}

// Locked, missing, wrong

#[tokio::test]
async fn locked_missing_wrong_and_gone_are_told_apart_and_no_key_is_made() {
    type Trouble = (fn(&MemoryKeyStore), fn(&VaultError) -> bool);
    let troubles: [Trouble; 5] = [
        (|keyring| keyring.set_mood(Mood::Locked), |error| matches!(error, VaultError::KeyringLocked)),
        (MemoryKeyStore::vanish, |error| matches!(error, VaultError::KeyMissing)),
        (|keyring| keyring.overwrite(&[7; 32]), |error| matches!(error, VaultError::WrongKey)),
        (|keyring| keyring.overwrite(b"no key"), |error| matches!(error, VaultError::WrongKey)),
        (
            |keyring| keyring.set_mood(Mood::Unavailable),
            |error| matches!(error, VaultError::NoKeyStore { .. }),
        ),
    ];
    for (number, (make, is_right)) in troubles.into_iter().enumerate() {
        let machine = Machine::with_secrets().await;
        make(&machine.keyring);
        let (process, items) = (machine.process(), machine.keyring.items());
        let row = process.row().await;
        assert_outcome!(process.state().await, VaultState::Closed);
        let error = process.try_get("a").await.unwrap_err();
        assert!(is_right(&error), "{number}: {error:?}");
        let error = process.put("c", "x").await.unwrap_err();
        assert!(is_right(&error), "{number}: {error:?}");
        assert!(matches!(process.state().await, VaultState::Failed(error) if is_right(&error)), "{number}");
        assert_eq!((process.row().await, machine.keyring.items()), (row, items), "{number}");
    }
}

#[tokio::test]
async fn a_keyring_that_was_unlocked_opens_at_the_next_try() {
    let machine = Machine::with_secrets().await;
    machine.keyring.set_mood(Mood::Locked);
    let process = machine.process();
    process.try_get("a").await.unwrap_err();
    machine.keyring.set_mood(Mood::Works);
    assert_eq!(process.get("a").await, "secret of a");
    assert_outcome!(process.state().await, VaultState::Open);
}

#[tokio::test]
async fn a_key_that_opens_its_wrap_but_not_the_check_value_is_another_vaults() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    let row = process.row().await.unwrap();
    let other = DataKey::make(|key| key.fill(1));
    let key_id = KeyId::parse(&row.current_key_id).unwrap();
    let check = create::seal_check(&row.id, key_id, &other, Nonce::make(|_| ())).unwrap();
    process
        .store
        .write(move |c| c.vault().set_current_key(&row.current_key_id, &check))
        .await
        .map_err(|e: StoreError| e)
        .unwrap();
    assert_outcome!(machine.process().try_get("a").await, Err(VaultError::WrongKey));
}

#[tokio::test]
async fn an_open_vault_asks_the_key_store_no_more() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    process.get("a").await;
    let loads = machine.keyring.loads();
    for _ in 0..3 {
        process.get("b").await;
    }
    assert_eq!(machine.keyring.loads(), loads);
}

#[tokio::test]
async fn many_at_once_open_it_once() {
    let machine = Machine::with_secrets().await;
    let loads = machine.keyring.loads();
    let process = machine.process();
    let (a, b, c) = tokio::join!(process.get("a"), process.get("b"), process.get("a"));
    assert_eq!([a, b, c], ["secret of a", "secret of b", "secret of a"]);
    assert_eq!(machine.keyring.loads(), loads + 1);

    machine.keyring.vanish();
    let (process, loads) = (machine.process(), machine.keyring.loads());
    let (sealed, row) = (process.sealed("a").await, authorization("a"));
    let place = place(&row);
    let open = || process.vault.unseal(&place, &sealed);
    assert_outcome!(
        tokio::join!(open(), open(), open()),
        (Err(VaultError::KeyMissing), Err(VaultError::KeyMissing), Err(VaultError::KeyMissing))
    );
    assert_eq!(machine.keyring.loads(), loads + 1);
}

// Values

#[tokio::test]
async fn a_value_opens_in_its_place_only() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    let sealed = process.sealed("a").await;
    let row = authorization("a");
    let (none, other) = (AgreedOrigins::default(), authorization("b"));
    let right = place(&row);
    for wrong in [
        place(&other),
        Place { column: Column::Former, ..right },
        Place { generation: 2, ..right },
        Place { origins: &none, ..right },
    ] {
        assert_outcome!(
            process.vault.unseal(&wrong, &sealed).await,
            Err(VaultError::Value(SealError::DoesNotOpen))
        );
    }
    assert!(process.vault.unseal(&right, &sealed).await.is_ok());
}

// The passphrase

#[tokio::test]
async fn a_passphrase_vault_opens_with_its_passphrase_only_and_never_asks_the_key_store() {
    let machine = Machine::new();
    let process = machine.process();
    process.vault.set_up(Some(text("correct horse"))).await.unwrap();
    process.put("a", "secret of a").await.unwrap();

    let process = machine.process();
    assert_outcome!(process.state().await, VaultState::Failed(VaultError::PassphraseNeeded));
    assert_outcome!(process.try_get("a").await, Err(VaultError::PassphraseNeeded));
    assert_outcome!(process.vault.open(Some(text("Correct horse"))).await, Err(VaultError::WrongPassphrase));
    assert_outcome!(process.state().await, VaultState::Failed(VaultError::WrongPassphrase));
    assert_outcome!(process.vault.open(None).await, Err(VaultError::PassphraseNeeded));
    process.vault.open(Some(text("correct horse"))).await.unwrap();
    assert_eq!(process.get("a").await, "secret of a");
    // A wrong one is told, and shuts nothing.
    assert_outcome!(process.vault.open(Some(text("wrong"))).await, Err(VaultError::WrongPassphrase));
    assert_eq!(process.get("a").await, "secret of a");
    assert_eq!((machine.keyring.items().len(), machine.keyring.loads()), (0, 0));
}

#[tokio::test]
async fn a_passphrase_from_a_file_makes_and_opens_the_vault_when_it_is_needed() {
    let machine = Machine::new();
    machine.keyring.set_mood(Mood::Unavailable);
    let process = machine.process();
    process.vault.remember_passphrase(text("correct horse"));
    process.put("a", "secret of a").await.unwrap();
    assert_eq!(process.row().await.unwrap().mode, VaultMode::Passphrase);

    let process = machine.process();
    process.vault.remember_passphrase(text("correct horse"));
    assert_outcome!(process.state().await, VaultState::Closed);
    assert_eq!(process.get("a").await, "secret of a");
}

// Locking

#[tokio::test]
async fn a_lock_wipes_keys_everywhere_until_a_person_opens_the_vault() {
    let machine = Machine::with_secrets().await;
    let (one, other) = (machine.process(), machine.process());
    one.get("a").await;
    other.get("a").await;
    one.vault.lock().await.unwrap();
    assert!(one.vault.session().keys.is_none());
    assert_outcome!(other.state().await, VaultState::Failed(VaultError::Locked));
    assert!(other.vault.session().keys.is_none());
    for process in [&one, &other, &machine.process()] {
        assert_outcome!(process.try_get("a").await, Err(VaultError::Locked));
        assert_outcome!(process.put("c", "x").await, Err(VaultError::Locked));
    }
    other.vault.open(None).await.unwrap();
    assert_eq!((one.get("a").await, other.get("a").await), ("secret of a".into(), "secret of a".into()));
}

#[tokio::test]
async fn a_lock_stays_when_the_vault_does_not_open() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    process.vault.lock().await.unwrap();
    machine.keyring.set_mood(Mood::Locked);
    assert_outcome!(process.vault.open(None).await, Err(VaultError::KeyringLocked));
    machine.keyring.set_mood(Mood::Works);
    assert_outcome!(process.try_get("a").await, Err(VaultError::Locked));
}

#[tokio::test]
async fn locking_before_the_first_use_stands_in_nobodys_way() {
    let machine = Machine::new();
    let process = machine.process();
    process.vault.lock().await.unwrap();
    process.put("a", "secret of a").await.unwrap();
    assert_eq!(process.get("a").await, "secret of a");
}

// The recovery key

#[tokio::test]
async fn a_recovery_key_comes_into_force_when_it_is_proven_to_be_kept() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    assert_outcome!(process.vault.fresh_recovery_key(), Err(VaultError::NoRecoveryKey));
    process.vault.make_recovery_key().await.unwrap();
    let key = process.vault.fresh_recovery_key().unwrap();
    assert_outcome!(
        process.vault.confirm_recovery_key(&text("00000")).await,
        Err(VaultError::WrongLastGroup)
    );
    assert!(!process.vault.status().await.unwrap().has_recovery_key);
    assert_outcome!(machine.process().vault.recover(&key, None).await, Err(VaultError::NoRecoveryKey));
    process.vault.confirm_saved_recovery_key().await.unwrap();
    assert!(process.vault.status().await.unwrap().has_recovery_key);
    assert_outcome!(process.vault.fresh_recovery_key(), Err(VaultError::NoRecoveryKey));
    machine.process().vault.recover(&key, None).await.unwrap();
}

#[tokio::test]
async fn a_new_recovery_key_replaces_the_one_before_only_once_it_is_confirmed() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    let first = process.recovery_key().await;
    process.vault.make_recovery_key().await.unwrap();
    machine.process().vault.recover(&first, None).await.unwrap();
    let second = process.recovery_key().await;
    assert_outcome!(process.vault.recover(&first, None).await, Err(VaultError::WrongRecoveryKey));
    process.vault.recover(&second, None).await.unwrap();
}

#[tokio::test]
async fn typing_mistakes_are_told_from_another_vaults_recovery_key() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    process.recovery_key().await;
    let mistyped = process.vault.recover(&text("not a key"), None).await;
    assert_outcome!(mistyped, Err(VaultError::RecoveryKeyTyped(_)));
    let other = Machine::with_secrets().await;
    let other = other.process().recovery_key().await;
    assert_outcome!(process.vault.recover(&other, None).await, Err(VaultError::WrongRecoveryKey));
    assert_eq!(process.get("a").await, "secret of a");
}

#[tokio::test]
async fn a_vault_copied_to_another_machine_opens_there_with_the_recovery_key() {
    let home = Machine::with_secrets().await;
    let key = home.process().recovery_key().await;
    let away = home.copied();
    let process = away.process();
    assert_outcome!(process.try_get("a").await, Err(VaultError::KeyMissing));
    process.vault.recover(&key, None).await.unwrap();
    assert_eq!(
        (process.get("a").await, away.process().get("b").await),
        ("secret of a".into(), "secret of b".into())
    );
    assert_eq!(away.keyring.items().len(), 1);
    // Nothing of it reached the other machine.
    assert_eq!(home.process().get("a").await, "secret of a");
}

#[tokio::test]
async fn recovering_a_copy_on_the_same_machine_leaves_the_other_one_open() {
    let home = Machine::with_secrets().await;
    let key = home.process().recovery_key().await;
    let mut copy = home.copied();
    copy.keyring = home.keyring.clone();
    assert_eq!(copy.process().get("a").await, "secret of a");
    copy.process().vault.recover(&key, None).await.unwrap();
    assert_eq!(
        (copy.process().get("a").await, home.process().get("a").await),
        ("secret of a".into(), "secret of a".into())
    );
}

#[tokio::test]
async fn recovering_opens_a_vault_whose_key_is_missing_wrong_or_behind_a_lock() {
    let troubles: [fn(&MemoryKeyStore); 2] = [MemoryKeyStore::vanish, |keyring| keyring.overwrite(&[7; 32])];
    for make in troubles {
        let machine = Machine::with_secrets().await;
        let key = machine.process().recovery_key().await;
        machine.process().vault.lock().await.unwrap();
        make(&machine.keyring);
        let process = machine.process();
        process.vault.recover(&key, None).await.unwrap();
        assert_eq!(
            (process.get("a").await, machine.process().get("b").await),
            ("secret of a".into(), "secret of b".into())
        );
        // It works again, and again.
        process.vault.recover(&key, None).await.unwrap();
        assert_eq!(machine.process().get("a").await, "secret of a");
    }
}

#[tokio::test]
async fn recovering_without_a_key_store_changes_nothing_and_a_passphrase_helps() {
    let machine = Machine::with_secrets().await;
    let key = machine.process().recovery_key().await;
    machine.keyring.set_mood(Mood::Unavailable);
    let process = machine.process();
    let row = process.row().await;
    assert_outcome!(process.vault.recover(&key, None).await, Err(VaultError::NoKeyStore { .. }));
    assert_eq!(process.row().await, row);
    process.vault.recover(&key, Some(text("correct horse"))).await.unwrap();
    assert_eq!(process.row().await.unwrap().mode, VaultMode::Passphrase);
    assert_eq!(process.get("a").await, "secret of a");
    // The keyring does not open it any more, and the passphrase does.
    machine.keyring.set_mood(Mood::Works);
    let process = machine.process();
    assert!(!process.wraps().await.iter().any(|(_, kind)| *kind == WrapKind::Keychain));
    assert_outcome!(process.try_get("a").await, Err(VaultError::PassphraseNeeded));
    process.vault.open(Some(text("correct horse"))).await.unwrap();
    assert_eq!(process.get("b").await, "secret of b");
}

#[tokio::test]
async fn another_public_half_in_the_file_gets_no_key() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    process.recovery_key().await;
    let foreign = RecoveryKey::make(|bytes| bytes.fill(1));
    let row = process.row().await.unwrap();
    let key_id = KeyId::parse(&row.current_key_id).unwrap();
    let key = DataKey::make(|bytes| bytes.fill(2));
    let planted = process.vault.wrap_for_recovery(&row.id, key_id, &key, &foreign.public()).unwrap();
    process.store.write(move |c| c.vault().put_wrap(&planted)).await.map_err(|e: StoreError| e).unwrap();
    process.vault.rotate().await.unwrap();
    assert_outcome!(
        machine.process().vault.recover(&foreign.to_text(), None).await,
        Err(VaultError::NoRecoveryKey)
    );
}

// Rotation

#[tokio::test]
async fn a_rotation_seals_everything_again_and_drops_the_old_key() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    let before = (process.row().await.unwrap(), process.sealed("a").await, machine.keyring.items());
    process.vault.rotate().await.unwrap();
    let row = process.row().await.unwrap();
    assert_eq!((&row.id, row.mode), (&before.0.id, before.0.mode));
    assert_ne!(row.current_key_id, before.0.current_key_id);
    assert_eq!(process.wraps().await, [(row.current_key_id.clone(), WrapKind::Keychain)]);
    assert_eq!(machine.keyring.items(), [format!("vault/{}/{}", row.id, row.current_key_id)]);
    assert_ne!(machine.keyring.items(), before.2);
    for process in [&process, &machine.process()] {
        assert_eq!(process.both().await, BOTH);
        assert_ne!(process.sealed("a").await, before.1);
    }
}

#[tokio::test]
async fn more_values_than_one_batch_are_sealed_again() {
    let machine = Machine::new();
    let process = machine.process();
    for number in 0..250 {
        process.put(&format!("o{number}"), &format!("secret {number}")).await.unwrap();
    }
    process.vault.rotate().await.unwrap();
    let process = machine.process();
    assert_eq!(process.wraps().await.len(), 1);
    for number in 0..250 {
        assert_eq!(process.get(&format!("o{number}")).await, format!("secret {number}"));
    }
}

#[tokio::test]
async fn the_recovery_key_survives_rotations() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    let key = process.recovery_key().await;
    process.vault.rotate().await.unwrap();
    machine.process().vault.rotate().await.unwrap();
    assert!(process.vault.status().await.unwrap().has_recovery_key);
    let away = machine.copied();
    away.process().vault.recover(&key, None).await.unwrap();
    away.process().vault.rotate().await.unwrap();
    away.process().vault.recover(&key, Some(text("correct horse"))).await.unwrap();
    let process = away.process();
    process.vault.open(Some(text("correct horse"))).await.unwrap();
    assert_eq!(process.get("a").await, "secret of a");
}

#[tokio::test]
async fn a_process_with_the_old_key_reads_on_and_writes_nothing_with_it() {
    let machine = Machine::with_secrets().await;
    let (old, new) = (machine.process(), machine.process());
    assert_eq!(old.get("a").await, "secret of a");
    let authorization = authorization("late");
    let late = old.vault.seal(&place(&authorization), &bytes("sealed before")).await.unwrap();
    let read_before = old.sealed("b").await;

    new.vault.rotate().await.unwrap();

    let written = old
        .store
        .write(move |change| {
            Vault::must_be_current(change, &late)?;
            Ok(change.authorizations().insert(&authorization, &late.to_bytes())?)
        })
        .await;
    assert_outcome!(written, Err(VaultError::KeyChanged));
    assert_eq!(old.get("a").await, "secret of a");
    old.put("c", "secret of c").await.unwrap();
    assert_eq!(new.get("c").await, "secret of c");
    // What it had read before the rotation is sealed with a key that is gone: it reads the row again.
    let gone = old.vault.unseal(&place(&self::authorization("b")), &read_before).await;
    assert_outcome!(gone, Err(VaultError::KeyChanged));
    assert_eq!(old.get("b").await, "secret of b");
}

#[tokio::test]
async fn of_two_rotations_at_once_each_value_survives_both() {
    let machine = Machine::with_secrets().await;
    let (one, other) = (machine.process(), machine.process());
    let outcomes = tokio::join!(one.vault.rotate(), other.vault.rotate());
    for outcome in [outcomes.0, outcomes.1] {
        assert!(matches!(outcome, Ok(()) | Err(VaultError::KeyChanged)), "{outcome:?}");
    }
    let process = machine.process();
    assert_eq!(process.both().await, BOTH);
    assert_eq!((process.wraps().await.len(), machine.keyring.items().len()), (1, 1));
}

#[tokio::test]
async fn a_passphrase_vault_rotates_without_being_asked_again() {
    let machine = Machine::new();
    let (process, other) = (machine.process(), machine.process());
    process.vault.set_up(Some(text("correct horse"))).await.unwrap();
    process.put("a", "secret of a").await.unwrap();
    other.vault.open(Some(text("correct horse"))).await.unwrap();
    process.vault.rotate().await.unwrap();
    for process in [&process, &other] {
        assert_eq!(process.get("a").await, "secret of a");
    }
    let fresh = machine.process();
    fresh.vault.open(Some(text("correct horse"))).await.unwrap();
    assert_eq!(fresh.get("a").await, "secret of a");
}

#[tokio::test]
async fn a_key_store_that_fails_in_a_rotation_leaves_the_old_key_in_force() {
    for mood in [Mood::Unavailable, Mood::Locked, Mood::Refuses, Mood::Forgets] {
        let machine = Machine::with_secrets().await;
        let process = machine.process();
        process.get("a").await;
        let (row, items) = (process.row().await, machine.keyring.items());
        machine.keyring.set_mood(mood);
        assert!(process.vault.rotate().await.is_err(), "{mood:?}");
        machine.keyring.set_mood(Mood::Works);
        assert_eq!((process.row().await, machine.keyring.items()), (row, items), "{mood:?}");
        assert_eq!(machine.process().get("a").await, "secret of a");
    }
}

#[tokio::test]
async fn a_value_that_does_not_open_keeps_its_key_and_stops_no_other() {
    let machine = Machine::with_secrets().await;
    let process = machine.process();
    let row = authorization("moved");
    let moved = process.sealed("a").await;
    let written = moved.to_bytes();
    process
        .store
        .write(move |change| change.authorizations().insert(&row, &written))
        .await
        .map_err(|error: StoreError| error)
        .unwrap();
    process.vault.rotate().await.unwrap();
    assert_eq!(process.both().await, BOTH);
    assert_eq!(process.wraps().await.len(), 2);
    assert_eq!(process.sealed("moved").await, moved);
    let later = machine.process();
    assert_eq!(later.get("b").await, "secret of b");
    assert_outcome!(later.try_get("moved").await, Err(VaultError::Value(SealError::DoesNotOpen)));
}

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

#[tokio::test]
async fn a_rotation_cut_short_anywhere_loses_nothing_and_is_finished_by_the_next_process() {
    let points = crash_everywhere(
        |_| (),
        |vault, _| async move { vault.rotate().await },
        |machine, key| async move {
            let process = machine.process();
            for process in [&process, &machine.process()] {
                assert_eq!(process.both().await, BOTH);
            }
            let row = process.row().await.unwrap();
            let current = row.current_key_id.clone();
            let wraps = [(current.clone(), WrapKind::Keychain), (current.clone(), WrapKind::Recovery)];
            assert_eq!(process.wraps().await, wraps);
            // An item that was written just before the crash may be left over, and nothing else.
            let items = machine.keyring.items();
            assert!(items.contains(&format!("vault/{}/{current}", row.id)) && items.len() <= 2, "{items:?}");
            process.vault.rotate().await.unwrap();
            machine.keyring.vanish();
            let process = machine.process();
            process.vault.recover(&key, None).await.unwrap();
            assert_eq!(process.both().await, BOTH);
        },
    )
    .await;
    assert!(points > 10, "{points}");
}

#[tokio::test]
async fn a_recovery_cut_short_anywhere_loses_nothing() {
    let points = crash_everywhere(
        |machine| machine.keyring.vanish(),
        |vault, key| async move { vault.recover(&key, None).await },
        |machine, key| async move {
            // Before the switch the key is still missing, after it the vault is whole.
            match machine.process().try_get("a").await {
                Ok(_) => assert_eq!(machine.process().both().await, BOTH),
                Err(error) => assert!(matches!(error, VaultError::KeyMissing), "{error:?}"),
            }
            machine.process().vault.recover(&key, None).await.unwrap();
            assert_eq!(machine.process().both().await, BOTH);
        },
    )
    .await;
    assert!(points > 10, "{points}");
}

// Starting again

#[tokio::test]
async fn starting_again_keeps_the_old_vault_aside() {
    let machine = Machine::with_secrets().await;
    let key = machine.process().recovery_key().await;
    machine.keyring.vanish();
    let process = machine.process();
    assert_outcome!(process.try_get("a").await, Err(VaultError::KeyMissing));
    let kept = process.vault.start_again().await.unwrap();
    assert_outcome!(process.state().await, VaultState::NotSetUp);
    process.put("new", "secret of new").await.unwrap();
    assert_eq!(process.get("new").await, "secret of new");

    // The old file, put back, opens with its recovery key.
    let old = Machine::new();
    std::fs::copy(&kept, old.directory.path().join("patchbay.db")).unwrap();
    let process = old.process();
    process.vault.recover(&key, None).await.unwrap();
    assert_eq!(process.get("a").await, "secret of a");
}
