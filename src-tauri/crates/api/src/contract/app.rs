//! The program itself: what the frame of the window shows, and its settings.

use super::vault::VaultView;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for [`AppView`].
#[derive(Clone, Debug, Deserialize, TS)]
pub struct AppStatus {}

/// What the frame of the window shows.
#[derive(Clone, Debug, Serialize, TS)]
pub struct AppView {
    /// Version of the program.
    pub version: String,
    /// Where everything is kept.
    pub data_directory: String,
    /// How many connections there are.
    pub connections: u32,
    /// How many connectors there are.
    pub connectors: u32,
    /// Where the vault stands.
    pub vault: VaultView,
    /// The program's settings.
    pub settings: SettingsView,
}

/// The program's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SettingsView {
    /// Light, dark, or as the system.
    #[serde(default)]
    pub theme: Theme,
}

/// Light, dark, or as the system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system is set.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Changes the program's settings.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveSettings {
    /// All settings, changed ones included.
    pub settings: SettingsView,
}

/// What changed: shells read again what they show of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    /// Connectors, their drafts or revisions.
    Connectors,
    /// Connections.
    Connections,
    /// Authorizations.
    Authorizations,
    /// Connect and reauthorize runs.
    Attempts,
    /// Environments.
    Environments,
    /// Agent groups.
    AgentGroups,
    /// Client registrations.
    Registrations,
    /// The vault.
    Vault,
    /// The program's settings.
    Settings,
    /// Events and exchanges.
    Activity,
    /// The Lab: whether it runs, what it plays, how it behaves, what arrived.
    Lab,
    /// Runs of *Prove it*, and what they proved.
    Proofs,
}
