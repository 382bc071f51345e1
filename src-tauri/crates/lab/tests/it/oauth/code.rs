//! The code grant: what a token request must bring, and how long what came of it holds.

use super::{AUTHORIZE, App, ME, STATE, TOKEN, VERIFIER, back, of, service};
use crate::client::Reply;
use crate::spell::base64;
use lab::{Outcome, Play};
use serde_json::{Value, json};

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
    let raw = format!("\nAuthorization: Basic {}", base64(format!("{id}:{secret}").as_bytes()));
    let wrong = format!("\nAuthorization: Basic {}", base64(format!("{id}:nope").as_bytes()));
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
