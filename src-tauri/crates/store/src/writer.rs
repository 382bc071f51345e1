//! The writer: one thread, one handle, one transaction for all that is queued (group commit).
//!
//! Each change runs in a savepoint of its own inside `BEGIN IMMEDIATE`, so a refused one takes back only itself. Answers
//! go out after `COMMIT` returned: what was answered is on the disk. The cost of a commit is one flush, whether it
//! carries one change or [`BATCH`].

use crate::{Change, StoreError, migrate};
use rusqlite::Connection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    thread,
};
use tokio::sync::oneshot;

/// How many changes one commit carries at most: other processes must get their turn.
const BATCH: usize = 64;

/// A queued change, whatever it answers.
trait Job: Send {
    /// Runs it inside the open transaction.
    fn run(&mut self, db: &Connection);
    /// Sends the answer, now that the fate of the transaction is known.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

struct Queued<F, T, E> {
    change: Option<F>,
    outcome: Option<thread::Result<Result<T, E>>>,
    reply: oneshot::Sender<thread::Result<Result<T, E>>>,
}

impl<F, T, E> Job for Queued<F, T, E>
where
    F: FnOnce(&mut Change<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, db: &Connection) {
        let Some(change) = self.change.take() else { return };
        self.outcome = Some(match db.execute_batch("SAVEPOINT one_change") {
            Err(error) => Ok(Err(StoreError::from(error).into())),
            Ok(()) => {
                let outcome = catch_unwind(AssertUnwindSafe(|| change(&mut Change::on(db))));
                let end = if matches!(outcome, Ok(Ok(_))) {
                    "RELEASE one_change"
                } else {
                    "ROLLBACK TO one_change; RELEASE one_change"
                };
                match db.execute_batch(end) {
                    // After a failure that ended the whole transaction there is no savepoint either; the change's
                    // own error says more than that.
                    Err(error) if matches!(outcome, Ok(Ok(_))) => Ok(Err(StoreError::from(error).into())),
                    _ => outcome,
                }
            }
        });
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        let outcome = match (self.outcome, committed) {
            (Some(outcome @ (Err(_) | Ok(Err(_)))), _) => outcome,
            (Some(outcome), Ok(())) => outcome,
            (_, Err(error)) => Ok(Err(error.into())),
            (None, Ok(())) => Ok(Err(StoreError::Closed.into())),
        };
        // Whoever asked may have gone away; the change is made all the same.
        let _ = self.reply.send(outcome);
    }
}

/// The writer. Dropping it waits until what is queued is written.
pub(crate) struct Writer {
    jobs: Option<mpsc::Sender<Box<dyn Job>>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Writer {
    pub(crate) fn start(db: Connection) -> Result<Self, StoreError> {
        let (jobs, queue) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || serve(&db, &queue))
            .map_err(StoreError::file(""))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Queues `change`. The reply is missing when the store closed before.
    pub(crate) fn queue<T, E, F>(&self, change: F) -> oneshot::Receiver<thread::Result<Result<T, E>>>
    where
        F: FnOnce(&mut Change<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, receiver) = oneshot::channel();
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(Box::new(Queued { change: Some(change), outcome: None, reply }));
        }
        receiver
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            // The last handle may go away inside a change, on the writer itself.
            && thread.thread().id() != thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

fn serve(db: &Connection, queue: &mpsc::Receiver<Box<dyn Job>>) {
    while let Ok(first) = queue.recv() {
        let mut jobs = vec![first];
        let committed = commit(db, &mut jobs, queue);
        if committed.is_err() && !db.is_autocommit() {
            let _ = db.execute_batch("ROLLBACK");
        }
        for job in jobs {
            job.answer(committed.clone());
        }
    }
}

/// Runs `jobs`, and those that are queued meanwhile, in one transaction.
fn commit(
    db: &Connection,
    jobs: &mut Vec<Box<dyn Job>>,
    queue: &mpsc::Receiver<Box<dyn Job>>,
) -> Result<(), StoreError> {
    db.execute_batch("BEGIN IMMEDIATE")?;
    migrate::check_formats(db)?;
    let mut next = 0;
    while let Some(job) = jobs.get_mut(next) {
        job.run(db);
        if db.is_autocommit() {
            // SQLite ended the transaction itself (disk full, I/O error): the changes before this one went with it.
            return Err(StoreError::TakenBack { cause: Box::new(StoreError::DiskFull) });
        }
        next += 1;
        if next < BATCH
            && let Ok(job) = queue.try_recv()
        {
            jobs.push(job);
        }
    }
    db.execute_batch("COMMIT")?;
    Ok(())
}
