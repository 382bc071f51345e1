//! RFC 5849, OAuth Core 1.0 and the tests of other implementations, as each row names them.

use super::{rows, secret};
use crate::{
    encode::encode,
    message::{HeaderMap, Method, Response, StatusCode, Url},
    oauth1::{
        SignatureMethod, SigningKey, Token,
        base_string::{Parameter, base_string, base_uri},
        exchange,
    },
};
use secret::SecretString;
use serde_json::Value;

#[test]
fn every_text_is_encoded_as_the_vectors_say() {
    for row in rows("oauth1_percent_encode") {
        let text = row["input"]["text"].as_str().unwrap();
        assert_eq!(encode(text.as_bytes()), row["expect"]["encoded"].as_str().unwrap(), "{}", row["name"]);
    }
}

#[test]
fn every_base_uri_is_the_vectors_or_refused() {
    for row in rows("oauth1_base_uri") {
        let url = Url::parse(row["input"]["uri"].as_str().unwrap());
        match row["expect"]["base_string_uri"].as_str() {
            Some(expected) => assert_eq!(base_uri(&url.unwrap()), expected, "{}", row["name"]),
            None => assert!(url.is_err(), "{}", row["name"]),
        }
    }
}

#[test]
fn every_list_of_parameters_is_normalized_as_the_vectors_say() {
    for row in rows("oauth1_normalize") {
        let mut url = Url::parse("https://h.example/").unwrap();
        for pair in row["input"]["params"].as_array().unwrap() {
            url.query_pairs_mut().append_pair(pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        }
        let text = base_string(&Method::GET, &url, None, &[]).whole();
        let normalized = text.expose().rsplit('&').next().unwrap();
        let expected = encode(row["expect"]["normalized"].as_str().unwrap().as_bytes());
        assert_eq!(normalized, expected, "{}", row["name"]);
    }
}

fn parameters(input: &Value) -> Vec<Parameter> {
    let mut parameters = Vec::new();
    let mut push = |name: &'static str, value: &Value| {
        if value.is_string() {
            parameters.push(Parameter { name, value: secret(value), secret: None });
        }
    };
    push("oauth_consumer_key", &input["consumer_key"]);
    push("oauth_token", &input["token"]);
    push("oauth_signature_method", &input["signature_method"]);
    push("oauth_timestamp", &input["timestamp"]);
    push("oauth_nonce", &input["nonce"]);
    push("oauth_version", &input["version"]);
    for name in ["oauth_callback", "oauth_verifier", "oauth_body_hash"] {
        push(name, &input["extra_oauth"][name]);
    }
    parameters
}

#[test]
fn every_request_is_signed_as_the_vectors_say() {
    let rows = rows("oauth1_sign");
    assert_eq!(rows.len(), 46);
    for row in rows {
        let (name, input, expect) = (&row["name"], &row["input"], &row["expect"]);
        let method: SignatureMethod = serde_json::from_value(input["signature_method"].clone()).unwrap();
        let url = Url::parse(input["url"].as_str().unwrap()).unwrap();
        let verb = Method::from_bytes(input["method"].as_str().unwrap().as_bytes()).unwrap();
        let form = input["form_body"].as_str().map(str::as_bytes);
        let text = base_string(&verb, &url, form, &parameters(input)).whole();
        if let Some(expected) = expect["base_string"].as_str() {
            assert_eq!(text.expose(), expected, "{name}");
        }
        let key = match input["rsa_private_key"].as_str() {
            Some(_) => secret(&input["rsa_private_key"]),
            None => secret(&input["consumer_secret"]),
        };
        let key = SigningKey::parse(method, key).unwrap();
        let token = input["token_secret"]
            .as_str()
            .map(|text| Token { token: SecretString::default(), secret: SecretString::new(text.to_owned()) });
        let signature = key.sign(method, &text, token.as_ref(), [3; 32]).unwrap();
        if let Some(expected) = expect["signature"].as_str() {
            assert_eq!(signature.expose(), expected, "{name}");
        }
    }
}

#[test]
fn every_token_reply_is_read_as_the_vectors_say() {
    for row in rows("oauth1_token_response") {
        let (input, expect) = (&row["input"], &row["expect"]);
        let reply = Response {
            status: StatusCode::from_u16(u16::try_from(input["status"].as_u64().unwrap()).unwrap()).unwrap(),
            headers: HeaderMap::new(),
            body: input["body"].as_str().unwrap().into(),
        };
        match exchange::read(&reply) {
            Ok(granted) => {
                assert_eq!(granted.token.token.expose(), expect["token"].as_str().unwrap());
                assert_eq!(granted.token.secret.expose(), expect["secret"].as_str().unwrap());
                for (key, value) in expect["extra"].as_object().into_iter().flatten() {
                    assert_eq!(granted.others.get(key).map(String::as_str), value.as_str());
                }
            }
            Err(problem) => {
                assert_eq!(expect["error"], true, "{}", row["name"]);
                let code = problem.code.as_ref().map(|code| code.as_str());
                assert_eq!(code, expect["problem"].as_str(), "{}", row["name"]);
            }
        }
    }
}
