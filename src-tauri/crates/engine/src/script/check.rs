//! Whether a script can be read: asked while it is written, and before a connector is marked as ready.
//!
//! The rules of `domain` bound its length; they have no interpreter, so what only reading tells is added here.

use super::{Failure, FailureKind, ScriptEvent};
use crate::Engine;
use domain::{
    manifest::{Problem, ProblemCode},
    rules::Checked,
};
use serde_json::Value;

const POINTER: &str = "/script";

impl Engine {
    /// What is wrong with a script, and what is advised.
    pub async fn check_script(&self, source: &str) -> Vec<Problem> {
        if source.trim().is_empty() {
            return Vec::new();
        }
        let read = match self.read_script(source).await {
            Ok(read) => read,
            // What fails without a call may work in one: only what is no JavaScript, or never ends, is wrong for sure.
            Err(failure) if failure.kind == FailureKind::Threw => return vec![throws(&failure)],
            Err(failure) => return vec![wrong(&failure)],
        };
        let mut problems: Vec<_> = read.strangers.iter().map(|name| stranger(name)).collect();
        if read.events.is_empty() {
            problems.push(Problem::advice(
                POINTER,
                ProblemCode::Script,
                "The script answers to no event, so it never runs.",
                "Write a function with the name of an event, such as `function before_action() { return true; }`.",
            ));
        }
        problems
    }

    /// `checked` with what is wrong with the script of its document.
    pub(crate) async fn with_script_checked(&self, mut checked: Checked, document: &Value) -> Checked {
        if let Some(source) = document["script"].as_str() {
            let found = self.check_script(source).await;
            checked.add(found);
        }
        checked
    }
}

fn wrong(failure: &Failure) -> Problem {
    let remedy = match failure.kind {
        FailureKind::Time => "Take work out of the top level: it runs at each event.",
        FailureKind::Memory => "Make it hold less at a time.",
        FailureKind::TooLong => "Make it shorter.",
        _ => "Correct it there.",
    };
    Problem::error(
        POINTER,
        ProblemCode::Script,
        format!("The script cannot be read: {}.", failure.in_words()),
        remedy,
    )
}

fn throws(failure: &Failure) -> Problem {
    Problem::advice(
        POINTER,
        ProblemCode::Script,
        format!("The script throws before any event: {}.", failure.in_words()),
        "What stands outside its functions runs at each event; let it throw inside one, if at all.",
    )
}

fn stranger(name: &str) -> Problem {
    let nearest = ScriptEvent::ALL.into_iter().max_by_key(|event| likeness(event.name(), name));
    let meant = nearest.map(ScriptEvent::name).unwrap_or_default();
    Problem::advice(
        POINTER,
        ProblemCode::Script,
        format!("`{name}` is no event, so nothing calls it."),
        format!("If it is meant to be one, call it `{meant}`."),
    )
}

/// How many words two names share, then how many of their first letters.
fn likeness(one: &str, other: &str) -> (usize, usize) {
    let words = one.split('_').filter(|word| other.split('_').any(|found| found == *word)).count();
    (words, one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_event_that_was_meant_is_named() {
        for (written, meant) in [
            ("before_token", "before_oauth2_token"),
            ("after_token", "after_oauth2_token"),
            ("before_actions", "before_action"),
            ("after_refresh", "after_oauth2_refresh"),
            ("on_error", "after_error"),
        ] {
            assert!(
                stranger(written).remedy.contains(&format!("`{meant}`")),
                "{written}: {}",
                stranger(written).remedy
            );
        }
    }
}
