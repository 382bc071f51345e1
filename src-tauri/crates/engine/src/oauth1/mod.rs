//! OAuth 1.0a: from a connector's words to token credentials, and their end.
//!
//! | File | What |
//! |---|---|
//! | [`service`] | a connector's OAuth 1.0a values with the settings in place, and the client that signs |
//! | [`party`] | both sides of a request: in a stored environment, and in the computed one |
//! | [`sign_in`] | temporary credentials, the person's part, the PIN |
//! | [`exchange`] | from what came back to token credentials in the attempt's slot; revoking them |
//!
//! An attempt, its states, ways back, time-out and timeline are those of every sign-in ([`crate::oauth`]). What differs: the
//! service names the attempt, by the temporary token that its redirect carries, so a digest of that token is what the
//! attempt is found by. It is another digest than that of an OAuth 2 `state`: one cannot stand for the other.
//!
//! **Invariant**: the temporary token is sealed before the browser opens, and token credentials before anything is done
//! with them. The client's secret is put in where a request is signed, and is sealed in its registration only.

mod exchange;
pub(crate) mod party;
pub(crate) mod service;
mod sign_in;

pub(crate) use sign_in::{Signer, token_key};

#[cfg(test)]
mod tests;
