//! What an exchange may show: the known secrets are masked in any form, and so is whatever stands where secrets do.

use crate::{shown::Sent, trace};
use domain::{
    evidence::{Asked, Came, Seen, Unanswered},
    ports::TransportError,
};
use protocol::message::{Response, Url, header};
use secret::{
    ServerText,
    redact::{Known, MASK},
};
use serde_json::{Map, Value};

/// The most of a body that is kept.
const BODY: usize = 16 << 10;
/// The most of a page that a person brings, in characters.
const PAGE: usize = 4_000;

/// What was sent and what came, masked.
pub(crate) fn seen(sent: &Sent, outcome: &Result<Response, TransportError>, known: &Known) -> Seen {
    let came = match outcome {
        Ok(reply) => Came::Response {
            status: reply.status.as_u16(),
            headers: reply
                .headers
                .iter()
                .filter(|(name, _)| tells(name.as_str()))
                .map(|(name, value)| {
                    let value = known.mask_text(&String::from_utf8_lossy(value.as_bytes()));
                    let value =
                        if name == header::LOCATION { trace::without_query_values(&value) } else { value };
                    (name.as_str().to_owned(), value)
                })
                .collect(),
            body: body(&reply.body, known),
        },
        Err(error) => {
            let mut why = Unanswered::of(error);
            why.chain.iter_mut().for_each(|words| *words = known.mask_text(words));
            Came::Transport(why)
        }
    };
    Seen { request: Some(asked(sent)), came }
}

/// Headers that tell about a refusal and nothing about anyone.
fn tells(name: &str) -> bool {
    let told =
        ["authenticate", "error", "ratelimit", "rate-limit", "retry", "scopes", "sso", "region", "mitigated"];
    let plain = ["content-type", "server", "via", "allow", "location", "x-request-id"];
    plain.contains(&name) || told.iter().any(|part| name.contains(part))
}

/// Parameters whose values tell how something was asked, and are not secret.
const PLAIN: [&str; 12] = [
    "grant_type",
    "redirect_uri",
    "scope",
    "client_id",
    "response_type",
    "response_mode",
    "code_challenge_method",
    "audience",
    "resource",
    "token_type_hint",
    "client_assertion_type",
    "prompt",
];

fn asked(sent: &Sent) -> Asked {
    let headers = sent.masked_headers().into_iter().filter(|(name, value)| {
        matches!(name.as_str(), "content-type" | "accept" | "authorization") || value.contains(MASK)
    });
    let form = sent.masked_body().filter(|body| !body.trim_start().starts_with(['{', '[', '<']));
    let members = form.iter().flat_map(|body| url::form_urlencoded::parse(body.as_bytes()).into_owned());
    let members: Map<String, Value> = members
        .map(|(key, value)| {
            let shown = if PLAIN.contains(&key.as_str()) { value } else { format!("<{key}>") };
            (key, Value::from(shown))
        })
        .collect();
    Asked {
        method: sent.method.clone(),
        url: trace::without_query_values(&sent.masked_url()),
        headers: headers.collect(),
        body: if members.is_empty() { Value::Null } else { Value::Object(members) },
    }
}

/// A body as text: known secrets masked, and whatever stands where secrets do.
fn body(bytes: &[u8], known: &Known) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else { return String::new() };
    let text = known.mask_text(text);
    let text = match serde_json::from_str::<Value>(&text) {
        Ok(mut document) => {
            mask_members(&mut document);
            document.to_string()
        }
        Err(_) => mask_pairs(&text),
    };
    text.chars().take(BODY).collect()
}

/// What a person brought of a page, as its text or its address: words and parameters, masked, on one line, capped.
pub(crate) fn page(pasted: &str) -> Map<String, Value> {
    let shown = |text: &str| ServerText::quote_within(text, PAGE).as_str().to_owned();
    let mut params = Map::new();
    let text = match Url::parse(pasted.trim()) {
        Ok(address) if address.has_host() => {
            let behind = address.fragment().unwrap_or_default().to_owned();
            let behind = url::form_urlencoded::parse(behind.as_bytes());
            for (name, value) in
                address.query_pairs().chain(behind).filter(|(name, _)| tells_of_an_error(name))
            {
                params.insert(shown(&name), Value::from(mask_words(&shown(&value))));
            }
            format!("{}{}", address.origin().ascii_serialization(), address.path())
        }
        _ => match serde_json::from_str(pasted) {
            Ok(mut document @ Value::Object(_)) => {
                mask_members(&mut document);
                each_text(&mut document, &|text| mask_words(text));
                shown(&document.to_string())
            }
            _ => mask_words(&shown(pasted)),
        },
    };
    Map::from_iter([
        ("seen_by".to_owned(), Value::from("user")),
        ("text".to_owned(), Value::from(text)),
        ("params".to_owned(), Value::Object(params)),
    ])
}

/// Parameters of an address that tell what went wrong, or how it was asked.
fn tells_of_an_error(name: &str) -> bool {
    let lower = name.to_lowercase();
    PLAIN.contains(&lower.as_str())
        || ["error", "message", "reason", "description"].iter().any(|part| lower.contains(part))
}

fn mask_words(text: &str) -> String {
    let word = |word: &str| match word.split_once('=') {
        _ if word.contains("://") => trace::without_query_values(word),
        Some((name, value)) if holds_a_secret(name) || looks_like_a_token(value) => {
            format!("{name}=<{name}>")
        }
        _ => mask_runs(word),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Masks what looks like a token between quotes and other marks, as in a document that is quoted in a sentence.
fn mask_runs(word: &str) -> String {
    let is_mark = |c: char| c.is_ascii_punctuation() && !is_of_a_token(c);
    let part = |part: &str| {
        let run = part.trim_end_matches(is_mark);
        let mark = part.get(run.len()..).unwrap_or_default();
        if looks_like_a_token(run) { format!("<value>{mark}") } else { part.to_owned() }
    };
    word.split_inclusive(is_mark).map(part).collect()
}

fn each_text(value: &mut Value, change: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| each_text(item, change)),
        Value::Object(members) => members.values_mut().for_each(|member| each_text(member, change)),
        _ => {}
    }
}

/// Names under which services give or repeat secrets.
fn holds_a_secret(name: &str) -> bool {
    let name = name.to_lowercase().replace(['-', '_'], "");
    let secret =
        ["token", "secret", "password", "assertion", "verifier", "apikey", "cookie", "session", "credential"];
    let word = ["tokentype", "tokenendpoint", "tokenurl"];
    name == "code"
        || (secret.iter().any(|part| name.contains(part)) && !word.iter().any(|word| name.contains(word)))
}

/// Whether a value is made of what tokens are made of: long, without a blank, letters and digits mixed.
pub(crate) fn looks_like_a_token(text: &str) -> bool {
    text.len() >= 24
        && text.chars().all(is_of_a_token)
        && text.chars().any(|c| c.is_ascii_digit())
        && text.chars().any(|c| c.is_ascii_alphabetic())
}

fn is_of_a_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '+' | '/' | '=')
}

fn mask_members(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    // A short word under such a name is an error code: `{"token": "expired"}`.
                    Value::String(text)
                        if (holds_a_secret(name) && !is_error_word(text)) || looks_like_a_token(text) =>
                    {
                        *text = format!("<{name}>");
                    }
                    value => mask_members(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask_members),
        Value::String(text) if looks_like_a_token(text) => "<value>".clone_into(text),
        _ => {}
    }
}

/// Lower-case words joined by `_`, as error codes are written.
fn is_error_word(text: &str) -> bool {
    text.len() <= 40 && text.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == ' ')
}

fn mask_pairs(text: &str) -> String {
    if text.contains(['<', ' ', '\n']) || !text.contains('=') {
        let word = |word: &str| if looks_like_a_token(word) { "<value>".to_owned() } else { word.to_owned() };
        return text.split(' ').map(word).collect::<Vec<_>>().join(" ");
    }
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, value))
            if (holds_a_secret(name) && !is_error_word(value)) || looks_like_a_token(value) =>
        {
            format!("{name}=<{name}>")
        }
        _ => pair.to_owned(),
    };
    text.split('&').map(pair).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_page_shows_what_is_wrong_and_no_secret() {
        let long = "word ".repeat(2_000);
        for (pasted, text, params) in [
            (
                "Error 400:\n  redirect_uri_mismatch\u{202e}\u{1b}[31m",
                "Error 400: redirect_uri_mismatch [31m",
                json!({}),
            ),
            ("the code=9f31 of 9f31c7a29f31c7a29f31c7a2", "the code=<code> of <value>", json!({})),
            (
                "see https://a.example/e?state=9f31&x=1 .",
                "see https://a.example/e?state=•••&x=••• .",
                json!({}),
            ),
            (
                " https://a.example/oauth/error?error=unauthorized_client&state=9f31&code=9f31&errorDetail=No%20such#error_description=b%0Ac ",
                "https://a.example/oauth/error",
                json!({ "error": "unauthorized_client", "errorDetail": "No such", "error_description": "b c" }),
            ),
            ("https://jane:9f31@a.example/error", "https://a.example/error", json!({})),
            (
                "{ \"error\": \"invalid_redirect_uri\", \"code\": \"9f31-C\", \"state\": \"9f31c7a29f31c7a29f31c7a2\", \
                 \"see\": \"https://a.example/e?state=9f31\" }",
                r#"{"error":"invalid_redirect_uri","code":"<code>","state":"<state>","see":"https://a.example/e?state=•••"}"#,
                json!({}),
            ),
            (
                "It said {\"error\":\"x\",\"state\":\"9f31c7a29f31c7a29f31c7a2\"}.",
                "It said {\"error\":\"x\",\"state\":\"<value>\"}.",
                json!({}),
            ),
        ] {
            let page = page(pasted);
            assert_eq!((&page["text"], &page["params"]), (&json!(text), &params), "{pasted}");
        }
        let capped = page(&long)["text"].as_str().unwrap().to_owned();
        assert!(capped.ends_with('…') && capped.chars().count() <= PAGE + 1, "{}", capped.len());
    }

    #[test]
    fn a_body_shows_what_is_wrong_and_no_secret() {
        let known = Known::new();
        for (came, kept) in [
            (r#"{"error":"invalid_client"}"#, r#"{"error":"invalid_client"}"#),
            (r#"{"access_token":"at-9f31c7a2"}"#, r#"{"access_token":"<access_token>"}"#),
            (r#"{"authed_user":{"token":"xoxp-1"}}"#, r#"{"authed_user":{"token":"<token>"}}"#),
            (r#"{"token":"expired"}"#, r#"{"token":"expired"}"#),
            (r#"{"detail":"9f31c7a29f31c7a29f31c7a2"}"#, r#"{"detail":"<detail>"}"#),
            ("access_token=at-1&token_type=bearer", "access_token=<access_token>&token_type=bearer"),
            ("key eyJhbGciOiJIUzI1NiJ9.e30.abc0123456789 is old", "key <value> is old"),
        ] {
            assert_eq!(body(came.as_bytes(), &known), kept);
        }
    }
}
