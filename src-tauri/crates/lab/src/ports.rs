//! What the outside must provide: time and randomness.
//!
//! The Lab knows nobody above it, so these are traits of its own; whoever starts it passes the program's ports on.

use jiff::Timestamp;
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

/// A boxed future, so that [`Clock`] stays object-safe.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Wall clock, running clock and waiting.
pub trait Clock: Send + Sync {
    /// The wall clock, for the log and for the `Date` of replies.
    fn now(&self) -> Timestamp;
    /// The running clock: never goes back.
    fn monotonic(&self) -> Duration;
    /// Waits until [`Clock::monotonic`] has reached `deadline`.
    fn sleep_until(&self, deadline: Duration) -> BoxFuture<'_, ()>;
}

/// Randomness fit for names that nobody guesses.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with randomness.
    fn fill(&self, bytes: &mut [u8]);
}

/// What the Lab runs on.
#[derive(Clone)]
pub struct LabPorts {
    /// Time and waiting.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}
