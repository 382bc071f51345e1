//! The Lab, for shells that run it or ask for it.

use jiff::Timestamp;
use serde::Serialize;

/// Runs the Lab in this process.
#[derive(Clone, Debug)]
pub struct StartLab {
    /// Where it is tried first.
    pub port: u16,
    /// Link names of the connectors that it plays, drafts too; every ready one that it can play when empty.
    pub connectors: Vec<String>,
}

/// The Lab that was started.
#[derive(Clone, Debug, Serialize)]
pub struct StartedLab {
    /// Its address.
    pub address: String,
    /// What a person should know: that it is at another port than the one asked for.
    pub notice: Option<String>,
    /// What it plays.
    pub plays: Vec<LabPlay>,
}

/// A connector that the Lab plays.
#[derive(Clone, Debug, Serialize)]
pub struct LabPlay {
    /// Its link name.
    pub link_name: String,
    /// Its shown name.
    pub name: String,
    /// Where its base address is played, placeholders as they are written.
    pub address: String,
}

/// Where the Lab of the data directory stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LabStatus {
    /// Whether a process runs it.
    pub running: bool,
    /// Its address, where one does.
    pub address: Option<String>,
}

/// A request that arrived at the Lab. Holds no credential.
#[derive(Clone, Debug, Serialize)]
pub struct LabRequest {
    /// Counts up from 1 while the Lab runs.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// Link name of the connector that it was for.
    pub connector: String,
    /// HTTP method.
    pub method: String,
    /// The service's host that the Lab stood in for.
    pub host: String,
    /// The path at that host.
    pub path: String,
    /// HTTP status of the answer.
    pub status: u16,
    /// What the Lab did.
    pub outcome: LabOutcome,
    /// Why the credential was not accepted.
    pub why: Option<String>,
}

/// What the Lab did with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LabOutcome {
    /// The request that proves a connection, with the right credential.
    Verified,
    /// Any other request with the right credential.
    Echoed,
    /// The credential is not accepted.
    Refused,
    /// The connector has no address at that host.
    NoSuchAddress,
    /// The Lab does not play that connector.
    NotPlayed,
}
