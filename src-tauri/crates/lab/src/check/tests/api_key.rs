//! API keys in each place.

use super::*;
use crate::play::Verify;
use Verdict::{Malformed, Missing, Right, Wrong};

#[test]
fn an_api_key_in_a_header_is_checked() {
    let rows = [
        ("GET /crm/h.example\nx-api-key: $X-Api-Key", Right, ""),
        ("GET /crm/h.example", Missing, "Header `X-Api-Key`: missing"),
        (
            "GET /crm/h.example?X-Api-Key=$X-Api-Key",
            Missing,
            "Header `X-Api-Key`: missing; the right value stands in the query, as `X-Api-Key`",
        ),
        ("GET /crm/h.example\nx-api-key: nope", Wrong, "Header `X-Api-Key`: not the one that the Lab issued"),
        (
            "GET /crm/h.example\nx-api-key: \"$X-Api-Key\"",
            Wrong,
            "Header `X-Api-Key`: right but for quotation marks around it",
        ),
        (
            "GET /crm/h.example\nx-api-key: $X-Api-Key\nx-api-key: $X-Api-Key",
            Malformed,
            "Header `X-Api-Key`: came 2 times, and a service takes one",
        ),
    ];
    assert_each(&play(vec![api_key(Location::Header, "", asked("X-Api-Key"))]), &rows);
    let rows = [
        ("GET /crm/h.example\nauthorization: Token $Authorization", Right, ""),
        (
            "GET /crm/h.example\nauthorization: $Authorization",
            Malformed,
            "Prefix `Token ` of header `Authorization`: missing",
        ),
        (
            "GET /crm/h.example\nauthorization: token $Authorization",
            Malformed,
            "Prefix `Token ` of header `Authorization`: missing",
        ),
        (
            "GET /crm/h.example\nauthorization: Token nope",
            Wrong,
            "Header `Authorization`: not the one that the Lab issued",
        ),
    ];
    assert_each(&play(vec![api_key(Location::Header, "Token ", asked("Authorization"))]), &rows);
}

#[test]
fn an_api_key_in_the_query_is_checked() {
    let key = Asked { looks_like: Some("k+/ ".into()), ..asked("api key") };
    let issued = {
        // EXPOSE: a value that a test made
        issuer().value(&play(vec![api_key(Location::Query, "", key.clone())]).ways[0], &key).expose().clone()
    };
    let rest = issued.strip_prefix("k+/ ").unwrap();
    let play = play(vec![api_key(Location::Query, "", key)]);
    let rows = [
        (format!("GET /crm/h.example?page=1&api+key=k%2B%2F+{rest}"), Right, ""),
        (format!("GET /crm/h.example?api%20key=k%2B/%20{rest}&page=1"), Right, ""),
        (
            format!("GET /crm/h.example?api%20key=k+/%20{rest}"),
            Wrong,
            "Query `api key`: not the one that the Lab issued",
        ),
        (
            format!("GET /crm/h.example?api%20key=k%252B%252F%2520{rest}"),
            Wrong,
            "Query `api key`: right but percent-encoded once too often",
        ),
        ("GET /crm/h.example?page=1".into(), Missing, "Query `api key`: missing"),
        ("GET /crm/h.example?api%20key=".into(), Wrong, "Query `api key`: empty"),
        ("GET /crm/h.example?API+KEY=x".into(), Missing, "Query `api key`: missing"),
        (
            "GET /crm/h.example?api+key=a&api+key=b".into(),
            Malformed,
            "Query `api key`: came 2 times, and a service takes one",
        ),
    ];
    let rows: Vec<_> =
        rows.iter().map(|(request, verdict, why)| (request.as_str(), *verdict, *why)).collect();
    assert_each(&play, &rows);
}

#[test]
fn an_api_key_in_a_form_is_checked() {
    let play = play(vec![api_key(Location::Form, "", asked("key"))]);
    let rows = [
        (format!("POST /crm/h.example\n{FORM}\n\na=1&key=$key"), Right, ""),
        (
            format!("POST /crm/h.example\n{FORM}\n\nkey=nope"),
            Wrong,
            "Form `key`: not the one that the Lab issued",
        ),
        (format!("POST /crm/h.example\n{FORM}\n\na=1"), Missing, "Form `key`: missing"),
        (
            format!("POST /crm/h.example\n{FORM}\n\nkey=a&key=b"),
            Malformed,
            "Form `key`: came 2 times, and a service takes one",
        ),
        ("GET /crm/h.example".into(), Missing, "Form `key`: missing"),
        (
            "POST /crm/h.example\ncontent-type: application/json\n\n{\"key\":\"$key\"}".into(),
            Malformed,
            "Body: a JSON object, in which no form data can stand",
        ),
        // What becomes of a form pair that is appended to a JSON body.
        (
            "POST /crm/h.example\ncontent-type: application/json\n\n{\"a\":1}&key=$key".into(),
            Malformed,
            "Body: called JSON, but is none, in which no form data can stand",
        ),
        (
            "POST /crm/h.example\n\nkey=$key".into(),
            Malformed,
            "Body: without a content type, in which no form data can stand",
        ),
    ];
    let rows: Vec<_> =
        rows.iter().map(|(request, verdict, why)| (request.as_str(), *verdict, *why)).collect();
    assert_each(&play, &rows);
}

#[test]
fn an_api_key_in_the_path_is_checked() {
    let mut play = play(vec![api_key(Location::Path, "", asked("token"))]);
    play.base_url = "https://h.example/bot{token}".into();
    let rows = [
        ("GET /crm/h.example/bot$token/getMe", Right, ""),
        ("GET /crm/h.example/bot$token", Right, ""),
        ("GET /crm/h.example/botnope/getMe", Wrong, "Path `{token}`: not the one that the Lab issued"),
        (
            "GET /crm/h.example/bot/getMe",
            Missing,
            "Path `{token}`: missing; the path does not begin as `/bot{token}`",
        ),
        (
            "GET /crm/h.example/$token/getMe",
            Missing,
            "Path `{token}`: missing; the path does not begin as `/bot{token}`",
        ),
    ];
    assert_each(&play, &rows);
}

#[test]
fn an_api_key_in_the_verify_path_or_a_path_of_ones_own_is_checked() {
    let mut play = play(vec![api_key(Location::Path, "", asked("token"))]);
    play.ways[0].verify = Some(Verify {
        method: "GET".into(),
        target: "/keys/{token}/check".into(),
        expect_status: Vec::new(),
        expect_body: None,
        account: None,
    });
    let rows = [
        ("GET /crm/h.example/v1/keys/$token/check", Right, ""),
        ("GET /crm/h.example/v1/keys/nope/check", Wrong, "Path `{token}`: not the one that the Lab issued"),
        ("GET /crm/h.example/v1/other/$token.json", Right, ""),
        ("GET /crm/h.example/v1/other", Missing, "Path `{token}`: missing"),
        (
            "GET /crm/h.example/v1/other?token=$token",
            Missing,
            "Path `{token}`: missing; the right value stands in the query, as `token`",
        ),
    ];
    assert_each(&play, &rows);
}

#[test]
fn several_api_keys_must_all_be_right() {
    let parameter = |location, asked| Parameter { asked, location, prefix: String::new() };
    let play = play(vec![Authentication::ApiKey {
        parameters: vec![
            parameter(Location::Header, asked("x-app")),
            parameter(Location::Query, asked("key")),
            parameter(Location::Form, optional(asked("extra"))),
        ],
    }]);
    let rows = [
        ("GET /crm/h.example?key=$key\nx-app: $x-app", Right, ""),
        ("GET /crm/h.example?key=$key", Missing, "Header `x-app`: missing"),
        ("GET /crm/h.example\nx-app: $x-app", Missing, "Query `key`: missing"),
        ("GET /crm/h.example?key=nope\nx-app: $x-app", Wrong, "Query `key`: not the one that the Lab issued"),
        ("POST /crm/h.example?key=$key\nx-app: $x-app\ncontent-type: text/csv\n\na;b", Right, ""),
    ];
    assert_each(&play, &rows);
}
