//! Scripts of connectors: which of them a person agreed to, by the digest of their text.

use crate::{StoreError, Tag, change::handles, column::At};
use domain::{Timestamp, id::ConnectorId};
use rusqlite::named_params;

handles!(scripts: Scripts, ScriptsMut);

impl Scripts<'_> {
    /// Whether the script of this digest may run for a connector.
    /// # Errors
    /// [`StoreError`].
    pub fn is_agreed(&self, connector: &ConnectorId, digest: &str) -> Result<bool, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT 1 FROM script_agreements WHERE connector = ?1 AND digest = ?2")?;
        Ok(statement.exists([connector.as_str(), digest])?)
    }

    /// Whether the script in a connector's draft came with a file and was not agreed to since.
    /// # Errors
    /// [`StoreError`].
    pub fn is_foreign(&self, connector: &ConnectorId) -> Result<bool, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT 1 FROM foreign_scripts WHERE connector = ?1")?;
        Ok(statement.exists([connector.as_str()])?)
    }
}

impl ScriptsMut<'_> {
    /// Lets the script of this digest run for a connector.
    /// # Errors
    /// [`StoreError::Sqlite`] when there is no such connector.
    pub fn agree(&self, connector: &ConnectorId, digest: &str, now: Timestamp) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO script_agreements (connector, digest, agreed_at) VALUES (:connector, :digest, :now)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(named_params! { ":connector": connector.as_str(), ":digest": digest, ":now": At(now) })?;
        self.change.record(Tag::Connectors, connector.as_str())
    }

    /// Takes back every agreement to a script of a connector.
    /// # Errors
    /// [`StoreError`].
    pub fn withdraw(&self, connector: &ConnectorId) -> Result<(), StoreError> {
        self.db
            .prepare_cached("DELETE FROM script_agreements WHERE connector = ?1")?
            .execute([connector.as_str()])?;
        self.change.record(Tag::Connectors, connector.as_str())
    }

    /// Says whether the script in a connector's draft came with a file.
    /// # Errors
    /// [`StoreError::Sqlite`] when there is no such connector.
    pub fn set_foreign(&self, connector: &ConnectorId, foreign: bool) -> Result<(), StoreError> {
        let sql = match foreign {
            true => "INSERT INTO foreign_scripts (connector) VALUES (?1) ON CONFLICT DO NOTHING",
            false => "DELETE FROM foreign_scripts WHERE connector = ?1",
        };
        self.db.prepare_cached(sql)?.execute([connector.as_str()])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture;
    use domain::id::ConnectorId;

    #[test]
    fn an_agreement_is_to_one_text_of_one_connector() {
        let (_dir, store) = fixture::store();
        store.change(|change| {
            let (one, other) = (fixture::connector("1", "One"), fixture::connector("2", "Other"));
            change.connectors().insert(&one)?;
            change.connectors().insert(&other)?;
            change.scripts().agree(&one.id, "aa", fixture::at(1))?;
            change.scripts().agree(&one.id, "aa", fixture::at(2))?;
            let asked: [(&ConnectorId, &str, bool); 3] =
                [(&one.id, "aa", true), (&one.id, "bb", false), (&other.id, "aa", false)];
            for (connector, digest, agreed) in asked {
                assert_eq!(change.scripts().is_agreed(connector, digest)?, agreed, "{connector} {digest}");
            }
            change.scripts().set_foreign(&one.id, true)?;
            change.scripts().set_foreign(&one.id, true)?;
            assert!(change.scripts().is_foreign(&one.id)? && !change.scripts().is_foreign(&other.id)?);
            change.scripts().set_foreign(&one.id, false)?;
            assert!(!change.scripts().is_foreign(&one.id)?);
            change.scripts().withdraw(&other.id)?;
            assert!(change.scripts().is_agreed(&one.id, "aa")?, "another connector's is another");
            change.connectors().delete(&one.id)?;
            assert!(!change.scripts().is_agreed(&one.id, "aa")?, "it goes with its connector");
            Ok(())
        });
    }
}
