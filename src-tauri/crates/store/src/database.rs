//! The files, and how each handle to them is set up.

use crate::StoreError;
use rusqlite::{Connection, OpenFlags, config::DbConfig};
use std::{
    fs::{DirBuilder, File, OpenOptions, TryLockError},
    io::ErrorKind,
    path::{Path, PathBuf},
    time::Duration,
};

/// Everything of value.
pub(crate) const PATCHBAY: &str = "patchbay.db";
/// What happened, without secrets.
pub(crate) const ACTIVITY: &str = "activity.db";

/// How often a lock that another process holds is tried again.
const POLL: Duration = Duration::from_millis(1);
/// How often it is tried before the process that holds it counts as stuck: for ten seconds.
const TRIES: u32 = 10_000;
/// Statements that a handle keeps compiled; there are fewer than this.
const STATEMENTS: usize = 128;

/// Memory for pages of a reader, in KiB: an index of a hundred thousand connections. It fills as it is needed.
const READ_CACHE_KIB: i32 = 32 * 1024;

/// Where the databases are.
#[derive(Clone)]
pub(crate) struct Database {
    dir: PathBuf,
}

impl Database {
    pub(crate) fn in_directory(dir: &Path) -> Self {
        Self { dir: dir.into() }
    }

    /// The path of a file in the data directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }

    /// Makes the data directory, or a folder in it, readable by its owner only.
    pub(crate) fn make_folder(&self, name: &str) -> Result<PathBuf, StoreError> {
        let path = self.path(name);
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(StoreError::file(&path))?;
        Ok(path)
    }

    /// Opens a lock file, which is never deleted: whoever holds the lock of a deleted file holds nothing.
    pub(crate) fn lock_file(&self, name: &str) -> Result<File, StoreError> {
        let path = self.path(name);
        private_file().create(true).open(&path).map_err(StoreError::file(&path))
    }

    /// Makes an empty database file if there is none. SQLite gives `-wal` and `-shm` the mode of the database.
    ///
    /// An existing one is not opened here: closing a file drops the POSIX locks that SQLite holds on it elsewhere in
    /// this process.
    pub(crate) fn make_file(&self, name: &str) -> Result<(), StoreError> {
        let path = self.path(name);
        if path.try_exists().map_err(StoreError::file(&path))? {
            return Ok(());
        }
        private_file().create_new(true).open(&path).map_err(StoreError::file(&path))?;
        Ok(())
    }

    /// Opens one database by itself, as migrations do.
    pub(crate) fn open_one(&self, name: &str) -> Result<Connection, StoreError> {
        let mut db = Connection::open_with_flags(
            self.path(name),
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        // Plans do not depend on bound values. Else a kept statement is compiled again for each of them.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // SQLite's own waiting slows down to ten tries a second and would miss its turn among busy writers.
        db.busy_handler(Some(|tries: i32| tries.unsigned_abs() < TRIES && pause()))?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "foreign_keys", true)?;
        // A row that a person gave an answer about must survive a power cut, and macOS lies without the second.
        db.pragma_update(None, "synchronous", "FULL")?;
        #[cfg(target_os = "macos")]
        db.pragma_update(None, "fullfsync", true)?;
        Ok(db)
    }

    /// Opens both: `main` is `patchbay.db`, `activity` the other.
    pub(crate) fn open_for_writing(&self) -> Result<Connection, StoreError> {
        let db = self.open_one(PATCHBAY)?;
        let activity = self.path(ACTIVITY);
        // SQLite takes names as UTF-8; another file must not be opened in place of one that it cannot name.
        let name = activity.to_str().ok_or(ErrorKind::InvalidFilename);
        let name = name.map_err(|kind| StoreError::file(&activity)(kind.into()))?;
        db.execute("ATTACH DATABASE ?1 AS activity", [name])?;
        db.pragma_update(Some("activity"), "synchronous", "NORMAL")?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(db)
    }

    /// Opens both for looking only.
    pub(crate) fn open_for_reading(&self) -> Result<Connection, StoreError> {
        let db = self.open_for_writing()?;
        db.pragma_update(None, "query_only", true)?;
        db.pragma_update(Some("main"), "cache_size", -READ_CACHE_KIB)?;
        Ok(db)
    }
}

/// Locks a file that other processes lock for moments, or says that one of them is stuck.
pub(crate) fn lock_in_time(file: &File) -> Result<(), StoreError> {
    for _ in 0..TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) => pause(),
            Err(TryLockError::Error(cause)) => return Err(StoreError::file("write.lock")(cause)),
        };
    }
    Err(StoreError::Busy)
}

/// Lets another process go on. Always true: worth another try.
#[expect(
    clippy::disallowed_methods,
    reason = "waits for another process's lock, on a thread made for waiting"
)]
fn pause() -> bool {
    std::thread::sleep(POLL);
    true
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
