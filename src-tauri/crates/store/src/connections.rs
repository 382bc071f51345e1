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
        let mut statement = self.db.prepare_cached("SELECT ifnull(sum(count), 0) FROM connection_counts")?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Changed, fixture};
    use domain::id::{AttemptId, EnvironmentId};

    fn id(text: &str) -> ConnectionId {
        ConnectionId::from_stored(text)
    }

    #[test]
    fn a_connection_is_read_as_it_was_written() {
        let (_dir, store) = fixture::store();
        let mut connection = fixture::connection("c1", "crm", "Jane's deals");
        connection.authentication = Some("token".into());
        connection.agent_group = Some(domain::id::AgentGroupId::from_stored("default"));
        connection.status = ConnectionStatus::Disabled {
            before: Box::new(ConnectionStatus::Connected { verified: Some(fixture::at(9)) }),
        };
        let written = connection.clone();
        let read = store.change(move |change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            change.connections().insert(&written)?;
            Ok((
                change.connections().find(&written.id)?,
                change.connections().find_by_link_name(&written.link_name)?,
                change.connections().of_connector(&written.connector)?,
            ))
        });
        assert_eq!(read, (Some(connection.clone()), Some(connection.clone()), vec![connection]));
    }

    #[test]
    fn a_name_that_two_have_is_answered_with_their_link_names() {
        let (_dir, store) = fixture::store();
        let named = |text: &'static str| store.change(move |change| change.connections().named(text));
        store.change(|change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            for (id, name) in [("c1", "Sales"), ("c2", "sales"), ("c3", "Only one")] {
                let mut connection = fixture::connection(id, "crm", name);
                connection.link_name = change.connections().free_link_name(&connection.link_name)?;
                change.connections().insert(&connection)?;
            }
            Ok(())
        });
        let one = |text| match named(text) {
            Named::One(connection) => connection.id,
            other => panic!("`{text}`: {other:?}"),
        };
        assert_eq!(one("sales"), id("c1"), "a link name wins over a name");
        assert_eq!(one("sales-2"), id("c2"));
        assert_eq!(one("ONLY one"), id("c3"));
        let candidates = ["sales", "sales-2"].map(|name| LinkName::parse(name).unwrap()).into();
        assert_eq!(named("SALES"), Named::Ambiguous { candidates });
        assert_eq!(named("nobody"), Named::Nothing);
    }

    #[test]
    fn a_taken_link_name_is_refused_or_numbered() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            change.connections().insert(&fixture::connection("c1", "crm", "Sales"))
        });
        let refused = store
            .write_blocking(|change| change.connections().insert(&fixture::connection("c2", "crm", "Sales")));
        assert!(
            matches!(&refused, Err(StoreError::LinkNameTaken { link_name }) if link_name.as_str() == "sales"),
            "{refused:?}"
        );
        let free = store.change(|change| {
            for number in 2..5 {
                let mut connection = fixture::connection(&format!("c{number}"), "crm", "Sales");
                connection.link_name = change.connections().free_link_name(&connection.link_name)?;
                change.connections().insert(&connection)?;
            }
            change.connections().delete(&id("c3"))?;
            change.connections().free_link_name(&LinkName::derive_for_connection("Sales"))
        });
        assert_eq!(free.as_str(), "sales-3", "the first that is free");
    }

    #[test]
    fn a_shared_authorization_goes_with_the_last_that_points_to_it() {
        let (_dir, store) = fixture::store();
        let authorization = fixture::authorization("a1", "jane@acme.test");
        let shared = authorization.id.clone();
        let there = |store: &crate::Store| {
            let shared = shared.clone();
            store.change(move |change| Ok(change.authorizations().find(&shared)?.is_some()))
        };
        let pointed = shared.clone();
        store.change(move |change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            change.authorizations().insert(&authorization, b"sealed")?;
            for number in 1..=3 {
                let name = format!("Sales {number}");
                let connection = fixture::connection(&format!("c{number}"), "crm", &name);
                let connection = Connection { authorization: Some(pointed.clone()), ..connection };
                change.connections().insert(&connection)?;
            }
            assert_eq!(change.connections().of_authorization(&pointed)?.len(), 3);
            Ok(())
        });
        store.change(|change| change.connections().delete(&id("c1")));
        assert!(there(&store));
        store.change(|change| {
            let signed_out = Connection {
                authorization: None,
                status: ConnectionStatus::NotSignedIn,
                ..change.connections().find(&id("c2"))?.unwrap()
            };
            change.connections().update(&signed_out)
        });
        assert!(there(&store));
        store.change(|change| change.connections().delete(&id("c3")));
        assert!(!there(&store));
    }

    #[test]
    fn a_deleted_connection_leaves_nothing_behind() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            fixture::fill(change)?;
            let mut again = fixture::attempt("t2", "crm");
            again.connection = Some(id("c1"));
            change.attempts().insert(&again, b"typed")
        });
        let mut watch = store.watch().unwrap();
        store.change(|change| change.connections().delete(&id("c1")));
        let told = watch.poll().unwrap();
        for (tag, id) in [(Tag::Connections, "c1"), (Tag::Authorizations, "a1"), (Tag::Attempts, "t2")] {
            assert!(told.contains(&Changed { tag, id: Some(id.into()) }), "{told:?}");
        }
        store.change(|change| {
            assert_eq!(change.connections().find(&id("c1"))?, None);
            assert_eq!(change.attempts().find(&AttemptId::from_stored("t2"))?, None);
            assert_eq!(change.activity().events(Some(&id("c1")), None, 9)?, []);
            assert_eq!(change.activity().exchanges(Some(&id("c1")), 9)?, []);
            assert_eq!(change.check()?, [""; 0]);
            Ok(())
        });
        let again = store.write_blocking(|change| change.connections().delete(&id("c1")));
        assert!(matches!(again, Err(StoreError::NoSuchRow { what: "connection", .. })), "{again:?}");
    }

    #[test]
    fn a_status_moves_a_connection_in_the_list() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            for (name, lab) in [("A", false), ("B", true)] {
                let mut connection = fixture::connection(name, "crm", name);
                connection.environment = (!lab).then(|| EnvironmentId::from_stored("production"));
                change.connections().insert(&connection)?;
                for status in [
                    ConnectionStatus::Waiting,
                    ConnectionStatus::Expiring { at: fixture::at(1) },
                    ConnectionStatus::Connected { verified: None },
                ] {
                    // The schema checks the column `standing` each time.
                    change.connections().set_status(&connection.id, &status)?;
                }
            }
            let page = change.connections().page(&Default::default(), Default::default(), 0, 9)?;
            assert_eq!(page.counts, [(StatusKind::Connected, 2)].into());
            Ok(())
        });
    }
}
