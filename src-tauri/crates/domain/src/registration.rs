//! Client registrations: what a service gave for a registered app. The only home of client credentials.

use crate::{
    Timestamp,
    id::{ConnectorId, EnvironmentId, RegistrationId},
    origin::AgreedOrigins,
};
use serde::{Deserialize, Serialize};

/// One registered app of a connector in an environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRegistration {
    /// Row identifier.
    pub id: RegistrationId,
    /// The connector it was registered for.
    pub connector: ConnectorId,
    /// The environment it is valid in.
    pub environment: EnvironmentId,
    /// Shown name, such as `Acme production app`.
    pub label: String,
    /// RFC 6749 §2.2 client identifier; not a secret.
    pub client_id: String,
    /// Where its sealed secret may go.
    pub origins: AgreedOrigins,
    /// Counts the changes of the sealed secret; part of the sealing.
    pub generation: u64,
    /// Since when it is on trial: typed to sign in, before a connection was made with it or a person saved it.
    pub on_trial_since: Option<Timestamp>,
}
