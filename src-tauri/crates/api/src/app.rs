//! Commands on the program itself.

use crate::{
    Api,
    contract::{app::*, error::ErrorView, vault::VaultStatus},
    exchange::count,
    words::error::view as error,
};

/// The row that holds the program's settings.
const SETTINGS: &str = "app";

impl Api {
    /// What the frame of the window shows. Opens no vault.
    /// # Errors
    /// The data cannot be read.
    pub async fn app_status(&self, _: AppStatus) -> Result<AppView, ErrorView> {
        let (connections, connectors) = self.engine.counts().await.map_err(error)?;
        let settings = self.engine.setting(SETTINGS).await.map_err(error)?;
        Ok(AppView {
            version: env!("CARGO_PKG_VERSION").into(),
            data_directory: self.data_directory.display().to_string(),
            connections: count(connections),
            connectors: count(connectors),
            vault: self.vault_status(VaultStatus {}).await?,
            // Settings of another version that do not fit any more fall back to what is built in.
            settings: settings.and_then(|value| serde_json::from_value(value).ok()).unwrap_or_default(),
        })
    }

    /// Changes the program's settings.
    /// # Errors
    /// The data cannot be written.
    pub async fn save_settings(&self, request: SaveSettings) -> Result<SettingsView, ErrorView> {
        let value = serde_json::json!(request.settings);
        self.engine.save_setting(SETTINGS, value).await.map_err(error)?;
        Ok(request.settings)
    }
}
