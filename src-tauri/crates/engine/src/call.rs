//! Call: every request of a connection goes this one way, whoever asks for it.
//!
//! Prepare → the connector's script → authorize → is the origin agreed → send by the route → follow redirects ourselves (GET and HEAD only, the credential
//! decided anew per hop) → trace. Verify is a call whose reply is judged.

use crate::{
    Engine, Error,
    connections::Loaded,
    credential::Credential,
    environment::Reach,
    oauth::{provider::Provider, refresh::Want},
    request::{Built, Call, Parts, Prepared, build_bare_hop, prepare, prepare_hop},
    script::{Context, ScriptEvent, Subject, auth_value},
    shown::{Sent, known_secrets},
    signing::{Compared, compare},
    trace::{Traced, record},
    vault::VaultError,
    verify::{judge, lacks},
    witness,
};
use domain::{
    agent_group::Route,
    connection::{AttentionReason, ConnectionStatus, CouldNotCheck, Verification},
    connector::{Authentication, Connector},
    event::{Event, EventKind, ScriptRun},
    evidence::{Evidence, FailedStep},
    id::{ConnectionId, ExchangeId},
    origin::{AgreedOrigins, Origin},
    ports::TransportError,
};
use protocol::message::{Method, Response, Stamp, Url, header};
use secret::redact::Known;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The most that is read of a reply, after decoding.
pub const REPLY_LIMIT: usize = 16 << 20;
/// The most redirects that are followed.
pub const MOST_HOPS: usize = 5;

/// Everything a call needs, opened for its length.
#[derive(Debug)]
pub struct Opened {
    /// The connector, its environment laid over it.
    pub connector: Connector,
    /// Which of its authentications.
    pub authentication: Option<String>,
    /// Values of all its settings, and what the service told besides.
    pub settings: BTreeMap<String, String>,
    /// The opened credential.
    pub credential: Credential,
    /// Where the credential may go.
    pub origins: AgreedOrigins,
    /// How the call leaves this machine.
    pub route: Route,
    /// Whose call it is; none while the connection does not stand yet.
    pub connection: Option<ConnectionId>,
    /// What is known of it should the call fail.
    pub standing: Map<String, Value>,
}

/// What came of a call.
#[derive(Debug)]
pub struct Called {
    /// The reply to the last hop, or why none came.
    pub outcome: Result<Response, TransportError>,
    /// What the first hop sent, as it may be shown.
    pub sent: Sent,
    /// The last hop's record.
    pub exchange: ExchangeId,
    /// How long all hops took.
    pub millis: u64,
    /// Whether the reply says that the credential is not accepted.
    pub refused: bool,
    /// What was signed beside what the service says that it would have signed.
    pub compared: Option<Compared>,
    /// The secrets of the connection, to be masked in whatever is shown of the reply.
    pub known: Known,
    /// What was exchanged last, secrets masked; none where it went well.
    pub evidence: Option<Box<Evidence>>,
}

/// What verify found, and how.
#[derive(Debug)]
pub(crate) struct Checked {
    /// What it found.
    pub found: Verification,
    /// The record of the call, where one was made.
    pub exchange: Option<ExchangeId>,
    /// How long it took.
    pub millis: Option<u64>,
    /// What was exchanged, unless it works.
    pub evidence: Option<Box<Evidence>>,
}

impl Opened {
    /// With a credential, to go where `reach` says.
    pub(crate) fn new(
        reach: Reach,
        authentication: Option<String>,
        credential: Credential,
        connection: Option<ConnectionId>,
    ) -> Self {
        let Reach { connector, mut settings, origins, route } = reach;
        if let Some(tokens) = credential.tokens() {
            tokens.captured.fill(&mut settings);
        }
        let standing = Map::new();
        Self { connector, authentication, settings, credential, origins, route, connection, standing }
    }

    fn shape(&self) -> Result<&Authentication, Error> {
        self.connector
            .authentication(self.authentication.as_deref())
            .ok_or_else(|| Error::Stored("the connector has no such authentication".into()))
    }

    fn parts(&self, stamp: Stamp) -> Result<Parts<'_>, Error> {
        Ok(Parts {
            stamp,
            connector: &self.connector,
            authentication: self.shape()?,
            settings: &self.settings,
            credential: &self.credential,
        })
    }
}

impl Engine {
    /// Sends `call` through a connection.
    /// # Errors
    /// Disabled, not signed in, origin not agreed, vault; no reply is no error here but an outcome.
    pub async fn call(&self, id: &ConnectionId, call: &Call) -> Result<Called, Error> {
        let (loaded, renewed) = self.renewed(self.load_usable(id).await?, Want::Due).await?;
        let opened = self.open(loaded).await?;
        let mut called = self.exchange_noted(&opened, call, id).await?;
        if called.refused
            && !renewed
            && let Some(opened) = self.renewed_after_refusal(id).await?
        {
            called = self.exchange_noted(&opened, call, id).await?;
        }
        let kind = EventKind::Called {
            method: call.method.to_string(),
            path: call.target.split(['?', '#']).next().unwrap_or_default().to_owned(),
            status: called.outcome.as_ref().ok().map(|reply| reply.status.as_u16()),
            millis: called.millis,
        };
        let exchange = Some(called.exchange.clone());
        let event = Event { at: self.ports.clock.now(), connection: Some(id.clone()), kind, exchange };
        self.note_outcome(id, event, called.evidence.as_deref().cloned()).await?;
        Ok(called)
    }

    /// What [`Engine::call`] would send. Nothing leaves the machine; the credential is opened, since where it stands
    /// depends on it, and shown as gaps.
    /// # Errors
    /// As [`Engine::call`].
    pub async fn preview_call(&self, id: &ConnectionId, call: &Call) -> Result<Sent, Error> {
        let loaded = self.load_usable(id).await?;
        let opened = self.open(loaded).await?;
        let mut parts = opened.parts(self.stamp())?;
        let known = known_secrets(parts.authentication, &opened.credential);
        let prepared = prepare(&parts, call)?;
        parts.stamp = self.stamp_for(&prepared.request.url);
        let (built, _) = self.build_by_script(&parts, prepared, &known).await?;
        must_be_agreed(&opened.origins, &built.request.url)?;
        Ok(built.sent)
    }

    /// Makes the one harmless call that proves a connection works, and keeps what it taught.
    /// # Errors
    /// As [`Engine::call`]; an origin that was not agreed is also kept as the connection's status.
    pub async fn verify(&self, id: &ConnectionId) -> Result<(Verification, Option<u64>), Error> {
        let (loaded, renewed) = self.renewed(self.load_usable(id).await?, Want::Due).await?;
        let opened = match self.open(loaded).await {
            Err(error @ (Error::Credential(_) | Error::Vault(VaultError::Value(_)))) => {
                self.keep_status(id, attention(AttentionReason::SecretUnreadable)).await?;
                return Err(error);
            }
            opened => opened?,
        };
        let mut verified = self.verify_opened(&opened).await;
        if let Ok(Checked { found: Verification::Refused { .. }, .. }) = verified
            && !renewed
            && let Some(opened) = self.renewed_after_refusal(id).await?
        {
            verified = self.verify_opened(&opened).await;
        }
        let Checked { found, exchange, millis, evidence } = match verified {
            Err(Error::OriginNotAgreed(origin)) => {
                let reason = AttentionReason::OriginNotAgreed { origin: origin.clone() };
                self.keep_status(id, attention(reason)).await?;
                return Err(Error::OriginNotAgreed(origin));
            }
            found => found?,
        };
        self.keep_verification(id, &found).await?;
        let kind = EventKind::Verified { outcome: found.clone(), millis: millis.unwrap_or_default() };
        let event = Event { at: self.ports.clock.now(), connection: Some(id.clone()), kind, exchange };
        self.note_outcome(id, event, evidence.map(|evidence| *evidence)).await?;
        Ok((found, millis))
    }

    /// The connection with renewed tokens, once a call was refused: tried once, then the refusal stands.
    async fn renewed_after_refusal(&self, id: &ConnectionId) -> Result<Option<Opened>, Error> {
        match self.renewed(self.load_usable(id).await?, Want::Now).await {
            Ok((loaded, true)) => Ok(Some(self.open(loaded).await?)),
            // The refusal itself tells more than that nothing could be done about it.
            Ok((_, false)) | Err(Error::NotRefreshed(_) | Error::Ended { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Verifies with what is opened, whether or not a connection stands yet. Keeps nothing but the trace.
    /// # Errors
    /// What keeps the request from being built or sent.
    pub(crate) async fn verify_opened(&self, opened: &Opened) -> Result<Checked, Error> {
        let Some(verify) = opened.connector.verify(opened.authentication.as_deref()) else {
            let found = Verification::CouldNotCheck { reason: CouldNotCheck::NoRequest };
            return Ok(Checked { found, exchange: None, millis: None, evidence: None });
        };
        let called = match self.exchange(opened, &Call::verify(verify), FailedStep::Verify).await {
            Err(Error::Script { event, failure }) => {
                let reason = CouldNotCheck::Script { event: event.name().into(), said: failure.in_words() };
                let found = Verification::CouldNotCheck { reason };
                return Ok(Checked { found, exchange: None, millis: None, evidence: None });
            }
            called => called?,
        };
        let found = judge(verify, &opened.connector.auth_failure, &called.outcome, &called.known);
        let lacks = lacks(verify, &found);
        let works = matches!(found, Verification::Works { .. });
        let mut evidence = called.evidence.filter(|_| !works || lacks.is_some());
        if let (Some(evidence), Some(pointer)) = (&mut evidence, lacks) {
            evidence.local.insert("reply_lacks".into(), pointer.into());
        }
        Ok(Checked { found, exchange: Some(called.exchange), millis: Some(called.millis), evidence })
    }

    /// As [`Engine::exchange`]; that a script stopped it becomes a line of history.
    async fn exchange_noted(&self, opened: &Opened, call: &Call, id: &ConnectionId) -> Result<Called, Error> {
        let called = self.exchange(opened, call, FailedStep::Call).await;
        if let Err(Error::Script { event, failure }) = &called {
            let kind = EventKind::ScriptStopped { event: event.name().into(), said: failure.in_words() };
            let at = self.ports.clock.now();
            self.note(Event { at, connection: Some(id.clone()), kind, exchange: None }).await?;
        }
        called
    }

    /// Lets the connector's script change what was prepared, and authorizes what it left. Where that goes is asked after.
    async fn build_by_script(
        &self,
        parts: &Parts<'_>,
        mut prepared: Prepared,
        known: &Known,
    ) -> Result<(Built, Vec<ScriptRun>), Error> {
        let event = ScriptEvent::BeforeAction;
        let value = auth_value(parts.authentication, parts.credential);
        let subject = Subject::Request(&mut prepared.request, &value);
        let (mut built, runs) = match self.run_event(&script_context(parts), event, subject, known).await {
            None => (prepared.authorize(parts, None)?, Vec::new()),
            Some((outcome, run)) => {
                let changes = outcome.map_err(|failure| Error::Script { event, failure })?;
                (prepared.authorize(parts, Some(&changes))?, vec![run])
            }
        };
        if built.signature.is_some() {
            built.sent.notes.extend(self.signed_ahead(&built.request.url));
        }
        Ok((built, runs))
    }

    /// Lets the connector's script change the reply that the caller gets.
    async fn read_by_script(
        &self,
        parts: &Parts<'_>,
        hop: &Built,
        reply: &mut Response,
        (known, exchange): (&Known, &ExchangeId),
    ) -> Result<(), Error> {
        let event = match reply.status.is_client_error() || reply.status.is_server_error() {
            true => ScriptEvent::AfterError,
            false => ScriptEvent::AfterAction,
        };
        let method = hop.request.method.to_string();
        let subject = Subject::Response(reply, &method, &hop.request.url);
        let Some((outcome, run)) = self.run_event(&script_context(parts), event, subject, known).await else {
            return Ok(());
        };
        let exchange = exchange.clone();
        self.store.write(move |change| change.activity().add_script_run(&exchange, &run)).await?;
        outcome.map(drop).map_err(|failure| Error::Script { event, failure })
    }

    /// Builds, sends, follows and records; once more where a signature bore another time than the service's.
    async fn exchange(&self, opened: &Opened, call: &Call, step: FailedStep) -> Result<Called, Error> {
        match self.exchange_once(opened, call, step).await? {
            (_, true) => Ok(self.exchange_once(opened, call, step).await?.0),
            (called, false) => Ok(called),
        }
    }

    /// What came of it, and whether the time of the signature was the reason.
    async fn exchange_once(
        &self,
        opened: &Opened,
        call: &Call,
        step: FailedStep,
    ) -> Result<(Called, bool), Error> {
        let mut parts = opened.parts(self.stamp())?;
        let known = known_secrets(parts.authentication, &opened.credential);
        let prepared = prepare(&parts, call)?;
        parts.stamp = self.stamp_for(&prepared.request.url);
        let (mut hop, scripts) = self.build_by_script(&parts, prepared, &known).await?;
        must_be_agreed(&opened.origins, &hop.request.url)?;
        let sent = hop.sent.clone();
        let begun = self.ports.clock.monotonic();
        let (mut outcome, mut exchange) = self.send(opened, &hop, scripts, &known).await?;
        for _ in 0..MOST_HOPS {
            let Some(next) = follow(&hop, &outcome) else { break };
            let agreed = opened.origins.allow(&next);
            let leads_inside = is_inside(&next) && !is_inside(&hop.request.url);
            if is_link_local(&next) || (leads_inside && !agreed) {
                break;
            }
            let scripts;
            // A new nonce and time for each hop.
            let parts = opened.parts(self.stamp_for(&next))?;
            (hop, scripts) = match agreed {
                true => self.build_by_script(&parts, prepare_hop(&parts, call, next)?, &known).await?,
                false => (build_bare_hop(call.method.clone(), next), Vec::new()),
            };
            if agreed {
                // The script may have led it elsewhere.
                must_be_agreed(&opened.origins, &hop.request.url)?;
            }
            (outcome, exchange) = self.send(opened, &hop, scripts, &known).await?;
        }
        let now = self.ports.clock.now();
        let of_time = |reply: &Response| self.clocks.read(&hop.request.url, reply, now);
        let bore_another_time = hop.signature.is_some() && outcome.as_ref().is_ok_and(of_time);
        if let Ok(reply) = &mut outcome {
            self.read_by_script(&parts, &hop, reply, (&known, &exchange)).await?;
        }
        let millis = millis_between(begun, self.ports.clock.monotonic());
        let refused = outcome
            .as_ref()
            .is_ok_and(|reply| opened.connector.auth_failure.matches(reply.status.as_u16(), &reply.body));
        // A verify may fail whatever the status.
        let failed = step == FailedStep::Verify
            || refused
            || outcome.as_ref().map_or(true, |reply| !reply.status.is_success());
        let signature = hop.signature.as_ref();
        let compared =
            signature.zip(outcome.as_ref().ok()).and_then(|(ours, reply)| compare(ours, reply, &known));
        let mut evidence = failed.then(|| Box::new(self.evidence(opened, step, &hop.sent, &outcome, &known)));
        if let (Some(evidence), Some(compared)) = (&mut evidence, &compared) {
            evidence.local.extend(witness::of_comparison(compared));
        }
        let called = Called { outcome, sent, exchange, millis, refused, compared, known, evidence };
        Ok((called, bore_another_time))
    }

    /// What is known of a call that failed.
    fn evidence(
        &self,
        opened: &Opened,
        step: FailedStep,
        sent: &Sent,
        outcome: &Result<Response, TransportError>,
        known: &Known,
    ) -> Evidence {
        let now = self.ports.clock.now();
        let offset = outcome.as_ref().ok().and_then(|reply| witness::clock_offset(reply, now));
        let mut local = witness::local(now, offset);
        local.extend(witness::about(&opened.credential, now));
        local.extend(opened.standing.clone());
        let way = opened.authentication.as_deref();
        let provider = Provider::of(&opened.connector, way, &opened.settings).ok().flatten();
        let connector = witness::settings_of(&opened.connector, way, provider.as_ref());
        Evidence { connector, step, seen: witness::seen(sent, outcome, known), local }
    }

    /// Sends one hop and records it.
    async fn send(
        &self,
        opened: &Opened,
        hop: &Built,
        scripts: Vec<ScriptRun>,
        known: &Known,
    ) -> Result<(Result<Response, TransportError>, ExchangeId), Error> {
        let (at, begun) = (self.ports.clock.now(), self.ports.clock.monotonic());
        let outcome = self.ports.http.send(&opened.route, hop.request.clone(), REPLY_LIMIT).await;
        let millis = millis_between(begun, self.ports.clock.monotonic());
        let id = ExchangeId::make(&*self.ports.entropy);
        let connection = opened.connection.as_ref();
        let traced = Traced {
            id: &id,
            at,
            connection,
            request: &hop.request,
            sent: &hop.sent,
            outcome: &outcome,
            millis,
            scripts,
        };
        let exchange = record(traced, known);
        self.store.write(move |change| change.activity().record_exchange(&exchange)).await?;
        Ok((outcome, id))
    }
}

fn script_context<'a>(parts: &Parts<'a>) -> Context<'a> {
    let Parts { connector, authentication, settings, .. } = *parts;
    Context { connector, authentication, settings, example: false }
}

fn attention(reason: AttentionReason) -> ConnectionStatus {
    ConnectionStatus::NeedsAttention { reason }
}

pub(crate) fn must_be_agreed(origins: &AgreedOrigins, url: &Url) -> Result<(), Error> {
    if origins.allow(url) && !is_link_local(url) {
        return Ok(());
    }
    let origin = Origin::of(url).map_or_else(|| url.scheme().to_owned(), |origin| origin.to_string());
    Err(Error::OriginNotAgreed(origin))
}

/// Where a redirect leads, if it is to be followed: GET and HEAD only, never from https to http.
fn follow(hop: &Built, outcome: &Result<Response, TransportError>) -> Option<Url> {
    let reply = outcome.as_ref().ok()?;
    if !reply.status.is_redirection() || !matches!(hop.request.method, Method::GET | Method::HEAD) {
        return None;
    }
    let location = reply.headers.get(header::LOCATION)?.to_str().ok()?;
    let next = hop.request.url.join(location).ok()?;
    let downgrade = hop.request.url.scheme() == "https" && next.scheme() != "https";
    let plain = next.username().is_empty() && next.password().is_none() && Origin::of(&next).is_some();
    (plain && !downgrade).then_some(next)
}

/// Whether `url` names a place where cloud machines keep credentials: never called, whoever agreed.
fn is_link_local(url: &Url) -> bool {
    Origin::of(url).is_some_and(|origin| origin.is_link_local())
}

/// Whether `url` names this machine or its own network: a service outside must not send us there by a redirect.
fn is_inside(url: &Url) -> bool {
    Origin::of(url).is_some_and(|origin| origin.is_inside())
}

pub(crate) fn millis_between(begun: std::time::Duration, ended: std::time::Duration) -> u64 {
    u64::try_from(ended.saturating_sub(begun).as_millis()).unwrap_or(u64::MAX)
}

impl Engine {
    /// What makes the next request another one.
    pub(crate) fn stamp(&self) -> Stamp {
        Stamp { at: self.ports.clock.now(), entropy: self.entropy() }
    }

    /// Opens the credential of a connection.
    pub(crate) async fn open(&self, loaded: Loaded) -> Result<Opened, Error> {
        let credential = self.open_credential(&loaded).await?;
        let standing = witness::standing(&loaded, credential.tokens());
        let Loaded { connection, connector, authorization, settings, route, .. } = loaded;
        let stored = Reach { connector, settings, origins: authorization.origins, route };
        let reach =
            self.reach(connection.environment.as_ref(), connection.authentication.as_deref(), stored).await?;
        let opened = Opened::new(reach, connection.authentication, credential, Some(connection.id));
        Ok(Opened { standing, ..opened })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn link_local_addresses_are_never_agreed() {
        for text in [
            "http://169.254.169.254/latest/meta-data",
            "http://[::ffff:169.254.169.254]/",
            "http://[fe80::1]/",
        ] {
            let origins = Origin::of(&url(text)).into_iter().collect();
            assert!(matches!(must_be_agreed(&origins, &url(text)), Err(Error::OriginNotAgreed(_))), "{text}");
        }
    }
}
