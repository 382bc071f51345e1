//! Running an event of a script: on a thread of its own, within its limits, its lines masked before anyone sees them.

use super::{
    Changes, Failure, FailureKind, Limits, ScriptEvent,
    exchange::{ContextSeen, Input, Left, RequestSeen, ResponseSeen, endpoint_of},
    sandbox::{self, Ended, Job, ScriptRead},
};
use crate::{Engine, credential::Credential};
use domain::{
    connector::{Authentication, Connector},
    event::ScriptRun,
};
use protocol::message::{Request, Response, Url};
use secret::{SecretString, ServerText, redact::Known};
use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock},
    time::Duration,
};
use tokio::sync::Semaphore;

/// How many scripts run at a time, in this process.
const AT_A_TIME: usize = 8;
/// How long one waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// The stack of a script's thread: the interpreter's, and room for what it calls.
const THREAD_STACK: usize = 4 << 20;
/// How long a run is waited for that neither ends nor looks at its time: it is let go then.
const LET_GO: Duration = Duration::from_secs(1);

/// A run that does not end keeps its permit, so that no more than these can pile up.
static PERMITS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(AT_A_TIME)));

/// Whose script runs, and what for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'a> {
    /// The connector.
    pub connector: &'a Connector,
    /// How it authenticates.
    pub authentication: &'a Authentication,
    /// Values of all settings.
    pub settings: &'a BTreeMap<String, String>,
    /// Whether this is an example, and nothing is sent.
    pub example: bool,
}

/// What an event is about.
#[derive(Debug)]
pub(crate) enum Subject<'a> {
    /// A request that has not left, and the credential that may go with it.
    Request(&'a mut Request, &'a SecretString),
    /// A reply, and where it came from.
    Response(&'a mut Response, &'a str, &'a Url),
}

impl Engine {
    /// Runs `event` on `subject`, and leaves there what the script changed. Answers what it changed in a request, and the
    /// record of the run; none where the script does not answer to the event.
    pub(crate) async fn run_event(
        &self,
        context: &Context<'_>,
        event: ScriptEvent,
        subject: Subject<'_>,
        known: &Known,
    ) -> Option<(Result<Changes, Failure>, ScriptRun)> {
        let source = context.connector.script.as_deref().filter(|source| source.contains(event.name()))?;
        let seen = Input {
            context: ContextSeen {
                event: event.name(),
                connector: context.connector.link_name.as_str(),
                authentication: context.authentication.type_name(),
                settings: context.settings,
                example: context.example,
            },
            method: match &subject {
                Subject::Request(request, _) => request.method.to_string(),
                Subject::Response(_, method, _) => (*method).to_owned(),
            },
            endpoint: match &subject {
                Subject::Request(request, _) => endpoint_of(&request.url),
                Subject::Response(_, _, url) => endpoint_of(url),
            },
            auth_value: match &subject {
                // EXPOSE: the script of the connector places or signs with it; it leaves by the request alone
                Subject::Request(_, value) => value.expose(),
                Subject::Response(..) => "",
            },
            request: match &subject {
                Subject::Request(request, _) => Some(RequestSeen::of(request)),
                Subject::Response(..) => None,
            },
            response: match &subject {
                Subject::Request(..) => None,
                Subject::Response(response, ..) => Some(ResponseSeen::of(response)),
            },
        };
        let job = Job {
            source: source.into(),
            event,
            input: serde_json::to_string(&seen).unwrap_or_default(),
            limits: Limits::default(),
            clock: Arc::clone(&self.ports.clock),
            entropy: Arc::clone(&self.ports.entropy),
        };
        let Ended { result, log, micros } = self.run_job(job).await;
        let (request, response) = (seen.request, seen.response);
        let applied = match result {
            Ok(None) => return None,
            Ok(Some(left)) => read(&left).and_then(|left| left.judged(event)).and_then(|left| {
                match (subject, left.request, left.response, &request, &response) {
                    (Subject::Request(into, _), Some(left), _, Some(seen), _) => left.apply(into, seen),
                    (Subject::Response(into, ..), _, Some(left), _, Some(seen)) => {
                        left.apply(into, seen).map(|()| Changes::default())
                    }
                    _ => Err(unreadable()),
                }
            }),
            Err(failure) => Err(failure),
        };
        let applied =
            applied.map_err(|failure| Failure { message: shown(&failure.message, known), ..failure });
        let run = ScriptRun {
            event: event.name().to_owned(),
            micros,
            log: log.iter().map(|line| shown(line, known)).collect(),
            failure: applied.as_ref().err().map(Failure::in_words),
        };
        Some((applied, run))
    }

    /// Which events a script answers to.
    /// # Errors
    /// [`Failure`], with the place of a syntax error.
    pub async fn read_script(&self, source: &str) -> Result<ScriptRead, Failure> {
        let settings = BTreeMap::new();
        let event = ScriptEvent::BeforeAction;
        let empty = RequestSeen { headers: Vec::new(), parameters: Vec::new(), body: Some(String::new()) };
        let input = Input {
            context: ContextSeen {
                event: event.name(),
                connector: "",
                authentication: "none",
                settings: &settings,
                example: true,
            },
            method: "GET".into(),
            endpoint: "https://api.example/".into(),
            auth_value: "",
            request: Some(empty),
            response: None,
        };
        let job = Job {
            source: source.into(),
            event,
            input: serde_json::to_string(&input).unwrap_or_default(),
            limits: Limits::default(),
            clock: Arc::clone(&self.ports.clock),
            entropy: Arc::clone(&self.ports.entropy),
        };
        self.on_a_thread(move || sandbox::read(&job)).await.unwrap_or_else(Err)
    }

    async fn run_job(&self, job: Job) -> Ended {
        let ended = self.on_a_thread(move || sandbox::run(&job)).await;
        ended.unwrap_or_else(|failure| Ended { result: Err(failure), log: Vec::new(), micros: 0 })
    }

    /// Runs `work` on a thread of its own. What does not end in time is let go, and ends at its next look at the clock.
    async fn on_a_thread<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let clock = &self.ports.clock;
        let busy = || Failure::new(FailureKind::Busy, "other scripts are still running".into());
        let permit = tokio::select! {
            permit = Arc::clone(&PERMITS).acquire_owned() => permit.map_err(|_| busy())?,
            () = clock.sleep_until(clock.monotonic() + PATIENCE) => return Err(busy()),
        };
        let (done, ended) = tokio::sync::oneshot::channel();
        let thread = std::thread::Builder::new().name("script".into()).stack_size(THREAD_STACK);
        let spawned = thread.spawn(move || {
            // Nobody waits any more where the run was let go.
            let _ = done.send(work());
            drop(permit);
        });
        if spawned.is_err() {
            return Err(busy());
        }
        let too_long = || Failure::new(FailureKind::Time, "the script ran longer than it may".into());
        tokio::select! {
            ended = ended => ended.map_err(|_| too_long()),
            () = clock.sleep_until(clock.monotonic() + LET_GO) => Err(too_long()),
        }
    }
}

impl Failure {
    /// The failure with its place, for the record.
    pub fn in_words(&self) -> String {
        match (self.line, self.column) {
            (Some(line), Some(column)) => format!("line {line}, column {column}: {}", self.message),
            (Some(line), None) => format!("line {line}: {}", self.message),
            _ => self.message.clone(),
        }
    }
}

fn read(left: &str) -> Result<Left, Failure> {
    serde_json::from_str(left).map_err(|_| unreadable())
}

fn unreadable() -> Failure {
    Failure::new(FailureKind::Unfit, "what the script left cannot be read".into())
}

/// Text of a script as it may be kept: known secrets masked first, then cleaned and cut.
fn shown(text: &str, known: &Known) -> String {
    ServerText::quote(&known.mask_text(text)).as_str().to_owned()
}

/// What a script finds as `method_auth_value`.
pub(crate) fn auth_value(authentication: &Authentication, credential: &Credential) -> SecretString {
    if let Some(tokens) = credential.tokens() {
        let none = tokens.access_token.is_empty();
        return tokens.id_token.clone().filter(|_| none).unwrap_or_else(|| tokens.access_token.clone());
    }
    if let Some(granted) = credential.oauth1() {
        return granted.token.as_ref().map(|token| token.token.clone()).unwrap_or_default();
    }
    let first = |key: Option<&String>| key.map(|key| credential.value(key)).unwrap_or_default();
    match authentication {
        Authentication::Basic(shape) => match &shape.password.fixed {
            Some(text) => SecretString::new(text.clone()),
            None => credential.value(&shape.password.key),
        },
        Authentication::Bearer(_) => credential.value("token"),
        Authentication::ApiKey(shape) => first(shape.parameters.first().map(|parameter| &parameter.key)),
        Authentication::AuthFields(shape) => first(shape.fields.first().map(|field| &field.key)),
        _ => SecretString::default(),
    }
}
