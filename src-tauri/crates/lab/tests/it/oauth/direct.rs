//! Tokens without a browser of one's own: an app for itself, a password, a device.

use super::{App, DEVICE, TOKEN, service};
use serde_json::{Value, json};

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
