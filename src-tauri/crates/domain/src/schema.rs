//! The JSON Schema of connector files, made from the field table.
//!
//! Editors check and complete a manifest with it. It says everything that a schema can say of single fields; what several fields say together
//! is said by [`crate::rules`] alone.

use crate::manifest::{
    MAX_ENTRY_NAME,
    table::{self, CONNECTOR, Field, Kind, MapKind, Need, OVERLAY, Shape, Text, UrlUse},
};
use crate::rules::text::max_length;
use serde_json::{Map, Value, json};

/// The schema (JSON Schema, draft 2020-12).
pub fn schema() -> Value {
    let mut definitions = Map::new();
    let mut root = object(&CONNECTOR.fields().collect::<Vec<_>>(), false, &mut definitions);
    let one_of_both = json!([{"required": ["authentication"]}, {"required": ["authentications"]}]);
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:patchbay:connector:1",
        "title": "Patchbay connector, format 1",
        "description": CONNECTOR.doc,
    });
    if let (Some(schema), Some(root)) = (schema.as_object_mut(), root.as_object_mut()) {
        schema.append(root);
        schema.insert("oneOf".into(), one_of_both);
        schema.insert("$defs".into(), definitions.into());
    }
    schema
}

fn object(fields: &[&'static Field], partial: bool, definitions: &mut Map<String, Value>) -> Value {
    let properties: Map<_, _> =
        fields.iter().map(|field| (field.key.to_owned(), described(field, partial, definitions))).collect();
    let required: Vec<_> = fields
        .iter()
        .filter(|field| !partial && field.need == Need::Required)
        .map(|field| field.key)
        .collect();
    let mut schema = json!({"type": "object", "properties": properties, "additionalProperties": false});
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema
}

fn described(field: &Field, partial: bool, definitions: &mut Map<String, Value>) -> Value {
    let mut schema = json!({"title": field.title, "description": field.doc});
    if let Some(default) = field.need.default_value() {
        schema["default"] = default;
    }
    if let (Some(schema), Value::Object(mut of_kind)) =
        (schema.as_object_mut(), kind(field.kind, partial, definitions))
    {
        schema.append(&mut of_kind);
    }
    schema
}

fn kind(of: Kind, partial: bool, definitions: &mut Map<String, Value>) -> Value {
    match of {
        Kind::Text(rule) => text(rule),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Number { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        Kind::NumberOr { min, max, word } => {
            json!({"oneOf": [{"type": "integer", "minimum": min, "maximum": max}, {"const": word}]})
        }
        Kind::Numbers(numbers) => json!({"enum": numbers}),
        Kind::Choice(choices) => json!({"enum": choices}),
        Kind::Anything => json!({}),
        // The entries of a list are complete, also within an overlay; named authentications merge by name and are not.
        Kind::List(item @ Kind::NamedAuthentication) => {
            json!({"type": "array", "items": kind(*item, partial, definitions)})
        }
        Kind::List(item) => json!({"type": "array", "items": kind(*item, false, definitions)}),
        Kind::Map(map) => entries(map, definitions),
        Kind::Object(shape) => of_shape(shape, partial, definitions),
        Kind::Overlay => reference("overlay", definitions, |definitions| {
            with_doc(object(&OVERLAY.fields().collect::<Vec<_>>(), true, definitions), OVERLAY.doc)
        }),
        Kind::Authentication => authentication(false, partial, definitions),
        Kind::NamedAuthentication => authentication(true, partial, definitions),
    }
}

fn of_shape(shape: &'static Shape, partial: bool, definitions: &mut Map<String, Value>) -> Value {
    let name = if partial { format!("{}_overlay", shape.name) } else { shape.name.to_owned() };
    reference(&name, definitions, |definitions| {
        with_doc(object(&shape.fields().collect::<Vec<_>>(), partial, definitions), shape.doc)
    })
}

fn authentication(named: bool, partial: bool, definitions: &mut Map<String, Value>) -> Value {
    let types = table::AUTHENTICATIONS.iter().map(|(type_name, shape)| {
        let suffixes = [(named, "_listed"), (partial, "_overlay")];
        let suffix: String = suffixes.iter().filter(|(is, _)| *is).map(|(_, suffix)| *suffix).collect();
        reference(&format!("authentication_{type_name}{suffix}"), definitions, |definitions| {
            let fields = table::authentication_fields(Some(type_name), named);
            let mut schema = with_doc(object(&fields, partial, definitions), shape.doc);
            if let Some(property) = schema.pointer_mut("/properties/type").and_then(Value::as_object_mut) {
                property.shift_remove("enum");
                property.insert("const".into(), (*type_name).into());
            }
            schema
        })
    });
    let types: Vec<_> = types.collect();
    // An overlay need not name the type, and then fits several.
    if partial { json!({"anyOf": types}) } else { json!({"oneOf": types}) }
}

fn entries(map: MapKind, definitions: &mut Map<String, Value>) -> Value {
    let names = match map {
        MapKind::Headers => json!({"pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"}),
        MapKind::Query | MapKind::Params => json!({"minLength": 1, "maxLength": MAX_ENTRY_NAME}),
        MapKind::FixedSettings => text(Text::PlaceholderName),
        MapKind::Environments => text(Text::LinkName),
    };
    json!({"type": "object", "propertyNames": names, "additionalProperties": kind(map.value(), true, definitions)})
}

fn text(rule: Text) -> Value {
    let mut schema = json!({"type": "string", "maxLength": max_length(rule)});
    let pattern = match rule {
        Text::ConnectorName => r"^[\p{L}\p{N}_][\p{L}\p{N} *_\-@/!:|&~\\+]*$",
        Text::ParameterName => r"^[\p{L}\p{N}][\p{L}\p{N} *_\-@/!:|&~\\+]*$",
        Text::Description => r"^[\p{L}\p{N} ,.()\-_*@/\\!:|~&]*$",
        Text::ConnectorLinkName => "^[a-z][a-z0-9_]*$",
        Text::LinkName | Text::Category => "^[a-z][a-z0-9_-]*$",
        Text::PlaceholderName => "^[A-Za-z][A-Za-z0-9_]*$",
        Text::Url(UrlUse::Redirect) => "^https://[^/]+/",
        Text::Url(UrlUse::Endpoint) => "^https?://[^/]+/",
        Text::Url(UrlUse::Page | UrlUse::Base | UrlUse::Issuer) => "^https?://[^/]",
        Text::Path | Text::RedirectPath => "^/",
        Text::Pointer => "^(/([^~]|~0|~1)*)?$",
        Text::InnerPointer => "^/([^~]|~0|~1)*$",
        _ => "",
    };
    if !pattern.is_empty() {
        schema["pattern"] = pattern.into();
    }
    if !rule.may_be_empty() && !matches!(rule, Text::Description) {
        schema["minLength"] = 1.into();
    }
    if matches!(rule, Text::Pattern) {
        schema["format"] = "regex".into();
    }
    schema
}

/// A reference to a definition, which is made when it is first needed.
fn reference(
    name: &str,
    definitions: &mut Map<String, Value>,
    make: impl FnOnce(&mut Map<String, Value>) -> Value,
) -> Value {
    if !definitions.contains_key(name) {
        let definition = make(definitions);
        definitions.insert(name.into(), definition);
    }
    json!({"$ref": format!("#/$defs/{name}")})
}

fn with_doc(mut schema: Value, doc: &str) -> Value {
    schema["description"] = doc.into();
    schema
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::read;

    /// What the schema says of a document.
    fn validate(document: &Value) -> Result<(), String> {
        let mut compiler = boon::Compiler::new();
        compiler.set_default_draft(boon::Draft::V2020_12);
        compiler.add_resource("urn:patchbay:connector:1", schema()).unwrap();
        let mut schemas = boon::Schemas::new();
        let index = compiler.compile("urn:patchbay:connector:1", &mut schemas).unwrap();
        schemas.validate(document, index).map_err(|error| error.to_string())
    }

    fn document(text: &str) -> Value {
        read(text.as_bytes()).unwrap().into_value()
    }

    #[test]
    fn the_example_follows_the_schema() {
        for file in [
            include_str!("manifest/tests/examples/zylker_crm.yaml"),
            include_str!("manifest/tests/examples/zylker_crm.written.yaml"),
        ] {
            assert_eq!(validate(&document(file)), Ok(()));
        }
    }

    #[test]
    fn the_schema_refuses_what_the_table_refuses() {
        let small = "patchbay: 1\nlink_name: a\nbase_url: https://a.example\n";
        for (lines, follows) in [
            ("name: A\nauthentication: { type: none }", true),
            ("name: A\nauthentications: [{ name: a, label: A, type: bearer, prefix: '' }]", true),
            (
                "name: A\nauthentication: { type: none }\nenvironments: { staging: { authentication: { token_url: https://a.example/t } } }",
                true,
            ),
            ("authentication: { type: none }", false),
            ("name: A", false),
            ("name: A.B\nauthentication: { type: none }", false),
            (
                "name: A\nauthentication: { type: none }\nauthentications: [{ name: a, label: A, type: none }]",
                false,
            ),
            ("name: A\nauthentication: { type: nothing }", false),
            ("name: A\nauthentication: { type: bearer, token_url: https://a.example/t }", false),
            ("name: A\nauthentications: [{ name: a, label: A, type: bearer, scope: x }]", false),
            ("name: A\nauthentication: { type: none }\nverify: { path: /me, expect_status: [99] }", false),
            ("name: A\nauthentication: { type: none }\nverify: { path: me }", false),
            ("name: A\nauthentication: { type: none }\nenvironments: { staging: { name: B } }", false),
        ] {
            assert_eq!(validate(&document(&format!("{small}{lines}"))).is_ok(), follows, "{lines}");
        }
    }

    #[test]
    fn every_definition_is_used_and_says_what_it_is() {
        let schema = schema();
        let text = schema.to_string();
        for (name, definition) in schema["$defs"].as_object().unwrap() {
            assert!(text.contains(&format!("\"#/$defs/{name}\"")), "{name} is not used");
            assert!(definition["description"].as_str().is_some_and(|doc| doc.ends_with('.')), "{name}");
        }
    }
}
