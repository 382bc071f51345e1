//! JSON Web Signatures and keys, as far as OAuth and OpenID Connect use them.
//!
//! RFC 7515 (JWS, compact form only), RFC 7517 (JWK), RFC 7518 §3 (algorithms), RFC 8037 (Ed25519), RFC 7638
//! (thumbprints), with the advice of RFC 8725: the algorithm is one that the caller allows *and* that fits the key's kind,
//! `none` is no algorithm, and no key comes from the token itself (`jwk`, `jku`, `x5u` are not read). Encrypted tokens
//! (JWE) are not supported.
//!
//! Signing is deterministic: ECDSA by RFC 6979; RSA blinding and PSS salts come from the caller's random bytes. RSA
//! is used to sign and to verify only: the timing weakness that its library is known for lies in decryption. The
//! libraries' types stay in this module. One more algorithm is a variant of [`Algorithm`] and its arms in [`sign`] and
//! [`mod@verify`].

mod algorithm;
pub mod jwk;
mod private_key;
pub mod sign;
pub mod verify;

pub use algorithm::{Algorithm, Family};
pub use jwk::{Jwk, JwkSet, NotASet, thumbprint};
pub use sign::{KeyError, RsaKey, SignError, Signer};
pub use verify::{Keys, Verified, VerifyError, verify};

use sha2::{Digest, Sha256};

/// Several independent sets of random bytes from one.
pub(crate) fn split_entropy<const N: usize>(entropy: [u8; 32]) -> [[u8; 32]; N] {
    std::array::from_fn(|index| {
        let index = u64::try_from(index).unwrap_or(u64::MAX);
        Sha256::new().chain_update(entropy).chain_update(index.to_be_bytes()).finalize().into()
    })
}

#[cfg(test)]
mod tests;
