//! Behaviours: each dial takes effect with the next request, for one connector or for all.

use crate::oauth::{App, of, service};
use lab::LabError;
use serde_json::{Value, json};

async fn app() -> App {
    App::of(service(json!({}))).await
}

impl App {
    fn set(&self, id: &str, value: Value) {
        self.world.lab.set_dial(Some("crm"), id, Some(value)).unwrap();
    }

    fn refresh(&self, tokens: &Value) -> crate::client::Reply {
        let token = tokens["refresh_token"].as_str().unwrap();
        self.trade(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn time_that_is_let_pass_ends_tokens_and_not_the_clock() {
    let app = app().await;
    app.set("token_lifetime", json!(300));
    let tokens = app.tokens("ada@lab.test");
    assert_eq!(tokens["expires_in"], 300);
    let date = app.call(&tokens["access_token"]).header("date").unwrap().to_owned();
    app.world.lab.advance(299).unwrap();
    assert_eq!(app.call(&tokens["access_token"]).status, 200);
    assert_eq!(app.world.lab.advance(1).unwrap(), 300);
    let over = app.call(&tokens["access_token"]);
    assert_eq!((over.status, over.header("date")), (401, Some(date.as_str())));
    assert!(
        over.body.contains("expired") && over.header("www-authenticate").unwrap().contains("invalid_token")
    );
    assert_eq!(app.call(&app.refresh(&tokens).json()["access_token"]).status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_token_is_refused_as_told() {
    let app = app().await;
    let token = app.tokens("ada@lab.test")["access_token"].clone();
    app.world.lab.advance(3600).unwrap();
    for (value, status) in [("403", 403), ("404", 404), ("401", 401), ("200", 200), ("as_connector", 401)] {
        app.set("expired", json!(value));
        let reply = app.call(&token);
        assert_eq!(reply.status, status, "{value}");
        assert!(reply.body.contains("expired"), "{value}: {}", reply.body);
    }
    app.set("expired", json!("404"));
    assert_eq!(app.call(&json!("never given")).status, 401, "only what has expired is refused so");
}

#[tokio::test(flavor = "multi_thread")]
async fn refresh_tokens_are_as_told() {
    let app = app().await;
    app.set("refresh_token", json!("same"));
    let tokens = app.tokens("ada@lab.test");
    for _ in 0..2 {
        let again = app.refresh(&tokens).json();
        assert!(again["access_token"].is_string() && again["refresh_token"].is_null(), "{again}");
    }
    app.set("refuse_refresh", json!(true));
    assert_eq!(app.refresh(&tokens).json()["error"], "invalid_grant");
    app.set("refuse_refresh", json!(false));
    assert_eq!(app.refresh(&tokens).json()["error"], "invalid_grant", "what was taken back stays so");
    app.set("refresh_token", json!("none"));
    assert!(app.tokens("ada@lab.test")["refresh_token"].is_null());
}

#[tokio::test(flavor = "multi_thread")]
async fn token_replies_are_written_as_told() {
    let app = app().await;
    let ask = |value: &str| {
        app.set("token_reply", json!(value));
        app.trade_code(&of(&app.sign_in("ada@lab.test", &[]), "code"), &[])
    };
    let content_type = |reply: &crate::client::Reply| reply.header("content-type").unwrap().to_owned();
    let form = ask("form");
    assert!(
        content_type(&form).contains("form") && form.body.starts_with("access_token=lab_at_"),
        "{form:?}"
    );
    let text = ask("text");
    assert!(content_type(&text).starts_with("text/plain") && text.json()["access_token"].is_string());
    assert!(ask("nested").json()["data"]["access_token"].is_string());
    let odd = ask("odd_types").json();
    assert_eq!(
        (&odd["expires_in"], &odd["scope"], &odd["token_type"]),
        (&json!("3600"), &json!(["read", "write"]), &json!("bearer"))
    );
    let error = ask("error_in_200");
    assert_eq!((error.status, &error.json()["error"]), (200, &json!("temporarily_unavailable")));
    let page = ask("html");
    assert!(page.status == 200 && content_type(&page).starts_with("text/html"), "{page:?}");
    assert_eq!(ask("as_connector").json()["token_type"], "Bearer");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connector_with_a_reply_of_its_own_is_answered_so() {
    let app = App::of(service(json!({ "delimiter": ",", "reply": {
        "access_token": "/authed_user/access_token", "scope": "/authed_user/scope",
        "error": { "pointer": "/ok", "equals": false, "message": "/error" } },
        "captures": [{ "from": "token", "pointer": "/team/id" }] })))
    .await;
    let code = of(&app.sign_in("ada@lab.test", &[("scope", "read,write")]), "code");
    let tokens = app.trade_code(&code, &[]).json();
    assert_eq!((&tokens["ok"], &tokens["authed_user"]["scope"]), (&json!(true), &json!("read,write")));
    assert_eq!(tokens["team"]["id"], "lab");
    assert_eq!(app.call(&tokens["authed_user"]["access_token"]).status, 200);
    let refused = app.trade_code("nope", &[]);
    assert_eq!(
        (refused.status, &refused.json()["ok"], &refused.json()["error"]),
        (200, &json!(false), &json!("invalid_grant"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_goes_as_told() {
    let app = app().await;
    app.set("fewer_permissions", json!(true));
    let code = of(&app.sign_in("ada@lab.test", &[]), "code");
    assert_eq!(app.trade_code(&code, &[]).json()["scope"], "read");
    app.set("state", json!("changed"));
    assert!(of(&app.sign_in("ada@lab.test", &[]), "state").starts_with("xstate-"));
    app.set("state", json!("left_out"));
    assert!(app.sign_in("ada@lab.test", &[]).iter().all(|(key, _)| key != "state"));
    app.set("deny", json!(true));
    assert_eq!(of(&app.sign_in("ada@lab.test", &[]), "error"), "access_denied");
    app.world.lab.reset_dials(Some("crm")).unwrap();
    app.set("consent", json!(false));
    app.set("person", json!("joan@lab.test"));
    let path = crate::oauth::AUTHORIZE;
    let redirect = app.world.send(&format!("GET {path}?{} HTTP/1.1\nHost: HOST", app.asked(&[])));
    assert_eq!(redirect.status, 303, "nobody is asked anything: {redirect:?}");
    app.set("redirect", json!("elsewhere"));
    let redirect = app.world.send(&format!("GET {path}?{} HTTP/1.1\nHost: HOST", app.asked(&[])));
    assert!(redirect.header("location").unwrap().starts_with("http://127.0.0.1:49152/callback/elsewhere?"));
    app.set("redirect", json!("not_registered"));
    assert_eq!(app.world.send(&format!("GET {path}?{} HTTP/1.1\nHost: HOST", app.asked(&[]))).status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_stricter_or_laxer_than_its_connector_says() {
    let app = app().await;
    app.set("client_authentication", json!("body_only"));
    let code = of(&app.sign_in("ada@lab.test", &[]), "code");
    let reply = app.trade_code(&code, &[]);
    assert!(reply.status == 401 && reply.body.contains("takes them in the body"), "{reply:?}");
    app.set("client_authentication", json!("as_connector"));
    app.set("pkce", json!("ignored"));
    let code = of(&app.sign_in("ada@lab.test", &[("code_challenge", "")]), "code");
    assert_eq!(app.trade_code(&code, &[("code_verifier", "")]).status, 200);
    let lax = App::of(service(json!({ "pkce": null }))).await;
    lax.set("pkce", json!("required"));
    assert_eq!(of(&lax.sign_in("ada@lab.test", &[("code_challenge", "")]), "error"), "invalid_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn trouble_comes_so_often_and_where_it_was_told_to() {
    let app = app().await;
    let token = app.tokens("ada@lab.test")["access_token"].clone();
    app.set("fail_next", json!(2));
    let statuses: Vec<_> = (0..3).map(|_| app.call(&token).status).collect();
    assert_eq!(statuses, [500, 500, 200]);
    app.set("limit_next", json!(1));
    app.set("retry_after", json!(7));
    let limited = app.call(&token);
    assert_eq!((limited.status, limited.header("retry-after")), (429, Some("7")));
    app.set("page_next", json!(1));
    let page = app.call(&token);
    assert!(page.status == 502 && page.body.contains("<h1>502 Bad Gateway</h1>"), "{page:?}");
    app.set("drop_next", json!(1));
    let mut stream = crate::client::open(app.world.port());
    crate::client::write(
        &mut stream,
        app.world.port(),
        &format!("GET {} HTTP/1.1\nHost: HOST", crate::oauth::ME),
    );
    assert!(crate::client::read(&mut stream).is_none(), "the connection ends without a word");
    let log = app.world.lab.log(0, "").unwrap();
    assert_eq!((log.last().unwrap().status, log.last().unwrap().outcome), (None, lab::Outcome::Troubled));
    app.set("trouble_at", json!("token"));
    app.set("fail_one_in", json!(1));
    assert_eq!(app.call(&token).status, 200);
    assert_eq!(app.trade(&[("grant_type", "refresh_token")]).status, 500);
    app.set("fail_one_in", json!(0));
    // What is set for all counts down as well.
    app.world.lab.set_dial(None, "fail_next", Some(json!(1))).unwrap();
    app.world.lab.set_dial(Some("crm"), "fail_next", None).unwrap();
    app.set("trouble_at", json!("all"));
    assert_eq!((app.call(&token).status, app.call(&token).status), (500, 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_of_the_service_differs_as_told() {
    let app = app().await;
    let date = |app: &App| app.call(&json!("x")).header("date").unwrap().to_owned();
    assert_eq!(date(&app), "Sun, 22 Nov 2026 10:00:00 GMT");
    app.set("clock_difference", json!(90));
    assert_eq!(date(&app), "Sun, 22 Nov 2026 10:01:30 GMT");
    app.set("clock_difference", json!(-3600));
    assert_eq!(date(&app), "Sun, 22 Nov 2026 09:00:00 GMT");
    let token = app.tokens("ada@lab.test")["access_token"].clone();
    assert_eq!(app.call(&token).status, 200, "a clock that differs ends nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_is_revoked_at_once() {
    let app = app().await;
    let tokens = app.tokens("ada@lab.test");
    assert_eq!(app.world.lab.revoke_everything(Some("erp")).unwrap(), 0);
    assert_eq!(app.world.lab.revoke_everything(None).unwrap(), 2, "the access and the refresh token");
    assert!(app.call(&tokens["access_token"]).body.contains("revoked"));
    assert_eq!(app.refresh(&tokens).json()["error"], "invalid_grant");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_dial_can_be_is_refused() {
    let app = app().await;
    let set = |id: &str, value: Value| app.world.lab.set_dial(None, id, Some(value));
    assert!(matches!(set("nothing", json!(1)), Err(LabError::Dial(_))));
    assert!(matches!(set("slow", json!(-1)), Err(LabError::Dial(_))));
    assert!(matches!(set("person", json!("nobody@lab.test")), Err(LabError::NoSuchPerson(_))));
    assert!(set("person", json!("")).is_ok());
    let own = |link_name| app.world.lab.dials(link_name).unwrap().into_iter().filter(|it| it.own).count();
    assert_eq!((own(None), own(Some("crm"))), (1, 0));
}
