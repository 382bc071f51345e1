//! What people and scripts get wrong, at each entry of the contract that takes text: the code, the field and the words
//! of every refusal. Nothing is stored then, and the network of these tests refuses to be asked.
//!
//! Connector files have tests of their own (`domain::manifest`); here stand the forms. A new case is a line of a table.

use crate::{
    Api, Shell,
    contract::{
        TypedSecret,
        connect::{AttemptStateView, BeginConnect},
        connections::{ListConnections, RenameConnection, SendCall},
        connectors::{CreateConnector, ImportConnector, MarkReady, OpenDraft, SaveDraft},
        error::{ErrorCode, ErrorView},
        exchange::CallInput,
    },
};
use domain::{
    agent_group::Route,
    id::ProcessId,
    ports::{BoxFuture, HttpSend, TransportClass, TransportError},
};
use protocol::message::{Request, Response};
use secret::SecretString;
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// A network that nothing may reach.
struct Nothing;

impl HttpSend for Nothing {
    fn send<'a>(
        &'a self,
        _: &'a Route,
        request: Request,
        _: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        let detail = format!("a request was sent to {}", request.url);
        Box::pin(async { Err(TransportError { class: TransportClass::Broken, fault: None, detail }) })
    }
}

struct Machine {
    api: Api,
    _directory: tempfile::TempDir,
}

/// It verifies nothing, so that a connection stands without a service.
const KEYS: &str = "base_url: https://{team}.zylker.example:{port}/{folder}/v2
settings:
  - { key: team, label: Your team }
  - { key: port, default: '443' }
  - { key: folder, default: api }
  - { key: region, options: [eu, us], required: false }
  - { key: code, pattern: '^[A-Z]{3}$', required: false }
headers: { X-Region: '{region}', X-Code: '{code}' }
authentication:
  type: api_key
  parameters: [{ name: API key, key: X-Key, location: header }, { name: Account, key: account, location: query, secret: false }]
";

const FIELDS: &str = "base_url: https://zylker.example/v2
authentication:
  type: auth_fields
  fields:
    - { name: Number, key: number, type: number }
    - { name: Active, key: active, type: boolean }
    - { name: Since, key: since, type: date }
    - { name: Plan, key: plan, type: list, options: [small, large] }
    - { name: Note, key: note, type: text }
    - { name: Pass, key: pass, type: password }
";

impl Machine {
    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let ports = testkit::ports(Arc::new(Nothing));
        let process = ProcessId::make(&*ports.entropy);
        let data_directory = directory.path().to_owned();
        let shell = Shell { ports, data_directory, process, passphrase: None, choose_file: None };
        Self { api: Api::open(shell).await.unwrap(), _directory: directory }
    }

    async fn connector(&self, rest: &str) -> String {
        let text = format!("patchbay: 1\nlink_name: zylker\nname: Zylker\n{rest}");
        let draft =
            self.api.import_connector(ImportConnector { text, update: false, picture: None }).await.unwrap();
        self.api.mark_ready(MarkReady { connector: draft.connector.clone() }).await.unwrap();
        draft.connector
    }

    async fn connections(&self) -> u32 {
        self.api.list_connections(ListConnections::default()).await.unwrap().total
    }
}

/// A connect that would succeed, and the one thing that is changed about it.
fn begin(
    connector: &str,
    settings: &[(&str, &str)],
    values: &[(&str, &str)],
    secrets: &[(&str, &str)],
) -> BeginConnect {
    let owned = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()
    };
    BeginConnect {
        connector: connector.into(),
        name: String::new(),
        environment: None,
        authentication: None,
        settings: owned(settings),
        values: owned(values),
        secrets: owned(secrets)
            .into_iter()
            .map(|(key, value)| (key, TypedSecret::new(SecretString::new(value))))
            .collect(),
        connection: None,
        new_version: false,
        scopes: None,
        way: None,
        no_browser: false,
    }
}

/// What is not as expected about a refusal; every word that a person reads is one line of printable text.
fn differs(case: &str, error: &ErrorView, code: ErrorCode, field: &str, words: &str) -> Option<String> {
    let said = [Some(&error.message), error.safe.as_ref(), error.action.as_ref()];
    let problems = error.problems.iter().flat_map(|problem| [&problem.message, &problem.remedy]);
    let all: Vec<&String> = said.into_iter().flatten().chain(&error.names).chain(problems).collect();
    let text = all.iter().map(|text| text.as_str()).collect::<Vec<_>>().join(" ");
    let is_as_expected = error.code == code
        && error.field.as_deref().unwrap_or_default() == field
        && text.contains(words)
        && !text.contains(char::is_control)
        && !text.contains("s3cret")
        && all.iter().all(|text| text.chars().count() < 500)
        && error.action.is_some();
    (!is_as_expected).then(|| format!("{case:?}: {error:#?}"))
}

fn assert_none(differences: Vec<String>) {
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connect_form_that_does_not_fit_is_refused() {
    let machine = Machine::new().await;
    let connector = machine.connector(KEYS).await;
    let long = "a".repeat(4001);
    let huge = "a".repeat(10 << 20);
    let key = [("X-Key", "s3cret-4711")];
    let team = |value| vec![("team", value)];
    let mut wrong = Vec::new();
    for (settings, values, secrets, field, words) in [
        // Settings that are used in a host.
        (team(""), vec![], &key[..], "team", "Your team has no value."),
        (team("evil.example/"), vec![], &key, "team", "may only have letters, digits"),
        (team("evil.example#"), vec![], &key, "team", "is used in a host"),
        (team("evil.example?"), vec![], &key, "team", "is used in a host"),
        (team("me@evil.example"), vec![], &key, "team", "is used in a host"),
        (team("evil.example\\"), vec![], &key, "team", "is used in a host"),
        (team("evil.example:8080"), vec![], &key, "team", "is used in a host"),
        (team("evil%2eexample"), vec![], &key, "team", "is used in a host"),
        (team("acme."), vec![], &key, "team", "is used in a host"),
        (team("a..b"), vec![], &key, "team", "is used in a host"),
        (team("bücher"), vec![], &key, "team", "is used in a host"),
        (team("acme\r\nHost: evil.example"), vec![], &key, "team", "a line break or a control character"),
        (team("acme\u{0}"), vec![], &key, "team", "control character"),
        (team("acme\u{1b}[31m"), vec![], &key, "team", "control character"),
        (team("{port}"), vec![], &key, "team", "is used in a host"),
        (team(&long), vec![], &key, "team", "more than 4000 characters"),
        (team(&huge), vec![], &key, "team", "more than 4000 characters"),
        // Settings that are used elsewhere.
        (vec![("team", "acme"), ("port", "0")], vec![], &key, "port", "a number from 1 to 65535"),
        (vec![("team", "acme"), ("port", "80@evil.example")], vec![], &key, "port", "is used as a port"),
        (vec![("team", "acme"), ("port", "65536")], vec![], &key, "port", "is used as a port"),
        (vec![("team", "acme"), ("region", "asia")], vec![], &key, "region", "has to be one of eu, us"),
        (vec![("team", "acme"), ("code", "abcd")], vec![], &key, "code", "does not match the pattern"),
        (vec![("team", "acme"), ("code", "ABC\nX: y")], vec![], &key, "code", "a line break"),
        (vec![("team", "acme"), ("folder", "a\tb")], vec![], &key, "folder", "control character"),
        (vec![("team", "acme"), ("teem", "x")], vec![], &key, "teem", "has no such setting"),
        (vec![("team", "acme"), ("te\r\nam", "x")], vec![], &key, "te\r\nam", "has no such setting"),
        // Prompts.
        (team("acme"), vec![], &[], "X-Key", "API key is missing."),
        (team("acme"), vec![], &[("X-Key", "")], "X-Key", "API key is missing."),
        (team("acme"), vec![("X-Key", "s3cret-4711")], &[], "X-Key", "is a secret and is handed over as one"),
        (team("acme"), vec![("account", "a\r\nX: y")], &key, "account", "one line of text"),
        (team("acme"), vec![("nobody", "x")], &key, "nobody", "does not ask for it"),
        (team("acme"), vec![], &[("X-Key", "s3cret-4711"), ("other", "x")], "other", "does not ask for it"),
        (team("acme"), vec![], &[("X-Key", "s3cret\r\nX: y")], "X-Key", "one line of text"),
        (team("acme"), vec![], &[("X-Key", "s3cret\u{0}")], "X-Key", "one line of text"),
        (team("acme"), vec![], &[("X-Key", "s3crét-4711")], "X-Key", "outside ASCII"),
        (team("acme"), vec![("account", &huge)], &key, "account", "longer than"),
        (team("acme"), vec![], &[("X-Key", &huge)], "X-Key", "longer than"),
    ] {
        let case = format!("{:.60}", format!("{settings:?} {values:?} {secrets:?}"));
        let account =
            [("account", "7")].into_iter().filter(|_| !values.iter().any(|value| value.0 == "account"));
        let values: Vec<_> = account.chain(values.iter().copied()).collect();
        match machine.api.begin_connect(begin(&connector, &settings, &values, secrets)).await {
            Err(error) => wrong.extend(differs(&case, &error, ErrorCode::Missing, field, words)),
            Ok(attempt) => wrong.push(format!("{case} was accepted: {attempt:?}")),
        }
    }
    assert_none(wrong);
    assert_eq!(machine.connections().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_of_the_wrong_kind_is_refused() {
    let machine = Machine::new().await;
    let connector = machine.connector(FIELDS).await;
    let right =
        [("number", "4.5"), ("active", "true"), ("since", "2026-11-22"), ("plan", "small"), ("note", "n")];
    let mut wrong = Vec::new();
    for (key, value, words) in [
        ("number", "four", "a number, such as 42"),
        ("number", "1e999", "a number, such as 42"),
        ("number", "NaN", "a number, such as 42"),
        ("number", "0x10", "a number, such as 42"),
        ("number", "4\r\n", "one line of text"),
        ("active", "yes", "true or false"),
        ("active", "True", "true or false"),
        ("since", "22.11.2026", "a day, such as"),
        ("since", "2026-02-30", "a day, such as"),
        ("since", "2026-11-22T10:00:00Z", "a day, such as"),
        ("plan", "medium", "one of small, large"),
        ("note", "a\nb", "one line of text"),
        ("note", "", "Note is missing."),
        ("note", " \t ", "one line of text"),
    ] {
        let values: Vec<_> =
            right.iter().map(|pair| if pair.0 == key { (key, value) } else { *pair }).collect();
        match machine.api.begin_connect(begin(&connector, &[], &values, &[("pass", "s3cret")])).await {
            Err(error) => wrong.extend(differs(value, &error, ErrorCode::Missing, key, words)),
            Ok(attempt) => wrong.push(format!("{key} {value:?} was accepted: {attempt:?}")),
        }
    }
    assert_none(wrong);
    assert_eq!(machine.connections().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_is_none_is_refused() {
    let machine = Machine::new().await;
    let connector = machine.connector(KEYS).await;
    let (long, huge) = ("a".repeat(101), "a".repeat(10 << 20));
    let good = || begin(&connector, &[("team", "acme")], &[("account", "7")], &[("X-Key", "s3cret-4711")]);
    let mut wrong = Vec::new();
    let names = [
        ("a\nb", "one line of text"),
        ("a\u{1b}[31mb", "one line of text"),
        ("a\u{0}", "one line of text"),
        (&long, "100 characters at the most"),
        (&huge, "100 characters at the most"),
    ];
    for (name, words) in names {
        match machine.api.begin_connect(BeginConnect { name: name.into(), ..good() }).await {
            Err(error) => wrong.extend(differs("name", &error, ErrorCode::Missing, "name", words)),
            Ok(attempt) => wrong.push(format!("{attempt:?}")),
        }
    }
    for (environment, authentication, words) in [
        (Some("nowhere"), None, "no environment called “nowhere”"),
        (None, Some("other"), "no authentication called “other”"),
    ] {
        let given = BeginConnect {
            environment: environment.map(Into::into),
            authentication: authentication.map(Into::into),
            ..good()
        };
        match machine.api.begin_connect(given).await {
            Err(error) => wrong.extend(differs(words, &error, ErrorCode::NotFound, "", words)),
            Ok(attempt) => wrong.push(format!("{attempt:?}")),
        }
    }
    let id = stands(&machine, good()).await;
    for (name, words) in names.into_iter().chain([("", "needs a name"), ("  ", "needs a name")]) {
        match machine
            .api
            .rename_connection(RenameConnection { connection: id.clone(), name: name.into() })
            .await
        {
            Err(error) => wrong.extend(differs("rename", &error, ErrorCode::Missing, "name", words)),
            Ok(_) => wrong.push(format!("{name:.20} was accepted")),
        }
    }
    assert_none(wrong);
    assert_eq!(machine.connections().await, 1);
}

/// The connection that stands after a connect without a verify request.
async fn stands(machine: &Machine, given: BeginConnect) -> String {
    let attempt = machine.api.begin_connect(given).await.unwrap();
    let settled = machine.api.settled_attempt(&attempt.attempt, Duration::from_secs(60)).await.unwrap();
    assert_eq!(settled.state, AttemptStateView::Connected);
    settled.connection.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_cannot_be_one_is_refused() {
    use ErrorCode::{Missing, OriginNotAgreed, Usage};
    let machine = Machine::new().await;
    let connector = machine.connector(KEYS).await;
    let good = begin(&connector, &[("team", "acme")], &[("account", "7")], &[("X-Key", "s3cret-4711")]);
    let connection = stands(&machine, good).await;
    let long = "a".repeat(10 << 20);
    let mut wrong = Vec::new();
    let mut refuse = async |case: &str, call: CallInput, code, field: &str, words: &str| match machine
        .api
        .send_call(SendCall { connection: connection.clone(), call })
        .await
    {
        Err(error) => wrong.extend(differs(case, &error, code, field, words)),
        Ok(reply) => wrong.push(format!("{case:.60} was sent: {reply:?}")),
    };
    let call = |method: &str, path: &str| CallInput {
        method: method.into(),
        path: path.into(),
        query: Vec::new(),
        headers: Vec::new(),
        body: None,
    };
    for method in ["", "G T", "GET\r\nHost: evil.example", "GÉT", "GET\u{0}", &long] {
        refuse(method, call(method, "/"), Usage, "method", "no HTTP method").await;
    }
    for (path, code, field, words) in [
        ("me", Usage, "path", "does not begin with `/`"),
        ("@evil.example/", Usage, "path", "does not begin with `/`"),
        (".evil.example/", Usage, "path", "does not begin with `/`"),
        ("/a\r\nX-Key: evil", Usage, "path", "a blank, a line break"),
        ("/a b", Usage, "path", "a blank"),
        ("/a\u{0}", Usage, "path", "a blank"),
        ("/a\\b", Usage, "path", "a backslash"),
        ("/a#b", Usage, "path", "a `#`"),
        ("/{nobody}", Missing, "path", "`nobody`"),
        ("/{", Usage, "path", "no placeholder"),
        ("https://evil.example/", OriginNotAgreed, "", "https://evil.example:443 is not an address"),
        ("https://acme.zylker.example@evil.example/", Usage, "path", "a user name"),
        ("https://acme.zylker.example:8443/", OriginNotAgreed, "", "acme.zylker.example:8443"),
        ("http://acme.zylker.example/", OriginNotAgreed, "", "http://acme.zylker.example:80"),
        ("https://acme.zylker.example.evil.example/", OriginNotAgreed, "", "evil.example:443"),
        ("http://169.254.169.254/latest/meta-data", OriginNotAgreed, "", "169.254.169.254"),
        ("http://127.0.0.1:22/", OriginNotAgreed, "", "http://127.0.0.1:22"),
        ("http://2130706433/", OriginNotAgreed, "", "http://127.0.0.1:80"),
        ("file:///etc/passwd", Usage, "path", "does not begin with `/`"),
        ("HTTPS://evil.example/", Usage, "path", "does not begin with `/`"),
        (&format!("/{long}"), Usage, "path", "longer than"),
    ] {
        refuse(path, call("GET", path), code, field, words).await;
    }
    for (name, value, words) in [
        ("Host", "evil.example", "header `Host` is set by Patchbay itself"),
        ("content-length", "0", "is set by Patchbay itself"),
        ("Transfer-Encoding", "chunked", "is set by Patchbay itself"),
        ("Connection", "close", "is set by Patchbay itself"),
        ("X A", "1", "no header name"),
        ("", "1", "no header name"),
        ("X\r\nY", "1", "no header name"),
        ("X-\u{1b}[31m", "1", "no header name"),
        ("Ä", "1", "no header name"),
        ("X-A", "1\r\nX-Key: evil", "a line break"),
        ("X-A", "1\u{0}", "a control character"),
        ("X-A", "grün", "outside ASCII"),
    ] {
        let call = CallInput { headers: vec![(name.into(), value.into())], ..call("GET", "/") };
        refuse(name, call, Usage, "headers", words).await;
    }
    assert_none(wrong);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_kept_whatever_it_holds_and_says_what_is_wrong() {
    let machine = Machine::new().await;
    let made = machine
        .api
        .create_connector(CreateConnector { name: "Zylker".into(), description: String::new() })
        .await
        .unwrap();
    let mut deep = json!(1);
    for _ in 0..40 {
        deep = json!([deep]);
    }
    let bearer = |rest: Value| {
        let mut shape = json!({ "type": "bearer" });
        shape.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        shape
    };
    let oauth = |key: &str, value: Value| json!({ "type": "oauth2", "authorize_url": "https://a.example/a", "token_url": "https://a.example/t", key: value });
    let huge = "a".repeat(10 << 20);
    let mut version = made.version;
    let mut wrong = Vec::new();
    for (key, value, pointer, code, words) in [
        ("name", json!(42), "/name", "wrong_type", "text belongs here, not a number"),
        ("name", json!(["Zylker"]), "/name", "wrong_type", "not a list"),
        ("name", json!("Zylker\r\nX"), "/name", "character", "a line break"),
        ("name", json!("Zylker\u{1b}[31m"), "/name", "character", "a control character"),
        ("name", json!("Zylker<script>"), "/name", "character", "<"),
        ("name", json!("-Zylker"), "/name", "start", "a letter, a digit or `_`"),
        ("name", json!("a".repeat(51)), "/name", "too_long", "51 characters"),
        ("name", json!(&huge), "", "too_large", "10485"),
        ("description", json!("a".repeat(256)), "/description", "too_long", "256 characters"),
        ("description", json!("a\nb"), "/description", "character", "a line break"),
        ("link_name", json!("Zylker CRM"), "/link_name", "form", "lower-case letters"),
        ("link_name", json!("../../etc"), "/link_name", "form", "lower-case letters"),
        ("base_url", json!("www.zylker.com/index"), "/base_url", "address", "https://"),
        ("base_url", json!("https://"), "/base_url", "address", "host"),
        ("base_url", json!("javascript:alert(1)"), "/base_url", "address", "`javascript`"),
        ("base_url", json!("https://a.example/\r\nX-Evil: 1"), "/base_url", "character", "a line break"),
        ("base_url", json!("https://a.example\\@evil.example"), "/base_url", "character", "backslash"),
        ("base_url", json!("https://me:word@a.example"), "/base_url", "secret", "before the `@`"),
        ("base_url", json!("http://a.example"), "/base_url", "insecure", "http://"),
        ("base_url", json!("https://{team}.example"), "/base_url", "undeclared", "team"),
        ("base_url", json!("https://a.example/{"), "/base_url", "misplaced", "no placeholder"),
        ("base_url", json!({ "url": "https://a.example" }), "/base_url", "wrong_type", "not an object"),
        ("allowed_hosts", json!(["*.com"]), "/allowed_hosts/0", "host_pattern", "com"),
        ("allowed_hosts", json!(["*"]), "/allowed_hosts/0", "host_pattern", "*"),
        ("allowed_hosts", json!(["https://a.example"]), "/allowed_hosts/0", "host_pattern", "host"),
        (
            "headers",
            json!({ "Authorization": "Bearer s3cret" }),
            "/headers/Authorization",
            "secret",
            "parameter",
        ),
        ("headers", json!({ "X-Api-Key": "s3cret" }), "/headers/X-Api-Key", "secret", "parameter"),
        ("headers", json!({ "Host": "evil.example" }), "/headers/Host", "reserved_header", "Host"),
        ("headers", json!({ "X-A": "1\r\nX-B: 2" }), "/headers/X-A", "character", "a line break"),
        ("headers", json!({ "X A": "1" }), "/headers/X A", "character", "header"),
        (
            "headers",
            json!({ "X-A": "ghp_16C7e42F292c6912E7710c838347Ae178B4a" }),
            "/headers/X-A",
            "secret",
            "secret",
        ),
        ("query", json!({ "token": "s3cret" }), "/query/token", "secret", "parameter"),
        ("query", json!([1]), "/query", "wrong_type", "a list"),
        ("settings", json!([{ "key": "a" }, { "key": "a" }]), "/settings/1/key", "duplicate", "a"),
        ("settings", json!([{ "key": "a b" }]), "/settings/0/key", "form", "no name of a placeholder"),
        (
            "settings",
            json!([{ "key": "a", "pattern": "(" }]),
            "/settings/0/pattern",
            "pattern",
            "regular expression",
        ),
        (
            "settings",
            json!([{ "key": "a", "pattern": "(a{1000}){1000}" }]),
            "/settings/0/pattern",
            "pattern",
            "too large",
        ),
        ("settings", json!("team"), "/settings", "wrong_type", "a list belongs here"),
        ("authentication", json!("bearer"), "/authentication", "wrong_type", "an object belongs here"),
        ("authentication", json!({ "type": "magic" }), "/authentication/type", "unknown_value", "`none`"),
        (
            "authentication",
            bearer(json!({ "token": "s3cret" })),
            "/authentication/token",
            "secret",
            "connection",
        ),
        (
            "authentication",
            bearer(json!({ "prefix": "Bearer\r\nX: y" })),
            "/authentication/prefix",
            "character",
            "a line break",
        ),
        ("authentication", bearer(json!({ "tokn": 1 })), "/authentication/tokn", "unknown_key", "tokn"),
        (
            "authentication",
            oauth("client_secret", json!("s3cret")),
            "/authentication/client_secret",
            "secret",
            "kept in the vault",
        ),
        ("authentication", oauth("pkce", json!("S512")), "/authentication/pkce", "unknown_value", "`S256`"),
        (
            "authentication",
            oauth("redirect_port", json!("80")),
            "/authentication/redirect_port",
            "wrong_type",
            "number",
        ),
        (
            "authentication",
            oauth("extra_authorize_params", json!({ "state": "x" })),
            "/authentication/extra_authorize_params/state",
            "reserved_name",
            "state",
        ),
        (
            "authentication",
            oauth("token_headers", json!({ "Authorization": "Basic x" })),
            "/authentication/token_headers/Authorization",
            "secret",
            "parameter",
        ),
        ("verify", json!({ "path": "me" }), "/verify/path", "address", "/"),
        ("verify", json!({ "path": "/me\r\nX: y" }), "/verify/path", "character", "a line break"),
        (
            "verify",
            json!({ "path": "/me", "expect_status": ["200"] }),
            "/verify/expect_status/0",
            "wrong_type",
            "number",
        ),
        ("verify", json!({ "path": "/me", "account": "email" }), "/verify/account", "pointer", "/"),
        (
            "verify",
            json!({ "path": "/me", "expect_body": { "pointer": "/a", "equals": deep } }),
            "",
            "too_large",
            "levels",
        ),
        ("categories", json!(vec!["a"; 20_001]), "", "too_large", "values"),
        ("environments", json!({ "lab": {} }), "/environments/lab", "reserved_name", "lab"),
        (
            "environments",
            json!({ "staging": { "nmae": "x" } }),
            "/environments/staging/nmae",
            "unknown_key",
            "nmae",
        ),
        ("agent_group", json!("office"), "/agent_group", "unknown_agent_group", "office"),
        ("logo", json!("data:text/html;base64,PHNjcmlwdD4="), "/logo", "form", "PNG"),
        ("logo", json!("../../etc/passwd"), "/logo", "form", "PNG"),
        ("script", json!(5), "/script", "wrong_type", "text"),
        ("__proto__", json!({ "name": "x" }), "/__proto__", "unknown_key", "__proto__"),
        ("client_secret", json!("s3cret"), "/client_secret", "secret", ""),
        ("", json!(1), "", "too_large", "an empty key"),
        ("patchbay", json!(2), "/patchbay", "newer_format", "format 2"),
    ] {
        let case = format!("{key}: {:.60}", value.to_string());
        let mut document = json!({
            "patchbay": 1, "link_name": "zylker", "name": "Zylker", "base_url": "https://a.example/v1",
            "authentication": { "type": "none" },
        });
        document[key] = value;
        let save = SaveDraft { connector: made.connector.clone(), version, document: document.clone() };
        let saved = machine.api.save_draft(save).await.unwrap();
        version = saved.version;
        let found = saved.check.problems.iter().chain(&saved.check.missing_for_ready).any(|problem| {
            let text = format!("{} {}", problem.message, problem.remedy);
            problem.pointer == pointer
                && problem.code == code
                && text.contains(words)
                && !text.contains("s3cret")
                && !text.contains(char::is_control)
        });
        if !found {
            wrong.push(format!("{case}: {:#?}", saved.check.problems));
        }
        let kept = machine.api.open_draft(OpenDraft { connector: made.connector.clone() }).await.unwrap();
        assert_eq!(kept.document, document, "{case}: nothing typed is lost");
        let ready = machine.api.mark_ready(MarkReady { connector: made.connector.clone() }).await;
        let refused = ready.err().map(|error| error.code);
        if refused != Some(ErrorCode::NotValid) {
            wrong.push(format!("{case} was marked as ready: {refused:?}"));
        }
    }
    assert_none(wrong);
}
