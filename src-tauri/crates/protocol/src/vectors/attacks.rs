//! Attacks that need no network to be shown: what a hostile page, link, token endpoint or document sends, as data. Rows
//! that leave a choice (`either`) record the outcome taken here. In redirects `STATE` stands for the attempt's state.

use super::rows;
use crate::{
    message::{HeaderMap, HeaderName, Response, StatusCode, Url},
    oauth2::{
        AuthorizeRequest, Authorized, Callback, CallbackError, ExpectedIssuer, Lifetime, Mapping,
        ResponseMode, ResponseType, device,
        metadata::Metadata,
        reply::{self, retry_after},
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use secret::{SecretString, ServerText};
use serde_json::Value;

const STATE: &str = "Kt5d3vNlqUwYb-2f";

#[test]
fn every_attack_without_a_network_is_answered() {
    let mut seen = 0;
    for row in rows("attacks") {
        let (name, input, expect) = (row["name"].as_str().unwrap(), &row["input"], &row["expect"]);
        match input["kind"].as_str().unwrap() {
            "redirect" => redirect(name, input, expect),
            "deep_link" => deep_link(name, input, expect),
            "authorize_endpoint" => authorize_endpoint(name, input, expect),
            "token" => token(name, input, expect),
            "device" => device_code(name, input, expect),
            "metadata" => metadata(name, input, expect),
            other => panic!("a kind without a test: {other}"),
        }
        seen += 1;
    }
    assert_eq!(seen, 75);
}

/// `None`: the redirect changes nothing. Otherwise what it brought, or why it ends the attempt.
fn follow(
    url: &str,
    redirect_uri: &str,
    issuer: ExpectedIssuer<'_>,
) -> Option<Result<Authorized, CallbackError>> {
    let callback = Callback::from_url(url).ok()?;
    if !callback.came_to(redirect_uri) {
        return None;
    }
    let matched = callback.matched(&SecretString::new(STATE.into()))?;
    Some(matched.read(ResponseType::Code, ResponseMode::Query, issuer))
}

fn redirect(name: &str, input: &Value, expect: &Value) {
    let swapped: String = STATE
        .chars()
        .map(|one| if one.is_ascii_lowercase() { one.to_ascii_uppercase() } else { one.to_ascii_lowercase() })
        .collect();
    let mut query = input["query"]
        .as_str()
        .unwrap()
        .replace("STATEX_LAST", &format!("{}A", &STATE[..STATE.len() - 1]))
        .replace("STATE_PREFIX", &STATE[..8])
        .replace("STATE_SWAPPED", &swapped)
        .replace("STATE", STATE);
    for (key, unit) in [("repeat_code", "c".repeat(60)), ("repeat_error", "x".repeat(60))] {
        if let Some(times) = input[key].as_u64() {
            query = query.replace(&unit, &unit.repeat(usize::try_from(times).unwrap()));
        }
    }
    for number in 0..input["parameters"].as_u64().unwrap_or_default() {
        query.push_str(&format!("&p{number}=1"));
    }
    let redirect_uri = "http://127.0.0.1:4000/callback";
    let issuer = ExpectedIssuer { issuer: input["issuer"].as_str(), promised: input["promised"] == true };
    let outcome = follow(&format!("{redirect_uri}{query}"), redirect_uri, issuer);
    match expect["outcome"].as_str().unwrap() {
        "ignored" => assert!(outcome.is_none(), "{name}: {outcome:?}"),
        "accepted" => {
            let code = outcome.unwrap().unwrap().code.unwrap();
            if let Some(expected) = expect["code"].as_str() {
                assert_eq!(code.expose(), expected, "{name}");
            }
        }
        _ => {
            let error = outcome.unwrap().unwrap_err();
            assert!(error.to_string().chars().count() < ServerText::MAX + 100, "{name}");
            if let Some(code) = expect["code"].as_str() {
                let CallbackError::Service(error) = error else { panic!("{name}: {error}") };
                assert_eq!(error.code.as_ref().unwrap().as_str(), code, "{name}");
                assert_eq!(error.uri, None, "{name}");
                if let Some(description) = expect["description"].as_str() {
                    assert_eq!(error.description.unwrap().as_str(), description, "{name}");
                }
            }
        }
    }
}

fn deep_link(name: &str, input: &Value, expect: &Value) {
    let mut url = input["url"].as_str().unwrap().replace("STATE", STATE);
    if let Some(times) = input["repeat_code"].as_u64() {
        url = url.replace("code=A", &format!("code={}", "A".repeat(usize::try_from(times).unwrap())));
    }
    let outcome = follow(&url, "dev.patchbay:/oauth/callback", ExpectedIssuer::default());
    assert_eq!(outcome.is_some_and(|read| read.is_ok()), expect["outcome"] == "accepted", "{name}");
}

fn authorize_endpoint(name: &str, input: &Value, expect: &Value) {
    let endpoint = Url::parse(input["url"].as_str().unwrap()).unwrap();
    let request = AuthorizeRequest {
        endpoint: &endpoint,
        client_id: "client",
        response_type: ResponseType::Code,
        response_mode: ResponseMode::Query,
        redirect_uri: "dev.patchbay:/oauth/callback",
        state: &SecretString::new(STATE.into()),
        nonce: None,
        pkce: None,
        scopes: &[],
        delimiter: " ",
        resources: &[],
        login_hint: None,
        extra: &[],
    };
    assert_eq!(request.url().is_ok(), expect["outcome"] == "accepted", "{name}");
}

fn answer(input: &Value) -> Response {
    let mut headers = HeaderMap::new();
    for (key, value) in input["headers"].as_object().into_iter().flatten() {
        let key = HeaderName::from_bytes(key.as_bytes()).unwrap();
        headers.insert(key, value.as_str().unwrap().parse().unwrap());
    }
    let body = match (input["body"].as_str(), input["base64"].as_str(), input["repeat"].as_array()) {
        (Some(text), ..) => text.as_bytes().to_vec(),
        (_, Some(encoded), _) => STANDARD.decode(encoded).unwrap(),
        (.., Some(parts)) => {
            let text = |index: usize| parts[index].as_str().unwrap();
            let times = usize::try_from(parts[2].as_u64().unwrap()).unwrap();
            format!("{}{}{}", text(0), text(1).repeat(times), text(3)).into_bytes()
        }
        _ => panic!("no body"),
    };
    let status = input["status"].as_u64().unwrap_or(200);
    Response { status: StatusCode::from_u16(u16::try_from(status).unwrap()).unwrap(), headers, body }
}

fn token(name: &str, input: &Value, expect: &Value) {
    let reply = answer(input);
    let read = reply::read(&reply, &Mapping::default(), " ");
    if expect["outcome"] == "token" {
        // A life of 0 is none to count on: nothing that would start one refresh after the other.
        assert_eq!(read.unwrap().lifetime, Lifetime::Unknown, "{name}");
        return;
    }
    let error = read.expect_err(name);
    assert_eq!(format!("{:?}", error.kind), expect["kind"].as_str().unwrap(), "{name}");
    assert_eq!(error.code.as_ref().map(ServerText::as_str), expect["code"].as_str(), "{name}");
    assert_eq!(error.uri, None, "{name}");
    let said = error.description.as_ref().map(ServerText::as_str).unwrap_or_default();
    assert!(said.chars().count() <= ServerText::MAX + 1, "{name}");
    assert!(!said.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{2066}', '\r', '\n']), "{name}: {said}");
    if let Some(seconds) = expect["retry_after"].as_u64() {
        let waits = retry_after(&reply.headers, Timestamp::UNIX_EPOCH).unwrap();
        assert_eq!(waits.as_secs(), seconds, "{name}");
    }
}

fn device_code(name: &str, input: &Value, expect: &Value) {
    let read = device::read(&answer(input));
    assert_eq!(read.is_ok(), expect["outcome"] == "accepted", "{name}");
    if let Ok(code) = read {
        let times = (Some(code.lifetime.as_secs()), Some(code.interval.as_secs()));
        assert_eq!(times, (expect["lifetime"].as_u64(), expect["interval"].as_u64()), "{name}");
    }
}

fn metadata(name: &str, input: &Value, expect: &Value) {
    let body = input["document"].to_string().into_bytes();
    let reply = Response { status: StatusCode::OK, headers: HeaderMap::new(), body };
    let read = Metadata::read(&reply, input["issuer"].as_str().unwrap());
    assert_eq!(read.is_ok(), expect["outcome"] == "accepted", "{name}: {read:?}");
    if let (Ok(metadata), Some(shown)) = (read, expect["shown"].as_str()) {
        assert!(metadata.endpoints().any(|(_, url)| url.as_str() == shown), "{name}");
    }
}
