//! The rules of single fields one by one, for the ticks under a field that turn red as one types.

use super::text::{DESCRIPTION_SIGNS, MAX_DESCRIPTION, MAX_NAME, MAX_PARAMETER_NAME, NAME_SIGNS, is_allowed};
use crate::link_name::MAX_LENGTH;
use serde::Serialize;

/// One rule of a field, and whether a text follows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Tick {
    /// The rule in words.
    pub rule: String,
    /// Whether the text follows it.
    pub holds: bool,
}

/// The rules of a connector's name.
pub fn name_rules(text: &str) -> Vec<Tick> {
    vec![
        tick(signs_rule(NAME_SIGNS), text.chars().all(|c| is_allowed(c, NAME_SIGNS))),
        tick(
            "Starts with a letter, a digit or _".into(),
            text.chars().next().is_none_or(|c| c.is_alphanumeric() || c == '_'),
        ),
        at_most(MAX_NAME, text),
    ]
}

/// The rules of a connector's link name.
pub fn link_name_rules(text: &str) -> Vec<Tick> {
    let well = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    vec![
        tick("Lower-case letters, digits and _".into(), text.chars().all(well)),
        tick("Starts with a letter".into(), text.chars().next().is_none_or(|c| c.is_ascii_lowercase())),
        at_most(MAX_LENGTH, text),
    ]
}

/// The rules of a connector's description.
pub fn description_rules(text: &str) -> Vec<Tick> {
    vec![
        tick(signs_rule(DESCRIPTION_SIGNS), text.chars().all(|c| is_allowed(c, DESCRIPTION_SIGNS))),
        at_most(MAX_DESCRIPTION, text),
    ]
}

/// The rules of a parameter's name.
pub fn parameter_name_rules(text: &str) -> Vec<Tick> {
    vec![
        tick(signs_rule(NAME_SIGNS), text.chars().all(|c| is_allowed(c, NAME_SIGNS))),
        tick("Starts with a letter or a digit".into(), text.chars().next().is_none_or(char::is_alphanumeric)),
        at_most(MAX_PARAMETER_NAME, text),
    ]
}

fn tick(rule: String, holds: bool) -> Tick {
    Tick { rule, holds }
}

fn signs_rule(signs: &str) -> String {
    let signs: Vec<_> = signs.chars().map(String::from).collect();
    format!("Letters, digits, blanks and {}", signs.join(" "))
}

fn at_most(max: usize, text: &str) -> Tick {
    tick(format!("{} of {max} characters", text.chars().count()), text.chars().count() <= max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{manifest::table::Text, rules::text};

    #[test]
    fn ticks_say_the_same_as_the_rules() {
        type Rules = fn(&str) -> Vec<Tick>;
        let fields: [(Text, Rules); 4] = [
            (Text::ConnectorName, name_rules),
            (Text::ConnectorLinkName, link_name_rules),
            (Text::Description, description_rules),
            (Text::ParameterName, parameter_name_rules),
        ];
        let long = "a".repeat(51);
        let longer = "a".repeat(256);
        for (rule, ticks) in fields {
            for text in [
                "Zylker CRM",
                "zylker_crm",
                "_a",
                "9a",
                "-a",
                "a.b",
                "a#b",
                "a(b)",
                "a\u{7}",
                "Zürich",
                &long,
                &longer,
            ] {
                let all_hold = ticks(text).iter().all(|tick| tick.holds);
                assert_eq!(all_hold, text::check(rule, text).is_ok(), "{rule:?} {text:?}");
            }
        }
    }
}
