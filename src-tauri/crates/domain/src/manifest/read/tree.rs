//! The tree of a file: a JSON value, and where each part of it stands.

use super::{
    super::{MAX_DEPTH, MAX_NODES, Problem, ProblemCode, pointer_to, quote},
    count,
};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Line and column, from 1.
pub(super) type Place = (u32, u32);

/// A file as it was read.
#[derive(Clone, Debug)]
pub struct Document {
    value: Value,
    places: BTreeMap<String, Places>,
}

#[derive(Clone, Copy, Debug)]
struct Places {
    key: Option<Place>,
    value: Place,
}

impl Document {
    /// What stands in it.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// What stands in it, without the places.
    pub fn into_value(self) -> Value {
        self.value
    }

    /// The problem with the line and column of its field; of the nearest field around it where it is missing.
    pub fn locate(&self, problem: Problem) -> Problem {
        let mut pointer = problem.pointer.as_str();
        loop {
            if let Some(places) = self.places.get(pointer) {
                let is_field = pointer.len() == problem.pointer.len();
                let of_value = is_field && problem.code != ProblemCode::UnknownKey;
                let (line, column) = if of_value { places.value } else { places.key.unwrap_or(places.value) };
                return problem.at(line, column);
            }
            match pointer.rsplit_once('/') {
                Some((parent, _)) => pointer = parent,
                None => return problem,
            }
        }
    }
}

/// Builds a tree from what a reader comes across, and keeps its bounds.
#[derive(Default)]
pub(super) struct Builder {
    open: Vec<Open>,
    root: Option<Value>,
    places: BTreeMap<String, Places>,
    nodes: usize,
    problems: Vec<Problem>,
}

struct Open {
    pointer: String,
    place: Place,
    of: Collection,
}

enum Collection {
    Map { entries: Map<String, Value>, key: Option<(String, Place)> },
    List(Vec<Value>),
}

impl Builder {
    /// Whether the next scalar is a key.
    pub fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { of: Collection::Map { key: None, .. }, .. }))
    }

    pub fn start_map(&mut self, place: Place) -> Result<(), Problem> {
        self.start(place, Collection::Map { entries: Map::new(), key: None })
    }

    pub fn start_list(&mut self, place: Place) -> Result<(), Problem> {
        self.start(place, Collection::List(Vec::new()))
    }

    fn start(&mut self, place: Place, of: Collection) -> Result<(), Problem> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Problem::error(
                "",
                ProblemCode::TooLarge,
                format!("The file is nested more than {MAX_DEPTH} levels deep."),
                "A connector needs fewer; check the indentation and brackets before this place.",
            )
            .at(place.0, place.1));
        }
        self.count(place)?;
        let pointer = self.next_pointer();
        self.open.push(Open { pointer, place, of });
        Ok(())
    }

    pub fn end(&mut self) {
        if let Some(Open { pointer, place, of }) = self.open.pop() {
            let value = match of {
                Collection::Map { entries, .. } => Value::Object(entries),
                Collection::List(items) => Value::Array(items),
            };
            self.put(pointer, value, place);
        }
    }

    pub fn key(&mut self, text: String, place: Place) -> Result<(), Problem> {
        self.count(place)?;
        if text.is_empty() {
            return Err(Problem::error(
                "",
                ProblemCode::Unreadable,
                "A key is empty.",
                "Write a key before the `:`.",
            )
            .at(place.0, place.1));
        }
        if let Some(Open { pointer, of: Collection::Map { entries, key }, .. }) = self.open.last_mut() {
            if entries.contains_key(&text) {
                let pointer = pointer_to(pointer, &text);
                let first =
                    self.places.get(&pointer).and_then(|places| places.key).map_or(0, |(line, _)| line);
                self.problems.push(
                    Problem::error(
                        pointer,
                        ProblemCode::DuplicateKey,
                        format!("The key {} stands twice, first in line {first}.", quote(&text)),
                        "Delete one of them.",
                    )
                    .at(place.0, place.1),
                );
            }
            *key = Some((text, place));
        }
        Ok(())
    }

    pub fn scalar(&mut self, value: Value, place: Place) -> Result<(), Problem> {
        self.count(place)?;
        let pointer = self.next_pointer();
        self.put(pointer, value, place);
        Ok(())
    }

    /// A scalar that cannot be kept as it stands.
    pub fn refuse(&mut self, problem: Problem) {
        let pointer = self.next_pointer();
        self.problems.push(Problem { pointer, ..problem });
    }

    pub fn finish(self) -> Result<Document, Vec<Problem>> {
        if !self.problems.is_empty() {
            return Err(self.problems);
        }
        let places = self.places;
        self.root.map(|value| Document { value, places }).ok_or_else(|| {
            vec![
                Problem::error(
                    "",
                    ProblemCode::Unreadable,
                    "The file is empty.",
                    "Begin it with `patchbay: 1`, then one `key: value` on each line.",
                )
                .at(1, 1),
            ]
        })
    }

    fn next_pointer(&self) -> String {
        match self.open.last() {
            None => String::new(),
            Some(Open { pointer, of: Collection::List(items), .. }) => {
                pointer_to(pointer, &items.len().to_string())
            }
            Some(Open { pointer, of: Collection::Map { key, .. }, .. }) => {
                key.as_ref().map_or_else(|| pointer.clone(), |(key, _)| pointer_to(pointer, key))
            }
        }
    }

    fn put(&mut self, pointer: String, value: Value, place: Place) {
        let mut key_place = None;
        match self.open.last_mut().map(|open| &mut open.of) {
            None => self.root = Some(value),
            Some(Collection::List(items)) => items.push(value),
            Some(Collection::Map { entries, key }) => {
                if let Some((key, at)) = key.take() {
                    key_place = Some(at);
                    entries.insert(key, value);
                }
            }
        }
        self.places.insert(pointer, Places { key: key_place, value: place });
    }

    fn count(&mut self, place: Place) -> Result<(), Problem> {
        self.nodes += 1;
        if self.nodes <= MAX_NODES {
            return Ok(());
        }
        Err(Problem::error(
            "",
            ProblemCode::TooLarge,
            format!("The file has more than {MAX_NODES} values."),
            "A connector needs far fewer.",
        )
        .at(place.0, place.1))
    }
}

/// The place of a marker.
pub(super) fn place(marker: &saphyr_parser::Marker) -> Place {
    (count(marker.line()), count(marker.col() + 1))
}
