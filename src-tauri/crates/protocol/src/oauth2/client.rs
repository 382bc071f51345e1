//! How a client shows who it is at the endpoints of its authorization server, in every grant.
//!
//! RFC 6749 §2.3.1 (Basic and body), RFC 7523 §2.2 and OpenID Connect Core §9 (signed assertions). One more way is a
//! variant of [`ClientAuthentication`] and its arm in `Client::authenticate`.

use super::{
    params::{Params, encode},
    token::RequestError,
    words::BasicEncoding,
};
use crate::{
    jose::{self, Signer},
    message::Request,
    placement::put_header,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use secret::SecretString;
use serde_json::json;

/// A registered client.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its ID; public (RFC 6749 §2.2).
    pub id: String,
    /// How it shows who it is.
    pub authentication: ClientAuthentication,
}

/// How ID and secret reach the server.
#[derive(Clone, Debug)]
pub enum ClientAuthentication {
    /// Only the ID, in the body: a public client.
    None,
    /// As user and password of the `Authorization` header.
    Basic {
        /// The client secret.
        secret: SecretString,
        /// Whether both are form-encoded first.
        encoding: BasicEncoding,
    },
    /// Both in the body.
    Body {
        /// The client secret.
        secret: SecretString,
    },
    /// As a signed assertion: `client_secret_jwt` with a [`Signer::from_secret`], `private_key_jwt` with a
    /// [`Signer::from_private_key`].
    Assertion(Assertion),
}

/// What a client assertion is made with (RFC 7523 §3).
#[derive(Clone, Debug)]
pub struct Assertion {
    /// Signs it.
    pub signer: Signer,
    /// `aud`; `None` is the address the request goes to.
    pub audience: Option<String>,
}

/// How long an assertion holds, in seconds: long enough for a clock that is off, short enough to be worth nothing later.
const ASSERTION_LIFE: i64 = 300;

impl Client {
    /// Its secrets in every form that a request carries, to be masked where one is shown or repeated by the service. A
    /// signed assertion is none of them: it is made per request, for one server, and is over within minutes.
    pub fn secrets(&self) -> Vec<SecretString> {
        match &self.authentication {
            ClientAuthentication::None | ClientAuthentication::Assertion(_) => Vec::new(),
            ClientAuthentication::Body { secret } => vec![secret.clone()],
            ClientAuthentication::Basic { secret, encoding } => {
                vec![secret.clone(), self.credentials(secret, *encoding)]
            }
        }
    }

    /// Puts the client's authentication into a request whose parameters are still to be written.
    pub(super) fn authenticate(
        &self,
        request: &mut Request,
        params: &mut Params,
        id_in_body: bool,
        now: Timestamp,
        entropy: [u8; 32],
    ) -> Result<(), RequestError> {
        match &self.authentication {
            ClientAuthentication::None => params.push("client_id", self.id.as_str()),
            ClientAuthentication::Basic { secret, encoding } => {
                // EXPOSE: the pair becomes the header of the outgoing request
                let value = format!("Basic {}", self.credentials(secret, *encoding).expose());
                put_header(request, "Authorization", &SecretString::new(value))?;
                if id_in_body {
                    params.push("client_id", self.id.as_str());
                }
            }
            ClientAuthentication::Body { secret } => {
                params.push("client_id", self.id.as_str());
                params.push_secret("client_secret", secret.clone());
            }
            ClientAuthentication::Assertion(assertion) => {
                let audience = assertion.audience.as_deref().unwrap_or(request.url.as_str());
                let signed = self.sign_assertion(assertion, audience, now, entropy)?;
                params.push("client_id", self.id.as_str());
                params
                    .push("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
                params.push_secret("client_assertion", signed);
            }
        }
        Ok(())
    }

    /// What stands behind `Basic`. RFC 6749 §2.3.1 wants both form-encoded; a blank as `%20`, which strict and sloppy
    /// readers take.
    fn credentials(&self, secret: &SecretString, encoding: BasicEncoding) -> SecretString {
        // EXPOSE: the pair becomes the header of the outgoing request
        let secret = secret.expose();
        let pair = match encoding {
            BasicEncoding::Rfc6749 => format!("{}:{}", encode(&self.id), encode(secret)),
            BasicEncoding::Raw => format!("{}:{secret}", self.id),
        };
        SecretString::new(STANDARD.encode(pair))
    }

    /// RFC 7523 §3: who, to whom, until when, and an ID that is used once.
    fn sign_assertion(
        &self,
        assertion: &Assertion,
        audience: &str,
        now: Timestamp,
        entropy: [u8; 32],
    ) -> Result<SecretString, jose::SignError> {
        let [id, seed] = jose::split_entropy(entropy);
        let issued = now.as_second();
        // EXPOSE: an ID that the server sees once
        let id = super::make_unguessable(id).expose().clone();
        let claims = json!({
            "iss": self.id,
            "sub": self.id,
            "aud": audience,
            "jti": id,
            "iat": issued,
            "nbf": issued,
            "exp": issued + ASSERTION_LIFE,
        });
        assertion.signer.sign(&claims, seed)
    }
}
