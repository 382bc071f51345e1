//! OAuth 2 and OpenID Connect: from a connector's words to tokens, and the life of these.
//!
//! | File | What |
//! |---|---|
//! | [`provider`] | a connector's OAuth values with the settings in place |
//! | [`client`] | client registrations, and the client that they make |
//! | [`party`] | whom requests ask and as whom, in a stored environment and in the computed one |
//! | [`endpoint`] | one request to the service's own endpoints: agreed, never redirected, recorded |
//! | [`pending`] | what a sign-in has to keep, sealed, until it has tokens |
//! | [`sign_in`] | the person's part: the browser goes out |
//! | [`way_back`] | and comes back: what arrives, and whose it is |
//! | [`device`] | the code to type on another device |
//! | [`identity`] | who signed in: discovery, signing keys, id_token, userinfo |
//! | [`refresh`], [`keep`], [`revoke`] | the life of tokens, and its end |
//! | [`introspect`] | what the service says about a token |
//! | [`pause`] | services that asked to be left alone |
//! | [`sequence`] | every request of a sign-in, in order, for whoever builds a connector |
//! | [`scripted`] | what the connector's script may change of all that |
//! | [`captured`] | what a service tells besides the tokens, and calls need |
//! | [`exchange`] | from what came back to tokens in the attempt's slot |
//!
//! The attempt's row says where a run stands, and each step commits before the next begins, so whoever owns the attempt
//! goes on from there: after a restart, or in place of a process that died.
//!
//! **Invariant**: tokens are durable, sealed, before anything is done with them.

mod assertion;
pub(crate) mod captured;
pub mod client;
mod device;
pub mod discovery;
mod endpoint;
mod exchange;
mod identity;
pub mod introspect;
mod keep;
pub(crate) mod party;
mod pause;
pub(crate) mod pending;
pub(crate) mod provider;
pub(crate) mod refresh;
mod revoke;
mod scripted;
pub mod sequence;
pub mod sign_in;
pub mod way_back;

pub(crate) use endpoint::Line;
pub(crate) use identity::{Claimed, Who};
pub(crate) use keep::Keeping;
pub(crate) use pause::Pauses;
pub(crate) use pending::Pending;
pub use revoke::{EndedSignIn, Told};
pub(crate) use scripted::Around;

#[cfg(test)]
mod tests;
