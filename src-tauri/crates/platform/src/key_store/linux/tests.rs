//! The key store against a real gnome-keyring, on a bus and in a home folder of its own.
//!
//! Needs `dbus-run-session` and `gnome-keyring-daemon`, so it is not run by default:
//! `cargo test -p platform real_keyring -- --ignored`. It starts itself again inside `dbus-run-session`; the
//! person's own keyring is never reached.

use super::*;
use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const STEP: &str = "PATCHBAY_TEST_STEP";
const DONE: &str = "done";
const ITEM: &str = "vault/test/key";

#[test]
#[ignore = "needs dbus-run-session and gnome-keyring-daemon"]
fn a_real_keyring_tells_locked_missing_and_gone_apart() {
    match std::env::var(STEP).as_deref() {
        Err(_) => run_privately(),
        Ok("no bus") => without_a_bus(),
        Ok(_) => with_a_keyring(),
    }
    if let (Ok(_), Some(home)) = (std::env::var(STEP), std::env::var_os("HOME")) {
        std::fs::write(Path::new(&home).join(DONE), "").unwrap();
    }
}

/// Runs this test again, twice, with nothing of the person's session.
fn run_privately() {
    let home = tempfile::tempdir().unwrap();
    let runtime = home.path().join("run");
    std::fs::create_dir(&runtime).unwrap();
    std::fs::set_permissions(&runtime, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let test = std::env::current_exe().unwrap();
    let nowhere = format!("unix:path={}", home.path().join("no-bus").display());

    let mut without_bus = Command::new(&test);
    without_bus.env(STEP, "no bus").env("DBUS_SESSION_BUS_ADDRESS", nowhere);
    let mut with_keyring = Command::new("dbus-run-session");
    with_keyring.arg("--").arg(&test).env(STEP, "keyring");
    for mut command in [without_bus, with_keyring] {
        command
            .args(["--ignored", "--nocapture", "a_real_keyring_tells_locked_missing_and_gone_apart"])
            .env("HOME", home.path())
            .env("XDG_DATA_HOME", home.path().join("data"))
            .env("XDG_RUNTIME_DIR", &runtime)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY");
        assert!(command.status().unwrap().success(), "{command:?}");
        // A name that matches no test would succeed as well.
        std::fs::remove_file(home.path().join(DONE)).unwrap();
    }
}

fn without_a_bus() {
    let store = OsKeyStore::new();
    for outcome in [store.load(ITEM).map(|_| ()), store.store(ITEM, &key()), store.delete(ITEM)] {
        assert!(matches!(outcome, Err(KeyStoreError::Unavailable { .. })), "{outcome:?}");
    }
}

fn with_a_keyring() {
    let store = OsKeyStore::new();

    // Started by the bus for a home that has no keyring: nothing is missing there, and nothing can be kept.
    assert!(store.load(ITEM).unwrap().is_none());
    assert!(store.store(ITEM, &key()).is_err());

    end_daemon();
    start_unlocked();
    assert!(store.load(ITEM).unwrap().is_none());
    store.delete(ITEM).unwrap();
    store.store(ITEM, &SecretBytes::new(vec![1])).unwrap();
    store.store(ITEM, &key()).unwrap();
    assert!(store.load(ITEM).unwrap().unwrap().ct_eq(&key()));
    assert!(store.load("vault/test/other").unwrap().is_none());
    assert_eq!(store.label(), "Secret Service (GNOME Keyring)");

    lock();
    assert_eq!(store.load(ITEM).unwrap_err(), KeyStoreError::Locked);
    assert_eq!(store.load("vault/test/other").unwrap_err(), KeyStoreError::Locked);
    assert_eq!(store.store("vault/test/other", &key()).unwrap_err(), KeyStoreError::Locked);
    assert_eq!(store.delete(ITEM).unwrap_err(), KeyStoreError::Locked);

    // The bus starts it again, locked; the same store object goes on with it, and with the next one.
    end_daemon();
    assert_eq!(store.load(ITEM).unwrap_err(), KeyStoreError::Locked);
    end_daemon();
    start_unlocked();
    assert!(store.load(ITEM).unwrap().unwrap().ct_eq(&key()));
    store.delete(ITEM).unwrap();
    assert!(store.load(ITEM).unwrap().is_none());

    // A shell lets go of it while its runtime drives tasks.
    tokio::runtime::Runtime::new().unwrap().block_on(async { drop(store) });
}

fn key() -> SecretBytes {
    SecretBytes::new((0..=255).collect())
}

#[expect(clippy::disallowed_methods, reason = "a real daemon takes real time")]
fn start_unlocked() {
    let mut daemon = Command::new("gnome-keyring-daemon")
        .args(["--unlock", "--components=secrets"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    daemon.stdin.take().unwrap().write_all(b"password").unwrap();
    assert!(daemon.wait().unwrap().success());
    // Asked too early, the bus would start a second, locked one.
    let names = DBusProxy::new(&Connection::session().unwrap()).unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while !names.name_has_owner(BUS_NAME.try_into().unwrap()).unwrap() {
        assert!(Instant::now() < deadline, "the keyring did not come up");
        std::thread::yield_now();
    }
}

fn lock() {
    let bus = Connection::session().unwrap();
    let service = Proxy::new(
        &bus,
        "org.freedesktop.secrets",
        "/org/freedesktop/secrets",
        "org.freedesktop.Secret.Service",
    )
    .unwrap();
    let collection: OwnedObjectPath = service.call("ReadAlias", &"default").unwrap();
    let _: (Vec<OwnedObjectPath>, OwnedObjectPath) = service.call("Lock", &vec![collection]).unwrap();
}

fn end_daemon() {
    let bus = Connection::session().unwrap();
    let names = zbus::blocking::fdo::DBusProxy::new(&bus).unwrap();
    let process =
        names.get_connection_unix_process_id("org.freedesktop.secrets".try_into().unwrap()).unwrap();
    assert!(Command::new("kill").arg(process.to_string()).status().unwrap().success());
    while Path::new(&format!("/proc/{process}")).exists() {
        std::thread::yield_now();
    }
}
