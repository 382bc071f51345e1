//! Keys that the Lab makes: to sign id_tokens with, and to issue to apps, whose signatures it checks (RFC 7518 §3, RFC 8037).
//!
//! Every algorithm that goes by a private key but ES512, which hardly any service takes. To add one: its word in
//! [`ALGORITHMS`], a variant of [`Pair`] where it has keys of its own, and its arms.

use crate::{decode, ports::Entropy};
use rsa::{
    BigUint, RsaPrivateKey, RsaPublicKey, pkcs1v15,
    pkcs8::{DecodePrivateKey, EncodePrivateKey},
    pss,
    rand_core::{CryptoRng, RngCore},
    signature::{RandomizedSigner, SignatureEncoding, Signer, Verifier},
    traits::PublicKeyParts,
};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Algorithms that the Lab has keys for.
const ALGORITHMS: [&str; 9] =
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"];
const RSA_BITS: usize = 2048;

/// A key that the Lab made.
pub(crate) struct SigningKey {
    algorithm: &'static str,
    pair: Pair,
    private: Vec<u8>,
}

enum Pair {
    Rsa(Box<RsaPrivateKey>),
    P256(Box<p256::ecdsa::SigningKey>),
    P384(Box<p384::ecdsa::SigningKey>),
    Ed25519(Box<ed25519_dalek::SigningKey>),
}

/// A key cannot be made or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The Lab has no keys of this algorithm.
    #[error("the Lab has no keys for `{0}`")]
    Algorithm(String),
    /// What is stored is no key.
    #[error("a key in `lab.db` cannot be read")]
    Unreadable,
}

/// Digests that a signature of RSASSA-PKCS1-v1_5 covers in OAuth 1.0a (RFC 5849 §3.4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RsaDigest {
    Sha1,
    Sha256,
}

/// Whether the Lab has keys for an algorithm.
pub fn knows_algorithm(algorithm: &str) -> bool {
    known(algorithm).is_ok()
}

fn known(algorithm: &str) -> Result<&'static str, KeyError> {
    let known = ALGORITHMS.into_iter().find(|known| *known == algorithm);
    known.ok_or_else(|| KeyError::Algorithm(algorithm.chars().take(20).collect()))
}

impl SigningKey {
    /// A new key.
    pub fn make(algorithm: &str, entropy: &dyn Entropy) -> Result<Self, KeyError> {
        let mut random = Random::new(entropy);
        let private = match known(algorithm)? {
            "ES256" => p256::SecretKey::random(&mut random).to_pkcs8_der(),
            "ES384" => p384::SecretKey::random(&mut random).to_pkcs8_der(),
            "EdDSA" => {
                let mut secret_key = [0; 32];
                random.fill_bytes(&mut secret_key);
                // Without its public half, as every program reads it (RFC 8410 §7).
                ed25519_dalek::pkcs8::KeypairBytes { secret_key, public_key: None }.to_pkcs8_der()
            }
            _ => {
                let key = RsaPrivateKey::new(&mut random, RSA_BITS).map_err(|_| KeyError::Unreadable)?;
                key.to_pkcs8_der()
            }
        };
        Self::read(algorithm, private.map_err(|_| KeyError::Unreadable)?.as_bytes())
    }

    /// Reads what [`SigningKey::private`] gave.
    pub fn read(algorithm: &str, private: &[u8]) -> Result<Self, KeyError> {
        let unreadable = |_| KeyError::Unreadable;
        let algorithm = known(algorithm)?;
        let pair = match algorithm {
            "ES256" => {
                Pair::P256(Box::new(p256::SecretKey::from_pkcs8_der(private).map_err(unreadable)?.into()))
            }
            "ES384" => {
                Pair::P384(Box::new(p384::SecretKey::from_pkcs8_der(private).map_err(unreadable)?.into()))
            }
            "EdDSA" => {
                let key = ed25519_dalek::SigningKey::from_pkcs8_der(private);
                Pair::Ed25519(Box::new(key.map_err(unreadable)?))
            }
            _ => Pair::Rsa(Box::new(RsaPrivateKey::from_pkcs8_der(private).map_err(unreadable)?)),
        };
        Ok(Self { algorithm, pair, private: private.to_vec() })
    }

    /// PKCS #8 (RFC 5958).
    pub fn private(&self) -> &[u8] {
        &self.private
    }

    /// The same in the form in which people are given keys (RFC 7468 §10).
    pub fn pem(&self) -> String {
        let text = decode::to_base64(&self.private);
        let lines = text.as_bytes().chunks(64).map(|line| String::from_utf8_lossy(line) + "\n");
        format!("-----BEGIN PRIVATE KEY-----\n{}-----END PRIVATE KEY-----\n", lines.collect::<String>())
    }

    pub fn algorithm(&self) -> &'static str {
        self.algorithm
    }

    /// `kid`: another one for each key, also where all was begun anew.
    pub fn id(&self) -> String {
        let digest = Sha256::new().chain_update("patchbay lab key 1").chain_update(&self.private).finalize();
        format!("lab-{}", digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    /// The public half as a JWK (RFC 7517, RFC 8037 §2).
    pub fn public(&self) -> Value {
        let own = json!({ "use": "sig", "kid": self.id(), "alg": self.algorithm });
        let number = |number: &BigUint| decode::to_base64url(&number.to_bytes_be());
        let curve = |name: &str, x: Option<&[u8]>, y: Option<&[u8]>| json!({ "kty": "EC", "crv": name, "x": x.map(decode::to_base64url), "y": y.map(decode::to_base64url) });
        let mut jwk = match &self.pair {
            Pair::Rsa(key) => json!({ "kty": "RSA", "n": number(key.n()), "e": number(key.e()) }),
            Pair::P256(key) => {
                let point = key.verifying_key().to_encoded_point(false);
                curve("P-256", point.x().map(|x| &x[..]), point.y().map(|y| &y[..]))
            }
            Pair::P384(key) => {
                let point = key.verifying_key().to_encoded_point(false);
                curve("P-384", point.x().map(|x| &x[..]), point.y().map(|y| &y[..]))
            }
            Pair::Ed25519(key) => {
                let x = decode::to_base64url(key.verifying_key().as_bytes());
                json!({ "kty": "OKP", "crv": "Ed25519", "x": x })
            }
        };
        if let (Value::Object(jwk), Value::Object(own)) = (&mut jwk, own) {
            jwk.extend(own);
        }
        jwk
    }

    /// The signature of `text`.
    pub fn sign_text(&self, text: &[u8]) -> Vec<u8> {
        match &self.pair {
            Pair::Rsa(key) => self.sign_by_rsa(key, text),
            Pair::P256(key) => {
                let signature: p256::ecdsa::Signature = key.sign(text);
                signature.to_bytes().to_vec()
            }
            Pair::P384(key) => {
                let signature: p384::ecdsa::Signature = key.sign(text);
                signature.to_bytes().to_vec()
            }
            Pair::Ed25519(key) => key.sign(text).to_bytes().to_vec(),
        }
    }

    fn sign_by_rsa(&self, key: &RsaPrivateKey, text: &[u8]) -> Vec<u8> {
        let key = key.clone();
        // The salt of PSS follows from key and text: it need only differ from text to text.
        let seed = Sha256::new().chain_update(&self.private).chain_update(text).finalize().into();
        let mut salt = Random { seed, counter: 0 };
        match self.algorithm {
            "RS384" => pkcs1v15::SigningKey::<Sha384>::new(key).sign(text).to_vec(),
            "RS512" => pkcs1v15::SigningKey::<Sha512>::new(key).sign(text).to_vec(),
            "PS256" => pss::SigningKey::<Sha256>::new(key).sign_with_rng(&mut salt, text).to_vec(),
            "PS384" => pss::SigningKey::<Sha384>::new(key).sign_with_rng(&mut salt, text).to_vec(),
            "PS512" => pss::SigningKey::<Sha512>::new(key).sign_with_rng(&mut salt, text).to_vec(),
            _ => pkcs1v15::SigningKey::<Sha256>::new(key).sign(text).to_vec(),
        }
    }

    /// Whether the private half of this key signed `text`.
    pub fn has_signed(&self, text: &[u8], signature: &[u8]) -> bool {
        match &self.pair {
            Pair::Rsa(key) => self.has_signed_by_rsa(key.to_public_key(), text, signature),
            Pair::P256(key) => {
                holds(key.verifying_key(), text, p256::ecdsa::Signature::from_slice(signature))
            }
            Pair::P384(key) => {
                holds(key.verifying_key(), text, p384::ecdsa::Signature::from_slice(signature))
            }
            Pair::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verifying_key().verify_strict(text, &signature).is_ok()),
        }
    }

    fn has_signed_by_rsa(&self, key: RsaPublicKey, text: &[u8], signature: &[u8]) -> bool {
        let padded = pkcs1v15::Signature::try_from(signature);
        let salted = pss::Signature::try_from(signature);
        match self.algorithm {
            "RS384" => holds(&pkcs1v15::VerifyingKey::<Sha384>::new(key), text, padded),
            "RS512" => holds(&pkcs1v15::VerifyingKey::<Sha512>::new(key), text, padded),
            "PS256" => holds(&pss::VerifyingKey::<Sha256>::new(key), text, salted),
            "PS384" => holds(&pss::VerifyingKey::<Sha384>::new(key), text, salted),
            "PS512" => holds(&pss::VerifyingKey::<Sha512>::new(key), text, salted),
            _ => holds(&pkcs1v15::VerifyingKey::<Sha256>::new(key), text, padded),
        }
    }

    /// The same for OAuth 1.0a, whose digest is the method's and not the key's.
    pub fn has_signed_with(&self, digest: RsaDigest, text: &[u8], signature: &[u8]) -> bool {
        let Pair::Rsa(key) = &self.pair else { return false };
        let (key, signature) = (key.to_public_key(), pkcs1v15::Signature::try_from(signature));
        match digest {
            RsaDigest::Sha1 => holds(&pkcs1v15::VerifyingKey::<Sha1>::new(key), text, signature),
            RsaDigest::Sha256 => holds(&pkcs1v15::VerifyingKey::<Sha256>::new(key), text, signature),
        }
    }
}

fn holds<S, E>(key: &impl Verifier<S>, text: &[u8], signature: Result<S, E>) -> bool {
    signature.is_ok_and(|signature| key.verify(text, &signature).is_ok())
}

/// Randomness for making keys, stretched from 32 bytes of the port.
struct Random {
    seed: [u8; 32],
    counter: u64,
}

impl Random {
    fn new(entropy: &dyn Entropy) -> Self {
        let mut seed = [0; 32];
        entropy.fill(&mut seed);
        Self { seed, counter: 0 }
    }
}

impl RngCore for Random {
    fn next_u32(&mut self) -> u32 {
        rsa::rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rsa::rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for block in bytes.chunks_mut(32) {
            let digest = Sha256::new().chain_update(self.seed).chain_update(self.counter.to_be_bytes());
            block.copy_from_slice(&digest.finalize()[..block.len()]);
            self.counter += 1;
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Random {}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) struct Sevens;

    impl Entropy for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn a_key_of_each_algorithm_is_read_again_and_holds_its_own_signatures_alone() {
        for algorithm in ALGORITHMS {
            let key = SigningKey::make(algorithm, &Sevens).unwrap();
            let read = SigningKey::read(algorithm, key.private()).unwrap();
            let signature = key.sign_text(b"text");
            assert!(read.has_signed(b"text", &signature), "{algorithm}");
            assert!(!read.has_signed(b"texts", &signature), "{algorithm}");
            let mut changed = signature.clone();
            changed[40] ^= 1;
            assert!(!read.has_signed(b"text", &changed), "{algorithm}");
            assert!(!read.has_signed(b"text", &signature[1..]), "{algorithm}");
            assert_eq!(read.public()["kid"], key.public()["kid"]);
            assert!(!read.public().to_string().contains("\"d\""), "the public half alone is told");
        }
        for algorithm in ["none", "HS256", "ES512", "rs256"] {
            assert!(
                SigningKey::make(algorithm, &Sevens).is_err() && !knows_algorithm(algorithm),
                "{algorithm}"
            );
        }
    }
}
