//! Whole journeys in the real window, against a service that nobody here wrote: from the first run to the last delete.

use crate::{
    Window, World, button, field, heading, link,
    places::leaks,
    steps::{Service, Step, delete, rename, set_up_vault},
};
use fantoccini::key::Key;
use serde_json::{Value, json};
use std::{process::Command, time::Duration};
use testkit::canary::{Canary, Search};
use tests::Peer;

const NONE: Service = Service {
    name: "Open Data",
    pick: "None",
    security: &[],
    method: "GET",
    path: "/anything",
    account: None,
    secret: None,
    values: &[],
};

const BASIC: Service = Service {
    name: "Harbour ERP",
    pick: "Basic",
    security: &[],
    method: "GET",
    path: "/basic-auth/jane/s3cret-pass-word",
    account: Some("/user"),
    secret: Some(("Password", "s3cret-pass-word")),
    values: &[("User name", "jane")],
};

const API_KEY: Service = Service {
    name: "Parcelline",
    pick: "API key",
    security: &[
        Step::Fill("Add a parameter", "Account number"),
        Step::Fill("Key, row 2", "account"),
        Step::Choose("Location, row 2", "Query"),
    ],
    method: "GET",
    path: "/anything/me",
    account: None,
    secret: Some(("API key", "key-0123456789-abcdef")),
    values: &[("Account number", "4711")],
};

const BEARER: Service = Service {
    name: "Brightwell CRM",
    pick: "Bearer token",
    security: &[],
    method: "GET",
    path: "/bearer",
    account: None,
    secret: Some(("Bearer Token", "tok-0123456789-abcdef")),
    values: &[],
};

const AUTH_FIELDS: Service = Service {
    name: "Orchard POS",
    pick: "Auth fields",
    security: &[
        Step::Fill("Add a field", "Store"),
        Step::Fill("Add a field", "Pass phrase"),
        Step::Choose("Kind, row 2", "Secret"),
    ],
    method: "POST",
    path: "/anything",
    account: None,
    secret: Some(("Pass phrase", "open-sesame-0815")),
    values: &[("Store", "12")],
};

#[tokio::test]
async fn a_public_service_goes_the_whole_way() {
    goes_the_whole_way(&NONE, "Connected").await;
}

#[tokio::test]
async fn basic_goes_the_whole_way() {
    goes_the_whole_way(&BASIC, "Connected as jane").await;
}

#[tokio::test]
async fn an_api_key_goes_the_whole_way() {
    goes_the_whole_way(&API_KEY, "Connected").await;
}

#[tokio::test]
async fn a_bearer_token_goes_the_whole_way() {
    goes_the_whole_way(&BEARER, "Connected").await;
}

#[tokio::test]
async fn auth_fields_go_the_whole_way() {
    goes_the_whole_way(&AUTH_FIELDS, "Connected").await;
}

/// First run → connector → ready → connection → verified → renamed → deleted.
async fn goes_the_whole_way(service: &Service, status: &str) {
    let (world, peer) = (World::empty(), Peer::start("httpbin"));
    let window = Window::open(&world).await;
    let picture = |step: &str| format!("{}-{step}", service.pick.to_lowercase().replace(' ', "-"));
    window.finds(heading("Make your first connection")).await;
    service.build(&window, &peer.address).await;
    window.picture(&picture("1-ready")).await;
    window.click(button("Add connection")).await;
    // Where there is nothing to keep secret, nobody is asked for a vault.
    if service.pick != NONE.pick {
        window.finds(heading("Keep secrets in a vault")).await;
        window.picture(&picture("2-vault")).await;
        set_up_vault(&window).await;
    }
    service.type_values(&window, "Month-end close", None).await;
    window.picture(&picture("3-typed")).await;
    window.click(button("Save and verify")).await;
    window.finds(button("Open connection")).await;
    window.picture(&picture("4-connected")).await;
    holds_no_secret(service, &window).await;
    window.click(button("Open connection")).await;
    window.finds(heading("Month-end close")).await;
    window.sees(status).await;
    window.picture(&picture("5-detail")).await;
    holds_no_secret(service, &window).await;
    rename(&window, "Year-end close").await;
    delete(&window).await;
    window.finds(heading("Make your first connection")).await;
    window.picture(&picture("6-deleted")).await;
    window.close().await;
}

#[tokio::test]
async fn every_key_goes_the_whole_way_in_the_lab() {
    // No peer: the service is an address that leads nowhere. Run it with the network off, and it is the same.
    let world = World::empty();
    let window = Window::open(&world).await;
    world.patchbay(&["vault", "create"]);
    for service in [&BASIC, &API_KEY, &BEARER, &AUTH_FIELDS] {
        let pretend = Service { path: "/me", account: Some("/user/email"), ..*service };
        pretend.build(&window, "https://api.nowhere.test/v1").await;
        window.click(button("Add connection")).await;
        window.finds(heading(&format!("Connect to {}", service.name))).await;
        window.fill(field("Connection name"), service.name).await;
        window.choose("Environment", "Lab").await;
        window.sees("A pretend service on this machine. Nothing leaves it.").await;
        window.picture(&format!("lab-{}-1-asked", service.name.to_lowercase().replace(' ', "-"))).await;
        window.click(button("Save and verify")).await;
        window.sees("The Lab answered").await;
        window.sees("Answered 200 in").await;
        window.sees("Verified as ada@lab.test").await;
        window.click(button("Open connection")).await;
        window.finds(heading(service.name)).await;
        window.picture(&format!("lab-{}-2-detail", service.name.to_lowercase().replace(' ', "-"))).await;
        let row = &world.patchbay(&["show", service.name])["row"];
        let stands = (row["environment"]["link_name"].as_str(), row["status"]["kind"].as_str());
        assert_eq!(stands, (Some("lab"), Some("connected")), "{row}");
    }
    window.close().await;
}

/// What was typed is gone from the page once it was sent.
async fn holds_no_secret(service: &Service, window: &Window) {
    // The path of httpbin's own check of Basic names the password.
    if let Some((label, secret)) = service.secret.filter(|(_, secret)| !service.path.contains(secret)) {
        let search = Search::of([&Canary::new(label, secret)]);
        assert_eq!(search.look("the page", window.page().await.as_bytes()), []);
    }
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_kept_only_when_asked() {
    let (world, peer) = (World::empty(), Peer::start("httpbin"));
    let window = Window::open(&world).await;
    let wrong = Canary::new("wrong password", "wr0ng-pass-w\u{f6}rd-4711").of_user("jane");
    let search = Search::of([&wrong]);
    BASIC.build(&window, &peer.address).await;
    window.click(button("Add connection")).await;
    set_up_vault(&window).await;

    BASIC.type_values(&window, "Month-end close", Some(wrong.value())).await;
    window.click(button("Save and verify")).await;
    window.finds(button("Keep anyway")).await;
    window.sees("Not accepted by Harbour ERP").await;
    window.sees("Harbour ERP did not accept the sign-in.").await;
    window.picture("refused").await;
    assert_eq!(search.look("the page", window.page().await.as_bytes()), []);
    window.click(button("Discard")).await;
    window.gone(heading("Connect to Harbour ERP")).await;
    assert_eq!(world.patchbay(&["connections", "list"]), json!([]));

    window.click(button("Add connection")).await;
    BASIC.type_values(&window, "Month-end close", Some(wrong.value())).await;
    window.click(button("Save and verify")).await;
    window.click(button("Keep anyway")).await;
    window.click(button("Open connection")).await;
    window.finds(heading("Month-end close")).await;
    window.picture("refused-and-kept").await;
    let kept = world.patchbay(&["show", "month-end-close"]);
    assert_eq!(kept["row"]["status"]["kind"], "needs_attention", "{kept}");
    assert_eq!(leaks(&search, &world, None).await, []);
    window.close().await;

    // The command sees it fail once more; a window that saw nothing of it tells why.
    let refused = world.command(&["verify", "month-end-close"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1), "{refused:?}");
    let window = Window::open(&world).await;
    window.click(link("Month-end close")).await;
    window.sees("What to try").await;
    window.sees("Just now").await;
    window.picture("refused-and-told-later").await;
    assert_eq!(leaks(&search, &world, Some(&window)).await, []);
    window.close().await;
}

#[tokio::test]
async fn a_passphrase_vault_is_made_locked_and_opened_where_there_is_no_keyring() {
    let world = World::without_keyring();
    let window = Window::open(&world).await;
    let passphrase = Canary::new("passphrase", "correct horse \"battery\" staple");
    let wrong = Canary::new("wrong passphrase", "incorrect horse battery staple");
    window.click(button("Vault not set up")).await;
    window.click(button("Create the vault")).await;
    window.finds(heading("This machine has no keychain Patchbay can use")).await;
    window.fill(field("Passphrase"), passphrase.value()).await;
    window.fill(field("Once more"), passphrase.value()).await;
    window.picture("passphrase-1-chosen").await;
    window.click(button("Use this passphrase")).await;
    window.click(button("Later")).await;
    window.click(button("Start using Patchbay")).await;
    window.click(button("Vault unlocked. Lock it now")).await;
    window.finds(heading("The vault is locked")).await;
    window.fill(field("Passphrase"), wrong.value()).await;
    window.click(button("Unlock")).await;
    window.sees("That is not the passphrase").await;
    window.picture("passphrase-2-wrong").await;
    window.fill(field("Passphrase"), passphrase.value()).await;
    window.click(button("Unlock")).await;
    window.finds(heading("Make your first connection")).await;
    window.close().await;

    let window = Window::open(&world).await;
    window.finds(heading("The vault is locked")).await;
    window.fill(field("Passphrase"), passphrase.value()).await;
    window.press(Key::Enter).await;
    window.finds(heading("Make your first connection")).await;
    assert_eq!(leaks(&Search::of([&passphrase, &wrong]), &world, Some(&window)).await, []);
    window.close().await;
}

#[tokio::test]
async fn where_the_key_of_the_vault_is_gone_a_person_starts_again_and_signs_in_anew() {
    let world = World::empty();
    let manifest = "patchbay: 1\nlink_name: key\nname: Parcelline\nbase_url: https://api.nowhere.test/v1\n\
                    authentication: { type: bearer }\nverify: { path: /me, account: /user/email }\n";
    world.patchbay(&["vault", "create"]);
    world.add_connector("key", manifest);
    world.patchbay(&["connect", "key", "--lab", "--name", "Month-end close"]);
    lose_keys(&world);

    let window = Window::open(&world).await;
    window.click(link("Month-end close")).await;
    window.click(button("Verify")).await;
    window.finds(heading("The vault’s key is missing")).await;
    window.picture("start-again-1-gone").await;
    window.click(button("Start again…")).await;
    window.picture("start-again-2-asked").await;
    window.click(button("Start again")).await;
    window.sees("Not signed in yet").await;
    window.click(button("Reauthorize")).await;
    set_up_vault(&window).await;
    window.click(button("Save and verify")).await;
    window.sees("Verified as ada@lab.test").await;
    window.picture("start-again-3-signed-in").await;
    window.close().await;
}

/// Loses every key that the session's keyring holds, as a new machine or a cleared keyring does.
fn lose_keys(world: &World) {
    let secrets = |arguments: &[&str]| {
        let mut gdbus = Command::new("gdbus");
        let call = gdbus.args(["call", "--session", "--dest", "org.freedesktop.secrets"]).args(arguments);
        let answered = world.enter(call).output().unwrap();
        assert!(answered.status.success(), "{answered:?}");
        String::from_utf8(answered.stdout).unwrap()
    };
    let search = "org.freedesktop.Secret.Service.SearchItems";
    let found = secrets(&["--object-path", "/org/freedesktop/secrets", "--method", search, "{}"]);
    let items: Vec<_> =
        found.split('\'').filter(|each| each.starts_with("/org/freedesktop/secrets/")).collect();
    assert!(!items.is_empty(), "{found}");
    for item in items {
        secrets(&["--object-path", item, "--method", "org.freedesktop.Secret.Item.Delete"]);
    }
}

#[tokio::test]
async fn a_new_version_is_used_from_the_window_at_once_or_by_signing_in_with_it() {
    let world = World::empty();
    let manifest = |rest: &str| {
        format!(
            "patchbay: 1\nlink_name: key\nname: Parcelline\nbase_url: https://api.nowhere.test/v1\n\
             authentication: {{ type: bearer }}\nverify: {{ path: /me, account: /user/email }}\n{rest}"
        )
    };
    let publish = |rest: &str| {
        let file = world.folder().join("next.yaml");
        std::fs::write(&file, manifest(rest)).unwrap();
        world.patchbay(&["connectors", "add", file.to_str().unwrap(), "--update"]);
        world.patchbay(&["connectors", "ready", "key"]);
    };
    world.patchbay(&["vault", "create"]);
    world.add_connector("key", &manifest(""));
    world.patchbay(&["connect", "key", "--lab", "--name", "Month-end close"]);
    let window = Window::open(&world).await;
    window.click(link("Month-end close")).await;
    window.finds(heading("Month-end close")).await;

    publish("description: Labels and parcels.\n");
    window.sees("A new version of Parcelline is ready").await;
    window.picture("new-version-1-at-once").await;
    window.click(button("Use the new version")).await;
    window.sees("1 connection uses the new version").await;
    window.loses("A new version of Parcelline is ready").await;

    publish("settings: [{ key: region, label: Region, required: true }]\n");
    window.sees("It asks for: Region.").await;
    window.picture("new-version-2-asks").await;
    window.click(button("Sign in with the new version…")).await;
    window.fill(field("Region"), "north").await;
    window.picture("new-version-3-typed").await;
    window.click(button("Save and verify")).await;
    window.click(button("Open connection")).await;
    window.loses("A new version of Parcelline is ready").await;
    let shown = world.patchbay(&["show", "month-end-close"]);
    assert_eq!(
        (&shown["new_version"], &shown["settings"][0]["value"]),
        (&Value::Null, &Value::from("north"))
    );
    window.close().await;
}

#[tokio::test]
async fn what_the_command_line_changes_shows_in_the_open_window_within_a_second() {
    let (world, peer) = (World::empty(), Peer::start("httpbin"));
    let manifest = format!(
        "patchbay: 1\nlink_name: open_data\nname: Open Data\nbase_url: {}\nauthentication: {{ type: none }}\nverify: {{ path: /get }}\n",
        peer.address
    );
    world.patchbay(&["vault", "create"]);
    world.add_connector("open_data", &manifest);
    world.patchbay(&["connect", "open_data", "--name", "Month-end close"]);
    let window = Window::open(&world).await;
    window.sees("Month-end close").await;
    window.picture("list").await;
    // The best of three: how busy the machine is says nothing about the window.
    let mut best = Duration::MAX;
    for name in ["Quarter-end close", "Year-end close", "Month-end close again"] {
        world.patchbay(&["rename", "month-end-close", name]);
        best = best.min(window.sees_after(name).await);
    }
    assert!(best < Duration::from_secs(1), "{best:?}");
    window.close().await;
}
