//! Why a service refused: OAuth Problem Reporting (`oauth_problem`), in a body or a `WWW-Authenticate: OAuth` header, and
//! what services say instead of it.
//!
//! A service's words are only quoted; what to do is decided by its code. Services that refuse a time rarely say by how
//! much it is wrong, so their own `Date` is compared with the time of the request ([`clock_difference`]).

use crate::{
    encode::decode_pairs,
    message::{HeaderMap, Response, StatusCode, header},
};
use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimeParser};
use secret::ServerText;
use serde_json::Value;
use std::fmt;

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What to do about it.
    pub kind: ProblemKind,
    /// The service's code.
    pub code: Option<ServerText>,
    /// The service's words. They may repeat what was sent: whoever shows them masks the secrets of the request.
    pub said: Option<ServerText>,
    /// The status it came under; `None` for one that came by the browser.
    pub status: Option<StatusCode>,
}

/// What to do about a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The time of the request is too far from the service's, or its nonce was seen before.
    TimeOrNonce,
    /// The signature is not the one that the service computed.
    Signature,
    /// The service does not know the client, or has locked it out.
    Client,
    /// The person said no.
    Denied,
    /// The token is over, used up or unknown: sign in again.
    Token,
    /// The service does not answer to the address that was given (§2.1): `oauth_callback_confirmed` is not `true`.
    NotConfirmed,
    /// Try again later.
    Transient,
    /// The reply holds no token and no error.
    Unreadable,
    /// Something else.
    Other,
}

impl Problem {
    /// One that came with a reply.
    pub fn of_reply(reply: &Response) -> Self {
        let pairs = pairs_of(reply);
        let value = |names: &[&str]| {
            let found = names.iter().find_map(|name| pairs.iter().find(|(key, _)| key == name));
            found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
        };
        let code = value(&["oauth_problem", "error"]);
        let said = value(&["oauth_problem_advice", "error_description", "message"]);
        let kind = match code {
            _ if matches!(reply.status.as_u16(), 408 | 429 | 500..) => ProblemKind::Transient,
            Some(code) => kind_of(code),
            None if reply.status.is_success() => ProblemKind::Unreadable,
            None => ProblemKind::Other,
        };
        let quote = |text: &str| Some(ServerText::quote(text)).filter(|text| !text.is_empty());
        Self {
            kind,
            code: code.and_then(quote),
            said: said.and_then(quote).or_else(|| page_free(reply)),
            status: Some(reply.status),
        }
    }

    /// One that the browser brought.
    pub(super) fn of_redirect(code: &str, said: Option<&str>) -> Self {
        Self {
            kind: kind_of(code),
            code: Some(ServerText::quote(code)),
            said: said.map(ServerText::quote).filter(|said| !said.is_empty()),
            status: None,
        }
    }

    pub(super) fn of_kind(kind: ProblemKind, reply: &Response) -> Self {
        Self { kind, ..Self::of_reply(reply) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, self.status) {
            (ProblemKind::NotConfirmed, _) => {
                f.write_str("the service did not confirm the callback address")?
            }
            (ProblemKind::Unreadable, _) => f.write_str("the reply holds no token")?,
            (_, Some(status)) => write!(f, "the service refused with status {}", status.as_u16())?,
            (_, None) => f.write_str("the service refused")?,
        }
        match &self.code {
            Some(code) => write!(f, ": `{code}`"),
            None => Ok(()),
        }
    }
}

/// The base string that the service says it would have signed, where it says so (libraries name it differently).
pub fn told_base_string(reply: &Response) -> Option<String> {
    const NAMES: [&str; 3] = ["oauth_signature_base_string", "debug_sbs", "base_string"];
    let pairs = pairs_of(reply);
    let found = NAMES.iter().find_map(|name| pairs.iter().find(|(key, _)| key == name));
    found.map(|(_, text)| text.clone()).filter(|text| !text.is_empty())
}

/// By how much the service's clock is ahead of the one that signed, as its reply tells.
pub fn clock_difference(reply: &Response, now: Timestamp) -> Option<SignedDuration> {
    let date = reply.headers.get(header::DATE)?.to_str().ok()?;
    let theirs = DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(theirs.duration_since(now))
}

fn kind_of(code: &str) -> ProblemKind {
    match code {
        "timestamp_refused" | "nonce_used" | "invalid_timestamp" | "invalid_nonce" => {
            ProblemKind::TimeOrNonce
        }
        "signature_invalid" | "signature_method_rejected" | "invalid_signature" => ProblemKind::Signature,
        "consumer_key_unknown"
        | "consumer_key_rejected"
        | "consumer_key_refused"
        | "consumer_key_not_specified"
        | "invalid_client" => ProblemKind::Client,
        "permission_denied" | "user_refused" | "permission_unknown" | "access_denied" => ProblemKind::Denied,
        "token_expired"
        | "token_revoked"
        | "token_rejected"
        | "token_used"
        | "token_not_authorized"
        | "verifier_invalid" => ProblemKind::Token,
        _ => ProblemKind::Other,
    }
}

/// Names and values of a form or a flat JSON object, and of the `OAuth` challenges.
fn pairs_of(reply: &Response) -> Vec<(String, String)> {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let body = reply.body.trim_ascii();
    let mut pairs: Vec<(String, String)> = match serde_json::from_slice::<Value>(body) {
        Ok(Value::Object(members)) => members
            .into_iter()
            .filter_map(|(key, value)| match value {
                Value::String(text) => Some((key, text)),
                _ => None,
            })
            .collect(),
        // A page is no form, whatever `=` it has.
        _ if body.starts_with(b"<") => Vec::new(),
        _ => decode_pairs(body).into_iter().map(|pair| (text(pair.name), text(pair.value))).collect(),
    };
    pairs.extend(challenge_pairs(&reply.headers));
    pairs
}

fn challenge_pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let challenges = crate::oauth2::challenge::parse(headers);
    let own = challenges.into_iter().filter(|challenge| challenge.scheme == "oauth");
    own.flat_map(|challenge| challenge.params)
        .map(|(name, value)| {
            let value = percent_encoding::percent_decode_str(&value).decode_utf8_lossy().into_owned();
            (name, value)
        })
        .collect()
}

/// The words of a short plain reply.
fn page_free(reply: &Response) -> Option<ServerText> {
    let plain = reply.headers.get(header::CONTENT_TYPE)?.as_bytes().starts_with(b"text/plain");
    let text = std::str::from_utf8(&reply.body).ok().filter(|_| plain)?;
    Some(ServerText::quote(text)).filter(|text| !text.is_empty())
}
