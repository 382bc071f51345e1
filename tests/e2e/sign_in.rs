//! Signing in from the real window: the person's browser opens by the desktop's own ways, a certified service asks who
//! they are, and the window goes on when the browser comes back.

use crate::{Browser, Window, World, button, checkbox, field, heading, link, places::leaks, radio};
use serde_json::Value;
use std::{path::Path, process::Command};
use testkit::canary::{Canary, Search};
use tests::{Peer, connector_of, person::Person};

/// What oidc-provider gives an app that keeps a secret.
const SECRET: &str = "native-basic-secret-0123456789";

/// A machine with a browser and a vault, and a certified service.
pub fn begin() -> (World, Peer) {
    let world = World::empty().with_browser();
    world.patchbay(&["vault", "create"]);
    (world, Peer::start("oidc-provider"))
}

/// Adds one of the connectors of the peer.
pub fn add(world: &World, link_name: &str, peer: &Peer) {
    world.add_connector(link_name, &connector_of(link_name).manifest(&peer.address));
}

/// Begins to connect from the connector's card, where a sign-in needs nothing else.
pub async fn connect(window: &Window, connector: &str, name: &str) {
    window.click(link("Connectors")).await;
    window.click(button(connector)).await;
    window.finds(heading(&format!("Connect to {connector}"))).await;
    window.fill(field("Connection name"), name).await;
    window.click(button(&format!("Continue to {connector}"))).await;
}

/// Opens the connection that was just made.
pub async fn open_connection(window: &Window, name: &str, account: &str) {
    window.click(button("Open connection")).await;
    window.finds(heading(name)).await;
    window.sees(&format!("Connected as {account}")).await;
}

/// A window on the connection *Mine*, which jane has just signed in to.
async fn open_signed_in(world: &World, peer: &Peer) -> Window {
    add(world, "code_public", peer);
    let window = Window::open(world).await;
    connect(&window, "code_public", "Mine").await;
    sign_in_by_browser(world, peer, "jane").await;
    open_connection(&window, "Mine", "jane").await;
    window
}

/// Whom the service sees in a call.
pub fn who(world: &World, connection: &str) -> String {
    let reply = world.patchbay(&["request", connection, "GET", "/me"]);
    let body: Value = serde_json::from_str(reply["body"].as_str().unwrap()).unwrap();
    body["who"].as_str().unwrap_or_else(|| panic!("{body}")).to_owned()
}

#[tokio::test]
async fn a_sign_in_is_built_in_the_window_and_comes_back_by_loopback() {
    let (world, peer) = begin();
    let window = Window::open(&world).await;
    let (authorize, token) = (format!("{}/auth", peer.address), format!("{}/token", peer.address));
    window.click(link("Connectors")).await;
    window.click(button("New connector")).await;
    window.fill(field("Connector name"), "Harbour ERP").await;
    window.click(button("Create connector")).await;
    window.fill(field("Base address"), &format!("{}/api", peer.address)).await;
    window.click(button("Continue to Security")).await;
    window.click(radio("OAuth 2")).await;
    window.fill(field("Client ID"), "native-basic").await;
    window.fill(field("Client secret"), SECRET).await;
    window.click(button("Save your app")).await;
    window.finds(button("Replace")).await;
    window.choose("Redirect", "Loopback").await;
    window.fill(field("Authorize address"), &authorize).await;
    window.fill(field("Token address"), &token).await;
    window.picture("oauth-1-security").await;
    window.click(button("Continue to Permissions")).await;
    window.click(button("Paste a list")).await;
    window.fill(field("Permissions"), "openid offline_access api:read").await;
    window.click(button("Add 3 permissions")).await;
    window.choose("Between permissions", "Space").await;
    window.picture("oauth-2-permissions").await;
    window.click(button("Continue to Requests")).await;
    window.click(button("Continue to Verify")).await;
    window.fill(field("Path of the verify request"), "/me").await;
    window.fill(field("Account"), "/who").await;
    window.click(button("Mark as ready")).await;
    window.finds(button("Back to draft")).await;

    window.click(button("Add connection")).await;
    window.finds(heading("Connect to Harbour ERP")).await;
    window.fill(field("Connection name"), "Month-end close").await;
    for permission in ["openid", "offline_access", "api:read"] {
        window.click(checkbox(permission)).await;
    }
    window.picture("oauth-3-details").await;
    window.click(button("Continue to Harbour ERP")).await;
    window.sees("Waiting for you to agree").await;
    window.sees("Listening on 127.0.0.1").await;
    window.picture("oauth-4-waiting").await;
    let browser = Browser::opened(&world, &peer.address).await;
    assert!(!browser.arguments().iter().any(|argument| argument == "--incognito"));
    browser.signs_in("jane").await;
    browser.sees("You can close this tab").await;
    browser.picture("oauth-5-landed").await;
    // This service gives offline access only where it is asked to ask for it, and the window says so.
    window.sees("3 permissions asked, 2 given").await;
    window.sees("1 permission was not given.").await;
    window.sees("Verified as jane").await;
    window.picture("oauth-6-connected").await;
    open_connection(&window, "Month-end close", "jane").await;
    window.picture("oauth-7-detail").await;
    assert_eq!(who(&world, "month-end-close"), "jane");
    let search = Search::of([&Canary::new("client secret", SECRET)]);
    assert_eq!(leaks(&search, &world, Some(&window)).await, []);
    browser.close().await;
    window.close().await;
}

#[tokio::test]
async fn a_code_is_typed_on_another_device() {
    let (world, peer) = begin();
    add(&world, "device_public", &peer);
    let window = Window::open(&world).await;
    connect(&window, "device_public", "Release bot").await;
    window.sees("Type this code on any device").await;
    let spelled =
        window.evaluates("return document.querySelector('.ucode').getAttribute('aria-label')").await;
    window.picture("device-1-code").await;
    let code = spelled.as_str().unwrap().trim_start_matches("Code ").replace(", ", "-").replace(' ', "");
    let browser = Browser::open(&world, &format!("{}/device", peer.address)).await;
    browser.fill(field("Enter code"), &code).await;
    browser.click(button("Continue")).await;
    browser.picture("device-2-confirm").await;
    browser.click(button("Continue")).await;
    browser.signs_in("jane").await;
    browser.sees("Sign-in Success").await;
    browser.close().await;
    window.sees("Verified as jane").await;
    window.picture("device-3-connected").await;
    open_connection(&window, "Release bot", "jane").await;
    assert_eq!(who(&world, "release-bot"), "jane");
    window.close().await;
}

#[tokio::test]
async fn openid_connect_is_filled_in_from_its_issuers_own_document() {
    let (world, peer) = begin();
    let window = Window::open(&world).await;
    window.click(link("Connectors")).await;
    window.click(button("New connector")).await;
    window.fill(field("Connector name"), "Harbour ID").await;
    window.click(button("Create connector")).await;
    window.fill(field("Base address"), &format!("{}/api", peer.address)).await;
    window.click(button("Continue to Security")).await;
    window.click(radio("OpenID Connect")).await;
    window.fill(field("Issuer"), &format!("{}/elsewhere", peer.address)).await;
    window.click(button("Read from discovery")).await;
    window.sees("Nothing was filled in.").await;
    window.picture("discovery-1-refused").await;
    window.fill(field("Issuer"), &peer.address).await;
    window.click(button("Read from discovery")).await;
    window.sees("Filled in from the service’s own document: Authorize address,").await;
    window.picture("discovery-2-filled").await;
    window.fill(field("Client ID"), "native-public").await;
    window.click(button("Save your app")).await;
    window.choose("Client authentication", "None (public app)").await;
    window.choose("Redirect", "Loopback").await;
    window.click(button("Continue to Permissions")).await;
    window.click(button("Paste a list")).await;
    window.fill(field("Permissions"), "openid api:read").await;
    window.click(button("Add 2 permissions")).await;
    window.click(button("Continue to Requests")).await;
    window.click(button("Continue to Verify")).await;
    window.fill(field("Path of the verify request"), "/me").await;
    window.fill(field("Account"), "/who").await;
    window.click(button("Mark as ready")).await;
    window.click(button("Add connection")).await;
    window.finds(heading("Connect to Harbour ID")).await;
    window.fill(field("Connection name"), "Who is it").await;
    window.click(checkbox("openid")).await;
    window.click(button("Continue to Harbour ID")).await;
    sign_in_by_browser(&world, &peer, "jane").await;
    window.sees("Verified as jane").await;
    open_connection(&window, "Who is it", "jane").await;
    assert_eq!(who(&world, "who-is-it"), "jane");
    window.close().await;
}

#[tokio::test]
async fn an_app_link_reaches_the_open_window_through_the_systems_own_handler() {
    let (world, peer) = begin();
    add(&world, "code_app", &peer);
    let window = Window::open(&world).await;
    window.click(link("Settings")).await;
    window.click(button("Redirects")).await;
    window.click(button("Test all three")).await;
    window.sees("Only an installed Patchbay gets it; this copy is not").await;
    window.picture("redirects-1-not-registered").await;
    window.click(button("Register the app link")).await;
    window.sees("The system hands it to this Patchbay").await;
    window.sees("Works best here").await;
    window.picture("redirects-2-registered").await;

    connect(&window, "code_app", "By app link").await;
    let browser = Browser::opened(&world, &peer.address).await;
    // A link that no sign-in waits for is heard, and changes nothing.
    open_link(&world, "dev.patchbay:/oauth/callback?code=c&state=nobody-waits-for-this");
    open_link(&world, "dev.patchbay://oauth/callback?state=nobody");
    browser.sees("Sign-in").await;
    window.sees("Waiting for you to agree").await;
    assert_eq!(world.patchbay(&["connections", "list"]), Value::Array(vec![]));

    // What the service sends the browser to goes through the desktop, which starts the registered program.
    let address = browser.arguments().pop().unwrap();
    let led = tokio::task::spawn_blocking(move || Person::named("jane").authorize(&address));
    open_link(&world, &led.await.unwrap());
    window.sees("Verified as jane").await;
    window.picture("redirects-3-connected").await;
    open_connection(&window, "By app link", "jane").await;
    assert_eq!(who(&world, "by-app-link"), "jane");
    browser.close().await;
    window.close().await;
}

/// Hands an address to the desktop.
fn open_link(world: &World, address: &str) {
    let opened = world.enter(Command::new("gio").args(["open", address])).output().unwrap();
    assert!(opened.status.success(), "{opened:?}");
}

#[tokio::test]
async fn another_account_is_shown_before_it_takes_the_place_of_the_first() {
    let (world, peer) = begin();
    let window = open_signed_in(&world, &peer).await;

    reauthorize(&window).await;
    sign_in_by_browser(&world, &peer, "john").await;
    window.finds(button("Swap")).await;
    window.sees("Not the account you had.").await;
    window.picture("reauthorize-1-another").await;
    window.click(button("Keep the old one")).await;
    window.sees("Connected as jane").await;
    assert_eq!(who(&world, "mine"), "jane");

    reauthorize(&window).await;
    sign_in_by_browser(&world, &peer, "john").await;
    window.click(button("Swap")).await;
    open_connection(&window, "Mine", "john").await;
    window.picture("reauthorize-2-swapped").await;
    assert_eq!(who(&world, "mine"), "john");

    window.sees("This connection now acts as john instead of jane.").await;
    window.click(button("Undo")).await;
    window.sees("Connected as jane").await;
    window.sees("This connection now acts as jane instead of john.").await;
    window.picture("reauthorize-3-undone").await;
    assert_eq!(who(&world, "mine"), "jane");
    let again = world.patchbay(&["reauthorize", "mine", "--undo"]);
    assert_eq!((&again["row"]["account"], who(&world, "mine").as_str()), (&Value::from("john"), "john"));
    window.sees("Connected as john").await;
    window.close().await;
}

#[tokio::test]
async fn a_private_window_is_asked_for_and_forgets_the_person() {
    let (world, peer) = begin();
    add(&world, "code_public", &peer);
    let private = connector_of("code_public").manifest(&peer.address).replace("code_public", "code_private");
    let private = private.replace("redirect: loopback,", "redirect: loopback, private_session: true,");
    world.add_connector("code_private", &private);
    let window = Window::open(&world).await;

    for (connector, is_private) in [("code_public", false), ("code_private", true)] {
        connect(&window, connector, connector).await;
        let browser = Browser::opened(&world, &peer.address).await;
        let arguments = browser.arguments();
        assert!(arguments.last().unwrap().starts_with(&format!("{}/auth?", peer.address)), "{arguments:?}");
        assert_eq!(arguments.iter().any(|each| each == "--incognito"), is_private, "{arguments:?}");
        if is_private {
            window.sees("In a private window").await;
            window.picture("private-window").await;
        }
        browser.signs_in("jane").await;
        browser.sees("You can close this tab").await;
        let profile = browser.close().await;
        assert_eq!(remembers(&profile, &peer.address), !is_private, "{connector}");
        open_connection(&window, connector, "jane").await;
    }
    window.close().await;
}

/// Whether a browser wrote down that it was at `address`.
fn remembers(profile: &Path, address: &str) -> bool {
    !Search::of([&Canary::new("address", address)]).look_into(&profile.join("Default")).unwrap().is_empty()
}

/// The browser opens, and `name` signs in there.
pub async fn sign_in_by_browser(world: &World, peer: &Peer, name: &str) {
    let browser = Browser::opened(world, &peer.address).await;
    browser.signs_in(name).await;
    browser.sees("You can close this tab").await;
    browser.close().await;
}

async fn reauthorize(window: &Window) {
    window.click(button("Reauthorize")).await;
    window.finds(heading("Reauthorize Mine")).await;
    window.click(button("Continue to code_public")).await;
}

#[tokio::test]
async fn a_service_is_asked_whether_the_access_that_it_gave_still_works() {
    let (world, peer) = begin();
    let window = open_signed_in(&world, &peer).await;
    let ask = || button("Ask the service if it still works");
    window.click(ask()).await;
    window.sees("code_public says that the access works.").await;
    window.sees("Permissions: openid, offline_access, api:read").await;
    window.sees("Good until").await;
    window.picture("introspection-1-works").await;
    window.close().await;

    // The person ends it elsewhere, with the same access: this machine hears nothing of that.
    let elsewhere = world.folder().join("elsewhere");
    std::fs::create_dir(&elsewhere).unwrap();
    for file in ["patchbay.db", "patchbay.db-wal"] {
        std::fs::copy(world.data().join(file), elsewhere.join(file)).unwrap();
    }
    world.patchbay(&["--data-dir", elsewhere.to_str().unwrap(), "revoke", "mine", "--yes"]);

    let window = Window::open(&world).await;
    window.click(link("Mine")).await;
    window.click(ask()).await;
    window.sees("code_public says that the access is over.").await;
    window.sees("Refresh it. If the service refuses, sign in again with Reauthorize.").await;
    window.picture("introspection-2-over").await;
    let status = &world.patchbay(&["show", "mine"])["row"]["status"]["kind"];
    assert_eq!(status, "connected", "what a service says about a token changes nothing here");
    window.close().await;
}

/// What the OAuth 1.0a service gave the app.
const CONSUMER_SECRET: &str = "consumer hmac-secret&é+%";

/// A connector for the service that checks each signature with oauthlib.
fn signed(peer: &Peer, link_name: &str, redirect: &str) -> String {
    let address = &peer.address;
    format!(
        "patchbay: 1\nlink_name: {link_name}\nname: {link_name}\nbase_url: {address}/api\n\
         authentication: {{ type: oauth1, client_id: consumer-hmac, redirect: {redirect}, \
         request_token_url: '{address}/initiate', authorize_url: '{address}/authorize', \
         access_token_url: '{address}/token', revoke_url: '{address}/revoke' }}\nverify: {{ path: /me, account: /who }}\n"
    )
}

#[tokio::test]
async fn a_signed_connection_is_agreed_to_in_the_browser_by_redirect_and_by_pin() {
    let (world, peer) = (World::empty().with_browser(), Peer::start("oauth1"));
    world.patchbay(&["vault", "create"]);
    for (link_name, redirect) in [("by_redirect", "loopback"), ("by_pin", "oob")] {
        world.add_connector(link_name, &signed(&peer, link_name, redirect));
    }
    let window = Window::open(&world).await;
    for (link_name, by_pin) in [("by_redirect", false), ("by_pin", true)] {
        window.click(link("Connectors")).await;
        window.click(button(link_name)).await;
        window.finds(heading(&format!("Connect to {link_name}"))).await;
        window.fill(field("Connection name"), link_name).await;
        // What the app was given is kept after the first connection of each connector.
        window.fill(field("Consumer secret"), CONSUMER_SECRET).await;
        window.picture(&format!("oauth1-1-{link_name}")).await;
        window.click(button(&format!("Continue to {link_name}"))).await;
        let browser = Browser::opened(&world, &peer.address).await;
        // The fields of that page have no names for assistive technology.
        browser.runs("document.querySelector('[name=username]').value = 'alice'").await;
        browser.click(button("Allow")).await;
        if by_pin {
            let shown = "return document.body.innerText.match(/^PIN: (.+)$/)?.[1] ?? null";
            let pin = browser.evaluates(shown).await;
            window.fill(field("PIN"), pin.as_str().unwrap()).await;
            window.picture("oauth1-2-pin").await;
            window.click(button("Go on")).await;
        } else {
            browser.sees("You can close this tab").await;
        }
        window.sees("Verified as alice").await;
        browser.close().await;
        open_connection(&window, link_name, "alice").await;
        assert_eq!(who(&world, &link_name.replace('_', "-")), "alice");
    }
    window.picture("oauth1-3-connected").await;
    window.close().await;
}
