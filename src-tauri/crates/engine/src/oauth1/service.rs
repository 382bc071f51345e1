//! A service that speaks OAuth 1.0a, as a connector describes it, and the client that signs for it.

use crate::{
    Engine, Error,
    oauth::client::{CLIENT_ID, CLIENT_SECRET, Need, PRIVATE_KEY, missing},
    request::BuildError,
    signing::style,
};
use domain::{
    connector::{Authentication, Connector, OAuth1, RedirectMethod, TokenMethod},
    id::RegistrationId,
    origin::{AgreedOrigins, Origin},
    registration::ClientRegistration,
    sign_in::Way,
    template::UrlTemplate,
};
use protocol::{
    message::{Method, Url},
    oauth1::{Client, SigningKey, Style},
};
use std::collections::BTreeMap;

/// A service that speaks OAuth 1.0a, its settings in place.
#[derive(Clone, Debug)]
pub(crate) struct Service {
    /// The connector's words.
    pub oauth1: OAuth1,
    /// How it wants requests signed.
    pub style: Style,
    /// Temporary credentials (RFC 5849 §2.1).
    pub temporary: Option<Url>,
    /// The person's authorization (§2.2).
    pub authorize: Option<Url>,
    /// Token credentials (§2.3).
    pub token: Option<Url>,
    /// Where an authorization is ended.
    pub revoke: Option<Url>,
}

impl Service {
    /// The service of this authentication; `None` for other types.
    /// # Errors
    /// [`BuildError`] where a setting is missing or does not fit.
    pub fn of(
        connector: &Connector,
        authentication: Option<&str>,
        settings: &BTreeMap<String, String>,
    ) -> Result<Option<Self>, BuildError> {
        let shape = connector.authentication(authentication);
        let Some(oauth1) = shape.and_then(oauth1_of) else { return Ok(None) };
        let fill = |url: &Option<UrlTemplate>| url.as_ref().map(|url| url.fill(settings)).transpose();
        Ok(Some(Self {
            oauth1: oauth1.clone(),
            style: style(oauth1, settings)?,
            temporary: fill(&oauth1.request_token_url)?,
            authorize: fill(&oauth1.authorize_url)?,
            token: fill(&oauth1.access_token_url)?,
            revoke: fill(&oauth1.revoke_url)?,
        }))
    }

    /// Whether a person has to be there: three legs.
    pub fn needs_person(&self) -> bool {
        self.oauth1.legs == 3
    }

    /// Where signed requests go besides the API.
    pub fn origins(&self) -> AgreedOrigins {
        [&self.temporary, &self.token, &self.revoke].into_iter().flatten().filter_map(Origin::of).collect()
    }

    /// What it needs of the app. With PLAINTEXT the secret itself goes along with each call, so the API is agreed to
    /// for it too.
    pub fn need(&self, api: &AgreedOrigins) -> Need {
        let (key, name) = secret_of(&self.oauth1);
        Need {
            secret: Some((key, name)),
            declared: self.oauth1.client_id.clone(),
            origins: self.origins().iter().chain(api.iter()).cloned().collect(),
        }
    }

    /// HTTP method of the revoke request.
    pub fn revoke_method(&self) -> Method {
        match self.oauth1.revoke_method {
            TokenMethod::Post => Method::POST,
            TokenMethod::Get => Method::GET,
        }
    }
}

/// The OAuth 1.0a values of a type that has them.
pub(crate) fn oauth1_of(authentication: &Authentication) -> Option<&OAuth1> {
    match authentication {
        Authentication::OAuth1(oauth1) => Some(oauth1),
        _ => None,
    }
}

/// The addresses that signed requests go to, calls aside.
pub(crate) fn signed_addresses(oauth1: &OAuth1) -> [Option<&UrlTemplate>; 3] {
    [&oauth1.request_token_url, &oauth1.access_token_url, &oauth1.revoke_url].map(Option::as_ref)
}

/// The way back that a connector wants, unless the person chose another. A verifier that another program catches is of no
/// use to it without the secrets that the exchange is signed with, so an app link needs nothing more.
pub(crate) fn way_of(oauth1: &OAuth1, chosen: Option<Way>) -> Way {
    let wanted = match oauth1.redirect.method {
        RedirectMethod::App => Way::App,
        RedirectMethod::Loopback => Way::Loopback,
        RedirectMethod::Manual => Way::Manual,
        RedirectMethod::Oob => Way::Pin,
    };
    match (wanted, chosen) {
        // The service shows a PIN, whatever way the person would like better.
        (Way::Pin, _) | (_, None | Some(Way::Pin)) => wanted,
        (_, Some(chosen)) => chosen,
    }
}

/// Key and name of the prompt for what the client signs with.
pub(crate) fn secret_of(oauth1: &OAuth1) -> (&'static str, &'static str) {
    match oauth1.signature_method.needs_private_key() {
        true => (PRIVATE_KEY, "Private key"),
        false => (CLIENT_SECRET, "Consumer secret"),
    }
}

impl Engine {
    /// The client that a registration makes.
    /// # Errors
    /// [`Error::Values`] where its secret is missing or no key that can sign.
    pub(crate) async fn consumer(
        &self,
        oauth1: &OAuth1,
        registration: &ClientRegistration,
    ) -> Result<Client, Error> {
        let (key, name) = secret_of(oauth1);
        let secret = self.registration_secret(registration).await?;
        let secret = secret.ok_or_else(|| missing(key, &format!("{name} is missing.")))?;
        let parsed = SigningKey::parse(oauth1.signature_method, secret);
        let signs = parsed.map_err(|error| missing(key, &format!("{name}: {error}.")))?;
        Ok(Client { id: registration.client_id.clone(), key: signs })
    }

    /// The same for the registration of a sign-in or a connection, with where its secret may go.
    /// # Errors
    /// As [`Engine::consumer`].
    pub(crate) async fn consumer_of(
        &self,
        oauth1: &OAuth1,
        id: Option<&RegistrationId>,
    ) -> Result<(Client, AgreedOrigins), Error> {
        self.beside_others(|| async {
            let registration = self.registration_of(id).await?;
            Ok((self.consumer(oauth1, &registration).await?, registration.origins))
        })
        .await
    }

    async fn registration_of(&self, id: Option<&RegistrationId>) -> Result<ClientRegistration, Error> {
        let id = id.cloned();
        let found = self
            .store
            .read(move |snapshot| match &id {
                Some(id) => Ok::<_, Error>(snapshot.registrations().find(id)?),
                None => Ok(None),
            })
            .await?;
        found.ok_or_else(|| missing(CLIENT_ID, "Client ID is missing."))
    }
}
