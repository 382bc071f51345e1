//! `at_hash` and `c_hash`: the left half of the digest of a token or a code, by the hash of the id_token's own algorithm
//! (OpenID Connect Core §3.1.3.6, §3.3.2.11).

use crate::jose::Algorithm;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secret::SecretString;

/// The hash that binds `value` to an id_token signed by `algorithm`.
pub fn derive_hash(algorithm: Algorithm, value: &SecretString) -> String {
    // EXPOSE: only half of its digest goes on
    let digest = algorithm.digest(value.expose().as_bytes());
    URL_SAFE_NO_PAD.encode(&digest[..digest.len() / 2])
}
