//! *Your app* in the real window: one for each environment, several in one, and which connections use them.

use crate::{Window, World, button, field, heading, link, menu_item, places::leaks};
use serde_json::Value;
use testkit::canary::{Canary, Search};
use tests::{Peer, connector_of};

/// What the certified service gives its two apps that act for themselves.
const BASIC: (&str, &str) = ("cc-basic", "cc-basic-secret-0123456789");
const ODD: (&str, &str) = ("cc-odd:id", "peer secret+/%:~&=\"?");

async fn save(window: &Window, (id, secret): (&str, &str), with: &str) {
    window.fill(field("Client ID"), id).await;
    window.fill(field("Client secret"), secret).await;
    window.click(button(with)).await;
    window.finds(button("Replace")).await;
}

/// Client ID, environment, whether it is the default, and who uses it.
fn kept(world: &World) -> Vec<(String, String, bool, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let apps = world.patchbay(&["apps", "list", "cc_basic"]);
    let app = |app: &Value| {
        let used_by = app["used_by"].as_array().unwrap().iter().map(text).collect();
        let place = text(&app["environment"]["link_name"]);
        (text(&app["client_id"]), place, app["is_default"].as_bool().unwrap(), used_by)
    };
    apps.as_array().unwrap().iter().map(app).collect()
}

#[tokio::test]
async fn each_environment_keeps_its_apps_and_a_used_one_stays() {
    let (world, peer) = (World::empty(), Peer::start("oidc-provider"));
    world.patchbay(&["vault", "create"]);
    let manifest = connector_of("cc_basic").manifest(&peer.address);
    world.add_connector("cc_basic", &manifest.replace("client_id: cc-basic, ", ""));
    let window = Window::open(&world).await;
    window.click(link("Connectors")).await;
    window.click(button("Actions for cc_basic")).await;
    window.click(menu_item("Edit")).await;
    window.click(link("Security")).await;
    save(&window, BASIC, "Save your app").await;
    window.click(button("More for your app")).await;
    window.click(menu_item("Add an environment")).await;
    window.fill(field("Name"), "Staging").await;
    window.click(button("Add environment")).await;
    window.gone(button("Add environment")).await;
    // Nothing of Production is there.
    window.gone(button("Replace")).await;
    save(&window, BASIC, "Save your app").await;
    window.click(button("More for your app")).await;
    window.click(menu_item("Add another app")).await;
    save(&window, ODD, "Add this app").await;
    window.click(button("Actions for cc-odd:id")).await;
    window.click(menu_item("Make default")).await;
    window.picture("apps-1-several").await;

    window.click(button("Add connection")).await;
    window.finds(heading("Connect to cc_basic")).await;
    window.fill(field("Connection name"), "Nightly").await;
    window.choose("Environment", "Staging").await;
    window.choose("Your app", "cc-basic").await;
    window.picture("apps-2-choose").await;
    window.click(button("Save and verify")).await;
    window.click(button("Open connection")).await;
    window.finds(heading("Nightly")).await;

    let app = |id: &str, place: &str, is_default, used_by: &[&str]| {
        let used_by: Vec<String> = used_by.iter().map(|&name| name.into()).collect();
        (id.to_owned(), place.to_owned(), is_default, used_by)
    };
    let expected = [
        app("cc-basic", "production", true, &[]),
        app("cc-odd:id", "staging", true, &[]),
        app("cc-basic", "staging", false, &["Nightly"]),
    ];
    assert_eq!(kept(&world), expected);

    window.click(link("Connectors")).await;
    window.click(button("Actions for cc_basic")).await;
    window.click(menu_item("Edit")).await;
    window.click(link("Security")).await;
    window.choose("Environment", "Staging").await;
    window.click(button("Actions for cc-basic")).await;
    window.click(menu_item("Delete")).await;
    window.sees("It cannot be deleted while it is used by Nightly.").await;
    window.picture("apps-3-used").await;
    window.click(button("Keep it")).await;
    // What is changed concerns a connection, which is told before.
    window.click(button("cc-basic")).await;
    window.fill(field("Client ID"), "cc-other").await;
    window.click(button("Save your app")).await;
    window.sees("Used by Nightly.").await;
    window.sees("reauthorize each of them afterwards").await;
    window.click(button("Leave it")).await;
    assert_eq!(kept(&world), expected, "nothing was changed");
    let secrets = [Canary::new("client secret", BASIC.1), Canary::new("other client secret", ODD.1)];
    assert_eq!(leaks(&Search::of(secrets.iter()), &world, Some(&window)).await, []);
    window.close().await;
}
