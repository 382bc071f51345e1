//! The Lab as programs meet it: over TCP, by a client that is written here and knows nothing of the sending side.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod attacks;
mod bounds;
mod client;
mod dials;
mod oauth;
mod oauth1;
mod playing;
mod processes;
mod sigv4;
mod spell;
mod world;
