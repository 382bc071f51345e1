//! *Your app*: what a service gave for the app that was registered with it.

use super::{TypedSecret, connections::EnvironmentRef};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks what is kept of a connector's apps.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ListRegistrations {
    /// The connector.
    pub connector: String,
}

/// Saves an app.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveRegistration {
    /// The connector.
    pub connector: String,
    /// Link name of the environment; Production when empty.
    #[serde(default)]
    pub environment: Option<String>,
    /// Which one is changed; none to add one.
    #[serde(default)]
    pub registration: Option<String>,
    /// A name to tell it from others; may be empty.
    #[serde(default)]
    pub label: String,
    /// The client ID.
    pub client_id: String,
    /// The client secret or private key; the one that is kept where none is given.
    #[serde(default)]
    pub secret: Option<TypedSecret>,
}

/// Lets new connections use an app.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct MakeDefaultRegistration {
    /// Which.
    pub registration: String,
}

/// Forgets an app that no connection uses.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct DeleteRegistration {
    /// Which.
    pub registration: String,
}

/// What is kept of an app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RegistrationView {
    /// Row identifier.
    pub id: String,
    /// The environment that it is for.
    pub environment: EnvironmentRef,
    /// A name to tell it from others; may be empty.
    pub label: String,
    /// The client ID; two of one connector in one environment differ by it.
    pub client_id: String,
    /// Whether new connections use it when none is chosen.
    pub is_default: bool,
    /// Whether a client secret or private key is sealed with it.
    pub has_secret: bool,
    /// Names of the connections that use it.
    pub used_by: Vec<String>,
}
