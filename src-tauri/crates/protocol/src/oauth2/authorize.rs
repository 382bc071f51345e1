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

/// What no extra parameter of the authorize address may replace: it would take a protection away, or break the way back.
pub const AUTHORIZE_PARAMETERS: [&str; 8] = [
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
        params.put_into_query(&mut url);
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
        params.put_extra(self.extra, &AUTHORIZE_PARAMETERS)?;
        Ok(params)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn secret(text: &str) -> SecretString {
        SecretString::new(text.into())
    }

    /// The query of the request that `change` makes of a plain one.
    fn ask(
        endpoint: &str,
        change: impl for<'a> FnOnce(&mut AuthorizeRequest<'a>, &'a Pkce, &'a SecretString),
    ) -> Result<Vec<(String, String)>, AuthorizeError> {
        let (endpoint, state, pkce) =
            (Url::parse(endpoint).unwrap(), secret("the-state"), Pkce::s256([1; 32]));
        let scopes = ["read".to_owned(), "write all".to_owned()];
        let mut request = AuthorizeRequest {
            endpoint: &endpoint,
            client_id: "client 1",
            response_type: ResponseType::Code,
            response_mode: ResponseMode::Query,
            redirect_uri: "http://127.0.0.1:4000/callback",
            state: &state,
            nonce: None,
            pkce: Some(&pkce),
            scopes: &scopes,
            delimiter: ",",
            resources: &[],
            login_hint: None,
            extra: &[],
        };
        change(&mut request, &pkce, &state);
        request.url().map(|url| url.query_pairs().into_owned().collect())
    }

    fn value<'a>(pairs: &'a [(String, String)], key: &str) -> Option<&'a str> {
        pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    #[test]
    fn the_address_says_everything_once() {
        let pairs = ask("https://login.example/authorize?tenant=a&state=old", |request, _, _| {
            request.login_hint = Some("jane@example.com");
        })
        .unwrap();
        let names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.len(), names.iter().collect::<BTreeSet<_>>().len(), "{names:?}");
        for (key, expected) in [
            ("tenant", "a"),
            ("response_type", "code"),
            ("client_id", "client 1"),
            ("redirect_uri", "http://127.0.0.1:4000/callback"),
            ("scope", "read,write all"),
            ("state", "the-state"),
            ("code_challenge_method", "S256"),
            ("login_hint", "jane@example.com"),
        ] {
            assert_eq!(value(&pairs, key), Some(expected), "{key}");
        }
        assert_eq!(value(&pairs, "response_mode"), None);
    }

    #[test]
    fn the_verifier_stays_here() {
        let pairs = ask("https://login.example/authorize", |_, _, _| {}).unwrap();
        let verifier = Pkce::s256([1; 32]).verifier().expose().clone();
        assert!(pairs.iter().all(|(key, value)| key != "code_verifier" && *value != verifier));
        assert_eq!(value(&pairs, "code_challenge").map(str::len), Some(43));
    }

    #[test]
    fn tokens_come_in_the_fragment_unless_posted() {
        for (response_type, mode, sent) in [
            (ResponseType::Token, ResponseMode::Query, None),
            (ResponseType::Code, ResponseMode::Fragment, Some("fragment")),
            (ResponseType::IdToken, ResponseMode::FormPost, Some("form_post")),
            (ResponseType::CodeIdToken, ResponseMode::Fragment, None),
        ] {
            let pairs = ask("https://login.example/authorize", |request, _, state| {
                request.response_type = response_type;
                request.response_mode = mode;
                request.nonce = Some(state);
            })
            .unwrap();
            assert_eq!(value(&pairs, "response_type"), Some(response_type.as_str()));
            assert_eq!(value(&pairs, "response_mode"), sent, "{response_type:?} {mode:?}");
            assert_eq!(value(&pairs, "code_challenge").is_some(), response_type.has_code());
        }
    }

    #[test]
    fn an_id_token_needs_a_nonce() {
        let refused =
            ask("https://login.example/", |request, _, _| request.response_type = ResponseType::IdToken);
        assert_eq!(refused, Err(AuthorizeError::NoNonce));
    }

    #[test]
    fn only_web_pages_without_credentials_are_opened() {
        for endpoint in ["file:///etc/passwd", "javascript:alert(1)", "ms-settings:", "smb://evil/share"] {
            assert!(matches!(ask(endpoint, |_, _, _| {}), Err(AuthorizeError::Scheme(_))), "{endpoint}");
        }
        let refused = ask("http://user:pw@127.0.0.1/", |_, _, _| {});
        assert_eq!(refused, Err(AuthorizeError::UserInfo));
    }

    #[test]
    fn an_extra_parameter_cannot_take_a_protection_away() {
        for key in AUTHORIZE_PARAMETERS {
            let extra = [(key.to_owned(), "evil".to_owned())];
            let request =
                ask("https://login.example/", |request, _, _| request.extra = Box::leak(Box::new(extra)));
            assert_eq!(request, Err(AuthorizeError::OwnParameter(OwnParameter(key.into()))));
        }
        let extra = [("prompt".to_owned(), "login".to_owned()), ("scope".to_owned(), "other".to_owned())];
        let pairs = ask("https://login.example/", |request, _, _| request.extra = Box::leak(Box::new(extra)))
            .unwrap();
        assert_eq!((value(&pairs, "prompt"), value(&pairs, "scope")), (Some("login"), Some("other")));
    }

    #[test]
    fn a_state_is_256_random_bits_and_nothing_else() {
        let states: BTreeSet<String> = (0..=255)
            .map(|byte| super::super::make_unguessable([byte; 32]).expose().clone())
            .inspect(|state| assert_eq!(state.len(), 43))
            .collect();
        assert_eq!(states.len(), 256);
    }
}
