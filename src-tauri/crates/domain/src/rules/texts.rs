//! Every text of a document with the rule that the table gives it: for rules that hold wherever a text stands.

use super::fields_of;
use crate::manifest::{
    pointer_to,
    table::{CONNECTOR, Field, Kind, Text},
};
use serde_json::{Map, Value};

/// A text, its rule and its place.
#[derive(Clone, Debug)]
pub(super) struct Found<'a> {
    pub rule: Text,
    pub text: &'a str,
    pub pointer: String,
    /// What its field is called.
    pub title: &'static str,
}

impl Found<'_> {
    /// Whether the field stands within an authentication.
    pub fn is_in_authentication(&self) -> bool {
        self.pointer.split('/').any(|key| matches!(key, "authentication" | "authentications"))
            && !self.is_in_verify()
    }

    /// Whether the field stands within a verify request.
    pub fn is_in_verify(&self) -> bool {
        self.pointer.split('/').any(|key| key == "verify")
    }
}

/// All texts of a document, its overlays among them.
pub(super) fn all<'a>(document: &'a Map<String, Value>) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    object(document, &CONNECTOR.fields().collect::<Vec<_>>(), "", &mut found);
    found
}

fn object<'a>(map: &'a Map<String, Value>, fields: &[&'static Field], at: &str, found: &mut Vec<Found<'a>>) {
    for (key, value) in map {
        if let Some(field) = fields.iter().find(|field| field.key == key) {
            collect(value, field.kind, field.title, &pointer_to(at, key), found);
        }
    }
}

fn collect<'a>(value: &'a Value, kind: Kind, title: &'static str, at: &str, found: &mut Vec<Found<'a>>) {
    match (kind, value) {
        (Kind::Text(rule), Value::String(text)) if !text.is_empty() => {
            found.push(Found { rule, text, pointer: at.into(), title });
        }
        (Kind::List(kind), Value::Array(items)) => {
            for (i, item) in items.iter().enumerate() {
                collect(item, *kind, title, &pointer_to(at, &i.to_string()), found);
            }
        }
        (Kind::Map(kind), Value::Object(map)) => {
            for (key, value) in map {
                collect(value, kind.value(), kind.entry_title(), &pointer_to(at, key), found);
            }
        }
        (kind, Value::Object(map)) => object(map, &fields_of(kind, map), at, found),
        _ => {}
    }
}
