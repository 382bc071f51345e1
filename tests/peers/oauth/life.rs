//! What happens to tokens after the sign-in: refreshed, rotated, revoked, never lost.

use super::{add, call, connected, sign_in};
use crate::{person::Person, world::World};
use serde_json::Value;
use std::{thread, time::Duration};
use tests::Peer;

/// How long an access token lives where its end is waited for.
const SHORT: Duration = Duration::from_secs(5);

/// A world with the connection `mine` of alice.
fn signed_in() -> (World, Peer) {
    signed_in_at(Peer::start("oidc-provider"))
}

fn signed_in_at(peer: Peer) -> (World, Peer) {
    let world = World::new();
    add(&world, "code_public", &peer);
    let arguments = ["code_public", "--name", "Mine", "--redirect", "loopback"];
    connected(&sign_in(&world, &arguments, &mut Person::named("alice")).0);
    (world, peer)
}

/// Each refresh of `requests` must carry what the answer before it gave.
fn assert_chain(requests: &[Value]) {
    for pair in requests.windows(2) {
        assert_eq!(pair[1]["refresh"], pair[0]["gave"]["refresh"], "{requests:#?}");
        assert_eq!(pair[1]["error"], Value::Null, "{requests:#?}");
    }
}

#[test]
fn each_rotated_token_is_used_once_and_the_next_one_kept() {
    let (world, peer) = signed_in();
    for _ in 0..3 {
        world.done(&["refresh", "mine"]);
    }
    assert_eq!(call(&world, "mine")["who"], "alice");
    let requests = peer.token_requests(4);
    assert_eq!(requests.len(), 4, "{requests:#?}");
    assert_chain(&requests);
}

#[test]
fn processes_that_meet_an_ended_token_share_one_refresh() {
    let (world, peer) =
        signed_in_at(Peer::start_with("oidc-provider", &[&format!("--ttl={}", SHORT.as_secs())]));
    peer.outlive(&peer.token_requests(1)[0], SHORT);
    // The service answers a token that was used twice by ending the whole authorization.
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| assert_eq!(call(&world, "mine")["who"], "alice"));
        }
    });
    let requests = peer.token_requests(2);
    assert_eq!(requests.len(), 2, "{requests:#?}");
    assert_chain(&requests);
}

#[test]
fn a_service_that_gives_no_new_token_keeps_the_one_that_it_gave() {
    let (world, peer) = (World::new(), Peer::start("authlib"));
    add(&world, "password", &peer);
    let (secret, password) =
        (world.secret("client_secret", "pw-basic-secret"), world.secret("password", "wonderland"));
    let arguments = ["connect", "password", "--name", "Mine", "--value", "username=alice"];
    connected(&world.patchbay(&[&arguments[..], &["--secret", &secret, "--secret", &password]].concat()));
    world.done(&["refresh", "mine"]);
    world.done(&["refresh", "mine"]);
    assert_eq!(call(&world, "mine")["who"], "alice");
    let requests = peer.token_requests(3);
    let given = &requests[0]["gave"]["refresh"];
    assert!(given.is_string());
    for refresh in &requests[1..] {
        assert_eq!((&refresh["refresh"], &refresh["gave"]["refresh"]), (given, &Value::Null), "{refresh}");
    }
}

#[test]
fn the_service_says_whether_the_access_still_works() {
    let (world, peer) =
        signed_in_at(Peer::start_with("oidc-provider", &[&format!("--ttl={}", SHORT.as_secs())]));
    let said = world.done(&["introspect", "mine"]).json();
    assert_eq!(said["active"], true, "{said}");
    let permissions = said["permissions"].as_array().unwrap();
    assert!(permissions.iter().any(|permission| permission == "api:read"), "{said}");
    assert!(said["expires_at"].is_string(), "{said}");
    let given = &peer.token_requests(1)[0];
    peer.outlive(given, SHORT);
    let over = world.patchbay(&["introspect", "mine"]);
    assert_eq!((over.code, over.json()["active"].clone()), (1, Value::Bool(false)), "{over:?}");
    let renewed = peer.log().iter().filter(|line| line["url"] == "/token").count();
    assert_eq!(renewed, 1, "asking renews nothing");
    assert_eq!(call(&world, "mine")["who"], "alice");
    assert_eq!(world.done(&["introspect", "mine"]).json()["active"], true);
}

#[test]
fn revoke_ends_it_at_the_service_too() {
    let (world, peer) = signed_in();
    world.done(&["revoke", "mine", "--yes"]);
    let revoked = peer.log().iter().filter(|line| line["url"] == "/token/revocation").count();
    assert!(revoked >= 1, "the service was told");
    assert_ne!(world.patchbay(&["request", "mine", "GET", "/me"]).code, 0);
    assert_ne!(world.patchbay(&["refresh", "mine"]).code, 0);
}
