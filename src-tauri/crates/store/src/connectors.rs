//! Connectors: the draft document and what lists show of it. What is ready is a revision ([`crate::revisions`]).
//!
//! A draft is saved as one types and may be anything, so beside the document stand copies of what lists show. Its
//! version number tells a second editor that the draft changed elsewhere.

use crate::{
    StoreError, Tag,
    change::handles,
    column::{At, Count, Json, id, link_name, optional_id, words},
    guarded::expect_row,
    names,
    proofs::{self, Stamp},
    search,
};
use domain::{
    Timestamp,
    id::{ConnectionId, ConnectorId, RevisionId},
    link_name::LinkName,
};
use rusqlite::{OptionalExtension, Row, named_params};
use serde_json::Value;

/// A connector as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Connector {
    /// Row identifier.
    pub id: ConnectorId,
    /// Unique machine name.
    pub link_name: LinkName,
    /// Whose it is.
    pub provenance: Provenance,
    /// The revision that new connections are made with; `None` while it is a draft. A connector that went back to draft
    /// has none, its revisions stay for the connections made.
    pub ready: Option<RevisionId>,
    /// What lists show.
    pub summary: Summary,
    /// The raw values of the form.
    pub draft: Value,
    /// Counts the saves of the draft.
    pub draft_version: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
}

impl Connector {
    /// Whether it may be connected to.
    pub fn stage(&self) -> Stage {
        Stage::of(self.ready.as_ref())
    }
}

/// Copies of what lists show of a connector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Shown name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Authentication type as the manifest names it; `None` while none is chosen.
    pub authentication: Option<String>,
    /// Picture, as a `data:` URI. [`Connectors::list`] leaves it out, [`Connectors::logos`] reads it.
    pub logo: Option<String>,
}

/// A connector in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConnectorRow {
    /// Row identifier.
    pub id: ConnectorId,
    /// Unique machine name.
    pub link_name: LinkName,
    /// Whose it is.
    pub provenance: Provenance,
    /// Whether it may be connected to.
    pub stage: Stage,
    /// What lists show.
    pub summary: Summary,
    /// How many connections use it.
    pub connections: u64,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Counts the saves of the draft.
    pub draft_version: u64,
    /// The revision that new connections are made with.
    pub ready: Option<RevisionId>,
    /// What the last run of *Prove it* came to.
    pub stamp: Option<Stamp>,
}

/// Whose a connector is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// The person's own.
    Custom,
    /// Shipped with the program.
    BuiltIn,
}

words!(Provenance { Custom = "custom", BuiltIn = "built_in" });

/// Whether a connector may be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Not yet.
    Draft,
    /// It may.
    Ready,
}

impl Stage {
    fn of(ready: Option<&RevisionId>) -> Self {
        if ready.is_some() { Self::Ready } else { Self::Draft }
    }
}

/// Which connectors to list; all of them by default.
#[derive(Clone, Debug, Default)]
pub struct ConnectorFilter {
    /// Only the person's own, or only those shipped.
    pub provenance: Option<Provenance>,
    /// Only drafts, or only ready ones.
    pub stage: Option<Stage>,
    /// Words that must each occur in name, link name or description.
    pub search: String,
}

/// What became of a save.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DraftSaved {
    /// It is stored under this version.
    Saved {
        /// The new version.
        version: u64,
    },
    /// Someone saved since; nothing was changed.
    ChangedElsewhere {
        /// The version that is stored.
        version: u64,
    },
}

handles!(connectors: Connectors, ConnectorsMut);

const COLUMNS: &str = "id, link_name, provenance, ready_revision, draft_version, created_at, changed_at, name, \
                       authentication, description, logo, draft";

impl Connectors<'_> {
    /// The connector with this identifier.
    /// # Errors
    /// [`StoreError`].
    pub fn find(&self, id: &ConnectorId) -> Result<Option<Connector>, StoreError> {
        self.find_where("id = ?1", id.as_str())
    }

    /// The connector with this link name.
    /// # Errors
    /// [`StoreError`].
    pub fn find_by_link_name(&self, link_name: &LinkName) -> Result<Option<Connector>, StoreError> {
        self.find_where("link_name = ?1", link_name.as_str())
    }

    /// Those that `filter` lets through, by name.
    /// # Errors
    /// [`StoreError`].
    pub fn list(&self, filter: &ConnectorFilter) -> Result<Vec<ConnectorRow>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, link_name, provenance, ready_revision, changed_at, name, authentication, description, NULL AS logo,
                    connectors.draft_version, proofs.draft_version AS stamped_version,
                    proofs.revision AS stamped_revision, proved_at, passed, refused, failed,
                    (SELECT ifnull(sum(count), 0) FROM connection_counts WHERE connector = connectors.id) AS connections
             FROM connectors LEFT JOIN proofs ON proofs.connector = connectors.id
             WHERE (:provenance IS NULL OR provenance = :provenance) AND (:ready IS NULL OR (ready_revision IS NOT NULL) = :ready)
             ORDER BY name_key, id",
        )?;
        let words = search::words(&filter.search);
        let rows = statement.query_map(
            named_params! { ":provenance": filter.provenance, ":ready": filter.stage.map(|stage| stage == Stage::Ready) },
            read_connector_row,
        )?;
        // There are hundreds at the most, so the words are looked for here.
        let found = |row: &ConnectorRow| {
            let text = search::text(&[&row.summary.name, row.link_name.as_str(), &row.summary.description]);
            words.iter().all(|word| text.contains(word.as_str()))
        };
        rows.filter(|row| row.as_ref().map_or(true, found)).map(|row| Ok(row?)).collect()
    }

    /// The logo of each that has one: the largest part of a row, so no list reads it.
    /// # Errors
    /// [`StoreError`].
    pub fn logos(&self) -> Result<Vec<(ConnectorId, String)>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT id, logo FROM connectors WHERE logo IS NOT NULL ORDER BY id")?;
        let rows = statement.query_map([], |row| Ok((id(row, "id")?, row.get("logo")?)))?;
        rows.map(|row| Ok(row?)).collect()
    }

    /// How many there are.
    /// # Errors
    /// [`StoreError`].
    pub fn count(&self) -> Result<u64, StoreError> {
        let count: Count =
            self.db.prepare_cached("SELECT count(*) FROM connectors")?.query_row([], |row| row.get(0))?;
        Ok(count.0)
    }

    /// `wanted`, or where it is taken the first of `wanted_2`, `wanted_3`, … that is free.
    /// # Errors
    /// [`StoreError`].
    pub fn free_link_name(&self, wanted: &LinkName) -> Result<LinkName, StoreError> {
        names::free_link_name(self.db, "SELECT 1 FROM connectors WHERE link_name = ?1", wanted, '_')
    }

    fn find_where(&self, condition: &str, value: &str) -> Result<Option<Connector>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM connectors WHERE {condition}");
        Ok(self.db.prepare_cached(&sql)?.query_row([value], read_connector).optional()?)
    }
}

impl ConnectorsMut<'_> {
    /// Adds a connector, as a draft: a revision cannot exist before it.
    /// # Errors
    /// [`StoreError::LinkNameTaken`].
    pub fn insert(&self, connector: &Connector) -> Result<(), StoreError> {
        if self.find_by_link_name(&connector.link_name)?.is_some() {
            return Err(StoreError::LinkNameTaken { link_name: connector.link_name.clone() });
        }
        self.db
            .prepare_cached(
                "INSERT INTO connectors (id, link_name, provenance, draft_version, created_at, changed_at, name,
                                         name_key, authentication, description, logo, draft)
                 VALUES (:id, :link_name, :provenance, :draft_version, :created_at, :changed_at, :name,
                         :name_key, :authentication, :description, :logo, :draft)",
            )?
            .execute(named_params! {
                ":id": connector.id.as_str(),
                ":link_name": connector.link_name.as_str(),
                ":provenance": connector.provenance,
                ":draft_version": Count(connector.draft_version),
                ":created_at": At(connector.created_at),
                ":changed_at": At(connector.changed_at),
                ":name": connector.summary.name,
                ":name_key": names::key(&connector.summary.name),
                ":authentication": connector.summary.authentication,
                ":description": connector.summary.description,
                ":logo": connector.summary.logo,
                ":draft": Json(&connector.draft),
            })?;
        self.changed(&connector.id)
    }

    /// Stores the draft document that was made from version `based_on`, with the copies that lists show.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn save_draft(
        &self,
        id: &ConnectorId,
        based_on: u64,
        draft: &Value,
        summary: &Summary,
        now: Timestamp,
    ) -> Result<DraftSaved, StoreError> {
        let stored = self
            .db
            .prepare_cached("SELECT draft_version, name FROM connectors WHERE id = ?1")?
            .query_row([id.as_str()], |row| Ok((row.get::<_, Count>(0)?.0, row.get::<_, String>(1)?)))
            .optional()?;
        let Some((version, name)) = stored else {
            return Err(StoreError::NoSuchRow { what: "connector", id: id.to_string() });
        };
        if version != based_on {
            return Ok(DraftSaved::ChangedElsewhere { version });
        }
        self.db
            .prepare_cached(
                "UPDATE connectors
                 SET draft = :draft, draft_version = :version, changed_at = :now, name = :name, name_key = :name_key,
                     authentication = :authentication, description = :description, logo = :logo
                 WHERE id = :id",
            )?
            .execute(named_params! {
                ":id": id.as_str(),
                ":draft": Json(draft),
                ":version": Count(version + 1),
                ":now": At(now),
                ":name": summary.name,
                ":name_key": names::key(&summary.name),
                ":authentication": summary.authentication,
                ":description": summary.description,
                ":logo": summary.logo,
            })?;
        if name != summary.name {
            search::index_where(self.db, "connections.connector = ?1", id.as_str())?;
        }
        self.changed(id)?;
        Ok(DraftSaved::Saved { version: version + 1 })
    }

    /// Gives it another link name.
    /// # Errors
    /// [`StoreError::LinkNameTaken`], [`StoreError::NoSuchRow`].
    pub fn set_link_name(&self, id: &ConnectorId, link_name: &LinkName) -> Result<(), StoreError> {
        if self.find_by_link_name(link_name)?.is_some_and(|other| other.id != *id) {
            return Err(StoreError::LinkNameTaken { link_name: link_name.clone() });
        }
        let changed = self
            .db
            .prepare_cached("UPDATE connectors SET link_name = ?2 WHERE id = ?1")?
            .execute([id.as_str(), link_name.as_str()])?;
        expect_row("connector", id.as_str(), changed)?;
        self.changed(id)
    }

    /// New connections are made with this revision from now on.
    /// # Errors
    /// [`StoreError::NoSuchRow`], and [`StoreError::Sqlite`] when there is no such revision.
    pub fn mark_ready(
        &self,
        id: &ConnectorId,
        revision: &RevisionId,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let changed = self
            .db
            .prepare_cached("UPDATE connectors SET ready_revision = ?2, changed_at = ?3 WHERE id = ?1")?
            .execute((id.as_str(), revision.as_str(), At(now)))?;
        expect_row("connector", id.as_str(), changed)?;
        self.changed(id)
    }

    /// Nobody can connect to it until it is marked as ready again; connections made keep their revision.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn back_to_draft(&self, id: &ConnectorId, now: Timestamp) -> Result<(), StoreError> {
        let changed = self
            .db
            .prepare_cached("UPDATE connectors SET ready_revision = NULL, changed_at = ?2 WHERE id = ?1")?
            .execute((id.as_str(), At(now)))?;
        expect_row("connector", id.as_str(), changed)?;
        self.changed(id)
    }

    /// Deletes it with everything that is its own: connections, attempts, registrations and revisions, and each
    /// authorization that nobody else points to. Answers which connections went with it.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn delete(&self, id: &ConnectorId) -> Result<Vec<ConnectionId>, StoreError> {
        let connections: Vec<_> =
            self.change.connections().of_connector(id)?.into_iter().map(|connection| connection.id).collect();
        for connection in &connections {
            self.change.connections().delete(connection)?;
        }
        for attempt in self.change.attempts().of_connector(id)? {
            self.change.attempts().delete(&attempt)?;
        }
        for registration in self.change.registrations().of_connector(id)? {
            self.change.registrations().delete(&registration.id)?;
        }
        let changed =
            self.db.prepare_cached("DELETE FROM connectors WHERE id = ?1")?.execute([id.as_str()])?;
        expect_row("connector", id.as_str(), changed)?;
        self.changed(id)?;
        Ok(connections)
    }

    fn changed(&self, id: &ConnectorId) -> Result<(), StoreError> {
        self.change.record(Tag::Connectors, id.as_str())
    }
}

fn read_connector(row: &Row<'_>) -> rusqlite::Result<Connector> {
    Ok(Connector {
        id: id(row, "id")?,
        link_name: link_name(row, "link_name")?,
        provenance: row.get("provenance")?,
        ready: optional_id(row, "ready_revision")?,
        summary: read_summary(row)?,
        draft: row.get::<_, Json<Value>>("draft")?.0,
        draft_version: row.get::<_, Count>("draft_version")?.0,
        created_at: row.get::<_, At>("created_at")?.0,
        changed_at: row.get::<_, At>("changed_at")?.0,
    })
}

fn read_connector_row(row: &Row<'_>) -> rusqlite::Result<ConnectorRow> {
    Ok(ConnectorRow {
        id: id(row, "id")?,
        link_name: link_name(row, "link_name")?,
        provenance: row.get("provenance")?,
        stage: Stage::of(optional_id(row, "ready_revision")?.as_ref()),
        ready: optional_id(row, "ready_revision")?,
        draft_version: row.get::<_, Count>("draft_version")?.0,
        stamp: match row.get::<_, Option<i64>>("proved_at")? {
            Some(_) => Some(proofs::read(row)?),
            None => None,
        },
        summary: read_summary(row)?,
        connections: row.get::<_, Count>("connections")?.0,
        changed_at: row.get::<_, At>("changed_at")?.0,
    })
}

fn read_summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    Ok(Summary {
        name: row.get("name")?,
        description: row.get("description")?,
        authentication: row.get("authentication")?,
        logo: row.get("logo")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use domain::id::RegistrationId;

    fn id(text: &str) -> ConnectorId {
        ConnectorId::from_stored(text)
    }

    #[test]
    fn a_draft_that_changed_elsewhere_is_not_overwritten() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            let connectors = change.connectors();
            connectors.insert(&fixture::connector("crm", "Zylker CRM"))?;
            let summary = Summary { name: "Zylker".into(), ..Summary::default() };
            let save = |based_on, text: &str| {
                connectors.save_draft(&id("crm"), based_on, &text.into(), &summary, fixture::at(9))
            };
            assert_eq!(save(1, "mine")?, DraftSaved::Saved { version: 2 });
            assert_eq!(save(1, "other")?, DraftSaved::ChangedElsewhere { version: 2 });
            let stored = connectors.find(&id("crm"))?.unwrap();
            assert_eq!((stored.draft, stored.draft_version), ("mine".into(), 2));
            assert_eq!((stored.summary, stored.changed_at), (summary.clone(), fixture::at(9)));
            Ok(())
        });
        let missing = store.write_blocking(|change| {
            change.connectors().save_draft(&id("none"), 1, &Value::Null, &Summary::default(), fixture::at(9))
        });
        assert!(matches!(missing, Err(StoreError::NoSuchRow { what: "connector", .. })), "{missing:?}");
    }

    #[test]
    fn revisions_count_from_one_and_outlive_ready() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            let second = RevisionId::from_stored("second");
            let number = change.revisions().add(&second, &id("crm"), &"manifest".into(), fixture::at(3))?;
            assert_eq!(number, 2);
            change.connectors().mark_ready(&id("crm"), &second, fixture::at(3))?;
            let connector = change.connectors().find(&id("crm"))?.unwrap();
            assert_eq!((connector.stage(), connector.ready), (Stage::Ready, Some(second)));
            change.connectors().back_to_draft(&id("crm"), fixture::at(4))?;
            let connector = change.connectors().find(&id("crm"))?.unwrap();
            assert_eq!((connector.stage(), connector.ready), (Stage::Draft, None));
            let numbers: Vec<_> =
                change.revisions().of_connector(&id("crm"))?.into_iter().map(|r| r.number).collect();
            assert_eq!(numbers, [2, 1]);
            Ok(())
        });
        let missing = store.write_blocking(|change| {
            change.connectors().mark_ready(&id("crm"), &RevisionId::from_stored("none"), fixture::at(5))
        });
        assert!(matches!(missing, Err(StoreError::Sqlite(_))), "{missing:?}");
    }

    #[test]
    fn the_list_is_filtered_by_provenance_stage_and_words() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            change.connections().insert(&fixture::connection("c1", "crm", "Sales"))?;
            let mut built_in = fixture::connector("erp", "harbour ERP");
            built_in.provenance = Provenance::BuiltIn;
            built_in.summary.description = "Ships and CRM".into();
            built_in.summary.authentication = Some("api_key".into());
            change.connectors().insert(&built_in)?;
            let found = |filter: ConnectorFilter| -> Result<Vec<String>, StoreError> {
                Ok(change.connectors().list(&filter)?.into_iter().map(|row| row.id.to_string()).collect())
            };
            let all = ConnectorFilter::default;
            assert_eq!(found(all())?, ["erp", "crm"], "by name, whatever the case");
            assert_eq!(found(ConnectorFilter { provenance: Some(Provenance::Custom), ..all() })?, ["crm"]);
            assert_eq!(found(ConnectorFilter { stage: Some(Stage::Draft), ..all() })?, ["erp"]);
            assert_eq!(found(ConnectorFilter { stage: Some(Stage::Ready), ..all() })?, ["crm"]);
            assert_eq!(found(ConnectorFilter { search: "crm".into(), ..all() })?, ["erp", "crm"]);
            assert_eq!(found(ConnectorFilter { search: "CRM ship".into(), ..all() })?, ["erp"]);
            assert_eq!(found(ConnectorFilter { search: "ker_c".into(), ..all() })?, ["crm"]);
            let rows = change.connectors().list(&all())?;
            assert_eq!((rows[0].connections, rows[1].connections), (0, 1));
            assert_eq!(rows[0].summary, built_in.summary);
            Ok(())
        });
    }

    #[test]
    fn a_link_name_belongs_to_one_connector() {
        let (_dir, store) = fixture::store();
        let zylker = LinkName::parse("zylker").unwrap();
        let wanted = zylker.clone();
        store.change(move |change| {
            let connectors = change.connectors();
            connectors.insert(&fixture::connector("a", "Zylker"))?;
            let free = connectors.free_link_name(&wanted)?;
            assert_eq!(free.as_str(), "zylker_2");
            connectors.insert(&Connector { link_name: free, ..fixture::connector("b", "Zylker") })?;
            connectors.set_link_name(&id("a"), &wanted)
        });
        let taken = store.write_blocking(move |change| change.connectors().set_link_name(&id("b"), &zylker));
        assert!(matches!(taken, Err(StoreError::LinkNameTaken { .. })), "{taken:?}");
        let taken =
            store.write_blocking(|change| change.connectors().insert(&fixture::connector("c", "Zylker")));
        assert!(matches!(taken, Err(StoreError::LinkNameTaken { .. })), "{taken:?}");
    }

    #[test]
    fn a_deleted_connector_takes_everything_of_its_own_along() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            fixture::fill(change)?;
            let deleted = change.connectors().delete(&id("crm"))?;
            assert_eq!(deleted, ["c2", "c1"].map(ConnectionId::from_stored));
            assert_eq!(change.connectors().count()?, 1);
            assert_eq!(change.connections().count()?, 0);
            assert_eq!(change.attempts().open()?, []);
            assert_eq!(change.revisions().of_connector(&id("crm"))?, []);
            assert_eq!(change.registrations().find(&RegistrationId::from_stored("r1"))?, None);
            for place in crate::sealed::Place::ALL {
                assert_eq!(change.sealed().after(place, "", 9)?, [], "{place:?}");
            }
            assert_eq!(change.check()?, [""; 0]);
            Ok(())
        });
    }
}
