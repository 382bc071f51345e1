//! Use the new version: a connection stays on the revision that it was made with until a person moves it.
//!
//! Where the new revision needs nothing that nobody agreed to, the row names another revision, and that is all: the
//! credential stays sealed for the origins that it was given for, so it goes nowhere new even if this file is wrong.
//! Otherwise the person is told what is asked, and signs in again with the new revision ([`crate::connect`], `new_version`);
//! the connection goes on with the old one until that has worked.

use crate::{
    Engine, Error,
    connect::check_settings,
    connections::{all_settings, connector_of, find, row},
    oauth::provider::{Provider, oauth2_of},
    oauth1::service::{Service, oauth1_of},
    script,
};
use domain::{
    authorization::Authorization,
    connection::{Connection, ConnectionStatus},
    connector::{Authentication, Connector, Scope},
    event::{Event, EventKind},
    id::{ConnectionId, ConnectorId, RevisionId},
    origin::AgreedOrigins,
};
use std::collections::{BTreeMap, BTreeSet};
use store::{Change, Snapshot, connections::ConnectionRow};

/// What the new version asks of a person before a connection can use it; nothing where it can at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asks {
    /// Addresses that the credential would go to, and that nobody agreed to.
    pub origins: Vec<String>,
    /// Whether it signs in in another way.
    pub authentication: bool,
    /// Permissions that it asks for now.
    pub permissions: Vec<Scope>,
    /// Values that it asks for now, by their shown names.
    pub values: Vec<String>,
}

impl Asks {
    /// Whether a connection can use the new version at once.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What became of connections that were to use the new version.
#[derive(Debug, Default)]
pub struct Moved {
    /// They use it now.
    pub moved: Vec<ConnectionRow>,
    /// They go on as before, and what is asked of the person first.
    pub left: Vec<(ConnectionRow, Asks)>,
}

impl Engine {
    /// Lets a connection use the newest ready revision of its connector, where that asks nothing of the person.
    /// # Errors
    /// [`Error::NotFound`]; [`Error::ScriptNotAgreed`] where the new version runs code that nobody agreed to.
    pub async fn use_new_version(&self, id: &ConnectionId) -> Result<Moved, Error> {
        let (id, now) = (id.clone(), self.ports.clock.now());
        self.store
            .write(move |change| {
                let connection = find(change, &id)?;
                move_all(change, vec![connection], now)
            })
            .await
    }

    /// The same for every connection of a connector, in one transaction.
    /// # Errors
    /// As [`Engine::use_new_version`].
    pub async fn use_new_version_everywhere(&self, connector: &ConnectorId) -> Result<Moved, Error> {
        let (connector, now) = (connector.clone(), self.ports.clock.now());
        self.store
            .write(move |change| {
                if change.connectors().find(&connector)?.is_none() {
                    return Err(Error::not_found("connector", connector.as_str()));
                }
                let connections = change.connections().of_connector(&connector)?;
                move_all(change, connections, now)
            })
            .await
    }
}

/// What a newer ready revision asks of a connection; none where it uses the newest.
pub(crate) fn newer(snapshot: &Snapshot<'_>, connection: &Connection) -> Result<Option<Asks>, Error> {
    let Some(revision) = newest(snapshot, connection)? else { return Ok(None) };
    let authorization = match &connection.authorization {
        Some(id) => snapshot.authorizations().find(id)?,
        None => None,
    };
    let environment = connection.environment.as_ref();
    let (old, before) = connector_of(snapshot, &connection.revision, environment, &connection.settings)?;
    let (new, _) = connector_of(snapshot, &revision, environment, &connection.settings)?;
    let difference = Difference { connection, old: &old, before: &before, new: &new };
    difference.asks(authorization.as_ref()).map(Some)
}

/// The settings of a connection that a connector still has.
pub(crate) fn kept_settings(connector: &Connector, connection: &Connection) -> BTreeMap<String, String> {
    let known = |(key, _): &(&String, &String)| connector.setting(key).is_some();
    let kept = connection.settings.iter().filter(known);
    kept.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn newest(snapshot: &Snapshot<'_>, connection: &Connection) -> Result<Option<RevisionId>, Error> {
    let ready = snapshot.connectors().find(&connection.connector)?.and_then(|connector| connector.ready);
    Ok(ready.filter(|ready| *ready != connection.revision))
}

fn move_all(
    change: &Change<'_>,
    connections: Vec<Connection>,
    now: domain::Timestamp,
) -> Result<Moved, Error> {
    let mut moved = Moved::default();
    for connection in connections {
        let (Some(asks), Some(revision)) = (newer(change, &connection)?, newest(change, &connection)?) else {
            continue;
        };
        let id = connection.id.clone();
        if asks.is_empty() {
            move_one(change, connection, revision, now)?;
            moved.moved.push(row(change, &id)?);
        } else {
            moved.left.push((row(change, &id)?, asks));
        }
    }
    Ok(moved)
}

fn move_one(
    change: &Change<'_>,
    mut connection: Connection,
    revision: RevisionId,
    now: domain::Timestamp,
) -> Result<(), Error> {
    let (connector, settings) =
        connector_of(change, &revision, connection.environment.as_ref(), &connection.settings)?;
    script::must_be_agreed(change, &connection.connector, &connector)?;
    if let Some(issuer) = issuer_of(&connector, &connection, &settings)?
        && change.discoveries().find(&revision, &issuer)?.is_none()
        && let Some(pinned) = change.discoveries().find(&connection.revision, &issuer)?
    {
        // The same issuer said it: what it says of itself is known offline, with the new revision too.
        change.discoveries().store(&revision, &issuer, &pinned)?;
    }
    connection.settings = kept_settings(&connector, &connection);
    connection.revision = revision;
    // It was proven with the version before.
    not_verified(&mut connection.status);
    change.connections().update(&connection)?;
    let kind = EventKind::NewVersion;
    Ok(change.activity().record_event(&Event {
        at: now,
        connection: Some(connection.id),
        kind,
        exchange: None,
    })?)
}

fn not_verified(status: &mut ConnectionStatus) {
    match status {
        ConnectionStatus::Connected { verified } => *verified = None,
        ConnectionStatus::Disabled { before } => not_verified(before),
        _ => {}
    }
}

fn issuer_of(
    connector: &Connector,
    connection: &Connection,
    settings: &BTreeMap<String, String>,
) -> Result<Option<String>, Error> {
    let provider = Provider::of(connector, connection.authentication.as_deref(), settings)?;
    Ok(provider.and_then(|provider| provider.issuer().map(str::to_owned)))
}

/// A connection between two revisions of its connector, its environment laid over both.
struct Difference<'a> {
    connection: &'a Connection,
    old: &'a Connector,
    before: &'a BTreeMap<String, String>,
    new: &'a Connector,
}

impl Difference<'_> {
    fn asks(&self, authorization: Option<&Authorization>) -> Result<Asks, Error> {
        let settings = kept_settings(self.new, self.connection);
        let unfit = check_settings(self.new, &settings).into_iter();
        let shown = |(key, _): (String, String)| match self.new.setting(&key) {
            Some(setting) => setting.shown_name().to_owned(),
            None => key,
        };
        let mut asks = Asks { values: unfit.map(shown).collect(), ..Asks::default() };
        // Nothing was agreed to yet, and nothing is sent, without an account.
        let Some(authorization) = authorization else { return Ok(asks) };
        let way = self.connection.authentication.as_deref();
        let (Some(old), Some(new)) = (self.old.authentication(way), self.new.authentication(way)) else {
            asks.authentication = true;
            return Ok(asks);
        };
        asks.authentication = !signs_in_alike(old, new) || self.is_told_otherwise();
        if !asks.authentication {
            asks.values.extend(newly_asked(old, new));
            asks.permissions = self.new_permissions(authorization);
        }
        if asks.values.is_empty() && self.connection.environment.is_some() {
            asks.origins = self.new_origins(authorization, &settings)?;
        }
        Ok(asks)
    }

    /// Whether the service has to tell something else while a person signs in, or calls go elsewhere with what it told.
    fn is_told_otherwise(&self) -> bool {
        let (old, new) = (self.old, self.new);
        let elsewhere = old.base_url != new.base_url || old.allowed_hosts != new.allowed_hosts;
        old.captures != new.captures || (elsewhere && !new.captures.is_empty())
    }

    /// Permissions that are ticked now, were not before, and were not asked for.
    fn new_permissions(&self, authorization: &Authorization) -> Vec<Scope> {
        let way = self.connection.authentication.as_deref();
        let before = &self.old.scopes(way).items;
        let is_new = |scope: &&Scope| {
            let was_ticked = before.iter().any(|before| before.default && before.value == scope.value);
            scope.default && !was_ticked && !authorization.requested.contains(&scope.value)
        };
        self.new.scopes(way).items.iter().filter(is_new).cloned().collect()
    }

    /// Where calls, tokens and the secret of the app would go that nobody agreed to.
    fn new_origins(
        &self,
        authorization: &Authorization,
        settings: &BTreeMap<String, String>,
    ) -> Result<Vec<String>, Error> {
        let way = self.connection.authentication.as_deref();
        let after = all_settings(self.new, settings);
        let api = self.new.allowed_origins(way, &after)?;
        let (known, tokens) =
            (token_origins(self.old, way, self.before)?, token_origins(self.new, way, &after)?);
        let calls = api.iter().filter(|origin| !authorization.origins.contains(origin));
        let others =
            tokens.iter().filter(|origin| !known.contains(origin) && !authorization.origins.contains(origin));
        let each: BTreeSet<String> = calls.chain(others).map(ToString::to_string).collect();
        Ok(each.into_iter().collect())
    }
}

/// The origins of a service's own addresses, which tokens and the secret of an app go to.
fn token_origins(
    connector: &Connector,
    way: Option<&str>,
    settings: &BTreeMap<String, String>,
) -> Result<AgreedOrigins, Error> {
    if let Some(provider) = Provider::of(connector, way, settings)? {
        return Ok(provider.origins());
    }
    let service = Service::of(connector, way, settings)?;
    Ok(service.map(|service| service.origins()).unwrap_or_default())
}

/// Whether a credential of the one way can be used in the other.
fn signs_in_alike(old: &Authentication, new: &Authentication) -> bool {
    let grant = |shape| {
        oauth2_of(shape)
            .map(|oauth2| (oauth2.grant_type, oauth2.response_type(), oauth2.client_authentication))
    };
    let legs = |shape| oauth1_of(shape).map(|oauth1| (oauth1.legs, oauth1.signature_method));
    let issuer = |shape: &Authentication| match shape {
        Authentication::OpenIdConnect(openid) => openid.issuer.clone(),
        _ => None,
    };
    old.type_name() == new.type_name()
        && grant(old) == grant(new)
        && legs(old) == legs(new)
        && issuer(old) == issuer(new)
}

/// Prompts that the one way did not have; what may stay empty is not asked for.
fn newly_asked(old: &Authentication, new: &Authentication) -> Vec<String> {
    let before = old.prompts();
    let had = |key: &str| before.iter().any(|prompt| prompt.key == key);
    let asked = new.prompts().into_iter().filter(|prompt| !prompt.optional && !had(&prompt.key));
    asked.map(|prompt| prompt.name).collect()
}
