//! What the command prints and how it ends.
//!
//! With `--json`, standard output is one JSON document, or one object a line where progress is reported; errors too.
//! Without it, tables and sentences. Everything else goes to standard error. Colour only on a terminal and without
//! `NO_COLOR`.

use api::contract::{
    diagnosis::{DiagnosisView, LikelihoodView},
    error::{ErrorCode, ErrorView},
};
use serde::Serialize;
use std::io::{IsTerminal, Write};

/// How the command ends (CLI, exit codes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Exit {
    /// Done.
    Done = 0,
    /// Refused or failed.
    Failed = 1,
    /// Wrong usage, a file that is not valid, an ambiguous name, a missing prompt.
    Usage = 2,
    /// Could not check, time-out, cancelled.
    CouldNotCheck = 3,
    /// Vault locked or missing.
    Vault = 4,
    /// Not found.
    NotFound = 5,
}

impl Exit {
    /// How a command ends that failed with `code`.
    pub fn of(code: ErrorCode) -> Self {
        use ErrorCode as Code;
        match code {
            Code::Usage | Code::Ambiguous | Code::NotValid | Code::Missing => Self::Usage,
            Code::NotFound => Self::NotFound,
            Code::CouldNotCheck => Self::CouldNotCheck,
            Code::VaultNotSetUp
            | Code::VaultLocked
            | Code::VaultKeyMissing
            | Code::VaultWrongKey
            | Code::VaultNotOpened
            | Code::KeyStore => Self::Vault,
            Code::Exists
            | Code::Draft
            | Code::ChangedElsewhere
            | Code::InUse
            | Code::Disabled
            | Code::NotSignedIn
            | Code::Refused
            | Code::OriginNotAgreed
            | Code::ScriptStopped
            | Code::ScriptFailed
            | Code::ScriptNotAgreed
            | Code::InsideNotAgreed
            | Code::NewerData
            | Code::DataDirectory
            | Code::NotConfirmed
            | Code::Internal => Self::Failed,
        }
    }
}

/// Why a command ended without its result.
#[derive(Debug)]
pub enum Stop {
    /// Something failed; it is still to be told.
    Error(Box<ErrorView>),
    /// Everything was told already.
    Told(Exit),
}

impl From<ErrorView> for Stop {
    fn from(error: ErrorView) -> Self {
        Self::Error(Box::new(error))
    }
}

/// A usage error: what was written, and what to write instead.
pub fn usage(message: impl Into<String>, action: impl Into<String>) -> Stop {
    Stop::Error(Box::new(ErrorView {
        code: ErrorCode::Usage,
        message: message.into(),
        safe: None,
        action: Some(action.into()),
        field: None,
        problems: Vec::new(),
        names: Vec::new(),
        diagnosis: None,
    }))
}

/// What is wrong with the words of a command, as clap found it.
pub fn misread(error: &clap::Error) -> Stop {
    use clap::error::{ContextKind, ContextValue, ErrorKind};
    let told = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    let first = |kind| told(kind).into_iter().next().unwrap_or_default();
    let message = match error.kind() {
        ErrorKind::MissingRequiredArgument => {
            format!("The command needs {}.", told(ContextKind::InvalidArg).join(" and "))
        }
        ErrorKind::InvalidSubcommand => {
            format!("There is no command `{}`.", first(ContextKind::InvalidSubcommand))
        }
        ErrorKind::UnknownArgument => match first(ContextKind::InvalidArg) {
            option if option.starts_with('-') => format!("There is no option `{option}` here."),
            word => format!("There is no place for `{word}` here."),
        },
        ErrorKind::InvalidValue | ErrorKind::ValueValidation
            if first(ContextKind::InvalidValue).is_empty() =>
        {
            format!("A value is missing behind {}.", first(ContextKind::InvalidArg))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => format!(
            "`{}` is not what belongs behind {}.",
            first(ContextKind::InvalidValue),
            first(ContextKind::InvalidArg)
        ),
        ErrorKind::ArgumentConflict => format!(
            "{} does not go together with {}.",
            first(ContextKind::InvalidArg),
            told(ContextKind::PriorArg).join(" and ").trim_end_matches('.')
        ),
        _ => "The words of the command do not fit together.".into(),
    };
    match usage(message, "Look at what it takes with --help.") {
        Stop::Error(view) => {
            Stop::Error(Box::new(ErrorView { names: told(ContextKind::ValidValue), ..*view }))
        }
        told => told,
    }
}

/// Where the command prints.
pub struct Output {
    json: bool,
    colour: bool,
}

impl Output {
    /// For people, or as JSON.
    pub fn new(json: bool) -> Self {
        let colour = !json && std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { json, colour }
    }

    /// Whether JSON is wanted.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// The result: as one JSON document, or as `text` makes it.
    pub fn result<T: Serialize>(&self, value: &T, text: impl FnOnce(&T) -> String) {
        if self.json { self.line(value) } else { print(&text(value)) }
    }

    /// One JSON object on a line of its own; nothing without `--json`.
    pub fn line<T: Serialize>(&self, value: &T) {
        if self.json {
            let text = serde_json::to_string(value)
                .unwrap_or_else(|error| format!("{{\"error\":{:?}}}", error.to_string()));
            print(&text);
        }
    }

    /// A sentence for people; nothing with `--json`.
    pub fn say(&self, sentence: &str) {
        if !self.json {
            print(sentence);
        }
    }

    /// The name of a thing, bright on a terminal.
    pub fn bold(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Tells why something failed, the likeliest first, beside what the command prints; nothing with `--json`, where it
    /// stands in the result.
    pub fn causes(&self, diagnosis: Option<&DiagnosisView>) {
        if let Some(diagnosis) = diagnosis.filter(|_| !self.json) {
            tell(&causes(diagnosis));
        }
    }

    /// Tells an error, and how the command ends.
    pub fn error(&self, error: &ErrorView) -> Exit {
        if self.json {
            self.line(&serde_json::json!({ "error": error }));
        } else {
            let mut text = error.message.clone();
            for problem in &error.problems {
                text.push_str(&format!("\n  {}", problem_line(problem)));
            }
            for name in &error.names {
                text.push_str(&format!("\n  {name}"));
            }
            for more in [&error.safe, &error.action].into_iter().flatten() {
                text.push_str(&format!("\n{more}"));
            }
            if let Some(diagnosis) = &error.diagnosis {
                text.push_str(&format!("\n{}", causes(diagnosis)));
            }
            tell(&text);
        }
        Exit::of(error.code)
    }
}

/// The most causes that are told.
const CAUSES: usize = 3;

fn causes(diagnosis: &DiagnosisView) -> String {
    let lines = diagnosis.causes.iter().take(CAUSES).enumerate().map(|(index, cause)| {
        let perhaps = if cause.likelihood == LikelihoodView::MostLikely { "" } else { "Perhaps: " };
        format!("\n  {}. {perhaps}{}. {}.", index + 1, cause.title, cause.action.label)
    });
    format!("What to try, the likeliest first:{}", lines.collect::<String>())
}

/// One problem of a connector, with its place.
pub fn problem_line(problem: &api::contract::connectors::ProblemView) -> String {
    let place = match (problem.line, problem.column) {
        (Some(line), Some(column)) => format!("line {line}, column {column}: "),
        _ => String::new(),
    };
    let field = if problem.pointer.is_empty() { String::new() } else { format!("{}: ", problem.pointer) };
    format!("{place}{field}{} {}", problem.message, problem.remedy)
}

/// Rows in columns, two blanks apart; the last column is as long as it is.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let head: Vec<String> = head.iter().map(|cell| cell.to_uppercase()).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    std::iter::once(&head).chain(rows).map(line).collect::<Vec<_>>().join("\n")
}

/// Writes to standard error, for people.
pub fn tell(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// A closed pipe behind us is no error of ours.
fn print(text: &str) {
    let mut out = std::io::stdout();
    let _ = writeln!(out, "{}", text.trim_end_matches('\n')).and_then(|()| out.flush());
}
