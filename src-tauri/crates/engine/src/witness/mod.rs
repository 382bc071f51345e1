//! Witnesses: what was exchanged, kept for the case that it fails, so that its causes can be told.
//!
//! A [`Witness`] goes along with the requests of one run and remembers the last one; when the run fails, [`of_sign_in`]
//! puts it beside the settings that matter and what is [`known`] here. Whatever could be secret is masked on the way in
//! ([`mask`]).
//!
//! **Never**: remembers a request as it was sent; sends, waits, or decides.

mod known;
mod mask;

pub(crate) use known::{about, clock_offset, local, of_comparison, settings_of, standing};
pub(crate) use mask::{looks_like_a_token, page, seen};

use crate::{
    connections::Loaded, credential::TokenSet, oauth::provider::Provider, oauth1::service::Service,
    shown::Sent,
};
use domain::{
    Timestamp,
    attempt::Attempt,
    connector::Connector,
    evidence::{Came, Evidence, FailedStep, Seen, Unanswered},
    ports::TransportError,
    sign_in::{Endpoint, SignIn, SignInFailure},
};
use known::{about_sign_in, about_tokens};
use protocol::{message::Response, oauth2::Client};
use secret::redact::Known;
use serde_json::{Map, Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The last exchange of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Witness(Arc<Mutex<Option<Exchanged>>>);

/// One exchange, masked.
#[derive(Clone, Debug)]
pub(crate) struct Exchanged {
    /// Where it was sent.
    pub endpoint: Endpoint,
    /// What was sent, and what came.
    pub seen: Seen,
    /// Our clock less the service's, in seconds.
    pub clock_offset: Option<i64>,
}

impl Witness {
    /// Remembers an exchange in place of the one before.
    pub fn saw(&self, exchanged: Exchanged) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(exchanged);
    }

    fn last(&self) -> Option<Exchanged> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Masks an exchange.
pub(crate) fn exchanged(
    endpoint: Endpoint,
    sent: &Sent,
    outcome: &Result<Response, TransportError>,
    known: &Known,
    now: Timestamp,
) -> Exchanged {
    let clock_offset = outcome.as_ref().ok().and_then(|reply| clock_offset(reply, now));
    Exchanged { endpoint, seen: seen(sent, outcome, known), clock_offset }
}

/// Whom a sign-in asked, and as whom.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Side<'a> {
    /// A service that gives tokens.
    Gives { provider: &'a Provider, client: &'a Client },
    /// One that wants each request signed.
    Signs { service: &'a Service },
}

/// What a sign-in that failed was made of.
#[derive(Debug)]
pub(crate) struct Failed<'a> {
    /// The attempt.
    pub attempt: &'a Attempt,
    /// The connector, its environment laid over it.
    pub connector: &'a Connector,
    /// Whom it asked, and as whom.
    pub side: Side<'a>,
    /// What was exchanged last.
    pub witness: &'a Witness,
}

/// The evidence of a sign-in that failed; none where what failed tells itself.
pub(crate) fn of_sign_in(failed: &Failed<'_>, failure: &SignInFailure, now: Timestamp) -> Option<Evidence> {
    let Failed { attempt, connector, side, witness } = *failed;
    let last = witness.last();
    let provider = match side {
        Side::Gives { provider, .. } => Some(provider),
        Side::Signs { .. } => None,
    };
    let mut settings = settings_of(connector, attempt.authentication.as_deref(), provider);
    let sign_in = attempt.sign_in.as_ref()?;
    let mut known = local(now, last.as_ref().and_then(|last| last.clock_offset));
    about_redirect(sign_in, &mut settings, &mut known);
    if let SignInFailure::NoAppLink { .. } = failure {
        known.insert("scheme_registered".into(), json!(false));
    }
    match side {
        Side::Gives { provider, client } => {
            settings.insert("scope".into(), json!(provider.scopes(&attempt.requested)));
            known.extend(about_sign_in(provider, client, sign_in));
        }
        Side::Signs { service } => settings.extend(service.told()),
    }
    let (step, seen) = of_failure(failure, last)?;
    Some(Evidence { connector: settings, step, seen, local: known })
}

/// What a person brought of the page that the service showed in the browser, in place of sending it back.
pub(crate) fn of_page(
    attempt: &Attempt,
    connector: &Connector,
    values: &BTreeMap<String, String>,
    pasted: &str,
    now: Timestamp,
) -> Evidence {
    let way = attempt.authentication.as_deref();
    let provider = Provider::of(connector, way, values).ok().flatten();
    let mut settings = settings_of(connector, way, provider.as_ref());
    let mut known = local(now, None);
    if let Some(sign_in) = &attempt.sign_in {
        about_redirect(sign_in, &mut settings, &mut known);
    }
    if let Some(provider) = &provider {
        settings.insert("scope".into(), json!(provider.scopes(&attempt.requested)));
    } else if let Ok(Some(service)) = Service::of(connector, way, values) {
        settings.extend(service.told());
    }
    let seen = Seen { request: None, came: Came::Page(page(pasted)) };
    Evidence { connector: settings, step: FailedStep::Authorize, seen, local: known }
}

fn about_redirect(sign_in: &SignIn, settings: &mut Map<String, Value>, known: &mut Map<String, Value>) {
    if let Some(redirect) = sign_in.redirect.as_ref().filter(|redirect| !redirect.uri.is_empty()) {
        settings.insert("redirect".into(), json!(redirect.uri));
        known.insert("redirect_sent".into(), json!(redirect.uri));
    }
}

/// Where a sign-in failed, and what shows it.
fn of_failure(failure: &SignInFailure, last: Option<Exchanged>) -> Option<(FailedStep, Seen)> {
    let alone = |came| Seen { request: None, came };
    let map = |value: Value| value.as_object().cloned().unwrap_or_default();
    let exchanged = |endpoint: Endpoint| {
        let last = last.filter(|last| last.endpoint == endpoint)?;
        Some((step_of(endpoint), last.seen))
    };
    match failure {
        // What the browser brought; nothing else of it may be looked at again.
        SignInFailure::Answered { endpoint: Endpoint::Authorization, code, said, .. } => {
            let params = json!({ "error": code, "error_description": said.as_deref().unwrap_or_default() });
            Some((
                FailedStep::Authorize,
                alone(Came::Redirect(map(json!({ "params": params, "in": "query" })))),
            ))
        }
        SignInFailure::Answered { endpoint, .. }
        | SignInFailure::Clock { endpoint, .. }
        | SignInFailure::NotUnderstood { endpoint, .. }
        | SignInFailure::Unreachable { endpoint, .. } => exchanged(*endpoint),
        SignInFailure::NotTrusted { check: Some(check), detail } => {
            let check = json!({ "name": check, "message": detail });
            Some((FailedStep::IdToken, alone(Came::Check(map(check)))))
        }
        SignInFailure::TimedOut => {
            let waited = json!({ "what": "no redirect came back", "browser_opened": true });
            Some((FailedStep::Redirect, alone(Came::Nothing(map(waited)))))
        }
        SignInFailure::NoListener { detail } => {
            let why = Unanswered {
                class: "local".into(),
                kind: "bind".into(),
                fault: None,
                chain: vec![detail.clone()],
            };
            Some((FailedStep::Redirect, alone(Came::Transport(why))))
        }
        SignInFailure::NoAppLink { .. } => {
            let what = json!({ "what": "the browser was not opened", "browser_opened": false });
            Some((FailedStep::Redirect, alone(Came::Nothing(map(what)))))
        }
        SignInFailure::NotTrusted { check: None, .. }
        | SignInFailure::NotConfirmed
        | SignInFailure::NoBrowser { .. }
        | SignInFailure::Script { .. }
        | SignInFailure::Interrupted { .. } => None,
    }
}

fn step_of(endpoint: Endpoint) -> FailedStep {
    match endpoint {
        Endpoint::TemporaryCredentials | Endpoint::Authorization | Endpoint::DeviceAuthorization => {
            FailedStep::Authorize
        }
        Endpoint::Token => FailedStep::Token,
        Endpoint::Revocation => FailedStep::Revoke,
        Endpoint::Introspection | Endpoint::Userinfo => FailedStep::Verify,
        Endpoint::Metadata | Endpoint::Jwks => FailedStep::Discovery,
    }
}

/// The evidence of a refresh that failed.
pub(crate) fn of_refresh(
    loaded: &Loaded,
    tokens: &TokenSet,
    provider: &Provider,
    witness: &Witness,
    now: Timestamp,
) -> Option<Evidence> {
    let last = witness.last()?;
    let mut known = local(now, last.clock_offset);
    known.extend(about_tokens(tokens, now));
    known.extend(standing(loaded, Some(tokens)));
    let way = loaded.connection.authentication.as_deref();
    let connector = settings_of(&loaded.connector, way, Some(provider));
    Some(Evidence { connector, step: FailedStep::Refresh, seen: last.seen, local: known })
}
