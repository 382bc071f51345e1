//! The ways back from the browser: which stand open, what arrives by them, and whose it is.
//!
//! RFC 8252. Whoever receives a redirect finds its attempt by a digest of `state` (of the temporary token in OAuth 1.0a, see
//! [`crate::oauth1`]) and seals it into that attempt's slot; the process that owns the attempt goes on, or the receiver where
//! that one is dead. What matches nothing changes nothing.
//!
//! **Never**: look at `error` or `code` before the state has matched.

use super::{Pending, pending::Returned};
use crate::{Engine, Error, oauth1::token_key};
use domain::{
    Timestamp,
    attempt::{Attempt, AttemptState},
    connector::{OAuth1, OAuth2, ResponseMode, ReturnAddress},
    id::AttemptId,
    ports::{
        AppLinkError, Arrived, Candidate, LinkHandler, ListenError, Listening, LoopbackAddress, LoopbackHost,
        Verdict, WaysTested,
    },
    sign_in::{Redirect, SignIn, SignInFailure, StateKey, StepKind, Way},
};
use protocol::{
    oauth1::{self, exchange::OUT_OF_BAND},
    oauth2::{Callback, CallbackError, ExpectedIssuer, digest_of},
};
use secret::{SecretString, ServerText};
use std::{sync::Arc, time::Duration};
use url::form_urlencoded;

/// The redirect address that the operating system hands to this program.
pub const APP_LINK: &str = "dev.patchbay:/oauth/callback";

/// How often a waiting run looks whether another process received its redirect.
const LOOK: Duration = Duration::from_millis(250);

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

/// Where the browser comes back to on this machine.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Home<'a> {
    address: &'a ReturnAddress,
    mode: ResponseMode,
}

impl<'a> Home<'a> {
    pub(crate) fn of_oauth2(oauth2: &'a OAuth2) -> Self {
        let mode = oauth2.response_mode.effective(oauth2.response_type());
        Self { address: &oauth2.redirect, mode }
    }

    pub(crate) fn of_oauth1(oauth1: &'a OAuth1) -> Self {
        Self { address: &oauth1.redirect, mode: ResponseMode::Query }
    }

    /// The address by this way, as far as it is known before one listens: a free port is not chosen yet.
    pub(crate) fn planned(&self, way: Way) -> String {
        let ReturnAddress { host, port, path, manual, .. } = self.address;
        match way {
            Way::App => APP_LINK.to_owned(),
            Way::Manual => manual.clone().unwrap_or_default(),
            Way::Pin => OUT_OF_BAND.to_owned(),
            Way::Loopback => {
                let port = port.map_or_else(|| "PORT".to_owned(), |port| port.to_string());
                format!("http://{host}:{port}{path}")
            }
        }
    }
}

/// A way back that stands open.
pub(crate) struct WayBack {
    /// Which one.
    pub way: Way,
    /// The address that the service is told.
    pub uri: String,
    /// Who listens there, where this program does.
    pub listening: Option<Box<dyn Listening>>,
}

impl Engine {
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

    /// Opens an attempt's way back, before its browser goes out.
    pub(crate) async fn way_back(&self, sign_in: &SignIn, home: &Home<'_>) -> Result<WayBack, SignInFailure> {
        let way = sign_in.redirect.as_ref().map_or(Way::Loopback, |redirect| redirect.way);
        let (uri, listening) = match way {
            Way::App => {
                if sign_in.opens_browser {
                    self.must_come_back().await?;
                }
                (APP_LINK.to_owned(), None)
            }
            Way::Manual => (home.address.manual.clone().unwrap_or_default(), None),
            Way::Pin => (OUT_OF_BAND.to_owned(), None),
            Way::Loopback => {
                let listening = self
                    .listen(home, home.address.port)
                    .await
                    .map_err(|error| SignInFailure::NoListener { detail: error.to_string() })?;
                (listening.redirect_uri().to_owned(), Some(listening))
            }
        };
        Ok(WayBack { way, uri, listening })
    }

    /// Listens again, as after a restart, where the browser was told to come back to. Where that port is taken meanwhile,
    /// the person can still paste the address.
    pub(crate) async fn same_way_back(
        &self,
        attempt: &Attempt,
        home: &Home<'_>,
    ) -> Option<Box<dyn Listening>> {
        let Some(Redirect { way: Way::Loopback, uri }) = &attempt.sign_in.as_ref()?.redirect else {
            return None;
        };
        let port = url::Url::parse(uri).ok()?.port();
        self.listen(home, port).await.ok()
    }

    /// Before the browser opens with an app link: nobody would bring the answer back.
    async fn must_come_back(&self) -> Result<(), SignInFailure> {
        let app_link = Arc::clone(&self.ports.app_link);
        let handler = tokio::task::spawn_blocking(move || app_link.handler()).await;
        match handler.unwrap_or(LinkHandler::Nobody) {
            LinkHandler::Ours => Ok(()),
            LinkHandler::Nobody => Err(SignInFailure::NoAppLink { handler: None }),
            LinkHandler::Other { name } => Err(SignInFailure::NoAppLink { handler: Some(name) }),
        }
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
                    true => self.fail_signing(&self.signer(id).await?, SignInFailure::TimedOut).await,
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

    async fn listen(&self, home: &Home<'_>, port: Option<u16>) -> Result<Box<dyn Listening>, ListenError> {
        let ReturnAddress { host, path, .. } = home.address;
        let host = LoopbackHost::parse(host).unwrap_or(LoopbackHost::V4);
        let address = LoopbackAddress { host, port, path: path.clone() };
        self.ports.redirects.listen(address, home.mode).await
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
