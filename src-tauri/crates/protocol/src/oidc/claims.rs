//! What a service says about a person (OpenID Connect Core §5.1): personal, though no secret; quoted wherever shown.

use secret::ServerText;
use serde_json::{Map, Value};
use std::fmt;

/// A set of claims.
#[derive(Clone, PartialEq)]
pub struct Claims(Value);

impl Claims {
    pub(super) fn new(members: Map<String, Value>) -> Self {
        Self(Value::Object(members))
    }

    /// The text of a claim by its JSON pointer, for captures and for the connector's account pointer.
    pub fn captured(&self, pointer: &str) -> Option<String> {
        match self.0.pointer(pointer)? {
            Value::String(text) if !text.is_empty() => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
    }

    /// A claim as text to show.
    pub fn text(&self, name: &str) -> Option<ServerText> {
        self.0.get(name).and_then(Value::as_str).map(ServerText::quote).filter(|text| !text.is_empty())
    }

    /// Who this is, in the words that people know best.
    pub fn account(&self) -> Option<ServerText> {
        ["email", "preferred_username", "upn", "name", "nickname", "sub"]
            .iter()
            .find_map(|name| self.text(name))
    }

    pub(super) fn member(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.as_object().into_iter().flat_map(Map::keys)).finish()
    }
}
