//! From what came back to tokens: read, exchange, check, and seal into the attempt's slot before anything is done with
//! them (RFC 6749 §4.1.3, §4.2.2, §4.3.2, §4.4.2; OpenID Connect Core §3).

use super::{
    Around, Pending,
    captured::Captured,
    endpoint::{Line, refusal},
    identity::Claimed,
    pause::retry_after,
    provider::Provider,
};
use crate::{
    Engine, Error,
    connect::Underway,
    credential::{Credential, TokenSet},
    request::BuildError,
};
use domain::{
    attempt::{Attempt, AttemptState},
    authorization::Expiry,
    connector::{CaptureFrom, GrantType},
    sign_in::{Endpoint, SignInFailure, StepKind},
};
use protocol::{
    message::Stamp,
    oauth2::{Authorized, CallbackError, ClientAuthentication, ExpectedIssuer, Grant, Tokens, reply},
};
use secret::SecretString;
use std::time::Duration;

/// What a sign-in brought, before it is sealed.
#[derive(Debug)]
pub(super) struct Brought {
    tokens: TokenSet,
    granted: Vec<String>,
    expiry: Expiry,
}

/// What came beside the tokens of the token endpoint.
#[derive(Debug, Default)]
pub(super) struct Beside {
    /// By the browser.
    pub id_token: Option<SecretString>,
    /// What is kept for the next token, where there is no refresh token.
    pub person: Option<(SecretString, SecretString)>,
    /// What the redirect told for calls.
    pub captured: Captured,
}

impl Engine {
    /// Trades what came back, or what was typed, for tokens; seals them into the slot and goes on to verify.
    pub(crate) async fn exchange_attempt(&self, underway: Underway) -> Result<(), Error> {
        let brought = match self.bring(&underway).await? {
            Ok(brought) => brought,
            Err(failure) => return self.fail_with(&underway, failure).await,
        };
        self.keep_brought(&underway.attempt, brought).await
    }

    /// Seals what came into the slot; from then on it is only tried and promoted.
    pub(super) async fn keep_brought(&self, attempt: &Attempt, brought: Brought) -> Result<(), Error> {
        let credential = Credential::Tokens(brought.tokens).to_bytes();
        let now = self.ports.clock.now();
        self.advance(attempt, &credential, |attempt| {
            attempt.state = AttemptState::Verifying;
            if let Some(sign_in) = &mut attempt.sign_in {
                sign_in.state_key = None;
                sign_in.granted = brought.granted;
                sign_in.expiry = brought.expiry;
                sign_in.note(StepKind::Exchanged, now);
            }
        })
        .await?;
        Ok(())
    }

    async fn bring(&self, underway: &Underway) -> Result<Result<Brought, SignInFailure>, Error> {
        let Underway { attempt, provider, pending, .. } = underway;
        let scopes = provider.scopes(&attempt.requested);
        let kept = |key: &str| pending.values.get(key).cloned().unwrap_or_default();
        let tokens = match provider.oauth2.grant_type {
            GrantType::ClientCredentials => {
                self.ask_token(underway, Grant::ClientCredentials { scopes: &scopes }).await?
            }
            GrantType::Password => {
                let (user, password) = (&kept("username"), &kept("password"));
                self.ask_token(underway, Grant::Password { user, password, scopes: &scopes }).await?
            }
            GrantType::DeviceCode | GrantType::AuthorizationCode | GrantType::Implicit => {
                return self.bring_back(underway, &scopes).await;
            }
        };
        let tokens = match tokens {
            Ok(tokens) => tokens,
            Err(failure) => return Ok(Err(failure)),
        };
        let person = (provider.oauth2.grant_type == GrantType::Password && tokens.refresh_token.is_none())
            .then(|| (kept("username"), kept("password")));
        Ok(Ok(self.gather(underway, Some(tokens), Beside { person, ..Beside::default() })))
    }

    /// Reads what the browser brought, and exchanges its code.
    async fn bring_back(
        &self,
        underway: &Underway,
        scopes: &[String],
    ) -> Result<Result<Brought, SignInFailure>, Error> {
        let Underway { attempt, pending, .. } = underway;
        let came = match read_returned(underway) {
            Ok(came) => came,
            Err(failure) => return Ok(Err(failure)),
        };
        let redirect = attempt.sign_in.as_ref().and_then(|sign_in| sign_in.redirect.as_ref());
        let redirect_uri = redirect.map(|redirect| redirect.uri.as_str()).unwrap_or_default();
        // An id_token that came with a code is checked before the code is used (OpenID Connect Core §3.3.2.12).
        if let (Some(code), Some(id_token)) = (&came.code, &came.id_token) {
            let claimed = Claimed {
                id_token: Some(id_token),
                nonce: pending.nonce.as_ref(),
                access_token: None,
                code: Some(code),
                by_browser: true,
            };
            if let Err(failure) = self.identify(&underway.line(), &claimed).await? {
                return Ok(Err(failure));
            }
        }
        let tokens = match &came.code {
            Some(code) => {
                let verifier = pending.verifier.as_ref();
                let grant = Grant::AuthorizationCode { code, redirect_uri, verifier, scopes };
                match self.ask_token(underway, grant).await? {
                    Ok(tokens) => Some(tokens),
                    Err(failure) => return Ok(Err(failure)),
                }
            }
            None => came.tokens.clone(),
        };
        let captures = &underway.provider.captures;
        let captured = Captured::take(captures, CaptureFrom::Callback, |pointer| came.captured(pointer));
        Ok(Ok(self.gather(underway, tokens, Beside { id_token: came.id_token, captured, person: None })))
    }

    /// What came, to be sealed at once. An id_token that came beside is checked after that, with its nonce.
    pub(super) fn gather(
        &self,
        underway: &Underway,
        tokens: Option<Tokens>,
        Beside { id_token, person, captured }: Beside,
    ) -> Brought {
        let Underway { attempt, provider, pending, .. } = underway;
        let asked = || provider.scopes(&attempt.requested);
        let (nonce, origins, now) = (
            pending.nonce.clone(),
            self.origins_of_tokens(attempt.environment.as_ref(), provider.origins()),
            self.ports.clock.now(),
        );
        let mut brought = match tokens {
            Some(tokens) => Brought {
                granted: tokens.scopes.clone().unwrap_or_else(asked),
                expiry: provider.expiry(tokens.lifetime, now),
                tokens: TokenSet {
                    captured: captured.replaced_by(told_with(provider, &tokens)),
                    refresh_since: tokens.refresh_token.is_some().then_some(now),
                    rotates: false,
                    access_token: tokens.access_token,
                    refresh_token: tokens.refresh_token,
                    id_token: tokens.id_token.or(id_token),
                    nonce,
                    issued_at: Some(now),
                    person,
                    origins,
                },
            },
            None => Brought {
                granted: asked(),
                expiry: Expiry::Never,
                tokens: TokenSet {
                    id_token,
                    nonce,
                    origins,
                    captured,
                    issued_at: Some(now),
                    ..TokenSet::default()
                },
            },
        };
        brought.tokens.captured = std::mem::take(&mut brought.tokens.captured).without(&brought.tokens);
        brought
    }

    /// Asks the token endpoint.
    pub(crate) async fn ask_token(
        &self,
        underway: &Underway,
        grant: Grant<'_>,
    ) -> Result<Result<Tokens, SignInFailure>, Error> {
        let line = underway.line();
        Ok(self.trade(&line, grant).await?.map_err(|refused| refused.failure))
    }

    /// Trades `grant` for tokens at the token endpoint of `line`.
    pub(crate) async fn trade(
        &self,
        line: &Line<'_>,
        grant: Grant<'_>,
    ) -> Result<Result<Tokens, Refused>, Error> {
        let endpoint = Endpoint::Token;
        let Some(token) = line.provider.token_endpoint()? else {
            let detail = "the connector names no token address".to_owned();
            let failure = SignInFailure::NotUnderstood { endpoint, status: None, detail };
            return Ok(Err(Refused { failure, ends: false, retry_after: None }));
        };
        let known = line.known(secrets_of(&grant));
        let around = match grant {
            Grant::RefreshToken { .. } => Around::REFRESH,
            _ => Around::TOKEN,
        };
        let mut again = false;
        let reply = loop {
            let Stamp { at, entropy } = self.stamp_for(&token.url);
            let request = token.request(line.client, grant, at, entropy).map_err(BuildError::from)?;
            let reply = match self.ask_by_script(line, around, request, &known).await? {
                Ok(reply) => reply,
                Err(failure) => return Ok(Err(Refused { failure, ends: false, retry_after: None })),
            };
            // An assertion bears our time; a client that was refused for it has spent nothing.
            let signs = matches!(line.client.authentication, ClientAuthentication::Assertion(_));
            again = !again && signs && self.clocks.read(&token.url, &reply, self.ports.clock.now());
            if !again {
                break reply;
            }
        };
        let tokens = reply::read(&reply, &line.provider.oauth2.token_response, &line.provider.delimiter);
        Ok(tokens.map_err(|error| Refused {
            ends: error.ends_authorization(),
            failure: refusal(endpoint, &error, &known),
            retry_after: retry_after(&reply, self.ports.clock.now()),
        }))
    }
}

/// What the token reply tells for calls.
pub(super) fn told_with(provider: &Provider, tokens: &Tokens) -> Captured {
    Captured::take(&provider.captures, CaptureFrom::Token, |pointer| tokens.captured(pointer))
}

/// Why there are no tokens, and whether the authorization is over.
#[derive(Debug)]
pub(crate) struct Refused {
    /// Why.
    pub failure: SignInFailure,
    /// Whether the grant itself is over (RFC 6749 §5.2): only that ends an authorization.
    pub ends: bool,
    /// For how long the service asks to be left alone.
    pub retry_after: Option<Duration>,
}

/// The secrets that a grant carries.
fn secrets_of<'a>(grant: &Grant<'a>) -> Vec<&'a SecretString> {
    match *grant {
        Grant::AuthorizationCode { code, verifier, .. } => [code].into_iter().chain(verifier).collect(),
        Grant::ClientCredentials { .. } => Vec::new(),
        Grant::Password { user, password, .. } => vec![user, password],
        Grant::RefreshToken { token } => vec![token],
        Grant::DeviceCode { code } => vec![code],
    }
}

/// Reads what the browser brought; its state matched before it was sealed, and matches again here.
fn read_returned(underway: &Underway) -> Result<Authorized, SignInFailure> {
    let endpoint = Endpoint::Authorization;
    let unreadable = |detail: &dyn std::fmt::Display| SignInFailure::NotUnderstood {
        endpoint,
        status: None,
        detail: detail.to_string(),
    };
    let Pending { returned: Some(returned), state: Some(state), .. } = &underway.pending else {
        return Err(unreadable(&"nothing came back"));
    };
    let callback = returned.callback().map_err(|error| unreadable(&error))?;
    let matched = callback.matched(state).ok_or_else(|| unreadable(&CallbackError::State))?;
    let issuer = underway.provider.openid.as_ref().and_then(|openid| openid.issuer.as_deref());
    let expected = ExpectedIssuer { issuer, promised: underway.provider.promises_issuer };
    let (response_type, mode) = (underway.provider.response_type, underway.provider.oauth2.response_mode);
    matched.read(response_type, mode, expected).map_err(|error| match error {
        CallbackError::Service(error) => refusal(endpoint, &error, &underway.line().known([state])),
        CallbackError::Issuer | CallbackError::NoIssuer => {
            let check = Some("iss_parameter".to_owned());
            SignInFailure::NotTrusted { check, detail: error.to_string() }
        }
        error => unreadable(&error),
    })
}
