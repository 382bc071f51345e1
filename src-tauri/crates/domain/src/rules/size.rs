//! The bounds of a document: what a form holds must fit into a file that the reader takes.

use crate::manifest::{
    MAX_BYTES, MAX_DEPTH, MAX_ENTRY_NAME, MAX_NODES, Problem, ProblemCode, write_document,
};
use serde_json::{Map, Value};

/// What is too much about a document.
pub(super) fn problem(document: &Map<String, Value>) -> Option<Problem> {
    let mut size = Size { nodes: 1, ..Size::default() };
    size.add_entries(document, 1);
    let too_large =
        |message: String, remedy: String| Problem::error("", ProblemCode::TooLarge, message, remedy);
    if size.nodes > MAX_NODES || size.depth > MAX_DEPTH {
        return Some(too_large(
            "The document has more values, or more levels, than a connector can have.".into(),
            format!("Stay below {MAX_NODES} values and {MAX_DEPTH} levels."),
        ));
    }
    if size.longest_key > MAX_ENTRY_NAME || size.has_empty_key {
        return Some(too_large(
            "The document has an empty key, or one that is too long.".into(),
            format!("Give each value a key of 1 to {MAX_ENTRY_NAME} characters."),
        ));
    }
    // Written out, a character takes at most six signs (`\u0001`), a short line its indentation: an eighth of the bound always fits.
    if size.bytes > MAX_BYTES / 8 {
        let written = write_document(&Value::Object(document.clone())).len();
        if written > MAX_BYTES {
            return Some(too_large(
                format!("The document would make a file of {written} bytes."),
                format!("Stay below {MAX_BYTES}; use a smaller logo, or shorten the script."),
            ));
        }
    }
    None
}

#[derive(Default)]
struct Size {
    nodes: usize,
    depth: usize,
    longest_key: usize,
    has_empty_key: bool,
    /// Of texts and keys, and the indentation before them.
    bytes: usize,
}

impl Size {
    fn add(&mut self, value: &Value, depth: usize) {
        self.nodes += 1;
        self.bytes += 2 * depth + 20;
        match value {
            Value::String(text) => self.bytes += text.len(),
            Value::Array(items) => {
                self.depth = self.depth.max(depth + 1);
                items.iter().for_each(|item| self.add(item, depth + 1));
            }
            Value::Object(map) => self.add_entries(map, depth + 1),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn add_entries(&mut self, map: &Map<String, Value>, depth: usize) {
        self.depth = self.depth.max(depth);
        for (key, value) in map {
            self.nodes += 1;
            self.bytes += key.len();
            self.longest_key = self.longest_key.max(key.chars().count());
            self.has_empty_key |= key.is_empty();
            self.add(value, depth);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Known, validate_draft};
    use serde_json::json;

    #[test]
    fn a_draft_that_no_file_could_hold_is_refused() {
        let mut deep = json!(1);
        for _ in 0..20 {
            deep = json!([deep]);
        }
        let check = |equals: Value| json!({"verify": {"path": "/", "expect_body": {"pointer": "", "equals": equals}}});
        for (document, words) in [
            (check(deep), "more levels"),
            (check(json!(vec![0; MAX_NODES])), "more values"),
            (check(json!({"": 1})), "an empty key"),
            (check(json!({"k".repeat(MAX_ENTRY_NAME + 1): 1})), "one that is too long"),
            (check(json!("\u{1}".repeat(MAX_BYTES / 3))), "would make a file of 2"),
        ] {
            let checked = validate_draft(&document, &Known::default());
            let found =
                checked.errors().any(|p| p.code == ProblemCode::TooLarge && p.message.contains(words));
            assert!(found, "{words}: {:?}", checked.problems);
        }
    }
}
