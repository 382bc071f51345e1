//! Settings of the app, such as the theme: a name and a JSON value each. Never a secret.

use crate::{StoreError, Tag, change::handles, column::Json};
use rusqlite::OptionalExtension;
use serde::{Serialize, de::DeserializeOwned};

handles!(settings: Settings, SettingsMut);

impl Settings<'_> {
    /// The value of `key`, if it was ever set.
    /// # Errors
    /// [`StoreError::UnreadableRow`] when it is no `T`.
    pub fn load<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT value FROM settings WHERE key = ?1")?;
        let value = statement.query_row([key], |row| row.get::<_, Json<T>>(0)).optional()?;
        Ok(value.map(|value| value.0))
    }
}

impl SettingsMut<'_> {
    /// Sets `key` to `value`.
    /// # Errors
    /// [`StoreError`].
    pub fn store<T: Serialize>(&self, key: &str, value: &T) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO settings (key, value) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?
            .execute((key, Json(value)))?;
        self.change.record(Tag::Settings, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;

    #[test]
    fn a_setting_is_read_as_the_type_it_was_stored_as() {
        let (_dir, store) = fixture::store();
        assert_eq!(store.change(|change| change.settings().load::<String>("theme")), None);
        store.change(|change| {
            change.settings().store("theme", &"dark")?;
            change.settings().store("theme", &"light")
        });
        assert_eq!(store.change(|change| change.settings().load("theme")), Some("light".to_owned()));
        let other = store.read_blocking(|s| s.settings().load::<u8>("theme"));
        assert!(matches!(other, Err(StoreError::UnreadableRow { .. })), "{other:?}");
    }
}
