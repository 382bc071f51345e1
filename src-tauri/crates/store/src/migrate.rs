//! Brings the files to the format that this program writes.
//!
//! Migrations only add, are numbered without a gap, and a released one is never edited. Three rules keep processes
//! apart: whoever opens the store holds `open.lock` meanwhile; whoever has it open holds `use.lock` shared; an upgrade
//! holds `use.lock` alone. So nobody runs on a format that changes under him, and two that start together make one
//! database.
//!
//! A damaged `activity.db` is set aside and begun anew, because nothing of value is in it; a damaged `patchbay.db` is an
//! error and left as it is.

use crate::{
    StoreError,
    database::{ACTIVITY, Database, PATCHBAY},
};
use domain::Timestamp;
use rusqlite::{
    Connection, TransactionBehavior,
    backup::{Backup, StepResult},
};
use std::{
    fs::{File, TryLockError},
    io::ErrorKind,
};

/// One step of a file's format; its place in the list, from 1, is the format that it leads to.
type Migration = &'static str;

/// A file with all its migrations.
#[derive(Clone, Copy)]
struct Format {
    file: &'static str,
    migrations: &'static [Migration],
}

const FORMATS: [Format; 2] = [
    Format {
        file: PATCHBAY,
        migrations: &[
            include_str!("../migrations/patchbay/0001_open.sql"),
            include_str!("../migrations/patchbay/0002_sign_in.sql"),
            include_str!("../migrations/patchbay/0003_undo_reauthorize.sql"),
            include_str!("../migrations/patchbay/0004_scripts.sql"),
            include_str!("../migrations/patchbay/0005_inside.sql"),
            include_str!("../migrations/patchbay/0006_proofs.sql"),
            include_str!("../migrations/patchbay/0007_search_counts.sql"),
            include_str!("../migrations/patchbay/0008_apps_on_trial.sql"),
        ],
    },
    Format {
        file: ACTIVITY,
        migrations: &[
            include_str!("../migrations/activity/0001_open.sql"),
            include_str!("../migrations/activity/0002_failures.sql"),
        ],
    },
];

const OPEN_LOCK: &str = "open.lock";
const USE_LOCK: &str = "use.lock";

/// Makes or upgrades both files. The answer is the lock that says the store is in use: keep it as long as it is.
pub(crate) fn bring_up(database: &Database, now: Timestamp) -> Result<File, StoreError> {
    bring_up_to(&FORMATS, database, now)
}

/// Whether this program may still write, asked inside each write transaction.
pub(crate) fn check_formats(db: &Connection) -> Result<(), StoreError> {
    for (format, schema) in FORMATS.iter().zip(["main", "activity"]) {
        format.found_in(db, schema)?;
    }
    Ok(())
}

fn bring_up_to(formats: &[Format], database: &Database, now: Timestamp) -> Result<File, StoreError> {
    database.make_folder("")?;
    let opening = database.lock_file(OPEN_LOCK)?;
    opening.lock().map_err(StoreError::file(database.path(OPEN_LOCK)))?;
    let in_use = database.lock_file(USE_LOCK)?;
    let mut outdated = Vec::new();
    for format in formats {
        database.make_file(format.file)?;
        let opened = database.open_one(format.file).and_then(|db| Ok((format.found_in(&db, "main")?, db)));
        match opened {
            Ok((found, db)) if found < format.newest() => outdated.push((format, Some((db, found)))),
            Ok(_) => {}
            Err(StoreError::Damaged { .. }) if format.file == ACTIVITY => outdated.push((format, None)),
            Err(error) => return Err(error),
        }
    }
    if let Some((first, _)) = outdated.first() {
        match in_use.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse { file: first.file }),
            Err(TryLockError::Error(cause)) => return Err(StoreError::file(database.path(USE_LOCK))(cause)),
        }
        for (format, opened) in outdated {
            let (mut db, found) = match opened {
                Some(opened) => opened,
                None => (set_aside(database, format.file, now)?, 0),
            };
            if found > 0 {
                back_up(database, &db, format.file, found, now)?;
            }
            format.upgrade(&mut db, found)?;
        }
        in_use.unlock().map_err(StoreError::file(database.path(USE_LOCK)))?;
    }
    // Others that open wait for `open.lock`, so nothing slips in between giving up the one and taking the other.
    in_use.lock_shared().map_err(StoreError::file(database.path(USE_LOCK)))?;
    Ok(in_use)
}

impl Format {
    fn newest(&self) -> u32 {
        u32::try_from(self.migrations.len()).unwrap_or(u32::MAX)
    }

    /// The number of the file's format, which this program must know.
    fn found_in(&self, db: &Connection, schema: &str) -> Result<u32, StoreError> {
        let found = db.pragma_query_value(Some(schema), "user_version", |row| row.get(0))?;
        let known = self.newest();
        if found > known {
            Err(StoreError::NewerDatabase { file: self.file, found, known })
        } else {
            Ok(found)
        }
    }

    /// Each step is a transaction: a process that dies meanwhile leaves one format or the next.
    fn upgrade(&self, db: &mut Connection, found: u32) -> Result<(), StoreError> {
        for (number, sql) in (1u32..).zip(self.migrations).skip(found as usize) {
            let step = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            step.execute_batch(sql)?;
            step.pragma_update(None, "user_version", number)?;
            step.commit()?;
        }
        Ok(())
    }
}

fn back_up(
    database: &Database,
    db: &Connection,
    file: &str,
    found: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    database.make_folder("backups")?;
    let name = backup_name(file, &format!("{found:04}"), now);
    database.make_file(&name)?;
    let mut copy = Connection::open(database.path(&name))?;
    match Backup::new(db, &mut copy)?.step(-1)? {
        StepResult::Done => {}
        _ => return Err(StoreError::Busy),
    }
    tracing::info!(file, format = found, backup = name, "backed up before an upgrade");
    Ok(())
}

/// Moves a damaged file to the backups and opens an empty one in its place.
fn set_aside(database: &Database, file: &str, now: Timestamp) -> Result<Connection, StoreError> {
    database.make_folder("backups")?;
    let name = backup_name(file, "damaged", now);
    std::fs::rename(database.path(file), database.path(&name))
        .map_err(StoreError::file(database.path(file)))?;
    // What a log beside it holds belongs to the file that went.
    for log in ["-wal", "-shm"].map(|end| database.path(&format!("{file}{end}"))) {
        match std::fs::remove_file(&log) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(StoreError::file(log)(error)),
            _ => {}
        }
    }
    tracing::warn!(file, backup = name, "set a damaged file aside");
    database.make_file(file)?;
    database.open_one(file)
}

fn backup_name(file: &str, what: &str, now: Timestamp) -> String {
    let stem = file.trim_end_matches(".db");
    format!("backups/{stem}-{what}-{}.db", now.strftime("%Y%m%dT%H%M%SZ"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, fixture};
    use std::{path::Path, thread};

    /// The format of this release.
    fn this() -> u32 {
        FORMATS[0].newest()
    }

    /// The formats of the next release, whose one step more is `step`.
    fn next(step: Migration) -> [Format; 2] {
        let migrations = [FORMATS[0].migrations, &[step]].concat();
        [Format { file: PATCHBAY, migrations: migrations.leak() }, FORMATS[1]]
    }

    fn with_colours() -> [Format; 2] {
        next("ALTER TABLE connectors ADD COLUMN colour TEXT")
    }

    fn user_version(path: &Path) -> u32 {
        let db = Connection::open(path).unwrap();
        db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    /// Every object of a database as it was declared.
    fn schema(path: &Path) -> Vec<String> {
        let db = Connection::open(path).unwrap();
        let mut statement =
            db.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY 1").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn an_upgrade_backs_up_first_and_keeps_the_rows() {
        let (dir, store) = fixture::store();
        store.change(|change| change.connectors().insert(&fixture::connector("crm", "Zylker CRM")));
        drop(store);
        let database = Database::in_directory(dir.path());
        drop(bring_up_to(&with_colours(), &database, fixture::at(0)).unwrap());
        assert_eq!(user_version(&database.path(PATCHBAY)), this() + 1);

        let backup = database.path(&format!("backups/patchbay-{:04}-20231114T221320Z.db", this()));
        assert_eq!(user_version(&backup), this());
        for path in [backup, database.path(PATCHBAY)] {
            let db = Connection::open(path).unwrap();
            let name: String = db.query_row("SELECT name FROM connectors", [], |row| row.get(0)).unwrap();
            assert_eq!(name, "Zylker CRM");
        }
        let backups = std::fs::read_dir(database.path("backups")).unwrap().count();
        assert_eq!(backups, 1, "what needs no upgrade needs no backup");
    }

    #[test]
    fn an_upgrade_waits_for_nobody_and_takes_nothing_from_under_a_process() {
        let (dir, store) = fixture::store();
        let database = Database::in_directory(dir.path());
        let refused = bring_up_to(&with_colours(), &database, fixture::at(0));
        assert!(matches!(refused, Err(StoreError::InUse { file: PATCHBAY })), "{refused:?}");
        assert_eq!(user_version(&database.path(PATCHBAY)), this());
        drop(store);
        bring_up_to(&with_colours(), &database, fixture::at(0)).unwrap();
    }

    #[test]
    fn a_newer_database_is_refused_and_left_alone() {
        let (dir, store) = fixture::store();
        drop(store);
        let database = Database::in_directory(dir.path());
        drop(bring_up_to(&with_colours(), &database, fixture::at(0)).unwrap());
        let refused = Store::open(dir.path(), fixture::at(1)).map(|_| ());
        let Err(StoreError::NewerDatabase { file: PATCHBAY, found, known }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!((found, known), (this() + 1, this()));
        assert_eq!(user_version(&database.path(PATCHBAY)), this() + 1);
    }

    #[test]
    fn an_open_store_stops_writing_when_the_database_becomes_newer() {
        let (dir, store) = fixture::store();
        let newer = Connection::open(dir.path().join(ACTIVITY)).unwrap();
        newer.pragma_update(None, "user_version", 9).unwrap();
        let refused = store
            .write_blocking(|change| change.connectors().insert(&fixture::connector("crm", "Zylker CRM")));
        assert!(
            matches!(refused, Err(StoreError::NewerDatabase { file: ACTIVITY, found: 9, .. })),
            "{refused:?}"
        );
        assert_eq!(store.read_blocking(|s| s.connectors().count()).unwrap(), 0);
        newer.pragma_update(None, "user_version", FORMATS[1].newest()).unwrap();
        store.change(|change| change.connectors().insert(&fixture::connector("crm", "Zylker CRM")));
    }

    #[test]
    fn a_step_that_fails_leaves_the_format_before() {
        let (dir, store) = fixture::store();
        drop(store);
        let broken = next("CREATE TABLE new (a); SELECT nonsense");
        let database = Database::in_directory(dir.path());
        assert!(matches!(bring_up_to(&broken, &database, fixture::at(0)), Err(StoreError::Sqlite(_))));
        assert_eq!(user_version(&database.path(PATCHBAY)), this());
        assert!(!schema(&database.path(PATCHBAY)).iter().any(|sql| sql.contains("TABLE new")));
        Store::open(dir.path(), fixture::at(1)).unwrap();
    }

    #[test]
    fn processes_that_start_together_make_one_database() {
        let dir = tempfile::tempdir().unwrap();
        thread::scope(|scope| {
            for number in 0..8 {
                let path = dir.path();
                scope.spawn(move || {
                    let store = Store::open(path, fixture::at(0)).unwrap();
                    let id = format!("c{number}");
                    store.change(move |change| change.connectors().insert(&fixture::connector(&id, &id)));
                });
            }
        });
        let store = Store::open(dir.path(), fixture::at(0)).unwrap();
        assert_eq!(store.read_blocking(|s| s.connectors().count()).unwrap(), 8);
    }

    #[test]
    fn a_damaged_record_of_activity_is_set_aside() {
        let (dir, store) = fixture::store();
        store.change(|change| fixture::fill(change));
        let activity = dir.path().join(ACTIVITY);
        drop(store);
        std::fs::write(&activity, [b'x'; 5_000]).unwrap();
        let store = Store::open(dir.path(), fixture::at(1)).unwrap();
        store.change(|change| {
            assert_eq!(change.connections().count()?, 2, "what is of value is untouched");
            assert_eq!(change.activity().events(None, None, 9)?, []);
            change.activity().record_event(&fixture::event(None))
        });
        let aside = dir.path().join("backups/activity-damaged-20231114T221321Z.db");
        assert_eq!(std::fs::read(aside).unwrap(), [b'x'; 5_000]);
    }

    #[test]
    fn a_damaged_database_is_an_error_and_left_alone() {
        let (dir, store) = fixture::store();
        drop(store);
        let patchbay = dir.path().join(PATCHBAY);
        std::fs::write(&patchbay, [b'x'; 5_000]).unwrap();
        let refused = Store::open(dir.path(), fixture::at(1)).map(|_| ());
        assert!(matches!(refused, Err(StoreError::Damaged { .. })), "{refused:?}");
        assert_eq!(std::fs::read(patchbay).unwrap(), [b'x'; 5_000]);
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_the_files() {
        use std::os::unix::fs::PermissionsExt;
        let (dir, store) = fixture::store();
        store.change(|change| change.connectors().insert(&fixture::connector("crm", "Zylker CRM")));
        let database = Database::in_directory(dir.path());
        back_up(&database, &database.open_one(PATCHBAY).unwrap(), PATCHBAY, 1, fixture::at(0)).unwrap();
        let folders = [dir.path().to_path_buf(), database.path("backups")];
        let mut seen = 0;
        for folder in folders {
            for entry in std::fs::read_dir(folder).unwrap() {
                let entry = entry.unwrap();
                let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
                let expected = if entry.file_type().unwrap().is_dir() { 0o700 } else { 0o600 };
                assert_eq!(mode, expected, "{:?}", entry.path());
                seen += 1;
            }
        }
        assert!(seen >= 9, "two databases with their -wal and -shm, two locks, a backup in its folder");
    }

    /// A database as each release left it: `tests/fixtures/NNNN` holds both files in format NNNN. It opens here, its
    /// rows are read, and its schema becomes the one that a new database has.
    #[test]
    fn databases_of_every_release_are_upgraded() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let (fresh, _store) = fixture::store();
        let mut releases = 0;
        for entry in std::fs::read_dir(fixtures).unwrap() {
            let release = entry.unwrap().path();
            let dir = tempfile::tempdir().unwrap();
            for format in FORMATS {
                std::fs::copy(release.join(format.file), dir.path().join(format.file)).unwrap();
            }
            let store = Store::open(dir.path(), fixture::at(0)).unwrap();
            let format = release.file_name().unwrap().to_str().unwrap().parse().unwrap();
            fixture::check_filled(&store, format);
            for format in FORMATS {
                let (upgraded, new) = (dir.path().join(format.file), fresh.path().join(format.file));
                assert_eq!(schema(&upgraded), schema(&new), "{release:?}");
            }
            releases += 1;
        }
        assert_eq!(releases, FORMATS[0].migrations.len(), "one fixture per format");
    }

    /// Run once, with `--ignored`, when a migration was added: makes the fixture of the newest format.
    #[test]
    #[ignore = "writes into the source tree"]
    fn make_the_fixture_of_this_release() {
        let number = format!("tests/fixtures/{:04}", FORMATS[0].newest());
        let release = Path::new(env!("CARGO_MANIFEST_DIR")).join(number);
        std::fs::create_dir(&release).expect("a fixture that was released is never made anew");
        let (dir, store) = fixture::store();
        store.change(|change| fixture::fill(change));
        drop(store);
        for format in FORMATS {
            let copied = Connection::open(dir.path().join(format.file)).unwrap();
            copied.execute("VACUUM INTO ?1", [release.join(format.file).to_str().unwrap()]).unwrap();
        }
    }
}
