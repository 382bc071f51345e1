//! The reference of the connector file for people, made from the field table.
//!
//! It stands in `FORMAT.md`; `cargo run -p domain --example format > src-tauri/crates/domain/FORMAT.md` writes it anew, and a test says
//! when that is due.

use crate::manifest::table::{
    self, AUTHENTICATIONS, CONNECTOR, Field, Kind, NAMED_HEAD, NAMED_TAIL, Need, OVERLAY, Shape,
};
use std::fmt::Write;

/// The reference, in Markdown.
pub fn reference() -> String {
    let mut text = String::from(
        "# The connector file, format 1\n\n\
         One YAML or JSON file describes one connector. Fields stand in this order when Patchbay writes them; what is left \
         out means its default. No secret ever stands in a connector: what is secret is asked for when a connection is \
         made. This page is made from the field table of the crate `domain`.\n",
    );
    let mut shown: Vec<&str> = Vec::new();
    section(&mut text, "Connector", CONNECTOR.doc, CONNECTOR.fields());
    objects_below(&mut text, CONNECTOR, &mut shown);
    for (type_name, shape) in AUTHENTICATIONS {
        section(&mut text, &format!("Authentication of the type `{type_name}`"), shape.doc, shape.fields());
        objects_below(&mut text, shape, &mut shown);
    }
    let named = NAMED_HEAD.fields().chain([table::TYPE]).chain(NAMED_TAIL.fields());
    let doc = format!("{} Beside these stand the fields of its type, but for `name`.", NAMED_HEAD.doc);
    section(&mut text, "An entry of `authentications`", &doc, named);
    section(&mut text, "An entry of `environments`", OVERLAY.doc, OVERLAY.fields());
    text
}

fn section(text: &mut String, title: &str, doc: &str, fields: impl Iterator<Item = &'static Field>) {
    let _ = write!(text, "\n## {title}\n\n{doc}\n");
    let mut fields = fields.peekable();
    if fields.peek().is_some() {
        text.push_str("\n| Key | Holds | Left out | Means |\n|---|---|---|---|\n");
    }
    for field in fields {
        let left_out = match field.need {
            Need::Required => "must be there".into(),
            Need::Optional => "nothing".into(),
            Need::Default(json) | Need::Written(json) => format!("`{json}`"),
        };
        let _ = writeln!(text, "| `{}` | {} | {left_out} | {} |", field.key, holds(field.kind), field.doc);
    }
}

/// The objects that a shape is made of, each once.
fn objects_below(text: &mut String, shape: &'static Shape, shown: &mut Vec<&'static str>) {
    for field in shape.fields() {
        let below = match field.kind {
            Kind::Object(below) => below,
            Kind::List(Kind::Object(below)) => *below,
            _ => continue,
        };
        if !shown.contains(&below.name) {
            shown.push(below.name);
            section(text, &format!("Object `{}`", below.name), below.doc, below.fields());
            objects_below(text, below, shown);
        }
    }
}

fn holds(kind: Kind) -> String {
    match kind {
        Kind::Text(_) => "text".into(),
        Kind::Flag => "`true` or `false`".into(),
        Kind::Number { min, max } if min == max => format!("`{min}`"),
        Kind::Number { min, max } => format!("{min} to {max}"),
        Kind::NumberOr { min, max, word } => format!("{min} to {max}, or `{word}`"),
        Kind::Numbers(numbers) => {
            numbers.iter().map(|number| format!("`{number}`")).collect::<Vec<_>>().join(", ")
        }
        Kind::Choice(choices) => {
            choices.iter().map(|choice| format!("`{choice}`")).collect::<Vec<_>>().join(", ")
        }
        Kind::Anything => "any value".into(),
        Kind::List(Kind::Text(_)) => "list of texts".into(),
        Kind::List(Kind::Object(shape)) => format!("list of `{}`", shape.name),
        Kind::List(Kind::Number { .. }) => "list of numbers".into(),
        Kind::List(_) => "list of authentications".into(),
        Kind::Map(_) => "names and values".into(),
        Kind::Object(shape) => format!("`{}`", shape.name),
        Kind::Authentication | Kind::NamedAuthentication => "an authentication, by `type`".into(),
        Kind::Overlay => "part of a connector".into(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_reference_is_up_to_date() {
        assert_eq!(super::reference(), include_str!("../FORMAT.md"), "run the example `format`");
    }
}
