//! A connector's OAuth values, its settings in place: which addresses, which parameters.

use crate::request::BuildError;
use domain::{
    Timestamp,
    authorization::Expiry,
    connector::{
        Authentication, Capture, Connector, DefaultExpiry, GrantType, OAuth2, OpenIdConnect, ResponseType,
    },
    origin::{AgreedOrigins, Origin},
    template::{FillError, TextTemplate, UrlTemplate},
};
use protocol::{
    message::Url,
    oauth2::{Lifetime, RequestStyle, TokenEndpoint, metadata::Metadata},
};
use std::{collections::BTreeMap, time::Duration};

/// The permission without which no id_token comes (OpenID Connect Core §3.1.2.1).
const OPENID: &str = "openid";

/// A service that gives tokens, as a connector describes it.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    /// The connector's words.
    pub oauth2: OAuth2,
    /// What OpenID Connect adds.
    pub openid: Option<OpenId>,
    /// What the authorize endpoint returns.
    pub response_type: ResponseType,
    /// Its addresses.
    pub endpoints: Endpoints,
    /// What stands between two permissions.
    pub delimiter: String,
    /// How clients may show themselves, as its metadata say (RFC 8414 §2); empty where they were not read.
    pub client_authentication: Vec<String>,
    /// What it tells besides its tokens.
    pub captures: Vec<Capture>,
    /// Whether its metadata promise to say who answered (RFC 9207 §3).
    pub promises_issuer: bool,
    settings: BTreeMap<String, String>,
    /// Whose script runs around its exchanges, where there is one.
    pub(super) scripted: Option<Box<Scripted>>,
}

/// A connector with a script.
#[derive(Clone, Debug)]
pub(super) struct Scripted {
    pub connector: Connector,
    pub authentication: Authentication,
}

/// What OpenID Connect adds.
#[derive(Clone, Debug)]
pub(crate) struct OpenId {
    /// Who issues the id_tokens.
    pub issuer: Option<String>,
}

/// The addresses of a provider.
#[derive(Clone, Debug, Default)]
pub(crate) struct Endpoints {
    pub authorize: Option<Url>,
    pub token: Option<Url>,
    pub refresh: Option<Url>,
    pub revoke: Option<Url>,
    pub introspect: Option<Url>,
    pub userinfo: Option<Url>,
    pub device: Option<Url>,
    pub jwks: Option<Url>,
}

impl Endpoints {
    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Url> {
        [&self.authorize, &self.jwks].into_iter().flatten().chain(self.with_secrets())
    }

    /// Those that a client secret or a token is sent to.
    fn with_secrets(&self) -> impl Iterator<Item = &Url> {
        [&self.token, &self.refresh, &self.revoke, &self.introspect, &self.userinfo, &self.device]
            .into_iter()
            .flatten()
    }
}

impl Provider {
    /// The provider of this authentication; `None` for types without one.
    /// # Errors
    /// [`BuildError::Fill`] where a setting is missing or does not fit.
    pub fn of(
        connector: &Connector,
        authentication: Option<&str>,
        settings: &BTreeMap<String, String>,
    ) -> Result<Option<Self>, BuildError> {
        let shape = connector.authentication(authentication);
        let Some(oauth2) = shape.and_then(oauth2_of) else { return Ok(None) };
        let openid = match shape {
            Some(Authentication::OpenIdConnect(openid)) => Some(openid),
            _ => None,
        };
        let fill = |url: &Option<UrlTemplate>| url.as_ref().map(|url| url.fill(settings)).transpose();
        let endpoints = Endpoints {
            authorize: fill(&oauth2.authorize_url)?,
            token: fill(&oauth2.token_url)?,
            refresh: fill(&oauth2.refresh_url)?,
            revoke: fill(&oauth2.revoke_url)?,
            introspect: fill(&oauth2.introspect_url)?,
            userinfo: fill(&oauth2.userinfo_url)?,
            device: fill(&oauth2.device_authorization_url)?,
            jwks: openid.map(|openid| fill(&openid.jwks_url)).transpose()?.flatten(),
        };
        let delimiter = match openid {
            Some(_) => " ",
            None => connector.scopes(authentication).delimiter.as_str(),
        };
        Ok(Some(Self {
            oauth2: oauth2.clone(),
            response_type: match openid {
                Some(openid) => openid.response_type(),
                None => oauth2.response_type(),
            },
            openid: openid.map(|openid| open_id(openid, settings)).transpose()?,
            endpoints,
            delimiter: delimiter.to_owned(),
            client_authentication: Vec::new(),
            captures: connector.captures.clone(),
            promises_issuer: false,
            settings: settings.clone(),
            scripted: shape.filter(|_| connector.script.is_some()).map(|shape| {
                Box::new(Scripted { connector: connector.clone(), authentication: shape.clone() })
            }),
        }))
    }

    /// Values of all settings.
    pub fn settings(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    /// Who issues its id_tokens, and where it says what it is.
    pub fn issuer(&self) -> Option<&str> {
        self.openid.as_ref().and_then(|openid| openid.issuer.as_deref())
    }

    /// The same, with what the service says where the connector says nothing.
    pub fn with_metadata(mut self, metadata: &Metadata) -> Self {
        let told = &mut self.endpoints;
        for (own, said) in [
            (&mut told.authorize, &metadata.authorization_endpoint),
            (&mut told.token, &metadata.token_endpoint),
            (&mut told.revoke, &metadata.revocation_endpoint),
            (&mut told.introspect, &metadata.introspection_endpoint),
            (&mut told.userinfo, &metadata.userinfo_endpoint),
            (&mut told.device, &metadata.device_authorization_endpoint),
            (&mut told.jwks, &metadata.jwks_uri),
        ] {
            if own.is_none() {
                own.clone_from(said);
            }
        }
        self.promises_issuer = metadata.promises_issuer;
        self.client_authentication.clone_from(&metadata.client_authentication);
        self
    }

    /// Where client secret and tokens go that are not for calls: what a person agrees to besides the API.
    /// The issuer is among them: what it names in its document is agreed to with it, and with it alone.
    pub fn origins(&self) -> AgreedOrigins {
        let issuer = self.issuer().and_then(|issuer| Origin::of(&Url::parse(issuer).ok()?));
        self.endpoints.with_secrets().filter_map(Origin::of).chain(issuer).collect()
    }

    /// What is asked for, in the service's words: what is always asked, then what was chosen, each once.
    pub fn scopes(&self, chosen: &[String]) -> Vec<String> {
        let openid = self.openid.as_ref().map(|_| OPENID.to_owned());
        let mut scopes = Vec::new();
        for scope in
            openid.into_iter().chain(self.oauth2.default_scopes.iter().cloned()).chain(chosen.iter().cloned())
        {
            if !scopes.contains(&scope) {
                scopes.push(scope);
            }
        }
        scopes
    }

    /// Whether a person has to be there.
    pub fn needs_person(&self) -> bool {
        !matches!(self.oauth2.grant_type, GrantType::ClientCredentials | GrantType::Password)
    }

    /// Texts of the connector with the settings in place; what would say an empty optional setting is left out.
    pub fn filled(
        &self,
        texts: &BTreeMap<String, TextTemplate>,
    ) -> Result<Vec<(String, String)>, BuildError> {
        let filled = texts.iter().filter_map(|(key, text)| match text.fill(&self.settings) {
            Err(FillError::Missing { .. }) => None,
            filled => Some(filled.map(|value| (key.clone(), value))),
        });
        Ok(filled.collect::<Result<_, _>>()?)
    }

    /// The same, with the e-mail of the person for texts that want it.
    pub fn with_email(&self, email: Option<&str>) -> Self {
        let mut provider = self.clone();
        provider.settings.extend(email.map(|email| ("email".to_owned(), email.to_owned())));
        provider
    }

    /// One text of the connector with the settings in place.
    pub fn fill(&self, text: &TextTemplate) -> Result<String, BuildError> {
        Ok(text.fill(&self.settings)?)
    }

    /// The resource indicators.
    pub fn resources(&self) -> Result<Vec<String>, BuildError> {
        self.oauth2.resource.iter().map(|resource| self.fill(resource)).collect()
    }

    /// How requests to its endpoints are written.
    pub fn style(&self) -> Result<RequestStyle, BuildError> {
        Ok(RequestStyle {
            method: self.oauth2.token_method,
            body: self.oauth2.token_body,
            headers: self.filled(&self.oauth2.token_headers)?,
            client_id_in_body: self.oauth2.client_id_in_body,
        })
    }

    /// Who is asked for a refresh.
    pub fn token_origin(&self) -> Option<Origin> {
        Origin::of(self.endpoints.refresh.as_ref().or(self.endpoints.token.as_ref())?)
    }

    /// Where tokens come from; `None` where it has no token address.
    pub fn token_endpoint(&self) -> Result<Option<TokenEndpoint>, BuildError> {
        let Some(url) = &self.endpoints.token else { return Ok(None) };
        Ok(Some(TokenEndpoint {
            url: url.clone(),
            refresh_url: self.endpoints.refresh.clone(),
            style: self.style()?,
            extra: self.filled(&self.oauth2.extra_token_params)?,
            refresh_extra: self.filled(&self.oauth2.extra_refresh_params)?,
            resources: self.resources()?,
            delimiter: self.delimiter.clone(),
            scope_on_exchange: self.oauth2.scope_on_exchange,
        }))
    }

    /// When a token that came at `now` ends. A guess starts a refresh where one is possible and changes nothing else.
    pub fn expiry(&self, lifetime: Lifetime, now: Timestamp) -> Expiry {
        match (lifetime.ends(now), self.oauth2.default_expiry) {
            (Some(at), _) => Expiry::Told(at),
            (None, DefaultExpiry::Never) => Expiry::Never,
            (None, DefaultExpiry::Seconds(seconds)) => {
                now.checked_add(Duration::from_secs(seconds.into())).map_or(Expiry::Never, Expiry::Assumed)
            }
        }
    }
}

/// The OAuth 2 values of a type that has them.
pub(crate) fn oauth2_of(authentication: &Authentication) -> Option<&OAuth2> {
    match authentication {
        Authentication::OAuth2(oauth2) => Some(oauth2),
        Authentication::OpenIdConnect(openid) => Some(&openid.oauth2),
        _ => None,
    }
}

/// The addresses that a client secret or a token is sent to, calls aside.
pub(crate) fn addresses_with_secrets(oauth2: &OAuth2) -> [Option<&UrlTemplate>; 6] {
    [
        &oauth2.token_url,
        &oauth2.refresh_url,
        &oauth2.revoke_url,
        &oauth2.introspect_url,
        &oauth2.userinfo_url,
        &oauth2.device_authorization_url,
    ]
    .map(Option::as_ref)
}

fn open_id(openid: &OpenIdConnect, settings: &BTreeMap<String, String>) -> Result<OpenId, BuildError> {
    // Exactly as it was written: an issuer is compared letter by letter.
    let issuer = openid.issuer.as_ref().map(|issuer| {
        issuer.fill(settings)?;
        TextTemplate::from(issuer.as_str().to_owned()).fill(settings)
    });
    Ok(OpenId { issuer: issuer.transpose()? })
}
