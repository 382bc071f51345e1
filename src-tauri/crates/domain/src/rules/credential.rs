//! No secret ever stands in a manifest: how one is recognized, and what is said then.
//!
//! By the name of its field, by the name of a header or value, by how it looks. The value itself is never repeated. What is
//! recognized wrongly has a way out in the remedy: a parameter with `secret: false`, or a setting.

use super::text::Finding;
use crate::manifest::{Problem, ProblemCode, quote, table::MapKind};
use protocol::oauth2::{AUTHORIZE_PARAMETERS, TOKEN_PARAMETERS};

/// Field names of other formats that hold secrets.
const SECRET_FIELDS: &[&str] = &[
    "access_token",
    "api_key",
    "api_secret",
    "apikey",
    "app_secret",
    "bearer_token",
    "client_secret",
    "consumer_secret",
    "credential",
    "credentials",
    "id_token",
    "passphrase",
    "password",
    "private_key",
    "refresh_token",
    "secret",
    "secret_access_key",
    "secret_key",
    "secrets",
    "session_token",
    "token",
    "token_secret",
];

/// Parameters of OAuth requests that carry secrets. Others with `token` in their name say what kind of token is wanted.
const SECRET_PARAMS: &[&str] = &[
    "accesstoken",
    "apikey",
    "assertion",
    "authorization",
    "clientassertion",
    "clientsecret",
    "code",
    "codeverifier",
    "cookie",
    "idtoken",
    "key",
    "password",
    "refreshtoken",
    "secret",
    "token",
];

/// Headers that belong to one connection between two machines (RFC 9110 §7.6.1), or that the program computes.
const RESERVED_HEADERS: &[&str] = &[
    "connection",
    "content-length",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// How well-known credentials begin, and how many letters and digits follow at least.
const KNOWN_BEGINNINGS: &[(&str, usize)] = &[
    ("-----BEGIN", 0),
    ("AIza", 30),
    ("AKIA", 16),
    ("ASIA", 16),
    ("eyJ", 20),
    ("ghp_", 20),
    ("gho_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("pk_live_", 16),
    ("rk_live_", 16),
    ("sk_live_", 16),
    ("sk_test_", 16),
    ("sk-", 20),
    ("xoxb-", 8),
    ("xoxp-", 8),
    ("xapp-", 8),
];

/// What is said of an unknown field whose name is that of a secret.
pub(super) fn secret_field_problem(key: &str, pointer: &str) -> Option<Problem> {
    let name = key.to_lowercase().replace('-', "_");
    SECRET_FIELDS.contains(&name.as_str()).then(|| {
        Problem::error(
            pointer,
            ProblemCode::Secret,
            format!("{} is a secret, and no secret stands in a connector.", quote(key)),
            "Delete it here; it is asked for when a connection is made and kept in the vault.",
        )
    })
}

/// What is wrong with the name of a header, query value, parameter, setting or environment.
pub(super) fn entry_name_problem(kind: MapKind, name: &str, pointer: &str) -> Option<Problem> {
    let title = kind.entry_title();
    let finding = match kind {
        MapKind::Headers => header_name(name).err().or_else(|| secret_name(name, is_credential_name(name))),
        MapKind::Query => value_name(name).err().or_else(|| secret_name(name, is_credential_name(name))),
        MapKind::Params => {
            let plain: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
            let own = if pointer.contains("/extra_authorize_params/") {
                AUTHORIZE_PARAMETERS.contains(&name)
            } else {
                TOKEN_PARAMETERS.contains(&name)
            };
            value_name(name)
                .err()
                .or_else(|| secret_name(name, SECRET_PARAMS.contains(&plain.as_str())))
                .or_else(|| own.then(set_by_protocol))
        }
        MapKind::FixedSettings | MapKind::Environments => None,
    }?;
    let message = format!("{title} {} {}.", quote(name), finding.fact);
    Some(Problem::error(pointer, finding.code, message, finding.remedy))
}

/// Checks the name of a header.
pub(super) fn header_name(name: &str) -> Result<(), Finding> {
    if RESERVED_HEADERS.contains(&name.to_ascii_lowercase().as_str()) {
        return Err(Finding::new(
            ProblemCode::ReservedHeader,
            "is set for each request by the program alone",
            "Delete it.",
        ));
    }
    if http::HeaderName::from_bytes(name.as_bytes()).is_err() {
        return Err(Finding::new(
            ProblemCode::Character,
            "is no name of a header",
            "Use letters, digits and `-`, such as `X-Api-Version`.",
        ));
    }
    Ok(())
}

fn set_by_protocol() -> Finding {
    Finding::new(
        ProblemCode::ReservedName,
        "is set by the sign-in itself, which could not protect it otherwise",
        "Delete it.",
    )
}

fn value_name(name: &str) -> Result<(), Finding> {
    if name.is_empty() || name.trim() != name || name.contains(char::is_control) {
        return Err(Finding::new(
            ProblemCode::Form,
            "is no name of a value",
            "Write the name on one line, without blanks around it.",
        ));
    }
    Ok(())
}

fn secret_name(name: &str, is_secret: bool) -> Option<Finding> {
    is_secret.then(|| {
        Finding::new(
            ProblemCode::Secret,
            "is named like a credential",
            format!("Make this a parameter: type `api_key` with the key {}.", quote(name)),
        )
    })
}

/// Whether a header or query value of this name carries a credential.
pub(super) fn is_credential_name(name: &str) -> bool {
    const PARTS: [&str; 7] =
        ["authorization", "cookie", "secret", "password", "passwd", "credential", "signature"];
    let lower = name.to_lowercase();
    PARTS.iter().any(|part| lower.contains(part))
        || words(name).any(|word| {
            let word = word.trim_end_matches('s');
            word.ends_with("key") || word.ends_with("token")
        })
}

/// The words of a name: `X-Api-Key`, `api_key` and `apiKey` have the word `key`.
fn words(name: &str) -> impl Iterator<Item = String> {
    let mut spaced = String::new();
    let mut before = ' ';
    for c in name.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(if c.is_alphanumeric() { c } else { ' ' });
        before = c;
    }
    spaced.to_lowercase().split_whitespace().map(Into::into).collect::<Vec<_>>().into_iter()
}

/// Finds a credential in a value that is sent as it stands.
pub(super) fn check_value(text: &str) -> Result<(), Finding> {
    let scheme = ["Bearer ", "Basic "].iter().find(|scheme| {
        text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
            && text.len() > scheme.len() + 3
    });
    if scheme.is_some() || runs(text).any(looks_random) {
        return Err(secret_value());
    }
    check_any_text(text)
}

/// Finds a credential of a well-known form anywhere, also in help and scripts.
pub(super) fn check_any_text(text: &str) -> Result<(), Finding> {
    let known = KNOWN_BEGINNINGS.iter().any(|(beginning, at_least)| {
        text.match_indices(beginning).any(|(at, _)| {
            let starts_a_word = !text[..at].ends_with(|c: char| c.is_alphanumeric());
            let rest = &text[at + beginning.len()..];
            let length = rest
                .bytes()
                .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
                .count();
            let has_digit = rest.bytes().take(length).any(|b| b.is_ascii_digit());
            let is_key =
                if *at_least > 0 { length >= *at_least && has_digit } else { rest.contains("PRIVATE KEY") };
            starts_a_word && is_key
        })
    });
    if known { Err(secret_value()) } else { Ok(()) }
}

fn secret_value() -> Finding {
    Finding::new(
        ProblemCode::Secret,
        "holds what looks like a credential, and no secret stands in a connector",
        "Make this a parameter, so that it is asked for when a connection is made and kept in the vault.",
    )
}

fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
}

/// Whether letters and digits stand together as only chance puts them: 32 hexadecimal digits, or 20 signs of which several are
/// digits and the letters change case or give way to digits again and again.
fn looks_random(run: &str) -> bool {
    let count = |test: fn(&u8) -> bool| run.bytes().filter(test).count();
    let digits = count(u8::is_ascii_digit);
    let (upper, lower) = (count(u8::is_ascii_uppercase), count(u8::is_ascii_lowercase));
    if digits == 0 || upper + lower == 0 {
        return false;
    }
    let is_hex = run.bytes().all(|b| b.is_ascii_hexdigit());
    let changes = run.as_bytes().windows(2).filter(|pair| class(pair[0]) != class(pair[1])).count();
    (is_hex && run.len() >= 32) || (run.len() >= 20 && digits >= 2 && changes * 4 >= run.len())
}

fn class(b: u8) -> u8 {
    match b {
        b'0'..=b'9' => 0,
        b'A'..=b'Z' => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_recognized_by_how_they_look() {
        for text in [
            "Bearer abcd1234",
            "basic dXNlcjpwYXNz",
            "ghp_0123456789abcdefghijABCDEFGHIJ012345",
            "token=sk_live_4eC39HqLyjWDarjtT1zdp7dc",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
            "0123456789abcdef0123456789abcdef",
            "wJalrXUtnFEMI7K7MDENG9bPxRfiCYEXAMPLEKEY",
            "xoxb-123456789012-abc",
        ] {
            assert!(check_value(text).is_err(), "{text}");
        }
        assert!(check_any_text("const k = `-----BEGIN RSA PRIVATE KEY-----\n…`").is_err());
    }

    #[test]
    fn ordinary_values_are_no_credentials() {
        for text in [
            "application/vnd.zylker.crm.v2+json",
            "2024-01-01",
            "offline",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "123e4567-e89b-12d3-a456-426614174000",
            "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "{workspace}",
            "contacts.read contacts.write",
            "https://graph.service.example/.default",
            "Bearer",
            "pl_live_",
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0",
            "sk-navigation-container-element",
        ] {
            assert_eq!(check_value(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn names_of_credentials_are_recognized_word_by_word() {
        for name in [
            "Authorization",
            "Cookie",
            "X-Api-Key",
            "apikey",
            "apiKey",
            "X-Auth-Token",
            "tokens",
            "client_secret",
        ] {
            assert!(is_credential_name(name), "{name}");
        }
        for name in ["Accept", "X-Keyword", "keyboard", "X-Tokenizer", "User-Agent", "page"] {
            assert!(!is_credential_name(name), "{name}");
        }
    }
}
