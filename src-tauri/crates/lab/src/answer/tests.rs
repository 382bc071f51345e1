//! What each outcome says, held against what the connector reads.

use super::*;
use crate::check::Nothing;
use crate::play::{Asked, BodyCheck, Refusal};
use hyper::{HeaderMap, Method};
use secret::SecretBytes;

fn issuer() -> Issuer {
    Issuer::new(SecretBytes::new(vec![7; 32]), "crm")
}

fn bearer() -> Authentication {
    let token =
        Asked { key: "token".into(), secret: true, fixed: Some("lab_token".into()), ..Asked::default() };
    Authentication::Bearer { prefix: "Bearer".into(), token }
}

fn play(verify: Value, refusal: Value) -> Play {
    let verify = serde_json::from_value(verify).unwrap();
    let way = Way { name: None, authentication: bearer(), verify: Some(verify) };
    Play {
        link_name: "crm".into(),
        name: "Zylker CRM".into(),
        base_url: "https://{sub}.zylker.example/v1/".into(),
        settings: Default::default(),
        ways: vec![way],
        refusal: serde_json::from_value(refusal).unwrap(),
    }
}

fn ask(play: &Play, method: &str, path: &str, token: Option<&str>) -> Answer {
    let mut headers = HeaderMap::new();
    if let Some(token) = token {
        headers.insert("authorization", format!("Bearer {token}").parse().unwrap());
    }
    let method: Method = method.parse().unwrap();
    let arrived = Arrived::read(method, &path.parse().unwrap(), headers, b"").unwrap();
    answer(play, &arrived, &issuer(), &Nothing, &Behaviour::default())
}

fn document_of(body: Payload) -> Value {
    match body {
        Payload::Json(document) => document,
        other => panic!("no document: {other:?}"),
    }
}

fn verify(rest: Value) -> Value {
    let mut verify = json!({ "method": "GET", "target": "/me" });
    verify.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    verify
}

#[test]
fn the_verify_request_is_answered_so_that_the_connector_reads_what_it_wants() {
    for (rest, status, account) in [
        (json!({}), 200, None),
        (json!({ "account": "/email" }), 200, Some("/email")),
        (json!({ "account": "/data/0/user~1mail" }), 200, Some("/data/0/user~1mail")),
        (json!({ "account": "" }), 200, Some("")),
        (json!({ "expect_status": [202, 200], "account": "/x" }), 202, Some("/x")),
        (
            json!({ "expect_body": { "pointer": "/ok", "equals": true }, "account": "/user/email" }),
            200,
            Some("/user/email"),
        ),
        (
            json!({ "expect_body": { "pointer": "/data/total", "equals": 1 }, "account": "/data/0/email" }),
            200,
            Some("/data/0/email"),
        ),
        // Both cannot be: what the connector expects comes first.
        (json!({ "expect_body": { "pointer": "", "equals": [] }, "account": "/email" }), 200, None),
        (json!({ "expect_body": { "pointer": "/user", "equals": "x" }, "account": "/user" }), 200, None),
    ] {
        let play = play(verify(rest.clone()), json!({}));
        let answer = ask(&play, "GET", "/crm/acme.zylker.example/v1/me?fields=all", Some("lab_token"));
        let body = document_of(answer.body);
        assert_eq!((answer.outcome, answer.status.as_u16()), (Outcome::Verified, status), "{rest}");
        if let Some(pointer) = account {
            assert_eq!(body.pointer(pointer), Some(&json!(PERSON)), "{rest}: {body}");
        }
        if let Some(check) = &play.ways[0].verify.as_ref().unwrap().expect_body {
            assert_eq!(body.pointer(&check.pointer), Some(&check.equals), "{rest}: {body}");
        }
    }
}

#[test]
fn a_verify_request_elsewhere_is_answered_too() {
    let play = play(
        json!({ "method": "POST", "target": "https://login.zylker.example/{sub}/who" , "account": "/a" }),
        json!({}),
    );
    let answer = ask(&play, "POST", "/crm/login.zylker.example/acme/who", Some("lab_token"));
    assert_eq!((answer.outcome, &document_of(answer.body)["a"]), (Outcome::Verified, &json!(PERSON)));
}

#[test]
fn a_status_without_a_body_has_none() {
    let play = play(verify(json!({ "expect_status": [204], "account": "/email" })), json!({}));
    let answer = ask(&play, "GET", "/crm/acme.zylker.example/v1/me", Some("lab_token"));
    assert_eq!((answer.status.as_u16(), answer.body), (204, Payload::Empty));
}

#[test]
fn anything_else_is_answered_by_telling_what_arrived() {
    let play = play(verify(json!({})), json!({}));
    for (method, path) in [("GET", "/v1/deals/7"), ("POST", "/v1/me"), ("GET", "/v1/me/"), ("DELETE", "/")] {
        let answer =
            ask(&play, method, &format!("/crm/acme.zylker.example{path}?page=2&token=x"), Some("lab_token"));
        let body = document_of(answer.body);
        assert_eq!((answer.outcome, answer.status.as_u16()), (Outcome::Echoed, 200));
        assert_eq!((&body["method"], &body["path"]), (&json!(method), &json!(path)));
        assert_eq!(body["host"], "acme.zylker.example");
        assert_eq!(
            body["query"],
            json!([{ "name": "page", "value": "2" }, { "name": "token", "value": "•••" }])
        );
        assert_eq!(body["headers"], json!([{ "name": "authorization", "value": "Bearer •••" }]));
        assert_eq!(body["lab"]["checked"][1], json!({ "what": "Token", "ok": true, "detail": "right" }));
        assert!(!body.to_string().contains("lab_token"));
    }
}

#[test]
fn a_refusal_is_what_the_connector_takes_for_one() {
    let equals = |pointer: &str, value: Value| json!({ "pointer": pointer, "equals": value });
    for (refusal, status) in [
        (json!({}), 401),
        (json!({ "status": [403, 401] }), 403),
        (json!({ "status": [200], "body": equals("/ok", json!(false)) }), 200),
        (json!({ "status": [401], "body": equals("/errors/0/code", json!("expired")) }), 401),
        (json!({ "status": [401], "body": equals("/message", json!("Bad credentials")) }), 401),
        (json!({ "status": [401], "body": equals("", json!("no")) }), 401),
    ] {
        let play = play(verify(json!({ "account": "/email" })), refusal.clone());
        for (path, token) in [("/v1/me", "nope"), ("/v1/deals", "nope")] {
            let answer = ask(&play, "GET", &format!("/crm/acme.zylker.example{path}"), Some(token));
            let body = document_of(answer.body);
            assert_eq!((answer.outcome, answer.status.as_u16()), (Outcome::Refused, status), "{refusal}");
            if let Some(BodyCheck { pointer, equals }) = &play.refusal.body {
                assert_eq!(body.pointer(pointer), Some(equals), "{refusal}: {body}");
            }
            assert_eq!(body.pointer("/email"), None);
        }
    }
}

#[test]
fn a_refusal_says_why() {
    let play = play(verify(json!({})), json!({}));
    let answer = ask(&play, "GET", "/crm/acme.zylker.example/v1/me", None);
    let message = "The Lab did not accept the credential. Header `Authorization`: missing.";
    assert_eq!(document_of(answer.body)["message"], message);
    assert!(!answer.checked.unwrap().is_right());
}

#[test]
fn a_challenge_is_that_of_the_scheme() {
    let mut play = play(verify(json!({})), json!({}));
    let challenge = |play: &Play, token| {
        let headers = ask(play, "GET", "/crm/acme.zylker.example/", token).headers;
        headers.into_iter().find(|(name, _)| name == header::WWW_AUTHENTICATE).map(|(_, value)| value)
    };
    let realm = "realm=\"crm (Lab)\"";
    assert_eq!(challenge(&play, None), Some(format!("Bearer {realm}")));
    assert_eq!(challenge(&play, Some("nope")), Some(format!("Bearer {realm}, error=\"invalid_token\"")));
    assert_eq!(challenge(&play, Some("lab_token")), None);
    play.refusal = Refusal { status: vec![403], body: None };
    assert_eq!(challenge(&play, None), None);
    play.refusal = Refusal::default();
    play.ways[0].authentication =
        Authentication::Basic { username: Asked::default(), password: Asked::default() };
    assert_eq!(challenge(&play, None), Some(format!("Basic {realm}, charset=\"UTF-8\"")));
    play.ways[0].authentication = Authentication::Bearer { prefix: "a \"b".into(), token: Asked::default() };
    assert_eq!(challenge(&play, None), None);
}

#[test]
fn a_host_that_the_connector_does_not_name_is_not_played() {
    let play = play(verify(json!({})), json!({}));
    for host in
        ["zylker.example", "evil.example", "acme.zylker.example.evil.example", "acme.zylker.example:8443"]
    {
        let answer = ask(&play, "GET", &format!("/crm/{host}/v1/me"), Some("lab_token"));
        assert_eq!((answer.outcome, answer.status.as_u16()), (Outcome::NoSuchAddress, 404), "{host}");
    }
}
