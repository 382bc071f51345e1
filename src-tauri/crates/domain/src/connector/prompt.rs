//! What a person is asked for when a connection is made (the table in the command-line reference).
//!
//! Window, command line and Lab ask the same prompts in the same order. Secret ones go to the vault; their values never
//! meet the plain ones.

use super::{
    Authentication, BasicPrompt, ClientAuthentication, Connector, FieldType, GrantType, OAuth2, ResponseType,
};
use serde::Serialize;

/// One value that a person is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Prompt {
    /// What the command line calls it; unique within one authentication.
    pub key: String,
    /// Shown name.
    pub name: String,
    /// Whether it goes to the vault.
    pub secret: bool,
    /// Whether it may stay empty.
    pub optional: bool,
    /// Where to find it.
    pub help: Option<String>,
    /// How it begins; anything else is warned of.
    pub looks_like: Option<String>,
    /// A value as people know it.
    pub example: Option<String>,
    /// What stands there at first.
    pub default: Option<String>,
    /// What it is.
    #[serde(flatten)]
    pub kind: PromptKind,
}

/// What a prompt takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PromptKind {
    /// Text that may be shown.
    Text,
    /// Text that is hidden.
    Password,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// One of some values.
    List {
        /// The values.
        options: Vec<String>,
    },
}

impl Prompt {
    fn new(key: &str, name: &str, secret: bool) -> Self {
        Self {
            key: key.into(),
            name: name.into(),
            secret,
            optional: false,
            help: None,
            looks_like: None,
            example: None,
            default: None,
            kind: if secret { PromptKind::Password } else { PromptKind::Text },
        }
    }

    /// Asks for the ID of the app that was registered with the service; public. `known` is the one that is kept.
    pub fn client_id(known: Option<String>) -> Self {
        Self {
            default: known.clone(),
            ..Self::new("client_id", "Client ID", false).optional(known.is_some())
        }
    }

    /// The same by the name that OAuth 1.0a services use.
    pub fn consumer_key(known: Option<String>) -> Self {
        Self { name: "Consumer key".into(), ..Self::client_id(known) }
    }

    fn optional(mut self, optional: bool) -> Self {
        self.optional = optional;
        self
    }

    fn hints(mut self, help: &Option<String>, looks_like: &Option<String>) -> Self {
        self.help.clone_from(help);
        self.looks_like.clone_from(looks_like);
        self
    }
}

impl Connector {
    /// What a connection with this authentication is asked for, settings not among it.
    pub fn prompts(&self, authentication: Option<&str>) -> Vec<Prompt> {
        self.authentication(authentication).map(Authentication::prompts).unwrap_or_default()
    }

    /// The settings that a connection gives: those that the environment does not fix.
    pub fn setting_prompts(&self) -> Vec<Prompt> {
        let asked = self.settings.iter().filter(|setting| setting.fixed.is_none());
        asked
            .map(|setting| Prompt {
                help: setting.help.clone(),
                example: setting.example.clone(),
                default: setting.default.clone(),
                kind: if setting.options.is_empty() {
                    PromptKind::Text
                } else {
                    PromptKind::List { options: setting.options.clone() }
                },
                ..Prompt::new(&setting.key, setting.shown_name(), false).optional(!setting.required)
            })
            .collect()
    }
}

impl Authentication {
    /// What a connection is asked for.
    pub fn prompts(&self) -> Vec<Prompt> {
        match self {
            Self::None => Vec::new(),
            Self::Basic(basic) => {
                let username = basic_prompt(&basic.username, basic.username.secret);
                let password = basic_prompt(&basic.password, true);
                username.into_iter().chain(password).collect()
            }
            Self::ApiKey(api_key) => api_key
                .parameters
                .iter()
                .map(|parameter| {
                    Prompt::new(&parameter.key, &parameter.name, parameter.secret)
                        .optional(parameter.optional)
                        .hints(&parameter.help, &parameter.looks_like)
                })
                .collect(),
            Self::Bearer(bearer) => vec![
                Prompt::new("token", &bearer.name, true)
                    .optional(bearer.optional)
                    .hints(&bearer.help, &bearer.looks_like),
            ],
            Self::AuthFields(auth_fields) => auth_fields
                .fields
                .iter()
                .map(|field| Prompt {
                    kind: match field.kind {
                        FieldType::Text => PromptKind::Text,
                        FieldType::Password => PromptKind::Password,
                        FieldType::Number => PromptKind::Number,
                        FieldType::Boolean => PromptKind::Boolean,
                        FieldType::Date => PromptKind::Date,
                        FieldType::List => PromptKind::List { options: field.options.clone() },
                    },
                    ..Prompt::new(&field.key, &field.name, field.kind == FieldType::Password)
                        .optional(field.optional)
                        .hints(&field.help, &field.looks_like)
                })
                .collect(),
            Self::OAuth1(oauth1) => vec![if oauth1.signature_method.needs_private_key() {
                Prompt::new("private_key", "Private key", true)
            } else {
                Prompt::new("client_secret", "Consumer secret", true)
            }],
            Self::OAuth2(oauth2) => oauth_prompts(oauth2, oauth2.response_type()),
            Self::OpenIdConnect(openid) => oauth_prompts(&openid.oauth2, openid.response_type()),
            Self::AwsSigV4(_) => vec![
                Prompt::new("access_key_id", "Access key ID", false),
                Prompt::new("secret_access_key", "Secret access key", true),
                Prompt::new("session_token", "Session token", true).optional(true),
            ],
        }
    }
}

fn basic_prompt(prompt: &BasicPrompt, secret: bool) -> Option<Prompt> {
    prompt.fixed.is_none().then(|| {
        Prompt::new(&prompt.key, &prompt.name, secret)
            .optional(prompt.optional)
            .hints(&prompt.help, &prompt.looks_like)
    })
}

/// Client credentials first, as the registration comes before the person; a client that meets no token endpoint has
/// no secret.
fn oauth_prompts(oauth2: &OAuth2, response_type: ResponseType) -> Vec<Prompt> {
    let browser_only = match oauth2.grant_type {
        GrantType::Implicit => true,
        GrantType::AuthorizationCode => !response_type.has_code(),
        GrantType::ClientCredentials | GrantType::Password | GrantType::DeviceCode => false,
    };
    let client = match oauth2.client_authentication {
        _ if browser_only => None,
        ClientAuthentication::None => None,
        ClientAuthentication::PrivateKeyJwt => Some(Prompt::new("private_key", "Private key", true)),
        ClientAuthentication::Basic | ClientAuthentication::Body | ClientAuthentication::ClientSecretJwt => {
            Some(Prompt::new("client_secret", "Client secret", true))
        }
    };
    let person = (oauth2.grant_type == GrantType::Password)
        .then(|| [Prompt::new("username", "User name", false), Prompt::new("password", "Password", true)]);
    client.into_iter().chain(person.into_iter().flatten()).collect()
}
