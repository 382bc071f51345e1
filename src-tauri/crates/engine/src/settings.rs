//! The program's own settings and figures.

use crate::{Engine, Error};
use serde_json::Value;

impl Engine {
    /// How many connections and connectors there are.
    /// # Errors
    /// [`Error::Store`].
    pub async fn counts(&self) -> Result<(u64, u64), Error> {
        self.store
            .read(|snapshot| Ok((snapshot.connections().count()?, snapshot.connectors().count()?)))
            .await
    }

    /// The setting of this key, as it was saved.
    /// # Errors
    /// [`Error::Store`].
    pub async fn setting(&self, key: &'static str) -> Result<Option<Value>, Error> {
        self.store.read(move |snapshot| Ok(snapshot.settings().load(key)?)).await
    }

    /// Saves a setting.
    /// # Errors
    /// [`Error::Store`].
    pub async fn save_setting(&self, key: &'static str, value: Value) -> Result<(), Error> {
        self.store.write(move |change| Ok(change.settings().store(key, &value)?)).await
    }
}
