//! Credentials: what is sealed for an authorization, and how it authorizes a request.
//!
//! A credential is sealed as JSON and opened only for the length of a call. A new authentication type adds an arm to
//! [`authorize`] and, where it holds more than typed values, a variant to [`Credential`].

use domain::connector::{Authentication, FieldType, Location};
use protocol::{
    api_key, auth_fields, basic, bearer,
    message::{Method, Request},
    placement::{Place, PlacementError},
};
use secret::{SecretBytes, SecretString};
use serde_json::Value;
use std::collections::BTreeMap;

/// What is sealed for an authorization.
#[derive(Clone, Debug)]
pub enum Credential {
    /// What the person typed, by the key of its prompt.
    Values(BTreeMap<String, SecretString>),
}

/// Why a credential cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The sealed bytes are not what this version wrote.
    #[error("the stored credential cannot be read by this version")]
    Unreadable,
    /// It cannot be put where the connector wants it.
    #[error(transparent)]
    Placement(#[from] PlacementError),
    /// The connector's type is one that this version does not call yet.
    #[error("connections of the type `{0}` cannot be made yet")]
    NotYet(&'static str),
}

/// What authorizing did to a request.
#[derive(Clone, Debug, Default)]
pub struct Authorized {
    /// Where values stand now.
    pub placed: Vec<Placed>,
    /// What was changed besides, in words.
    pub notes: Vec<String>,
}

/// One value in a request, for masking it by its place.
#[derive(Clone, Debug)]
pub struct Placed {
    /// Where it stands.
    pub place: Place,
    /// What stands before it and may be shown, such as `Bearer `.
    pub prefix: String,
    /// What it is called.
    pub label: String,
    /// Whether it may not be shown.
    pub secret: bool,
}

impl Credential {
    /// The bytes to seal.
    pub fn to_bytes(&self) -> SecretBytes {
        let Self::Values(values) = self;
        // EXPOSE: the bytes go to the vault to be sealed
        let values: serde_json::Map<_, _> =
            values.iter().map(|(key, value)| (key.clone(), value.expose().as_str().into())).collect();
        SecretBytes::new(serde_json::json!({ "kind": "values", "values": values }).to_string().into_bytes())
    }

    /// Reads what [`Credential::to_bytes`] wrote.
    /// # Errors
    /// [`CredentialError::Unreadable`].
    pub fn parse(bytes: &SecretBytes) -> Result<Self, CredentialError> {
        // EXPOSE: opened bytes become typed secrets again
        let document: Value =
            serde_json::from_slice(bytes.expose()).map_err(|_| CredentialError::Unreadable)?;
        let (Some("values"), Some(values)) = (document["kind"].as_str(), document["values"].as_object())
        else {
            return Err(CredentialError::Unreadable);
        };
        let values = values.iter().map(|(key, value)| {
            let text = value.as_str().ok_or(CredentialError::Unreadable)?;
            Ok((key.clone(), SecretString::new(text.to_owned())))
        });
        values.collect::<Result<_, _>>().map(Self::Values)
    }

    /// The value of a prompt; empty where it was left out.
    pub fn value(&self, key: &str) -> SecretString {
        let Self::Values(values) = self;
        values.get(key).cloned().unwrap_or_else(|| SecretString::new(String::new()))
    }

    /// Keys of the prompts that have a value.
    pub fn filled(&self) -> Vec<&str> {
        let Self::Values(values) = self;
        values.iter().filter(|(_, value)| !value.is_empty()).map(|(key, _)| key.as_str()).collect()
    }
}

/// Authorizes `request` as the connector says.
/// # Errors
/// [`CredentialError`].
pub fn authorize(
    request: &mut Request,
    authentication: &Authentication,
    credential: &Credential,
) -> Result<Authorized, CredentialError> {
    let mut authorized = Authorized::default();
    match authentication {
        Authentication::None => {}
        Authentication::Basic(shape) => {
            let fixed = |fixed: &Option<String>, key: &str| match fixed {
                Some(text) => SecretString::new(text.clone()),
                None => credential.value(key),
            };
            let user = fixed(&shape.username.fixed, &shape.username.key);
            let password = fixed(&shape.password.fixed, &shape.password.key);
            let place = basic::authorize(request, &user, &password)?;
            let label = format!("{} and {}", shape.username.name, shape.password.name);
            authorized.placed.push(Placed { place, prefix: "Basic ".into(), label, secret: true });
        }
        Authentication::Bearer(shape) => {
            let token = credential.value("token");
            if !token.is_empty() {
                let place = bearer::authorize(request, &shape.prefix, &token)?;
                let prefix =
                    if shape.prefix.is_empty() { String::new() } else { format!("{} ", shape.prefix) };
                authorized.placed.push(Placed { place, prefix, label: shape.name.clone(), secret: true });
            }
        }
        Authentication::ApiKey(shape) => {
            for parameter in &shape.parameters {
                let value = credential.value(&parameter.key);
                let location = match parameter.location {
                    Location::Header => api_key::Location::Header,
                    Location::Query => api_key::Location::Query,
                    Location::Form if !carries_a_body(request) => {
                        let (method, name) = (&request.method, &parameter.name);
                        authorized
                            .notes
                            .push(format!("A {method} request carries no form data, so {name} is not sent."));
                        continue;
                    }
                    Location::Form => api_key::Location::Form,
                    // Filled into the address before there was a request, or left to the script.
                    Location::Path | Location::Script => continue,
                };
                if !value.is_empty() {
                    let place =
                        api_key::authorize(request, location, &parameter.key, &parameter.prefix, &value)?;
                    let (prefix, label) = (parameter.prefix.clone(), parameter.name.clone());
                    authorized.placed.push(Placed { place, prefix, label, secret: parameter.secret });
                }
            }
        }
        Authentication::AuthFields(shape) => {
            let values: Vec<_> = shape.fields.iter().map(|field| credential.value(&field.key)).collect();
            let fields: Vec<_> = shape
                .fields
                .iter()
                .zip(&values)
                .filter(|(_, value)| !value.is_empty())
                .map(|(field, value)| auth_fields::Field { key: &field.key, kind: kind(field.kind), value })
                .collect();
            let injected = auth_fields::authorize(request, &fields)?;
            let shown = shape.fields.iter().zip(&values).filter(|(_, value)| !value.is_empty());
            authorized.placed = injected
                .places
                .into_iter()
                .zip(shown)
                .map(|(place, (field, _))| Placed {
                    place,
                    prefix: String::new(),
                    label: field.name.clone(),
                    secret: field.kind == FieldType::Password,
                })
                .collect();
            authorized.notes = injected
                .replaced
                .iter()
                .map(|key| {
                    format!("The body had a field `{key}` already. The connection's value took its place.")
                })
                .collect();
        }
        Authentication::OAuth1(_)
        | Authentication::OAuth2(_)
        | Authentication::OpenIdConnect(_)
        | Authentication::AwsSigV4(_) => return Err(CredentialError::NotYet(authentication.shown_name())),
    }
    Ok(authorized)
}

/// Whether this version can connect with this type.
pub fn can_connect(authentication: &Authentication) -> bool {
    !matches!(
        authentication,
        Authentication::OAuth1(_)
            | Authentication::OAuth2(_)
            | Authentication::OpenIdConnect(_)
            | Authentication::AwsSigV4(_)
    )
}

fn kind(kind: FieldType) -> auth_fields::Kind {
    match kind {
        FieldType::Number => auth_fields::Kind::Number,
        FieldType::Boolean => auth_fields::Kind::Boolean,
        FieldType::Text | FieldType::Password | FieldType::Date | FieldType::List => auth_fields::Kind::Text,
    }
}

/// Whether a request of this method has a body that form data can stand in.
fn carries_a_body(request: &Request) -> bool {
    matches!(request.method, Method::POST | Method::PUT | Method::PATCH)
}
