//! The vault's rows: what names the data key and its wraps. The keys themselves never come here in the clear.
//!
//! At most one vault per data directory. The data key is stored only wrapped, once per way to open it: by the
//! keychain's key, the recovery key or a passphrase. During a rotation the wraps of two key ids live side by side.

use crate::{
    StoreError, Tag,
    change::handles,
    column::{At, Json, words},
};
use domain::{Timestamp, id::VaultId};
use rusqlite::{Connection, OptionalExtension, Row, backup::Backup, named_params};
use std::{
    fs,
    path::{Path, PathBuf},
};

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

    /// Whether a person locked it, for every process.
    /// # Errors
    /// [`StoreError`].
    pub fn is_locked(&self) -> Result<bool, StoreError> {
        let mut statement = self.db.prepare_cached("SELECT value = 'true' FROM settings WHERE key = ?1")?;
        Ok(statement.query_row([LOCKED], |row| row.get(0)).optional()?.unwrap_or(false))
    }

    /// Copies `patchbay.db` as it is, sealed values and wraps and all, to the folder `backups` beside it.
    /// # Errors
    /// What the disk says; then there is no copy.
    pub fn back_up(&self, now: Timestamp) -> Result<PathBuf, StoreError> {
        let database = self.db.path().map(Path::new).and_then(Path::parent).unwrap_or(Path::new(""));
        let folder = database.join("backups");
        make_private_folder(&folder).map_err(StoreError::file(&folder))?;
        let path =
            folder.join(format!("patchbay-before-starting-again-{}.db", now.strftime("%Y%m%dT%H%M%SZ")));
        make_private_file(&path).map_err(StoreError::file(&path))?;
        let mut copy = Connection::open(&path)?;
        Backup::new(self.db, &mut copy)?.step(-1)?;
        Ok(path)
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

    /// Locks it for every process, or ends that.
    /// # Errors
    /// [`StoreError`].
    pub fn set_locked(&self, locked: bool) -> Result<(), StoreError> {
        self.change.settings().store(LOCKED, &locked)?;
        self.changed()
    }

    /// Drops the vault and everything that is sealed by it: connections are not signed in any more, attempts end, client
    /// registrations have no secret. Nothing else is touched.
    /// # Errors
    /// [`StoreError`].
    pub fn start_again(&self) -> Result<(), StoreError> {
        let signed_in: Vec<String> = self
            .db
            .prepare("SELECT id FROM connections WHERE authorization IS NOT NULL")?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        self.db.execute_batch(
            r#"UPDATE connections
               SET authorization = NULL,
                   status = CASE status ->> 'kind'
                     WHEN 'disabled' THEN json_set(status, '$.before', json('{"kind":"not_signed_in"}'))
                     ELSE '{"kind":"not_signed_in"}'
                   END,
                   standing = CASE status ->> 'kind' WHEN 'disabled' THEN 6 ELSE 5 END
               WHERE authorization IS NOT NULL;
               DELETE FROM attempts;
               DELETE FROM authorizations;
               UPDATE registrations SET secret = NULL;
               DELETE FROM vault_wraps;
               DELETE FROM vault;"#,
        )?;
        for id in signed_in {
            self.change.record(Tag::Connections, &id)?;
        }
        for tag in [Tag::Attempts, Tag::Authorizations, Tag::Registrations] {
            self.change.record(tag, "")?;
        }
        self.set_locked(false)
    }

    fn changed(&self) -> Result<(), StoreError> {
        self.change.record(Tag::Vault, "")
    }
}

/// The setting that says that a person locked the vault.
const LOCKED: &str = "vault_locked";

fn make_private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn make_private_file(path: &Path) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
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
    use crate::{
        Store,
        fixture::{self, vault, wrap},
    };

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
    fn a_lock_is_seen_by_every_process_and_told_as_a_change_of_the_vault() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), Timestamp::UNIX_EPOCH).unwrap();
        let other = Store::open(dir.path(), Timestamp::UNIX_EPOCH).unwrap();
        let mut watch = other.watch().unwrap();
        let is_locked = || other.read_blocking(|s| s.vault().is_locked()).unwrap();
        assert!(!is_locked());
        store.write_blocking(|change| change.vault().set_locked(true)).unwrap();
        assert!(is_locked());
        assert!(watch.poll().unwrap().iter().any(|changed| changed.tag == Tag::Vault));
        store.write_blocking(|change| change.vault().set_locked(false)).unwrap();
        assert!(!is_locked());
    }

    #[test]
    fn starting_again_keeps_a_copy_and_everything_but_secrets() {
        let (dir, store) = fixture::store();
        store.change(|change| fixture::fill(change));
        let connections = store.change(|change| change.connections().count());
        assert!(connections > 0);

        let copy = store.read_blocking(|s| s.vault().back_up(Timestamp::UNIX_EPOCH)).unwrap();
        store.change(|change| change.vault().start_again());

        let (vault_now, sealed, connections_now) = store.change(|change| {
            let mut sealed = 0;
            for place in crate::sealed::Place::ALL {
                sealed += change.sealed().after(place, "", 99)?.len();
            }
            Ok(((change.vault().load()?, change.vault().wraps()?), sealed, change.connections().count()?))
        });
        assert_eq!((vault_now, sealed, connections_now), ((None, vec![]), 0, connections));
        let kept = Connection::open(&copy).unwrap();
        let of_copy: (i64, i64) = kept
            .query_row(
                "SELECT (SELECT count(*) FROM vault), (SELECT count(*) FROM authorizations)",
                [],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .unwrap();
        assert_eq!(of_copy.0, 1);
        assert!(of_copy.1 > 0);
        assert!(copy.starts_with(dir.path().join("backups")));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&copy).unwrap().permissions().mode() & 0o777, 0o600);
        }
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
