//! OpenID Connect: discovery, keys, id_tokens.

use super::{AUTHORIZE, App, BACK, VERIFIER, back, claims_of, of, openid};
use crate::spell::base64url;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

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
    assert_eq!(claims["at_hash"], base64url(&Sha256::digest(access)[..16]));
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
