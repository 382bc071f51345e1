//! Both sides of the wire: the engine builds and judges as for any service, the Lab checks and answers with code of its
//! own, and neither knows the other.

use super::*;
use domain::{agent_group::Route, connection::Verification, ports::HttpSend, template::UrlTemplate};
use engine::{
    credential::Credential,
    request::{Call, Parts, build},
    verify::judge,
};
use platform::Http;
use protocol::message::Stamp;
use secret::{SecretString, redact::Known};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::{ManualClock, SeededEntropy};

fn connector(rest: Value) -> Connector {
    let mut document = json!({
        "patchbay": 1,
        "link_name": "zylker_crm",
        "name": "Zylker CRM",
        "base_url": "https://{subdomain}.zylker.example/api/v2",
        "allowed_hosts": ["*.zylker.example"],
        "settings": [{ "key": "subdomain", "example": "acme" }],
        "verify": { "path": "/me", "account": "/data/0/email" },
    });
    document.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    serde_json::from_value(document).unwrap()
}

fn environment(directory: &tempfile::TempDir) -> LabEnvironment {
    let clock = ManualClock::at("2026-11-22T10:00:00Z".parse().unwrap());
    LabEnvironment::new(Arc::new(clock), Arc::new(SeededEntropy::new(7)), directory.path().into())
}

/// Verifies a connection in the Lab environment with what was issued, changed by `change`.
async fn verify(
    lab: &LabEnvironment,
    connector: &Connector,
    way: Option<&str>,
    change: impl FnOnce(&mut BTreeMap<String, SecretString>),
) -> Verification {
    let overlay = lab.play(connector).await.unwrap();
    let issued = lab.issue(connector, way).await.unwrap();
    let plain = issued.values.into_iter().map(|(key, value)| (key, SecretString::new(value)));
    let mut values: BTreeMap<_, _> = plain.chain(issued.secrets).collect();
    change(&mut values);
    let connector = connector.with_environment(&overlay).unwrap();
    let asked = connector.verify(way).unwrap();
    let parts = Parts {
        connector: &connector,
        authentication: connector.authentication(way).unwrap(),
        settings: &issued.settings,
        credential: &Credential::Values(values),
        stamp: Stamp { at: domain::Timestamp::UNIX_EPOCH, entropy: [7; 32] },
    };
    let built = build(&parts, &Call::verify(asked)).unwrap();
    let allowed = connector.allowed_origins(way, &issued.settings).unwrap();
    assert!(allowed.allow(&built.request.url), "{}", built.request.url);
    let reply = Http::new().send(&Route::Direct, built.request, 1 << 20).await;
    judge(asked, &connector.auth_failure, &reply, &Known::new())
}

fn works() -> Verification {
    Verification::Works { account: Some(lab::PERSON.into()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_engine_sends_for_each_type_is_right_at_the_lab_and_another_value_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let lab = environment(&directory);
    let api_key =
        |parameter: Value| json!({ "authentication": { "type": "api_key", "parameters": [parameter] } });
    let posted = |authentication: Value| json!({ "authentication": authentication, "verify": { "method": "POST", "path": "/me", "account": "/data/0/email" } });
    for (rest, key) in [
        (json!({ "authentication": { "type": "basic" } }), "password"),
        (json!({ "authentication": { "type": "basic" } }), "username"),
        (
            json!({ "authentication": { "type": "basic",
                "username": { "name": "Key", "key": "key", "secret": true, "looks_like": "sk_" },
                "password": { "name": "None", "key": "none", "fixed": "" } } }),
            "key",
        ),
        (json!({ "authentication": { "type": "bearer" } }), "token"),
        (json!({ "authentication": { "type": "bearer", "prefix": "Token" } }), "token"),
        (json!({ "authentication": { "type": "bearer", "prefix": "" } }), "token"),
        (api_key(json!({ "name": "Key", "key": "X-Api-Key", "prefix": "Key " })), "X-Api-Key"),
        (
            api_key(
                json!({ "name": "Key", "key": "api key", "location": "query", "looks_like": "a+b&c=d/%41 " }),
            ),
            "api key",
        ),
        (
            posted(
                json!({ "type": "api_key", "parameters": [{ "name": "Key", "key": "key", "location": "form", "looks_like": "ü&" }] }),
            ),
            "key",
        ),
        (
            json!({ "authentication": { "type": "api_key", "parameters": [
                        { "name": "Token", "key": "token", "location": "path", "looks_like": "123:" }] },
                    "base_url": "https://{subdomain}.zylker.example/bot{token}" }),
            "token",
        ),
        (
            posted(json!({ "type": "auth_fields", "fields": [
                { "name": "Password", "key": "password", "type": "password" },
                { "name": "Account", "key": "account", "type": "number" },
                { "name": "Live", "key": "live", "type": "boolean" },
                { "name": "Region", "key": "region", "type": "list", "options": ["eu", "us"] }] })),
            "password",
        ),
    ] {
        let connector = connector(rest.clone());
        assert_eq!(verify(&lab, &connector, None, |_| {}).await, works(), "{rest}");
        let wrong = |values: &mut BTreeMap<String, SecretString>| {
            values.insert(key.into(), SecretString::new("another".into())).expect("a value that was issued");
        };
        let refused = verify(&lab, &connector, None, wrong).await;
        let Verification::Refused { status: 401, said: Some(said) } = refused else {
            panic!("{rest}: {refused:?}")
        };
        assert!(said.starts_with("The Lab did not accept the credential. "), "{said}");
    }
    lab.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_refuses_in_its_own_way_does_so_at_the_lab() {
    let directory = tempfile::tempdir().unwrap();
    let lab = environment(&directory);
    let connector = connector(json!({
        "authentication": { "type": "bearer" },
        "verify": { "method": "POST", "url": "https://login.zylker.example/{subdomain}/auth.test",
            "expect_body": { "pointer": "/ok", "equals": true }, "account": "/user" },
        "auth_failure": { "status": [200], "body": { "pointer": "/error", "equals": "invalid_auth" } },
    }));
    assert_eq!(verify(&lab, &connector, None, |_| {}).await, works());
    let refused = verify(&lab, &connector, None, |values| {
        values.insert("token".into(), SecretString::new("nope".into()));
    });
    assert!(matches!(refused.await, Verification::Refused { status: 200, .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_several_ways_is_played() {
    let directory = tempfile::tempdir().unwrap();
    let lab = environment(&directory);
    let connector = connector(json!({ "authentications": [
        { "name": "token", "label": "Token", "type": "bearer" },
        { "name": "password", "label": "Password", "type": "basic",
          "verify": { "url": "https://login.zylker.example/who", "account": "/email" } },
    ] }));
    for way in ["token", "password"] {
        assert_eq!(verify(&lab, &connector, Some(way), |_| {}).await, works(), "{way}");
    }
    let mixed = verify(&lab, &connector, Some("password"), |values| values.clear());
    assert!(matches!(mixed.await, Verification::Refused { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_use_one_lab() {
    let directory = tempfile::tempdir().unwrap();
    let (one, other) = (environment(&directory), environment(&directory));
    let connector = connector(json!({ "authentication": { "type": "bearer" } }));
    assert_eq!(one.base().await.unwrap(), other.base().await.unwrap());
    assert_eq!(verify(&other, &connector, None, |_| {}).await, works());
    one.stop().await;
    // The other runs it from now on.
    assert_eq!(verify(&other, &connector, None, |_| {}).await, works());
}

#[test]
fn no_address_of_the_service_is_left_in_the_lab_environment() {
    let oauth = json!({ "type": "oauth2", "authorize_url": "https://a.zylker.example/authorize",
        "token_url": "https://a.zylker.example/{subdomain}/token", "revoke_url": "https://a.zylker.example/revoke" });
    let verify = json!({ "url": "https://login.zylker.example/who" });
    let named = |name: &str, mut shape: Value| {
        let own = json!({ "name": name, "label": name, "verify": verify });
        shape.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        shape
    };
    for rest in [
        json!({ "authentication": oauth, "verify": verify }),
        json!({ "authentications": [named("one", oauth.clone()), named("two", json!({ "type": "basic" }))], "verify": verify }),
    ] {
        let connector = connector(rest);
        let overlay = derive::overlay_of(&connector, &Base::at_port(4390)).unwrap();
        let connector = connector.with_environment(&overlay).unwrap();
        let document = serde_json::to_string(&connector).unwrap();
        let here = document.matches("http://127.0.0.1:4390/zylker_crm/").count();
        assert_eq!(document.matches("zylker.example").count(), here, "{document}");
        assert_eq!(
            connector.base_url.as_str(),
            "http://127.0.0.1:4390/zylker_crm/{subdomain}.zylker.example/api/v2"
        );
        assert!(connector.allowed_hosts.is_empty());
        for address in connector.authentications.iter().flat_map(|(_, shape)| shape.urls()) {
            assert!(UrlTemplate::is_loopback(address), "{}", address.as_str());
        }
    }
}

#[test]
fn what_the_lab_cannot_check_is_not_played() {
    use derive::{NotPlayed, play_of};
    let script =
        json!({ "type": "api_key", "parameters": [{ "name": "Key", "key": "key", "location": "script" }] });
    assert_eq!(play_of(&connector(json!({ "authentication": script.clone() }))), Err(NotPlayed::Script));
    let mut named = json!({ "name": "script", "label": "Script" });
    named.as_object_mut().unwrap().extend(script.as_object().unwrap().clone());
    let basic = json!({ "name": "basic", "label": "Basic", "type": "basic" });
    let play = play_of(&connector(json!({ "authentications": [named, basic] }))).unwrap();
    assert_eq!(play.ways.len(), 1);
    assert_eq!(play.ways[0].name.as_deref(), Some("basic"));
}

#[test]
fn settings_come_prefilled_with_what_people_know() {
    let connector = connector(json!({ "authentication": { "type": "none" }, "settings": [
        { "key": "a", "example": "acme" },
        { "key": "b", "options": ["eu", "us"], "example": "us" },
        { "key": "c", "default": "x", "options": ["y", "x"] },
        { "key": "d" },
        { "key": "e", "required": false },
    ] }));
    let settings = derive::settings_of(&connector);
    let told: Vec<_> = settings.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(told, ["a=acme", "b=eu", "c=x", "d=lab"]);
}
