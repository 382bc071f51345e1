//! A service tells which host the calls of an account go to: the window shows it, and nothing goes there unasked.

use crate::{Window, World, button, field, heading, link, places::leaks};
use serde_json::{Value, json};
use testkit::canary::{Canary, Search};
use tests::Peer;

/// What the service gave the app.
const SECRET: &str = "hush-hush-0123456789";

/// Its token reply names another host than the one that it was asked at.
fn manifest(peer: &Peer) -> String {
    let (address, port) = (&peer.address, port(peer));
    format!(
        "patchbay: 1\nlink_name: zylker\nname: Zylker\nbase_url: 'http://{{instance}}:{port}/api'\n\
         captures: [{{ key: instance, from: token, pointer: /instance_url, use: host }}]\nallow_insecure_http: true\n\
         authentication: {{ type: oauth2, grant_type: client_credentials, client_id: me, \
         token_url: '{address}/token/tells-a-host' }}\nverify: {{ path: /me, account: /who }}\n"
    )
}

fn port(peer: &Peer) -> &str {
    peer.address.rsplit(':').next().unwrap()
}

/// What arrived at the host that was told.
fn arrived(peer: &Peer) -> Vec<Value> {
    let told = json!(["Host", format!("localhost:{}", port(peer))]).to_string().to_lowercase();
    let is_there = |line: &Value| line["headers"].to_string().to_lowercase().contains(&told);
    peer.log().into_iter().filter(is_there).collect()
}

/// Connects from the connector's card, until the window asks for the host. A sign-in that was given up takes what was typed
/// for it along.
async fn connect(window: &Window, peer: &Peer) {
    window.click(button("Zylker")).await;
    window.finds(heading("Connect to Zylker")).await;
    window.fill(field("Client secret"), SECRET).await;
    window.fill(field("Connection name"), "Month-end close").await;
    window.click(button("Save and verify")).await;
    window.sees("A new address to agree to.").await;
    window.sees(&format!("http://localhost:{}", port(peer))).await;
}

#[tokio::test]
async fn a_host_that_the_service_tells_is_shown_and_gets_nothing_before_the_person_agrees() {
    let (world, peer) = (World::empty(), Peer::start("hostile"));
    world.patchbay(&["vault", "create"]);
    world.add_connector("zylker", &manifest(&peer));
    let window = Window::open(&world).await;
    window.click(link("Connectors")).await;
    connect(&window, &peer).await;
    window.picture("new-address-1-asked").await;
    assert_eq!(arrived(&peer), [Value::Null; 0], "it waits for the person");

    window.click(button("Discard")).await;
    window.gone(heading("Connect to Zylker")).await;
    assert_eq!(world.patchbay(&["connections", "list"]), json!([]));
    assert_eq!(arrived(&peer), [Value::Null; 0], "who refuses sends nothing there");

    connect(&window, &peer).await;
    window.click(button("Agree and go on")).await;
    window.sees("Verified as hostile").await;
    window.picture("new-address-2-agreed").await;
    window.click(button("Open connection")).await;
    window.sees("Connected as hostile").await;
    window.picture("new-address-3-detail").await;
    let verified = arrived(&peer);
    assert!(matches!(&verified[..], [call] if call["url"] == "/api/me"), "{verified:?}");
    let search = Search::of([&Canary::new("client secret", SECRET)]);
    assert_eq!(leaks(&search, &world, Some(&window)).await, []);
    window.close().await;
}
