//! The rules of connectors: one pipeline for files, forms and imports.
//!
//! [`validate_draft`] takes a document as it is, finished or not, and tells what is wrong, what is missing for *Ready*, and the
//! [`Connector`] that it means where it means one. First the structure by the field table, text by text; then what several fields say
//! together, for the document itself and for each of its environments. A new rule of one text is an arm in `text`; one of
//! several fields is a function in the file of its subject, called in [`whole`].

mod address;
mod authentication;
mod credential;
mod hosts;
mod node;
mod placeholders;
mod preview;
mod request;
mod settings;
mod size;
mod structure;
pub(crate) mod text;
mod texts;
mod ticks;
mod whole;

pub(crate) use structure::{fields_of, is_absent};
pub use ticks::{Tick, description_rules, link_name_rules, name_rules, parameter_name_rules};

use crate::{
    connector::Connector,
    manifest::{Problem, ProblemCode, Severity},
};
use serde_json::Value;
use std::collections::BTreeSet;

/// What the rules cannot know from the document.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Link names of the agent groups that exist here; another blocks *Ready*.
    pub agent_groups: BTreeSet<String>,
    /// Link names of the environments that exist here; another is advised to be made.
    pub environments: BTreeSet<String>,
    /// Link names of all other connectors.
    pub taken_link_names: BTreeSet<String>,
    /// The link name that the connector keeps, where connections use it.
    pub fixed_link_name: Option<String>,
}

/// What the rules say about a document.
#[derive(Clone, Debug)]
pub struct Checked {
    /// What is wrong, and what is advised, in the order of the document.
    pub problems: Vec<Problem>,
    /// What keeps a document without errors from being ready.
    pub missing_for_ready: Vec<Problem>,
    /// What the document means: there where nothing is wrong and nothing that the type needs is missing.
    pub connector: Option<Connector>,
    /// The connector as far as it can be read, for previews: what is wrong is left out, what is missing has example values.
    pub preview: Option<Connector>,
}

impl Checked {
    /// The problems that are no advice.
    pub fn errors(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter().filter(|problem| problem.severity == Severity::Error)
    }

    /// What keeps it from being ready: what is wrong, then what is missing.
    pub fn before_ready(&self) -> impl Iterator<Item = &Problem> {
        self.errors().chain(&self.missing_for_ready)
    }

    /// The same with what was found beyond these rules. An error takes away what the document means.
    pub fn add(&mut self, found: Vec<Problem>) {
        self.problems.extend(found);
        if self.errors().next().is_some() {
            self.connector = None;
        }
    }

    /// Whether it can be marked as ready.
    pub fn is_ready(&self) -> bool {
        self.connector.is_some() && self.missing_for_ready.is_empty()
    }
}

/// Checks a document: a file as it was read, or a draft as it was typed.
pub fn validate_draft(document: &Value, known: &Known) -> Checked {
    let mut findings = Findings::default();
    match document {
        Value::Object(map) => {
            structure::check_document(map, &mut findings);
            if findings.is_sound() {
                whole::check(map, known, &mut findings);
            }
        }
        _ => findings.error(Problem::error(
            "",
            ProblemCode::WrongType,
            "The document is no connector.",
            "Begin it with `patchbay: 1`, then one `key: value` on each line.",
        )),
    }
    let Findings { mut problems, missing, .. } = findings;
    problems.retain({
        let mut seen = BTreeSet::new();
        move |problem| seen.insert((problem.pointer.clone(), problem.code, problem.message.clone()))
    });
    let has_errors = problems.iter().any(|problem| problem.severity == Severity::Error);
    let connector =
        (!has_errors).then(|| serde_json::from_value(preview::without_blanks(document)).ok()).flatten();
    let preview = connector.clone().or_else(|| preview::make(document, &problems));
    Checked { problems, missing_for_ready: missing, connector, preview }
}

/// What has been found so far.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    problems: Vec<Problem>,
    missing: Vec<Problem>,
    /// Too deep or too large to look further.
    unsound: bool,
}

impl Findings {
    fn error(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn missing(&mut self, problem: Problem) {
        self.missing.push(problem);
    }

    fn unsound(&mut self, problem: Problem) {
        self.problems.push(problem);
        self.unsound = true;
    }

    fn is_sound(&self) -> bool {
        !self.unsound
    }
}
