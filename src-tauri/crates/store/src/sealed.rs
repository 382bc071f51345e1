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
    /// What an attempt was given.
    AttemptSlot,
}

impl Place {
    /// Every place.
    pub const ALL: [Self; 5] =
        [Self::RegistrationSecret, Self::Credential, Self::SideSlot, Self::Former, Self::AttemptSlot];

    /// Table and column.
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::RegistrationSecret => ("registrations", "secret"),
            Self::Credential => ("authorizations", "credential"),
            Self::SideSlot => ("authorizations", "side_slot"),
            Self::Former => ("authorizations", "former"),
            Self::AttemptSlot => ("attempts", "slot"),
        }
    }

    const fn tag(self) -> Tag {
        match self {
            Self::RegistrationSecret => Tag::Registrations,
            Self::Credential | Self::SideSlot | Self::Former => Tag::Authorizations,
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
