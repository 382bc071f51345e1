//! Services that mean harm: whatever they answer, the command ends soon, says why, and gives nothing away.

use super::connected;
use crate::{
    person::{Person, follow},
    world::World,
};
use serde_json::Value;
use std::time::{Duration, Instant};
use tests::Peer;

/// Longer than any of these may keep the command.
const SOON: Duration = Duration::from_secs(20);

fn client_credentials(behaviour: &str, address: &str) -> String {
    let link_name = behaviour.replace('-', "_");
    format!(
        "patchbay: 1\nlink_name: t_{link_name}\nname: t {behaviour}\nbase_url: {address}/api\n\
         authentication: {{ type: oauth2, grant_type: client_credentials, client_id: me, \
         token_url: '{address}/token/{behaviour}' }}\nverify: {{ path: /me, account: /who }}\n"
    )
}

/// What the token endpoint does, and whether a token can be taken from it all the same.
const BEHAVIOURS: &[(&str, bool)] = &[
    ("good", true),
    ("set-cookie", true),
    ("redirect-301", false),
    ("redirect-302", false),
    ("redirect-303", false),
    ("redirect-307", false),
    ("redirect-308", false),
    ("redirect-own", false),
    ("redirect-file", false),
    ("bomb", false),
    ("endless", false),
    ("twice-packed", false),
    ("huge-token", false),
    ("deep-array", false),
    ("deep-object", false),
    ("many-headers", false),
    ("long-header", false),
    ("not-http", false),
    ("reset", false),
    ("cut-short", false),
    ("broken-gzip", false),
    ("not-utf8", false),
    ("page", false),
    ("empty", false),
    ("token-with-line-break", false),
    ("token-with-nul", false),
    ("error-html", false),
    ("error-escape", false),
    ("error-right-to-left", false),
    ("error-line-break", false),
    ("error-long", false),
    ("error-echo", false),
    ("unauthorized", false),
    ("unavailable", false),
    ("wait-a-year", false),
];

#[test]
#[expect(clippy::disallowed_methods, reason = "looks how long a person waits for another process")]
fn a_token_endpoint_that_misbehaves_gets_nothing_and_breaks_nothing() {
    let (world, peer) = (World::new(), Peer::start("hostile"));
    let secret = world.secret("client_secret", "hush-hush-0123456789");
    for side_by_side in BEHAVIOURS.chunks(6) {
        let begun = Instant::now();
        let started = side_by_side.iter().map(|(behaviour, works)| {
            let link_name = format!("t_{}", behaviour.replace('-', "_"));
            world.connector(&link_name, &client_credentials(behaviour, &peer.address));
            (behaviour, works, world.start(&["connect", &link_name, "--secret", &secret]))
        });
        for (behaviour, works, running) in started.collect::<Vec<_>>() {
            let ended = running.end();
            assert!(begun.elapsed() < SOON, "{behaviour} took {:?}", begun.elapsed());
            assert_eq!(ended.code == 0, *works, "{behaviour}: {ended:?}");
            assert!(ended.out.len() < 16_384, "{behaviour}: {} bytes were printed", ended.out.len());
            let text: String = ended.lines().iter().map(|line| format!("{line:?}")).collect();
            for forbidden in ["hush-hush", "\\u{1b}", "\\u{202e}", "hostile-access-token"] {
                assert!(!text.contains(forbidden), "{behaviour} shows {forbidden}: {ended:?}");
            }
        }
    }
    let strayed: Vec<_> = peer.log().into_iter().filter(|line| line["url"] == "/captured").collect();
    assert!(strayed.is_empty(), "credentials follow no redirect: {strayed:?}");
    let with_cookie = |line: &Value| line["headers"].to_string().contains("session=hostile");
    assert!(!peer.log().iter().any(with_cookie), "a cookie of the token address goes nowhere");
    assert_eq!(world.keeps("hush-hush-0123456789"), None);
}

/// What the browser brings back, and whether the sign-in goes on.
const ANSWERS: &[(&str, bool)] = &[
    ("good", true),
    ("state-missing", false),
    ("state-empty", false),
    ("state-short", false),
    ("state-long", false),
    ("state-case", false),
    ("state-twice", false),
    ("code-twice", false),
    ("code-missing", false),
    ("code-empty", false),
    ("code-and-error", false),
    ("token-in-query", false),
    ("error", false),
    ("error-html", false),
];

#[test]
fn an_answer_that_is_forged_or_broken_brings_no_token() {
    let (world, peer) = (World::new(), Peer::start("hostile"));
    // Side by side: an answer that is not ours leaves the sign-in waiting to its end.
    let started = ANSWERS.iter().map(|(answer, works)| {
        let link_name = format!("a_{}", answer.replace('-', "_"));
        let manifest = format!(
            "patchbay: 1\nlink_name: {link_name}\nname: {link_name}\nbase_url: {peer}/api\n\
             authentication: {{ type: oauth2, client_id: me, client_authentication: none, redirect: loopback, \
             authorize_url: '{peer}/as/{answer}/authorize', token_url: '{peer}/as/{answer}/token' }}\n\
             verify: {{ path: /me, account: /who }}\n",
            peer = peer.address
        );
        world.connector(&link_name, &manifest);
        let mut running = world.start(&["connect", &link_name, "--no-browser", "--timeout", "3"]);
        let url = running.until("browser")["url"].as_str().unwrap().to_owned();
        let page = follow(Person::named("alice").open(&url));
        assert!(!page.body.contains("<script>alert"), "{answer}: {page:?}");
        (answer, works, running)
    });
    for (answer, works, running) in started.collect::<Vec<_>>() {
        let ended = running.end();
        if *works {
            connected(&ended);
        } else {
            assert_ne!(ended.code, 0, "{answer}: {ended:?}");
        }
        let exchanged = peer.log().iter().any(|line| line["url"] == format!("/as/{answer}/token"));
        assert_eq!(exchanged, *works, "{answer}");
    }
}
