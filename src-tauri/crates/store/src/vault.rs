//! The vault's rows: what names the data key and its wraps. The keys themselves never come here in the clear.
//!
//! At most one vault per data directory (CORE 1). The data key is stored only wrapped, once per way to open it: by the
//! keychain's key, the recovery key or a passphrase. During a rotation the wraps of two key ids live side by side.

use crate::{
    StoreError, Tag,
    change::handles,
    column::{At, Json, words},
};
use domain::{Timestamp, id::VaultId};
use rusqlite::{OptionalExtension, Row, named_params};

/// The vault of a data directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vault {
    /// Part of every sealing, and of the keychain item's name.
    pub id: VaultId,
    /// Sealed with the current key; opening it tells the right key from another vault's.
    pub check_value: Vec<u8>,
    /// How the person chose to open it.
    pub mode: VaultMode,
    /// The key that new values are sealed with.
    pub current_key_id: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// How a vault is opened; it never flips by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VaultMode {
    /// By a key in the OS key store.
    Keychain,
    /// By a passphrase.
    Passphrase,
}

words!(VaultMode { Keychain = "keychain", Passphrase = "passphrase" });

/// A data key as it is stored: wrapped by another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VaultWrap {
    /// Names the data key inside.
    pub key_id: String,
    /// What it is wrapped by.
    pub kind: WrapKind,
    /// How it was wrapped, such as Argon2id's cost and salt.
    pub params: serde_json::Value,
    /// The wrapped key.
    pub wrapped: Vec<u8>,
}

/// What a data key is wrapped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WrapKind {
    /// A key in the OS key store.
    Keychain,
    /// The recovery key, which a person keeps.
    Recovery,
    /// A key derived from a passphrase.
    Passphrase,
}

words!(WrapKind { Keychain = "keychain", Recovery = "recovery", Passphrase = "passphrase" });

handles!(vault: Vaults, VaultsMut);

impl Vaults<'_> {
    /// The vault; `None` before the first use.
    /// # Errors
    /// [`StoreError`].
    pub fn load(&self) -> Result<Option<Vault>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT id, check_value, mode, current_key_id, created_at FROM vault")?;
        Ok(statement.query_row([], read_vault).optional()?)
    }

    /// Every wrap, of every key id.
    /// # Errors
    /// [`StoreError`].
    pub fn wraps(&self) -> Result<Vec<VaultWrap>, StoreError> {
        let mut statement = self
            .db
            .prepare_cached("SELECT key_id, kind, params, wrapped FROM vault_wraps ORDER BY key_id, kind")?;
        let wraps = statement.query_map([], read_wrap)?.collect::<Result<_, _>>()?;
        Ok(wraps)
    }
}

impl VaultsMut<'_> {
    /// Makes the vault, with its first wraps.
    /// # Errors
    /// [`StoreError::Sqlite`] when there is one already, which is never replaced.
    pub fn create(&self, vault: &Vault, wraps: &[VaultWrap]) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO vault (the_only, id, check_value, mode, current_key_id, created_at)
                 VALUES (1, :id, :check_value, :mode, :current_key_id, :created_at)",
            )?
            .execute(named_params! {
                ":id": vault.id.as_str(),
                ":check_value": vault.check_value,
                ":mode": vault.mode,
                ":current_key_id": vault.current_key_id,
                ":created_at": At(vault.created_at),
            })?;
        for wrap in wraps {
            self.put_wrap(wrap)?;
        }
        self.changed()
    }

    /// Names the key that new values are sealed with from now on, with the check value sealed by it.
    /// # Errors
    /// [`StoreError`].
    pub fn set_current_key(&self, key_id: &str, check_value: &[u8]) -> Result<(), StoreError> {
        self.db
            .prepare_cached("UPDATE vault SET current_key_id = ?1, check_value = ?2")?
            .execute((key_id, check_value))?;
        self.changed()
    }

    /// Writes down how the person chose to open it.
    /// # Errors
    /// [`StoreError`].
    pub fn set_mode(&self, mode: VaultMode) -> Result<(), StoreError> {
        self.db.prepare_cached("UPDATE vault SET mode = ?1")?.execute([mode])?;
        self.changed()
    }

    /// Stores a wrap; the former one of the same kind for the same key is replaced.
    /// # Errors
    /// [`StoreError`].
    pub fn put_wrap(&self, wrap: &VaultWrap) -> Result<(), StoreError> {
        self.db
            .prepare_cached(
                "INSERT INTO vault_wraps (key_id, kind, params, wrapped)
                 VALUES (:key_id, :kind, :params, :wrapped)
                 ON CONFLICT (key_id, kind) DO UPDATE SET params = excluded.params, wrapped = excluded.wrapped",
            )?
            .execute(named_params! {
                ":key_id": wrap.key_id,
                ":kind": wrap.kind,
                ":params": Json(&wrap.params),
                ":wrapped": wrap.wrapped,
            })?;
        self.changed()
    }

    /// Drops one way to open it. One that is not there is no error.
    /// # Errors
    /// [`StoreError`].
    pub fn delete_wrap(&self, key_id: &str, kind: WrapKind) -> Result<(), StoreError> {
        self.db
            .prepare_cached("DELETE FROM vault_wraps WHERE key_id = ?1 AND kind = ?2")?
            .execute((key_id, kind))?;
        self.changed()
    }

    /// Drops every wrap of a key that no value is sealed with any more.
    /// # Errors
    /// [`StoreError`].
    pub fn delete_wraps_of(&self, key_id: &str) -> Result<(), StoreError> {
        self.db.prepare_cached("DELETE FROM vault_wraps WHERE key_id = ?1")?.execute([key_id])?;
        self.changed()
    }

    fn changed(&self) -> Result<(), StoreError> {
        self.change.record(Tag::Vault, "")
    }
}

fn read_vault(row: &Row<'_>) -> rusqlite::Result<Vault> {
    Ok(Vault {
        id: VaultId::from_stored(row.get::<_, String>("id")?),
        check_value: row.get("check_value")?,
        mode: row.get("mode")?,
        current_key_id: row.get("current_key_id")?,
        created_at: row.get::<_, At>("created_at")?.0,
    })
}

fn read_wrap(row: &Row<'_>) -> rusqlite::Result<VaultWrap> {
    Ok(VaultWrap {
        key_id: row.get("key_id")?,
        kind: row.get("kind")?,
        params: row.get::<_, Json<serde_json::Value>>("params")?.0,
        wrapped: row.get("wrapped")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{self, vault, wrap};

    #[test]
    fn a_vault_is_made_once_and_never_replaced() {
        let (_dir, store) = fixture::store();
        let load =
            || store.read_blocking(|s| Ok::<_, StoreError>((s.vault().load()?, s.vault().wraps()?))).unwrap();
        assert_eq!(load(), (None, vec![]));

        let wraps = [wrap("k1", WrapKind::Keychain, b"a"), wrap("k1", WrapKind::Recovery, b"b")];
        let made = wraps.clone();
        store.write_blocking(move |change| change.vault().create(&vault(), &made)).unwrap();
        assert_eq!(load(), (Some(vault()), wraps.to_vec()));

        let other = Vault { id: VaultId::from_stored("other"), ..vault() };
        let refused = store.write_blocking(move |change| change.vault().create(&other, &[]));
        assert!(matches!(refused, Err(StoreError::Sqlite(_))), "{refused:?}");
        assert_eq!(load(), (Some(vault()), wraps.to_vec()));
    }

    #[test]
    fn a_rotation_keeps_both_keys_until_the_old_one_is_dropped() {
        let (_dir, store) = fixture::store();
        let wraps = store
            .write_blocking(|change| {
                change.vault().create(&vault(), &[wrap("k1", WrapKind::Keychain, b"a")])?;
                change.vault().put_wrap(&wrap("k2", WrapKind::Keychain, b"b"))?;
                change.vault().put_wrap(&wrap("k2", WrapKind::Recovery, b"c"))?;
                change.vault().set_current_key("k2", &[9])?;
                change.vault().wraps()
            })
            .unwrap();
        assert_eq!(wraps.len(), 3);

        let (vault, wraps) = store
            .write_blocking(|change| {
                change.vault().put_wrap(&wrap("k2", WrapKind::Recovery, b"d"))?;
                change.vault().delete_wraps_of("k1")?;
                change.vault().delete_wrap("k2", WrapKind::Keychain)?;
                change.vault().set_mode(VaultMode::Passphrase)?;
                Ok::<_, StoreError>((change.vault().load()?, change.vault().wraps()?))
            })
            .unwrap();
        let vault = vault.unwrap();
        assert_eq!((vault.current_key_id.as_str(), vault.check_value), ("k2", vec![9]));
        assert_eq!(vault.mode, VaultMode::Passphrase);
        assert_eq!(wraps, [wrap("k2", WrapKind::Recovery, b"d")]);
    }
}
