//! Secrets that cannot leak by accident, their sealing, and what may be shown instead of them.
//!
//! [`Secret`] holds a value in memory: wiped when dropped, without `Serialize`, `Display`, `Deref` or `PartialEq`. The
//! only way to it is [`Secret::expose`], and each call says why on the line above (`// EXPOSE: …`), so that a reader
//! finds every place where a secret leaves by searching for one word. [`seal`] encrypts values at rest and binds them
//! to their place; [`wrap`] encrypts the key that does so, and [`RecoveryKey`] is the way back to it. [`redact`],
//! [`DisplayUrl`] and [`ServerText`] make text safe to record and to show.
//!
//! This crate does no I/O and has no randomness: whoever makes a key or a nonce passes a function that fills bytes.
//!
//! **Invariant**: no type that holds a secret implements `Serialize`, `Display`, `Deref` or `PartialEq`.
#![warn(missing_docs)]

mod display_url;
mod recovery_key;
pub mod redact;
pub mod seal;
mod server_text;
mod value;
pub mod wrap;

pub use display_url::DisplayUrl;
pub use recovery_key::{RecoveryKey, RecoveryKeyError, RecoveryPublic};
pub use server_text::ServerText;
pub use value::{NotText, Secret, SecretBytes, SecretString};
