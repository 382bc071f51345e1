//! Credentials: what is sealed for an authorization, and how it authorizes a request.
//!
//! What was typed stays as it is; tokens change with each refresh. A credential is sealed as JSON and opened only for the length of a call. A new authentication type adds an arm to
//! [`authorize`] and, where it holds more than typed values, a variant to [`Credential`].

use crate::{
    oauth::{captured::Captured, client::GivenClient},
    shown::Piece,
    signing::{Signature, put_aws, put_oauth1},
};
use domain::{
    Timestamp,
    connector::{ApiCredential, Authentication, FieldType, Location, OAuth2, TokenLocation},
    origin::AgreedOrigins,
    template::FillError,
};
use protocol::{
    api_key, auth_fields, basic, bearer,
    message::{HeaderName, Method, Request, Stamp},
    oauth1,
    placement::{Place, PlacementError},
    sigv4,
};
use secret::{SecretBytes, SecretString};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What is sealed for an authorization.
#[derive(Clone, Debug)]
pub enum Credential {
    /// What the person typed, by the key of its prompt.
    Values(BTreeMap<String, SecretString>),
    /// What the service gave.
    Tokens(TokenSet),
    /// What the service gave by OAuth 1.0a, and who signs with it.
    OAuth1(OAuth1Credential),
}

/// Token credentials of OAuth 1.0a (RFC 5849 §1.1). The client is not sealed with them: its home is its registration, and
/// it is put in where the credential is opened.
#[derive(Clone, Debug, Default)]
pub struct OAuth1Credential {
    /// Who signs.
    pub client: Option<oauth1::Client>,
    /// What the service gave; none with two legs.
    pub token: Option<oauth1::Token>,
    /// Where the token may go besides the API. Sealed with it, so no row widens it.
    pub origins: AgreedOrigins,
    /// The client that was given with two legs in the computed environment, which keeps no registration.
    pub typed: Option<GivenClient>,
}

/// Tokens of an authorization (RFC 6749 §1.4, §1.5).
#[derive(Clone, Debug, Default)]
pub struct TokenSet {
    /// For calls; empty where the service gives an id_token alone.
    pub access_token: SecretString,
    /// For the next ones.
    pub refresh_token: Option<SecretString>,
    /// Who the person is.
    pub id_token: Option<SecretString>,
    /// What ties id_tokens to the sign-in (OpenID Connect Core §2, §12.2).
    pub nonce: Option<SecretString>,
    /// When they came.
    pub issued_at: Option<Timestamp>,
    /// User name and password, kept where there is no other way to the next token.
    pub person: Option<(SecretString, SecretString)>,
    /// Since when the refresh token is this one.
    pub refresh_since: Option<Timestamp>,
    /// Whether the service gave a new refresh token with a refresh.
    pub rotates: bool,
    /// What the service told besides, for calls.
    pub captured: Captured,
    /// Where these may go besides the API: token, revoke, introspect, userinfo. Sealed with them, so no row widens it.
    pub origins: AgreedOrigins,
}

/// The name that the placed token is shown by.
const ACCESS_TOKEN: &str = "Access token";
const ID_TOKEN: &str = "ID token";

/// Why a credential cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The sealed bytes are not what this version wrote.
    #[error("the stored credential cannot be read by this version")]
    Unreadable,
    /// It cannot be put where the connector wants it.
    #[error(transparent)]
    Placement(#[from] PlacementError),
    /// A value of the connector that is signed cannot be filled.
    #[error("what is signed cannot be filled: {0}")]
    Fill(#[from] FillError),
    /// OAuth 1.0a cannot sign it.
    #[error(transparent)]
    OAuth1(#[from] oauth1::SignError),
    /// AWS Signature v4 cannot sign it.
    #[error(transparent)]
    AwsSigV4(#[from] sigv4::SignError),
}

/// What authorizing did to a request.
#[derive(Clone, Debug, Default)]
pub struct Authorized {
    /// Where values stand now.
    pub placed: Vec<Placed>,
    /// Headers that are secret in places, as they may be shown.
    pub headers: Vec<(HeaderName, Vec<Piece>)>,
    /// How it was signed.
    pub signature: Option<Signature>,
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
    /// What a connection has that needs none.
    pub fn nothing() -> Self {
        Self::Values(BTreeMap::new())
    }

    /// Whether these bytes, which [`Credential::to_bytes`] made, hold nothing.
    pub(crate) fn is_nothing(bytes: &SecretBytes) -> bool {
        matches!(Self::parse(bytes), Ok(Self::Values(values)) if values.is_empty())
    }

    /// The bytes to seal.
    pub fn to_bytes(&self) -> SecretBytes {
        // EXPOSE: the bytes go to the vault to be sealed
        let text = |secret: &SecretString| Value::from(secret.expose().as_str());
        let document = match self {
            Self::Values(values) => {
                let values: Map<_, _> =
                    values.iter().map(|(key, value)| (key.clone(), text(value))).collect();
                json!({ "kind": "values", "values": values })
            }
            Self::Tokens(tokens) => json!({
                "kind": "tokens",
                "access_token": text(&tokens.access_token),
                "refresh_token": tokens.refresh_token.as_ref().map(text),
                "id_token": tokens.id_token.as_ref().map(text),
                "nonce": tokens.nonce.as_ref().map(text),
                "username": tokens.person.as_ref().map(|(user, _)| text(user)),
                "password": tokens.person.as_ref().map(|(_, password)| text(password)),
                "captured": tokens.captured.to_value(),
                "issued_at": tokens.issued_at,
                "refresh_since": tokens.refresh_since,
                "rotates": tokens.rotates,
                "origins": tokens.origins,
            }),
            Self::OAuth1(granted) => json!({
                "kind": "oauth1",
                "token": granted.token.as_ref().map(|token| text(&token.token)),
                "token_secret": granted.token.as_ref().map(|token| text(&token.secret)),
                "origins": granted.origins,
                "client_id": granted.typed.as_ref().and_then(|typed| typed.id.clone()),
                "client_secret": granted.typed.as_ref().and_then(|typed| typed.secret.as_ref()).map(text),
            }),
        };
        SecretBytes::new(document.to_string().into_bytes())
    }

    /// Reads what [`Credential::to_bytes`] wrote.
    /// # Errors
    /// [`CredentialError::Unreadable`].
    pub fn parse(bytes: &SecretBytes) -> Result<Self, CredentialError> {
        let unreadable = || CredentialError::Unreadable;
        // EXPOSE: opened bytes become typed secrets again
        let document: Value = serde_json::from_slice(bytes.expose()).map_err(|_| unreadable())?;
        let secret = |value: &Value| value.as_str().map(|text| SecretString::new(text.to_owned()));
        let instant = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
        match document["kind"].as_str() {
            Some("values") => {
                let values = document["values"].as_object().ok_or_else(unreadable)?;
                let values = values
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), secret(value).ok_or_else(unreadable)?)));
                values.collect::<Result<_, _>>().map(Self::Values)
            }
            Some("tokens") => Ok(Self::Tokens(TokenSet {
                access_token: secret(&document["access_token"]).ok_or_else(unreadable)?,
                refresh_token: secret(&document["refresh_token"]),
                id_token: secret(&document["id_token"]),
                nonce: secret(&document["nonce"]),
                issued_at: instant(&document["issued_at"]),
                refresh_since: instant(&document["refresh_since"]),
                rotates: document["rotates"].as_bool().unwrap_or_default(),
                captured: Captured::parse(&document["captured"]),
                person: secret(&document["username"]).zip(secret(&document["password"])),
                origins: AgreedOrigins::deserialize(&document["origins"]).map_err(|_| unreadable())?,
            })),
            Some("oauth1") => Ok(Self::OAuth1(OAuth1Credential {
                client: None,
                token: secret(&document["token"])
                    .zip(secret(&document["token_secret"]))
                    .map(|(token, secret)| oauth1::Token { token, secret }),
                origins: AgreedOrigins::deserialize(&document["origins"]).map_err(|_| unreadable())?,
                typed: secret(&document["client_secret"]).map(|secret| GivenClient {
                    id: document["client_id"].as_str().map(str::to_owned),
                    secret: Some(secret),
                }),
            })),
            _ => Err(unreadable()),
        }
    }

    /// The value of a prompt; empty where it was left out, and where the service gave the credential.
    pub fn value(&self, key: &str) -> SecretString {
        match self {
            Self::Values(values) => values.get(key).cloned().unwrap_or_default(),
            Self::Tokens(_) | Self::OAuth1(_) => SecretString::default(),
        }
    }

    /// Keys of the prompts that have a value.
    pub fn filled(&self) -> Vec<&str> {
        match self {
            Self::Values(values) => {
                values.iter().filter(|(_, value)| !value.is_empty()).map(|(key, _)| key.as_str()).collect()
            }
            Self::Tokens(_) | Self::OAuth1(_) => Vec::new(),
        }
    }

    /// The tokens, where the service gave them.
    pub fn tokens(&self) -> Option<&TokenSet> {
        match self {
            Self::Values(_) | Self::OAuth1(_) => None,
            Self::Tokens(tokens) => Some(tokens),
        }
    }

    /// What the service gave by OAuth 1.0a.
    pub fn oauth1(&self) -> Option<&OAuth1Credential> {
        match self {
            Self::OAuth1(granted) => Some(granted),
            Self::Values(_) | Self::Tokens(_) => None,
        }
    }
}

impl OAuth1Credential {
    /// Every secret of it, to be masked wherever it turns up.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        let client = self.client.iter().filter_map(|client| match &client.key {
            oauth1::SigningKey::Secret(secret) => Some(secret),
            oauth1::SigningKey::Rsa(_) | oauth1::SigningKey::StandIn => None,
        });
        let typed = self.typed.iter().filter_map(|typed| typed.secret.as_ref());
        client.chain(typed).chain(self.token.iter().flat_map(oauth1::Token::secrets))
    }
}

impl TokenSet {
    /// Every secret of it, to be masked wherever it turns up.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        self.given().chain(self.captured.secrets())
    }

    /// The tokens and what they were got with.
    pub fn given(&self) -> impl Iterator<Item = &SecretString> {
        let person = self.person.iter().flat_map(|(user, password)| [user, password]);
        [&self.access_token]
            .into_iter()
            .chain(&self.refresh_token)
            .chain(&self.id_token)
            .chain(&self.nonce)
            .chain(person)
    }
}

/// Authorizes `request` as the connector says. This comes last: a signature covers all that was there before. `stamp` is
/// fresh for each request.
/// # Errors
/// [`CredentialError`].
pub fn authorize(
    request: &mut Request,
    authentication: &Authentication,
    credential: &Credential,
    settings: &BTreeMap<String, String>,
    stamp: Stamp,
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
        Authentication::OAuth2(oauth2) => {
            put_token(request, oauth2, ApiCredential::AccessToken, credential, &mut authorized)?
        }
        Authentication::OpenIdConnect(openid) => {
            put_token(request, &openid.oauth2, openid.api_credential, credential, &mut authorized)?;
        }
        Authentication::OAuth1(shape) => {
            let granted = credential.oauth1().ok_or(CredentialError::Unreadable)?;
            put_oauth1(request, shape, granted, settings, stamp, &mut authorized)?;
        }
        Authentication::AwsSigV4(shape) => {
            let value = |key: &str| credential.value(key);
            put_aws(request, shape, value, settings, stamp, &mut authorized)?;
        }
    }
    Ok(authorized)
}

/// RFC 6750 §2.1 and §2.3: the token in the header, or in the query where the service wants it there.
fn put_token(
    request: &mut Request,
    oauth2: &OAuth2,
    carries: ApiCredential,
    credential: &Credential,
    authorized: &mut Authorized,
) -> Result<(), CredentialError> {
    let Some(tokens) = credential.tokens() else { return Ok(()) };
    let (token, label) = match (carries, &tokens.id_token) {
        (ApiCredential::IdToken, Some(token)) => (token, ID_TOKEN),
        (ApiCredential::AccessToken, Some(token)) if tokens.access_token.is_empty() => (token, ID_TOKEN),
        _ => (&tokens.access_token, ACCESS_TOKEN),
    };
    let name = &oauth2.bearer_name;
    let (place, prefix) = match oauth2.token_location {
        TokenLocation::Header => {
            let prefix = if name.is_empty() { String::new() } else { format!("{name} ") };
            (bearer::authorize(request, name, token)?, prefix)
        }
        TokenLocation::Query => {
            let location = api_key::Location::Query;
            (api_key::authorize(request, location, &oauth2.token_key, "", token)?, String::new())
        }
    };
    authorized.placed.push(Placed { place, prefix, label: label.into(), secret: true });
    Ok(())
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
