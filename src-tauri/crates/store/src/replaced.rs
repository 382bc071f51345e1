//! Replaced authorizations: what an authorization was before a person signed in again, account and sealed credential, so
//! that it can be brought back for a while. One for each authorization, the last; it goes with the authorization.

use crate::{
    StoreError, Tag,
    authorizations::{expiry_columns, read_authorization},
    change::handles,
    column::{At, Count, Json, id},
};
use domain::{Timestamp, authorization::Authorization, id::AuthorizationId};
use rusqlite::{OptionalExtension, Row, named_params};

/// What an authorization was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// The account and what it granted, with the generation that the credential was sealed for.
    pub authorization: Authorization,
    /// The sealed credential.
    pub credential: Vec<u8>,
    /// When something else took its place.
    pub replaced_at: Timestamp,
}

handles!(replaced: Replacements, ReplacementsMut);

impl Replacements<'_> {
    /// What the authorization with this identifier was.
    /// # Errors
    /// [`StoreError`].
    pub fn find(&self, id: &AuthorizationId) -> Result<Option<Replaced>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT id, replaced_at, registration, account, requested, granted, expiry, expires_at, origins, generation,
                    credential
             FROM replaced_authorizations WHERE id = ?1",
        )?;
        Ok(statement.query_row([id.as_str()], read_replaced).optional()?)
    }
}

impl ReplacementsMut<'_> {
    /// Keeps what an authorization was, in place of what it was before that.
    /// # Errors
    /// [`StoreError`].
    pub fn keep(&self, replaced: &Replaced) -> Result<(), StoreError> {
        let Replaced { authorization, credential, replaced_at } = replaced;
        let (expiry, expires_at) = expiry_columns(authorization.expiry);
        self.db
            .prepare_cached(
                "INSERT OR REPLACE INTO replaced_authorizations
                   (id, replaced_at, registration, account, requested, granted, expiry, expires_at, origins, generation,
                    credential)
                 VALUES (:id, :replaced_at, :registration, :account, :requested, :granted, :expiry, :expires_at,
                         :origins, :generation, :credential)",
            )?
            .execute(named_params! {
                ":id": authorization.id.as_str(),
                ":replaced_at": At(*replaced_at),
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

    /// Drops what was replaced before `then`.
    /// # Errors
    /// [`StoreError`].
    pub fn drop_before(&self, then: Timestamp) -> Result<(), StoreError> {
        let mut statement = self
            .db
            .prepare_cached("DELETE FROM replaced_authorizations WHERE replaced_at < ?1 RETURNING id")?;
        let dropped: Vec<AuthorizationId> =
            statement.query_map([At(then)], |row| id(row, "id"))?.collect::<Result<_, _>>()?;
        dropped.iter().try_for_each(|id| self.change.record(Tag::Authorizations, id.as_str()))
    }
}

fn read_replaced(row: &Row<'_>) -> rusqlite::Result<Replaced> {
    Ok(Replaced {
        authorization: read_authorization(row)?,
        credential: row.get("credential")?,
        replaced_at: row.get::<_, At>("replaced_at")?.0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use domain::id::ConnectionId;

    fn replaced(account: &str, second: i64) -> Replaced {
        Replaced {
            authorization: fixture::authorization("a1", account),
            credential: account.as_bytes().to_vec(),
            replaced_at: fixture::at(second),
        }
    }

    fn id() -> AuthorizationId {
        AuthorizationId::from_stored("a1")
    }

    #[test]
    fn the_last_one_is_kept_until_its_time_is_over() {
        let (_dir, store) = fixture::store();
        let left = store.change(|change| {
            change.authorizations().insert(&fixture::authorization("a1", "john"), b"john")?;
            change.replaced().keep(&replaced("jane", 10))?;
            change.replaced().keep(&replaced("jill", 20))?;
            assert_eq!(change.replaced().find(&id())?, Some(replaced("jill", 20)));
            change.replaced().drop_before(fixture::at(20))?;
            let kept = change.replaced().find(&id())?.is_some();
            change.replaced().drop_before(fixture::at(21))?;
            Ok((kept, change.replaced().find(&id())?.is_some()))
        });
        assert_eq!(left, (true, false));
    }

    #[test]
    fn it_goes_with_its_authorization() {
        let (_dir, store) = fixture::store();
        let left = store.change(|change| {
            fixture::fill(change)?;
            change.replaced().keep(&replaced("jill", 20))?;
            change.connections().delete(&ConnectionId::from_stored("c1"))?;
            change.replaced().find(&id())
        });
        assert_eq!(left, None);
    }
}
