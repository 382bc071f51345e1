//! Identifiers of rows: 128 random bits in lower-case base 32, told apart by type.
//!
//! They mean nothing and are never shown; what people read and type are names and link names.

use crate::ports::Entropy;
use serde::{Deserialize, Serialize};

const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

fn make_text(entropy: &dyn Entropy) -> String {
    let mut bytes = [0u8; 16];
    entropy.fill(&mut bytes);
    let value = u128::from_be_bytes(bytes);
    (0..26).rev().map(|i| char::from(ALPHABET[((value >> (i * 5)) & 31) as usize])).collect()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new identifier that no one has used.
            pub fn make(entropy: &dyn Entropy) -> Self {
                Self(make_text(entropy))
            }
            /// Takes an identifier as it was stored or sent by a shell; a made-up one finds no row.
            pub fn from_stored(text: impl Into<String>) -> Self {
                Self(text.into())
            }
            /// The identifier as text, for rows and requests.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A connector: its draft document and its revisions.
    ConnectorId;
    /// One immutable revision of a connector.
    RevisionId;
    /// What a service gave for a registered app.
    RegistrationId;
    /// An account, what it granted, and the sealed credential.
    AuthorizationId;
    /// One named use of a connector.
    ConnectionId;
    /// A connect or reauthorize run.
    AttemptId;
    /// A named set of values.
    EnvironmentId;
    /// A route for calls.
    AgentGroupId;
    /// A vault: one per data directory.
    VaultId;
    /// One call as it was recorded.
    ExchangeId;
    /// A running process, as leases and attempts name it.
    ProcessId;
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Ones;
    impl Entropy for Ones {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(0xff);
        }
    }

    #[test]
    fn an_identifier_has_26_letters() {
        let id = ConnectionId::make(&Ones);
        assert_eq!(id.as_str().len(), 26);
        assert!(id.as_str().bytes().all(|b| ALPHABET.contains(&b)));
    }
}
