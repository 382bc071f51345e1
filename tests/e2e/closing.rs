//! The window closes while a service is about to answer with a new token: what it answers is kept.

use crate::{Ending, Window, World, button, heading, link};
use serde_json::Value;
use tests::{
    Peer, connector_of,
    person::{Landing, Person, follow},
    world::Running,
};

/// How long the service holds each token back. It has replaced the one before by then.
const DELAY: &str = "--delay=1500";

/// Jane signs in as the connection *Mine*.
fn sign_in(world: &World) {
    let words = ["connect", "code_public", "--name", "Mine", "--redirect", "loopback", "--no-browser"];
    let mut running = Running::start(&mut world.command(&words));
    let page = running.until("browser");
    follow(Landing::Away(Person::named("jane").authorize(page["url"].as_str().unwrap())));
    let ended = running.end();
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[tokio::test]
async fn a_token_that_is_on_its_way_is_kept_when_the_window_closes() {
    let (world, peer) = (World::empty(), Peer::start_with("oidc-provider", &[DELAY]));
    world.patchbay(&["vault", "create"]);
    world.add_connector("code_public", &connector_of("code_public").manifest(&peer.address));
    // What plays the person in a browser blocks, in a runtime of its own.
    std::thread::scope(|scope| scope.spawn(|| sign_in(&world)).join()).unwrap();
    for (asked, ending) in [(2, Ending::TitleBar), (3, Ending::Terminate)] {
        let window = Window::open(&world).await;
        window.click(link("Mine")).await;
        window.finds(heading("Mine")).await;
        window.click(button("Refresh now")).await;
        peer.holds(asked);
        assert_eq!(peer.token_requests(asked - 1).len(), asked - 1, "the answer is on its way");
        window.ends(ending).await;

        let window = Window::open(&world).await;
        window.click(link("Mine")).await;
        window.sees("Connected as jane").await;
        window.click(button("Verify")).await;
        window.sees("It works.").await;
        window.close().await;
        assert_eq!(peer.token_requests(asked).len(), asked, "{ending:?}: nobody asked again");
    }
    // The service ends the account of whoever uses a token twice.
    world.patchbay(&["refresh", "mine"]);
    let mut last = Value::Null;
    for request in peer.token_requests(4) {
        assert_eq!((&request["refresh"], &request["status"]), (&last, &Value::from(200)), "{request}");
        last = request["gave"]["refresh"].clone();
    }
}
