//! Time that stands still until a test moves it.

use domain::{
    Timestamp,
    ports::{BoxFuture, Clock},
};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// A wall clock and a running clock that the test holds.
pub struct ManualClock {
    wall: Mutex<Timestamp>,
    running: watch::Sender<Duration>,
}

impl ManualClock {
    /// The wall clock shows `now`; the running clock begins at zero.
    pub fn at(now: Timestamp) -> Self {
        Self { wall: Mutex::new(now), running: watch::Sender::new(Duration::ZERO) }
    }

    /// Time goes by: both clocks move, and whoever slept long enough wakes.
    pub fn advance(&self, by: Duration) {
        let mut wall = self.wall.lock().unwrap_or_else(PoisonError::into_inner);
        *wall = wall.saturating_add(by).unwrap_or(Timestamp::MAX);
        drop(wall);
        self.running.send_modify(|running| *running += by);
    }

    /// The wall clock jumps, as when a person sets it; nobody wakes.
    pub fn jump_to(&self, now: Timestamp) {
        *self.wall.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.wall.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn monotonic(&self) -> Duration {
        *self.running.borrow()
    }

    fn sleep_until(&self, deadline: Duration) -> BoxFuture<'_, ()> {
        let mut running = self.running.subscribe();
        Box::pin(async move {
            // The sender lives as long as the clock, which is borrowed here.
            let _ = running.wait_for(|running| *running >= deadline).await;
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{future::Future, pin::pin, task};

    #[test]
    fn a_sleeper_wakes_when_its_time_has_come_and_not_at_a_jump() {
        let clock = ManualClock::at(Timestamp::UNIX_EPOCH);
        let mut sleep = pin!(clock.sleep_until(Duration::from_secs(10)));
        let mut context = task::Context::from_waker(task::Waker::noop());
        let mut is_awake = || sleep.as_mut().poll(&mut context).is_ready();
        assert!(!is_awake());
        clock.jump_to(Timestamp::MAX);
        assert!(!is_awake());
        clock.jump_to(Timestamp::UNIX_EPOCH);
        clock.advance(Duration::from_secs(9));
        assert!(!is_awake());
        clock.advance(Duration::from_secs(1));
        assert!(is_awake());
        assert_eq!(clock.now(), Timestamp::from_second(10).unwrap());
        assert_eq!(clock.monotonic(), Duration::from_secs(10));
    }
}
