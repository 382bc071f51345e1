//! Token replies, read as leniently as services write them, and their errors, sorted by what to do about them.
//!
//! RFC 6749 §5.1 and §5.2, RFC 8628 §3.5, OpenID Connect Core §3.1.3.3. A service may have rotated a refresh token when
//! it answered, so nothing readable is thrown away for its form: JSON, a form or bare text whatever the content type
//! says, lives as numbers, words or dates, permissions in any list. What is *not* lenient: a token that no header could
//! carry, an error beside a token, and anything that is not a whole document.
//!
//! A reply without a refresh token leaves the former one in force ([`Tokens::refresh_token`] is `None`).

mod body;
mod error;
mod lifetime;

pub use error::{TokenError, TokenErrorKind, retry_after};
pub use lifetime::Lifetime;

use super::words::Mapping;
use crate::message::Response;
use body::Body;
use secret::SecretString;
use serde_json::Value;
use std::fmt;

/// What a token endpoint gave.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// For calls.
    pub access_token: SecretString,
    /// Its type as the service wrote it; absent, or `bearer` in any case, is `Bearer`.
    pub token_type: String,
    /// How long the access token holds.
    pub lifetime: Lifetime,
    /// For the next token; `None` keeps the former one.
    pub refresh_token: Option<SecretString>,
    /// How long the refresh token holds.
    pub refresh_lifetime: Lifetime,
    /// What was granted; `None` is what was asked for (RFC 6749 §5.1).
    pub scopes: Option<Vec<String>>,
    /// Who the person is, still to be checked.
    pub id_token: Option<SecretString>,
    whole: Whole,
}

/// The whole reply, for captures; it holds secrets.
#[derive(Clone)]
struct Whole(SecretString);

impl fmt::Debug for Whole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

impl Tokens {
    /// A value of the reply, for captures: text as it is, numbers with all their digits.
    pub fn captured(&self, pointer: &str) -> Option<String> {
        // EXPOSE: read again for one member that the connector names
        let whole: Value = serde_json::from_str(self.whole.0.expose()).ok()?;
        text_of(whole.pointer(pointer)?).filter(|text| !text.is_empty())
    }

    /// Whether it says that calls carry it as RFC 6750 says. Services have words of their own for the same (`bot`, `user`);
    /// the connector says how it is sent.
    pub fn is_bearer(&self) -> bool {
        self.token_type == "Bearer"
    }
}

/// Reads the reply of a token endpoint. `delimiter` is the connector's, for services that answer by their own.
/// # Errors
/// [`TokenError`], never a reason to end an authorization unless its kind is [`TokenErrorKind::Ends`].
pub fn read(reply: &Response, mapping: &Mapping, delimiter: &str) -> Result<Tokens, TokenError> {
    let status = reply.status;
    let body = Body::parse(&reply.body);
    if status.is_redirection() {
        return Err(TokenError::of_kind(TokenErrorKind::Redirected, status));
    }
    if let Some(error) = error::find(status, &body, mapping) {
        return Err(error);
    }
    match body {
        Body::Document(document) => read_document(&document, mapping, delimiter).map_err(|kind| {
            let mut error = TokenError::of_kind(kind, status);
            error.describe(error::words_of(&document));
            error
        }),
        Body::Jsonp(_) | Body::Text(_) | Body::Markup | Body::Empty => {
            let mut error = TokenError::of_kind(TokenErrorKind::Unreadable, status);
            if let Body::Text(text) = body {
                error.describe(Some(text));
            }
            Err(error)
        }
    }
}

/// Reads the reply of another endpoint of the server: a document, or the error in its place.
pub(super) fn read_other(reply: &Response) -> Result<Value, TokenError> {
    if let Some(error) = read_refusal(reply) {
        return Err(error);
    }
    match Body::parse(&reply.body) {
        Body::Document(document @ Value::Object(_)) => Ok(document),
        _ => Err(TokenError::of_kind(TokenErrorKind::Unreadable, reply.status)),
    }
}

/// The error of a reply whose good form does not matter.
pub(super) fn read_refusal(reply: &Response) -> Option<TokenError> {
    if reply.status.is_redirection() {
        return Some(TokenError::of_kind(TokenErrorKind::Redirected, reply.status));
    }
    let body = Body::parse(&reply.body);
    // Under a good status `error` alone tells one: other names of codes may mean anything in another document.
    let is_fine =
        reply.status.is_success() && body.document().is_none_or(|document| document.get("error").is_none());
    if is_fine { None } else { error::find(reply.status, &body, &Mapping::default()) }
}

/// Reads the tokens that came by a redirect.
pub(super) fn read_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Tokens, TokenError> {
    let members = pairs.map(|(key, value)| (key.to_owned(), Value::from(value))).collect();
    read_document(&Value::Object(members), &Mapping::default(), " ")
        .map_err(|kind| TokenError::of_kind(kind, crate::message::StatusCode::OK))
}

fn read_document(document: &Value, mapping: &Mapping, delimiter: &str) -> Result<Tokens, TokenErrorKind> {
    let member = |pointer: &Option<String>, name: &str| match pointer {
        Some(pointer) => document.pointer(pointer),
        None => document.get(name),
    };
    let secret = |pointer: &Option<String>, name: &str| {
        let text = match member(pointer, name)? {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        (!text.is_empty()).then(|| SecretString::new(text))
    };
    let access_token = secret(&mapping.access_token, "access_token").ok_or(TokenErrorKind::NoToken)?;
    let token_type =
        member(&mapping.token_type, "token_type").and_then(Value::as_str).unwrap_or_default().trim();
    // RFC 6749 §7.1: a token whose type is not understood is not used. These want each call signed with a key of ours.
    let wants_proof = ["dpop", "mac", "pop"].iter().any(|one| token_type.eq_ignore_ascii_case(one));
    // EXPOSE: its characters are looked at
    if wants_proof || !is_visible(access_token.expose()) || !is_visible(token_type) {
        return Err(TokenErrorKind::Unusable);
    }
    let token_type = match token_type {
        "" => "Bearer",
        text if text.eq_ignore_ascii_case("bearer") => "Bearer",
        text => text,
    };
    Ok(Tokens {
        access_token,
        token_type: token_type.to_owned(),
        lifetime: match &mapping.expires_in {
            Some(pointer) => document.pointer(pointer).map(lifetime::read).unwrap_or_default(),
            None => lifetime::of_access_token(document),
        },
        refresh_token: secret(&mapping.refresh_token, "refresh_token"),
        refresh_lifetime: lifetime::of_refresh_token(document),
        scopes: member(&mapping.scope, "scope").and_then(|value| read_scopes(value, delimiter)),
        id_token: secret(&mapping.id_token, "id_token"),
        whole: Whole(SecretString::new(document.to_string())),
    })
}

/// RFC 6749 appendix A.12: visible ASCII, and inside a blank. Anything else would break or be changed by a header.
fn is_visible(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7f).contains(&byte))
}

/// A list in whatever form: a JSON array, words between blanks, commas or the connector's own delimiter. A comma counts
/// beside blanks only where one follows it: RFC 6749 §3.3 allows it inside a permission.
fn read_scopes(value: &Value, delimiter: &str) -> Option<Vec<String>> {
    let words: Vec<&str> = match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        Value::String(text) if text.contains(", ") => text.split([',', ' ']).collect(),
        Value::String(text) if text.trim().contains(char::is_whitespace) => text.split_whitespace().collect(),
        Value::String(text) if !delimiter.is_empty() && text.contains(delimiter) => {
            text.split(delimiter).collect()
        }
        Value::String(text) => text.split(',').collect(),
        _ => return None,
    };
    let trimmed = words.into_iter().map(|word| word.trim());
    Some(trimmed.filter(|word| !word.is_empty()).map(str::to_owned).collect())
}

/// Text, or a number's digits.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
