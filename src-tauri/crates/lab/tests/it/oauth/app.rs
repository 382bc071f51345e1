//! The client side, written here by hand from the standards, and the service that it meets.

use crate::{
    client::Reply,
    spell::{base64, plain, unbase64},
    world::{World, play},
};
use lab::{Play, play::Authentication};
use serde_json::{Value, json};

pub const AUTHORIZE: &str = "/crm/login.zylker.example/authorize";
pub const TOKEN: &str = "/crm/login.zylker.example/token";
pub const ME: &str = "/crm/api.zylker.example/v1/me";
pub const DEVICE: &str = "/crm/login.zylker.example/device";
pub const BACK: &str = "http://127.0.0.1:49152/callback";
/// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const STATE: &str = "state-that-nobody-guesses-0123456789";

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
pub fn openid(rest: Value) -> Play {
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

    pub fn get(&self, path: &str, pairs: &[(&str, &str)]) -> Reply {
        self.world.send(&format!("GET {path}?{} HTTP/1.1\nHost: HOST", form(pairs)))
    }

    pub fn post(&self, path: &str, pairs: &[(&str, &str)], head: &str) -> Reply {
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
    pub fn authorize(&self, path: &str, asked: &str, did: &[(&str, &str)]) -> Reply {
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

    pub fn basic(&self) -> String {
        let pair = format!("{}:{}", plain(&self.issued("client_id")), plain(&self.issued("client_secret")));
        format!("\nAuthorization: Basic {}", base64(pair.as_bytes()))
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

    pub fn last_steps(&self) -> String {
        let log = self.world.lab.log(0, "").unwrap();
        let checked = log.last().unwrap().checked.clone().unwrap();
        let step =
            |step: &lab::Step| format!("{} {}: {}", if step.ok { "✓" } else { "✗" }, step.what, step.detail);
        checked.steps.iter().map(step).collect::<Vec<_>>().join(" · ")
    }
}

pub fn form(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs.iter().map(|(key, value)| format!("{}={}", plain(key), plain(value))).collect();
    pairs.join("&")
}

/// The parameters of a redirect, of its query or its fragment.
pub fn back(reply: &Reply) -> Vec<(String, String)> {
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

/// The Lab's clock stands still in a test.
pub fn jiff_now() -> i64 {
    "2026-11-22T10:00:00Z".parse::<jiff::Timestamp>().unwrap().as_second()
}

/// What a signed token says.
pub fn claims_of(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap().replace('-', "+").replace('_', "/");
    serde_json::from_slice(&unbase64(&payload)).unwrap()
}
