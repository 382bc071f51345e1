//! The person's part of a sign-in: the browser goes out, and comes back by the attempt's own way and address.
//!
//! RFC 6749 §4.1, RFC 8252. Whoever receives a redirect finds its attempt by a digest of `state`, seals it into that
//! attempt's slot, and the process that owns the attempt goes on; where that one is dead, the receiver takes over. What
//! matches nothing changes nothing.
//!
//! **Never**: look at `error` or `code` before the state has matched; open anything but the authorize address; keep
//! `state`, verifier or nonce anywhere but in the sealed slot.

use super::{Pending, pending::Returned, provider::Provider, scripted::stopped};
use crate::{
    Engine, Error,
    connect::{ATTEMPT_LIFE, Underway},
    request::BuildError,
};
use domain::{
    Timestamp,
    attempt::{Attempt, AttemptState},
    connector::{GrantType, OAuth2, Pkce as Proof, RedirectMethod, ResponseMode, ResponseType},
    id::AttemptId,
    ports::{
        AppLinkError, Arrived, BrowserError, Candidate, LinkHandler, ListenError, Listening, LoopbackAddress,
        LoopbackHost, Verdict, WaysTested,
    },
    sign_in::{Redirect, SignInFailure, StateKey, StepKind, Way},
};
use protocol::oauth2::{
    AuthorizeRequest, CallbackError, ExpectedIssuer, Pkce, PkceMethod, digest_of, make_unguessable,
};
use secret::{SecretString, ServerText};
use std::{sync::Arc, time::Duration};

/// The redirect address that the operating system hands to this program.
pub const APP_LINK: &str = "dev.patchbay:/oauth/callback";

/// How often a waiting run looks whether another process received its redirect.
const LOOK: Duration = Duration::from_millis(250);
/// How long a copied sign-in link stays in the clipboard.
const CLEAR_AFTER: Duration = Duration::from_secs(60);
/// Setting: the person's e-mail for sign-in pages.
const EMAIL: &str = "sign_in_email";

/// What became of something that came back from a browser.
#[derive(Debug)]
pub struct Received {
    /// The attempt that it belongs to.
    pub attempt: Attempt,
    /// What the service said, where it refused.
    pub refused: Option<ServerText>,
}

/// The key that redirects with this `state` are found by.
pub(crate) fn state_key(state: &SecretString) -> StateKey {
    StateKey::of_digest(&digest_of(state))
}

impl Engine {
    /// Takes a redirect that the operating system, the command line or a person's paste brought.
    /// # Errors
    /// [`Error::NotFound`] where no sign-in waits for it; nothing was changed then.
    pub async fn receive_redirect(&self, address: SecretString) -> Result<Received, Error> {
        let received = self.receive(Returned::Address(address), None).await?;
        if received.attempt.owner == self.process && self.runs.of(&received.attempt.id).is_none() {
            self.run_attempt(received.attempt.id.clone());
        }
        Ok(received)
    }

    /// Tries each way back from the browser on this machine. Opens no browser.
    pub async fn test_ways_back(&self) -> WaysTested {
        self.ports.ways.test().await
    }

    /// Has the system hand the app link to this program.
    /// # Errors
    /// [`AppLinkError`]; nothing was changed then.
    pub async fn register_app_link(&self) -> Result<(), AppLinkError> {
        let app_link = Arc::clone(&self.ports.app_link);
        let registered = tokio::task::spawn_blocking(move || app_link.register()).await;
        registered.unwrap_or_else(|error| Err(AppLinkError::Refused { detail: error.to_string() }))
    }

    /// The address of the sign-in page of an attempt that waits for the person.
    /// # Errors
    /// [`Error::AttemptEnded`] where it does not wait for a browser.
    pub async fn sign_in_link(&self, id: &AttemptId) -> Result<SecretString, Error> {
        let underway = self.underway(id).await?;
        match underway.attempt.state {
            AttemptState::SigningIn { device: None, .. } => self.authorize_address(&underway).await,
            AttemptState::SigningIn { device: Some(device), .. } => {
                Ok(SecretString::new(device.verification_uri_complete.unwrap_or(device.verification_uri)))
            }
            _ => Err(Error::AttemptEnded),
        }
    }

    /// Opens the sign-in page again.
    /// # Errors
    /// As [`Engine::sign_in_link`]; [`Error::Browser`].
    pub async fn open_sign_in(&self, id: &AttemptId) -> Result<(), Error> {
        let link = self.sign_in_link(id).await?;
        let private = self.attempt(id).await?.sign_in.is_some_and(|sign_in| sign_in.private);
        self.ports.browser.open(&link, private).await?;
        Ok(())
    }

    /// Copies the address of the sign-in page, for a browser of the person's choice.
    /// # Errors
    /// As [`Engine::sign_in_link`]; [`Error::Clipboard`].
    pub async fn copy_sign_in_link(&self, id: &AttemptId) -> Result<(), Error> {
        let link = self.sign_in_link(id).await?;
        Ok(self.ports.clipboard.copy(link, CLEAR_AFTER)?)
    }

    /// Begins the sign-in of an attempt, or goes on to what its grant needs next.
    pub(crate) async fn begin_sign_in(&self, underway: Underway) -> Result<(), Error> {
        match underway.provider.oauth2.grant_type {
            GrantType::ClientCredentials | GrantType::Password => {
                let pending = underway.pending.clone();
                self.advance(&underway.attempt, &pending.to_bytes(), |attempt| {
                    attempt.state = AttemptState::Exchanging;
                })
                .await?;
                Ok(())
            }
            GrantType::DeviceCode => self.begin_device(underway).await,
            GrantType::AuthorizationCode | GrantType::Implicit => self.begin_browser(underway).await,
        }
    }

    /// Listens, commits what the redirect will be matched with, and opens the browser; then waits.
    async fn begin_browser(&self, underway: Underway) -> Result<(), Error> {
        let Underway { attempt, provider, .. } = &underway;
        let Some(sign_in) = &attempt.sign_in else { return Err(Error::AttemptEnded) };
        let way = sign_in.redirect.as_ref().map_or(Way::Loopback, |redirect| redirect.way);
        if way == Way::App && sign_in.opens_browser {
            // Before the browser opens: nobody would bring the answer back.
            let app_link = Arc::clone(&self.ports.app_link);
            let handler = tokio::task::spawn_blocking(move || app_link.handler()).await;
            let other = match handler.unwrap_or(LinkHandler::Nobody) {
                LinkHandler::Ours => None,
                LinkHandler::Nobody => Some(None),
                LinkHandler::Other { name } => Some(Some(name)),
            };
            if let Some(handler) = other {
                return self.fail_with(&underway, SignInFailure::NoAppLink { handler }).await;
            }
        }
        let (uri, listening) = match way {
            Way::App => (APP_LINK.to_owned(), None),
            Way::Manual => (provider.oauth2.redirect_uri.clone().unwrap_or_default(), None),
            Way::Loopback => match self.listen(&provider.oauth2, provider.oauth2.redirect_port).await {
                Ok(listening) => (listening.redirect_uri().to_owned(), Some(listening)),
                Err(error) => {
                    let failure = SignInFailure::NoListener { detail: error.to_string() };
                    return self.fail_with(&underway, failure).await;
                }
            },
        };
        let state = make_unguessable(self.entropy());
        let nonce = provider.response_type.has_id_token() || provider.openid.is_some();
        let pending = Pending {
            verifier: proof(provider, self.entropy()).map(|proof| proof.verifier().clone()),
            nonce: nonce.then(|| make_unguessable(self.entropy())),
            state: Some(state.clone()),
            ..underway.pending.clone()
        };
        let now = self.ports.clock.now();
        let until = now.checked_add(ATTEMPT_LIFE).unwrap_or(Timestamp::MAX);
        let next = self
            .advance(attempt, &pending.to_bytes(), |attempt| {
                attempt.state = AttemptState::SigningIn { until, device: None };
                if let Some(sign_in) = &mut attempt.sign_in {
                    sign_in.redirect = Some(Redirect { way, uri });
                    sign_in.state_key = Some(state_key(&state));
                    sign_in.note(StepKind::Browser, now);
                }
            })
            .await?;
        if sign_in.opens_browser
            && let Err(error) = self.open_sign_in(&next.id).await
        {
            let failure = match error {
                Error::Browser(error) => SignInFailure::NoBrowser { detail: error.to_string() },
                Error::Script { event, failure } => stopped(event, &failure),
                error => return Err(error),
            };
            return self.fail(&next.id, failure).await;
        }
        self.await_redirect(&next.id, listening, until).await
    }

    /// Goes on waiting for the browser, as after a restart: at the same address.
    pub(crate) async fn go_on_waiting(&self, underway: Underway, until: Timestamp) -> Result<(), Error> {
        let Underway { attempt, provider, .. } = &underway;
        let redirect = attempt.sign_in.as_ref().and_then(|sign_in| sign_in.redirect.as_ref());
        let listening = match redirect {
            Some(Redirect { way: Way::Loopback, uri }) => {
                let port = url::Url::parse(uri).ok().and_then(|uri| uri.port());
                // Where the port is taken meanwhile, the person can still paste the address.
                self.listen(&provider.oauth2, port).await.ok()
            }
            _ => None,
        };
        self.await_redirect(&attempt.id, listening, until).await
    }

    /// Waits until the attempt goes on, whoever received its redirect, or its time is over.
    async fn await_redirect(
        &self,
        id: &AttemptId,
        mut listening: Option<Box<dyn Listening>>,
        until: Timestamp,
    ) -> Result<(), Error> {
        let clock = &self.ports.clock;
        let left = until.duration_since(clock.now()).try_into().unwrap_or(Duration::ZERO);
        let deadline = clock.monotonic() + left;
        loop {
            let arrives = async {
                match &mut listening {
                    Some(listening) => listening.next().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                candidate = arrives => match candidate {
                    Some(candidate) => self.judge(id, candidate).await?,
                    None => listening = None,
                },
                () = clock.sleep_until(deadline.min(clock.monotonic() + LOOK)) => {}
            }
            if !matches!(self.attempt(id).await?.state, AttemptState::SigningIn { .. }) {
                return Ok(());
            }
            if clock.monotonic() >= deadline {
                return self.fail_with(&self.underway(id).await?, SignInFailure::TimedOut).await;
            }
        }
    }

    /// Answers the page of something that arrived at an attempt's loopback address.
    async fn judge(&self, id: &AttemptId, candidate: Candidate) -> Result<(), Error> {
        let redirect = self.attempt(id).await?.sign_in.and_then(|sign_in| sign_in.redirect);
        let returned = match &candidate.arrived {
            Arrived::Address(address) => Returned::Address(address.clone()),
            Arrived::Form(pairs) => {
                let mut encoded = url::form_urlencoded::Serializer::new(String::new());
                for (key, value) in pairs {
                    // EXPOSE: the form is kept, sealed, as it came
                    encoded.append_pair(key, value.expose());
                }
                let address = redirect.map(|redirect| redirect.uri).unwrap_or_default();
                Returned::Form { address, body: SecretString::new(encoded.finish()) }
            }
        };
        let verdict = match self.receive(returned, Some(id)).await {
            Ok(Received { attempt, refused: None }) => Verdict::Taken { connection: attempt.name },
            Ok(Received { attempt, refused: Some(said) }) => {
                Verdict::Refused { connection: attempt.name, said }
            }
            Err(Error::NoSuchSignIn | Error::NotFound { .. }) => Verdict::NotOurs,
            Err(error) => {
                candidate.answer(Verdict::NotOurs);
                return Err(error);
            }
        };
        candidate.answer(verdict);
        Ok(())
    }

    /// Matches what came back with its attempt, and seals it there.
    async fn receive(&self, returned: Returned, only: Option<&AttemptId>) -> Result<Received, Error> {
        let not_ours = || Error::NoSuchSignIn;
        let callback = returned.callback().map_err(|_| not_ours())?;
        let key = state_key(callback.state());
        let found = self
            .store
            .read(move |snapshot| Ok::<_, Error>(snapshot.attempts().find_by_state(&key)?))
            .await?
            .ok_or_else(not_ours)?;
        let attempt = found.attempt;
        let AttemptState::SigningIn { until, device: None } = attempt.state else { return Err(not_ours()) };
        let redirect = attempt.sign_in.as_ref().and_then(|sign_in| sign_in.redirect.clone());
        let came_home = redirect.is_some_and(|redirect| callback.came_to(&redirect.uri));
        if only.is_some_and(|only| *only != attempt.id) || !came_home || self.ports.clock.now() > until {
            return Err(not_ours());
        }
        let underway = self.underway(&attempt.id).await?;
        let state = underway.pending.state.clone().ok_or_else(not_ours)?;
        let matched = callback.matched(&state).ok_or_else(not_ours)?;
        let read = matched.read(
            underway.provider.response_type,
            underway.provider.oauth2.response_mode,
            ExpectedIssuer::default(),
        );
        let refused = match read {
            Err(CallbackError::Service(error)) => {
                Some(error.description.or(error.code).unwrap_or_else(|| ServerText::quote("")))
            }
            _ => None,
        };
        let pending = Pending { returned: Some(returned), ..underway.pending };
        let dead = underway.attempt.owner != self.process
            && !self.ports.processes.is_running(&underway.attempt.owner);
        let (owner, now) = (self.process.clone(), self.ports.clock.now());
        let next = self
            .advance(&underway.attempt, &pending.to_bytes(), |attempt| {
                attempt.state = AttemptState::Exchanging;
                if dead {
                    attempt.owner = owner;
                }
                if let Some(sign_in) = &mut attempt.sign_in {
                    sign_in.note(StepKind::Redirect, now);
                }
            })
            .await;
        match next {
            Ok(attempt) => Ok(Received { attempt, refused }),
            // Somebody else was quicker with the same redirect: this one is used up.
            Err(Error::ChangedElsewhere) => Err(not_ours()),
            Err(error) => Err(error),
        }
    }

    async fn listen(&self, oauth2: &OAuth2, port: Option<u16>) -> Result<Box<dyn Listening>, ListenError> {
        let host = LoopbackHost::parse(&oauth2.redirect_host).unwrap_or(LoopbackHost::V4);
        let address = LoopbackAddress { host, port, path: oauth2.redirect_path.clone() };
        let mode = oauth2.response_mode.effective(oauth2.response_type());
        self.ports.redirects.listen(address, mode).await
    }

    /// The address that the browser opens.
    async fn authorize_address(&self, underway: &Underway) -> Result<SecretString, Error> {
        let Underway { attempt, provider, pending, client, .. } = underway;
        let redirect = attempt.sign_in.as_ref().and_then(|sign_in| sign_in.redirect.as_ref());
        let (Some(endpoint), Some(redirect), Some(state)) =
            (&provider.endpoints.authorize, redirect, &pending.state)
        else {
            return Err(Error::AttemptEnded);
        };
        let email = match provider.oauth2.prefill_email {
            true => self.setting(EMAIL).await?,
            false => None,
        };
        let email = email.as_ref().and_then(|email| email.as_str());
        let provider = &provider.with_email(email);
        let pkce =
            pending.verifier.clone().and_then(|verifier| Pkce::parse(verifier, method(provider)?).ok());
        let extra = provider.filled(&provider.oauth2.extra_authorize_params)?;
        let extra = self.extra_by_script(provider, endpoint, extra).await?;
        let request = AuthorizeRequest {
            endpoint,
            client_id: &client.id,
            response_type: provider.response_type,
            response_mode: provider.oauth2.response_mode,
            redirect_uri: &redirect.uri,
            state,
            nonce: pending.nonce.as_ref(),
            pkce: pkce.as_ref(),
            scopes: &provider.scopes(&attempt.requested),
            delimiter: &provider.delimiter,
            resources: &provider.resources()?,
            login_hint: email,
            extra: &extra,
        };
        let url = request.url().map_err(BuildError::from)?;
        Ok(SecretString::new(url.into()))
    }
}

/// The way back that a connector wants, unless the person chose another; `app` needs PKCE S256, else it is loopback.
pub(crate) fn way_of(oauth2: &OAuth2, response_type: ResponseType, chosen: Option<Way>) -> Way {
    let way = chosen.unwrap_or(match oauth2.redirect {
        RedirectMethod::App => Way::App,
        RedirectMethod::Loopback | RedirectMethod::Oob => Way::Loopback,
        RedirectMethod::Manual => Way::Manual,
    });
    let needs_listener = oauth2.response_mode == ResponseMode::FormPost;
    match way {
        Way::App if !response_type.has_code() || oauth2.pkce != Proof::S256 || needs_listener => {
            Way::Loopback
        }
        way => way,
    }
}

fn method(provider: &Provider) -> Option<PkceMethod> {
    match provider.oauth2.pkce {
        _ if !provider.response_type.has_code() => None,
        Proof::S256 => Some(PkceMethod::S256),
        Proof::Plain => Some(PkceMethod::Plain),
        Proof::Off => None,
    }
}

fn proof(provider: &Provider, entropy: [u8; 32]) -> Option<Pkce> {
    Some(match method(provider)? {
        PkceMethod::S256 => Pkce::s256(entropy),
        PkceMethod::Plain => Pkce::plain(entropy),
    })
}

impl From<BrowserError> for Error {
    fn from(error: BrowserError) -> Self {
        Self::Browser(error)
    }
}
