//! Token requests of every grant.
//!
//! RFC 6749 §4.1.3 (code), §4.3.2 (password), §4.4.2 (client credentials), §6 (refresh), RFC 8628 §3.4 (device code),
//! RFC 7636 §4.5 (verifier), RFC 8707 §2.2 (resource). What odd services want differently is the connector's word:
//! method, JSON, headers, further parameters. A secret never becomes a parameter of that kind.

use super::{
    client::Client,
    params::{Extra, OwnParameter, Params},
    words::{TokenBody, TokenMethod},
};
use crate::{
    jose::SignError,
    message::{HeaderValue, Method, Request, Url, header},
    placement::{Place, PlacementError, put_header},
};
use jiff::Timestamp;
use secret::SecretString;

/// Where tokens come from, and how requests to it are written. Everything that does not change from grant to grant.
#[derive(Clone, Debug)]
pub struct TokenEndpoint {
    /// Where it is (RFC 6749 §3.2).
    pub url: Url,
    /// Where tokens are renewed, if elsewhere.
    pub refresh_url: Option<Url>,
    /// How requests are written.
    pub style: RequestStyle,
    /// Parameters of token requests.
    pub extra: Vec<Extra>,
    /// Parameters of refresh requests.
    pub refresh_extra: Vec<Extra>,
    /// Resource indicators (RFC 8707).
    pub resources: Vec<String>,
    /// What stands between two permissions.
    pub delimiter: String,
    /// Whether the code exchange carries `scope` too.
    pub scope_on_exchange: bool,
}

/// How requests to the endpoints of an authorization server are written.
#[derive(Clone, Debug, Default)]
pub struct RequestStyle {
    /// POST with a body, or GET with everything in the query.
    pub method: TokenMethod,
    /// How the body is written.
    pub body: TokenBody,
    /// Further headers.
    pub headers: Vec<Extra>,
    /// Whether `client_id` stands in the body also beside a Basic header.
    pub client_id_in_body: bool,
}

/// What is given for a token. `scopes` are those asked for, in their wire form.
#[derive(Clone, Copy, Debug)]
pub enum Grant<'a> {
    /// A code that came by the browser (§4.1.3).
    AuthorizationCode {
        /// The code.
        code: &'a SecretString,
        /// The very address of the authorize request, byte by byte.
        redirect_uri: &'a str,
        /// The verifier, where a challenge was sent.
        verifier: Option<&'a SecretString>,
        /// Sent only where the service wants it.
        scopes: &'a [String],
    },
    /// The client itself (§4.4).
    ClientCredentials {
        /// Asked for.
        scopes: &'a [String],
    },
    /// The person's name and password (§4.3).
    Password {
        /// The name.
        user: &'a SecretString,
        /// The password.
        password: &'a SecretString,
        /// Asked for.
        scopes: &'a [String],
    },
    /// A refresh token (§6); the permissions stay as they are.
    RefreshToken {
        /// The token.
        token: &'a SecretString,
    },
    /// A device code (RFC 8628 §3.4).
    DeviceCode {
        /// The code.
        code: &'a SecretString,
    },
}

/// Why a request could not be built. Never holds a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequestError {
    /// A header or its value cannot be sent.
    #[error(transparent)]
    Placement(#[from] PlacementError),
    /// An extra parameter has the name of one that the protocol sets.
    #[error(transparent)]
    OwnParameter(#[from] OwnParameter),
    /// The client assertion could not be signed.
    #[error(transparent)]
    Sign(#[from] SignError),
}

/// What no extra parameter of a token request may replace: secrets and proofs, which no connector file may set.
pub const TOKEN_PARAMETERS: [&str; 9] = [
    "code",
    "code_verifier",
    "redirect_uri",
    "refresh_token",
    "device_code",
    "username",
    "password",
    "client_secret",
    "client_assertion",
];

impl TokenEndpoint {
    /// The request that trades `grant` for tokens. `entropy` is 32 fresh random bytes, used where an assertion is signed.
    /// # Errors
    /// [`RequestError`].
    pub fn request(
        &self,
        client: &Client,
        grant: Grant<'_>,
        now: Timestamp,
        entropy: [u8; 32],
    ) -> Result<Request, RequestError> {
        let mut params = Params::default();
        let (url, extra) = match grant {
            Grant::RefreshToken { .. } => {
                (self.refresh_url.as_ref().unwrap_or(&self.url), &self.refresh_extra)
            }
            _ => (&self.url, &self.extra),
        };
        self.put_grant(&mut params, grant);
        params.push_resources(&self.resources);
        self.style.request(url, client, params, extra, now, entropy)
    }

    fn put_grant(&self, params: &mut Params, grant: Grant<'_>) {
        match grant {
            Grant::AuthorizationCode { code, redirect_uri, verifier, scopes } => {
                params.push("grant_type", "authorization_code");
                params.push_secret("code", code.clone());
                params.push("redirect_uri", redirect_uri);
                if let Some(verifier) = verifier {
                    params.push_secret("code_verifier", verifier.clone());
                }
                if self.scope_on_exchange {
                    params.push_scope(scopes, &self.delimiter);
                }
            }
            Grant::ClientCredentials { scopes } => {
                params.push("grant_type", "client_credentials");
                params.push_scope(scopes, &self.delimiter);
            }
            Grant::Password { user, password, scopes } => {
                params.push("grant_type", "password");
                params.push_secret("username", user.clone());
                params.push_secret("password", password.clone());
                params.push_scope(scopes, &self.delimiter);
            }
            Grant::RefreshToken { token } => {
                params.push("grant_type", "refresh_token");
                params.push_secret("refresh_token", token.clone());
            }
            Grant::DeviceCode { code } => {
                params.push("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
                params.push_secret("device_code", code.clone());
            }
        }
    }
}

impl RequestStyle {
    /// A request to one of the server's endpoints, by an authenticated client.
    pub(super) fn request(
        &self,
        url: &Url,
        client: &Client,
        mut params: Params,
        extra: &[Extra],
        now: Timestamp,
        entropy: [u8; 32],
    ) -> Result<Request, RequestError> {
        let method = match self.method {
            TokenMethod::Post => Method::POST,
            TokenMethod::Get => Method::GET,
        };
        let mut request = Request::new(method, url.clone());
        request.url.set_fragment(None);
        request.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        for (name, value) in &self.headers {
            let place = put_header(&mut request, name, &SecretString::new(value.clone()))?;
            if let Place::Header(name) = place
                && let Some(value) = request.headers.get_mut(name)
            {
                value.set_sensitive(false); // a connector holds no secret
            }
        }
        client.authenticate(&mut request, &mut params, self.client_id_in_body, now, entropy)?;
        params.put_extra(extra, &TOKEN_PARAMETERS)?;
        self.write(&mut request, &params);
        Ok(request)
    }

    fn write(&self, request: &mut Request, params: &Params) {
        let (content_type, body) = match (self.method, self.body) {
            (TokenMethod::Get, _) => return params.put_into_query(&mut request.url),
            (TokenMethod::Post, TokenBody::Form) => ("application/x-www-form-urlencoded", params.to_form()),
            (TokenMethod::Post, TokenBody::Json) => ("application/json", params.to_json()),
        };
        request.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        request.body = body.into_bytes();
    }
}

#[cfg(test)]
mod tests;
