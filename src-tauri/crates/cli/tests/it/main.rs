//! Journeys of the built command that need nothing beside it: no service, no keyring, no network.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test says what failed by panicking")]

mod browser;
mod failures;
mod interrupted;
mod lab;
mod lab_oauth;
mod logos;
mod service;
mod shapes;
mod transcript;
mod world;
