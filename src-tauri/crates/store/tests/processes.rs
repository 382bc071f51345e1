//! Several processes on one data directory, and processes that die: nothing shown as done is lost, nothing is half.
//!
//! The other processes are this test binary, started again with [`ROLE`] in its environment: then the test
//! `a_process_of_these_tests` does what the role says, and is empty otherwise.
#![cfg(test)]

use domain::{
    Timestamp,
    attempt::{Attempt, AttemptState},
    authorization::{Authorization, Expiry},
    connection::{Connection, ConnectionStatus},
    event::{Event, EventKind},
    id::{AttemptId, AuthorizationId, ConnectionId, ConnectorId, EnvironmentId, ProcessId, RevisionId},
    link_name::LinkName,
    origin::AgreedOrigins,
};
use std::{
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    thread,
};
use store::{
    Change, Changed, Guarded, Snapshot, Store, StoreError, Tag,
    connectors::{Connector, Provenance, Summary},
};

const ROLE: &str = "STORE_TEST_ROLE";
const DIRECTORY: &str = "STORE_TEST_DIRECTORY";
const NUMBER: &str = "STORE_TEST_NUMBER";

const PROCESSES: u64 = 4;
const WRITES: u64 = 2_000;
/// Threads of each process that write at the same time.
const THREADS: u64 = 4;

fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

fn open(dir: &Path) -> Store {
    Store::open(dir, now()).unwrap()
}

/// Starts this binary again in a role.
fn start(role: &str, dir: &Path, number: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_process_of_these_tests", "--nocapture", "--test-threads=1"])
        .env(ROLE, role)
        .env(DIRECTORY, dir)
        .env(NUMBER, number.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What a role said, without what the test harness says around it.
fn said(line: &str) -> Option<u64> {
    line.split_once("said ").and_then(|(_, number)| number.trim().parse().ok())
}

fn say(number: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "said {number}").unwrap();
    out.flush().unwrap();
}

#[test]
fn a_process_of_these_tests() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let store = open(Path::new(&std::env::var_os(DIRECTORY).unwrap()));
    let number: u64 = std::env::var(NUMBER).unwrap().parse().unwrap();
    match role.as_str() {
        "mixed" => write_a_mixture(&store, number),
        "until killed" => write_until_killed(&store),
        "one change" => {
            store.write_blocking(|change| change.settings().store("theme", &"dark")).unwrap();
        }
        other => panic!("no role `{other}`"),
    }
}

fn add_connector(store: &Store) {
    store
        .write_blocking(|change| {
            let id = ConnectorId::from_stored("crm");
            let revision = RevisionId::from_stored("crm-r1");
            change.connectors().insert(&Connector {
                id: id.clone(),
                link_name: LinkName::parse("crm").unwrap(),
                provenance: Provenance::Custom,
                ready: None,
                summary: Summary { name: "CRM".into(), ..Summary::default() },
                draft: serde_json::Value::Null,
                draft_version: 1,
                created_at: now(),
                changed_at: now(),
            })?;
            change.revisions().add(&revision, &id, &serde_json::Value::Null, now())?;
            change.connectors().mark_ready(&id, &revision, now())
        })
        .unwrap();
}

fn authorization(id: &str) -> Authorization {
    Authorization {
        id: AuthorizationId::from_stored(id),
        registration: None,
        account: None,
        requested: vec![],
        granted: vec![],
        expiry: Expiry::Never,
        origins: AgreedOrigins::default(),
        generation: 1,
    }
}

fn connection(id: &str, name: &str) -> Connection {
    Connection {
        id: ConnectionId::from_stored(id),
        name: name.into(),
        link_name: LinkName::derive_for_connection(name),
        connector: ConnectorId::from_stored("crm"),
        revision: RevisionId::from_stored("crm-r1"),
        environment: Some(EnvironmentId::from_stored("production")),
        authorization: None,
        authentication: None,
        settings: [].into(),
        agent_group: None,
        status: ConnectionStatus::NotSignedIn,
        created_at: now(),
    }
}

fn count(snapshot: &Snapshot<'_>, key: &str) -> Result<u64, StoreError> {
    Ok(snapshot.settings().load(key)?.unwrap_or(0))
}

/// One of a mixture of writes: what people and refreshes do, several of which read before they write. Each also counts
/// itself in a number that all processes share.
fn mixed_write(change: &Change<'_>, process: u64, write: u64) -> Result<(), StoreError> {
    let shared = count(change, "shared")? + 1;
    change.settings().store("shared", &shared)?;
    let group = write / 5;
    let id = format!("p{process}-{group}");
    let connection_id = ConnectionId::from_stored(&id);
    match write % 5 {
        0 => {
            // Every process wants the same link names.
            let mut made = connection(&id, &format!("Sales {}", group % 7));
            made.link_name = change.connections().free_link_name(&made.link_name)?;
            change.connections().insert(&made)
        }
        1 => {
            change.authorizations().insert(&authorization(&id), b"sealed 1")?;
            let found = change.connections().find(&connection_id)?.unwrap();
            let authorization = Some(AuthorizationId::from_stored(&id));
            let status = ConnectionStatus::Connected { verified: None };
            change.connections().update(&Connection { authorization, status, ..found })
        }
        2 => {
            let next = Authorization { generation: 2, account: Some(id.clone()), ..authorization(&id) };
            let replaced = change.authorizations().replace(1, &next, b"sealed 2", Some(b"sealed 1"))?;
            assert_eq!(replaced, Guarded::Won);
            Ok(())
        }
        3 => change.connections().rename(&connection_id, &format!("Renamed {id}")),
        _ => {
            let connection = Some(connection_id);
            let event = Event { at: now(), connection, kind: EventKind::Enabled, exchange: None };
            change.activity().record_event(&event)
        }
    }
}

fn write_a_mixture(store: &Store, process: u64) {
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let store = store.clone();
            scope.spawn(move || {
                for write in 0..WRITES / THREADS {
                    let write = thread * (WRITES / THREADS) + write;
                    store.write_blocking(move |change| mixed_write(change, process, write)).unwrap();
                }
            });
        }
    });
    say(WRITES);
}

#[test]
fn four_processes_write_two_thousand_times_each_and_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    add_connector(&store);
    let processes: Vec<_> = (0..PROCESSES).map(|number| start("mixed", dir.path(), number)).collect();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{text}");
        assert_eq!(text.lines().find_map(said), Some(WRITES), "{text}");
    }
    store
        .read_blocking(|s| {
            assert_eq!(count(s, "shared")?, PROCESSES * WRITES, "each write saw those before it");
            assert_eq!(s.connections().count()?, PROCESSES * WRITES / 5);
            for process in 0..PROCESSES {
                for group in 0..WRITES / 5 {
                    let id = format!("p{process}-{group}");
                    let found = s.connections().find(&ConnectionId::from_stored(&id))?.unwrap();
                    assert_eq!(found.name, format!("Renamed {id}"));
                    let sealed = s.authorizations().find_sealed(&found.authorization.unwrap())?.unwrap();
                    assert_eq!((sealed.authorization.generation, sealed.credential), (2, b"sealed 2".into()));
                    assert_eq!(s.activity().events(Some(&found.id), None, 9)?.len(), 1);
                }
            }
            assert_eq!(s.check()?, [""; 0]);
            Ok::<_, StoreError>(())
        })
        .unwrap();
}

/// One whole journey in one transaction, as connect does it: an attempt, its authorization and its connection.
fn connect(change: &Change<'_>, number: u64) -> Result<(), StoreError> {
    let id = format!("n{number}");
    let attempt = Attempt {
        id: AttemptId::from_stored(&id),
        connection: None,
        name: id.clone(),
        connector: ConnectorId::from_stored("crm"),
        revision: RevisionId::from_stored("crm-r1"),
        environment: None,
        authentication: None,
        settings: [].into(),
        agent_group: None,
        requested: vec![],
        origins: AgreedOrigins::default(),
        generation: 1,
        state: AttemptState::Verifying,
        owner: ProcessId::from_stored("p"),
        created_at: now(),
        sign_in: None,
    };
    change.attempts().insert(&attempt, &vec![7; 3_000])?;
    change.authorizations().insert(&authorization(&id), &vec![8; 3_000])?;
    let authorization = Some(AuthorizationId::from_stored(&id));
    change.connections().insert(&Connection { authorization, ..connection(&id, &id) })
}

fn write_until_killed(store: &Store) {
    let first = store.read_blocking(|s| s.connections().count()).unwrap();
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let store = store.clone();
            scope.spawn(move || {
                for step in 0.. {
                    // Each round has numbers of its own.
                    let number = first * 1_000_000 + step * THREADS + thread;
                    store.write_blocking(move |change| connect(change, number)).unwrap();
                    say(number);
                }
            });
        }
    });
}

#[cfg(unix)]
#[test]
fn a_killed_process_leaves_no_half_row_and_loses_nothing_it_answered() {
    let dir = tempfile::tempdir().unwrap();
    add_connector(&open(dir.path()));
    let mut answered = Vec::new();
    for round in 0..8 {
        let mut process = start("until killed", dir.path(), round);
        let mut out = BufReader::new(process.stdout.take().unwrap());
        answered.extend(read_until(&mut out, 5 + 7 * round));
        // SIGKILL: no destructor runs, no buffer is written.
        process.kill().unwrap();
        process.wait().unwrap();
        answered.extend(read_until(&mut out, u64::MAX));

        let store = open(dir.path());
        let expected = answered.clone();
        store
            .read_blocking(move |s| {
                assert_eq!(s.check()?, [""; 0]);
                for number in expected {
                    let id = format!("n{number}");
                    let connection = s.connections().find(&ConnectionId::from_stored(&id))?;
                    assert!(connection.is_some(), "`{id}` was answered");
                }
                // What was written without an answer is whole too.
                for id in s.connections().ids(&Default::default())? {
                    let connection = s.connections().find(&id)?.unwrap();
                    let sealed = s.authorizations().find_sealed(&connection.authorization.unwrap())?.unwrap();
                    assert_eq!(sealed.credential, [8; 3_000]);
                    let attempt = s.attempts().find_sealed(&AttemptId::from_stored(id.as_str()))?.unwrap();
                    assert_eq!(attempt.slot.unwrap(), [7; 3_000]);
                }
                assert_eq!(s.attempts().open()?.len() as u64, s.connections().count()?);
                Ok::<_, StoreError>(())
            })
            .unwrap();
    }
    assert!(answered.len() as u64 >= 5 * 8 + 7 * 28);
}

/// The next `most` numbers that a role says, or fewer when it says no more.
#[cfg(unix)]
fn read_until(out: &mut BufReader<ChildStdout>, most: u64) -> Vec<u64> {
    let mut numbers = Vec::new();
    let mut line = String::new();
    while (numbers.len() as u64) < most && out.read_line(&mut line).unwrap() > 0 {
        // The last line of a killed process may be half.
        if line.ends_with('\n') {
            numbers.extend(said(&line));
        }
        line.clear();
    }
    numbers
}

#[test]
fn a_watch_sees_what_another_process_changed() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let mut watch = store.watch().unwrap();
    assert_eq!(watch.poll().unwrap(), []);
    assert!(start("one change", dir.path(), 0).wait().unwrap().success());
    assert_eq!(watch.poll().unwrap(), [Changed { tag: Tag::Settings, id: Some("theme".into()) }]);
    assert_eq!(watch.poll().unwrap(), []);
}
