//! `WWW-Authenticate`: why a call was refused, in the service's own terms.
//!
//! RFC 9110 §11.2, §11.3, §11.6.1 and §5.6.1 (lists with empty members), RFC 6750 §3 (Bearer errors), RFC 9728 §5.1. A
//! header that breaks the grammar is read as far as it goes; nothing of it is more than text to show.

use crate::message::{HeaderMap, header};
use secret::ServerText;

/// One challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// The scheme, in lower case.
    pub scheme: String,
    /// The bare value of schemes that have one.
    pub token68: Option<String>,
    /// The parameters, names in lower case.
    pub params: Vec<(String, String)>,
}

impl Challenge {
    /// The first parameter of that name.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The service's words about the refusal (RFC 6750 §3).
    pub fn description(&self) -> Option<ServerText> {
        self.param("error_description").map(ServerText::quote).filter(|text| !text.is_empty())
    }
}

/// Enough of any real header; the rest is not looked at.
const LONGEST: usize = 16 * 1024;
const MOST: usize = 32;

/// The challenges of a reply, in order.
pub fn parse(headers: &HeaderMap) -> Vec<Challenge> {
    let mut challenges = Vec::new();
    for value in headers.get_all(header::WWW_AUTHENTICATE) {
        let bytes = value.as_bytes();
        parse_line(&String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)]), &mut challenges);
    }
    challenges.truncate(MOST);
    challenges
}

fn parse_line(line: &str, challenges: &mut Vec<Challenge>) {
    let mut rest = line;
    let mut current: Option<Challenge> = None;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let Some((word, after)) = token(rest) else {
            // Nothing that a challenge starts with: what was read so far counts.
            challenges.extend(current);
            return;
        };
        if let Some(challenge) = &mut current
            && let Some((value, behind)) = after.trim_start().strip_prefix('=').and_then(param_value)
        {
            if challenge.params.len() < MOST {
                challenge.params.push((word.to_ascii_lowercase(), value));
            }
            rest = behind;
            continue;
        }
        challenges.extend(current.take());
        let mut challenge =
            Challenge { scheme: word.to_ascii_lowercase(), token68: None, params: Vec::new() };
        rest = after;
        if let Some((value, behind)) = token68(after) {
            challenge.token68 = Some(value.to_owned());
            rest = behind;
        }
        current = Some(challenge);
    }
}

/// RFC 9110 §5.6.2.
fn token(text: &str) -> Option<(&str, &str)> {
    let is_token =
        |character: char| character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character);
    let end = text.find(|character| !is_token(character)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// A bare value behind a scheme: nothing but a comma or the end follows it.
fn token68(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix([' ', '\t'])?.trim_start();
    let is_inner = |character: char| character.is_ascii_alphanumeric() || "-._~+/".contains(character);
    let inner = text.find(|character| !is_inner(character)).unwrap_or(text.len());
    let end = inner + text[inner..].chars().take_while(|character| *character == '=').count();
    let (value, behind) = text.split_at(end);
    let follows = behind.trim_start();
    (inner > 0 && (follows.is_empty() || follows.starts_with(','))).then_some((value, behind))
}

/// A token or a quoted string; one that does not end goes to the end.
fn param_value(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
        let (value, behind) = text.split_at(end);
        return Some((value.to_owned(), behind));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return Some((value, &quoted[index + 1..])),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => value.push(character),
        }
    }
    Some((value, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn no_header_breaks_the_reader(text in "[ -~\u{e4}\u{65e5}]{0,60}|([a-c]{1,2}[ =,\"\\\\]{1,3}){0,12}") {
            let mut headers = HeaderMap::new();
            if let Ok(value) = crate::message::HeaderValue::from_bytes(text.as_bytes()) {
                headers.insert(header::WWW_AUTHENTICATE, value);
            }
            for challenge in parse(&headers) {
                proptest::prop_assert!(!challenge.scheme.is_empty());
            }
        }
    }
}
