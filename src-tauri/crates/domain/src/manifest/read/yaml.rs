//! YAML, event by event.

use super::{
    super::{Problem, ProblemCode},
    Builder, Document,
    scalar::resolve,
    tree::{Place, place},
};
use saphyr_parser::{Event, Parser, ScalarStyle, ScanError};

pub(super) fn read(text: &str) -> Result<Document, Vec<Problem>> {
    let mut builder = Builder::default();
    let mut parser = Parser::new_from_str(text);
    let mut documents = 0;
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| vec![syntax(text, &error)])?;
        let place = place(&span.start);
        step(&mut builder, event, place, &mut documents).map_err(|problem| vec![problem])?;
    }
    builder.finish()
}

fn step(builder: &mut Builder, event: Event<'_>, place: Place, documents: &mut usize) -> Result<(), Problem> {
    match event {
        Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
        Event::DocumentStart(_) => {
            *documents += 1;
            if *documents > 1 {
                return Err(unsupported(
                    "a second document",
                    "Write each connector into a file of its own.",
                    place,
                ));
            }
            Ok(())
        }
        Event::Alias(_) => Err(unsupported("an alias", "Write the value out here.", place)),
        Event::Scalar(.., anchor, tag)
        | Event::SequenceStart(anchor, tag)
        | Event::MappingStart(anchor, tag)
            if anchor != 0 || tag.is_some() =>
        {
            Err(match tag {
                Some(_) => unsupported("a tag", "Delete it; quotes make a value text.", place),
                None => {
                    unsupported("an anchor", "Delete it, and write the value out where it is needed.", place)
                }
            })
        }
        Event::Scalar(text, style, ..) if builder.expects_key() => {
            if style == ScalarStyle::Plain && text == "<<" {
                return Err(unsupported("a merge key", "Write the fields out here.", place));
            }
            builder.key(text.into_owned(), place)
        }
        Event::Scalar(text, ScalarStyle::Plain, ..) => match resolve(&text) {
            Ok(value) => builder.scalar(value, place),
            Err(problem) => {
                builder.refuse(problem.at(place.0, place.1));
                builder.scalar(serde_json::Value::Null, place)
            }
        },
        Event::Scalar(text, ..) => builder.scalar(text.into_owned().into(), place),
        Event::SequenceStart(..) | Event::MappingStart(..) if builder.expects_key() => Err(Problem::error(
            "",
            ProblemCode::Unreadable,
            "A list or object stands where a key belongs.",
            "Write a key, or quotes around it where it begins with a bracket or brace.",
        )
        .at(place.0, place.1)),
        Event::SequenceStart(..) => builder.start_list(place),
        Event::MappingStart(..) => builder.start_map(place),
        Event::SequenceEnd | Event::MappingEnd => {
            builder.end();
            Ok(())
        }
    }
}

fn unsupported(what: &str, remedy: &str, place: Place) -> Problem {
    Problem::error(
        "",
        ProblemCode::Unsupported,
        format!("The file holds {what}, which connectors do not have."),
        remedy,
    )
    .at(place.0, place.1)
}

/// What the parser says, with the remedy for what it is most often.
fn syntax(text: &str, error: &ScanError) -> Problem {
    let (line, column) = place(error.marker());
    let lines: Vec<&str> = text.lines().take(line as usize).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_tabbed = |line: &&str| line[..indent(line)].contains('\t');
    let remedy = if lines.iter().rev().take(2).any(is_tabbed) {
        "Indent with blanks; a tab is no indentation."
    } else {
        "Check the indentation, and the quotes and brackets before this place."
    };
    Problem::error(
        "",
        ProblemCode::Unreadable,
        format!("The file cannot be read: “{}”.", error.info()),
        remedy,
    )
    .at(line, column)
}
