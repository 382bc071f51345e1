//! Client registrations: what a service gave for a registered app, with its sealed secret.
//!
//! A connector has any number per environment; one of them may be the default, which the builder edits and new
//! connections use.

use crate::{
    Guarded, StoreError, Tag,
    change::handles,
    column::{At, Count, Json, id, json},
    guarded::expect_row,
};
use domain::{
    Timestamp,
    id::{ConnectorId, EnvironmentId, RegistrationId},
    registration::ClientRegistration,
};
use rusqlite::{OptionalExtension, Row, named_params};

handles!(registrations: Registrations, RegistrationsMut);

const COLUMNS: &str = "id, connector, environment, label, client_id, origins, generation, on_trial_since";

impl Registrations<'_> {
    /// The registration with this identifier.
    /// # Errors
    /// [`StoreError`].
    pub fn find(&self, id: &RegistrationId) -> Result<Option<ClientRegistration>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM registrations WHERE id = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([id.as_str()], read_registration).optional()?)
    }

    /// Its sealed secret; `None` for a public client, or where there is no such registration.
    /// # Errors
    /// [`StoreError`].
    pub fn secret(&self, id: &RegistrationId) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT secret FROM registrations WHERE id = ?1")?;
        Ok(statement.query_row([id.as_str()], |row| row.get(0)).optional()?.flatten())
    }

    /// A connector's registrations, those of Production first, then by environment; in each the default first, then by
    /// label and client ID.
    /// # Errors
    /// [`StoreError`].
    pub fn of_connector(&self, connector: &ConnectorId) -> Result<Vec<ClientRegistration>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM registrations WHERE connector = ?1
             ORDER BY environment <> 'production',
                      (SELECT name FROM environments WHERE environments.id = environment),
                      environment, is_default DESC, label, client_id, id"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        Ok(statement.query_map([connector.as_str()], read_registration)?.collect::<Result<_, _>>()?)
    }

    /// The one of this client identifier.
    /// # Errors
    /// [`StoreError`].
    pub fn find_by_client_id(
        &self,
        connector: &ConnectorId,
        environment: &EnvironmentId,
        client_id: &str,
    ) -> Result<Option<ClientRegistration>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM registrations WHERE connector = ?1 AND environment = ?2 AND client_id = ?3
             ORDER BY is_default DESC, id LIMIT 1"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        let key = [connector.as_str(), environment.as_str(), client_id];
        Ok(statement.query_row(key, read_registration).optional()?)
    }

    /// Those that are on trial since before `at`.
    /// # Errors
    /// [`StoreError`].
    pub fn on_trial_before(&self, at: Timestamp) -> Result<Vec<RegistrationId>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT id FROM registrations WHERE on_trial_since < ?1 ORDER BY id")?;
        Ok(statement.query_map([At(at)], |row| id(row, "id"))?.collect::<Result<_, _>>()?)
    }

    /// Names of the connections whose account was authorized with it, in order.
    /// # Errors
    /// [`StoreError`].
    pub fn used_by(&self, id: &RegistrationId) -> Result<Vec<String>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT connections.name FROM authorizations
             JOIN connections ON connections.authorization = authorizations.id
             WHERE authorizations.registration = ?1 ORDER BY connections.name_key, connections.id",
        )?;
        Ok(statement.query_map([id.as_str()], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Names of the connections that can be brought back to an account that was authorized with it, in order.
    /// # Errors
    /// [`StoreError`].
    pub fn kept_for(&self, id: &RegistrationId) -> Result<Vec<String>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT connections.name FROM replaced_authorizations
             JOIN connections ON connections.authorization = replaced_authorizations.id
             WHERE replaced_authorizations.registration = ?1 ORDER BY connections.name_key, connections.id",
        )?;
        Ok(statement.query_map([id.as_str()], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// The one that new connections use.
    /// # Errors
    /// [`StoreError`].
    pub fn default_of(
        &self,
        connector: &ConnectorId,
        environment: &EnvironmentId,
    ) -> Result<Option<ClientRegistration>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM registrations WHERE connector = ?1 AND environment = ?2 AND is_default = 1"
        );
        let mut statement = self.db.prepare_cached(&sql)?;
        Ok(statement.query_row([connector.as_str(), environment.as_str()], read_registration).optional()?)
    }
}

impl RegistrationsMut<'_> {
    /// Adds a registration with its sealed secret; a public client has none.
    /// # Errors
    /// [`StoreError::Sqlite`] when what it belongs to is not there.
    pub fn insert(&self, registration: &ClientRegistration, secret: Option<&[u8]>) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO registrations (id, connector, environment, is_default, label, client_id, origins, generation,
                                            on_trial_since, secret)
                 VALUES (:id, :connector, :environment, 0, :label, :client_id, :origins, :generation,
                         :on_trial_since, :secret)",
            )?
            .execute(named_params! {
                ":id": registration.id.as_str(),
                ":connector": registration.connector.as_str(),
                ":environment": registration.environment.as_str(),
                ":label": registration.label,
                ":client_id": registration.client_id,
                ":origins": Json(&registration.origins),
                ":generation": Count(registration.generation),
                ":on_trial_since": registration.on_trial_since.map(At),
                ":secret": secret,
            })?;
        self.changed(&registration.id)
    }

    /// Ends its trial.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn end_trial(&self, id: &RegistrationId) -> Result<(), StoreError> {
        let changed = self
            .db
            .prepare_cached("UPDATE registrations SET on_trial_since = NULL WHERE id = ?1")?
            .execute([id.as_str()])?;
        expect_row("registration", id.as_str(), changed)?;
        self.changed(id)
    }

    /// Makes it the default of its connector and environment, in place of the one before, which ends its trial.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn make_default(&self, id: &RegistrationId) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "UPDATE registrations SET is_default = 0
                 WHERE is_default = 1
                   AND (connector, environment) = (SELECT connector, environment FROM registrations WHERE id = ?1)",
            )?
            .execute([id.as_str()])?;
        let changed = self
            .db
            .prepare_cached("UPDATE registrations SET is_default = 1, on_trial_since = NULL WHERE id = ?1")?
            .execute([id.as_str()])?;
        expect_row("registration", id.as_str(), changed)?;
        self.changed(id)
    }

    /// Stores what was made from generation `expected`: label, client identifier, origins, trial and sealed secret.
    /// `registration.generation` is the new one.
    /// # Errors
    /// [`StoreError`].
    pub fn replace(
        &self,
        expected: u64,
        registration: &ClientRegistration,
        secret: Option<&[u8]>,
    ) -> Result<Guarded, StoreError> {
        let changed = self
            .db
            .prepare_cached(
                "UPDATE registrations
                 SET label = :label, client_id = :client_id, origins = :origins, generation = :generation,
                     on_trial_since = :on_trial_since, secret = :secret
                 WHERE id = :id AND generation = :expected",
            )?
            .execute(named_params! {
                ":id": registration.id.as_str(),
                ":expected": Count(expected),
                ":label": registration.label,
                ":client_id": registration.client_id,
                ":origins": Json(&registration.origins),
                ":generation": Count(registration.generation),
                ":on_trial_since": registration.on_trial_since.map(At),
                ":secret": secret,
            })?;
        if changed > 0 {
            self.changed(&registration.id)?;
        }
        Ok(Guarded::by_rows(changed))
    }

    /// Deletes it; authorizations made with it remember none then.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn delete(&self, id: &RegistrationId) -> Result<(), StoreError> {
        let changed =
            self.db.prepare_cached("DELETE FROM registrations WHERE id = ?1")?.execute([id.as_str()])?;
        expect_row("registration", id.as_str(), changed)?;
        self.changed(id)
    }

    fn changed(&self, id: &RegistrationId) -> Result<(), StoreError> {
        self.change.record(Tag::Registrations, id.as_str())
    }
}

fn read_registration(row: &Row<'_>) -> rusqlite::Result<ClientRegistration> {
    Ok(ClientRegistration {
        id: id(row, "id")?,
        connector: id(row, "connector")?,
        environment: id(row, "environment")?,
        label: row.get("label")?,
        client_id: row.get("client_id")?,
        origins: json(row, "origins")?,
        generation: row.get::<_, Count>("generation")?.0,
        on_trial_since: row.get::<_, Option<At>>("on_trial_since")?.map(|at| at.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_connector_has_one_default_per_environment() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            let registrations = change.registrations();
            let (connector, environment) =
                (ConnectorId::from_stored("crm"), EnvironmentId::from_stored("production"));
            let ids = ["r1", "r2"].map(RegistrationId::from_stored);
            for id in &ids {
                registrations.insert(&fixture::registration(id.as_str(), "crm"), None)?;
            }
            assert_eq!(registrations.default_of(&connector, &environment)?, None);
            for id in ids {
                registrations.make_default(&id)?;
                assert_eq!(registrations.default_of(&connector, &environment)?.unwrap().id, id);
            }
            assert_eq!(registrations.of_connector(&connector)?[0].id.as_str(), "r2", "the default is first");
            Ok(())
        });
    }

    #[test]
    fn a_default_is_not_on_trial() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            let registrations = change.registrations();
            let [first, second] = ["r1", "r2"].map(|id| ClientRegistration {
                on_trial_since: Some(fixture::at(5)),
                client_id: id.into(),
                ..fixture::registration(id, "crm")
            });
            registrations.insert(&first, None)?;
            registrations.insert(&second, None)?;
            assert_eq!(registrations.find(&first.id)?.unwrap(), first);
            assert_eq!(registrations.on_trial_before(fixture::at(5))?, []);
            registrations.make_default(&first.id)?;
            assert_eq!(registrations.on_trial_before(fixture::at(6))?, std::slice::from_ref(&second.id));
            registrations.end_trial(&second.id)?;
            assert_eq!(registrations.on_trial_before(fixture::at(6))?, []);
            Ok(())
        });
        let refused = store.write_blocking(|change| {
            let again = ClientRegistration {
                on_trial_since: Some(fixture::at(5)),
                ..fixture::registration("r1", "crm")
            };
            change.registrations().replace(1, &again, None)
        });
        assert!(matches!(refused, Err(StoreError::Sqlite(_))), "{refused:?}");
    }

    #[test]
    fn a_secret_is_replaced_only_by_what_was_made_from_it() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            let registrations = change.registrations();
            let first = fixture::registration("r1", "crm");
            registrations.insert(&first, None)?;
            assert_eq!(registrations.secret(&first.id)?, None, "a public client");
            let second = ClientRegistration { generation: 2, client_id: "other".into(), ..first };
            assert_eq!(registrations.replace(1, &second, Some(b"sealed"))?, Guarded::Won);
            assert_eq!(registrations.replace(1, &second, Some(b"late"))?, Guarded::Lost);
            assert_eq!(registrations.secret(&second.id)?.unwrap(), b"sealed");
            assert_eq!(registrations.find(&second.id)?.unwrap(), second);
            Ok(())
        });
    }

    #[test]
    fn an_authorization_outlives_its_registration() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            fixture::fill(change)?;
            let used_by = change.registrations().used_by(&RegistrationId::from_stored("r1"))?;
            assert_eq!(used_by, ["Jane's deals"]);
            let kept_for = change.registrations().kept_for(&RegistrationId::from_stored("r1"))?;
            assert_eq!(kept_for, ["Jane's deals"]);
            change.registrations().delete(&RegistrationId::from_stored("r1"))?;
            let left = change.authorizations().find(&domain::id::AuthorizationId::from_stored("a1"))?;
            assert_eq!(left.unwrap().registration, None);
            Ok(())
        });
    }
}
