//! What the Lab costs: `cargo run --release -p api --example lab_bench [CONNECTIONS]`.
//!
//! One process, as the window is: the Lab starts, connections are connected and verified in it, and calls go through one of
//! them, each over the loopback of this machine. Prints a name and a number a line.
#![expect(clippy::disallowed_methods, reason = "a bench looks at the clock")]

use api::{
    Api, Shell,
    contract::{
        connect::{AttemptStateView, BeginConnect},
        connections::SendCall,
        connectors::{ImportConnector, MarkReady},
        error::ErrorView,
        exchange::CallInput,
        lab::{StartLab, StopLab},
    },
};
use domain::{
    id::ProcessId,
    ports::{HttpSend, Ports},
};
use platform::{Http, SystemClock};
use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

const FILE: &str = "patchbay: 1\nlink_name: zylker\nname: Zylker\nbase_url: https://api.zylker.example\n\
                    authentication: { type: oauth2, grant_type: client_credentials, \
                    token_url: 'https://login.zylker.example/token' }\nverify: { path: /me, account: /email }\n";
const STARTS: u32 = 20;
const CALLS: u32 = 2_000;
/// As many callers as a window with many connections has at once.
const CALLERS: u32 = 8;
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn Error>> {
    let wanted: u32 = std::env::args().nth(1).map_or(Ok(1_000), |count| count.parse())?;
    let folder = tempfile::tempdir()?;
    let network: Arc<dyn HttpSend> = Arc::new(Http::new());
    let ports = Ports { clock: Arc::new(SystemClock::start()), ..testkit::ports(network) };
    let process = ProcessId::make(&*ports.entropy);
    let shell = Shell {
        ports,
        data_directory: folder.path().to_owned(),
        process,
        passphrase: None,
        choose_file: None,
    };
    let api = Api::open(shell).await.map_err(said)?;
    let import = ImportConnector { text: FILE.into(), update: false, picture: None };
    let connector = api.import_connector(import).await.map_err(said)?.connector;
    api.mark_ready(MarkReady { connector: connector.clone() }).await.map_err(said)?;

    println!("milliseconds to start {:.2}", start(&api).await?);
    let begun = Instant::now();
    let mut last = String::new();
    for number in 0..wanted {
        last = connect(&api, &connector, number).await?;
    }
    let each = begun.elapsed().as_secs_f64() / f64::from(wanted);
    println!("milliseconds a connection {:.2}", each * 1_000.0);
    let begun = Instant::now();
    let callers = (0..CALLERS).map(|_| tokio::spawn(call(api.clone(), last.clone(), CALLS / CALLERS)));
    for caller in callers.collect::<Vec<_>>() {
        caller.await??;
    }
    println!("calls a second {:.1}", f64::from(CALLS) / begun.elapsed().as_secs_f64());
    println!("memory at the most {:.1}", memory().unwrap_or_default());
    api.close().await;
    Ok(())
}

/// How long the Lab takes to start, in the middle of some; it runs afterwards.
async fn start(api: &Api) -> Result<f64, Box<dyn Error>> {
    let mut took = Vec::new();
    for _ in 0..STARTS {
        api.stop_lab(StopLab {}).await.map_err(said)?;
        let begun = Instant::now();
        api.start_lab(StartLab { port: None, connectors: Vec::new() }).await.map_err(said)?;
        took.push(begun.elapsed().as_secs_f64() * 1_000.0);
    }
    took.sort_by(f64::total_cmp);
    Ok(took.get(took.len() / 2).copied().unwrap_or_default())
}

/// A connection in the Lab, connected and verified; its identifier.
async fn connect(api: &Api, connector: &str, number: u32) -> Result<String, Box<dyn Error>> {
    let begin = BeginConnect {
        connector: connector.into(),
        name: format!("Connection {number}"),
        environment: Some("lab".into()),
        authentication: None,
        settings: BTreeMap::new(),
        values: BTreeMap::new(),
        secrets: BTreeMap::new(),
        connection: None,
        new_version: false,
        scopes: None,
        way: None,
        no_browser: true,
    };
    let attempt = api.begin_connect(begin).await.map_err(said)?.attempt;
    let ended = api.settled_attempt(&attempt, PATIENCE).await.map_err(said)?;
    match (ended.state, ended.connection) {
        (AttemptStateView::Connected, Some(connection)) => Ok(connection),
        (other, _) => Err(format!("connection {number} ended otherwise: {other:?}").into()),
    }
}

/// So many calls, one after the other.
async fn call(api: Api, connection: String, times: u32) -> Result<(), String> {
    for _ in 0..times {
        let call = CallInput {
            method: "GET".into(),
            path: "/me".into(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
        };
        let request = SendCall { connection: connection.clone(), call };
        api.send_call(request).await.map_err(said)?;
    }
    Ok(())
}

fn said(error: ErrorView) -> String {
    error.message
}

/// The most memory that this process had, in MiB.
fn memory() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<f64>().ok().map(|kib| kib / 1024.0)
}
