//! Sealing and opening beside a rotation: another process may replace the vault's key at any moment.
//!
//! Whoever writes a sealed value finds out in its transaction that the key is no longer current, and whoever opens one may
//! hold what was read before all of it was sealed again. Neither is a reason to trouble a person: it is done once more, from
//! what is there now.

use crate::{Engine, Error, vault::VaultError};

/// More rotations than this during one piece of work are no coincidence.
const ROTATIONS: usize = 5;

impl Engine {
    /// Does `work`, which reads or seals, and writes; again where the key was replaced in between.
    /// # Errors
    /// What `work` answers.
    pub(crate) async fn with_current_key<T, F>(&self, work: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        for _ in 0..ROTATIONS {
            match work().await {
                Err(Error::Vault(VaultError::KeyChanged)) => {
                    tracing::info!("the key of the vault was replaced in between");
                }
                done => return done,
            }
        }
        work().await
    }
}
