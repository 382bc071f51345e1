//! JSON (RFC 8259) with places. The text is known to be JSON: `serde_json` has read it before, and reads each scalar here.

use super::{
    super::{Problem, ProblemCode},
    Builder, Document, count,
    scalar::resolve,
    tree::Place,
};

pub(super) fn read(text: &str) -> Result<Document, Vec<Problem>> {
    let mut scanner = Scanner { rest: text, line: 1, column: 1 };
    let mut builder = Builder::default();
    while let Some((token, place)) = scanner.token() {
        scan(&mut builder, token, place).map_err(|problem| vec![problem])?;
    }
    builder.finish()
}

/// What `serde_json` says of a text that is meant to be JSON.
pub(super) fn problem(error: &serde_json::Error) -> Problem {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let said = error.to_string().replace(&place, "");
    Problem::error(
        "",
        ProblemCode::Unreadable,
        format!("The file cannot be read: “{said}”."),
        "Check the quotes, commas and brackets before this place.",
    )
    .at(count(error.line()), count(error.column().max(1)))
}

fn scan(builder: &mut Builder, token: &str, place: Place) -> Result<(), Problem> {
    match token.as_bytes().first() {
        Some(b'{') => builder.start_map(place),
        Some(b'[') => builder.start_list(place),
        Some(b'}' | b']') => {
            builder.end();
            Ok(())
        }
        Some(b'"') => {
            let text: String = serde_json::from_str(token).unwrap_or_default();
            if builder.expects_key() { builder.key(text, place) } else { builder.scalar(text.into(), place) }
        }
        // A number or word of JSON means the same in YAML.
        _ => match resolve(token) {
            Ok(value) => builder.scalar(value, place),
            Err(problem) => {
                builder.refuse(problem.at(place.0, place.1));
                builder.scalar(serde_json::Value::Null, place)
            }
        },
    }
}

struct Scanner<'a> {
    rest: &'a str,
    line: usize,
    column: usize,
}

impl<'a> Scanner<'a> {
    /// The next bracket, brace, string, number or word.
    fn token(&mut self) -> Option<(&'a str, Place)> {
        let is_between = |c: char| c.is_ascii_whitespace() || c == ',' || c == ':';
        self.advance(self.rest.len() - self.rest.trim_start_matches(is_between).len());
        let length = match self.rest.as_bytes().first()? {
            b'{' | b'}' | b'[' | b']' => 1,
            b'"' => string_length(self.rest),
            _ => self.rest.find(|c: char| is_between(c) || matches!(c, ']' | '}')).unwrap_or(self.rest.len()),
        };
        let place = (count(self.line), count(self.column));
        Some((self.advance(length), place))
    }

    fn advance(&mut self, bytes: usize) -> &'a str {
        let (passed, rest) = self.rest.split_at(bytes);
        for c in passed.chars() {
            if c == '\n' {
                (self.line, self.column) = (self.line + 1, 1);
            } else {
                self.column += 1;
            }
        }
        self.rest = rest;
        passed
    }
}

/// The bytes of the string that `text` begins with, quotes included.
fn string_length(text: &str) -> usize {
    let mut is_escaped = false;
    let end = text.bytes().skip(1).position(|b| {
        let ends = b == b'"' && !is_escaped;
        is_escaped = b == b'\\' && !is_escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}
