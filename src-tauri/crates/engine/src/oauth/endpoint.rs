//! One request to a service's own endpoints: only to origins that were agreed, never redirected, recorded without its
//! values.

use super::provider::Provider;
use crate::{
    Engine, Error,
    call::{millis_between, must_be_agreed},
    credential::Authorized,
    shown::show,
    trace::{Traced, record},
    witness::{Witness, exchanged},
};
use domain::{
    agent_group::Route,
    event::ScriptRun,
    id::{ConnectionId, ExchangeId, RevisionId},
    origin::AgreedOrigins,
    sign_in::{Endpoint, SignInFailure},
};
use protocol::{
    message::{Request, Response, header},
    oauth2::{Client, TokenError, TokenErrorKind},
};
use secret::{SecretString, redact::Known};

/// The most that is read of a reply, after decoding.
const REPLY_LIMIT: usize = 1 << 20;

/// What the requests of one sign-in or refresh have in common.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// Whom they ask.
    pub provider: &'a Provider,
    /// Who asks.
    pub client: &'a Client,
    /// Where secrets may go.
    pub origins: AgreedOrigins,
    /// How requests leave this machine.
    pub route: &'a Route,
    /// The revision of the connector.
    pub revision: &'a RevisionId,
    /// Whose requests they are, once the connection stands.
    pub connection: Option<ConnectionId>,
    /// What is told of the last one where it fails.
    pub witness: Witness,
}

impl Line<'_> {
    /// The secrets of the client, and those given, to be masked in whatever is shown.
    pub fn known<'s>(&self, secrets: impl IntoIterator<Item = &'s SecretString>) -> Known {
        let mut known = Known::new();
        self.client.secrets().iter().for_each(|secret| known.add(secret));
        secrets.into_iter().for_each(|secret| known.add(secret));
        known
    }
}

impl Engine {
    /// Sends `request`, whose secrets are `known`, and records it.
    /// # Errors
    /// [`SignInFailure::Unreachable`]; [`Error`] where the origin was not agreed
    pub(crate) async fn ask(
        &self,
        line: &Line<'_>,
        endpoint: Endpoint,
        request: Request,
        known: &Known,
    ) -> Result<Result<Response, SignInFailure>, Error> {
        Ok(self.ask_recorded(line, endpoint, request, known, Vec::new()).await?.0)
    }

    /// As [`Engine::ask`], after a script did `scripts`; with the record, for what it does next.
    /// # Errors
    /// As [`Engine::ask`].
    pub(super) async fn ask_recorded(
        &self,
        line: &Line<'_>,
        endpoint: Endpoint,
        request: Request,
        known: &Known,
        scripts: Vec<ScriptRun>,
    ) -> Result<(Result<Response, SignInFailure>, ExchangeId), Error> {
        let (way, who) = ((&line.origins, line.route), (line.connection.as_ref(), scripts));
        self.send_to(endpoint, request, way, who, known, &line.witness).await
    }

    /// Sends a request without secrets, and records it.
    /// # Errors
    /// As [`Engine::ask`].
    pub(crate) async fn send_plain(
        &self,
        endpoint: Endpoint,
        request: Request,
        (origins, route): (&AgreedOrigins, &Route),
        witness: &Witness,
    ) -> Result<Result<Response, SignInFailure>, Error> {
        let nothing = Known::new();
        let sent = self.send_to(endpoint, request, (origins, route), (None, Vec::new()), &nothing, witness);
        Ok(sent.await?.0)
    }

    pub(crate) async fn send_to(
        &self,
        endpoint: Endpoint,
        mut request: Request,
        (origins, route): (&AgreedOrigins, &Route),
        (connection, scripts): (Option<&ConnectionId>, Vec<ScriptRun>),
        known: &Known,
        witness: &Witness,
    ) -> Result<(Result<Response, SignInFailure>, ExchangeId), Error> {
        must_be_agreed(origins, &request.url)?;
        let json = header::HeaderValue::from_static("application/json");
        request.headers.entry(header::ACCEPT).or_insert(json);
        let sent = show(&request, &[], &Authorized::default(), known);
        let (at, begun) = (self.ports.clock.now(), self.ports.clock.monotonic());
        let outcome = self.ports.http.send(route, request.clone(), REPLY_LIMIT).await;
        let millis = millis_between(begun, self.ports.clock.monotonic());
        let id = ExchangeId::make(&*self.ports.entropy);
        let traced = Traced {
            id: &id,
            at,
            connection,
            request: &request,
            sent: &sent,
            outcome: &outcome,
            millis,
            scripts,
        };
        let exchange = record(traced, known);
        witness.saw(exchanged(endpoint, &sent, &outcome, known, at));
        // The record is for people. What came may be a token that nobody gives twice.
        if let Err(error) = self.store.write(move |change| change.activity().record_exchange(&exchange)).await
        {
            tracing::warn!(%error, "a request could not be recorded");
        }
        let outcome = outcome.map_err(|error| SignInFailure::Unreachable {
            endpoint,
            class: error.class,
            detail: known.mask_text(&error.detail),
        });
        Ok((outcome, id))
    }

    /// 32 fresh random bytes.
    pub(crate) fn entropy(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.ports.entropy.fill(&mut bytes);
        bytes
    }
}

/// What a service's refusal means for a sign-in.
pub(crate) fn refusal(endpoint: Endpoint, error: &TokenError, known: &Known) -> SignInFailure {
    let status = error.status.map(|status| status.as_u16());
    let code = match (&error.code, error.kind) {
        (Some(code), _) => code.as_str().to_owned(),
        (None, TokenErrorKind::Transient) => "temporarily_unavailable".into(),
        (None, _) => return SignInFailure::NotUnderstood { endpoint, status, detail: error.to_string() },
    };
    let said = error.description.as_ref().map(|said| known.mask_text(said.as_str()));
    SignInFailure::Answered { endpoint, status, code: known.mask_text(&code), said }
}
