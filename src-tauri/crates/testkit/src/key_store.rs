//! A key store in memory that fails on command.

use crate::Fuse;
use domain::ports::{KeyStore, KeyStoreError};
use secret::SecretBytes;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A key store. Clones share the items, as processes on one machine do.
#[derive(Clone, Default)]
pub struct MemoryKeyStore {
    shared: Arc<Mutex<Shared>>,
    fuse: Fuse,
}

#[derive(Default)]
struct Shared {
    items: BTreeMap<String, SecretBytes>,
    mood: Mood,
    loads: usize,
}

/// How the key store behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// It works.
    #[default]
    Works,
    /// It is not there.
    Unavailable,
    /// It is there and locked.
    Locked,
    /// It is there and refuses everything.
    Refuses,
    /// It takes items and forgets them.
    Forgets,
}

impl MemoryKeyStore {
    /// An empty store that works.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same store, as a process sees it that dies with `fuse`, which is touched before and after each call.
    pub fn with_fuse(&self, fuse: Fuse) -> Self {
        Self { shared: Arc::clone(&self.shared), fuse }
    }

    /// Behaves so from now on.
    pub fn set_mood(&self, mood: Mood) {
        self.shared().mood = mood;
    }

    /// Takes every item away, as a person does who cleans up a keyring.
    pub fn vanish(&self) {
        self.shared().items.clear();
    }

    /// Replaces the value of every item.
    pub fn overwrite(&self, value: &[u8]) {
        self.shared().items.values_mut().for_each(|kept| *kept = SecretBytes::new(value.to_vec()));
    }

    /// The names of the items.
    pub fn items(&self) -> Vec<String> {
        self.shared().items.keys().cloned().collect()
    }

    /// How often an item was asked for.
    pub fn loads(&self) -> usize {
        self.shared().loads
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn call<T>(&self, work: impl FnOnce(&mut Shared) -> T) -> Result<T, KeyStoreError> {
        self.fuse.touch();
        let outcome = self.shared().answer(work);
        self.fuse.touch();
        outcome
    }
}

impl Shared {
    fn answer<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Result<T, KeyStoreError> {
        match self.mood {
            Mood::Works | Mood::Forgets => Ok(work(self)),
            Mood::Unavailable => Err(KeyStoreError::Unavailable { detail: "no bus".into() }),
            Mood::Locked => Err(KeyStoreError::Locked),
            Mood::Refuses => Err(KeyStoreError::Refused { detail: "not today".into() }),
        }
    }
}

impl KeyStore for MemoryKeyStore {
    fn load(&self, item: &str) -> Result<Option<SecretBytes>, KeyStoreError> {
        self.call(|shared| {
            shared.loads += 1;
            shared.items.get(item).cloned()
        })
    }

    fn store(&self, item: &str, value: &SecretBytes) -> Result<(), KeyStoreError> {
        self.call(|shared| {
            if shared.mood != Mood::Forgets {
                shared.items.insert(item.into(), value.clone());
            }
        })
    }

    fn delete(&self, item: &str) -> Result<(), KeyStoreError> {
        self.call(|shared| {
            shared.items.remove(item);
        })
    }

    fn label(&self) -> String {
        "memory".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> SecretBytes {
        SecretBytes::new(text.into())
    }

    #[test]
    fn clones_share_items_and_mood() {
        let store = MemoryKeyStore::new();
        store.store("a", &value("1")).unwrap();
        let other = store.clone();
        assert!(other.load("a").unwrap().unwrap().ct_eq(&value("1")));
        other.set_mood(Mood::Locked);
        assert_eq!(store.load("a").unwrap_err(), KeyStoreError::Locked);
        store.set_mood(Mood::Works);
        other.delete("a").unwrap();
        assert!(store.load("a").unwrap().is_none());
    }

    #[test]
    fn a_forgetful_store_says_that_it_kept_what_it_did_not() {
        let store = MemoryKeyStore::new();
        store.set_mood(Mood::Forgets);
        store.store("a", &value("1")).unwrap();
        assert!(store.load("a").unwrap().is_none());
    }
}
