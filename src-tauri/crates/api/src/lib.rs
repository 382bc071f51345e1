//! The contract of the shells: window, command line and gateway all speak to [`Api`] and to nothing below it.
//!
//! Commands are declared once in [`table`]; requests and views are plain data in [`contract`]; each command is one
//! method of [`Api`] in the file of its feature. Errors arrive as [`contract::error::ErrorView`]: closed code, sentence,
//! way on ([`words`]).
//!
//! **Boundary**: engine and domain types do not cross; what a shell sees is made here from them.
#![warn(missing_docs)]

mod app;
#[cfg(test)]
mod bad_input;
pub mod bindings;
mod changes;
mod connect;
mod connections;
mod connectors;
pub mod contract;
mod exchange;
pub mod lab;
mod logos;
mod new_version;
mod places;
mod prove;
mod redirects;
mod registrations;
mod scripts;
pub mod table;
mod vault;
mod verify_many;
mod words;

pub use engine::Ports;
pub use secret::SecretString;

use contract::error::ErrorView;
use domain::{Timestamp, id::ProcessId};
use engine::Engine;
use lab::LabEnvironment;
use secret::SecretString as Passphrase;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use store::Store;

/// What a shell gives to open the core.
pub struct Shell {
    /// What the outside provides.
    pub ports: Ports,
    /// The data directory, made and locked by the shell.
    pub data_directory: PathBuf,
    /// This process, as its lock names it.
    pub process: ProcessId,
    /// The passphrase of the vault, where the shell has it from a file.
    pub passphrase: Option<Passphrase>,
    /// Asks the person for a place to save a file; none where there is no window.
    pub choose_file: Option<ChooseFile>,
}

/// Asks the person where to save a file of the suggested name.
pub type ChooseFile = Arc<dyn Fn(String) -> domain::ports::BoxFuture<'static, Option<PathBuf>> + Send + Sync>;

/// The core as the shells see it. Cheap to clone.
#[derive(Clone)]
pub struct Api {
    engine: Engine,
    lab: Arc<LabEnvironment>,
    data_directory: Arc<Path>,
    process: ProcessId,
    ways: Arc<redirects::Ways>,
    proofs: Arc<prove::Proofs>,
    choose_file: Option<ChooseFile>,
}

impl Api {
    /// Opens the data directory. Opens no vault and sends nothing.
    /// # Errors
    /// A newer version wrote the data, another process is upgrading it, or the disk refuses.
    pub async fn open(shell: Shell) -> Result<Self, ErrorView> {
        let lab = LabEnvironment::new(
            Arc::clone(&shell.ports.clock),
            Arc::clone(&shell.ports.entropy),
            shell.data_directory.clone(),
        );
        Self::open_with(shell, lab).await
    }

    /// The same, with a Lab of another make.
    async fn open_with(shell: Shell, lab: LabEnvironment) -> Result<Self, ErrorView> {
        let Shell { ports, data_directory, process, passphrase, choose_file } = shell;
        let now: Timestamp = ports.clock.now();
        let store = Store::open(&data_directory, now).map_err(|error| words::error::store(&error))?;
        let lab = Arc::new(lab);
        let engine = Engine::new(store, ports, process.clone()).with_environment(lab.clone());
        if let Some(passphrase) = passphrase {
            engine.vault().remember_passphrase(passphrase);
        }
        engine.drop_old_attempts().await.map_err(words::error::view)?;
        let (ways, proofs) = (Arc::default(), Arc::default());
        let data_directory = data_directory.into();
        Ok(Self { engine, lab, data_directory, process, ways, proofs, choose_file })
    }

    /// Ends what this process runs for others, such as the Lab, once the tokens that are being renewed are kept.
    pub async fn close(&self) {
        self.proofs.stop().await;
        self.engine.finish_refreshes().await;
        self.lab.stop().await;
    }

    /// The JSON Schema of the connector file.
    pub fn schema(&self) -> serde_json::Value {
        domain::schema::schema()
    }
}
