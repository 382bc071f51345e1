//! *Try it offline*: from an empty machine to a connection that was connected, verified, ran out, was renewed and ended, in
//! twelve presses and without a secret typed, in a network that has loopback and no way out. And the Lab's dials, turned in
//! the window, as the person in the browser and the connection feel them.

use crate::{Browser, Named, Page, Window, World, button, heading, link, menu_item, offline};
use serde_json::Value;

/// What the whole journey may cost a newcomer.
const MOST_PRESSES: usize = 12;

/// Presses, and counts them.
struct Presses(usize);

impl Presses {
    async fn press(&mut self, page: &Page, what: Named) {
        page.click(what).await;
        self.0 += 1;
    }
}

#[tokio::test]
async fn the_first_journey_needs_no_network_no_secret_and_twelve_presses() {
    if offline::runs_inside("the_first_journey_needs_no_network_no_secret_and_twelve_presses") {
        return;
    }
    let world = World::empty().with_browser();
    let window = Window::open(&world).await;
    let mut person = Presses(0);
    window.finds(heading("Make your first connection")).await;
    window.picture("tour-0-first-run").await;
    person.press(&window, button("Try it offline")).await;
    person.press(&window, button("Create the vault")).await;
    person.press(&window, button("Later")).await;
    person.press(&window, button("Start using Patchbay")).await;
    window.finds(heading("Connect to Harbour ERP")).await;
    window.sees("Issued by the Lab").await;
    window.picture("tour-1-details").await;
    person.press(&window, button("Continue to Harbour ERP")).await;

    let browser = Browser::opened(&world, "http://127.0.0.1:").await;
    browser.finds(heading("Sign in to Harbour ERP (pretend)")).await;
    browser.picture("tour-sign-in").await;
    person.press(&browser, button("A Ada Lovage")).await;
    browser.finds(heading("Patchbay asks for permission")).await;
    browser.picture("tour-consent").await;
    person.press(&browser, button("Allow 2")).await;
    browser.sees("You can close this tab").await;
    browser.close().await;

    person.press(&window, button("Open connection")).await;
    window.sees("Connected as ada@lab.test").await;
    window.sees("Step 2 of 4").await;
    window.picture("tour-2-connected").await;
    person.press(&window, strip("Let an hour pass")).await;
    window.sees("Step 3 of 4").await;
    window.picture("tour-3-expired").await;
    // That of the strip: the page has its own beside it.
    person.press(&window, strip("Verify")).await;
    window.sees("Step 4 of 4").await;
    window.picture("tour-4-renewed").await;
    person.press(&window, strip("Revoke…")).await;
    person.press(&window, button("Revoke")).await;
    window.sees("That was the whole life of a connection").await;
    window.sees("Not signed in").await;
    window.picture("tour-5-ended").await;
    assert!(person.0 <= MOST_PRESSES, "it took {} presses", person.0);

    let events = world.patchbay(&["events", "--connection", "harbour-erp"]);
    let told: Vec<_> =
        events.as_array().unwrap().iter().map(|each| each["sentence"].as_str().unwrap()).collect();
    for happened in ["Connected as ada@lab.test", "Token refreshed", "Revoked at Harbour ERP"] {
        assert!(told.contains(&happened), "{happened}: {told:?}");
    }

    window.click(strip("See the requests")).await;
    window.finds(heading("Live requests")).await;
    window.picture("tour-6-requests").await;
    window.click(button("Finish")).await;
    window.click(menu_item("Leave, and remove what was made")).await;
    window.finds(heading("Make your first connection")).await;
    assert_eq!(world.patchbay(&["connectors", "list"]), Value::Array(vec![]));
    window.close().await;
}

/// A button of the strip.
fn strip(name: &str) -> Named {
    Named { role: "button", name: format!("{name}, the next step") }
}

#[tokio::test]
async fn the_dials_are_felt_by_the_person_in_the_browser_and_by_the_connection() {
    if offline::runs_inside("the_dials_are_felt_by_the_person_in_the_browser_and_by_the_connection") {
        return;
    }
    let world = World::empty().with_browser();
    world.patchbay(&["vault", "create"]);
    world.patchbay(&["lab", "tour"]);
    let window = Window::open(&world).await;

    turn(&window, switch("Deny access")).await;
    connect(&window, "Harbour ERP").await;
    let browser = Browser::opened(&world, "http://127.0.0.1:").await;
    window.sees("was told not to allow it").await;
    browser.picture("dials-denied").await;
    browser.close().await;
    window.picture("dials-1-denied").await;
    window.click(button("Back")).await;
    window.click(button("Close")).await;
    turn(&window, switch("Deny access")).await;

    // Nobody has to say who they are.
    window.choose("Sign in by itself", "ada@lab.test").await;
    window.picture("dials-2-lab").await;
    connect(&window, "Harbour ERP").await;
    let browser = Browser::opened(&world, "http://127.0.0.1:").await;
    browser.click(button("Allow 2")).await;
    browser.sees("You can close this tab").await;
    browser.close().await;
    window.click(button("Open connection")).await;
    window.sees("Connected as ada@lab.test").await;

    turn(&window, switch("Refuse every refresh")).await;
    window.click(link("Connections")).await;
    window.click(link("Harbour ERP")).await;
    window.click(button("An hour later")).await;
    window.sees("It is 1 h later in the Lab").await;
    window.click(button("Verify")).await;
    window.sees("Sign-in rejected").await;
    window.picture("dials-3-rejected").await;
    window.close().await;
}

#[tokio::test]
async fn a_signed_connection_is_agreed_to_on_the_labs_own_page() {
    if offline::runs_inside("a_signed_connection_is_agreed_to_on_the_labs_own_page") {
        return;
    }
    let world = World::empty().with_browser();
    world.patchbay(&["vault", "create"]);
    let manifest = "patchbay: 1\nlink_name: photos\nname: Photos\nbase_url: https://api.photos.example/v1\n\
                    authentication: { type: oauth1, redirect: loopback, \
                    request_token_url: 'https://api.photos.example/initiate', \
                    authorize_url: 'https://api.photos.example/authorize', \
                    access_token_url: 'https://api.photos.example/token' }\nverify: { path: /me, account: /email }\n";
    world.add_connector("photos", manifest);
    let window = Window::open(&world).await;
    connect(&window, "Photos").await;
    let browser = Browser::opened(&world, "http://127.0.0.1:").await;
    browser.click(button("A Ada Lovage")).await;
    browser.picture("lab-oauth1-consent").await;
    browser.click(button("Allow")).await;
    browser.sees("You can close this tab").await;
    browser.close().await;
    window.click(button("Open connection")).await;
    window.sees("Connected as ada@lab.test").await;
    window.picture("lab-oauth1-connected").await;
    window.close().await;
}

/// Turns a dial on the Lab's page.
async fn turn(window: &Window, dial: Named) {
    window.click(link("Lab")).await;
    window.click(dial).await;
}

/// Begins to connect to a connector in the Lab, from its card.
async fn connect(window: &Window, name: &str) {
    window.click(link("Connectors")).await;
    window.click(button(&format!("Actions for {name}"))).await;
    window.click(menu_item("Try it offline…")).await;
    window.click(button(&format!("Continue to {name}"))).await;
}

fn switch(name: &str) -> Named {
    Named { role: "switch", name: name.into() }
}
