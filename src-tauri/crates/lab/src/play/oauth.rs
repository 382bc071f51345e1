//! OAuth 2 and OpenID Connect as the Lab is told about them (RFC 6749 and friends, OpenID Connect Core 1.0).
//!
//! Addresses are those of the service as the connector writes them, placeholders included; where a service only names its
//! issuer, the Lab makes the other addresses up below it and tells them in its discovery document.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A service that gives tokens.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OAuth2 {
    /// How an authorization is got.
    pub grant: Grant,
    /// What the authorize endpoint returns: `code`, `id_token token` …
    pub response_type: String,
    /// How that travels where the request does not say; the usual way of the response type for `None`.
    #[serde(default)]
    pub response_mode: Option<ResponseMode>,
    /// How a client shows who it is.
    pub client: ClientAuthentication,
    /// Whether a client ID stands in the body also beside a header.
    #[serde(default)]
    pub client_id_in_body: bool,
    /// Whether ID and secret stand in the header as they are, not form-encoded first (RFC 6749 §2.3.1).
    #[serde(default)]
    pub raw_basic: bool,
    /// What the assertion of a client says.
    #[serde(default)]
    pub assertion: Assertion,
    /// Where its endpoints are.
    #[serde(default)]
    pub addresses: Addresses,
    /// Whether tokens are asked for with GET.
    #[serde(default)]
    pub asks_by_get: bool,
    /// Whether the body of a token request is JSON.
    #[serde(default)]
    pub asks_in_json: bool,
    /// Proof key that is demanded (RFC 7636).
    #[serde(default)]
    pub pkce: Option<Challenge>,
    /// Which redirect addresses are registered.
    #[serde(default)]
    pub redirect: Redirect,
    /// Permissions to choose from.
    #[serde(default)]
    pub permissions: Vec<Permission>,
    /// Permissions that each request asks for.
    #[serde(default)]
    pub always: Vec<String>,
    /// What stands between two permissions.
    pub delimiter: String,
    /// What an authorize request carries besides.
    #[serde(default)]
    pub authorize_extra: Vec<Demand>,
    /// What a token request carries besides.
    #[serde(default)]
    pub token_extra: Vec<Demand>,
    /// What a refresh carries besides.
    #[serde(default)]
    pub refresh_extra: Vec<Demand>,
    /// Headers that a token request carries.
    #[serde(default)]
    pub token_headers: Vec<Demand>,
    /// Resource indicators (RFC 8707).
    #[serde(default)]
    pub resources: Vec<String>,
    /// The word before a token in the header; empty for none.
    pub bearer: String,
    /// The key of a token in the query, where it stands there.
    #[serde(default)]
    pub token_key: Option<String>,
    /// Where a token reply differs from RFC 6749.
    #[serde(default)]
    pub reply: ReplyShape,
    /// Values that the connector picks up.
    #[serde(default)]
    pub captures: Vec<Capture>,
    /// What OpenID Connect adds.
    #[serde(default)]
    pub openid: Option<OpenId>,
}

/// RFC 6749 authorization grants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// A person signs in and agrees (§4.1).
    #[default]
    AuthorizationCode,
    /// The app acts for itself (§4.4).
    ClientCredentials,
    /// The app has the person's password (§4.3).
    Password,
    /// The token comes with the redirect (§4.2).
    Implicit,
    /// The person agrees on another device (RFC 8628).
    DeviceCode,
}

/// How a client shows who it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthentication {
    /// In the `Authorization` header.
    #[default]
    Basic,
    /// In the body.
    Body,
    /// By its ID alone.
    None,
    /// By an assertion signed with its secret (OpenID Connect Core §9).
    SecretJwt,
    /// By an assertion signed with its private key (RFC 7523).
    PrivateKeyJwt,
}

/// What the assertion of a client says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assertion {
    /// How it is signed; the usual way for `None`.
    #[serde(default)]
    pub algorithm: Option<String>,
    /// For whom it is; the token address for `None`.
    #[serde(default)]
    pub audience: Option<String>,
}

/// The addresses that a connector names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is what it is called")]
pub struct Addresses {
    #[serde(default)]
    pub authorize: Option<String>,
    #[serde(default)]
    pub token: Option<String>,
    #[serde(default)]
    pub refresh: Option<String>,
    #[serde(default)]
    pub revoke: Option<String>,
    #[serde(default)]
    pub introspect: Option<String>,
    #[serde(default)]
    pub userinfo: Option<String>,
    #[serde(default)]
    pub device: Option<String>,
    #[serde(default)]
    pub jwks: Option<String>,
}

/// How a reply of the authorize endpoint travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query.
    #[default]
    Query,
    /// Behind the `#`.
    Fragment,
    /// As a form that the browser posts.
    FormPost,
}

/// Code challenge methods (RFC 7636 §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Challenge {
    /// The verifier's SHA-256.
    S256,
    /// The verifier itself.
    #[serde(rename = "plain")]
    Plain,
}

/// Which redirect addresses are registered: the app link always, and on loopback any port unless one is fixed
/// (RFC 8252 §7.3).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redirect {
    /// The path on loopback.
    #[serde(default)]
    pub path: String,
    /// The only port on loopback.
    #[serde(default)]
    pub port: Option<u16>,
    /// An address elsewhere.
    #[serde(default)]
    pub elsewhere: Option<String>,
}

/// One permission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// What the service calls it.
    pub value: String,
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// What it allows.
    #[serde(default)]
    pub description: Option<String>,
}

/// A value that a request carries besides; with a placeholder in it, any value will do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is what it is called")]
pub struct Demand {
    pub key: String,
    pub value: String,
}

/// JSON pointers into a token reply; `None` is where RFC 6749 §5.1 has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of RFC 6749 §5.1 and OpenID Connect Core §3.1.3.3")]
pub struct ReplyShape {
    #[serde(default)]
    pub access_token: Option<String>,
    #[serde(default)]
    pub token_type: Option<String>,
    #[serde(default)]
    pub expires_in: Option<String>,
    #[serde(default)]
    pub refresh_token: Option<String>,
    #[serde(default)]
    pub scope: Option<String>,
    #[serde(default)]
    pub id_token: Option<String>,
    #[serde(default)]
    pub error: Option<ErrorShape>,
}

/// How a service tells an error under a good status.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ErrorShape {
    /// Where it says so.
    pub pointer: String,
    /// What stands there.
    pub equals: Value,
    /// Where it tells the error.
    #[serde(default)]
    pub message: Option<String>,
}

/// A value that a connector picks up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// Where from.
    pub from: CaptureFrom,
    /// JSON pointer to it; the values of a redirect count as one object.
    pub pointer: String,
}

/// Where a captured value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is what it is called")]
pub enum CaptureFrom {
    Token,
    Callback,
    Userinfo,
}

/// What OpenID Connect adds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenId {
    /// Who issues its id_tokens.
    #[serde(default)]
    pub issuer: Option<String>,
    /// Whether calls carry the id_token in the place of an access token.
    #[serde(default)]
    pub calls_with_id_token: bool,
}

/// The redirect address of the app itself (RFC 8252 §7.1).
const APP_LINK: [&str; 2] = ["dev.patchbay:/oauth/callback", "dev.patchbay://oauth/callback"];

impl Redirect {
    /// Whether an app that was registered with what the connector says may be sent back there.
    pub(crate) fn allows(&self, address: &str) -> bool {
        if APP_LINK.contains(&address) || self.elsewhere.as_deref() == Some(address) {
            return true;
        }
        let Some(rest) = address.strip_prefix("http://") else { return false };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse::<u16>().ok()),
            _ => (authority, Some(80)),
        };
        let loopback = ["127.0.0.1", "localhost", "[::1]"].contains(&host);
        let port = port.is_some_and(|port| self.port.is_none_or(|only| only == port));
        loopback && port && path == self.path
    }
}

impl OAuth2 {
    /// Whether the authorize endpoint returns `word`: `code`, `token` or `id_token`.
    pub(crate) fn returns(&self, word: &str) -> bool {
        self.response_type.split(' ').any(|found| found == word)
    }

    /// Whether a client ever shows who it is: a browser alone tells no secret.
    pub(crate) fn meets_clients(&self) -> bool {
        match self.grant {
            Grant::Implicit => false,
            Grant::AuthorizationCode => self.returns("code"),
            Grant::ClientCredentials | Grant::Password | Grant::DeviceCode => true,
        }
    }
}
