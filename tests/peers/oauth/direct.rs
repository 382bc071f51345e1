//! Grants without a browser: an app for itself, a person's password.

use super::{add, call, connected};
use crate::world::World;
use serde_json::Value;
use tests::Peer;

/// The names of what a token request carried.
fn sent(request: &Value) -> Vec<&str> {
    request["sent"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

#[test]
fn an_app_signs_in_for_itself_with_every_client_authentication() {
    let (world, peer) = (World::new(), Peer::start("oidc-provider"));
    let secret = |link_name: &str, secret: &str| {
        let file = world.file(&format!("secret-{link_name}"), secret);
        format!("client_secret=@{}", file.display())
    };
    let key = |name: &str| format!("private_key=@{}", peer.file(name).display());
    for (link_name, given, client, scheme, carried) in [
        ("cc_basic", secret("basic", "cc-basic-secret-0123456789"), "cc-basic", "Basic", "scope"),
        ("cc_odd", secret("odd", "peer secret+/%:~&=\"?"), "cc-odd:id", "Basic", "scope"),
        ("cc_body", secret("body", "cc-post-secret-0123456789"), "cc-post", "", "client_secret"),
        (
            "cc_secret_jwt",
            secret("jwt", "cc-secret-jwt-secret-0123456789-0123456789"),
            "cc-secret-jwt",
            "",
            "client_assertion",
        ),
        ("cc_key_es", key("client-es.pem"), "cc-private-jwt", "", "client_assertion"),
        ("cc_key_rs", key("client-rs.pem"), "cc-private-jwt", "", "client_assertion"),
    ] {
        add(&world, link_name, &peer);
        let ended = world.patchbay(&["connect", link_name, "--name", link_name, "--secret", &given]);
        let last = connected(&ended);
        let connection = last["connection"]["link_name"].as_str().unwrap();
        assert_eq!(call(&world, connection)["who"], client, "{link_name}");
        let requests = peer.token_requests(1);
        let asked = requests.last().unwrap();
        assert_eq!((&asked["client"], &asked["scheme"]), (&client.into(), &scheme.into()), "{asked}");
        assert!(sent(asked).contains(&carried), "{link_name}: {asked}");
    }
    assert_eq!(peer.token_requests(6).len(), 6, "one token request each, whatever was called with it");
}

#[test]
fn a_wrong_client_secret_is_refused_and_nothing_is_kept() {
    let (world, peer) = (World::new(), Peer::start("oidc-provider"));
    add(&world, "cc_basic", &peer);
    let wrong = world.secret("client_secret", "wrong-secret-0123456789");
    let ended = world.patchbay(&["connect", "cc_basic", "--secret", &wrong]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert_eq!(ended.lines().last().unwrap()["step"], "failed");
    assert_eq!(world.keeps("wrong-secret-0123456789"), None);
    assert_eq!(world.done(&["connections", "list"]).json().as_array().unwrap().len(), 0);
}

#[test]
fn a_password_is_exchanged_with_every_client_authentication() {
    let (world, peer) = (World::new(), Peer::start("authlib"));
    for (link_name, secret, user, password) in [
        ("password", Some("pw-basic-secret"), "alice", "wonderland"),
        ("password_body", Some("pw-post-secret"), "bøb", "pässwörd €+&=%"),
        ("password_public", None, "carol:x", "with space"),
    ] {
        add(&world, link_name, &peer);
        let name = format!("username={user}");
        let password = world.secret("password", password);
        let secret = secret.map(|secret| world.secret("client_secret", secret));
        let mut arguments =
            vec!["connect", link_name, "--name", link_name, "--value", &name, "--secret", &password];
        arguments.extend(secret.iter().flat_map(|secret| ["--secret", secret.as_str()]));
        let last = connected(&world.patchbay(&arguments));
        assert_eq!(
            call(&world, last["connection"]["link_name"].as_str().unwrap())["who"],
            user,
            "{link_name}"
        );
    }
}

#[test]
fn a_wrong_password_is_tried_once() {
    let (world, peer) = (World::new(), Peer::start("authlib"));
    add(&world, "password_public", &peer);
    let password = world.secret("password", "not-hers");
    let ended =
        world.patchbay(&["connect", "password_public", "--value", "username=alice", "--secret", &password]);
    assert_eq!(ended.code, 1, "{ended:?}");
    assert_eq!(peer.token_requests(1).len(), 1);
}

#[test]
fn what_a_service_says_about_itself_is_read_without_a_connector() {
    let (world, peer) = (World::new(), Peer::start("oidc-provider"));
    let said = world.done(&["connectors", "discover", &peer.address]).json();
    assert_eq!(said["issuer"], peer.address.as_str());
    assert_eq!(said["addresses"]["token_url"], format!("{}/token", peer.address), "{said}");
    assert_eq!(said["takes_pkce"], true);
    let other = world.patchbay(&["connectors", "discover", &format!("{}/elsewhere", peer.address)]);
    assert_eq!(other.code, 3, "{other:?}");
}
