//! The writer: one thread, one handle, one transaction for all that is queued (group commit).
//!
//! Each change runs in a savepoint of its own inside `BEGIN IMMEDIATE`, so a refused one takes back only itself. Answers
//! go out after `COMMIT` returned: what was answered is on the disk. The cost of a commit is one flush, whether it
//! carries one change or [`BATCH`].
//!
//! SQLite gives its lock to whoever tries at the right moment, and a process that writes without a pause leaves almost
//! none. So writers of all processes first stand in a doorway, the lock of `write.lock`, and leave it once they write:
//! who has just written has to get into the doorway again, and whoever stands there is next.
//!
//! Each commit is told to the log under [`COMMITS`], before and after it, by the functions that asked for its changes. So
//! a test can be there at exactly that moment, and a slow disk can be seen.

use crate::{
    Change, StoreError,
    database::{Database, lock_in_time},
    migrate,
};
use rusqlite::Connection;
use std::{
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc,
    thread,
};
use tokio::sync::oneshot;

/// How many changes one commit carries at most: other processes must get their turn.
const BATCH: usize = 64;

/// The target of the log that tells of commits, at the level `trace`: `moment` is `before` or `after`, `change` the path of
/// the function that asked.
pub const COMMITS: &str = "store::commit";

/// A queued change, whatever it answers.
trait Job: Send {
    /// The path of the closure that makes the change.
    fn asked_by(&self) -> &'static str;
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
    fn asked_by(&self) -> &'static str {
        std::any::type_name::<F>()
    }

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
    pub(crate) fn start(database: &Database) -> Result<Self, StoreError> {
        let db = database.open_for_writing()?;
        let doorway = database.lock_file("write.lock")?;
        let (jobs, queue) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || serve(&db, &doorway, &queue))
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

fn serve(db: &Connection, doorway: &File, queue: &mpsc::Receiver<Box<dyn Job>>) {
    while let Ok(first) = queue.recv() {
        let mut jobs = vec![first];
        let committed = commit(db, doorway, &mut jobs, queue);
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
    doorway: &File,
    jobs: &mut Vec<Box<dyn Job>>,
    queue: &mpsc::Receiver<Box<dyn Job>>,
) -> Result<(), StoreError> {
    lock_in_time(doorway)?;
    let begun = db.execute_batch("BEGIN IMMEDIATE");
    doorway.unlock().map_err(StoreError::file("write.lock"))?;
    begun?;
    migrate::check_formats(db)?;
    let mut next = 0;
    while let Some(job) = jobs.get_mut(next) {
        job.run(db);
        if db.is_autocommit() {
            // SQLite ended the transaction itself (disk full, I/O error): the changes before this one went with it.
            return Err(StoreError::TakenBack);
        }
        next += 1;
        if next < BATCH
            && let Ok(job) = queue.try_recv()
        {
            jobs.push(job);
        }
    }
    tell("before", jobs);
    db.execute_batch("COMMIT")?;
    tell("after", jobs);
    Ok(())
}

fn tell(moment: &'static str, jobs: &[Box<dyn Job>]) {
    for job in jobs {
        tracing::trace!(target: COMMITS, moment, change = job.asked_by());
    }
}

#[cfg(test)]
mod tests {
    use crate::{Store, StoreError, fixture};
    use std::{
        sync::{Arc, Barrier, mpsc},
        time::Duration,
    };

    fn counted(store: &Store) -> i64 {
        store.read_blocking(|s| s.settings().load("count")).unwrap().unwrap_or(0)
    }

    fn count_one(store: &Store) -> impl Future<Output = Result<i64, StoreError>> + use<> {
        let store = store.clone();
        async move {
            store
                .write(|change| {
                    let count = change.settings().load("count")?.unwrap_or(0) + 1;
                    change.settings().store("count", &count)?;
                    Ok(count)
                })
                .await
        }
    }

    #[derive(Debug)]
    enum Failure {
        Mine,
        Store(StoreError),
    }

    impl From<StoreError> for Failure {
        fn from(error: StoreError) -> Self {
            Self::Store(error)
        }
    }

    #[test]
    fn changes_queued_together_run_in_their_order() {
        let (_dir, store) = fixture::store();
        // Holds the writer until three more are queued behind it.
        let (open, gate) = mpsc::channel::<()>();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let first = store.write(move |change| {
                gate.recv().unwrap();
                change.settings().store("count", &10)
            });
            let opened = async { open.send(()).unwrap() };
            let (first, a, b, c, ()) =
                tokio::join!(first, count_one(&store), count_one(&store), count_one(&store), opened);
            first.unwrap();
            assert_eq!((a.unwrap(), b.unwrap(), c.unwrap()), (11, 12, 13));
        });
        assert_eq!(counted(&store), 13);
    }

    #[test]
    fn a_refused_change_takes_back_only_itself() {
        let (_dir, store) = fixture::store();
        let (open, gate) = mpsc::channel::<()>();
        let waiting = {
            let store = store.clone();
            std::thread::spawn(move || {
                store.write_blocking(move |change| {
                    gate.recv().unwrap();
                    change.settings().store("kept", &1)
                })
            })
        };
        let refused = {
            let store = store.clone();
            std::thread::spawn(move || {
                store.write_blocking(|change| {
                    change.settings().store("refused", &1)?;
                    Err::<(), _>(Failure::Mine)
                })
            })
        };
        open.send(()).unwrap();
        waiting.join().unwrap().unwrap();
        assert!(matches!(refused.join().unwrap(), Err(Failure::Mine)));
        let broken = store.write_blocking(|change| {
            change.settings().store("refused", &1)?;
            change.connections().insert(&fixture::connection("c1", "nowhere", "Points to nothing"))?;
            Ok::<_, Failure>(())
        });
        assert!(matches!(broken, Err(Failure::Store(StoreError::Sqlite(_)))), "{broken:?}");
        let found = store
            .read_blocking(|s| {
                Ok::<_, StoreError>((s.settings().load("kept")?, s.settings().load("refused")?))
            })
            .unwrap();
        assert_eq!(found, (Some(1), None::<i32>));
    }

    #[test]
    fn a_panic_ends_where_the_change_was_asked_for() {
        let (_dir, store) = fixture::store();
        let asked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            store.write_blocking(|change| -> Result<(), StoreError> {
                change.settings().store("count", &1)?;
                panic!("in a change")
            })
        }));
        assert_eq!(asked.unwrap_err().downcast_ref::<&str>(), Some(&"in a change"));
        assert_eq!(counted(&store), 0, "what it did is taken back");
        store.change(|change| change.settings().store("count", &2));
        assert_eq!(counted(&store), 2, "the writer goes on");
    }

    #[test]
    fn what_is_queued_is_written_before_the_store_closes() {
        let (dir, store) = fixture::store();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            // Queued at the first poll, then dropped without waiting for the answer.
            let mut write = Box::pin(count_one(&store));
            let poll = std::future::poll_fn(|context| {
                std::task::Poll::Ready(write.as_mut().poll(context).is_ready())
            });
            poll.await;
        });
        drop(store);
        assert_eq!(counted(&Store::open(dir.path(), fixture::at(1)).unwrap()), 1);
    }

    #[test]
    fn a_look_sees_one_moment_while_others_write() {
        let (_dir, store) = fixture::store();
        store.change(|change| change.settings().store("count", &1));
        let (looking, written) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let look = {
            let (store, looking, written) = (store.clone(), looking.clone(), written.clone());
            std::thread::spawn(move || {
                store.read_blocking(move |s| {
                    let before: Option<i32> = s.settings().load("count")?;
                    looking.wait();
                    written.wait();
                    Ok::<_, StoreError>((before, s.settings().load("count")?))
                })
            })
        };
        looking.wait();
        store.change(|change| change.settings().store("count", &2));
        written.wait();
        assert_eq!(look.join().unwrap().unwrap(), (Some(1), Some(1)));
        assert_eq!(counted(&store), 2);
    }

    #[test]
    fn looking_cannot_change() {
        let (_dir, store) = fixture::store();
        let refused = store.read_blocking(|s| {
            s.db().execute("DELETE FROM environments", [])?;
            Ok::<_, StoreError>(())
        });
        assert!(matches!(refused, Err(StoreError::Sqlite(_))), "{refused:?}");
    }

    #[test]
    fn a_full_disk_is_told_to_each_change_that_it_took_back() {
        let (_dir, store) = fixture::store();
        store.change(|change| change.settings().store("count", &1));
        let (open, gate) = mpsc::channel::<()>();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let first = store.write(move |change| {
                gate.recv().unwrap();
                change.settings().store("count", &2)
            });
            let full = store.write(|change| {
                // As if the disk ended here: SQLite takes back the whole transaction.
                change.db().pragma_update(None, "max_page_count", 1)?;
                change.settings().store("long", &"x".repeat(1_000_000))
            });
            let opened = async { open.send(()).unwrap() };
            let (first, full, ()) = tokio::join!(first, full, opened);
            assert!(matches!(first, Err(StoreError::TakenBack)), "{first:?}");
            assert!(matches!(full, Err(StoreError::DiskFull)), "{full:?}");
        });
        assert_eq!(counted(&store), 1);
        store.change(|change| {
            change.db().pragma_update(None, "max_page_count", 1_000_000)?;
            change.settings().store("count", &3)
        });
        assert_eq!(counted(&store), 3, "the writer goes on");
    }

    #[test]
    fn who_writes_without_a_pause_lets_others_write() {
        let (dir, busy) = fixture::store();
        let other = Store::open(dir.path(), fixture::at(1)).unwrap();
        let (stop, stopped) = mpsc::channel::<()>();
        let hammering = std::thread::spawn(move || {
            let mut written = 0;
            while stopped.try_recv().is_err() {
                // Keeps the lock nearly all the time.
                let (_open, gate) = mpsc::channel::<()>();
                busy.change(move |_| Ok(gate.recv_timeout(Duration::from_millis(4)).is_ok()));
                written += 1;
            }
            written
        });
        for number in 0..20 {
            other.change(move |change| change.settings().store("count", &number));
        }
        stop.send(()).unwrap();
        let written = hammering.join().unwrap();
        assert!(written < 200, "{written} commits went ahead of 20");
    }
}
