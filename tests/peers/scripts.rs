//! Connector scripts, against a service that echoes what it gets.

use crate::world::World;
use serde_json::Value;
use tests::Peer;

fn manifest(address: &str, location: &str, script: &str) -> String {
    let script = script.replace('\n', "\n  ");
    format!(
        "patchbay: 1\nlink_name: echo\nname: Echo\nbase_url: {address}/\n\
         authentication:\n  type: api_key\n  parameters:\n    - {{ name: Key, key: key, location: {location} }}\n\
         script: |\n  {script}\n"
    )
}

fn echo(reply: &Value) -> Value {
    serde_json::from_str(reply["body"].as_str().unwrap()).unwrap()
}

#[test]
fn the_script_of_other_tools_runs_unchanged_once_a_person_agreed() {
    let (world, peer) = (World::new(), Peer::start("httpbin"));
    let script = "function before_action() { method_request_headers.Authorization = 'Bearer ' + method_auth_value; return true; }";
    let verified = manifest(&peer.address, "script", script)
        + "verify: { path: /bearer, expect_body: { pointer: /authenticated, equals: true } }\n";
    world.connector("echo", &verified);
    let key = world.secret("key", "k-secret-0123456789");
    let refused = world.patchbay(&["connect", "echo", "--secret", &key]);
    assert_eq!(
        (refused.code, refused.lines().last().unwrap()["error"]["code"].as_str()),
        (1, Some("script_not_agreed"))
    );

    let shown = world.done(&["connectors", "script", "echo"]).json();
    assert_eq!(
        (shown["agreed"].as_bool(), shown["source"].as_str()),
        (Some(false), Some(format!("{script}\n").as_str()))
    );
    world.done(&["connectors", "script", "echo", "--allow", "--yes"]);
    let connected = world.done(&["connect", "echo", "--secret", &key]).lines().pop().unwrap();
    assert_eq!(connected["step"], "connected", "{connected}");
    assert_eq!(connected["connection"]["status"]["kind"], "connected");
    let reply = world.done(&["request", "echo", "GET", "/bearer"]).json();
    assert_eq!(echo(&reply)["token"], "•••");
    assert_eq!(world.keeps("k-secret-0123456789"), None);

    world.done(&["connectors", "script", "echo", "--forbid"]);
    let refused = world.patchbay(&["request", "echo", "GET", "/bearer"]);
    assert_eq!(refused.json()["error"]["code"], "script_not_agreed");
}

#[test]
fn a_script_signs_requests_and_reshapes_replies() {
    let (world, peer) = (World::new(), Peer::start("httpbin"));
    let script = "\
function before_action() {
  const text = method_request_method + '\\n' + method_request_parameters.page;
  method_request_headers['X-Sign'] = hmac('sha256', method_auth_value, text);
  console.log('signed', text, 'with', method_auth_value);
  return true;
}
function after_action() {
  const got = JSON.parse(method_response_body);
  method_response_body = { sign: got.headers['X-Sign'], page: got.args.page, status: method_response_status };
  return true;
}
function after_error() {
  throw new Error('the service said ' + method_response_status);
}";
    world.connector("echo", &manifest(&peer.address, "script", script));
    let key = world.secret("key", "Jefe-0123456789");
    world.done(&["connect", "echo", "--secret", &key, "--allow-script"]);
    let reply = world.done(&["request", "echo", "GET", "/anything", "-q", "page=7"]).json();
    let reshaped = echo(&reply);
    assert_eq!((reshaped["page"].as_str(), reshaped["status"].as_i64()), (Some("7"), Some(200)));
    // HMAC-SHA256 with the key `Jefe-0123456789` over `GET\n7`, by Python's hmac.
    assert_eq!(reshaped["sign"], "5a44b20fd757a7410d7d4b09dff84e4d61f9d93b24b2606058a1026bd3f653b5");

    let dry = world.done(&["request", "echo", "GET", "/anything", "-q", "page=7", "--dry-run"]);
    assert!(
        dry.out.contains("x-sign")
            && !dry.out.contains("5a44b20fd757a7410d7d4b09dff84e4d61f9d93b24b2606058a1026bd3f653b5"),
        "{dry:?}"
    );

    let failed = world.patchbay(&["request", "echo", "GET", "/status/500"]);
    let error = failed.json()["error"].clone();
    assert_eq!((failed.code, error["code"].as_str()), (1, Some("script_failed")), "{failed:?}");
    assert!(error["message"].as_str().unwrap().contains("Line 13, column"), "{error}");
    assert_eq!(world.keeps("Jefe-0123456789"), None, "not in the log of a script either");
}

#[test]
fn a_script_that_never_ends_or_leads_elsewhere_is_stopped_and_the_next_call_goes_on() {
    let (world, peer) = (World::new(), Peer::start("httpbin"));
    let script = "\
function before_action() {
  if (method_request_parameters.loop) for (;;) {}
  if (method_request_parameters.lead) method_endpoint = 'http://localhost:9/anything';
  if (method_request_parameters.stop) return false;
  return true;
}";
    world.connector("echo", &manifest(&peer.address, "header", script));
    let key = world.secret("key", "k-secret-0123456789");
    world.done(&["connect", "echo", "--secret", &key, "--allow-script"]);
    for (query, code) in
        [("loop=1", "script_failed"), ("lead=1", "origin_not_agreed"), ("stop=1", "script_stopped")]
    {
        let refused = world.patchbay(&["request", "echo", "GET", "/anything", "-q", query]);
        assert_eq!(refused.json()["error"]["code"], code, "{query}: {refused:?}");
    }
    world.done(&["request", "echo", "GET", "/anything", "-q", "page=1"]);
}
