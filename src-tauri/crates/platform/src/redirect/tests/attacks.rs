//! What a page, a program or a guess could try. Each attack has its name in the threat model.

use super::world::{Attempt, Reply, listener};
use domain::connector::ResponseMode;
use serde_json::Value;
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};

const GOOD: &str = "/callback?code=c&state=STATE";

/// `tests/vectors/loopback_raw.json`: published cases after RFC 8252 §7.3 and §8.3.
#[tokio::test(flavor = "multi_thread")]
async fn every_raw_loopback_vector_is_refused_and_the_attempt_still_waits() {
    let rows: Vec<Value> =
        serde_json::from_str(include_str!("../../../tests/vectors/loopback_raw.json")).unwrap();
    let (listener, _clock) = listener();
    for row in &rows {
        let attempt = Attempt::on_free_port(&listener, ResponseMode::Query).await;
        let (name, raw) = (row["name"].as_str().unwrap(), row["input"]["raw"].as_str().unwrap());
        let status = match raw.strip_suffix(", then the good one") {
            Some(line) => attempt.send(&format!("{line} HTTP/1.1\nHost: HOST")).await.status,
            None => attempt.send(&raw.replace("\r\n", "\n").replace("\n\n", "")).await.status,
        };
        let expected = match name {
            "loopback-wrong-path" | "loopback-root" => 404,
            "loopback-post" => 405,
            "loopback-early-wrong-state-no-abort" => 400,
            other => panic!("{other} is a new row"),
        };
        assert_eq!(status, expected, "{name}");
        assert_eq!(attempt.get(GOOD).await.status, 200, "{name}: the attempt still waits");
    }
    assert_eq!(rows.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_but_the_exact_one_is_shown_to_the_attempt() {
    let (listener, _clock) = listener();
    let mut attempt = Attempt::on_free_port(&listener, ResponseMode::Query).await;
    for (request, status) in [
        ("GET /favicon.ico", 404),
        ("GET /", 404),
        ("GET /callback/?code=c&state=STATE", 404),
        ("GET /callback2?code=c&state=STATE", 404),
        ("GET //callback?code=c&state=STATE", 404),
        ("GET /x/../callback?code=c&state=STATE", 404),
        ("GET /%63allback?code=c&state=STATE", 404),
        ("GET /Callback?code=c&state=STATE", 404),
        ("GET /callback/fragment?code=c&state=STATE", 404),
        ("GET /callback", 400),
        ("GET /callback?", 400),
        ("HEAD /callback?code=c&state=STATE", 405),
        ("OPTIONS /callback?code=c&state=STATE", 405),
        ("PUT /callback?code=c&state=STATE", 405),
        ("DELETE /callback?code=c&state=STATE", 405),
        ("TRACE /callback?code=c&state=STATE", 405),
        ("OPTIONS *", 404),
    ] {
        let reply = attempt.send(&format!("{request} HTTP/1.1\nHost: HOST\nContent-Length: 0")).await;
        assert_eq!(reply.status, status, "{request}");
    }
    assert!(attempt.seen().is_empty());
    assert_eq!(attempt.get(GOOD).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rebound_name_reaches_no_attempt() {
    let (listener, _clock) = listener();
    let mut attempt = Attempt::on_free_port(&listener, ResponseMode::Query).await;
    let port = attempt.port();
    let hosts = [
        format!("evil.example:{port}"),
        format!("localhost:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        format!("[::1]:{port}"),
        format!("127.0.0.1:{port}."),
        format!("me@127.0.0.1:{port}"),
        "127.0.0.1".into(),
        String::new(),
    ];
    for host in hosts {
        assert_eq!(attempt.send(&format!("GET {GOOD} HTTP/1.1\nHost: {host}")).await.status, 421, "{host}");
    }
    for request in [
        format!("GET {GOOD} HTTP/1.1\nHost: HOST\nHost: HOST"),
        format!("GET {GOOD} HTTP/1.1\nHost: HOST\nHost: evil.example"),
        format!("GET http://evil.example{GOOD} HTTP/1.1\nHost: HOST"),
        format!("GET {GOOD} HTTP/1.0"),
    ] {
        assert_eq!(attempt.send(&request).await.status, 421, "{request}");
    }
    assert!(attempt.seen().is_empty());
    assert_eq!(attempt.get(GOOD).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_reaches_no_attempt() {
    let (listener, _clock) = listener();
    let mut query = Attempt::on_free_port(&listener, ResponseMode::Query).await;
    for header in [
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: http://localhost",
        "Origin: https://HOST",
        "Sec-Fetch-Dest: image",
        "Sec-Fetch-Dest: iframe",
        "Sec-Fetch-Dest: script",
        "Sec-Fetch-Dest: empty",
    ] {
        let reply = query.send(&format!("GET {GOOD} HTTP/1.1\nHost: HOST\n{header}")).await;
        assert_eq!(reply.status, 403, "{header}");
    }
    let mut fragment = Attempt::on_free_port(&listener, ResponseMode::Fragment).await;
    let body = "access_token=t&state=STATE";
    for headers in [
        "",
        "\nOrigin: https://evil.example",
        "\nOrigin: null",
        "\nOrigin: http://127.0.0.1",
        "\nOrigin: http://HOST\nOrigin: null",
    ] {
        let reply = fragment.post("/callback/fragment", headers, body).await;
        assert_eq!(reply.status, 403, "{headers}");
    }
    let mut form = Attempt::on_free_port(&listener, ResponseMode::FormPost).await;
    let headers = "\nContent-Type: application/x-www-form-urlencoded\nSec-Fetch-Dest: iframe";
    assert_eq!(form.post("/callback", headers, "code=c&state=STATE").await.status, 403);
    for attempt in [&mut query, &mut fragment, &mut form] {
        assert!(attempt.seen().is_empty());
    }
    let typed =
        format!("GET {GOOD} HTTP/1.1\nHost: HOST\nSec-Fetch-Dest: document\nSec-Fetch-Site: cross-site");
    assert_eq!(query.send(&typed).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_with_another_state_ends_no_attempt() {
    let (listener, _clock) = listener();
    let attempt = Attempt::on_free_port(&listener, ResponseMode::Query).await;
    for query in
        ["code=c", "code=c&state=", "code=c&state=STAT", "code=c&state=STATE2", "error=access_denied&state=x"]
    {
        let reply = attempt.get(&format!("/callback?{query}")).await;
        assert_eq!(reply.status, 400, "{query}");
        assert!(reply.body.contains("This sign-in is not one we started"), "{}", reply.body);
    }
    assert_eq!(attempt.get(GOOD).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_answer_can_be_framed_read_kept_or_passed_on() {
    let (listener, _clock) = listener();
    let attempt = Attempt::on_free_port(&listener, ResponseMode::Fragment).await;
    let mut replies: Vec<Reply> = Vec::new();
    for target in ["/", "/callback", "/callback?code=c&state=no", "/callback?code=hunter2&state=STATE"] {
        replies.push(attempt.get(target).await);
    }
    let preflight = "OPTIONS /callback/fragment HTTP/1.1\nHost: HOST\nOrigin: https://evil.example\n\
                     Access-Control-Request-Method: POST";
    let (_, again) =
        (attempt.redirect_uri.clone(), Attempt::on_free_port(&listener, ResponseMode::Fragment).await);
    replies.push(again.send(preflight).await);
    assert_eq!(replies.iter().map(|reply| reply.status).collect::<Vec<_>>(), [404, 200, 400, 200, 405]);
    for reply in replies {
        let policy = reply.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'nonce-"), "{policy}");
        assert!(policy.ends_with("base-uri 'none'; form-action 'none'; frame-ancestors 'none'"), "{policy}");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(reply.header("referrer-policy"), "no-referrer");
        assert_eq!(reply.header("x-content-type-options"), "nosniff");
        assert!(!reply.headers.iter().any(|(name, _)| name.starts_with("access-control")), "{reply:?}");
        assert!(!reply.body.contains("hunter2"), "{}", reply.body);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_redirect_address_is_bound_to_nothing_else_and_shared_with_nobody() {
    let (listener, _clock) = listener();
    let attempt = Attempt::on_free_port(&listener, ResponseMode::Query).await;
    let port = attempt.port();
    // Were it bound to all addresses, this port would be taken on another loopback address and on IPv6.
    assert!(TcpListener::bind(("127.0.0.2", port)).is_ok());
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_ok() {
        assert!(TcpListener::bind((Ipv6Addr::LOCALHOST, port)).is_ok());
    }
    // The standard library asks for SO_REUSEADDR on Unix.
    assert!(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err());
    assert!(TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_err());
}
