//! Agent groups: the routes that calls take. `default`, the system's proxy, is there from the start.

use crate::{
    StoreError, Tag,
    change::handles,
    column::{Count, Json, id, json, link_name},
    guarded::expect_row,
};
use domain::{agent_group::AgentGroup, id::AgentGroupId, link_name::LinkName};
use rusqlite::{OptionalExtension, Row};

handles!(agent_groups: AgentGroups, AgentGroupsMut);

impl AgentGroups<'_> {
    /// All of them, the default first, then by name.
    /// # Errors
    /// [`StoreError`].
    pub fn list(&self) -> Result<Vec<AgentGroup>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, link_name, name, route FROM agent_groups ORDER BY link_name <> 'default', name, id",
        )?;
        Ok(statement.query_map([], read_agent_group)?.collect::<Result<_, _>>()?)
    }

    /// The agent group with this identifier.
    /// # Errors
    /// [`StoreError`].
    pub fn find(&self, id: &AgentGroupId) -> Result<Option<AgentGroup>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT id, link_name, name, route FROM agent_groups WHERE id = ?1")?;
        Ok(statement.query_row([id.as_str()], read_agent_group).optional()?)
    }

    /// The agent group with this link name.
    /// # Errors
    /// [`StoreError`].
    pub fn find_by_link_name(&self, link_name: &LinkName) -> Result<Option<AgentGroup>, StoreError> {
        let mut statement = self
            .db
            .prepare_cached("SELECT id, link_name, name, route FROM agent_groups WHERE link_name = ?1")?;
        Ok(statement.query_row([link_name.as_str()], read_agent_group).optional()?)
    }
}

impl AgentGroupsMut<'_> {
    /// Adds an agent group.
    /// # Errors
    /// [`StoreError::LinkNameTaken`].
    pub fn insert(&self, group: &AgentGroup) -> Result<(), StoreError> {
        if self.find_by_link_name(&group.link_name)?.is_some() {
            return Err(StoreError::LinkNameTaken { link_name: group.link_name.clone() });
        }
        self.db
            .prepare_cached("INSERT INTO agent_groups (id, link_name, name, route) VALUES (?1, ?2, ?3, ?4)")?
            .execute((group.id.as_str(), group.link_name.as_str(), &group.name, Json(&group.route)))?;
        self.changed(&group.id)
    }

    /// Stores its name and route; the link name stays.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn update(&self, group: &AgentGroup) -> Result<(), StoreError> {
        let changed = self
            .db
            .prepare_cached("UPDATE agent_groups SET name = ?2, route = ?3 WHERE id = ?1")?
            .execute((group.id.as_str(), &group.name, Json(&group.route)))?;
        expect_row("agent group", group.id.as_str(), changed)?;
        self.changed(&group.id)
    }

    /// Deletes it.
    /// # Errors
    /// [`StoreError::StillUsed`] while connections take it, [`StoreError::NoSuchRow`].
    pub fn delete(&self, id: &AgentGroupId) -> Result<(), StoreError> {
        let connections = self
            .db
            .prepare_cached("SELECT count(*) FROM connections WHERE agent_group = ?1")?
            .query_row([id.as_str()], |row| row.get::<_, Count>(0))?
            .0;
        if connections > 0 {
            return Err(StoreError::StillUsed { what: "agent group", id: id.to_string(), connections });
        }
        let changed =
            self.db.prepare_cached("DELETE FROM agent_groups WHERE id = ?1")?.execute([id.as_str()])?;
        expect_row("agent group", id.as_str(), changed)?;
        self.changed(id)
    }

    fn changed(&self, id: &AgentGroupId) -> Result<(), StoreError> {
        self.change.record(Tag::AgentGroups, id.as_str())
    }
}

fn read_agent_group(row: &Row<'_>) -> rusqlite::Result<AgentGroup> {
    Ok(AgentGroup {
        id: id(row, "id")?,
        link_name: link_name(row, "link_name")?,
        name: row.get("name")?,
        route: json(row, "route")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use domain::{agent_group::Route, id::ConnectionId};

    fn direct() -> AgentGroup {
        AgentGroup {
            id: AgentGroupId::from_stored("g1"),
            link_name: LinkName::parse("direct").unwrap(),
            name: "Direct".into(),
            route: Route::Direct,
        }
    }

    #[test]
    fn the_default_takes_the_systems_proxy_and_stands_first() {
        let (_dir, store) = fixture::store();
        let groups = store.change(|change| {
            change.agent_groups().insert(&direct())?;
            change.agent_groups().update(&AgentGroup { name: "A direct way".into(), ..direct() })?;
            let found = change.agent_groups().find_by_link_name(&direct().link_name)?;
            assert_eq!(found, change.agent_groups().find(&direct().id)?);
            change.agent_groups().list()
        });
        let shown: Vec<_> = groups.iter().map(|group| (group.link_name.as_str(), &group.route)).collect();
        assert_eq!(shown, [("default", &Route::SystemProxy), ("direct", &Route::Direct)]);
        assert_eq!(groups[1].name, "A direct way");
    }

    #[test]
    fn an_agent_group_that_connections_take_is_not_deleted() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            change.agent_groups().insert(&direct())?;
            fixture::ready_connector(change, "crm", "Zylker CRM");
            let mut connection = fixture::connection("c1", "crm", "Sales");
            connection.agent_group = Some(direct().id);
            change.connections().insert(&connection)
        });
        let used = store.write_blocking(|change| change.agent_groups().delete(&direct().id));
        assert!(matches!(used, Err(StoreError::StillUsed { connections: 1, .. })), "{used:?}");
        let left = store.change(|change| {
            change.connections().delete(&ConnectionId::from_stored("c1"))?;
            change.agent_groups().delete(&direct().id)?;
            change.agent_groups().find(&direct().id)
        });
        assert_eq!(left, None);
    }
}
