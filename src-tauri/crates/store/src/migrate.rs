//! Brings the files to the format that this program writes.
//!
//! Migrations only add, are numbered without a gap, and a released one is never edited. Three rules keep processes
//! apart: whoever opens the store holds `open.lock` meanwhile; whoever has it open holds `use.lock` shared; a migration
//! holds `use.lock` alone. So nobody runs on a format that changes under him, and two that start together make one
//! database.

use crate::{
    StoreError,
    database::{ACTIVITY, Database, PATCHBAY},
};
use domain::Timestamp;
use rusqlite::{Connection, backup::Backup};
use std::fs::{File, TryLockError};

/// One step of a file's format; its place in the list is the format that it leads to.
pub(crate) type Migration = &'static str;

const PATCHBAY_MIGRATIONS: &[Migration] = &[include_str!("../migrations/patchbay/0001_open.sql")];
const ACTIVITY_MIGRATIONS: &[Migration] = &[include_str!("../migrations/activity/0001_open.sql")];

/// The files with their migrations.
pub(crate) const FILES: [(&str, &[Migration]); 2] =
    [(PATCHBAY, PATCHBAY_MIGRATIONS), (ACTIVITY, ACTIVITY_MIGRATIONS)];

/// Makes or upgrades both files. The answer is the lock that says the store is in use: keep it as long as it is.
pub(crate) fn bring_up(database: &Database, now: Timestamp) -> Result<File, StoreError> {
    bring_up_to(database, &FILES, now)
}

fn bring_up_to(
    database: &Database,
    files: &[(&'static str, &[Migration])],
    now: Timestamp,
) -> Result<File, StoreError> {
    database.make_folder("")?;
    let opening = database.lock_file("open.lock")?;
    opening.lock().map_err(StoreError::file(database.path("open.lock")))?;
    let in_use = database.lock_file("use.lock")?;
    for (file, migrations) in files {
        database.make_file(file)?;
        let mut db = database.open_one(file)?;
        let found = check_format(&db, "main", file, migrations)?;
        if found as usize == migrations.len() {
            continue;
        }
        match in_use.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse { file }),
            Err(TryLockError::Error(cause)) => {
                return Err(StoreError::file(database.path("use.lock"))(cause));
            }
        }
        if found > 0 {
            back_up(database, &db, file, found, now)?;
        }
        upgrade(&mut db, migrations, found)?;
    }
    // Others that open wait for `open.lock`, so nothing slips in between giving up the one and taking the other.
    in_use
        .unlock()
        .and_then(|()| in_use.lock_shared())
        .map_err(StoreError::file(database.path("use.lock")))?;
    Ok(in_use)
}

/// The format of a file, which this program must know.
fn check_format(
    db: &Connection,
    schema: &str,
    file: &'static str,
    migrations: &[Migration],
) -> Result<u32, StoreError> {
    let found: u32 = db.pragma_query_value(Some(schema), "user_version", |row| row.get(0))?;
    let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
    if found > known { Err(StoreError::NewerDatabase { file, found, known }) } else { Ok(found) }
}

/// Whether this program may still write, asked inside each write transaction.
pub(crate) fn check_formats(db: &Connection) -> Result<(), StoreError> {
    for ((file, migrations), schema) in FILES.into_iter().zip(["main", "activity"]) {
        check_format(db, schema, file, migrations)?;
    }
    Ok(())
}

fn back_up(
    database: &Database,
    db: &Connection,
    file: &str,
    found: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    database.make_folder("backups")?;
    let stem = file.trim_end_matches(".db");
    let name = format!("backups/{stem}-{found:04}-{}.db", now.strftime("%Y%m%dT%H%M%SZ"));
    database.make_file(&name)?;
    let mut copy = Connection::open(database.path(&name))?;
    Backup::new(db, &mut copy)?.step(-1)?;
    tracing::info!(file, format = found, backup = name, "backed up before an upgrade");
    Ok(())
}

fn upgrade(db: &mut Connection, migrations: &[Migration], found: u32) -> Result<(), StoreError> {
    for (format, sql) in (1u32..).zip(migrations).skip(found as usize) {
        let step = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        step.execute_batch(sql)?;
        step.pragma_update(None, "user_version", format)?;
        step.commit()?;
    }
    Ok(())
}
