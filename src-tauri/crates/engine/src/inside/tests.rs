//! A file from a stranger that leads to this machine: what is asked, what is sent before, and what never is.

use super::*;
use crate::connect::Given;
use domain::{
    agent_group::Route,
    attempt::{Attempt, AttemptState},
    id::ProcessId,
    ports::{BoxFuture, HttpSend, TransportError},
};
use protocol::message::{HeaderMap, Request, Response, StatusCode};
use secret::SecretString;
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use store::Store;

/// Answers everything, and remembers who was asked.
#[derive(Default)]
struct Network(Mutex<Vec<String>>);

impl HttpSend for Network {
    fn send<'a>(
        &'a self,
        _: &'a Route,
        request: Request,
        _: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        self.0.lock().unwrap().push(request.url.origin().ascii_serialization());
        let reply = Response { status: StatusCode::OK, headers: HeaderMap::new(), body: b"{}".to_vec() };
        Box::pin(async move { Ok(reply) })
    }
}

struct Machine {
    engine: Engine,
    network: Arc<Network>,
    _directory: tempfile::TempDir,
}

const LOCAL: &str =
    "base_url: http://127.0.0.1:8080/v1\nauthentication: { type: bearer }\nverify: { path: /me }\n";

impl Machine {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let network = Arc::new(Network::default());
        let ports = testkit::ports(network.clone());
        let store = Store::open(directory.path(), ports.clock.now()).unwrap();
        let process = ProcessId::make(&*ports.entropy);
        Self { engine: Engine::new(store, ports, process), network, _directory: directory }
    }

    /// A connector from a file, ready.
    async fn imported(&self, link_name: &str, rest: &str) -> ConnectorId {
        let file = format!("patchbay: 1\nlink_name: {link_name}\nname: Zylker\n{rest}");
        let id = self.engine.import_connector(&file, true).await.unwrap().connector.id;
        self.engine.mark_ready(&id).await.unwrap();
        id
    }

    async fn connect(&self, connector: &ConnectorId, settings: &[(&str, &str)]) -> Result<Attempt, Error> {
        let form = self.engine.connect_form(connector, None).await?;
        let prompts = self.engine.connect_prompts(&form, None, None).await?;
        let asked = prompts.into_iter().filter(|prompt| prompt.secret);
        let given = Given {
            connector: connector.clone(),
            connection: None,
            name: String::new(),
            environment: None,
            authentication: None,
            settings: settings.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect(),
            values: BTreeMap::new(),
            secrets: asked.map(|prompt| (prompt.key, SecretString::new("s3cret".into()))).collect(),
            scopes: None,
            way: None,
            opens_browser: false,
        };
        let attempt = self.engine.begin_connect(given).await?;
        self.engine.settled_attempt(&attempt.id, Duration::from_secs(60)).await
    }

    fn asked(&self) -> Vec<String> {
        self.network.0.lock().unwrap().drain(..).collect()
    }
}

fn not_agreed(outcome: Result<Attempt, Error>) -> Vec<String> {
    match outcome {
        Err(Error::InsideNotAgreed { connector, origins }) => {
            assert_eq!(connector, "Zylker");
            origins
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_sends_nothing_to_this_machine_before_a_person_agreed_to_the_address() {
    let machine = Machine::new();
    let connector = machine.imported("zylker", LOCAL).await;
    assert_eq!(not_agreed(machine.connect(&connector, &[]).await), ["http://127.0.0.1:8080"]);
    let other = ["http://127.0.0.1:9090".to_owned()];
    machine.engine.agree_to_inside(&connector, &other).await.unwrap();
    assert_eq!(not_agreed(machine.connect(&connector, &[]).await), ["http://127.0.0.1:8080"]);
    assert_eq!(machine.asked(), [""; 0], "nothing was sent");

    let named = ["http://127.0.0.1:8080".to_owned()];
    machine.engine.agree_to_inside(&connector, &named).await.unwrap();
    let attempt = machine.connect(&connector, &[]).await.unwrap();
    assert!(matches!(attempt.state, AttemptState::Connected { .. }), "{attempt:?}");
    assert_eq!(machine.asked(), ["http://127.0.0.1:8080"]);
    let twin = machine.imported("twin", LOCAL).await;
    not_agreed(machine.connect(&twin, &[]).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_address_of_a_file_leads_inside_unasked() {
    let machine = Machine::new();
    let oauth = |rest: &str| {
        format!(
            "base_url: https://api.zylker.example\nauthentication: {{ type: oauth2, client_id: a, client_authentication: none, {rest} }}\n"
        )
    };
    let with = |key: &str, url: &str| {
        let mut urls = BTreeMap::from([
            ("authorize_url", "https://login.zylker.example/a"),
            ("token_url", "https://login.zylker.example/t"),
        ]);
        urls.insert(key, url);
        let urls: Vec<_> = urls.iter().map(|(key, url)| format!("{key}: '{url}'")).collect();
        oauth(&urls.join(", "))
    };
    let host = "base_url: https://{host}/v1\nsettings: [{ key: host }]\nauthentication: { type: bearer }\n";
    for (number, (rest, settings, origin)) in [
        (LOCAL.replace("127.0.0.1", "localhost"), vec![], "http://localhost:8080"),
        (LOCAL.replace("127.0.0.1", "[::1]"), vec![], "http://[::1]:8080"),
        (LOCAL.replace("http://127.0.0.1", "https://10.0.0.1"), vec![], "https://10.0.0.1:8080"),
        (LOCAL.replace("http://127.0.0.1", "https://router.local"), vec![], "https://router.local:8080"),
        (host.into(), vec![("host", "192.168.1.1")], "https://192.168.1.1:443"),
        (host.into(), vec![("host", "printer.local")], "https://printer.local:443"),
        (
            "base_url: https://api.zylker.example\nallowed_hosts: [api.zylker.example, '192.168.1.1']\nauthentication: { type: bearer }\n".into(),
            vec![],
            "https://192.168.1.1:443",
        ),
        (
            "base_url: https://api.zylker.example\nauthentication: { type: bearer }\nverify: { url: 'https://10.1.2.3/me' }\n".into(),
            vec![],
            "https://10.1.2.3:443",
        ),
        (with("authorize_url", "http://127.0.0.1:631/admin"), vec![], "http://127.0.0.1:631"),
        (with("token_url", "http://localhost:2375/exec"), vec![], "http://localhost:2375"),
        (with("revoke_url", "https://192.168.0.1/x"), vec![], "https://192.168.0.1:443"),
        (with("userinfo_url", "https://172.16.0.9/x"), vec![], "https://172.16.0.9:443"),
        (
            "base_url: https://api.zylker.example\nauthentication: { type: openid_connect, client_id: a, issuer: 'https://10.9.8.7' }\n".into(),
            vec![],
            "https://10.9.8.7:443",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let connector = machine.imported(&format!("connector_{number}"), &rest).await;
        assert_eq!(not_agreed(machine.connect(&connector, &settings).await), [origin], "{rest}");
    }
    assert_eq!(machine.asked(), [""; 0], "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_cloud_machines_keep_credentials_nobody_can_agree_to() {
    let machine = Machine::new();
    for (link_name, host) in [("four", "169.254.169.254"), ("six", "[fe80::1]")] {
        let connector =
            machine.imported(link_name, &LOCAL.replace("http://127.0.0.1", &format!("https://{host}"))).await;
        let origin = format!("https://{host}:8080");
        let agreed = machine.engine.agree_to_inside(&connector, std::slice::from_ref(&origin)).await;
        assert!(matches!(agreed, Err(Error::OriginNotAgreed(refused)) if refused == origin), "{host}");
        let outcome = machine.connect(&connector, &[]).await;
        assert!(
            matches!(&outcome, Err(Error::OriginNotAgreed(refused)) if *refused == origin),
            "{outcome:?}"
        );
    }
    assert_eq!(machine.asked(), [""; 0], "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_built_here_is_theirs_until_a_file_takes_its_place() {
    let machine = Machine::new();
    let draft = machine.engine.create_connector("Zylker", "").await.unwrap();
    let mut document = draft.connector.draft.clone();
    for (key, value) in [
        ("base_url", json!("http://127.0.0.1:8080/v1")),
        ("authentication", json!({ "type": "bearer" })),
        ("verify", json!({ "path": "/me" })),
    ] {
        document[key] = value;
    }
    let id = draft.connector.id;
    machine.engine.save_draft(&id, draft.connector.draft_version, document).await.unwrap();
    machine.engine.mark_ready(&id).await.unwrap();
    let attempt = machine.connect(&id, &[]).await.unwrap();
    assert!(matches!(attempt.state, AttemptState::Connected { .. }), "{attempt:?}");
    let replaced = machine.imported(draft.connector.link_name.as_str(), &LOCAL.replace("8080", "8081")).await;
    assert_eq!(replaced, id);
    assert_eq!(not_agreed(machine.connect(&id, &[]).await), ["http://127.0.0.1:8081"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_addresses_inside_are_agreed_to() {
    let machine = Machine::new();
    let connector = machine.imported("zylker", LOCAL).await;
    for address in ["", "127.0.0.1", "https://evil.example", "ftp://127.0.0.1", "environment:lab"] {
        let agreed = machine.engine.agree_to_inside(&connector, &[address.to_owned()]).await;
        assert!(matches!(agreed, Err(Error::Values(_))), "{address}: {agreed:?}");
    }
    let nobody = ConnectorId::from_stored("nobody");
    let agreed = machine.engine.agree_to_inside(&nobody, &["http://127.0.0.1:1".to_owned()]).await;
    assert!(matches!(agreed, Err(Error::NotFound { .. })), "{agreed:?}");
}
