//! Why the Lab cannot be had.

use crate::{address::Base, dials::DialError, key::KeyError, people::PersonError};
use std::{
    io,
    path::{Path, PathBuf},
};

/// Why the Lab cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// A process of this data directory runs it already; it can be used there.
    #[error("the Lab of this data directory runs already, at {base}")]
    AlreadyRunning {
        /// Where.
        base: Base,
    },
    /// The machine has no free port.
    #[error("no port of this machine is free: {0}")]
    NoPort(#[source] io::Error),
    /// `lab.db` was made by a newer Patchbay.
    #[error("`lab.db` was made by a newer version: its format is {found}, this version knows {known}")]
    NewerState {
        /// Its format.
        found: u32,
        /// The newest format that this version knows.
        known: u32,
    },
    /// A file cannot be used.
    #[error("`{path}` cannot be used: {cause}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the OS says.
        #[source]
        cause: io::Error,
    },
    /// `lab.db` cannot be used.
    #[error("`lab.db` cannot be used: {0}")]
    Database(#[from] rusqlite::Error),
    /// What stands in `lab.db` cannot be read or written.
    #[error("`lab.db` holds what this version cannot read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// A behaviour cannot be set so.
    #[error(transparent)]
    Dial(#[from] DialError),
    /// A pretend person cannot be kept.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// Nobody of this e-mail is among the pretend people.
    #[error("nobody among the pretend people is `{0}`")]
    NoSuchPerson(String),
    /// A signing key cannot be made or read.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The program ends.
    #[error("the program is ending")]
    Ending,
}

impl LabError {
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        |cause| Self::File { path, cause }
    }
}
