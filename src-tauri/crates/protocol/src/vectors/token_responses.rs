//! 71 replies of real and made-up token endpoints. Rows that leave a choice are listed with the one taken here; rows of
//! level `config` are read once with the mapping that a person would set up, and once without, which is a clear error.

use super::rows;
use crate::{
    message::{HeaderMap, Response, StatusCode, header},
    oauth2::{Lifetime, Mapping, TokenError, TokenErrorKind, Tokens, reply},
};
use serde_json::Value;
use std::time::Duration;

/// What is done where several outcomes are right.
const CHOICES: [(&str, Choice); 11] = [
    ("rfc6749-5.1", Choice::Type("example")), // kept as it is, so that nobody sends it as Bearer
    ("fitbit-errors-array", Choice::Code("invalid_grant")),
    ("qq-jsonp-error", Choice::Code("100020")),
    ("wechat-200-errcode", Choice::Code("40029")),
    ("feishu-200-error", Choice::Code("20014")),
    ("arcgis-200-error-object", Choice::Code("invalid_request")),
    ("zoho-ms", Choice::Life(Lifetime::For(Duration::from_secs(3600)))),
    ("negative-expiry", Choice::Life(Lifetime::Unknown)),
    ("huge-expiry", Choice::Life(Lifetime::Unknown)),
    ("expires-garbage", Choice::Life(Lifetime::Unknown)),
    ("duplicate-keys", Choice::Token("second")), // the last one, as every JSON reader of the field does
];

enum Choice {
    Type(&'static str),
    Code(&'static str),
    Life(Lifetime),
    Token(&'static str),
}

fn answer(input: &Value) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, input["content_type"].as_str().unwrap().parse().unwrap());
    Response {
        status: StatusCode::from_u16(u16::try_from(input["status"].as_u64().unwrap()).unwrap()).unwrap(),
        headers,
        body: input["body"].as_str().unwrap().into(),
    }
}

fn mapping(expect: &Value) -> Mapping {
    let pointer =
        |name: &str| expect["mapping"][name].as_str().map(|path| format!("/{}", path.replace('.', "/")));
    Mapping {
        access_token: pointer("access_token"),
        token_type: pointer("token_type"),
        expires_in: pointer("expires_in"),
        refresh_token: pointer("refresh_token"),
        scope: pointer("scope"),
        id_token: pointer("id_token"),
        error: None,
    }
}

#[test]
fn every_token_reply_vector_holds() {
    let mut choices = 0;
    for row in rows("token_responses") {
        let (name, input, expect) = (row["name"].as_str().unwrap(), &row["input"], &row["expect"]);
        let reply = answer(input);
        let read = reply::read(&reply, &mapping(expect), " ");
        match expect["level"].as_str().unwrap() {
            "either" => {
                choices += 1;
                let (_, choice) = CHOICES.iter().find(|(row, _)| *row == name).expect(name);
                check_choice(name, choice, read);
                continue;
            }
            "config" => {
                let bare = reply::read(&reply, &Mapping::default(), " ").unwrap_err();
                assert_eq!(bare.kind, TokenErrorKind::NoToken, "{name}");
            }
            _ => {}
        }
        match expect["outcome"].as_str().unwrap() {
            "token" => check_tokens(name, expect, &read.unwrap_or_else(|error| panic!("{name}: {error:?}"))),
            _ => check_error(name, expect, &read.expect_err(name)),
        }
    }
    assert_eq!(choices, CHOICES.len());
}

fn check_choice(name: &str, choice: &Choice, read: Result<Tokens, TokenError>) {
    match choice {
        Choice::Code(code) => assert_eq!(read.unwrap_err().code.unwrap().as_str(), *code, "{name}"),
        Choice::Type(kind) => {
            let tokens = read.unwrap();
            assert_eq!((tokens.token_type.as_str(), tokens.is_bearer()), (*kind, false), "{name}");
        }
        Choice::Life(life) => assert_eq!(read.unwrap().lifetime, *life, "{name}"),
        Choice::Token(token) => assert_eq!(read.unwrap().access_token.expose(), token, "{name}"),
    }
}

fn check_tokens(name: &str, expect: &Value, tokens: &Tokens) {
    let text = |key: &str| expect[key].as_str();
    assert_eq!(Some(tokens.access_token.expose().as_str()), text("access_token"), "{name}");
    assert_eq!(Some(tokens.token_type.as_str()), text("token_type"), "{name}");
    let refresh_token = tokens.refresh_token.as_ref().map(|token| token.expose().as_str());
    assert_eq!(refresh_token, text("refresh_token"), "{name}");
    let lifetime = match (&expect["expires_in"], text("expires_at")) {
        (_, Some(date)) => Lifetime::Until(date.parse().unwrap()),
        (Value::Null, None) => Lifetime::Unknown,
        (seconds, None) => Lifetime::For(Duration::from_secs(seconds.as_u64().unwrap())),
    };
    assert_eq!(tokens.lifetime, lifetime, "{name}");
    let scopes: Option<Vec<String>> = serde_json::from_value(expect["scope"].clone()).unwrap();
    assert_eq!(tokens.scopes, scopes, "{name}");
    if let Some(seconds) = expect["refresh_token_expires_in"].as_u64() {
        assert_eq!(tokens.refresh_lifetime, Lifetime::For(Duration::from_secs(seconds)), "{name}");
    }
}

fn check_error(name: &str, expect: &Value, error: &TokenError) {
    let code = error.code.as_ref().map(|code| code.as_str());
    match expect["error"].as_str() {
        Some("missing access_token") => assert_eq!(error.kind, TokenErrorKind::NoToken, "{name}"),
        expected => assert_eq!(code, expected, "{name}"),
    }
    if let Some(detail) = expect["detail"].as_str() {
        let said = error.description.as_ref().expect(name).as_str();
        assert!(said.contains(detail), "{name}: {said}");
    }
    if expect["reauthorize"] == true {
        assert!(error.ends_authorization(), "{name}");
    }
    if expect["keep_polling"] == true {
        assert!(matches!(error.kind, TokenErrorKind::Pending | TokenErrorKind::SlowDown), "{name}");
    }
    assert_eq!(error.interval, expect["new_interval"].as_u64(), "{name}");
}
