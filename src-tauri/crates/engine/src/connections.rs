//! Connections that stand: list, find, open, rename, disable, duplicate, delete, and what verify teaches about them.

use crate::{
    Engine, Error,
    connect::{Former, former},
    credential::Credential,
    new_version::{Asks, newer},
    oauth::EndedSignIn,
    script,
    vault::{Place, VaultError},
};
use domain::{
    agent_group::Route,
    authorization::Authorization,
    connection::{AttentionReason, Connection, ConnectionStatus, Verification},
    connector::Connector,
    environment::PRODUCTION,
    event::{Event, EventKind, Exchange},
    id::{ConnectionId, EnvironmentId, RevisionId},
    link_name::LinkName,
};
use std::collections::BTreeMap;
use store::{
    Change, Snapshot,
    connections::{
        ConnectionFilter, ConnectionOrder, ConnectionPage, ConnectionRow, EnvironmentFilter, Named,
    },
    failures::Failure,
    sealed::Place as Column,
};

/// A connection with what its calls need, its credential still sealed.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The connection.
    pub connection: Connection,
    /// Its connector, its environment laid over it unless that is computed.
    pub connector: Connector,
    /// Its account.
    pub authorization: Authorization,
    /// The sealed credential.
    pub sealed: Vec<u8>,
    /// Values of all settings: given, fixed by the environment, or default.
    pub settings: BTreeMap<String, String>,
    /// How its calls leave this machine.
    pub route: Route,
}

/// A connection in detail.
#[derive(Debug)]
pub struct Detail {
    /// As in the list.
    pub row: ConnectionRow,
    /// The connection.
    pub connection: Connection,
    /// Its connector, its environment laid over it unless that is computed: to look at a connection asks nobody.
    pub connector: Connector,
    /// Its account, once it is signed in.
    pub authorization: Option<Authorization>,
    /// Values of all settings.
    pub settings: BTreeMap<String, String>,
    /// Shown name of its agent group.
    pub agent_group: String,
    /// What a newer ready revision of its connector asks; none where it uses the newest.
    pub new_version: Option<Asks>,
    /// What it was before a person signed in again, while that can be brought back.
    pub former: Option<Former>,
    /// How it failed last; none once it worked.
    pub failure: Option<Failure>,
}

/// One page of a connection's history.
#[derive(Debug)]
pub struct History {
    /// What happened, newest first, with the call that it came of.
    pub events: Vec<(Event, Option<Exchange>)>,
    /// The place to go on from; none at the end.
    pub next: Option<i64>,
}

impl Engine {
    /// One page of connections.
    /// # Errors
    /// [`Error::Store`].
    pub async fn connections(
        &self,
        filter: ConnectionFilter,
        order: ConnectionOrder,
        offset: u64,
        limit: u64,
    ) -> Result<ConnectionPage, Error> {
        self.store.read(move |snapshot| Ok(snapshot.connections().page(&filter, order, offset, limit)?)).await
    }

    /// The filter for connections in the environment of this link name.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn environment_filter(&self, link_name: &str) -> Result<EnvironmentFilter, Error> {
        if self.is_computed(link_name) {
            return Ok(EnvironmentFilter::Lab);
        }
        let link_name = link_name.to_owned();
        self.store
            .read(move |snapshot| {
                let environments = snapshot.environments().list()?;
                let found = environments.into_iter().find(|found| found.link_name.as_str() == link_name);
                found
                    .map(|found| EnvironmentFilter::Is(found.id))
                    .ok_or_else(|| Error::not_found("environment", link_name))
            })
            .await
    }

    /// The connection with this link name, or with this name where it is unique.
    /// # Errors
    /// [`Error::NotFound`], [`Error::Ambiguous`].
    pub async fn find_connection(&self, name: &str) -> Result<ConnectionRow, Error> {
        let name = name.to_owned();
        self.store
            .read(move |snapshot| match snapshot.connections().named(&name)? {
                Named::One(connection) => row(snapshot, &connection.id),
                Named::Nothing => Err(Error::not_found("connection", name)),
                Named::Ambiguous { candidates } => Err(Error::Ambiguous {
                    what: "connection",
                    name,
                    candidates: candidates.iter().map(ToString::to_string).collect(),
                }),
            })
            .await
    }

    /// One connection in detail.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn connection(&self, id: &ConnectionId) -> Result<Detail, Error> {
        let (id, now) = (id.clone(), self.ports.clock.now());
        self.store
            .read(move |snapshot| {
                let connection = find(snapshot, &id)?;
                let (connector, settings) = connector_of(
                    snapshot,
                    &connection.revision,
                    connection.environment.as_ref(),
                    &connection.settings,
                )?;
                let (authorization, former) = match &connection.authorization {
                    Some(id) => (snapshot.authorizations().find(id)?, former(snapshot, id, now)?),
                    None => (None, None),
                };
                let (agent_group, _) = route_of(snapshot, &connection, &connector)?;
                Ok(Detail {
                    row: row(snapshot, &id)?,
                    new_version: newer(snapshot, &connection)?,
                    failure: snapshot.failures().of(&id)?,
                    agent_group,
                    authorization,
                    former,
                    connector,
                    settings,
                    connection,
                })
            })
            .await
    }

    /// Which prompts of a connection have a value; none can be told while the vault does not open.
    /// # Errors
    /// As [`Engine::call`].
    pub async fn filled_prompts(&self, id: &ConnectionId) -> Result<Vec<String>, Error> {
        let loaded = self.load(id).await?;
        let credential = self.open_credential(&loaded).await?;
        Ok(credential.filled().into_iter().map(str::to_owned).collect())
    }

    /// What the service told besides the tokens of a connection: keys, with the values that may be shown.
    /// # Errors
    /// As [`Engine::call`].
    pub async fn captured(&self, id: &ConnectionId) -> Result<Vec<(String, Option<String>)>, Error> {
        let loaded = self.load(id).await?;
        let credential = self.open_credential(&loaded).await?;
        Ok(credential.tokens().map(|tokens| tokens.captured.shown()).unwrap_or_default())
    }

    /// Changes the shown name. The link name stays.
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Values`] for an empty name.
    pub async fn rename_connection(&self, id: &ConnectionId, name: &str) -> Result<(), Error> {
        let name = check_name(name)?;
        let (id, event_id, renamed) = (id.clone(), id.clone(), name.clone());
        self.store.write(move |change| Ok::<_, Error>(change.connections().rename(&id, &name)?)).await?;
        self.note_kind(event_id, EventKind::Renamed { name: renamed }).await
    }

    /// Switches a connection off; its calls end at once.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn disable_connection(&self, id: &ConnectionId) -> Result<(), Error> {
        let row = id.clone();
        let changed = self
            .store
            .write(move |change| {
                let connection = find(change, &row)?;
                if matches!(connection.status, ConnectionStatus::Disabled { .. }) {
                    return Ok::<_, Error>(false);
                }
                let status = ConnectionStatus::Disabled { before: Box::new(connection.status) };
                change.connections().set_status(&row, &status)?;
                Ok(true)
            })
            .await?;
        if changed { self.note_kind(id.clone(), EventKind::Disabled).await } else { Ok(()) }
    }

    /// Switches a connection on again, as it was before.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn enable_connection(&self, id: &ConnectionId) -> Result<(), Error> {
        let row = id.clone();
        let changed = self
            .store
            .write(move |change| {
                let ConnectionStatus::Disabled { before } = find(change, &row)?.status else {
                    return Ok::<_, Error>(false);
                };
                change.connections().set_status(&row, &before)?;
                Ok(true)
            })
            .await?;
        if changed { self.note_kind(id.clone(), EventKind::Enabled).await } else { Ok(()) }
    }

    /// Makes another connection on the same authorization.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn duplicate_connection(&self, id: &ConnectionId) -> Result<ConnectionRow, Error> {
        let (id, new_id) = (id.clone(), ConnectionId::make(&*self.ports.entropy));
        let now = self.ports.clock.now();
        let (made, event_id) = (new_id.clone(), new_id.clone());
        let row = self
            .store
            .write(move |change| {
                let mut copy = find(change, &id)?;
                copy.name = free_name(change, &copy.name)?;
                copy.link_name = free_link_name(change, &copy.name)?;
                copy.id = new_id;
                copy.created_at = now;
                change.connections().insert(&copy)?;
                row(change, &made)
            })
            .await?;
        let kind = EventKind::Connected { account: None, asked: 0, given: 0 };
        self.note_kind(event_id, kind).await?;
        Ok(row)
    }

    /// Forgets a connection, and its authorization where nobody else points to it. The service is told as far as it
    /// answers; what became of it there is the answer, where there was a sign-in of its own.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn delete_connection(&self, id: &ConnectionId) -> Result<Vec<EndedSignIn>, Error> {
        let (id, row) = (id.clone(), id.clone());
        let connection = self.store.read(move |snapshot| find(snapshot, &row)).await?;
        let ended = self.revoke_before_deletion(vec![connection]).await?;
        self.store
            .write(move |change| {
                find(change, &id)?;
                Ok::<_, Error>(change.connections().delete(&id)?)
            })
            .await?;
        Ok(ended)
    }

    /// A connection's history, newest first, from the place before `before` on; with the place to go on from.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn history(
        &self,
        id: &ConnectionId,
        before: Option<i64>,
        limit: u32,
    ) -> Result<History, Error> {
        let id = id.clone();
        self.store
            .read(move |snapshot| {
                find(snapshot, &id)?;
                let events = snapshot.activity().events(Some(&id), before, limit)?;
                let full = events.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
                let next = events.last().filter(|_| full).map(|last| last.place);
                let with_calls = events.into_iter().map(|recorded| {
                    let exchange = match &recorded.event.exchange {
                        Some(id) => snapshot.activity().exchange(id)?,
                        None => None,
                    };
                    Ok((recorded.event, exchange))
                });
                Ok(History { events: with_calls.collect::<Result<_, Error>>()?, next })
            })
            .await
    }

    /// A connection with what its calls need.
    pub(crate) async fn load(&self, id: &ConnectionId) -> Result<Loaded, Error> {
        let id = id.clone();
        self.store
            .read(move |snapshot| {
                let connection = find(snapshot, &id)?;
                let (connector, settings) = connector_of(
                    snapshot,
                    &connection.revision,
                    connection.environment.as_ref(),
                    &connection.settings,
                )?;
                let (_, route) = route_of(snapshot, &connection, &connector)?;
                let signed_in = match &connection.authorization {
                    Some(id) => snapshot.authorizations().find_sealed(id)?,
                    None => None,
                };
                let Some(found) = signed_in else { return Err(Error::NotSignedIn(connection.name)) };
                script::must_be_agreed(snapshot, &connection.connector, &connector)?;
                Ok(Loaded {
                    authorization: found.authorization,
                    sealed: found.credential,
                    connection,
                    connector,
                    settings,
                    route,
                })
            })
            .await
    }

    /// As [`Engine::load`], for a connection that is to be used.
    pub(crate) async fn load_usable(&self, id: &ConnectionId) -> Result<Loaded, Error> {
        let loaded = self.load(id).await?;
        match loaded.connection.status {
            ConnectionStatus::Disabled { .. } => Err(Error::Disabled(loaded.connection.name)),
            _ => Ok(loaded),
        }
    }

    /// Opens the credential of a connection.
    pub(crate) async fn open_credential(&self, loaded: &Loaded) -> Result<Credential, Error> {
        let opened = match self.unseal(&credential_place(&loaded.authorization), &loaded.sealed).await {
            Err(Error::Vault(VaultError::KeyChanged)) => {
                self.with_current_key(|| async {
                    let now = self.load(&loaded.connection.id).await?;
                    self.unseal(&credential_place(&now.authorization), &now.sealed).await
                })
                .await
            }
            opened => opened,
        };
        let Loaded { connection, connector, authorization, .. } = loaded;
        let client = (connection.environment.as_ref(), authorization.registration.as_ref());
        let credential = Credential::parse(&opened?)?;
        self.with_client(credential, connector, connection.authentication.as_deref(), client).await
    }

    /// Keeps what a verify taught, where the connection is still there and switched on.
    pub(crate) async fn keep_verification(
        &self,
        id: &ConnectionId,
        found: &Verification,
    ) -> Result<(), Error> {
        let (id, now) = (id.clone(), self.ports.clock.now());
        let (status, account) = match found {
            Verification::Works { account } => {
                (ConnectionStatus::Connected { verified: Some(now) }, account.clone())
            }
            Verification::Refused { status, .. } => {
                let reason = AttentionReason::Refused { status: *status };
                (ConnectionStatus::NeedsAttention { reason }, None)
            }
            Verification::CouldNotCheck { .. } => return Ok(()),
        };
        self.store
            .write(move |change| {
                let Some(connection) = change.connections().find(&id)? else { return Ok(()) };
                if let (Some(authorization), Some(account)) = (&connection.authorization, account) {
                    change.authorizations().set_account(authorization, Some(&account))?;
                }
                if let (ConnectionStatus::Connected { .. }, Some(id)) = (&status, &connection.authorization)
                    && let Some(authorization) = change.authorizations().find(id)?
                {
                    // The new credential has worked: the one before it is not needed any more.
                    let _ = change.authorizations().drop_former(id, authorization.generation)?;
                }
                set_status_unless_disabled(change, &connection, status)
            })
            .await
    }

    /// Changes the status of a connection that is still there and switched on.
    pub(crate) async fn keep_status(&self, id: &ConnectionId, status: ConnectionStatus) -> Result<(), Error> {
        let id = id.clone();
        self.store
            .write(move |change| match change.connections().find(&id)? {
                Some(connection) => set_status_unless_disabled(change, &connection, status),
                None => Ok(()),
            })
            .await
    }

    /// Writes a line of history.
    pub(crate) async fn note(&self, event: Event) -> Result<(), Error> {
        self.store.write(move |change| Ok::<_, Error>(change.activity().record_event(&event)?)).await
    }

    async fn note_kind(&self, connection: ConnectionId, kind: EventKind) -> Result<(), Error> {
        self.note(Event { at: self.ports.clock.now(), connection: Some(connection), kind, exchange: None })
            .await
    }
}

/// Where an authorization's credential stands.
pub(crate) fn credential_place(authorization: &Authorization) -> Place<'_> {
    Place {
        column: Column::Credential,
        owner: authorization.id.as_str(),
        generation: authorization.generation,
        origins: &authorization.origins,
    }
}

/// The connector of a revision in an environment, and the values of all its settings. What is computed is laid over it by
/// [`Engine::reach`], without which nothing is sent.
pub(crate) fn connector_of(
    snapshot: &Snapshot<'_>,
    revision: &RevisionId,
    environment: Option<&EnvironmentId>,
    given: &BTreeMap<String, String>,
) -> Result<(Connector, BTreeMap<String, String>), Error> {
    let stored = |error: &dyn std::fmt::Display| Error::Stored(error.to_string());
    let revision = snapshot
        .revisions()
        .find(revision)?
        .ok_or_else(|| Error::not_found("revision", revision.as_str()))?;
    let connector: Connector = serde_json::from_value(revision.manifest).map_err(|error| stored(&error))?;
    let link_name = match environment {
        Some(id) => {
            let found = snapshot.environments().find(id)?;
            Some(found.ok_or_else(|| Error::not_found("environment", id.as_str()))?.link_name)
        }
        None => None,
    };
    let connector = match link_name.as_ref().map(LinkName::as_str) {
        Some(PRODUCTION) | None => connector,
        Some(link_name) => connector.in_environment(link_name).map_err(|error| stored(&error))?,
    };
    let settings = all_settings(&connector, given);
    Ok((connector, settings))
}

/// The value of each setting: fixed by the environment, given, or default.
pub(crate) fn all_settings(
    connector: &Connector,
    given: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let value = |setting: &domain::connector::Setting| {
        let typed = given.get(&setting.key).filter(|value| !value.is_empty());
        setting.fixed.as_ref().or(typed).or(setting.default.as_ref()).cloned()
    };
    let settings = connector.settings.iter();
    settings.filter_map(|setting| Some((setting.key.clone(), value(setting)?))).collect()
}

/// Name and route of a connection's agent group.
fn route_of(
    snapshot: &Snapshot<'_>,
    connection: &Connection,
    connector: &Connector,
) -> Result<(String, Route), Error> {
    let group = match &connection.agent_group {
        Some(id) => snapshot.agent_groups().find(id)?,
        None => snapshot.agent_groups().find_by_link_name(&connector.agent_group)?,
    };
    let group = group.ok_or_else(|| Error::not_found("agent group", connector.agent_group.as_str()))?;
    Ok((group.name, group.route))
}

pub(crate) fn find(snapshot: &Snapshot<'_>, id: &ConnectionId) -> Result<Connection, Error> {
    snapshot.connections().find(id)?.ok_or_else(|| Error::not_found("connection", id.as_str()))
}

pub(crate) fn row(snapshot: &Snapshot<'_>, id: &ConnectionId) -> Result<ConnectionRow, Error> {
    snapshot.connections().row(id)?.ok_or_else(|| Error::not_found("connection", id.as_str()))
}

pub(crate) fn set_status_unless_disabled(
    change: &Change<'_>,
    connection: &Connection,
    status: ConnectionStatus,
) -> Result<(), Error> {
    let status = match &connection.status {
        ConnectionStatus::Disabled { .. } => ConnectionStatus::Disabled { before: Box::new(status) },
        _ => status,
    };
    Ok(change.connections().set_status(&connection.id, &status)?)
}

/// A name as people give it: 1 to 100 characters, no control characters, blanks trimmed.
pub(crate) fn check_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    let reason = if name.is_empty() {
        "A connection needs a name."
    } else if name.chars().count() > 100 {
        "A name has 100 characters at the most."
    } else if name.chars().any(char::is_control) {
        "A name is one line of text."
    } else {
        return Ok(name.to_owned());
    };
    Err(Error::Values(vec![("name".into(), reason.into())]))
}

/// `wanted`, or with the first free number behind it. Names need not be unique, but an offered one should be.
pub(crate) fn free_name(snapshot: &Snapshot<'_>, wanted: &str) -> Result<String, Error> {
    let mut name = wanted.to_owned();
    for number in 2.. {
        if matches!(snapshot.connections().named(&name)?, Named::Nothing) {
            break;
        }
        name = format!("{wanted} {number}");
    }
    Ok(name)
}

pub(crate) fn free_link_name(snapshot: &Snapshot<'_>, name: &str) -> Result<LinkName, Error> {
    Ok(snapshot.connections().free_link_name(&LinkName::derive_for_connection(name))?)
}
