//! The `patchbay` command on ports with fail points ([`tests::fail_points`]): the program of the tests that kill.
//!
//! It is the same command, put together by the same code. What differs stands here and in no other program: requests, key
//! store and commits come by a fail point before and after; the OS key store may be a folder; the wall clock may be wrong.

mod commits;
mod ports;

use ports::{KeyFiles, Requests, WatchedKeys, WrongClock};
use std::{process::ExitCode, sync::Arc};
use tests::fail_points::{CLOCK, FailPoints, KEYS};

fn main() -> ExitCode {
    let points = Arc::new(FailPoints::from_environment());
    commits::watch(Arc::clone(&points));
    cli::program::start(|mut ports| {
        if let Some(folder) = std::env::var_os(KEYS) {
            ports.key_store = Arc::new(KeyFiles::in_folder(folder.into()));
        }
        if let Some(seconds) = std::env::var(CLOCK).ok().and_then(|text| text.parse().ok()) {
            ports.clock = Arc::new(WrongClock { right: ports.clock, seconds });
        }
        ports.key_store = Arc::new(WatchedKeys { inner: ports.key_store, points: Arc::clone(&points) });
        ports.http = Arc::new(Requests { inner: ports.http, points });
        ports
    })
}
