//! Keychain and Credential Manager: both are there whenever a person is signed in.

use super::{SERVICE, refused};
use domain::ports::{KeyStore, KeyStoreError};
use keyring_core::{Entry, Error, api::CredentialStoreApi};
use secret::SecretBytes;
use std::collections::HashMap;

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
#[cfg(windows)]
use windows_native_keyring_store::Store;

/// The key store of this operating system.
#[derive(Default)]
pub struct OsKeyStore;

impl OsKeyStore {
    /// Opens nothing yet.
    pub fn new() -> Self {
        Self
    }

    fn entry(&self, item: &str) -> Result<Entry, KeyStoreError> {
        // A key is of this machine: it must not roam with the person's profile, as entries do by default.
        let modifiers = HashMap::from([("persistence", "Local")]);
        let modifiers = cfg!(windows).then_some(&modifiers);
        let store =
            Store::new().map_err(|error| KeyStoreError::Unavailable { detail: super::detail(&error) })?;
        store.build(SERVICE, item, modifiers).map_err(|error| refused(&error))
    }
}

impl KeyStore for OsKeyStore {
    fn load(&self, item: &str) -> Result<Option<SecretBytes>, KeyStoreError> {
        match self.entry(item)?.get_secret() {
            Ok(value) => Ok(Some(SecretBytes::new(value))),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(problem(&error)),
        }
    }

    fn store(&self, item: &str, value: &SecretBytes) -> Result<(), KeyStoreError> {
        // EXPOSE: the key store keeps it.
        let value = value.expose();
        self.entry(item)?.set_secret(value).map_err(|error| problem(&error))
    }

    fn delete(&self, item: &str) -> Result<(), KeyStoreError> {
        match self.entry(item)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(problem(&error)),
        }
    }

    fn label(&self) -> String {
        if cfg!(target_os = "macos") { "Keychain (login)" } else { "Windows Credential Manager" }.into()
    }
}

fn problem(error: &Error) -> KeyStoreError {
    match error {
        Error::NoStorageAccess(_) => KeyStoreError::Locked,
        other => refused(other),
    }
}
