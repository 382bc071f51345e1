//! Texts with placeholders: header values, query values, parameters.

use super::{FillError, Piece, slots, split};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A text with placeholders. Any text is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TextTemplate(String);

impl TextTemplate {
    /// The template as it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The names of its placeholders, in order, each as often as it stands there.
    pub fn placeholders(&self) -> Vec<String> {
        slots(&split(&self.0)).map(Into::into).collect()
    }

    /// The text with `values` in place.
    ///
    /// # Errors
    /// [`FillError`] where a value is missing or holds a line break or control character.
    pub fn fill(&self, values: &BTreeMap<String, String>) -> Result<String, FillError> {
        let mut text = String::new();
        for piece in split(&self.0) {
            match piece {
                Piece::Literal(literal) => text.push_str(&literal),
                Piece::Slot(name) => match values.get(&name) {
                    None => return Err(FillError::Missing { name }),
                    Some(value) if value.contains(char::is_control) => {
                        return Err(FillError::ControlCharacter { name });
                    }
                    Some(value) => text.push_str(value),
                },
            }
        }
        Ok(text)
    }
}

impl From<String> for TextTemplate {
    fn from(text: String) -> Self {
        Self(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(text: &str) -> Result<String, FillError> {
        let values = BTreeMap::from([("a".into(), "1".into()), ("bad".into(), "x\r\nCookie: y".into())]);
        TextTemplate::from(text.to_owned()).fill(&values)
    }

    #[test]
    fn placeholders_are_filled_and_other_braces_stay() {
        for (text, filled) in [
            ("plain", "plain"),
            ("{a}", "1"),
            ("x{a}y{a}", "x1y1"),
            ("{\"a\":{a}}", "{\"a\":1}"),
            ("{a", "{a"),
            ("{}{1}{ a}", "{}{1}{ a}"),
            ("{{a}}", "{1}"),
        ] {
            assert_eq!(fill(text).as_deref(), Ok(filled), "{text}");
        }
    }

    #[test]
    fn a_value_with_a_line_break_is_refused() {
        assert_eq!(fill("{bad}"), Err(FillError::ControlCharacter { name: "bad".into() }));
        assert_eq!(fill("{none}"), Err(FillError::Missing { name: "none".into() }));
    }
}
