//! What comes back from the browser: a redirect, a fragment that a page handed over, a posted form, a pasted address.
//!
//! RFC 6749 §4.1.2, §4.2.2, §10.12; RFC 9207; OAuth 2.0 Form Post Response Mode; RFC 9700 §4.4, §4.7. Any page can send
//! such an address, so nothing of it counts before its `state` is that of an attempt: [`Callback`] shows the state only,
//! and [`Callback::matched`] is the one way to the rest. What matches nothing changes nothing.
//!
//! Never: follow or open anything that stands in it; take a token from a query, or a code from a fragment that was not
//! asked to carry one.

use super::{
    reply::{self, TokenError, Tokens},
    words::{ResponseMode, ResponseType},
};
use secret::SecretString;
use std::fmt;

/// The longest redirect that is read, in bytes. Codes and tokens of real services stay far below.
pub const LONGEST: usize = 128 * 1024;

/// A redirect that belongs to no attempt yet.
pub struct Callback {
    address: String,
    source: ResponseMode,
    pairs: Pairs,
    /// Pairs that stand in the other place of the same address; only an error is read there.
    aside: Pairs,
    state: SecretString,
}

/// A redirect whose state was that of the attempt.
pub struct Matched(Callback);

/// The issuer that a redirect must be of (RFC 9207 §2.4).
#[derive(Clone, Copy, Debug, Default)]
pub struct ExpectedIssuer<'a> {
    /// The issuer of the attempt; `None` where the connector knows none.
    pub issuer: Option<&'a str>,
    /// Whether the server's metadata promise `iss` (`authorization_response_iss_parameter_supported`).
    pub promised: bool,
}

/// What the person's consent brought.
#[derive(Clone, Debug)]
pub struct Authorized {
    /// To be exchanged at the token endpoint.
    pub code: Option<SecretString>,
    /// To be checked (`oidc::id_token`) before anything else is done with it or with the code.
    pub id_token: Option<SecretString>,
    /// The access token of an implicit grant.
    pub tokens: Option<Tokens>,
    others: Pairs,
}

/// Why a redirect is refused. Holds no value of it but the service's own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// Too long to be one.
    #[error("the address is longer than a redirect is")]
    TooLong,
    /// No state, an empty one, or several: it cannot belong to any attempt.
    #[error("the address carries no state, or several")]
    State,
    /// RFC 6749 §3.1: a parameter stands there once.
    #[error("the parameter `{0}` stands in the address several times")]
    Repeated(&'static str),
    /// RFC 9207: it comes from another server than the one that was asked.
    #[error("the address comes from another issuer than the one that was asked")]
    Issuer,
    /// RFC 9207: the server promised to say who it is.
    #[error("the address does not say its issuer, which the service promised")]
    NoIssuer,
    /// The service said no.
    #[error("{0}")]
    Service(Box<TokenError>),
    /// The answer stands where it was not asked for.
    #[error("the answer came in another part of the address than was asked for")]
    Place,
    /// What was asked for is not there.
    #[error("the address carries no {0}")]
    Missing(&'static str),
    /// A value holds control characters (RFC 6749 appendix A).
    #[error("the {0} in the address holds characters that it cannot have")]
    Characters(&'static str),
}

impl Callback {
    /// A redirect's or a pasted address: query and fragment.
    /// # Errors
    /// [`CallbackError::TooLong`], [`CallbackError::State`].
    pub fn from_url(url: &str) -> Result<Self, CallbackError> {
        if url.len() > LONGEST {
            return Err(CallbackError::TooLong);
        }
        let url = url.trim();
        let (rest, fragment) = url.split_once('#').unwrap_or((url, ""));
        let (_, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (query, fragment) = (Pairs::parse(query.as_bytes()), Pairs::parse(fragment.as_bytes()));
        let (source, pairs, aside) = match (query.has("state"), fragment.has("state")) {
            (true, false) => (ResponseMode::Query, query, fragment),
            (false, true) => (ResponseMode::Fragment, fragment, query),
            _ => return Err(CallbackError::State),
        };
        Self::new(rest.to_owned(), source, pairs, aside)
    }

    /// A fragment that the landing page handed over, with or without its `#`. `address` is where the page stands.
    /// # Errors
    /// [`CallbackError::TooLong`], [`CallbackError::State`].
    pub fn from_fragment(address: &str, fragment: &str) -> Result<Self, CallbackError> {
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        Self::from_parts(address, ResponseMode::Fragment, fragment.as_bytes())
    }

    /// The body that the browser posted to `address`.
    /// # Errors
    /// [`CallbackError::TooLong`], [`CallbackError::State`].
    pub fn from_form(address: &str, body: &[u8]) -> Result<Self, CallbackError> {
        Self::from_parts(address, ResponseMode::FormPost, body)
    }

    fn from_parts(address: &str, source: ResponseMode, encoded: &[u8]) -> Result<Self, CallbackError> {
        if encoded.len() + address.len() > LONGEST {
            return Err(CallbackError::TooLong);
        }
        Self::new(address.to_owned(), source, Pairs::parse(encoded), Pairs::default())
    }

    fn new(address: String, source: ResponseMode, pairs: Pairs, aside: Pairs) -> Result<Self, CallbackError> {
        let state = pairs.only("state").map_err(|_| CallbackError::State)?;
        let state = state.filter(|state| !state.is_empty()).ok_or(CallbackError::State)?.clone();
        Ok(Self { address, source, pairs, aside, state })
    }

    /// What the attempt is looked up by.
    pub fn state(&self) -> &SecretString {
        &self.state
    }

    /// Whether it came to that attempt's own address: the same up to the query, the scheme in any case, one or two
    /// slashes behind a scheme of our own (some systems rewrite them), and every pair of the address's own query.
    pub fn came_to(&self, redirect_uri: &str) -> bool {
        came_home(&self.address, redirect_uri)
    }

    /// The rest, if the state is the attempt's, byte by byte and in constant time.
    pub fn matched(self, state: &SecretString) -> Option<Matched> {
        self.state.ct_eq(state).then_some(Matched(self))
    }
}

impl Matched {
    /// What the person's consent brought.
    /// # Errors
    /// [`CallbackError`]; each of them ends the attempt.
    pub fn read(
        self,
        response_type: ResponseType,
        mode: ResponseMode,
        issuer: ExpectedIssuer<'_>,
    ) -> Result<Authorized, CallbackError> {
        let Callback { source, pairs, aside, .. } = self.0;
        for key in KNOWN {
            pairs.only(key)?;
        }
        check_issuer(&pairs, issuer, response_type)?;
        for place in [&pairs, &aside] {
            if let Some(code) = place.only("error")?.filter(|code| !code.is_empty()) {
                return Err(CallbackError::Service(Box::new(place.service_error(code)?)));
            }
        }
        if source != mode.effective(response_type) {
            return Err(CallbackError::Place);
        }
        let code = pairs.wanted("code", response_type.has_code())?;
        let id_token = pairs.wanted("id_token", response_type.has_id_token())?;
        let access_token = pairs.wanted("access_token", response_type.has_token())?;
        let tokens = match access_token {
            None => None,
            Some(_) => Some(
                reply::read_pairs(pairs.plain()).map_err(|error| CallbackError::Service(Box::new(error)))?,
            ),
        };
        Ok(Authorized { code, id_token, tokens, others: pairs })
    }
}

impl Authorized {
    /// Another parameter of the redirect, for captures: its JSON pointer (`/realmId`) or its name.
    pub fn captured(&self, pointer: &str) -> Option<String> {
        let name = pointer.strip_prefix('/').unwrap_or(pointer).replace("~1", "/").replace("~0", "~");
        if KNOWN.contains(&name.as_str()) {
            return None;
        }
        // EXPOSE: what a connector captures is no secret; the protocol's own parameters were left out above
        self.others.first(&name).map(|value| value.expose().clone())
    }
}

/// Whether `address` is `redirect_uri` with an answer in it; see [`Callback::came_to`].
pub(crate) fn came_home(address: &str, redirect_uri: &str) -> bool {
    let (came, came_query) = address.split_once('?').unwrap_or((address, ""));
    let redirect_uri = redirect_uri.split('#').next().unwrap_or_default();
    let (asked, asked_query) = redirect_uri.split_once('?').unwrap_or((redirect_uri, ""));
    let (Some(came), Some(asked)) = (normalize(came), normalize(asked)) else { return false };
    let came_query = Pairs::parse(came_query.as_bytes());
    came == asked && Pairs::parse(asked_query.as_bytes()).0.iter().all(|pair| came_query.has_pair(pair))
}

/// RFC 9207 §2.4: compared as it is, no normalization. Where an id_token comes along, its own `iss` says the same, signed,
/// and certified servers leave the parameter out; the token is checked before the code is used.
fn check_issuer(
    pairs: &Pairs,
    expected: ExpectedIssuer<'_>,
    response_type: ResponseType,
) -> Result<(), CallbackError> {
    let said_by_token = response_type.has_id_token() && pairs.has("id_token");
    // EXPOSE: an issuer is public
    match (pairs.only("iss")?.map(|issuer| issuer.expose().as_str()), expected.issuer) {
        (None, _) if expected.promised && !said_by_token => Err(CallbackError::NoIssuer),
        (Some(came), Some(asked)) if came != asked => Err(CallbackError::Issuer),
        _ => Ok(()),
    }
}

/// `dev.patchbay:/oauth/callback` and `DEV.PATCHBAY://oauth/callback` are one address; `http` ones are compared as they
/// are but for the scheme and the host's case.
fn normalize(address: &str) -> Option<String> {
    let (scheme, rest) = address.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    if matches!(scheme.as_str(), "http" | "https") {
        let rest = rest.strip_prefix("//")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        return Some(format!("{scheme}://{}/{path}", host.to_ascii_lowercase()));
    }
    let path = rest.strip_prefix("//").or_else(|| rest.strip_prefix('/'))?;
    Some(format!("{scheme}:/{path}"))
}

/// What the protocol itself sends.
const KNOWN: [&str; 13] = [
    "state",
    "code",
    "error",
    "error_description",
    "error_uri",
    "iss",
    "access_token",
    "token_type",
    "expires_in",
    "refresh_token",
    "scope",
    "id_token",
    "response",
];

/// Decoded pairs, in order.
#[derive(Clone, Default)]
struct Pairs(Vec<(String, SecretString)>);

impl Pairs {
    fn parse(encoded: &[u8]) -> Self {
        let pairs = url::form_urlencoded::parse(encoded);
        Self(pairs.map(|(key, value)| (key.into_owned(), SecretString::new(value.into_owned()))).collect())
    }

    fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(name, _)| name == key)
    }

    fn has_pair(&self, (key, value): &(String, SecretString)) -> bool {
        self.0.iter().any(|(name, one)| name == key && one.ct_eq(value))
    }

    fn first(&self, key: &str) -> Option<&SecretString> {
        self.0.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    fn only(&self, key: &'static str) -> Result<Option<&SecretString>, CallbackError> {
        let mut values = self.0.iter().filter(|(name, _)| name == key).map(|(_, value)| value);
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(CallbackError::Repeated(key)),
        }
    }

    /// A value that was asked for; one that was not is left out.
    fn wanted(&self, key: &'static str, asked: bool) -> Result<Option<SecretString>, CallbackError> {
        if !asked {
            return Ok(None);
        }
        let value = self.only(key)?.filter(|value| !value.is_empty()).ok_or(CallbackError::Missing(key))?;
        // EXPOSE: its characters are looked at
        if value.expose().chars().any(|character| character.is_control() || character == '\u{fffd}') {
            return Err(CallbackError::Characters(key));
        }
        Ok(Some(value.clone()))
    }

    fn service_error(&self, code: &SecretString) -> Result<TokenError, CallbackError> {
        let text = |key| {
            // EXPOSE: the service's words about an error are no secret; they are cleaned and capped
            self.only(key).map(|value| value.map(|value| value.expose().as_str()))
        };
        // EXPOSE: as above
        let code = code.expose();
        Ok(TokenError::from_redirect(code, text("error_description")?, text("error_uri")?))
    }

    fn plain(&self) -> impl Iterator<Item = (&str, &str)> {
        // EXPOSE: read into tokens, which are secrets again
        self.0.iter().map(|(key, value)| (key.as_str(), value.expose().as_str()))
    }
}

impl fmt::Debug for Pairs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(key, _)| key)).finish()
    }
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback").field("source", &self.source).field("pairs", &self.pairs.0.len()).finish()
    }
}

impl fmt::Debug for Matched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Matched").field(&self.0).finish()
    }
}

#[cfg(test)]
mod tests;
