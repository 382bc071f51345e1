//! httpbin: the five types that need no exchange, against a service that checks or echoes what it gets.

use crate::world::World;
use tests::Peer;

fn manifest(link_name: &str, address: &str, rest: &str) -> String {
    format!("patchbay: 1\nlink_name: {link_name}\nname: {link_name}\nbase_url: {address}/\n{rest}")
}

const BASIC: &str =
    "authentication: { type: basic }\nverify: { path: /basic-auth/jane/s3cret-pass, account: /user }\n";

#[test]
fn basic_is_verified_and_a_wrong_password_is_refused() {
    let (world, peer) = (World::new(), Peer::start("httpbin"));
    world.connector("basic", &manifest("basic", &peer.address, BASIC));
    let wrong = world.secret("password", "wrong-pass-word\n");
    let refused = world.patchbay(&["connect", "basic", "--value", "username=jane", "--secret", &wrong]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert_eq!(refused.lines().last().unwrap()["error"]["code"], "refused");
    assert_eq!(world.done(&["connections", "list"]).json().as_array().unwrap().len(), 0);

    let right = world.secret("password", "s3cret-pass\n");
    let connected =
        world.done(&["connect", "basic", "--name", "Jane", "--value", "username=jane", "--secret", &right]);
    let last = connected.lines().pop().unwrap();
    assert_eq!(last["step"], "connected");
    assert_eq!(last["connection"]["status"]["sentence"], "Connected as jane");
    assert_eq!(world.done(&["verify", "jane"]).json()["outcome"], "works");
    assert_eq!(world.keeps("wrong-pass-word"), None);
}

#[test]
fn a_service_that_hides_behind_404_is_refused_when_the_connector_says_so() {
    let (world, peer) = (World::new(), Peer::start("httpbin"));
    let rest = "authentication: { type: basic }\nverify: { path: /hidden-basic-auth/jane/open-sesame }\nauth_failure: { status: [404] }\n";
    world.connector("hidden", &manifest("hidden", &peer.address, rest));
    let wrong = world.secret("password", "wrong");
    let refused = world.patchbay(&["connect", "hidden", "--value", "username=jane", "--secret", &wrong]);
    assert_eq!(refused.code, 1, "{refused:?}");
    let right = world.secret("password", "open-sesame");
    world.done(&["connect", "hidden", "--value", "username=jane", "--secret", &right]);
}

#[test]
fn a_bearer_token_is_verified_and_its_echo_is_masked() {
    let (world, peer) = (World::new(), Peer::start("httpbin"));
    let rest = "authentication: { type: bearer }\nverify: { path: /bearer, expect_body: { pointer: /authenticated, equals: true } }\n";
    world.connector("bearer", &manifest("bearer", &peer.address, rest));
    let token = world.secret("token", "Bearer tok-0123456789-abcdef");
    world.done(&["connect", "bearer", "--secret", &token]);
    let reply = world.done(&["request", "bearer", "GET", "/bearer"]);
    assert!(!reply.out.contains("tok-0123456789-abcdef"), "{reply:?}");
    assert!(reply.json()["body"].as_str().unwrap().contains("•••"));
    assert_eq!(world.keeps("tok-0123456789-abcdef"), None);
}

#[test]
fn api_keys_arrive_in_header_query_and_path() {
    let (world, peer) = (World::new(), Peer::start("httpbin"));
    let rest = concat!(
        "authentication:\n  type: api_key\n  parameters:\n",
        "    - { name: Key, key: X-Api-Key, location: header, prefix: \"Key \" }\n",
        "    - { name: Account, key: account, location: query, secret: false }\n",
        "    - { name: Path key, key: slug, location: path }\n",
        "verify: { path: \"/anything/{slug}/me\" }\n",
    );
    world.connector("keys", &manifest("keys", &peer.address, rest));
    let (header, path) =
        (world.secret("X-Api-Key", "k-header-123456"), world.secret("slug", "k-path/123456"));
    world.done(&["connect", "keys", "--value", "account=a&b=c", "--secret", &header, "--secret", &path]);
    let reply = world.done(&["request", "keys", "GET", "/anything/{slug}/me", "-q", "page=2"]).json();
    let echo: serde_json::Value = serde_json::from_str(reply["body"].as_str().unwrap()).unwrap();
    assert_eq!(echo["headers"]["X-Api-Key"], "Key •••");
    assert_eq!(echo["args"], serde_json::json!({ "account": "a&b=c", "page": "2" }));
    assert!(echo["url"].as_str().unwrap().contains("/anything/•••/me"), "{echo}");
    assert!(!reply.to_string().contains("k-path"), "{reply}");
}

#[test]
fn auth_fields_join_the_body() {
    let (world, peer) = (World::new(), Peer::start("httpbin"));
    let rest = concat!(
        "authentication:\n  type: auth_fields\n  fields:\n",
        "    - { name: Account number, key: account, type: number }\n",
        "    - { name: Pass phrase, key: pass, type: password }\n",
        "verify: { method: POST, path: /anything }\n",
    );
    world.connector("fields", &manifest("fields", &peer.address, rest));
    let pass = world.secret("pass", "pass-phrase-0815");
    world.done(&["connect", "fields", "--value", "account=4711", "--secret", &pass]);
    let reply = world
        .done(&["request", "fields", "POST", "/anything", "-d", r#"{"id":12345678901234567890}"#])
        .json();
    let echo: serde_json::Value = serde_json::from_str(reply["body"].as_str().unwrap()).unwrap();
    assert_eq!(echo["data"], r#"{"id":12345678901234567890,"account":4711,"pass":"•••"}"#);
    assert_eq!(echo["headers"]["Content-Type"], "application/json");
}

#[test]
fn a_redirect_to_another_origin_takes_no_credential_along() {
    let (world, peer) = (World::new(), Peer::start("httpbin"));
    world.connector("basic", &manifest("basic", &peer.address, BASIC));
    let password = world.secret("password", "s3cret-pass");
    world.done(&["connect", "basic", "--value", "username=jane", "--secret", &password]);
    let same = format!("{}/headers", peer.address);
    let reply = world.done(&["request", "basic", "GET", "/redirect-to", "-q", &format!("url={same}")]).json();
    assert!(reply["body"].as_str().unwrap().contains("Authorization"), "{reply}");
    let other = same.replace("127.0.0.1", "localhost");
    let reply =
        world.done(&["request", "basic", "GET", "/redirect-to", "-q", &format!("url={other}")]).json();
    let echo = reply["body"].as_str().unwrap();
    assert!(echo.contains("User-Agent") && !echo.contains("Authorization"), "{reply}");
}

#[test]
fn a_connection_is_renamed_disabled_duplicated_and_deleted() {
    let (world, peer) = (World::new(), Peer::start("httpbin"));
    world.connector("basic", &manifest("basic", &peer.address, BASIC));
    let password = world.secret("password", "s3cret-pass");
    world.done(&["connect", "basic", "--name", "One", "--value", "username=jane", "--secret", &password]);
    world.done(&["rename", "one", "Uno"]);
    assert_eq!(world.done(&["show", "one"]).json()["row"]["name"], "Uno");
    world.done(&["disable", "one"]);
    assert_eq!(world.patchbay(&["request", "one", "GET", "/get"]).json()["error"]["code"], "disabled");
    world.done(&["enable", "one"]);
    let copy = world.done(&["duplicate", "one"]).json();
    world.done(&["delete", "one", "--yes"]);
    let copy = copy["link_name"].as_str().unwrap();
    assert_eq!(
        world.done(&["verify", copy]).json()["outcome"],
        "works",
        "the authorization outlives the first connection"
    );
    assert_eq!(world.patchbay(&["connectors", "delete", "basic", "--yes"]).code, 1);
    world.done(&["connectors", "delete", "basic", "--yes", "--with-connections"]);
    assert_eq!(world.patchbay(&["show", copy]).code, 5);
}
