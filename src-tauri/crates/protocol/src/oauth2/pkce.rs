//! Proof Key for Code Exchange (RFC 7636): who exchanges the code shows that it asked for it.
//!
//! The verifier is made of random bytes (§4.1, §7.1), sealed with the attempt, and sent with the code only. There is no
//! way from S256 to `plain` here: a server that refuses S256 is answered by the person, not by a second try.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secret::SecretString;
use sha2::{Digest, Sha256};

/// A verifier with its challenge.
#[derive(Clone, Debug)]
pub struct Pkce {
    verifier: SecretString,
    challenge: SecretString,
    method: PkceMethod,
}

/// How the challenge follows from the verifier (§4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PkceMethod {
    /// It is its SHA-256.
    S256,
    /// It is the verifier itself: whoever sees the address could exchange the code.
    Plain,
}

impl PkceMethod {
    /// As it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::S256 => "S256",
            Self::Plain => "plain",
        }
    }
}

/// The text is no code verifier: 43 to 128 letters, digits, `-`, `.`, `_` and `~` (§4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a code verifier is 43 to 128 letters, digits, `-`, `.`, `_` or `~`")]
pub struct NoVerifier;

impl Pkce {
    /// A new verifier with its S256 challenge.
    pub fn s256(entropy: [u8; 32]) -> Self {
        Self::derive(super::make_unguessable(entropy), PkceMethod::S256)
    }

    /// A new verifier that is its own challenge.
    pub fn plain(entropy: [u8; 32]) -> Self {
        Self::derive(super::make_unguessable(entropy), PkceMethod::Plain)
    }

    /// A verifier that was made before.
    /// # Errors
    /// [`NoVerifier`].
    pub fn parse(verifier: SecretString, method: PkceMethod) -> Result<Self, NoVerifier> {
        // EXPOSE: its characters are looked at
        let text = verifier.expose();
        let fits = (43..=128).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
        if fits { Ok(Self::derive(verifier, method)) } else { Err(NoVerifier) }
    }

    fn derive(verifier: SecretString, method: PkceMethod) -> Self {
        let challenge = match method {
            PkceMethod::Plain => verifier.clone(),
            PkceMethod::S256 => {
                // EXPOSE: only its digest goes on
                SecretString::new(URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose().as_bytes())))
            }
        };
        Self { verifier, challenge, method }
    }

    /// What the token request carries; kept sealed until then.
    pub fn verifier(&self) -> &SecretString {
        &self.verifier
    }

    /// What the authorize request carries.
    pub fn challenge(&self) -> &SecretString {
        &self.challenge
    }

    /// How the challenge was derived.
    pub fn method(&self) -> PkceMethod {
        self.method
    }
}
