//! Scripts: JavaScript of a connector that runs around its calls and token requests, for what no field covers.
//!
//! A function named after an event ([`ScriptEvent`]) is called when it happens and finds what it is about as globals
//! ([`GLOBALS`]). It returns `true` to go on with what it left there, `false` to stop, or throws a sentence. Whatever it
//! left is taken as a wish: headers, addresses and origins are checked afterwards as if a person had typed them.
//!
//! Each run has a fresh interpreter ([`sandbox`]) with [`Limits`], so nothing stays from one to the next. A script that
//! came with a file runs only after a person agreed to it ([`agreed`]).
//!
//! **Never**: network, files, timers, modules, code from text; a script's word on where a credential may go.

mod agreed;
mod check;
mod event;
mod example;
mod exchange;
mod host;
#[cfg(test)]
mod journeys;
mod reference;
mod run;
mod sandbox;
#[cfg(test)]
mod tests;

pub use agreed::ScriptToAgree;
pub use event::{GLOBALS, Global, ScriptEvent, There};
pub use example::{ExampleRun, Tried};
pub use reference::reference;
pub use sandbox::ScriptRead;

pub(crate) use agreed::{came_with_a_file, is_ready, must_be_agreed};
pub(crate) use exchange::{Changes, guessed_type};
pub(crate) use run::{Context, Subject, auth_value};

use std::time::Duration;

/// The longest script, in bytes. The rules of the manifest allow as many letters.
pub const LONGEST_SOURCE: usize = 400_000;

/// What one run may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Time of the processor, so that a busy machine stops nobody.
    pub time: Duration,
    /// Memory of the interpreter, in bytes.
    pub memory: usize,
    /// Stack of the interpreter, in bytes.
    pub stack: usize,
    /// Looks at the clock: the end where the clock stands still. No machine makes as many within `time`.
    pub looks: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_millis(50), memory: 16 << 20, stack: 512 << 10, looks: 10_000 }
    }
}

/// Why a script did not let things go on. Its words are the script's own, with known secrets masked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// In which way.
    pub kind: FailureKind,
    /// What the script or the interpreter said.
    pub message: String,
    /// The line of the script, from one.
    pub line: Option<u32>,
    /// The column in that line, from one.
    pub column: Option<u32>,
}

/// The ways in which a script does not let things go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// It is no JavaScript.
    Syntax,
    /// It threw.
    Threw,
    /// It returned false.
    Stopped,
    /// It returned neither true nor false.
    Returned,
    /// It ran too long.
    Time,
    /// It used too much memory.
    Memory,
    /// It is too long.
    TooLong,
    /// It left something that cannot be sent.
    Unfit,
    /// Too many scripts run at the same time and do not end.
    Busy,
}

impl Failure {
    pub(crate) fn new(kind: FailureKind, message: String) -> Self {
        Self { kind, message, line: None, column: None }
    }

    /// It left something that cannot be sent.
    pub(crate) fn unfit(message: String) -> Self {
        Self::new(FailureKind::Unfit, message)
    }
}
