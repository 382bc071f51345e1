//! OAuth 1.0a as a service plays it: three legs, two legs, every method and place, and everything that a client can get wrong
//! or an attacker try. The client side is written here by hand, from RFC 5849.

use crate::{
    client::Reply,
    spell::{base64, plain, unpem},
    world::{World, play},
};
use hmac::{Hmac, Mac};
use lab::{Outcome, Play, play::Authentication};
use rsa::{
    RsaPrivateKey, pkcs1v15,
    pkcs8::DecodePrivateKey,
    signature::{SignatureEncoding, Signer},
};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

const INITIATE: &str = "/crm/login.zylker.example/initiate";
const AUTHORIZE: &str = "/crm/login.zylker.example/authorize";
const TOKEN: &str = "/crm/login.zylker.example/token";
const REVOKE: &str = "/crm/login.zylker.example/revoke";
const ME: &str = "/crm/api.zylker.example/v1/me";
const BACK: &str = "http://127.0.0.1:49152/callback";
/// The clock of a world stands still there.
const NOW: i64 = 1_795_341_600;

fn service(rest: Value) -> Play {
    let at = |path: &str| format!("https://login.zylker.example/{path}");
    let mut oauth1 = json!({
        "type": "oauth1",
        "addresses": { "temporary": at("initiate"), "authorize": at("authorize"), "token": at("token"),
            "revoke": at("revoke") },
        "redirect": { "path": "/callback" },
    });
    oauth1.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    let authentication: Authentication = serde_json::from_value(oauth1).unwrap();
    play("crm", authentication)
}

/// An app that signs as RFC 5849 says, unless a test makes it do something else.
struct App {
    world: World,
    method: String,
    place: String,
    key: String,
    secret: String,
    nonce: std::cell::Cell<u32>,
}

/// A request before it is signed.
#[derive(Clone, Copy)]
struct Asks<'a> {
    method: &'a str,
    path: &'a str,
    query: &'a [(&'a str, &'a str)],
    form: Option<&'a [(&'a str, &'a str)]>,
    own: &'a [(&'a str, &'a str)],
    token: (&'a str, &'a str),
}

const NOTHING: Asks<'_> = Asks { method: "GET", path: ME, query: &[], form: None, own: &[], token: ("", "") };

impl App {
    async fn of(rest: Value) -> Self {
        let play = service(rest);
        let oauth1 = serde_json::to_value(&play.ways[0].authentication).unwrap();
        let world = World::playing(std::slice::from_ref(&play)).await;
        let issued = world.lab.issue(&play, None).unwrap();
        // EXPOSE: values that the Lab made up
        let value = |key: &str| Some(issued.iter().find(|it| it.key == key)?.value.expose().clone());
        let secret = value("client_secret").or_else(|| value("private_key")).unwrap();
        let text = |name: &str| oauth1[name].as_str().unwrap().to_owned();
        let (method, place) = (text("method"), text("placement"));
        Self { key: value("client_id").unwrap(), world, method, place, secret, nonce: 0.into() }
    }

    /// The protocol parameters of a request, its signature among them.
    fn sign(&self, asks: &Asks<'_>) -> Vec<(String, String)> {
        self.nonce.set(self.nonce.get() + 1);
        let mut own = vec![
            ("oauth_consumer_key", self.key.clone()),
            ("oauth_signature_method", self.method.clone()),
            ("oauth_timestamp", NOW.to_string()),
            ("oauth_nonce", format!("nonce{}", self.nonce.get())),
            ("oauth_version", "1.0".into()),
        ];
        own.extend(Some(("oauth_token", asks.token.0.to_owned())).filter(|(_, token)| !token.is_empty()));
        for (key, value) in asks.own {
            own.retain(|(name, _)| name != key);
            own.extend(Some((*key, (*value).to_owned())).filter(|(_, value)| !value.is_empty()));
        }
        let mut all: Vec<_> = own.iter().map(|(key, value)| (plain(key), plain(value))).collect();
        let others = asks.query.iter().chain(asks.form.unwrap_or_default());
        all.extend(others.map(|(key, value)| (plain(key), plain(value))));
        all.sort();
        let all: Vec<_> = all.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let address = format!("http://127.0.0.1:{}{}", self.world.port(), asks.path);
        let text = [asks.method, &address, &all.join("&")].map(plain).join("&");
        let signature = self.signature(&text, asks.token.1);
        own.push(("oauth_signature", signature));
        own.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
    }

    fn signature(&self, text: &str, token_secret: &str) -> String {
        fn mac<M: Mac + hmac::digest::KeyInit>(key: &str, text: &str) -> String {
            let mac = <M as Mac>::new_from_slice(key.as_bytes()).unwrap();
            base64(&mac.chain_update(text).finalize().into_bytes())
        }
        let rsa = || RsaPrivateKey::from_pkcs8_der(&unpem(&self.secret)).unwrap();
        let key = format!("{}&{}", plain(&self.secret), plain(token_secret));
        match self.method.as_str() {
            "HMAC-SHA1" => mac::<Hmac<Sha1>>(&key, text),
            "HMAC-SHA256" => mac::<Hmac<Sha256>>(&key, text),
            "HMAC-SHA512" => mac::<Hmac<Sha512>>(&key, text),
            "RSA-SHA1" => base64(&pkcs1v15::SigningKey::<Sha1>::new(rsa()).sign(text.as_bytes()).to_bytes()),
            "RSA-SHA256" => {
                base64(&pkcs1v15::SigningKey::<Sha256>::new(rsa()).sign(text.as_bytes()).to_bytes())
            }
            _ => key,
        }
    }

    fn ask(&self, asks: &Asks<'_>) -> Reply {
        let signed = self.sign(asks);
        self.send(asks, &signed)
    }

    /// Sends a request with these protocol parameters where they belong.
    fn send(&self, asks: &Asks<'_>, signed: &[(String, String)]) -> Reply {
        let pairs = |pairs: &[(&str, &str)]| -> Vec<String> {
            pairs.iter().map(|(key, value)| format!("{}={}", plain(key), plain(value))).collect()
        };
        let signed: Vec<_> = signed.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let (mut query, mut form) = (pairs(asks.query), asks.form.map(pairs));
        let mut head = String::new();
        match self.place.as_str() {
            "form" if asks.method == "POST" => form.get_or_insert_default().extend(pairs(&signed)),
            "query" | "form" => query.extend(pairs(&signed)),
            _ => {
                let quoted = signed.iter().map(|(key, value)| format!("{key}=\"{}\"", plain(value)));
                head = format!("\nAuthorization: OAuth {}", quoted.collect::<Vec<_>>().join(", "));
            }
        }
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        let body = form.map(|form| {
            head.push_str("\nContent-Type: application/x-www-form-urlencoded");
            form.join("&")
        });
        let body = body.map_or(String::new(), |body| format!("\n\n{body}"));
        self.world.send(&format!("{} {}{query} HTTP/1.1\nHost: HOST{head}{body}", asks.method, asks.path))
    }

    fn temporary(&self, callback: &str) -> Reply {
        self.ask(&Asks { method: "POST", path: INITIATE, own: &[("oauth_callback", callback)], ..NOTHING })
    }

    /// What a person did on the page of these temporary credentials.
    fn page(&self, token: &str, did: &[(&str, &str)]) -> Reply {
        let path = format!("{AUTHORIZE}?oauth_token={token}");
        if did.is_empty() {
            return self.world.send(&format!("GET {path} HTTP/1.1\nHost: HOST"));
        }
        let form: Vec<_> = did.iter().map(|(key, value)| format!("{key}={}", plain(value))).collect();
        let head = "Host: HOST\nContent-Type: application/x-www-form-urlencoded";
        self.world.send(&format!("POST {path} HTTP/1.1\n{head}\n\n{}", form.join("&")))
    }

    fn trade(&self, temporary: &(String, String), verifier: &str) -> Reply {
        let token = (temporary.0.as_str(), temporary.1.as_str());
        let own = [("oauth_verifier", verifier)];
        self.ask(&Asks { method: "POST", path: TOKEN, own: &own, token, ..NOTHING })
    }

    /// Temporary credentials that Ada agreed to, and the verifier.
    fn agreed(&self) -> ((String, String), String) {
        let temporary = credentials(&self.temporary(BACK));
        let back = self.page(&temporary.0, &[("person", "ada@lab.test"), ("answer", "yes")]);
        let location = back.header("location").unwrap_or_else(|| panic!("no redirect: {back:?}")).to_owned();
        (temporary, one(&location, "oauth_verifier"))
    }

    fn token(&self) -> (String, String) {
        let (temporary, verifier) = self.agreed();
        let reply = self.trade(&temporary, &verifier);
        assert_eq!(reply.status, 200, "{reply:?}");
        credentials(&reply)
    }

    fn call(&self, token: &(String, String)) -> Reply {
        self.ask(&Asks { token: (&token.0, &token.1), ..NOTHING })
    }

    fn last_steps(&self) -> String {
        let log = self.world.lab.log(0, "").unwrap();
        let checked = log.last().unwrap().checked.clone().unwrap();
        let step =
            |step: &lab::Step| format!("{} {}: {}", if step.ok { "✓" } else { "✗" }, step.what, step.detail);
        checked.steps.iter().map(step).collect::<Vec<_>>().join(" · ")
    }
}

/// A value of a form or of a redirect; what the Lab gives out needs no decoding.
fn one(text: &str, key: &str) -> String {
    let pairs = text.split(['?', '&']).filter_map(|pair| pair.trim().split_once('='));
    pairs.clone().find(|(name, _)| *name == key).unwrap_or_else(|| panic!("no {key}: {text}")).1.to_owned()
}

fn credentials(reply: &Reply) -> (String, String) {
    (one(&reply.body, "oauth_token"), one(&reply.body, "oauth_token_secret"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_agrees_and_each_step_of_a_call_is_told() {
    let app = App::of(json!({})).await;
    let reply = app.temporary(BACK);
    assert_eq!((reply.status, one(&reply.body, "oauth_callback_confirmed").as_str()), (200, "true"));
    let temporary = credentials(&reply);
    assert!(app.page(&temporary.0, &[]).body.contains("Sign in to Zylker CRM (pretend)"));
    assert!(
        app.page(&temporary.0, &[("person", "joan@lab.test")]).body.contains("Patchbay asks for permission")
    );
    let back = app.page(&temporary.0, &[("person", "joan@lab.test"), ("answer", "yes")]);
    let location = back.header("location").unwrap();
    assert!(
        location.starts_with(&format!("{BACK}?oauth_token={}&oauth_verifier=", temporary.0)),
        "{location}"
    );
    let reply = app.trade(&temporary, &one(location, "oauth_verifier"));
    assert_eq!(one(&reply.body, "screen_name"), "joan%40lab.test");
    let token = credentials(&reply);
    let me = app.call(&token);
    assert_eq!((me.status, &me.json()["email"]), (200, &json!("joan@lab.test")));
    assert_eq!(
        app.last_steps(),
        "✓ Parameters: in the header, as this service takes them · ✓ Consumer key: known · ✓ Signature method: HMAC-SHA1 · \
         ✓ Token: right, of joan@lab.test · ✓ Signature: right · ✓ Timestamp: near · ✓ Nonce: new"
    );
    let did: Vec<_> = app.world.lab.log(0, "").unwrap().iter().map(|exchange| exchange.outcome).collect();
    assert_eq!(
        did,
        [
            Outcome::Granted,
            Outcome::Page,
            Outcome::Page,
            Outcome::SentBack,
            Outcome::Granted,
            Outcome::Verified
        ]
    );
    let revoked = app.ask(&Asks { method: "POST", path: REVOKE, token: (&token.0, &token.1), ..NOTHING });
    assert_eq!(revoked.status, 200);
    let over = app.call(&token);
    assert_eq!((over.status, &over.json()["oauth_problem"]), (401, &json!("token_revoked")));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_method_is_verified_at_every_place() {
    for method in ["HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "PLAINTEXT"] {
        for place in ["header", "query", "form"] {
            let app = App::of(json!({ "method": method, "placement": place })).await;
            let token = app.token();
            let signed = Asks { token: (&token.0, &token.1), ..NOTHING };
            for asks in [
                Asks {
                    query: &[("b5", "=%3D"), ("a3", "a"), ("c@", ""), ("a2", "r b"), ("é", "☃")],
                    ..signed
                },
                Asks { query: &[("a", "b"), ("a", "a")], ..signed },
                Asks { method: "POST", form: Some(&[("c2", ""), ("a3", "2 q"), ("ü", "€+&=")]), ..signed },
                Asks { method: "DELETE", ..signed },
            ] {
                let reply = app.ask(&asks);
                assert_eq!(reply.status, 200, "{method} {place}: {reply:?}");
            }
            let wrong = app.call(&(token.0.clone(), "another".into()));
            // A private key signs without the secret of a token.
            let expected = if method.starts_with("RSA") { 200 } else { 401 };
            assert_eq!(wrong.status, expected, "{method} {place}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_was_changed_after_it_was_signed_is_refused_with_the_base_string() {
    let app = App::of(json!({})).await;
    let token = app.token();
    let signed = Asks {
        method: "POST",
        query: &[("page", "1")],
        form: Some(&[("amount", "10")]),
        token: (&token.0, &token.1),
        ..NOTHING
    };
    assert_eq!(app.ask(&signed).status, 200);
    for (what, changed) in [
        ("method", Asks { method: "PUT", ..signed }),
        ("path", Asks { path: "/crm/api.zylker.example/v1/other", ..signed }),
        ("query", Asks { query: &[("page", "2")], ..signed }),
        ("form", Asks { form: Some(&[("amount", "99")]), ..signed }),
        ("one more", Asks { query: &[("page", "1"), ("x", "")], ..signed }),
    ] {
        let parameters = app.sign(&signed);
        let reply = app.send(&changed, &parameters);
        assert_eq!(
            (reply.status, &reply.json()["oauth_problem"]),
            (401, &json!("signature_invalid")),
            "{what}"
        );
        let theirs = reply.json()["base_string"].as_str().unwrap().to_owned();
        assert!(
            theirs.starts_with(&format!("{}&http%3A%2F%2F127.0.0.1", changed.method)),
            "{what}: {theirs}"
        );
        assert!(
            app.last_steps().ends_with("✗ Signature: not made with these secrets, or not of this request")
        );
    }
    for (key, value) in
        [("oauth_timestamp", "1795341601"), ("oauth_nonce", "another"), ("oauth_version", "1.0 ")]
    {
        let mut parameters = app.sign(&signed);
        parameters.iter_mut().find(|(name, _)| name == key).unwrap().1 = value.into();
        assert!([400, 401].contains(&app.send(&signed, &parameters).status), "{key}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_counts_once_and_a_request_is_near_the_clock_of_the_service() {
    let app = App::of(json!({})).await;
    let token = app.token();
    let asks = Asks { token: (&token.0, &token.1), ..NOTHING };
    let parameters = app.sign(&asks);
    assert_eq!(app.send(&asks, &parameters).status, 200);
    let again = app.send(&asks, &parameters);
    assert_eq!((again.status, &again.json()["oauth_problem"]), (401, &json!("nonce_used")));
    // A signature that is wrong uses no nonce up.
    let parameters = app.sign(&asks);
    let mut wrong = parameters.clone();
    wrong.last_mut().unwrap().1 = "AAAA".into();
    assert_eq!(app.send(&asks, &wrong).json()["oauth_problem"], "signature_invalid");
    assert_eq!(app.send(&asks, &parameters).status, 200);

    for (timestamp, expected) in
        [(NOW + 299, 200), (NOW - 299, 200), (NOW + 301, 401), (NOW - 301, 401), (1, 401)]
    {
        let timestamp = timestamp.to_string();
        let own = [("oauth_timestamp", timestamp.as_str())];
        assert_eq!(app.ask(&Asks { own: &own, ..asks }).status, expected, "{timestamp}");
    }
    app.world.lab.set_dial(Some("crm"), "clock_difference", Some(json!(3600))).unwrap();
    let late = app.ask(&asks);
    assert_eq!((late.status, &late.json()["oauth_problem"]), (401, &json!("timestamp_refused")));
    assert_eq!(late.header("date"), Some("Sun, 22 Nov 2026 11:00:00 GMT"), "which tells how far it is");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_callback_that_was_not_agreed_and_a_verifier_of_another_are_refused() {
    let app = App::of(json!({})).await;
    for callback in [
        "https://evil.example/callback",
        "http://127.0.0.1:49152/elsewhere",
        "http://127.0.0.1.evil.example/callback",
        "oob",
    ] {
        let reply = app.temporary(callback);
        assert_eq!((reply.status, one(&reply.body, "oauth_problem").as_str()), (400, "parameter_rejected"));
    }
    assert_eq!(one(&app.temporary("").body, "oauth_problem"), "parameter_absent");

    let ((one_token, verifier), (other_token, other_verifier)) = (app.agreed(), app.agreed());
    let problem = |reply: &Reply| one(&reply.body, "oauth_problem");
    assert_eq!(problem(&app.trade(&one_token, &other_verifier)), "verifier_invalid");
    assert_eq!(problem(&app.trade(&one_token, "")), "parameter_absent");
    let mixed = (one_token.0.clone(), other_token.1.clone());
    assert_eq!(problem(&app.trade(&mixed, &verifier)), "signature_invalid", "the secret of another token");
    assert_eq!(app.trade(&one_token, &verifier).status, 200);
    assert_eq!(problem(&app.trade(&one_token, &verifier)), "token_used");
    assert_eq!(app.page(&one_token.0, &[("person", "ada@lab.test"), ("answer", "yes")]).status, 400);
    assert_eq!(app.trade(&other_token, &other_verifier).status, 200);

    let waiting = credentials(&app.temporary(BACK));
    assert_eq!(problem(&app.trade(&waiting, &verifier)), "permission_unknown", "nobody agreed yet");
    assert_eq!(app.call(&waiting).json()["oauth_problem"], "token_rejected", "it is a temporary one");
    app.world.lab.advance(601).unwrap();
    assert_eq!(problem(&app.trade(&waiting, &verifier)), "token_expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_types_a_pin_or_says_no() {
    let app = App::of(json!({ "pin": true })).await;
    let temporary = credentials(&app.temporary("oob"));
    let page = app.page(&temporary.0, &[("person", "ada@lab.test"), ("answer", "yes")]).body;
    let pin = page.split_once("<code>").and_then(|(_, rest)| rest.split_once("<code>")).unwrap().1;
    let pin = pin.split_once("</code>").unwrap().0;
    assert!(pin.len() == 7 && pin.bytes().all(|digit| digit.is_ascii_digit()), "{pin}");
    assert_eq!(one(&app.trade(&temporary, "0000000").body, "oauth_problem"), "verifier_invalid");
    assert_eq!(app.trade(&temporary, pin).status, 200);

    let denied = credentials(&app.temporary(BACK));
    let back = app.page(&denied.0, &[("person", "grace@lab.test")]);
    let location = back.header("location").unwrap();
    assert_eq!(one(location, "oauth_problem"), "permission_denied");
    assert_eq!(one(&app.trade(&denied, "0000000").body, "oauth_problem"), "token_revoked");
    app.world.lab.set_dial(None, "deny", Some(json!(true))).unwrap();
    let denied = credentials(&app.temporary("oob"));
    assert!(app.page(&denied.0, &[]).body.contains("You said no"));
    app.world.lab.set_dial(None, "callback", Some(json!("left_out"))).unwrap();
    assert!(!app.temporary("oob").body.contains("confirmed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_signs_for_itself_with_two_legs() {
    let app = App::of(json!({ "two_legged": true, "realm": "Photos" })).await;
    let signed = app.sign(&NOTHING);
    assert_eq!(app.send(&NOTHING, &signed).json()["oauth_problem"], "parameter_absent", "no realm");
    let send = |realm: &str, signed: &[(String, String)]| {
        let quoted = signed.iter().map(|(key, value)| format!("{key}=\"{}\"", plain(value)));
        let header = format!("OAuth realm=\"{realm}\", {}", quoted.collect::<Vec<_>>().join(","));
        app.world.send(&format!("GET {ME} HTTP/1.1\nHost: HOST\nAuthorization: {header}"))
    };
    assert_eq!(send("Other", &signed).json()["oauth_problem"], "parameter_rejected");
    let me = send("Photos", &signed);
    assert_eq!((me.status, &me.json()["email"]), (200, &json!(lab::PERSON)));
    let own = [("oauth_token", "one-that-nobody-gave")];
    let with_token = app.sign(&Asks { own: &own, ..NOTHING });
    assert_eq!(send("Photos", &with_token).json()["oauth_problem"], "parameter_rejected");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_gets_wrong_is_refused_with_the_word_for_it() {
    let app = App::of(json!({})).await;
    let token = app.token();
    let asks = Asks { token: (&token.0, &token.1), ..NOTHING };
    for (own, status, problem) in [
        (("oauth_consumer_key", "another"), 401, "consumer_key_unknown"),
        (("oauth_consumer_key", ""), 400, "parameter_absent"),
        (("oauth_signature_method", "HMAC-SHA256"), 400, "signature_method_rejected"),
        (("oauth_version", "2.0"), 400, "version_rejected"),
        (("oauth_token", "guessed"), 401, "token_rejected"),
        (("oauth_token", ""), 400, "parameter_absent"),
        (("oauth_timestamp", "soon"), 401, "timestamp_refused"),
        (("oauth_nonce", ""), 400, "parameter_absent"),
    ] {
        let reply = app.ask(&Asks { own: &[own], ..asks });
        // The Lab refuses every call with the status that the connector takes for it.
        assert_eq!((reply.status, &reply.json()["oauth_problem"]), (401, &json!(problem)), "{own:?}");
        let temporary = app.ask(&Asks {
            method: "POST",
            path: INITIATE,
            own: &[own, ("oauth_callback", BACK)],
            ..NOTHING
        });
        if own.0 != "oauth_token" {
            assert_eq!((temporary.status, one(&temporary.body, "oauth_problem").as_str()), (status, problem));
        }
    }
    let signed = app.sign(&asks);
    let query: Vec<_> = signed.iter().map(|(key, value)| format!("{key}={}", plain(value))).collect();
    let misplaced = app.world.send(&format!("GET {ME}?{} HTTP/1.1\nHost: HOST", query.join("&")));
    assert!(
        misplaced.body.contains("in the query, and this service takes them in the header"),
        "{misplaced:?}"
    );
    let bare = app.world.send(&format!("GET {ME} HTTP/1.1\nHost: HOST"));
    let challenge = "OAuth realm=\"crm (Lab)\", oauth_problem=\"parameter_absent\"";
    assert_eq!(bare.header("www-authenticate"), Some(challenge));
    // A service gives a token to sign with; nobody gets in by carrying it.
    let bearer = app.world.send(&format!("GET {ME} HTTP/1.1\nHost: HOST\nAuthorization: Bearer {}", token.0));
    assert_eq!(bearer.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_log_nor_disk_holds_a_secret_of_a_signed_request() {
    let app = App::of(json!({ "placement": "query", "method": "PLAINTEXT" })).await;
    let (temporary, verifier) = app.agreed();
    let token = credentials(&app.trade(&temporary, &verifier));
    assert_eq!(app.call(&token).status, 200);
    let log = serde_json::to_string(&app.world.lab.log(0, "").unwrap()).unwrap();
    for secret in [&temporary.0, &temporary.1, &verifier, &token.0, &token.1, &app.secret] {
        assert!(!log.contains(secret.as_str()), "{log}");
        for file in std::fs::read_dir(app.world.directory.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
        }
    }
}
