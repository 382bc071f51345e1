//! How long the keeper takes where everything is due: `cargo run --release -p engine --example refresh_bench
//! [AUTHORIZATIONS]`.
//!
//! Many authorizations of one service end at the same time, in a store in a temporary folder; the service answers at once,
//! in this process. So what is measured is ours: opening, asking, sealing, and the disk. Prints a name and a number a line.
#![expect(clippy::disallowed_methods, reason = "a bench looks at the clock")]

use domain::{
    Timestamp,
    agent_group::Route,
    authorization::Authorization,
    id::{AuthorizationId, ConnectionId, ProcessId},
    link_name::LinkName,
    ports::{BoxFuture, HttpSend, Ports, TransportError},
};
use engine::{Engine, connect::Given, vault::Place};
use protocol::message::{HeaderMap, Request, Response, StatusCode};
use secret::{SecretString, seal::Sealed};
use std::{
    collections::BTreeMap,
    error::Error,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use store::{Store, sealed::Place as Column};
use testkit::ManualClock;
use tracing::{Event, Metadata, Subscriber, field, span};

const FILE: &str = "patchbay: 1\nlink_name: zylker\nname: Zylker\nbase_url: https://api.zylker.example\nauthentication: \
                    { type: oauth2, grant_type: password, client_id: bench, client_authentication: none, \
                    token_url: 'https://login.zylker.example/token' }\n";
const LIFE: Duration = Duration::from_secs(3600);
const BATCH: usize = 500;

/// Gives a token to whoever asks.
#[derive(Default)]
struct Service {
    asked: AtomicU64,
}

impl HttpSend for Service {
    fn send<'a>(
        &'a self,
        _: &'a Route,
        _: Request,
        _: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let (access, refresh) = (format!("{number:0>200}"), format!("r{number:0>200}"));
        let body = format!(
            r#"{{"access_token":"{access}","refresh_token":"{refresh}","token_type":"Bearer","expires_in":3600}}"#
        );
        let reply = Response { status: StatusCode::OK, headers: HeaderMap::new(), body: body.into_bytes() };
        Box::pin(async move { Ok(reply) })
    }
}

/// Counts commits, as the store tells them: one before and one after for each change that they carry.
#[derive(Clone, Default)]
struct Commits {
    count: Arc<AtomicU64>,
    open: Arc<AtomicBool>,
}

impl Subscriber for Commits {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == store::COMMITS
    }

    fn event(&self, event: &Event<'_>) {
        let mut is_before = IsBefore(false);
        event.record(&mut is_before);
        if is_before.0 != self.open.swap(is_before.0, Ordering::Relaxed) && is_before.0 {
            self.count.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

struct IsBefore(bool);

impl field::Visit for IsBefore {
    fn record_str(&mut self, _: &field::Field, value: &str) {
        self.0 |= value == "before";
    }

    fn record_debug(&mut self, _: &field::Field, _: &dyn fmt::Debug) {}
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let wanted: usize = std::env::args().nth(1).map_or(Ok(10_000), |count| count.parse())?;
    let commits = Commits::default();
    tracing::subscriber::set_global_default(commits.clone())?;
    let dir = tempfile::tempdir()?;
    let now = Timestamp::from_second(1_795_341_600)?;
    let (clock, service) = (Arc::new(ManualClock::at(now)), Arc::new(Service::default()));
    let ports = Ports { clock: clock.clone(), ..testkit::ports(service.clone()) };
    let process = ProcessId::make(&*ports.entropy);
    let engine = Engine::new(Store::open(dir.path(), now)?, ports, process);
    let first = connect(&engine).await?;
    multiply(&engine, &first, wanted - 1).await?;
    clock.advance(LIFE);

    let (asked, committed) = (service.asked.load(Ordering::Relaxed), commits.count.load(Ordering::Relaxed));
    let begun = Instant::now();
    while service.asked.load(Ordering::Relaxed) - asked < wanted as u64 {
        engine.keep_once().await?;
    }
    let took = begun.elapsed();
    let committed = commits.count.load(Ordering::Relaxed) - committed;
    let each = wanted as f64;
    println!("refreshes a second {:.1}", each / took.as_secs_f64());
    println!("milliseconds a refresh {:.3}", took.as_secs_f64() * 1_000.0 / each);
    println!("commits a refresh {:.3}", committed as f64 / each);
    println!("memory at the most {:.1}", memory().unwrap_or_default());
    Ok(())
}

/// A connection whose tokens the service gave for a password.
async fn connect(engine: &Engine) -> Result<ConnectionId, Box<dyn Error>> {
    let draft = engine.import_connector(FILE, false).await?;
    engine.mark_ready(&draft.connector.id).await?;
    let attempt = engine
        .begin_connect(Given {
            connector: draft.connector.id,
            connection: None,
            name: "First".into(),
            environment: None,
            authentication: None,
            settings: BTreeMap::new(),
            values: BTreeMap::from([("username".into(), "alice".into())]),
            secrets: BTreeMap::from([("password".into(), SecretString::new("wonderland".into()))]),
            scopes: None,
            way: None,
            opens_browser: false,
        })
        .await?;
    engine.settled_attempt(&attempt.id, LIFE).await?;
    Ok(engine.find_connection("first").await?.connection.id)
}

/// So many more of it, each with an authorization of its own.
async fn multiply(engine: &Engine, id: &ConnectionId, times: usize) -> Result<(), Box<dyn Error>> {
    let row = id.clone();
    let (connection, found) = engine
        .store()
        .read(move |snapshot| {
            let connection = snapshot.connections().find(&row)?;
            let id = connection.as_ref().and_then(|connection| connection.authorization.clone());
            let found = id.map(|id| snapshot.authorizations().find_sealed(&id)).transpose()?.flatten();
            Ok::<_, store::StoreError>((connection, found))
        })
        .await?;
    let (connection, found) = connection.zip(found).ok_or("the first connection was not made")?;
    let sealed = Sealed::parse(&found.credential)?;
    let opened = engine.vault().unseal(&place(&found.authorization), &sealed).await?;
    for from in (0..times).step_by(BATCH) {
        let mut rows = Vec::new();
        for number in from..times.min(from + BATCH) {
            let (mut connection, mut authorization) = (connection.clone(), found.authorization.clone());
            authorization.id = AuthorizationId::make(&*engine.ports().entropy);
            connection.id = ConnectionId::make(&*engine.ports().entropy);
            connection.link_name = LinkName::parse(&format!("more_{number}"))?;
            connection.authorization = Some(authorization.id.clone());
            let sealed = engine.vault().seal(&place(&authorization), &opened).await?;
            rows.push((connection, authorization, sealed.to_bytes()));
        }
        let written = engine.store().write(move |change| {
            rows.iter().try_for_each(|(connection, authorization, sealed)| {
                change.authorizations().insert(authorization, sealed)?;
                change.connections().insert(connection)
            })
        });
        written.await?;
    }
    Ok(())
}

fn place(authorization: &Authorization) -> Place<'_> {
    Place {
        column: Column::Credential,
        owner: authorization.id.as_str(),
        generation: authorization.generation,
        origins: &authorization.origins,
    }
}

/// The most memory that this process had so far, in MiB, where the system tells.
fn memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}
