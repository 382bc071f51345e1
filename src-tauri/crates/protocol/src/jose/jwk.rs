//! Public keys of a server: a JWK set, and which of its keys a token was signed with.
//!
//! RFC 7517 §4 and §5 (unknown kinds and damaged keys are left out, not errors), RFC 7518 §6, RFC 8037 §2, RFC 7638
//! (thumbprints). A key serves the algorithm that it names, or all of its kind if it names none; one for encryption
//! (`use: enc`) serves none. Symmetric keys are never taken from a set: whoever reads the set could sign with them.

use super::{Algorithm, algorithm::Family};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use rsa::{BigUint, RsaPublicKey, traits::PublicKeyParts};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The keys of a server.
#[derive(Clone, Debug, Default)]
pub struct JwkSet {
    keys: Vec<Jwk>,
}

/// One public key.
#[derive(Clone)]
pub struct Jwk {
    id: Option<String>,
    algorithm: Option<Algorithm>,
    pub(super) key: PublicKey,
}

/// A public key by its kind.
#[derive(Clone)]
pub(super) enum PublicKey {
    Rsa(Box<RsaPublicKey>),
    P256(Box<p256::ecdsa::VerifyingKey>),
    P384(Box<p384::ecdsa::VerifyingKey>),
    P521(Box<p521::ecdsa::VerifyingKey>),
    Ed25519(Box<ed25519_dalek::VerifyingKey>),
}

/// The text is no JWK set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the reply is no JWK set")]
pub struct NotASet;

/// The most keys that are read of one set.
const MOST: usize = 200;

impl JwkSet {
    /// Parses a set; keys of kinds that are not known here are left out.
    /// # Errors
    /// [`NotASet`].
    pub fn parse(bytes: &[u8]) -> Result<Self, NotASet> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<Value>,
        }
        let set: Set = serde_json::from_slice(bytes).map_err(|_| NotASet)?;
        Ok(Self { keys: set.keys.iter().take(MOST).filter_map(Jwk::parse).collect() })
    }

    /// The keys that a token with this header may be signed with. One with a `kid` is signed with the key of that name
    /// or, where the set names none, any that fits; without a `kid`, with any that fits.
    pub(super) fn candidates(&self, id: Option<&str>, algorithm: Algorithm) -> impl Iterator<Item = &Jwk> {
        let named = id.is_some_and(|id| self.keys.iter().any(|key| key.id.as_deref() == Some(id)));
        self.keys.iter().filter(move |key| {
            let by_name = match (&key.id, id) {
                (Some(own), Some(id)) => own == id,
                (None, Some(_)) => !named,
                (_, None) => true,
            };
            by_name && key.serves(algorithm)
        })
    }
}

impl Jwk {
    /// Parses one public key; `None` for kinds that are not known, damaged or too weak ones, and those not for signing.
    pub fn parse(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let bytes = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok();
        let signs = text("use").is_none_or(|purpose| purpose == "sig")
            && value
                .get("key_ops")
                .and_then(Value::as_array)
                .is_none_or(|ops| ops.iter().any(|op| op == "verify"));
        if !signs {
            return None;
        }
        let algorithm = match text("alg") {
            None => None,
            Some(name) => Some(Algorithm::parse(name)?),
        };
        // RFC 7518 §6.2.1.2: coordinates have the length of the field; SEC 1 writes both behind a 4.
        let point = |size: usize| {
            let (x, y) = (bytes("x")?, bytes("y")?);
            (x.len() == size && y.len() == size).then(|| [&[4], x.as_slice(), y.as_slice()].concat())
        };
        let key = match (text("kty")?, text("crv")) {
            ("RSA", _) => PublicKey::Rsa(Box::new(rsa_key(&bytes("n")?, &bytes("e")?)?)),
            ("EC", Some("P-256")) => {
                PublicKey::P256(Box::new(p256::ecdsa::VerifyingKey::from_sec1_bytes(&point(32)?).ok()?))
            }
            ("EC", Some("P-384")) => {
                PublicKey::P384(Box::new(p384::ecdsa::VerifyingKey::from_sec1_bytes(&point(48)?).ok()?))
            }
            ("EC", Some("P-521")) => {
                PublicKey::P521(Box::new(p521::ecdsa::VerifyingKey::from_sec1_bytes(&point(66)?).ok()?))
            }
            ("OKP", Some("Ed25519")) => {
                let bytes = bytes("x")?.try_into().ok()?;
                PublicKey::Ed25519(Box::new(ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok()?))
            }
            _ => return None,
        };
        Some(Self { id: text("kid").map(str::to_owned), algorithm, key })
    }

    fn serves(&self, algorithm: Algorithm) -> bool {
        let family = algorithm.family();
        let fits = match self.key {
            PublicKey::Rsa(_) => matches!(family, Family::Rsa | Family::RsaPss),
            PublicKey::P256(_) => family == Family::P256,
            PublicKey::P384(_) => family == Family::P384,
            PublicKey::P521(_) => family == Family::P521,
            PublicKey::Ed25519(_) => family == Family::Ed25519,
        };
        fits && self.algorithm.is_none_or(|own| own == algorithm)
    }
}

impl std::fmt::Debug for Jwk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Jwk").field("id", &self.id).field("algorithm", &self.algorithm).finish()
    }
}

/// RFC 7518 §3.3: at least 2048 bits; no more than a library computes in reasonable time.
fn rsa_key(n: &[u8], e: &[u8]) -> Option<RsaPublicKey> {
    let key =
        RsaPublicKey::new_with_max_size(BigUint::from_bytes_be(n), BigUint::from_bytes_be(e), 8192).ok()?;
    (key.n().bits() >= 2048).then_some(key)
}

/// The SHA-256 thumbprint of a JWK (RFC 7638 §3, RFC 8037 §2), public or private: its required members in the order of
/// the alphabet.
pub fn thumbprint(jwk: &Value) -> Option<String> {
    let members: &[&str] = match jwk.get("kty")?.as_str()? {
        "RSA" => &["e", "kty", "n"],
        "EC" => &["crv", "kty", "x", "y"],
        "OKP" => &["crv", "kty", "x"],
        "oct" => &["k", "kty"],
        _ => return None,
    };
    let mut text = String::from("{");
    for (index, name) in members.iter().enumerate() {
        let value = Value::from(jwk.get(*name)?.as_str()?);
        text.push_str(if index == 0 { "\"" } else { ",\"" });
        text.push_str(&format!("{name}\":{value}"));
    }
    text.push('}');
    Some(URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes())))
}
