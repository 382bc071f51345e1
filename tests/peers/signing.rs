//! Signed requests from the command line: OAuth 1.0a at a server on oauthlib, AWS Signature v4 at moto with IAM on. Both
//! verify with code that nobody here wrote.

use crate::{
    http,
    person::{Landing, Person},
    world::{Ended, World},
};
use serde_json::{Value, json};
use tests::Peer;

const SECRET: &str = "consumer hmac-secret&é+%";

fn oauth1(peer: &Peer, link_name: &str, more: &str) -> String {
    let address = &peer.address;
    format!(
        "patchbay: 1\nlink_name: {link_name}\nname: {link_name}\nbase_url: {address}/api\nallow_insecure_http: true\n\
         authentication: {{ type: oauth1, {more}, request_token_url: '{address}/initiate', \
         authorize_url: '{address}/authorize', access_token_url: '{address}/token', \
         revoke_url: '{address}/revoke' }}\nverify: {{ path: /me, account: /who }}\n"
    )
}

/// Lets `person` agree at the address that `connect` prints, and follows the redirect as a browser does.
fn agree(world: &World, arguments: &[&str], person: &mut Person) -> Ended {
    let mut running = world.start(&[&["connect", "--no-browser", "--timeout", "30"], arguments].concat());
    let browser = running.until("browser");
    match person.open(browser["url"].as_str().unwrap()) {
        Landing::Away(redirect) => drop(http::get(&redirect)),
        other => panic!("{other:?}"),
    }
    running.end()
}

fn connected(ended: &Ended) -> String {
    assert_eq!(ended.code, 0, "{ended:?}");
    let last = ended.lines().pop().unwrap();
    assert_eq!(last["step"], "connected", "{ended:?}");
    last["connection"]["link_name"].as_str().unwrap().to_owned()
}

fn body(reply: &Value) -> Value {
    serde_json::from_str(reply["body"].as_str().unwrap()).unwrap()
}

#[test]
fn a_person_agrees_and_calls_are_signed_at_every_place() {
    let (world, peer) = (World::new(), Peer::start("oauth1"));
    let hmac = world.secret("client_secret", SECRET);
    for (number, (consumer, method, more, secret)) in [
        ("consumer-hmac", "HMAC-SHA1", "realm: Photos", &hmac),
        ("consumer-hmac", "HMAC-SHA256", "placement: query", &hmac),
        ("consumer-hmac", "HMAC-SHA512", "placement: form", &hmac),
    ]
    .into_iter()
    .enumerate()
    {
        let link_name = format!("signed_{number}");
        let shape = format!("client_id: {consumer}, signature_method: {method}, redirect: loopback, {more}");
        world.connector(&link_name, &oauth1(&peer, &link_name, &shape));
        let ended = agree(&world, &[&link_name, "--secret", secret], &mut Person::named("alice"));
        let name = connected(&ended);
        let steps: Vec<_> = ended.lines().iter().map(|line| line["step"].clone()).collect();
        for step in ["browser", "redirect", "exchanged", "verified"] {
            assert!(steps.contains(&json!(step)), "{method}: {steps:?}");
        }
        for call in [
            &[
                "request",
                &name,
                "GET",
                "/photos?b5=%3D%253D&a3=a&c%40=&a2=r%20b&a3=2%20q&empty&%C3%A9=%E2%98%83",
            ][..],
            &["request", &name, "GET", "/photos", "-q", "q=a b+c", "-q", "q=a"],
            &[
                "request",
                &name,
                "POST",
                "/photos?x=1",
                "-H",
                "Content-Type: application/x-www-form-urlencoded",
                "-d",
                "c2=&a3=2+q&a3=a&%C3%BC=%E2%82%AC+%26%3D",
            ],
            &["request", &name, "DELETE", "/photos/1"],
        ] {
            let reply = world.done(call).json();
            assert_eq!(reply["status"], 200, "{method}: {call:?}: {reply}");
            assert_eq!(body(&reply), json!({ "who": "alice", "method": method }), "{call:?}");
        }
        let json = ["request", &name, "POST", "/photos", "-d", "{\"a\":1}"];
        match more {
            // A JSON body has no room for the parameters, and that is said before anything is sent.
            "placement: form" => assert_eq!(world.patchbay(&json).code, 2, "{method}"),
            _ => assert_eq!(world.done(&json).json()["status"], 200, "{method}"),
        }
    }
    assert_eq!(world.keeps(SECRET), None);
}

/// Connects alice with a key or a secret, and answers the connection's name.
fn connected_as(world: &World, peer: &Peer, link_name: &str, more: &str, secret: &str) -> String {
    world.connector(link_name, &oauth1(peer, link_name, more));
    connected(&agree(world, &[link_name, "--secret", secret], &mut Person::named("alice")))
}

#[test]
fn a_key_of_rsa_and_a_plain_secret_sign_as_well() {
    let (world, peer) = (World::new(), Peer::start("oauth1"));
    let key = format!("private_key=@{}", peer.file("consumer-rsa.pem").display());
    let plain = world.secret("client_secret", "plain&secret+1");
    for (number, (consumer, method, secret)) in [
        ("consumer-rsa", "RSA-SHA1", &key),
        ("consumer-rsa", "RSA-SHA256", &key),
        ("consumer-plain", "PLAINTEXT", &plain),
    ]
    .into_iter()
    .enumerate()
    {
        let more = format!("client_id: {consumer}, signature_method: {method}, redirect: loopback");
        let name = connected_as(&world, &peer, &format!("signed_{number}"), &more, secret);
        let reply = world.done(&["request", &name, "GET", "/photos?a=1&b=%C3%A9"]).json();
        assert_eq!(body(&reply), json!({ "who": "alice", "method": method }), "{method}");
    }
    let private = std::fs::read_to_string(peer.file("consumer-rsa.pem")).unwrap();
    let line = private.lines().nth(1).unwrap();
    assert_eq!(world.keeps(line), None);
    assert_eq!(world.keeps("plain&secret+1"), None);
}

#[test]
fn what_would_be_sent_is_shown_without_its_secrets_and_does_not_leave() {
    let (world, peer) = (World::new(), Peer::start("oauth1"));
    let secret = world.secret("client_secret", SECRET);
    let name = connected_as(&world, &peer, "shown", "client_id: consumer-hmac, redirect: loopback", &secret);
    let before = peer.log().len();
    let shown = world.done(&["request", &name, "GET", "/photos", "-q", "size=original", "--dry-run"]);
    let sent = shown.json();
    assert_eq!(peer.log().len(), before, "nothing left");
    let text = sent.to_string();
    assert!(text.contains("GET&http"), "the signature base string: {text}");
    assert!(text.contains("consumer-hmac") && text.contains("size"), "{text}");
    assert!(!text.contains(SECRET), "{text}");
    let given: Vec<_> =
        peer.log().iter().filter_map(|line| line["gave"]["token"].as_str().map(str::to_owned)).collect();
    assert!(given.iter().all(|token| !text.contains(token.as_str())), "{text}");
}

#[test]
fn revoke_ends_it_at_the_service() {
    let (world, peer) = (World::new(), Peer::start("oauth1"));
    let secret = world.secret("client_secret", SECRET);
    let name = connected_as(&world, &peer, "ended", "client_id: consumer-hmac, redirect: loopback", &secret);
    world.done(&["revoke", &name, "--yes"]);
    assert!(peer.log().iter().any(|line| line["url"].as_str().is_some_and(|url| url.starts_with("/revoke"))));
    assert_ne!(world.patchbay(&["request", &name, "GET", "/photos"]).code, 0);
}

#[test]
fn a_computer_whose_clock_is_wrong_signs_with_the_time_of_the_service() {
    // An hour is more than the service lets pass.
    let (world, peer) = (World::new(), Peer::start_with("oauth1", &["--behind=3600"]));
    let secret = world.secret("client_secret", SECRET);
    let name = connected_as(&world, &peer, "late", "client_id: consumer-hmac, redirect: loopback", &secret);
    let reply = world.done(&["request", &name, "GET", "/photos"]).json();
    assert_eq!(reply["status"], 200, "{reply}");
    let notes = reply["sent"]["notes"].to_string();
    assert!(notes.contains("60 minutes ahead"), "{reply}");
}

#[test]
fn a_pin_is_typed_on_the_command_line() {
    let (world, peer) = (World::new(), Peer::start("oauth1"));
    world.connector("pin", &oauth1(&peer, "pin", "client_id: consumer-hmac, redirect: oob"));
    let secret = world.secret("client_secret", SECRET);
    for (pin, code) in [(None, 0), (Some("wrong-pin"), 1)] {
        let arguments = ["connect", "pin", "--no-browser", "--timeout", "30", "--secret", &secret];
        let mut running = world.start_with_input(&arguments);
        let browser = running.until("browser");
        let Landing::Page(page) = Person::named("carol").open(browser["url"].as_str().unwrap()) else {
            panic!("the service sent the browser away");
        };
        running.until("pin");
        let shown = page.body.trim_start_matches("PIN: ").to_owned();
        running.type_line(pin.unwrap_or(&shown));
        let ended = running.end();
        assert_eq!(ended.code, code, "{ended:?}");
    }
}

#[test]
fn two_legs_need_nobody_and_a_wrong_secret_is_refused() {
    let (world, peer) = (World::new(), Peer::start("oauth1"));
    let manifest = |link_name: &str| {
        oauth1(&peer, link_name, "client_id: consumer-hmac, legs: 2")
            .replace("/api\n", "/signed\n")
            .replace("account: /who", "account: /client")
    };
    world.connector("legs", &manifest("legs"));
    world.connector("wrong", &manifest("wrong"));
    let right = world.secret("client_secret", SECRET);
    let ended = world.patchbay(&["connect", "legs", "--secret", &right]);
    let name = connected(&ended);
    assert_eq!(world.done(&["verify", &name]).json()["outcome"], "works");
    let wrong = world.secret("client_secret", "another secret");
    let refused = world.patchbay(&["connect", "wrong", "--secret", &wrong]);
    assert_eq!(refused.code, 1, "{refused:?}");
    assert_eq!(refused.lines().last().unwrap()["error"]["code"], "refused");
}

#[test]
fn a_person_who_says_no_and_a_redirect_of_nobody_leave_nothing_behind() {
    let (world, peer) = (World::new(), Peer::start("oauth1"));
    world.connector("denied", &oauth1(&peer, "denied", "client_id: consumer-hmac, redirect: app"));
    let secret = world.secret("client_secret", SECRET);
    let mut running =
        world.start(&["connect", "denied", "--no-browser", "--timeout", "30", "--secret", &secret]);
    let browser = running.until("browser");
    let foreign = "dev.patchbay:/oauth/callback?oauth_token=somebody-elses&oauth_verifier=1234";
    assert_eq!(world.patchbay(&["redirect", foreign]).code, 5);
    let redirect = Person::declining("dave").authorize(browser["url"].as_str().unwrap());
    assert!(redirect.contains("denied="), "{redirect}");
    world.patchbay(&["redirect", &redirect]);
    let ended = running.end();
    assert_eq!(ended.code, 1, "{ended:?}");
    assert_eq!(world.done(&["connections", "list"]).json(), json!([]));
}

/// A connector for a service of the AWS that moto plays, and what signs for its user.
fn aws(world: &World, peer: &Peer, link_name: &str, more: &str) -> Vec<String> {
    let address = &peer.address;
    world.connector(
        link_name,
        &format!(
            "patchbay: 1\nlink_name: {link_name}\nname: {link_name}\nbase_url: {address}\nallow_insecure_http: true\n\
             authentication: {{ type: aws_sigv4, region: us-east-1, {more} }}\n"
        ),
    );
    let keys: Value =
        serde_json::from_str(&std::fs::read_to_string(peer.file("keys.json")).unwrap()).unwrap();
    let secret = world.secret("secret_access_key", keys["secret"].as_str().unwrap());
    let id = format!("access_key_id={}", keys["id"].as_str().unwrap());
    ["--value", &id, "--secret", &secret].map(str::to_owned).into()
}

fn connect(world: &World, link_name: &str, keys: &[String]) -> Ended {
    let mut arguments = vec!["connect", link_name];
    arguments.extend(keys.iter().map(String::as_str));
    world.patchbay(&arguments)
}

#[test]
fn s3_takes_what_was_signed_whatever_its_name_and_its_body() {
    let (world, peer) = (World::new(), Peer::start("moto"));
    let mut names = Vec::new();
    for (link_name, more) in [
        ("s3_header", "service: s3"),
        ("s3_unsigned", "service: s3, payload: unsigned"),
        ("s3_streaming", "service: s3, payload: streaming"),
    ] {
        let keys = aws(&world, &peer, link_name, more);
        names.push(connected(&connect(&world, link_name, &keys)));
    }
    assert_eq!(world.done(&["request", &names[0], "PUT", "/peerbucket"]).json()["status"], 200);
    for name in &names {
        for (path, body) in [
            ("/peerbucket/plain.txt", "hi"),
            ("/peerbucket/a%20b/%C3%BC%2B1~.txt", "héllo"),
            ("/peerbucket/a//b", "x=1&y=2"),
        ] {
            let put = world.patchbay(&["request", name, "PUT", path, "-d", body]);
            assert_eq!(put.json()["status"], 200, "{name} {path}: {put:?}");
            let read = world.done(&["request", name, "GET", path, "-q", "x-id=GetObject"]).json();
            assert_eq!((&read["status"], &read["body"]), (&json!(200), &json!(body)), "{name} {path}");
        }
        let list = world
            .done(&["request", name, "GET", "/peerbucket?list-type=2&max-keys=3", "-q", "prefix=a b"])
            .json();
        assert_eq!(list["status"], 200, "{name}: {list}");
    }
    std::fs::write(peer.file("change.txt"), "path").unwrap();
    let changed = world.patchbay(&["request", &names[0], "GET", "/peerbucket/plain.txt"]);
    assert_eq!(changed.json()["status"], 403, "{changed:?}");
}

#[test]
fn sts_says_who_it_is_and_whatever_was_changed_is_refused() {
    let (world, peer) = (World::new(), Peer::start("moto"));
    let keys = aws(&world, &peer, "sts", "service: sts");
    let name = connected(&connect(&world, "sts", &keys));
    let form = "Content-Type: application/x-www-form-urlencoded";
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let who = world.done(&["request", &name, "POST", "/", "-H", form, "-d", body]).json();
    assert!(who["body"].as_str().unwrap().contains("user/peer"), "{who}");

    for change in ["", "method", "query", "body", "date", "signature"] {
        std::fs::write(peer.file("change.txt"), change).unwrap();
        let ended = world.patchbay(&["request", &name, "POST", "/", "-H", form, "-d", body]);
        let expected = if change.is_empty() { 200 } else { 403 };
        assert_eq!(ended.json()["status"], expected, "{change}: {ended:?}");
    }
    std::fs::write(peer.file("change.txt"), "").unwrap();
    let mut keys = aws(&world, &peer, "other_key", "service: sts");
    keys[3] = world.secret("secret_access_key", &"x".repeat(40));
    let name = connected(&connect(&world, "other_key", &keys));
    let ended = world.patchbay(&["request", &name, "POST", "/", "-H", form, "-d", body]);
    assert_eq!(ended.json()["status"], 403, "{ended:?}");
}
