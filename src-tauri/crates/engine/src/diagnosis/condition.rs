//! Conditions: the small language in which rules say what they look for.
//!
//! A condition is `PATH`, `PATH OP VALUE…` or `says "PHRASE"…`; values with blanks stand in double quotes. Several in a
//! list hold all; `any:`, `all:` and `not:` group them. Paths are those of [`super::reading`].
//!
//! | Op | Holds where a value at the path |
//! |---|---|
//! | none | is there, and is not `false` |
//! | `is a b*` | is one of these, whatever the case; `*` ends a beginning |
//! | `says "…"` | has a phrase ([`super::words`]); without a path, where anything does that the service wrote |
//! | `above`, `below`, `beyond` N | is a number above, below, or either side of zero by more than that |
//! | `in A..B` | is a number from A to B |
//! | `differs PATH` | is another than the one there; both must be known |
//! | `misses PATH` | is a list that lacks something of the list there |

use super::{
    reading::{Found, Reading, shown},
    words::{Phrase, Words},
};
use serde_json::Value;

/// Something that a rule looks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// All of these.
    All(Vec<Condition>),
    /// One of these at least.
    Any(Vec<Condition>),
    /// Not this.
    Not(Box<Condition>),
    /// A value.
    Test {
        /// Where it stands.
        path: String,
        /// What it must be.
        op: Op,
    },
}

/// What a value must be.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// There.
    There,
    /// One of these.
    Is(Vec<String>),
    /// With one of these phrases.
    Says(Vec<Phrase>),
    /// A number in these bounds.
    Within(f64, f64),
    /// A number further from zero.
    Beyond(f64),
    /// Another than that one.
    Differs(String),
    /// A list without all of that one.
    Misses(String),
}

/// What held, and what shows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Held {
    /// What to highlight, the most telling first.
    pub quotes: Vec<(u8, String)>,
}

impl Condition {
    /// Reads a condition of a rule file.
    /// # Errors
    /// What is wrong with it.
    pub fn parse(value: &Value) -> Result<Self, String> {
        let all = |value: &Value| match value {
            Value::Array(items) => items.iter().map(Self::parse).collect::<Result<Vec<_>, _>>(),
            other => Ok(vec![Self::parse(other)?]),
        };
        match value {
            Value::String(text) => parse_test(text),
            Value::Array(_) => Ok(Self::All(all(value)?)),
            Value::Object(members) if members.len() == 1 => {
                let (word, inner) = members.iter().next().ok_or("an empty group")?;
                match word.as_str() {
                    "any" => Ok(Self::Any(all(inner)?)),
                    "all" => Ok(Self::All(all(inner)?)),
                    "not" => Ok(Self::Not(Box::new(Self::All(all(inner)?)))),
                    other => Err(format!("`{other}` is no group")),
                }
            }
            other => Err(format!("`{other}` is no condition")),
        }
    }

    /// Whether it holds, and what shows it.
    pub fn holds(&self, reading: &Reading<'_>) -> Option<Held> {
        match self {
            Self::All(all) => {
                let mut held = Held::default();
                for condition in all {
                    held.quotes.extend(condition.holds(reading)?.quotes);
                }
                Some(held)
            }
            Self::Any(any) => any.iter().find_map(|condition| condition.holds(reading)),
            Self::Not(not) => not.holds(reading).is_none().then(Held::default),
            Self::Test { path, op } => {
                let quote = op.find(path, reading)?;
                let worth = worth(path, op);
                Some(Held { quotes: if worth > 0 { vec![(worth, quote)] } else { Vec::new() } })
            }
        }
    }

    /// The paths that it looks at.
    #[cfg(test)]
    pub(super) fn paths(&self) -> Vec<&str> {
        match self {
            Self::All(inner) | Self::Any(inner) => inner.iter().flat_map(Self::paths).collect(),
            Self::Not(inner) => inner.paths(),
            Self::Test { path, op: Op::Differs(other) | Op::Misses(other) } => vec![path, other],
            Self::Test { path, .. } => vec![path],
        }
    }
}

/// How much a value tells a person: words before codes, codes before what is known here, and where it failed not at all.
fn worth(path: &str, op: &Op) -> u8 {
    match (path.split('.').next().unwrap_or(path), op) {
        ("step" | "came" | "reply" | "class", _) => 0,
        _ if matches!(path, "connector.auth" | "connector.client_authentication" | "connector.pkce") => 0,
        ("text", Op::Says(_)) => 9,
        ("fact", _) => 8,
        ("local" | "check" | "redirect" | "param" | "fault" | "nothing", _) => 7,
        ("code", _) => 6,
        ("kind" | "header", _) => 5,
        ("sent", _) => 3,
        ("status", _) => 1,
        _ => 2,
    }
}

impl Op {
    fn find(&self, path: &str, reading: &Reading<'_>) -> Option<String> {
        match self {
            Self::Says(phrases) if path == "text" => {
                let mut texts = reading.words();
                texts.find_map(|(text, words)| quote_of(text, words, phrases))
            }
            Self::Says(phrases) => reading.at(path).into_iter().find_map(|found| {
                let text = shown(&found.value);
                quote_of(&text, &Words::of(&text), phrases)
            }),
            op => reading.at(path).into_iter().find(|found| op.fits(found, reading)).map(|found| found.quote),
        }
    }

    fn fits(&self, found: &Found, reading: &Reading<'_>) -> bool {
        match self {
            Self::There => !matches!(found.value, Value::Bool(false) | Value::Null),
            Self::Is(wanted) => match &found.value {
                Value::Array(items) => items.iter().any(|item| is_one_of(&shown(item), wanted)),
                value => is_one_of(&shown(value), wanted),
            },
            Self::Within(low, high) => number(&found.value).is_some_and(|n| (*low..=*high).contains(&n)),
            Self::Beyond(limit) => number(&found.value).is_some_and(|n| n.abs() > *limit),
            Self::Differs(other) => reading.at(other).iter().any(|other| other.value != found.value),
            Self::Misses(other) => {
                let list = |value: &Value| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
                let have = list(&found.value);
                reading
                    .at(other)
                    .iter()
                    .any(|other| list(&other.value).iter().any(|item| !have.contains(item)))
            }
            Self::Says(_) => false,
        }
    }
}

/// What a phrase stands in, to the ends of the sentence.
fn quote_of(text: &str, words: &Words, phrases: &[Phrase]) -> Option<String> {
    let range = phrases.iter().find_map(|phrase| words.find(phrase))?;
    let start = text[..range.start].rmatch_indices(['.', ';', '\n', '>']).find(|(at, _)| {
        text[*at..]
            .chars()
            .nth(1)
            .is_none_or(|next| next.is_whitespace() || text[*at..].starts_with(['>', '\n']))
    });
    let start = start.map_or(0, |(at, mark)| at + mark.len());
    let end = text[range.end..].char_indices().find(|(at, letter)| {
        let next = text[range.end + at..].chars().nth(1);
        matches!(letter, '<' | '\n') || (matches!(letter, '.' | ';') && next.is_none_or(char::is_whitespace))
    });
    let end = end.map_or(text.len(), |(at, _)| range.end + at);
    Some(text[start..end].trim().to_owned())
}

fn is_one_of(text: &str, wanted: &[String]) -> bool {
    let text = text.to_lowercase();
    wanted.iter().any(|wanted| match wanted.strip_suffix('*') {
        Some(beginning) => text.starts_with(beginning),
        None => text == *wanted,
    })
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn parse_test(text: &str) -> Result<Condition, String> {
    let tokens = tokens(text)?;
    let mut tokens = tokens.into_iter();
    let first = tokens.next().ok_or("an empty condition")?;
    let (path, op) = match first.as_str() {
        "says" => ("text".to_owned(), Some("says".to_owned())),
        _ => (first, tokens.next()),
    };
    let values: Vec<String> = tokens.collect();
    let wrong = |what: &str| format!("`{text}`: {what}");
    let one = || match &values[..] {
        [one] => Ok(one.clone()),
        _ => Err(wrong("one value is wanted")),
    };
    let limit = || one()?.parse::<f64>().map_err(|_| wrong("a number is wanted"));
    let op = match op.as_deref() {
        None => Op::There,
        Some("is") if !values.is_empty() => Op::Is(values.iter().map(|value| value.to_lowercase()).collect()),
        Some("says") if !values.is_empty() => {
            let phrases = values.iter().map(|value| Phrase::parse(value).ok_or_else(|| wrong(value)));
            Op::Says(phrases.collect::<Result<_, _>>()?)
        }
        Some("above") => Op::Within(limit()?.next_up(), f64::INFINITY),
        Some("below") => Op::Within(f64::NEG_INFINITY, limit()?.next_down()),
        Some("beyond") => Op::Beyond(limit()?),
        Some("in") => {
            let range = one()?;
            let (low, high) = range.split_once("..").ok_or_else(|| wrong("A..B is wanted"))?;
            let bound = |bound: &str| bound.parse::<f64>().map_err(|_| wrong("A..B is wanted"));
            Op::Within(bound(low)?, bound(high)?)
        }
        Some("differs") => Op::Differs(one()?),
        Some("misses") => Op::Misses(one()?),
        Some(other) => return Err(wrong(&format!("`{other}` is no operation, or lacks its value"))),
    };
    Ok(Condition::Test { path, op })
}

/// Words, those with blanks in double quotes.
fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut tokens = Vec::new();
    for (index, piece) in text.split('"').enumerate() {
        match index % 2 {
            0 => tokens.extend(piece.split_whitespace().map(str::to_owned)),
            _ => tokens.push(piece.to_owned()),
        }
    }
    match text.matches('"').count() % 2 {
        0 => Ok(tokens),
        _ => Err(format!("`{text}` has an odd number of quotes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn each_operation_holds_where_it_should() {
        let evidence = serde_json::from_value(json!({
            "connector": { "auth": "oauth2", "scope": ["a", "b"], "redirect": "http://127.0.0.1:1/cb" },
            "step": "token",
            "local": { "clock_offset_s": -90, "registered_redirect": "http://127.0.0.1:2/cb", "granted": ["a"], "off": false },
            "evidence": { "response": {
                "status": 403,
                "headers": { "retry-after": "120" },
                "body": "{\"error\":{\"code\":\"rateLimitExceeded\",\"message\":\"Slow down, and wait a minute\"}}",
            } },
        }))
        .unwrap();
        let reading = Reading::of(&evidence);
        for (condition, holds) in [
            (json!("header.retry-after"), true),
            (json!("local.off"), false),
            (json!("local.nothing"), false),
            (json!("step is refresh token"), true),
            (json!("code is rate_limit*"), true),
            (json!("code is rate"), false),
            (json!("says \"slow .. wait\""), true),
            (json!("header.retry-after says \"120\""), true),
            (json!("status in 400..499"), true),
            (json!("local.clock_offset_s beyond 60"), true),
            (json!("local.clock_offset_s above 60"), false),
            (json!("local.clock_offset_s below 0"), true),
            (json!("connector.redirect differs local.registered_redirect"), true),
            (json!("connector.redirect differs local.nothing"), false),
            (json!("local.granted misses connector.scope"), true),
            (json!("connector.scope misses local.granted"), false),
            (json!("connector.scope is b"), true),
            (json!("body/error/code is ratelimitexceeded"), true),
            (json!({ "not": "step is call" }), true),
            (json!({ "any": ["step is call", "status is 403"] }), true),
            (json!(["step is token", { "not": ["status is 403", "step is call"] }]), true),
        ] {
            let found = Condition::parse(&condition).unwrap().holds(&reading).is_some();
            assert_eq!(found, holds, "{condition}");
        }
    }

    #[test]
    fn a_condition_that_means_nothing_is_refused() {
        for text in [
            "step is",
            "status in 4",
            "says",
            "says \"Code\"",
            "step was token",
            "says \"a",
            "local.x above much",
        ] {
            assert!(Condition::parse(&json!(text)).is_err(), "{text}");
        }
        assert!(Condition::parse(&json!({ "none": "step" })).is_err());
    }

    #[test]
    fn what_is_highlighted_is_the_sentence() {
        let text = "AADSTS50011: The redirect URI does not match. Trace ID: 1";
        let phrases = [Phrase::parse("redirect uri").unwrap()];
        let quote = quote_of(text, &Words::of(text), &phrases);
        assert_eq!(quote.as_deref(), Some("AADSTS50011: The redirect URI does not match"));
    }
}
