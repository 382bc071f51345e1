//! Writing a connector file: the same connector, the same bytes.
//!
//! Block style, two blanks, fields in the order of the table, keys of maps sorted, short lists on one line. Text stands plain where any
//! reader of YAML takes it for the same text, else in quotes; several lines stand as a literal block. No line is ever folded.

use super::{canonical, document, read::resolve};
use crate::connector::Connector;
use serde_json::{Map, Value};

/// A list of short values stays on one line up to this many characters.
const SHORT_LIST: usize = 80;

/// The file of a connector.
pub fn write(connector: &Connector) -> String {
    emit(&document(connector))
}

/// The file of a document, finished or not.
pub fn write_document(document: &Value) -> String {
    emit(&canonical(document))
}

fn emit(document: &Value) -> String {
    let mut text = String::new();
    match document {
        Value::Object(map) if !map.is_empty() => put_map(map, 0, &mut text),
        other => {
            text.push_str(&one_line(other));
            text.push('\n');
        }
    }
    text
}

/// Writes the entries of a map; the first one continues the line where that is at `indent` already.
fn put_map(map: &Map<String, Value>, indent: usize, text: &mut String) {
    for (i, (key, value)) in map.iter().enumerate() {
        if i > 0 || text.ends_with('\n') {
            text.push_str(&" ".repeat(indent));
        }
        text.push_str(&scalar(key, true));
        text.push(':');
        put_value(value, indent, text);
    }
}

/// Writes a value behind its key.
fn put_value(value: &Value, indent: usize, text: &mut String) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            text.push('\n');
            put_map(map, indent + 2, text);
        }
        Value::Array(items) if !fits_one_line(value) => {
            text.push('\n');
            for item in items {
                put_item(item, indent + 2, text);
            }
        }
        Value::String(lines) if is_literal(lines) => {
            text.push_str(if lines.ends_with('\n') { " |\n" } else { " |-\n" });
            for line in lines.strip_suffix('\n').unwrap_or(lines).split('\n') {
                if !line.is_empty() {
                    text.push_str(&" ".repeat(indent + 2));
                    text.push_str(line);
                }
                text.push('\n');
            }
        }
        other => {
            text.push(' ');
            text.push_str(&one_line(other));
            text.push('\n');
        }
    }
}

fn put_item(item: &Value, indent: usize, text: &mut String) {
    text.push_str(&" ".repeat(indent));
    text.push_str("- ");
    match item {
        Value::Object(map) if !map.is_empty() => put_map(map, indent + 2, text),
        other => {
            text.push_str(&one_line(other));
            text.push('\n');
        }
    }
}

fn fits_one_line(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().all(|item| !item.is_object() && !item.is_array()))
        && one_line(value).chars().count() <= SHORT_LIST
}

/// A value in flow style. Only values of the connector's own come here with objects in them.
fn one_line(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text, false),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(in_flow).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) if map.is_empty() => "{}".into(),
        Value::Object(map) => {
            let entries: Vec<_> =
                map.iter().map(|(key, value)| format!("{}: {}", scalar(key, true), in_flow(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn in_flow(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text, true),
        other => one_line(other),
    }
}

/// Text on one line. A key or a text within brackets (`strict`) stands plain less often.
fn scalar(text: &str, strict: bool) -> String {
    if is_plain(text, strict) {
        text.into()
    } else if text.chars().all(is_printable) && text.contains(['\\', '"']) {
        format!("'{}'", text.replace('\'', "''"))
    } else {
        quoted(text)
    }
}

/// Text in double quotes (YAML 1.2 §5.7).
fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            '\n' => written.push_str("\\n"),
            '\r' => written.push_str("\\r"),
            '\t' => written.push_str("\\t"),
            c if is_printable(c) => written.push(c),
            c if u32::from(c) > 0xffff => written.push_str(&format!("\\U{:08X}", u32::from(c))),
            c => written.push_str(&format!("\\u{:04X}", u32::from(c))),
        }
    }
    written.push('"');
    written
}

/// Whether a text may stand without quotes: every reader, also one of YAML 1.1, takes it for this text.
fn is_plain(text: &str, strict: bool) -> bool {
    const INDICATORS: &str = "-?:,[]{}#&*!|>'\"%@`=~.<+";
    const WORDS: [&str; 6] = ["y", "n", "yes", "no", "on", "off"];
    let first_is_well = text
        .chars()
        .next()
        .is_some_and(|c| c.is_alphanumeric() || !(INDICATORS.contains(c) || c.is_whitespace()));
    let looks_like_number = text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_hexdigit() || "xXoO_.:+- TZtz".contains(c));
    first_is_well
        && !text.ends_with(|c: char| c.is_whitespace() || c == ':')
        && text.chars().all(|c| is_printable(c) && c != '\t')
        && !text.contains(": ")
        && !text.contains(" #")
        && (!strict || !text.contains([',', '[', ']', '{', '}', ':', '#', '&', '*', '\'', '"']))
        && !WORDS.contains(&text.to_lowercase().as_str())
        && !looks_like_number
        && matches!(resolve(text), Ok(Value::String(_)))
}

/// Whether a text reads best, and unmistakably, as a literal block.
fn is_literal(text: &str) -> bool {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let is_blank = |line: &str| !line.is_empty() && line.trim_matches([' ', '\t']).is_empty();
    text.contains('\n')
        && !body.is_empty()
        && !body.ends_with('\n')
        && !text.starts_with([' ', '\t', '\n'])
        && text.chars().all(|c| c == '\n' || c == '\t' || is_printable(c))
        && !body.split('\n').any(is_blank)
}

/// Whether a character is seen, and read back as it is.
fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
        && !matches!(c, '\u{a0}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}
