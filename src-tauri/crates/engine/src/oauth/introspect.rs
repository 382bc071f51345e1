//! Introspection: ask the service whether the access that it gave still works (RFC 7662).
//!
//! What it says is told and changes nothing here: a service that takes a token for over is only known for sure by a call,
//! and what a token permits was told with it. The reply is a stranger's word about a secret: nothing of it but yes or
//! no, permissions, end and account is read.

use super::{
    endpoint::{Line, refusal},
    party::Standing,
};
use crate::{Engine, Error, credential::Credential, request::BuildError};
use domain::{
    Timestamp,
    event::{Event, EventKind},
    id::ConnectionId,
    sign_in::Endpoint,
};
use protocol::oauth2::{
    introspect::{self, Introspection},
    revoke::TokenKind,
};
use secret::ServerText;

/// The most permissions that are told.
const MOST_SCOPES: usize = 200;

/// What a service says about the access that it gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspected {
    /// Whether it takes the token now.
    pub active: bool,
    /// What the token permits, where it says so.
    pub scopes: Option<Vec<String>>,
    /// When the token ends, where it says so.
    pub ends: Option<Timestamp>,
    /// Whose it is, where it says so; secrets masked.
    pub account: Option<String>,
}

impl Engine {
    /// Asks the service about the access token of a connection, as it is: nothing is renewed before.
    /// # Errors
    /// [`Error::NotIntrospectable`] where the connector names no address to ask, or there is no token to ask about;
    /// [`Error::NotIntrospected`] where nothing was learned; as [`Engine::call`].
    pub async fn introspect(&self, id: &ConnectionId) -> Result<Introspected, Error> {
        let loaded = self.load_usable(id).await?;
        let Credential::Tokens(tokens) = self.open_credential(&loaded).await? else {
            return Err(Error::NotIntrospectable);
        };
        let revision = loaded.connection.revision.clone();
        let party = self.party(Standing::of(&loaded), None).await?;
        let line = Line {
            origins: self.narrowed(&tokens.origins, &party.origins),
            ..party.line(&revision, Some(id.clone()))
        };
        let Some(url) = line.provider.endpoints.introspect.as_ref() else {
            return Err(Error::NotIntrospectable);
        };
        if tokens.access_token.is_empty() {
            return Err(Error::NotIntrospectable);
        }
        let known = line.known(tokens.secrets());
        let about = (&tokens.access_token, TokenKind::AccessToken);
        let (now, entropy) = (self.ports.clock.now(), self.entropy());
        let request = introspect::request(url, &line.provider.style()?, line.client, about, now, entropy)
            .map_err(BuildError::from)?;
        let endpoint = Endpoint::Introspection;
        let (reply, exchange) = self.ask_recorded(&line, endpoint, request, &known, Vec::new()).await?;
        let reply = reply.map_err(Error::NotIntrospected)?;
        let said = introspect::read(&reply)
            .map_err(|error| Error::NotIntrospected(refusal(endpoint, &error, &known)))?;
        let Introspection { active, scopes, ends, account } = said;
        let kind = EventKind::Introspected { active };
        let exchange = Some(exchange);
        self.note(Event { at: now, connection: Some(id.clone()), kind, exchange }).await?;
        let quoted = |text: &String| known.mask_text(ServerText::quote(text).as_str());
        Ok(Introspected {
            active,
            scopes: scopes.map(|scopes| scopes.iter().take(MOST_SCOPES).map(quoted).collect()),
            ends,
            account: account.map(|account| known.mask_text(account.as_str())),
        })
    }
}
