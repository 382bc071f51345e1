//! Revoke: tell the service to end an authorization, and forget its tokens here (RFC 7009).
//!
//! Asked for by a person, it happens at the service or not at all. Where tokens are dropped for another reason (a sign-in is
//! discarded, connections are deleted) the service is told as far as it answers within some seconds; nobody waits longer, and
//! whoever deleted is told which sign-ins the service did not end.

use super::{
    endpoint::{Line, refusal},
    party::Standing,
};
use crate::{
    Engine, Error,
    connections::{Loaded, find},
    credential::{Credential, TokenSet},
    request::BuildError,
};
use domain::{
    connection::{Connection, ConnectionStatus},
    event::{Event, EventKind},
    id::{AuthorizationId, ConnectionId},
    sign_in::{Endpoint, SignInFailure},
};
use protocol::oauth2::revoke::{self, TokenKind};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::{sync::Semaphore, task::JoinSet};

/// How long a service is waited for that is told by the way.
const BY_THE_WAY: Duration = Duration::from_secs(5);
/// How many services are told at once.
const TOGETHER: usize = 32;

/// What became at the service of a sign-in that is dropped here.
#[derive(Debug)]
pub enum Told {
    /// There was nobody to tell: no tokens, or no address for it.
    Nobody,
    /// The service ended it.
    Revoked,
    /// The service did not end it, and why; none where it did not answer in time.
    NotRevoked(Option<Error>),
}

/// A sign-in whose connections were deleted.
#[derive(Debug)]
pub struct EndedSignIn {
    /// Names of the connections that used it.
    pub connections: Vec<String>,
    /// What became of it at the service.
    pub told: Told,
}

impl Engine {
    /// Ends the authorization of a connection at the service, and signs out every connection that uses it. Where the
    /// service could not be told, nothing is changed.
    /// # Errors
    /// [`Error::NotRevocable`] where the connector names no revoke address; [`Error::NotRevoked`].
    pub async fn revoke(&self, id: &ConnectionId) -> Result<(), Error> {
        let loaded = self.load(id).await?;
        let told = self.revoke_loaded(&loaded).await?;
        told.ok_or(Error::NotRevocable)?.map_err(Error::NotRevoked)?;
        self.sign_out(id).await
    }

    /// Tells the services that connections are about to be deleted: once for each authorization that nobody else uses, beside
    /// each other, each for some seconds at the most.
    pub(crate) async fn revoke_before_deletion(
        &self,
        deleted: Vec<Connection>,
    ) -> Result<Vec<EndedSignIn>, Error> {
        let gate = Arc::new(Semaphore::new(TOGETHER));
        let mut asked = JoinSet::new();
        for (authorization, going) in by_authorization(deleted) {
            let users = self
                .store
                .read(move |snapshot| snapshot.connections().of_authorization(&authorization))
                .await?;
            let (Some(first), true) = (going.first(), users.len() == going.len()) else { continue };
            let (engine, id, gate) = (self.clone(), first.id.clone(), Arc::clone(&gate));
            let connections = going.into_iter().map(|connection| connection.name).collect();
            asked.spawn(async move {
                // Never closed.
                let _place = gate.acquire_owned().await;
                EndedSignIn { connections, told: engine.by_the_way(engine.revoke_of(&id)).await }
            });
        }
        let mut ended = asked.join_all().await;
        ended.sort_by(|one, other| one.connections.cmp(&other.connections));
        Ok(ended)
    }

    /// Ends the tokens of a connection at the service, whoever uses them.
    pub(crate) async fn revoke_of(
        &self,
        id: &ConnectionId,
    ) -> Result<Option<Result<(), SignInFailure>>, Error> {
        let loaded = self.load(id).await?;
        // Most have nothing to end: they are deleted without a vault, too.
        match loaded.connector.can_revoke(loaded.connection.authentication.as_deref()) {
            true => self.revoke_loaded(&loaded).await,
            false => Ok(None),
        }
    }

    /// Tells a service something that nobody waits for long.
    pub(crate) async fn by_the_way(
        &self,
        told: impl Future<Output = Result<Option<Result<(), SignInFailure>>, Error>>,
    ) -> Told {
        let clock = &self.ports.clock;
        let told = tokio::select! {
            told = told => match told {
                Ok(None) | Err(Error::NotSignedIn(_)) => Told::Nobody,
                Ok(Some(Ok(()))) => Told::Revoked,
                Ok(Some(Err(failure))) => Told::NotRevoked(Some(Error::NotRevoked(failure))),
                Err(error) => Told::NotRevoked(Some(error)),
            },
            () = clock.sleep_until(clock.monotonic() + BY_THE_WAY) => Told::NotRevoked(None),
        };
        if let Told::NotRevoked(why) = &told {
            tracing::info!(?why, "the service was not told");
        }
        told
    }

    /// Ends the tokens of a connection at the service; `None` where there are none, or no address to tell.
    async fn revoke_loaded(&self, loaded: &Loaded) -> Result<Option<Result<(), SignInFailure>>, Error> {
        let tokens = match self.open_credential(loaded).await? {
            Credential::Tokens(tokens) => tokens,
            Credential::OAuth1(granted) => return self.revoke_granted(loaded, &granted).await,
            Credential::Values(_) => return Ok(None),
        };
        let connection = &loaded.connection;
        let party = self.party(Standing::of(loaded), None).await?;
        let line = party.line(&connection.revision, Some(connection.id.clone()));
        self.revoke_tokens(&line, &tokens).await
    }

    /// The refresh token first: ending it ends what was issued with it.
    pub(crate) async fn revoke_tokens(
        &self,
        line: &Line<'_>,
        tokens: &TokenSet,
    ) -> Result<Option<Result<(), SignInFailure>>, Error> {
        let Some(url) = &line.provider.endpoints.revoke else { return Ok(None) };
        let known = line.known(tokens.secrets());
        let style = line.provider.style()?;
        let access = Some(&tokens.access_token).filter(|token| !token.is_empty());
        let both =
            [(tokens.refresh_token.as_ref(), TokenKind::RefreshToken), (access, TokenKind::AccessToken)];
        for (token, kind) in both.into_iter().filter_map(|(token, kind)| Some((token?, kind))) {
            let (now, entropy) = (self.ports.clock.now(), self.entropy());
            let request = revoke::request(url, &style, line.client, (token, kind), now, entropy)
                .map_err(BuildError::from)?;
            let reply = match self.ask(line, Endpoint::Revocation, request, &known).await? {
                Ok(reply) => reply,
                Err(failure) => return Ok(Some(Err(failure))),
            };
            if let Err(error) = revoke::read(&reply) {
                return Ok(Some(Err(refusal(Endpoint::Revocation, &error, &known))));
            }
        }
        Ok(Some(Ok(())))
    }

    /// Forgets the tokens of a connection, for every connection that uses them.
    async fn sign_out(&self, id: &ConnectionId) -> Result<(), Error> {
        let (id, at) = (id.clone(), self.ports.clock.now());
        self.store
            .write(move |change| {
                let Some(authorization) = find(change, &id)?.authorization else { return Ok(()) };
                for mut connection in change.connections().of_authorization(&authorization)? {
                    connection.authorization = None;
                    connection.status = ConnectionStatus::NotSignedIn;
                    change.connections().update(&connection)?;
                    change.failures().forget(&connection.id)?;
                    let kind = EventKind::Revoked { told: true };
                    change.activity().record_event(&Event {
                        at,
                        connection: Some(connection.id),
                        kind,
                        exchange: None,
                    })?;
                }
                let _ = change.authorizations().delete_unless_used(&authorization)?;
                Ok::<_, Error>(())
            })
            .await
    }
}

fn by_authorization(connections: Vec<Connection>) -> BTreeMap<AuthorizationId, Vec<Connection>> {
    let mut shared: BTreeMap<AuthorizationId, Vec<Connection>> = BTreeMap::new();
    for connection in connections {
        if let Some(authorization) = &connection.authorization {
            shared.entry(authorization.clone()).or_default().push(connection);
        }
    }
    shared
}
