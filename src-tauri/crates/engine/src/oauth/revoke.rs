//! Revoke: tell the service to end an authorization, and forget its tokens here (RFC 7009).
//!
//! Asked for by a person, it happens at the service or not at all. Where tokens are dropped for another reason (a sign-in is
//! discarded, a connection deleted) the service is told as far as it answers within some seconds; nobody waits longer.

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
    connection::ConnectionStatus,
    event::{Event, EventKind},
    id::ConnectionId,
    sign_in::{Endpoint, SignInFailure},
};
use protocol::oauth2::revoke::{self, TokenKind};
use std::time::Duration;

/// How long a service is waited for that is told by the way.
const BY_THE_WAY: Duration = Duration::from_secs(5);

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

    /// Tells the service that a connection is about to be deleted, where nobody else uses its authorization.
    pub(crate) async fn revoke_by_the_way(&self, id: &ConnectionId) {
        let told = async {
            let loaded = self.load(id).await?;
            let authorization = loaded.authorization.id.clone();
            let users = self
                .store
                .read(move |snapshot| snapshot.connections().of_authorization(&authorization))
                .await?;
            match users.len() {
                1 => self.revoke_loaded(&loaded).await,
                _ => Ok(None),
            }
        };
        self.by_the_way(told).await;
    }

    /// Tells a service something that nobody waits for long.
    pub(crate) async fn by_the_way(
        &self,
        told: impl Future<Output = Result<Option<Result<(), SignInFailure>>, Error>>,
    ) {
        let clock = &self.ports.clock;
        tokio::select! {
            told = told => match told {
                Ok(Some(Err(failure))) => tracing::info!(?failure, "the service was not told"),
                Err(error) => tracing::info!(%error, "the service was not told"),
                Ok(_) => {}
            },
            () = clock.sleep_until(clock.monotonic() + BY_THE_WAY) => {
                tracing::info!("the service that was to be told did not answer in time");
            }
        }
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
