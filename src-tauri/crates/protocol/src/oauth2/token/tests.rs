use super::*;
use crate::{
    jose::Signer,
    oauth2::{Assertion, BasicEncoding, ClientAuthentication},
};
use serde_json::Value;
use std::collections::BTreeMap;

fn secret(text: &str) -> SecretString {
    SecretString::new(text.into())
}

fn endpoint() -> TokenEndpoint {
    TokenEndpoint {
        url: Url::parse("https://login.example/token").unwrap(),
        refresh_url: Some(Url::parse("https://login.example/refresh").unwrap()),
        style: RequestStyle::default(),
        extra: vec![("audience".into(), "api".into())],
        refresh_extra: vec![("again".into(), "yes".into())],
        resources: Vec::new(),
        delimiter: " ".into(),
        scope_on_exchange: false,
    }
}

fn client(authentication: ClientAuthentication) -> Client {
    Client { id: "id".into(), authentication }
}

fn send(endpoint: &TokenEndpoint, client: &Client, grant: Grant<'_>) -> Request {
    endpoint.request(client, grant, Timestamp::from_second(1_800_000_000).unwrap(), [3; 32]).unwrap()
}

fn form(request: &Request) -> BTreeMap<String, String> {
    url::form_urlencoded::parse(&request.body).into_owned().collect()
}

#[test]
fn each_grant_sends_what_its_rfc_says() {
    let (a, b) = (secret("a&grant_type=x"), secret("ö b"));
    let scopes = ["read".to_owned(), "write".to_owned()];
    let cases: [(Grant<'_>, &[(&str, &str)]); 5] = [
        (
            Grant::AuthorizationCode {
                code: &a,
                redirect_uri: "http://127.0.0.1:1/callback",
                verifier: Some(&b),
                scopes: &scopes,
            },
            &[
                ("grant_type", "authorization_code"),
                ("code", "a&grant_type=x"),
                ("redirect_uri", "http://127.0.0.1:1/callback"),
                ("code_verifier", "ö b"),
                ("audience", "api"),
            ],
        ),
        (
            Grant::ClientCredentials { scopes: &scopes },
            &[("grant_type", "client_credentials"), ("scope", "read write"), ("audience", "api")],
        ),
        (
            Grant::Password { user: &a, password: &b, scopes: &[] },
            &[
                ("grant_type", "password"),
                ("username", "a&grant_type=x"),
                ("password", "ö b"),
                ("audience", "api"),
            ],
        ),
        (
            Grant::RefreshToken { token: &b },
            &[("grant_type", "refresh_token"), ("refresh_token", "ö b"), ("again", "yes")],
        ),
        (
            Grant::DeviceCode { code: &b },
            &[
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", "ö b"),
                ("audience", "api"),
            ],
        ),
    ];
    for (grant, expected) in cases {
        let request = send(&endpoint(), &client(ClientAuthentication::None), grant);
        let mut expected: BTreeMap<_, _> =
            expected.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        expected.insert("client_id".into(), "id".into());
        assert_eq!(form(&request), expected);
        let path = if matches!(grant, Grant::RefreshToken { .. }) { "/refresh" } else { "/token" };
        assert_eq!((request.method.as_str(), request.url.path()), ("POST", path));
    }
}

#[test]
fn the_client_shows_who_it_is_in_every_grant() {
    let token = secret("t");
    let grants = [
        Grant::AuthorizationCode { code: &token, redirect_uri: "x:/y", verifier: None, scopes: &[] },
        Grant::ClientCredentials { scopes: &[] },
        Grant::Password { user: &token, password: &token, scopes: &[] },
        Grant::RefreshToken { token: &token },
        Grant::DeviceCode { code: &token },
    ];
    for grant in grants {
        let basic = ClientAuthentication::Basic { secret: secret("s e"), encoding: BasicEncoding::Rfc6749 };
        let request = send(&endpoint(), &client(basic), grant);
        assert_eq!(request.headers[header::AUTHORIZATION], "Basic aWQ6cyUyMGU=");
        assert!(request.headers[header::AUTHORIZATION].is_sensitive());
        assert!(!form(&request).contains_key("client_id") && !form(&request).contains_key("client_secret"));

        let raw = ClientAuthentication::Basic { secret: secret("s e"), encoding: BasicEncoding::Raw };
        let request = send(&endpoint(), &client(raw), grant);
        assert_eq!(request.headers[header::AUTHORIZATION], "Basic aWQ6cyBl");

        let request = send(&endpoint(), &client(ClientAuthentication::Body { secret: secret("s e") }), grant);
        assert_eq!((&*form(&request)["client_id"], &*form(&request)["client_secret"]), ("id", "s e"));

        let signer = Signer::from_secret(secret("a secret"), None).unwrap();
        let assertion = Assertion { signer, audience: None };
        let request = send(&endpoint(), &client(ClientAuthentication::Assertion(assertion)), grant);
        let form = form(&request);
        assert_eq!(form["client_assertion_type"], "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        let claims = claims_of(&form["client_assertion"]);
        assert_eq!(claims["aud"], request.url.as_str());
        assert_eq!((&claims["iss"], &claims["sub"]), (&"id".into(), &"id".into()));
        assert_eq!((&claims["iat"], &claims["exp"]), (&1_800_000_000.into(), &1_800_000_300.into()));
        assert_eq!(claims["jti"].as_str().unwrap().len(), 43);
    }
}

fn claims_of(token: &str) -> Value {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice(&claims).unwrap()
}

#[test]
fn the_secrets_of_a_client_are_known_as_they_are_sent() {
    for encoding in [BasicEncoding::Rfc6749, BasicEncoding::Raw] {
        let client = client(ClientAuthentication::Basic { secret: secret("a+b/c=="), encoding });
        let request = send(&endpoint(), &client, Grant::ClientCredentials { scopes: &[] });
        let value = request.headers[header::AUTHORIZATION].to_str().unwrap();
        let known = client.secrets();
        assert!(known.iter().any(|one| value.strip_prefix("Basic ") == Some(one.expose())), "{encoding:?}");
        assert!(known.iter().any(|one| one.expose() == "a+b/c=="));
    }
}

#[test]
fn the_same_entropy_makes_the_same_request_and_another_an_other_jti() {
    let signer = Signer::from_secret(secret("a secret"), None).unwrap();
    let assertion = Assertion { signer, audience: Some("https://login.example".into()) };
    let client = client(ClientAuthentication::Assertion(assertion));
    let make = |byte| {
        let grant = Grant::ClientCredentials { scopes: &[] };
        let request = endpoint().request(&client, grant, Timestamp::UNIX_EPOCH, [byte; 32]).unwrap();
        claims_of(&form(&request)["client_assertion"])
    };
    assert_eq!(make(1), make(1));
    assert_ne!(make(1)["jti"], make(2)["jti"]);
    assert_eq!(make(1)["aud"], "https://login.example");
}

#[test]
fn what_odd_services_want_is_the_connectors_word() {
    let mut odd = endpoint();
    odd.style = RequestStyle {
        body: TokenBody::Json,
        headers: vec![("Notion-Version".into(), "2022-06-28".into())],
        client_id_in_body: true,
        ..RequestStyle::default()
    };
    odd.scope_on_exchange = true;
    odd.resources = vec!["https://a.example/".into(), "https://b.example/".into()];
    let code = secret("c");
    let scopes = ["read".to_owned()];
    let grant =
        Grant::AuthorizationCode { code: &code, redirect_uri: "x:/y", verifier: None, scopes: &scopes };
    let basic = ClientAuthentication::Basic { secret: secret("s"), encoding: BasicEncoding::Rfc6749 };
    let request = send(&odd, &client(basic.clone()), grant);
    assert_eq!(request.headers["notion-version"], "2022-06-28");
    assert!(!request.headers["notion-version"].is_sensitive());
    assert_eq!(request.headers[header::CONTENT_TYPE], "application/json");
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "grant_type": "authorization_code", "code": "c", "redirect_uri": "x:/y", "scope": "read",
            "resource": ["https://a.example/", "https://b.example/"], "client_id": "id", "audience": "api",
        })
    );

    odd.style.method = TokenMethod::Get;
    odd.url = Url::parse("https://login.example/token?version=2&code=old").unwrap();
    let request = send(&odd, &client(basic), grant);
    assert_eq!((request.method.as_str(), request.body.len()), ("GET", 0));
    let query = request.url.query().unwrap();
    assert!(query.starts_with("version=2&grant_type=authorization_code&code=c&"), "{query}");
}

#[test]
fn a_connector_sets_no_secret_and_no_line_break() {
    let refused = |endpoint: &TokenEndpoint| {
        let grant = Grant::ClientCredentials { scopes: &[] };
        endpoint
            .request(&client(ClientAuthentication::None), grant, Timestamp::UNIX_EPOCH, [0; 32])
            .unwrap_err()
    };
    for key in TOKEN_PARAMETERS {
        let mut endpoint = endpoint();
        endpoint.extra = vec![(key.into(), "x".into())];
        assert_eq!(refused(&endpoint), RequestError::OwnParameter(OwnParameter(key.into())));
    }
    let mut broken = endpoint();
    broken.style.headers = vec![("X-A".into(), "1\r\nX-B: 2".into())];
    assert!(matches!(refused(&broken), RequestError::Placement(PlacementError::HeaderValue(_))));
}

#[test]
fn neither_request_nor_client_shows_a_secret_in_debug() {
    let basic = ClientAuthentication::Basic { secret: secret("hunter2"), encoding: BasicEncoding::Raw };
    let grant = Grant::RefreshToken { token: &secret("hunter2") };
    let request = send(&endpoint(), &client(basic.clone()), grant);
    let shown = format!("{request:?} {:?} {grant:?}", client(basic));
    assert!(!shown.contains("hunter2") && !shown.contains("aWQ6"), "{shown}");
}
