//! What the Lab is told about a service: a connector's definition as plain data.
//!
//! A [`Play`] holds what the service would demand and answer, nothing about how Patchbay sends: the Lab must come to
//! its own judgement. It is plain data because it travels to the process that runs the Lab through `lab.db`. A new
//! authentication type is a variant of [`Authentication`], a module in `check`, and its values in
//! `issue`.

pub mod oauth;
pub mod oauth1;

use crate::template::Template;
use oauth::{ClientAuthentication, OAuth2};
use oauth1::OAuth1;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A service as the Lab plays it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Play {
    /// The connector's link name: the first segment of the Lab's address for it.
    pub link_name: String,
    /// The connector's shown name.
    pub name: String,
    /// The connector's base address as it is written, placeholders included.
    pub base_url: String,
    /// Values of placeholders, where a request does not tell them.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// The ways to authenticate that the service accepts, at least one.
    pub ways: Vec<Way>,
    /// How the service refuses.
    #[serde(default)]
    pub refusal: Refusal,
}

/// One way to authenticate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Way {
    /// Its name, where the connector has several.
    #[serde(default)]
    pub name: Option<String>,
    /// What a request must carry.
    pub authentication: Authentication,
    /// The request that proves a connection works.
    #[serde(default)]
    pub verify: Option<Verify>,
}

/// What a request must carry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Authentication {
    /// Nothing.
    None,
    /// User name and password in the `Authorization` header (RFC 7617).
    Basic {
        /// The user name.
        username: Asked,
        /// The password.
        password: Asked,
    },
    /// Values under names of the service's own.
    ApiKey {
        /// The values.
        parameters: Vec<Parameter>,
    },
    /// A token in the `Authorization` header (RFC 6750 §2.1).
    Bearer {
        /// The word before the token; empty for none.
        prefix: String,
        /// The token.
        token: Asked,
    },
    /// Values in the body of POST, PUT and PATCH requests.
    AuthFields {
        /// The values.
        fields: Vec<Field>,
    },
    /// Tokens that the service gives (RFC 6749).
    #[serde(rename = "oauth2")]
    OAuth2(Box<OAuth2>),
    /// The same, and who the person is (OpenID Connect Core 1.0).
    #[serde(rename = "openid_connect")]
    OpenIdConnect(Box<OAuth2>),
    /// A signature on each request, and tokens that take part in it (RFC 5849).
    #[serde(rename = "oauth1")]
    OAuth1(Box<OAuth1>),
    /// A signature on each request by the keys of an AWS identity (AWS Signature Version 4).
    #[serde(rename = "aws_sigv4")]
    AwsSigV4 {
        /// The service's exact name at AWS; with a placeholder in it, any will do.
        service: String,
        /// The region; likewise.
        region: String,
    },
}

/// One value that a connection is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The key of its prompt.
    pub key: String,
    /// Whether it may not be shown.
    #[serde(default)]
    pub secret: bool,
    /// Whether it may be left out.
    #[serde(default)]
    pub optional: bool,
    /// The value that every connection has; the Lab issues none then.
    #[serde(default)]
    pub fixed: Option<String>,
    /// How a value of this kind begins.
    #[serde(default)]
    pub looks_like: Option<String>,
}

/// A value of [`Authentication::ApiKey`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// The value; its key is its name on the wire.
    #[serde(flatten)]
    pub asked: Asked,
    /// Where it stands.
    pub location: Location,
    /// What stands before it.
    #[serde(default)]
    pub prefix: String,
}

/// Where a [`Parameter`] stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// A header of the key's name.
    Header,
    /// The query.
    Query,
    /// A form body.
    Form,
    /// The placeholder of the key's name in an address.
    Path,
}

/// A value of [`Authentication::AuthFields`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The value; its key is its name in the body.
    #[serde(flatten)]
    pub asked: Asked,
    /// What it is.
    pub kind: FieldKind,
    /// The values to choose from, for a list.
    #[serde(default)]
    pub options: Vec<String>,
}

/// What a [`Field`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// Text.
    Text,
    /// A number; has its JSON type in a JSON body.
    Number,
    /// Yes or no; has its JSON type in a JSON body.
    Boolean,
    /// A day, as `2026-11-22`.
    Date,
    /// One of some values.
    List,
}

/// The request that proves a connection works, and what its reply says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verify {
    /// HTTP method, in upper case.
    pub method: String,
    /// A path behind the base address (`/me`) or a whole address (`https://…`), placeholders included.
    pub target: String,
    /// Statuses that mean it works; empty for any 2xx.
    #[serde(default)]
    pub expect_status: Vec<u16>,
    /// What the reply says.
    #[serde(default)]
    pub expect_body: Option<BodyCheck>,
    /// JSON pointer to who this is.
    #[serde(default)]
    pub account: Option<String>,
}

/// What a JSON reply says at one place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BodyCheck {
    /// JSON pointer (RFC 6901).
    pub pointer: String,
    /// The value there.
    pub equals: Value,
}

/// How the service refuses a credential.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    /// Statuses of such replies; empty for 401.
    #[serde(default)]
    pub status: Vec<u16>,
    /// What such a reply says.
    #[serde(default)]
    pub body: Option<BodyCheck>,
}

impl Play {
    /// The way of this name; the only one, or the first, for `None`.
    pub fn way(&self, name: Option<&str>) -> Option<&Way> {
        self.ways.iter().find(|way| name.is_none() || way.name.as_deref() == name)
    }
}

impl Verify {
    /// Where it goes.
    pub(crate) fn template(&self, base_url: &str) -> Option<Template> {
        if self.target.starts_with('/') {
            Template::behind(base_url, &self.target)
        } else {
            Template::parse(&self.target)
        }
    }
}

impl Authentication {
    /// What people call it.
    pub fn shown_name(&self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Basic { .. } => "Basic",
            Self::ApiKey { .. } => "API key",
            Self::Bearer { .. } => "Bearer token",
            Self::AuthFields { .. } => "Auth fields",
            Self::OAuth2(_) => "OAuth 2",
            Self::OpenIdConnect(_) => "OpenID Connect",
            Self::OAuth1(_) => "OAuth 1.0a",
            Self::AwsSigV4 { .. } => "AWS Signature v4",
        }
    }

    /// The service's part in giving tokens, where it gives any.
    pub(crate) fn oauth2(&self) -> Option<&OAuth2> {
        match self {
            Self::OAuth2(oauth2) | Self::OpenIdConnect(oauth2) => Some(oauth2),
            _ => None,
        }
    }

    /// The algorithm of the private key that an app is given, where it signs with one.
    pub(crate) fn app_key(&self) -> Option<&str> {
        match self {
            Self::OAuth2(oauth2) | Self::OpenIdConnect(oauth2) => {
                let signs = oauth2.client == ClientAuthentication::PrivateKeyJwt && oauth2.meets_clients();
                signs.then(|| oauth2.assertion.algorithm.as_deref().unwrap_or("ES256"))
            }
            Self::OAuth1(oauth1) => oauth1.method.needs_private_key().then_some("RS256"),
            _ => None,
        }
    }

    /// The same where requests are signed by OAuth 1.0a.
    pub(crate) fn oauth1(&self) -> Option<&OAuth1> {
        match self {
            Self::OAuth1(oauth1) => Some(oauth1),
            _ => None,
        }
    }
}
