//! Environments: named sets of values. Production is there from the start; the Lab is computed and never stored.

use crate::{
    StoreError, Tag,
    change::handles,
    column::{Count, id, link_name},
    guarded::expect_row,
};
use domain::{environment::Environment, id::EnvironmentId, link_name::LinkName};
use rusqlite::{OptionalExtension, Row};

handles!(environments: Environments, EnvironmentsMut);

impl Environments<'_> {
    /// All of them, Production first, then by name.
    /// # Errors
    /// [`StoreError`].
    pub fn list(&self) -> Result<Vec<Environment>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, link_name, name FROM environments ORDER BY link_name <> 'production', name, id",
        )?;
        Ok(statement.query_map([], read_environment)?.collect::<Result<_, _>>()?)
    }

    /// The environment with this identifier.
    /// # Errors
    /// [`StoreError`].
    pub fn find(&self, id: &EnvironmentId) -> Result<Option<Environment>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT id, link_name, name FROM environments WHERE id = ?1")?;
        Ok(statement.query_row([id.as_str()], read_environment).optional()?)
    }

    /// The environment with this link name.
    /// # Errors
    /// [`StoreError`].
    pub fn find_by_link_name(&self, link_name: &LinkName) -> Result<Option<Environment>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT id, link_name, name FROM environments WHERE link_name = ?1")?;
        Ok(statement.query_row([link_name.as_str()], read_environment).optional()?)
    }
}

impl EnvironmentsMut<'_> {
    /// Adds an environment.
    /// # Errors
    /// [`StoreError::LinkNameTaken`].
    pub fn insert(&self, environment: &Environment) -> Result<(), StoreError> {
        if self.find_by_link_name(&environment.link_name)?.is_some() {
            return Err(StoreError::LinkNameTaken { link_name: environment.link_name.clone() });
        }
        self.db
            .prepare_cached("INSERT INTO environments (id, link_name, name) VALUES (?1, ?2, ?3)")?
            .execute([environment.id.as_str(), environment.link_name.as_str(), &environment.name])?;
        self.changed(&environment.id)
    }

    /// Gives it another name; the link name stays.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn rename(&self, id: &EnvironmentId, name: &str) -> Result<(), StoreError> {
        let changed = self
            .db
            .prepare_cached("UPDATE environments SET name = ?2 WHERE id = ?1")?
            .execute([id.as_str(), name])?;
        expect_row("environment", id.as_str(), changed)?;
        self.changed(id)
    }

    /// Deletes it with its registrations and attempts.
    /// # Errors
    /// [`StoreError::StillUsed`] while connections are in it, [`StoreError::NoSuchRow`].
    pub fn delete(&self, id: &EnvironmentId) -> Result<(), StoreError> {
        let connections = self
            .db
            .prepare_cached("SELECT ifnull(sum(count), 0) FROM connection_counts WHERE environment = ?1")?
            .query_row([id.as_str()], |row| row.get::<_, Count>(0))?
            .0;
        if connections > 0 {
            return Err(StoreError::StillUsed { what: "environment", id: id.to_string(), connections });
        }
        let changed =
            self.db.prepare_cached("DELETE FROM environments WHERE id = ?1")?.execute([id.as_str()])?;
        expect_row("environment", id.as_str(), changed)?;
        self.changed(id)
    }

    fn changed(&self, id: &EnvironmentId) -> Result<(), StoreError> {
        self.change.record(Tag::Environments, id.as_str())
    }
}

fn read_environment(row: &Row<'_>) -> rusqlite::Result<Environment> {
    Ok(Environment { id: id(row, "id")?, link_name: link_name(row, "link_name")?, name: row.get("name")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use domain::{environment::PRODUCTION, id::ConnectionId};

    fn staging() -> Environment {
        Environment {
            id: EnvironmentId::from_stored("e1"),
            link_name: LinkName::parse("staging").unwrap(),
            name: "Staging".into(),
        }
    }

    #[test]
    fn production_is_there_from_the_start_and_stands_first() {
        let (_dir, store) = fixture::store();
        let names = store.change(|change| {
            change.environments().insert(&Environment {
                id: EnvironmentId::from_stored("e2"),
                link_name: LinkName::parse("acceptance").unwrap(),
                name: "Acceptance".into(),
            })?;
            change.environments().insert(&staging())?;
            change.environments().rename(&staging().id, "A stage")?;
            let production =
                change.environments().find_by_link_name(&LinkName::parse(PRODUCTION).unwrap())?;
            let found = change.environments().find(&production.unwrap().id)?;
            assert_eq!(found.unwrap().name, "Production");
            Ok(change.environments().list()?.into_iter().map(|e| e.name).collect::<Vec<_>>())
        });
        assert_eq!(names, ["Production", "A stage", "Acceptance"]);
        let taken = store.write_blocking(|change| {
            change.environments().insert(&Environment { id: EnvironmentId::from_stored("e3"), ..staging() })
        });
        assert!(matches!(taken, Err(StoreError::LinkNameTaken { .. })), "{taken:?}");
    }

    #[test]
    fn an_environment_with_connections_is_not_deleted() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            change.environments().insert(&staging())?;
            fixture::ready_connector(change, "crm", "Zylker CRM");
            let mut connection = fixture::connection("c1", "crm", "Sales");
            connection.environment = Some(staging().id);
            change.connections().insert(&connection)
        });
        let used = store.write_blocking(|change| change.environments().delete(&staging().id));
        assert!(matches!(used, Err(StoreError::StillUsed { connections: 1, .. })), "{used:?}");
        let left = store.change(|change| {
            change.connections().delete(&ConnectionId::from_stored("c1"))?;
            change.environments().delete(&staging().id)?;
            change.environments().find(&staging().id)
        });
        assert_eq!(left, None);
    }

    #[test]
    fn the_lab_is_never_stored() {
        let (_dir, store) = fixture::store();
        let refused = store.write_blocking(|change| {
            let link_name = LinkName::parse(domain::environment::LAB).unwrap();
            change.environments().insert(&Environment { link_name, ..staging() })
        });
        assert!(matches!(refused, Err(StoreError::Sqlite(_))), "{refused:?}");
    }
}
