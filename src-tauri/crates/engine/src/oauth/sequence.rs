//! The requests of a sign-in, and of the refresh after it, as they will be sent, in order: for whoever builds a
//! connector. They are made by the functions that later send; what is not there yet, or is secret, is a named gap.
//!
//! Nothing leaves the machine. A script is not run: what it may change is said beside.

use super::{
    assertion,
    provider::Provider,
    sign_in::{PageOf, page_address, proof, way_of},
    way_back::Home,
};
use crate::{
    credential::{Authorized, Placed},
    oauth1::service::{Service, way_of as signed_way},
    request::BuildError,
    shown::{Sent, show},
};
use domain::connector::{ClientAuthentication as Manner, Connector, GrantType};
use protocol::{
    message::{Method, Request, Stamp, Url},
    oauth1::{self, SigningKey},
    oauth2::{Client, ClientAuthentication, Grant, device},
    placement::Place,
};
use secret::{SecretString, redact::Known};
use std::collections::BTreeMap;

/// One request of a sign-in.
#[derive(Debug)]
pub struct Planned {
    /// What it is for.
    pub kind: PlannedKind,
    /// The request.
    pub sent: Sent,
}

/// What a request of a sign-in is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlannedKind {
    /// Temporary credentials of OAuth 1.0a.
    Temporary,
    /// The page that the person's browser opens.
    Page,
    /// The code that the person types on another device.
    Device,
    /// The tokens.
    Tokens,
    /// The next tokens.
    Refresh,
}

/// Names of parameters whose values come up with each sign-in, or are secret, and what they are called.
const GAPS: [(&str, &str); 16] = [
    ("state", "New for each sign-in"),
    ("nonce", "New for each sign-in"),
    ("code_challenge", "New for each sign-in"),
    ("code_verifier", "New for each sign-in"),
    ("code", "What the browser brings"),
    ("device_code", "What the service gave"),
    ("refresh_token", "Refresh token"),
    ("client_secret", "Client secret"),
    ("client_assertion", "Signed assertion"),
    ("username", "User name"),
    ("password", "Password"),
    ("oauth_token", "What the service gave"),
    ("oauth_verifier", "What the browser brings"),
    ("oauth_nonce", "New for each request"),
    ("oauth_timestamp", "New for each request"),
    ("oauth_signature", "Signature"),
];

/// Every request of a sign-in with `connector`, in order; none where it needs none, or where an address is missing yet.
/// `client_id` is that of the app, where it is known.
pub(crate) fn sequence(
    connector: &Connector,
    settings: &BTreeMap<String, String>,
    client_id: Option<&str>,
    stamp: Stamp,
) -> Result<Vec<Planned>, BuildError> {
    if let Some(service) = Service::of(connector, None, settings)? {
        return Ok(of_signing(&service, client_id, stamp));
    }
    match Provider::of(connector, None, settings)? {
        Some(provider) => of_tokens(connector, &provider, client_id, stamp),
        None => Ok(Vec::new()),
    }
}

fn of_tokens(
    connector: &Connector,
    provider: &Provider,
    client_id: Option<&str>,
    stamp: Stamp,
) -> Result<Vec<Planned>, BuildError> {
    let id = client_id.or(provider.oauth2.client_id.as_deref()).unwrap_or("client-id").to_owned();
    let client = stand_in(provider, id)?;
    let items = connector.scopes(None).items.iter().filter(|scope| scope.default);
    let scopes = provider.scopes(&items.map(|scope| scope.value.clone()).collect::<Vec<_>>());
    let way = way_of(&provider.oauth2, provider.response_type, None);
    let redirect_uri = Home::of_oauth2(&provider.oauth2).planned(way);
    let gap = SecretString::new("gap".into());
    let proof = proof(provider, stamp.entropy);
    let mut planned = Vec::new();
    let mut plan =
        |kind, request: Request| planned.push(Planned { kind, sent: rendered(&request, provider) });
    let grant = provider.oauth2.grant_type;
    if let (GrantType::AuthorizationCode | GrantType::Implicit, Some(endpoint)) =
        (grant, &provider.endpoints.authorize)
    {
        let nonce = provider.response_type.has_id_token() || provider.openid.is_some();
        let of = PageOf {
            client_id: &client.id,
            redirect_uri: &redirect_uri,
            state: &gap,
            nonce: nonce.then_some(&gap),
            pkce: proof.as_ref(),
            scopes: &scopes,
            email: None,
        };
        let extra = provider.filled(&provider.oauth2.extra_authorize_params)?;
        let page = page_address(provider, endpoint, &of, &extra)?;
        plan(PlannedKind::Page, Request::new(Method::GET, page));
    }
    let Some(token) = provider.token_endpoint()? else { return Ok(planned) };
    if let (GrantType::DeviceCode, Some(url)) = (grant, &provider.endpoints.device) {
        let extra = provider.filled(&provider.oauth2.extra_authorize_params)?;
        let request = device::request(url, &token, &client, &scopes, &extra, stamp.at, stamp.entropy)?;
        plan(PlannedKind::Device, request);
    }
    let first = match grant {
        GrantType::AuthorizationCode if !provider.response_type.has_code() => None,
        GrantType::AuthorizationCode => Some(Grant::AuthorizationCode {
            code: &gap,
            redirect_uri: &redirect_uri,
            verifier: proof.as_ref().map(|proof| proof.verifier()),
            scopes: &scopes,
        }),
        GrantType::ClientCredentials => Some(Grant::ClientCredentials { scopes: &scopes }),
        GrantType::Password => Some(Grant::Password { user: &gap, password: &gap, scopes: &scopes }),
        GrantType::DeviceCode => Some(Grant::DeviceCode { code: &gap }),
        GrantType::Implicit => None,
    };
    let Some(first) = first else { return Ok(planned) };
    plan(PlannedKind::Tokens, token.request(&client, first, stamp.at, stamp.entropy)?);
    if grant != GrantType::ClientCredentials {
        let refresh = Grant::RefreshToken { token: &gap };
        plan(PlannedKind::Refresh, token.request(&client, refresh, stamp.at, stamp.entropy)?);
    }
    Ok(planned)
}

/// The client as the service will see it. A key that signs is not there yet: what it will sign is written without it.
fn stand_in(provider: &Provider, id: String) -> Result<Client, BuildError> {
    let secret = || SecretString::new("gap".into());
    let authentication = match provider.oauth2.client_authentication {
        Manner::None => ClientAuthentication::None,
        Manner::ClientSecretJwt | Manner::PrivateKeyJwt => {
            ClientAuthentication::Assertion(assertion::stand_in(provider)?)
        }
        Manner::Basic => {
            ClientAuthentication::Basic { secret: secret(), encoding: provider.oauth2.basic_encoding }
        }
        Manner::Body => ClientAuthentication::Body { secret: secret() },
    };
    Ok(Client { id, authentication })
}

fn rendered(request: &Request, provider: &Provider) -> Sent {
    let mut sent = shown(request);
    sent.signing = assertion::steps(request, provider);
    if provider.has_script() {
        sent.notes.push("The connector's script may change this request.".into());
    }
    sent
}

/// The request with a gap for each value that is not there yet.
fn shown(request: &Request) -> Sent {
    let placed = GAPS.iter().flat_map(|(key, label)| {
        [Place::Query((*key).to_owned()), Place::Body((*key).to_owned())].map(|place| Placed {
            place,
            prefix: String::new(),
            label: (*label).to_owned(),
            secret: true,
        })
    });
    let authorized = Authorized { placed: placed.collect(), ..Authorized::default() };
    show(request, &[], &authorized, &Known::new())
}

fn of_signing(service: &Service, client_id: Option<&str>, stamp: Stamp) -> Vec<Planned> {
    if !service.needs_person() {
        return Vec::new();
    }
    let callback = Home::of_oauth1(&service.oauth1).planned(signed_way(&service.oauth1, None));
    let id = client_id.or(service.oauth1.client_id.as_deref()).unwrap_or("consumer-key");
    let client = oauth1::Client { id: id.to_owned(), key: SigningKey::StandIn };
    let gap = || SecretString::new("gap".into());
    let temporary = oauth1::Token { token: gap(), secret: gap() };
    let style = &service.style;
    let asked = service.temporary.as_ref().and_then(|url| {
        Some(oauth1::exchange::temporary_request(url, &client, style, &callback, stamp).ok()?.0)
    });
    let page = service.authorize.as_ref().and_then(|url| {
        let address = oauth1::exchange::authorization_address(url, &temporary);
        // EXPOSE: made of stand-ins
        Some(Request::new(Method::GET, Url::parse(address.expose()).ok()?))
    });
    let given = service.token.as_ref().and_then(|url| {
        Some(oauth1::exchange::token_request(url, &client, &temporary, style, &gap(), stamp).ok()?.0)
    });
    let kinds = [PlannedKind::Temporary, PlannedKind::Page, PlannedKind::Tokens];
    let requests = kinds.into_iter().zip([asked, page, given]);
    requests.filter_map(|(kind, request)| Some(Planned { kind, sent: shown(&request?) })).collect()
}
