//! The authorize request: the address that the person's browser opens.
//!
//! RFC 6749 §4.1.1 and §4.2.1, RFC 7636 §4.3, RFC 8707 §2.1, OpenID Connect Core §3.1.2.1, §3.2.2.1 and §3.3.2.1. The
//! address goes to the system's opener, so it is `https` or `http` and nothing else. It never carries a secret, but for
//! the verifier of PKCE `plain`, which is what that method means.

use super::{
    params::{Extra, OwnParameter, Params},
    pkce::Pkce,
    words::{ResponseMode, ResponseType},
};
use crate::message::Url;
use secret::SecretString;

/// Everything that an authorize request says.
#[derive(Clone, Copy, Debug)]
pub struct AuthorizeRequest<'a> {
    /// Where the person consents.
    pub endpoint: &'a Url,
    /// Who asks.
    pub client_id: &'a str,
    /// What shall come back.
    pub response_type: ResponseType,
    /// How it shall come back; sent only where it is not what the response type means anyway.
    pub response_mode: ResponseMode,
    /// Where to.
    pub redirect_uri: &'a str,
    /// Finds the attempt again, and keeps other pages out (§10.12).
    pub state: &'a SecretString,
    /// Binds an id_token to the attempt; needed where one comes with the redirect (OpenID Connect Core §3.2.2.1).
    pub nonce: Option<&'a SecretString>,
    /// Binds the code to the attempt; for response types with a code.
    pub pkce: Option<&'a Pkce>,
    /// The permissions asked for.
    pub scopes: &'a [String],
    /// What stands between two of them.
    pub delimiter: &'a str,
    /// Resource indicators.
    pub resources: &'a [String],
    /// The person's e-mail, where the connector says so.
    pub login_hint: Option<&'a str>,
    /// What the connector wants beside.
    pub extra: &'a [Extra],
}

/// Why there is no address to open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuthorizeError {
    /// Handing it to the system would open something else than a web page.
    #[error(
        "the authorize address starts with `{0}:`, and only `https:` and `http:` are opened in a browser"
    )]
    Scheme(String),
    /// A name or password in the address would be sent along, or would hide the real host.
    #[error("the authorize address holds a user name or password")]
    UserInfo,
    /// An id_token without a nonce could be one of another attempt.
    #[error("a response with an id_token needs a nonce")]
    NoNonce,
    /// An extra parameter has the name of one that protects the exchange.
    #[error(transparent)]
    OwnParameter(#[from] OwnParameter),
}

/// Replacing one of these would take a protection away, or break the way back.
const OWN: [&str; 8] = [
    "response_type",
    "response_mode",
    "client_id",
    "redirect_uri",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
];

impl AuthorizeRequest<'_> {
    /// The address to open. What the endpoint has in its query stays, but for parameters set here.
    /// # Errors
    /// [`AuthorizeError`].
    pub fn url(&self) -> Result<Url, AuthorizeError> {
        if !matches!(self.endpoint.scheme(), "https" | "http") {
            return Err(AuthorizeError::Scheme(self.endpoint.scheme().to_owned()));
        }
        if !self.endpoint.username().is_empty() || self.endpoint.password().is_some() {
            return Err(AuthorizeError::UserInfo);
        }
        if self.response_type.has_id_token() && self.nonce.is_none() {
            return Err(AuthorizeError::NoNonce);
        }
        let params = self.params()?;
        let mut url = self.endpoint.clone();
        url.set_fragment(None);
        let kept = url.query().filter(|query| !query.is_empty()).map(|query| format!("{query}&"));
        url.set_query(Some(&(kept.unwrap_or_default() + &params.to_form())));
        Ok(url)
    }

    fn params(&self) -> Result<Params, OwnParameter> {
        let mut params = Params::default();
        params.push("response_type", self.response_type.as_str());
        params.push("client_id", self.client_id);
        params.push("redirect_uri", self.redirect_uri);
        params.push_scope(self.scopes, self.delimiter);
        params.push_secret("state", self.state.clone());
        if let Some(nonce) = self.nonce {
            params.push_secret("nonce", nonce.clone());
        }
        if let Some(pkce) = self.pkce.filter(|_| self.response_type.has_code()) {
            params.push_secret("code_challenge", pkce.challenge().clone());
            params.push("code_challenge_method", pkce.method().as_str());
        }
        let mode = self.response_mode.effective(self.response_type);
        if mode != ResponseMode::Query.effective(self.response_type) {
            params.push("response_mode", mode.as_str());
        }
        params.push_resources(self.resources);
        if let Some(hint) = self.login_hint.filter(|hint| !hint.is_empty()) {
            params.push("login_hint", hint);
        }
        params.put_extra(self.extra, &OWN)?;
        Ok(params)
    }
}
