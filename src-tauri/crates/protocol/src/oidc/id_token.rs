//! Checking an id_token: OpenID Connect Core §3.1.3.7, §3.2.2.11 and §3.3.2.12, by the clock that the caller gives.

use super::{Claims, derive_hash};
use crate::jose::{self, Algorithm, Keys, VerifyError};
use jiff::Timestamp;
use secret::{Secret, SecretString};
use serde_json::{Map, Value};

/// How far two clocks may be apart, in seconds.
pub const SKEW: i64 = 60;

/// What a token must be of.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Who issues it, byte by byte. `None` where the connector names a key address only: then the keys alone say it, and
    /// whoever keeps the issuer compares it the next time.
    pub issuer: Option<&'a str>,
    /// For whom it is.
    pub client_id: &'a str,
    /// The attempt's; `None` where none was sent.
    pub nonce: Option<&'a SecretString>,
    /// The access token that came with it.
    pub access_token: Option<&'a SecretString>,
    /// The code that came with it.
    pub code: Option<&'a SecretString>,
    /// Whether it came by the browser. Then the hashes of what came along are required (§3.2.2.11, §3.3.2.12).
    pub by_browser: bool,
    /// How it may be signed; never empty, and never from the token.
    pub algorithms: &'a [Algorithm],
}

/// A token that was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct IdToken {
    /// Who issued it.
    pub issuer: String,
    /// Who the person is there; never changes hands.
    pub subject: String,
    /// When it ends.
    pub ends: Timestamp,
    /// How it was signed.
    pub algorithm: Algorithm,
    /// What it says about the person.
    pub claims: Claims,
}

/// Why a token counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    /// The signature or the form; see [`VerifyError::UnknownKey`].
    #[error(transparent)]
    Signature(#[from] VerifyError),
    /// The payload is no JSON object.
    #[error("the id_token holds no claims")]
    NoClaims,
    /// A claim is missing or has the wrong type.
    #[error("the id_token holds no usable `{0}`")]
    Claim(&'static str),
    /// Of somebody else.
    #[error("the id_token is of another issuer")]
    Issuer,
    /// For somebody else.
    #[error("the id_token is for another client")]
    Audience,
    /// It is over.
    #[error("the id_token is over")]
    Expired,
    /// It is of the future: one of the clocks is wrong.
    #[error("the id_token is of the future")]
    Future,
    /// Of another attempt.
    #[error("the id_token is of another sign-in")]
    Nonce,
    /// Not of the access token that came along.
    #[error("the id_token does not belong to the access token")]
    AccessToken,
    /// Not of the code that came along.
    #[error("the id_token does not belong to the code")]
    Code,
}

impl IdToken {
    /// Checks `token`.
    /// # Errors
    /// [`IdTokenError`]; where it is [`VerifyError::UnknownKey`] the server may have changed its keys, so that one more
    /// try with keys read again is right.
    pub fn validate(
        token: &SecretString,
        keys: Keys<'_>,
        expected: &Expected<'_>,
        now: Timestamp,
    ) -> Result<Self, IdTokenError> {
        // EXPOSE: read, checked, and only its claims go on
        let verified = jose::verify(token.expose(), keys, expected.algorithms)?;
        let members: Map<String, Value> =
            serde_json::from_slice(&verified.payload).map_err(|_| IdTokenError::NoClaims)?;
        let claims = Claims::new(members);
        let issuer = text(&claims, "iss")?;
        if expected.issuer.is_some_and(|asked| asked != issuer) {
            return Err(IdTokenError::Issuer);
        }
        let subject = text(&claims, "sub")?;
        check_audience(&claims, expected.client_id)?;
        let ends = check_time(&claims, now.as_second())?;
        check_nonce(&claims, expected.nonce)?;
        let hash = |name, value: Option<&SecretString>| {
            check_hash(&claims, name, verified.algorithm, value, expected)
        };
        if !hash("at_hash", expected.access_token)? {
            return Err(IdTokenError::AccessToken);
        }
        if !hash("c_hash", expected.code)? {
            return Err(IdTokenError::Code);
        }
        Ok(Self { issuer, subject, ends, algorithm: verified.algorithm, claims })
    }
}

fn text(claims: &Claims, name: &'static str) -> Result<String, IdTokenError> {
    let text = claims.member(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or(IdTokenError::Claim(name))
}

/// §3.1.3.7, 3 to 5: for us; with others beside us only where it names us as the one it was issued to.
fn check_audience(claims: &Claims, client_id: &str) -> Result<(), IdTokenError> {
    let party = match claims.member("azp") {
        None | Some(Value::Null) => None,
        Some(Value::String(party)) => Some(party.as_str()),
        Some(_) => return Err(IdTokenError::Claim("azp")),
    };
    let (for_us, others) = match claims.member("aud") {
        Some(Value::String(audience)) => (audience == client_id, false),
        Some(Value::Array(several)) => (several.iter().any(|one| one == client_id), several.len() > 1),
        _ => return Err(IdTokenError::Claim("aud")),
    };
    match party {
        Some(party) if party != client_id => Err(IdTokenError::Audience),
        None if others => Err(IdTokenError::Audience),
        _ if !for_us => Err(IdTokenError::Audience),
        _ => Ok(()),
    }
}

/// §3.1.3.7, 9 and 10, and `nbf` (RFC 7519 §4.1.5).
fn check_time(claims: &Claims, now: i64) -> Result<Timestamp, IdTokenError> {
    let ends = seconds(claims, "exp")?.ok_or(IdTokenError::Claim("exp"))?;
    let issued = seconds(claims, "iat")?.ok_or(IdTokenError::Claim("iat"))?;
    let begins = seconds(claims, "nbf")?.unwrap_or(issued);
    if now >= ends.saturating_add(SKEW) {
        return Err(IdTokenError::Expired);
    }
    if issued.max(begins) > now.saturating_add(SKEW) {
        return Err(IdTokenError::Future);
    }
    Ok(Timestamp::from_second(ends).unwrap_or(Timestamp::MAX))
}

/// RFC 7519 §2, NumericDate: a number, with a fraction or without.
fn seconds(claims: &Claims, name: &'static str) -> Result<Option<i64>, IdTokenError> {
    match claims.member(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => {
            #[expect(clippy::cast_possible_truncation, reason = "a cast from f64 goes to the nearest bound")]
            let seconds = number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds as i64));
            seconds.map(Some).ok_or(IdTokenError::Claim(name))
        }
        Some(_) => Err(IdTokenError::Claim(name)),
    }
}

fn check_nonce(claims: &Claims, expected: Option<&SecretString>) -> Result<(), IdTokenError> {
    let Some(expected) = expected else { return Ok(()) };
    let said = claims.member("nonce").and_then(Value::as_str).ok_or(IdTokenError::Nonce)?;
    if expected.ct_eq(&Secret::new(said.to_owned())) { Ok(()) } else { Err(IdTokenError::Nonce) }
}

/// Whether the token belongs to `value`, or nothing has to be compared.
fn check_hash(
    claims: &Claims,
    name: &'static str,
    algorithm: Algorithm,
    value: Option<&SecretString>,
    expected: &Expected<'_>,
) -> Result<bool, IdTokenError> {
    let Some(value) = value else { return Ok(true) };
    match claims.member(name) {
        None | Some(Value::Null) => Ok(!expected.by_browser),
        Some(Value::String(hash)) => Ok(*hash == derive_hash(algorithm, value)),
        Some(_) => Err(IdTokenError::Claim(name)),
    }
}
