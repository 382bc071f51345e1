//! The system's clocks.

use domain::{
    Timestamp,
    ports::{BoxFuture, Clock},
};
use std::time::{Duration, Instant};

/// Wall clock and running clock of this machine.
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// The running clock begins at zero.
    #[expect(clippy::disallowed_methods, reason = "this is where the OS is asked")]
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is where the OS is asked")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }

    #[cfg(unix)]
    fn thread_time(&self) -> Duration {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        // It begins at zero with the thread.
        Duration::try_from(time).unwrap_or_default()
    }

    #[expect(clippy::disallowed_methods, reason = "this is where sleeping happens")]
    fn sleep_until(&self, deadline: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            while let Some(left) = deadline.checked_sub(self.monotonic()).filter(|left| !left.is_zero()) {
                tokio::time::sleep(left).await;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sleeping_ends_when_the_running_clock_has_reached_the_deadline() {
        let clock = SystemClock::start();
        let deadline = clock.monotonic() + Duration::from_millis(20);
        clock.sleep_until(deadline).await;
        assert!(clock.monotonic() >= deadline);
        clock.sleep_until(Duration::ZERO).await;
    }

    #[test]
    fn the_time_of_a_thread_goes_on_while_it_works_and_not_while_it_waits() {
        let clock = SystemClock::start();
        let (deadline, begun) = (clock.monotonic() + Duration::from_secs(10), clock.thread_time());
        while clock.thread_time() <= begun {
            assert!(clock.monotonic() < deadline);
        }
        if cfg!(unix) {
            let worked = clock.thread_time();
            std::thread::scope(|scope| {
                scope.spawn(|| while clock.thread_time() < Duration::from_millis(20) {});
            });
            assert!(
                clock.thread_time() - worked < Duration::from_millis(20),
                "another thread's work is its own"
            );
        }
    }

    #[test]
    fn the_wall_clock_is_in_this_century() {
        assert!(SystemClock::start().now().as_second() > 1_700_000_000);
    }
}
