//! The structure of a document by the field table: unknown keys, wrong types, missing fields, and the rule of each text.

use super::{Findings, credential, size, text};
use crate::manifest::{
    Problem, ProblemCode, any_of, pointer_to, quote,
    table::{self, CONNECTOR, Field, Kind, MapKind, Need, OVERLAY, Shape, Text},
};
use serde_json::{Map, Value};

/// Checks a whole document.
pub(super) fn check_document(map: &Map<String, Value>, findings: &mut Findings) {
    if let Some(format) = map.get("patchbay").and_then(Value::as_u64).filter(|format| *format > 1) {
        return findings.unsound(Problem::error(
            "/patchbay",
            ProblemCode::NewerFormat,
            format!("This connector is written in format {format}; this program reads format 1."),
            "Use a newer version of Patchbay.",
        ));
    }
    if let Some(problem) = size::problem(map) {
        return findings.unsound(problem);
    }
    Walk { findings, partial: false }.object(map, &CONNECTOR.fields().collect::<Vec<_>>(), "");
}

/// Whether a field counts as left out. The blanks of a form do; so does `null`, wherever it is not a value itself.
pub(crate) fn is_absent(value: Option<&Value>, kind: Kind) -> bool {
    match (value, kind) {
        (None, _) => true,
        (Some(_), Kind::Anything) => false,
        (Some(Value::Null), _) => true,
        (Some(Value::String(text)), Kind::Text(rule)) => text.is_empty() && !rule.may_be_empty(),
        (
            Some(Value::String(text)),
            Kind::Choice(_) | Kind::Number { .. } | Kind::NumberOr { .. } | Kind::Numbers(_),
        ) => text.is_empty(),
        (Some(Value::Array(items)), Kind::List(_)) => items.is_empty(),
        _ => false,
    }
}

struct Walk<'f> {
    findings: &'f mut Findings,
    /// Within an overlay: what is left out comes from the connector.
    partial: bool,
}

impl Walk<'_> {
    fn object(&mut self, map: &Map<String, Value>, fields: &[&'static Field], at: &str) {
        for (key, value) in map {
            let pointer = pointer_to(at, key);
            match fields.iter().find(|field| field.key == key) {
                Some(field) if is_absent(Some(value), field.kind) => {}
                Some(field) => self.value(value, field.kind, field.title, &pointer),
                None => self.findings.error(unknown_key(key, fields, pointer)),
            }
        }
        if self.partial {
            return;
        }
        for field in fields.iter().filter(|field| field.need == Need::Required) {
            if is_absent(map.get(field.key), field.kind) {
                self.findings.missing(missing(field, pointer_to(at, field.key)));
            }
        }
    }

    fn value(&mut self, value: &Value, kind: Kind, title: &str, at: &str) {
        match (kind, value) {
            (Kind::Anything, _) | (Kind::Flag, Value::Bool(_)) => {}
            (Kind::Text(rule), Value::String(text)) => self.text(rule, text, title, at),
            (Kind::Number { min, max }, Value::Number(number)) => {
                self.range(number.as_u64(), min, max, title, at)
            }
            (Kind::NumberOr { word, .. }, Value::String(text)) if text == word => {}
            (Kind::NumberOr { min, max, .. }, Value::Number(number)) => {
                self.range(number.as_u64(), min, max, title, at);
            }
            (Kind::Numbers(numbers), Value::Number(number)) => {
                if !number.as_u64().is_some_and(|number| numbers.contains(&number)) {
                    let numbers: Vec<_> = numbers.iter().map(u64::to_string).collect();
                    let choices = any_of(numbers.iter().map(String::as_str));
                    self.unknown_value(title, &number.to_string(), &choices, at);
                }
            }
            (Kind::Choice(choices), Value::String(text)) => {
                if !choices.contains(&text.as_str()) {
                    let remedy = any_of(choices.iter().copied());
                    self.unknown_value(title, text, &remedy, at);
                }
            }
            (Kind::List(kind), Value::Array(items)) => {
                // A list is replaced as a whole, also by an overlay: its entries are complete.
                let partial = std::mem::replace(&mut self.partial, false);
                for (i, item) in items.iter().enumerate() {
                    let pointer = pointer_to(at, &i.to_string());
                    let subject = format!("{title}: entry {}", i + 1);
                    if is_absent(Some(item), *kind) {
                        self.findings.error(Problem::error(
                            pointer,
                            ProblemCode::Missing,
                            format!("{subject} is empty."),
                            "Fill it in or delete it.",
                        ));
                    } else {
                        self.partial = partial && matches!(kind, Kind::NamedAuthentication);
                        self.value(item, *kind, &subject, &pointer);
                    }
                }
                self.partial = partial;
            }
            (Kind::Map(kind), Value::Object(map)) => self.map(kind, map, at),
            (Kind::Object(shape), Value::Object(map)) => {
                self.object(map, &shape.fields().collect::<Vec<_>>(), at);
            }
            (Kind::Overlay, Value::Object(map)) => {
                self.partial = true;
                self.object(map, &OVERLAY.fields().collect::<Vec<_>>(), at);
                self.partial = false;
            }
            (Kind::Authentication, Value::Object(map)) => self.authentication(map, false, at),
            (Kind::NamedAuthentication, Value::Object(map)) => self.authentication(map, true, at),
            _ => self.findings.error(wrong_type(kind, value, title, at)),
        }
    }

    /// An overlay may leave out `type`; the whole document is checked with the type that it has then.
    fn authentication(&mut self, map: &Map<String, Value>, named: bool, at: &str) {
        let type_name = map.get("type").and_then(Value::as_str).filter(|name| !name.is_empty());
        let known = type_name.is_some_and(|name| table::authentication(name).is_some());
        if known {
            return self.object(map, &table::authentication_fields(type_name, named), at);
        }
        // Without a type nobody can tell which keys belong: only those that no type has are wrong. What all types share is
        // checked, and in an overlay everything, as it may be of the connector's type.
        let common = table::authentication_fields(None, named);
        let of_types = table::AUTHENTICATIONS.iter().flat_map(|(_, shape)| shape.fields());
        let all: Vec<_> = common.iter().copied().chain(of_types).collect();
        for (key, value) in map {
            let pointer = pointer_to(at, key);
            match all.iter().position(|field| field.key == key) {
                Some(i) if is_absent(Some(value), all[i].kind) => {}
                Some(i) if self.partial || i < common.len() => {
                    self.value(value, all[i].kind, all[i].title, &pointer)
                }
                Some(_) => {}
                None => self.findings.error(unknown_key(key, &all, pointer)),
            }
        }
        if !self.partial && type_name.is_none() {
            self.findings.missing(missing(table::TYPE, pointer_to(at, "type")));
        }
    }

    fn map(&mut self, kind: MapKind, map: &Map<String, Value>, at: &str) {
        for (key, value) in map {
            let pointer = pointer_to(at, key);
            let subject = format!("{} {}", kind.entry_title(), quote(key));
            if let Some(problem) = credential::entry_name_problem(kind, key, &pointer) {
                self.findings.error(problem);
            } else if value.is_null() {
                self.findings.error(Problem::error(
                    pointer,
                    ProblemCode::Missing,
                    format!("{subject} has no value."),
                    "Write a value behind it, or delete it.",
                ));
            } else {
                self.value(value, kind.value(), &subject, &pointer);
            }
        }
    }

    fn text(&mut self, rule: Text, content: &str, subject: &str, at: &str) {
        if let Err(finding) = text::check(rule, content) {
            let message = format!("{subject} {}.", finding.fact);
            self.findings.error(Problem::error(at, finding.code, message, finding.remedy));
        }
    }

    fn range(&mut self, number: Option<u64>, min: u64, max: u64, title: &str, at: &str) {
        if !number.is_some_and(|number| (min..=max).contains(&number)) {
            self.findings.error(Problem::error(
                at,
                ProblemCode::OutOfRange,
                format!("{title} is out of range."),
                if min == max {
                    format!("Write {min}.")
                } else {
                    format!("Use a whole number from {min} to {max}.")
                },
            ));
        }
    }

    fn unknown_value(&mut self, title: &str, found: &str, choices: &str, at: &str) {
        let message = format!("{title} cannot be {}.", quote(found));
        self.findings.error(Problem::error(
            at,
            ProblemCode::UnknownValue,
            message,
            format!("Use {choices}."),
        ));
    }
}

/// What is said of a field that has to be there.
pub(super) fn missing(field: &Field, pointer: String) -> Problem {
    let is = if matches!(field.kind, Kind::List(_)) { "are" } else { "is" };
    let message = format!("{} {is} missing.", field.title);
    Problem::error(pointer, ProblemCode::Missing, message, format!("Fill it in: {}", continued(field.doc)))
}

/// A sentence as it goes on behind a colon. Abbreviations stay as they are.
fn continued(sentence: &str) -> String {
    let mut rest = sentence.chars();
    match (rest.next(), rest.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(rest).collect(),
        _ => sentence.into(),
    }
}

fn wrong_type(kind: Kind, value: &Value, title: &str, at: &str) -> Problem {
    let found = match value {
        Value::Null => "nothing",
        Value::Bool(_) => "`true` or `false`",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    };
    let (wanted, remedy) = match kind {
        Kind::Text(_) | Kind::Choice(_) => match value {
            Value::Number(_) | Value::Bool(_) => ("text", "Put it in quotes.".into()),
            _ => ("text", "Write one text.".to_owned()),
        },
        Kind::Flag => ("`true` or `false`", "Write `true` or `false`, without quotes.".into()),
        Kind::Number { .. } | Kind::Numbers(_) => {
            ("a number", "Write a whole number, without quotes.".into())
        }
        Kind::NumberOr { word, .. } => {
            ("a number", format!("Write a whole number without quotes, or `{word}`."))
        }
        Kind::List(_) => ("a list", "Write `[…]`, or each entry on a line of its own behind `- `.".into()),
        _ => ("an object", "Write its fields as `key: value`, indented, one on each line.".into()),
    };
    let message = format!("{title}: {wanted} belongs here, not {found}.");
    Problem::error(at, ProblemCode::WrongType, message, remedy)
}

fn unknown_key(key: &str, fields: &[&'static Field], pointer: String) -> Problem {
    if let Some(problem) = credential::secret_field_problem(key, &pointer) {
        return problem;
    }
    let elsewhere = table::AUTHENTICATIONS.iter().filter(|(_, shape)| shape.field(key).is_some());
    let types: Vec<_> = elsewhere.map(|(name, _)| *name).collect();
    let remedy = match (meant(key, fields), types.is_empty() || !is_authentication(fields)) {
        (Some(meant), _) => format!("Did you mean `{meant}`?"),
        (None, false) => format!("It belongs to the type {}.", any_of(types)),
        (None, true) if fields.len() <= 8 && !fields.is_empty() => {
            format!("Use {}, or delete it.", any_of(fields.iter().map(|field| field.key)))
        }
        (None, true) => "Delete it; the fields that there are stand in the reference of the format.".into(),
    };
    Problem::error(
        pointer,
        ProblemCode::UnknownKey,
        format!("There is no field {} here.", quote(key)),
        remedy,
    )
}

fn is_authentication(fields: &[&'static Field]) -> bool {
    fields.iter().any(|field| std::ptr::eq(*field, table::TYPE))
}

/// Words of other formats for our fields.
const SYNONYMS: &[(&str, &str)] = &[
    ("auth", "authentication"),
    ("security", "authentication"),
    ("url", "base_url"),
    ("server", "base_url"),
    ("id", "link_name"),
    ("slug", "link_name"),
    ("title", "name"),
    ("display_name", "name"),
    ("docs", "documentation_url"),
    ("variables", "settings"),
    ("auth_url", "authorize_url"),
    ("authorization_url", "authorize_url"),
    ("access_token_url", "token_url"),
    ("revocation_url", "revoke_url"),
    ("scope", "scopes"),
    ("separator", "delimiter"),
    ("in", "location"),
    ("test", "verify"),
];

/// The field that was probably meant: one that is a slip away, or another word for it.
fn meant(key: &str, fields: &[&'static Field]) -> Option<&'static str> {
    let key = key.to_lowercase().replace(['-', ' '], "_");
    let allowed = 1 + key.chars().count() / 4;
    let near = fields.iter().map(|field| (slips(&key, field.key), field.key)).min();
    let synonym = SYNONYMS.iter().find(|(word, _)| *word == key).map(|(_, ours)| *ours);
    let synonym =
        synonym.and_then(|ours| fields.iter().find(|field| field.key == ours)).map(|field| field.key);
    synonym.or(near.filter(|(slips, _)| *slips <= allowed.min(3)).map(|(_, key)| key))
}

/// The name that was probably meant: one that is a slip or two away.
pub(super) fn closest<'a>(text: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let near = names.map(|name| (slips(text, name), name)).min();
    near.filter(|(slips, _)| *slips <= 2).map(|(_, name)| name)
}

/// How many letters have to be changed, put in, taken out or swapped with their neighbour to come from one word to the other (optimal
/// string alignment).
fn slips(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().take(50).collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(row[j - 1] + 1).min(rows[i - 1][j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

/// The fields of a shape, or of an authentication of this type: for those who walk documents for other reasons.
pub(crate) fn fields_of(kind: Kind, map: &Map<String, Value>) -> Vec<&'static Field> {
    let type_name = || map.get("type").and_then(Value::as_str);
    match kind {
        Kind::Object(shape) => Shape::fields(shape).collect(),
        Kind::Authentication => table::authentication_fields(type_name(), false),
        Kind::NamedAuthentication => table::authentication_fields(type_name(), true),
        Kind::Overlay => OVERLAY.fields().collect(),
        _ => Vec::new(),
    }
}
