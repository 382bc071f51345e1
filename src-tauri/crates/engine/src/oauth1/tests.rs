//! A service made up here that gives and takes OAuth 1.0a credentials, and what must hold whatever it does.

use crate::{Engine, Error, Ports, connect::Given, request::Call};
use domain::{
    Timestamp,
    agent_group::Route,
    attempt::{Attempt, AttemptState},
    connection::ConnectionStatus,
    id::{AttemptId, ConnectionId, ConnectorId, ProcessId},
    ports::{BoxFuture, HttpSend, TransportError, Verdict},
    sign_in::{SignInFailure, Way},
};
use protocol::message::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use secret::SecretString;
use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::{Arc, Mutex},
    time::Duration,
};
use store::Store;
use testkit::{
    LivingProcesses, ManualClock, MemoryAppLink, MemoryClipboard, MemoryKeyStore, MemoryRedirects,
    ScriptedBrowser, SeededEntropy,
};

const HOUR: Duration = Duration::from_secs(3600);

/// A service: numbers its tokens, keeps what it was asked with, takes each nonce once.
#[derive(Default)]
struct Service {
    answers: Mutex<VecDeque<(u16, &'static str)>>,
    asked: Mutex<Vec<(String, HashMap<String, String>)>>,
    nonces: Mutex<HashSet<String>>,
    date: Mutex<Option<&'static str>>,
}

impl Service {
    /// What the requests to `path` carried so far.
    fn asked(&self, path: &str) -> Vec<HashMap<String, String>> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|(one, _)| one == path).map(|(_, parameters)| parameters.clone()).collect()
    }

    fn answers(&self, status: u16, body: &'static str) {
        self.answers.lock().unwrap().push_back((status, body));
    }

    fn answer(&self, request: &Request) -> (u16, String) {
        let value = request.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let parameters: HashMap<_, _> = value
            .and_then(|value| value.strip_prefix("OAuth "))
            .into_iter()
            .flat_map(|value| value.split(", "))
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned()))
            .collect();
        let path = request.url.path().to_owned();
        let mut asked = self.asked.lock().unwrap();
        let number = asked.len();
        let fresh = parameters
            .get("oauth_nonce")
            .is_some_and(|nonce| self.nonces.lock().unwrap().insert(nonce.clone()));
        asked.push((path.clone(), parameters.clone()));
        if let Some((status, body)) = self.answers.lock().unwrap().pop_front() {
            return (status, body.to_owned());
        }
        match path.as_str() {
            _ if !fresh => (401, "oauth_problem=nonce_used".into()),
            "/request" => (
                200,
                format!(
                    "oauth_token=temp{number}&oauth_token_secret=ts{number}&oauth_callback_confirmed=true"
                ),
            ),
            "/access" if parameters["oauth_verifier"] == "right" => {
                (200, format!("oauth_token=at{number}&oauth_token_secret=as{number}&screen_name=jane"))
            }
            "/access" => (401, "oauth_problem=verifier_invalid".into()),
            "/revoke" => (200, String::new()),
            _ => (200, "{}".into()),
        }
    }
}

impl HttpSend for Service {
    fn send<'a>(
        &'a self,
        _: &'a Route,
        request: Request,
        _: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        let (status, body) = self.answer(&request);
        let mut headers = HeaderMap::new();
        headers.extend(self.date.lock().unwrap().map(|date| (header::DATE, HeaderValue::from_static(date))));
        let status = StatusCode::from_u16(status).unwrap();
        Box::pin(async move {
            // Other tasks run while an answer is on its way.
            tokio::task::yield_now().await;
            Ok(Response { status, headers, body: body.into_bytes() })
        })
    }
}

struct Machine {
    clock: Arc<ManualClock>,
    engine: Engine,
    service: Arc<Service>,
    browser: Arc<ScriptedBrowser>,
    redirects: Arc<MemoryRedirects>,
    connector: ConnectorId,
    _directory: tempfile::TempDir,
}

impl Machine {
    async fn new(more: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let (service, browser) = (Arc::new(Service::default()), Arc::new(ScriptedBrowser::idle()));
        let redirects = Arc::new(MemoryRedirects::new());
        let clock = Arc::new(ManualClock::at(now));
        let ports = Ports {
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(7)),
            http: service.clone(),
            key_store: Arc::new(MemoryKeyStore::new()),
            clipboard: Arc::new(MemoryClipboard::new()),
            browser: browser.clone(),
            redirects: redirects.clone(),
            processes: Arc::new(LivingProcesses::new()),
            app_link: Arc::new(MemoryAppLink::new()),
            ways: Arc::new(MemoryAppLink::new()),
        };
        let store = Store::open(directory.path(), ports.clock.now()).unwrap();
        let process = ProcessId::make(&*ports.entropy);
        let engine = Engine::new(store, ports, process);
        let redirect = if more.contains("redirect") { "" } else { "redirect: loopback, " };
        let file = format!(
            "patchbay: 1\nlink_name: zylker\nname: Zylker\nbase_url: https://api.zylker.example/v1\n\
             authentication: {{ type: oauth1, client_id: acme, {redirect}{more}\
             request_token_url: https://login.zylker.example/request, \
             authorize_url: https://login.zylker.example/authorize, \
             access_token_url: https://login.zylker.example/access, \
             revoke_url: https://login.zylker.example/revoke }}\nverify: {{ path: /me }}\n"
        );
        let draft = engine.import_connector(&file, false).await.unwrap();
        engine.mark_ready(&draft.connector.id).await.unwrap();
        let connector = draft.connector.id;
        Self { clock, engine, service, browser, redirects, connector, _directory: directory }
    }

    async fn begin(&self, way: Option<Way>) -> Attempt {
        let secret = SecretString::new("consumer secret".into());
        let given = Given {
            connector: self.connector.clone(),
            connection: None,
            name: "Jane".into(),
            environment: None,
            authentication: None,
            settings: BTreeMap::new(),
            values: BTreeMap::new(),
            secrets: [("client_secret".to_owned(), secret)].into(),
            scopes: None,
            way,
            opens_browser: true,
        };
        self.engine.begin_connect(given).await.unwrap()
    }

    /// The temporary token of the page number `visit`, and where the attempt waits for the browser.
    async fn page(&self, visit: usize, attempt: &Attempt) -> (String, String) {
        // EXPOSE: the test is the person in the browser
        let address = self.browser.visit(visit).await.url.expose().clone();
        let pairs: HashMap<_, _> = url::Url::parse(&address).unwrap().query_pairs().into_owned().collect();
        let attempt = self.engine.attempt(&attempt.id).await.unwrap();
        (attempt.sign_in.unwrap().redirect.unwrap().uri, pairs["oauth_token"].clone())
    }

    async fn settled(&self, id: &AttemptId) -> AttemptState {
        self.engine.settled_attempt(id, HOUR).await.unwrap().state
    }

    async fn failed(&self, id: &AttemptId) -> SignInFailure {
        match self.settled(id).await {
            AttemptState::Failed { failure, .. } => failure,
            state => panic!("{state:?}"),
        }
    }

    async fn connected(&self, id: &AttemptId) -> ConnectionId {
        match self.settled(id).await {
            AttemptState::Connected { connection, .. } => connection,
            state => panic!("{state:?}"),
        }
    }
}

#[tokio::test]
async fn a_person_allows_it_in_the_browser_and_calls_are_signed() {
    let machine = Machine::new("").await;
    let attempt = machine.begin(None).await;
    let (uri, token) = machine.page(0, &attempt).await;
    let page = machine.redirects.arrive(&format!("{uri}?oauth_token={token}&oauth_verifier=right")).await;
    assert_eq!(page, Some(Verdict::Taken { connection: "Jane".into() }));
    let id = machine.connected(&attempt.id).await;
    let detail = machine.engine.connection(&id).await.unwrap();
    assert_eq!(detail.authorization.unwrap().account.as_deref(), Some("jane"));
    let callback = &machine.service.asked("/request")[0]["oauth_callback"];
    assert_eq!(callback.replace("%3A", ":").replace("%2F", "/"), uri);
    assert_eq!(machine.service.asked("/access")[0]["oauth_token"], token);
    let called = machine.engine.call(&id, &Call::new(Method::GET, "/me")).await.unwrap();
    assert_eq!(called.outcome.unwrap().status, 200);
    let calls = machine.service.asked("/v1/me");
    assert_eq!(calls.len(), 2, "verified once, called once");
    assert!(calls.iter().all(|call| call["oauth_token"].starts_with("at")));
    assert!(!format!("{:?}", called.sent).contains(calls[1]["oauth_token"].as_str()));

    machine.engine.revoke(&id).await.unwrap();
    assert!(machine.service.asked("/revoke")[0]["oauth_token"].starts_with("at"));
    let status = machine.engine.connection(&id).await.unwrap().connection.status;
    assert_eq!(status, ConnectionStatus::NotSignedIn);
}

#[tokio::test]
async fn a_redirect_with_an_unknown_temporary_token_is_ignored() {
    let machine = Machine::new("").await;
    let attempt = machine.begin(None).await;
    let (uri, token) = machine.page(0, &attempt).await;
    for stranger in [
        format!("{uri}?oauth_token=unknown&oauth_verifier=right"),
        format!("{uri}?oauth_verifier=right"),
        format!("{uri}?denied=unknown"),
        format!("{uri}?oauth_problem=user_refused"),
        format!("{uri}?oauth_token={token}&oauth_token={token}&oauth_verifier=right"),
        format!("{uri}?oauth_token={token}&denied={token}"),
        format!("{uri}?state={token}&oauth_verifier=right"),
        format!("{uri}?oauth_token={token}&oauth_verifier=right&state=x"),
        format!("{uri}?oauth_token={token}&oauth_verifier=right&state=x&state=y"),
        format!("{uri}#oauth_token={token}&oauth_verifier=right"),
        format!("http://127.0.0.1:1/callback?oauth_token={token}&oauth_verifier=right"),
    ] {
        assert_eq!(machine.redirects.arrive(&stranger).await, Some(Verdict::NotOurs), "{stranger}");
        let standing = machine.engine.attempt(&attempt.id).await.unwrap().state;
        assert!(matches!(standing, AttemptState::SigningIn { .. }), "{stranger}: {standing:?}");
    }
    let right = format!("{uri}?oauth_token={token}&oauth_verifier=right");
    assert!(matches!(machine.redirects.arrive(&right).await, Some(Verdict::Taken { .. })));
    machine.connected(&attempt.id).await;
    let again = machine.engine.receive_redirect(SecretString::new(right)).await;
    assert!(matches!(again, Err(Error::NoSuchSignIn)), "a temporary token is used once");
    assert_eq!(machine.service.asked("/access").len(), 1);
}

#[tokio::test]
async fn a_temporary_token_of_another_attempt_is_not_taken() {
    let machine = Machine::new("").await;
    let mine = machine.begin(None).await;
    let (uri, token) = machine.page(0, &mine).await;
    let other = machine.begin(Some(Way::App)).await;
    let (_, theirs) = machine.page(1, &other).await;
    assert_ne!(token, theirs);
    let crossed = format!("{uri}?oauth_token={theirs}&oauth_verifier=right");
    assert_eq!(machine.redirects.arrive(&crossed).await, Some(Verdict::NotOurs));
    for attempt in [&mine, &other] {
        let state = machine.engine.attempt(&attempt.id).await.unwrap().state;
        assert!(matches!(state, AttemptState::SigningIn { .. }), "{state:?}");
    }
    let home = format!("dev.patchbay://oauth/callback?oauth_token={theirs}&oauth_verifier=right");
    machine.engine.receive_redirect(SecretString::new(home)).await.unwrap();
    machine.clock.advance(Duration::from_secs(1));
    machine.connected(&other.id).await;
}

#[tokio::test]
async fn a_service_that_gives_one_temporary_token_twice_ends_the_second_sign_in_only() {
    let machine = Machine::new("").await;
    let mine = machine.begin(None).await;
    let (uri, token) = machine.page(0, &mine).await;
    machine.service.answers(200, "oauth_token=temp0&oauth_token_secret=x&oauth_callback_confirmed=true");
    let second = machine.begin(Some(Way::App)).await;
    assert!(matches!(machine.failed(&second.id).await, SignInFailure::NotUnderstood { .. }));
    let right = format!("{uri}?oauth_token={token}&oauth_verifier=right");
    assert!(matches!(machine.redirects.arrive(&right).await, Some(Verdict::Taken { .. })));
    machine.connected(&mine.id).await;
}

#[tokio::test]
async fn no_browser_opens_where_the_callback_was_not_confirmed() {
    let machine = Machine::new("").await;
    machine.service.answers(200, "oauth_token=a&oauth_token_secret=b");
    let attempt = machine.begin(None).await;
    assert_eq!(machine.failed(&attempt.id).await, SignInFailure::NotConfirmed);
    assert!(machine.browser.visits().is_empty());
}

#[tokio::test]
async fn a_refused_time_is_told_with_the_difference_of_the_clocks() {
    let machine = Machine::new("").await;
    *machine.service.date.lock().unwrap() = Some("Sun, 22 Nov 2026 10:12:00 GMT");
    // Once at our time, and once at the service's.
    for _ in 0..2 {
        machine.service.answers(401, "oauth_problem=timestamp_refused&oauth_acceptable_timestamps=1-2");
    }
    let attempt = machine.begin(None).await;
    let SignInFailure::Clock { seconds, .. } = machine.failed(&attempt.id).await else { panic!() };
    assert_eq!(seconds, Some(720));
    // A service that only says no: its clock still tells why.
    machine.service.answers(400, "error=invalid_request");
    let attempt = machine.begin(None).await;
    let SignInFailure::Clock { seconds, .. } = machine.failed(&attempt.id).await else { panic!() };
    assert_eq!(seconds, Some(720));
    *machine.service.date.lock().unwrap() = Some("Sun, 22 Nov 2026 10:00:05 GMT");
    for _ in 0..2 {
        machine.service.answers(401, "oauth_problem=nonce_used");
    }
    let attempt = machine.begin(None).await;
    let SignInFailure::Clock { seconds, .. } = machine.failed(&attempt.id).await else { panic!() };
    assert_eq!(seconds, None, "the clocks agree, so it was the nonce");
}

#[tokio::test]
async fn a_computer_whose_clock_is_wrong_signs_with_the_time_of_the_service() {
    let machine = Machine::new("").await;
    *machine.service.date.lock().unwrap() = Some("Sun, 22 Nov 2026 10:12:00 GMT");
    machine.service.answers(401, "oauth_problem=timestamp_refused");
    let attempt = machine.begin(None).await;
    let (uri, token) = machine.page(0, &attempt).await;
    machine.redirects.arrive(&format!("{uri}?oauth_token={token}&oauth_verifier=right")).await;
    let id = machine.connected(&attempt.id).await;
    let times: Vec<_> =
        machine.service.asked("/request").iter().map(|one| one["oauth_timestamp"].clone()).collect();
    let (ours, theirs) = (1_795_341_600, 1_795_342_320);
    assert_eq!(times, [ours.to_string(), theirs.to_string()]);
    machine.service.answers(401, "oauth_problem=timestamp_refused");
    let called = machine.engine.call(&id, &Call::new(Method::GET, "/things")).await.unwrap();
    assert!(
        called.sent.notes.iter().any(|note| note.contains("12 minutes behind")),
        "{:?}",
        called.sent.notes
    );
    let [.., last] = &machine.service.asked("/v1/things")[..] else { panic!("no call") };
    assert_eq!(last["oauth_timestamp"], theirs.to_string());
}

#[tokio::test]
async fn a_refused_sign_in_is_told_with_its_causes_and_without_a_secret() {
    for (status, said, cause) in [
        (401, "oauth_problem=signature_invalid", "oauth1_signature_invalid"),
        (401, "oauth_problem=consumer_key_unknown", "oauth1_consumer_key_rejected"),
        (401, "oauth_problem=nonce_used", "oauth1_nonce_used"),
    ] {
        let machine = Machine::new("").await;
        machine.service.answers(status, said);
        let attempt = machine.begin(None).await;
        let AttemptState::Failed { evidence: Some(evidence), .. } = machine.settled(&attempt.id).await else {
            panic!("{said}: no evidence");
        };
        let found = crate::diagnosis::diagnose(&evidence);
        assert_eq!(found.causes[0].cause.id, cause, "{said}");
        assert_eq!(evidence.connector["signature_method"], "HMAC-SHA1");
        let kept = serde_json::to_string(&evidence).unwrap();
        assert!(!kept.contains("oauth_signature="), "{kept}");
    }
}

#[tokio::test]
async fn a_person_who_says_no_ends_the_sign_in() {
    let machine = Machine::new("").await;
    for (visit, answer) in ["denied={}", "oauth_token={}&oauth_problem=user_refused"].iter().enumerate() {
        let attempt = machine.begin(None).await;
        let (uri, token) = machine.page(visit, &attempt).await;
        let address = format!("{uri}?{}", answer.replace("{}", &token));
        assert!(
            matches!(machine.redirects.arrive(&address).await, Some(Verdict::Refused { .. })),
            "{answer}"
        );
        assert!(matches!(machine.failed(&attempt.id).await, SignInFailure::Answered { .. }), "{answer}");
    }
    assert!(machine.service.asked("/access").is_empty());
}

#[tokio::test]
async fn a_pin_is_typed_where_the_service_brings_nobody_back() {
    let machine = Machine::new("redirect: oob, ").await;
    let attempt = machine.begin(None).await;
    let (uri, token) = machine.page(0, &attempt).await;
    assert_eq!(uri, "oob");
    let pasted = format!("oob?oauth_token={token}&oauth_verifier=right");
    let pasted = machine.engine.receive_redirect(SecretString::new(pasted)).await;
    assert!(matches!(pasted, Err(Error::NoSuchSignIn)), "there is no address to come back to");
    let empty = machine.engine.enter_pin(&attempt.id, SecretString::new(" ".into())).await;
    assert!(matches!(empty, Err(Error::Values(_))));
    machine.engine.enter_pin(&attempt.id, SecretString::new(" right\n".into())).await.unwrap();
    machine.clock.advance(Duration::from_secs(1));
    machine.connected(&attempt.id).await;
    let late = machine.engine.enter_pin(&attempt.id, SecretString::new("right".into())).await;
    assert!(matches!(late, Err(Error::AttemptEnded)));

    let attempt = machine.begin(None).await;
    machine.page(1, &attempt).await;
    machine.engine.enter_pin(&attempt.id, SecretString::new("wrong".into())).await.unwrap();
    machine.clock.advance(Duration::from_secs(1));
    assert!(matches!(machine.failed(&attempt.id).await, SignInFailure::Answered { .. }));
}

#[tokio::test]
async fn a_pin_is_no_answer_to_a_sign_in_that_waits_for_the_browser() {
    let machine = Machine::new("").await;
    let attempt = machine.begin(None).await;
    machine.page(0, &attempt).await;
    let typed = machine.engine.enter_pin(&attempt.id, SecretString::new("right".into())).await;
    assert!(matches!(typed, Err(Error::AttemptEnded)));
}

#[tokio::test]
async fn with_two_legs_the_consumer_alone_signs() {
    let machine = Machine::new("legs: 2, ").await;
    let attempt = machine.begin(None).await;
    let id = machine.connected(&attempt.id).await;
    machine.engine.call(&id, &Call::new(Method::GET, "/me")).await.unwrap();
    assert!(machine.service.asked("/request").is_empty());
    let calls = machine.service.asked("/v1/me");
    assert_eq!(calls.len(), 2);
    assert!(calls.iter().all(|call| !call.contains_key("oauth_token")));
    assert_ne!(calls[0]["oauth_nonce"], calls[1]["oauth_nonce"]);
}
