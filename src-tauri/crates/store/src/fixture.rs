//! A store in a temporary folder, and rows to fill it with.

use crate::{
    Change, Store, StoreError,
    connectors::{Connector, Provenance, Stage, Summary},
    proofs::Stamp,
    replaced::Replaced,
    sealed::Place,
    vault::{Vault, VaultMode, VaultWrap, WrapKind},
};
use domain::{
    Timestamp,
    attempt::{Attempt, AttemptState},
    authorization::{Authorization, Expiry},
    connection::{Connection, ConnectionStatus},
    event::{Event, EventKind, Exchange, ExchangeOutcome, ScriptRun},
    id::{
        AttemptId, AuthorizationId, ConnectionId, ConnectorId, EnvironmentId, ExchangeId, ProcessId,
        RegistrationId, RevisionId, VaultId,
    },
    link_name::LinkName,
    origin::{AgreedOrigins, Origin},
    registration::ClientRegistration,
};

/// An instant, some seconds after another.
pub(crate) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + second).unwrap()
}

/// An open store; the folder goes when the first of the two does.
pub(crate) fn store() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path(), at(0)).unwrap();
    (dir, store)
}

impl Store {
    /// Writes, and fails the test where the store fails.
    pub(crate) fn change<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Change<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.write_blocking(change).unwrap()
    }
}

pub(crate) fn origins() -> AgreedOrigins {
    Origin::of(&"https://api.example/".parse().unwrap()).into_iter().collect()
}

pub(crate) fn connector(id: &str, name: &str) -> Connector {
    Connector {
        id: ConnectorId::from_stored(id),
        link_name: LinkName::derive_for_connector(name),
        provenance: Provenance::Custom,
        ready: None,
        summary: Summary { name: name.into(), ..Summary::default() },
        draft: serde_json::json!({ "name": name }),
        draft_version: 1,
        created_at: at(1),
        changed_at: at(1),
    }
}

/// A ready connector with one revision, `<id>-r1`.
pub(crate) fn ready_connector(change: &Change<'_>, id: &str, name: &str) {
    let connector = connector(id, name);
    change.connectors().insert(&connector).unwrap();
    let revision = RevisionId::from_stored(format!("{id}-r1"));
    change.revisions().add(&revision, &connector.id, &connector.draft, at(2)).unwrap();
    change.connectors().mark_ready(&connector.id, &revision, at(2)).unwrap();
}

pub(crate) fn connection(id: &str, connector: &str, name: &str) -> Connection {
    Connection {
        id: ConnectionId::from_stored(id),
        name: name.into(),
        link_name: LinkName::derive_for_connection(name),
        connector: ConnectorId::from_stored(connector),
        revision: RevisionId::from_stored(format!("{connector}-r1")),
        environment: Some(EnvironmentId::from_stored("production")),
        authorization: None,
        authentication: None,
        settings: [("subdomain".into(), "acme".into())].into(),
        agent_group: None,
        status: ConnectionStatus::NotSignedIn,
        created_at: at(3),
    }
}

pub(crate) fn authorization(id: &str, account: &str) -> Authorization {
    Authorization {
        id: AuthorizationId::from_stored(id),
        registration: None,
        account: Some(account.into()),
        requested: vec!["read".into(), "write".into()],
        granted: vec!["read".into()],
        expiry: Expiry::Told(at(3600)),
        origins: origins(),
        generation: 1,
    }
}

pub(crate) fn attempt(id: &str, connector: &str) -> Attempt {
    Attempt {
        id: AttemptId::from_stored(id),
        connection: None,
        name: "Attempted".into(),
        connector: ConnectorId::from_stored(connector),
        revision: RevisionId::from_stored(format!("{connector}-r1")),
        environment: None,
        authentication: None,
        settings: [].into(),
        agent_group: None,
        requested: vec![],
        origins: origins(),
        generation: 1,
        state: AttemptState::Verifying,
        owner: ProcessId::from_stored("p1"),
        created_at: at(4),
        sign_in: None,
    }
}

pub(crate) fn registration(id: &str, connector: &str) -> ClientRegistration {
    ClientRegistration {
        id: RegistrationId::from_stored(id),
        connector: ConnectorId::from_stored(connector),
        environment: EnvironmentId::from_stored("production"),
        label: "Acme's app".into(),
        client_id: "acme".into(),
        origins: origins(),
        generation: 1,
        on_trial_since: None,
    }
}

pub(crate) fn vault() -> Vault {
    Vault {
        id: VaultId::from_stored("vault"),
        check_value: vec![1, 2, 3],
        mode: VaultMode::Keychain,
        current_key_id: "k1".into(),
        created_at: at(0),
    }
}

pub(crate) fn wrap(key_id: &str, kind: WrapKind, wrapped: &[u8]) -> VaultWrap {
    VaultWrap { key_id: key_id.into(), kind, params: serde_json::json!({ "t": 3 }), wrapped: wrapped.into() }
}

pub(crate) fn event(connection: Option<&str>) -> Event {
    Event {
        at: at(5),
        connection: connection.map(ConnectionId::from_stored),
        kind: EventKind::Connected { account: None, asked: 0, given: 0 },
        exchange: None,
    }
}

pub(crate) fn exchange(id: &str, connection: Option<&str>) -> Exchange {
    Exchange {
        id: ExchangeId::from_stored(id),
        at: at(5),
        connection: connection.map(ConnectionId::from_stored),
        method: "GET".into(),
        url: "https://api.example/me".into(),
        request_headers: vec![("Accept".into(), "application/json".into())],
        request_bytes: 0,
        outcome: ExchangeOutcome::Reply { status: 200, headers: vec![], bytes: 2, body: Some("{}".into()) },
        millis: 12,
        scripts: vec![ScriptRun {
            event: "before_action".into(),
            micros: 400,
            log: vec!["signed".into()],
            failure: None,
        }],
    }
}

/// One row of everything, for a fixture database.
pub(crate) fn fill(change: &Change<'_>) -> Result<(), StoreError> {
    change
        .vault()
        .create(&vault(), &[wrap("k1", WrapKind::Keychain, b"a"), wrap("k1", WrapKind::Recovery, b"b")])?;
    ready_connector(change, "crm", "Zylker CRM");
    change.connectors().insert(&connector("new", "Not ready"))?;
    change.registrations().insert(&registration("r1", "crm"), Some(b"sealed client secret"))?;
    change.registrations().make_default(&RegistrationId::from_stored("r1"))?;
    let mut account = authorization("a1", "jane@acme.test");
    account.registration = Some(RegistrationId::from_stored("r1"));
    change.authorizations().insert(&account, b"sealed 1")?;
    change.replaced().keep(&Replaced {
        authorization: account.clone(),
        credential: b"sealed 0".to_vec(),
        replaced_at: at(5),
    })?;
    account.generation = 2;
    assert!(change.authorizations().replace(1, &account, b"sealed 2", Some(b"sealed 1"))?.won());
    change.authorizations().set_side_slot(&account.id, Some(b"sealed late"))?;
    let mut jane = connection("c1", "crm", "Jane's deals");
    jane.authorization = Some(account.id);
    jane.status = ConnectionStatus::Connected { verified: Some(at(6)) };
    change.connections().insert(&jane)?;
    change
        .connections()
        .insert(&Connection { environment: None, ..connection("c2", "crm", "In the Lab") })?;
    change.attempts().insert(&attempt("t1", "crm"), b"sealed prompts")?;
    change.proofs().put(&ConnectorId::from_stored("crm"), &stamp())?;
    change.settings().store("theme", &"dark")?;
    change.activity().record_exchange(&exchange("x1", Some("c1")))?;
    change
        .activity()
        .record_event(&Event { exchange: Some(ExchangeId::from_stored("x1")), ..event(Some("c1")) })
}

fn stamp() -> Stamp {
    Stamp {
        draft_version: 1,
        revision: Some(RevisionId::from_stored("crm-r1")),
        proved_at: at(7),
        passed: 7,
        refused: 6,
        failed: 1,
    }
}

/// What [`fill`] wrote is there, in whatever release it did: in the first with that `format` of the database.
pub(crate) fn check_filled(store: &Store, format: usize) {
    store
        .read_blocking(move |s| {
            assert_eq!(s.check()?, [""; 0]);
            assert_eq!(s.vault().load()?.unwrap(), vault());
            assert_eq!(s.vault().wraps()?.len(), 2);
            let crm = s.connectors().find_by_link_name(&LinkName::parse("zylker_crm").unwrap())?.unwrap();
            assert_eq!((crm.stage(), crm.draft_version), (Stage::Ready, 1));
            assert_eq!(s.revisions().find(&crm.ready.unwrap())?.unwrap().number, 1);
            assert_eq!(s.connectors().count()?, 2);
            assert_eq!(s.proofs().find(&crm.id)?, (format >= 6).then(stamp));
            let page = s.connections().page(&Default::default(), Default::default(), 0, 10)?;
            let names: Vec<_> = page.rows.iter().map(|row| row.connection.name.as_str()).collect();
            assert_eq!(names, ["Jane's deals", "In the Lab"]);
            let account = page.rows[0].authorized.as_ref().unwrap().account.as_deref();
            assert_eq!(account, Some("jane@acme.test"));
            for place in Place::ALL {
                let is_there = place != Place::Replaced || format >= 3;
                assert_eq!(s.sealed().after(place, "", 10)?.len(), usize::from(is_there), "{place:?}");
            }
            assert_eq!(s.attempts().open()?, [attempt("t1", "crm")]);
            assert_eq!(s.settings().load::<String>("theme")?.as_deref(), Some("dark"));
            let events = s.activity().events(Some(&ConnectionId::from_stored("c1")), None, 10)?;
            let exchange = events[0].event.exchange.clone().unwrap();
            assert!(s.activity().exchange(&exchange)?.is_some());
            Ok::<_, StoreError>(())
        })
        .unwrap();
}
