//! How replies are judged: the request that proves a connection works, and which replies refuse the credential.
//!
//! Only what the connector says counts: a reply that neither meets [`Verify`] nor matches [`AuthFailure`] teaches nothing about the
//! credential.

use crate::template::UrlTemplate;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The request that proves a connection works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verify {
    /// HTTP method.
    #[serde(default)]
    pub method: VerifyMethod,
    /// Where it goes.
    #[serde(flatten)]
    pub target: VerifyTarget,
    /// Statuses that mean it works; empty for any 2xx.
    #[serde(default)]
    pub expect_status: Vec<u16>,
    /// What the reply must say.
    #[serde(default)]
    pub expect_body: Option<BodyCheck>,
    /// JSON pointer to who this is.
    #[serde(default)]
    pub account: Option<String>,
}

impl Verify {
    /// Whether a reply of this status is what the connector expects.
    pub fn expects(&self, status: u16) -> bool {
        if self.expect_status.is_empty() {
            (200..300).contains(&status)
        } else {
            self.expect_status.contains(&status)
        }
    }
}

/// Where the verify request goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerifyTarget {
    /// Behind the base address.
    Path(String),
    /// Elsewhere.
    Url(UrlTemplate),
}

/// HTTP methods of a verify request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are the methods")]
pub enum VerifyMethod {
    #[default]
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl VerifyMethod {
    /// The method as a request carries it.
    pub fn as_http(self) -> http::Method {
        match self {
            Self::Get => http::Method::GET,
            Self::Head => http::Method::HEAD,
            Self::Post => http::Method::POST,
            Self::Put => http::Method::PUT,
            Self::Patch => http::Method::PATCH,
            Self::Delete => http::Method::DELETE,
        }
    }
}

/// What a JSON reply must say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BodyCheck {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// The value that must stand there.
    pub equals: Value,
}

impl BodyCheck {
    /// Whether `body` is JSON that says so. Numbers compare by value: 1 equals 1.0.
    pub fn holds(&self, body: &[u8]) -> bool {
        serde_json::from_slice::<Value>(body).is_ok_and(|reply| {
            reply.pointer(&self.pointer).is_some_and(|found| match (found.as_f64(), self.equals.as_f64()) {
                (Some(found), Some(wanted)) => found == wanted,
                _ => *found == self.equals,
            })
        })
    }
}

/// Which replies mean that the credential is not accepted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuthFailure {
    /// Statuses of such replies.
    #[serde(default = "unauthorized")]
    pub status: Vec<u16>,
    /// What such a reply says besides.
    #[serde(default)]
    pub body: Option<BodyCheck>,
}

impl AuthFailure {
    /// Whether this reply says that the credential is not accepted.
    pub fn matches(&self, status: u16, body: &[u8]) -> bool {
        self.status.contains(&status) && self.body.as_ref().is_none_or(|check| check.holds(body))
    }
}

impl Default for AuthFailure {
    fn default() -> Self {
        Self { status: unauthorized(), body: None }
    }
}

fn unauthorized() -> Vec<u16> {
    vec![401]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_body_check_holds_where_the_reply_says_so() {
        for (pointer, equals, body, holds) in [
            ("/ok", json!(true), r#"{"ok":true}"#, true),
            ("/ok", json!(true), r#"{"ok":"true"}"#, false),
            ("/ok", json!(true), r#"{}"#, false),
            ("/n", json!(1), r#"{"n":1.0}"#, true),
            ("/n", json!(null), r#"{"n":null}"#, true),
            ("/a/0/b", json!("x"), r#"{"a":[{"b":"x"}]}"#, true),
            ("", json!([]), "[]", true),
            ("/ok", json!(true), "<html>", false),
        ] {
            let check = BodyCheck { pointer: pointer.into(), equals };
            assert_eq!(check.holds(body.as_bytes()), holds, "{pointer} {body}");
        }
    }

    #[test]
    fn a_refusal_needs_the_status_and_the_words() {
        let expired = BodyCheck { pointer: "/code".into(), equals: json!("expired") };
        let rule = AuthFailure { status: vec![401, 403], body: Some(expired) };
        assert!(rule.matches(403, br#"{"code":"expired"}"#));
        assert!(!rule.matches(403, br#"{"code":"forbidden"}"#));
        assert!(!rule.matches(400, br#"{"code":"expired"}"#));
        assert!(AuthFailure::default().matches(401, b""));
    }
}
