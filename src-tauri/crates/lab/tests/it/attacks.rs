//! What a page, a program or a guess could try. Each attack has its name in the threat model.

use crate::{
    client,
    world::{World, bearer, play},
};
use lab::{Lab, Outcome, play::Authentication};

const ME: &str = "/crm/api.zylker.example/v1/me";

async fn world() -> World {
    World::playing(&[play("crm", Authentication::None), play("erp", bearer())]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_was_rebound_to_this_machine_is_not_answered() {
    let world = world().await;
    let port = world.port();
    for host in [
        format!("evil.example:{port}"),
        format!("localhost:{port}"),
        format!("127.0.0.1.evil.example:{port}"),
        "127.0.0.1".into(),
        String::new(),
    ] {
        let reply = world.send(&format!("GET {ME} HTTP/1.1\nHost: {host}"));
        assert_eq!(reply.status, 421, "{host}");
        assert!(!reply.body.contains("Zylker"), "{host}: {}", reply.body);
    }
    assert_eq!(world.send(&format!("GET {ME} HTTP/1.1\nHost: HOST\nHost: HOST")).status, 421);
    assert_eq!(world.send(&format!("GET http://evil.example{ME} HTTP/1.1\nHost: HOST")).status, 421);
    assert_eq!(world.send(&format!("GET {ME} HTTP/1.0")).status, 421);
    assert!(world.lab.log(0, "").unwrap().is_empty());
    assert_eq!(world.send(&format!("GET {ME} HTTP/1.1\nHost: HOST")).status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_sends_nothing_that_changes_something() {
    let world = world().await;
    for origin in ["https://evil.example", "null", "http://localhost"] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let reply = world.send(&format!("{method} {ME} HTTP/1.1\nHost: HOST\nOrigin: {origin}"));
            assert_eq!(reply.status, 403, "{method} {origin}");
        }
    }
    assert!(world.lab.log(0, "").unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_of_another_site_reads_a_reply() {
    let world = world().await;
    for head in [
        "GET PATH HTTP/1.1\nHost: HOST\nOrigin: https://evil.example",
        "OPTIONS PATH HTTP/1.1\nHost: HOST\nOrigin: https://evil.example\nAccess-Control-Request-Method: PUT",
        "POST PATH HTTP/1.1\nHost: HOST\nOrigin: http://HOST",
        "GET /erp/api.zylker.example/v1/me HTTP/1.1\nHost: HOST\nOrigin: https://evil.example",
    ] {
        let reply = world.send(&head.replace("PATH", ME));
        let cors: Vec<_> =
            reply.headers.iter().filter(|(name, _)| name.starts_with("access-control")).collect();
        assert!(cors.is_empty(), "{head}: {cors:?}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_does_not_climb_to_another_service() {
    let world = world().await;
    for path in [
        "/erp/api.zylker.example/../../crm/api.zylker.example/v1/me",
        "/erp/api.zylker.example/%2e%2e/%2E./crm/api.zylker.example/v1/me",
        "/erp/../crm/api.zylker.example/v1/me",
        "/crm/./api.zylker.example/v1/me",
        "/crm/api.zylker.example/..%5c..%5cerp/v1/me",
    ] {
        assert_eq!(world.send(&format!("GET {path} HTTP/1.1\nHost: HOST")).status, 400, "{path}");
    }
    // An encoded slash stays inside its segment.
    for path in ["/erp%2F..%2Fcrm/api.zylker.example/v1/me", "/erp/..%2F..%2Fcrm%2Fapi.zylker.example/v1/me"]
    {
        assert_eq!(world.send(&format!("GET {path} HTTP/1.1\nHost: HOST")).status, 404, "{path}");
    }
    assert!(world.lab.log(0, "").unwrap().iter().all(|exchange| exchange.outcome != Outcome::Verified));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_controlled_over_http() {
    let world = world().await;
    for method in ["GET", "POST", "PUT", "DELETE"] {
        for path in ["/", "/plays", "/log", "/_lab", "/crm", "/crm/", "/lab/stop", "/erp/127.0.0.1/v1/me"] {
            let reply = world.send(&format!("{method} {path} HTTP/1.1\nHost: HOST"));
            assert_eq!(reply.status, 404, "{method} {path}");
            assert!(!reply.body.contains("lab_"), "{method} {path}: {}", reply.body);
        }
    }
    for method in ["TRACE", "CONNECT"] {
        let status = world.send(&format!("{method} HOST HTTP/1.1\nHost: HOST")).status;
        assert!(matches!(status, 400 | 404 | 405), "{method}: {status}");
    }
    assert_eq!(world.send("GET /erp/api.zylker.example/v1/me HTTP/1.1\nHost: HOST").status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_loopback_is_listened_to() {
    let world = world().await;
    let port = world.port();
    // Were it bound to all addresses, this port would be taken on another loopback address and on IPv6.
    assert!(std::net::TcpListener::bind(("127.0.0.2", port)).is_ok());
    if std::net::TcpListener::bind(("::1", 0)).is_ok() {
        assert!(std::net::TcpListener::bind(("::1", port)).is_ok());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_secret_that_was_typed_by_mistake_is_kept_nowhere() {
    let world = world().await;
    let secret = "hunter2-hunter2";
    let mut told = String::new();
    for request in [
        format!("GET /erp/api.zylker.example/v1/me HTTP/1.1\nHost: HOST\nAuthorization: Bearer {secret}"),
        format!("GET /erp/api.zylker.example/v1/me HTTP/1.1\nHost: HOST\nAuthorization: {secret}"),
        format!("GET /erp/api.zylker.example/v1/me HTTP/1.1\nHost: HOST\nX-Api-Key: {secret}"),
        format!("GET /erp/api.zylker.example/v1/me?access_token={secret} HTTP/1.1\nHost: HOST"),
        format!("GET {ME} HTTP/1.1\nHost: HOST\nCookie: session={secret}"),
        format!(
            "POST {ME} HTTP/1.1\nHost: HOST\nContent-Type: application/json\n\n{{\"password\":\"{secret}\"}}"
        ),
    ] {
        told.push_str(&world.send(&request).body);
    }
    told.push_str(&serde_json::to_string(&world.lab.log(0, "").unwrap()).unwrap());
    assert!(!told.contains(secret), "{told}");
    for entry in std::fs::read_dir(world.directory.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{path:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_of_one_service_opens_no_other() {
    let world = World::playing(&[play("erp", bearer()), play("shop", bearer())]).await;
    let token = |lab: &Lab, link_name: &str| {
        // EXPOSE: a value that a test had issued
        lab.issue(&play(link_name, bearer()), None).unwrap()[0].value.expose().clone()
    };
    let ask = |link_name: &str, token: &str| {
        let head = format!(
            "GET /{link_name}/api.zylker.example/v1/me HTTP/1.1\nHost: HOST\nAuthorization: Bearer {token}"
        );
        client::send(world.port(), &head).status
    };
    let (erp, shop) = (token(&world.lab, "erp"), token(&world.lab, "shop"));
    assert_eq!((ask("erp", &erp), ask("shop", &shop)), (200, 200));
    assert_eq!((ask("erp", &shop), ask("shop", &erp)), (401, 401));
}
