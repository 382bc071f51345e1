//! Using the new version of a connector: what it asks, and what became of it.

use super::connections::ConnectionRow;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the newest version of its connector asks before a connection can use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct NewVersionView {
    /// What is asked of the person, each as a sentence; nothing where the connection can use it at once.
    pub asks: Vec<String>,
    /// Permissions that it asks for besides, by their values.
    pub permissions: Vec<String>,
}

/// Lets a connection use the newest version of its connector, where that asks nothing of the person.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct UseNewVersion {
    /// Which.
    pub connection: String,
}

/// The same for every connection of a connector.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct UseNewVersionEverywhere {
    /// Whose.
    pub connector: String,
}

/// What became of the connections that were to use the newest version.
#[derive(Clone, Debug, Serialize, TS)]
pub struct UsedNewVersion {
    /// They use it now, and are not verified with it yet.
    pub moved: Vec<ConnectionRow>,
    /// They go on as before until a person has signed in with the newest version.
    pub left: Vec<LeftBehind>,
}

/// A connection that goes on with the version that it was made with.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LeftBehind {
    /// The connection.
    pub connection: ConnectionRow,
    /// What is asked of the person, each as a sentence.
    pub asks: Vec<String>,
}
