//! Whole journeys in the Lab through the contract of the shells, with every request watched on its way out.

use crate::{
    Api, Shell,
    contract::{
        TypedSecret,
        connect::{
            AttemptStateView, AttemptView, BeginConnect, ConnectForm, DiscardAttempt, EnterPin, KeepAttempt,
            PasteRedirect,
        },
        connections::{RevokeConnection, SendCall, ShowConnection, VerificationOutcome, VerifyConnection},
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
        let draft = self.api.import_connector(ImportConnector { text, update: false }).await.unwrap();
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
            })
            .await
            .unwrap()
    }
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

fn oauth1(more: &str) -> String {
    let at = |path: &str| format!("'https://login.zylker.example/{path}'");
    format!(
        "{{ type: oauth1, {more}, request_token_url: {}, authorize_url: {}, access_token_url: {}, revoke_url: {} }}",
        at("initiate"),
        at("authorize"),
        at("token"),
        at("revoke")
    )
}

fn typed(key: &str, value: &str) -> BTreeMap<String, TypedSecret> {
    BTreeMap::from([(key.to_owned(), TypedSecret::new(SecretString::new(value.into())))])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_by_oauth1_in_the_lab_by_every_method_and_at_every_place() {
    for more in [
        "signature_method: HMAC-SHA1, redirect: loopback, realm: Photos",
        "signature_method: HMAC-SHA256, redirect: app, placement: query",
        "signature_method: HMAC-SHA512, redirect: loopback, placement: form",
        "signature_method: RSA-SHA1, redirect: loopback",
        "signature_method: RSA-SHA256, redirect: oob",
        "signature_method: PLAINTEXT, redirect: oob, placement: query",
    ] {
        let machine = Machine::new().await;
        machine.let_ada_agree().await;
        let connector = machine.connector(&oauth1(more), "GET").await;
        let attempt = machine.begin(&connector, BTreeMap::new()).await;
        let (location, page) = machine.open_page(0).await;
        match location {
            Some(address) => {
                let address = TypedSecret::new(SecretString::new(address));
                machine.api.paste_redirect(PasteRedirect { address }).await.unwrap();
            }
            None => {
                let pin = page.split("<code>").nth(2).and_then(|rest| rest.split_once("</code>")).unwrap().0;
                let pin = TypedSecret::new(SecretString::new(pin.into()));
                machine.api.enter_pin(EnterPin { attempt: attempt.attempt.clone(), pin }).await.unwrap();
            }
        }
        let settled = machine.settled_after_looking(&attempt).await;
        assert_eq!(settled.state, AttemptStateView::Connected, "{more}: {settled:?}");
        let connection = settled.connection.unwrap();
        machine.works(&connection).await;
        let shown =
            machine.api.show_connection(ShowConnection { connection: connection.clone() }).await.unwrap();
        assert!(serde_json::to_string(&shown).unwrap().contains(lab::PERSON), "{more}: {shown:?}");
        machine.api.revoke_connection(RevokeConnection { connection }).await.unwrap();
        let log = machine.api.lab.ask(|lab| lab.log(0, "")).await.unwrap();
        let last = log.last().unwrap();
        assert!(last.request.path.ends_with("/revoke") && last.status == Some(200), "{more}: {last:?}");
        machine.stayed_here();
        machine.api.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_signs_for_itself_in_the_lab_and_a_secret_of_one_s_own_is_refused() {
    let machine = Machine::new().await;
    let connector = machine.connector(&oauth1("legs: 2"), "GET").await;
    let attempt = machine.connect(&connector, BTreeMap::new()).await;
    assert_eq!(attempt.state, AttemptStateView::Connected, "{attempt:?}");
    machine.works(&attempt.connection.unwrap()).await;
    let attempt = machine.connect(&connector, typed("client_secret", "another")).await;
    assert_eq!(attempt.state, AttemptStateView::Refused, "{attempt:?}");
    machine.stayed_here();
    machine.api.close().await;

    let machine = Machine::new().await;
    let connector = machine.connector(&oauth1("redirect: loopback"), "GET").await;
    let attempt = machine.connect(&connector, typed("client_secret", "another")).await;
    assert_eq!(attempt.state, AttemptStateView::Failed, "{attempt:?}");
    assert!(serde_json::to_string(&attempt).unwrap().contains("signature_invalid"), "{attempt:?}");
    machine.api.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_signed_for_aws_in_the_lab_in_every_way() {
    for (more, method) in [
        ("service: execute-api", "GET"),
        ("service: execute-api, placement: query", "GET"),
        ("service: execute-api, payload: unsigned", "POST"),
        ("service: s3", "GET"),
        ("service: s3, placement: query", "GET"),
        ("service: s3, payload: streaming", "POST"),
        ("service: sts", "POST"),
    ] {
        let machine = Machine::new().await;
        let connector =
            machine.connector(&format!("{{ type: aws_sigv4, region: eu-west-2, {more} }}"), method).await;
        let form = machine.form(&connector).await;
        assert_eq!(form.issued, ["access_key_id", "secret_access_key", "session_token"], "{more}");
        let attempt = machine.connect(&connector, BTreeMap::new()).await;
        assert_eq!(attempt.state, AttemptStateView::Connected, "{more}: {attempt:?}");
        machine.works(&attempt.connection.unwrap()).await;
        let attempt = machine.connect(&connector, typed("secret_access_key", "another")).await;
        let last = machine.api.lab.ask(|lab| lab.log(0, "")).await.unwrap().pop().unwrap();
        let why = last.checked.unwrap().why();
        assert_eq!(
            why.as_deref(),
            Some("Signature: not made with this key, or not of this request"),
            "{more}"
        );
        assert_ne!(attempt.state, AttemptStateView::Connected, "{more}: AWS refuses with 403");
        machine.stayed_here();
        machine.api.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_shows_itself_by_its_key_in_the_lab_with_every_algorithm() {
    let machine = Machine::new().await;
    for algorithm in ["RS256", "RS512", "PS256", "PS384", "ES256", "ES384", "EdDSA"] {
        let authentication = format!(
            "{{ type: oauth2, grant_type: client_credentials, client_authentication: private_key_jwt, \
             client_assertion: {{ algorithm: {algorithm} }}, token_url: 'https://login.zylker.example/token' }}"
        );
        let text = format!(
            "patchbay: 1\nlink_name: {0}\nname: {0}\nbase_url: https://api.zylker.example\n\
             verify: {{ path: /me, account: /email }}\nauthentication: {authentication}\n",
            algorithm.to_lowercase()
        );
        let draft = machine.api.import_connector(ImportConnector { text, update: false }).await.unwrap();
        machine.api.mark_ready(MarkReady { connector: draft.connector.clone() }).await.unwrap();
        let attempt = machine.connect(&draft.connector, BTreeMap::new()).await;
        assert_eq!(attempt.state, AttemptStateView::Connected, "{algorithm}: {attempt:?}");
    }
    machine.stayed_here();
    machine.api.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_the_lab_refuses_is_laid_beside_its_own_text() {
    for (authentication, key) in [
        (oauth1("legs: 2"), "client_secret"),
        ("{ type: aws_sigv4, region: eu-west-2, service: s3 }".to_owned(), "secret_access_key"),
        ("{ type: aws_sigv4, region: eu-west-2, service: sts }".to_owned(), "secret_access_key"),
        ("{ type: aws_sigv4, region: eu-west-2, service: execute-api }".to_owned(), "secret_access_key"),
    ] {
        let machine = Machine::new().await;
        let connector = machine.connector(&authentication, "GET").await;
        let attempt = machine.connect(&connector, typed(key, "another")).await;
        let kept = machine.api.keep_attempt(KeepAttempt { attempt: attempt.attempt }).await.unwrap();
        let call = CallInput {
            method: "GET".into(),
            path: "/things".into(),
            query: vec![("a".into(), "x y".into())],
            headers: Vec::new(),
            body: None,
        };
        let send = SendCall { connection: kept.connection.unwrap(), call };
        let reply = machine.api.send_call(send).await.unwrap();
        let compared = reply.compared.unwrap_or_else(|| panic!("{authentication}: {:?}", reply.body));
        assert!(!compared.same.is_empty(), "{authentication}");
        // It is the key that is wrong, so both would have signed the same.
        assert_eq!((compared.ours, compared.theirs), (Vec::new(), Vec::new()), "{authentication}");
        machine.api.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sts_tells_in_the_lab_who_calls() {
    let machine = Machine::new().await;
    let text = "patchbay: 1\nlink_name: sts\nname: STS\nbase_url: https://sts.eu-west-2.amazonaws.com\n\
         authentication: { type: aws_sigv4, region: eu-west-2, service: sts }\n\
         verify: { path: '/?Action=GetCallerIdentity&Version=2011-06-15', \
         account: /GetCallerIdentityResponse/GetCallerIdentityResult/Arn }\n";
    let import = ImportConnector { text: text.into(), update: false };
    let draft = machine.api.import_connector(import).await.unwrap();
    machine.api.mark_ready(MarkReady { connector: draft.connector.clone() }).await.unwrap();
    let attempt = machine.connect(&draft.connector, BTreeMap::new()).await;
    let show = ShowConnection { connection: attempt.connection.clone().unwrap() };
    let shown = serde_json::to_string(&machine.api.show_connection(show).await.unwrap()).unwrap();
    assert!(shown.contains("arn:aws:sts::000000000000:assumed-role/lab/ada@lab.test"), "{shown}");
    machine.api.close().await;
}
