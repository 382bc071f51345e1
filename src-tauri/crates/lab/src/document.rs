//! Building a JSON reply that says certain things at certain places (RFC 6901), as a connector wants to read them.
//!
//! The reading side takes a numeric token for an index or for the name of a member, whichever is there; so a number
//! makes a list, and a list that must also have a named member becomes an object with its indexes for names. What is
//! put later wins.

use serde_json::{Map, Value};

/// Lists are made up to this length; a greater index becomes the name of a member.
const LONGEST: usize = 32;

/// Puts `value` where `pointer` points, making what is missing on the way. A pointer that RFC 6901 does not know
/// points nowhere and changes nothing.
pub(crate) fn put(document: &mut Value, pointer: &str, value: Value) {
    if pointer.is_empty() {
        *document = value;
    } else if let Some(tokens) = pointer.strip_prefix('/') {
        let tokens: Vec<String> = tokens.split('/').map(unescape).collect();
        put_at(document, &tokens, value);
    }
}

fn put_at(node: &mut Value, tokens: &[String], value: Value) {
    let Some((token, rest)) = tokens.split_first() else {
        *node = value;
        return;
    };
    let index = list_index(token);
    match node {
        Value::Array(items) if index.is_none() => *node = Value::Object(by_index(std::mem::take(items))),
        Value::Array(_) | Value::Object(_) => {}
        _ if index.is_some() => *node = Value::Array(Vec::new()),
        _ => *node = Value::Object(Map::new()),
    }
    match (node, index) {
        (Value::Object(members), _) => {
            put_at(members.entry(token.as_str()).or_insert(Value::Null), rest, value)
        }
        (Value::Array(items), Some(index)) => {
            if items.len() <= index {
                items.resize(index + 1, Value::Null);
            }
            put_at(&mut items[index], rest, value);
        }
        // Made a list or an object above.
        _ => {}
    }
}

/// RFC 6901 §4: digits without a leading zero.
fn list_index(token: &str) -> Option<usize> {
    let canonical =
        token == "0" || !token.starts_with('0') && token.bytes().all(|byte| byte.is_ascii_digit());
    token.parse().ok().filter(|index| canonical && *index < LONGEST)
}

fn by_index(items: Vec<Value>) -> Map<String, Value> {
    items.into_iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_put_is_read_back() {
        for pointer in [
            "",
            "/email",
            "/data/0/attributes/email",
            "/a~1b/c~0d",
            "/0",
            "/31/x",
            "/99999999/x",
            "/-",
            "/01",
            "/",
            "//x",
        ] {
            let mut document = Value::Null;
            put(&mut document, pointer, json!("ada"));
            assert_eq!(document.pointer(pointer), Some(&json!("ada")), "{pointer}: {document}");
        }
    }

    #[test]
    fn documents_are_built_as_services_build_them() {
        for (puts, built) in [
            (
                vec![("/data/0/email", json!(1)), ("/ok", json!(true))],
                json!({"data": [{"email": 1}], "ok": true}),
            ),
            (vec![("/items/1", json!("b"))], json!({"items": [null, "b"]})),
            (vec![("/~01", json!(1))], json!({"~1": 1})),
            (vec![("/99999999", json!(1))], json!({"99999999": 1})),
            (vec![("/0/a", json!(1)), ("/count", json!(2))], json!({"0": {"a": 1}, "count": 2})),
            (vec![("/user", json!("x")), ("/user/ok", json!(true))], json!({"user": {"ok": true}})),
            (vec![("/a", json!(1)), ("", json!([]))], json!([])),
            (vec![("", json!({"a": 1})), ("email", json!(2))], json!({"a": 1})),
        ] {
            let mut document = Value::Null;
            for (pointer, value) in &puts {
                put(&mut document, pointer, value.clone());
            }
            assert_eq!(document, built, "{puts:?}");
        }
    }
}
