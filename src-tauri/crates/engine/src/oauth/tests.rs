//! A service made up here, a browser that a test drives, and what must hold between them whatever either does.

mod attacks;
mod captured;
mod diagnosed;
mod ended;
mod introspected;
mod keeper;
mod life;
mod new_version;
mod planned;

use super::{
    Told,
    client::{CLIENT_SECRET, GivenClient},
};
use crate::{
    Engine, Error, Ports,
    connect::{Again, Given, UNDO_LIFE},
    connections::credential_place,
    credential::{Credential, TokenSet},
    request::Call,
    vault::{Place, VaultError},
};
use domain::{
    agent_group::Route,
    attempt::{Attempt, AttemptState},
    connection::{AttentionReason, ConnectionStatus, Verification},
    id::{AttemptId, ConnectionId, ConnectorId, ProcessId},
    ports::{BoxFuture, HttpSend, LinkHandler, TransportClass, TransportError, Verdict},
    sign_in::{SignInFailure, Way},
};
use protocol::message::{HeaderMap, Method, Request, Response, StatusCode};
use secret::SecretString;
use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use store::{Store, sealed::Place as Column};
use testkit::{LivingProcesses, ManualClock, MemoryAppLink, MemoryRedirects, ScriptedBrowser};
use tokio::sync::Semaphore;

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const HOUR: Duration = Duration::from_secs(3600);
const FILE: &str = "patchbay: 1\nlink_name: zylker\nname: Zylker\nbase_url: https://api.zylker.example/v1\n\
                    authentication: { type: oauth2, client_id: acme, client_authentication: none, redirect: loopback, \
                    authorize_url: https://login.zylker.example/authorize, token_url: https://login.zylker.example/token, \
                    revoke_url: https://login.zylker.example/revoke }\n\
                    verify: { path: /me, account: /email }\n";

/// A service: gives tokens that it then accepts, unless it was told to answer otherwise.
#[derive(Default)]
struct Service {
    answers: Mutex<VecDeque<(u16, &'static str)>>,
    asked: Mutex<Vec<HashMap<String, String>>>,
    /// Every host that anything was sent to.
    hosts: Mutex<HashSet<String>>,
    accepted: Mutex<HashSet<String>>,
    /// Answers of the token endpoint are on their way until this is open.
    on_its_way: Mutex<Option<Arc<Semaphore>>>,
    revoked: Mutex<Vec<String>>,
    /// Who signs in, as userinfo tells it.
    who: Mutex<Option<&'static str>>,
    /// Address and realm header of each call.
    called: Mutex<Vec<(String, String)>>,
    /// What is said about a token, and what was asked.
    says: Mutex<(u16, &'static str)>,
    introspected: Mutex<Vec<HashMap<String, String>>>,
    /// What the revocation of these tokens is answered with; nothing where no answer ever comes.
    revocations: Mutex<HashMap<&'static str, Option<u16>>>,
    demand: Mutex<Option<Demand>>,
    /// How many device codes were given.
    codes: AtomicUsize,
    date: Mutex<Option<&'static str>>,
    /// What refusals of the token endpoint ask for.
    retry_after: Mutex<Option<String>>,
}

/// What a token request lacks: the form, the `Authorization` header → the refusal.
type Demand = fn(&HashMap<String, String>, &str) -> Option<(u16, &'static str)>;

impl Service {
    /// The token requests with this grant so far.
    fn asked(&self, grant: &str) -> Vec<HashMap<String, String>> {
        self.asked.lock().unwrap().iter().filter(|asked| asked["grant_type"] == grant).cloned().collect()
    }

    /// Holds the next answers of the token endpoint back.
    fn hold(&self) -> Arc<Semaphore> {
        let gate = Arc::new(Semaphore::new(0));
        *self.on_its_way.lock().unwrap() = Some(gate.clone());
        gate
    }

    async fn is_asked(&self, grant: &str, times: usize) {
        for _ in 0..10_000_000 {
            if self.asked(grant).len() >= times {
                return;
            }
            tokio::task::yield_now().await;
        }
        panic!("{times} requests were expected");
    }

    fn answers(&self, status: u16, body: &'static str) {
        self.answers.lock().unwrap().push_back((status, body));
    }

    fn token(&self, form: HashMap<String, String>, header: &str) -> (u16, String) {
        let lacks = self.demand.lock().unwrap().and_then(|demand| demand(&form, header));
        let mut asked = self.asked.lock().unwrap();
        asked.push(form);
        if let Some((status, body)) = lacks {
            return (status, body.to_owned());
        }
        if let Some((status, body)) = self.answers.lock().unwrap().pop_front() {
            return (status, body.to_owned());
        }
        let number = asked.len();
        self.accepted.lock().unwrap().insert(format!("Bearer at-{number}"));
        (200, format!(r#"{{"access_token":"at-{number}","refresh_token":"rt-{number}","expires_in":3600}}"#))
    }
}

impl HttpSend for Service {
    fn send<'a>(
        &'a self,
        _: &'a Route,
        request: Request,
        limit: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        self.hosts.lock().unwrap().extend(request.url.host_str().map(str::to_owned));
        let mut headers = HeaderMap::new();
        let (status, body) = match request.url.path() {
            "/revoke" => {
                let form = url::form_urlencoded::parse(&request.body).into_owned().collect::<HashMap<_, _>>();
                self.revoked.lock().unwrap().push(form["token"].clone());
                let told = self.revocations.lock().unwrap().get(form["token"].as_str()).copied();
                match told.unwrap_or(Some(200)) {
                    Some(status) => (status, String::new()),
                    None => return Box::pin(std::future::pending()),
                }
            }
            "/device" => {
                let number = self.codes.fetch_add(1, Ordering::Relaxed) + 1;
                let code = format!(
                    r#"{{"device_code":"d-{number}","user_code":"U-{number}","verification_uri":"https://login.zylker.example/code","expires_in":600,"interval":5}}"#
                );
                (200, code)
            }
            "/introspect" => {
                let form = url::form_urlencoded::parse(&request.body).into_owned().collect();
                self.introspected.lock().unwrap().push(form);
                let (status, body) = *self.says.lock().unwrap();
                (status, body.to_owned())
            }
            "/.well-known/openid-configuration" => {
                let origin = match request.url.host_str() {
                    Some("liar.example") => "https://login.zylker.example".into(),
                    Some("endless.example") => "x".repeat(2 << 20),
                    _ => request.url.origin().ascii_serialization(),
                };
                let document = format!(
                    r#"{{"issuer":"{origin}","authorization_endpoint":"{origin}/authorize","token_endpoint":"{origin}/token"}}"#
                );
                (200, document)
            }
            "/token" => {
                let header = request.headers.get("authorization").and_then(|value| value.to_str().ok());
                let form = url::form_urlencoded::parse(&request.body).into_owned().collect();
                self.token(form, header.unwrap_or_default())
            }
            "/userinfo" => {
                let who = self.who.lock().unwrap().unwrap_or("jane@acme.test");
                (200, format!(r#"{{"sub":"1","email":"{who}","team":"blue"}}"#))
            }
            _ => {
                let realm = request.headers.get("x-realm").and_then(|value| value.to_str().ok());
                let called = (request.url.to_string(), realm.unwrap_or_default().to_owned());
                self.called.lock().unwrap().push(called);
                let sent = request.headers.get("authorization").and_then(|value| value.to_str().ok());
                let accepted = sent.is_some_and(|sent| self.accepted.lock().unwrap().contains(sent));
                (if accepted { 200 } else { 401 }, r#"{"email":"jane@acme.test"}"#.to_owned())
            }
        };
        let status = StatusCode::from_u16(status).unwrap();
        if let (false, Some(asked)) = (status.is_success(), &*self.retry_after.lock().unwrap()) {
            headers.insert("retry-after", asked.parse().unwrap());
        }
        let gate = self.on_its_way.lock().unwrap().clone().filter(|_| request.url.path() == "/token");
        Box::pin(async move {
            // Other tasks run while an answer is on its way.
            tokio::task::yield_now().await;
            if let Some(gate) = gate {
                let _open = gate.acquire().await;
            }
            let date = *self.date.lock().unwrap();
            date.map(|date| headers.insert("date", date.parse().unwrap()));
            if body.len() > limit {
                let detail = "longer than was asked for".to_owned();
                return Err(TransportError { class: TransportClass::TooLarge, fault: None, detail });
            }
            Ok(Response { status, headers, body: body.into_bytes() })
        })
    }
}

struct Machine {
    engine: Engine,
    service: Arc<Service>,
    clock: Arc<ManualClock>,
    browser: Arc<ScriptedBrowser>,
    redirects: Arc<MemoryRedirects>,
    processes: Arc<LivingProcesses>,
    app_link: Arc<MemoryAppLink>,
    connector: ConnectorId,
    _directory: tempfile::TempDir,
}

impl Machine {
    async fn new() -> Self {
        Self::of(FILE).await
    }

    async fn of(file: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at("2026-11-22T10:00:00Z".parse().unwrap()));
        let (service, browser) = (Arc::new(Service::default()), Arc::new(ScriptedBrowser::idle()));
        let (redirects, processes) = (Arc::new(MemoryRedirects::new()), Arc::new(LivingProcesses::new()));
        let app_link = Arc::new(MemoryAppLink::new());
        let ports = Ports {
            clock: clock.clone(),
            browser: browser.clone(),
            redirects: redirects.clone(),
            processes: processes.clone(),
            app_link: app_link.clone(),
            ..testkit::ports(service.clone())
        };
        let store = Store::open(directory.path(), ports.clock.now()).unwrap();
        let process = ProcessId::make(&*ports.entropy);
        let engine = Engine::new(store, ports, process);
        let draft = engine.import_connector(file, false).await.unwrap();
        engine.mark_ready(&draft.connector.id).await.unwrap();
        let connector = draft.connector.id;
        Self {
            engine,
            service,
            clock,
            browser,
            redirects,
            processes,
            app_link,
            connector,
            _directory: directory,
        }
    }

    async fn begin(&self, way: Option<Way>) -> Attempt {
        self.try_begin(way).await.unwrap()
    }

    async fn try_begin(&self, way: Option<Way>) -> Result<Attempt, Error> {
        self.try_begin_for(None, way).await
    }

    async fn try_begin_for(
        &self,
        connection: Option<ConnectionId>,
        way: Option<Way>,
    ) -> Result<Attempt, Error> {
        let again = connection.map(|connection| Again { connection, new_version: false });
        self.try_begin_again(again, way).await
    }

    async fn try_begin_again(&self, connection: Option<Again>, way: Option<Way>) -> Result<Attempt, Error> {
        let given = Given {
            connector: self.connector.clone(),
            connection,
            name: "Jane".into(),
            environment: None,
            authentication: None,
            settings: BTreeMap::new(),
            values: BTreeMap::new(),
            secrets: BTreeMap::new(),
            scopes: None,
            way,
            opens_browser: true,
        };
        self.engine.begin_connect(given).await
    }

    /// The sign-in page number `visit`: where it sends the browser back to, and with which state.
    async fn page(&self, visit: usize) -> (String, String) {
        // EXPOSE: the test is the person in the browser
        let address = self.browser.visit(visit).await.url.expose().clone();
        let pairs: HashMap<_, _> = url::Url::parse(&address).unwrap().query_pairs().into_owned().collect();
        (pairs["redirect_uri"].clone(), pairs["state"].clone())
    }

    async fn settled(&self, id: &AttemptId) -> AttemptState {
        self.engine.settled_attempt(id, HOUR).await.unwrap().state
    }

    async fn connected(&self) -> ConnectionId {
        let attempt = self.begin(None).await;
        let (uri, state) = self.page(0).await;
        let page = self.redirects.arrive(&format!("{uri}?code=c&state={state}")).await;
        assert_eq!(page, Some(Verdict::Taken { connection: "Jane".into() }));
        match self.settled(&attempt.id).await {
            AttemptState::Connected { connection, .. } => connection,
            state => panic!("{state:?}"),
        }
    }

    /// Lets time pass until it `holds` of the attempt's state.
    async fn ticks_until(&self, id: &AttemptId, holds: impl Fn(&AttemptState) -> bool) {
        for look in 0..200_000 {
            if holds(&self.engine.attempt(id).await.unwrap().state) {
                return;
            }
            // Slowly, so that the others get on meanwhile.
            if look % 50 == 0 {
                self.clock.advance(Duration::from_millis(100));
            }
            tokio::task::yield_now().await;
        }
        panic!("it was expected");
    }

    /// Signs in again for a connection that stands; `visit` counts the pages that were opened before.
    async fn reauthorized(&self, id: &ConnectionId, visit: usize) {
        let attempt = self.try_begin_for(Some(id.clone()), None).await.unwrap();
        let (uri, state) = self.page(visit).await;
        self.redirects.arrive(&format!("{uri}?code=c&state={state}")).await;
        let state = self.settled(&attempt.id).await;
        assert!(matches!(state, AttemptState::Connected { .. }), "{state:?}");
    }

    /// Lets the service accept this access token and no other.
    fn accept_only(&self, token: &str) {
        *self.service.accepted.lock().unwrap() = [format!("Bearer {token}")].into();
    }

    async fn status(&self, id: &ConnectionId) -> ConnectionStatus {
        self.engine.connection(id).await.unwrap().connection.status
    }

    async fn call(&self, id: &ConnectionId) -> Result<u16, Error> {
        let called = self.engine.call(id, &Call::new(Method::GET, "/me")).await?;
        Ok(called.outcome.unwrap().status.as_u16())
    }
}

#[tokio::test]
async fn a_person_signs_in_by_the_browser_and_the_connection_stands() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    let detail = machine.engine.connection(&id).await.unwrap();
    assert_eq!(detail.authorization.unwrap().account.as_deref(), Some("jane@acme.test"));
    let [exchange] = &machine.service.asked("authorization_code")[..] else { panic!("one exchange") };
    assert_eq!((exchange["code"].as_str(), exchange["client_id"].as_str()), ("c", "acme"));
    assert_eq!(exchange["code_verifier"].len(), 43);
    assert_eq!(machine.call(&id).await.unwrap(), 200);
}

#[tokio::test]
async fn a_redirect_with_unknown_state_is_ignored() {
    let machine = Machine::new().await;
    let attempt = machine.begin(None).await;
    let (uri, state) = machine.page(0).await;
    for stranger in [
        format!("{uri}?code=evil&state=unknown"),
        format!("{uri}?error=access_denied&state=unknown"),
        format!("{uri}?error=access_denied"),
        format!("{uri}?code=evil&state={state}&state={state}"),
        format!("http://127.0.0.1:1/callback?code=evil&state={state}"),
    ] {
        assert_eq!(machine.redirects.arrive(&stranger).await, Some(Verdict::NotOurs), "{stranger}");
        let standing = machine.engine.attempt(&attempt.id).await.unwrap().state;
        assert!(matches!(standing, AttemptState::SigningIn { .. }), "{stranger}: {standing:?}");
    }
    let right = format!("{uri}?code=c&state={state}");
    assert!(matches!(machine.redirects.arrive(&right).await, Some(Verdict::Taken { .. })));
    assert!(matches!(machine.settled(&attempt.id).await, AttemptState::Connected { .. }));
    let again = machine.engine.receive_redirect(SecretString::new(right)).await;
    assert!(matches!(again, Err(Error::NoSuchSignIn)), "a state is used once");
    assert_eq!(machine.service.asked("authorization_code").len(), 1);
}

#[tokio::test]
async fn a_refusal_of_the_service_ends_the_sign_in_and_says_so() {
    let machine = Machine::new().await;
    let attempt = machine.begin(None).await;
    let (uri, state) = machine.page(0).await;
    let refused = format!("{uri}?error=access_denied&error_description=No%20thanks&state={state}");
    assert!(matches!(machine.redirects.arrive(&refused).await, Some(Verdict::Refused { .. })));
    let AttemptState::Failed { failure: SignInFailure::Answered { code, said, .. }, .. } =
        machine.settled(&attempt.id).await
    else {
        panic!("it goes on");
    };
    assert_eq!((code.as_str(), said.as_deref()), ("access_denied", Some("No thanks")));
    assert!(machine.service.asked("authorization_code").is_empty());
}

#[tokio::test]
async fn many_sign_ins_wait_at_the_same_time_each_for_its_own() {
    let machine = Machine::new().await;
    let attempts = [machine.begin(Some(Way::App)).await, machine.begin(Some(Way::App)).await];
    let pages = [machine.page(0).await, machine.page(1).await];
    assert_eq!(pages[0].0, "dev.patchbay:/oauth/callback");
    for number in [1, 0] {
        let (uri, state) = &pages[number];
        // Some systems add a slash.
        let address = format!("{}?code=c{number}&state={state}", uri.replace(":/", "://"));
        machine.engine.receive_redirect(SecretString::new(address)).await.unwrap();
        machine.clock.advance(Duration::from_secs(1));
    }
    for attempt in &attempts {
        assert!(matches!(machine.settled(&attempt.id).await, AttemptState::Connected { .. }));
    }
}

#[tokio::test]
async fn no_browser_opens_for_an_app_link_that_does_not_come_back() {
    let machine = Machine::new().await;
    machine.app_link.lead_to(LinkHandler::Other { name: "Patchbay 0.9".into() });
    let attempt = machine.begin(Some(Way::App)).await;
    let AttemptState::Failed { failure: SignInFailure::NoAppLink { handler }, .. } =
        machine.settled(&attempt.id).await
    else {
        panic!("it goes on");
    };
    assert_eq!(handler.as_deref(), Some("Patchbay 0.9"));
    assert!(machine.browser.visits().is_empty());
}

#[tokio::test]
async fn a_sign_in_ends_when_its_ten_minutes_are_over() {
    let machine = Machine::new().await;
    let attempt = machine.begin(None).await;
    let (uri, state) = machine.page(0).await;
    machine.clock.advance(Duration::from_secs(601));
    let ended = machine.settled(&attempt.id).await;
    assert!(matches!(ended, AttemptState::Failed { failure: SignInFailure::TimedOut, .. }), "{ended:?}");
    let late = SecretString::new(format!("{uri}?code=c&state={state}"));
    assert!(matches!(machine.engine.receive_redirect(late).await, Err(Error::NoSuchSignIn)));
}

#[tokio::test]
async fn another_account_that_nothing_was_verified_of_is_not_told_as_working() {
    let userinfo = "userinfo_url: https://login.zylker.example/userinfo, revoke_url:";
    let file = FILE.replace("revoke_url:", userinfo).replace("verify: { path: /me, account: /email }\n", "");
    let machine = Machine::of(&file).await;
    let id = machine.connected().await;
    *machine.service.who.lock().unwrap() = Some("john@acme.test");
    let attempt = machine.try_begin_for(Some(id.clone()), None).await.unwrap();
    let (uri, state) = machine.page(1).await;
    machine.redirects.arrive(&format!("{uri}?code=c&state={state}")).await;
    let AttemptState::AnotherAccount { now, outcome, .. } = machine.settled(&attempt.id).await else {
        panic!("it is the same");
    };
    assert_eq!(now, "john@acme.test");
    assert!(matches!(outcome, Verification::CouldNotCheck { .. }), "{outcome:?}");
    machine.engine.keep_attempt(&attempt.id).await.unwrap();
    let status = machine.status(&id).await;
    assert!(matches!(status, ConnectionStatus::Connected { verified: None }), "{status:?}");
}

fn shows(state: &AttemptState, code: &str) -> bool {
    matches!(state, AttemptState::SigningIn { device: Some(device), .. } if device.user_code == code)
}

#[tokio::test]
async fn a_new_code_stops_asking_for_the_tokens_of_the_one_before() {
    let device = FILE.replace("type: oauth2,", "type: oauth2, grant_type: device_code, device_authorization_url: https://login.zylker.example/device,");
    let machine = Machine::of(&device).await;
    // The person never types the first code.
    *machine.service.demand.lock().unwrap() = Some(|form, _| {
        (form["device_code"] == "d-1").then_some((400, r#"{"error":"authorization_pending"}"#))
    });
    let attempt = machine.begin(None).await;
    machine.ticks_until(&attempt.id, |state| shows(state, "U-1")).await;
    machine.ticks_until(&attempt.id, |_| !machine.service.asked(DEVICE).is_empty()).await;
    machine.engine.retry_attempt(&attempt.id).await.unwrap();
    machine.ticks_until(&attempt.id, |state| matches!(state, AttemptState::Connected { .. })).await;
    let asked: Vec<_> =
        machine.service.asked(DEVICE).iter().map(|form| form["device_code"].clone()).collect();
    let newer = asked.iter().position(|code| code == "d-2").unwrap();
    assert_eq!(asked[newer..], ["d-2"], "{asked:?}");
    assert_eq!(machine.service.codes.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn the_sign_in_before_is_brought_back_and_the_newer_one_is_not_lost() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    assert_eq!(machine.engine.connection(&id).await.unwrap().former, None);
    assert!(matches!(machine.engine.undo_reauthorize(&id).await, Err(Error::NothingToUndo(_))));
    machine.reauthorized(&id, 1).await;
    let former = machine.engine.connection(&id).await.unwrap().former.unwrap();
    assert_eq!(former.account.as_deref(), Some("jane@acme.test"));

    for token in ["at-1", "at-2", "at-1"] {
        machine.accept_only(token);
        machine.engine.undo_reauthorize(&id).await.unwrap();
        assert_eq!(machine.call(&id).await.unwrap(), 200, "{token}");
    }
    assert!(machine.service.asked("refresh_token").is_empty(), "each was used as it was kept");
    // Its refresh token came along, and what it renews is a change of its own: undo goes on to mean the sign-in.
    machine.engine.refresh(&id).await.unwrap();
    assert_eq!(machine.service.asked("refresh_token")[0]["refresh_token"], "rt-1");
    machine.accept_only("at-2");
    machine.engine.undo_reauthorize(&id).await.unwrap();
    assert_eq!(machine.call(&id).await.unwrap(), 200);
}

#[tokio::test]
async fn a_sign_in_that_is_brought_back_after_its_end_says_so() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine.reauthorized(&id, 1).await;
    machine.engine.undo_reauthorize(&id).await.unwrap();
    machine.accept_only("nothing that it gave");
    machine.service.answers(400, r#"{"error":"invalid_grant"}"#);
    let (found, _) = machine.engine.verify(&id).await.unwrap();
    assert!(matches!(found, Verification::Refused { .. }), "{found:?}");
    let status = machine.status(&id).await;
    assert!(matches!(status, ConnectionStatus::NeedsAttention { .. }), "{status:?}");
    machine.accept_only("at-2");
    machine.engine.undo_reauthorize(&id).await.unwrap();
    assert_eq!(machine.status(&id).await, ConnectionStatus::Connected { verified: None });
    assert_eq!(machine.call(&id).await.unwrap(), 200, "the newer one was kept");
}

#[tokio::test]
async fn nothing_is_brought_back_after_ten_minutes() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine.reauthorized(&id, 1).await;
    machine.clock.advance(UNDO_LIFE);
    assert_eq!(machine.engine.connection(&id).await.unwrap().former, None);
    assert!(matches!(machine.engine.undo_reauthorize(&id).await, Err(Error::NothingToUndo(_))));
    machine.accept_only("at-2");
    assert_eq!(machine.call(&id).await.unwrap(), 200);
}

#[tokio::test]
async fn discovery_takes_an_issuers_own_words_and_nobody_elses() {
    let engine = Machine::new().await.engine;
    let said = engine.describe_issuer(" https://login.zylker.example ").await.unwrap();
    assert_eq!(said.issuer, "https://login.zylker.example");
    let addresses: Vec<_> = said.addresses.iter().map(|(key, address)| (*key, address.as_str())).collect();
    let expected = [
        ("authorize_url", "https://login.zylker.example/authorize"),
        ("token_url", "https://login.zylker.example/token"),
    ];
    assert_eq!(addresses, expected);
    for issuer in [
        "https://liar.example",
        "https://login.zylker.example?tenant=1",
        "https://jane:secret@login.zylker.example",
        "login.zylker.example",
        "https://169.254.169.254",
        "file:///etc/passwd",
        "",
    ] {
        let refused = engine.describe_issuer(issuer).await;
        assert!(
            matches!(refused, Err(Error::SignIn(SignInFailure::NotUnderstood { .. }))),
            "{issuer}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_document_that_does_not_end_is_not_read_to_its_end() {
    let engine = Machine::new().await.engine;
    let refused = engine.describe_issuer("https://endless.example").await;
    let Err(Error::SignIn(SignInFailure::Unreachable { class, .. })) = refused else { panic!("{refused:?}") };
    assert_eq!(class, TransportClass::TooLarge);
}

#[tokio::test]
async fn a_new_issuer_gets_no_client_secret_that_was_given_for_another() {
    let machine = Machine::new().await;
    let file = |issuer: &str| {
        format!(
            "patchbay: 1\nlink_name: idp\nname: IdP\nbase_url: https://api.zylker.example/v1\n\
             authentication: {{ type: openid_connect, issuer: \"https://{issuer}\", client_id: acme, redirect: loopback }}\n"
        )
    };
    let draft = machine.engine.import_connector(&file("login.zylker.example"), false).await.unwrap();
    let connector = draft.connector.id;
    machine.engine.mark_ready(&connector).await.unwrap();
    let secret = GivenClient { id: None, secret: Some(SecretString::new("s3cret".into())) };
    let given = GivenClient { id: Some("acme".into()), ..secret };
    machine.engine.save_registration(&connector, None, given).await.unwrap();
    machine.engine.import_connector(&file("login.evil.example"), true).await.unwrap();
    machine.engine.mark_ready(&connector).await.unwrap();
    let machine = Machine { connector, ..machine };
    let refused = machine.try_begin(None).await.unwrap_err();
    assert!(
        matches!(&refused, Error::SecretNotAgreed { key: CLIENT_SECRET, origin } if origin.contains("login.evil.example")),
        "{refused:?}"
    );
    let form = machine.engine.connect_form(&machine.connector, None).await.unwrap();
    let prompts = machine.engine.connect_prompts(&form, None).await.unwrap();
    let asked: Vec<&str> =
        prompts.iter().filter(|each| !each.optional).map(|each| each.key.as_str()).collect();
    assert!(asked.contains(&CLIENT_SECRET), "it is asked for again: {asked:?}");
}

#[tokio::test]
async fn a_secret_that_was_given_before_any_address_goes_to_the_first_and_no_further() {
    let machine = Machine::new().await;
    let file = |addresses: &str| {
        format!(
            "patchbay: 1\nlink_name: crm\nname: CRM\nbase_url: https://api.zylker.example/v1\n\
             authentication: {{ type: oauth2, client_id: acme, redirect: loopback{addresses} }}\n"
        )
    };
    let draft = machine.engine.import_connector(&file(""), false).await.unwrap();
    let connector = draft.connector.id;
    let secret = GivenClient { id: None, secret: Some(SecretString::new("s3cret".into())) };
    let given = GivenClient { id: Some("acme".into()), ..secret };
    machine.engine.save_registration(&connector, None, given).await.unwrap();
    let machine = Machine { connector, ..machine };
    for (host, takes) in [("login.zylker.example", true), ("login.evil.example", false)] {
        let addresses =
            format!(", authorize_url: \"https://{host}/authorize\", token_url: \"https://{host}/token\"");
        machine.engine.import_connector(&file(&addresses), true).await.unwrap();
        machine.engine.mark_ready(&machine.connector).await.unwrap();
        let form = machine.engine.connect_form(&machine.connector, None).await.unwrap();
        let prompts = machine.engine.connect_prompts(&form, None).await.unwrap();
        let asks = prompts.iter().any(|each| each.key == CLIENT_SECRET && !each.optional);
        assert_eq!(asks, !takes, "{host}");
        assert_eq!(machine.try_begin(None).await.is_ok(), takes, "{host}");
    }
}
