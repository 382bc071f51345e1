//! Authorizations: an account, what it granted, and the sealed credential. Refresh, lease and single flight key on it.

use crate::{
    Timestamp,
    id::{AuthorizationId, RegistrationId},
    origin::AgreedOrigins,
};
use serde::{Deserialize, Serialize};

/// An account's consent and the credential that came of it; several connections may share one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorization {
    /// Row identifier.
    pub id: AuthorizationId,
    /// The client credentials it was made with, for types that have them.
    pub registration: Option<RegistrationId>,
    /// Who the connection acts as, as the service told it. Display only.
    pub account: Option<String>,
    /// Permissions that were asked for.
    pub requested: Vec<String>,
    /// Permissions that were granted.
    pub granted: Vec<String>,
    /// When it ends.
    pub expiry: Expiry,
    /// Where its sealed credential may go.
    pub origins: AgreedOrigins,
    /// Counts the changes of the sealed credential; part of the sealing.
    pub generation: u64,
}

/// When a credential ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "at")]
pub enum Expiry {
    /// The service told it.
    Told(Timestamp),
    /// The service told none; starts a refresh where one is possible and changes nothing else.
    Assumed(Timestamp),
    /// It does not end by itself.
    Never,
}
