//! Whole journeys in the Lab through the contract of the shells, with every request watched on its way out.

mod signed;

use crate::{
    Api, Shell,
    contract::{
        TypedSecret,
        connect::{AttemptStateView, AttemptView, BeginConnect, ConnectForm, DiscardAttempt},
        connections::{SendCall, ShowConnection, VerificationOutcome, VerifyConnection},
        connectors::{DeleteConnector, ImportConnector, MarkReady},
        exchange::CallInput,
    },
};
use domain::{
    agent_group::Route,
    id::ProcessId,
    ports::{BoxFuture, HttpSend, TransportError},
};
use engine::Ports;
use platform::Http;
use protocol::message::{Request, Response};
use secret::SecretString;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use testkit::{ManualClock, ScriptedBrowser};

/// The network of this machine; writes down where it was led.
struct Watched {
    http: Http,
    hosts: Mutex<Vec<String>>,
}

impl HttpSend for Watched {
    fn send<'a>(
        &'a self,
        route: &'a Route,
        request: Request,
        limit: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        assert_eq!(*route, Route::Direct, "no proxy stands between");
        self.hosts.lock().unwrap().push(request.url.host_str().unwrap_or_default().into());
        self.http.send(route, request, limit)
    }
}

struct Machine {
    api: Api,
    network: Arc<Watched>,
    browser: Arc<ScriptedBrowser>,
    clock: Arc<ManualClock>,
    _directory: tempfile::TempDir,
}

impl Machine {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let network = Arc::new(Watched { http: Http::new(), hosts: Mutex::default() });
        let browser = Arc::new(ScriptedBrowser::idle());
        let clock = Arc::new(ManualClock::at("2026-11-22T10:00:00Z".parse().unwrap()));
        let ports =
            Ports { browser: browser.clone(), clock: clock.clone(), ..testkit::ports(network.clone()) };
        let process = ProcessId::make(&*ports.entropy);
        let data_directory = directory.path().to_owned();
        let shell = Shell { ports, data_directory, process, passphrase: None, choose_file: None };
        let api = Api::open(shell).await.unwrap();
        Self { api, network, browser, clock, _directory: directory }
    }

    async fn connector(&self, authentication: &str, method: &str) -> String {
        let text = format!(
            "patchbay: 1\nlink_name: zylker\nname: Zylker\nbase_url: https://{{team}}.zylker.example/v2\n\
             settings: [{{ key: team }}]\nverify: {{ method: {method}, path: /me, account: /email }}\n\
             authentication: {authentication}\n"
        );
        let draft =
            self.api.import_connector(ImportConnector { text, update: false, picture: None }).await.unwrap();
        let connector = draft.connector.clone();
        self.api.mark_ready(MarkReady { connector: draft.connector }).await.unwrap();
        connector
    }

    async fn connect(&self, connector: &str, secrets: BTreeMap<String, TypedSecret>) -> AttemptView {
        let attempt = self.begin(connector, secrets).await;
        self.settled(&attempt).await
    }

    async fn settled(&self, attempt: &AttemptView) -> AttemptView {
        self.api.settled_attempt(&attempt.attempt, Duration::from_secs(60)).await.unwrap()
    }

    /// The same once a person came back: the run looks at its row a few times a second, by a clock that stands still. It is
    /// moved until the run went on and asked the Lab.
    async fn settled_after_looking(&self, attempt: &AttemptView) -> AttemptView {
        let last_request = || self.api.lab.ask(lab::Lab::last_request);
        let before = last_request().await.unwrap();
        for _ in 0..1000 {
            if last_request().await.unwrap() > before {
                break;
            }
            self.clock.advance(Duration::from_millis(20));
        }
        self.settled(attempt).await
    }

    async fn begin(&self, connector: &str, secrets: BTreeMap<String, TypedSecret>) -> AttemptView {
        let begin = BeginConnect {
            connector: connector.into(),
            name: String::new(),
            environment: Some("lab".into()),
            authentication: None,
            settings: BTreeMap::new(),
            values: BTreeMap::new(),
            secrets,
            connection: None,
            new_version: false,
            scopes: None,
            way: None,
            no_browser: false,
        };
        self.api.begin_connect(begin).await.unwrap()
    }

    /// Makes Ada sign in and agree without a page to click on.
    async fn let_ada_agree(&self) {
        let set = |lab: &lab::Lab| {
            lab.set_dial(None, "person", Some("ada@lab.test".into()))?;
            lab.set_dial(None, "consent", Some(false.into()))
        };
        self.api.lab.ask(set).await.unwrap();
    }

    /// Opens page number `visit` as a browser does; where it is sent, and what it shows.
    async fn open_page(&self, visit: usize) -> (Option<String>, String) {
        // EXPOSE: the test is the browser
        let url = self.browser.visit(visit).await.url.expose().parse().unwrap();
        let method = protocol::message::Method::GET;
        let request = Request { method, url, headers: Default::default(), body: Vec::new() };
        let reply = self.network.http.send(&Route::Direct, request, 1 << 20).await.unwrap();
        let location = reply.headers.get("location").map(|value| value.to_str().unwrap().to_owned());
        (location, String::from_utf8(reply.body).unwrap())
    }

    /// Whether a connection works, calls included.
    async fn works(&self, connection: &str) {
        let verify = VerifyConnection { connection: connection.into() };
        let found = self.api.verify_connection(verify).await.unwrap();
        assert_eq!(found.outcome, VerificationOutcome::Works, "{found:?}");
        for (method, query, body, content_type) in [
            ("GET", vec![("q", "a b+c"), ("q", "é"), ("empty", "")], None, ""),
            (
                "POST",
                vec![("x", "1")],
                Some("c2=&a3=2+q&%C3%BC=%E2%82%AC"),
                "application/x-www-form-urlencoded",
            ),
        ] {
            let pairs = |pairs: Vec<(&str, &str)>| {
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
            };
            let headers = if content_type.is_empty() { vec![] } else { vec![("Content-Type", content_type)] };
            let call = CallInput {
                method: method.into(),
                path: "/things/a%20b".into(),
                query: pairs(query),
                headers: pairs(headers),
                body: body.map(str::to_owned),
            };
            let send = SendCall { connection: connection.into(), call };
            let reply = self.api.send_call(send).await.unwrap();
            assert_eq!(reply.status, 200, "{method}: {reply:?}");
        }
    }

    fn stayed_here(&self) {
        let hosts = self.network.hosts.lock().unwrap().clone();
        assert!(hosts.len() >= 3 && hosts.iter().all(|host| host == "127.0.0.1"), "{hosts:?}");
    }

    async fn form(&self, connector: &str) -> crate::contract::connect::ConnectFormView {
        let environment = Some("lab".into());
        self.api
            .connect_form(ConnectForm {
                connector: connector.into(),
                environment,
                authentication: None,
                connection: None,
                new_version: false,
                client_id: None,
            })
            .await
            .unwrap()
    }
}

fn typed(key: &str, value: &str) -> BTreeMap<String, TypedSecret> {
    BTreeMap::from([(key.to_owned(), TypedSecret::new(SecretString::new(value.into())))])
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_a_journey_in_the_lab_leaves_this_machine_for_any_type() {
    let fields = "[{ name: Account, key: account, type: number }, { name: Pass, key: pass, type: password }]";
    let parameters =
        "[{ name: Key, key: X-Key }, { name: Account, key: account, location: query, secret: false }]";
    for (authentication, method, secret) in [
        ("{ type: none }".to_owned(), "GET", None),
        ("{ type: basic }".to_owned(), "GET", Some("password")),
        ("{ type: bearer }".to_owned(), "GET", Some("token")),
        (format!("{{ type: api_key, parameters: {parameters} }}"), "GET", Some("X-Key")),
        (format!("{{ type: auth_fields, fields: {fields} }}"), "POST", Some("pass")),
    ] {
        let machine = Machine::new().await;
        let connector = machine.connector(&authentication, method).await;
        let attempt = machine.connect(&connector, BTreeMap::new()).await;
        assert_eq!(attempt.state, AttemptStateView::Connected, "{authentication}: {attempt:?}");
        let connection = attempt.connection.unwrap();
        let verify = VerifyConnection { connection: connection.clone() };
        let found = machine.api.verify_connection(verify).await.unwrap();
        assert_eq!(found.outcome, VerificationOutcome::Works, "{authentication}");
        let call = CallInput {
            method: "POST".into(),
            path: "/things".into(),
            query: Vec::new(),
            headers: Vec::new(),
            body: Some("{}".into()),
        };
        let reply = machine.api.send_call(SendCall { connection, call }).await.unwrap();
        assert_eq!(reply.status, 200, "{authentication}: {reply:?}");
        if let Some(key) = secret {
            let wrong = TypedSecret::new(SecretString::new("another".into()));
            let attempt = machine.connect(&connector, BTreeMap::from([(key.to_owned(), wrong)])).await;
            assert_eq!(attempt.state, AttemptStateView::Refused, "{authentication}");
            let discard = DiscardAttempt { attempt: attempt.attempt };
            machine.api.discard_attempt(discard).await.unwrap();
        }
        let hosts = machine.network.hosts.lock().unwrap().clone();
        assert!(hosts.len() >= 3 && hosts.iter().all(|host| host == "127.0.0.1"), "{hosts:?}");
        machine.api.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_the_lab_issues_does_not_cross_to_the_shells() {
    let machine = Machine::new().await;
    let connector = machine.connector("{ type: basic }", "GET").await;
    let form = machine.form(&connector).await;
    assert_eq!(form.issued, ["username", "password"]);
    let defaults: Vec<_> = form.prompts.iter().map(|prompt| prompt.default.as_deref()).collect();
    assert_eq!(defaults, [Some(lab::PERSON), None], "what is no secret is shown");
    assert_eq!(form.settings[0].default.as_deref(), Some("lab"));
    let attempt = machine.connect(&connector, BTreeMap::new()).await;
    let show = ShowConnection { connection: attempt.connection.clone().unwrap() };
    let view = machine.api.show_connection(show).await.unwrap();
    let id = domain::id::ConnectorId::from_stored(connector);
    let played = machine.api.engine.definition(&id).await.unwrap();
    let issued = machine.api.lab.issue(&played, None).await.unwrap();
    // EXPOSE: a value that the Lab made up, to look for it
    let secret = issued.secrets["password"].expose();
    let shown = serde_json::to_string(&(form, attempt, view)).unwrap();
    assert!(secret.starts_with("lab_") && !shown.contains(secret.as_str()), "{shown}");
    machine.api.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_connector_is_played_no_more() {
    let machine = Machine::new().await;
    let connector = machine.connector("{ type: bearer }", "GET").await;
    let connection = machine.connect(&connector, BTreeMap::new()).await.connection.unwrap();
    let (show, confirm_name) = (ShowConnection { connection }, "Zylker".to_owned());
    machine.api.show_connection(show).await.unwrap();
    machine.api.delete_connector(DeleteConnector { connector, confirm_name }).await.unwrap();
    let base = machine.api.lab.find().await.unwrap().unwrap();
    let address = format!("{base}/zylker/lab.zylker.example/v2/me");
    let request = Request {
        method: protocol::message::Method::GET,
        url: address.parse().unwrap(),
        headers: Default::default(),
        body: Vec::new(),
    };
    let reply = machine.network.http.send(&Route::Direct, request, 1 << 20).await.unwrap();
    assert_eq!(reply.status.as_u16(), 404);
    assert!(String::from_utf8_lossy(&reply.body).contains("plays no"), "{reply:?}");
    machine.api.close().await;
}
