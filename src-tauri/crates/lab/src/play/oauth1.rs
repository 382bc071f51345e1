//! OAuth 1.0a as the Lab is told about it (RFC 5849).

use super::oauth::Redirect;
use serde::{Deserialize, Serialize};

/// A service whose requests are signed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OAuth1 {
    /// Whether the app signs for itself, with no token and no person.
    #[serde(default)]
    pub two_legged: bool,
    /// How requests are signed (§3.4).
    #[serde(default)]
    pub method: Method,
    /// Where the protocol parameters stand (§3.5).
    #[serde(default)]
    pub placement: Placement,
    /// The `realm` of the header (§3.5.1); with a placeholder in it, any will do.
    #[serde(default)]
    pub realm: Option<String>,
    /// Where its endpoints are.
    #[serde(default)]
    pub addresses: Addresses,
    /// Which callback addresses are registered.
    #[serde(default)]
    pub redirect: Redirect,
    /// Whether the person takes a PIN back in the place of being sent (`oob`, §2.1).
    #[serde(default)]
    pub pin: bool,
}

/// Signature methods: those of RFC 5849 §3.4 and what services made of them since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each is what it is called")]
pub enum Method {
    #[default]
    #[serde(rename = "HMAC-SHA1")]
    HmacSha1,
    #[serde(rename = "HMAC-SHA256")]
    HmacSha256,
    #[serde(rename = "HMAC-SHA512")]
    HmacSha512,
    #[serde(rename = "RSA-SHA1")]
    RsaSha1,
    #[serde(rename = "RSA-SHA256")]
    RsaSha256,
    #[serde(rename = "PLAINTEXT")]
    Plaintext,
}

/// Where the protocol parameters stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// The `Authorization` header.
    #[default]
    Header,
    /// The query.
    Query,
    /// A form body; the query where a request has none.
    Form,
}

/// The addresses that a connector names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addresses {
    /// Temporary credentials (§2.1).
    #[serde(default)]
    pub temporary: Option<String>,
    /// The person's authorization (§2.2).
    #[serde(default)]
    pub authorize: Option<String>,
    /// Token credentials (§2.3).
    #[serde(default)]
    pub token: Option<String>,
    /// Where they end.
    #[serde(default)]
    pub revoke: Option<String>,
}

impl Method {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::HmacSha256 => "HMAC-SHA256",
            Self::HmacSha512 => "HMAC-SHA512",
            Self::RsaSha1 => "RSA-SHA1",
            Self::RsaSha256 => "RSA-SHA256",
            Self::Plaintext => "PLAINTEXT",
        }
    }

    /// Whether the app signs with a private key.
    pub fn needs_private_key(self) -> bool {
        matches!(self, Self::RsaSha1 | Self::RsaSha256)
    }
}

impl Placement {
    /// As the end of a line.
    pub(crate) fn shown(self) -> &'static str {
        match self {
            Self::Header => "the header",
            Self::Query => "the query",
            Self::Form => "the form",
        }
    }
}
