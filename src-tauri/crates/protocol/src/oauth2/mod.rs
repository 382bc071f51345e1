//! OAuth 2 without I/O: requests are built here and replies read here; who sends them is the engine.
//!
//! | File | What | RFC |
//! |---|---|---|
//! | [`pkce`] | proof key for the code exchange | 7636 |
//! | [`client`] | how a client shows who it is | 6749 §2.3, 7523, OpenID Connect Core §9 |
//! | [`authorize`] | the address that the browser opens | 6749 §3.1, §4.1.1, §4.2.1, 8707, OpenID Connect Core §3 |
//! | [`callback`] | what comes back from the browser | 6749 §4.1.2, §4.2.2, 9207, Form Post Response Mode 1.0 |
//! | [`token`] | token requests of every grant | 6749 §4, §6, 8628 §3.4 |
//! | [`reply`] | token replies, read as leniently as services write them | 6749 §5 |
//! | [`device`] | device codes and the polling for them | 8628 |
//! | [`revoke`], [`introspect`] | ending a token, looking one up | 7009, 7662 |
//! | [`metadata`] | what a server says about itself | 8414, OpenID Connect Discovery 1.0 |
//! | [`challenge`] | why a call was refused | 9110 §11.6.1, 6750 §3 |
//!
//! An exchange by the browser goes: [`Pkce`], [`make_unguessable`] (state, nonce) → [`AuthorizeRequest::url`] →
//! [`Callback`], whose [`Callback::state`] finds the attempt → [`Callback::matched`] → [`callback::Matched::read`] →
//! [`TokenEndpoint::request`] → [`reply::read`]. Nothing of a callback but its state can be read before it was matched.
//!
//! **Never**: time and randomness come in as arguments; no error and no `Debug` output holds a secret or a code. One more
//! grant is a variant of [`Grant`] with its parameters in [`token`].

pub mod authorize;
pub mod callback;
pub mod challenge;
pub mod client;
pub mod device;
pub mod introspect;
pub mod metadata;
mod params;
pub mod pkce;
pub mod reply;
pub mod revoke;
pub mod token;
mod words;

pub use authorize::{AUTHORIZE_PARAMETERS, AuthorizeError, AuthorizeRequest};
pub use callback::{Authorized, Callback, CallbackError, ExpectedIssuer};
pub use client::{Assertion, Client, ClientAuthentication};
pub use params::{Extra, OwnParameter};
pub use pkce::{Pkce, PkceMethod};
pub use reply::{Lifetime, TokenError, TokenErrorKind, Tokens};
pub use token::{Grant, RequestError, RequestStyle, TOKEN_PARAMETERS, TokenEndpoint};
pub use words::{BasicEncoding, ErrorMapping, Mapping, ResponseMode, ResponseType, TokenBody, TokenMethod};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use secret::SecretString;
use sha2::{Digest, Sha256};

/// Text that nobody guesses, for `state` (RFC 6749 §10.12) and `nonce` (OpenID Connect Core §15.5.2): 256 random bits in
/// 43 characters that need no encoding, and nothing else inside.
pub fn make_unguessable(entropy: [u8; 32]) -> SecretString {
    SecretString::new(URL_SAFE_NO_PAD.encode(entropy))
}

/// The SHA-256 of a secret, to find again what it belongs to without keeping it.
pub fn digest_of(secret: &SecretString) -> [u8; 32] {
    // EXPOSE: only its digest goes on
    Sha256::digest(secret.expose().as_bytes()).into()
}
