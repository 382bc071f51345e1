//! The operating system and the outbound network, behind the ports of `domain`.
//!
//! One file per port: [`SystemClock`], [`SystemEntropy`], [`Http`], [`OsKeyStore`], [`OsClipboard`],
//! [`SystemBrowser`], [`LoopbackListener`],
//! [`OsAppLink`], [`SystemWays`], put together by [`ports`]; and what a process
//! needs before it opens anything: its data directory ([`DataDirectory`]), its own lock ([`ProcessLock`]), and no core
//! dumps ([`forbid_core_dumps`]). Only the shells' composition roots and tests name this crate.
//!
//! **Invariant**: what went wrong is told by the kinds of errors, never by reading their text.
//! **Boundary**: the only crate that asks the OS for the time, randomness, the network, keys and folders. To add an OS,
//! add its arm in `key_store` and `paths`.
#![warn(missing_docs)]

mod app_link;
mod browser;
mod clipboard;
mod clock;
#[cfg(target_os = "linux")]
mod desktop_entry;
mod entropy;
mod http;
mod interrupt;
mod key_store;
mod paths;
mod ports;
mod process;
mod redirect;
mod ways;

pub use app_link::{OsAppLink, has_app_link_scheme, parse_app_link};
pub use browser::SystemBrowser;
pub use clipboard::OsClipboard;
pub use clock::SystemClock;
pub use entropy::SystemEntropy;
pub use http::Http;
pub use interrupt::interrupted;
pub use key_store::OsKeyStore;
pub use paths::{DataDirectory, DataDirectoryError};
pub use ports::ports;
pub use process::{ProcessLock, RunningProcesses, forbid_core_dumps, is_running};
pub use redirect::LoopbackListener;
pub use ways::SystemWays;
