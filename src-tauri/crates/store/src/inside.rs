//! Which connectors came with a file, and the addresses on this machine or its network that a person agreed to for each.

use crate::{StoreError, Tag, change::handles, column::At};
use domain::{Timestamp, id::ConnectorId, origin::Origin};

handles!(inside: Inside, InsideMut);

impl Inside<'_> {
    /// Whether a connector came with a file.
    /// # Errors
    /// [`StoreError`].
    pub fn is_foreign(&self, connector: &ConnectorId) -> Result<bool, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT 1 FROM foreign_connectors WHERE connector = ?1")?;
        Ok(statement.exists([connector.as_str()])?)
    }

    /// Whether a person agreed to this address for a connector.
    /// # Errors
    /// [`StoreError`].
    pub fn is_agreed(&self, connector: &ConnectorId, origin: &Origin) -> Result<bool, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT 1 FROM inside_agreements WHERE connector = ?1 AND origin = ?2")?;
        Ok(statement.exists([connector.as_str(), origin.as_str()])?)
    }
}

impl InsideMut<'_> {
    /// A connector came with a file.
    /// # Errors
    /// [`StoreError`].
    pub fn came_with_a_file(&self, connector: &ConnectorId) -> Result<(), StoreError> {
        self.db
            .prepare_cached("INSERT OR IGNORE INTO foreign_connectors (connector) VALUES (?1)")?
            .execute([connector.as_str()])?;
        self.change.record(Tag::Connectors, connector.as_str())
    }

    /// A person agreed to this address for a connector.
    /// # Errors
    /// [`StoreError`].
    pub fn agree(&self, connector: &ConnectorId, origin: &Origin, now: Timestamp) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT OR IGNORE INTO inside_agreements (connector, origin, agreed_at) VALUES (?1, ?2, ?3)",
            )?
            .execute((connector.as_str(), origin.as_str(), At(now)))?;
        self.change.record(Tag::Connectors, connector.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn an_agreement_is_of_one_connector_and_one_address_and_goes_with_the_connector() {
        let (_dir, store) = fixture::store();
        let origin = |text: &str| Origin::of(&text.parse().unwrap()).unwrap();
        let (crm, mail) = (ConnectorId::from_stored("crm"), ConnectorId::from_stored("mail"));
        for name in ["crm", "mail"] {
            store.change(move |change| change.connectors().insert(&fixture::connector(name, name)));
        }
        let (id, router) = (crm.clone(), origin("http://192.168.1.1/"));
        store.change(move |change| {
            change.inside().came_with_a_file(&id)?;
            change.inside().agree(&id, &router, fixture::at(1))
        });
        let asked = |connector: &ConnectorId, text: &str| {
            let (connector, origin) = (connector.clone(), origin(text));
            store
                .read_blocking(move |s| {
                    Ok::<_, StoreError>((
                        s.inside().is_foreign(&connector)?,
                        s.inside().is_agreed(&connector, &origin)?,
                    ))
                })
                .unwrap()
        };
        assert_eq!(asked(&crm, "http://192.168.1.1/admin"), (true, true));
        assert_eq!(asked(&crm, "http://192.168.1.1:8080/"), (true, false));
        assert_eq!(asked(&mail, "http://192.168.1.1/"), (false, false));
        let id = crm.clone();
        store.change(move |change| change.connectors().delete(&id));
        assert_eq!(asked(&crm, "http://192.168.1.1/"), (false, false));
    }
}
