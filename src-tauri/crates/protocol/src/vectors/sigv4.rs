//! The suites of AWS's own signers and the documented requests of its services, as each row names them. Some rows hold
//! paths that an address parser would change, so the steps are asked for what they make of raw text; the others go
//! through the whole.

use super::{rows, secret};
use crate::encode::encode;
use crate::{
    message::{HeaderName, HeaderValue, Method, Request, Url, header},
    sigv4::{
        Keys, Payload, Placement, Scope, authorize,
        canonical::{PathStyle, Signable, canonical_request, signed_names},
        sign::{Time, sign, signing_key, string_to_sign},
    },
};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// A request of the suite as it is written there.
struct Raw {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String, Option<&'static str>)>,
    body: String,
}

fn raw(text: &str) -> Raw {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let first = lines.next().unwrap();
    let (method, rest) = first.split_once(' ').unwrap();
    let target = rest.strip_suffix(" HTTP/1.1").unwrap();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers = lines.map(|line| line.split_once(':').unwrap());
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned(), None)).collect();
    Raw { method: method.into(), path: path.into(), query: query.into(), headers, body: body.into() }
}

fn check(row: &Value, placement: Placement) {
    let (name, context, expect) = (&row["name"], &row["input"]["context"], &row["expect"]);
    let word = |key: &str| context[key].as_str().unwrap().to_owned();
    let mut request = raw(row["input"]["request"].as_str().unwrap());
    let stamp = word("timestamp").replace(['-', ':'], "");
    let day = stamp[..8].to_owned();
    let scope = format!("{day}/{}/{}/aws4_request", word("region"), word("service"));
    let time = Time { stamp: stamp.clone(), day, scope: scope.clone() };
    let digest = Sha256::digest(request.body.as_bytes());
    let payload: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let id = context["credentials"]["access_key_id"].as_str().unwrap();
    // "omit_session_token" in the suite: the token goes along unsigned, so it changes nothing here.
    match placement {
        Placement::Header => {
            if !request.headers.iter().any(|(name, ..)| name == "X-Amz-Date") {
                request.headers.push(("X-Amz-Date".into(), stamp, None));
            }
            if context["sign_body"] == true {
                request.headers.push(("x-amz-content-sha256".into(), payload.clone(), None));
            }
        }
        Placement::Query => {
            let joint = if request.query.is_empty() { "" } else { "&" };
            request.query.push_str(&format!(
                "{joint}X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}&X-Amz-Date={stamp}&X-Amz-Expires={}&X-Amz-SignedHeaders={}",
                encode(format!("{id}/{scope}").as_bytes()),
                context["expiration_in_seconds"],
                encode(signed_names(&request.headers).as_bytes()),
            ));
        }
    }
    let signable = Signable {
        method: &request.method,
        path: &request.path,
        query: &request.query,
        headers: request.headers,
        payload: &payload,
        path_style: match context["normalize"].as_bool().unwrap() {
            true => PathStyle::Normalized,
            false => PathStyle::Exact,
        },
    };
    let mode = if placement == Placement::Header { "header" } else { "query" };
    let expected = |step: &str| expect[format!("{mode}_{step}")].as_str();
    let (canonical, names) = canonical_request(&signable);
    assert_eq!(Some(canonical.whole().expose().as_str()), expected("canonical_request"), "{name} {mode}");
    let text = string_to_sign(&canonical, &time);
    assert_eq!(Some(text.whole().expose().as_str()), expected("string_to_sign"), "{name} {mode}");
    let key = secret(&context["credentials"]["secret_access_key"]);
    let key = signing_key(&key, &time.day, &word("region"), &word("service"));
    let signature = sign(&key, &text);
    if let Some(expected) = expected("signature") {
        assert_eq!(signature, expected, "{name} {mode}");
        let whole = expect[format!("{mode}_signed_request")].as_str().unwrap();
        let carried = match placement {
            Placement::Header => {
                format!("Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}")
            }
            Placement::Query => format!("X-Amz-Signature={signature}"),
        };
        assert!(whole.contains(&carried), "{name} {mode}: {whole}");
    }
    if let Some(authorization) = expect["authorization"].as_str() {
        assert_eq!(
            authorization,
            format!("AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}"),
            "{name}"
        );
    }
}

#[test]
fn every_case_of_the_suite_holds_with_all_its_steps() {
    let rows = rows("sigv4_suite");
    assert_eq!(rows.len(), 26);
    for row in rows {
        check(&row, Placement::Header);
        check(&row, Placement::Query);
    }
}

#[test]
fn the_cases_that_only_botocore_has_hold_too() {
    let rows = rows("sigv4_botocore_extra");
    assert_eq!(rows.len(), 2);
    for row in rows {
        check(&row, Placement::Header);
    }
}

#[test]
fn every_request_of_a_service_is_signed_as_it_documents() {
    let rows = rows("sigv4_services");
    assert_eq!(rows.len(), 11);
    for row in rows {
        let (name, input, expect) = (&row["name"], &row["input"], &row["expect"]);
        let word = |key: &str| input[key].as_str().unwrap_or_default().to_owned();
        let mut request =
            Request::new(word("method").parse::<Method>().unwrap(), Url::parse(&word("url")).unwrap());
        for (name, value) in input["headers"].as_object().unwrap() {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            request.headers.insert(name, HeaderValue::from_str(value.as_str().unwrap()).unwrap());
        }
        request.body = word("body").into_bytes();
        let keys = Keys {
            access_key_id: word("access_key_id"),
            secret_access_key: secret(&input["secret_access_key"]),
            session_token: input["session_token"].is_string().then(|| secret(&input["session_token"])),
        };
        let scope = Scope {
            service: word("service"),
            region: word("region"),
            placement: if word("mode") == "query" { Placement::Query } else { Placement::Header },
            payload: Payload::Signed,
            expires: input["expires"].as_u64().unwrap_or(3600).try_into().unwrap(),
            at: jiff::fmt::strtime::parse("%Y%m%dT%H%M%SZ", word("timestamp"))
                .and_then(|parsed| parsed.to_datetime())
                .and_then(|at| at.to_zoned(jiff::tz::TimeZone::UTC))
                .unwrap()
                .timestamp(),
        };
        let signed = authorize(&mut request, &keys, &scope).unwrap();
        if let Some(canonical) = expect["canonical_request"].as_str() {
            assert_eq!(signed.canonical_request.whole().expose(), canonical, "{name}");
        }
        if let Some(authorization) = expect["authorization"].as_str() {
            assert_eq!(request.headers[header::AUTHORIZATION], authorization, "{name}");
        }
        if let Some(url) = expect["url"].as_str() {
            assert_eq!(request.url.as_str(), url, "{name}");
        }
        if let Some(digest) = input["signed_payload_header"].as_str() {
            assert_eq!(request.headers["x-amz-content-sha256"], digest, "{name}");
        }
    }
}
