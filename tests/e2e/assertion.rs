//! An app that proves itself by a signed JWT: what the builder says of it beforehand is what the service then gets.

use crate::{
    Window, button, field, heading, link, menu_item,
    places::leaks,
    sign_in::{add, begin},
    tab,
};
use serde_json::{Map, Value};
use testkit::canary::{Canary, Search};

/// Name and value of each member, as the preview writes it: a line each.
fn members(shown: &Value) -> Map<String, Value> {
    let read = |line: &str| {
        let (name, value) = line.trim().trim_end_matches(',').strip_prefix('"')?.split_once("\": ")?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(format!("later: {value}")));
        Some((name.to_owned(), value))
    };
    shown.as_str().unwrap().lines().filter_map(read).collect()
}

#[tokio::test]
async fn what_is_previewed_of_a_client_assertion_is_what_the_service_gets() {
    let (world, peer) = begin();
    add(&world, "cc_key_es", &peer);
    let key = std::fs::read_to_string(peer.file("client-es.pem")).unwrap();
    let window = Window::open(&world).await;
    window.click(link("Connectors")).await;
    window.click(button("Actions for cc_key_es")).await;
    window.click(menu_item("Edit")).await;
    window.click(link("Security")).await;
    window.fill(field("Client ID"), "cc-private-jwt").await;
    window.fill(field("Private key"), &key).await;
    window.click(button("Save your app")).await;
    window.finds(button("Replace")).await;
    window.click(tab("What will be sent")).await;
    window.runs("document.querySelector('.lens').open = true").await;
    window.sees("Assertion claims").await;
    let shown = "const shown = [...document.querySelectorAll('.lens__text')].map((text) => text.textContent);
                 return shown.length > 0 && shown;";
    let shown = window.evaluates(shown).await;
    let [header, claims] = &shown.as_array().unwrap()[..] else { panic!("{shown}") };
    window.runs("document.querySelector('.lens').scrollIntoView()").await;
    window.picture("assertion-1-preview").await;

    window.click(button("Add connection")).await;
    window.finds(heading("Connect to cc_key_es")).await;
    window.fill(field("Connection name"), "Nightly").await;
    window.click(button("Save and verify")).await;
    window.click(button("Open connection")).await;
    window.finds(heading("Nightly")).await;
    window.sees("Connected as cc-private-jwt").await;

    let request = peer.token_requests(1).pop().unwrap();
    assert_eq!(request["status"], 200, "{request}");
    for (shown, sent, later) in [
        (header, &request["assertion"]["header"], &[][..]),
        (claims, &request["assertion"]["claims"], &["jti", "iat", "nbf", "exp"]),
    ] {
        let mut sent = sent.as_object().unwrap().clone();
        let mut shown = members(shown);
        for name in later {
            let (value, gap) = (sent.remove(*name).unwrap(), shown.remove(*name).unwrap());
            assert!(
                gap.as_str().is_some_and(|gap| gap.starts_with("later: ")),
                "{name}: {gap}, then {value}"
            );
        }
        assert_eq!(shown, sent);
    }
    // The lines of a key are as secret as the whole.
    let lines = key.lines().filter(|line| !line.starts_with("---") && line.len() > 20);
    let canaries: Vec<_> = lines.map(|line| Canary::new("private key", line)).collect();
    assert!(!canaries.is_empty());
    let found = leaks(&Search::of(canaries.iter()), &world, Some(&window)).await;
    assert_eq!(found, []);
    window.close().await;
}
