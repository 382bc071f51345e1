//! Documents made from the field table: they hold the table and the types together, and no connector is lost in writing.

use super::{
    super::table::{AUTHENTICATIONS, CONNECTOR, Field, Kind, Need, Shape, authentication_fields},
    *,
};
use crate::{connector::Connector, rules::validate_draft};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use serde_json::{Map, Value, json};

/// A value for a field that differs from its default.
fn other_than_default(field: &Field, type_name: &str) -> Value {
    let default = field.need.default_value();
    let candidates = match field.kind {
        Kind::Flag => vec![json!(true), json!(false)],
        Kind::Choice(choices) => choices.iter().map(|choice| json!(choice)).collect(),
        Kind::Numbers(numbers) => numbers.iter().map(|number| json!(number)).collect(),
        kind => vec![full(kind, type_name)],
    };
    candidates.into_iter().rev().find(|candidate| Some(candidate) != default.as_ref()).unwrap()
}

/// A value in which every field stands.
fn full(kind: Kind, type_name: &str) -> Value {
    match kind {
        Kind::Text(rule) => json!(rule.sample()),
        Kind::Flag => json!(true),
        Kind::Number { min, .. } => json!(min),
        Kind::NumberOr { word, .. } => json!(word),
        Kind::Numbers(numbers) => json!(numbers[0]),
        Kind::Choice(choices) => json!(choices[0]),
        Kind::Anything => json!({"any": [null, 1]}),
        Kind::List(kind) => json!([full(*kind, type_name)]),
        Kind::Map(kind) => json!({"name": full(kind.value(), type_name)}),
        Kind::Object(shape) => object(&shape.fields().collect::<Vec<_>>(), type_name),
        Kind::Overlay => json!({"base_url": "https://other.example"}),
        Kind::Authentication => object(&authentication_fields(Some(type_name), false), type_name),
        Kind::NamedAuthentication => object(&authentication_fields(Some(type_name), true), type_name),
    }
}

fn object(fields: &[&'static Field], type_name: &str) -> Value {
    let mut map: Map<_, _> = fields
        .iter()
        .map(|field| match field.key {
            "type" if std::ptr::eq(*field, table::TYPE) => (field.key.into(), json!(type_name)),
            _ => (field.key.into(), other_than_default(field, type_name)),
        })
        .collect();
    if map.contains_key("expect_status") {
        map.shift_remove("url");
    }
    Value::Object(map)
}

/// A document in which every field stands, with this type.
fn full_document(type_name: &str, one_of: &str) -> Value {
    let fields: Vec<_> = CONNECTOR.fields().filter(|field| field.key != one_of).collect();
    object(&fields, type_name)
}

#[test]
fn every_field_of_the_table_is_a_field_of_the_types() {
    for (type_name, _) in AUTHENTICATIONS {
        for left_out in ["authentication", "authentications"] {
            let document = full_document(type_name, left_out);
            let connector: Connector = serde_json::from_value(document.clone())
                .unwrap_or_else(|error| panic!("{type_name}: {error}\n{document:#}"));
            assert_eq!(super::super::document(&connector), canonical(&document), "{type_name}");
        }
    }
}

#[test]
fn every_field_of_the_types_is_a_field_of_the_table() {
    for (type_name, _) in AUTHENTICATIONS {
        let document = full_document(type_name, "authentications");
        let connector: Connector = serde_json::from_value(document).unwrap();
        let checked = validate_draft(&serde_json::to_value(&connector).unwrap(), &known());
        let unknown: Vec<_> = checked.errors().filter(|p| p.code == ProblemCode::UnknownKey).collect();
        assert_eq!(unknown, Vec::<&Problem>::new(), "{type_name}");
    }
}

#[test]
fn what_is_left_out_means_what_the_table_says() {
    let shapes = AUTHENTICATIONS.iter().map(|(type_name, shape)| (*type_name, *shape));
    for (type_name, shape) in shapes {
        let mut document = json!({
            "patchbay": 1, "link_name": "a", "name": "A", "base_url": "https://a.example",
            "authentication": required_only(shape, type_name), "verify": {"path": "/"},
        });
        document["authentication"]["type"] = json!(type_name);
        let connector: Connector = serde_json::from_value(document.clone()).unwrap();
        let written = serde_json::to_value(&connector).unwrap();
        assert_defaults(CONNECTOR.fields(), &written);
        assert_defaults(shape.fields(), &written["authentication"]);
        assert_eq!(super::super::document(&connector), canonical(&document), "{type_name}");
    }
}

fn required_only(shape: &Shape, type_name: &str) -> Value {
    let required = shape.fields().filter(|field| field.need == Need::Required);
    required.map(|field| (field.key.to_owned(), full(field.kind, type_name))).collect::<Map<_, _>>().into()
}

fn assert_defaults(fields: impl Iterator<Item = &'static Field>, written: &Value) {
    for field in fields {
        if let Need::Default(_) | Need::Written(_) = field.need {
            assert_eq!(
                canonical_field(field, &written[field.key]),
                field.need.default_value(),
                "{}",
                field.key
            );
        }
    }
}

/// The value as the writer would see it: optional parts that say nothing are gone.
fn canonical_field(field: &Field, value: &Value) -> Option<Value> {
    match (field.kind, value) {
        (Kind::Object(shape), Value::Object(map)) => {
            let said = map.iter().filter(|(key, value)| {
                let need = shape.field(key).unwrap().need;
                !value.is_null() && need.default_value().as_ref() != Some(value)
            });
            Some(said.map(|(key, value)| (key.clone(), value.clone())).collect::<Map<_, _>>().into())
        }
        _ => Some(value.clone()),
    }
}

#[test]
fn every_choice_of_the_table_is_one_of_the_types() {
    for (type_name, shape) in AUTHENTICATIONS {
        for field in shape.fields() {
            let Kind::Choice(choices) = field.kind else { continue };
            for choice in choices {
                let mut document = full_document(type_name, "authentications");
                document["authentication"][field.key] = json!(choice);
                let connector: Connector = serde_json::from_value(document.clone())
                    .unwrap_or_else(|error| panic!("{type_name} {} {choice}: {error}", field.key));
                assert_eq!(
                    serde_json::to_value(&connector).unwrap()["authentication"][field.key],
                    json!(choice)
                );
            }
        }
    }
}

#[test]
fn every_field_says_what_it_is() {
    let shapes = AUTHENTICATIONS.iter().map(|(_, shape)| *shape).chain([CONNECTOR, table::OVERLAY]);
    for field in shapes.flat_map(Shape::fields) {
        assert!(field.doc.ends_with('.') && !field.doc.trim_end_matches('.').is_empty(), "{}", field.key);
        assert!(field.title.starts_with(char::is_uppercase), "{}", field.key);
    }
}

#[test]
fn samples_follow_their_own_rules() {
    for (type_name, _) in AUTHENTICATIONS {
        let checked = validate_draft(&full_document(type_name, "authentications"), &known());
        let broken: Vec<_> = checked
            .errors()
            .filter(|p| {
                !matches!(p.code, ProblemCode::Conflict | ProblemCode::Duplicate | ProblemCode::UnknownKey)
            })
            .collect();
        assert_eq!(broken, Vec::<&Problem>::new(), "{type_name}");
    }
}

/// A document with some of the fields, some of them wrong: what a form holds while one types.
fn any_draft() -> impl Strategy<Value = Value> {
    let type_name = proptest::sample::select(AUTHENTICATIONS).prop_map(|(name, _)| name);
    (type_name, proptest::bool::ANY, any::<u64>()).prop_map(|(type_name, several, seed)| {
        let left_out = if several { "authentication" } else { "authentications" };
        let mut document = full_document(type_name, left_out);
        let mut random = seed | 1;
        thin_out(&mut document, &mut random);
        document
    })
}

/// Takes out and breaks fields by chance (xorshift).
fn thin_out(value: &mut Value, random: &mut u64) {
    let mut dice = || {
        *random ^= *random << 13;
        *random ^= *random >> 7;
        *random ^= *random << 17;
        *random % 12
    };
    match value {
        Value::Object(map) => {
            for key in map.keys().cloned().collect::<Vec<_>>() {
                match dice() {
                    0..4 => drop(map.shift_remove(&key)),
                    4 => drop(map.insert(key, Value::Null)),
                    5 => drop(map.insert(key, json!(""))),
                    6 => drop(map.insert(key, json!(["no\r\nsuch"]))),
                    _ => {}
                }
            }
            map.values_mut().for_each(|value| thin_out(value, random));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| thin_out(item, random)),
        _ => {}
    }
}

#[test]
fn any_draft_has_a_preview_and_no_connector_is_lost_in_writing() {
    let mut runner = TestRunner::new(Config { cases: 500, failure_persistence: None, ..Config::default() });
    let run = runner.run(&any_draft(), |draft| {
        let checked = validate_draft(&draft, &known());
        let Some(connector) = checked.preview else {
            return Err(TestCaseError::fail(format!("no preview of {draft:#}\n{:#?}", checked.problems)));
        };
        let file = write(&connector);
        let value =
            read(file.as_bytes()).map_err(|p| TestCaseError::fail(format!("{p:?}\n{file}")))?.into_value();
        let again: Connector =
            serde_json::from_value(value).map_err(|e| TestCaseError::fail(format!("{e}\n{file}")))?;
        prop_assert_eq!(&again, &connector, "{}", file);
        prop_assert_eq!(write(&again), file);
        Ok(())
    });
    if let Err(error) = run {
        panic!("{error}");
    }
}
