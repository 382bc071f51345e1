//! Verify: what a reply to the connector's harmless request means. *Works*, *refused* or *could not check*.
//!
//! Refused is only what says so: the connector's `auth_failure` rule, or the right status with a body that denies it.
//! Everything else teaches nothing, and what is not learned changes no status.

use domain::{
    connection::{CouldNotCheck, Verification},
    connector::{AuthFailure, Verify},
    ports::TransportError,
};
use protocol::message::{HeaderMap, Response, header};
use secret::{ServerText, redact::Known};
use serde_json::Value;

/// What the reply to a verify request means.
pub fn judge(
    verify: &Verify,
    auth_failure: &AuthFailure,
    reply: &Result<Response, TransportError>,
    known: &Known,
) -> Verification {
    let reply = match reply {
        Ok(reply) => reply,
        Err(error) => {
            let reason = CouldNotCheck::Unreachable { class: error.class, detail: error.detail.clone() };
            return Verification::CouldNotCheck { reason };
        }
    };
    let status = reply.status.as_u16();
    let refused = || Verification::Refused { status, said: said(reply, known) };
    if auth_failure.matches(status, &reply.body) {
        return refused();
    }
    if verify.expects(status) {
        return match &verify.expect_body {
            Some(check) if !check.holds(&reply.body) => match says(&check.pointer, &reply.body) {
                true => refused(),
                // A maintenance page or a captive portal denies nothing.
                false => {
                    let expected = format!("a JSON reply with a value at `{}`", check.pointer);
                    Verification::CouldNotCheck { reason: CouldNotCheck::Unexpected { status, expected } }
                }
            },
            _ => Verification::Works { account: account(verify, reply, known) },
        };
    }
    let reason = if matches!(status, 408 | 429 | 500..) {
        CouldNotCheck::ServiceTrouble { status }
    } else {
        CouldNotCheck::Unexpected { status, expected: expected(verify) }
    };
    Verification::CouldNotCheck { reason }
}

/// The pointer of what the connector looks for in a reply, and which the reply lacks.
pub(crate) fn lacks<'a>(verify: &'a Verify, found: &Verification) -> Option<&'a str> {
    match found {
        Verification::Works { account: None } => verify.account.as_deref(),
        Verification::CouldNotCheck { reason: CouldNotCheck::Unexpected { status, .. } }
            if verify.expects(*status) =>
        {
            verify.expect_body.as_ref().map(|check| check.pointer.as_str())
        }
        _ => None,
    }
}

/// What the service said about it, in its own words: quoted, capped, known secrets masked.
pub fn said(reply: &Response, known: &Known) -> Option<String> {
    let text = match serde_json::from_slice::<Value>(&reply.body) {
        Ok(document) => message(&document)?,
        Err(_) if is_text(&reply.headers) => String::from_utf8(reply.body.clone()).ok()?,
        Err(_) => return None,
    };
    let quoted = ServerText::quote(&known.mask_text(&text));
    (!quoted.is_empty()).then(|| quoted.as_str().to_owned())
}

/// Where services put the sentence for people (RFC 6749 §5.2, RFC 9457 and common habits).
const MESSAGES: [&str; 10] = [
    "/error_description",
    "/error/message",
    "/detail",
    "/message",
    "/errors/0/message",
    "/errors/0/detail",
    "/error/description",
    "/error",
    "/title",
    "/msg",
];

fn message(document: &Value) -> Option<String> {
    MESSAGES.iter().find_map(|pointer| document.pointer(pointer)?.as_str().map(str::to_owned))
}

fn is_text(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/plain"))
}

fn account(verify: &Verify, reply: &Response, known: &Known) -> Option<String> {
    let document: Value = serde_json::from_slice(&reply.body).ok()?;
    let text = match document.pointer(verify.account.as_deref()?)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let quoted = ServerText::quote(&known.mask_text(&text));
    (!quoted.is_empty()).then(|| quoted.as_str().to_owned())
}

/// Whether the body is JSON that has a value at `pointer`.
fn says(pointer: &str, body: &[u8]) -> bool {
    serde_json::from_slice::<Value>(body).is_ok_and(|document| document.pointer(pointer).is_some())
}

fn expected(verify: &Verify) -> String {
    if verify.expect_status.is_empty() {
        return "a status from 200 to 299".into();
    }
    let list: Vec<_> = verify.expect_status.iter().map(u16::to_string).collect();
    format!("the status {}", list.join(" or "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::ports::TransportClass;
    use protocol::message::StatusCode;
    use serde_json::json;

    fn verify(document: Value) -> Verify {
        let mut whole = json!({ "path": "/me" });
        whole.as_object_mut().unwrap().extend(document.as_object().unwrap().clone());
        serde_json::from_value(whole).unwrap()
    }

    fn reply(status: u16, body: &str) -> Result<Response, TransportError> {
        let status = StatusCode::from_u16(status).unwrap();
        Ok(Response { status, headers: HeaderMap::new(), body: body.into() })
    }

    #[test]
    fn only_what_says_so_is_refused() {
        let plain = verify(json!({}));
        let strict =
            verify(json!({ "expect_status": [200], "expect_body": { "pointer": "/ok", "equals": true } }));
        for (verify, status, body, outcome) in [
            (&plain, 200, "", "works"),
            (&plain, 204, "", "works"),
            (&plain, 401, "", "refused"),
            (&plain, 403, "", "could_not_check"),
            (&plain, 404, "", "could_not_check"),
            (&plain, 429, "", "could_not_check"),
            (&plain, 500, "", "could_not_check"),
            (&plain, 302, "", "could_not_check"),
            (&strict, 200, r#"{"ok":true}"#, "works"),
            (&strict, 200, r#"{"ok":false,"error":"invalid_auth"}"#, "refused"),
            (&strict, 200, "<html>", "could_not_check"),
            (&strict, 200, "{}", "could_not_check"),
            (&strict, 201, r#"{"ok":true}"#, "could_not_check"),
        ] {
            let found = judge(verify, &AuthFailure::default(), &reply(status, body), &Known::new());
            assert_eq!(serde_json::to_value(&found).unwrap()["kind"], outcome, "{status} {body}");
        }
    }

    #[test]
    fn the_connector_says_which_replies_refuse() {
        let rule: AuthFailure = serde_json::from_value(
            json!({ "status": [403], "body": { "pointer": "/code", "equals": "expired" } }),
        )
        .unwrap();
        let verify = verify(json!({}));
        let refused =
            judge(&verify, &rule, &reply(403, r#"{"code":"expired","message":"old"}"#), &Known::new());
        assert_eq!(refused, Verification::Refused { status: 403, said: Some("old".into()) });
        let other = judge(&verify, &rule, &reply(403, r#"{"code":"plan"}"#), &Known::new());
        assert!(matches!(other, Verification::CouldNotCheck { .. }));
    }

    #[test]
    fn no_reply_teaches_nothing() {
        let error =
            TransportError { class: TransportClass::Resolve, fault: None, detail: "no such host".into() };
        let found = judge(&verify(json!({})), &AuthFailure::default(), &Err(error), &Known::new());
        assert!(matches!(
            found,
            Verification::CouldNotCheck {
                reason: CouldNotCheck::Unreachable { class: TransportClass::Resolve, .. }
            }
        ));
    }

    #[test]
    fn a_secret_that_the_service_repeats_is_masked_in_its_words() {
        let mut known = Known::new();
        known.add(&secret::SecretString::new("pl_live_12345".into()));
        let verify = verify(json!({ "account": "/user" }));
        let refused = judge(
            &verify,
            &AuthFailure::default(),
            &reply(401, r#"{"message":"key pl_live_12345 is off"}"#),
            &known,
        );
        assert_eq!(refused, Verification::Refused { status: 401, said: Some("key ••• is off".into()) });
        let works =
            judge(&verify, &AuthFailure::default(), &reply(200, r#"{"user":"pl_live_12345"}"#), &known);
        assert_eq!(works, Verification::Works { account: Some("•••".into()) });
    }
}
