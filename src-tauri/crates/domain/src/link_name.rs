//! Link names: unique, stable machine names.
//!
//! A connector's is `[a-z][a-z0-9_]{0,49}`, a connection's is made from its name with hyphens. Both are made
//! once from the shown name; renaming never changes them.

use serde::{Deserialize, Serialize};

/// A unique machine name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LinkName(String);

/// The longest link name, in characters.
pub const MAX_LENGTH: usize = 50;

/// The text is no link name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a link name has 1 to 50 lower-case letters, digits and `_` or `-`, and starts with a letter")]
pub struct LinkNameError;

impl LinkName {
    /// # Errors
    /// [`LinkNameError`] for anything but 1 to 50 of `a-z 0-9 _ -`, a letter first.
    pub fn parse(text: &str) -> Result<Self, LinkNameError> {
        let starts_well = text.starts_with(|c: char| c.is_ascii_lowercase());
        let rest_is_well =
            text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
        if starts_well && rest_is_well && text.len() <= MAX_LENGTH {
            Ok(Self(text.into()))
        } else {
            Err(LinkNameError)
        }
    }

    /// A connector's link name from its shown name: `Zylker CRM` → `zylker_crm`.
    pub fn derive_for_connector(name: &str) -> Self {
        Self::derive(name, '_', "connector")
    }

    /// A connection's link name from its shown name: `Month-end close` → `month-end-close`.
    pub fn derive_for_connection(name: &str) -> Self {
        Self::derive(name, '-', "connection")
    }

    fn derive(name: &str, joint: char, fallback: &str) -> Self {
        let mut text = String::new();
        for c in name.chars().flat_map(char::to_lowercase) {
            if c.is_ascii_lowercase() || (c.is_ascii_digit() && !text.is_empty()) {
                text.push(c);
            } else if !text.is_empty() && !text.ends_with(joint) {
                text.push(joint);
            }
            if text.len() == MAX_LENGTH {
                break;
            }
        }
        let text = text.trim_end_matches(joint);
        Self(if text.is_empty() { fallback.into() } else { text.into() })
    }

    /// The same name with a number behind it, for when it is taken: `crm` → `crm_2`.
    pub fn numbered(&self, joint: char, number: usize) -> Self {
        let suffix = format!("{joint}{number}");
        let kept = MAX_LENGTH.saturating_sub(suffix.len()).min(self.0.len());
        Self(format!("{}{suffix}", &self.0[..kept]))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for LinkName {
    type Error = LinkNameError;
    fn try_from(text: String) -> Result<Self, LinkNameError> {
        Self::parse(&text)
    }
}

impl From<LinkName> for String {
    fn from(name: LinkName) -> Self {
        name.0
    }
}

impl std::fmt::Display for LinkName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_link_names() {
        for (name, connector, connection) in [
            ("Zylker CRM", "zylker_crm", "zylker-crm"),
            ("  Month-end   close! ", "month_end_close", "month-end-close"),
            ("42 things", "things", "things"),
            ("Ärger", "rger", "rger"),
            ("日本", "connector", "connection"),
        ] {
            assert_eq!(LinkName::derive_for_connector(name).as_str(), connector);
            assert_eq!(LinkName::derive_for_connection(name).as_str(), connection);
        }
    }

    #[test]
    fn a_numbered_name_stays_within_the_length() {
        let long = LinkName::parse(&"a".repeat(MAX_LENGTH)).unwrap();
        assert_eq!(long.numbered('_', 12).as_str().len(), MAX_LENGTH);
    }
}
