//! How long a connection may take. It ends when its deadline passes, whatever it is doing.
//!
//! Only whole steps move the deadline on: a head, an answer. A peer that sends one byte at a time, or reads one at a
//! time, gains nothing by it.

use crate::ports::Clock;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// From the first byte to the end of a request's head.
pub(crate) const HEAD: Duration = Duration::from_secs(10);
/// From there to the end of its body.
pub(crate) const BODY: Duration = Duration::from_secs(20);
/// From an answer to the end of the next request's head.
pub(crate) const NEXT: Duration = Duration::from_secs(30);

pub(crate) struct Deadline {
    clock: Arc<dyn Clock>,
    /// Milliseconds of the running clock.
    at: AtomicU64,
}

impl Deadline {
    pub fn new(clock: Arc<dyn Clock>, from_now: Duration) -> Self {
        let deadline = Self { clock, at: AtomicU64::new(0) };
        deadline.move_to(from_now);
        deadline
    }

    pub fn move_to(&self, from_now: Duration) {
        let at = self.clock.monotonic() + from_now;
        self.at.store(u64::try_from(at.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Waits until it has passed.
    pub async fn passed(&self) {
        loop {
            let at = Duration::from_millis(self.at.load(Ordering::Relaxed));
            if self.clock.monotonic() >= at {
                return;
            }
            self.clock.sleep_until(at).await;
        }
    }
}
