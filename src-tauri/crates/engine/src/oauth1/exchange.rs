//! From what came back to token credentials, sealed into the attempt's slot before anything is done with them (RFC 5849
//! §2.3); and their end.

use super::{
    party::SigningParty,
    sign_in::{Signer, secrets_of},
};
use crate::{
    Engine, Error,
    connections::Loaded,
    credential::{Credential, CredentialError, OAuth1Credential},
    oauth::{party::Standing, pending::Returned},
    witness::Witness,
};
use domain::{
    attempt::AttemptState,
    authorization::Expiry,
    id::ConnectionId,
    sign_in::{Endpoint, SignInFailure, StepKind},
};
use protocol::{
    message::{Request, Response, Stamp, Url},
    oauth1::{
        Problem, SignError, Signed,
        callback::{Callback, CallbackError},
        exchange::{Granted, read, revoke_request, token_request},
        problem::{ProblemKind, clock_difference},
    },
};
use secret::{SecretString, ServerText, redact::Known};

/// By how many seconds two clocks may differ without a word.
const TOLERANCE: u64 = 60;
/// Names that services tell the person's account by, beside the token.
const ACCOUNTS: [&str; 3] = ["screen_name", "username", "fullname"];

impl Engine {
    /// Trades what the browser brought, or the PIN, for token credentials; seals them and goes on to verify.
    pub(crate) async fn exchange_signed(&self, signer: Signer) -> Result<(), Error> {
        let verifier = match verifier_of(&signer) {
            Ok(verifier) => verifier,
            Err(failure) => return self.fail_signing(&signer, failure).await,
        };
        let endpoint = Endpoint::Token;
        let (Some(url), Some(temporary)) = (&signer.service.token, &signer.pending.temporary) else {
            let detail = "the connector names no access token address".to_owned();
            let failure = SignInFailure::NotUnderstood { endpoint, status: None, detail };
            return self.fail_signing(&signer, failure).await;
        };
        let style = &signer.service.style;
        let request = |stamp| token_request(url, &signer.client, temporary, style, &verifier, stamp);
        let reply = match self.ask_signed(&signer, (endpoint, url), request, &[&verifier]).await? {
            Ok(reply) => reply,
            Err(failure) => return self.fail_signing(&signer, failure).await,
        };
        match read(&reply) {
            Ok(granted) => self.keep_granted(&signer, granted).await,
            Err(problem) => {
                let failure = self.refused(&signer, endpoint, &problem, &reply, [&verifier]);
                self.fail_signing(&signer, failure).await
            }
        }
    }

    async fn keep_granted(&self, signer: &Signer, granted: Granted) -> Result<(), Error> {
        let account = ACCOUNTS.iter().find_map(|name| granted.others.get(*name));
        let account = account.map(|account| ServerText::quote(account).as_str().to_owned());
        let credential = Credential::OAuth1(OAuth1Credential {
            client: None,
            token: Some(granted.token),
            origins: self.origins_of_tokens(signer.attempt.environment.as_ref(), signer.service.origins()),
            typed: None,
        });
        let now = self.ports.clock.now();
        self.advance(&signer.attempt, &credential.to_bytes(), |attempt| {
            attempt.state = AttemptState::Verifying;
            if let Some(sign_in) = &mut attempt.sign_in {
                sign_in.state_key = None;
                sign_in.expiry = Expiry::Never;
                sign_in.account = account.filter(|account| !account.is_empty());
                sign_in.note(StepKind::Exchanged, now);
            }
        })
        .await?;
        Ok(())
    }

    /// Sends a signed request of a sign-in to the service's own endpoint; once more where it bore another time than the
    /// service's.
    pub(super) async fn ask_signed(
        &self,
        signer: &Signer,
        (endpoint, url): (Endpoint, &Url),
        request: impl Fn(Stamp) -> Result<(Request, Signed), SignError>,
        secrets: &[&SecretString],
    ) -> Result<Result<Response, SignInFailure>, Error> {
        let mut again = false;
        loop {
            let (request, signed) = request(self.stamp_for(url)).map_err(CredentialError::from)?;
            let mut known = self.known_of(signer, secrets.iter().copied());
            secret_parameters(&signed).for_each(|secret| known.add(secret));
            let connection = signer.attempt.connection.as_ref();
            let way = (&signer.origins, &signer.route);
            let whose = (connection, Vec::new());
            let (reply, _) = self.send_to(endpoint, request, way, whose, &known, &signer.witness).await?;
            let now = self.ports.clock.now();
            again = !again && reply.as_ref().is_ok_and(|reply| self.clocks.read(url, reply, now));
            if !again {
                return Ok(reply);
            }
        }
    }

    fn known_of<'a>(&self, signer: &'a Signer, secrets: impl IntoIterator<Item = &'a SecretString>) -> Known {
        let granted = OAuth1Credential { client: Some(signer.client.clone()), ..OAuth1Credential::default() };
        let mut known = Known::new();
        granted.secrets().for_each(|secret| known.add(secret));
        secrets_of(signer.pending.temporary.as_ref()).for_each(|secret| known.add(secret));
        secrets.into_iter().for_each(|secret| known.add(secret));
        known
    }

    /// What a service's refusal means for a sign-in.
    pub(super) fn refused<'a>(
        &self,
        signer: &'a Signer,
        endpoint: Endpoint,
        problem: &Problem,
        reply: &Response,
        secrets: impl IntoIterator<Item = &'a SecretString>,
    ) -> SignInFailure {
        let known = self.known_of(signer, secrets);
        refusal(endpoint, problem, self.clock_off(reply), &known)
    }

    /// By how many seconds this machine's clock is behind the service's, where that matters.
    fn clock_off(&self, reply: &Response) -> Option<i64> {
        let difference = clock_difference(reply, self.ports.clock.now())?.as_secs();
        (difference.unsigned_abs() > TOLERANCE).then_some(difference)
    }

    /// Ends the token credentials of a connection at the service; `None` where there is no address to tell.
    pub(crate) async fn revoke_granted(
        &self,
        loaded: &Loaded,
        granted: &OAuth1Credential,
    ) -> Result<Option<Result<(), SignInFailure>>, Error> {
        let (connection, authorization) = (&loaded.connection, &loaded.authorization);
        let standing = Standing {
            revision: &connection.revision,
            environment: connection.environment.as_ref(),
            authentication: connection.authentication.as_deref(),
            connector: &loaded.connector,
            settings: &loaded.settings,
            registration: authorization.registration.as_ref(),
            route: &loaded.route,
            sealed_for: &authorization.origins,
        };
        self.revoke_token(standing, Some(&connection.id), granted).await
    }

    /// As [`Engine::revoke_granted`], for what no connection has yet.
    pub(crate) async fn revoke_token(
        &self,
        standing: Standing<'_>,
        connection: Option<&ConnectionId>,
        granted: &OAuth1Credential,
    ) -> Result<Option<Result<(), SignInFailure>>, Error> {
        let Some(token) = &granted.token else { return Ok(None) };
        let Some(SigningParty { service, client, origins, route }) =
            self.signing_party(standing, None).await?
        else {
            return Ok(None);
        };
        let Some(url) = &service.revoke else { return Ok(None) };
        let (method, style) = (service.revoke_method(), &service.style);
        let signed = revoke_request(method, url, &client, token, style, self.stamp_for(url));
        let (request, signed) = signed.map_err(CredentialError::from)?;
        let whole = OAuth1Credential { client: Some(client), ..granted.clone() };
        let mut known = Known::new();
        whole.secrets().for_each(|secret| known.add(secret));
        secret_parameters(&signed).for_each(|secret| known.add(secret));
        let endpoint = Endpoint::Revocation;
        let origins = self.narrowed(&granted.origins, &origins);
        let reply = match self
            .send_to(
                endpoint,
                request,
                (&origins, &route),
                (connection, Vec::new()),
                &known,
                &Witness::default(),
            )
            .await?
            .0
        {
            Ok(reply) => reply,
            Err(failure) => return Ok(Some(Err(failure))),
        };
        let problem = Problem::of_reply(&reply);
        match reply.status.is_success() && problem.kind == ProblemKind::Unreadable {
            true => Ok(Some(Ok(()))),
            false => Ok(Some(Err(refusal(endpoint, &problem, self.clock_off(&reply), &known)))),
        }
    }
}

fn secret_parameters(signed: &Signed) -> impl Iterator<Item = &SecretString> {
    signed.parameters.iter().filter(|parameter| parameter.secret.is_some()).map(|parameter| &parameter.value)
}

/// What a refusal means. Clocks that differ are the reason wherever the service refused the request itself.
fn refusal(endpoint: Endpoint, problem: &Problem, clock: Option<i64>, known: &Known) -> SignInFailure {
    let status = problem.status.map(|status| status.as_u16());
    let said = problem.said.as_ref().map(|said| known.mask_text(said.as_str()));
    let code = problem.code.as_ref().map(|code| known.mask_text(code.as_str()));
    let refused = matches!(status, Some(400 | 401 | 403));
    match problem.kind {
        ProblemKind::TimeOrNonce => SignInFailure::Clock { endpoint, status, seconds: clock, said },
        ProblemKind::Other | ProblemKind::Signature if refused && clock.is_some() => {
            SignInFailure::Clock { endpoint, status, seconds: clock, said }
        }
        ProblemKind::NotConfirmed => SignInFailure::NotConfirmed,
        ProblemKind::Unreadable => {
            SignInFailure::NotUnderstood { endpoint, status, detail: problem.to_string() }
        }
        ProblemKind::Transient => {
            let code = code.unwrap_or_else(|| "temporarily_unavailable".into());
            SignInFailure::Answered { endpoint, status, code, said }
        }
        _ => match code {
            Some(code) => SignInFailure::Answered { endpoint, status, code, said },
            None => SignInFailure::Answered { endpoint, status, code: "signature_refused".into(), said },
        },
    }
}

/// The verifier that came back; its token matched before it was sealed, and matches again here.
fn verifier_of(signer: &Signer) -> Result<SecretString, SignInFailure> {
    let endpoint = Endpoint::Authorization;
    let unreadable = |detail: &dyn std::fmt::Display| SignInFailure::NotUnderstood {
        endpoint,
        status: None,
        detail: detail.to_string(),
    };
    if let Some(pin) = &signer.pending.pin {
        return Ok(pin.clone());
    }
    let (Some(Returned::Address(address)), Some(temporary)) =
        (&signer.pending.returned, &signer.pending.temporary)
    else {
        return Err(unreadable(&"nothing came back"));
    };
    // EXPOSE: what came back is read
    let callback = Callback::from_url(address.expose()).map_err(|error| unreadable(&error))?;
    let matched = callback.matched(&temporary.token).ok_or_else(|| unreadable(&CallbackError::Token))?;
    matched.read().map_err(|error| match error {
        CallbackError::Service(problem) => {
            let mut known = Known::new();
            secrets_of(Some(temporary)).for_each(|secret| known.add(secret));
            refusal(endpoint, &problem, None, &known)
        }
        error => unreadable(&error),
    })
}
