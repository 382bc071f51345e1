//! The shapes that cross to the shells: requests in, views out. One file per feature.
//!
//! Shapes are snake_case JSON; the window, `patchbay --json` and the tests read the same ones. Instants are RFC 3339
//! text in UTC. A view never holds a secret, a code, a verifier, a token or a state (ARCHITECTURE, Never 1); what a
//! person typed as a secret comes in as a [`TypedSecret`], which only commands marked `inbound_secret` carry.

pub mod app;
pub mod connect;
pub mod connections;
pub mod connectors;
pub mod diagnosis;
pub mod error;
pub mod exchange;
pub mod lab;
pub mod logos;
pub mod new_version;
pub mod places;
pub mod proof;
pub mod redirects;
pub mod registrations;
pub mod scripts;
pub mod tour;
pub mod vault;

use secret::SecretString;
use serde::{Deserialize, Deserializer};
use ts_rs::TS;

/// A secret on its way in: typed by a person, or read from a file by the command line.
#[derive(Clone, Debug, TS)]
#[ts(type = "string")]
pub struct TypedSecret(SecretString);

impl TypedSecret {
    /// Takes a secret that a shell read by itself.
    pub fn new(value: SecretString) -> Self {
        Self(value)
    }

    /// Hands the secret on to the engine.
    pub fn into_secret(self) -> SecretString {
        self.0
    }
}

impl<'de> Deserialize<'de> for TypedSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(SecretString::new(text)))
    }
}

/// The reply of commands that only do.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, TS)]
pub struct Done {}
