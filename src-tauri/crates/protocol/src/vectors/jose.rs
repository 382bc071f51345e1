//! JWS and JWK (RFC 7515 A, RFC 7638, RFC 8037 A, RFC 9449 §6.1), `at_hash` and `c_hash` (OpenID Connect Core §3), and 55
//! id_tokens, good ones and forged ones.

use super::{rows, secret};
use crate::{
    jose::{Algorithm, JwkSet, Keys, thumbprint, verify},
    oidc::{Expected, IdToken, derive_hash},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use secret::SecretString;
use serde_json::{Value, json};

#[test]
fn every_jose_vector_holds() {
    let everything: Vec<Algorithm> = [Algorithm::HS256].into_iter().chain(Algorithm::ASYMMETRIC).collect();
    for row in rows("jose") {
        let (name, input, expect) = (&row["name"], &row["input"], &row["expect"]);
        if let Some(expected) = expect["thumbprint"].as_str() {
            assert_eq!(thumbprint(&input["jwk"]).as_deref(), Some(expected), "{name}");
            continue;
        }
        let token = input["jws"].as_str().unwrap();
        let key = &input["key"];
        let verified = if key["kty"] == "oct" {
            let bytes = URL_SAFE_NO_PAD.decode(key["k"].as_str().unwrap()).unwrap();
            verify(token, Keys::Bytes(&secret::SecretBytes::new(bytes)), &everything)
        } else {
            let set = JwkSet::parse(json!({ "keys": [key] }).to_string().as_bytes()).unwrap();
            verify(token, Keys::Set(&set), &everything)
        };
        assert_eq!(verified.is_ok(), expect["valid"] == true, "{name}: {verified:?}");
    }
}

#[test]
fn every_hash_vector_holds() {
    for row in rows("oidc_hashes") {
        let algorithm = Algorithm::parse(row["input"]["alg"].as_str().unwrap()).unwrap();
        let hash = derive_hash(algorithm, &secret(&row["input"]["value"]));
        assert_eq!(hash, row["expect"]["hash"].as_str().unwrap(), "{}", row["name"]);
    }
}

/// What is done where both outcomes are right: whether the token is taken.
const CHOICES: [(&str, bool); 11] = [
    ("nonce-unasked-present", true), // nobody asked for one, so there is nothing to compare
    ("exp-within-skew", true),       // clocks may be a minute apart
    ("exp-string", false),           // RFC 7519 §2: a date is a number
    ("sub-empty", false),            // the person could not be told from another one
    ("sub-number", false),           // RFC 7519 §4.1.2: text
    ("kid-missing-two-keys", true),  // any key that fits may have signed; a forger has none of them
    ("padded-base64", false),
    ("std-base64-alphabet", false),
    ("trailing-newline", false),
    ("key-alg-mismatch", false), // the key says what it is for
    ("jwks-weak-rsa-512", false),
];

#[test]
fn every_id_token_vector_holds() {
    let mut choices = 0;
    for row in rows("id_token") {
        let (name, input, expect) = (row["name"].as_str().unwrap(), &row["input"], &row["expect"]);
        let context = &input["context"];
        let optional = |key: &str| context[key].as_str().map(|text| SecretString::new(text.to_owned()));
        let (nonce, access_token, code) = (optional("nonce"), optional("access_token"), optional("code"));
        let algorithms: Vec<Algorithm> = serde_json::from_value(context["allowed_algs"].clone()).unwrap();
        let expected = Expected {
            issuer: context["issuer"].as_str(),
            client_id: context["client_id"].as_str().unwrap(),
            nonce: nonce.as_ref(),
            access_token: access_token.as_ref(),
            code: code.as_ref(),
            by_browser: false,
            algorithms: &algorithms,
        };
        let keys = JwkSet::parse(input["jwks"].to_string().as_bytes()).unwrap();
        let now = Timestamp::from_second(input["now"].as_i64().unwrap()).unwrap();
        let checked = IdToken::validate(&secret(&input["id_token"]), Keys::Set(&keys), &expected, now);
        let valid = match expect["level"].as_str().unwrap() {
            "either" => {
                choices += 1;
                CHOICES
                    .iter()
                    .find(|(row, _)| *row == name)
                    .unwrap_or_else(|| panic!("{name}: {checked:?}"))
                    .1
            }
            _ => expect["valid"] == Value::Bool(true),
        };
        assert_eq!(checked.is_ok(), valid, "{name}: {checked:?}");
    }
    assert_eq!(choices, CHOICES.len());
}
