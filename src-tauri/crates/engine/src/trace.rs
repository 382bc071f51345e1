//! Traces: one call as it is recorded. What may be secret is masked here, before anything is stored.
//!
//! Of the address, query values go; of the headers, only known harmless names keep their values; of the body, the shape
//! stays: keys and types.

use crate::shown::Sent;
use domain::{
    Timestamp,
    event::{Exchange, ExchangeOutcome, ScriptRun},
    id::{ConnectionId, ExchangeId},
    ports::TransportError,
};
use protocol::message::{HeaderMap, Request, Response};
use secret::redact::{Known, MASK};
use serde_json::Value;

/// Headers whose values tell nothing about anyone.
const SHOWN: [&str; 12] = [
    "accept",
    "allow",
    "cache-control",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "retry-after",
    "server",
    "user-agent",
    "www-authenticate",
    "x-request-id",
];

/// One call to be recorded.
#[derive(Debug)]
pub struct Traced<'a> {
    /// Row identifier.
    pub id: &'a ExchangeId,
    /// When the request left.
    pub at: Timestamp,
    /// Whose call it was.
    pub connection: Option<&'a ConnectionId>,
    /// What was sent.
    pub request: &'a Request,
    /// What was sent, as it may be shown.
    pub sent: &'a Sent,
    /// What came of it.
    pub outcome: &'a Result<Response, TransportError>,
    /// How long it took.
    pub millis: u64,
    /// What the connector's script did before.
    pub scripts: Vec<ScriptRun>,
}

/// The record of a call.
pub fn record(traced: Traced<'_>, known: &Known) -> Exchange {
    let outcome = match traced.outcome {
        Ok(reply) => ExchangeOutcome::Reply {
            status: reply.status.as_u16(),
            headers: shown_headers(&reply.headers, known),
            bytes: reply.body.len() as u64,
            body: shape_of(&reply.body).map(|shape| known.mask_text(&shape)),
        },
        Err(error) => ExchangeOutcome::NoReply { class: error.class, detail: known.mask_text(&error.detail) },
    };
    Exchange {
        id: traced.id.clone(),
        at: traced.at,
        connection: traced.connection.cloned(),
        method: traced.sent.method.clone(),
        url: without_query_values(&traced.sent.masked_url()),
        request_headers: traced
            .sent
            .masked_headers()
            .into_iter()
            .map(|(name, value)| {
                let keep = SHOWN.contains(&name.as_str()) || value.contains(MASK);
                (name, if keep { value } else { MASK.to_owned() })
            })
            .collect(),
        request_bytes: traced.request.body.len() as u64,
        outcome,
        millis: traced.millis,
        scripts: traced.scripts,
    }
}

fn shown_headers(headers: &HeaderMap, known: &Known) -> Vec<(String, String)> {
    let shown = headers.iter().filter(|(name, _)| {
        SHOWN.contains(&name.as_str())
            || name.as_str().contains("ratelimit")
            || name.as_str().contains("rate-limit")
    });
    shown
        .map(|(name, value)| (name.to_string(), known.mask_text(&String::from_utf8_lossy(value.as_bytes()))))
        .collect()
}

pub(crate) fn without_query_values(url: &str) -> String {
    let Some((before, query)) = url.split_once('?') else { return url.to_owned() };
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((key, _)) => format!("{key}={MASK}"),
        None => MASK.to_owned(),
    });
    format!("{before}?{}", pairs.collect::<Vec<_>>().join("&"))
}

/// Keys and types of a JSON body, capped: `{"user": {"email": string}, "tags": [string]}`.
pub fn shape_of(body: &[u8]) -> Option<String> {
    let document: Value = serde_json::from_slice(body).ok()?;
    let mut shape = String::new();
    write_shape(&document, 0, &mut shape);
    Some(shape)
}

const DEEPEST: usize = 4;
const MOST_KEYS: usize = 40;
const LONGEST: usize = 4_000;

fn write_shape(value: &Value, depth: usize, shape: &mut String) {
    if shape.len() > LONGEST {
        shape.push('…');
        return;
    }
    match value {
        Value::Null => shape.push_str("null"),
        Value::Bool(_) => shape.push_str("boolean"),
        Value::Number(_) => shape.push_str("number"),
        Value::String(_) => shape.push_str("string"),
        Value::Array(items) => {
            shape.push('[');
            match items.first() {
                Some(first) if depth < DEEPEST => write_shape(first, depth + 1, shape),
                Some(_) => shape.push('…'),
                None => {}
            }
            shape.push(']');
        }
        Value::Object(_) if depth >= DEEPEST => shape.push_str("{…}"),
        Value::Object(members) => {
            shape.push('{');
            for (index, (key, value)) in members.iter().take(MOST_KEYS).enumerate() {
                shape.push_str(if index > 0 { ", " } else { "" });
                shape.push_str(key);
                shape.push_str(": ");
                write_shape(value, depth + 1, shape);
            }
            shape.push_str(if members.len() > MOST_KEYS { ", …}" } else { "}" });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_has_keys_and_types_and_no_values() {
        let body = br#"{"user":{"email":"jane@acme.test","id":7},"tags":["a","b"],"ok":true,"none":null,"empty":[]}"#;
        let shape = shape_of(body).unwrap();
        assert_eq!(
            shape,
            "{user: {email: string, id: number}, tags: [string], ok: boolean, none: null, empty: []}"
        );
    }

    #[test]
    fn query_values_go_and_keys_stay() {
        assert_eq!(
            without_query_values("https://api.example/x?key=abc&b=2&flag"),
            "https://api.example/x?key=•••&b=•••&•••"
        );
    }
}
