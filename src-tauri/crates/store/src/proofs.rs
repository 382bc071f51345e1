//! What the last whole run of *Prove it* came to, for each connector.
//!
//! The stamp is of a draft, by its version: where that goes on, the stamp stays and no longer holds, unless whoever saves
//! says that nothing of what was proved has changed.

use crate::{
    StoreError, Tag,
    change::handles,
    column::{At, Count, optional_id},
};
use domain::{
    Timestamp,
    id::{ConnectorId, RevisionId},
};
use rusqlite::{OptionalExtension, Row, named_params};

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The version of the draft that it ran with, or of one that differs in nothing that matters.
    pub draft_version: u64,
    /// The revision that was made of that draft.
    pub revision: Option<RevisionId>,
    /// When it ended.
    pub proved_at: Timestamp,
    /// In how many trials the connector did what it has to.
    pub passed: u64,
    /// In how many it refused, as it must.
    pub refused: u64,
    /// In how many it did something else.
    pub failed: u64,
}

handles!(proofs: Proofs, ProofsMut);

impl Proofs<'_> {
    /// The stamp of a connector.
    /// # Errors
    /// [`StoreError`].
    pub fn find(&self, connector: &ConnectorId) -> Result<Option<Stamp>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT draft_version AS stamped_version, revision AS stamped_revision, proved_at, passed, refused, failed
             FROM proofs WHERE connector = ?1",
        )?;
        Ok(statement.query_row([connector.as_str()], read).optional()?)
    }
}

impl ProofsMut<'_> {
    /// Puts a stamp on a connector, in the place of the one before.
    /// # Errors
    /// [`StoreError`].
    pub fn put(&self, connector: &ConnectorId, stamp: &Stamp) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO proofs (connector, draft_version, revision, proved_at, passed, refused, failed)
                 VALUES (:connector, :draft_version, :revision, :proved_at, :passed, :refused, :failed)
                 ON CONFLICT (connector) DO UPDATE SET draft_version = excluded.draft_version,
                     revision = excluded.revision, proved_at = excluded.proved_at, passed = excluded.passed,
                     refused = excluded.refused, failed = excluded.failed",
            )?
            .execute(named_params! {
                ":connector": connector.as_str(),
                ":draft_version": Count(stamp.draft_version),
                ":revision": stamp.revision.as_ref().map(RevisionId::as_str),
                ":proved_at": At(stamp.proved_at),
                ":passed": Count(stamp.passed),
                ":refused": Count(stamp.refused),
                ":failed": Count(stamp.failed),
            })?;
        self.change.record(Tag::Connectors, connector.as_str())
    }

    /// The stamp holds for the next version of the draft too: nothing that was proved has changed.
    /// # Errors
    /// [`StoreError`].
    pub fn take_along(&self, connector: &ConnectorId, from: u64, to: u64) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "UPDATE proofs SET draft_version = ?3 WHERE connector = ?1 AND draft_version = ?2",
            )?
            .execute((connector.as_str(), Count(from), Count(to)))?;
        self.change.record(Tag::Connectors, connector.as_str())
    }

    /// A revision was made of the draft of this version.
    /// # Errors
    /// [`StoreError`].
    pub fn is_ready(
        &self,
        connector: &ConnectorId,
        draft_version: u64,
        revision: &RevisionId,
    ) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE proofs SET revision = ?3 WHERE connector = ?1 AND draft_version = ?2")?
            .execute((connector.as_str(), Count(draft_version), revision.as_str()))?;
        self.change.record(Tag::Connectors, connector.as_str())
    }
}

/// Reads a stamp, its columns named apart from those of the connector.
pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Stamp> {
    Ok(Stamp {
        draft_version: row.get::<_, Count>("stamped_version")?.0,
        revision: optional_id(row, "stamped_revision")?,
        proved_at: row.get::<_, At>("proved_at")?.0,
        passed: row.get::<_, Count>("passed")?.0,
        refused: row.get::<_, Count>("refused")?.0,
        failed: row.get::<_, Count>("failed")?.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{connectors::ConnectorFilter, fixture};

    #[test]
    fn a_stamp_goes_along_with_a_version_that_it_was_of_and_away_with_the_connector() {
        let (_dir, store) = fixture::store();
        let crm = ConnectorId::from_stored("crm");
        let stamp = |draft_version, revision: Option<&str>| Stamp {
            draft_version,
            revision: revision.map(RevisionId::from_stored),
            proved_at: fixture::at(3),
            passed: 7,
            refused: 6,
            failed: 1,
        };
        let found = |store: &crate::Store| {
            let id = crm.clone();
            store.read_blocking(move |s| s.proofs().find(&id)).unwrap()
        };
        let (id, first) = (crm.clone(), stamp(1, None));
        store.change(move |change| {
            fixture::ready_connector(change, "crm", "CRM");
            change.proofs().put(&id, &first)?;
            // Not the version that it is of.
            change.proofs().take_along(&id, 4, 5)?;
            change.proofs().is_ready(&id, 5, &RevisionId::from_stored("crm-r1"))
        });
        assert_eq!(found(&store), Some(stamp(1, None)));
        let id = crm.clone();
        store.change(move |change| {
            change.proofs().take_along(&id, 1, 2)?;
            change.proofs().is_ready(&id, 2, &RevisionId::from_stored("crm-r1"))
        });
        assert_eq!(found(&store), Some(stamp(2, Some("crm-r1"))));
        let listed = store.read_blocking(|s| s.connectors().list(&ConnectorFilter::default())).unwrap();
        assert_eq!(listed[0].stamp, Some(stamp(2, Some("crm-r1"))), "a list shows it too");
        let id = crm.clone();
        store.change(move |change| change.connectors().delete(&id));
        assert_eq!(found(&store), None);
    }
}
