//! Whom the requests of a sign-in, a refresh or a revoke ask, as which client, and where their secrets may go.
//!
//! In a stored environment that is the connector's provider and a registration. In the computed one both are told at each
//! use: addresses that its overlay names, and a client that it issues. What a credential was sealed for says which of the
//! two it belongs to, whatever a row says: a client or token of the one goes nowhere in the other.

use super::{
    Line,
    client::{CLIENT_ID, CLIENT_SECRET, GivenClient, PRIVATE_KEY, secret_key},
    provider::Provider,
};
use crate::{Engine, Error, connections::Loaded, environment::Reach, witness::Witness};
use domain::{
    agent_group::Route,
    connector::Connector,
    id::{ConnectionId, EnvironmentId, RegistrationId, RevisionId},
    origin::AgreedOrigins,
};
use protocol::oauth2::Client;
use secret::SecretString;
use std::collections::BTreeMap;

/// What is known of an authorization, or of an attempt at one, before its service is asked anything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing<'a> {
    /// The revision of the connector.
    pub revision: &'a RevisionId,
    /// The environment; none for the computed one.
    pub environment: Option<&'a EnvironmentId>,
    /// Which of the connector's authentications.
    pub authentication: Option<&'a str>,
    /// The connector, its environment laid over it unless that is computed.
    pub connector: &'a Connector,
    /// Values of all its settings.
    pub settings: &'a BTreeMap<String, String>,
    /// The registration, in a stored environment.
    pub registration: Option<&'a RegistrationId>,
    /// How requests leave this machine.
    pub route: &'a Route,
    /// What its credential is sealed for.
    pub sealed_for: &'a AgreedOrigins,
}

impl<'a> Standing<'a> {
    /// What is known of a connection that stands.
    pub fn of(loaded: &'a Loaded) -> Self {
        let Loaded { connection, connector, authorization, settings, route, .. } = loaded;
        Self {
            revision: &connection.revision,
            environment: connection.environment.as_ref(),
            authentication: connection.authentication.as_deref(),
            connector,
            settings,
            registration: authorization.registration.as_ref(),
            route,
            sealed_for: &authorization.origins,
        }
    }
}

/// Both sides of a request to a service's own endpoints.
#[derive(Debug)]
pub(crate) struct Party {
    /// Whom it asks.
    pub provider: Provider,
    /// Who asks.
    pub client: Client,
    /// Where secrets may go.
    pub origins: AgreedOrigins,
    /// How it leaves this machine.
    pub route: Route,
}

impl Party {
    /// What its requests have in common.
    pub fn line<'a>(&'a self, revision: &'a RevisionId, connection: Option<ConnectionId>) -> Line<'a> {
        Line {
            provider: &self.provider,
            client: &self.client,
            origins: self.origins.clone(),
            route: &self.route,
            revision,
            connection,
            witness: Witness::default(),
        }
    }
}

impl Engine {
    /// Whom to ask, and as whom. `typed` is a client that a person gave for this once, in the computed environment.
    /// # Errors
    /// [`Error::Values`] where there is no client; [`Error::Environment`]; vault errors.
    pub(crate) async fn party(
        &self,
        standing: Standing<'_>,
        typed: Option<&GivenClient>,
    ) -> Result<Party, Error> {
        let Standing { environment, sealed_for, route, .. } = standing;
        if environment.is_none() {
            return self.computed_party(standing, typed).await;
        }
        let (provider, client, origins) = self.provider_of(standing).await?;
        let origins = if self.is_given_there(sealed_for) { AgreedOrigins::default() } else { origins };
        Ok(Party { provider, client, origins, route: route.clone() })
    }

    async fn computed_party(
        &self,
        standing: Standing<'_>,
        typed: Option<&GivenClient>,
    ) -> Result<Party, Error> {
        let Standing { revision, authentication, connector, sealed_for, .. } = standing;
        let (provider, route) = self.computed_provider(standing).await?;
        // What a document of the service names besides is held against these.
        let own = provider.origins();
        let provider = self.pinned(provider, revision).await?;
        let mut issued = self.issued(None, connector, authentication).await?;
        let mut given = GivenClient {
            id: issued.values.remove(CLIENT_ID),
            secret: secret_key(&provider).and_then(|key| issued.secrets.remove(key)),
        };
        if let Some(typed) = typed {
            given = GivenClient {
                id: typed.id.clone().or(given.id),
                secret: typed.secret.clone().or(given.secret),
            };
        }
        let client = self.client_of(&provider, given.id.unwrap_or_default(), given.secret)?;
        let origins = if self.is_given_there(sealed_for) { own } else { AgreedOrigins::default() };
        Ok(Party { provider, client, origins, route })
    }

    /// The provider as the computed environment has it now, and the only route that leads there.
    pub(crate) async fn computed_provider(&self, standing: Standing<'_>) -> Result<(Provider, Route), Error> {
        let Standing { authentication, connector, settings, sealed_for, route, .. } = standing;
        let stored = Reach {
            connector: connector.clone(),
            settings: settings.clone(),
            origins: sealed_for.clone(),
            route: route.clone(),
        };
        let reach = self.reach(None, authentication, stored).await?;
        let provider = Provider::of(&reach.connector, authentication, &reach.settings)?
            .ok_or_else(|| Error::Stored("the connector gives no tokens".into()))?;
        Ok((provider, reach.route))
    }

    /// What the tokens that a service gives are sealed for besides the API; `own` are its addresses.
    pub(crate) fn origins_of_tokens(
        &self,
        environment: Option<&EnvironmentId>,
        own: AgreedOrigins,
    ) -> AgreedOrigins {
        match (environment, &self.computed) {
            (None, Some(computed)) => AgreedOrigins::of_environment(computed.link_name()),
            _ => own,
        }
    }

    /// Where tokens may go that are sealed for `tokens`, of those origins that their client may go to.
    pub(crate) fn narrowed(&self, tokens: &AgreedOrigins, agreed: &AgreedOrigins) -> AgreedOrigins {
        match self.is_given_there(tokens) {
            true => agreed.clone(),
            false => tokens.iter().filter(|origin| agreed.contains(origin)).cloned().collect(),
        }
    }

    /// Whether what is sealed for these origins was given in the computed environment.
    pub(crate) fn is_given_there(&self, sealed_for: &AgreedOrigins) -> bool {
        self.computed.as_ref().is_some_and(|computed| sealed_for.are_of_environment(computed.link_name()))
    }
}

impl GivenClient {
    /// What an attempt in the computed environment keeps of it, among what was typed.
    pub(crate) fn keep_in(&self, values: &mut BTreeMap<String, SecretString>, key: Option<&str>) {
        let id = self.id.clone().map(|id| (CLIENT_ID.to_owned(), SecretString::new(id)));
        let secret = key.zip(self.secret.clone()).map(|(key, secret)| (key.to_owned(), secret));
        values.extend(id.into_iter().chain(secret));
    }

    /// Reads what [`GivenClient::keep_in`] kept.
    pub(crate) fn kept_in(values: &BTreeMap<String, SecretString>) -> Self {
        // EXPOSE: a client ID is public; it stands among sealed values because it was typed with them
        let id = values.get(CLIENT_ID).map(|id| id.expose().clone());
        Self { id, secret: values.get(CLIENT_SECRET).or_else(|| values.get(PRIVATE_KEY)).cloned() }
    }
}
