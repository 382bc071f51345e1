//! The peers themselves, by plain HTTP: so that a journey that fails is not the peer's fault.

use crate::{
    http::{get, get_as, post, post_as},
    person::{Landing, Person},
};
use serde_json::{Value, json};
use tests::Peer;
use url::Url;

/// PKCE of RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// An authorize address with `asked` added.
fn authorize(endpoint: &Value, asked: &[(&str, &str)]) -> String {
    Url::parse_with_params(endpoint.as_str().unwrap(), asked).unwrap().into()
}

/// A parameter of a redirect, of its query or its fragment.
fn parameter(redirect: &str, name: &str) -> Option<String> {
    let (_, parameters) = redirect.split_once(['?', '#']).unwrap();
    url::form_urlencoded::parse(parameters.as_bytes())
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

#[test]
fn oidc_provider_gives_rotating_tokens_to_a_person_who_consents() {
    let peer = Peer::start("oidc-provider");
    let found = get(&format!("{}/.well-known/openid-configuration", peer.address)).json();
    assert_eq!(found["issuer"], peer.address.as_str());
    let redirect_uri = "http://127.0.0.1:49152/callback";
    let address = authorize(
        &found["authorization_endpoint"],
        &[
            ("client_id", "native-public"),
            ("response_type", "code"),
            ("redirect_uri", redirect_uri),
            ("scope", "openid"),
            ("state", "st"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ],
    );
    let redirect = Person::named("bob").authorize(&address);
    assert!(redirect.starts_with(redirect_uri), "{redirect}");
    assert_eq!(parameter(&redirect, "iss").as_deref(), Some(peer.address.as_str()));
    let code = parameter(&redirect, "code").unwrap();
    let token_url = found["token_endpoint"].as_str().unwrap();
    let exchange = [
        ("grant_type", "authorization_code"),
        ("client_id", "native-public"),
        ("code", &code),
        ("redirect_uri", redirect_uri),
        ("code_verifier", VERIFIER),
    ];
    let first = post(token_url, &exchange).json();
    let api = format!("{}/api/me", peer.address);
    assert_eq!(get_as(first["access_token"].as_str().unwrap(), &api).json()["who"], "bob");
    assert_eq!(get(&api).status, 401);

    let refresh = |token: &Value| {
        let form = [("grant_type", "refresh_token"), ("client_id", "native-public")];
        post(token_url, &[form[0], form[1], ("refresh_token", token.as_str().unwrap())]).json()
    };
    let second = refresh(&first["refresh_token"]);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(refresh(&first["refresh_token"])["error"], "invalid_grant", "a spent token gives nothing");

    let log = peer.token_requests(3);
    assert_eq!(log[0]["gave"]["refresh"], log[1]["refresh"], "the log follows a token by its hash: {log:#?}");
    assert!(log[1]["answered"].as_u64() >= log[1]["at"].as_u64(), "{log:#?}");
    assert_eq!(log[2]["error"], "invalid_grant");
    let text = format!("{:?}", peer.log());
    for secret in [&code, first["refresh_token"].as_str().unwrap(), VERIFIER] {
        assert!(!text.contains(secret), "the log holds no secret");
    }
}

#[test]
fn a_code_comes_by_form_where_it_is_asked_for() {
    let peer = Peer::start("oidc-provider");
    let address = authorize(
        &json!(format!("{}/auth", peer.address)),
        &[
            ("client_id", "native-public"),
            ("response_type", "code"),
            ("response_mode", "form_post"),
            ("redirect_uri", "http://127.0.0.1:49152/callback"),
            ("scope", "openid"),
            ("state", "st"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ],
    );
    match Person::named("alice").open(&address) {
        Landing::Form { action, fields } => {
            assert_eq!(action, "http://127.0.0.1:49152/callback");
            assert!(fields.iter().any(|(key, value)| key == "code" && !value.is_empty()), "{fields:?}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_person_who_declines_is_sent_back_with_access_denied() {
    let peers = [Peer::start("oidc-provider"), Peer::start("authlib")];
    for (peer, path, client) in
        [(&peers[0], "/auth", "native-public"), (&peers[1], "/authorize", "code-public")]
    {
        let address = authorize(
            &json!(format!("{}{path}", peer.address)),
            &[
                ("client_id", client),
                ("response_type", "code"),
                ("redirect_uri", "dev.patchbay:/oauth/callback"),
                ("scope", if path == "/auth" { "openid" } else { "read" }),
                ("state", "st"),
                ("code_challenge", CHALLENGE),
                ("code_challenge_method", "S256"),
            ],
        );
        let redirect = Person::declining("alice").authorize(&address);
        assert!(redirect.starts_with("dev.patchbay:/oauth/callback?"), "{redirect}");
        assert_eq!(parameter(&redirect, "error").as_deref(), Some("access_denied"), "{client}");
        assert_eq!(parameter(&redirect, "state").as_deref(), Some("st"), "{client}");
    }
}

#[test]
fn client_credentials_are_read_as_the_standard_encodes_them() {
    let oidc = Peer::start("oidc-provider");
    let authlib = Peer::start("authlib");
    for (peer, client, secret, scope) in [
        (&oidc, "cc-basic", "cc-basic-secret-0123456789", "api:read"),
        (&oidc, "cc-odd:id", "peer secret+/%:~&=\"?", "api:read"),
        (&authlib, "cc", "cc-secret", "read"),
    ] {
        let url = format!("{}/token", peer.address);
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        let token = post_as((client, secret), &url, &form).json();
        let reply = get_as(token["access_token"].as_str().unwrap(), &format!("{}/api/x", peer.address));
        assert_eq!(reply.json()["who"], client);
        assert_eq!(post_as((client, "wrong"), &url, &form).status, 401);
    }
}

#[test]
fn a_person_approves_a_device_and_polling_too_fast_is_slowed_down() {
    for (name, start, client, scope, too_fast) in [
        ("oidc-provider", "/device/auth", "device-public", "openid", "authorization_pending"),
        ("authlib", "/device_authorization", "device", "read", "slow_down"),
    ] {
        let peer = Peer::start(name);
        let device =
            post(&format!("{}{start}", peer.address), &[("client_id", client), ("scope", scope)]).json();
        let poll = || {
            let code = device["device_code"].as_str().unwrap();
            let form = [("grant_type", DEVICE), ("client_id", client), ("device_code", code)];
            post(&format!("{}/token", peer.address), &form).json()
        };
        assert_eq!(poll()["error"], "authorization_pending", "{name}");
        assert_eq!(poll()["error"], too_fast, "{name}");
        let page = Person::named("carol").open(device["verification_uri_complete"].as_str().unwrap());
        assert!(matches!(&page, Landing::Page(answer) if answer.status == 200), "{name}: {page:?}");
        assert!(poll()["access_token"].is_string(), "{name}");
    }
}

#[test]
fn authlib_keeps_the_refresh_token_and_puts_implicit_tokens_into_the_fragment() {
    let peer = Peer::start("authlib");
    let url = format!("{}/token", peer.address);
    let password = ("pässwörd €+&=%", "bøb");
    let form =
        [("grant_type", "password"), ("username", password.1), ("password", password.0), ("scope", "read")];
    let first = post_as(("pw-basic", "pw-basic-secret"), &url, &form).json();
    for _ in 0..2 {
        let token = first["refresh_token"].as_str().unwrap();
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        let again = post_as(("pw-basic", "pw-basic-secret"), &url, &form).json();
        assert!(again["access_token"].is_string() && again["refresh_token"].is_null(), "{again}");
    }
    let address = authorize(
        &json!(format!("{}/authorize", peer.address)),
        &[
            ("client_id", "implicit"),
            ("response_type", "token"),
            ("redirect_uri", "http://127.0.0.1:49152/callback"),
            ("scope", "read"),
            ("state", "st"),
        ],
    );
    let redirect = Person::named("alice").authorize(&address);
    let token = parameter(&redirect, "access_token").unwrap();
    assert_eq!(get_as(&token, &format!("{}/api/me", peer.address)).json()["who"], "alice");
}

#[test]
fn the_hostile_service_misbehaves_as_asked_and_logs_what_it_gets() {
    let peer = Peer::start("hostile");
    let form = [("grant_type", "client_credentials")];
    let ask =
        |behaviour: &str| post_as(("me", "hush"), &format!("{}/token/{behaviour}", peer.address), &form);
    assert_eq!(ask("good").json()["access_token"], "hostile-access-token");
    let elsewhere = peer.address.replace("127.0.0.1", "localhost");
    assert_eq!(ask("redirect-307").location(), Some(format!("{elsewhere}/captured").as_str()));
    assert!(ask("error-echo").body.contains("Basic bWU6aHVzaA=="));
    let back = get(&format!("{}/as/state-long/authorize?state=st&redirect_uri=app:/back", peer.address));
    assert_eq!(back.location(), Some("app:/back?code=c&state=stx"));
    assert_eq!(peer.log().len(), 4);
    assert_eq!(peer.log()[0]["body"], "grant_type=client_credentials");
}
