//! Connectors: how a service is authenticated and called, as one typed value.
//!
//! A [`Connector`] is what a complete, rule-abiding document means; half-written drafts stay JSON documents and never
//! become one (see [`crate::manifest`]). It serializes to the shape of the manifest, field by field. It holds no
//! secret: what a connection must be asked for is told by [`Connector::prompts`].
//!
//! A new field is added here, in `manifest/table`, and nowhere else: reader, writer, schema and documentation follow the
//! table, and a test compares the two.

pub mod authentication;
pub mod oauth;
mod origins;
mod overlay;
mod prompt;
mod setting;
mod verify;

pub use authentication::{
    ApiKey, AuthField, AuthFields, Authentication, Authentications, AwsSigV4, Basic, BasicPrompt, Bearer,
    FieldType, Location, NamedAuthentication, Parameter,
};
pub use oauth::{
    ApiCredential, ClientAssertion, ClientAuthentication, DefaultExpiry, GrantType, OAuth1, OAuth2,
    OpenIdConnect, Pkce, RedirectMethod, ReturnAddress, TokenLocation,
};
pub use origins::OriginsError;
pub use overlay::{Overlay, OverlayError};
pub use prompt::{Prompt, PromptKind};
/// Words of the standards, which `protocol` owns.
pub use protocol::{
    jose::Algorithm,
    oauth1::{Placement as OAuth1Placement, SignatureMethod},
    oauth2::{BasicEncoding, Mapping, ResponseMode, ResponseType, TokenBody, TokenMethod},
    sigv4::{Payload, Placement},
};
pub(crate) use setting::setting_pattern;
pub use setting::{Capture, CaptureFrom, CaptureUse, MAX_SETTING, PatternError, Setting, SettingError};
pub use verify::{AuthFailure, BodyCheck, Verify, VerifyMethod, VerifyTarget};

use crate::{
    link_name::LinkName,
    template::{TextTemplate, UrlTemplate},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The format that this program reads and writes.
pub const FORMAT: u64 = 1;

/// How a service is authenticated and called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Connector {
    /// Format of the document; always [`FORMAT`].
    pub patchbay: u64,
    /// Unique machine name.
    pub link_name: LinkName,
    /// Shown name.
    pub name: String,
    /// What the service is for.
    #[serde(default)]
    pub description: String,
    /// Picture: a file beside the manifest, or a `data:` URI.
    #[serde(default)]
    pub logo: Option<String>,
    /// Where the service documents its API.
    #[serde(default)]
    pub documentation_url: Option<String>,
    /// How to register an app at the service; shown as text.
    #[serde(default)]
    pub setup_help: Option<String>,
    /// Where it is found in the catalogue.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Every request starts with this address.
    pub base_url: UrlTemplate,
    /// Where API credentials may go; empty means the hosts of `base_url` and `verify.url`.
    #[serde(default)]
    pub allowed_hosts: Vec<String>,
    /// Whether `http://` is accepted beyond this machine.
    #[serde(default)]
    pub allow_insecure_http: bool,
    /// Non-secret values that each connection gives.
    #[serde(default)]
    pub settings: Vec<Setting>,
    /// Values that the service tells.
    #[serde(default)]
    pub captures: Vec<Capture>,
    /// Headers of every request.
    #[serde(default)]
    pub headers: BTreeMap<String, TextTemplate>,
    /// Query values of every request.
    #[serde(default)]
    pub query: BTreeMap<String, TextTemplate>,
    /// How it is authenticated: one way, or several to choose from.
    #[serde(flatten)]
    pub authentications: Authentications,
    /// Permissions that a connection can ask for.
    #[serde(default)]
    pub scopes: Scopes,
    /// The request that proves a connection works.
    #[serde(default)]
    pub verify: Option<Verify>,
    /// Which replies mean that the credential is not accepted.
    #[serde(default)]
    pub auth_failure: AuthFailure,
    /// JavaScript events.
    #[serde(default)]
    pub script: Option<String>,
    /// Link name of the route that its calls take.
    #[serde(default = "default_agent_group")]
    pub agent_group: LinkName,
    /// What differs per environment.
    #[serde(default)]
    pub environments: BTreeMap<LinkName, Overlay>,
}

impl Connector {
    /// The authentication of this name; the only one, or the first, for `None`.
    pub fn authentication(&self, name: Option<&str>) -> Option<&Authentication> {
        match (&self.authentications, name) {
            (Authentications::One(one), None) => Some(one),
            (Authentications::One(_), Some(_)) => None,
            (Authentications::Several(several), None) => several.first().map(|named| &named.authentication),
            (Authentications::Several(several), Some(name)) => {
                several.iter().find(|named| named.name.as_str() == name).map(|named| &named.authentication)
            }
        }
    }

    /// The permissions to choose from with this authentication.
    pub fn scopes(&self, authentication: Option<&str>) -> &Scopes {
        self.named(authentication).and_then(|named| named.scopes.as_ref()).unwrap_or(&self.scopes)
    }

    /// The request that proves a connection with this authentication works.
    pub fn verify(&self, authentication: Option<&str>) -> Option<&Verify> {
        self.named(authentication).and_then(|named| named.verify.as_ref()).or(self.verify.as_ref())
    }

    /// Whether a credential of this authentication can be renewed without the person.
    pub fn can_refresh(&self, authentication: Option<&str>) -> bool {
        match self.authentication(authentication) {
            Some(Authentication::OAuth2(oauth2)) => oauth2.response_type().has_code(),
            Some(Authentication::OpenIdConnect(openid)) => openid.response_type().has_code(),
            _ => false,
        }
    }

    /// Whether the service can be told to end an authorization; where it says so itself, that is known only then.
    pub fn can_revoke(&self, authentication: Option<&str>) -> bool {
        match self.authentication(authentication) {
            Some(Authentication::OAuth1(oauth1)) => oauth1.revoke_url.is_some(),
            Some(Authentication::OAuth2(oauth2)) => oauth2.revoke_url.is_some(),
            Some(Authentication::OpenIdConnect(openid)) => {
                openid.oauth2.revoke_url.is_some() || openid.issuer.is_some()
            }
            _ => false,
        }
    }

    /// Whether the service can be asked about the access that it gave; where it says so itself, that is known only then.
    pub fn can_introspect(&self, authentication: Option<&str>) -> bool {
        match self.authentication(authentication) {
            Some(Authentication::OAuth2(oauth2)) => oauth2.introspect_url.is_some(),
            Some(Authentication::OpenIdConnect(openid)) => {
                openid.oauth2.introspect_url.is_some() || openid.issuer.is_some()
            }
            _ => false,
        }
    }

    /// The setting of this key.
    pub fn setting(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key == key)
    }

    fn named(&self, name: Option<&str>) -> Option<&NamedAuthentication> {
        match &self.authentications {
            Authentications::One(_) => None,
            Authentications::Several(several) => match name {
                None => several.first(),
                Some(name) => several.iter().find(|named| named.name.as_str() == name),
            },
        }
    }
}

/// The permissions that a connection can ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scopes {
    /// What stands between two of them.
    #[serde(default)]
    pub delimiter: Delimiter,
    /// The permissions.
    #[serde(default)]
    pub items: Vec<Scope>,
}

/// What stands between two scopes in a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Delimiter {
    /// A blank, as RFC 6749 §3.3 has it.
    #[default]
    Space,
    /// `,`
    Comma,
    /// `+`
    Plus,
    /// Any other text.
    Own(String),
}

impl Delimiter {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Space => " ",
            Self::Comma => ",",
            Self::Plus => "+",
            Self::Own(text) => text,
        }
    }
}

impl From<String> for Delimiter {
    fn from(text: String) -> Self {
        match text.as_str() {
            "space" | " " => Self::Space,
            "comma" | "," => Self::Comma,
            "plus" | "+" => Self::Plus,
            _ => Self::Own(text),
        }
    }
}

impl From<Delimiter> for String {
    fn from(delimiter: Delimiter) -> Self {
        match delimiter {
            Delimiter::Space => "space".into(),
            Delimiter::Comma => "comma".into(),
            Delimiter::Plus => "plus".into(),
            Delimiter::Own(text) => text,
        }
    }
}

/// One permission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// Shown name; the value where there is none.
    #[serde(default)]
    pub name: String,
    /// What the service calls it.
    pub value: String,
    /// Whether it is ticked for a new connection.
    #[serde(default)]
    pub default: bool,
    /// What it allows.
    #[serde(default)]
    pub description: Option<String>,
}

fn default_agent_group() -> LinkName {
    LinkName::derive_for_connector("default")
}

#[cfg(test)]
mod tests;
