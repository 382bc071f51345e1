//! What processes see of each other through `lab.db`.

use super::*;
use crate::play::{Authentication, Refusal, Way};
use std::{
    fs,
    sync::atomic::{AtomicU8, Ordering},
};

/// Differs from call to call.
#[derive(Default)]
struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
    }
}

fn play(name: &str) -> Play {
    Play {
        link_name: "crm".into(),
        name: name.into(),
        base_url: "https://h.example".into(),
        settings: Default::default(),
        ways: vec![Way { name: None, authentication: Authentication::None, verify: None }],
        refusal: Refusal::default(),
    }
}

#[test]
fn two_processes_share_seed_and_plays() {
    let directory = tempfile::tempdir().unwrap();
    let entropy = Counting::default();
    let one = State::open(directory.path(), &entropy).unwrap();
    let other = State::open(directory.path(), &entropy).unwrap();
    assert!(one.seed().ct_eq(&other.seed()));
    one.store_play(&play("CRM")).unwrap();
    assert_eq!(other.load_play("crm").unwrap(), Some(play("CRM")));
    other.store_play(&play("CRM 2")).unwrap();
    assert_eq!(one.load_play("crm").unwrap(), Some(play("CRM 2")));
    one.forget_play("crm").unwrap();
    assert_eq!(other.load_play("crm").unwrap(), None);
}

#[test]
fn another_directory_has_another_seed() {
    let entropy = Counting::default();
    let directories = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let [one, other] =
        directories.each_ref().map(|directory| State::open(directory.path(), &entropy).unwrap().seed());
    assert!(!one.ct_eq(&other));
}

#[test]
fn one_process_runs_the_lab_until_it_ends() {
    let directory = tempfile::tempdir().unwrap();
    let entropy = Counting::default();
    let one = State::open(directory.path(), &entropy).unwrap();
    let other = State::open(directory.path(), &entropy).unwrap();
    assert_eq!(other.find_running().unwrap(), None);
    let lock = one.claim_running(4390, &entropy).unwrap();
    assert_eq!(other.find_running().unwrap(), Some(Base::at_port(4390)));
    let refused = other.claim_running(4391, &entropy).unwrap_err();
    assert!(matches!(refused, LabError::AlreadyRunning { base } if base.port() == 4390));
    one.end_running(&lock).unwrap();
    drop(lock);
    let lock = other.claim_running(4391, &entropy).unwrap();
    assert_eq!(one.find_running().unwrap(), Some(Base::at_port(4391)));
    drop(lock);
}

#[test]
fn a_process_that_died_runs_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let entropy = Counting::default();
    let state = State::open(directory.path(), &entropy).unwrap();
    // Its row and its file stay; only the lock is gone.
    let lock = state.claim_running(4390, &entropy).unwrap();
    let file = directory.path().join("run").join(lock.name());
    drop(lock);
    fs::write(file, "").unwrap();
    assert_eq!(state.find_running().unwrap(), None);
    let _lock = state.claim_running(4395, &entropy).unwrap();
    assert_eq!(state.find_running().unwrap(), Some(Base::at_port(4395)));
}

#[test]
fn a_newer_file_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(State::open(directory.path(), &Counting::default()).unwrap());
    let db = Connection::open(directory.path().join(FILE)).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    let refused = State::open(directory.path(), &Counting::default()).err().unwrap();
    assert!(matches!(refused, LabError::NewerState { found: 99, known: 2 }));
}

#[test]
fn many_that_open_at_once_make_one_file() {
    let directory = tempfile::tempdir().unwrap();
    let entropy = Counting::default();
    let seeds: Vec<_> = std::thread::scope(|scope| {
        let open = || State::open(directory.path(), &entropy).unwrap().seed();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(open)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(seeds.iter().all(|seed| seed.ct_eq(&seeds[0])));
}

#[cfg(unix)]
#[test]
fn files_are_readable_by_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let state = State::open(&directory.path().join("data"), &Counting::default()).unwrap();
    let lock = state.claim_running(4390, &Counting::default()).unwrap();
    let mode = |path: &str| {
        fs::metadata(directory.path().join("data").join(path)).unwrap().permissions().mode() & 0o777
    };
    assert_eq!((mode(""), mode("run")), (0o700, 0o700));
    for entry in fs::read_dir(directory.path().join("data")).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{entry:?}");
        }
    }
    assert_eq!(mode(&format!("run/{}", lock.name())), 0o600);
}
