//! The person's part of a sign-in: the browser goes out, and comes back by the attempt's own way and address.
//!
//! RFC 6749 §4.1, RFC 8252. Whoever receives a redirect finds its attempt by a digest of `state` (of the temporary token
//! in OAuth 1.0a, see [`crate::oauth1`]), seals it into that attempt's slot, and the process that owns the attempt goes on; where that one is dead, the receiver takes over. What
//! matches nothing changes nothing.
//!
//! **Never**: look at `error` or `code` before the state has matched; open anything but the authorize address; keep
//! `state`, verifier or nonce anywhere but in the sealed slot.

use super::{Pending, pending::Returned, provider::Provider, scripted::stopped};
use crate::{
    Engine, Error,
    connect::{ATTEMPT_LIFE, Underway},
    oauth1::token_key,
    request::BuildError,
};
use domain::{
    Timestamp,
    attempt::{Attempt, AttemptState},
    connector::{GrantType, OAuth1, OAuth2, Pkce as Proof, RedirectMethod, ResponseMode, ResponseType},
    id::AttemptId,
    ports::{
        AppLinkError, Arrived, BrowserError, Candidate, LinkHandler, ListenError, Listening, LoopbackAddress,
        LoopbackHost, Verdict, WaysTested,
    },
    sign_in::{Redirect, SignInFailure, StateKey, StepKind, Way},
};
use protocol::oauth1;
use protocol::oauth2::{
    AuthorizeRequest, Callback, CallbackError, ExpectedIssuer, Pkce, PkceMethod, digest_of, make_unguessable,
};
use secret::{SecretString, ServerText};
use std::{sync::Arc, time::Duration};
use url::form_urlencoded;

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
        if self.signs(id).await? {
            let signer = self.signer(id).await?;
            return match signer.attempt.state {
                AttemptState::SigningIn { .. } => self.page_of(&signer),
                _ => Err(Error::AttemptEnded),
            };
        }
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
        if way == Way::App
            && sign_in.opens_browser
            && let Err(failure) = self.must_come_back().await
        {
            return self.fail_with(&underway, failure).await;
        }
        let (uri, listening) = match way {
            Way::App => (APP_LINK.to_owned(), None),
            Way::Manual => (provider.oauth2.redirect_uri.clone().unwrap_or_default(), None),
            // A PIN is of OAuth 1.0a alone: there is nothing to type here.
            Way::Loopback | Way::Pin => match self.listen(&Home::of_oauth2(&provider.oauth2), None).await {
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
        if let Err(failure) = self.show_page(&next).await? {
            return self.fail(&next.id, failure).await;
        }
        self.await_redirect(&next.id, listening, until).await
    }

    /// Before the browser opens with an app link: nobody would bring the answer back.
    pub(crate) async fn must_come_back(&self) -> Result<(), SignInFailure> {
        let app_link = Arc::clone(&self.ports.app_link);
        let handler = tokio::task::spawn_blocking(move || app_link.handler()).await;
        match handler.unwrap_or(LinkHandler::Nobody) {
            LinkHandler::Ours => Ok(()),
            LinkHandler::Nobody => Err(SignInFailure::NoAppLink { handler: None }),
            LinkHandler::Other { name } => Err(SignInFailure::NoAppLink { handler: Some(name) }),
        }
    }

    /// Opens the sign-in page of an attempt, unless its address is handed out.
    pub(crate) async fn show_page(&self, attempt: &Attempt) -> Result<Result<(), SignInFailure>, Error> {
        if !attempt.sign_in.as_ref().is_some_and(|sign_in| sign_in.opens_browser) {
            return Ok(Ok(()));
        }
        match self.open_sign_in(&attempt.id).await {
            Ok(()) => Ok(Ok(())),
            Err(Error::Browser(error)) => Ok(Err(SignInFailure::NoBrowser { detail: error.to_string() })),
            Err(Error::Script { event, failure }) => Ok(Err(stopped(event, &failure))),
            Err(error) => Err(error),
        }
    }

    /// Goes on waiting for the browser, as after a restart: at the same address.
    pub(crate) async fn go_on_waiting(&self, underway: Underway, until: Timestamp) -> Result<(), Error> {
        let Underway { attempt, provider, .. } = &underway;
        let redirect = attempt.sign_in.as_ref().and_then(|sign_in| sign_in.redirect.as_ref());
        let listening = match redirect {
            Some(Redirect { way: Way::Loopback, uri }) => {
                // Where the port is taken meanwhile, the person can still paste the address.
                self.listen(&Home::of_oauth2(&provider.oauth2), Some(uri)).await.ok()
            }
            _ => None,
        };
        self.await_redirect(&attempt.id, listening, until).await
    }

    /// Waits until the attempt goes on, whoever received its redirect, or its time is over.
    pub(crate) async fn await_redirect(
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
                return match self.signs(id).await? {
                    true => self.fail(id, SignInFailure::TimedOut).await,
                    false => self.fail_with(&self.underway(id).await?, SignInFailure::TimedOut).await,
                };
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
        let came = Came::read(&returned).ok_or_else(not_ours)?;
        let key = came.key();
        let found = self
            .store
            .read(move |snapshot| Ok::<_, Error>(snapshot.attempts().find_by_state(&key)?))
            .await?
            .ok_or_else(not_ours)?;
        let attempt = found.attempt;
        let AttemptState::SigningIn { until, device: None } = attempt.state else { return Err(not_ours()) };
        let redirect = attempt.sign_in.as_ref().and_then(|sign_in| sign_in.redirect.clone());
        let came_home = redirect.is_some_and(|redirect| came.came_to(&redirect.uri));
        if only.is_some_and(|only| *only != attempt.id) || !came_home || self.ports.clock.now() > until {
            return Err(not_ours());
        }
        let (attempt, pending, refused) = match came {
            Came::Signed(callback) => {
                let signer = self.signer(&attempt.id).await?;
                let temporary = signer.pending.temporary.as_ref().ok_or_else(not_ours)?;
                let matched = callback.matched(&temporary.token).ok_or_else(not_ours)?;
                let refused = match matched.read() {
                    Err(oauth1::callback::CallbackError::Service(problem)) => problem.said.or(problem.code),
                    _ => None,
                };
                (signer.attempt, signer.pending, refused)
            }
            Came::WithState(callback) => {
                let underway = self.underway(&attempt.id).await?;
                let state = underway.pending.state.clone().ok_or_else(not_ours)?;
                let matched = callback.matched(&state).ok_or_else(not_ours)?;
                let (of, mode) = (underway.provider.response_type, underway.provider.oauth2.response_mode);
                let refused = match matched.read(of, mode, ExpectedIssuer::default()) {
                    Err(CallbackError::Service(error)) => {
                        Some(error.description.or(error.code).unwrap_or_else(|| ServerText::quote("")))
                    }
                    _ => None,
                };
                (underway.attempt, underway.pending, refused)
            }
        };
        let pending = Pending { returned: Some(returned), ..pending };
        match self.hand_over(&attempt, &pending).await {
            Ok(attempt) => Ok(Received { attempt, refused }),
            // Somebody else was quicker with the same redirect: this one is used up.
            Err(Error::ChangedElsewhere) => Err(not_ours()),
            Err(error) => Err(error),
        }
    }

    /// Seals what came back into its attempt, and takes the attempt over where its process is dead.
    pub(crate) async fn hand_over(&self, attempt: &Attempt, pending: &Pending) -> Result<Attempt, Error> {
        let dead = attempt.owner != self.process && !self.ports.processes.is_running(&attempt.owner);
        let (owner, now) = (self.process.clone(), self.ports.clock.now());
        self.advance(attempt, &pending.to_bytes(), |attempt| {
            attempt.state = AttemptState::Exchanging;
            if dead {
                attempt.owner = owner;
            }
            if let Some(sign_in) = &mut attempt.sign_in {
                sign_in.note(StepKind::Redirect, now);
            }
        })
        .await
    }

    /// Listens for the browser; `again` is the address that it was sent to before a restart.
    pub(crate) async fn listen(
        &self,
        home: &Home,
        again: Option<&String>,
    ) -> Result<Box<dyn Listening>, ListenError> {
        let host = LoopbackHost::parse(&home.host).unwrap_or(LoopbackHost::V4);
        let port = again.map_or(home.port, |uri| url::Url::parse(uri).ok().and_then(|uri| uri.port()));
        let address = LoopbackAddress { host, port, path: home.path.clone() };
        self.ports.redirects.listen(address, home.mode).await
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

/// Where the browser comes back to on this machine.
#[derive(Clone, Debug)]
pub(crate) struct Home {
    host: String,
    port: Option<u16>,
    path: String,
    mode: ResponseMode,
}

impl Home {
    pub(crate) fn of_oauth2(oauth2: &OAuth2) -> Self {
        Self {
            host: oauth2.redirect_host.clone(),
            port: oauth2.redirect_port,
            path: oauth2.redirect_path.clone(),
            mode: oauth2.response_mode.effective(oauth2.response_type()),
        }
    }

    pub(crate) fn of_oauth1(oauth1: &OAuth1) -> Self {
        Self {
            host: oauth1.redirect_host.clone(),
            port: oauth1.redirect_port,
            path: oauth1.redirect_path.clone(),
            mode: ResponseMode::Query,
        }
    }
}

/// What came back, as far as it tells which attempt it is of. An address with a `state` is of OAuth 2, whatever else it
/// carries: OAuth 1.0a never sends one.
enum Came {
    WithState(Callback),
    Signed(oauth1::callback::Callback),
}

impl Came {
    fn read(returned: &Returned) -> Option<Self> {
        match (returned.callback(), returned) {
            (Ok(callback), _) => Some(Self::WithState(callback)),
            (Err(_), Returned::Address(address)) => {
                // EXPOSE: what came back is read
                let address = address.expose();
                let mut pairs = address
                    .split(['?', '#'])
                    .skip(1)
                    .flat_map(|part| form_urlencoded::parse(part.as_bytes()));
                if pairs.any(|(key, _)| key == "state") {
                    return None;
                }
                oauth1::callback::Callback::from_url(address).ok().map(Self::Signed)
            }
            (Err(_), Returned::Form { .. }) => None,
        }
    }

    fn key(&self) -> StateKey {
        match self {
            Self::WithState(callback) => state_key(callback.state()),
            Self::Signed(callback) => token_key(callback.token()),
        }
    }

    fn came_to(&self, redirect_uri: &str) -> bool {
        match self {
            Self::WithState(callback) => callback.came_to(redirect_uri),
            Self::Signed(callback) => callback.came_to(redirect_uri),
        }
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
        Way::Pin => Way::Loopback,
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
