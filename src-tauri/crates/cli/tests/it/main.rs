//! Journeys of the built command that need nothing beside it: no service, no keyring, no network.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what failed by panicking")]

mod lab;
mod service;
mod shapes;
mod transcript;
mod world;
