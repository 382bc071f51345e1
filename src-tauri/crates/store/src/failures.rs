//! How each connection failed last, until it works again: what shows it, secrets masked before it comes here.
//!
//! It lives in `activity.db` beside what happened, so that whoever looks at a connection later is told why it failed,
//! whichever process saw it. One for each connection; bounded in number and size, the oldest go first.

use crate::{
    StoreError,
    activity::keep_newest,
    change::handles,
    column::{At, Json, json},
};
use domain::{Timestamp, evidence::Evidence, id::ConnectionId};
use rusqlite::{OptionalExtension, named_params};

/// Failures that are kept.
pub const FAILURES_KEPT: u64 = 1_000;
/// Bytes of failures that are kept.
pub const FAILURE_BYTES_KEPT: u64 = 16 * 1024 * 1024;

/// How a connection failed last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// When.
    pub at: Timestamp,
    /// What shows it.
    pub evidence: Evidence,
}

handles!(failures: Failures, FailuresMut);

impl Failures<'_> {
    /// How a connection failed last; none once it worked.
    /// # Errors
    /// [`StoreError`].
    pub fn of(&self, connection: &ConnectionId) -> Result<Option<Failure>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT at, evidence FROM activity.failures WHERE connection = ?1")?;
        let found = statement.query_row([connection.as_str()], |row| {
            Ok(Failure { at: row.get::<_, At>("at")?.0, evidence: json(row, "evidence")? })
        });
        Ok(found.optional()?)
    }
}

impl FailuresMut<'_> {
    /// Keeps how a connection failed, in place of what was kept of it, and drops the oldest that are over the bounds. Of
    /// a connection that is gone nothing is kept.
    /// # Errors
    /// [`StoreError`].
    pub fn keep(&self, connection: &ConnectionId, failure: &Failure) -> Result<(), StoreError> {
        if self.change.connections().find(connection)?.is_none() {
            return Ok(());
        }
        let db = self.change.db();
        db.prepare_cached(
            "INSERT OR REPLACE INTO activity.failures (connection, at, bytes, evidence)
                 VALUES (:connection, :at, octet_length(:evidence), :evidence)",
        )?
        .execute(named_params! {
            ":connection": connection.as_str(),
            ":at": At(failure.at),
            ":evidence": Json(&failure.evidence),
        })?;
        keep_newest(db, "failures", FAILURE_BYTES_KEPT, FAILURES_KEPT)
    }

    /// Drops how a connection failed: it works, or what failed is not its credential any more.
    /// # Errors
    /// [`StoreError`].
    pub fn forget(&self, connection: &ConnectionId) -> Result<(), StoreError> {
        let db = self.change.db();
        db.prepare_cached("DELETE FROM activity.failures WHERE connection = ?1")?
            .execute([connection.as_str()])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, fixture};
    use domain::evidence::{Came, FailedStep, Seen};

    fn refused(status: u16, body: &str) -> Failure {
        let came = Came::Response { status, headers: Default::default(), body: body.into() };
        let seen = Seen { request: None, came };
        let evidence = Evidence {
            connector: Default::default(),
            step: FailedStep::Call,
            seen,
            local: Default::default(),
        };
        Failure { at: fixture::at(i64::from(status)), evidence }
    }

    fn id(id: &str) -> ConnectionId {
        ConnectionId::from_stored(id)
    }

    /// A store with connections `c0`, `c1`, ….
    fn with_connections(count: u64) -> (tempfile::TempDir, Store) {
        let (dir, store) = fixture::store();
        store.change(move |change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            (0..count).try_for_each(|number| {
                let name = format!("c{number}");
                change.connections().insert(&fixture::connection(&name, "crm", &name))
            })
        });
        (dir, store)
    }

    #[test]
    fn the_last_failure_is_kept_until_it_is_forgotten() {
        let (dir, store) = with_connections(2);
        store.change(|change| {
            change.failures().keep(&id("c0"), &refused(401, "no"))?;
            change.failures().keep(&id("c0"), &refused(403, "not you"))?;
            change.failures().keep(&id("c1"), &refused(500, ""))
        });
        drop(store);
        let store = Store::open(dir.path(), fixture::at(1)).unwrap();
        let of = |name: &str| {
            let name = id(name);
            store.change(move |change| change.failures().of(&name))
        };
        assert_eq!(of("c0"), Some(refused(403, "not you")));
        store.change(|change| change.failures().forget(&id("c0")));
        assert_eq!((of("c0"), of("c1")), (None, Some(refused(500, ""))));
    }

    #[test]
    fn a_connection_takes_its_failure_along_and_gets_none_afterwards() {
        let (_dir, store) = with_connections(1);
        let left = store.change(|change| {
            change.failures().keep(&id("c0"), &refused(401, "no"))?;
            change.connections().delete(&id("c0"))?;
            let left = change.failures().of(&id("c0"))?;
            change.failures().keep(&id("c0"), &refused(401, "too late"))?;
            Ok((left, change.failures().of(&id("c0"))?))
        });
        assert_eq!(left, (None, None));
    }

    #[test]
    fn failures_are_bounded_in_number_and_in_size() {
        let (_dir, store) = with_connections(FAILURES_KEPT + 2);
        let kept = store.change(|change| {
            for number in 0..FAILURES_KEPT + 2 {
                change.failures().keep(&id(&format!("c{number}")), &refused(401, ""))?;
            }
            let is_kept = |name: &str| Ok::<_, StoreError>(change.failures().of(&id(name))?.is_some());
            let by_number = (is_kept("c1")?, is_kept("c2")?);
            let big = "x".repeat(FAILURE_BYTES_KEPT as usize / 2);
            for name in ["c0", "c1", "c2"] {
                change.failures().keep(&id(name), &refused(401, &big))?;
            }
            Ok((by_number, is_kept("c1")?, is_kept("c2")?))
        });
        assert_eq!(kept, ((false, true), false, true), "two halves and what is around them are too much");
    }
}
