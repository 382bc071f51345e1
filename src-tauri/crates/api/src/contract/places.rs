//! Environments, and agent groups, which are for the command line only.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Lists environments.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ListEnvironments {}

/// An environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct EnvironmentRow {
    /// Unique machine name, as connectors name it.
    pub link_name: String,
    /// Shown name.
    pub name: String,
    /// How many connections are in it.
    pub connections: u32,
}

/// Adds an environment.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct AddEnvironment {
    /// Shown name.
    pub name: String,
    /// Its machine name; made from the name when left out.
    #[serde(default)]
    pub link_name: Option<String>,
}

/// Changes the shown name of an environment.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RenameEnvironment {
    /// Which, by link name.
    pub environment: String,
    /// The new name.
    pub name: String,
}

/// Deletes an environment that no connection is in, with the apps that are kept for it.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct DeleteEnvironment {
    /// Which, by link name.
    pub environment: String,
}

/// Lists agent groups.
#[derive(Clone, Debug)]
pub struct ListAgentGroups {}

/// An agent group: a route that calls take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AgentGroupRow {
    /// Unique machine name, as connectors name it.
    pub link_name: String,
    /// Shown name.
    pub name: String,
    /// How its calls leave this machine.
    pub route: RouteView,
}

/// How calls leave this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteView {
    /// Straight to the service.
    Direct,
    /// Through the proxy that the system is set to.
    SystemProxy,
}

/// Adds an agent group.
#[derive(Clone, Debug)]
pub struct AddAgentGroup {
    /// Shown name.
    pub name: String,
    /// Its machine name; made from the name when left out.
    pub link_name: Option<String>,
    /// How its calls leave this machine.
    pub route: RouteView,
}

/// Changes the shown name of an agent group, its route, or both.
#[derive(Clone, Debug)]
pub struct ChangeAgentGroup {
    /// Which, by link name.
    pub agent_group: String,
    /// The new name; the one that it has when left out.
    pub name: Option<String>,
    /// The new route; the one that it has when left out.
    pub route: Option<RouteView>,
}

/// Deletes an agent group that no connection takes.
#[derive(Clone, Debug)]
pub struct DeleteAgentGroup {
    /// Which, by link name.
    pub agent_group: String,
}
