//! Signed tokens with code of the Lab's own: id_tokens go out, assertions of clients come in (RFC 7515, RFC 7518, RFC 7519).
//!
//! RS256 and ES256 by keys that the Lab makes, HS256 and its kin by a shared secret. The program that is being checked
//! signs and verifies with other code; a shared mistake would find itself right.

use crate::{decode, ports::Entropy};
use hmac::{Hmac, Mac};
use p256::ecdsa;
use rsa::{
    BigUint, RsaPrivateKey, pkcs1v15,
    pkcs8::{DecodePrivateKey, EncodePrivateKey},
    rand_core::{CryptoRng, RngCore},
    signature::{SignatureEncoding, Signer, Verifier},
    traits::PublicKeyParts,
};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Algorithms that the Lab has keys for.
pub(crate) const ALGORITHMS: [&str; 2] = ["RS256", "ES256"];
const RSA_BITS: usize = 2048;

/// A key that the Lab made.
pub(crate) struct SigningKey {
    pair: Pair,
    private: Vec<u8>,
}

enum Pair {
    Rsa(Box<RsaPrivateKey>),
    P256(Box<ecdsa::SigningKey>),
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

impl SigningKey {
    /// A new key.
    pub fn make(algorithm: &str, entropy: &dyn Entropy) -> Result<Self, KeyError> {
        let mut random = Random::new(entropy);
        let private = match algorithm {
            "RS256" => {
                let key = RsaPrivateKey::new(&mut random, RSA_BITS).map_err(|_| KeyError::Unreadable)?;
                key.to_pkcs8_der().map_err(|_| KeyError::Unreadable)?
            }
            "ES256" => {
                let key = p256::SecretKey::random(&mut random);
                key.to_pkcs8_der().map_err(|_| KeyError::Unreadable)?
            }
            _ => return Err(KeyError::Algorithm(algorithm.chars().take(20).collect())),
        };
        Self::read(algorithm, private.as_bytes())
    }

    /// Reads what [`SigningKey::private`] gave.
    pub fn read(algorithm: &str, private: &[u8]) -> Result<Self, KeyError> {
        let unreadable = |_| KeyError::Unreadable;
        let pair = match algorithm {
            "RS256" => Pair::Rsa(Box::new(RsaPrivateKey::from_pkcs8_der(private).map_err(unreadable)?)),
            "ES256" => {
                Pair::P256(Box::new(p256::SecretKey::from_pkcs8_der(private).map_err(unreadable)?.into()))
            }
            _ => return Err(KeyError::Algorithm(algorithm.chars().take(20).collect())),
        };
        Ok(Self { pair, private: private.to_vec() })
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
        match self.pair {
            Pair::Rsa(_) => "RS256",
            Pair::P256(_) => "ES256",
        }
    }

    /// `kid`: another one for each key, also where all was begun anew.
    pub fn id(&self) -> String {
        let digest = Sha256::new().chain_update("patchbay lab key 1").chain_update(&self.private).finalize();
        format!("lab-{}", digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect::<String>())
    }

    /// The public half as a JWK (RFC 7517).
    pub fn public(&self) -> Value {
        let own = json!({ "use": "sig", "kid": self.id(), "alg": self.algorithm() });
        let number = |number: &BigUint| decode::to_base64url(&number.to_bytes_be());
        let mut jwk = match &self.pair {
            Pair::Rsa(key) => json!({ "kty": "RSA", "n": number(key.n()), "e": number(key.e()) }),
            Pair::P256(key) => {
                let point = key.verifying_key().to_encoded_point(false);
                let coordinate = |half: Option<&_>| half.map(|half: &[u8]| decode::to_base64url(half));
                json!({ "kty": "EC", "crv": "P-256", "x": coordinate(point.x().map(|x| &x[..])),
                    "y": coordinate(point.y().map(|y| &y[..])) })
            }
        };
        if let (Value::Object(jwk), Value::Object(own)) = (&mut jwk, own) {
            jwk.extend(own);
        }
        jwk
    }

    /// The token that says `claims`.
    pub fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": self.algorithm(), "typ": "JWT", "kid": self.id() });
        let part = |value: &Value| decode::to_base64url(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = match &self.pair {
            Pair::Rsa(key) => {
                pkcs1v15::SigningKey::<Sha256>::new((**key).clone()).sign(signed.as_bytes()).to_vec()
            }
            Pair::P256(key) => {
                let signature: ecdsa::Signature = key.sign(signed.as_bytes());
                signature.to_bytes().to_vec()
            }
        };
        format!("{signed}.{}", decode::to_base64url(&signature))
    }

    /// Whether the private half of this key made the signature.
    pub fn signed(&self, token: &Token<'_>) -> bool {
        let signed = token.signed.as_bytes();
        match &self.pair {
            Pair::Rsa(key) => {
                let key = pkcs1v15::VerifyingKey::<Sha256>::new(key.to_public_key());
                let signature = pkcs1v15::Signature::try_from(token.signature.as_slice());
                signature.is_ok_and(|signature| key.verify(signed, &signature).is_ok())
            }
            Pair::P256(key) => ecdsa::Signature::from_slice(&token.signature)
                .is_ok_and(|signature| key.verifying_key().verify(signed, &signature).is_ok()),
        }
    }
}

/// Digests that a signature of RSASSA-PKCS1-v1_5 covers in OAuth 1.0a (RFC 5849 §3.4.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RsaDigest {
    Sha1,
    Sha256,
}

impl SigningKey {
    /// Whether the private half of this key, an RSA one, signed `text`.
    pub fn signed_text(&self, digest: RsaDigest, text: &[u8], signature: &[u8]) -> bool {
        let (Pair::Rsa(key), Ok(signature)) = (&self.pair, pkcs1v15::Signature::try_from(signature)) else {
            return false;
        };
        let key = key.to_public_key();
        match digest {
            RsaDigest::Sha1 => pkcs1v15::VerifyingKey::<Sha1>::new(key).verify(text, &signature).is_ok(),
            RsaDigest::Sha256 => pkcs1v15::VerifyingKey::<Sha256>::new(key).verify(text, &signature).is_ok(),
        }
    }
}

/// A token, taken apart and not yet believed.
pub(crate) struct Token<'t> {
    pub header: Value,
    pub claims: Value,
    signed: &'t str,
    signature: Vec<u8>,
}

impl<'t> Token<'t> {
    /// `None` for anything but three parts of base64url, two of them JSON objects (RFC 7515 §7.1).
    pub fn parse(text: &'t str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let object = |part: &str| {
            let value: Value = serde_json::from_slice(&decode::base64url(part)?).ok()?;
            value.is_object().then_some(value)
        };
        Some(Self {
            header: object(header)?,
            claims: object(claims)?,
            signed,
            signature: decode::base64url(signature)?,
        })
    }

    pub fn algorithm(&self) -> &str {
        self.header["alg"].as_str().unwrap_or_default()
    }

    /// Whether it is signed with this shared secret (RFC 7518 §3.2).
    pub fn is_signed_with(&self, secret: &[u8]) -> bool {
        fn holds<M: Mac + hmac::digest::KeyInit>(secret: &[u8], token: &Token<'_>) -> bool {
            let Ok(mut mac) = <M as Mac>::new_from_slice(secret) else { return false };
            mac.update(token.signed.as_bytes());
            mac.verify_slice(&token.signature).is_ok()
        }
        match self.algorithm() {
            "HS256" => holds::<Hmac<Sha256>>(secret, self),
            "HS384" => holds::<Hmac<Sha384>>(secret, self),
            "HS512" => holds::<Hmac<Sha512>>(secret, self),
            _ => false,
        }
    }
}

/// The left half of a digest, which ties an id_token to what came along (OpenID Connect Core §3.1.3.6).
pub(crate) fn half_hash(value: &str) -> String {
    decode::to_base64url(&Sha256::digest(value)[..16])
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
mod tests {
    use super::*;

    struct Sevens;

    impl Entropy for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn a_token_is_right_for_its_key_alone() {
        for algorithm in ALGORITHMS {
            let key = SigningKey::make(algorithm, &Sevens).unwrap();
            let read = SigningKey::read(algorithm, key.private()).unwrap();
            let token = key.sign(&json!({ "sub": "ada" }));
            let parsed = Token::parse(&token).unwrap();
            assert_eq!(parsed.claims["sub"], "ada");
            assert!(read.signed(&parsed), "{algorithm}");
            let (head, signature) = token.rsplit_once('.').unwrap();
            let other = format!("{}.{signature}", head.replacen('.', ".e", 1));
            assert!(Token::parse(&other).is_none_or(|token| !read.signed(&token)), "{algorithm}");
            let mut bytes = decode::base64url(signature).unwrap();
            bytes[40] ^= 1;
            let other = format!("{head}.{}", decode::to_base64url(&bytes));
            assert!(!read.signed(&Token::parse(&other).unwrap()), "{algorithm}");
            assert_eq!(read.public()["kid"], key.public()["kid"]);
            assert!(!read.public().to_string().contains("\"d\""), "the public half alone is told");
        }
        assert!(SigningKey::make("none", &Sevens).is_err());
    }

    /// RFC 7515 appendix A.1 and A.3.
    #[test]
    fn published_tokens_are_checked() {
        let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let secret = decode::base64url(
            "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        );
        let parsed = Token::parse(token).unwrap();
        assert!(parsed.is_signed_with(&secret.unwrap()) && !parsed.is_signed_with(b"another"));
        for text in ["", "a.b", "a.b.c", "eyJhIjoxfQ.eyJhIjoxfQ.=", "W10.eyJhIjoxfQ.AA"] {
            assert!(Token::parse(text).is_none(), "{text}");
        }
    }

    /// OpenID Connect Core, appendix A.3: the access token and its hash.
    #[test]
    fn a_hash_is_the_left_half() {
        assert_eq!(half_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
    }
}
