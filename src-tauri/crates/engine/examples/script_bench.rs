//! What a script adds to a call: `cargo run --release -p engine --example script_bench [CALLS]`.
//!
//! The same call through two connectors that differ in their script alone, by turns; the service answers at once, in this
//! process. Prints a name, the median without and the median with it.
#![expect(clippy::disallowed_methods, reason = "a bench looks at the clock")]

use domain::{
    agent_group::Route,
    attempt::AttemptState,
    id::{ConnectionId, ProcessId},
    ports::{BoxFuture, HttpSend, Ports, TransportError},
};
use engine::{Engine, connect::Given, request::Call};
use platform::SystemClock;
use protocol::message::{HeaderMap, Method, Request, Response, StatusCode};
use secret::SecretString;
use serde_json::json;
use std::{
    collections::BTreeMap,
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};
use store::Store;

/// What a connector's script typically does: a signature, and a look at the answer.
const SCRIPT: &str = "function before_action() { \
                      method_request_headers['X-Signature'] = hmac('sha256', method_auth_value, method_endpoint, 'hex'); \
                      return true; } \
                      function after_action() { return JSON.parse(method_response_body).ok === true; }";
const PATIENCE: Duration = Duration::from_secs(60);

struct Service;

impl HttpSend for Service {
    fn send<'a>(
        &'a self,
        _: &'a Route,
        _: Request,
        _: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        let reply =
            Response { status: StatusCode::OK, headers: HeaderMap::new(), body: br#"{"ok":true}"#.to_vec() };
        Box::pin(async move { Ok(reply) })
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let calls: usize = std::env::args().nth(1).map_or(Ok(1_000), |count| count.parse())?;
    let folder = tempfile::tempdir()?;
    let ports = Ports { clock: Arc::new(SystemClock::start()), ..testkit::ports(Arc::new(Service)) };
    let process = ProcessId::make(&*ports.entropy);
    let engine = Engine::new(Store::open(folder.path(), ports.clock.now())?, ports, process);
    let plain = connect(&engine, "Plain", None).await?;
    let scripted = connect(&engine, "Scripted", Some(SCRIPT)).await?;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..calls {
        without.push(call(&engine, &plain).await?);
        with.push(call(&engine, &scripted).await?);
    }
    println!("microseconds a call {:.1} {:.1}", median(without), median(with));
    Ok(())
}

/// A connection of a connector that was made here, so that its script needs no agreement.
async fn connect(engine: &Engine, name: &str, script: Option<&str>) -> Result<ConnectionId, Box<dyn Error>> {
    let draft = engine.create_connector(name, "").await?.connector;
    let mut document = json!({
        "patchbay": 1, "link_name": name.to_lowercase(), "name": name, "base_url": "https://api.acme.example/v1",
        "authentication": { "type": "api_key", "parameters": [{ "name": "Key", "key": "X-Key" }] },
    });
    if let (Some(script), Some(fields)) = (script, document.as_object_mut()) {
        fields.insert("script".into(), script.into());
    }
    engine.save_draft(&draft.id, draft.draft_version, document).await?;
    engine.mark_ready(&draft.id).await?;
    let given = Given {
        connector: draft.id,
        connection: None,
        name: name.into(),
        environment: None,
        authentication: None,
        settings: BTreeMap::new(),
        values: BTreeMap::new(),
        secrets: BTreeMap::from([("X-Key".into(), SecretString::new("k-0123456789".into()))]),
        scopes: None,
        way: None,
        opens_browser: false,
    };
    let attempt = engine.begin_connect(given).await?;
    match engine.settled_attempt(&attempt.id, PATIENCE).await?.state {
        AttemptState::Connected { connection, .. } => Ok(connection),
        // Without a verify request, a person would press this.
        _ => match engine.keep_attempt(&attempt.id).await?.state {
            AttemptState::Connected { connection, .. } => Ok(connection),
            state => Err(format!("{name} is not connected: {state:?}").into()),
        },
    }
}

/// One call, in microseconds.
async fn call(engine: &Engine, id: &ConnectionId) -> Result<f64, Box<dyn Error>> {
    let begun = Instant::now();
    let called = engine.call(id, &Call::new(Method::GET, "/me")).await?;
    let took = begun.elapsed().as_secs_f64() * 1_000_000.0;
    called.outcome.map_err(|_| "the call failed")?;
    Ok(took)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
