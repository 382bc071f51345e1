//! The Secret Service (gnome-keyring, KWallet, KeePassXC), over D-Bus.
//!
//! The `keyring` crate's default store remembers a failed start for the life of the process, so the store is opened
//! here and opened again after a failure. A locked collection answers a search with *no entry*; after each one the
//! service is asked for the collection's `Locked` property (Secret Service API, `org.freedesktop.Secret.Collection`).

use super::{SERVICE, detail, refused};
use domain::ports::{KeyStore, KeyStoreError};
use keyring_core::{Entry, Error, api::CredentialStoreApi};
use secret::SecretBytes;
use std::{
    collections::HashMap,
    fs,
    sync::{Arc, Mutex, PoisonError},
    thread,
};
use zbus::{
    blocking::{Connection, Proxy, fdo::DBusProxy},
    names::BusName,
    zvariant::OwnedObjectPath,
};
use zbus_secret_service_keyring_store::Store;

const BUS_NAME: &str = "org.freedesktop.secrets";
const SERVICE_PATH: &str = "/org/freedesktop/secrets";
const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
const COLLECTION_INTERFACE: &str = "org.freedesktop.Secret.Collection";

/// The key store of this operating system.
#[derive(Default)]
pub struct OsKeyStore {
    open: Mutex<Option<Arc<Store>>>,
}

impl OsKeyStore {
    /// Opens nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    fn entry(&self, item: &str) -> Result<Entry, KeyStoreError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let store = match &*open {
            Some(store) => Arc::clone(store),
            None => {
                let store =
                    Store::new().map_err(|error| KeyStoreError::Unavailable { detail: detail(&error) })?;
                Arc::clone(open.insert(store))
            }
        };
        let label = format!("Patchbay {item}");
        let modifiers = HashMap::from([("label", label.as_str())]);
        store.build(SERVICE, item, Some(&modifiers)).map_err(|error| refused(&error))
    }

    /// What a failure means, which the service itself is asked about.
    fn problem(&self, error: &Error) -> KeyStoreError {
        // A service that went away is looked for again by the next call.
        *self.open.lock().unwrap_or_else(PoisonError::into_inner) = None;
        match is_locked() {
            Err(unreachable) => KeyStoreError::Unavailable { detail: detail(&unreachable) },
            Ok(true) => KeyStoreError::Locked,
            Ok(false) => refused(error),
        }
    }

    /// An answer of *no entry* from a locked store is no answer.
    fn no_entry(&self) -> Result<(), KeyStoreError> {
        match is_locked() {
            Err(unreachable) => Err(KeyStoreError::Unavailable { detail: detail(&unreachable) }),
            Ok(true) => Err(KeyStoreError::Locked),
            Ok(false) => Ok(()),
        }
    }
}

impl Drop for OsKeyStore {
    /// The bus library waits for a runtime of its own when a store is let go, which a thread that drives tasks must not.
    fn drop(&mut self) {
        let open = self.open.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(store) = open {
            let _ = thread::spawn(move || drop(store)).join();
        }
    }
}

impl KeyStore for OsKeyStore {
    fn load(&self, item: &str) -> Result<Option<SecretBytes>, KeyStoreError> {
        match self.entry(item)?.get_secret() {
            Ok(value) => Ok(Some(SecretBytes::new(value))),
            Err(Error::NoEntry) => self.no_entry().map(|()| None),
            Err(error) => Err(self.problem(&error)),
        }
    }

    fn store(&self, item: &str, value: &SecretBytes) -> Result<(), KeyStoreError> {
        // EXPOSE: the key store keeps it.
        let value = value.expose();
        self.entry(item)?.set_secret(value).map_err(|error| self.problem(&error))
    }

    fn delete(&self, item: &str) -> Result<(), KeyStoreError> {
        match self.entry(item)?.delete_credential() {
            Ok(()) => Ok(()),
            Err(Error::NoEntry) => self.no_entry(),
            Err(error) => Err(self.problem(&error)),
        }
    }

    fn label(&self) -> String {
        match serving_program() {
            Some(program) => format!("Secret Service ({program})"),
            None => "Secret Service".into(),
        }
    }
}

/// Whether the collection that items go to is locked. Asks nobody to unlock it.
///
/// Where no default collection is set, any locked one may be the one that held the item.
fn is_locked() -> zbus::Result<bool> {
    let bus = Connection::session()?;
    let service = Proxy::new(&bus, BUS_NAME, SERVICE_PATH, SERVICE_INTERFACE)?;
    let default: OwnedObjectPath = service.call("ReadAlias", &"default")?;
    let collections = if default.as_str() == "/" {
        service.get_property::<Vec<OwnedObjectPath>>("Collections")?
    } else {
        vec![default]
    };
    for path in collections {
        if Proxy::new(&bus, BUS_NAME, path, COLLECTION_INTERFACE)?.get_property("Locked")? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The name that people know the serving program by.
fn serving_program() -> Option<&'static str> {
    let bus = Connection::session().ok()?;
    let name = BusName::try_from(BUS_NAME).ok()?;
    let process = DBusProxy::new(&bus).ok()?.get_connection_unix_process_id(name).ok()?;
    // The kernel cuts the name after 15 bytes.
    let command = fs::read_to_string(format!("/proc/{process}/comm")).ok()?;
    [
        ("gnome-keyring", "GNOME Keyring"),
        ("kwalletd", "KWallet"),
        ("ksecretd", "KWallet"),
        ("keepassxc", "KeePassXC"),
    ]
    .into_iter()
    .find_map(|(start, name)| command.starts_with(start).then_some(name))
}

#[cfg(test)]
mod tests;
