//! A person signs in at a browser and comes back: by loopback, by app link, by pasting.

use super::{add, call, connected, sign_in, steps};
use crate::{
    person::{Landing, Person, follow},
    world::World,
};
use tests::{Peer, connector_of};
use url::Url;

/// Connector, client secret, and who signs in.
const BY_LOOPBACK: &[(&str, Option<&str>, &str)] = &[
    ("code_public", None, "alice"),
    ("code_basic", Some("native-basic-secret-0123456789"), "bob"),
    ("code_body", Some("native-post-secret-0123456789"), "carol"),
    ("code_form", None, "dave"),
    ("discovered", None, "erin"),
    ("discovered_es", None, "frank"),
    ("code_plain", None, "grace"),
    ("code_without_proof", Some("code-nopkce-secret"), "heidi"),
    ("implicit", None, "ivan"),
];

#[test]
fn a_person_signs_in_and_comes_back_by_loopback() {
    let world = World::new();
    let (oidc, authlib) = (Peer::start("oidc-provider"), Peer::start("authlib"));
    for (link_name, secret, name) in BY_LOOPBACK {
        let connector = connector_of(link_name);
        add(&world, link_name, if connector.peer == "authlib" { &authlib } else { &oidc });
        let given = secret.map(|secret| world.secret("client_secret", secret));
        let mut arguments = vec![*link_name, "--name", link_name, "--redirect", "loopback"];
        arguments.extend(given.iter().flat_map(|given| ["--secret", given.as_str()]));
        let (ended, page) = sign_in(&world, &arguments, &mut Person::named(name));
        let last = connected(&ended);
        assert_eq!(page.status, 200, "{link_name}: {page:?}");
        let sentence = &last["connection"]["status"]["sentence"];
        assert_eq!(sentence, &format!("Connected as {name}"), "{link_name}");
        assert_eq!(call(&world, last["connection"]["link_name"].as_str().unwrap())["who"], *name);
        if let Some(secret) = secret {
            assert_eq!(world.keeps(secret), None, "{link_name} keeps its secret sealed");
        }
    }
}

#[test]
fn the_steps_of_a_sign_in_are_told_one_by_one() {
    let (world, peer) = (World::new(), Peer::start("oidc-provider"));
    add(&world, "code_public", &peer);
    let (ended, _) = sign_in(&world, &["code_public", "--redirect", "loopback"], &mut Person::named("alice"));
    let told = steps(&ended);
    let order = ["browser", "redirect", "exchanged", "verified", "connected"];
    let mut rest = told.iter();
    assert!(order.iter().all(|step| rest.any(|told| told == step)), "{told:?}");
    let exchanged = ended.lines().into_iter().find(|line| line["step"] == "exchanged").unwrap();
    assert!(exchanged["granted"].to_string().contains("api:read"), "{exchanged}");
}

#[test]
fn a_person_who_declines_leaves_nothing_behind() {
    let world = World::new();
    for (link_name, peer) in
        [("code_public", "oidc-provider"), ("code_plain", "authlib"), ("implicit", "authlib")]
    {
        let peer = Peer::start(peer);
        add(&world, link_name, &peer);
        let (ended, _) =
            sign_in(&world, &[link_name, "--redirect", "loopback"], &mut Person::declining("alice"));
        assert_eq!(ended.code, 1, "{link_name}: {ended:?}");
        let last = ended.lines().pop().unwrap();
        assert_eq!(last["step"], "failed", "{link_name}: {last}");
        assert_eq!(peer.log().iter().filter(|line| line["url"] == "/token").count(), 0, "{link_name}");
    }
    assert_eq!(world.done(&["connections", "list"]).json().as_array().unwrap().len(), 0);
}

#[test]
fn an_app_link_and_a_pasted_address_bring_the_answer_by_command() {
    let world = World::new();
    let peer = Peer::start("oidc-provider");
    for (link_name, secret, way) in [
        ("code_app", None, "app"),
        ("code_pasted", Some("web-secret-0123456789"), "manual"),
        ("id_token_alone", None, "manual"),
    ] {
        add(&world, link_name, &peer);
        let given = secret.map(|secret| world.secret("client_secret", secret));
        let mut arguments = vec!["connect", link_name, "--no-browser", "--timeout", "30", "--redirect", way];
        arguments.extend(given.iter().flat_map(|given| ["--secret", given.as_str()]));
        let mut running = world.start(&arguments);
        let browser = running.until("browser");
        let redirect = Person::named("alice").authorize(browser["url"].as_str().unwrap());

        let foreign = world.patchbay(&["redirect", &redirect.replace("state=", "state=x")]);
        assert_eq!(foreign.code, 5, "{link_name}: a sign-in that nobody started: {foreign:?}");
        world.done(&["redirect", &redirect]);
        let last = connected(&running.end());
        assert_eq!(call(&world, last["connection"]["link_name"].as_str().unwrap())["who"], "alice");
        assert_ne!(world.patchbay(&["redirect", &redirect]).code, 0, "{link_name}: an address serves once");
    }
}

#[test]
fn several_sign_ins_at_once_each_get_their_own_answer() {
    let (world, peer) = (World::new(), Peer::start("oidc-provider"));
    add(&world, "code_public", &peer);
    let names = ["alice", "bob", "carol"];
    let started = names.map(|name| {
        let arguments = ["connect", "code_public", "--name", name, "--no-browser", "--redirect", "loopback"];
        let mut running = world.start(&arguments);
        let url = running.until("browser")["url"].as_str().unwrap().to_owned();
        (name, running, url)
    });
    // The last one to start comes back first.
    for (name, _, url) in started.iter().rev() {
        assert_eq!(follow(Person::named(name).open(url)).status, 200);
    }
    for (name, running, _) in started {
        let last = connected(&running.end());
        assert_eq!(last["connection"]["status"]["sentence"], format!("Connected as {name}"));
    }
}

#[test]
fn a_code_of_another_client_brings_no_token() {
    let (world, peer) = (World::new(), Peer::start("oidc-provider"));
    add(&world, "code_public", &peer);
    add(&world, "code_basic", &peer);
    let secret = world.secret("client_secret", "native-basic-secret-0123456789");
    let begin = |arguments: &[&str]| {
        let options = ["--no-browser", "--redirect", "loopback", "--timeout", "30"];
        let mut running = world.start(&[&["connect"], arguments, &options].concat());
        let page = running.until("browser")["url"].as_str().unwrap().to_owned();
        (running, page)
    };
    let (theirs, their_page) = begin(&["code_basic", "--secret", &secret]);
    let (mine, my_page) = begin(&["code_public"]);
    let sent = |address: &str, name: &str| {
        let address = Url::parse(address).unwrap();
        address.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    let code = sent(&Person::named("mallory").authorize(&their_page), "code");
    let mut back = Url::parse(&Person::named("alice").authorize(&my_page)).unwrap();
    let swapped: Vec<_> = back
        .query_pairs()
        .map(|(key, value)| (key.to_string(), if key == "code" { code.clone() } else { value.to_string() }))
        .collect();
    back.query_pairs_mut().clear().extend_pairs(swapped);
    follow(Landing::Away(back.into()));
    let ended = mine.end();
    assert_ne!(ended.code, 0, "{ended:?}");
    assert!(ended.lines().iter().any(|line| line.to_string().contains("invalid_grant")), "{ended:?}");
    assert!(world.done(&["connections", "list"]).json().to_string().find("code_public").is_none());
    drop(theirs);
}

#[test]
fn another_account_is_named_before_it_replaces_the_first() {
    let (world, peer) = (World::new(), Peer::start("oidc-provider"));
    add(&world, "code_public", &peer);
    connected(
        &sign_in(
            &world,
            &["code_public", "--name", "Mine", "--redirect", "loopback"],
            &mut Person::named("alice"),
        )
        .0,
    );
    let mut running = world.start(&["reauthorize", "mine", "--no-browser", "--timeout", "30"]);
    let url = running.until("browser")["url"].as_str().unwrap().to_owned();
    assert!(matches!(follow(Person::named("bob").open(&url)).status, 200));
    let ended = running.end();
    assert_eq!(ended.code, 1, "{ended:?}");
    assert_eq!(call(&world, "mine")["who"], "alice", "the former authorization works as before");
}
