//! Signing in at the Lab by every grant: no service, no secret typed, no network beyond this machine.

use crate::{
    browser::{Page, Person, get},
    world::World,
};
use serde_json::Value;
use std::{
    io::{BufRead, BufReader, Lines},
    process::{Child, ChildStdout, Stdio},
};

const YES: Person<'static> = Person { email: "ada@lab.test", answer: "yes" };

/// A connector that signs in at `login.zylker.example`.
fn oauth(grant: &str, rest: &str) -> String {
    let at = "https://login.zylker.example";
    format!(
        "base_url: https://api.zylker.example/v2\nverify: {{ path: /me, account: /email }}\n\
         scopes: {{ delimiter: space, items: [{{ name: Read, value: read, default: true }}, {{ name: Write, value: write, default: true }}] }}\n\
         authentication: {{ type: oauth2, grant_type: {grant}, authorize_url: '{at}/authorize', token_url: '{at}/token', \
         revoke_url: '{at}/revoke', redirect: loopback{rest} }}\n"
    )
}

/// A command that waits for its person, in this machine's own network, where the browser is too.
struct Waiting {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Waiting {
    fn start(world: &World, arguments: &[&str]) -> Self {
        let mut child = world.together(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Its next line that tells of `step`.
    fn until(&mut self, step: &str) -> Value {
        let mut told = Vec::new();
        for line in self.lines.by_ref() {
            let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
            if line["step"] == step {
                return line;
            }
            told.push(line);
        }
        panic!("it ended without `{step}`: {told:#?}");
    }

    fn end(mut self) {
        for line in self.lines.by_ref() {
            line.unwrap();
        }
        assert!(self.child.wait().unwrap().success());
    }
}

/// Connects in the Lab with `person` at the browser.
fn sign_in(world: &World, arguments: &[&str], person: &Person<'_>) -> Value {
    let mut waiting = Waiting::start(
        world,
        &[&["connect", "--lab", "--no-browser", "--timeout", "60"], arguments].concat(),
    );
    let url = waiting.until("browser")["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("http://127.0.0.1:"), "{url}");
    let address = person.open(&url).unwrap();
    assert_eq!(get(&address).status, 200);
    let connected = waiting.until("connected");
    waiting.end();
    connected
}

fn run(world: &World, arguments: &[&str]) -> Value {
    let ended = world.ended(arguments);
    assert_eq!(ended.code, 0, "{arguments:?}: {ended:?}");
    ended.last()
}

#[test]
fn a_person_signs_in_at_the_lab_and_its_tokens_expire_refresh_and_end() {
    let world = World::new();
    world.connector("zylker", &oauth("authorization_code", ""));
    let connected = sign_in(&world, &["zylker"], &YES);
    assert_eq!(connected["connection"]["status"]["sentence"], "Connected as ada@lab.test");
    assert_eq!(connected["connection"]["environment"]["link_name"], "lab");
    assert_eq!(run(&world, &["verify", "zylker"])["outcome"], "works");
    run(&world, &["lab", "advance", "3600"]);
    assert_eq!(run(&world, &["lab", "status"])["ahead"], 3600);
    assert_eq!(run(&world, &["verify", "zylker"])["outcome"], "works", "refreshed after the refusal");
    run(&world, &["refresh", "zylker"]);
    run(&world, &["revoke", "zylker", "--yes"]);
    let ended = world.ended(&["verify", "zylker"]);
    assert_ne!(ended.code, 0, "{ended:?}");
}

/// A connector that signs by OAuth 1.0a.
fn oauth1(rest: &str) -> String {
    let at = "https://login.zylker.example";
    format!(
        "base_url: https://api.zylker.example/v2\nverify: {{ path: /me, account: /email }}\n\
         authentication: {{ type: oauth1, redirect: loopback, request_token_url: '{at}/initiate', \
         authorize_url: '{at}/authorize', access_token_url: '{at}/token', revoke_url: '{at}/revoke'{rest} }}\n"
    )
}

#[test]
fn a_person_agrees_at_the_lab_to_calls_that_are_signed() {
    let world = World::new();
    world.connector("zylker", &oauth1(", signature_method: HMAC-SHA256"));
    let connected = sign_in(&world, &["zylker"], &YES);
    assert_eq!(connected["connection"]["status"]["sentence"], "Connected as ada@lab.test");
    assert_eq!(run(&world, &["verify", "zylker"])["outcome"], "works");
    let reply = run(&world, &["request", "zylker", "GET", "/things?a=1&a=x%20y"]);
    assert_eq!(reply["status"], 200, "{reply}");
    run(&world, &["revoke", "zylker", "--yes"]);
    assert_ne!(world.ended(&["verify", "zylker"]).code, 0);

    world.connector("rsa", &oauth1(", signature_method: RSA-SHA256, placement: query"));
    let mut waiting = Waiting::start(&world, &["connect", "rsa", "--lab", "--no-browser"]);
    let url = waiting.until("browser")["url"].as_str().unwrap().to_owned();
    get(&Person { email: "grace@lab.test", answer: "yes" }.open(&url).unwrap());
    let failed = waiting.until("failed");
    assert!(failed.to_string().contains("told not to allow it"), "{failed}");
    waiting.child.wait().unwrap();
}

#[test]
fn what_the_lab_tells_besides_its_tokens_is_used_in_calls() {
    let world = World::new();
    let file = oauth("authorization_code", ", userinfo_url: 'https://login.zylker.example/me'")
        .replace("https://api.zylker.example/v2", "https://{instance}.zylker.example/{team}")
        + "captures: [{ key: instance, from: token, pointer: /instance_url, use: host }, \
           { key: realm, from: callback, pointer: /realmId }, { key: team, from: userinfo, pointer: /team/id }]\n\
           headers: { X-Realm: '{realm}' }\n";
    world.connector("zylker", &file);
    let connected = sign_in(&world, &["zylker"], &YES);
    assert_eq!(connected["connection"]["status"]["sentence"], "Connected as ada@lab.test");
    let shown = run(&world, &["show", "zylker"]);
    let told = |key: &str| serde_json::json!({ "key": key, "value": "lab" });
    assert_eq!(shown["captures"], serde_json::json!([told("instance"), told("realm"), told("team")]));
    let sent = run(&world, &["request", "zylker", "GET", "/things", "--dry-run"]).to_string();
    assert!(sent.contains("lab.zylker.example/lab/things"), "{sent}");
    run(&world, &["lab", "advance", "3600"]);
    assert_eq!(run(&world, &["verify", "zylker"])["outcome"], "works", "kept when the tokens are renewed");
}

#[test]
fn a_person_who_declines_at_the_lab_leaves_nothing_behind() {
    let world = World::new();
    world.connector("zylker", &oauth("authorization_code", ""));
    for person in
        [Person { email: "grace@lab.test", answer: "yes" }, Person { email: "ada@lab.test", answer: "no" }]
    {
        let mut waiting = Waiting::start(&world, &["connect", "zylker", "--lab", "--no-browser"]);
        let url = waiting.until("browser")["url"].as_str().unwrap().to_owned();
        get(&person.open(&url).unwrap());
        let failed = waiting.until("failed");
        assert!(failed.to_string().contains("access_denied"), "{failed}");
        waiting.child.wait().unwrap();
    }
    assert_eq!(run(&world, &["connections", "list"]), serde_json::json!([]));
}

#[test]
fn a_connector_that_names_its_issuer_alone_is_played() {
    let world = World::new();
    let rest = "base_url: https://api.zylker.example/v2\nverify: { path: /me, account: /email }\n\
                authentication: { type: openid_connect, issuer: 'https://login.zylker.example/{tenant}', redirect: loopback, \
                client_authentication: none }\nsettings: [{ key: tenant, example: acme }]\n";
    world.connector("zylker", rest);
    let joan = Person { email: "joan@lab.test", answer: "yes" };
    let connected = sign_in(&world, &["zylker"], &joan);
    assert_eq!(connected["connection"]["status"]["sentence"], "Connected as joan@lab.test");
    assert_eq!(run(&world, &["verify", "zylker"])["outcome"], "works");
}

#[test]
fn an_id_token_alone_signs_in_at_the_lab() {
    let world = World::new();
    let rest = "base_url: https://api.zylker.example/v2\nverify: { path: /me, account: /email }\n\
                authentication: { type: openid_connect, authorize_url: 'https://login.zylker.example/authorize', \
                jwks_url: 'https://login.zylker.example/keys', redirect: loopback }\n";
    world.connector("zylker", rest);
    let mut waiting = Waiting::start(&world, &["connect", "zylker", "--lab", "--no-browser"]);
    let url = waiting.until("browser")["url"].as_str().unwrap().to_owned();
    let address = YES.open(&url).unwrap();
    assert!(address.contains("#id_token=") || address.contains("&id_token="), "{address}");
    run(&world, &["redirect", &address]);
    let connected = waiting.until("connected");
    assert_eq!(connected["connection"]["status"]["sentence"], "Connected as ada@lab.test");
    waiting.end();
}

#[test]
fn a_device_is_agreed_to_on_the_lab_s_page() {
    let world = World::new();
    let device =
        ", client_authentication: none, device_authorization_url: 'https://login.zylker.example/device'";
    world.connector("zylker", &oauth("device_code", device));
    let mut waiting = Waiting::start(&world, &["connect", "zylker", "--lab", "--no-browser"]);
    let told = waiting.until("device");
    let address = told["verification_uri_complete"].as_str().unwrap();
    let Err(Page { body, .. }) = YES.open(address) else { panic!("nobody is sent anywhere") };
    assert!(body.contains("You can close this page"), "{body}");
    let connected = waiting.until("connected");
    assert_eq!(connected["connection"]["status"]["sentence"], "Connected as ada@lab.test");
    waiting.end();
}

/// Nobody has to be there, so these run with the network off.
#[test]
fn grants_without_a_browser_are_played_with_the_network_off() {
    let world = World::new();
    for (link_name, grant, rest) in [
        ("machine", "client_credentials", ""),
        ("in_body", "client_credentials", ", client_authentication: body"),
        ("raw", "client_credentials", ", basic_encoding: raw"),
        ("by_secret", "client_credentials", ", client_authentication: client_secret_jwt"),
        ("by_key", "client_credentials", ", client_authentication: private_key_jwt"),
        (
            "by_rsa",
            "client_credentials",
            ", client_authentication: private_key_jwt, client_assertion: { algorithm: RS256 }",
        ),
        ("in_json", "client_credentials", ", token_body: json, client_authentication: body"),
        ("by_get", "client_credentials", ", token_method: GET, client_authentication: body"),
        ("in_query", "client_credentials", ", token_location: query, token_key: auth"),
        ("renamed", "client_credentials", ", bearer_name: Zoho-oauthtoken"),
        (
            "nested",
            "client_credentials",
            ", token_response: { access_token: /data/0/token, error: { pointer: /ok, equals: false, message: /why } }",
        ),
        (
            "extra",
            "client_credentials",
            ", extra_token_params: { audience: 'https://api.example' }, token_headers: { X-Version: '2' }, resource: ['https://r.example']",
        ),
        ("person", "password", ""),
    ] {
        world.connector(link_name, &oauth(grant, rest));
        let connected = world.done(&["connect", link_name, "--lab"]).last();
        assert_eq!(connected["step"], "connected", "{link_name}: {connected}");
        assert_eq!(connected["connection"]["status"]["sentence"], "Connected as ada@lab.test", "{link_name}");
        assert_eq!(world.done(&["verify", link_name]).json()["outcome"], "works", "{link_name}");
        world.done(&["refresh", link_name]);
    }
}

#[test]
fn a_client_secret_of_one_s_own_is_refused_at_the_lab_and_kept_by_no_registration() {
    let world = World::new();
    world.connector("machine", &oauth("client_credentials", ""));
    let wrong = format!("client_secret=@{}", world.file("wrong", "real-secret-of-a-real-app").display());
    let refused = world.patchbay(&["connect", "machine", "--lab", "--secret", &wrong]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert!(refused.out.contains("invalid_client"), "{refused:?}");
    assert_eq!(world.done(&["connect", "machine", "--lab"]).last()["step"], "connected");
    let outside = world.patchbay(&["connect", "machine"]);
    assert_eq!((outside.code, &outside.last()["error"]["code"]), (2, &"missing".into()), "{outside:?}");
}

#[test]
fn the_lab_behaves_as_it_is_told_on_the_command_line() {
    let world = World::new();
    world.connector("machine", &oauth("client_credentials", ""));
    let arguments =
        ["lab", "start", "--port", "0", "--connector", "machine", "--behaviour", "refuse_refresh=on"];
    let mut lab = Waiting::start(&world, &[&arguments[..], &["--behaviour", "fail_next=1"]].concat());
    lab.until("started");
    let failed = world.ended(&["connect", "machine", "--lab"]);
    assert_eq!(failed.code, 1, "{failed:?}");
    assert_eq!(lab.until("request")["request"]["outcome"], "troubled");
    assert_eq!(run(&world, &["connect", "machine", "--lab"])["step"], "connected");
    assert_eq!(lab.until("request")["request"]["outcome"], "granted");
    let unknown = world.ended(&["lab", "start", "--behaviour", "nothing=1"]);
    assert_eq!((unknown.code, &unknown.last()["error"]["code"]), (2, &"not_valid".into()), "{unknown:?}");
    lab.child.kill().unwrap();
    lab.child.wait().unwrap();
}

#[test]
fn the_tour_tells_each_next_step_until_all_was_seen() {
    let world = World::new();
    let step = || run(&world, &["lab", "tour"])["tour"]["step"].clone();
    assert_eq!(step(), "connect");
    let connected = sign_in(&world, &["harbour_erp"], &YES);
    assert_eq!(connected["connection"]["status"]["sentence"], "Connected as ada@lab.test");
    assert_eq!(step(), "expire");
    run(&world, &["lab", "advance", "3600"]);
    assert_eq!(step(), "refresh");
    assert_eq!(run(&world, &["verify", "harbour-erp"])["outcome"], "works");
    assert_eq!(step(), "revoke");
    run(&world, &["revoke", "harbour-erp", "--yes"]);
    assert_eq!(step(), "done");
    // Whoever begins again begins anew, with a connection of its own.
    run(&world, &["lab", "tour", "--leave"]);
    assert_eq!(step(), "connect");
    sign_in(&world, &["harbour_erp"], &YES);
    assert_eq!(step(), "expire");
    run(&world, &["lab", "tour", "--remove"]);
    assert_eq!(run(&world, &["connectors", "list"]), serde_json::json!([]));
}

#[test]
fn a_connector_of_ones_own_stands_beside_that_of_the_tour() {
    let world = World::new();
    world.connector("harbour_erp", "base_url: https://own.example\nauthentication: { type: none }\n");
    assert_eq!(run(&world, &["lab", "tour"])["tour"]["connector_link_name"], "harbour_erp_2");
    run(&world, &["lab", "tour", "--remove"]);
    assert_eq!(run(&world, &["connectors", "list"]).as_array().unwrap().len(), 1);
}
