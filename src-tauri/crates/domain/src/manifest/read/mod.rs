//! Reading a connector file: bytes in, a document with the place of each part out.
//!
//! YAML 1.2 with the core schema, or JSON; both become the same tree, so that everything behind it is blind to the difference. What YAML has
//! beyond that (anchors, aliases, tags, merge keys, several documents) is refused: a connector is read by people, and none of it says
//! what it means at the place where it stands.

mod json;
mod scalar;
mod tree;
mod yaml;

pub(super) use scalar::resolve;
pub use tree::Document;

use super::{MAX_BYTES, Problem, ProblemCode};
use tree::Builder;

/// Reads a file.
///
/// # Errors
/// What keeps it from being read at all, with line and column.
pub fn read(bytes: &[u8]) -> Result<Document, Vec<Problem>> {
    let text = decode(bytes).map_err(|problem| vec![problem])?;
    // A `{` begins JSON, and YAML too: what both can read is the same, but only JSON's own escapes are JSON's.
    let json_error = if text.trim_start().starts_with('{') {
        match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Ok(_) => return json::read(text),
            Err(error) => Some(error),
        }
    } else {
        None
    };
    let looks_like_json = text.trim_start_matches(|c: char| c == '{' || c.is_whitespace()).starts_with('"');
    yaml::read(text).map_err(|problems| match json_error {
        Some(error) if looks_like_json && is_syntax(&problems) => vec![json::problem(&error)],
        _ => problems,
    })
}

fn is_syntax(problems: &[Problem]) -> bool {
    problems.iter().any(|problem| problem.code == ProblemCode::Unreadable)
}

/// The text of a file: UTF-8, not too large, nothing unprintable.
fn decode(bytes: &[u8]) -> Result<&str, Problem> {
    if bytes.len() > MAX_BYTES {
        return Err(Problem::error(
            "",
            ProblemCode::TooLarge,
            format!("The file has {} bytes.", bytes.len()),
            format!("A connector has at most {MAX_BYTES}; put a picture into a file beside it."),
        ));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Problem::error(
            "",
            ProblemCode::Encoding,
            "The file is written in UTF-16.",
            "Save it as UTF-8.",
        )
        .at(1, 1));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let (line, column) = place_of(&String::from_utf8_lossy(&bytes[..error.valid_up_to()]));
        Problem::error(
            "",
            ProblemCode::Encoding,
            "The file is not UTF-8.",
            "Save it as UTF-8; another encoding begins here.",
        )
        .at(line, column)
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let unprintable = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r');
    if let Some((at, c)) = text.char_indices().find(|(_, c)| unprintable(*c)) {
        let (line, column) = place_of(&text[..at]);
        return Err(Problem::error(
            "",
            ProblemCode::Character,
            format!("The file holds the control character U+{:04X}.", u32::from(c)),
            "Delete it.",
        )
        .at(line, column));
    }
    Ok(text)
}

/// Line and column behind `text`, both from 1.
fn place_of(text: &str) -> (u32, u32) {
    let line = text.matches('\n').count();
    let column = text.rsplit('\n').next().unwrap_or_default().chars().count();
    (count(line + 1), count(column + 1))
}

/// A line or column: a file of 1 MiB has fewer than `u32` can count.
fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
