//! Every sealed value of the database, wherever its row is: what a rotation of the vault's key goes through.
//!
//! A new column with a sealed value is one more [`Place`] here, or a rotation would leave it behind; a test holds the
//! schema against this list.

use crate::{
    Guarded, StoreError, Tag,
    change::handles,
    column::{Count, json},
};
use domain::origin::AgreedOrigins;
use rusqlite::Row;

/// Where sealed values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A client registration's secret.
    RegistrationSecret,
    /// An authorization's credential.
    Credential,
    /// An authorization's reply that lost a race.
    SideSlot,
    /// An authorization's credential before.
    Former,
    /// An authorization's credential from before a person signed in again.
    Replaced,
    /// What an attempt was given.
    AttemptSlot,
}

impl Place {
    /// Every place.
    pub const ALL: [Self; 6] = [
        Self::RegistrationSecret,
        Self::Credential,
        Self::SideSlot,
        Self::Former,
        Self::Replaced,
        Self::AttemptSlot,
    ];

    /// Table and column.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::RegistrationSecret => ("registrations", "secret"),
            Self::Credential => ("authorizations", "credential"),
            Self::SideSlot => ("authorizations", "side_slot"),
            Self::Former => ("authorizations", "former"),
            Self::Replaced => ("replaced_authorizations", "credential"),
            Self::AttemptSlot => ("attempts", "slot"),
        }
    }

    const fn tag(self) -> Tag {
        match self {
            Self::RegistrationSecret => Tag::Registrations,
            Self::Credential | Self::SideSlot | Self::Former | Self::Replaced => Tag::Authorizations,
            Self::AttemptSlot => Tag::Attempts,
        }
    }
}

/// One sealed value, with what its row says about the sealing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedValue {
    /// Where it is.
    pub place: Place,
    /// Identifier of its row.
    pub owner: String,
    /// The row's generation.
    pub generation: u64,
    /// Where it may go.
    pub origins: AgreedOrigins,
    /// The value.
    pub sealed: Vec<u8>,
}

handles!(sealed: Sealed, SealedMut);

impl Sealed<'_> {
    /// The next `limit` values at `place` whose owners come after `owner` (empty: from the start), by owner.
    /// # Errors
    /// [`StoreError`].
    pub fn after(&self, place: Place, owner: &str, limit: u32) -> Result<Vec<SealedValue>, StoreError> {
        let (table, column) = place.names();
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT id, generation, origins, {column} AS sealed FROM {table}
             WHERE id > ?1 AND {column} IS NOT NULL ORDER BY id LIMIT ?2"
        ))?;
        let values = statement.query_map((owner, limit), |row| read_value(place, row))?;
        Ok(values.collect::<Result<_, _>>()?)
    }
}

impl SealedMut<'_> {
    /// Puts `sealed`, the same value sealed anew, in place of `before`, unless that was replaced meanwhile.
    /// # Errors
    /// [`StoreError`].
    pub fn replace(&self, before: &SealedValue, sealed: &[u8]) -> Result<Guarded, StoreError> {
        let (table, column) = before.place.names();
        let changed = self
            .db
            .prepare_cached(&format!("UPDATE {table} SET {column} = ?3 WHERE id = ?1 AND {column} = ?2"))?
            .execute((&before.owner, &before.sealed, sealed))?;
        if changed > 0 {
            self.change.record(before.place.tag(), &before.owner)?;
        }
        Ok(Guarded::by_rows(changed))
    }
}

fn read_value(place: Place, row: &Row<'_>) -> rusqlite::Result<SealedValue> {
    Ok(SealedValue {
        place,
        owner: row.get("id")?,
        generation: row.get::<_, Count>("generation")?.0,
        origins: json(row, "origins")?,
        sealed: row.get("sealed")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use std::collections::BTreeSet;

    #[test]
    fn no_column_with_bytes_is_forgotten() {
        let (_dir, store) = fixture::store();
        let columns: BTreeSet<(String, String)> = store.change(|change| {
            let mut statement = change.db().prepare(
                "SELECT tables.name, columns.name
                 FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
                 WHERE tables.type = 'table' AND columns.type = 'BLOB'
                   AND tables.name NOT LIKE 'vault%' AND tables.name NOT LIKE 'connections_search%'",
            )?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        });
        let places =
            Place::ALL.map(|place| place.names()).map(|(table, column)| (table.into(), column.into()));
        assert_eq!(columns, places.into());
    }

    #[test]
    fn a_rotation_goes_through_every_value_in_batches() {
        let (_dir, store) = fixture::store();
        let (seen, missed) = store.change(|change| {
            fixture::fill(change)?;
            for number in 0..5 {
                let account = fixture::authorization(&format!("b{number}"), "x");
                change.authorizations().insert(&account, b"old")?;
            }
            let mut seen = 0;
            for place in Place::ALL {
                let mut owner = String::new();
                loop {
                    let batch = change.sealed().after(place, &owner, 2)?;
                    let Some(last) = batch.last() else { break };
                    owner = last.owner.clone();
                    for value in &batch {
                        assert_eq!(value.origins, fixture::origins());
                        assert_eq!(change.sealed().replace(value, b"new")?, Guarded::Won);
                        seen += 1;
                    }
                }
            }
            let mut missed = 0;
            for place in Place::ALL {
                missed += change.sealed().after(place, "", 99)?.iter().filter(|v| v.sealed != b"new").count();
            }
            Ok((seen, missed))
        });
        assert_eq!((seen, missed), (11, 0));
    }

    #[test]
    fn a_value_that_was_replaced_meanwhile_is_not_overwritten() {
        let (_dir, store) = fixture::store();
        let (outcome, now) = store.change(|change| {
            let mut account = fixture::authorization("a1", "x");
            change.authorizations().insert(&account, b"first")?;
            let before = change.sealed().after(Place::Credential, "", 1)?.remove(0);
            account.generation = 2;
            let replaced = change.authorizations().replace(1, &account, b"second", None)?;
            assert_eq!(replaced, Guarded::Won);
            let outcome = change.sealed().replace(&before, b"first, sealed anew")?;
            Ok((outcome, change.authorizations().find_sealed(&account.id)?.unwrap().credential))
        });
        assert_eq!((outcome, now.as_slice()), (Guarded::Lost, b"second".as_slice()));
    }
}
