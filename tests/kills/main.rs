//! Processes that are killed: at every fail point, at random moments, and in the middle of a refresh. What they told as
//! done stays done, what they did not finish is whole, and the next process goes on.
//!
//! `cargo xtask test kills` builds what is run here (`patchbay-fail-points`, see `tests::fail_points`) and runs all of it in
//! minutes; `cargo xtask soak` kills longer. A new fail point shows itself: [`points`] lists what the journeys touch, and a
//! run that touches another one fails. A new journey is a line in [`journeys`].
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what failed by panicking"
)]
#![expect(
    clippy::disallowed_methods,
    reason = "waits for other processes, with a deadline, and measures them"
)]

#[cfg(target_os = "linux")]
mod durable;
mod journeys;
mod machine;
mod points;
mod random;
mod refresh;
