//! Token introspection (RFC 7662): what the service says about a token, where it is asked.

use super::{
    client::Client,
    reply::{self, TokenError},
    revoke::{TokenKind, about},
    token::{RequestError, RequestStyle},
};
use crate::message::{Request, Response, Url};
use jiff::Timestamp;
use secret::{SecretString, ServerText};
use serde_json::Value;

/// What the service says (§2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introspection {
    /// Whether it takes the token now.
    pub active: bool,
    /// What the token permits.
    pub scopes: Option<Vec<String>>,
    /// When it ends.
    pub ends: Option<Timestamp>,
    /// Whose it is: `username`, or else `sub`.
    pub account: Option<ServerText>,
}

/// The request that asks about `token`.
/// # Errors
/// [`RequestError`].
pub fn request(
    url: &Url,
    style: &RequestStyle,
    client: &Client,
    token: (&SecretString, TokenKind),
    now: Timestamp,
    entropy: [u8; 32],
) -> Result<Request, RequestError> {
    about(url, style, client, token, now, entropy)
}

/// Reads the reply. Without a plain `"active": true` the token is taken for over.
/// # Errors
/// [`TokenError`]: nothing is known about the token.
pub fn read(reply: &Response) -> Result<Introspection, TokenError> {
    let document = reply::read_other(reply)?;
    let text = |name: &str| document.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    Ok(Introspection {
        active: document.get("active") == Some(&Value::Bool(true)),
        scopes: text("scope").map(|scope| scope.split_whitespace().map(str::to_owned).collect()),
        ends: document.get("exp").and_then(Value::as_i64).and_then(|exp| Timestamp::from_second(exp).ok()),
        account: text("username").or_else(|| text("sub")).map(ServerText::quote),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{HeaderMap, StatusCode};

    fn judge(status: u16, body: &str) -> Option<Introspection> {
        let status = StatusCode::from_u16(status).unwrap();
        read(&Response { status, headers: HeaderMap::new(), body: body.into() }).ok()
    }

    #[test]
    fn what_the_service_says_is_read() {
        // RFC 7662 §2.2
        let body = r#"{"active":true,"client_id":"l238j323ds-23ij4","username":"jdoe","scope":"read write dolphin","sub":"Z5O3upPC88QrAjx00dis","exp":1419356238}"#;
        let said = judge(200, body).unwrap();
        assert!(said.active);
        assert_eq!(said.scopes.unwrap(), ["read", "write", "dolphin"]);
        assert_eq!(said.ends.unwrap().as_second(), 1_419_356_238);
        assert_eq!(said.account.unwrap().as_str(), "jdoe");
    }

    #[test]
    fn only_a_plain_yes_is_a_yes_and_a_failure_says_nothing() {
        for (status, body, active) in [
            (200, r#"{"active":false}"#, Some(false)),
            (200, r#"{"active":"true"}"#, Some(false)),
            (200, "{}", Some(false)),
            (200, "<html>", None),
            (401, r#"{"error":"invalid_client"}"#, None),
            (503, "", None),
        ] {
            assert_eq!(judge(status, body).map(|said| said.active), active, "{status} {body}");
        }
    }
}
