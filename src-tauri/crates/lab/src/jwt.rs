//! Signed tokens with code of the Lab's own: id_tokens go out, assertions of clients come in (RFC 7515, RFC 7518, RFC 7519).
//!
//! By keys that the Lab makes ([`SigningKey`]), HS256 and its kin by a shared secret. The program that is being checked signs
//! and verifies with other code; a shared mistake would find itself right.

use crate::{decode, key::SigningKey};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// Algorithms that id_tokens are signed with.
pub(crate) const ALGORITHMS: [&str; 2] = ["RS256", "ES256"];

impl SigningKey {
    /// The token that says `claims`.
    pub fn sign(&self, claims: &Value) -> String {
        let header = json!({ "alg": self.algorithm(), "typ": "JWT", "kid": self.id() });
        let part = |value: &Value| decode::to_base64url(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = self.sign_text(signed.as_bytes());
        format!("{signed}.{}", decode::to_base64url(&signature))
    }

    /// Whether the private half of this key made the signature.
    pub fn signed(&self, token: &Token<'_>) -> bool {
        self.has_signed(token.signed.as_bytes(), &token.signature)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::tests::Sevens;

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
        }
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
