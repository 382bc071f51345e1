//! What Patchbay is about, without any I/O: connectors, connections, authorizations, environments, and their rules.
//!
//! The words are those of `GLOSSARY.md`. Entities live in one file each; [`manifest`] reads and writes the
//! connector file; [`ports`] names what the outside must provide. Nothing here opens a file, a socket or a clock.
//!
//! **Invariant**: no type of this crate holds a secret value; secrets are sealed bytes beside the entities or a
//! [`secret::Secret`] passing through a port.
#![warn(missing_docs)]

pub mod agent_group;
pub mod attempt;
pub mod authorization;
pub mod connection;
pub mod connector;
pub mod environment;
pub mod event;
pub mod evidence;
pub mod host_pattern;
pub mod id;
pub mod link_name;
pub mod logo;
pub mod manifest;
pub mod origin;
pub mod ports;
pub mod reference;
pub mod registration;
pub mod rules;
pub mod schema;
pub mod sign_in;
pub mod template;

/// An absolute instant, in UTC.
pub type Timestamp = jiff::Timestamp;
