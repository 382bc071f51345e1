//! A request as it may be shown: credentials masked by their place and by their value, bodies as their shape.
//!
//! What the check found is masked wherever it stands. Beyond that, whatever is named like a credential is masked too: a
//! key that was sent to the wrong place, or a real one that was typed by mistake, is none of the log's business.

use crate::{
    arrived::{Arrived, Body},
    check::{Found, Place},
};
use secret::redact::{Known, MASK};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// The longest text of one value, in characters.
const LONGEST: usize = 512;
/// The most members of one object in a shape, and how deep a shape goes.
const MOST_MEMBERS: usize = 50;
const DEEPEST: usize = 6;

/// A request as it may be shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// HTTP method.
    pub method: String,
    /// The service's host that the Lab stood in for.
    pub host: String,
    /// The path at that host.
    pub path: String,
    /// The pairs of the query, in order.
    pub query: Vec<Pair>,
    /// The headers, in order.
    pub headers: Vec<Pair>,
    /// The body.
    pub body: BodyShape,
}

/// A name with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// What a body is made of, without its values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BodyShape {
    /// There is none.
    Empty,
    /// A form.
    Form {
        /// Its keys, in order.
        keys: Vec<String>,
    },
    /// JSON.
    Json {
        /// The same document with the names of types in the place of values.
        shape: Value,
    },
    /// Anything else.
    Other {
        /// Its content type, empty for none.
        content_type: String,
        /// Its length.
        bytes: usize,
    },
}

impl Seen {
    /// Masks a request. `known` are values that must not be shown besides those that were found.
    pub(crate) fn new(arrived: &Arrived, found: &[Found], mut known: Known) -> Self {
        let secret: Vec<&Found> = found.iter().filter(|found| found.secret).collect();
        for found in &secret {
            known.add(&found.value);
        }
        let text = |text: &str| clip(&known.mask_text(text));
        let masked = |place: &Place| {
            secret.iter().find(|found| found.place == *place).map(|it| it.prefix.clone() + MASK)
        };
        let public = |place: &Place| found.iter().any(|found| found.place == *place);
        let pair = |name: &str, value: &str, place: Place| Pair {
            name: text(name),
            value: match masked(&place) {
                Some(masked) => text(&masked),
                None if names_a_credential(name) && !public(&place) => MASK.into(),
                None => text(value),
            },
        };
        let headers = arrived.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            pair(name.as_str(), &value, Place::Header(name.as_str().into()))
        });
        let query = arrived.query.iter().map(|(key, value)| pair(key, value, Place::Query(key.clone())));
        Self {
            method: arrived.method.as_str().into(),
            host: text(&arrived.target.host),
            path: clip(&masked_path(arrived, &secret, &known)),
            query: query.collect(),
            headers: headers.collect(),
            body: BodyShape::of(&arrived.body, &text),
        }
    }
}

fn masked_path(arrived: &Arrived, secret: &[&Found], known: &Known) -> String {
    let segments = arrived.target.segments.iter().enumerate().map(|(index, segment)| {
        let masked = secret.iter().find_map(|found| match &found.place {
            Place::Path(at, masked) if *at == index => Some(masked.clone()),
            _ => None,
        });
        format!("/{}", masked.unwrap_or_else(|| known.mask_text(segment)))
    });
    let path: String = segments.collect();
    if path.is_empty() { "/".into() } else { path }
}

impl BodyShape {
    fn of(body: &Body, text: &dyn Fn(&str) -> String) -> Self {
        match body {
            Body::Empty => Self::Empty,
            Body::Form(pairs) => {
                Self::Form { keys: pairs.iter().take(MOST_MEMBERS).map(|(key, _)| text(key)).collect() }
            }
            Body::Json { value, .. } => Self::Json { shape: shape(value, text, 0) },
            Body::NotJson { bytes } => Self::Other { content_type: "application/json".into(), bytes: *bytes },
            Body::Other { content_type, bytes } => {
                Self::Other { content_type: text(content_type), bytes: *bytes }
            }
        }
    }
}

/// The names of types in the place of values; a list shows its first item.
fn shape(value: &Value, text: &dyn Fn(&str) -> String, depth: usize) -> Value {
    match value {
        Value::Null => json!("null"),
        Value::Bool(_) => json!("true or false"),
        Value::Number(_) => json!("number"),
        Value::String(_) => json!("text"),
        Value::Array(_) | Value::Object(_) if depth == DEEPEST => json!("…"),
        Value::Array(items) => items.iter().take(1).map(|item| shape(item, text, depth + 1)).collect(),
        Value::Object(members) => {
            let members = members.iter().take(MOST_MEMBERS);
            let shapes = members.map(|(name, value)| (text(name), shape(value, text, depth + 1)));
            Value::Object(shapes.collect::<Map<_, _>>())
        }
    }
}

fn names_a_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["auth", "cookie", "key", "token", "secret", "passw", "signature"].iter().any(|word| name.contains(word))
}

fn clip(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::{HeaderMap, HeaderMap as Headers, Method};
    use secret::SecretString;

    fn arrived(uri: &str, headers: &[(&'static str, &str)], body: &str) -> Arrived {
        let mut map: Headers = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        Arrived::read(Method::POST, &uri.parse().unwrap(), map, body.as_bytes()).unwrap()
    }

    fn found(place: Place, prefix: &str, secret: bool, value: &str) -> Found {
        Found { place, prefix: prefix.into(), secret, value: SecretString::new(value.into()) }
    }

    fn pairs(pairs: &[Pair]) -> Vec<(&str, &str)> {
        pairs.iter().map(|pair| (pair.name.as_str(), pair.value.as_str())).collect()
    }

    #[test]
    fn a_credential_is_masked_where_it_was_found_and_wherever_else_it_stands() {
        let arrived = arrived(
            "/crm/h/v1/hunter2222/botabc?page=1&q=hunter2222",
            &[("authorization", "Token hunter2222"), ("x-trace", "t-hunter2222")],
            "",
        );
        let found = [
            found(Place::Header("authorization".into()), "Token ", true, "hunter2222"),
            found(Place::Path(2, "bot•••".into()), "", true, "abc"),
        ];
        let seen = Seen::new(&arrived, &found, Known::new());
        assert_eq!(seen.path, "/v1/•••/bot•••");
        assert_eq!(pairs(&seen.query), [("page", "1"), ("q", "•••")]);
        assert_eq!(pairs(&seen.headers), [("authorization", "Token •••"), ("x-trace", "t-•••")]);
    }

    #[test]
    fn what_is_named_like_a_credential_is_masked_unless_the_connector_says_it_is_none() {
        let arrived = arrived(
            "/crm/h?api_key=mine&account_key=42",
            &[("cookie", "a=b"), ("x-api-key", "mine"), ("accept", "*/*")],
            "",
        );
        let found = [found(Place::Query("account_key".into()), "", false, "42")];
        let seen = Seen::new(&arrived, &found, Known::new());
        assert_eq!(pairs(&seen.query), [("api_key", "•••"), ("account_key", "42")]);
        assert_eq!(pairs(&seen.headers), [("cookie", "•••"), ("x-api-key", "•••"), ("accept", "*/*")]);
    }

    #[test]
    fn a_body_is_shown_as_its_shape() {
        for (content_type, body, shown) in [
            ("application/json", "", json!({"kind": "empty"})),
            (
                "application/json",
                r#"{"a":"x","b":[{"c":1},2],"d":{"e":null,"f":true},"g":[]}"#,
                json!({"kind": "json", "shape":
                    {"a": "text", "b": [{"c": "number"}], "d": {"e": "null", "f": "true or false"}, "g": []}}),
            ),
            ("application/json", "[[[[[[[1]]]]]]]", json!({"kind": "json", "shape": [[[[[["…"]]]]]]})),
            ("application/x-www-form-urlencoded", "a=x&b=y", json!({"kind": "form", "keys": ["a", "b"]})),
            ("text/csv", "a;b", json!({"kind": "other", "content_type": "text/csv", "bytes": 3})),
        ] {
            let arrived = arrived("/crm/h", &[("content-type", content_type)], body);
            let seen = Seen::new(&arrived, &[], Known::new());
            assert_eq!(serde_json::to_value(&seen.body).unwrap(), shown, "{body}");
        }
    }

    #[test]
    fn long_values_are_cut() {
        let arrived = arrived("/crm/h", &[("x-long", &"ü".repeat(600))], "");
        let seen = Seen::new(&arrived, &[], Known::new());
        assert_eq!(seen.headers[0].value.chars().count(), LONGEST + 1);
    }
}
