//! What the outside must provide: time, randomness, HTTP, the OS key store, the clipboard, the browser and the way back
//! from it.
//!
//! `platform` implements these for real and `testkit` for tests. SQLite is no port: tests use a real file.

mod app_link;
mod browser;
mod redirect;
mod ways;

pub use app_link::{AppLink, AppLinkError, LinkHandler};
pub use browser::{Browser, BrowserError, Opened};
pub use redirect::{
    Arrived, Candidate, ListenError, Listening, LoopbackAddress, LoopbackHost, RedirectListener, Verdict,
};
pub use ways::{LoopbackFault, LoopbackTested, WaysBack, WaysTested};

use crate::{Timestamp, agent_group::Route, evidence::Fault, id::ProcessId};
use protocol::message::{Request, Response};
use secret::{SecretBytes, SecretString};
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

/// Every port, put together: for the real machine in `platform`, for tests in `testkit`, and nowhere else.
#[derive(Clone)]
pub struct Ports {
    /// Time and waiting.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// The network.
    pub http: Arc<dyn HttpSend>,
    /// The OS key store.
    pub key_store: Arc<dyn KeyStore>,
    /// The clipboard.
    pub clipboard: Arc<dyn Clipboard>,
    /// The person's browser.
    pub browser: Arc<dyn Browser>,
    /// The loopback way back from it.
    pub redirects: Arc<dyn RedirectListener>,
    /// The app link, which the system hands to this program.
    pub app_link: Arc<dyn AppLink>,
    /// Tries the ways back.
    pub ways: Arc<dyn WaysBack>,
    /// The other processes of the data directory.
    pub processes: Arc<dyn Processes>,
}

/// A boxed future, so that ports stay object-safe.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Wall clock, running clock and waiting.
pub trait Clock: Send + Sync {
    /// The wall clock: may jump. For what people read and services tell.
    fn now(&self) -> Timestamp;
    /// The running clock: never goes back. For durations and deadlines.
    fn monotonic(&self) -> Duration;
    /// How long the processor worked for the calling thread; the running clock where the system does not tell. Never
    /// goes back.
    fn thread_time(&self) -> Duration {
        self.monotonic()
    }
    /// Waits until [`Clock::monotonic`] has reached `deadline`.
    fn sleep_until(&self, deadline: Duration) -> BoxFuture<'_, ()>;
}

/// Randomness fit for keys.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with randomness; there is no failure to handle, the process ends if the OS has none.
    fn fill(&self, bytes: &mut [u8]);
}

/// Sends one request and returns its reply; follows no redirect.
pub trait HttpSend: Send + Sync {
    /// Sends `request` by `route`. The body is read up to `limit` bytes after decoding.
    fn send<'a>(
        &'a self,
        route: &'a Route,
        request: Request,
        limit: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>>;
}

/// Why no reply came. Closed classes; `detail` is the library's own words, for the evidence only.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{class:?}: {detail}")]
pub struct TransportError {
    /// What went wrong, as far as it decides what to do.
    pub class: TransportClass,
    /// What broke, where the kind of the error tells more than its class. Advice may rest on it, nothing else.
    pub fault: Option<Fault>,
    /// The chain of causes, outermost first; never holds a URL's query or a secret.
    pub detail: String,
}

/// The classes of [`TransportError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransportClass {
    /// The host name has no address.
    Resolve,
    /// Nobody answers at that address and port.
    Connect,
    /// The secure connection could not be made (certificate, version).
    Tls,
    /// The proxy refused or failed.
    Proxy,
    /// No answer within the deadline.
    Timeout,
    /// The connection broke after the request was sent.
    Broken,
    /// The reply is larger than allowed.
    TooLarge,
    /// The reply is not HTTP, or its encoding is damaged.
    Unreadable,
}

/// The OS key store, one item per key. Blocking: call it off the async threads.
pub trait KeyStore: Send + Sync {
    /// The value of `item`, or `None` where the store says there is no such entry **and** is not locked.
    /// # Errors
    /// [`KeyStoreError`]; a locked store is an error, never `None`.
    fn load(&self, item: &str) -> Result<Option<SecretBytes>, KeyStoreError>;
    /// Writes `item`, replacing a former value.
    /// # Errors
    /// [`KeyStoreError`].
    fn store(&self, item: &str, value: &SecretBytes) -> Result<(), KeyStoreError>;
    /// Deletes `item`; one that is not there is no error.
    /// # Errors
    /// [`KeyStoreError`].
    fn delete(&self, item: &str) -> Result<(), KeyStoreError>;
    /// What this store is called where people look for it, such as `Secret Service (gnome-keyring)`.
    fn label(&self) -> String;
}

/// Why the OS key store could not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyStoreError {
    /// This machine runs no key store.
    #[error("no key store is running: {detail}")]
    Unavailable {
        /// The library's own words.
        detail: String,
    },
    /// The key store is there but locked.
    #[error("the key store is locked")]
    Locked,
    /// The key store refused, or failed in another way.
    #[error("the key store refused: {detail}")]
    Refused {
        /// The library's own words.
        detail: String,
    },
}

/// The processes that share a data directory.
pub trait Processes: Send + Sync {
    /// Whether this one is alive. Where nobody can tell, it is, so that nothing is taken from it.
    fn is_running(&self, id: &ProcessId) -> bool;
}

/// The clipboard, for what the web view must not see.
pub trait Clipboard: Send + Sync {
    /// Copies `text`, keeps it out of clipboard history where the OS can, and clears it after `clear_after` unless
    /// something else was copied since.
    /// # Errors
    /// A sentence for people where there is no clipboard.
    fn copy(&self, text: SecretString, clear_after: Duration) -> Result<(), ClipboardError>;
}

/// There is no clipboard, or it refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clipboard cannot be used: {0}")]
pub struct ClipboardError(pub String);
