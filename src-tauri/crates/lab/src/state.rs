//! `lab.db`: what the processes of a data directory must agree on about the Lab.
//!
//! The seed of issued credentials, the services that are played, how they behave, what they gave out, the last requests,
//! and which process runs the server. Read by each request, so that what one process says is so for the server of another
//! at once.

mod behaviour;
mod exchanges;
mod given;
mod keys;

pub use exchanges::KEPT;
pub(crate) use given::{About, Given, Kind, Named, Standing};

use crate::{
    address::Base,
    error::LabError,
    play::Play,
    ports::Entropy,
    running::{LockFile, is_held},
};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use secret::SecretBytes;
use std::{
    fs::{DirBuilder, OpenOptions},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

const FILE: &str = "lab.db";
const MIGRATIONS: [&str; 2] =
    [include_str!("../migrations/0001_open.sql"), include_str!("../migrations/0002_oauth.sql")];
/// How long a writer waits for the one of another process.
const BUSY: Duration = Duration::from_secs(10);

pub(crate) struct State {
    db: Mutex<Connection>,
    directory: PathBuf,
    seed: SecretBytes,
}

impl State {
    pub fn open(directory: &Path, entropy: &dyn Entropy) -> Result<Self, LabError> {
        make_private_folder(directory)?;
        let path = directory.join(FILE);
        let made = private_file().create(true).truncate(false).open(&path);
        drop(made.map_err(LabError::file(&path))?);
        let mut db = Connection::open(&path)?;
        db.busy_timeout(BUSY)?;
        // Readers wait for no writer then. Two processes cannot switch it on at once; one is enough, and it stays on.
        if let Err(error) = db.pragma_update(None, "journal_mode", "WAL") {
            tracing::debug!(%error, "the journal of lab.db stays as it is");
        }
        db.pragma_update(None, "synchronous", "NORMAL")?;
        bring_up(&mut db, entropy)?;
        let seed = db.query_row("SELECT seed FROM seed", [], |row| row.get(0))?;
        Ok(Self { db: Mutex::new(db), directory: directory.into(), seed: SecretBytes::new(seed) })
    }

    pub fn seed(&self) -> SecretBytes {
        self.seed.clone()
    }

    /// Differs once anything was written, by this process or another.
    pub fn version(&self) -> Result<(i64, u64), LabError> {
        let db = self.db();
        let others = db.pragma_query_value(None, "data_version", |row| row.get(0))?;
        Ok((others, db.total_changes()))
    }

    /// Nothing is written where it is played already: callers say what to play before each call.
    pub fn store_play(&self, play: &Play) -> Result<(), LabError> {
        if self.load_play(&play.link_name).ok().flatten().as_ref() == Some(play) {
            return Ok(());
        }
        let text = serde_json::to_string(play)?;
        self.db().execute(
            "INSERT INTO plays (link_name, play) VALUES (?1, ?2)
             ON CONFLICT (link_name) DO UPDATE SET play = excluded.play",
            (&play.link_name, text),
        )?;
        Ok(())
    }

    pub fn load_play(&self, link_name: &str) -> Result<Option<Play>, LabError> {
        let text: Option<String> = {
            let db = self.db();
            let mut statement = db.prepare_cached("SELECT play FROM plays WHERE link_name = ?1")?;
            statement.query_row([link_name], |row| row.get(0)).optional()?
        };
        Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    /// Every service that is played, by link name.
    pub fn plays(&self) -> Result<Vec<Play>, LabError> {
        let db = self.db();
        let mut statement = db.prepare_cached("SELECT play FROM plays ORDER BY link_name")?;
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        let mut plays = Vec::new();
        for row in rows {
            plays.push(serde_json::from_str(&row?)?);
        }
        Ok(plays)
    }

    /// With everything that was said of it and given to it.
    pub fn forget_play(&self, link_name: &str) -> Result<(), LabError> {
        let mut db = self.db();
        let step = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for table in ["plays", "dials", "given"] {
            step.execute(&format!("DELETE FROM {table} WHERE link_name = ?1"), [link_name])?;
        }
        Ok(step.commit()?)
    }

    /// Where the server runs. A row whose lock nobody holds is of a process that died.
    pub fn find_running(&self) -> Result<Option<Base>, LabError> {
        find_running(&self.db(), &self.directory)
    }

    /// Says that this process runs the server, at `port`, until the answer is dropped ([`State::end_running`]).
    pub fn claim_running(&self, port: u16, entropy: &dyn Entropy) -> Result<LockFile, LabError> {
        let mut db = self.db();
        // Whoever comes second waits here and then sees the row of the first, whose lock is held.
        let claim = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if let Some(base) = find_running(&claim, &self.directory)? {
            return Err(LabError::AlreadyRunning { base });
        }
        let lock = LockFile::acquire(&run_folder(&self.directory)?, entropy)?;
        claim.execute(
            "INSERT INTO running (the_only, lock_file, port) VALUES (1, ?1, ?2)
             ON CONFLICT (the_only) DO UPDATE SET lock_file = excluded.lock_file, port = excluded.port",
            (lock.name(), port),
        )?;
        claim.commit()?;
        Ok(lock)
    }

    pub fn end_running(&self, lock: &LockFile) -> Result<(), LabError> {
        self.db().execute("DELETE FROM running WHERE lock_file = ?1", [lock.name()])?;
        Ok(())
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn find_running(db: &Connection, directory: &Path) -> Result<Option<Base>, LabError> {
    let row = db.query_row("SELECT lock_file, port FROM running", [], |row| {
        Ok((row.get::<_, String>(0)?, row.get(1)?))
    });
    let Some((lock_file, port)) = row.optional()? else { return Ok(None) };
    let held = is_held(&run_folder(directory)?.join(lock_file))?;
    Ok(held.then(|| Base::at_port(port)))
}

fn bring_up(db: &mut Connection, entropy: &dyn Entropy) -> Result<(), LabError> {
    let known = MIGRATIONS.len() as u32;
    let step = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: u32 = step.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        return Err(LabError::NewerState { found, known });
    }
    for sql in MIGRATIONS.iter().skip(found as usize) {
        step.execute_batch(sql)?;
    }
    if found == 0 {
        let mut seed = [0; 32];
        entropy.fill(&mut seed);
        step.execute("INSERT INTO seed (the_only, seed) VALUES (1, ?1)", [seed])?;
    }
    step.pragma_update(None, "user_version", known)?;
    Ok(step.commit()?)
}

fn run_folder(directory: &Path) -> Result<PathBuf, LabError> {
    let folder = directory.join("run");
    make_private_folder(&folder)?;
    Ok(folder)
}

fn make_private_folder(path: &Path) -> Result<(), LabError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(LabError::file(path))
}

/// Options to open a file that its owner alone may read.
pub(crate) fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests;
