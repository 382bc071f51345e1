//! A Lab in a folder of its own, on a clock that a test moves.

use crate::client::{self, Reply};
use lab::{
    BoxFuture, Clock, Entropy, Lab, LabPorts, Play, Running,
    play::{Asked, Authentication, Refusal, Verify, Way},
};
use std::{
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::Notify;

/// Stands still unless it is moved.
#[derive(Default)]
pub struct ManualClock {
    now: Mutex<Duration>,
    moved: Notify,
    sleepers: Mutex<usize>,
    lay_down: Condvar,
}

impl ManualClock {
    pub fn advance(&self, by: Duration) {
        *self.now.lock().unwrap() += by;
        self.moved.notify_waiters();
    }

    /// Waits until so many sleep.
    pub fn until_asleep(&self, sleepers: usize) {
        let asleep = self.sleepers.lock().unwrap();
        let waited =
            self.lay_down.wait_timeout_while(asleep, Duration::from_secs(20), |asleep| *asleep < sleepers);
        assert!(!waited.unwrap().1.timed_out(), "fewer than {sleepers} sleep");
    }
}

/// Counted while it is there.
struct Sleeper<'a>(&'a ManualClock);

impl<'a> Sleeper<'a> {
    fn lie_down(clock: &'a ManualClock) -> Self {
        *clock.sleepers.lock().unwrap() += 1;
        clock.lay_down.notify_all();
        Self(clock)
    }
}

impl Drop for Sleeper<'_> {
    fn drop(&mut self) {
        *self.0.sleepers.lock().unwrap() -= 1;
    }
}

impl Clock for ManualClock {
    fn now(&self) -> jiff::Timestamp {
        "2026-11-22T10:00:00Z".parse::<jiff::Timestamp>().unwrap() + self.monotonic()
    }

    fn monotonic(&self) -> Duration {
        *self.now.lock().unwrap()
    }

    fn sleep_until(&self, deadline: Duration) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            loop {
                let moved = self.moved.notified();
                tokio::pin!(moved);
                moved.as_mut().enable();
                if self.monotonic() >= deadline {
                    return;
                }
                let _sleeper = Sleeper::lie_down(self);
                moved.await;
            }
        })
    }
}

/// Counts, so that each fill differs.
#[derive(Default)]
pub struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let count = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        for (byte, place) in bytes.iter_mut().zip(1u64..) {
            *byte = ((count * 131 + place).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40).to_be_bytes()[7];
        }
    }
}

/// A data directory with a Lab that runs.
pub struct World {
    pub lab: Lab,
    pub running: Running,
    pub clock: Arc<ManualClock>,
    pub directory: tempfile::TempDir,
}

impl World {
    pub async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::default());
        let lab = open(&directory, &clock);
        let running = lab.start(0).await.unwrap();
        Self { lab, running, clock, directory }
    }

    /// A Lab that plays these services.
    pub async fn playing(plays: &[Play]) -> Self {
        let world = Self::start().await;
        for play in plays {
            world.lab.play(play).unwrap();
        }
        world
    }

    pub fn port(&self) -> u16 {
        self.running.base().port()
    }

    pub fn send(&self, request: &str) -> Reply {
        client::send(self.port(), request)
    }
}

/// Another handle to the Lab of a directory, as another process has it.
pub fn open(directory: &tempfile::TempDir, clock: &Arc<ManualClock>) -> Lab {
    let ports =
        LabPorts { clock: Arc::clone(clock) as Arc<dyn Clock>, entropy: Arc::new(Counting::default()) };
    Lab::open(ports, directory.path()).unwrap()
}

/// A service with one way to authenticate and the verify request `GET /me`.
pub fn play(link_name: &str, authentication: Authentication) -> Play {
    let verify = Verify {
        method: "GET".into(),
        target: "/me".into(),
        expect_status: Vec::new(),
        expect_body: None,
        account: Some("/email".into()),
    };
    Play {
        link_name: link_name.into(),
        name: "Zylker CRM".into(),
        base_url: "https://api.zylker.example/v1".into(),
        settings: Default::default(),
        ways: vec![Way { name: None, authentication, verify: Some(verify) }],
        refusal: Refusal::default(),
    }
}

pub fn bearer() -> Authentication {
    Authentication::Bearer { prefix: "Bearer".into(), token: secret("token") }
}

pub fn secret(key: &str) -> Asked {
    Asked { key: key.into(), secret: true, ..Asked::default() }
}
