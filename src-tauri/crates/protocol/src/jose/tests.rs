//! Tokens that another library signed (`tests/vectors/jws.json`), and ours against its keys.

use super::*;
use secret::{SecretBytes, SecretString};
use serde_json::{Value, json};

fn made() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/jws.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn secret(value: &Value) -> SecretString {
    SecretString::new(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn set_of(keys: &[&Value]) -> JwkSet {
    JwkSet::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

fn with(jwk: &Value, name: &str, value: &str) -> Value {
    let mut jwk = jwk.clone();
    jwk[name] = value.into();
    jwk
}

/// Checks with the key of that name, or with the shared secret.
fn check(made: &Value, key: &str, token: &str, algorithm: Algorithm) -> Result<Verified, VerifyError> {
    if key == "secret" {
        let bytes = SecretBytes::new(made["secret"].as_str().unwrap().into());
        return verify(token, Keys::Bytes(&bytes), &[algorithm]);
    }
    verify(token, Keys::Set(&set_of(&[&made["keys"][key]["public"]])), &[algorithm])
}

#[test]
fn tokens_of_another_library_are_verified_with_every_algorithm() {
    let made = made();
    for row in made["tokens"].as_array().unwrap() {
        let (token, key) = (row["token"].as_str().unwrap(), row["key"].as_str().unwrap());
        let algorithm = Algorithm::parse(row["alg"].as_str().unwrap()).unwrap();
        let verified = check(&made, key, token, algorithm).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&verified.payload).unwrap(), made["claims"]);
        assert_eq!(
            check(&made, key, token, Algorithm::parse("HS256").unwrap()).is_ok(),
            algorithm == Algorithm::HS256
        );
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let first = if signature.starts_with('A') { "B" } else { "A" };
        let changed =
            [token.replacen("eyJpc3Mi", "eyJpc3Mj", 1), format!("{signed}.{first}{}", &signature[1..])];
        for changed in changed {
            assert_ne!(changed, token);
            assert!(check(&made, key, &changed, algorithm).is_err(), "{algorithm:?}");
        }
    }
}

#[test]
fn we_sign_as_another_library_does_from_every_form_of_a_key() {
    let made = made();
    let mut signed = 0;
    for row in made["tokens"].as_array().unwrap() {
        let (theirs, key) = (row["token"].as_str().unwrap(), row["key"].as_str().unwrap());
        let algorithm = Algorithm::parse(row["alg"].as_str().unwrap()).unwrap();
        if key == "secret" {
            let signer = Signer::from_secret(secret(&made["secret"]), Some(algorithm)).unwrap();
            assert_eq!(signer.sign(&made["claims"], [1; 32]).unwrap().expose(), theirs);
            continue;
        }
        for (form, text) in made["keys"][key].as_object().unwrap() {
            let signer = Signer::from_private_key(&secret(text), Some(algorithm), Some("key-1".into()));
            let signer = match (form.as_str(), key) {
                ("public", _) => {
                    assert_eq!(signer.unwrap_err(), KeyError::Public);
                    continue;
                }
                (_, "p521") => {
                    // Signing with P-521 is not offered: the library has no deterministic way.
                    assert!(signer.is_err());
                    continue;
                }
                _ => signer.unwrap(),
            };
            let ours = signer.sign(&made["claims"], [1; 32]).unwrap();
            match algorithm.family() {
                Family::Rsa | Family::Ed25519 => assert_eq!(ours.expose(), theirs, "{algorithm:?} {form}"),
                _ => assert_eq!(ours.expose().len(), theirs.len()),
            }
            assert!(check(&made, key, ours.expose(), algorithm).is_ok(), "{algorithm:?} {form}");
            assert_eq!(signer.sign(&made["claims"], [1; 32]).unwrap().expose(), ours.expose());
            signed += 1;
        }
    }
    assert_eq!(signed, 6 * 3 + 2 * 3 + 2);
}

#[test]
fn a_key_that_does_not_serve_is_refused_with_the_reason() {
    let made = made();
    let refused =
        |text: &Value, algorithm| Signer::from_private_key(&secret(text), algorithm, None).unwrap_err();
    for (name, reason) in [
        ("short", KeyError::TooShort),
        ("short_jwk", KeyError::TooShort),
        ("kind_jwk", KeyError::Kind),
        ("encrypted", KeyError::Encrypted),
        ("encrypted_sec1", KeyError::Encrypted),
        ("public", KeyError::Public),
        ("public_jwk", KeyError::Public),
        ("kind", KeyError::NotAKey),
    ] {
        assert_eq!(refused(&made["bad"][name], None), reason, "{name}");
    }
    for text in [
        "",
        "hunter2",
        "{}",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
    ] {
        let error = refused(&text.into(), None);
        assert!(matches!(error, KeyError::NotAKey | KeyError::Public), "{text}");
        assert!(!error.to_string().contains("hunter2"));
    }
    let rsa = &made["keys"]["rsa"]["pkcs8"];
    assert_eq!(refused(rsa, Some(Algorithm::ES256)), KeyError::Unfit(Algorithm::ES256));
    assert_eq!(refused(rsa, Some(Algorithm::HS256)), KeyError::Unfit(Algorithm::HS256));
    let none = Signer::from_secret(SecretString::new(String::new()), None).unwrap_err();
    assert_eq!(none, KeyError::Empty);
    let rs = Signer::from_secret(SecretString::new("s".into()), Some(Algorithm::RS256)).unwrap_err();
    assert_eq!(rs, KeyError::Unfit(Algorithm::RS256));
}

#[test]
fn what_a_jwk_says_about_itself_is_used_where_nobody_says() {
    let made = made();
    let jwk = with(&with(&made["keys"]["rsa"]["jwk"], "alg", "PS256"), "kid", "own");
    let signer = Signer::from_private_key(&secret(&jwk), None, None).unwrap();
    assert_eq!(signer.algorithm(), Algorithm::PS256);
    assert_eq!(format!("{signer:?}"), r#"Signer { algorithm: PS256, key_id: Some("own") }"#);
    for (key, algorithm) in
        [("rsa", Algorithm::RS256), ("p256", Algorithm::ES256), ("p384", Algorithm::ES384)]
    {
        let signer = Signer::from_private_key(&secret(&made["keys"][key]["pkcs8"]), None, None).unwrap();
        assert_eq!(signer.algorithm(), algorithm);
    }
}

#[test]
fn a_key_is_chosen_by_name_use_kind_and_algorithm() {
    let made = made();
    let rsa = &made["keys"]["rsa"]["public"];
    let other = &made["keys"]["p256"]["public"];
    let token = made["tokens"][0]["token"].as_str().unwrap();
    for (keys, outcome) in [
        (vec![with(rsa, "kid", "key-1")], Ok(())),
        (vec![with(other, "kid", "key-0"), rsa.clone()], Ok(())),
        (vec![with(&with(rsa, "kid", "key-1"), "use", "sig")], Ok(())),
        // Keys were changed: time to read them again.
        (vec![with(rsa, "kid", "key-2")], Err(VerifyError::UnknownKey)),
        (vec![], Err(VerifyError::UnknownKey)),
        (vec![with(&with(rsa, "kid", "key-1"), "use", "enc")], Err(VerifyError::UnknownKey)),
        (vec![with(&with(rsa, "kid", "key-1"), "alg", "RS512")], Err(VerifyError::UnknownKey)),
        (vec![with(other, "kid", "key-1")], Err(VerifyError::UnknownKey)),
        (vec![json!({"kty": "oct", "k": "AAAA", "kid": "key-1"}), json!(7)], Err(VerifyError::UnknownKey)),
        (vec![made["bad"]["short_jwk"].clone()], Err(VerifyError::UnknownKey)),
    ] {
        let set = set_of(&keys.iter().collect::<Vec<_>>());
        let verified = verify(token, Keys::Set(&set), &[Algorithm::RS256]).map(|_| ());
        assert_eq!(verified, outcome, "{keys:?}");
    }
    assert_eq!(JwkSet::parse(b"<html>").unwrap_err(), NotASet);
    assert_eq!(JwkSet::parse(br#"{"keys":{}}"#).unwrap_err(), NotASet);
}

#[test]
fn a_public_key_is_no_shared_secret() {
    let made = made();
    let public = made["bad"]["public"].as_str().unwrap();
    let forged = Signer::from_secret(SecretString::new(public.to_owned()), None).unwrap();
    let token = forged.sign(&made["claims"], [1; 32]).unwrap();
    let set = set_of(&[&made["keys"]["rsa"]["public"]]);
    for allowed in [&Algorithm::ASYMMETRIC[..], &[Algorithm::HS256]] {
        assert_eq!(verify(token.expose(), Keys::Set(&set), allowed).unwrap_err(), VerifyError::Algorithm);
    }
}

proptest::proptest! {
    #[test]
    fn no_token_breaks_the_verifier(text in "[A-Za-z0-9_.=-]{0,60}|eyJhbGciOiJSUzI1NiJ9[.][A-Za-z0-9_-]{0,20}[.][A-Za-z0-9_-]{0,20}") {
        let set = JwkSet::default();
        proptest::prop_assert!(verify(&text, Keys::Set(&set), &Algorithm::ASYMMETRIC).is_err());
    }
}
