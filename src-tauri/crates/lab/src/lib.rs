//! The Lab: a pretend service on this machine, so that a connector can be tried with the network off.
//!
//! It is an ordinary HTTP server on 127.0.0.1 that plays any number of services at once, each from a [`Play`]: plain
//! data that says what the service demands and answers. It gives out credentials ([`Issued`]), checks the one that
//! arrives with code of its own, step by step ([`Checked`]), answers as the service would, and keeps the last requests
//! in a log ([`Exchange`]). Where the service gives tokens, the Lab has its sign-in pages and endpoints too, and pretend
//! people who agree or do not. How it behaves is set by [`Dial`]s. Whoever connects to it does nothing special: the addresses differ ([`Base::of`]), nothing
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
//! To add an authentication type: a variant of [`play::Authentication`], its values in `issue`, its steps in `check`; where
//! it has endpoints of its own, a module beside `oauth` and `oauth1` and its arm in `server`. A behaviour is a line of `dials`.
#![warn(missing_docs)]

mod address;
mod answer;
mod arrived;
mod aws;
mod check;
mod deadline;
mod decode;
mod desk;
pub mod dials;
mod document;
mod error;
mod guard;
mod issue;
mod jwt;
mod key;
mod log;
mod oauth;
mod oauth1;
mod pages;
mod people;
pub mod play;
mod ports;
mod running;
mod seen;
mod server;
mod sign_in;
mod state;
mod template;
mod trouble;
mod walk;

pub use address::Base;
pub use answer::Outcome;
pub use check::{Checked, Step, Verdict};
pub use dials::{Dial, DialError, Setting};
pub use error::LabError;
pub use issue::{Issued, PERSON};
pub use key::{KeyError, knows_algorithm};
pub use log::Exchange;
pub use people::{Person, PersonBehaviour, PersonError};
pub use play::Play;
pub use ports::{BoxFuture, Clock, Entropy, LabPorts};
pub use seen::{BodyShape, Pair, Seen};
pub use server::Running;
pub use state::KEPT;

use issue::Issuer;
use secret::SecretString;
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

    /// Every service that is played.
    /// # Errors
    /// What the disk says.
    pub fn plays(&self) -> Result<Vec<Play>, LabError> {
        self.state.plays()
    }

    /// The credentials of a connection that authenticates by the way of this name: the only way, or the first, for
    /// `None`. They are the same each time. A way that the play does not have gets none.
    /// # Errors
    /// What the disk says; [`LabError::Key`] where a private key of an algorithm is asked for that the Lab has none for.
    pub fn issue(&self, play: &Play, way: Option<&str>) -> Result<Vec<Issued>, LabError> {
        let issuer = Issuer::new(self.state.seed(), &play.link_name);
        let Some(way) = play.way(way) else { return Ok(Vec::new()) };
        let mut issued = issuer.issue(way);
        if let Some(algorithm) = way.authentication.app_key() {
            let key = self.state.client_key(algorithm, self.ports.entropy.as_ref())?;
            let value = SecretString::new(key.pem());
            issued.push(Issued { key: "private_key".into(), secret: true, value });
        }
        Ok(issued)
    }

    /// Differs once anything that the Lab keeps was changed, by this process or another.
    /// # Errors
    /// What the disk says.
    pub fn version(&self) -> Result<(i64, u64), LabError> {
        self.state.version()
    }

    /// How every dial is set for a connector, or for all.
    /// # Errors
    /// What the disk says.
    pub fn dials(&self, link_name: Option<&str>) -> Result<Vec<Setting>, LabError> {
        self.state.settings(link_name)
    }

    /// Sets a dial for a connector or for all, with the next request; `None` is as if it had never been set.
    /// # Errors
    /// [`LabError::Dial`], [`LabError::NoSuchPerson`]; what the disk says.
    pub fn set_dial(
        &self,
        link_name: Option<&str>,
        id: &str,
        value: Option<serde_json::Value>,
    ) -> Result<(), LabError> {
        self.state.set_dial(link_name, id, value)
    }

    /// Forgets what was set for a connector, or for all.
    /// # Errors
    /// What the disk says.
    pub fn reset_dials(&self, link_name: Option<&str>) -> Result<(), LabError> {
        self.state.reset_dials(link_name)
    }

    /// The pretend people.
    /// # Errors
    /// What the disk says.
    pub fn people(&self) -> Result<Vec<Person>, LabError> {
        self.state.people()
    }

    /// Keeps a pretend person, in the place of the one of the same e-mail.
    /// # Errors
    /// [`LabError::Person`]; what the disk says.
    pub fn save_person(&self, person: &Person) -> Result<(), LabError> {
        self.state.save_person(person)
    }

    /// Forgets a pretend person. One that is not there is no error.
    /// # Errors
    /// What the disk says.
    pub fn forget_person(&self, email: &str) -> Result<(), LabError> {
        self.state.forget_person(email)
    }

    /// How many seconds were let pass for what was given out.
    /// # Errors
    /// What the disk says.
    pub fn ahead(&self) -> Result<i64, LabError> {
        self.state.ahead()
    }

    /// Lets time pass for everything that was given out: tokens and codes are that much older at once. The service's
    /// clock stays; that one differs by a dial alone. How much it is in all.
    /// # Errors
    /// What the disk says.
    pub fn advance(&self, seconds: u32) -> Result<i64, LabError> {
        self.state.advance(seconds)
    }

    /// Ends everything that was given to a connector, or at all; how many of it still held.
    /// # Errors
    /// What the disk says.
    pub fn revoke_everything(&self, link_name: Option<&str>) -> Result<usize, LabError> {
        self.state.revoke_everything(link_name)
    }

    /// Retires the keys that id_tokens are signed with; the next one is signed with a new key.
    /// # Errors
    /// What the disk says.
    pub fn rotate_keys(&self) -> Result<(), LabError> {
        self.state.rotate_keys()
    }

    /// The last requests after number `seq` that hold `words`, oldest first, whichever process answered them.
    /// # Errors
    /// What the disk says.
    pub fn log(&self, seq: u64, words: &str) -> Result<Vec<Exchange>, LabError> {
        self.state.exchanges(seq, words)
    }

    /// The number of the last request.
    /// # Errors
    /// What the disk says.
    pub fn last_request(&self) -> Result<u64, LabError> {
        self.state.last_exchange()
    }

    /// Forgets the requests; their numbers go on.
    /// # Errors
    /// What the disk says.
    pub fn clear_log(&self) -> Result<(), LabError> {
        self.state.clear_exchanges()
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
