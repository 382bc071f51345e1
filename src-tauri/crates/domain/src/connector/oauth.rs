//! The OAuth family: OAuth 1.0a (RFC 5849), OAuth 2 (RFC 6749 and friends), OpenID Connect Core 1.0.
//!
//! Field names are the manifest's; the words of the values are the RFCs'. Client secrets, private keys and passwords
//! have no place here: they live in client registrations and authorizations.

use crate::template::{TextTemplate, UrlTemplate};
use protocol::{
    jose::Algorithm,
    oauth1::{Placement as OAuth1Placement, SignatureMethod},
    oauth2::{BasicEncoding, Mapping, ResponseMode, ResponseType, TokenBody, TokenMethod},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;
use std::collections::BTreeMap;

/// OAuth 1.0a (RFC 5849).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OAuth1 {
    /// Consumer key of the default registration; public.
    #[serde(default)]
    pub client_id: Option<String>,
    /// Temporary credential request (§2.1).
    #[serde(default)]
    pub request_token_url: Option<UrlTemplate>,
    /// Resource owner authorization (§2.2).
    #[serde(default)]
    pub authorize_url: Option<UrlTemplate>,
    /// Token request (§2.3).
    #[serde(default)]
    pub access_token_url: Option<UrlTemplate>,
    /// Where the service ends an authorization.
    #[serde(default)]
    pub revoke_url: Option<UrlTemplate>,
    /// HTTP method of the revoke request.
    #[serde(default)]
    pub revoke_method: TokenMethod,
    /// 3 with a person's consent, 2 without.
    #[serde(default = "three")]
    pub legs: u8,
    /// How a request is signed (§3.4).
    #[serde(default)]
    pub signature_method: SignatureMethod,
    /// Where the protocol parameters stand (§3.5).
    #[serde(default)]
    pub placement: OAuth1Placement,
    /// The `realm` of the header (§3.5.1).
    #[serde(default)]
    pub realm: Option<TextTemplate>,
    /// Where the browser returns.
    #[serde(flatten)]
    pub redirect: ReturnAddress,
}

impl OAuth1 {
    pub(super) fn urls(&self) -> Vec<&Option<UrlTemplate>> {
        vec![&self.request_token_url, &self.authorize_url, &self.access_token_url, &self.revoke_url]
    }
}

/// OAuth 2 (RFC 6749).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OAuth2 {
    /// How the authorization is got.
    #[serde(default)]
    pub grant_type: GrantType,
    /// What the authorize endpoint returns; where it is left out, what the grant type needs.
    #[serde(default)]
    pub response_type: Option<ResponseType>,
    /// Client ID of the default registration; public (RFC 6749 §2.2).
    #[serde(default)]
    pub client_id: Option<String>,
    /// How ID and secret reach the token endpoint.
    #[serde(default)]
    pub client_authentication: ClientAuthentication,
    /// The signed assertion of `client_secret_jwt` and `private_key_jwt` (RFC 7523).
    #[serde(default)]
    pub client_assertion: Option<ClientAssertion>,
    /// Whether ID and secret are form-encoded before Basic (RFC 6749 §2.3.1).
    #[serde(default)]
    pub basic_encoding: BasicEncoding,
    /// Whether the token request carries `client_id` also beside a Basic header.
    #[serde(default)]
    pub client_id_in_body: bool,
    /// Whether the code exchange carries `scope`.
    #[serde(default)]
    pub scope_on_exchange: bool,
    /// Where a person consents (RFC 6749 §3.1).
    #[serde(default)]
    pub authorize_url: Option<UrlTemplate>,
    /// Where tokens come from (§3.2).
    #[serde(default)]
    pub token_url: Option<UrlTemplate>,
    /// HTTP method of token requests.
    #[serde(default)]
    pub token_method: TokenMethod,
    /// Where tokens are renewed; `None` means the token address.
    #[serde(default)]
    pub refresh_url: Option<UrlTemplate>,
    /// Where the service ends an authorization (RFC 7009).
    #[serde(default)]
    pub revoke_url: Option<UrlTemplate>,
    /// Where a token is looked up (RFC 7662).
    #[serde(default)]
    pub introspect_url: Option<UrlTemplate>,
    /// Who the person is (OpenID Connect Core §5.3).
    #[serde(default)]
    pub userinfo_url: Option<UrlTemplate>,
    /// Where a device code comes from (RFC 8628).
    #[serde(default)]
    pub device_authorization_url: Option<UrlTemplate>,
    /// Proof key for the code exchange (RFC 7636).
    #[serde(default)]
    pub pkce: Pkce,
    /// Where the browser returns.
    #[serde(flatten)]
    pub redirect: ReturnAddress,
    /// How the reply of the authorize endpoint travels.
    #[serde(default)]
    pub response_mode: ResponseMode,
    /// Query values of the authorize request.
    #[serde(default)]
    pub extra_authorize_params: BTreeMap<String, TextTemplate>,
    /// Body values of the token request.
    #[serde(default)]
    pub extra_token_params: BTreeMap<String, TextTemplate>,
    /// Body values of the refresh request.
    #[serde(default)]
    pub extra_refresh_params: BTreeMap<String, TextTemplate>,
    /// Headers of token requests.
    #[serde(default)]
    pub token_headers: BTreeMap<String, TextTemplate>,
    /// How the body of token requests is written.
    #[serde(default)]
    pub token_body: TokenBody,
    /// Resource indicators (RFC 8707).
    #[serde(default)]
    pub resource: Vec<TextTemplate>,
    /// Scopes that are always asked for.
    #[serde(default)]
    pub default_scopes: Vec<String>,
    /// The word before the token.
    #[serde(default = "bearer")]
    pub bearer_name: String,
    /// Where the access token stands in a call.
    #[serde(default)]
    pub token_location: TokenLocation,
    /// Its name where it stands in the query.
    #[serde(default = "access_token")]
    pub token_key: String,
    /// The assumed life of an access token where the reply tells none.
    #[serde(default)]
    pub default_expiry: DefaultExpiry,
    /// Whether the sign-in page gets the person's e-mail (`login_hint`).
    #[serde(default)]
    pub prefill_email: bool,
    /// Whether the sign-in page opens in a window without cookies.
    #[serde(default)]
    pub private_session: bool,
    /// Name of the identity service, shown in the prompt.
    #[serde(default)]
    pub display_name: Option<String>,
    /// Where the reply differs from RFC 6749.
    #[serde(default)]
    pub token_response: Mapping,
}

impl OAuth2 {
    /// What the authorize endpoint is asked to return.
    pub fn response_type(&self) -> ResponseType {
        self.response_type.unwrap_or(match self.grant_type {
            GrantType::Implicit => ResponseType::Token,
            _ => ResponseType::Code,
        })
    }

    pub(super) fn urls(&self) -> Vec<&Option<UrlTemplate>> {
        vec![
            &self.authorize_url,
            &self.token_url,
            &self.refresh_url,
            &self.revoke_url,
            &self.introspect_url,
            &self.userinfo_url,
            &self.device_authorization_url,
        ]
    }

    /// Where tokens are renewed.
    pub fn refresh_url(&self) -> Option<&UrlTemplate> {
        self.refresh_url.as_ref().or(self.token_url.as_ref())
    }
}

/// OpenID Connect: all of OAuth 2, and who the person is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenIdConnect {
    /// Whose discovery document fills the rest (OpenID Connect Discovery 1.0 §4).
    #[serde(default)]
    pub issuer: Option<UrlTemplate>,
    /// The keys that id_tokens are checked with, where there is no issuer.
    #[serde(default)]
    pub jwks_url: Option<UrlTemplate>,
    /// Which token calls carry.
    #[serde(default)]
    pub api_credential: ApiCredential,
    /// The rest.
    #[serde(flatten)]
    pub oauth2: OAuth2,
}

impl OpenIdConnect {
    /// What the authorize endpoint is asked to return: without any way to a token endpoint, an id_token.
    pub fn response_type(&self) -> ResponseType {
        match self.oauth2.response_type {
            None if self.oauth2.token_url.is_none() && self.issuer.is_none() => ResponseType::IdToken,
            _ => self.oauth2.response_type(),
        }
    }
}

/// RFC 6749 authorization grants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// A person signs in and agrees (§4.1).
    #[default]
    AuthorizationCode,
    /// The app acts for itself (§4.4).
    ClientCredentials,
    /// The app is given the person's password (§4.3).
    Password,
    /// The token comes with the redirect (§4.2).
    Implicit,
    /// The person agrees on another device (RFC 8628).
    DeviceCode,
}

/// How ID and secret reach the token endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// As user and password of the `Authorization` header (RFC 6749 §2.3.1).
    #[default]
    Basic,
    /// In the body.
    Body,
    /// Only the ID: a public client.
    None,
    /// As an assertion signed with the secret (OpenID Connect Core §9).
    ClientSecretJwt,
    /// As an assertion signed with a private key (RFC 7523).
    PrivateKeyJwt,
}

/// A signed client assertion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientAssertion {
    /// How it is signed; left out, the usual one of the client authentication.
    #[serde(default)]
    pub algorithm: Option<Algorithm>,
    /// `kid` of its header.
    #[serde(default)]
    pub key_id: Option<String>,
    /// `aud`; left out, the token address.
    #[serde(default)]
    pub audience: Option<TextTemplate>,
}

/// Proof key for the code exchange (RFC 7636 §4.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Pkce {
    /// The challenge is the verifier's SHA-256.
    #[default]
    S256,
    /// The challenge is the verifier.
    #[serde(rename = "plain")]
    Plain,
    /// None.
    #[serde(rename = "off")]
    Off,
}

/// Where the browser returns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnAddress {
    /// How it comes back.
    #[serde(default, rename = "redirect")]
    pub method: RedirectMethod,
    /// Fixed port of a loopback redirect; `None` takes a free one.
    #[serde(default, rename = "redirect_port")]
    pub port: Option<u16>,
    /// Host of a loopback redirect.
    #[serde(default = "loopback_host", rename = "redirect_host")]
    pub host: String,
    /// Path of a loopback redirect.
    #[serde(default = "callback_path", rename = "redirect_path")]
    pub path: String,
    /// The address of a manual redirect.
    #[serde(default, rename = "redirect_uri")]
    pub manual: Option<String>,
}

/// How the browser comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RedirectMethod {
    /// `dev.patchbay:/oauth/callback`
    #[default]
    App,
    /// A listener on this machine (RFC 8252 §7.3).
    Loopback,
    /// The person pastes the address they land on.
    Manual,
    /// The person types a PIN (OAuth 1.0a only).
    Oob,
}

/// Where the access token stands in a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenLocation {
    /// The `Authorization` header (RFC 6750 §2.1).
    #[default]
    Header,
    /// The query string (RFC 6750 §2.3).
    Query,
}

/// Which token calls of an OpenID Connect connector carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiCredential {
    /// The access token.
    #[default]
    AccessToken,
    /// The id_token.
    IdToken,
}

/// The assumed life of an access token where the reply tells none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DefaultExpiry {
    /// So many seconds.
    Seconds(u32),
    /// It does not end by itself.
    Never,
}

impl Default for DefaultExpiry {
    fn default() -> Self {
        Self::Seconds(3600)
    }
}

impl<'de> Deserialize<'de> for DefaultExpiry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) if text == "never" => Ok(Self::Never),
            Value::Number(number) => number
                .as_u64()
                .and_then(|seconds| u32::try_from(seconds).ok())
                .map(Self::Seconds)
                .ok_or_else(|| D::Error::custom("the seconds are out of range")),
            _ => Err(D::Error::custom("neither seconds nor `never`")),
        }
    }
}

impl Serialize for DefaultExpiry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Seconds(seconds) => serializer.serialize_u32(*seconds),
            Self::Never => serializer.serialize_str("never"),
        }
    }
}

fn three() -> u8 {
    3
}

fn loopback_host() -> String {
    "127.0.0.1".into()
}

fn callback_path() -> String {
    "/callback".into()
}

fn bearer() -> String {
    "Bearer".into()
}

fn access_token() -> String {
    "access_token".into()
}
