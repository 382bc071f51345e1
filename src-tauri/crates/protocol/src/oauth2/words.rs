//! The words of the standards that a connector chooses among. Their names in files are those of the manifest.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What the authorize endpoint returns (OAuth 2.0 Multiple Response Type Encoding Practices).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseType {
    /// A code.
    Code,
    /// An access token.
    Token,
    /// An id_token.
    IdToken,
    /// Both tokens.
    #[serde(rename = "id_token token")]
    IdTokenToken,
    /// A code and an id_token.
    #[serde(rename = "code id_token")]
    CodeIdToken,
}

impl ResponseType {
    /// Whether a code has to be exchanged at the token endpoint.
    pub fn has_code(self) -> bool {
        matches!(self, Self::Code | Self::CodeIdToken)
    }

    /// Whether an id_token comes with the redirect.
    pub fn has_id_token(self) -> bool {
        matches!(self, Self::IdToken | Self::IdTokenToken | Self::CodeIdToken)
    }

    /// Whether an access token comes with the redirect.
    pub fn has_token(self) -> bool {
        matches!(self, Self::Token | Self::IdTokenToken)
    }

    /// As it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Token => "token",
            Self::IdToken => "id_token",
            Self::IdTokenToken => "id_token token",
            Self::CodeIdToken => "code id_token",
        }
    }
}

/// How the reply of the authorize endpoint travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResponseMode {
    /// In the query.
    #[default]
    Query,
    /// Behind the `#`.
    Fragment,
    /// As a form that the browser posts.
    FormPost,
}

impl ResponseMode {
    /// The mode that a reply to `response_type` really comes in: tokens never stand in a query (Multiple Response Types
    /// §3, §5), so `query` means their default there, the fragment.
    pub fn effective(self, response_type: ResponseType) -> Self {
        match self {
            Self::Query if response_type != ResponseType::Code => Self::Fragment,
            mode => mode,
        }
    }

    /// As it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Fragment => "fragment",
            Self::FormPost => "form_post",
        }
    }
}

/// HTTP methods of token and revoke requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the names are the methods")]
pub enum TokenMethod {
    #[default]
    Post,
    Get,
}

/// How the body of token requests is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenBody {
    /// `application/x-www-form-urlencoded`, as RFC 6749 has it.
    #[default]
    Form,
    /// JSON.
    Json,
}

/// How ID and secret are written before Basic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BasicEncoding {
    /// Form-encoded first (RFC 6749 §2.3.1).
    #[default]
    Rfc6749,
    /// As they are.
    Raw,
}

/// JSON pointers into a token reply; `None` is where RFC 6749 §5.1 has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of RFC 6749 §5.1 and OpenID Connect Core §3.1.3.3")]
pub struct Mapping {
    #[serde(default)]
    pub access_token: Option<String>,
    #[serde(default)]
    pub token_type: Option<String>,
    #[serde(default)]
    pub expires_in: Option<String>,
    #[serde(default)]
    pub refresh_token: Option<String>,
    #[serde(default)]
    pub scope: Option<String>,
    #[serde(default)]
    pub id_token: Option<String>,
    #[serde(default)]
    pub error: Option<ErrorMapping>,
}

/// How a service tells an error under a good status.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorMapping {
    /// JSON pointer to what tells it.
    pub pointer: String,
    /// The value that means an error.
    pub equals: Value,
    /// JSON pointer to the service's own words.
    #[serde(default)]
    pub message: Option<String>,
}
