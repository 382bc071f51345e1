//! The signature algorithms of RFC 7518 §3.1 and RFC 8037 §3.1, with the hash and the kind of key each one means.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// How a JWS is signed. `none` is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are those of RFC 7518 §3.1 and RFC 8037")]
pub enum Algorithm {
    HS256,
    HS384,
    HS512,
    RS256,
    RS384,
    RS512,
    PS256,
    PS384,
    PS512,
    ES256,
    ES384,
    ES512,
    EdDSA,
}

/// What an algorithm works with. A key of one family never serves another (RFC 8725 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// A shared secret.
    Hmac,
    /// An RSA key, PKCS #1 v1.5 padding.
    Rsa,
    /// An RSA key, PSS padding.
    RsaPss,
    /// A key on the curve P-256.
    P256,
    /// A key on the curve P-384.
    P384,
    /// A key on the curve P-521.
    P521,
    /// An Ed25519 key.
    Ed25519,
}

impl Algorithm {
    /// Those with a public key, which a server may publish and a client can check with.
    pub const ASYMMETRIC: [Self; 10] = [
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::PS256,
        Self::PS384,
        Self::PS512,
        Self::ES256,
        Self::ES384,
        Self::ES512,
        Self::EdDSA,
    ];

    /// What it works with.
    pub fn family(self) -> Family {
        match self {
            Self::HS256 | Self::HS384 | Self::HS512 => Family::Hmac,
            Self::RS256 | Self::RS384 | Self::RS512 => Family::Rsa,
            Self::PS256 | Self::PS384 | Self::PS512 => Family::RsaPss,
            Self::ES256 => Family::P256,
            Self::ES384 => Family::P384,
            Self::ES512 => Family::P521,
            Self::EdDSA => Family::Ed25519,
        }
    }

    /// The name in a header (`alg`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HS256 => "HS256",
            Self::HS384 => "HS384",
            Self::HS512 => "HS512",
            Self::RS256 => "RS256",
            Self::RS384 => "RS384",
            Self::RS512 => "RS512",
            Self::PS256 => "PS256",
            Self::PS384 => "PS384",
            Self::PS512 => "PS512",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::ES512 => "ES512",
            Self::EdDSA => "EdDSA",
        }
    }

    /// Parses the name in a header, exactly. RFC 9864 calls EdDSA on this curve `Ed25519`.
    pub fn parse(name: &str) -> Option<Self> {
        let all = [Self::HS256, Self::HS384, Self::HS512].into_iter().chain(Self::ASYMMETRIC);
        if name == "Ed25519" { Some(Self::EdDSA) } else { all.into_iter().find(|one| one.as_str() == name) }
    }

    /// The digest of `bytes` by its hash; Ed25519 hashes with SHA-512 (RFC 8032 §5.1).
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::HS256 | Self::RS256 | Self::PS256 | Self::ES256 => Sha256::digest(bytes).to_vec(),
            Self::HS384 | Self::RS384 | Self::PS384 | Self::ES384 => Sha384::digest(bytes).to_vec(),
            Self::HS512 | Self::RS512 | Self::PS512 | Self::ES512 | Self::EdDSA => {
                Sha512::digest(bytes).to_vec()
            }
        }
    }
}
