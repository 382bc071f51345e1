//! A store in a temporary folder, and rows to fill it with.

use crate::{
    Change, Store, StoreError,
    connectors::{Connector, Provenance, Summary},
};
use domain::{
    Timestamp,
    attempt::{Attempt, AttemptState},
    authorization::{Authorization, Expiry},
    connection::{Connection, ConnectionStatus},
    id::{AttemptId, AuthorizationId, ConnectionId, ConnectorId, EnvironmentId, ProcessId, RevisionId},
    link_name::LinkName,
    origin::{AgreedOrigins, Origin},
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
    }
}
