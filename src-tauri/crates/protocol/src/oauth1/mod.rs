//! OAuth 1.0a without I/O (RFC 5849): requests are signed here and replies read here; who sends them is the engine.
//!
//! | File | What | RFC 5849 |
//! |---|---|---|
//! | [`base_string`] | the text that is signed | §3.4.1 |
//! | [`key`] | what it is signed with, and how | §3.4.2–§3.4.4 |
//! | [`sign`] | the protocol parameters of a request, and where they stand | §3.1, §3.5 |
//! | [`exchange`] | temporary credentials, the page for the person, token credentials, and their replies | §2 |
//! | [`callback`] | what comes back from the browser | §2.2 |
//! | [`problem`] | why a service refused | §3.2, OAuth Problem Reporting |
//!
//! A sign-in goes: [`exchange::temporary_request`] → [`exchange::read`] → [`exchange::authorization_address`] →
//! [`callback::Callback`], whose temporary token finds the attempt, or a PIN that the person types →
//! [`exchange::token_request`] → [`exchange::read`]. RFC 5849's *client credentials*, *temporary credentials* and
//! *token credentials* are [`Client`] and [`Token`]; what services call the consumer key is the client's ID.
//!
//! **Never**: nonce and time come in as [`Stamp`](crate::message::Stamp); no error and no `Debug` output holds a secret or a token. Whatever is
//! put into a request and must not be shown is a secret run of what [`sign::authorize`] returns. One more signature method
//! is a variant of [`SignatureMethod`] and its arm in [`key`].

pub mod base_string;
pub mod callback;
pub mod exchange;
pub mod key;
pub mod problem;
pub mod sign;

pub use key::{Client, SigningKey};
pub use problem::Problem;
pub use sign::{Extra, SignError, Signed, Style, authorize};

use secret::SecretString;
use serde::{Deserialize, Serialize};

/// Temporary credentials (§2.1) or token credentials (§2.3).
#[derive(Clone, Debug, Default)]
pub struct Token {
    /// `oauth_token`.
    pub token: SecretString,
    /// Its shared secret; some services leave it empty.
    pub secret: SecretString,
}

/// How a request is signed (§3.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of RFC 5849 §3.4 and its SHA-2 successors")]
pub enum SignatureMethod {
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

impl SignatureMethod {
    /// Whether the client signs with a private key instead of a shared secret.
    pub fn needs_private_key(self) -> bool {
        matches!(self, Self::RsaSha1 | Self::RsaSha256)
    }

    /// The value of `oauth_signature_method`.
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
}

/// Where the protocol parameters stand (§3.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// The `Authorization` header (§3.5.1).
    #[default]
    Header,
    /// The query string (§3.5.3).
    Query,
    /// The form body (§3.5.2).
    Form,
}

/// The tokens of the service's reply, or of the address that came back, for masking.
impl Token {
    /// Both halves.
    pub fn secrets(&self) -> [&SecretString; 2] {
        [&self.token, &self.secret]
    }
}

#[cfg(test)]
mod tests;
