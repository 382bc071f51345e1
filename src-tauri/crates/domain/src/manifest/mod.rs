//! The connector file (format 1): read, checked, written.
//!
//! A file is read into a [`Document`], a JSON value with the place of each part; from there on, file and form are the same. The
//! writer is stable: the same connector makes the same bytes. Nothing here opens a file, and no secret ever stands in one.

mod canonical;
mod problem;
mod read;
pub mod table;
mod write;

pub use canonical::{canonical, document};
pub use problem::{Problem, ProblemCode, Severity, pointer_to};
pub(crate) use problem::{any_of, quote};
pub use read::{Document, read};
pub use write::{write, write_document};

use crate::rules::{Checked, Known, validate_draft};

/// The largest file, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;
/// The most values of a document, keys included.
pub const MAX_NODES: usize = 20_000;
/// The longest key of a map, in characters.
pub const MAX_ENTRY_NAME: usize = 200;
/// The most levels of a document.
pub const MAX_DEPTH: usize = 16;

/// Reads and checks a file.
///
/// # Errors
/// What keeps it from being read at all. What is wrong in a file that can be read stands in [`Checked`], line by line.
pub fn check(bytes: &[u8], known: &Known) -> Result<(Document, Checked), Vec<Problem>> {
    let document = read(bytes)?;
    let mut checked = validate_draft(document.value(), known);
    for problems in [&mut checked.problems, &mut checked.missing_for_ready] {
        *problems = problems.drain(..).map(|problem| document.locate(problem)).collect();
        problems.sort_by_key(|problem| (problem.line, problem.column));
    }
    Ok((document, checked))
}

#[cfg(test)]
mod tests;
