//! Auth fields: values among the fields of a POST, PUT or PATCH body, form or JSON object.

use super::{Findings, Place, Verdict};
use crate::{
    arrived::{Arrived, Body, values_of},
    play::{Field, FieldKind},
};
use hyper::Method;
use secret::SecretString;
use serde_json::{Map, Value};

pub(super) fn check(findings: &mut Findings, arrived: &Arrived, fields: &[(&Field, SecretString)]) {
    let carries = matches!(arrived.method, Method::POST | Method::PUT | Method::PATCH);
    if !carries && fields.iter().any(|(field, _)| !field.asked.optional) {
        let detail = format!("{}; the fields travel in the body of POST, PUT and PATCH", arrived.method);
        return findings.fault(Verdict::Missing, "Method", detail);
    }
    match &arrived.body {
        Body::Form(pairs) => {
            findings.right("Body", "a form");
            for (field, expected) in fields {
                check_pair(findings, arrived, pairs, field, expected);
            }
        }
        Body::Json { value: Value::Object(members), repeated } => {
            findings.right("Body", "a JSON object");
            for (field, expected) in fields {
                match repeated.contains(&field.asked.key) {
                    true => findings.repeated(what(field), 2),
                    false => check_member(findings, arrived, members, field, expected),
                }
            }
        }
        Body::Empty => {
            for (field, expected) in fields {
                findings.left_out(what(field), &field.asked, expected, arrived);
            }
        }
        body => {
            let detail = format!("{}, in which no fields can stand", body.described());
            findings.fault(Verdict::Malformed, "Body", detail);
        }
    }
}

fn check_pair(
    findings: &mut Findings,
    arrived: &Arrived,
    pairs: &[(String, String)],
    field: &Field,
    expected: &SecretString,
) {
    match values_of(pairs, &field.asked.key).as_slice() {
        [] => findings.left_out(what(field), &field.asked, expected, arrived),
        [value] => {
            findings.found(Place::Body, "", field.asked.secret, value);
            findings.value(what(field), &field.asked, expected, value);
        }
        values => findings.repeated(what(field), values.len()),
    }
}

fn check_member(
    findings: &mut Findings,
    arrived: &Arrived,
    members: &Map<String, Value>,
    field: &Field,
    expected: &SecretString,
) {
    let Some(value) = members.get(&field.asked.key) else {
        return findings.left_out(what(field), &field.asked, expected, arrived);
    };
    let text = match (field.kind, value) {
        (FieldKind::Text | FieldKind::Date | FieldKind::List, Value::String(text)) => text.clone(),
        (FieldKind::Number, Value::Number(number)) => number.to_string(),
        (FieldKind::Boolean, Value::Bool(flag)) => flag.to_string(),
        _ => {
            if let Value::String(text) = value {
                findings.found(Place::Body, "", field.asked.secret, text);
            }
            let detail = format!("{}, and the connector says {}", described(value), field.kind.described());
            return findings.fault(Verdict::Malformed, what(field), detail);
        }
    };
    findings.found(Place::Body, "", field.asked.secret, &text);
    findings.value(what(field), &field.asked, expected, &text);
}

fn what(field: &Field) -> String {
    format!("Field `{}`", field.asked.key)
}

fn described(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

impl FieldKind {
    fn described(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Date => "a date as text",
            Self::List => "text from a list",
        }
    }
}
