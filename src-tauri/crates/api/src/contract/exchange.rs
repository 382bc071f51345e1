//! One request as it will be sent or was sent, in lines that can be shown: secrets are masked before they get here.

use super::diagnosis::DiagnosisView;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A request as lines, for *What will be sent*, *Try it* and `--dry-run`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct SentView {
    /// HTTP method.
    pub method: String,
    /// The whole address in pieces.
    pub url: Vec<Piece>,
    /// Headers in the order of sending.
    pub headers: Vec<HeaderLine>,
    /// The body in pieces, none when there is no body.
    pub body: Option<Vec<Piece>>,
    /// What keeps this request from being sent as it stands: unfilled placeholders, a refused address.
    pub notes: Vec<String>,
    /// Every step of its signature, in order; empty for types that do not sign.
    pub signing: Vec<SigningStep>,
}

/// One text of a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct SigningStep {
    /// Which.
    pub text: SignedText,
    /// The text in pieces.
    pub pieces: Vec<Piece>,
}

/// The texts that a signature is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SignedText {
    /// Method, address and parameters in one spelling (OAuth 1.0a).
    BaseString,
    /// The request in one spelling (AWS).
    CanonicalRequest,
    /// What the key signs (AWS).
    StringToSign,
    /// What a client assertion is signed by.
    AssertionHeader,
    /// What a client assertion says.
    AssertionClaims,
    /// What comes out.
    Signature,
}

/// What was signed here beside what the service says that it would have signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ComparedView {
    /// Which text.
    pub text: SignedText,
    /// How both begin.
    pub same: Vec<Piece>,
    /// How ours goes on from the first difference; empty where both are the same.
    pub ours: Vec<Piece>,
    /// How the service's goes on: its words, secrets masked.
    pub theirs: Vec<Piece>,
}

/// One header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct HeaderLine {
    /// Its name as it is sent, whatever was typed: in lower case, which HTTP/2 demands (RFC 9113 §8.2) and for HTTP/1.1 is
    /// all the same (RFC 9110 §5.1).
    pub name: String,
    /// Its value in pieces.
    pub value: Vec<Piece>,
}

/// A run of text, or a secret that is not shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Piece {
    /// Text as it is sent.
    Text {
        /// The text.
        text: String,
        /// Whether it came from the authentication.
        authentication: bool,
    },
    /// A value that is not shown.
    Secret {
        /// What it is, by its parameter name; for Basic, both names.
        label: String,
    },
    /// A placeholder without a value yet.
    Placeholder {
        /// The setting's key.
        key: String,
    },
}

/// A request that a person writes in *Try it*, or `patchbay request`.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct CallInput {
    /// HTTP method.
    pub method: String,
    /// Path behind the base address, or a whole address on an agreed origin.
    pub path: String,
    /// Further query parameters.
    #[serde(default)]
    pub query: Vec<(String, String)>,
    /// Further headers.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// The body as text.
    #[serde(default)]
    pub body: Option<String>,
}

/// A reply, secrets masked.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ReplyView {
    /// HTTP status.
    pub status: u16,
    /// What the status means, in a word.
    pub status_text: String,
    /// Reply headers.
    pub headers: Vec<(String, String)>,
    /// The body as text, capped at 256 KiB; none when it is no text.
    pub body: Option<String>,
    /// Bytes of the whole body.
    pub bytes: u32,
    /// Whether the body was cut.
    pub cut: bool,
    /// How long the call took.
    pub millis: u32,
    /// What was sent.
    pub sent: SentView,
    /// Whether the service did not accept the credential.
    pub refused: bool,
    /// Why that may be, and what helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub diagnosis: Option<DiagnosisView>,
    /// What was signed beside what the service says that it would have signed, where it says so.
    pub compared: Option<ComparedView>,
}
