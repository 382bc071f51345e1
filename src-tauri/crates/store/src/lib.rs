//! The store: everything of value in one SQLite file, shared by every process that uses the data directory.
//!
//! `patchbay.db` holds what must never be lost (`synchronous=FULL`), `activity.db` the secret-free record of what
//! happened. One file per aggregate ([`connections`], [`vault`], …) keeps rows, statements and handles together.
//! Reading: [`Store::read`] runs a closure on a [`Snapshot`]. Changing: [`Store::write`] queues a closure for the one
//! writer thread, which answers when the commit is on the disk. Each mutation records its [`Tag`], so that other
//! processes see it ([`Watch`]).
//!
//! **Invariant**: sealed values are opaque bytes here and are written in the transaction of their row.
//! **Boundary**: no network, no keychain, no clock; `now` comes in with the values.
//!
//! To add an aggregate: a migration that only adds (`migrations/patchbay/NNNN_name.sql`, listed in `migrate.rs`), one
//! file here with its `handles!` line, a [`Tag`] if the shells list it, and a new fixture under `tests/fixtures`.
#![forbid(unsafe_code)]

pub mod activity;
pub mod agent_groups;
pub mod attempts;
pub mod authorizations;
mod change;
mod changes;
mod column;
pub mod connections;
pub mod connectors;
mod database;
pub mod discoveries;
pub mod environments;
mod error;
pub mod failures;
#[cfg(test)]
mod fixture;
mod guarded;
pub mod inside;
mod migrate;
mod names;
pub mod proofs;
mod reader;
pub mod registrations;
pub mod replaced;
pub mod revisions;
pub mod scripts;
pub mod sealed;
mod search;
pub mod settings;
pub mod vault;
mod writer;

pub use change::{Change, Snapshot};
pub use changes::{Changed, Tag, Watch};
pub use error::StoreError;
pub use guarded::Guarded;
pub use writer::COMMITS;

use database::Database;
use domain::Timestamp;
use std::{fs::File, path::Path, sync::Arc};

/// The open data directory. Clones share it; the last one closes it.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

/// Fields are dropped in this order: what is queued is written before the process counts as gone.
struct Inner {
    writer: writer::Writer,
    readers: reader::Readers,
    database: Database,
    /// Held shared for life: a migration needs it alone.
    _in_use: File,
}

impl Store {
    /// Opens the databases in `dir`, making or upgrading them first. An existing file is backed up before an upgrade,
    /// under a name that carries `now`. Blocks while another process opens or upgrades the same directory.
    /// # Errors
    /// [`StoreError::NewerDatabase`] when a newer Patchbay made them, [`StoreError::InUse`] when an upgrade is due and
    /// another process has them open, else what the disk says.
    pub fn open(dir: &Path, now: Timestamp) -> Result<Self, StoreError> {
        let database = Database::in_directory(dir);
        let in_use = migrate::bring_up(&database, now)?;
        let writer = writer::Writer::start(&database)?;
        let readers = reader::Readers::start(&database)?;
        Ok(Self { inner: Arc::new(Inner { writer, readers, database, _in_use: in_use }) })
    }

    /// Runs `look` on a consistent view of the databases, off the async threads.
    /// # Errors
    /// What `look` answers, or a [`StoreError`] when the view could not be had.
    pub async fn read<T, E, F>(&self, look: F) -> Result<T, E>
    where
        F: FnOnce(&Snapshot<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let reply = self.inner.readers.queue(look);
        unwind_or(reply.await.unwrap_or_else(|_| Ok(Err(StoreError::Closed.into()))))
    }

    /// [`Store::read`] for threads that may wait.
    /// # Errors
    /// As [`Store::read`].
    pub fn read_blocking<T, E, F>(&self, look: F) -> Result<T, E>
    where
        F: FnOnce(&Snapshot<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let reply = self.inner.readers.queue(look);
        unwind_or(reply.blocking_recv().unwrap_or_else(|_| Ok(Err(StoreError::Closed.into()))))
    }

    /// Queues `change` for the writer and answers when it is durable: on the disk, not only in the file. An `Err` of
    /// `change` takes back what it did and nothing else. Once queued it runs, even when the future is dropped.
    ///
    /// Keep it short and local: no network and no keychain while every other writer waits.
    /// # Errors
    /// What `change` answers, or a [`StoreError`] when the commit did not succeed.
    pub async fn write<T, E, F>(&self, change: F) -> Result<T, E>
    where
        F: FnOnce(&mut Change<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let reply = self.inner.writer.queue(change);
        unwind_or(reply.await.unwrap_or_else(|_| Ok(Err(StoreError::Closed.into()))))
    }

    /// [`Store::write`] for threads that may wait.
    /// # Errors
    /// As [`Store::write`].
    pub fn write_blocking<T, E, F>(&self, change: F) -> Result<T, E>
    where
        F: FnOnce(&mut Change<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let reply = self.inner.writer.queue(change);
        unwind_or(reply.blocking_recv().unwrap_or_else(|_| Ok(Err(StoreError::Closed.into()))))
    }

    /// Starts watching for changes, this process's own and those of others, from now on.
    /// # Errors
    /// [`StoreError`] when the databases cannot be opened once more.
    pub fn watch(&self) -> Result<Watch, StoreError> {
        Watch::start(self.inner.database.open_for_reading()?)
    }
}

/// A closure that panicked on a thread of the store panics where it was called, as if it had run there.
fn unwind_or<T, E>(outcome: std::thread::Result<Result<T, E>>) -> Result<T, E> {
    outcome.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
