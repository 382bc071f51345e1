//! What comes back from the browser (RFC 5849 §2.2).
//!
//! OAuth 1.0a knows no `state`: what a redirect is found by is its `oauth_token`, the temporary token that the service gave
//! to one attempt. Any page can send such an address, so nothing else of it counts before that token is the attempt's:
//! [`Callback`] shows the token only, and [`Callback::matched`] is the one way to the rest. With a stolen verifier
//! nobody gets any further: exchanging it takes the secrets of the client and of the temporary token.

use super::Problem;
use crate::{
    encode::decode_pairs,
    oauth2::callback::{LONGEST, came_home},
};
use secret::SecretString;

/// A redirect that belongs to no attempt yet.
pub struct Callback {
    address: String,
    pairs: Vec<(String, SecretString)>,
    token: SecretString,
}

/// A redirect whose temporary token was that of the attempt.
pub struct Matched(Callback);

/// Why a redirect is refused. Holds no value of it but the service's own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// Too long to be one.
    #[error("the address is longer than a redirect is")]
    TooLong,
    /// No temporary token, an empty one, or several: it cannot belong to any attempt.
    #[error("the address carries no temporary token, or several")]
    Token,
    /// A parameter stands there several times.
    #[error("the parameter `{0}` stands in the address several times")]
    Repeated(&'static str),
    /// The person said no, or the service did.
    #[error("{0}")]
    Service(Box<Problem>),
    /// What was asked for is not there.
    #[error("the address carries no verifier")]
    NoVerifier,
}

/// Parameters that say which attempt a redirect is of: where a person says no, some services name the token `denied`.
const TOKENS: [&str; 2] = ["oauth_token", "denied"];

impl Callback {
    /// A redirect's or a pasted address.
    /// # Errors
    /// [`CallbackError::TooLong`], [`CallbackError::Token`].
    pub fn from_url(url: &str) -> Result<Self, CallbackError> {
        if url.len() > LONGEST {
            return Err(CallbackError::TooLong);
        }
        let rest = url.trim().split('#').next().unwrap_or_default();
        let (_, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut pairs = Vec::new();
        for pair in decode_pairs(query.as_bytes()) {
            if let (Ok(name), Ok(value)) = (String::from_utf8(pair.name), String::from_utf8(pair.value)) {
                pairs.push((name, SecretString::new(value)));
            }
        }
        let mut tokens = pairs.iter().filter(|(name, _)| TOKENS.contains(&name.as_str()));
        let token = match (tokens.next(), tokens.next()) {
            (Some((_, token)), None) if !token.is_empty() => token.clone(),
            _ => return Err(CallbackError::Token),
        };
        Ok(Self { address: rest.to_owned(), pairs, token })
    }

    /// What the attempt is looked up by.
    pub fn token(&self) -> &SecretString {
        &self.token
    }

    /// Whether it came to that attempt's own address.
    pub fn came_to(&self, redirect_uri: &str) -> bool {
        came_home(&self.address, redirect_uri)
    }

    /// The rest, if the token is the attempt's, byte by byte and in constant time.
    pub fn matched(self, token: &SecretString) -> Option<Matched> {
        self.token.ct_eq(token).then_some(Matched(self))
    }
}

impl Matched {
    /// The verifier that the person's consent brought.
    /// # Errors
    /// [`CallbackError`]; each of them ends the attempt.
    pub fn read(self) -> Result<SecretString, CallbackError> {
        let value = |name: &'static str| {
            let mut found = self.0.pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value);
            match (found.next(), found.next()) {
                (_, Some(_)) => Err(CallbackError::Repeated(name)),
                (value, None) => Ok(value.filter(|value| !value.is_empty())),
            }
        };
        let refused = |code: &str, said| CallbackError::Service(Box::new(Problem::of_redirect(code, said)));
        if value("denied")?.is_some() {
            return Err(refused("permission_denied", None));
        }
        if let Some(code) = value("oauth_problem")? {
            let said = value("oauth_problem_advice")?;
            // EXPOSE: the service's words, to be quoted
            return Err(refused(code.expose(), said.map(|said| said.expose().as_str())));
        }
        value("oauth_verifier")?.cloned().ok_or(CallbackError::NoVerifier)
    }
}
