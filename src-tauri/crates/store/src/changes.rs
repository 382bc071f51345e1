//! What changed, so that a window shows what the command line did.
//!
//! Every mutating function writes its tag and row into `changes` in the same transaction. A process learns of it by
//! polling [`Watch::poll`] (≤ 250 ms): one `PRAGMA data_version` when nothing happened, the new rows when something
//! did. Old rows are dropped; a watch that slept longer than they were kept is told that everything may have changed.

use crate::{Snapshot, StoreError};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

/// How many changes are kept for slow watchers.
const KEPT: i64 = 10_000;
/// How often, in changes, the older ones are dropped.
const DROPPED_EVERY: i64 = 1_000;

/// What kind of thing changed; the shells read again what they show of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    /// Connectors, their drafts and revisions.
    Connectors,
    /// Connections.
    Connections,
    /// Authorizations.
    Authorizations,
    /// Attempts.
    Attempts,
    /// Environments.
    Environments,
    /// Agent groups.
    AgentGroups,
    /// Client registrations.
    Registrations,
    /// The vault and its wraps.
    Vault,
    /// Settings of the app.
    Settings,
    /// Events and exchanges.
    Activity,
}

impl Tag {
    /// Every tag.
    pub const ALL: [Self; 10] = [
        Self::Connectors,
        Self::Connections,
        Self::Authorizations,
        Self::Attempts,
        Self::Environments,
        Self::AgentGroups,
        Self::Registrations,
        Self::Vault,
        Self::Settings,
        Self::Activity,
    ];

    /// The tag as rows and shells write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connectors => "connectors",
            Self::Connections => "connections",
            Self::Authorizations => "authorizations",
            Self::Attempts => "attempts",
            Self::Environments => "environments",
            Self::AgentGroups => "agent_groups",
            Self::Registrations => "registrations",
            Self::Vault => "vault",
            Self::Settings => "settings",
            Self::Activity => "activity",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// What kind of thing.
    pub tag: Tag,
    /// Which row; `None` when any of them may have changed.
    pub id: Option<String>,
}

impl Snapshot<'_> {
    /// The number of the newest change.
    /// # Errors
    /// [`StoreError`].
    pub fn last_change(&self) -> Result<i64, StoreError> {
        let last = self
            .db()
            .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'changes'")?
            .query_row([], |row| row.get(0))
            .optional()?;
        Ok(last.unwrap_or(0))
    }

    /// What changed after change number `seq`, oldest first, each row once. When some of it is no longer known: every
    /// tag, without a row.
    /// # Errors
    /// [`StoreError`].
    pub fn changes_since(&self, seq: i64) -> Result<Vec<Changed>, StoreError> {
        let oldest: Option<i64> =
            self.db().prepare_cached("SELECT min(seq) FROM changes")?.query_row([], |row| row.get(0))?;
        if oldest.is_some_and(|oldest| oldest > seq + 1) {
            return Ok(Tag::ALL.map(|tag| Changed { tag, id: None }).into());
        }
        let mut statement = self.db().prepare_cached(
            "SELECT tag, id FROM changes WHERE seq > ?1 GROUP BY tag, id ORDER BY max(seq)",
        )?;
        let rows = statement.query_map([seq], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
        let mut changes = Vec::new();
        for row in rows {
            let (name, id) = row?;
            // A tag that this program does not know is of a thing that it does not show.
            if let Some(tag) = Tag::ALL.into_iter().find(|tag| tag.as_str() == name) {
                changes.push(Changed { tag, id: Some(id) });
            }
        }
        Ok(changes)
    }
}

/// Writes down one change, and drops old ones now and then.
pub(crate) fn record(db: &Connection, tag: Tag, id: &str) -> Result<(), StoreError> {
    db.prepare_cached("INSERT INTO changes (tag, id) VALUES (?1, ?2)")?.execute([tag.as_str(), id])?;
    let seq = db.last_insert_rowid();
    if seq % DROPPED_EVERY == 0 {
        db.prepare_cached("DELETE FROM changes WHERE seq <= ?1")?.execute([seq - KEPT])?;
    }
    Ok(())
}

/// A look-out for changes of this and other processes.
pub struct Watch {
    db: Connection,
    versions: (i64, i64),
    seq: i64,
}

impl Watch {
    pub(crate) fn start(db: Connection) -> Result<Self, StoreError> {
        let versions = data_versions(&db)?;
        let seq = Snapshot::of(&db).last_change()?;
        Ok(Self { db, versions, seq })
    }

    /// What changed since the last call, without waiting. Costs next to nothing when nothing did.
    /// # Errors
    /// [`StoreError`]; the changes are not lost, the next call tells them.
    pub fn poll(&mut self) -> Result<Vec<Changed>, StoreError> {
        let versions = data_versions(&self.db)?;
        let (patchbay_changed, activity_changed) =
            (versions.0 != self.versions.0, versions.1 != self.versions.1);
        let mut changes = Vec::new();
        if patchbay_changed {
            let view = self.db.unchecked_transaction()?;
            let snapshot = Snapshot::of(&view);
            let last = snapshot.last_change()?;
            changes = snapshot.changes_since(self.seq)?;
            drop(view);
            self.seq = last;
        }
        if activity_changed {
            changes.push(Changed { tag: Tag::Activity, id: None });
        }
        self.versions = versions;
        Ok(changes)
    }
}

/// Numbers that differ from those of the call before when any other handle, here or elsewhere, has committed.
fn data_versions(db: &Connection) -> Result<(i64, i64), StoreError> {
    let version =
        |schema: &str| db.pragma_query_value(Some(schema), "data_version", |row| row.get::<_, i64>(0));
    Ok((version("main")?, version("activity")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, fixture};

    fn changed(tag: Tag, id: &str) -> Changed {
        Changed { tag, id: Some(id.into()) }
    }

    #[test]
    fn a_watch_tells_each_changed_row_once_and_then_nothing() {
        let (_dir, store) = fixture::store();
        let mut watch = store.watch().unwrap();
        assert_eq!(watch.poll().unwrap(), []);
        store.change(|change| {
            change.settings().store("theme", &"dark")?;
            change.connectors().insert(&fixture::connector("crm", "Zylker CRM"))
        });
        store.change(|change| change.settings().store("theme", &"light"));
        let expected = [changed(Tag::Connectors, "crm"), changed(Tag::Settings, "theme")];
        assert_eq!(watch.poll().unwrap(), expected);
        assert_eq!(watch.poll().unwrap(), []);
    }

    #[test]
    fn a_refused_change_is_not_told() {
        let (_dir, store) = fixture::store();
        let mut watch = store.watch().unwrap();
        let refused = store.write_blocking(|change| {
            change.settings().store("theme", &"dark")?;
            Err::<(), _>(StoreError::Closed)
        });
        assert!(matches!(refused, Err(StoreError::Closed)));
        assert_eq!(watch.poll().unwrap(), []);
    }

    #[test]
    fn another_handle_on_the_directory_is_seen() {
        let (dir, store) = fixture::store();
        let other = Store::open(dir.path(), fixture::at(1)).unwrap();
        let mut watch = store.watch().unwrap();
        other.change(|change| change.settings().store("theme", &"dark"));
        assert_eq!(watch.poll().unwrap(), [changed(Tag::Settings, "theme")]);
        other.change(|change| change.activity().record_event(&fixture::event(None)));
        assert_eq!(watch.poll().unwrap(), [Changed { tag: Tag::Activity, id: None }]);
    }

    #[test]
    fn who_slept_too_long_is_told_to_read_everything_again() {
        let (_dir, store) = fixture::store();
        let mut watch = store.watch().unwrap();
        let mut awake = store.watch().unwrap();
        for _ in 0..KEPT / DROPPED_EVERY + 1 {
            store.change(|change| {
                (0..DROPPED_EVERY).try_for_each(|_| change.record(Tag::Vault, ""))?;
                change.record(Tag::Settings, "theme")
            });
            assert_eq!(awake.poll().unwrap(), [changed(Tag::Vault, ""), changed(Tag::Settings, "theme")]);
        }
        assert_eq!(watch.poll().unwrap(), Tag::ALL.map(|tag| Changed { tag, id: None }));
        assert_eq!(watch.poll().unwrap(), []);
        let kept: i64 = store.change(|change| {
            Ok(change.db().query_row("SELECT count(*) FROM changes", [], |row| row.get(0))?)
        });
        assert!((KEPT..KEPT + DROPPED_EVERY).contains(&kept), "{kept}");
    }

    /// Every aggregate's mutations, held against the tags that they record.
    #[test]
    fn each_mutation_records_its_tag() {
        let (_dir, store) = fixture::store();
        let mut watch = store.watch().unwrap();
        store.change(|change| fixture::fill(change));
        let tags: std::collections::BTreeSet<_> = watch.poll().unwrap().into_iter().map(|c| c.tag).collect();
        let silent = [Tag::Environments, Tag::AgentGroups];
        assert_eq!(tags, Tag::ALL.into_iter().filter(|tag| !silent.contains(tag)).collect());
    }
}
