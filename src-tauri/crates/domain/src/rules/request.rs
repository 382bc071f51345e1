//! The rules of what is sent and asked for: verify, permissions, insecure addresses, categories.

use super::{
    Findings, address,
    node::{Node, authentications},
    texts,
};
use crate::{
    connector::Delimiter,
    manifest::{
        Problem, ProblemCode, quote,
        table::{Text, UrlUse},
    },
    template::UrlTemplate,
};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The most categories of one connector.
const MAX_CATEGORIES: usize = 3;

pub(super) fn check(map: &Map<String, Value>, document: &Node<'_>, findings: &mut Findings) {
    check_insecure(map, document, findings);
    advise_of_keys_in_paths(map, findings);
    let categories = document.field("categories");
    if categories.items().count() > MAX_CATEGORIES {
        findings.error(categories.error(
            ProblemCode::TooLarge,
            format!("Categories: more than {MAX_CATEGORIES}."),
            format!("Keep the {MAX_CATEGORIES} that people would look under."),
        ));
    }
    let ways = authentications(document);
    for scopes in std::iter::once(document).chain(&ways).map(|node| node.field("scopes")) {
        check_scopes(&scopes, findings);
    }
    for verify in std::iter::once(document).chain(&ways).map(|node| node.field("verify")) {
        if verify.value.is_object() {
            check_verify(&verify, findings);
        }
    }
    advise(document, &ways, findings);
}

fn check_verify(verify: &Node<'_>, findings: &mut Findings) {
    match (verify.text("path"), verify.text("url")) {
        (Some(_), Some(_)) => findings.error(verify.field("url").error(
            ProblemCode::Conflict,
            "Verify has a path and an address, and needs only one of them.",
            "Keep the path for a request behind the base address, the address for one elsewhere.",
        )),
        (None, None) => findings.missing(verify.field("path").error(
            ProblemCode::Missing,
            "Verify has no path.",
            "Write the path of a request that changes nothing and names the account, or leave verify out.",
        )),
        _ => {}
    }
    let reads_body = ["expect_body", "account"].into_iter().find(|field| !verify.field(field).is_empty());
    if let Some(field) = reads_body.filter(|_| verify.text("method") == Some("HEAD")) {
        findings.error(verify.field(field).error(
            ProblemCode::Conflict,
            "The reply to HEAD has no body to read.",
            "Use GET, or judge by the status alone.",
        ));
    }
}

fn check_scopes(scopes: &Node<'_>, findings: &mut Findings) {
    let delimiter = Delimiter::from(scopes.text("delimiter").unwrap_or("space").to_owned());
    let mut seen = BTreeSet::new();
    for item in scopes.field("items").items() {
        let Some(value) = item.text("value") else { continue };
        let node = item.field("value");
        if !seen.insert(value) {
            findings.error(node.error(
                ProblemCode::Duplicate,
                format!("Two permissions have the value {}.", quote(value)),
                "Delete one of them.",
            ));
        } else if value.contains(delimiter.as_str()) {
            findings.error(node.error(
                ProblemCode::Conflict,
                format!("Permission {} holds the delimiter.", quote(value)),
                "Write one permission per entry, or choose another delimiter.",
            ));
        }
    }
}

/// `http://` only on this machine, or where the connector says so; then it stays a warning.
fn check_insecure(map: &Map<String, Value>, document: &Node<'_>, findings: &mut Findings) {
    let is_allowed = document.flag("allow_insecure_http").unwrap_or(false);
    let of_calls = texts::all(map).into_iter().filter(|found| {
        matches!(found.rule, Text::Url(UrlUse::Base | UrlUse::Endpoint | UrlUse::Issuer))
            && !found.pointer.starts_with("/environments/")
    });
    for found in of_calls {
        let Ok(url) = UrlTemplate::parse(found.text) else { continue };
        if !url.is_insecure() || url.is_loopback() {
            continue;
        }
        let message =
            format!("{} begins with `http://`: anyone on the way can read what is sent.", found.title);
        let (pointer, code) = (found.pointer, ProblemCode::Insecure);
        findings.problems.push(if is_allowed {
            Problem::advice(pointer, code, message, "Use `https://` as soon as the service offers it.")
        } else {
            Problem::error(
                pointer,
                code,
                message,
                "Write `https://`, or allow insecure addresses for this connector.",
            )
        });
    }
}

/// A key pasted along with an address would be in every copy of the connector.
fn advise_of_keys_in_paths(map: &Map<String, Value>, findings: &mut Findings) {
    let of_calls = texts::all(map).into_iter().filter(|found| {
        matches!(found.rule, Text::Path | Text::Url(UrlUse::Base | UrlUse::Endpoint))
            && !found.is_in_authentication()
    });
    for found in of_calls.filter(|found| address::has_random_path(found.text)) {
        findings.problems.push(Problem::advice(
            found.pointer,
            ProblemCode::Secret,
            format!("{} holds what looks like a credential.", found.title),
            "Where it is one, make it a parameter with the location path; where each account has its own, a setting.",
        ));
    }
}

fn advise(document: &Node<'_>, ways: &[Node<'_>], findings: &mut Findings) {
    let is_verified = |way: &Node<'_>| !way.field("verify").is_empty();
    if !is_verified(document) && (ways.is_empty() || !ways.iter().all(is_verified)) {
        findings.problems.push(document.field("verify").advice(
            ProblemCode::Recommended,
            "Verify names no request yet, so nobody can prove that a connection works.",
            "Name a quick request that changes nothing and tells whose account it is.",
        ));
    }
    for way in ways {
        let verify =
            [way.field("verify"), document.field("verify")].into_iter().find(|verify| !verify.is_empty());
        let carries_body =
            |verify: &Node<'_>| matches!(verify.text("method"), Some("POST" | "PUT" | "PATCH"));
        if way.text("type") == Some("auth_fields")
            && let Some(verify) = verify.filter(|verify| !carries_body(verify))
        {
            findings.problems.push(verify.field("method").advice(
                ProblemCode::Recommended,
                "Auth fields travel only in the body of POST, PUT and PATCH, so this request carries none.",
                "Verify with one of these methods.",
            ));
        }
        let scopes = [way.field("scopes"), document.field("scopes")];
        let offers = scopes.iter().any(|scopes| !scopes.field("items").is_empty());
        if way.text("type") == Some("oauth2") && !offers && way.field("default_scopes").is_empty() {
            findings.problems.push(document.field("scopes").advice(
                ProblemCode::Recommended,
                "No permissions are listed, so the service decides what a connection may do.",
                "List the permissions that the service offers; they are optional but strongly recommended.",
            ));
        }
        let delimiter = scopes.iter().find_map(|scopes| scopes.text("delimiter").map(|text| (scopes, text)));
        if way.text("type") == Some("openid_connect")
            && let Some((scopes, _)) = delimiter.filter(|(_, text)| !matches!(*text, "space" | " "))
        {
            findings.problems.push(scopes.field("delimiter").advice(
                ProblemCode::Conflict,
                "OpenID Connect always separates permissions by a blank; another delimiter is not used.",
                "Set the delimiter to `space`.",
            ));
        }
    }
}
