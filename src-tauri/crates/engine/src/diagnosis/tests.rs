//! The rules as a whole; what they find in real failures is counted by `examples/diagnosis_bench`.

use super::*;
use domain::{
    evidence::{Came, FailedStep, Fault, Seen, Unanswered},
    ports::{TransportClass, TransportError},
};
use facts::FACTS;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn evidence(document: Value) -> Evidence {
    serde_json::from_value(document).unwrap()
}

fn first(document: Value) -> Option<&'static str> {
    diagnose(&evidence(document)).causes.first().map(|cause| cause.cause.id.as_str())
}

#[test]
fn every_rule_file_is_read_and_every_rule_has_a_name_of_its_own() {
    let rules = Rules::read_own().unwrap();
    let names: BTreeSet<_> = rules.rules().iter().map(|rule| &rule.id).collect();
    assert_eq!(names.len(), rules.rules().len());
    assert!(rules.rules().iter().flat_map(|rule| rule.then.values()).all(|score| (1..=99).contains(score)));
}

#[test]
fn every_cause_can_be_found_and_has_a_way_on() {
    let rules = Rules::built_in();
    let found: BTreeSet<_> = rules.rules().iter().flat_map(|rule| rule.then.keys()).collect();
    for cause in rules.causes() {
        assert!(found.contains(&cause.id), "no rule leads to {}", cause.id);
        assert!(!cause.fixes.is_empty(), "{}", cause.id);
        assert!(cause.fixes.iter().all(|fix| rules.fix(fix).is_some()), "{}", cause.id);
    }
}

#[test]
fn rules_name_only_paths_that_evidence_has() {
    let heads = [
        "step",
        "came",
        "status",
        "class",
        "kind",
        "fault",
        "reply",
        "text",
        "code",
        "header",
        "param",
        "redirect",
        "nothing",
        "check",
        "sent",
        "connector",
        "local",
        "fact",
    ];
    for rule in Rules::built_in().rules() {
        for path in rule.when.paths() {
            let (head, key) = path.split_once('.').unwrap_or((path, ""));
            assert!(heads.contains(&head) || path.starts_with("body/"), "{}: {path}", rule.id);
            assert!(head != "fact" || FACTS.iter().any(|(name, _)| *name == key), "{}: {path}", rule.id);
        }
    }
}

#[test]
fn every_fact_is_asked_for() {
    let asked: BTreeSet<String> = Rules::built_in()
        .rules()
        .iter()
        .flat_map(|rule| rule.when.paths())
        .filter_map(|path| path.strip_prefix("fact.").map(str::to_owned))
        .collect();
    for (name, _) in FACTS {
        assert!(asked.contains(*name), "{name}");
    }
}

#[test]
fn one_thing_said_in_several_ways_has_one_cause() {
    let refused = |body: &str| {
        json!({
            "connector": { "auth": "oauth2", "grant_type": "authorization_code", "client_authentication": "client_secret_post", "pkce": "S256" },
            "step": "token",
            "evidence": {
                "request": { "method": "POST", "url": "https://login.example/token", "body": { "code": "<code>" } },
                "response": { "status": 400, "headers": { "content-type": "application/json" }, "body": body },
            },
        })
    };
    for (body, cause) in [
        (r#"{"error":"redirect_uri_mismatch"}"#, "redirect_mismatch"),
        (
            r#"{"error":"invalid_grant","error_description":"Invalid redirect URI: no match"}"#,
            "redirect_mismatch",
        ),
        (
            r#"{"error":"invalid_grant","error_description":"Code verifier does not match the challenge"}"#,
            "pkce_verifier_mismatch",
        ),
        (
            r#"{"error":"invalid_grant","error_description":"PKCE verification failed"}"#,
            "pkce_verifier_mismatch",
        ),
        (r#"{"error":"invalid_client"}"#, "client_secret_wrong"),
        (
            r#"{"error":"invalid_client","error_description":"Client secret has expired"}"#,
            "client_secret_expired",
        ),
        (r#"{"error":"invalid_client","error_description":"Unknown client"}"#, "client_id_unknown"),
        (r#"{"error":"unsupported_grant_type"}"#, "grant_not_allowed"),
        (r#"{"errorCode":"E0001","errorSummary":"Too many requests"}"#, "rate_limited"),
    ] {
        assert_eq!(first(refused(body)), Some(cause), "{body}");
    }
}

#[test]
fn a_header_named_in_a_refusal_is_not_a_wrong_place() {
    let refused = |message: &str| {
        json!({
            "connector": { "auth": "api_key", "placement": "header", "name": "X-Key" },
            "step": "verify",
            "evidence": { "response": { "status": 401, "body": message } },
        })
    };
    for (message, cause) in [
        ("Header X-Key: not the one that was issued", "api_key_invalid"),
        ("Missing X-Api-Key header", "api_key_wrong_place"),
    ] {
        assert_eq!(first(refused(message)), Some(cause), "{message}");
    }
}

#[test]
fn the_words_of_a_transport_error_change_nothing() {
    let broken = |kind: &str, chain: &str| {
        json!({
            "connector": { "auth": "bearer" },
            "step": "connect",
            "evidence": { "transport": { "class": "connect", "kind": kind, "chain": [chain] } },
        })
    };
    for words in ["", "Connection refused", "certificate expired: 407 proxy authentication required"] {
        assert_eq!(first(broken("refused", words)), Some("connection_refused"), "{words}");
        assert_eq!(first(broken("unheard_of", words)), None, "{words}");
    }
}

#[test]
fn the_kind_of_a_broken_connection_is_its_cause() {
    for (fault, cause) in [
        (Fault::WrongName, "tls_name_mismatch"),
        (Fault::UnknownIssuer, "tls_unknown_issuer"),
        (Fault::Expired, "tls_certificate_expired"),
        (Fault::Refused, "connection_refused"),
    ] {
        let class = TransportClass::Tls;
        let why = Unanswered::of(&TransportError { class, fault: Some(fault), detail: String::new() });
        let broken = Evidence {
            connector: Default::default(),
            step: FailedStep::Token,
            seen: Seen { request: None, came: Came::Transport(why) },
            local: Default::default(),
        };
        assert_eq!(diagnose(&broken).causes[0].cause.id, cause, "{fault:?}");
    }
}

/// The pages of failures that really happened, as somebody pastes them.
#[test]
fn a_page_that_was_pasted_is_told_as_one_that_was_recorded() {
    let corpus: Value =
        serde_json::from_str(include_str!("../../examples/diagnosis_bench/failures.json")).unwrap();
    let mut seen = 0;
    for case in corpus.as_array().unwrap() {
        let Some(text) = case["evidence"]["page"]["text"].as_str() else { continue };
        let mut pasted = evidence(json!({
            "connector": case["connector"], "step": case["step"], "local": case["local"],
            "evidence": { "page": {} },
        }));
        pasted.seen.came = Came::Page(crate::witness::page(text));
        let allowed: Vec<&str> = std::iter::once(&case["expect"]["cause"])
            .chain(case["expect"]["alternatives"].as_array().unwrap())
            .filter_map(Value::as_str)
            .collect();
        let first = diagnose(&pasted).causes.first().map(|cause| cause.cause.id.as_str());
        assert!(first.is_some_and(|first| allowed.contains(&first)), "{text}: {first:?}, not {allowed:?}");
        seen += 1;
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn what_nobody_knows_is_not_guessed() {
    let odd = json!({
        "connector": { "auth": "none" },
        "step": "call",
        "evidence": { "response": { "status": 418, "body": "{\"message\":\"I am a teapot\"}" } },
    });
    assert_eq!(diagnose(&evidence(odd)), Diagnosis::default());
}

#[test]
fn a_local_fact_decides_where_the_words_are_the_same() {
    let refused = |local: Value| {
        json!({
            "connector": { "auth": "oauth2", "client_authentication": "client_secret_basic" },
            "step": "token",
            "local": local,
            "evidence": { "response": { "status": 401, "body": "{\"error\":\"invalid_client\"}" } },
        })
    };
    for (local, cause) in [
        (json!({}), "client_secret_wrong"),
        (json!({ "secret_has_reserved_characters": true }), "client_secret_encoding"),
        (json!({ "client_secret_expires_at": "2026-10-31", "today": "2026-11-22" }), "client_secret_expired"),
        (json!({ "client_created_minutes_ago": 2 }), "change_not_yet_active"),
        (json!({ "credential_ends_with": "\\n" }), "credential_has_hidden_characters"),
    ] {
        assert_eq!(first(refused(local.clone())), Some(cause), "{local}");
    }
}
