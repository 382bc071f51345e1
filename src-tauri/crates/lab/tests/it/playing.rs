//! Each type over the wire: the issued credential is right, another is not; and what the log tells of it.

use crate::world::{World, bearer, play, secret};
use lab::{
    Lab, Outcome, Play, Verdict,
    play::{Asked, Authentication, Field, FieldKind, Location, Parameter},
};

const ME: &str = "/crm/api.zylker.example/v1/me";

/// What was issued for a key.
fn issued(lab: &Lab, play: &Play, key: &str) -> String {
    let issued = lab.issue(play, None).unwrap().into_iter().find(|issued| issued.key == key).unwrap();
    // EXPOSE: a value that a test had issued
    issued.value.expose().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_without_authentication_is_played() {
    let world = World::playing(&[play("crm", Authentication::None)]).await;
    let reply = world.send(&format!("GET {ME} HTTP/1.1\nHost: HOST"));
    assert_eq!((reply.status, &reply.json()["email"]), (200, &lab::PERSON.into()));
    assert_eq!(reply.header("content-type"), Some("application/json"));
    assert_eq!(reply.header("date"), Some("Sun, 22 Nov 2026 10:00:00 GMT"));
}

#[tokio::test(flavor = "multi_thread")]
async fn basic_is_played() {
    let username = Asked { key: "username".into(), fixed: Some("Aladdin".into()), ..Asked::default() };
    let password = Asked { fixed: Some("open sesame".into()), ..secret("password") };
    let world = World::playing(&[play("crm", Authentication::Basic { username, password })]).await;
    let ask = |header: &str| world.send(&format!("GET {ME} HTTP/1.1\nHost: HOST{header}"));
    assert_eq!(ask("\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==").status, 200);
    for header in [
        "",
        "\nAuthorization: Basic QWxhZGRpbjpub3BlMQ==",
        "\nAuthorization: Basic %",
        "\nAuthorization: Basic",
    ] {
        let reply = ask(header);
        assert_eq!(reply.status, 401, "{header}");
        assert_eq!(reply.header("www-authenticate"), Some("Basic realm=\"crm (Lab)\", charset=\"UTF-8\""));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_token_is_played() {
    let play = play("crm", bearer());
    let world = World::playing(std::slice::from_ref(&play)).await;
    let token = issued(&world.lab, &play, "token");
    let ask = |header: &str| world.send(&format!("GET {ME} HTTP/1.1\nHost: HOST{header}"));
    assert_eq!(ask(&format!("\nAuthorization: Bearer {token}")).status, 200);
    let reply = ask("\nAuthorization: Bearer nope");
    assert_eq!(reply.status, 401);
    assert_eq!(reply.header("www-authenticate"), Some("Bearer realm=\"crm (Lab)\", error=\"invalid_token\""));
    assert_eq!(ask("").header("www-authenticate"), Some("Bearer realm=\"crm (Lab)\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn api_keys_are_played_in_every_place() {
    let parameter =
        |key: &str, location, prefix: &str| Parameter { asked: secret(key), location, prefix: prefix.into() };
    let mut play = play(
        "crm",
        Authentication::ApiKey {
            parameters: vec![
                parameter("X-App", Location::Header, "App "),
                parameter("key", Location::Query, ""),
                parameter("pin", Location::Form, ""),
                parameter("token", Location::Path, ""),
            ],
        },
    );
    play.base_url = "https://api.zylker.example/bot{token}".into();
    let world = World::playing(std::slice::from_ref(&play)).await;
    let value = |key| issued(&world.lab, &play, key);
    let (app, key, pin, token) = (value("X-App"), value("key"), value("pin"), value("token"));
    let ask = |app: &str, key: &str, pin: &str, token: &str| {
        world.send(&format!(
            "POST /crm/api.zylker.example/bot{token}/deals?key={key} HTTP/1.1\nHost: HOST\nX-App: App {app}\nContent-Type: application/x-www-form-urlencoded\n\npin={pin}"
        ))
    };
    let reply = ask(&app, &key, &pin, &token);
    assert_eq!((reply.status, &reply.json()["path"]), (200, &"/bot•••/deals".into()));
    for secret in [&app, &key, &pin, &token] {
        assert!(!reply.body.contains(secret.as_str()), "{}", reply.body);
    }
    for (wrong, reply) in [
        ("header", ask("x", &key, &pin, &token)),
        ("query", ask(&app, "x", &pin, &token)),
        ("form", ask(&app, &key, "x", &token)),
        ("path", ask(&app, &key, &pin, "x")),
    ] {
        assert_eq!(reply.status, 401, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_fields_are_played() {
    let field = |key: &str, kind| Field { asked: secret(key), kind, options: Vec::new() };
    let fields = vec![field("password", FieldKind::Text), field("account", FieldKind::Number)];
    let play = play("crm", Authentication::AuthFields { fields });
    let world = World::playing(std::slice::from_ref(&play)).await;
    let (password, account) = (issued(&world.lab, &play, "password"), issued(&world.lab, &play, "account"));
    let ask = |content_type: &str, body: &str| {
        world.send(&format!("POST {ME} HTTP/1.1\nHost: HOST\nContent-Type: {content_type}\n\n{body}")).status
    };
    let form = "application/x-www-form-urlencoded";
    assert_eq!(
        ask("application/json", &format!("{{\"password\":\"{password}\",\"account\":{account},\"deal\":1}}")),
        200
    );
    assert_eq!(ask(form, &format!("deal=1&password={password}&account={account}")), 200);
    assert_eq!(
        ask("application/json", &format!("{{\"password\":\"{password}\",\"account\":\"{account}\"}}")),
        401
    );
    assert_eq!(ask(form, &format!("password={password}")), 401);
    assert_eq!(ask(form, &format!("password=nope&account={account}")), 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_tells_what_was_checked() {
    let play = play("crm", bearer());
    let world = World::playing(std::slice::from_ref(&play)).await;
    let token = issued(&world.lab, &play, "token");
    let mut watch = world.running.watch();
    let ask = |path: &str, token: &str| {
        world.send(&format!("GET {path} HTTP/1.1\nHost: HOST\nAuthorization: Bearer {token}"));
    };
    ask(ME, &token);
    ask("/crm/api.zylker.example/v1/deals?page=2", &token);
    ask(ME, "nope");
    ask("/other/api.zylker.example/v1/me", &token);
    watch.wait_for(|seq| *seq == 4).await.unwrap();
    let log = world.lab.log(0, "").unwrap();
    let told: Vec<_> = log
        .iter()
        .map(|it| (it.seq, it.link_name.as_str(), it.request.path.as_str(), it.status, it.outcome))
        .collect();
    assert_eq!(
        told,
        [
            (1, "crm", "/v1/me", Some(200), Outcome::Verified),
            (2, "crm", "/v1/deals", Some(200), Outcome::Echoed),
            (3, "crm", "/v1/me", Some(401), Outcome::Refused),
            (4, "other", "/v1/me", Some(404), Outcome::NotPlayed),
        ]
    );
    let steps = |index: usize| {
        let checked = log[index].checked.as_ref().unwrap();
        let steps =
            checked.steps.iter().map(|step| format!("{} {}", if step.ok { "✓" } else { "✗" }, step.what));
        (checked.verdict, steps.collect::<Vec<_>>().join(" · "))
    };
    assert_eq!(steps(0), (Verdict::Right, "✓ Scheme `Bearer` · ✓ Token".into()));
    assert_eq!(steps(2), (Verdict::Wrong, "✓ Scheme `Bearer` · ✗ Token".into()));
    assert_eq!(log[3].checked, None);
    assert!(!serde_json::to_string(&log).unwrap().contains(&token));
    assert_eq!(world.lab.log(3, "").unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_request_is_answered_without_a_body() {
    let mut play = play("crm", bearer());
    play.ways[0].verify.as_mut().unwrap().method = "HEAD".into();
    let world = World::playing(std::slice::from_ref(&play)).await;
    let token = issued(&world.lab, &play, "token");
    let mut stream = crate::client::open(world.port());
    let head = format!("HEAD {ME} HTTP/1.1\nHost: HOST\nConnection: close\nAuthorization: Bearer {token}");
    crate::client::write(&mut stream, world.port(), &head);
    let reply = crate::client::read(&mut stream).unwrap();
    assert_eq!((reply.status, reply.body.as_str()), (200, ""));
}
