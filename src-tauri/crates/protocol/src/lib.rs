//! How each authentication type works, as functions of their inputs: requests in, authorized requests out.
//!
//! No I/O, no clock and no OS randomness here: `now` and entropy are parameters. Words are the RFCs'. A new
//! authentication type is one module here, its vectors under `tests/vectors/`, and one arm in `engine::credential`.
//!
//! **Invariant**: a function that puts a secret into a request says where it put it ([`placement::Place`]), so that
//! previews and traces can mask it. In the exchanges of [`oauth2`] headers with secrets are marked sensitive, bodies are
//! secret as a whole, and [`oauth2::Client::secrets`] tells what a service may repeat. What [`oauth1`] and [`sigv4`] sign and
//! write comes as [`runs::Runs`], which know which of their text may be shown.
#![warn(missing_docs)]

pub mod api_key;
pub mod auth_fields;
pub mod basic;
pub mod bearer;
pub mod digest;
mod encode;
pub mod jose;
pub mod message;
pub mod oauth1;
pub mod oauth2;
pub mod oidc;
pub mod placement;
pub mod runs;
pub mod sigv4;

#[cfg(test)]
mod vectors;
