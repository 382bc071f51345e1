//! Agent groups: the routes that calls take out of this machine.

use crate::{id::AgentGroupId, link_name::LinkName};
use serde::{Deserialize, Serialize};

/// A named route.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentGroup {
    /// Row identifier.
    pub id: AgentGroupId,
    /// Unique machine name, as manifests name it.
    pub link_name: LinkName,
    /// Shown name.
    pub name: String,
    /// How its calls run.
    pub route: Route,
}

/// How a call leaves this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Route {
    /// Straight to the service.
    Direct,
    /// Through the proxy that the system is set to; loopback always goes direct.
    #[default]
    SystemProxy,
}
