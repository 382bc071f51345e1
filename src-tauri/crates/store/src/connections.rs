//! Connections: their rows and what changes them. The list with its filters is in `list`.

mod list;

pub use list::{
    Authorized, ConnectionFilter, ConnectionOrder, ConnectionPage, ConnectionRow, EnvironmentFilter,
    StatusKind,
};

use crate::{
    StoreError, Tag,
    change::handles,
    column::{At, Count, Json, id, json, link_name, optional_id},
    names, search,
};
use domain::{
    connection::{Connection, ConnectionStatus},
    id::{AuthorizationId, ConnectionId, ConnectorId},
    link_name::LinkName,
};
use rusqlite::{Row, named_params};

/// What a name means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// Nothing is called so.
    Nothing,
    /// This one.
    One(Box<Connection>),
    /// Several have that name; these are their link names.
    Ambiguous {
        /// In order.
        candidates: Vec<LinkName>,
    },
}

handles!(connections: Connections, ConnectionsMut);

const COLUMNS: &str = "connections.id, connections.name, connections.link_name, connections.connector, \
                                  connections.revision, connections.environment, connections.authorization, \
                                  connections.authentication, connections.settings, connections.agent_group, \
                                  connections.status, connections.created_at";

impl Connections<'_> {
    /// The connection with this identifier.
    /// # Errors
    /// [`StoreError`].
    pub fn find(&self, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        Ok(self.where_equal("id", id.as_str())?.pop())
    }

    /// The connection with this link name.
    /// # Errors
    /// [`StoreError`].
    pub fn find_by_link_name(&self, link_name: &LinkName) -> Result<Option<Connection>, StoreError> {
        Ok(self.where_equal("link_name", link_name.as_str())?.pop())
    }

    /// What a person means who writes `text`: a link name, or a name where only one has it.
    /// # Errors
    /// [`StoreError`].
    pub fn named(&self, text: &str) -> Result<Named, StoreError> {
        if let Some(connection) = self.where_equal("link_name", text)?.pop() {
            return Ok(Named::One(Box::new(connection)));
        }
        let mut found = self.where_equal("name_key", &names::key(text))?;
        let candidates = found.iter().map(|connection| connection.link_name.clone()).collect();
        Ok(match (found.pop(), found.is_empty()) {
            (None, _) => Named::Nothing,
            (Some(connection), true) => Named::One(Box::new(connection)),
            (Some(_), false) => Named::Ambiguous { candidates },
        })
    }

    /// A connector's connections, by name.
    /// # Errors
    /// [`StoreError`].
    pub fn of_connector(&self, connector: &ConnectorId) -> Result<Vec<Connection>, StoreError> {
        self.where_equal("connector", connector.as_str())
    }

    /// The connections that share an authorization, by name.
    /// # Errors
    /// [`StoreError`].
    pub fn of_authorization(&self, authorization: &AuthorizationId) -> Result<Vec<Connection>, StoreError> {
        self.where_equal("authorization", authorization.as_str())
    }

    /// How many there are.
    /// # Errors
    /// [`StoreError`].
    pub fn count(&self) -> Result<u64, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT count(*) FROM connections")?;
        Ok(statement.query_row([], |row| row.get::<_, Count>(0))?.0)
    }

    /// `wanted`, or where it is taken the first of `wanted-2`, `wanted-3`, … that is free.
    /// # Errors
    /// [`StoreError`].
    pub fn free_link_name(&self, wanted: &LinkName) -> Result<LinkName, StoreError> {
        names::free_link_name(self.db, "SELECT 1 FROM connections WHERE link_name = ?1", wanted, '-')
    }

    fn where_equal(&self, column: &str, value: &str) -> Result<Vec<Connection>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM connections WHERE {column} = ?1 ORDER BY name_key, row_id");
        let mut statement = self.db.prepare_cached(&sql)?;
        Ok(statement.query_map([value], read_connection)?.collect::<Result<_, _>>()?)
    }

    fn search_text(&self, connection: &Connection) -> Result<String, StoreError> {
        let (connector, account): (String, Option<String>) = self
            .db
            .prepare_cached(
                "SELECT coalesce((SELECT name FROM connectors WHERE id = ?1), ''),
                        (SELECT account FROM authorizations WHERE id = ?2)",
            )?
            .query_row(
                (
                    connection.connector.as_str(),
                    connection.authorization.as_ref().map(AuthorizationId::as_str),
                ),
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
        let account = account.unwrap_or_default();
        Ok(search::text(&[&connection.name, connection.link_name.as_str(), &account, &connector]))
    }
}

impl ConnectionsMut<'_> {
    /// Adds a connection.
    /// # Errors
    /// [`StoreError::LinkNameTaken`]; [`StoreError::Sqlite`] when what it points to is not there.
    pub fn insert(&self, connection: &Connection) -> Result<(), StoreError> {
        if self.find_by_link_name(&connection.link_name)?.is_some() {
            return Err(StoreError::LinkNameTaken { link_name: connection.link_name.clone() });
        }
        self.db
            .prepare_cached(
                "INSERT INTO connections (id, link_name, name, name_key, connector, revision, environment, authorization,
                                          authentication, settings, agent_group, status, created_at, search_text, standing)
                 VALUES (:id, :link_name, :name, :name_key, :connector, :revision, :environment, :authorization,
                         :authentication, :settings, :agent_group, :status, :created_at, :search_text, :standing)",
            )?
            .execute(named_params! {
                ":id": connection.id.as_str(),
                ":link_name": connection.link_name.as_str(),
                ":name": connection.name,
                ":name_key": names::key(&connection.name),
                ":connector": connection.connector.as_str(),
                ":revision": connection.revision.as_str(),
                ":environment": connection.environment.as_ref().map(|id| id.as_str()),
                ":authorization": connection.authorization.as_ref().map(|id| id.as_str()),
                ":authentication": connection.authentication,
                ":settings": Json(&connection.settings),
                ":agent_group": connection.agent_group.as_ref().map(|id| id.as_str()),
                ":status": Json(&connection.status),
                ":created_at": At(connection.created_at),
                ":search_text": self.search_text(connection)?,
                ":standing": list::standing(&connection.status, connection.environment.is_none()),
            })?;
        self.changed(&connection.id)
    }

    /// Stores everything but its identifier, link name and age, which never change. An authorization that it pointed to
    /// and nobody points to any more goes away.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn update(&self, connection: &Connection) -> Result<(), StoreError> {
        let before = self.existing(&connection.id)?;
        self.db
            .prepare_cached(
                "UPDATE connections
                 SET name = :name, name_key = :name_key, connector = :connector, revision = :revision,
                     environment = :environment, authorization = :authorization, authentication = :authentication,
                     settings = :settings, agent_group = :agent_group, status = :status, search_text = :search_text,
                     standing = :standing
                 WHERE id = :id",
            )?
            .execute(named_params! {
                ":id": connection.id.as_str(),
                ":name": connection.name,
                ":name_key": names::key(&connection.name),
                ":connector": connection.connector.as_str(),
                ":revision": connection.revision.as_str(),
                ":environment": connection.environment.as_ref().map(|id| id.as_str()),
                ":authorization": connection.authorization.as_ref().map(|id| id.as_str()),
                ":authentication": connection.authentication,
                ":settings": Json(&connection.settings),
                ":agent_group": connection.agent_group.as_ref().map(|id| id.as_str()),
                ":status": Json(&connection.status),
                ":search_text": self.search_text(connection)?,
                ":standing": list::standing(&connection.status, connection.environment.is_none()),
            })?;
        if let Some(former) = before.authorization
            && connection.authorization.as_ref() != Some(&former)
        {
            // Whether others share it decides; either is right.
            let _ = self.change.authorizations().delete_unless_used(&former)?;
        }
        self.changed(&connection.id)
    }

    /// Gives it another name; the link name stays.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn rename(&self, id: &ConnectionId, name: &str) -> Result<(), StoreError> {
        self.update(&Connection { name: name.into(), ..self.existing(id)? })
    }

    /// Says where it stands.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn set_status(&self, id: &ConnectionId, status: &ConnectionStatus) -> Result<(), StoreError> {
        let environment = self.existing(id)?.environment;
        self.db
            .prepare_cached("UPDATE connections SET status = ?2, standing = ?3 WHERE id = ?1")?
            .execute((id.as_str(), Json(status), list::standing(status, environment.is_none())))?;
        self.changed(id)
    }

    /// Forgets it: its attempts, its activity, and its authorization unless another connection points to that.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn delete(&self, id: &ConnectionId) -> Result<(), StoreError> {
        let before = self.existing(id)?;
        for attempt in &self.change.attempts().of_connection(id)? {
            self.change.attempts().delete(attempt)?;
        }
        self.db.prepare_cached("DELETE FROM connections WHERE id = ?1")?.execute([id.as_str()])?;
        if let Some(authorization) = before.authorization {
            // Whether others share it decides; either is right.
            let _ = self.change.authorizations().delete_unless_used(&authorization)?;
        }
        self.change.activity().forget(id)?;
        self.changed(id)
    }

    fn existing(&self, id: &ConnectionId) -> Result<Connection, StoreError> {
        self.find(id)?.ok_or_else(|| StoreError::NoSuchRow { what: "connection", id: id.to_string() })
    }

    fn changed(&self, id: &ConnectionId) -> Result<(), StoreError> {
        self.change.record(Tag::Connections, id.as_str())
    }
}

fn read_connection(row: &Row<'_>) -> rusqlite::Result<Connection> {
    Ok(Connection {
        id: id(row, "id")?,
        name: row.get("name")?,
        link_name: link_name(row, "link_name")?,
        connector: id(row, "connector")?,
        revision: id(row, "revision")?,
        environment: optional_id(row, "environment")?,
        authorization: optional_id(row, "authorization")?,
        authentication: row.get("authentication")?,
        settings: json(row, "settings")?,
        agent_group: optional_id(row, "agent_group")?,
        status: json(row, "status")?,
        created_at: row.get::<_, At>("created_at")?.0,
    })
}
