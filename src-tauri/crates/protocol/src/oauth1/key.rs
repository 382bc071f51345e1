//! What requests are signed with: a shared secret (RFC 5849 §3.4.2, §3.4.4) or a private key (§3.4.3).

use super::{SignatureMethod, Token};
use crate::{
    encode::encode,
    jose::{KeyError, RsaKey},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use secret::SecretString;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// Client credentials (§1.1): what services call consumer key and consumer secret.
#[derive(Clone, Debug)]
pub struct Client {
    /// `oauth_consumer_key`; public.
    pub id: String,
    /// What it signs with.
    pub key: SigningKey,
}

/// What a client signs with.
#[derive(Clone, Debug)]
pub enum SigningKey {
    /// The client's shared secret.
    Secret(SecretString),
    /// Its RSA private key.
    Rsa(Box<RsaKey>),
    /// None: for showing where a signature will stand. What it makes is no signature.
    StandIn,
}

impl SigningKey {
    /// The key that `method` needs, from what the person gave.
    /// # Errors
    /// [`KeyError`] where the text is no RSA key that can sign.
    pub fn parse(method: SignatureMethod, text: SecretString) -> Result<Self, KeyError> {
        match method.needs_private_key() {
            true => Ok(Self::Rsa(Box::new(RsaKey::parse(&text)?))),
            false => Ok(Self::Secret(text)),
        }
    }

    /// The signature of `base_string`, as `oauth_signature` carries it before it is encoded; `None` where the key is not
    /// of the kind that the method needs. `seed` is 32 fresh random bytes, for blinding.
    pub(crate) fn sign(
        &self,
        method: SignatureMethod,
        base_string: &SecretString,
        token: Option<&Token>,
        seed: [u8; 32],
    ) -> Option<SecretString> {
        // EXPOSE: the base string is signed
        let text = base_string.expose().as_bytes();
        let signature = match (self, method) {
            (Self::Secret(secret), SignatureMethod::Plaintext) => return Some(shared(secret, token)),
            (Self::Secret(secret), SignatureMethod::HmacSha1) => {
                authenticate::<Hmac<Sha1>>(&shared(secret, token), text)?
            }
            (Self::Secret(secret), SignatureMethod::HmacSha256) => {
                authenticate::<Hmac<Sha256>>(&shared(secret, token), text)?
            }
            (Self::Secret(secret), SignatureMethod::HmacSha512) => {
                authenticate::<Hmac<Sha512>>(&shared(secret, token), text)?
            }
            (Self::Rsa(key), SignatureMethod::RsaSha1) => key.sign::<Sha1>(text, seed)?,
            (Self::Rsa(key), SignatureMethod::RsaSha256) => key.sign::<Sha256>(text, seed)?,
            (Self::StandIn, _) => Vec::new(),
            _ => return None,
        };
        Some(SecretString::new(STANDARD.encode(signature)))
    }
}

/// Both secrets, encoded, with `&` between them; without a token nothing stands behind it.
fn shared(client: &SecretString, token: Option<&Token>) -> SecretString {
    // EXPOSE: both become the key of the signature
    let client = encode(client.expose().as_bytes());
    // EXPOSE: as above
    let token = token.map(|token| encode(token.secret.expose().as_bytes())).unwrap_or_default();
    SecretString::new(format!("{client}&{token}"))
}

fn authenticate<M: Mac + hmac::digest::KeyInit>(key: &SecretString, text: &[u8]) -> Option<Vec<u8>> {
    // EXPOSE: the secrets are the key of the signature
    let mac = <M as Mac>::new_from_slice(key.expose().as_bytes()).ok()?;
    Some(mac.chain_update(text).finalize().into_bytes().to_vec())
}
