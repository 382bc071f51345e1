//! Readers: a few threads, so that looking never waits for the writer nor blocks the async threads.
//!
//! Handles are opened when they are needed and lie on a stack: the one used last, whose pages are still in its memory,
//! is used first.

use crate::{Snapshot, StoreError, database::Database};
use rusqlite::Connection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
};
use tokio::sync::oneshot;

/// How many looks run at once.
const THREADS: usize = 4;

type Look = Box<dyn FnOnce(Result<&Connection, StoreError>) + Send>;

/// What the threads share.
struct Shared {
    database: Database,
    queue: Mutex<mpsc::Receiver<Look>>,
    idle: Mutex<Vec<Connection>>,
}

/// The readers. They end when this is dropped.
pub(crate) struct Readers {
    looks: mpsc::Sender<Look>,
}

impl Readers {
    pub(crate) fn start(database: &Database) -> Result<Self, StoreError> {
        let (looks, queue) = mpsc::channel::<Look>();
        let shared = Arc::new(Shared {
            database: database.clone(),
            queue: Mutex::new(queue),
            idle: Mutex::new(Vec::new()),
        });
        for number in 0..THREADS {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name(format!("store-reader-{number}"))
                .spawn(move || shared.serve())
                .map_err(StoreError::file(""))?;
        }
        Ok(Self { looks })
    }

    /// Queues `look`. The reply is missing when the store closes before its turn.
    pub(crate) fn queue<T, E, F>(&self, look: F) -> oneshot::Receiver<thread::Result<Result<T, E>>>
    where
        F: FnOnce(&Snapshot<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, receiver) = oneshot::channel();
        let look: Look = Box::new(move |db| {
            let outcome = catch_unwind(AssertUnwindSafe(|| {
                let view = db?.unchecked_transaction().map_err(StoreError::from)?;
                look(&Snapshot::of(&view))
            }));
            // Whoever asked may have gone away.
            let _ = reply.send(outcome);
        });
        let _ = self.looks.send(look);
        receiver
    }
}

impl Shared {
    fn serve(&self) {
        loop {
            let next = unpoisoned(&self.queue).recv();
            let Ok(look) = next else { return };
            let idle = unpoisoned(&self.idle).pop();
            match idle.map_or_else(|| self.database.open_for_reading(), Ok) {
                Ok(db) => {
                    look(Ok(&db));
                    unpoisoned(&self.idle).push(db);
                }
                Err(error) => look(Err(error)),
            }
        }
    }
}

/// Nothing that holds these locks can panic half-way through a change.
fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
