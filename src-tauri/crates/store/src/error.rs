//! What can go wrong with the databases. Decisions are made on these variants, never on their text.

use domain::link_name::LinkName;
use std::{path::PathBuf, sync::Arc};

/// Why the store did not do it.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// A newer Patchbay has changed the database, before or while this process ran.
    #[error("`{file}` has format {found}; this program knows {known}")]
    NewerDatabase {
        /// File name of the database.
        file: &'static str,
        /// Format of the file.
        found: u32,
        /// Newest format that this program can write.
        known: u32,
    },
    /// The database needs an upgrade while another process has it open.
    #[error("`{file}` needs an upgrade while another process has it open")]
    InUse {
        /// File name of the database.
        file: &'static str,
    },
    /// Another process kept the database locked for longer than a writer waits.
    #[error("another process keeps the database locked")]
    Busy,
    /// The disk, or the person's share of it, is full.
    #[error("the disk is full")]
    DiskFull,
    /// The file is damaged, or no database.
    #[error("the database is damaged: {detail}")]
    Damaged {
        /// SQLite's own words.
        detail: String,
    },
    /// A row holds what this program cannot read.
    #[error("a row cannot be read: {detail}")]
    UnreadableRow {
        /// Column and cause.
        detail: String,
    },
    /// Another connector or connection has that link name.
    #[error("the link name `{link_name}` is taken")]
    LinkNameTaken {
        /// The link name.
        link_name: LinkName,
    },
    /// The row to change is not there (any more).
    #[error("there is no {what} `{id}`")]
    NoSuchRow {
        /// Connector, connection, …
        what: &'static str,
        /// Its identifier.
        id: String,
    },
    /// The row to delete is still pointed to.
    #[error("{connections} connections use the {what} `{id}`")]
    StillUsed {
        /// Environment or agent group.
        what: &'static str,
        /// Its identifier.
        id: String,
        /// How many connections use it.
        connections: u64,
    },
    /// A file or folder of the data directory cannot be used.
    #[error("`{path}` cannot be used: {cause}")]
    File {
        /// Which.
        path: PathBuf,
        /// The operating system's own words.
        cause: Arc<std::io::Error>,
    },
    /// Any other failure of SQLite, or a statement that breaks a rule of the schema.
    #[error("the database refused: {0}")]
    Sqlite(Arc<rusqlite::Error>),
    /// The database failed during another change of the same commit (disk full, read error), so this one was taken
    /// back with it.
    #[error("the commit was taken back")]
    TakenBack,
    /// The store is closing.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |cause| Self::File { path, cause: Arc::new(cause) }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{Error, ErrorCode};
        if let Error::FromSqlConversionFailure(..)
        | Error::InvalidColumnType(..)
        | Error::IntegralValueOutOfRange(..) = error
        {
            return Self::UnreadableRow { detail: error.to_string() };
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy,
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged { detail: error.to_string() }
            }
            _ => Self::Sqlite(Arc::new(error)),
        }
    }
}
