//! OAuth 2 and OpenID Connect from the command line, against services that nobody here wrote.
//!
//! One file per part of a token's life: [`sign_in`] by a person at a browser, [`direct`] grants without one, [`device`]
//! codes, [`life`] of tokens afterwards, and [`hostile`] services.

mod device;
mod direct;
mod hostile;
mod life;
mod sign_in;

use crate::{
    http::Answer,
    person::{Person, follow},
    world::{Ended, World},
};
use serde_json::{Value, json};
use tests::{CONNECTORS, Connector, Peer, connector_of};

/// Adds the connector of a client of `peer`.
fn add(world: &World, link_name: &str, peer: &Peer) -> &'static Connector {
    let connector = connector_of(link_name);
    world.connector(link_name, &connector.manifest(&peer.address));
    connector
}

/// Lets `person` sign in at the address that `connect` prints, and follows the redirect as a browser does. Answers how
/// the command ended, and the page that the person was left with.
fn sign_in(world: &World, arguments: &[&str], person: &mut Person) -> (Ended, Answer) {
    let mut running = world.start(&[&["connect", "--no-browser", "--timeout", "30"], arguments].concat());
    let browser = running.until("browser");
    let page = follow(person.open(browser["url"].as_str().unwrap()));
    (running.end(), page)
}

/// The last line of a command that connected.
fn connected(ended: &Ended) -> Value {
    assert_eq!(ended.code, 0, "{ended:?}");
    let last = ended.lines().pop().unwrap();
    assert_eq!(last["step"], "connected", "{ended:?}");
    last
}

/// The steps that a command told, in order.
fn steps(ended: &Ended) -> Vec<String> {
    ended.lines().iter().filter_map(|line| line["step"].as_str().map(str::to_owned)).collect()
}

/// What the API of a peer answers to a call through `connection`.
fn call(world: &World, connection: &str) -> Value {
    let reply = world.done(&["request", connection, "GET", "/me"]).json();
    serde_json::from_str(reply["body"].as_str().unwrap()).unwrap()
}

#[test]
fn every_connector_of_the_peers_has_nothing_to_correct() {
    let world = World::new();
    for connector in CONNECTORS {
        let (name, peer) = (connector.link_name, connector.peer);
        let file = world.file(&format!("{name}.yaml"), &connector.manifest("http://127.0.0.1:49152"));
        let checked = world.done(&["connectors", "check", file.to_str().unwrap()]).json();
        for list in ["problems", "missing_for_ready"] {
            assert_eq!(checked[list], json!([]), "{name} of {peer}: {checked}");
        }
    }
}
