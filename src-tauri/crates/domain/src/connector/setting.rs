//! Settings: non-secret values that a connection gives; and captures, which the service tells.

use crate::template::{Part, is_host_labels};
use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

/// A non-secret value that a connector needs, such as the subdomain of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Name of its placeholder.
    pub key: String,
    /// Shown name; the key where there is none.
    #[serde(default)]
    pub label: String,
    /// Where to find it.
    #[serde(default)]
    pub help: Option<String>,
    /// Regular expression that the whole value must match.
    #[serde(default)]
    pub pattern: Option<String>,
    /// A value as people know it.
    #[serde(default)]
    pub example: Option<String>,
    /// The value where none is given.
    #[serde(default)]
    pub default: Option<String>,
    /// The values to choose from; empty for free text.
    #[serde(default)]
    pub options: Vec<String>,
    /// Whether a connection must have it.
    #[serde(default = "yes")]
    pub required: bool,
    /// The value that the environment fixes; it is not asked then. Comes of an overlay, never stands in `settings`.
    #[serde(skip)]
    pub fixed: Option<String>,
}

impl Setting {
    /// What people read: the label, or the key where there is none.
    pub fn shown_name(&self) -> &str {
        if self.label.is_empty() { &self.key } else { &self.label }
    }
}

/// A value that the service tells while a connection is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capture {
    /// Name of its placeholder.
    pub key: String,
    /// Where the service tells it.
    pub from: CaptureFrom,
    /// JSON pointer to it; the values of a redirect count as one object.
    pub pointer: String,
    /// What it may be used for.
    #[serde(default, rename = "use")]
    pub usage: CaptureUse,
}

/// Where a service tells a captured value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptureFrom {
    /// The token reply.
    Token,
    /// The redirect.
    Callback,
    /// The user-info reply.
    Userinfo,
}

/// What a captured value may be used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaptureUse {
    /// The host of an address: of a URL only its host is taken.
    Host,
    /// A value in a path, query or header.
    #[default]
    Value,
}

/// Why a value does not fit its setting. Continues a sentence that begins with the setting's shown name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingError {
    /// It has to have a value.
    #[error("has no value")]
    Missing,
    /// It is longer than any setting.
    #[error("has more than {0} characters")]
    TooLong(usize),
    /// It holds a line break or control character.
    #[error("holds a line break or a control character")]
    ControlCharacter,
    /// It is none of the options.
    #[error("has to be one of {}", .0.join(", "))]
    NotAnOption(Vec<String>),
    /// It does not match the pattern.
    #[error("does not match the pattern {0}")]
    Pattern(String),
    /// The pattern itself is broken.
    #[error("has a pattern that is no regular expression: {0}")]
    BrokenPattern(#[from] PatternError),
    /// It is used in a host.
    #[error("is used in a host and may only have letters, digits, `-` and `.` between them")]
    NotHostLabels,
    /// It is used as a port.
    #[error("is used as a port and has to be a number from 1 to 65535")]
    NotAPort,
}

/// The longest value of a setting, in characters.
pub const MAX_SETTING: usize = 4_000;

impl Setting {
    /// Whether `value` fits, where it is used in these parts of addresses. The empty value is no value.
    ///
    /// # Errors
    /// [`SettingError`]: the first rule that does not hold.
    pub fn check(&self, value: &str, used_in: &[Part]) -> Result<(), SettingError> {
        if value.is_empty() {
            return if self.required && self.default.is_none() { Err(SettingError::Missing) } else { Ok(()) };
        }
        if value.chars().count() > MAX_SETTING {
            return Err(SettingError::TooLong(MAX_SETTING));
        }
        if value.contains(char::is_control) {
            return Err(SettingError::ControlCharacter);
        }
        if !self.options.is_empty() && !self.options.iter().any(|option| option == value) {
            return Err(SettingError::NotAnOption(self.options.clone()));
        }
        if let Some(pattern) = &self.pattern
            && !setting_pattern(pattern)?.is_match(value)
        {
            return Err(SettingError::Pattern(pattern.clone()));
        }
        if used_in.contains(&Part::Host) && !is_host_labels(value) {
            return Err(SettingError::NotHostLabels);
        }
        if used_in.contains(&Part::Port) && !value.parse::<u16>().is_ok_and(|port| port > 0) {
            return Err(SettingError::NotAPort);
        }
        Ok(())
    }
}

/// A pattern is no regular expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PatternError(String);

/// The regular expression that a whole value must match. Only this engine evaluates patterns: it takes linear time, whatever a manifest brings.
pub(crate) fn setting_pattern(pattern: &str) -> Result<Regex, PatternError> {
    let compile = |text: &str| {
        RegexBuilder::new(text).size_limit(1 << 20).dfa_size_limit(1 << 20).build().map_err(|error| {
            match error {
                regex::Error::CompiledTooBig(_) => PatternError("it is too large".into()),
                // The library draws the pattern over several lines; its last one says what is wrong.
                error => {
                    let text = error.to_string();
                    PatternError(text.rsplit("error: ").next().unwrap_or_default().trim().into())
                }
            }
        })
    };
    // By itself first: `a)|(b` would otherwise break out of the group that anchors it.
    compile(pattern)?;
    compile(&format!(r"\A(?:{pattern})\z"))
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(pattern: Option<&str>) -> Setting {
        let mut setting: Setting = serde_json::from_value(serde_json::json!({"key": "x"})).unwrap();
        setting.pattern = pattern.map(Into::into);
        setting
    }

    #[test]
    fn a_pattern_holds_for_the_whole_value() {
        for (pattern, value, fits) in [
            ("^[a-z0-9-]+$", "acme-eu", true),
            ("[a-z]+", "acme", true),
            ("[a-z]+", "acme.evil.example", false),
            ("a|b", "bc", false),
            ("[a-z]+$", "acme\u{2028}x", false),
            ("(?i)[a-z]+", "ACME", true),
        ] {
            let result = setting(Some(pattern)).check(value, &[]);
            assert_eq!(result.is_ok(), fits, "{pattern} {value}: {result:?}");
        }
    }

    #[test]
    fn a_pattern_that_does_not_compile_says_why() {
        for (pattern, why) in [
            ("a)|(b", "unopened group"),
            ("[a", "unclosed character class"),
            ("(?=a)b", "look-around, including look-ahead and look-behind, is not supported"),
            (r"(a)\1", "backreferences are not supported"),
            ("(?x) a # only a", "unclosed group"),
            ("a{1000}{1000}", "it is too large"),
        ] {
            assert_eq!(setting_pattern(pattern).unwrap_err().to_string(), why, "{pattern}");
        }
    }

    #[test]
    fn a_value_that_does_not_fit_is_refused() {
        let mut choice = setting(None);
        choice.options = vec!["eu".into(), "us".into()];
        for (setting, value, used_in, error) in [
            (&choice, "", vec![], SettingError::Missing),
            (&choice, "asia", vec![], SettingError::NotAnOption(vec!["eu".into(), "us".into()])),
            (&setting(None), "a\r\nb", vec![], SettingError::ControlCharacter),
            (&setting(None), "a.example/", vec![Part::Host], SettingError::NotHostLabels),
            (&setting(None), "80@evil", vec![Part::Port], SettingError::NotAPort),
            (&setting(None), &"a".repeat(MAX_SETTING + 1), vec![], SettingError::TooLong(MAX_SETTING)),
        ] {
            assert_eq!(setting.check(value, &used_in), Err(error), "{value}");
        }
    }

    #[test]
    fn an_optional_setting_may_have_no_value() {
        let mut optional = setting(Some("[a-z]+"));
        optional.required = false;
        assert_eq!(optional.check("", &[Part::Query]), Ok(()));
    }
}
