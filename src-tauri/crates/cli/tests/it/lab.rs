//! Connecting to the Lab: no service, no secret, no network.

use crate::world::World;
use serde_json::json;
use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

const BASE: &str = "base_url: https://api.zylker.example/v2\nverify: { path: /me, account: /email }\n";

fn with(authentication: &str) -> String {
    format!("{BASE}authentication: {authentication}\n")
}

/// Connects without a value, verifies, calls; then a value of one's own is refused.
fn journey(link_name: &str, authentication: &str, secret: Option<&str>) {
    let world = World::new();
    world.connector(link_name, &with(authentication));
    let connected = world.done(&["connect", link_name, "--lab"]).last();
    assert_eq!(connected["step"], "connected");
    assert_eq!(connected["connection"]["environment"]["link_name"], "lab");
    assert_eq!(connected["connection"]["status"]["sentence"], "Connected as ada@lab.test");
    assert_eq!(world.done(&["verify", link_name]).json()["outcome"], "works");
    let shown = world.done(&["show", link_name]).json();
    assert_eq!(
        (&shown["base_url"], &shown["origins"]),
        (&"https://api.zylker.example/v2".into(), &json!([]))
    );
    let reply = world.done(&["request", link_name, "POST", "/things", "-d", r#"{"id":1}"#]).json();
    assert!(reply["body"].as_str().unwrap().contains("played by the Lab"), "{reply}");
    let preview = world.done(&["request", link_name, "GET", "/things", "--dry-run"]).out;
    assert!(preview.contains("http://127.0.0.1:"), "{preview}");
    if let Some(key) = secret {
        let wrong = format!("{key}=@{}", world.file("wrong", "wr0ng-value").display());
        let refused = world.patchbay(&["connect", link_name, "--lab", "--secret", &wrong]);
        assert_eq!((refused.code, &refused.last()["error"]["code"]), (1, &"refused".into()), "{refused:?}");
    }
}

#[test]
fn what_needs_no_secret_needs_no_vault() {
    let world = World::empty();
    world.connector("open", &with("{ type: none }"));
    assert_eq!(world.done(&["connect", "open", "--lab"]).last()["step"], "connected");
    assert_eq!(world.done(&["verify", "open"]).json()["outcome"], "works");
    assert_eq!(world.done(&["reauthorize", "open"]).last()["step"], "connected");
    assert_eq!(world.done(&["reauthorize", "open", "--undo"]).json()["row"]["status"]["kind"], "connected");
    assert_eq!(world.done(&["vault", "status"]).json()["state"], "not_set_up");
    // What is sealed later, and sealed anew, leaves it as it is.
    world.done(&["vault", "create", "--passphrase"]);
    world.connector("key", &with("{ type: bearer }"));
    world.done(&["connect", "key", "--lab"]);
    world.done(&["vault", "rotate"]);
    for name in ["open", "key"] {
        assert_eq!(world.done(&["verify", name]).json()["outcome"], "works", "{name}");
    }
}

#[test]
fn none_is_played_with_the_network_off() {
    journey("open", "{ type: none }", None);
}

#[test]
fn basic_is_played_with_the_network_off_and_another_password_is_refused() {
    journey("basic", "{ type: basic }", Some("password"));
}

#[test]
fn api_keys_are_played_with_the_network_off_and_another_key_is_refused() {
    let parameters = "[{ name: Key, key: X-Key, location: header }, { name: Account, key: account, location: query, secret: false }]";
    journey("keys", &format!("{{ type: api_key, parameters: {parameters} }}"), Some("X-Key"));
}

#[test]
fn a_bearer_token_is_played_with_the_network_off_and_another_token_is_refused() {
    journey("bearer", "{ type: bearer, looks_like: pat_ }", Some("token"));
}

#[test]
fn auth_fields_are_played_with_the_network_off_and_another_value_is_refused() {
    let world = World::new();
    let fields = "[{ name: Account, key: account, type: number }, { name: Pass, key: pass, type: password }]";
    let rest = with(&format!("{{ type: auth_fields, fields: {fields} }}"))
        .replace("verify: { path", "verify: { method: POST, path");
    world.connector("fields", &rest);
    let connected = world.done(&["connect", "fields", "--lab"]).last();
    assert_eq!(connected["connection"]["status"]["sentence"], "Connected as ada@lab.test");
    assert_eq!(world.done(&["verify", "fields"]).json()["outcome"], "works");
    let wrong = format!("pass=@{}", world.file("wrong", "wr0ng-value").display());
    assert_eq!(world.patchbay(&["connect", "fields", "--lab", "--secret", &wrong]).code, 1);
}

#[test]
fn the_lab_is_no_way_around_what_the_service_demands() {
    let world = World::new();
    world.connector("bearer", &with("{ type: bearer }"));
    let missing = world.patchbay(&["connect", "bearer"]);
    assert_eq!((missing.code, &missing.last()["error"]["code"]), (2, &"missing".into()), "{missing:?}");
    let both = world.patchbay(&["connect", "bearer", "--lab", "--environment", "production"]);
    assert_eq!(both.code, 2, "{both:?}");
}

#[test]
fn a_connection_in_the_lab_is_typed_again_disabled_and_deleted_like_any_other() {
    let world = World::new();
    world.connector("bearer", &with("{ type: bearer }"));
    world.done(&["connect", "bearer", "--lab", "--name", "Mine"]);
    world.done(&["connect", "bearer", "--lab", "--name", "Other"]);
    assert_eq!(world.done(&["reauthorize", "mine"]).last()["step"], "connected");
    let listed = world.done(&["connections", "list", "--environment", "lab"]).json();
    assert_eq!(listed.as_array().unwrap().len(), 2);
    world.done(&["disable", "mine"]);
    assert_eq!(world.patchbay(&["verify", "mine"]).code, 1);
    world.done(&["connectors", "delete", "bearer", "--yes", "--with-connections"]);
    assert_eq!(world.patchbay(&["show", "mine"]).code, 5);
}

#[test]
fn one_process_runs_the_lab_and_others_find_it_there() {
    let world = World::new();
    world.connector("bearer", &with("{ type: bearer }"));
    world.draft("sketch", &with("{ type: basic }"));
    assert_eq!(world.done(&["lab", "status"]).json()["running"], false);
    let mut lab = world
        .together(&["lab", "start", "--port", "0", "--connector", "bearer", "--connector", "sketch"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(lab.stdout.take().unwrap()).lines();
    let mut line = || -> serde_json::Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    let started = line();
    let address = started["lab"]["address"].as_str().unwrap();
    let sketch = format!("{address}/sketch/api.zylker.example/v2");
    assert_eq!(started["lab"]["plays"][1]["address"], sketch.as_str());
    let run = |arguments: &[&str]| -> serde_json::Value {
        let output = world.together(arguments).output().unwrap();
        let out = String::from_utf8(output.stdout).unwrap();
        serde_json::from_str(out.lines().last().unwrap()).unwrap()
    };
    assert_eq!(run(&["lab", "status"])["address"], address);
    assert_eq!(run(&["lab", "start"])["error"]["code"], "in_use");
    assert_eq!(run(&["connect", "bearer", "--lab"])["step"], "connected");
    let seen = line();
    assert_eq!(seen["request"]["outcome"], "verified");
    assert_eq!(
        (&seen["request"]["host"], &seen["request"]["path"]),
        (&"api.zylker.example".into(), &"/v2/me".into())
    );
    lab.kill().unwrap();
    lab.wait().unwrap();
    assert_eq!(run(&["lab", "status"])["running"], false, "its lock is free");
    assert_eq!(run(&["verify", "bearer"])["outcome"], "works", "at another port");
}

#[test]
fn the_lab_says_what_it_cannot_play() {
    let world = World::new();
    let script = "{ type: api_key, parameters: [{ name: Key, key: key, location: script }] }";
    world.connector("script", &with(script));
    let refused = world.patchbay(&["connect", "script", "--lab"]);
    assert_eq!((refused.code, &refused.json()["error"]["code"]), (2, &"not_valid".into()), "{refused:?}");
    assert_eq!(world.patchbay(&["lab", "start", "--connector", "nothing"]).code, 5);
}
