//! Attempts: runs of connect and reauthorize, with what was typed or replied, sealed, beside them.
//!
//! The slot is durable before it is used, and gone in the transaction that makes it an authorization.

use crate::{
    Guarded, StoreError, Tag,
    change::handles,
    column::{At, Count, Json, id, json, optional_id, optional_json},
    guarded::expect_row,
};
use domain::{
    Timestamp,
    attempt::{Attempt, AttemptState},
    id::{AttemptId, ConnectionId, ConnectorId, ProcessId},
    sign_in::StateKey,
};
use rusqlite::{OptionalExtension, Row, named_params};

/// An attempt with what is sealed beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedAttempt {
    /// The attempt.
    pub attempt: Attempt,
    /// What was typed or replied, sealed; gone once it is an authorization.
    pub slot: Option<Vec<u8>>,
}

handles!(attempts: Attempts, AttemptsMut);

const COLUMNS: &str = "id, connection, name, connector, revision, environment, authentication, settings, agent_group, \
                       requested, origins, generation, state, owner, created_at, sign_in";

impl Attempts<'_> {
    /// The attempt with this identifier.
    /// # Errors
    /// [`StoreError`].
    pub fn find(&self, id: &AttemptId) -> Result<Option<Attempt>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM attempts WHERE id = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([id.as_str()], read_attempt).optional()?)
    }

    /// The same with what is sealed.
    /// # Errors
    /// [`StoreError`].
    pub fn find_sealed(&self, id: &AttemptId) -> Result<Option<SealedAttempt>, StoreError> {
        let sql = format!("SELECT {COLUMNS}, slot FROM attempts WHERE id = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([id.as_str()], read_sealed).optional()?)
    }

    /// The attempt that a redirect with this `state` belongs to, with what is sealed.
    /// # Errors
    /// [`StoreError`].
    pub fn find_by_state(&self, key: &StateKey) -> Result<Option<SealedAttempt>, StoreError> {
        let sql = format!("SELECT {COLUMNS}, slot FROM attempts WHERE sign_in ->> 'state_key' = ?1");
        Ok(self.db.prepare_cached(&sql)?.query_row([key.as_str()], read_sealed).optional()?)
    }

    /// Those that have not ended, oldest first.
    /// # Errors
    /// [`StoreError`].
    pub fn open(&self) -> Result<Vec<Attempt>, StoreError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM attempts WHERE state ->> 'kind' <> 'connected' ORDER BY created_at, id"
        );
        Ok(self.db.prepare_cached(&sql)?.query_map([], read_attempt)?.collect::<Result<_, _>>()?)
    }

    /// A connector's attempts.
    pub(crate) fn of_connector(&self, connector: &ConnectorId) -> Result<Vec<AttemptId>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT id FROM attempts WHERE connector = ?1")?;
        Ok(statement.query_map([connector.as_str()], |row| id(row, "id"))?.collect::<Result<_, _>>()?)
    }

    /// The attempts that were for a connection, or made it.
    pub(crate) fn of_connection(&self, connection: &ConnectionId) -> Result<Vec<AttemptId>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id FROM attempts WHERE connection = ?1
             UNION SELECT id FROM attempts WHERE state ->> 'connection' = ?1",
        )?;
        Ok(statement.query_map([connection.as_str()], |row| id(row, "id"))?.collect::<Result<_, _>>()?)
    }
}

impl AttemptsMut<'_> {
    /// Adds an attempt with its sealed slot.
    /// # Errors
    /// [`StoreError`].
    pub fn insert(&self, attempt: &Attempt, slot: &[u8]) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO attempts (id, connection, name, connector, revision, environment, authentication, settings,
                                       agent_group, requested, origins, generation, state, owner, created_at, sign_in,
                                       slot)
                 VALUES (:id, :connection, :name, :connector, :revision, :environment, :authentication, :settings,
                         :agent_group, :requested, :origins, :generation, :state, :owner, :created_at, :sign_in,
                         :slot)",
            )?
            .execute(named_params! {
                ":id": attempt.id.as_str(),
                ":connection": attempt.connection.as_ref().map(|id| id.as_str()),
                ":name": attempt.name,
                ":connector": attempt.connector.as_str(),
                ":revision": attempt.revision.as_str(),
                ":environment": attempt.environment.as_ref().map(|id| id.as_str()),
                ":authentication": attempt.authentication,
                ":settings": Json(&attempt.settings),
                ":agent_group": attempt.agent_group.as_ref().map(|id| id.as_str()),
                ":requested": Json(&attempt.requested),
                ":origins": Json(&attempt.origins),
                ":generation": Count(attempt.generation),
                ":state": Json(&attempt.state),
                ":owner": attempt.owner.as_str(),
                ":created_at": At(attempt.created_at),
                ":sign_in": attempt.sign_in.as_ref().map(Json),
                ":slot": slot,
            })?;
        self.changed(&attempt.id)
    }

    /// Replaces the slot that was made from generation `expected`, with what the attempt says beside it.
    /// `attempt.generation` is the new one.
    /// # Errors
    /// [`StoreError`].
    pub fn replace_slot(&self, expected: u64, attempt: &Attempt, slot: &[u8]) -> Result<Guarded, StoreError> {
        let changed = self
            .db
            .prepare_cached(
                "UPDATE attempts
                 SET slot = :slot, generation = :generation, origins = :origins, requested = :requested, state = :state,
                     sign_in = :sign_in, owner = :owner
                 WHERE id = :id AND generation = :expected AND slot IS NOT NULL",
            )?
            .execute(named_params! {
                ":id": attempt.id.as_str(),
                ":expected": Count(expected),
                ":slot": slot,
                ":generation": Count(attempt.generation),
                ":origins": Json(&attempt.origins),
                ":requested": Json(&attempt.requested),
                ":state": Json(&attempt.state),
                ":sign_in": attempt.sign_in.as_ref().map(Json),
                ":owner": attempt.owner.as_str(),
            })?;
        if changed > 0 {
            self.changed(&attempt.id)?;
        }
        Ok(Guarded::by_rows(changed))
    }

    /// Says where it stands. Connected means that the slot is an authorization now, so it is emptied here.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn set_state(&self, id: &AttemptId, state: &AttemptState) -> Result<(), StoreError> {
        let ended = matches!(state, AttemptState::Connected { .. });
        let changed = self
            .db
            .prepare_cached("UPDATE attempts SET state = ?2, slot = iif(?3, NULL, slot) WHERE id = ?1")?
            .execute((id.as_str(), Json(state), ended))?;
        expect_row("attempt", id.as_str(), changed)?;
        self.changed(id)
    }

    /// Makes `owner` run it in place of `from`, who must be known to be dead.
    /// # Errors
    /// [`StoreError`].
    pub fn take_over(
        &self,
        id: &AttemptId,
        from: &ProcessId,
        owner: &ProcessId,
    ) -> Result<Guarded, StoreError> {
        let changed = self
            .db
            .prepare_cached("UPDATE attempts SET owner = ?3 WHERE id = ?1 AND owner = ?2")?
            .execute([id.as_str(), from.as_str(), owner.as_str()])?;
        if changed > 0 {
            self.changed(id)?;
        }
        Ok(Guarded::by_rows(changed))
    }

    /// Deletes it with its slot. One that is not there is no error.
    /// # Errors
    /// [`StoreError`].
    pub fn delete(&self, id: &AttemptId) -> Result<(), StoreError> {
        self.db.prepare_cached("DELETE FROM attempts WHERE id = ?1")?.execute([id.as_str()])?;
        self.changed(id)
    }

    /// Deletes those that ended and were begun before `then`.
    /// # Errors
    /// [`StoreError`].
    pub fn delete_ended_before(&self, then: Timestamp) -> Result<(), StoreError> {
        let mut statement = self.db.prepare_cached(
            "DELETE FROM attempts WHERE state ->> 'kind' = 'connected' AND created_at < ?1 RETURNING id",
        )?;
        let ended: Vec<AttemptId> =
            statement.query_map([At(then)], |row| id(row, "id"))?.collect::<Result<_, _>>()?;
        ended.iter().try_for_each(|id| self.changed(id))
    }

    fn changed(&self, id: &AttemptId) -> Result<(), StoreError> {
        self.change.record(Tag::Attempts, id.as_str())
    }
}

fn read_sealed(row: &Row<'_>) -> rusqlite::Result<SealedAttempt> {
    Ok(SealedAttempt { attempt: read_attempt(row)?, slot: row.get("slot")? })
}

fn read_attempt(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    Ok(Attempt {
        id: id(row, "id")?,
        connection: optional_id(row, "connection")?,
        name: row.get("name")?,
        connector: id(row, "connector")?,
        revision: id(row, "revision")?,
        environment: optional_id(row, "environment")?,
        authentication: row.get("authentication")?,
        settings: json(row, "settings")?,
        agent_group: optional_id(row, "agent_group")?,
        requested: json(row, "requested")?,
        origins: json(row, "origins")?,
        generation: row.get::<_, Count>("generation")?.0,
        state: json(row, "state")?,
        owner: id(row, "owner")?,
        created_at: row.get::<_, At>("created_at")?.0,
        sign_in: optional_json(row, "sign_in")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use domain::{authorization::Expiry, sign_in::SignIn};

    fn id() -> AttemptId {
        AttemptId::from_stored("t1")
    }

    #[test]
    fn an_attempt_survives_with_its_slot_until_it_is_connected() {
        let (dir, store) = fixture::store();
        let attempt = fixture::attempt("t1", "crm");
        let made = attempt.clone();
        store.change(move |change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            change.attempts().insert(&made, b"typed")
        });
        drop(store);
        let store = crate::Store::open(dir.path(), fixture::at(1)).unwrap();
        let (sealed, open) =
            store.change(|change| Ok((change.attempts().find_sealed(&id())?, change.attempts().open()?)));
        assert_eq!(sealed, Some(SealedAttempt { attempt: attempt.clone(), slot: Some(b"typed".into()) }));
        assert_eq!(open, [attempt]);

        let state = serde_json::json!({
            "kind": "connected", "connection": "c1", "outcome": { "kind": "works", "account": null }
        });
        let state: AttemptState = serde_json::from_value(state).unwrap();
        let (sealed, open) = store.change(move |change| {
            change.attempts().set_state(&id(), &state)?;
            Ok((change.attempts().find_sealed(&id())?, change.attempts().open()?))
        });
        assert_eq!((sealed.unwrap().slot, open), (None, vec![]));
        let left = store.change(|change| {
            change.attempts().delete_ended_before(fixture::at(4))?;
            let kept = change.attempts().find(&id())?;
            change.attempts().delete_ended_before(fixture::at(5))?;
            Ok((kept.is_some(), change.attempts().find(&id())?.is_some()))
        });
        assert_eq!(left, (true, false));
    }

    #[test]
    fn a_slot_is_replaced_only_by_what_was_made_from_it() {
        let (_dir, store) = fixture::store();
        let slot = store.change(|change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            let mut attempt = fixture::attempt("t1", "crm");
            change.attempts().insert(&attempt, b"first")?;
            attempt.generation = 2;
            assert_eq!(change.attempts().replace_slot(1, &attempt, b"second")?, Guarded::Won);
            assert_eq!(change.attempts().replace_slot(1, &attempt, b"late")?, Guarded::Lost);
            Ok(change.attempts().find_sealed(&id())?.unwrap().slot)
        });
        assert_eq!(slot.unwrap(), b"second");
    }

    #[test]
    fn a_redirect_finds_its_attempt_by_the_digest_of_its_state() {
        let (_dir, store) = fixture::store();
        let key = StateKey::of_digest(&[0xab, 0x01]);
        let sign_in = SignIn {
            registration: None,
            redirect: None,
            state_key: Some(key.clone()),
            private: false,
            opens_browser: true,
            steps: Vec::new(),
            granted: Vec::new(),
            expiry: Expiry::Never,
            account: None,
        };
        let attempt = Attempt { sign_in: Some(sign_in), ..fixture::attempt("t1", "crm") };
        let made = attempt.clone();
        let (found, unknown, twice) = store.change(move |change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            change.attempts().insert(&made, b"sealed verifier")?;
            change.attempts().insert(&fixture::attempt("t2", "crm"), b"typed")?;
            let found = change.attempts().find_by_state(&key)?;
            let unknown = change.attempts().find_by_state(&StateKey::of_digest(&[0xab]))?;
            let same_state = Attempt { id: AttemptId::from_stored("t3"), ..made };
            Ok((found, unknown, change.attempts().insert(&same_state, b"x").is_err()))
        });
        assert_eq!(found, Some(SealedAttempt { attempt, slot: Some(b"sealed verifier".into()) }));
        assert_eq!((unknown, twice), (None, true));
    }

    #[test]
    fn one_process_takes_over_from_a_dead_one() {
        let (_dir, store) = fixture::store();
        let outcomes = store.change(|change| {
            fixture::ready_connector(change, "crm", "Zylker CRM");
            change.attempts().insert(&fixture::attempt("t1", "crm"), b"typed")?;
            let take = |owner: &str| {
                let owner = ProcessId::from_stored(owner);
                change.attempts().take_over(&id(), &ProcessId::from_stored("p1"), &owner)
            };
            Ok((take("p2")?, take("p3")?, change.attempts().find(&id())?.unwrap().owner))
        });
        assert_eq!(outcomes, (Guarded::Won, Guarded::Lost, ProcessId::from_stored("p2")));
    }
}
