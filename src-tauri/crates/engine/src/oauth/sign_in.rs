//! The person's part of a sign-in: the browser goes out to the service's page. [`super::way_back`] is how it comes back.
//!
//! RFC 6749 §4.1, RFC 8252.
//!
//! **Never**: open anything but the authorize address; keep `state`, verifier or nonce anywhere but in the sealed slot.

use super::{
    Pending,
    provider::Provider,
    scripted::stopped,
    way_back::{Home, WayBack, state_key},
};
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
    ports::BrowserError,
    sign_in::{Redirect, SignInFailure, StepKind, Way},
};
use protocol::{
    message::Url,
    oauth2::{AuthorizeRequest, Pkce, PkceMethod, make_unguessable},
};
use secret::SecretString;
use std::time::Duration;

/// How long a copied sign-in link stays in the clipboard.
const CLEAR_AFTER: Duration = Duration::from_secs(60);
/// Setting: the person's e-mail for sign-in pages.
const EMAIL: &str = "sign_in_email";

impl Engine {
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
        let (way, uri, listening) = match self.way_back(sign_in, &Home::of_oauth2(&provider.oauth2)).await {
            Ok(WayBack { way, uri, listening }) => (way, uri, listening),
            Err(failure) => return self.fail_with(&underway, failure).await,
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
        let listening = self.same_way_back(attempt, &Home::of_oauth2(&provider.oauth2)).await;
        self.await_redirect(&attempt.id, listening, until).await
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
        let of = PageOf {
            client_id: &client.id,
            redirect_uri: &redirect.uri,
            state,
            nonce: pending.nonce.as_ref(),
            pkce: pkce.as_ref(),
            scopes: &provider.scopes(&attempt.requested),
            email,
        };
        Ok(SecretString::new(page_address(provider, endpoint, &of, &extra)?.into()))
    }
}

/// What the sign-in page of one attempt is told.
#[derive(Debug)]
pub(super) struct PageOf<'a> {
    /// Who asks.
    pub client_id: &'a str,
    /// Where the browser comes back to.
    pub redirect_uri: &'a str,
    /// What its redirect is matched with.
    pub state: &'a SecretString,
    /// What ties an id_token to it.
    pub nonce: Option<&'a SecretString>,
    /// What ties the code to it.
    pub pkce: Option<&'a Pkce>,
    /// What is asked for.
    pub scopes: &'a [String],
    /// Whose page it is, where the connector wants that said.
    pub email: Option<&'a str>,
}

/// The address of a sign-in page at `endpoint`.
pub(super) fn page_address(
    provider: &Provider,
    endpoint: &Url,
    of: &PageOf<'_>,
    extra: &[(String, String)],
) -> Result<Url, BuildError> {
    let request = AuthorizeRequest {
        endpoint,
        client_id: of.client_id,
        response_type: provider.response_type,
        response_mode: provider.oauth2.response_mode,
        redirect_uri: of.redirect_uri,
        state: of.state,
        nonce: of.nonce,
        pkce: of.pkce,
        scopes: of.scopes,
        delimiter: &provider.delimiter,
        resources: &provider.resources()?,
        login_hint: of.email,
        extra,
    };
    Ok(request.url()?)
}

/// The way back that a connector wants, unless the person chose another; `app` needs PKCE S256, else it is loopback.
pub(crate) fn way_of(oauth2: &OAuth2, response_type: ResponseType, chosen: Option<Way>) -> Way {
    let way = chosen.unwrap_or(match oauth2.redirect.method {
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

pub(super) fn proof(provider: &Provider, entropy: [u8; 32]) -> Option<Pkce> {
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
