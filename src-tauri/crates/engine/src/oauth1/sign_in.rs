//! The person's part of an OAuth 1.0a sign-in (RFC 5849 §2.1, §2.2): temporary credentials first, then the service's page;
//! the person comes back by the attempt's own way, or types the PIN that the page shows.

use super::service::Service;
use crate::{
    Engine, Error,
    connect::ATTEMPT_LIFE,
    oauth::{
        Pending,
        way_back::{Home, WayBack},
    },
    witness::{self, Failed, Side, Witness},
};
use domain::{
    Timestamp,
    agent_group::Route,
    attempt::{Attempt, AttemptState},
    connector::Connector,
    id::AttemptId,
    origin::AgreedOrigins,
    sign_in::{Endpoint, Redirect, SignInFailure, StateKey, StepKind, Way},
};
use protocol::{
    oauth1::{
        Client, Token,
        exchange::{authorization_address, read_temporary, temporary_request},
    },
    oauth2::digest_of,
};
use secret::SecretString;

/// A sign-in that is under way, opened for its next step.
#[derive(Debug)]
pub(crate) struct Signer {
    /// The attempt.
    pub attempt: Attempt,
    /// What it keeps.
    pub pending: Pending,
    /// Whom it asks.
    pub service: Service,
    /// Who asks.
    pub client: Client,
    /// Where signed requests may go.
    pub origins: AgreedOrigins,
    /// How its requests leave this machine.
    pub route: Route,
    /// What it exchanged last.
    pub witness: Witness,
    /// The connector, its environment laid over it.
    pub connector: Connector,
}

/// The key that redirects with this temporary token are found by.
pub(crate) fn token_key(token: &SecretString) -> StateKey {
    // EXPOSE: only its digest goes on
    let named = SecretString::new(format!("oauth_token {}", token.expose()));
    StateKey::of_digest(&digest_of(&named))
}

impl Engine {
    /// Asks for temporary credentials, commits them, opens the service's page and waits.
    pub(crate) async fn begin_signing(&self, signer: Signer) -> Result<(), Error> {
        let Signer { attempt, service, client, .. } = &signer;
        let Some(sign_in) = &attempt.sign_in else { return Err(Error::AttemptEnded) };
        let (way, uri, listening) = match self.way_back(sign_in, &Home::of_oauth1(&service.oauth1)).await {
            Ok(WayBack { way, uri, listening }) => (way, uri, listening),
            Err(failure) => return self.fail_signing(&signer, failure).await,
        };
        let endpoint = Endpoint::TemporaryCredentials;
        let Some(url) = &service.temporary else {
            let detail = "the connector names no request token address".to_owned();
            let failure = SignInFailure::NotUnderstood { endpoint, status: None, detail };
            return self.fail_signing(&signer, failure).await;
        };
        let request = |stamp| temporary_request(url, client, &service.style, &uri, stamp);
        let reply = match self.ask_signed(&signer, (endpoint, url), request, &[]).await? {
            Ok(reply) => reply,
            Err(failure) => return self.fail_signing(&signer, failure).await,
        };
        let temporary = match read_temporary(&reply) {
            Ok(granted) => granted.token,
            Err(problem) => {
                let failure = self.refused(&signer, endpoint, &problem, &reply, []);
                return self.fail_signing(&signer, failure).await;
            }
        };
        // What comes back is found by it, so it must be this attempt's alone.
        let key = token_key(&temporary.token);
        if self.is_waited_for(&key).await? {
            let detail = "the service gave a temporary token that another sign-in has".to_owned();
            let failure = SignInFailure::NotUnderstood { endpoint, status: None, detail };
            return self.fail_signing(&signer, failure).await;
        }
        let pending = Pending { temporary: Some(temporary), ..signer.pending.clone() };
        let now = self.ports.clock.now();
        let until = now.checked_add(ATTEMPT_LIFE).unwrap_or(Timestamp::MAX);
        let next = self
            .advance(attempt, &pending.to_bytes(), |attempt| {
                attempt.state = AttemptState::SigningIn { until, device: None };
                if let Some(sign_in) = &mut attempt.sign_in {
                    sign_in.redirect = Some(Redirect { way, uri });
                    sign_in.state_key = Some(key);
                    sign_in.note(StepKind::Browser, now);
                }
            })
            .await?;
        if let Err(failure) = self.show_page(&next).await? {
            return self.fail(&next.id, failure).await;
        }
        self.await_redirect(&next.id, listening, until).await
    }

    /// Ends a sign-in that brought no credential, with what was exchanged for it.
    pub(crate) async fn fail_signing(&self, signer: &Signer, failure: SignInFailure) -> Result<(), Error> {
        let Signer { attempt, connector, service, witness, .. } = signer;
        let failed = Failed { attempt, connector, side: Side::Signs { service }, witness };
        let evidence = witness::of_sign_in(&failed, &failure, self.ports.clock.now()).map(Box::new);
        self.settle(&attempt.id, AttemptState::Failed { failure, evidence }).await
    }

    /// Goes on waiting for the browser, as after a restart: at the same address.
    pub(crate) async fn go_on_signing(&self, signer: Signer, until: Timestamp) -> Result<(), Error> {
        let listening = self.same_way_back(&signer.attempt, &Home::of_oauth1(&signer.service.oauth1)).await;
        self.await_redirect(&signer.attempt.id, listening, until).await
    }

    /// The service's page for the person.
    pub(crate) fn page_of(&self, signer: &Signer) -> Result<SecretString, Error> {
        match (&signer.service.authorize, &signer.pending.temporary) {
            (Some(endpoint), Some(temporary)) => Ok(authorization_address(endpoint, temporary)),
            _ => Err(Error::AttemptEnded),
        }
    }

    /// Takes the PIN that the service's page showed to the person.
    /// # Errors
    /// [`Error::AttemptEnded`] where the attempt waits for none; [`Error::Values`] for an empty one.
    pub async fn enter_pin(&self, id: &AttemptId, pin: SecretString) -> Result<Attempt, Error> {
        // EXPOSE: the blanks around it are no part of it
        let pin = SecretString::new(pin.expose().trim().to_owned());
        if pin.is_empty() {
            return Err(Error::Values(vec![("pin".into(), "The PIN is missing.".into())]));
        }
        let signer = self.signer(id).await?;
        let AttemptState::SigningIn { until, device: None } = signer.attempt.state else {
            return Err(Error::AttemptEnded);
        };
        let redirect = signer.attempt.sign_in.as_ref().and_then(|sign_in| sign_in.redirect.as_ref());
        if redirect.is_none_or(|redirect| redirect.way != Way::Pin) || self.ports.clock.now() > until {
            return Err(Error::AttemptEnded);
        }
        let pending = Pending { pin: Some(pin), ..signer.pending };
        let attempt = self.hand_over(&signer.attempt, &pending).await?;
        if attempt.owner == self.process && self.runs.of(&attempt.id).is_none() {
            self.run_attempt(attempt.id.clone());
        }
        Ok(attempt)
    }

    async fn is_waited_for(&self, key: &StateKey) -> Result<bool, Error> {
        let key = key.clone();
        let found = self.store.read(move |snapshot| Ok::<_, Error>(snapshot.attempts().find_by_state(&key)?));
        Ok(found.await?.is_some())
    }
}

/// The secrets of a sign-in, to be masked in whatever is shown.
pub(super) fn secrets_of(temporary: Option<&Token>) -> impl Iterator<Item = &SecretString> {
    temporary.into_iter().flat_map(Token::secrets)
}
