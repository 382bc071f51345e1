//! The `Authorization` header: Basic (RFC 7617) and Bearer (RFC 6750 §2.1).
//!
//! Schemes are compared without case (RFC 9110 §11.1). A header that comes twice is refused, as its field is no list.

use super::{Findings, Place, Verdict};
use crate::{arrived::Arrived, decode, play::Asked};
use secret::SecretString;

pub(super) const HEADER: &str = "Header `Authorization`";

/// Words before a credential that may be named; any other first word may be the credential itself.
const SCHEMES: [&str; 10] =
    ["Basic", "Bearer", "Token", "Digest", "OAuth", "ApiKey", "Key", "Negotiate", "Bot", "AWS4-HMAC-SHA256"];

pub(super) fn check_basic(
    findings: &mut Findings,
    arrived: &Arrived,
    (username, expected_username): (&Asked, &SecretString),
    (password, expected_password): (&Asked, &SecretString),
) {
    let both = Asked { optional: username.optional && password.optional, ..Asked::default() };
    let Some(header) = only_header(findings, arrived, &both, expected_password) else { return };
    let Some(encoded) = behind_scheme(findings, "Basic", &header) else { return };
    findings.found(place(), "Basic ", true, encoded);
    let Some(pair) = decode::base64(encoded) else {
        let detail = match encoded.contains(':') {
            true => "not encoded; user name and password stand there as they are",
            false => "not as RFC 4648 §4 writes it",
        };
        return findings.fault(Verdict::Malformed, "Base64", detail);
    };
    let pair = String::from_utf8_lossy(&pair);
    // The user-id ends at the first colon; a password may hold more (RFC 7617 §2).
    let Some((found_username, found_password)) = pair.split_once(':') else {
        return findings.fault(
            Verdict::Malformed,
            "Base64",
            "without a colon between user name and password",
        );
    };
    findings.right("Base64", "user name and password");
    findings.found(place(), "Basic ", username.secret, found_username);
    findings.found(place(), "Basic ", true, found_password);
    findings.value("User name", username, expected_username, found_username);
    findings.value("Password", password, expected_password, found_password);
}

pub(super) fn check_bearer(
    findings: &mut Findings,
    arrived: &Arrived,
    prefix: &str,
    token: &Asked,
    expected: &SecretString,
) {
    let Some(header) = only_header(findings, arrived, token, expected) else { return };
    let found = match prefix {
        "" => header.as_str(),
        _ => match behind_scheme(findings, prefix, &header) {
            Some(found) => found,
            None => return,
        },
    };
    findings.found(place(), &header[..header.len() - found.len()], true, found);
    findings.value("Token", token, expected, found);
}

pub(super) fn place() -> Place {
    Place::Header("authorization".into())
}

pub(super) fn only_header(
    findings: &mut Findings,
    arrived: &Arrived,
    asked: &Asked,
    expected: &SecretString,
) -> Option<String> {
    let mut values = arrived.header("authorization");
    match values.len() {
        0 => findings.left_out(HEADER, asked, expected, arrived),
        1 => return values.pop(),
        times => findings.repeated(HEADER, times),
    }
    for value in &values {
        findings.found(place(), "", true, value);
    }
    None
}

/// What stands behind the scheme, if that is the one that it should be.
pub(super) fn behind_scheme<'h>(findings: &mut Findings, scheme: &str, header: &'h str) -> Option<&'h str> {
    let what = format!("Scheme `{scheme}`");
    let (first, rest) = header.split_once(' ').unwrap_or((header, ""));
    if first.eq_ignore_ascii_case(scheme) {
        findings.right(what, "right");
        return Some(rest.trim_start_matches(' '));
    }
    let known = SCHEMES.iter().find(|known| known.eq_ignore_ascii_case(first));
    findings.found(
        place(),
        known.map_or("", |_| &header[..header.len() - rest.len()]),
        true,
        if known.is_some() { rest } else { header },
    );
    let detail = match known {
        Some(known) => format!("the header begins with `{known}` instead"),
        None => "missing; the header begins with something else".into(),
    };
    findings.fault(Verdict::Malformed, what, detail);
    None
}
