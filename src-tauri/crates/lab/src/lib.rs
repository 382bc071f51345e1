//! The Lab: a pretend service on this machine, so that a connector can be tried with the network off.
//!
//! It is an ordinary HTTP server on 127.0.0.1 that plays any number of services at once, each from a [`Play`]: plain
//! data that says what the service demands and answers. It gives out credentials ([`Issued`]), checks the one that
//! arrives with code of its own, step by step ([`Checked`]), answers as the service would, and keeps the last requests
//! in a log ([`Exchange`]). Whoever connects to it does nothing special: the addresses differ ([`Base::of`]), nothing
//! else.
//!
//! [`Lab::open`] is cheap and can be called by every process of a data directory; one of them runs the server
//! ([`Lab::start`]) and the others find it ([`Lab::find`]). What they must agree on travels through `lab.db`: there is no
//! control over HTTP.
//!
//! **Invariant**: nothing here knows how Patchbay sends a credential. The crate depends on `secret` alone, for masking
//! and comparing, so a mistake of the sending side cannot find itself right.
//! **Invariant**: the server answers only to its own literal `Host`, sends no CORS header, and refuses a foreign `Origin`
//! on requests that change something (`guard`).
//! **Boundary**: loopback only; time and randomness come from [`LabPorts`].
//!
//! To add an authentication type: a variant of [`play::Authentication`], its values in `issue`, its steps in `check`.
//! Pages and behaviours have their place between the check and the answer.
#![warn(missing_docs)]

mod address;
mod answer;
mod arrived;
mod check;
mod deadline;
mod decode;
mod document;
mod error;
mod guard;
mod issue;
mod log;
pub mod play;
mod ports;
mod running;
mod seen;
mod server;
mod state;
mod template;

pub use address::Base;
pub use answer::Outcome;
pub use check::{Checked, Step, Verdict};
pub use error::LabError;
pub use issue::{Issued, PERSON};
pub use log::{Exchange, KEPT};
pub use play::Play;
pub use ports::{BoxFuture, Clock, Entropy, LabPorts};
pub use seen::{BodyShape, Pair, Seen};
pub use server::Running;

use issue::Issuer;
use state::State;
use std::{path::Path, sync::Arc};

/// The port where people expect the Lab.
pub const PREFERRED_PORT: u16 = 4390;

/// The Lab of one data directory. Cheap to clone; runs no server by itself.
///
/// Its functions wait for the disk: call them off the async threads.
#[derive(Clone)]
pub struct Lab {
    ports: LabPorts,
    state: Arc<State>,
}

impl Lab {
    /// Opens `lab.db` in the data directory, making it where there is none.
    /// # Errors
    /// [`LabError::NewerState`] when a newer Patchbay made it, else what the disk says.
    pub fn open(ports: LabPorts, data_directory: &Path) -> Result<Self, LabError> {
        let state = State::open(data_directory, ports.entropy.as_ref())?;
        Ok(Self { ports, state: Arc::new(state) })
    }

    /// Makes the Lab, whoever runs it, play a service from now on, in the place of one of the same link name.
    /// # Errors
    /// What the disk says.
    pub fn play(&self, play: &Play) -> Result<(), LabError> {
        self.state.store_play(play)
    }

    /// Ends playing a service. One that is not played is no error.
    /// # Errors
    /// What the disk says.
    pub fn forget(&self, link_name: &str) -> Result<(), LabError> {
        self.state.forget_play(link_name)
    }

    /// The credentials of a connection that authenticates by the way of this name: the only way, or the first, for
    /// `None`. They are the same each time. A way that the play does not have gets none.
    pub fn issue(&self, play: &Play, way: Option<&str>) -> Vec<Issued> {
        let issuer = Issuer::new(self.state.seed(), &play.link_name);
        play.way(way).map(|way| issuer.issue(way)).unwrap_or_default()
    }

    /// Where the Lab of this data directory runs, in this or another process.
    /// # Errors
    /// What the disk says.
    pub fn find(&self) -> Result<Option<Base>, LabError> {
        self.state.find_running()
    }

    /// Runs the Lab in this process, at `preferred_port` or, where another program has that, at a free one.
    /// # Errors
    /// [`LabError::AlreadyRunning`] where a process of this data directory runs it, [`LabError::NoPort`] where the
    /// machine has none left, else what the disk says.
    pub async fn start(&self, preferred_port: u16) -> Result<Running, LabError> {
        server::start(self.ports.clone(), Arc::clone(&self.state), preferred_port).await
    }
}
