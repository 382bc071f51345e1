//! Client registrations: what a service gave for a registered app, and the client that it makes (RFC 6749 §2).
//!
//! A registration belongs to a connector in an environment and is the only home of client credentials; many
//! authorizations use it. Its secret is sealed for the origins that were agreed when it was given. An address that a
//! setting fills is agreed to by the person who connects with it; one that a document tells, with the issuer of that
//! document; the first addresses of a connector that named none when the secret was given, by connecting. Any other new
//! address, a new issuer among them, asks for the secret again. What people do with the registrations that are kept
//! stands in [`crate::registrations`].

use super::{
    party::Standing,
    provider::{Provider, addresses_with_secrets, oauth2_of},
};
use crate::{
    Engine, Error,
    oauth1::service::{oauth1_of, signed_addresses},
    registrations::RegistrationDetail,
    vault::Place,
};
use domain::{
    connector::{Authentication, ClientAuthentication as Manner, Connector},
    id::{ConnectorId, EnvironmentId, RegistrationId},
    origin::{AgreedOrigins, Origin},
    registration::ClientRegistration,
};
use protocol::{
    jose::{KeyError, Signer},
    oauth2::{Assertion, Client, ClientAuthentication},
};
use secret::SecretString;
use std::collections::BTreeMap;
use store::sealed::Place as Column;

/// Key of the client ID among what is missing or does not fit.
pub const CLIENT_ID: &str = "client_id";
/// Key of the prompt for a client secret.
pub const CLIENT_SECRET: &str = "client_secret";
/// Key of the prompt for a private key.
pub const PRIVATE_KEY: &str = "private_key";

/// What a person gave of *Your app*.
#[derive(Clone, Debug, Default)]
pub struct GivenClient {
    /// RFC 6749 §2.2; the one that is kept where none is given.
    pub id: Option<String>,
    /// Client secret or private key; the one that is kept where none is given.
    pub secret: Option<SecretString>,
}

/// What a way to authenticate needs of the app that was registered.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    /// Key and name of the prompt for its secret, where it has one.
    pub secret: Option<(&'static str, &'static str)>,
    /// The public client ID of the connector.
    pub declared: Option<String>,
    /// Where the secret goes.
    pub origins: AgreedOrigins,
}

impl Need {
    /// What OAuth 2 needs.
    pub fn of(provider: &Provider) -> Self {
        let named = |key| (key, if key == PRIVATE_KEY { "Private key" } else { "Client secret" });
        Self {
            secret: secret_key(provider).map(named),
            declared: provider.oauth2.client_id.clone(),
            origins: provider.origins(),
        }
    }
}

impl Engine {
    /// The registration for a sign-in: that of the client ID that the person gave, a new one on trial where none has it,
    /// else `own`, which the connection signed in with before, else the default, else one of the connector's public client ID.
    /// Its secret may go to the provider's addresses from here on.
    /// # Errors
    /// [`Error::ChangedElsewhere`] where another process was quicker: what it kept has to be compared first.
    pub(crate) async fn registration_for(
        &self,
        connector: (&ConnectorId, &Connector),
        environment: &EnvironmentId,
        need: &Need,
        given: &GivenClient,
        own: Option<&RegistrationId>,
    ) -> Result<ClientRegistration, Error> {
        let id = given.id.as_deref().map(str::trim).filter(|id| !id.is_empty());
        let declared = need.declared.as_deref();
        let found = self.kept_for((connector.0, environment), id, own, declared).await?;
        let secret = given.secret.clone().filter(|secret| !secret.is_empty());
        let has_secret = secret.is_some() || found.as_ref().is_some_and(|found| found.has_secret);
        if let Some((key, name)) = need.secret
            && !has_secret
        {
            return Err(missing(key, &format!("{name} is missing.")));
        }
        let wanted = &need.origins;
        if let Some(found) = &found
            && let Some((key, _)) = need.secret
            && let Some(origin) = not_agreed(found, connector.1, wanted)
            && secret.is_none()
        {
            return Err(Error::SecretNotAgreed { key, origin: origin.to_string() });
        }
        let now = self.ports.clock.now();
        let Some(found) = found.map(|found| found.registration) else {
            let client_id = id.or(declared).unwrap_or_default();
            let is_typed = secret.is_some() || declared != Some(client_id);
            let made = ClientRegistration {
                origins: wanted.clone(),
                on_trial_since: is_typed.then_some(now),
                ..self.new_registration(connector.0, environment, client_id.to_owned())
            };
            return self.put_registration(None, made, secret).await;
        };
        let origins: AgreedOrigins = match &secret {
            Some(_) => wanted.clone(),
            None => found.origins.iter().chain(wanted.iter()).cloned().collect(),
        };
        if secret.is_none() && origins == found.origins {
            return Ok(found);
        }
        let on_trial_since = found.on_trial_since.map(|_| now);
        let registration = ClientRegistration { origins, on_trial_since, ..found.clone() };
        self.put_registration(Some(&found), registration, secret).await
    }

    /// The registration of `id`; where none is given, `own`, else the default, else that of the connector's public client
    /// ID. While that one is on trial, its secret is as good as none: nobody named it.
    async fn kept_for(
        &self,
        (connector, environment): (&ConnectorId, &EnvironmentId),
        id: Option<&str>,
        own: Option<&RegistrationId>,
        declared: Option<&str>,
    ) -> Result<Option<RegistrationDetail>, Error> {
        let found = self.registration_in(connector, environment, id, own).await?;
        let (None, None, Some(declared)) = (&found, id, declared) else { return Ok(found) };
        let found = self.registration_in(connector, environment, Some(declared), None).await?;
        Ok(found.map(|found| {
            let has_secret = found.has_secret && found.registration.on_trial_since.is_none();
            RegistrationDetail { has_secret, ..found }
        }))
    }

    /// The client that a registration makes with this provider.
    pub(crate) async fn client(
        &self,
        provider: &Provider,
        registration: &ClientRegistration,
    ) -> Result<Client, Error> {
        let secret = match secret_key(provider) {
            Some(_) => self.registration_secret(registration).await?,
            None => None,
        };
        self.client_of(provider, registration.client_id.clone(), secret)
    }

    /// The client of this ID and secret, as the provider wants it to show itself.
    pub(crate) fn client_of(
        &self,
        provider: &Provider,
        id: String,
        secret: Option<SecretString>,
    ) -> Result<Client, Error> {
        let declared = &provider.oauth2.client_assertion;
        let assertion = |signer| -> Result<_, Error> {
            let audience = declared.as_ref().and_then(|assertion| assertion.audience.as_ref());
            let audience = audience.map(|audience| provider.fill(audience)).transpose()?;
            Ok(ClientAuthentication::Assertion(Assertion { signer, audience }))
        };
        let algorithm = declared.as_ref().and_then(|assertion| assertion.algorithm);
        let key_id = declared.as_ref().and_then(|assertion| assertion.key_id.clone());
        let authentication = match secret_key(provider) {
            None => ClientAuthentication::None,
            Some(key) => {
                let name = if key == PRIVATE_KEY { "Private key" } else { "Client secret" };
                let secret = secret.ok_or_else(|| missing(key, &format!("{name} is missing.")))?;
                let unfit = |error: KeyError| missing(key, &format!("{name}: {error}."));
                match provider.oauth2.client_authentication {
                    Manner::None => ClientAuthentication::None,
                    Manner::Basic => {
                        ClientAuthentication::Basic { secret, encoding: provider.oauth2.basic_encoding }
                    }
                    Manner::Body => ClientAuthentication::Body { secret },
                    Manner::ClientSecretJwt => {
                        let signer = Signer::from_secret(secret, algorithm).map_err(unfit)?;
                        assertion(signer.with_key_id(key_id))?
                    }
                    Manner::PrivateKeyJwt => {
                        assertion(Signer::from_private_key(&secret, algorithm, key_id).map_err(unfit)?)?
                    }
                }
            }
        };
        Ok(Client { id, authentication })
    }

    /// The provider of a connector that has one, the client that a registration makes with it, and where its secrets
    /// may go: a client secret where it was agreed to, else the addresses of the revision that the person chose.
    pub(super) async fn provider_of(
        &self,
        standing: Standing<'_>,
    ) -> Result<(Provider, Client, AgreedOrigins), Error> {
        self.beside_others(|| self.provider_once(standing)).await
    }

    async fn provider_once(
        &self,
        standing: Standing<'_>,
    ) -> Result<(Provider, Client, AgreedOrigins), Error> {
        let Standing { revision, authentication, connector, settings, registration, .. } = standing;
        let provider = Provider::of(connector, authentication, settings)?
            .ok_or_else(|| Error::Stored("the connector gives no tokens".into()))?;
        let provider = self.pinned(provider, revision).await?;
        let id = registration.cloned();
        let found = self
            .store
            .read(move |snapshot| match &id {
                Some(id) => Ok::<_, Error>(snapshot.registrations().find(id)?),
                None => Ok(None),
            })
            .await?;
        let registration = found.ok_or_else(|| missing(CLIENT_ID, "Client ID is missing."))?;
        let client = self.client(&provider, &registration).await?;
        let origins = match client.authentication {
            ClientAuthentication::None => provider.origins(),
            _ => registration.origins,
        };
        Ok((provider, client, origins))
    }

    /// The secret that is sealed with a registration.
    /// # Errors
    /// [`Error::ChangedElsewhere`] where it is another one by now than the registration that was read.
    pub(crate) async fn registration_secret(
        &self,
        registration: &ClientRegistration,
    ) -> Result<Option<SecretString>, Error> {
        self.with_current_key(|| self.opened_secret(registration)).await
    }

    async fn opened_secret(&self, registration: &ClientRegistration) -> Result<Option<SecretString>, Error> {
        let row = registration.clone();
        let sealed = self
            .store
            .read(move |snapshot| {
                // A secret that was given since is agreed for other addresses than the caller read.
                let now = snapshot.registrations().find(&row.id)?;
                if now.is_some_and(|now| now.generation != row.generation) {
                    return Err(Error::ChangedElsewhere);
                }
                Ok(snapshot.registrations().secret(&row.id)?)
            })
            .await?;
        let Some(sealed) = sealed else { return Ok(None) };
        let opened = self.unseal(&secret_place(registration), &sealed).await?;
        Ok(Some(opened.to_text().map_err(|_| crate::credential::CredentialError::Unreadable)?))
    }
}

/// Key of the prompt for what the client shows itself with; `None` for a public client, and where nothing is asked at an
/// endpoint that a client shows itself to.
pub(crate) fn secret_key(provider: &Provider) -> Option<&'static str> {
    let asks =
        !provider.needs_person() || provider.response_type.has_code() || provider.endpoints.device.is_some();
    match provider.oauth2.client_authentication {
        _ if !asks => None,
        Manner::None => None,
        Manner::PrivateKeyJwt => Some(PRIVATE_KEY),
        Manner::Basic | Manner::Body | Manner::ClientSecretJwt => Some(CLIENT_SECRET),
    }
}

/// An address among `wanted` that the person never saw when they gave the secret that is kept.
fn not_agreed<'a>(
    kept: &RegistrationDetail,
    connector: &Connector,
    wanted: &'a AgreedOrigins,
) -> Option<&'a Origin> {
    let (agreed, fixed) = (&kept.registration.origins, fixed_origins(connector));
    let is_bound = kept.has_secret && agreed.iter().next().is_some();
    wanted.iter().find(|origin| is_bound && !agreed.contains(origin) && fixed.contains(origin))
}

/// Whether what is kept of the app may be used with `connector` as it is now, its secret not typed again.
pub(crate) fn is_usable(kept: &RegistrationDetail, connector: &Connector) -> bool {
    kept.has_secret && not_agreed(kept, connector, &fixed_origins(connector)).is_none()
}

/// The origins of those addresses that are the same for every connection.
pub(crate) fn fixed_origins(connector: &Connector) -> AgreedOrigins {
    let shapes = || connector.authentications.iter().map(|(_, shape)| shape);
    let addresses = shapes().filter_map(oauth2_of).flat_map(addresses_with_secrets).flatten();
    // With PLAINTEXT the secret goes along with each call too.
    let signed = shapes()
        .filter_map(oauth1_of)
        .flat_map(|oauth1| signed_addresses(oauth1).into_iter().flatten().chain([&connector.base_url]));
    let issuers = shapes().filter_map(|shape| match shape {
        Authentication::OpenIdConnect(openid) => openid.issuer.as_ref(),
        _ => None,
    });
    addresses
        .chain(signed)
        .chain(issuers)
        .filter_map(|address| Origin::of(&address.fill_origin(&BTreeMap::new()).ok()?))
        .collect()
}

pub(crate) fn secret_place(registration: &ClientRegistration) -> Place<'_> {
    Place {
        column: Column::RegistrationSecret,
        owner: registration.id.as_str(),
        generation: registration.generation,
        origins: &registration.origins,
    }
}

/// What a person has to give before it goes on.
pub(crate) fn missing(key: &str, reason: &str) -> Error {
    Error::Values(vec![(key.to_owned(), reason.to_owned())])
}
