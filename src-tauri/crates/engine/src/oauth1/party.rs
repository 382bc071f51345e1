//! Whom signed requests ask, as which client, and where they may go: in a stored environment by its registration, in the
//! computed one told at each use ([`crate::oauth::party`] says why neither can stand for the other).

use super::service::{Service, oauth1_of, secret_of};
use crate::{
    Engine, Error,
    credential::{Credential, CredentialError, OAuth1Credential},
    environment::Reach,
    oauth::{
        client::{CLIENT_ID, GivenClient, missing},
        party::Standing,
    },
};
use domain::{
    agent_group::Route,
    connector::{Connector, OAuth1},
    id::{EnvironmentId, RegistrationId},
    origin::AgreedOrigins,
};
use protocol::oauth1::{Client, SigningKey};

/// Both sides of a signed request to a service's own endpoints.
#[derive(Debug)]
pub(crate) struct SigningParty {
    /// Whom it asks.
    pub service: Service,
    /// Who asks.
    pub client: Client,
    /// Where signed requests may go.
    pub origins: AgreedOrigins,
    /// How they leave this machine.
    pub route: Route,
}

impl Engine {
    /// Whom to ask, and as whom; `None` where the connector does not sign by OAuth 1.0a. `typed` is a client that a person
    /// gave for this once, in the computed environment.
    /// # Errors
    /// [`Error::Values`] where there is no client; [`Error::Environment`]; vault errors.
    pub(crate) async fn signing_party(
        &self,
        standing: Standing<'_>,
        typed: Option<&GivenClient>,
    ) -> Result<Option<SigningParty>, Error> {
        let Standing { environment, authentication, connector, settings, sealed_for, route, .. } = standing;
        if environment.is_some() {
            let Some(service) = Service::of(connector, authentication, settings)? else { return Ok(None) };
            let (client, agreed) = self.consumer_of(&service.oauth1, standing.registration).await?;
            let origins = match self.is_given_there(sealed_for) {
                true => AgreedOrigins::default(),
                false => agreed,
            };
            return Ok(Some(SigningParty { service, client, origins, route: route.clone() }));
        }
        let stored = Reach {
            connector: connector.clone(),
            settings: settings.clone(),
            origins: sealed_for.clone(),
            route: route.clone(),
        };
        let reach = self.reach(None, authentication, stored).await?;
        let Some(service) = Service::of(&reach.connector, authentication, &reach.settings)? else {
            return Ok(None);
        };
        let client = self.issued_consumer(connector, authentication, &service.oauth1, typed).await?;
        let origins = match self.is_given_there(sealed_for) {
            true => service.origins(),
            false => AgreedOrigins::default(),
        };
        Ok(Some(SigningParty { service, client, origins, route: reach.route }))
    }

    /// A credential that was opened, with the client that signs for it where it needs one.
    pub(crate) async fn with_client(
        &self,
        credential: Credential,
        connector: &Connector,
        authentication: Option<&str>,
        (environment, registration): (Option<&EnvironmentId>, Option<&RegistrationId>),
    ) -> Result<Credential, Error> {
        let Credential::OAuth1(granted) = credential else { return Ok(credential) };
        let shape = connector.authentication(authentication).and_then(oauth1_of);
        let shape = shape.ok_or(CredentialError::Unreadable)?;
        let client = match environment {
            Some(_) => self.consumer_of(shape, registration).await?.0,
            None => self.issued_consumer(connector, authentication, shape, granted.typed.as_ref()).await?,
        };
        Ok(Credential::OAuth1(OAuth1Credential { client: Some(client), ..granted }))
    }

    /// The client that the computed environment issues, with what a person typed in its place.
    async fn issued_consumer(
        &self,
        connector: &Connector,
        authentication: Option<&str>,
        oauth1: &OAuth1,
        typed: Option<&GivenClient>,
    ) -> Result<Client, Error> {
        let mut issued = self.issued(None, connector, authentication).await?;
        let (key, name) = secret_of(oauth1);
        let typed = typed.cloned().unwrap_or_default();
        let id = typed.id.or_else(|| issued.values.remove(CLIENT_ID)).unwrap_or_default();
        let secret = typed.secret.or_else(|| issued.secrets.remove(key));
        let secret = secret.ok_or_else(|| missing(key, &format!("{name} is missing.")))?;
        let parsed = SigningKey::parse(oauth1.signature_method, secret);
        Ok(Client { id, key: parsed.map_err(|error| missing(key, &format!("{name}: {error}.")))? })
    }
}
