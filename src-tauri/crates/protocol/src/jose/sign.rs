//! Signing: client assertions with a client secret or a private key (RFC 7515 §5.1, RFC 7523).

use super::{
    algorithm::{Algorithm, Family},
    private_key::{self, PrivateKey},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};
use rsa::{
    RsaPrivateKey, pkcs1v15,
    pkcs8::AssociatedOid,
    pss,
    signature::{RandomizedSigner, SignatureEncoding, Signer as _},
};
use secret::SecretString;
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// A key with the algorithm it signs by.
#[derive(Clone)]
pub struct Signer {
    key: Key,
    algorithm: Algorithm,
    key_id: Option<String>,
}

#[derive(Clone)]
enum Key {
    Secret(SecretString),
    Private(PrivateKey),
    StandIn,
}

/// Why a key cannot be used. Never holds any of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither PEM nor a JWK, or damaged.
    #[error("the text is no private key: a PEM file (`-----BEGIN PRIVATE KEY-----`) or a JWK is one")]
    NotAKey,
    /// The public half, or a certificate.
    #[error("this is a public key or a certificate, and signing needs the private key")]
    Public,
    /// Behind a passphrase.
    #[error("the private key is encrypted: take its passphrase off first")]
    Encrypted,
    /// Another kind or curve than those supported.
    #[error("the key is neither RSA, P-256, P-384 nor Ed25519")]
    Kind,
    /// RSA below 2048 bits (RFC 7518 §3.3).
    #[error("the RSA key is shorter than 2048 bits")]
    TooShort,
    /// Another kind of key where only RSA signs.
    #[error("the key is no RSA key, and the signature method needs one")]
    NotRsa,
    /// RSA below 1024 bits.
    #[error("the RSA key is shorter than 1024 bits")]
    MuchTooShort,
    /// The algorithm needs another kind of key.
    #[error("a key of this kind cannot sign with {}", .0.as_str())]
    Unfit(Algorithm),
    /// No client secret.
    #[error("the client secret is empty")]
    Empty,
}

/// The library refused to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("signing with {} failed", .0.as_str())]
pub struct SignError(Algorithm);

impl Signer {
    /// Signs with a client secret (`client_secret_jwt`), HS256 unless told.
    /// # Errors
    /// [`KeyError::Empty`]; [`KeyError::Unfit`] for an algorithm that needs a private key.
    pub fn from_secret(secret: SecretString, algorithm: Option<Algorithm>) -> Result<Self, KeyError> {
        let algorithm = algorithm.unwrap_or(Algorithm::HS256);
        match algorithm.family() {
            Family::Hmac if secret.is_empty() => Err(KeyError::Empty),
            Family::Hmac => Ok(Self { key: Key::Secret(secret), algorithm, key_id: None }),
            _ => Err(KeyError::Unfit(algorithm)),
        }
    }

    /// Signs with a private key (`private_key_jwt`): PEM or JWK. What is not told comes from the JWK, or is the usual
    /// algorithm of such a key.
    /// # Errors
    /// [`KeyError`].
    pub fn from_private_key(
        text: &SecretString,
        algorithm: Option<Algorithm>,
        key_id: Option<String>,
    ) -> Result<Self, KeyError> {
        let parsed = private_key::parse(text)?;
        let algorithm = algorithm.or(parsed.algorithm).unwrap_or_else(|| parsed.key.usual_algorithm());
        let fits = matches!(
            (&parsed.key, algorithm.family()),
            (PrivateKey::Rsa(_), Family::Rsa | Family::RsaPss)
                | (PrivateKey::P256(_), Family::P256)
                | (PrivateKey::P384(_), Family::P384)
                | (PrivateKey::Ed25519(_), Family::Ed25519)
        );
        if !fits {
            return Err(KeyError::Unfit(algorithm));
        }
        Ok(Self { key: Key::Private(parsed.key), algorithm, key_id: key_id.or(parsed.key_id) })
    }

    /// Writes what will be signed once there is a key, with no signature behind it: to be shown, never to be sent.
    pub fn stand_in(algorithm: Algorithm) -> Self {
        Self { key: Key::StandIn, algorithm, key_id: None }
    }

    /// The same under the name of a key (`kid`), for servers that want one.
    pub fn with_key_id(self, key_id: Option<String>) -> Self {
        Self { key_id: key_id.or(self.key_id), ..self }
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The compact JWS of `claims` with `typ: JWT`. `seed` is 32 fresh random bytes: RSA blinds with it and salts PSS.
    /// # Errors
    /// [`SignError`].
    pub fn sign(&self, claims: &Value, seed: [u8; 32]) -> Result<SecretString, SignError> {
        let mut head = json!({"alg": self.algorithm.as_str(), "typ": "JWT"});
        if let Some(key_id) = &self.key_id {
            head["kid"] = key_id.as_str().into();
        }
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let input = format!("{}.{}", encode(&head), encode(claims));
        let signature = self.sign_bytes(input.as_bytes(), seed).ok_or(SignError(self.algorithm))?;
        Ok(SecretString::new(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))))
    }

    fn sign_bytes(&self, input: &[u8], seed: [u8; 32]) -> Option<Vec<u8>> {
        let key = match &self.key {
            // EXPOSE: the secret is the key of the signature
            Key::Secret(secret) => return authenticate(self.algorithm, secret.expose().as_bytes(), input),
            Key::StandIn => return Some(Vec::new()),
            Key::Private(key) => key,
        };
        match key {
            PrivateKey::P256(key) => encoded::<p256::ecdsa::Signature>(key.try_sign(input)),
            PrivateKey::P384(key) => encoded::<p384::ecdsa::Signature>(key.try_sign(input)),
            PrivateKey::Ed25519(key) => encoded(key.try_sign(input)),
            PrivateKey::Rsa(key) => self.sign_rsa(key.as_ref().clone(), input, seed),
        }
    }

    fn sign_rsa(&self, key: RsaPrivateKey, input: &[u8], seed: [u8; 32]) -> Option<Vec<u8>> {
        let random = &mut ChaCha20Rng::from_seed(seed);
        match self.algorithm {
            Algorithm::RS256 => encoded(padded::<Sha256>(key).try_sign_with_rng(random, input)),
            Algorithm::RS384 => encoded(padded::<Sha384>(key).try_sign_with_rng(random, input)),
            Algorithm::RS512 => encoded(padded::<Sha512>(key).try_sign_with_rng(random, input)),
            Algorithm::PS256 => encoded(salted::<Sha256>(key).try_sign_with_rng(random, input)),
            Algorithm::PS384 => encoded(salted::<Sha384>(key).try_sign_with_rng(random, input)),
            Algorithm::PS512 => encoded(salted::<Sha512>(key).try_sign_with_rng(random, input)),
            _ => None,
        }
    }
}

/// An RSA private key for signatures outside of JOSE (RFC 8017 §8.2).
#[derive(Clone)]
pub struct RsaKey(RsaPrivateKey);

impl RsaKey {
    /// Parses a PEM file. Keys of 1024 bits are taken: services that still use RSA-SHA1 gave them out.
    /// # Errors
    /// [`KeyError`].
    pub fn parse(text: &SecretString) -> Result<Self, KeyError> {
        private_key::parse_rsa(text).map(Self)
    }

    /// The signature of `input`; `seed` is 32 fresh random bytes, for blinding.
    pub(crate) fn sign<D: Digest + AssociatedOid>(&self, input: &[u8], seed: [u8; 32]) -> Option<Vec<u8>> {
        let random = &mut ChaCha20Rng::from_seed(seed);
        encoded(padded::<D>(self.0.clone()).try_sign_with_rng(random, input))
    }
}

impl std::fmt::Debug for RsaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RsaKey(…)")
    }
}

/// RFC 7518 §3.3.
fn padded<D: Digest + AssociatedOid>(key: RsaPrivateKey) -> pkcs1v15::SigningKey<D> {
    pkcs1v15::SigningKey::new(key)
}

/// RFC 7518 §3.5: a salt as long as the digest.
fn salted<D: Digest>(key: RsaPrivateKey) -> pss::BlindedSigningKey<D> {
    pss::BlindedSigningKey::new(key)
}

fn encoded<S: SignatureEncoding>(signature: rsa::signature::Result<S>) -> Option<Vec<u8>> {
    signature.ok().map(|signature| signature.to_vec())
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("algorithm", &self.algorithm).field("key_id", &self.key_id).finish()
    }
}

/// The HMAC of `input` (RFC 7518 §3.2).
pub(super) fn authenticate(algorithm: Algorithm, key: &[u8], input: &[u8]) -> Option<Vec<u8>> {
    let code = match algorithm {
        Algorithm::HS256 => {
            Hmac::<Sha256>::new_from_slice(key).ok()?.chain_update(input).finalize().into_bytes().to_vec()
        }
        Algorithm::HS384 => {
            Hmac::<Sha384>::new_from_slice(key).ok()?.chain_update(input).finalize().into_bytes().to_vec()
        }
        Algorithm::HS512 => {
            Hmac::<Sha512>::new_from_slice(key).ok()?.chain_update(input).finalize().into_bytes().to_vec()
        }
        _ => return None,
    };
    Some(code)
}
