//! Journeys of the command line against services that nobody here wrote, on loopback.
//!
//! `cargo xtask test` installs the peers with pinned hashes (`requirements.txt`) and builds the command first; the tests
//! run `patchbay` as people do, each on a data directory of its own with a passphrase vault. A new peer is a
//! `serve_*.py` or `serve_*.mjs` that prints one ready line and ends with its standard input; a new client of the Lab is a
//! `lab_*` that reads what it is to use and prints what it found.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test says what failed by panicking"
)]

mod httpbin;
mod lab;
mod oauth;
mod scripts;
mod served;
mod signing;

use tests::{http, person, world};
