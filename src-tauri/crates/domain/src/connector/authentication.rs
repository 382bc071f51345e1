//! How a service is authenticated: the types that need no exchange. The OAuth family is in [`super::oauth`].

use super::{
    Scopes, Verify,
    oauth::{OAuth1, OAuth2, OpenIdConnect},
};
use crate::{
    link_name::LinkName,
    template::{TextTemplate, UrlTemplate},
};
use protocol::sigv4::{Payload, Placement};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _, ser::Error as _};
use serde_json::{Map, Value};

/// The authentications of a connector.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Authentications {
    /// The service offers one way.
    #[serde(rename = "authentication")]
    One(Authentication),
    /// The service offers several; a connection chooses.
    #[serde(rename = "authentications")]
    Several(Vec<NamedAuthentication>),
}

impl Authentications {
    /// Each authentication, with its name where there are several.
    pub fn iter(&self) -> impl Iterator<Item = (Option<&str>, &Authentication)> {
        let (one, several) = match self {
            Self::One(one) => (Some((None, one)), [].as_slice()),
            Self::Several(several) => (None, several.as_slice()),
        };
        one.into_iter().chain(several.iter().map(|named| (Some(named.name.as_str()), &named.authentication)))
    }
}

/// One of several authentications.
///
/// In the document its fields stand beside those of the shape. A bearer token's own `name` would collide with the name
/// of the authentication, so a listed bearer token is asked for under the label.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedAuthentication {
    /// What a connection calls it.
    pub name: LinkName,
    /// Shown name.
    pub label: String,
    /// How it works.
    pub authentication: Authentication,
    /// Its permissions, where they differ from the connector's.
    pub scopes: Option<Scopes>,
    /// Its verify request, where it differs from the connector's.
    pub verify: Option<Verify>,
}

/// The four fields of [`NamedAuthentication`] that are not the shape's.
#[derive(Serialize, Deserialize)]
struct Named {
    name: LinkName,
    label: String,
    #[serde(default)]
    scopes: Option<Scopes>,
    #[serde(default)]
    verify: Option<Verify>,
}

impl<'de> Deserialize<'de> for NamedAuthentication {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut shape = Map::deserialize(deserializer)?;
        let own = ["name", "label", "scopes", "verify"];
        let own: Map<_, _> = own.iter().filter_map(|key| shape.shift_remove_entry(*key)).collect();
        let named = Named::deserialize(Value::Object(own)).map_err(D::Error::custom)?;
        if shape.get("type").and_then(Value::as_str) == Some("bearer") {
            shape.insert("name".into(), named.label.clone().into());
        }
        let authentication = Authentication::deserialize(Value::Object(shape)).map_err(D::Error::custom)?;
        let Named { name, label, scopes, verify } = named;
        Ok(Self { name, label, authentication, scopes, verify })
    }
}

impl Serialize for NamedAuthentication {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut document = match serde_json::to_value(&self.authentication) {
            Ok(Value::Object(shape)) => shape,
            Ok(_) => return Err(S::Error::custom("an authentication is an object")),
            Err(error) => return Err(S::Error::custom(error)),
        };
        let own = Named {
            name: self.name.clone(),
            label: self.label.clone(),
            scopes: self.scopes.clone(),
            verify: self.verify.clone(),
        };
        if let Value::Object(own) = serde_json::to_value(own).map_err(S::Error::custom)? {
            document.extend(own);
        }
        document.serialize(serializer)
    }
}

/// How a request proves who sends it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Authentication {
    /// Anyone may call.
    None,
    /// User name and password (RFC 7617).
    Basic(Box<Basic>),
    /// Values under names of the service's own.
    ApiKey(ApiKey),
    /// A token in the `Authorization` header (RFC 6750 §2.1).
    Bearer(Bearer),
    /// Values in the body of POST, PUT and PATCH requests.
    AuthFields(AuthFields),
    /// OAuth 1.0a (RFC 5849).
    #[serde(rename = "oauth1")]
    OAuth1(Box<OAuth1>),
    /// OAuth 2 (RFC 6749).
    #[serde(rename = "oauth2")]
    OAuth2(Box<OAuth2>),
    /// OpenID Connect Core 1.0.
    #[serde(rename = "openid_connect")]
    OpenIdConnect(Box<OpenIdConnect>),
    /// AWS Signature Version 4.
    #[serde(rename = "aws_sigv4")]
    AwsSigV4(AwsSigV4),
}

impl Authentication {
    /// The value of `type` in a manifest.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Basic(_) => "basic",
            Self::ApiKey(_) => "api_key",
            Self::Bearer(_) => "bearer",
            Self::AuthFields(_) => "auth_fields",
            Self::OAuth1(_) => "oauth1",
            Self::OAuth2(_) => "oauth2",
            Self::OpenIdConnect(_) => "openid_connect",
            Self::AwsSigV4(_) => "aws_sigv4",
        }
    }

    /// The addresses that it names itself, beside the connector's.
    pub fn urls(&self) -> Vec<&UrlTemplate> {
        let urls = match self {
            Self::OAuth1(oauth1) => oauth1.urls(),
            Self::OAuth2(oauth2) => oauth2.urls(),
            Self::OpenIdConnect(openid) => {
                let mut urls = vec![&openid.issuer, &openid.jwks_url];
                urls.extend(openid.oauth2.urls());
                urls
            }
            _ => Vec::new(),
        };
        urls.into_iter().flatten().collect()
    }

    /// What people call it.
    pub fn shown_name(&self) -> &'static str {
        Self::shown_name_of(self.type_name()).unwrap_or_default()
    }

    /// What people call the type of this name in a manifest; `None` where there is no such type.
    pub fn shown_name_of(type_name: &str) -> Option<&'static str> {
        Some(match type_name {
            "none" => "None",
            "basic" => "Basic",
            "api_key" => "API key",
            "bearer" => "Bearer token",
            "auth_fields" => "Auth fields",
            "oauth1" => "OAuth 1.0a",
            "oauth2" => "OAuth 2",
            "openid_connect" => "OpenID Connect",
            "aws_sigv4" => "AWS Signature v4",
            _ => return None,
        })
    }
}

/// User name and password, under names of the connector's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basic {
    /// What the service calls the user name.
    #[serde(default = "BasicPrompt::username")]
    pub username: BasicPrompt,
    /// What the service calls the password.
    #[serde(default = "BasicPrompt::password")]
    pub password: BasicPrompt,
}

/// One of the two values of [`Basic`]. Where `name` or `key` is left out it is that of the standard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasicPrompt {
    /// Shown name.
    pub name: String,
    /// Key of the prompt.
    pub key: String,
    /// Whether it is a secret; a password always is, so it is written only where it says something.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secret: bool,
    /// Whether it may stay empty.
    #[serde(default)]
    pub optional: bool,
    /// The value that every connection has; it is not asked then.
    #[serde(default)]
    pub fixed: Option<String>,
    /// Where to find it.
    #[serde(default)]
    pub help: Option<String>,
    /// How it begins; anything else is warned of.
    #[serde(default)]
    pub looks_like: Option<String>,
}

impl BasicPrompt {
    fn username() -> Self {
        Self::named("User name", "username")
    }

    fn password() -> Self {
        Self::named("Password", "password")
    }

    fn named(name: &str, key: &str) -> Self {
        Self {
            name: name.into(),
            key: key.into(),
            secret: false,
            optional: false,
            fixed: None,
            help: None,
            looks_like: None,
        }
    }
}

/// Values under names of the service's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    /// The values.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
}

/// One value that a connection is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// Shown name.
    pub name: String,
    /// Name on the wire.
    pub key: String,
    /// Where it stands.
    #[serde(default)]
    pub location: Location,
    /// What stands before it.
    #[serde(default)]
    pub prefix: String,
    /// Whether it is a secret.
    #[serde(default = "yes")]
    pub secret: bool,
    /// Whether it may stay empty.
    #[serde(default)]
    pub optional: bool,
    /// Where to find it.
    #[serde(default)]
    pub help: Option<String>,
    /// How it begins; anything else is warned of.
    #[serde(default)]
    pub looks_like: Option<String>,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// A header.
    #[default]
    Header,
    /// The query string.
    Query,
    /// The form body.
    Form,
    /// The placeholder `{key}` of the address.
    Path,
    /// Nowhere by itself: the script uses it.
    Script,
}

/// A token in the `Authorization` header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bearer {
    /// Shown name.
    #[serde(default = "bearer_token")]
    pub name: String,
    /// The word before the token.
    #[serde(default = "bearer")]
    pub prefix: String,
    /// Whether it may stay empty.
    #[serde(default)]
    pub optional: bool,
    /// Where to find it.
    #[serde(default)]
    pub help: Option<String>,
    /// How it begins; anything else is warned of.
    #[serde(default)]
    pub looks_like: Option<String>,
}

/// Values in the body of POST, PUT and PATCH requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthFields {
    /// The values.
    #[serde(default)]
    pub fields: Vec<AuthField>,
}

/// One value in the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthField {
    /// Shown name.
    pub name: String,
    /// Name in the body.
    pub key: String,
    /// What it is.
    #[serde(default, rename = "type")]
    pub kind: FieldType,
    /// The values to choose from, for a list.
    #[serde(default)]
    pub options: Vec<String>,
    /// Whether it may stay empty.
    #[serde(default)]
    pub optional: bool,
    /// Where to find it.
    #[serde(default)]
    pub help: Option<String>,
    /// How it begins; anything else is warned of.
    #[serde(default)]
    pub looks_like: Option<String>,
}

/// What an auth field is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// Text that may be shown.
    #[default]
    Text,
    /// Secret text.
    Password,
    /// A number; keeps its JSON type.
    Number,
    /// Yes or no; keeps its JSON type.
    Boolean,
    /// A day, as `2026-11-22`.
    Date,
    /// One of some values.
    List,
}

/// AWS Signature Version 4.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AwsSigV4 {
    /// The service's exact name at AWS.
    pub service: TextTemplate,
    /// The region.
    pub region: TextTemplate,
    /// Where the signature stands.
    #[serde(default)]
    pub placement: Placement,
    /// Seconds for which a presigned address works.
    #[serde(default = "an_hour")]
    pub expires: u32,
    /// What of the body is signed.
    #[serde(default)]
    pub payload: Payload,
}

fn yes() -> bool {
    true
}

fn bearer() -> String {
    "Bearer".into()
}

fn bearer_token() -> String {
    "Bearer Token".into()
}

fn an_hour() -> u32 {
    3600
}
