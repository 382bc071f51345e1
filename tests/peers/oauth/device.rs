//! A person approves on another device (RFC 8628).

use super::{add, call, connected};
use crate::{
    person::{Landing, Person},
    world::{Ended, Running, World},
};
use serde_json::Value;
use tests::Peer;

/// Starts to connect, and lets `person` open the address that is shown. Answers the running command.
fn approve(world: &World, arguments: &[&str], person: &mut Person) -> Running {
    let mut running = world.start(&[&["connect", "--timeout", "30"], arguments].concat());
    let device = running.until("device");
    assert!(device["user_code"].as_str().is_some_and(|code| !code.is_empty()), "{device}");
    let shown = [&device["verification_uri_complete"], &device["verification_uri"]];
    let address = shown.into_iter().find_map(Value::as_str).unwrap();
    let page = person.open(address);
    assert!(matches!(&page, Landing::Page(answer) if answer.status == 200), "{page:?}");
    running
}

fn failed(ended: &Ended) -> Value {
    let last = ended.lines().pop().unwrap();
    assert_eq!(last["step"], "failed", "{ended:?}");
    last
}

#[test]
fn a_person_approves_on_another_device() {
    let (world, peer) = (World::new(), Peer::start("oidc-provider"));
    let secret = world.secret("client_secret", "device-basic-secret-0123456789");
    add(&world, "device_public", &peer);
    add(&world, "device_basic", &peer);
    // Side by side: each waits for the interval of the service.
    let started = [
        (approve(&world, &["device_public"], &mut Person::named("alice")), "alice"),
        (approve(&world, &["device_basic", "--secret", &secret], &mut Person::named("bob")), "bob"),
    ];
    for (running, name) in started {
        let last = connected(&running.end());
        assert_eq!(call(&world, last["connection"]["link_name"].as_str().unwrap())["who"], name);
    }
}

#[test]
fn a_person_who_declines_on_another_device_ends_the_wait() {
    let (world, peer) = (World::new(), Peer::start_with("authlib", &["--interval=1"]));
    add(&world, "device_slow", &peer);
    let ended = approve(&world, &["device_slow"], &mut Person::declining("alice")).end();
    assert_eq!(ended.code, 1, "{ended:?}");
    failed(&ended);
}

#[test]
fn a_device_code_that_runs_out_ends_the_wait() {
    let (world, peer) = (World::new(), Peer::start_with("authlib", &["--interval=1", "--device-ttl=1"]));
    add(&world, "device_slow", &peer);
    let ended = world.patchbay(&["connect", "device_slow", "--timeout", "30"]);
    assert_ne!(ended.code, 0, "{ended:?}");
    failed(&ended);
}

#[test]
fn a_service_that_wants_slower_polls_gets_them() {
    // It tells one second and wants two: the second poll is answered with slow_down.
    let (world, peer) = (World::new(), Peer::start_with("authlib", &["--interval=1", "--patience=2"]));
    add(&world, "device_slow", &peer);
    let mut running = world.start(&["connect", "device_slow", "--timeout", "30"]);
    let device = running.until("device");
    let polls = peer.token_requests(2);
    assert_eq!(polls[0]["error"], "authorization_pending", "{polls:#?}");
    assert_eq!(polls[1]["error"], "slow_down", "{polls:#?}");
    Person::named("alice").open(device["verification_uri_complete"].as_str().unwrap());
    connected(&running.end());
    let polls = peer.token_requests(3);
    assert_eq!(polls.len(), 3, "five seconds more, so that one poll was enough: {polls:#?}");
    let waited = polls[2]["at"].as_u64().unwrap() - polls[1]["at"].as_u64().unwrap();
    assert!(waited >= 5_900, "RFC 8628 §3.5 wants 1 s + 5 s, it waited {waited} ms");
}
