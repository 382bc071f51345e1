//! Revoke: tell the service to end an authorization, and forget its tokens here (RFC 7009).

use super::endpoint::Line;
use crate::{Engine, Error, connections::find, credential::Credential, request::BuildError};
use domain::{
    connection::ConnectionStatus,
    event::{Event, EventKind},
    id::ConnectionId,
    sign_in::Endpoint,
};
use protocol::oauth2::revoke::{self, TokenKind};

impl Engine {
    /// Ends the authorization of a connection at the service, and signs out every connection that uses it. Where the
    /// service could not be told, nothing is changed.
    /// # Errors
    /// [`Error::NotRevocable`] where the connector names no revoke address; [`Error::NotRevoked`].
    pub async fn revoke(&self, id: &ConnectionId) -> Result<(), Error> {
        let loaded = self.load(id).await?;
        let Credential::Tokens(tokens) = self.open_credential(&loaded).await? else {
            return Err(Error::NotRevocable);
        };
        let (connection, authorization) = (&loaded.connection, &loaded.authorization);
        let (provider, client, origins) = self
            .provider_of(
                &connection.revision,
                &loaded.connector,
                connection.authentication.as_deref(),
                &loaded.settings,
                authorization.registration.as_ref(),
            )
            .await?;
        let Some(url) = &provider.endpoints.revoke else { return Err(Error::NotRevocable) };
        let line = Line {
            provider: &provider,
            client: &client,
            origins,
            route: &loaded.route,
            revision: &connection.revision,
            connection: Some(id.clone()),
        };
        let known = line.known(tokens.secrets());
        let style = provider.style()?;
        let access = Some(&tokens.access_token).filter(|token| !token.is_empty());
        let both =
            [(tokens.refresh_token.as_ref(), TokenKind::RefreshToken), (access, TokenKind::AccessToken)];
        for (token, hint) in both.into_iter().filter_map(|(token, hint)| Some((token?, hint))) {
            let (now, entropy) = (self.ports.clock.now(), self.entropy());
            let request = revoke::request(url, &style, &client, (token, hint), now, entropy)
                .map_err(BuildError::from)?;
            let reply = self.ask(&line, Endpoint::Revocation, request, &known).await?;
            let reply = reply.map_err(Error::NotRevoked)?;
            if let Err(error) = revoke::read(&reply) {
                return Err(Error::NotRevoked(super::endpoint::refusal(
                    Endpoint::Revocation,
                    &error,
                    &known,
                )));
            }
        }
        self.sign_out(id).await
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
