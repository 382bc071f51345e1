//! A connector for previews, made of a draft as far as it can be read.
//!
//! The live preview shows what will be asked and sent while one types: what is wrong is left out, what is missing has an
//! example. It is never stored and never called.

use super::structure::{fields_of, is_absent};
use crate::{
    connector::Connector,
    manifest::{
        Problem, Severity, canonical,
        table::{CONNECTOR, Field, Kind, Need},
    },
};
use serde_json::{Map, Value, json};

/// The document without what counts as left out, as the typed connector reads it.
pub(super) fn without_blanks(document: &Value) -> Value {
    canonical(document)
}

/// The connector that a document means so far; `None` where its structure is beyond reading.
pub(super) fn make(document: &Value, problems: &[Problem]) -> Option<Connector> {
    let mut document = document.clone();
    for problem in problems.iter().filter(|problem| problem.severity == Severity::Error) {
        take_out(&mut document, &problem.pointer);
    }
    let mut document = canonical(&document);
    let map = document.as_object_mut()?;
    // An overlay is previewed by itself, laid over the document.
    map.shift_remove("environments");
    if !map.contains_key("authentication") && !map.contains_key("authentications") {
        map.insert("authentication".into(), json!({"type": "none"}));
    }
    complete(map, &CONNECTOR.fields().collect::<Vec<_>>());
    serde_json::from_value(document).ok()
}

/// Takes out the value at `pointer`. In a list it leaves a blank, so that the places of the others stay true.
fn take_out(document: &mut Value, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    match document.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            map.shift_remove(&key.replace("~1", "/").replace("~0", "~"));
        }
        Some(Value::Array(items)) => {
            if let Some(item) = key.parse().ok().and_then(|i: usize| items.get_mut(i)) {
                *item = Value::Null;
            }
        }
        _ => {}
    }
}

/// Fills in what a connector needs, here and below.
fn complete(map: &mut Map<String, Value>, fields: &[&'static Field]) {
    for field in fields {
        if field.need == Need::Required && is_absent(map.get(field.key), field.kind) {
            map.insert(field.key.into(), sample(field.kind));
        }
        if let Some(value) = map.get_mut(field.key) {
            complete_value(value, field.kind);
        }
    }
}

fn complete_value(value: &mut Value, kind: Kind) {
    match (value, kind) {
        (Value::Object(map), Kind::Object(_)) => {
            let fields = fields_of(kind, map);
            complete(map, &fields);
            // One of two fields that exclude each other.
            if fields.iter().any(|field| field.key == "expect_status") && !map.contains_key("url") {
                map.entry("path").or_insert_with(|| "/".into());
            }
        }
        (Value::Object(map), Kind::Authentication | Kind::NamedAuthentication) => {
            if is_absent(map.get("type"), Kind::Choice(&[])) {
                map.insert("type".into(), "none".into());
            }
            let fields = fields_of(kind, map);
            complete(map, &fields);
        }
        (Value::Array(items), Kind::List(kind)) => {
            items.iter_mut().for_each(|item| complete_value(item, *kind))
        }
        _ => {}
    }
}

fn sample(kind: Kind) -> Value {
    match kind {
        Kind::Text(rule) => rule.sample().into(),
        Kind::Number { min, .. } | Kind::NumberOr { min, .. } => min.into(),
        Kind::Numbers(numbers) => numbers.first().copied().into(),
        Kind::Choice(choices) => choices.first().copied().into(),
        Kind::Flag => false.into(),
        Kind::Anything => Value::Null,
        Kind::List(_) => json!([]),
        Kind::Map(_) | Kind::Object(_) | Kind::Authentication | Kind::NamedAuthentication | Kind::Overlay => {
            json!({})
        }
    }
}
