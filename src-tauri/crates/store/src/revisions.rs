//! Revisions: what a connector was each time it was marked as ready. They never change.

use crate::{
    StoreError, Tag,
    change::handles,
    column::{At, Count, Json, id, json},
};
use domain::{
    Timestamp,
    id::{ConnectorId, RevisionId},
};
use rusqlite::{OptionalExtension, Row, named_params};
use serde_json::Value;

/// One immutable state of a connector.
#[derive(Clone, Debug, PartialEq)]
pub struct Revision {
    /// Row identifier.
    pub id: RevisionId,
    /// Whose.
    pub connector: ConnectorId,
    /// 1 for the connector's first, then 2, 3, …
    pub number: u64,
    /// The manifest as a document.
    pub manifest: Value,
    /// When it was made.
    pub created_at: Timestamp,
}

handles!(revisions: Revisions, RevisionsMut);

impl Revisions<'_> {
    /// The revision with this identifier.
    /// # Errors
    /// [`StoreError`].
    pub fn find(&self, id: &RevisionId) -> Result<Option<Revision>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, connector, number, created_at, manifest FROM revisions WHERE id = ?1",
        )?;
        Ok(statement.query_row([id.as_str()], read_revision).optional()?)
    }

    /// A connector's revisions, newest first.
    /// # Errors
    /// [`StoreError`].
    pub fn of_connector(&self, connector: &ConnectorId) -> Result<Vec<Revision>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, connector, number, created_at, manifest FROM revisions WHERE connector = ?1 ORDER BY number DESC",
        )?;
        Ok(statement.query_map([connector.as_str()], read_revision)?.collect::<Result<_, _>>()?)
    }
}

impl RevisionsMut<'_> {
    /// Adds the connector's next revision and answers its number.
    /// # Errors
    /// [`StoreError::Sqlite`] when there is no such connector.
    pub fn add(
        &self,
        id: &RevisionId,
        connector: &ConnectorId,
        manifest: &Value,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let number: Count = self
            .db
            .prepare_cached(
                "INSERT INTO revisions (id, connector, number, created_at, manifest)
                 VALUES (:id, :connector,
                         (SELECT coalesce(max(number), 0) + 1 FROM revisions WHERE connector = :connector),
                         :now, :manifest)
                 RETURNING number",
            )?
            .query_row(
                named_params! {
                    ":id": id.as_str(),
                    ":connector": connector.as_str(),
                    ":now": At(now),
                    ":manifest": Json(manifest),
                },
                |row| row.get(0),
            )?;
        self.change.record(Tag::Connectors, connector.as_str())?;
        Ok(number.0)
    }
}

fn read_revision(row: &Row<'_>) -> rusqlite::Result<Revision> {
    Ok(Revision {
        id: id(row, "id")?,
        connector: id(row, "connector")?,
        number: row.get::<_, Count>("number")?.0,
        manifest: json(row, "manifest")?,
        created_at: row.get::<_, At>("created_at")?.0,
    })
}
