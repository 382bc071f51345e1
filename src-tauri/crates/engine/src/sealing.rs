//! Sealing and opening: where there is nothing to keep secret, and beside a rotation.
//!
//! A credential that holds nothing is kept as nothing: no vault is needed for it, neither to make it nor to use it. Where
//! somebody empties a sealed one on the disk, what is left is a connection that sends no credential.
//!
//! Another process may replace the vault's key at any moment.
//!
//! Whoever writes a sealed value finds out in its transaction that the key is no longer current, and whoever opens one may
//! hold what was read before all of it was sealed again. Neither is a reason to trouble a person: it is done once more, from
//! what is there now.

use crate::{
    Engine, Error,
    credential::{Credential, CredentialError},
    vault::{Place, Vault, VaultError},
};
use secret::{SecretBytes, seal::Sealed};
use store::{Change, sealed::Place as Column};

/// More rotations than this during one piece of work are no coincidence.
const ROTATIONS: usize = 5;

/// A credential as it is kept.
pub(crate) struct Kept(Option<Sealed>);

impl Kept {
    /// The bytes of its column.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.0.as_ref().map(Sealed::to_bytes).unwrap_or_default()
    }

    /// Refuses to write what is sealed with a key that is not current any more.
    pub(crate) fn must_be_current(&self, change: &Change<'_>) -> Result<(), Error> {
        match &self.0 {
            Some(sealed) => Ok(Vault::must_be_current(change, sealed)?),
            None => Ok(()),
        }
    }
}

impl Engine {
    /// A credential as it is kept at `place`.
    pub(crate) async fn keep_at(&self, place: &Place<'_>, credential: &SecretBytes) -> Result<Kept, Error> {
        match Credential::is_nothing(credential) {
            true => Ok(Kept(None)),
            false => Ok(Kept(Some(self.vault.seal(place, credential).await?))),
        }
    }

    /// Opens what is kept at `place`.
    pub(crate) async fn unseal(&self, place: &Place<'_>, kept: &[u8]) -> Result<SecretBytes, Error> {
        let is_credential =
            matches!(place.column, Column::Credential | Column::AttemptSlot | Column::Replaced);
        if kept.is_empty() && is_credential {
            return Ok(Credential::nothing().to_bytes());
        }
        let sealed = Sealed::parse(kept).map_err(|_| CredentialError::Unreadable)?;
        Ok(self.vault.unseal(place, &sealed).await?)
    }

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
