//! What a closure gets: a view of the databases, or a view that it can change.

use crate::{StoreError, Tag};
use rusqlite::Connection;
use std::ops::Deref;

/// One consistent view of the databases. Each aggregate has a handle: `snapshot.connections().find(…)`.
pub struct Snapshot<'a> {
    db: &'a Connection,
}

/// A [`Snapshot`] that sees and makes changes. Each aggregate has a handle: `change.connections().insert(…)`.
pub struct Change<'a> {
    snapshot: Snapshot<'a>,
}

impl<'a> Snapshot<'a> {
    pub(crate) fn of(db: &'a Connection) -> Self {
        Self { db }
    }

    pub(crate) fn db(&self) -> &'a Connection {
        self.db
    }

    /// Reads both files whole and names what is wrong with them: damaged pages, rows that break a rule of the schema,
    /// rows that point to nothing. Empty when nothing is. Takes as long as the files are big.
    /// # Errors
    /// [`StoreError`] when they cannot even be read.
    pub fn check(&self) -> Result<Vec<String>, StoreError> {
        let mut findings = Vec::new();
        for schema in ["main", "activity"] {
            self.db.pragma_query(Some(schema), "integrity_check", |row| {
                findings.push(row.get::<_, String>(0)?);
                Ok(())
            })?;
            self.db.pragma_query(Some(schema), "foreign_key_check", |row| {
                let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
                findings.push(format!("a row of {table} points to nothing in {parent}"));
                Ok(())
            })?;
        }
        findings.retain(|finding| finding != "ok");
        Ok(findings)
    }
}

impl<'a> Change<'a> {
    pub(crate) fn on(db: &'a Connection) -> Self {
        Self { snapshot: Snapshot::of(db) }
    }

    /// Writes down that row `id` of `tag` changed; every mutating function does this beside its statement.
    pub(crate) fn record(&self, tag: Tag, id: &str) -> Result<(), StoreError> {
        crate::changes::record(self.db(), tag, id)
    }
}

impl<'a> Deref for Change<'a> {
    type Target = Snapshot<'a>;
    fn deref(&self) -> &Snapshot<'a> {
        &self.snapshot
    }
}

/// Declares the two handles of an aggregate: what can be asked, and, through `Deref` to it, what can be changed.
macro_rules! handles {
    ($method:ident: $read:ident, $change:ident) => {
        #[doc = concat!("What can be asked about ", stringify!($method), ".")]
        pub struct $read<'a> {
            db: &'a rusqlite::Connection,
        }

        #[doc = concat!("What can be changed about ", stringify!($method), ", and asked.")]
        pub struct $change<'a> {
            read: $read<'a>,
            change: &'a $crate::Change<'a>,
        }

        impl<'a> std::ops::Deref for $change<'a> {
            type Target = $read<'a>;
            fn deref(&self) -> &$read<'a> {
                &self.read
            }
        }

        impl $crate::Snapshot<'_> {
            #[doc = concat!("What can be asked about ", stringify!($method), ".")]
            pub fn $method(&self) -> $read<'_> {
                $read { db: self.db() }
            }
        }

        impl $crate::Change<'_> {
            #[doc = concat!("What can be changed about ", stringify!($method), ", and asked.")]
            pub fn $method(&self) -> $change<'_> {
                $change { read: $read { db: self.db() }, change: self }
            }
        }
    };
}
pub(crate) use handles;
