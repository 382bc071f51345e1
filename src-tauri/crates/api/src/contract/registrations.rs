//! *Your app*: what a service gave for the app that was registered with it.

use super::TypedSecret;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks what is kept of the app.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ShowRegistration {
    /// The connector.
    pub connector: String,
    /// Link name of the environment; Production when empty.
    #[serde(default)]
    pub environment: Option<String>,
}

/// Saves the app.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveRegistration {
    /// The connector.
    pub connector: String,
    /// Link name of the environment; Production when empty.
    #[serde(default)]
    pub environment: Option<String>,
    /// The client ID.
    pub client_id: String,
    /// The client secret or private key; the one that is kept where none is given.
    #[serde(default)]
    pub secret: Option<TypedSecret>,
}

/// What is kept of the app.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
pub struct RegistrationView {
    /// The client ID; none while nothing was saved.
    pub client_id: Option<String>,
    /// Whether a client secret or private key is sealed with it.
    pub has_secret: bool,
    /// Names of the connections that use it.
    pub used_by: Vec<String>,
}
