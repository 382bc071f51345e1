//! Private keys as people paste them: PEM (PKCS #8, PKCS #1, SEC 1) or a JWK.
//!
//! RFC 5958 and RFC 7468 (PKCS #8, PEM), RFC 8017 §A.1.2 (PKCS #1), RFC 5915 (SEC 1), RFC 7517 and RFC 7518 §6 (JWK),
//! RFC 8037 §2. Keys behind a passphrase are refused with that word: the person takes it off.

use super::{Algorithm, sign::KeyError};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use rsa::{
    BigUint, RsaPrivateKey, pkcs1::DecodeRsaPrivateKey, pkcs8::DecodePrivateKey, traits::PublicKeyParts,
};
use secret::{SecretBytes, SecretString};
use serde::Deserialize;

/// A private key, by its kind. Each library wipes its own when dropped.
#[derive(Clone)]
pub(super) enum PrivateKey {
    Rsa(Box<RsaPrivateKey>),
    P256(Box<p256::ecdsa::SigningKey>),
    P384(Box<p384::ecdsa::SigningKey>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

/// A key with what its own text says about its use.
pub(super) struct Parsed {
    pub key: PrivateKey,
    pub key_id: Option<String>,
    pub algorithm: Option<Algorithm>,
}

impl PrivateKey {
    /// The algorithm that such a key is used with where nobody says (RS256 is what every server knows).
    pub fn usual_algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa(_) => Algorithm::RS256,
            Self::P256(_) => Algorithm::ES256,
            Self::P384(_) => Algorithm::ES384,
            Self::Ed25519(_) => Algorithm::EdDSA,
        }
    }
}

/// Parses a private key.
pub(super) fn parse(text: &SecretString) -> Result<Parsed, KeyError> {
    // EXPOSE: the text becomes a key in memory
    let text = text.expose().trim();
    if text.starts_with('{') {
        return parse_jwk(text);
    }
    let key = parse_pem(text)?;
    Ok(Parsed { key, key_id: None, algorithm: None })
}

fn parse_pem(text: &str) -> Result<PrivateKey, KeyError> {
    let (label, der) = der_of(text)?;
    // EXPOSE: read by the library
    let der = der.expose();
    match label {
        "PRIVATE KEY" => parse_pkcs8(der),
        "RSA PRIVATE KEY" => rsa_key(RsaPrivateKey::from_pkcs1_der(der).map_err(|_| KeyError::NotAKey)?),
        "EC PRIVATE KEY" => parse_sec1(der),
        "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE" => Err(KeyError::Public),
        _ => Err(KeyError::NotAKey),
    }
}

/// The label of a PEM file and what it holds.
fn der_of(text: &str) -> Result<(&str, SecretBytes), KeyError> {
    let begin = text.find("-----BEGIN ").ok_or(KeyError::NotAKey)?;
    let (label, rest) = text[begin + 11..].split_once("-----").ok_or(KeyError::NotAKey)?;
    let (body, _) = rest.split_once("-----END").ok_or(KeyError::NotAKey)?;
    if label == "ENCRYPTED PRIVATE KEY" || body.contains("ENCRYPTED") {
        return Err(KeyError::Encrypted);
    }
    let bare: String = body.chars().filter(|character| !character.is_whitespace()).collect();
    let bare = SecretString::new(bare);
    // EXPOSE: base64 to the key's own encoding
    let der = SecretBytes::new(STANDARD.decode(bare.expose()).map_err(|_| KeyError::NotAKey)?);
    Ok((label, der))
}

fn parse_pkcs8(der: &[u8]) -> Result<PrivateKey, KeyError> {
    if let Ok(key) = p256::ecdsa::SigningKey::from_pkcs8_der(der) {
        return Ok(PrivateKey::P256(Box::new(key)));
    }
    if let Ok(key) = p384::ecdsa::SigningKey::from_pkcs8_der(der) {
        return Ok(PrivateKey::P384(Box::new(key)));
    }
    if let Ok(key) = ed25519_dalek::SigningKey::from_pkcs8_der(der) {
        return Ok(PrivateKey::Ed25519(Box::new(key)));
    }
    rsa_key(RsaPrivateKey::from_pkcs8_der(der).map_err(|_| KeyError::NotAKey)?)
}

fn parse_sec1(der: &[u8]) -> Result<PrivateKey, KeyError> {
    if let Ok(key) = p256::SecretKey::from_sec1_der(der) {
        return Ok(PrivateKey::P256(Box::new(key.into())));
    }
    let key = p384::SecretKey::from_sec1_der(der).map_err(|_| KeyError::NotAKey)?;
    Ok(PrivateKey::P384(Box::new(key.into())))
}

/// An RSA key for signatures outside of JOSE, where keys of 1024 bits are still in use.
/// # Errors
/// [`KeyError`].
pub(super) fn parse_rsa(text: &SecretString) -> Result<RsaPrivateKey, KeyError> {
    // EXPOSE: the text becomes a key in memory
    let text = text.expose().trim();
    let (label, der) = der_of(text)?;
    // EXPOSE: read by the library
    let der = der.expose();
    let key = match label {
        "PRIVATE KEY" => RsaPrivateKey::from_pkcs8_der(der).map_err(|_| KeyError::NotRsa)?,
        "RSA PRIVATE KEY" => RsaPrivateKey::from_pkcs1_der(der).map_err(|_| KeyError::NotAKey)?,
        "EC PRIVATE KEY" => return Err(KeyError::NotRsa),
        "PUBLIC KEY" | "RSA PUBLIC KEY" | "CERTIFICATE" => return Err(KeyError::Public),
        _ => return Err(KeyError::NotAKey),
    };
    if key.size() < 128 { Err(KeyError::MuchTooShort) } else { Ok(key) }
}

/// RFC 7518 §3.3: at least 2048 bits.
fn rsa_key(key: RsaPrivateKey) -> Result<PrivateKey, KeyError> {
    if key.size() < 256 { Err(KeyError::TooShort) } else { Ok(PrivateKey::Rsa(Box::new(key))) }
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    d: Option<SecretString>,
    n: Option<String>,
    e: Option<String>,
    p: Option<SecretString>,
    q: Option<SecretString>,
}

fn parse_jwk(text: &str) -> Result<Parsed, KeyError> {
    let jwk: Jwk = serde_json::from_str(text).map_err(|_| KeyError::NotAKey)?;
    let d = bytes_of(jwk.d.as_ref().ok_or(KeyError::Public)?)?;
    // EXPOSE: becomes a key in memory
    let d = d.expose();
    let key = match (jwk.kty.as_str(), jwk.crv.as_deref()) {
        ("RSA", _) => parse_rsa_jwk(&jwk, d)?,
        ("EC", Some("P-256")) => {
            let key = p256::ecdsa::SigningKey::from_slice(d).map_err(|_| KeyError::NotAKey)?;
            PrivateKey::P256(Box::new(key))
        }
        ("EC", Some("P-384")) => {
            let key = p384::ecdsa::SigningKey::from_slice(d).map_err(|_| KeyError::NotAKey)?;
            PrivateKey::P384(Box::new(key))
        }
        ("OKP", Some("Ed25519")) => {
            let seed = d.as_slice().try_into().map_err(|_| KeyError::NotAKey)?;
            PrivateKey::Ed25519(Box::new(ed25519_dalek::SigningKey::from_bytes(seed)))
        }
        _ => return Err(KeyError::Kind),
    };
    Ok(Parsed { key, key_id: jwk.kid, algorithm: jwk.alg.as_deref().and_then(Algorithm::parse) })
}

fn parse_rsa_jwk(jwk: &Jwk, d: &[u8]) -> Result<PrivateKey, KeyError> {
    let public = |text: &Option<String>| {
        let bytes = text.as_deref().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
        bytes.map(|bytes| BigUint::from_bytes_be(&bytes)).ok_or(KeyError::NotAKey)
    };
    let mut primes = Vec::new();
    for prime in [&jwk.p, &jwk.q].into_iter().flatten() {
        // EXPOSE: becomes a key in memory
        primes.push(BigUint::from_bytes_be(bytes_of(prime)?.expose()));
    }
    let (n, e) = (public(&jwk.n)?, public(&jwk.e)?);
    let key = RsaPrivateKey::from_components(n, e, BigUint::from_bytes_be(d), primes);
    rsa_key(key.map_err(|_| KeyError::NotAKey)?)
}

fn bytes_of(text: &SecretString) -> Result<SecretBytes, KeyError> {
    // EXPOSE: base64 to the key's own bytes
    URL_SAFE_NO_PAD.decode(text.expose()).map(SecretBytes::new).map_err(|_| KeyError::NotAKey)
}
