//! The rules of single texts: what characters, how long, of what form.
//!
//! A [`Finding`] continues a sentence that begins with the field: "Connector name" + "has 61 characters".

use super::{address, credential, hosts};
use crate::{
    connector::setting_pattern,
    link_name::{LinkName, MAX_LENGTH},
    manifest::{ProblemCode, quote, table::Text},
    template,
};

/// What is wrong with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub code: ProblemCode,
    /// Continues a sentence that begins with the field.
    pub fact: String,
    /// What to do, as a sentence.
    pub remedy: String,
}

impl Finding {
    pub fn new(code: ProblemCode, fact: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { code, fact: fact.into(), remedy: remedy.into() }
    }
}

/// The signs that a connector's name may hold besides letters, digits and blanks.
pub(super) const NAME_SIGNS: &str = r"*_-@/!:|&~\+";
/// The same for a description.
pub(super) const DESCRIPTION_SIGNS: &str = r",.()-_*@/\!:|~&";
/// The longest name of a connector.
pub(super) const MAX_NAME: usize = 50;
/// The longest description.
pub(super) const MAX_DESCRIPTION: usize = 255;
/// The longest shown name of a parameter.
pub(super) const MAX_PARAMETER_NAME: usize = 100;

/// Checks `text` against `rule`.
pub(crate) fn check(rule: Text, text: &str) -> Result<(), Finding> {
    match rule {
        Text::Prose | Text::Script => {}
        _ => one_line(text)?,
    }
    visible(text)?;
    length(text, max_length(rule))?;
    match rule {
        Text::ConnectorName => {
            starts(text, |c| c.is_alphanumeric() || c == '_', "a letter, a digit or `_`")?;
            characters(text, NAME_SIGNS)
        }
        Text::Description => characters(text, DESCRIPTION_SIGNS),
        Text::ParameterName => {
            starts(text, char::is_alphanumeric, "a letter or a digit")?;
            characters(text, NAME_SIGNS)
        }
        Text::ConnectorLinkName if text.contains('-') => Err(link_name_finding("`_`")),
        Text::ConnectorLinkName => LinkName::parse(text).map(drop).map_err(|_| link_name_finding("`_`")),
        Text::LinkName | Text::Category => {
            LinkName::parse(text).map(drop).map_err(|_| link_name_finding("`_` or `-`"))
        }
        Text::PlaceholderName => placeholder_name(text),
        Text::PromptKey => prompt_key(text),
        Text::Logo => logo(text),
        Text::Url(usage) => address::check(usage, text),
        Text::Path => address::check_path(text),
        Text::RedirectPath => redirect_path(text),
        Text::HostPattern => hosts::check_pattern(text),
        Text::Prefix => header_value(text),
        Text::HeaderValue => header_value(text).and_then(|()| credential::check_value(text)),
        Text::QueryValue | Text::Fixed => credential::check_value(text),
        Text::Pattern => setting_pattern(text).map(drop).map_err(|error| pattern_finding(&error)),
        Text::Pointer | Text::InnerPointer => pointer(text),
        Text::ScopeValue if text.trim().is_empty() => {
            Err(Finding::new(ProblemCode::Form, "is blank", "Write the permission as the service calls it."))
        }
        Text::Line | Text::Prose | Text::Script | Text::SettingValue | Text::Value => {
            credential::check_any_text(text)
        }
        Text::Delimiter | Text::ScopeValue => Ok(()),
    }
}

/// The most characters that a text of this rule can have.
pub(crate) fn max_length(rule: Text) -> usize {
    match rule {
        Text::ConnectorName => MAX_NAME,
        Text::ConnectorLinkName | Text::LinkName | Text::PlaceholderName | Text::Category => MAX_LENGTH,
        Text::Description => MAX_DESCRIPTION,
        Text::ParameterName => MAX_PARAMETER_NAME,
        Text::PromptKey | Text::Prefix => 100,
        Text::Delimiter => 10,
        Text::Pattern | Text::Pointer | Text::InnerPointer | Text::RedirectPath | Text::Line => 500,
        Text::HostPattern => 253,
        Text::Url(_) | Text::Path | Text::ScopeValue | Text::Value => 2_000,
        Text::HeaderValue | Text::QueryValue | Text::Fixed | Text::SettingValue | Text::Prose => 4_000,
        Text::Script => 200_000,
        Text::Logo => 700_000,
    }
}

fn one_line(text: &str) -> Result<(), Finding> {
    if text.contains(char::is_control) {
        let (fact, remedy) = if text.contains(['\r', '\n']) {
            ("holds a line break", "Write it on one line.")
        } else {
            ("holds a control character", "Delete the character; it may have come with a paste.")
        };
        return Err(Finding::new(ProblemCode::Character, fact, remedy));
    }
    Ok(())
}

/// Nothing that a person cannot see may change what they read: control characters, and those that turn text around.
fn visible(text: &str) -> Result<(), Finding> {
    let unseen = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    match text.chars().find(|c| unseen(*c)) {
        Some(c) => Err(Finding::new(
            ProblemCode::Character,
            format!("holds the unseen character U+{:04X}", u32::from(c)),
            "Delete the character; it may have come with a paste.",
        )),
        None => Ok(()),
    }
}

fn length(text: &str, max: usize) -> Result<(), Finding> {
    let count = text.chars().count();
    if count > max {
        return Err(Finding::new(
            ProblemCode::TooLong,
            format!("has {count} characters"),
            format!("Use at most {max}."),
        ));
    }
    Ok(())
}

fn starts(text: &str, well: impl Fn(char) -> bool, with: &str) -> Result<(), Finding> {
    match text.chars().next() {
        Some(first) if !well(first) => Err(Finding::new(
            ProblemCode::Start,
            format!("starts with {}", named(first)),
            format!("Start it with {with}."),
        )),
        _ => Ok(()),
    }
}

fn characters(text: &str, signs: &str) -> Result<(), Finding> {
    match text.chars().find(|c| !is_allowed(*c, signs)) {
        Some(c) => {
            let listed: Vec<_> = signs.chars().map(String::from).collect();
            Err(Finding::new(
                ProblemCode::Character,
                format!("holds {}", named(c)),
                format!("Use letters, digits, blanks and {}", listed.join(" ")),
            ))
        }
        None => Ok(()),
    }
}

pub(super) fn is_allowed(c: char, signs: &str) -> bool {
    c.is_alphanumeric() || c == ' ' || signs.contains(c)
}

fn named(c: char) -> String {
    if c == ' ' { "a blank".into() } else { quote(&c.to_string()) }
}

fn link_name_finding(signs: &str) -> Finding {
    Finding::new(
        ProblemCode::Form,
        "is no link name",
        format!("Use 1 to {MAX_LENGTH} lower-case letters, digits and {signs}, a letter first."),
    )
}

fn placeholder_name(text: &str) -> Result<(), Finding> {
    if text == template::EMAIL {
        return Err(Finding::new(
            ProblemCode::ReservedName,
            "is `email`, which stands for the person's e-mail for sign-in pages",
            "Choose another name.",
        ));
    }
    if template::is_placeholder_name(text) && !text.contains('-') {
        return Ok(());
    }
    Err(Finding::new(
        ProblemCode::Form,
        "is no name of a placeholder",
        "Use 1 to 50 letters, digits and `_`, a letter first, without braces.",
    ))
}

fn prompt_key(text: &str) -> Result<(), Finding> {
    if text.trim() != text {
        return Err(Finding::new(ProblemCode::Form, "begins or ends with a blank", "Delete the blank."));
    }
    if text.contains('=') {
        return Err(Finding::new(
            ProblemCode::Character,
            "holds `=`",
            "Write only the name; the value is asked when a connection is made.",
        ));
    }
    Ok(())
}

fn logo(text: &str) -> Result<(), Finding> {
    const TYPES: [&str; 4] = ["image/png", "image/jpeg", "image/webp", "image/svg+xml"];
    const ENDINGS: [&str; 5] = [".png", ".jpg", ".jpeg", ".webp", ".svg"];
    let lower = text.chars().take(255).collect::<String>().to_lowercase();
    if let Some(rest) = lower.strip_prefix("data:") {
        return match TYPES.iter().find_map(|kind| rest.strip_prefix(kind)) {
            Some(rest) if rest.starts_with(";base64,") => Ok(()),
            _ => Err(Finding::new(
                ProblemCode::Form,
                "is no picture that can be read",
                "Use a PNG, JPEG, WebP or SVG picture in base 64.",
            )),
        };
    }
    let is_plain_name = !text.contains(['/', '\\', ':']) && !text.starts_with('.') && text.len() <= 255;
    if is_plain_name && ENDINGS.iter().any(|ending| lower.ends_with(ending)) {
        return Ok(());
    }
    Err(Finding::new(
        ProblemCode::Form,
        "is no name of a picture",
        "Name a PNG, JPEG, WebP or SVG file that lies beside the manifest, without a folder.",
    ))
}

fn redirect_path(text: &str) -> Result<(), Finding> {
    let well = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'-' | b'_' | b'.' | b'~');
    if text.starts_with('/') && text.bytes().all(well) && !text.contains("//") && !text.contains("/.") {
        return Ok(());
    }
    Err(Finding::new(
        ProblemCode::Form,
        "is no path",
        "Write a path such as `/callback`: letters, digits, `-`, `_`, `.`, `~` and `/`, a slash first.",
    ))
}

fn header_value(text: &str) -> Result<(), Finding> {
    if text.is_ascii() {
        return Ok(());
    }
    Err(Finding::new(
        ProblemCode::Character,
        "holds letters or signs that no header can carry",
        "Use letters without accents, digits and the signs of a plain keyboard.",
    ))
}

fn pattern_finding(error: &crate::connector::PatternError) -> Finding {
    Finding::new(
        ProblemCode::Pattern,
        format!("is no regular expression: {error}"),
        "Correct it, or leave it out and every value is taken.",
    )
}

fn pointer(text: &str) -> Result<(), Finding> {
    if !text.is_empty() && !text.starts_with('/') {
        return Err(Finding::new(
            ProblemCode::Pointer,
            "does not begin with `/`",
            format!("Write {}, as JSON pointers do.", quote(&format!("/{}", text.replace('.', "/")))),
        ));
    }
    let mut after_tilde = text.split('~').skip(1);
    if after_tilde.any(|rest| !rest.starts_with(['0', '1'])) {
        return Err(Finding::new(
            ProblemCode::Pointer,
            "holds a `~` by itself",
            "Write `~0` for `~` and `~1` for `/` within a key.",
        ));
    }
    Ok(())
}
