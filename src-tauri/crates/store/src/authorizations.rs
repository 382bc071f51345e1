//! Authorizations: accounts with their sealed credentials, the lease for refreshing them, and what a lost race leaves.
//!
//! Every change of a credential names the generation that it was made from and is refused when that is not the stored
//! one any more. A lease names the process that refreshes; it is taken over only from a process that is dead,
//! which the caller has to know (it holds that process's lock).

use crate::{
    Guarded, StoreError, Tag,
    change::handles,
    column::{At, Count, Json, id, json, optional_id},
    guarded::expect_row,
    search,
};
use domain::{
    Timestamp,
    authorization::{Authorization, Expiry},
    id::{AuthorizationId, ProcessId},
};
use rusqlite::{OptionalExtension, Row, named_params};

/// An authorization with what is sealed beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedAuthorization {
    /// The account and what it granted.
    pub authorization: Authorization,
    /// The sealed credential.
    pub credential: Vec<u8>,
    /// A sealed reply that lost a race and is kept all the same.
    pub side_slot: Option<Vec<u8>>,
    /// The sealed credential before, until the new one has worked.
    pub former: Option<Vec<u8>>,
    /// The process that refreshes it now.
    pub lease: Option<ProcessId>,
    /// The generation for which a refresh was sent. Equal to the authorization's: its outcome is not known.
    pub refresh_started: Option<u64>,
}

handles!(authorizations: Authorizations, AuthorizationsMut);

impl Authorizations<'_> {
    /// The authorization with this identifier.
    /// # Errors
    /// [`StoreError`].
    pub fn find(&self, id: &AuthorizationId) -> Result<Option<Authorization>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, registration, account, requested, granted, expiry, expires_at, origins, generation
             FROM authorizations WHERE id = ?1",
        )?;
        Ok(statement.query_row([id.as_str()], read_authorization).optional()?)
    }

    /// Those that end before `then`, the first to end first, with their generations.
    /// # Errors
    /// [`StoreError`].
    pub fn ending_before(&self, then: Timestamp) -> Result<Vec<(AuthorizationId, u64)>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, generation FROM authorizations WHERE expires_at IS NOT NULL AND expires_at < ?1
             ORDER BY expires_at, id",
        )?;
        let row = |row: &Row<'_>| Ok((id(row, "id")?, row.get::<_, Count>("generation")?.0));
        Ok(statement.query_map([At(then)], row)?.collect::<Result<_, _>>()?)
    }

    /// The same with what is sealed.
    /// # Errors
    /// [`StoreError`].
    pub fn find_sealed(&self, id: &AuthorizationId) -> Result<Option<SealedAuthorization>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, registration, account, requested, granted, expiry, expires_at, origins, generation,
                    lease_owner, refresh_started, credential, side_slot, former
             FROM authorizations WHERE id = ?1",
        )?;
        Ok(statement.query_row([id.as_str()], read_sealed).optional()?)
    }
}

impl AuthorizationsMut<'_> {
    /// Adds an authorization with its sealed credential.
    /// # Errors
    /// [`StoreError`].
    pub fn insert(&self, authorization: &Authorization, credential: &[u8]) -> Result<(), StoreError> {
        let (expiry, expires_at) = expiry_columns(authorization.expiry);
        self.db
            .prepare_cached(
                "INSERT INTO authorizations (id, registration, account, requested, granted, expiry, expires_at, origins,
                                             generation, credential)
                 VALUES (:id, :registration, :account, :requested, :granted, :expiry, :expires_at, :origins,
                         :generation, :credential)",
            )?
            .execute(named_params! {
                ":id": authorization.id.as_str(),
                ":registration": authorization.registration.as_ref().map(|id| id.as_str()),
                ":account": authorization.account,
                ":requested": Json(&authorization.requested),
                ":granted": Json(&authorization.granted),
                ":expiry": expiry,
                ":expires_at": expires_at,
                ":origins": Json(&authorization.origins),
                ":generation": Count(authorization.generation),
                ":credential": credential,
            })?;
        self.change.record(Tag::Authorizations, authorization.id.as_str())
    }

    /// Stores a new credential, made from the one of generation `expected`, with everything that came with it.
    /// `authorization.generation` is the new one. The side slot is emptied; `former` is kept until
    /// [`AuthorizationsMut::drop_former`].
    /// # Errors
    /// [`StoreError`].
    pub fn replace(
        &self,
        expected: u64,
        authorization: &Authorization,
        credential: &[u8],
        former: Option<&[u8]>,
    ) -> Result<Guarded, StoreError> {
        let (expiry, expires_at) = expiry_columns(authorization.expiry);
        let changed = self
            .db
            .prepare_cached(
                "UPDATE authorizations
                 SET registration = :registration, account = :account, requested = :requested, granted = :granted,
                     expiry = :expiry, expires_at = :expires_at, origins = :origins, generation = :generation,
                     credential = :credential, former = :former, side_slot = NULL
                 WHERE id = :id AND generation = :expected",
            )?
            .execute(named_params! {
                ":id": authorization.id.as_str(),
                ":expected": Count(expected),
                ":registration": authorization.registration.as_ref().map(|id| id.as_str()),
                ":account": authorization.account,
                ":requested": Json(&authorization.requested),
                ":granted": Json(&authorization.granted),
                ":expiry": expiry,
                ":expires_at": expires_at,
                ":origins": Json(&authorization.origins),
                ":generation": Count(authorization.generation),
                ":credential": credential,
                ":former": former,
            })?;
        if changed > 0 {
            self.account_changed(&authorization.id)?;
        }
        Ok(Guarded::by_rows(changed))
    }

    /// Writes down who it acts as, as the service told it.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn set_account(&self, id: &AuthorizationId, account: Option<&str>) -> Result<(), StoreError> {
        let changed = self
            .db
            .prepare_cached("UPDATE authorizations SET account = ?2 WHERE id = ?1")?
            .execute((id.as_str(), account))?;
        expect_row("authorization", id.as_str(), changed)?;
        self.account_changed(id)
    }

    /// Keeps a sealed reply that lost a race, or drops it.
    /// # Errors
    /// [`StoreError::NoSuchRow`].
    pub fn set_side_slot(&self, id: &AuthorizationId, slot: Option<&[u8]>) -> Result<(), StoreError> {
        let changed = self
            .db
            .prepare_cached("UPDATE authorizations SET side_slot = ?2 WHERE id = ?1")?
            .execute((id.as_str(), slot))?;
        expect_row("authorization", id.as_str(), changed)?;
        self.change.record(Tag::Authorizations, id.as_str())
    }

    /// Drops the credential before, now that the one of `generation` has worked.
    /// # Errors
    /// [`StoreError`].
    pub fn drop_former(&self, id: &AuthorizationId, generation: u64) -> Result<Guarded, StoreError> {
        let changed = self
            .db
            .prepare_cached(
                "UPDATE authorizations SET former = NULL
                 WHERE id = ?1 AND generation = ?2 AND former IS NOT NULL",
            )?
            .execute((id.as_str(), Count(generation)))?;
        if changed > 0 {
            self.change.record(Tag::Authorizations, id.as_str())?;
        }
        Ok(Guarded::by_rows(changed))
    }

    /// Takes the lease from `holder` (`None`: from nobody). A holder other than nobody must be known to be dead.
    /// # Errors
    /// [`StoreError`].
    pub fn take_lease(
        &self,
        id: &AuthorizationId,
        holder: Option<&ProcessId>,
        owner: &ProcessId,
    ) -> Result<Guarded, StoreError> {
        let changed = self
            .db
            .prepare_cached("UPDATE authorizations SET lease_owner = ?3 WHERE id = ?1 AND lease_owner IS ?2")?
            .execute((id.as_str(), holder.map(ProcessId::as_str), owner.as_str()))?;
        Ok(Guarded::by_rows(changed))
    }

    /// Writes down that `owner`, who holds the lease, is about to send the refresh of `generation`.
    /// # Errors
    /// [`StoreError`].
    pub fn start_refresh(
        &self,
        id: &AuthorizationId,
        owner: &ProcessId,
        generation: u64,
    ) -> Result<Guarded, StoreError> {
        let changed = self
            .db
            .prepare_cached(
                "UPDATE authorizations SET refresh_started = ?3
                 WHERE id = ?1 AND lease_owner = ?2 AND generation = ?3",
            )?
            .execute((id.as_str(), owner.as_str(), Count(generation)))?;
        Ok(Guarded::by_rows(changed))
    }

    /// Gives the lease back, with the note of a refresh: its outcome is known and stored.
    /// # Errors
    /// [`StoreError`].
    pub fn release_lease(&self, id: &AuthorizationId, owner: &ProcessId) -> Result<Guarded, StoreError> {
        let changed = self
            .db
            .prepare_cached(
                "UPDATE authorizations SET lease_owner = NULL, refresh_started = NULL
                 WHERE id = ?1 AND lease_owner = ?2",
            )?
            .execute([id.as_str(), owner.as_str()])?;
        Ok(Guarded::by_rows(changed))
    }

    /// Deletes it unless a connection still points to it.
    /// # Errors
    /// [`StoreError`].
    pub fn delete_unless_used(&self, id: &AuthorizationId) -> Result<Guarded, StoreError> {
        let changed = self
            .db
            .prepare_cached(
                "DELETE FROM authorizations
                 WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM connections WHERE authorization = ?1)",
            )?
            .execute([id.as_str()])?;
        if changed > 0 {
            self.change.record(Tag::Authorizations, id.as_str())?;
        }
        Ok(Guarded::by_rows(changed))
    }

    /// The list of connections shows and finds the account.
    fn account_changed(&self, id: &AuthorizationId) -> Result<(), StoreError> {
        self.change.record(Tag::Authorizations, id.as_str())?;
        search::index_where(self.db, "connections.authorization = ?1", id.as_str())?;
        for connection in self.change.connections().of_authorization(id)? {
            self.change.record(Tag::Connections, connection.id.as_str())?;
        }
        Ok(())
    }
}

/// How an expiry is written in the columns `expiry` and `expires_at`.
pub(crate) fn expiry_columns(expiry: Expiry) -> (&'static str, Option<At>) {
    match expiry {
        Expiry::Told(at) => ("told", Some(At(at))),
        Expiry::Assumed(at) => ("assumed", Some(At(at))),
        Expiry::Never => ("never", None),
    }
}

/// The expiry in the columns `expiry` and `expires_at`, `None` where a join found no authorization.
pub(crate) fn read_expiry(row: &Row<'_>) -> rusqlite::Result<Option<Expiry>> {
    let Some(word) = row.get::<_, Option<String>>("expiry")? else { return Ok(None) };
    let at = row.get::<_, Option<At>>("expires_at")?.map(|at| at.0);
    Ok(Some(match (word.as_str(), at) {
        ("told", Some(at)) => Expiry::Told(at),
        ("assumed", Some(at)) => Expiry::Assumed(at),
        // The schema lets nothing else through than `never` without an instant.
        _ => Expiry::Never,
    }))
}

/// An authorization in the columns that bear the names of its fields.
pub(crate) fn read_authorization(row: &Row<'_>) -> rusqlite::Result<Authorization> {
    Ok(Authorization {
        id: id(row, "id")?,
        registration: optional_id(row, "registration")?,
        account: row.get("account")?,
        requested: json(row, "requested")?,
        granted: json(row, "granted")?,
        expiry: read_expiry(row)?.unwrap_or(Expiry::Never),
        origins: json(row, "origins")?,
        generation: row.get::<_, Count>("generation")?.0,
    })
}

fn read_sealed(row: &Row<'_>) -> rusqlite::Result<SealedAuthorization> {
    Ok(SealedAuthorization {
        authorization: read_authorization(row)?,
        credential: row.get("credential")?,
        side_slot: row.get("side_slot")?,
        former: row.get("former")?,
        lease: optional_id(row, "lease_owner")?,
        refresh_started: row.get::<_, Option<Count>>("refresh_started")?.map(|count| count.0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    fn id() -> AuthorizationId {
        AuthorizationId::from_stored("a1")
    }

    fn process(name: &str) -> ProcessId {
        ProcessId::from_stored(name)
    }

    #[test]
    fn every_expiry_is_read_as_it_was_written() {
        let (_dir, store) = fixture::store();
        for expiry in [Expiry::Told(fixture::at(7)), Expiry::Assumed(fixture::at(8)), Expiry::Never] {
            let mut account = fixture::authorization(&format!("{expiry:?}"), "x");
            account.expiry = expiry;
            let written = account.clone();
            let read = store.change(move |change| {
                change.authorizations().insert(&written, b"sealed")?;
                change.authorizations().find(&written.id)
            });
            assert_eq!(read, Some(account));
        }
    }

    #[test]
    fn the_reply_that_loses_the_race_goes_to_the_side_slot() {
        let (_dir, store) = fixture::store();
        let sealed = store.change(|change| {
            let authorizations = change.authorizations();
            let first = fixture::authorization("a1", "jane@acme.test");
            authorizations.insert(&first, b"one")?;
            let second = Authorization { generation: 2, ..first };
            assert_eq!(authorizations.replace(1, &second, b"two", Some(b"one"))?, Guarded::Won);
            assert_eq!(authorizations.replace(1, &second, b"late", Some(b"one"))?, Guarded::Lost);
            authorizations.set_side_slot(&id(), Some(b"late"))?;
            authorizations.find_sealed(&id())
        });
        let sealed = sealed.unwrap();
        assert_eq!(sealed.credential, b"two");
        assert_eq!(sealed.former.as_deref(), Some(b"one".as_slice()));
        assert_eq!(sealed.side_slot.as_deref(), Some(b"late".as_slice()));
        let sealed = store.change(|change| {
            assert_eq!(change.authorizations().drop_former(&id(), 1)?, Guarded::Lost);
            assert_eq!(change.authorizations().drop_former(&id(), 2)?, Guarded::Won);
            change.authorizations().set_side_slot(&id(), None)?;
            change.authorizations().find_sealed(&id())
        });
        assert_eq!(sealed.map(|sealed| (sealed.former, sealed.side_slot)), Some((None, None)));
    }

    #[test]
    fn one_process_at_a_time_refreshes() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            let authorizations = change.authorizations();
            authorizations.insert(&fixture::authorization("a1", "x"), b"one")?;
            assert_eq!(authorizations.take_lease(&id(), None, &process("p1"))?, Guarded::Won);
            assert_eq!(authorizations.take_lease(&id(), None, &process("p2"))?, Guarded::Lost);
            assert_eq!(authorizations.start_refresh(&id(), &process("p2"), 1)?, Guarded::Lost);
            assert_eq!(authorizations.start_refresh(&id(), &process("p1"), 9)?, Guarded::Lost);
            assert_eq!(authorizations.start_refresh(&id(), &process("p1"), 1)?, Guarded::Won);
            // p1 died: whoever takes over sees that the outcome of its refresh is not known.
            assert_eq!(authorizations.take_lease(&id(), Some(&process("p1")), &process("p2"))?, Guarded::Won);
            let sealed = authorizations.find_sealed(&id())?.unwrap();
            assert_eq!((sealed.lease, sealed.refresh_started), (Some(process("p2")), Some(1)));
            assert_eq!(authorizations.release_lease(&id(), &process("p1"))?, Guarded::Lost);
            assert_eq!(authorizations.release_lease(&id(), &process("p2"))?, Guarded::Won);
            let sealed = authorizations.find_sealed(&id())?.unwrap();
            assert_eq!((sealed.lease, sealed.refresh_started), (None, None));
            Ok(())
        });
    }
}
