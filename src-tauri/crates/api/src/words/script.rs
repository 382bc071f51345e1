//! Why a script did not let things go on, in words.

use crate::contract::{
    error::{ErrorCode, ErrorView},
    scripts::ScriptFailureView,
};
use engine::script::{Failure, FailureKind, ScriptEvent};

/// What happened, and what to do next.
pub fn failure(failure: &Failure) -> ScriptFailureView {
    let said = failure.message.trim_end_matches('.');
    let place = match (failure.line, failure.column) {
        (Some(line), Some(column)) => format!("Line {line}, column {column}: "),
        (Some(line), None) => format!("Line {line}: "),
        _ => String::new(),
    };
    let (sentence, action) = match failure.kind {
        FailureKind::Syntax => (format!("{place}{said}."), "Correct the script there."),
        FailureKind::Threw => (format!("{place}{said}."), "Correct the script, or what it complains of."),
        FailureKind::Stopped => {
            (format!("The script stopped it: {said}."), "Return true where it should go on.")
        }
        FailureKind::Returned => (format!("{said}."), "Return true to go on, or false to stop."),
        FailureKind::Time => (
            format!("{place}The script computed longer than 50 milliseconds and was stopped."),
            "Look for a loop that does not end, or make it do less.",
        ),
        FailureKind::Memory => (
            format!("{place}The script used more than 16 megabytes and was stopped."),
            "Make it hold less at a time.",
        ),
        FailureKind::TooLong => (format!("{said}."), "Make it shorter."),
        FailureKind::Unfit => (format!("{place}{said}."), "Correct what the script sets."),
        FailureKind::Busy => (
            "Other scripts are still running, so this one did not begin.".to_owned(),
            "Try again in a moment.",
        ),
    };
    let (sentence, action) = (capital(&sentence), action.to_owned());
    ScriptFailureView { sentence, action, line: failure.line, column: failure.column }
}

/// A script stopped a call or a sign-in.
pub fn stopped(event: ScriptEvent, found: &Failure) -> ErrorView {
    let code = match found.kind {
        FailureKind::Stopped => ErrorCode::ScriptStopped,
        _ => ErrorCode::ScriptFailed,
    };
    let ScriptFailureView { sentence, action, .. } = failure(found);
    let (what, safe) = match event.has_reply() {
        true => (
            "did not let the reply through",
            "The request was sent, and the service has answered; only the reply is held back.",
        ),
        false => ("stopped the request", "Nothing was sent."),
    };
    let message = format!("The connector's script {what} ({}): {sentence}", event.name());
    super::error::of(code, message, action).safe(safe)
}

/// The same, beginning as a sentence does, unless it begins with a name.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let name = text.split(' ').next().is_some_and(|word| word.contains('_') || word.contains('`'));
    match letters.next() {
        Some(first) if !name => first.to_uppercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}
