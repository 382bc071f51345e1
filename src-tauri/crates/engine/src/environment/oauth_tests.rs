//! A service that gives tokens, and an environment that plays it: whose client asks whom, and what goes nowhere.

use super::*;
use crate::{
    connect::Given,
    oauth::client::{CLIENT_ID, CLIENT_SECRET},
    request::Call,
};
use domain::{
    attempt::AttemptState,
    connection::{Connection, Verification},
    id::{ConnectionId, ConnectorId, ProcessId},
    ports::{HttpSend, TransportError},
};
use protocol::message::{HeaderMap, Method, Request, Response, StatusCode};
use serde_json::json;
use std::{
    sync::{
        Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};
use store::Store;

const REAL: &str = "https://login.zylker.example";

/// The network: both sides give tokens of their own and accept those.
#[derive(Default)]
struct Network {
    /// Origin, path, and what authorized each request.
    asked: Mutex<Vec<(String, String, String)>>,
}

impl Network {
    fn asked(&self) -> Vec<(String, String, String)> {
        self.asked.lock().unwrap().drain(..).collect()
    }
}

impl HttpSend for Network {
    fn send<'a>(
        &'a self,
        _: &'a Route,
        request: Request,
        _: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        let origin = request.url.origin().ascii_serialization();
        let path = request.url.path().to_owned();
        let sent = request.headers.get("authorization").and_then(|value| value.to_str().ok());
        let sent = sent.unwrap_or_default().to_owned();
        self.asked.lock().unwrap().push((origin.clone(), path.clone(), sent.clone()));
        let own = if origin.starts_with("https:") { "real" } else { "issued" };
        let (status, body) = match path.rsplit('/').next() {
            Some("token") => {
                (StatusCode::OK, format!(r#"{{"access_token":"{own}-token","expires_in":3600}}"#))
            }
            Some("revoke") => (StatusCode::OK, "{}".into()),
            _ if sent == format!("Bearer {own}-token") => (StatusCode::OK, "{}".into()),
            _ => (StatusCode::UNAUTHORIZED, "{}".into()),
        };
        Box::pin(async move { Ok(Response { status, headers: HeaderMap::new(), body: body.into_bytes() }) })
    }
}

/// The computed environment, at a port that moves.
struct Played(AtomicU16);

impl ComputedEnvironment for Played {
    fn link_name(&self) -> &str {
        "played"
    }

    fn name(&self) -> &str {
        "Played"
    }

    fn offers(&self, _: &Connector, _: Option<&str>) -> bool {
        true
    }

    fn issued<'a>(
        &'a self,
        _: &'a Connector,
        _: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Issued, EnvironmentError>> {
        let values = BTreeMap::from([(CLIENT_ID.into(), "issued-app".into())]);
        let secrets = BTreeMap::from([(CLIENT_SECRET.into(), SecretString::new("issued-secret".into()))]);
        Box::pin(async { Ok(Issued { values, secrets, ..Issued::default() }) })
    }

    fn overlay<'a>(&'a self, _: &'a Connector) -> BoxFuture<'a, Result<Overlay, EnvironmentError>> {
        let at = format!("http://127.0.0.1:{}", self.0.load(Ordering::Relaxed));
        let overlay = json!({ "base_url": format!("{at}/api"), "allowed_hosts": [],
            "authentication": { "token_url": format!("{at}/token"), "revoke_url": format!("{at}/revoke") } });
        Box::pin(async { Ok(serde_json::from_value(overlay).unwrap()) })
    }

    fn forget<'a>(&'a self, _: &'a LinkName) -> BoxFuture<'a, ()> {
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
        let (network, played) = (Arc::new(Network::default()), Arc::new(Played(4390.into())));
        let ports = testkit::ports(network.clone());
        let store = Store::open(directory.path(), ports.clock.now()).unwrap();
        let process = ProcessId::make(&*ports.entropy);
        let engine = Engine::new(store, ports, process).with_environment(played.clone());
        let file = format!(
            "patchbay: 1\nlink_name: zylker\nname: Zylker\nbase_url: https://api.zylker.example/v1\n\
             authentication: {{ type: oauth2, grant_type: client_credentials, token_url: {REAL}/token, revoke_url: {REAL}/revoke }}\n\
             verify: {{ path: /me }}\n"
        );
        let draft = engine.import_connector(&file, false).await.unwrap();
        engine.mark_ready(&draft.connector.id).await.unwrap();
        Self { engine, network, played, connector: draft.connector.id, _directory: directory }
    }

    async fn connect(&self, environment: Option<&str>, client: Option<(&str, &str)>) -> AttemptState {
        let secret = |secret: &str| SecretString::new(secret.into());
        let given = Given {
            connector: self.connector.clone(),
            connection: None,
            name: String::new(),
            environment: environment.map(Into::into),
            authentication: None,
            settings: BTreeMap::new(),
            values: client.iter().map(|(id, _)| (CLIENT_ID.to_owned(), (*id).to_owned())).collect(),
            secrets: client.iter().map(|(_, it)| (CLIENT_SECRET.to_owned(), secret(it))).collect(),
            scopes: None,
            way: None,
            opens_browser: true,
        };
        let attempt = self.engine.begin_connect(given).await.unwrap();
        self.engine.settled_attempt(&attempt.id, Duration::from_secs(60)).await.unwrap().state
    }

    async fn real(&self) -> ConnectionId {
        let id = connected(self.connect(None, Some(("real-app", "real-secret"))).await);
        self.network.asked();
        id
    }

    async fn issued(&self) -> ConnectionId {
        let id = connected(self.connect(Some("played"), None).await);
        self.network.asked();
        id
    }

    /// A connection in the other kind of environment on the authorization of `id`, as if a row had been changed.
    async fn moved(&self, id: &ConnectionId, environment: Option<EnvironmentId>) -> ConnectionId {
        let (id, moved) = (id.clone(), ConnectionId::from_stored("moved"));
        let made = moved.clone();
        let write = self.engine.store().write(move |change| {
            let connection = change.connections().find(&id)?.unwrap();
            let link_name = LinkName::parse("moved").unwrap();
            change.connections().insert(&Connection { id: made, link_name, environment, ..connection })
        });
        write.await.unwrap();
        moved
    }

    /// Everything that would take the credential of `id` somewhere.
    async fn nothing_goes_out(&self, id: &ConnectionId) {
        let call = Call::new(Method::GET, "/me");
        assert!(self.engine.verify(id).await.is_err());
        assert!(self.engine.call(id, &call).await.is_err());
        assert!(self.engine.refresh(id).await.is_err());
        assert!(self.engine.revoke(id).await.is_err());
        let _told = self.engine.by_the_way(self.engine.revoke_of(id)).await;
        assert_eq!(self.network.asked(), [], "nothing was sent anywhere");
    }
}

fn connected(state: AttemptState) -> ConnectionId {
    match state {
        AttemptState::Connected { connection, outcome: Verification::Works { .. }, .. } => connection,
        state => panic!("{state:?}"),
    }
}

/// Basic of `issued-app` and `issued-secret`.
const ISSUED: &str = "Basic aXNzdWVkLWFwcDppc3N1ZWQtc2VjcmV0";

#[tokio::test]
async fn a_client_is_issued_for_the_computed_environment_and_no_registration_keeps_it() {
    let machine = Machine::new().await;
    connected(machine.connect(Some("played"), None).await);
    let asked = machine.network.asked();
    assert_eq!(asked[0], ("http://127.0.0.1:4390".into(), "/token".into(), ISSUED.into()));
    assert!(asked.iter().all(|(origin, ..)| origin == "http://127.0.0.1:4390"), "{asked:?}");
    assert!(machine.engine.registration(&machine.connector, None).await.unwrap().is_none());
    assert!(machine.engine.registration(&machine.connector, Some("played")).await.is_err());
}

#[tokio::test]
async fn another_client_than_the_issued_one_is_sent_as_it_was_typed() {
    let machine = Machine::new().await;
    machine.connect(Some("played"), Some(("typed", "instead"))).await;
    let (origin, _, sent) = machine.network.asked().remove(0);
    assert_eq!((origin.as_str(), sent.as_str()), ("http://127.0.0.1:4390", "Basic dHlwZWQ6aW5zdGVhZA=="));
    assert!(machine.engine.registration(&machine.connector, None).await.unwrap().is_none());
}

#[tokio::test]
async fn real_tokens_and_their_client_go_nowhere_in_a_computed_environment() {
    let machine = Machine::new().await;
    let id = machine.real().await;
    let moved = machine.moved(&id, None).await;
    machine.nothing_goes_out(&moved).await;
    let registration = machine.engine.registration(&machine.connector, None).await.unwrap().unwrap();
    assert_eq!(registration.registration.client_id, "real-app", "it is kept as it was");
}

#[tokio::test]
async fn tokens_and_client_of_a_computed_environment_go_nowhere_outside() {
    let machine = Machine::new().await;
    machine.real().await;
    let id = machine.issued().await;
    let production = machine.engine.connect_form(&machine.connector, None).await.unwrap().environment;
    let moved = machine.moved(&id, production).await;
    machine.nothing_goes_out(&moved).await;
}

#[tokio::test]
async fn tokens_are_renewed_and_ended_where_the_computed_environment_is_now() {
    let machine = Machine::new().await;
    let id = machine.issued().await;
    machine.played.0.store(5000, Ordering::Relaxed);
    machine.engine.refresh(&id).await.unwrap();
    machine.engine.revoke(&id).await.unwrap();
    let asked = machine.network.asked();
    let told: Vec<_> = asked.iter().map(|(origin, path, _)| (origin.as_str(), path.as_str())).collect();
    assert_eq!(told, [("http://127.0.0.1:5000", "/token"), ("http://127.0.0.1:5000", "/revoke")]);
}
