//! Discoveries: what a service says about itself, pinned for the revision that was made ready with it.
//!
//! Public documents only: metadata (RFC 8414, OpenID Connect Discovery 1.0) and signing keys (RFC 7517).

use crate::{
    StoreError, Tag,
    change::handles,
    column::{At, Json, optional_json},
};
use domain::{Timestamp, id::RevisionId};
use rusqlite::{OptionalExtension, Row};
use serde_json::Value;

/// What was read at one issuer.
#[derive(Clone, Debug, PartialEq)]
pub struct Discovery {
    /// When it was read.
    pub read_at: Timestamp,
    /// The metadata document, where the connector names an issuer.
    pub metadata: Option<Value>,
    /// The signing keys, once they were needed.
    pub jwks: Option<Value>,
}

handles!(discoveries: Discoveries, DiscoveriesMut);

impl Discoveries<'_> {
    /// What was read at `issuer` for a revision.
    /// # Errors
    /// [`StoreError`].
    pub fn find(&self, revision: &RevisionId, issuer: &str) -> Result<Option<Discovery>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT read_at, metadata, jwks FROM discoveries WHERE revision = ?1 AND issuer = ?2",
        )?;
        Ok(statement.query_row([revision.as_str(), issuer], read_discovery).optional()?)
    }
}

impl DiscoveriesMut<'_> {
    /// Pins what was read at `issuer` for a revision, in place of what was read before.
    /// # Errors
    /// [`StoreError`].
    pub fn store(
        &self,
        revision: &RevisionId,
        issuer: &str,
        discovery: &Discovery,
    ) -> Result<(), StoreError> {
        let Discovery { read_at, metadata, jwks } = discovery;
        self.db
            .prepare_cached(
                "INSERT INTO discoveries (revision, issuer, read_at, metadata, jwks) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO UPDATE SET read_at = ?3, metadata = ?4, jwks = ?5",
            )?
            .execute((
                revision.as_str(),
                issuer,
                At(*read_at),
                metadata.as_ref().map(Json),
                jwks.as_ref().map(Json),
            ))?;
        self.change.record(Tag::Connectors, revision.as_str())
    }
}

fn read_discovery(row: &Row<'_>) -> rusqlite::Result<Discovery> {
    Ok(Discovery {
        read_at: row.get::<_, At>("read_at")?.0,
        metadata: optional_json(row, "metadata")?,
        jwks: optional_json(row, "jwks")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use serde_json::json;

    #[test]
    fn what_was_read_is_pinned_per_revision_and_issuer() {
        let (_dir, store) = fixture::store();
        let first = Discovery { read_at: fixture::at(7), metadata: Some(json!({ "a": 1 })), jwks: None };
        let second = Discovery { jwks: Some(json!({ "keys": [] })), ..first.clone() };
        let (kept, other) = store.change({
            let second = second.clone();
            move |change| {
                fixture::ready_connector(change, "crm", "Zylker CRM");
                let revision = RevisionId::from_stored("crm-r1");
                change.discoveries().store(&revision, "https://login.example", &first)?;
                change.discoveries().store(&revision, "https://login.example", &second)?;
                Ok((
                    change.discoveries().find(&revision, "https://login.example")?,
                    change.discoveries().find(&revision, "https://login.other")?,
                ))
            }
        });
        assert_eq!((kept, other), (Some(second), None));
    }
}
