//! What the published id_tokens do not show: hybrid and implicit sign-ins, shared secrets, keys that changed.

use super::*;
use crate::jose::{Algorithm, JwkSet, Keys, Signer, VerifyError};
use jiff::Timestamp;
use secret::{SecretBytes, SecretString};
use serde_json::{Value, json};

const NOW: i64 = 1_800_000_000;
const SHARED: &str = "the client's secret";

fn secret(text: &str) -> SecretString {
    SecretString::new(text.into())
}

/// A token with these claims over good ones; `null` takes one away.
fn token(changes: &Value) -> SecretString {
    let mut claims = json!({
        "iss": "https://login.example", "sub": "jane", "aud": "client", "exp": NOW + 300, "iat": NOW,
        "nonce": "n", "email": "jane@example.com",
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    Signer::from_secret(secret(SHARED), None).unwrap().sign(&claims, [0; 32]).unwrap()
}

fn validate(
    changes: &Value,
    change: impl for<'a> FnOnce(&mut Expected<'a>, &'a SecretString, &'a SecretString),
) -> Result<IdToken, IdTokenError> {
    let (nonce, other, access_token) = (secret("n"), secret("m"), secret("at"));
    let mut expected = Expected {
        issuer: Some("https://login.example"),
        client_id: "client",
        nonce: Some(&nonce),
        access_token: None,
        code: None,
        by_browser: false,
        algorithms: &[Algorithm::HS256],
    };
    change(&mut expected, &access_token, &other);
    let keys = SecretBytes::new(SHARED.into());
    let now = Timestamp::from_second(NOW).unwrap();
    IdToken::validate(&token(changes), Keys::Bytes(&keys), &expected, now)
}

#[test]
fn a_checked_token_says_who_the_person_is() {
    let checked = validate(&json!({}), |_, _, _| {}).unwrap();
    assert_eq!((checked.issuer.as_str(), checked.subject.as_str()), ("https://login.example", "jane"));
    assert_eq!(checked.claims.account().unwrap().as_str(), "jane@example.com");
    assert_eq!(checked.ends.as_second(), NOW + 300);
    assert!(!format!("{checked:?}").contains("jane@"));
}

#[test]
fn what_came_by_the_browser_is_bound_to_its_id_token() {
    let hash = derive_hash(Algorithm::HS256, &secret("at"));
    for (name, error) in [("at_hash", IdTokenError::AccessToken), ("c_hash", IdTokenError::Code)] {
        let check = |claims: &Value, by_browser: bool, swapped: bool| {
            validate(claims, |expected, value, other| {
                let value = if swapped { other } else { value };
                let slot = if name == "at_hash" { &mut expected.access_token } else { &mut expected.code };
                *slot = Some(value);
                expected.by_browser = by_browser;
            })
            .map(|_| ())
        };
        let bound = json!({ name: hash });
        assert_eq!(check(&bound, true, false), Ok(()), "{name}");
        assert_eq!(check(&bound, true, true), Err(error), "{name}");
        assert_eq!(check(&bound, false, true), Err(error), "{name}");
        // Straight from the token endpoint the hash is optional, by the browser it is not.
        assert_eq!(check(&json!({}), false, false), Ok(()), "{name}");
        assert_eq!(check(&json!({}), true, false), Err(error), "{name}");
        assert_eq!(check(&json!({ name: 5 }), false, false), Err(IdTokenError::Claim(name)));
    }
}

#[test]
fn each_claim_is_checked() {
    for (changes, error) in [
        (json!({"iss": "https://login.example/"}), IdTokenError::Issuer),
        (json!({"iss": null}), IdTokenError::Claim("iss")),
        (json!({"sub": ""}), IdTokenError::Claim("sub")),
        (json!({"aud": "other"}), IdTokenError::Audience),
        (json!({"aud": ["client", "other"]}), IdTokenError::Audience),
        (json!({"aud": ["other"], "azp": "client"}), IdTokenError::Audience),
        (json!({"aud": null}), IdTokenError::Claim("aud")),
        (json!({"azp": "other"}), IdTokenError::Audience),
        (json!({"azp": 5}), IdTokenError::Claim("azp")),
        (json!({"exp": NOW - SKEW}), IdTokenError::Expired),
        (json!({"exp": "1800000300"}), IdTokenError::Claim("exp")),
        (json!({"iat": NOW + SKEW + 1}), IdTokenError::Future),
        (json!({"nbf": NOW + SKEW + 1}), IdTokenError::Future),
        (json!({"iat": null}), IdTokenError::Claim("iat")),
        (json!({"nonce": "m"}), IdTokenError::Nonce),
        (json!({"nonce": null}), IdTokenError::Nonce),
    ] {
        assert_eq!(validate(&changes, |_, _, _| {}).unwrap_err(), error, "{changes}");
    }
    for changes in [
        json!({"aud": ["client", "other"], "azp": "client"}),
        json!({"exp": NOW - SKEW + 1}),
        json!({"exp": 1_800_000_300.5}),
        json!({"exp": 1e300}),
        json!({"iat": NOW + SKEW, "nbf": NOW + SKEW}),
    ] {
        assert!(validate(&changes, |_, _, _| {}).is_ok(), "{changes}");
    }
}

#[test]
fn without_a_known_issuer_the_keys_alone_say_it() {
    let checked =
        validate(&json!({"iss": "https://elsewhere.example"}), |expected, _, _| expected.issuer = None);
    assert_eq!(checked.unwrap().issuer, "https://elsewhere.example");
}

#[test]
fn a_key_that_is_not_known_yet_is_told_apart() {
    let made: Value = serde_json::from_str(include_str!("../../tests/vectors/jws.json")).unwrap();
    let token = made["tokens"][0]["token"].as_str().unwrap();
    let expected = Expected {
        issuer: None,
        client_id: "client-1",
        nonce: None,
        access_token: None,
        code: None,
        by_browser: false,
        algorithms: &Algorithm::ASYMMETRIC,
    };
    let now = Timestamp::from_second(NOW).unwrap();
    let old = IdToken::validate(&secret(token), Keys::Set(&JwkSet::default()), &expected, now);
    assert_eq!(old.unwrap_err(), IdTokenError::Signature(VerifyError::UnknownKey));
    // With the keys of now the signature is right; the token itself is for another client.
    let new = json!({ "keys": [made["keys"]["rsa"]["public"]] }).to_string();
    let set = JwkSet::parse(new.as_bytes()).unwrap();
    let read_again = IdToken::validate(&secret(token), Keys::Set(&set), &expected, now);
    assert_eq!(read_again.unwrap_err(), IdTokenError::Audience);
}
