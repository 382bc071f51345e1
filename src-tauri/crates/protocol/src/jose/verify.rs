//! Checking a signature: the payload of a token, or why it counts for nothing.
//!
//! RFC 7515 §5.2, RFC 8725 §3. The header is read to choose among what the caller allows; it never brings a key. A header
//! with `crit` is refused, since none of its extensions is known here (RFC 7515 §4.1.11).

use super::{
    Algorithm, Family,
    jwk::{Jwk, JwkSet, PublicKey},
    sign::authenticate,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rsa::{RsaPublicKey, pkcs1v15, pss, signature::Verifier};
use secret::{Secret, SecretBytes};
use serde_json::{Map, Value};
use sha2::{Sha256, Sha384, Sha512};

/// What signatures are checked with.
#[derive(Clone, Copy, Debug)]
pub enum Keys<'a> {
    /// The server's public keys.
    Set(&'a JwkSet),
    /// A shared key, for HS256 and its like; of a client secret its UTF-8 bytes (OpenID Connect Core §10.1).
    Bytes(&'a SecretBytes),
}

/// A payload whose signature is right.
#[derive(Clone, Debug)]
pub struct Verified {
    /// How it was signed.
    pub algorithm: Algorithm,
    /// The bytes that were signed.
    pub payload: Vec<u8>,
}

/// Why a token counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Not three parts of base64url, or a header that is no object.
    #[error("the token is no signed token")]
    Form,
    /// Encrypted tokens are not supported.
    #[error("the token is encrypted, which is not supported")]
    Encrypted,
    /// Not signed at all, by an unknown algorithm, or by one that is not allowed here.
    #[error("the token is signed in a way that is not allowed")]
    Algorithm,
    /// The header wants something understood that is not (RFC 7515 §4.1.11).
    #[error("the token wants an extension that is not supported")]
    Critical,
    /// No key of that name and kind: the server may have changed its keys, so they are read again once.
    #[error("no known key fits the token")]
    UnknownKey,
    /// The signature is wrong.
    #[error("the signature of the token is wrong")]
    Signature,
}

/// No real token comes near this many bytes.
const LONGEST: usize = 256 * 1024;

/// Checks the compact JWS `token` against `keys`, by one of the `allowed` algorithms.
/// # Errors
/// [`VerifyError`]; with [`VerifyError::UnknownKey`] the keys are worth reading again.
pub fn verify(token: &str, keys: Keys<'_>, allowed: &[Algorithm]) -> Result<Verified, VerifyError> {
    if token.len() > LONGEST {
        return Err(VerifyError::Form);
    }
    let parts: Vec<&str> = token.splitn(6, '.').collect();
    let [head, payload, signature] = match parts[..] {
        [head, payload, signature] => [head, payload, signature],
        [_, _, _, _, _] => return Err(VerifyError::Encrypted),
        _ => return Err(VerifyError::Form),
    };
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| VerifyError::Form);
    let header: Map<String, Value> = serde_json::from_slice(&decode(head)?).map_err(|_| VerifyError::Form)?;
    if header.contains_key("crit") {
        return Err(VerifyError::Critical);
    }
    let name = header.get("alg").and_then(Value::as_str).ok_or(VerifyError::Form)?;
    let algorithm =
        Algorithm::parse(name).filter(|one| allowed.contains(one)).ok_or(VerifyError::Algorithm)?;
    let (payload_bytes, signature) = (decode(payload)?, decode(signature)?);
    let signed = &token.as_bytes()[..head.len() + 1 + payload.len()];
    match keys {
        Keys::Bytes(_) if algorithm.family() != Family::Hmac => return Err(VerifyError::Algorithm),
        Keys::Bytes(secret) => check_code(algorithm, secret, signed, signature)?,
        Keys::Set(_) if algorithm.family() == Family::Hmac => return Err(VerifyError::Algorithm),
        Keys::Set(set) => {
            let id = header.get("kid").and_then(Value::as_str);
            let mut candidates = set.candidates(id, algorithm).peekable();
            if candidates.peek().is_none() {
                return Err(VerifyError::UnknownKey);
            }
            if !candidates.any(|key| is_signed_by(key, algorithm, signed, &signature)) {
                return Err(VerifyError::Signature);
            }
        }
    }
    Ok(Verified { algorithm, payload: payload_bytes })
}

fn check_code(
    algorithm: Algorithm,
    secret: &SecretBytes,
    signed: &[u8],
    signature: Vec<u8>,
) -> Result<(), VerifyError> {
    if secret.is_empty() {
        return Err(VerifyError::Algorithm);
    }
    // EXPOSE: the secret is the key of the signature
    let code = authenticate(algorithm, secret.expose(), signed).ok_or(VerifyError::Algorithm)?;
    // In constant time: the right code is what a forger looks for.
    if Secret::new(code).ct_eq(&Secret::new(signature)) { Ok(()) } else { Err(VerifyError::Signature) }
}

fn is_signed_by(key: &Jwk, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> bool {
    match &key.key {
        PublicKey::P256(key) => holds(key.as_ref(), signed, p256::ecdsa::Signature::from_slice(signature)),
        PublicKey::P384(key) => holds(key.as_ref(), signed, p384::ecdsa::Signature::from_slice(signature)),
        PublicKey::P521(key) => holds(key.as_ref(), signed, p521::ecdsa::Signature::from_slice(signature)),
        // Strict: no weak keys and no second form of a signature.
        PublicKey::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
            .is_ok_and(|signature| key.verify_strict(signed, &signature).is_ok()),
        PublicKey::Rsa(key) => is_signed_by_rsa(key.as_ref().clone(), algorithm, signed, signature),
    }
}

fn is_signed_by_rsa(key: RsaPublicKey, algorithm: Algorithm, signed: &[u8], signature: &[u8]) -> bool {
    let padded = pkcs1v15::Signature::try_from(signature);
    let salted = pss::Signature::try_from(signature);
    match algorithm {
        Algorithm::RS256 => holds(&pkcs1v15::VerifyingKey::<Sha256>::new(key), signed, padded),
        Algorithm::RS384 => holds(&pkcs1v15::VerifyingKey::<Sha384>::new(key), signed, padded),
        Algorithm::RS512 => holds(&pkcs1v15::VerifyingKey::<Sha512>::new(key), signed, padded),
        Algorithm::PS256 => holds(&pss::VerifyingKey::<Sha256>::new(key), signed, salted),
        Algorithm::PS384 => holds(&pss::VerifyingKey::<Sha384>::new(key), signed, salted),
        Algorithm::PS512 => holds(&pss::VerifyingKey::<Sha512>::new(key), signed, salted),
        _ => false,
    }
}

/// Whether the signature has the right form and is of the key.
fn holds<S>(key: &impl Verifier<S>, signed: &[u8], signature: rsa::signature::Result<S>) -> bool {
    signature.is_ok_and(|signature| key.verify(signed, &signature).is_ok())
}
