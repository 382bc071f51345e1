//! A service and an environment that plays it, both made up here: who is asked, by which address, with which key.

use super::*;
use crate::{
    connect::{Again, Given},
    request::Call,
};
use domain::{
    attempt::{Attempt, AttemptState},
    connection::{Connection, ConnectionStatus, Verification},
    event::ExchangeOutcome,
    id::{AuthorizationId, ConnectionId, ConnectorId, ProcessId},
    ports::{HttpSend, TransportError},
};
use protocol::message::{HeaderMap, Method, Request, Response, StatusCode};
use serde_json::json;
use std::{
    sync::{
        Mutex,
        atomic::{AtomicU16, AtomicUsize, Ordering},
    },
    time::Duration,
};
use store::Store;

const REAL: &str = "real-token-4711";
const ISSUED: &str = "issued-token-0815";

/// The network: each side accepts its own token and nothing else.
#[derive(Default)]
struct Network {
    /// Origin and route of each request.
    asked: Mutex<Vec<(String, Route)>>,
}

impl Network {
    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().drain(..).map(|(origin, _)| origin).collect()
    }
}

impl HttpSend for Network {
    fn send<'a>(
        &'a self,
        route: &'a Route,
        request: Request,
        _: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        let origin = request.url.origin().ascii_serialization();
        self.asked.lock().unwrap().push((origin.clone(), route.clone()));
        let right = if origin == "https://api.zylker.example" { REAL } else { ISSUED };
        let sent =
            request.headers.get("authorization").is_some_and(|value| *value == format!("Bearer {right}"));
        let status = if sent { StatusCode::OK } else { StatusCode::UNAUTHORIZED };
        Box::pin(async move { Ok(Response { status, headers: HeaderMap::new(), body: b"{}".to_vec() }) })
    }
}

/// The computed environment, at a port that moves.
struct Played {
    port: AtomicU16,
    overlays: AtomicUsize,
    forgotten: Mutex<Vec<String>>,
}

impl ComputedEnvironment for Played {
    fn link_name(&self) -> &str {
        "played"
    }

    fn name(&self) -> &str {
        "Played"
    }

    fn offers(&self, connector: &Connector, _: Option<&str>) -> bool {
        connector.name != "Not played"
    }

    fn issued<'a>(
        &'a self,
        _: &'a Connector,
        _: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Issued, EnvironmentError>> {
        let secrets = BTreeMap::from([("token".into(), SecretString::new(ISSUED.into()))]);
        let settings = BTreeMap::from([("team".into(), "acme".into())]);
        Box::pin(async { Ok(Issued { settings, secrets, ..Issued::default() }) })
    }

    fn overlay<'a>(&'a self, _: &'a Connector) -> BoxFuture<'a, Result<Overlay, EnvironmentError>> {
        self.overlays.fetch_add(1, Ordering::Relaxed);
        Box::pin(async {
            let port = self.port.load(Ordering::Relaxed);
            if port == 0 {
                return Err("no port is free".into());
            }
            let overlay =
                json!({ "base_url": format!("http://127.0.0.1:{port}/{{team}}"), "allowed_hosts": [] });
            Ok(serde_json::from_value(overlay).unwrap())
        })
    }

    fn forget<'a>(&'a self, connector: &'a LinkName) -> BoxFuture<'a, ()> {
        self.forgotten.lock().unwrap().push(connector.to_string());
        Box::pin(async {})
    }
}

struct Machine {
    engine: Engine,
    network: Arc<Network>,
    played: Arc<Played>,
    connector: ConnectorId,
    _directory: tempfile::TempDir,
}

impl Machine {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let network = Arc::new(Network::default());
        let played = Arc::new(Played { port: 4390.into(), overlays: 0.into(), forgotten: Mutex::default() });
        let ports = testkit::ports(network.clone());
        let store = Store::open(directory.path(), ports.clock.now()).unwrap();
        let process = ProcessId::make(&*ports.entropy);
        let engine = Engine::new(store, ports, process).with_environment(played.clone());
        let connector = ready(&engine, "zylker", "Zylker").await;
        Self { engine, network, played, connector, _directory: directory }
    }

    async fn connect(&self, environment: Option<&str>, token: Option<&str>) -> Attempt {
        self.begin(environment, None, token).await
    }

    async fn begin(
        &self,
        environment: Option<&str>,
        connection: Option<ConnectionId>,
        token: Option<&str>,
    ) -> Attempt {
        let secret = |token: &str| ("token".to_owned(), SecretString::new(token.into()));
        let team = ("team".to_owned(), "acme".to_owned());
        let given = Given {
            connector: self.connector.clone(),
            connection: connection.map(|connection| Again { connection, new_version: false }),
            name: String::new(),
            environment: environment.map(Into::into),
            authentication: None,
            settings: environment.is_none().then_some(team).into_iter().collect(),
            values: BTreeMap::new(),
            secrets: token.map(secret).into_iter().collect(),
            scopes: None,
            way: None,
            opens_browser: true,
        };
        let attempt = self.engine.begin_connect(given).await.unwrap();
        self.engine.settled_attempt(&attempt.id, Duration::from_secs(60)).await.unwrap()
    }

    /// A connection in the other kind of environment on the authorization of `id`, as if a row had been changed.
    async fn moved(&self, id: &ConnectionId, environment: Option<EnvironmentId>) -> ConnectionId {
        let (id, moved) = (id.clone(), ConnectionId::from_stored("moved"));
        let made = moved.clone();
        self.engine
            .store()
            .write(move |change| {
                let connection = change.connections().find(&id)?.unwrap();
                let link_name = LinkName::parse("moved").unwrap();
                change.connections().insert(&Connection { id: made, link_name, environment, ..connection })
            })
            .await
            .unwrap();
        moved
    }
}

async fn ready(engine: &Engine, link_name: &str, name: &str) -> ConnectorId {
    let file = format!(
        "patchbay: 1\nlink_name: {link_name}\nname: {name}\nbase_url: https://api.zylker.example/{{team}}\n\
         settings: [{{ key: team }}]\nauthentication: {{ type: bearer }}\nverify: {{ path: /me }}\n"
    );
    let draft = engine.import_connector(&file, false).await.unwrap();
    engine.mark_ready(&draft.connector.id).await.unwrap();
    draft.connector.id
}

fn connected(attempt: Attempt) -> ConnectionId {
    match attempt.state {
        AttemptState::Connected { connection, outcome: Verification::Works { .. }, .. } => connection,
        state => panic!("{state:?}"),
    }
}

fn me() -> Call {
    Call::new(Method::GET, "/me")
}

#[tokio::test]
async fn nothing_has_to_be_typed_where_the_environment_issues_it() {
    let machine = Machine::new().await;
    let id = connected(machine.connect(Some("played"), None).await);
    assert_eq!(machine.network.asked(), ["http://127.0.0.1:4390"]);
    let detail = machine.engine.connection(&id).await.unwrap();
    assert_eq!(detail.settings["team"], "acme");
    assert_eq!(detail.connection.environment, None);
}

#[tokio::test]
async fn a_computed_environment_is_asked_for_its_addresses_at_each_call() {
    let machine = Machine::new().await;
    let id = connected(machine.connect(Some("played"), None).await);
    machine.network.asked();
    machine.played.port.store(5000, Ordering::Relaxed);
    let (found, _) = machine.engine.verify(&id).await.unwrap();
    assert_eq!(found, Verification::Works { account: None });
    machine.engine.call(&id, &me()).await.unwrap();
    let sent = machine.engine.preview_call(&id, &me()).await.unwrap();
    assert!(format!("{:?}", sent.url).contains("127.0.0.1:5000"), "{sent:?}");
    connected(machine.begin(None, Some(id), None).await);
    assert_eq!(machine.network.asked(), ["http://127.0.0.1:5000"; 3]);
}

#[tokio::test]
async fn calls_in_a_computed_environment_take_no_route_away_from_this_machine() {
    let machine = Machine::new().await;
    let stored = Reach {
        connector: machine.engine.connect_form(&machine.connector, None).await.unwrap().connector,
        settings: BTreeMap::from([("team".into(), "acme".into())]),
        origins: AgreedOrigins::of_environment("played"),
        route: Route::SystemProxy,
    };
    let reach = machine.engine.reach(None, None, stored).await.unwrap();
    assert_eq!(reach.route, Route::Direct);
}

#[tokio::test]
async fn another_value_than_the_issued_one_is_sent_and_refused() {
    let machine = Machine::new().await;
    let attempt = machine.connect(Some("played"), Some("typed-instead")).await;
    assert!(matches!(attempt.state, AttemptState::Refused { .. }), "{attempt:?}");
    let call = machine.engine.verify_call(&attempt).await.unwrap().unwrap();
    assert!(matches!(call.outcome, ExchangeOutcome::Reply { status: 401, .. }), "{call:?}");
    let kept = machine.engine.keep_attempt(&attempt.id).await.unwrap();
    assert_eq!(machine.engine.verify_call(&kept).await.unwrap(), Some(call), "kept with what it found");
}

#[tokio::test]
async fn a_real_authorization_is_refused_in_a_computed_environment() {
    let machine = Machine::new().await;
    let id = connected(machine.connect(None, Some(REAL)).await);
    assert_eq!(machine.network.asked(), ["https://api.zylker.example"]);
    let moved = machine.moved(&id, None).await;
    for error in [
        machine.engine.verify(&moved).await.unwrap_err(),
        machine.engine.call(&moved, &me()).await.unwrap_err(),
        machine.engine.preview_call(&moved, &me()).await.unwrap_err(),
    ] {
        assert!(matches!(&error, Error::OriginNotAgreed(_)), "{error:?}");
    }
    assert_eq!(machine.network.asked(), [""; 0], "nothing was sent anywhere");
}

#[tokio::test]
async fn an_authorization_of_a_computed_environment_is_refused_outside() {
    let machine = Machine::new().await;
    let id = connected(machine.connect(Some("played"), None).await);
    machine.network.asked();
    let production = machine.engine.connect_form(&machine.connector, None).await.unwrap().environment;
    let moved = machine.moved(&id, production).await;
    for error in [
        machine.engine.verify(&moved).await.unwrap_err(),
        machine.engine.call(&moved, &me()).await.unwrap_err(),
    ] {
        assert!(matches!(&error, Error::OriginNotAgreed(_)), "{error:?}");
    }
    assert_eq!(machine.network.asked(), [""; 0], "nothing was sent anywhere");
}

#[tokio::test]
async fn what_a_row_says_of_origins_does_not_open_a_real_authorization_in_a_computed_environment() {
    let machine = Machine::new().await;
    let id = connected(machine.connect(None, Some(REAL)).await);
    machine.network.asked();
    let moved = machine.moved(&id, None).await;
    let authorization: AuthorizationId =
        machine.engine.connection(&id).await.unwrap().authorization.unwrap().id;
    let write = machine.engine.store().write(move |change| {
        let found = change.authorizations().find_sealed(&authorization)?.unwrap();
        let mut row = found.authorization;
        row.origins = AgreedOrigins::of_environment("played");
        change.authorizations().replace(row.generation, &row, &found.credential, None)
    });
    assert!(write.await.unwrap().won());
    let error = machine.engine.call(&moved, &me()).await.unwrap_err();
    assert!(matches!(&error, Error::Vault(_)), "{error:?}");
    assert_eq!(machine.network.asked(), [""; 0], "nothing was sent anywhere");
}

#[tokio::test]
async fn an_environment_that_cannot_be_had_is_could_not_check_and_tried_again() {
    let machine = Machine::new().await;
    machine.played.port.store(0, Ordering::Relaxed);
    let attempt = machine.connect(Some("played"), None).await;
    assert!(matches!(attempt.state, AttemptState::CouldNotCheck { .. }), "{attempt:?}");
    machine.played.port.store(4390, Ordering::Relaxed);
    machine.engine.retry_attempt(&attempt.id).await.unwrap();
    connected(machine.engine.settled_attempt(&attempt.id, Duration::from_secs(60)).await.unwrap());
}

#[tokio::test]
async fn looking_at_a_connection_asks_no_environment() {
    let machine = Machine::new().await;
    let id = connected(machine.connect(Some("played"), None).await);
    let before = machine.played.overlays.load(Ordering::Relaxed);
    machine.engine.connection(&id).await.unwrap();
    machine.engine.filled_prompts(&id).await.unwrap();
    machine.engine.disable_connection(&id).await.unwrap();
    assert!(matches!(machine.engine.verify(&id).await, Err(Error::Disabled(_))));
    assert_eq!(machine.played.overlays.load(Ordering::Relaxed), before);
    let status = machine.engine.connection(&id).await.unwrap().connection.status;
    assert!(matches!(status, ConnectionStatus::Disabled { .. }));
}

#[tokio::test]
async fn a_computed_environment_is_offered_where_it_can_be_had() {
    let machine = Machine::new().await;
    let other = ready(&machine.engine, "other", "Not played").await;
    for (connector, offered) in
        [(&machine.connector, &["production", "played"][..]), (&other, &["production"])]
    {
        let form = machine.engine.connect_form(connector, None).await.unwrap();
        let names: Vec<_> = form.environments.iter().map(|choice| choice.link_name.as_str()).collect();
        assert_eq!(names, offered);
    }
    let form = machine.engine.connect_form(&machine.connector, Some("played")).await.unwrap();
    assert_eq!(form.environment, None);
    assert!(machine.engine.connect_form(&machine.connector, Some("elsewhere")).await.is_err());
}

#[tokio::test]
async fn a_deleted_connector_is_forgotten_by_the_environment() {
    let machine = Machine::new().await;
    machine.engine.delete_connector(&machine.connector, "").await.unwrap();
    assert_eq!(*machine.played.forgotten.lock().unwrap(), ["zylker"]);
}
