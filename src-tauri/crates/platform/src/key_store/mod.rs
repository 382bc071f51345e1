//! The key store of the operating system: the Secret Service on Linux, the Keychain on macOS, the Credential Manager on
//! Windows. One item per key, under the service name `patchbay`.
//!
//! A store that is *locked* and an item that is *missing* are never confused: what reads as "no entry" on Linux is
//! asked about once more (`linux`). A failed start is not remembered: each call may find a store that is running by
//! now.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod native;

#[cfg(target_os = "linux")]
pub use linux::OsKeyStore;
#[cfg(not(target_os = "linux"))]
pub use native::OsKeyStore;

use domain::ports::KeyStoreError;
use std::error::Error;

/// Under which name other programs and people find our items.
const SERVICE: &str = "patchbay";

/// The error and its causes in their own words. No item's value is ever part of them.
fn detail(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let words = cause.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        next = cause.source();
    }
    text
}

fn refused(error: &dyn Error) -> KeyStoreError {
    KeyStoreError::Refused { detail: detail(error) }
}
