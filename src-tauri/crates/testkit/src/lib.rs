//! A deterministic machine for tests: the ports of `domain`, in memory, and under the test's control.
//!
//! Time stands still until it is advanced, randomness is seeded, the key store fails on command. A [`Fuse`] stops a run
//! at its n-th touch of a port, as a power cut would: a test that burns it for every n has crashed everywhere.
//!
//! [`canary`] searches what a program left behind for the secrets that it was given.
//!
//! Only tests name this crate. There is no port for SQLite; tests use a real file.

#![warn(missing_docs)]

mod app_link;
mod browser;
pub mod canary;
mod clipboard;
mod clock;
mod entropy;
mod fuse;
mod key_store;
mod ports;
mod processes;
mod redirects;

pub use app_link::MemoryAppLink;
pub use browser::{ScriptedBrowser, Visit};
pub use clipboard::MemoryClipboard;
pub use clock::ManualClock;
pub use entropy::SeededEntropy;
pub use fuse::Fuse;
pub use key_store::{MemoryKeyStore, Mood};
pub use ports::ports;
pub use processes::LivingProcesses;
pub use redirects::MemoryRedirects;
