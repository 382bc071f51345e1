//! Tokens as a service gives them: every grant, the pages, and everything that a client can get wrong or an attacker try.
//! The client side is written here by hand, from the standards.

use crate::{
    client::Reply,
    world::{World, play},
};
use hmac::{Hmac, Mac};
use lab::{Outcome, Play, play::Authentication};
use p256::ecdsa::signature::Signer;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const AUTHORIZE: &str = "/crm/login.zylker.example/authorize";
pub const TOKEN: &str = "/crm/login.zylker.example/token";
pub const ME: &str = "/crm/api.zylker.example/v1/me";
const DEVICE: &str = "/crm/login.zylker.example/device";
const BACK: &str = "http://127.0.0.1:49152/callback";
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const STATE: &str = "state-that-nobody-guesses-0123456789";

/// A service with the code grant, changed by `rest`.
pub fn service(rest: Value) -> Play {
    let at = |path: &str| format!("https://login.zylker.example/{path}");
    let mut oauth2 = json!({
        "type": "oauth2",
        "grant": "authorization_code",
        "response_type": "code",
        "client": "basic",
        "addresses": { "authorize": at("authorize"), "token": at("token"), "revoke": at("revoke"),
            "introspect": at("introspect"), "userinfo": at("userinfo"), "device": at("device") },
        "pkce": "S256",
        "redirect": { "path": "/callback" },
        "permissions": [{ "value": "read", "name": "Read contacts" }, { "value": "write" }],
        "delimiter": " ",
        "bearer": "Bearer",
    });
    oauth2.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    let authentication: Authentication = serde_json::from_value(oauth2).unwrap();
    play("crm", authentication)
}

/// OpenID Connect by its issuer alone.
fn openid(rest: Value) -> Play {
    let mut own = json!({ "type": "openid_connect", "addresses": {}, "client": "none", "permissions": [],
        "openid": { "issuer": "https://login.zylker.example/{tenant}" } });
    own.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    service(own)
}

/// An app that does what the standards say, unless a test makes it do something else.
pub struct App {
    pub world: World,
    pub play: Play,
}

impl App {
    pub async fn of(play: Play) -> Self {
        Self { world: World::playing(std::slice::from_ref(&play)).await, play }
    }

    pub fn issued(&self, key: &str) -> String {
        let issued = self.world.lab.issue(&self.play, None).unwrap().into_iter().find(|it| it.key == key);
        // EXPOSE: a value that the Lab made up
        issued.unwrap_or_else(|| panic!("no {key} is issued")).value.expose().clone()
    }

    fn get(&self, path: &str, pairs: &[(&str, &str)]) -> Reply {
        self.world.send(&format!("GET {path}?{} HTTP/1.1\nHost: HOST", form(pairs)))
    }

    fn post(&self, path: &str, pairs: &[(&str, &str)], head: &str) -> Reply {
        self.world.send(&format!(
            "POST {path} HTTP/1.1\nHost: HOST\nContent-Type: application/x-www-form-urlencoded{head}\n\n{}",
            form(pairs)
        ))
    }

    /// What an app asks for, `changed` and without what is changed to nothing.
    pub fn asked(&self, changed: &[(&str, &str)]) -> String {
        let id = self.issued("client_id");
        let mut pairs = vec![
            ("client_id", id.as_str()),
            ("response_type", "code"),
            ("redirect_uri", BACK),
            ("scope", "read write"),
            ("state", STATE),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        for (key, value) in changed {
            pairs.retain(|(name, _)| name != key);
            if !value.is_empty() {
                pairs.push((key, value));
            }
        }
        form(&pairs)
    }

    /// The page or redirect of a sign-in, with what a person did on it.
    fn authorize(&self, path: &str, asked: &str, did: &[(&str, &str)]) -> Reply {
        match did {
            [] => self.world.send(&format!("GET {path}?{asked} HTTP/1.1\nHost: HOST")),
            did => {
                let origin = format!("\nOrigin: http://127.0.0.1:{}", self.world.port());
                self.post(&format!("{path}?{asked}"), did, &origin)
            }
        }
    }

    /// Signs `person` in; the parameters of the redirect.
    pub fn sign_in(&self, person: &str, changed: &[(&str, &str)]) -> Vec<(String, String)> {
        let scopes = [("person", person), ("answer", "yes"), ("scope", "read"), ("scope", "write")];
        back(&self.authorize(AUTHORIZE, &self.asked(changed), &scopes))
    }

    fn basic(&self) -> String {
        let pair = format!("{}:{}", plain(&self.issued("client_id")), plain(&self.issued("client_secret")));
        format!("\nAuthorization: Basic {}", base64(pair.as_bytes(), true))
    }

    pub fn trade(&self, pairs: &[(&str, &str)]) -> Reply {
        self.post(TOKEN, pairs, &self.basic())
    }

    pub fn trade_code(&self, code: &str, changed: &[(&str, &str)]) -> Reply {
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", BACK),
            ("code_verifier", VERIFIER),
        ];
        for (key, value) in changed {
            pairs.retain(|(name, _)| name != key);
            if !value.is_empty() {
                pairs.push((key, value));
            }
        }
        self.trade(&pairs)
    }

    /// Tokens of `person`, by a code.
    pub fn tokens(&self, person: &str) -> Value {
        let reply = self.trade_code(&of(&self.sign_in(person, &[]), "code"), &[]);
        assert_eq!(reply.status, 200, "{reply:?}");
        reply.json()
    }

    pub fn call(&self, token: &Value) -> Reply {
        let token = token.as_str().unwrap();
        self.world.send(&format!("GET {ME} HTTP/1.1\nHost: HOST\nAuthorization: Bearer {token}"))
    }

    fn last_steps(&self) -> String {
        let log = self.world.lab.log(0, "").unwrap();
        let checked = log.last().unwrap().checked.clone().unwrap();
        let step =
            |step: &lab::Step| format!("{} {}: {}", if step.ok { "✓" } else { "✗" }, step.what, step.detail);
        checked.steps.iter().map(step).collect::<Vec<_>>().join(" · ")
    }
}

fn form(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(key, value)| format!("{}={}", plain(key), plain(value))).collect();
    pairs.join("&")
}

/// Percent-encoded but for letters and digits.
fn plain(text: &str) -> String {
    let letter = |byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(letter).collect()
}

fn base64(bytes: &[u8], padded: bool) -> String {
    let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (24 - 8 * chunk.len());
        (0..=chunk.len()).for_each(|place| text.push(alphabet[(bits >> (18 - 6 * place) & 63) as usize]));
        (chunk.len()..3).filter(|_| padded).for_each(|_| text.push('='));
    }
    if padded { text } else { text.replace('+', "-").replace('/', "_") }
}

/// The parameters of a redirect, of its query or its fragment.
fn back(reply: &Reply) -> Vec<(String, String)> {
    let location = reply.header("location").unwrap_or_else(|| panic!("no redirect: {reply:?}"));
    let (address, pairs) = location.split_once(['?', '#']).unwrap();
    assert_eq!((reply.status, address), (303, BACK), "{location}");
    let plain = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.as_bytes();
        while let [first, tail @ ..] = rest {
            rest = tail;
            bytes.push(*first);
            if let (b'%', [high, low, tail @ ..]) = (first, tail) {
                let digits = [*high, *low];
                *bytes.last_mut().unwrap() =
                    u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap();
                rest = tail;
            }
        }
        String::from_utf8(bytes).unwrap()
    };
    pairs.split('&').filter_map(|pair| pair.split_once('=')).map(|(k, v)| (plain(k), plain(v))).collect()
}

pub fn of(pairs: &[(String, String)], key: &str) -> String {
    pairs.iter().find(|(name, _)| name == key).unwrap_or_else(|| panic!("no {key}: {pairs:?}")).1.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_on_pages_and_each_step_is_told() {
    let app = App::of(service(json!({}))).await;
    let asked = app.asked(&[]);
    let choose = app.authorize(AUTHORIZE, &asked, &[]);
    assert_eq!(choose.status, 200);
    for text in
        ["Sign in to Zylker CRM (pretend)", "ada@lab.test", "Wrong password", "Type nothing real here."]
    {
        assert!(choose.body.contains(text), "{text}: {}", choose.body);
    }
    let policy = choose.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    let agree = app.authorize(AUTHORIZE, &asked, &[("person", "ada@lab.test")]);
    assert!(agree.body.contains("Read contacts") && agree.body.contains("Allow 2"), "{}", agree.body);
    let fewer = [("person", "ada@lab.test"), ("answer", "yes"), ("scope", "read")];
    let redirect = back(&app.authorize(AUTHORIZE, &asked, &fewer));
    assert_eq!(of(&redirect, "state"), STATE);
    let tokens = app.trade_code(&of(&redirect, "code"), &[]).json();
    assert_eq!(
        (&tokens["scope"], &tokens["token_type"], &tokens["expires_in"]),
        (&json!("read"), &json!("Bearer"), &json!(3600))
    );
    assert_eq!(
        app.last_steps(),
        "✓ Client authentication: in the header, as this service takes it · ✓ Client ID: right · ✓ Client secret: right · \
         ✓ Grant type: authorization code · ✓ Code: known · ✓ Redirect address: the same · ✓ Verifier: matches · \
         ✓ Tokens: given for 3600 s, with a refresh token"
    );
    let me = app.call(&tokens["access_token"]);
    assert_eq!((me.status, &me.json()["email"]), (200, &json!("ada@lab.test")));
    let log = app.world.lab.log(0, "").unwrap();
    let did: Vec<_> = log.iter().map(|exchange| exchange.outcome).collect();
    assert_eq!(did, [Outcome::Page, Outcome::Page, Outcome::SentBack, Outcome::Granted, Outcome::Verified]);
    assert_eq!(
        app.world.lab.log(0, "VERIFIER matches").unwrap().len(),
        1,
        "the log is searched by its words"
    );
    assert!(app.world.lab.log(0, "nothing-of-that").unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_gets_wrong_is_refused_with_the_word_of_its_standard() {
    let app = App::of(service(json!({}))).await;
    let code = || of(&app.sign_in("ada@lab.test", &[]), "code");
    let refused = |reply: &Reply| (reply.status, reply.json()["error"].as_str().unwrap().to_owned());
    for (changed, why) in [
        (("code_verifier", "another-verifier-that-is-long-enough-0123456789"), "Verifier: does not match"),
        (("code_verifier", "short"), "Verifier: not 43 to 128"),
        (("code_verifier", ""), "Verifier: missing"),
        (("redirect_uri", "http://127.0.0.1:49153/callback"), "Redirect address: another"),
        (("redirect_uri", ""), "Redirect address: missing"),
        (("code", "guessed"), "Code: not one that the Lab gave"),
    ] {
        let reply = app.trade_code(&code(), &[changed]);
        assert_eq!(refused(&reply), (400, "invalid_grant".into()), "{changed:?}");
        let said = reply.json()["error_description"].as_str().unwrap().to_owned();
        assert!(said.starts_with(why), "{changed:?}: {said}");
    }
    let grant = |grant: &str| refused(&app.trade(&[("grant_type", grant)]));
    assert_eq!(grant("client_credentials"), (400, "unauthorized_client".into()));
    assert_eq!(grant("magic"), (400, "unsupported_grant_type".into()));
    assert_eq!(refused(&app.trade(&[("code", "x")])), (400, "invalid_request".into()));
    let twice = [("grant_type", "authorization_code"), ("grant_type", "password")];
    assert_eq!(refused(&app.trade(&twice)), (400, "invalid_request".into()));
    let (id, secret) = (app.issued("client_id"), app.issued("client_secret"));
    let trade = |pairs: &[(&str, &str)], head: &str| {
        app.post(TOKEN, &[&[("grant_type", "authorization_code")], pairs].concat(), head)
    };
    let raw = format!("\nAuthorization: Basic {}", base64(format!("{id}:{secret}").as_bytes(), true));
    let wrong = format!("\nAuthorization: Basic {}", base64(format!("{id}:nope").as_bytes(), true));
    for (pairs, head, why) in [
        (vec![("client_id", id.as_str()), ("client_secret", &secret)], "", "stand in the body"),
        (vec![], "", "missing; this service takes"),
        (vec![], wrong.as_str(), "not the one that the Lab issued"),
        (vec![], raw.as_str(), "right but not form-encoded"),
        (vec![("client_secret", &secret)], app.basic().as_str(), "as well as in the header"),
    ] {
        let reply = trade(&pairs, head);
        assert_eq!(refused(&reply), (401, "invalid_client".into()), "{why}");
        assert!(reply.header("www-authenticate").unwrap().starts_with("Basic "), "{why}");
        let said = reply.json()["error_description"].to_string();
        assert!(said.contains(why) && !said.contains(&secret), "{why}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_comes_twice_ends_what_came_of_it() {
    let app = App::of(service(json!({}))).await;
    let code = of(&app.sign_in("ada@lab.test", &[]), "code");
    let tokens = app.trade_code(&code, &[]).json();
    assert_eq!(app.call(&tokens["access_token"]).status, 200);
    assert_eq!(app.trade_code(&code, &[]).json()["error"], "invalid_grant");
    assert_eq!(app.call(&tokens["access_token"]).status, 401, "RFC 6749 section 4.1.2");
    let late = of(&app.sign_in("ada@lab.test", &[]), "code");
    app.world.lab.advance(61).unwrap();
    assert!(app.trade_code(&late, &[]).body.contains("its time is over"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refresh_token_that_comes_twice_ends_its_family() {
    let app = App::of(service(json!({}))).await;
    let first = app.tokens("ada@lab.test");
    let refresh = |tokens: &Value| {
        let token = tokens["refresh_token"].as_str().unwrap();
        app.trade(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    };
    let second = refresh(&first).json();
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(app.call(&second["access_token"]).status, 200);
    assert_eq!(refresh(&first).json()["error"], "invalid_grant");
    assert_eq!(app.call(&second["access_token"]).status, 401, "RFC 9700 section 4.14.2");
    assert_eq!(refresh(&second).json()["error"], "invalid_grant");
    let other = app.tokens("joan@lab.test");
    assert_eq!(app.call(&other["access_token"]).json()["email"], "joan@lab.test", "other families live");
    let access = other["access_token"].as_str().unwrap();
    let mixed = app.trade(&[("grant_type", "refresh_token"), ("refresh_token", access)]);
    assert!(mixed.body.contains("an access token stands in its place"), "{}", mixed.body);
    assert!(app.call(&other["refresh_token"]).body.contains("a refresh token"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_an_address_that_is_not_registered() {
    let app = App::of(service(json!({}))).await;
    for (changed, why) in [
        (("redirect_uri", "https://evil.example/callback"), "not registered"),
        (("redirect_uri", "http://127.0.0.1:49152/other"), "not registered"),
        (("redirect_uri", "http://127.0.0.1.evil.example/callback"), "not registered"),
        (("redirect_uri", "http://127.0.0.1:49152@evil.example/callback"), "not registered"),
        (("redirect_uri", "javascript:alert(1)"), "not registered"),
        (("redirect_uri", ""), "missing"),
        (("client_id", "somebody-else"), "not the one that the Lab issued"),
    ] {
        let reply = app.authorize(
            AUTHORIZE,
            &app.asked(&[changed]),
            &[("person", "ada@lab.test"), ("answer", "yes")],
        );
        assert_eq!((reply.status, reply.header("location")), (400, None), "{changed:?}");
        assert!(reply.body.contains(why), "{changed:?}: {}", reply.body);
    }
    for address in
        ["dev.patchbay:/oauth/callback", "http://localhost:1/callback", "http://[::1]:65535/callback"]
    {
        assert_eq!(
            app.authorize(AUTHORIZE, &app.asked(&[("redirect_uri", address)]), &[]).status,
            200,
            "{address}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_else_an_app_asks_wrongly_goes_back_with_the_browser() {
    let app = App::of(service(json!({}))).await;
    for (changed, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("scope", "read,write"), "invalid_scope"),
        (("scope", "admin"), "invalid_scope"),
        (("prompt", "none"), "login_required"),
    ] {
        let redirect = back(&app.authorize(AUTHORIZE, &app.asked(&[changed]), &[]));
        assert_eq!(
            (of(&redirect, "error"), of(&redirect, "state")),
            (error.into(), STATE.into()),
            "{changed:?}"
        );
        assert!(redirect.iter().all(|(key, _)| key != "code"), "{redirect:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pretend_people_do_what_they_are_there_for() {
    let app = App::of(service(json!({}))).await;
    let asked = app.asked(&[]);
    let no = back(&app.authorize(AUTHORIZE, &asked, &[("person", "grace@lab.test")]));
    assert_eq!(of(&no, "error"), "access_denied");
    let denied = back(&app.authorize(AUTHORIZE, &asked, &[("person", "ada@lab.test"), ("answer", "no")]));
    assert_eq!(of(&denied, "error"), "access_denied");
    let wrong = app.authorize(AUTHORIZE, &asked, &[("person", "otto@lab.test"), ("answer", "yes")]);
    assert!(
        wrong.status == 200 && wrong.body.contains("Otto Lilac typed a wrong password"),
        "{}",
        wrong.body
    );
    let stranger = app.authorize(AUTHORIZE, &asked, &[("person", "nobody@lab.test"), ("answer", "yes")]);
    assert!(stranger.body.contains("Nobody of this e-mail"), "{}", stranger.body);
    let person = lab::Person {
        email: "maria@lab.test".into(),
        name: "Maria".into(),
        behaviour: lab::PersonBehaviour::SaysYes,
    };
    app.world.lab.save_person(&person).unwrap();
    assert!(app.authorize(AUTHORIZE, &asked, &[]).body.contains("maria@lab.test"));
    assert_eq!(app.call(&app.tokens("maria@lab.test")["access_token"]).json()["email"], "maria@lab.test");
    app.world.lab.forget_person("maria@lab.test").unwrap();
    assert!(!app.authorize(AUTHORIZE, &asked, &[]).body.contains("maria@lab.test"));
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_takes_a_while_is_waited_for() {
    let app = App::of(service(json!({}))).await;
    let port = app.world.port();
    let request = format!(
        "POST {AUTHORIZE}?{} HTTP/1.1\nHost: HOST\nContent-Type: application/x-www-form-urlencoded\n\nperson=lena%40lab.test",
        app.asked(&[])
    );
    let waiting = std::thread::spawn(move || crate::client::send(port, &request));
    // The connection's own deadline and the answer that is held back.
    app.world.clock.until_asleep(2);
    app.world.clock.advance(std::time::Duration::from_secs(20));
    let page = waiting.join().unwrap();
    assert!(page.body.contains("lena@lab.test") && page.body.contains("Allow 2"), "{page:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_agrees_to_nothing() {
    let app = App::of(service(json!({}))).await;
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let reply = app.post(
            &format!("{AUTHORIZE}?{}", app.asked(&[])),
            &[("person", "ada@lab.test"), ("answer", "yes"), ("scope", "read")],
            &format!("\nOrigin: {origin}"),
        );
        assert_eq!((reply.status, reply.header("location")), (403, None), "{origin}");
    }
    let reply = app.world.send(&format!("GET {AUTHORIZE}?{} HTTP/1.1\nHost: evil.example", app.asked(&[])));
    assert_eq!(reply.status, 421);
    assert!(app.world.lab.log(0, "").unwrap().is_empty());
    // What a link can do is show a page, and the page leads nowhere by itself.
    let page = app.authorize(AUTHORIZE, &app.asked(&[("answer", "yes"), ("person", "ada@lab.test")]), &[]);
    assert_eq!((page.status, page.header("location")), (200, None));
    assert!(!page.body.contains("<script"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_out_stands_nowhere_in_the_clear() {
    let app = App::of(service(json!({}))).await;
    let redirect = app.sign_in("ada@lab.test", &[]);
    let code = of(&redirect, "code");
    let tokens = app.trade_code(&code, &[]).json();
    app.call(&tokens["access_token"]);
    app.trade(&[
        ("grant_type", "refresh_token"),
        ("refresh_token", tokens["refresh_token"].as_str().unwrap()),
    ]);
    let log = serde_json::to_string(&app.world.lab.log(0, "").unwrap()).unwrap();
    let secrets = [
        code.as_str(),
        tokens["access_token"].as_str().unwrap(),
        tokens["refresh_token"].as_str().unwrap(),
        &app.issued("client_secret"),
        VERIFIER,
        STATE,
    ];
    for (index, secret) in secrets.iter().enumerate() {
        assert!(!log.contains(secret), "{index} stands in the log");
        for file in std::fs::read_dir(app.world.directory.path()).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap_or_default();
            let stands = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!stands, "{index} stands in {}", path.display());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_acts_for_itself_and_with_a_password() {
    let app = App::of(service(json!({ "grant": "client_credentials", "client": "body" }))).await;
    let (id, secret) = (app.issued("client_id"), app.issued("client_secret"));
    let ask = |secret: &str| {
        let pairs = [
            ("grant_type", "client_credentials"),
            ("client_id", id.as_str()),
            ("client_secret", secret),
            ("scope", "read"),
        ];
        app.post(TOKEN, &pairs, "")
    };
    let tokens = ask(&secret).json();
    assert!(tokens["refresh_token"].is_null(), "RFC 6749 section 4.4.3: {tokens}");
    assert_eq!(app.call(&tokens["access_token"]).status, 200);
    assert_eq!(ask("nope").json()["error"], "invalid_client");

    let app = App::of(service(json!({ "grant": "password" }))).await;
    let password = app.issued("password");
    let ask = |user: &str, password: &str| {
        app.trade(&[
            ("grant_type", "password"),
            ("username", user),
            ("password", password),
            ("scope", "read"),
        ])
    };
    let tokens = ask("ada@lab.test", &password).json();
    assert_eq!(app.call(&tokens["access_token"]).json()["email"], "ada@lab.test");
    assert!(tokens["refresh_token"].is_string());
    for (user, password) in [
        ("ada@lab.test", "nope"),
        ("otto@lab.test", &password),
        ("grace@lab.test", &password),
        ("x@lab.test", &password),
    ] {
        assert_eq!(ask(user, password).json()["error"], "invalid_grant", "{user}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_waits_until_its_person_agrees() {
    let app = App::of(service(json!({ "grant": "device_code", "client": "none" }))).await;
    let id = app.issued("client_id");
    let begin = || app.post(DEVICE, &[("client_id", &id), ("scope", "read write")], "").json();
    let poll = |codes: &Value| {
        let pairs = [
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("client_id", id.as_str()),
            ("device_code", codes["device_code"].as_str().unwrap()),
        ];
        app.post(TOKEN, &pairs, "").json()
    };
    let codes = begin();
    assert_eq!(poll(&codes)["error"], "authorization_pending");
    assert_eq!(poll(&codes)["error"], "slow_down", "RFC 8628 section 3.5");
    let page = app.get(DEVICE, &[]);
    assert!(page.body.contains("Type the code that Patchbay shows"), "{}", page.body);
    let typed = codes["user_code"].as_str().unwrap().to_lowercase().replace('-', " ");
    assert!(app.get(DEVICE, &[("user_code", &typed)]).body.contains("Choose a pretend person"));
    assert!(app.get(DEVICE, &[("user_code", "AAAA-AAAA")]).body.contains("No device waits"));
    let agree = |codes: &Value, answer: &str| {
        let path = format!("{DEVICE}?user_code={}", codes["user_code"].as_str().unwrap());
        app.post(&path, &[("person", "ada@lab.test"), ("answer", answer), ("scope", "read")], "").body
    };
    assert!(agree(&codes, "yes").contains("You can close this page"));
    assert!(agree(&codes, "yes").contains("No device waits"), "a code works once");
    let tokens = poll(&codes);
    assert_eq!((&tokens["scope"], app.call(&tokens["access_token"]).status), (&json!("read"), 200));
    assert_eq!(poll(&codes)["error"], "invalid_grant");

    let denied = begin();
    assert!(agree(&denied, "no").contains("You said no"));
    assert_eq!(poll(&denied)["error"], "access_denied");
    let late = begin();
    app.world.lab.advance(601).unwrap();
    assert_eq!(poll(&late)["error"], "expired_token");
    assert!(agree(&late, "yes").contains("No device waits"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_counts_once_and_for_this_service_alone() {
    let app = App::of(service(json!({ "grant": "client_credentials", "client": "secret_jwt" }))).await;
    let (id, secret) = (app.issued("client_id"), app.issued("client_secret"));
    let token_url = format!("http://127.0.0.1:{}{TOKEN}", app.world.port());
    let now = jiff_now();
    let claims = |changed: &[(&str, Value)]| {
        let mut claims = json!({ "iss": id, "sub": id, "aud": token_url, "exp": now + 60, "jti": "one" });
        changed.iter().for_each(|(key, value)| claims[*key] = value.clone());
        claims
    };
    let sign = |claims: &Value, algorithm: &str, secret: &str| {
        let part = |value: &Value| base64(value.to_string().as_bytes(), false);
        let signed = format!("{}.{}", part(&json!({ "alg": algorithm })), part(claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(signed.as_bytes());
        format!("{signed}.{}", base64(&mac.finalize().into_bytes(), false))
    };
    let ask = |assertion: &str| {
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let pairs = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", kind),
            ("client_assertion", assertion),
        ];
        app.post(TOKEN, &pairs, "")
    };
    let good = sign(&claims(&[]), "HS256", &secret);
    for (assertion, why) in [
        (sign(&claims(&[]), "HS256", "nope"), "Signature: wrong"),
        (sign(&claims(&[]), "HS384", &secret), "Algorithm: not HS256"),
        (sign(&claims(&[]), "none", &secret), "Algorithm: not HS256"),
        (format!("{good}="), "no signed token"),
        (sign(&claims(&[("aud", json!("https://other.example/token"))]), "HS256", &secret), "`aud`: not"),
        (sign(&claims(&[("iss", json!("other"))]), "HS256", &secret), "`iss`: not"),
        (sign(&claims(&[("exp", json!(now - 3600))]), "HS256", &secret), "`exp`: in the past"),
        (sign(&claims(&[("jti", json!(null))]), "HS256", &secret), "`jti`: missing"),
        (String::new(), "missing; this service takes a signed"),
    ] {
        let reply = ask(&assertion);
        assert_eq!(reply.json()["error"], "invalid_client", "{why}");
        assert!(reply.body.contains(why), "{why}: {}", reply.body);
    }
    let tampered = {
        let parts: Vec<_> = good.split('.').collect();
        format!(
            "{}.{}.{}",
            parts[0],
            base64(claims(&[("sub", json!("root"))]).to_string().as_bytes(), false),
            parts[2]
        )
    };
    assert!(ask(&tampered).body.contains("Signature: wrong"));
    assert_eq!(ask(&good).status, 200);
    assert!(ask(&good).body.contains("used before"), "RFC 7523 section 3");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_signs_with_the_private_key_that_was_issued() {
    use p256::pkcs8::DecodePrivateKey;
    let app = App::of(service(json!({ "grant": "client_credentials", "client": "private_key_jwt" }))).await;
    let id = app.issued("client_id");
    let pem = app.issued("private_key");
    assert_eq!(app.issued("private_key"), pem, "it is the same each time");
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let key = p256::SecretKey::from_pkcs8_der(&unbase64(&body)).unwrap();
    let ask = |key: p256::SecretKey, jti: &str| {
        let part = |value: &Value| base64(value.to_string().as_bytes(), false);
        let aud = format!("http://127.0.0.1:{}{TOKEN}", app.world.port());
        let claims = json!({ "iss": id, "sub": id, "aud": [aud], "exp": jiff_now() + 60, "jti": jti });
        let signed = format!("{}.{}", part(&json!({ "alg": "ES256" })), part(&claims));
        let signature: p256::ecdsa::Signature = p256::ecdsa::SigningKey::from(key).sign(signed.as_bytes());
        let assertion = format!("{signed}.{}", base64(&signature.to_bytes(), false));
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let pairs = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", kind),
            ("client_assertion", &assertion),
        ];
        app.post(TOKEN, &pairs, "").status
    };
    assert_eq!(ask(key, "a"), 200);
    assert_eq!(ask(p256::SecretKey::from_slice(&[7; 32]).unwrap(), "b"), 401);
}

fn unbase64(text: &str) -> Vec<u8> {
    let alphabet: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let letters: Vec<u32> = text
        .chars()
        .filter(|c| *c != '=')
        .map(|c| u32::try_from(alphabet.iter().position(|letter| *letter == c).unwrap()).unwrap())
        .collect();
    let mut bytes = Vec::new();
    for chunk in letters.chunks(4) {
        let bits = chunk.iter().fold(0, |bits, sextet| bits << 6 | sextet) << (6 * (4 - chunk.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..chunk.len()]);
    }
    bytes
}

/// The Lab's clock stands still in a test.
fn jiff_now() -> i64 {
    "2026-11-22T10:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second()
}

fn claims_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap().replace('-', "+").replace('_', "/");
    serde_json::from_slice(&unbase64(&payload)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_tells_where_everything_is_and_who_signed_in() {
    let app = App::of(openid(json!({}))).await;
    let issuer = format!("http://127.0.0.1:{}/crm/login.zylker.example/acme", app.world.port());
    let path = |url: &Value| {
        url.as_str().unwrap().split_once("127.0.0.1").unwrap().1.split_once('/').unwrap().1.to_owned()
    };
    let found = app.get("/crm/login.zylker.example/acme/.well-known/openid-configuration", &[]).json();
    assert_eq!(found["issuer"], issuer.as_str());
    let authorize = format!("/{}", path(&found["authorization_endpoint"]));
    let asked = app.asked(&[("scope", "openid email"), ("nonce", "n-1")]);
    let said = [("person", "joan@lab.test"), ("answer", "yes"), ("scope", "email")];
    let redirect = back(&app.authorize(&authorize, &asked, &said));
    assert_eq!(of(&redirect, "iss"), issuer, "RFC 9207");
    let id = app.issued("client_id");
    let token_path = format!("/{}", path(&found["token_endpoint"]));
    let trade = [
        ("grant_type", "authorization_code"),
        ("client_id", &id),
        ("code", &of(&redirect, "code")),
        ("redirect_uri", BACK),
        ("code_verifier", VERIFIER),
    ];
    let tokens = app.post(&token_path, &trade, "").json();
    let id_token = tokens["id_token"].as_str().unwrap();
    let claims = claims_of(id_token);
    assert_eq!((&claims["iss"], &claims["aud"]), (&json!(issuer), &json!(id)));
    assert_eq!((&claims["nonce"], &claims["email"]), (&json!("n-1"), &json!("joan@lab.test")));
    let access = tokens["access_token"].as_str().unwrap();
    assert_eq!(claims["at_hash"], base64(&Sha256::digest(access)[..16], false));
    let keys = || app.get(&format!("/{}", path(&found["jwks_uri"])), &[]).json();
    let first = keys();
    assert_eq!((first["keys"].as_array().unwrap().len(), &first["keys"][0]["alg"]), (1, &json!("RS256")));
    app.world.lab.set_dial(None, "signature", Some(json!("ES256"))).unwrap();
    app.world.lab.rotate_keys().unwrap();
    let second = keys();
    assert_eq!(second["keys"].as_array().unwrap().len(), 1);
    assert_ne!(first["keys"][0]["kid"], second["keys"][0]["kid"]);
    let ask = |token: &str| {
        let at = path(&found["userinfo_endpoint"]);
        app.world.send(&format!("GET /{at} HTTP/1.1\nHost: HOST\nAuthorization: Bearer {token}"))
    };
    assert_eq!(ask(access).json()["sub"], claims["sub"]);
    assert_eq!(ask("nope").status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_token_alone_comes_by_the_browser_and_serves_as_credential() {
    let app = App::of(openid(json!({ "grant": "implicit", "response_type": "id_token",
        "addresses": { "authorize": "https://login.zylker.example/authorize" },
        "openid": { "calls_with_id_token": true } })))
    .await;
    app.world.lab.set_dial(None, "signature", Some(json!("ES256"))).unwrap();
    let asked = |nonce| app.asked(&[("response_type", "id_token"), ("scope", "openid"), ("nonce", nonce)]);
    let said = [("person", "ada@lab.test"), ("answer", "yes")];
    let reply = app.authorize(AUTHORIZE, &asked("n-2"), &said);
    assert!(reply.header("location").unwrap().contains('#'), "no token stands in a query: {reply:?}");
    let token = of(&back(&reply), "id_token");
    assert_eq!(claims_of(&token)["nonce"], "n-2");
    assert_eq!(app.call(&json!(token)).json()["email"], "ada@lab.test");
    let without = back(&app.authorize(AUTHORIZE, &asked(""), &said));
    assert_eq!(of(&without, "error"), "invalid_request", "OpenID Connect Core section 3.2.2.1");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_looked_up_and_ended_by_the_app_that_has_them() {
    let app = App::of(service(json!({}))).await;
    let tokens = app.tokens("ada@lab.test");
    let (access, refresh) =
        (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
    let ask = |path: &str, token: &str| {
        app.post(&format!("/crm/login.zylker.example/{path}"), &[("token", token)], &app.basic())
    };
    let told = ask("introspect", access).json();
    assert_eq!(
        (&told["active"], &told["username"], &told["scope"]),
        (&json!(true), &json!("ada@lab.test"), &json!("read write"))
    );
    assert_eq!(ask("introspect", "nope").json(), json!({ "active": false }));
    let nobody = app.post("/crm/login.zylker.example/introspect", &[("token", access)], "");
    assert_eq!(nobody.status, 401, "RFC 7662 section 2.1: only who shows itself is told");
    assert_eq!(ask("revoke", "nope").status, 200, "RFC 7009 section 2.2");
    assert_eq!(ask("revoke", refresh).status, 200);
    assert_eq!(app.call(&tokens["access_token"]).status, 401, "everything that came of it has ended");
    assert_eq!(ask("introspect", refresh).json()["active"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_one_connector_opens_no_other() {
    let app = App::of(service(json!({}))).await;
    app.world.lab.play(&Play { link_name: "erp".into(), ..app.play.clone() }).unwrap();
    let token = app.tokens("ada@lab.test")["access_token"].as_str().unwrap().to_owned();
    let other = ME.replace("/crm/", "/erp/");
    let reply = app.world.send(&format!("GET {other} HTTP/1.1\nHost: HOST\nAuthorization: Bearer {token}"));
    assert_eq!(reply.status, 401);
    assert!(reply.body.contains("given to another connector"), "{}", reply.body);
}
