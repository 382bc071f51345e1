//! Device codes: the person agrees on another device, and we ask until they did (RFC 8628).

use super::{Around, endpoint::refusal, exchange::Beside};
use crate::{Engine, Error, connect::Underway, request::BuildError};
use domain::{
    Timestamp,
    attempt::AttemptState,
    sign_in::{DevicePrompt, Endpoint, SignInFailure, StepKind},
};
use protocol::oauth2::{
    Grant,
    device::{self, DeviceError, Polling, Verdict},
};
use std::time::Duration;

/// How often a waiting run looks whether the person called the sign-in off.
const LOOK: Duration = Duration::from_millis(500);

impl Engine {
    /// Gets a device code, commits it, and waits for the person.
    pub(super) async fn begin_device(&self, underway: Underway) -> Result<(), Error> {
        let Underway { attempt, provider, client, .. } = &underway;
        let endpoint = Endpoint::DeviceAuthorization;
        let (Some(url), Some(token)) = (&provider.endpoints.device, provider.token_endpoint()?) else {
            let detail = "the connector names no device address, or no token address".to_owned();
            let failure = SignInFailure::NotUnderstood { endpoint, status: None, detail };
            return self.fail_with(&underway, failure).await;
        };
        let now = self.ports.clock.now();
        let extra = provider.filled(&provider.oauth2.extra_authorize_params)?;
        let scopes = provider.scopes(&attempt.requested);
        let request = device::request(url, &token, client, &scopes, &extra, now, self.entropy())
            .map_err(BuildError::from)?;
        let line = underway.line();
        let known = line.known([]);
        let reply = match self.ask(&line, endpoint, request, &known).await? {
            Ok(reply) => reply,
            Err(failure) => return self.fail_with(&underway, failure).await,
        };
        let status = Some(reply.status.as_u16());
        let code = match device::read(&reply) {
            Ok(code) => code,
            Err(DeviceError::Service(error)) => {
                return self.fail_with(&underway, refusal(endpoint, &error, &known)).await;
            }
            Err(error) => {
                let failure = SignInFailure::NotUnderstood { endpoint, status, detail: error.to_string() };
                return self.fail_with(&underway, failure).await;
            }
        };
        let now = self.ports.clock.now();
        let polling = Polling::start(&code, now);
        let mut pending = underway.pending.clone();
        pending.device_code = Some(code.code.clone());
        pending.interval = Some(code.interval);
        let device = DevicePrompt {
            user_code: code.user_code.as_str().to_owned(),
            verification_uri: code.verification_uri.to_string(),
            verification_uri_complete: code.verification_uri_complete.as_ref().map(ToString::to_string),
        };
        self.advance(attempt, &pending.to_bytes(), |attempt| {
            attempt.state = AttemptState::SigningIn { until: polling.ends(), device: Some(device) };
            if let Some(sign_in) = &mut attempt.sign_in {
                sign_in.note(StepKind::Device, now);
            }
        })
        .await?;
        Ok(())
    }

    /// Asks for tokens until the person agreed, refused, or the code is over.
    pub(crate) async fn await_device(&self, underway: Underway, until: Timestamp) -> Result<(), Error> {
        let Underway { attempt, provider, client, pending, .. } = &underway;
        let (Some(code), Some(token)) = (&pending.device_code, provider.token_endpoint()?) else {
            return Err(Error::AttemptEnded);
        };
        let mut polling = Polling::go_on(pending.interval.unwrap_or_default(), until);
        let line = underway.line();
        let known = line.known([code]);
        loop {
            let Some(wait) = polling.wait(self.ports.clock.now()) else {
                return self.fail_with(&underway, over()).await;
            };
            if !self.still_waits(&underway, wait).await? {
                return Ok(());
            }
            let (now, entropy) = (self.ports.clock.now(), self.entropy());
            let request =
                token.request(client, Grant::DeviceCode { code }, now, entropy).map_err(BuildError::from)?;
            let reply = match self.ask_by_script(&line, Around::TOKEN, request, &known).await? {
                Ok(reply) => reply,
                Err(failure @ SignInFailure::Script { .. }) => return self.fail(&attempt.id, failure).await,
                // RFC 8628 §3.5: a time-out is answered by asking less often.
                Err(_) => {
                    polling.unanswered();
                    continue;
                }
            };
            let read =
                protocol::oauth2::reply::read(&reply, &provider.oauth2.token_response, &provider.delimiter);
            match read {
                Ok(tokens) => {
                    let brought = self.gather(&underway, Some(tokens), Beside::default());
                    return self.keep_brought(attempt, brought).await;
                }
                Err(error) => match polling.answered(&error) {
                    Verdict::Again => {}
                    Verdict::Over => {
                        return self.fail_with(&underway, refusal(Endpoint::Token, &error, &known)).await;
                    }
                },
            }
        }
    }

    /// Waits `wait`, unless the sign-in ends meanwhile.
    async fn still_waits(&self, underway: &Underway, wait: Duration) -> Result<bool, Error> {
        let clock = &self.ports.clock;
        let deadline = clock.monotonic() + wait;
        loop {
            clock.sleep_until(deadline.min(clock.monotonic() + LOOK)).await;
            match self.attempt(&underway.attempt.id).await {
                Ok(attempt) if matches!(attempt.state, AttemptState::SigningIn { .. }) => {}
                Ok(_) | Err(Error::NotFound { .. }) => return Ok(false),
                Err(error) => return Err(error),
            }
            if clock.monotonic() >= deadline {
                return Ok(true);
            }
        }
    }
}

fn over() -> SignInFailure {
    SignInFailure::Answered {
        endpoint: Endpoint::Token,
        status: None,
        code: "expired_token".into(),
        said: None,
    }
}
