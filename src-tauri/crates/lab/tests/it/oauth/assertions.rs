//! Apps that show who they are by a signed assertion (RFC 7523).

use super::{App, TOKEN, jiff_now, service};
use crate::spell::{base64url, unpem};
use hmac::{Hmac, Mac};
use p256::ecdsa::signature::Signer;
use serde_json::{Value, json};
use sha2::Sha256;

#[tokio::test(flavor = "multi_thread")]
async fn an_assertion_counts_once_and_for_this_service_alone() {
    let app = App::of(service(json!({ "grant": "client_credentials", "client": "secret_jwt" }))).await;
    let (id, secret) = (app.issued("client_id"), app.issued("client_secret"));
    let token_url = format!("http://127.0.0.1:{}{TOKEN}", app.world.port());
    let now = jiff_now();
    let claims = |changed: &[(&str, Value)]| {
        let mut claims = json!({ "iss": id, "sub": id, "aud": token_url, "exp": now + 60, "jti": "one" });
        changed.iter().for_each(|(key, value)| claims[*key] = value.clone());
        claims
    };
    let sign = |claims: &Value, algorithm: &str, secret: &str| {
        let part = |value: &Value| base64url(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&json!({ "alg": algorithm })), part(claims));
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(signed.as_bytes());
        format!("{signed}.{}", base64url(&mac.finalize().into_bytes()))
    };
    let ask = |assertion: &str| {
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let pairs = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", kind),
            ("client_assertion", assertion),
        ];
        app.post(TOKEN, &pairs, "")
    };
    let good = sign(&claims(&[]), "HS256", &secret);
    for (assertion, why) in [
        (sign(&claims(&[]), "HS256", "nope"), "Signature: wrong"),
        (sign(&claims(&[]), "HS384", &secret), "Algorithm: not HS256"),
        (sign(&claims(&[]), "none", &secret), "Algorithm: not HS256"),
        (format!("{good}="), "no signed token"),
        (sign(&claims(&[("aud", json!("https://other.example/token"))]), "HS256", &secret), "`aud`: not"),
        (sign(&claims(&[("iss", json!("other"))]), "HS256", &secret), "`iss`: not"),
        (sign(&claims(&[("exp", json!(now - 3600))]), "HS256", &secret), "`exp`: in the past"),
        (sign(&claims(&[("jti", json!(null))]), "HS256", &secret), "`jti`: missing"),
        (String::new(), "missing; this service takes a signed"),
    ] {
        let reply = ask(&assertion);
        assert_eq!(reply.json()["error"], "invalid_client", "{why}");
        assert!(reply.body.contains(why), "{why}: {}", reply.body);
    }
    let tampered = {
        let parts: Vec<_> = good.split('.').collect();
        format!(
            "{}.{}.{}",
            parts[0],
            base64url(claims(&[("sub", json!("root"))]).to_string().as_bytes()),
            parts[2]
        )
    };
    assert!(ask(&tampered).body.contains("Signature: wrong"));
    assert_eq!(ask(&good).status, 200);
    assert!(ask(&good).body.contains("used before"), "RFC 7523 section 3");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_signs_with_the_private_key_that_was_issued() {
    use p256::pkcs8::DecodePrivateKey;
    let app = App::of(service(json!({ "grant": "client_credentials", "client": "private_key_jwt" }))).await;
    let id = app.issued("client_id");
    let pem = app.issued("private_key");
    assert_eq!(app.issued("private_key"), pem, "it is the same each time");
    let key = p256::SecretKey::from_pkcs8_der(&unpem(&pem)).unwrap();
    let ask = |key: p256::SecretKey, jti: &str| {
        let part = |value: &Value| base64url(value.to_string().as_bytes());
        let aud = format!("http://127.0.0.1:{}{TOKEN}", app.world.port());
        let claims = json!({ "iss": id, "sub": id, "aud": [aud], "exp": jiff_now() + 60, "jti": jti });
        let signed = format!("{}.{}", part(&json!({ "alg": "ES256" })), part(&claims));
        let signature: p256::ecdsa::Signature = p256::ecdsa::SigningKey::from(key).sign(signed.as_bytes());
        let assertion = format!("{signed}.{}", base64url(&signature.to_bytes()));
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let pairs = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", kind),
            ("client_assertion", &assertion),
        ];
        app.post(TOKEN, &pairs, "").status
    };
    assert_eq!(ask(key, "a"), 200);
    assert_eq!(ask(p256::SecretKey::from_slice(&[7; 32]).unwrap(), "b"), 401);
}
