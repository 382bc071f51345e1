//! What Patchbay does, one file a use case: build connectors, connect, call, verify, and everything around them.
//!
//! The shells never come here; they speak to `api`. The engine reaches the outside through the ports of
//! [`domain::ports`] and knows neither Tauri, nor the Lab, nor any connector by name.
//!
//! **Invariant**: a secret is durable, sealed, before it is used, and is opened only for the length of a call.
//! **Boundary**: time and sleeping go through the `Clock` port; HTTP through `HttpSend`; nothing waits for the vault
//! before a secret is needed.
#![warn(missing_docs)]

pub mod call;
mod clocks;
pub mod connect;
pub mod connections;
pub mod connectors;
pub mod credential;
pub mod diagnosis;
pub mod environment;
mod error;
mod failure;
mod inside;
pub mod logo;
pub mod new_version;
pub mod oauth;
mod oauth1;
pub mod places;
pub mod preview;
pub mod proof;
pub mod registrations;
pub mod request;
pub mod script;
mod sealing;
mod settings;
pub mod shown;
pub mod signing;
mod trace;
pub mod vault;
pub mod verify;
mod witness;

pub use domain::ports::Ports;
pub use error::Error;

use domain::id::ProcessId;
use environment::ComputedEnvironment;
use std::sync::Arc;
use store::Store;
use vault::Vault;

/// The core on one open data directory. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) store: Store,
    pub(crate) vault: Vault,
    pub(crate) ports: Ports,
    pub(crate) process: ProcessId,
    pub(crate) runs: connect::Runs,
    pub(crate) gates: oauth::refresh::Gates,
    pub(crate) pauses: oauth::Pauses,
    pub(crate) clocks: clocks::Clocks,
    pub(crate) keeping: oauth::Keeping,
    pub(crate) computed: Option<Arc<dyn ComputedEnvironment>>,
}

impl Engine {
    /// Puts the core together. Opens no vault and sends nothing.
    pub fn new(store: Store, ports: Ports, process: ProcessId) -> Self {
        let vault = Vault::new(
            store.clone(),
            Arc::clone(&ports.key_store),
            Arc::clone(&ports.entropy),
            Arc::clone(&ports.clock),
        );
        Self {
            store,
            vault,
            ports,
            process,
            runs: connect::Runs::default(),
            gates: oauth::refresh::Gates::default(),
            pauses: oauth::Pauses::default(),
            clocks: clocks::Clocks::default(),
            keeping: oauth::Keeping::default(),
            computed: None,
        }
    }

    /// The vault.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The open data directory.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The ports.
    pub fn ports(&self) -> &Ports {
        &self.ports
    }
}
