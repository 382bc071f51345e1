//! Documents in their one form: fields in the table's order, what is left blank or means the default left out.
//!
//! Two documents that mean the same connector have the same canonical form; the writer writes it, the store keeps it.

use super::table::{CONNECTOR, Field, Kind, MapKind, Need, OVERLAY};
use crate::{
    connector::Connector,
    rules::{fields_of, is_absent},
};
use serde_json::{Map, Value};

/// The document of a connector.
pub fn document(connector: &Connector) -> Value {
    // A connector is made of maps with text keys and numbers: there is nothing in it that JSON could not hold.
    canonical(&serde_json::to_value(connector).unwrap_or_default())
}

/// A document, finished or not, in its one form. What the table does not know stays, behind the rest.
pub fn canonical(document: &Value) -> Value {
    match document {
        Value::Object(map) => object(map, &CONNECTOR.fields().collect::<Vec<_>>(), false),
        other => other.clone(),
    }
}

fn object(map: &Map<String, Value>, fields: &[&'static Field], partial: bool) -> Value {
    let mut ordered = Map::new();
    for field in fields {
        let Some(written) = map.get(field.key).filter(|written| !is_absent(Some(*written), field.kind))
        else {
            continue;
        };
        let written = value(written, field.kind, partial);
        if is_absent(Some(&written), field.kind) {
            continue; // a list that held nothing but blanks
        }
        let says_nothing = match field.need {
            Need::Required => false,
            Need::Optional => is_blank(&written, field.kind),
            Need::Written(_) => false,
            // An overlay may set a default where the connector has another value.
            Need::Default(_) if partial => false,
            Need::Default(_) => field.need.default_value().as_ref() == Some(&written),
        };
        if !says_nothing {
            ordered.insert(field.key.into(), written);
        }
    }
    let unknown = map.iter().filter(|(key, _)| fields.iter().all(|field| field.key != key.as_str()));
    ordered.extend(unknown.map(|(key, value)| (key.clone(), value.clone())));
    Value::Object(ordered)
}

/// Whether an optional value, brought into its form, says nothing: an empty list or map, or an object with only what is always written.
fn is_blank(written: &Value, kind: Kind) -> bool {
    match (written, kind) {
        (Value::Array(items), _) => items.is_empty(),
        (Value::Object(map), Kind::Object(shape)) => {
            shape.fields().all(|field| field.need != Need::Required)
                && map.iter().all(|(key, value)| {
                    let need = shape.field(key).map(|field| field.need);
                    need.is_some_and(|need| {
                        matches!(need, Need::Written(_)) && need.default_value().as_ref() == Some(value)
                    })
                })
        }
        (Value::Object(map), Kind::Map(_)) => map.is_empty(),
        _ => false,
    }
}

fn value(written: &Value, kind: Kind, partial: bool) -> Value {
    match (written, kind) {
        (Value::Object(map), Kind::Map(kind)) => {
            let mut entries: Vec<_> =
                map.iter().map(|(key, v)| (key.clone(), value(v, kind.value(), partial))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            if kind == MapKind::Environments {
                entries.retain(|(_, overlay)| overlay.as_object().is_none_or(|overlay| !overlay.is_empty()));
            }
            Value::Object(entries.into_iter().collect())
        }
        (Value::Object(map), Kind::Overlay) => object(map, &OVERLAY.fields().collect::<Vec<_>>(), true),
        (Value::Object(map), Kind::Object(_) | Kind::Authentication | Kind::NamedAuthentication) => {
            object(map, &fields_of(kind, map), partial)
        }
        (Value::Array(items), Kind::List(kind)) => {
            // The entries of a list are complete, also within an overlay; named authentications merge by name and are not.
            let partial = partial && matches!(kind, Kind::NamedAuthentication);
            let items = items.iter().filter(|item| !is_absent(Some(*item), *kind));
            Value::Array(items.map(|item| value(item, *kind, partial)).collect())
        }
        (written, Kind::Anything) => sorted(written),
        (written, _) => written.clone(),
    }
}

/// A value of the connector's own, with its keys in order.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(entries.into_iter().collect())
        }
        other => other.clone(),
    }
}
