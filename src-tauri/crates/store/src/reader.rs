//! Readers: a few threads with a handle each, so that looking never waits for the writer nor blocks the async threads.

use crate::{Snapshot, StoreError, database::Database};
use rusqlite::Connection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};
use tokio::sync::oneshot;

/// How many looks run at once.
const THREADS: usize = 4;

type Look = Box<dyn FnOnce(Result<&Connection, StoreError>) + Send>;

/// The readers. They end when this is dropped.
pub(crate) struct Readers {
    looks: mpsc::Sender<Look>,
}

impl Readers {
    pub(crate) fn start(database: &Database) -> Result<Self, StoreError> {
        let (looks, queue) = mpsc::channel::<Look>();
        let queue = Arc::new(Mutex::new(queue));
        for number in 0..THREADS {
            let (queue, database) = (Arc::clone(&queue), database.clone());
            thread::Builder::new()
                .name(format!("store-reader-{number}"))
                .spawn(move || serve(&queue, &database))
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

/// Opens its handle at the first look: a command that only writes opens none.
fn serve(queue: &Mutex<mpsc::Receiver<Look>>, database: &Database) {
    let mut handle = None;
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(look) = next else { return };
        if handle.is_none() {
            match database.open_for_reading() {
                Ok(db) => handle = Some(db),
                Err(error) => {
                    look(Err(error));
                    continue;
                }
            }
        }
        if let Some(db) = &handle {
            look(Ok(db));
        }
    }
}
