//! Environments: named sets of values. Top-level values of a connector are Production; `lab` is reserved and computed.

use crate::{id::EnvironmentId, link_name::LinkName};
use serde::{Deserialize, Serialize};

/// A named set of values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    /// Row identifier.
    pub id: EnvironmentId,
    /// Unique machine name, as overlays of a manifest name it.
    pub link_name: LinkName,
    /// Shown name.
    pub name: String,
}

/// The link name of Production, which every data directory has.
pub const PRODUCTION: &str = "production";
/// The link name of the Lab, which is computed and never stored.
pub const LAB: &str = "lab";
