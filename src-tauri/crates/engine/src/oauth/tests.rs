//! A service made up here, a browser that a test drives, and what must hold between them whatever either does.

mod apps;
mod attacks;
mod captured;
mod diagnosed;
mod discovered;
mod ended;
mod failures;
mod introspected;
mod keeper;
mod life;
mod new_version;
mod pages;
mod planned;
mod sign_in;
mod undone;

use super::{
    Told,
    client::{CLIENT_SECRET, GivenClient},
};
use crate::{
    Engine, Error, Ports,
    connect::{Again, Given, UNDO_LIFE},
    connections::credential_place,
    credential::{Credential, TokenSet},
    registrations::GivenRegistration,
    request::Call,
    vault::{Place, VaultError},
};
use domain::{
    agent_group::Route,
    attempt::{Attempt, AttemptState},
    connection::{AttentionReason, ConnectionStatus, Verification},
    event::EventKind,
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
    /// A path of the API that answers otherwise.
    elsewhere: Mutex<Option<(&'static str, u16, &'static str)>>,
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
                let elsewhere = *self.elsewhere.lock().unwrap();
                match elsewhere.filter(|(path, ..)| *path == request.url.path()) {
                    Some((_, status, body)) => (status, body.to_owned()),
                    None => (if accepted { 200 } else { 401 }, r#"{"email":"jane@acme.test"}"#.to_owned()),
                }
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
    directory: tempfile::TempDir,
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
        Self { engine, service, clock, browser, redirects, processes, app_link, connector, directory }
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
