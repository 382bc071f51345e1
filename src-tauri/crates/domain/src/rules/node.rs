//! A place in a document, with its pointer: what the rules of several fields read.
//!
//! A field of a wrong type reads as absent here; the structure has reported it already. So does one that is empty.

use crate::{
    connector::Overlay,
    manifest::{Problem, ProblemCode, pointer_to},
};
use serde_json::{Map, Value};

static NOTHING: Value = Value::Null;

#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    pub value: &'a Value,
    pub pointer: String,
}

impl<'a> Node<'a> {
    pub fn root(document: &'a Value) -> Self {
        Self { value: document, pointer: String::new() }
    }

    /// The field of this key; there is always one, though nothing may stand in it.
    pub fn field(&self, key: &str) -> Self {
        let value = self.value.get(key).unwrap_or(&NOTHING);
        Self { value, pointer: pointer_to(&self.pointer, key) }
    }

    /// The text of a field, unless it is empty.
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    pub fn flag(&self, key: &str) -> Option<bool> {
        self.value.get(key).and_then(Value::as_bool)
    }

    pub fn is_empty(&self) -> bool {
        match self.value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(map) => map.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// The entries of a list.
    pub fn items(&self) -> impl Iterator<Item = Self> + use<'a> {
        let pointer = self.pointer.clone();
        let items = self.value.as_array().map(Vec::as_slice).unwrap_or_default();
        items
            .iter()
            .enumerate()
            .map(move |(i, value)| Self { value, pointer: pointer_to(&pointer, &i.to_string()) })
    }

    /// The keys and values of an object.
    pub fn entries(&self) -> impl Iterator<Item = (&'a str, Self)> + use<'a> {
        let pointer = self.pointer.clone();
        let map = self.value.as_object().into_iter().flat_map(Map::iter);
        map.map(move |(key, value)| (key.as_str(), Self { value, pointer: pointer_to(&pointer, key) }))
    }

    pub fn error(&self, code: ProblemCode, message: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem::error(self.pointer.clone(), code, message, remedy)
    }

    pub fn advice(
        &self,
        code: ProblemCode,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Problem {
        Problem::advice(self.pointer.clone(), code, message, remedy)
    }
}

/// The authentications of a document with their places: the one, or each of several.
pub(super) fn authentications<'a>(document: &Node<'a>) -> Vec<Node<'a>> {
    let one = document.field("authentication");
    let several = document.field("authentications").items();
    std::iter::once(one).filter(|one| one.value.is_object()).chain(several).collect()
}

/// The document as it is in one environment.
pub(super) fn in_environment(document: &Map<String, Value>, overlay: &Map<String, Value>) -> Value {
    let mut document = document.clone();
    document.shift_remove("environments");
    Overlay(overlay.clone()).lay_over(&mut document);
    Value::Object(document)
}
