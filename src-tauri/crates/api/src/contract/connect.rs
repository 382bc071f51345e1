//! Connect: the form that a connection is asked, and the attempt that it begins.

use super::{
    TypedSecret,
    connections::{EnvironmentRef, VerificationView},
    connectors::PromptView,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Asks what adding a connection will ask.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ConnectForm {
    /// The connector.
    pub connector: String,
    /// Link name of the environment; Production when empty.
    #[serde(default)]
    pub environment: Option<String>,
    /// Which of the connector's authentications, where it offers several.
    #[serde(default)]
    pub authentication: Option<String>,
}

/// What adding a connection asks.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ConnectFormView {
    /// The connector's row identifier.
    pub connector: String,
    /// The connector's shown name.
    pub connector_name: String,
    /// Authentication type for people.
    pub authentication_label: String,
    /// A name to offer.
    pub default_name: String,
    /// The environments to choose from.
    pub environments: Vec<EnvironmentRef>,
    /// The connector's authentications, where it offers several: name and label.
    pub authentications: Vec<(String, String)>,
    /// Values that the connector needs.
    pub settings: Vec<PromptView>,
    /// What the person is asked, by parameter name.
    pub prompts: Vec<PromptView>,
    /// Keys of prompts that the environment has a secret value for: left empty, that one is used. It is not sent here.
    pub issued: Vec<String>,
    /// How to register or find the values at the service.
    pub setup_help: Option<String>,
    /// Whether the connector names a request to verify with.
    pub can_verify: bool,
}

/// Adds a connection: seals what was typed, verifies, connects. Returns at once; the attempt goes on.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct BeginConnect {
    /// The connector.
    pub connector: String,
    /// What the connection will be called; the offered name when empty.
    #[serde(default)]
    pub name: String,
    /// Link name of the environment; Production when empty.
    #[serde(default)]
    pub environment: Option<String>,
    /// Which of the connector's authentications, where it offers several.
    #[serde(default)]
    pub authentication: Option<String>,
    /// Values of settings.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Plain values of prompts.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Secret values of prompts.
    #[serde(default)]
    pub secrets: BTreeMap<String, TypedSecret>,
    /// An existing connection whose values are replaced (Reauthorize); none to add one.
    #[serde(default)]
    pub connection: Option<String>,
}

/// Asks where an attempt stands.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ShowAttempt {
    /// Which.
    pub attempt: String,
}

/// Where an attempt stands.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct AttemptView {
    /// Row identifier.
    pub attempt: String,
    /// The connector's shown name.
    pub connector_name: String,
    /// What the connection will be called.
    pub name: String,
    /// Where it stands.
    pub state: AttemptStateView,
    /// What verify found, when it ended.
    pub verification: Option<VerificationView>,
    /// The connection, once it stands.
    pub connection: Option<String>,
}

/// Where an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AttemptStateView {
    /// The service is being asked.
    Verifying,
    /// The service does not accept the credential: keep anyway, try again, or discard.
    Refused,
    /// Nothing was learned: keep anyway, try again, or discard.
    CouldNotCheck,
    /// The connection stands.
    Connected,
}

/// Connects although verify did not find that it works.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct KeepAttempt {
    /// Which.
    pub attempt: String,
}

/// Asks the service again with what was typed.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RetryAttempt {
    /// Which.
    pub attempt: String,
}

/// Drops what was typed.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct DiscardAttempt {
    /// Which.
    pub attempt: String,
}
