//! Two services that answer only when as many ask as may ask at once.

use crate::{
    Api, Shell,
    contract::{
        TypedSecret,
        connect::BeginConnect,
        connections::{DisableConnection, DuplicateConnection, ListConnections, VerificationOutcome},
        connectors::{ImportConnector, MarkReady},
        error::ErrorCode,
    },
};
use domain::{
    agent_group::Route,
    id::ProcessId,
    ports::{BoxFuture, HttpSend, TransportError},
};
use protocol::message::{HeaderMap, Request, Response, StatusCode};
use secret::SecretString;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::sync::watch;

const SERVICES: [&str; 2] = ["one", "two"];

/// Answers at once, until it is told to hold everybody back until this many ask.
struct Network {
    asking: Mutex<HashMap<String, usize>>,
    most: Mutex<HashMap<String, usize>>,
    holds_until: Mutex<Option<usize>>,
    open: watch::Sender<bool>,
}

impl HttpSend for Network {
    fn send<'a>(
        &'a self,
        _: &'a Route,
        request: Request,
        _: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        let host = request.url.host_str().unwrap_or_default().to_owned();
        Box::pin(async move {
            let together: usize = {
                let mut asking = self.asking.lock().unwrap();
                *asking.entry(host.clone()).or_default() += 1;
                let mut most = self.most.lock().unwrap();
                let most = most.entry(host.clone()).or_default();
                *most = (*most).max(asking[&host]);
                asking.values().sum()
            };
            match *self.holds_until.lock().unwrap() {
                Some(number) if together < number => {}
                _ => drop(self.open.send_replace(true)),
            }
            self.open.subscribe().wait_for(|open| *open).await.unwrap();
            *self.asking.lock().unwrap().get_mut(&host).unwrap() -= 1;
            Ok(Response { status: StatusCode::OK, headers: HeaderMap::new(), body: b"{}".to_vec() })
        })
    }
}

async fn connect(api: &Api, link_name: &str) -> String {
    let text = format!(
        "patchbay: 1\nlink_name: {link_name}\nname: {link_name}\nbase_url: https://{link_name}.example\n\
         authentication: {{ type: bearer }}\nverify: {{ path: /me }}\n"
    );
    let connector =
        api.import_connector(ImportConnector { text, update: false, picture: None }).await.unwrap().connector;
    api.mark_ready(MarkReady { connector: connector.clone() }).await.unwrap();
    let token = TypedSecret::new(SecretString::new("s3cret".into()));
    let begin = BeginConnect {
        connector,
        name: link_name.into(),
        environment: None,
        authentication: None,
        settings: BTreeMap::new(),
        values: BTreeMap::new(),
        secrets: [("token".into(), token)].into(),
        connection: None,
        new_version: false,
        scopes: None,
        way: None,
        no_browser: false,
    };
    let attempt = api.begin_connect(begin).await.unwrap();
    let settled = api.settled_attempt(&attempt.attempt, Duration::from_secs(60)).await.unwrap();
    settled.connection.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_verified_together_and_no_service_is_asked_by_more_than_four_at_once() {
    let directory = tempfile::tempdir().unwrap();
    let network = Arc::new(Network {
        asking: Mutex::default(),
        most: Mutex::default(),
        holds_until: Mutex::default(),
        open: watch::Sender::new(false),
    });
    let ports = testkit::ports(network.clone());
    let process = ProcessId::make(&*ports.entropy);
    let data_directory = directory.path().to_owned();
    let shell = Shell { ports, data_directory, process, passphrase: None, choose_file: None };
    let api = Api::open(shell).await.unwrap();
    for service in SERVICES {
        let connection = connect(&api, service).await;
        for _ in 0..9 {
            let connection = connection.clone();
            api.duplicate_connection(DuplicateConnection { connection }).await.unwrap();
        }
    }
    let page = api.list_connections(ListConnections::default()).await.unwrap();
    let all: Vec<_> = page.rows.into_iter().map(|row| row.id).collect();
    assert_eq!(all.len(), 20);
    let off = all[0].clone();
    api.disable_connection(DisableConnection { connection: off.clone() }).await.unwrap();

    network.open.send_replace(false);
    network.most.lock().unwrap().clear();
    *network.holds_until.lock().unwrap() = Some(8);
    let mut found = BTreeMap::new();
    api.verify_connections(all.clone(), |connection, outcome| {
        found.insert(connection.to_owned(), outcome);
    })
    .await;
    assert_eq!(found.len(), 20, "each is told once");
    assert_eq!(found.remove(&off).unwrap().unwrap_err().code, ErrorCode::Disabled);
    assert!(found.values().all(|view| view.as_ref().unwrap().outcome == VerificationOutcome::Works));
    let most = network.most.lock().unwrap().clone();
    assert_eq!(most, SERVICES.map(|service| (format!("{service}.example"), 4)).into());
}
