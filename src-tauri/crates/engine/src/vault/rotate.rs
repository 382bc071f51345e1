//! Rotation: a new data key, and every value sealed again.
//!
//! Write the new keychain item → read it back → one transaction for the new wraps and the current key → seal values
//! again in batches → delete the old item → drop the old wraps. The transaction wraps the former key anew as well, so
//! it stays readable until the last value is sealed again, and a crash at any point loses nothing: whoever opens the
//! vault next goes on where it stopped. What a crash can leave behind is an item that nothing names.

use super::{
    Place, Vault, VaultError,
    create::seal_check,
    keys::Keys,
    recovery,
    wrapping::{KeychainParams, Wrapping},
};
use secret::seal::{DataKey, KeyId, Sealed};
use std::{collections::BTreeSet, sync::Arc};
use store::{
    sealed::{Place as Column, SealedValue},
    vault::{VaultMode, VaultWrap, WrapKind},
};

/// How many values one transaction seals again: other writers must get their turn.
const BATCH: u32 = 100;

impl Vault {
    /// Replaces the data key. The recovery key stays as it is.
    /// # Errors
    /// [`VaultError::KeyChanged`] when another process was faster; what the key store says, with the old key in force.
    pub async fn rotate(&self) -> Result<(), VaultError> {
        let one_at_a_time = self.inner.rotating.lock().await;
        let keys = self.keys().await?;
        let key_id = KeyId::make(self.fill());
        let wrapping = match keys.passphrase.clone() {
            Some((parameters, kek)) => Wrapping::Passphrase { kek, parameters },
            None => self.wrapping_by_keychain(&keys.vault, key_id).await?,
        };
        let keys = self.switch(&keys, key_id, wrapping, true).await?;
        self.finish_rotation(&keys).await?;
        drop(one_at_a_time);
        Ok(())
    }

    /// Puts a new data key into force, with every key wrapped by `wrapping`. `items_are_ours`: the items of the former
    /// wraps opened the vault and go with the former keys; another vault's may stand in their place.
    pub(super) async fn switch(
        &self,
        keys: &Keys,
        key_id: KeyId,
        wrapping: Wrapping,
        items_are_ours: bool,
    ) -> Result<Arc<Keys>, VaultError> {
        let key = DataKey::make(self.fill());
        let wraps_before = self.rows().await?.1;
        let mut wraps = vec![wrapping.wrap(&keys.vault, key_id, &key, Vec::new(), self.nonce())];
        for (former_id, former) in &keys.all {
            let gone = if items_are_ours { items_of(&wraps_before, *former_id) } else { Vec::new() };
            wraps.push(wrapping.wrap(&keys.vault, *former_id, former, gone, self.nonce()));
        }
        let public = recovery::public_of(keys, &wraps_before);
        if let Some(public) = &public {
            wraps.push(self.wrap_for_recovery(&keys.vault, key_id, &key, public)?);
        }
        let check_value = seal_check(&keys.vault, key_id, &key, self.nonce())?;
        let (vault, before, mode) = (keys.vault.clone(), keys.current.to_string(), wrapping.mode());
        let written = self.inner.store.write(move |change| {
            let row = change.vault().load()?.ok_or(VaultError::NotSetUp)?;
            if row.id != vault || row.current_key_id != before {
                return Err(VaultError::KeyChanged);
            }
            for wrap in &wraps {
                change.vault().put_wrap(wrap)?;
                change.vault().delete_wrap(&wrap.key_id, other_way(mode))?;
            }
            change.vault().set_current_key(&key_id.to_string(), &check_value)?;
            if row.mode != mode {
                change.vault().set_mode(mode)?;
            }
            Ok(())
        });
        if let Err(error) = written.await {
            if let Wrapping::Keychain { .. } = wrapping {
                self.forget_item(&keys.vault, &key_id.to_string()).await;
            }
            return Err(error);
        }
        let mut switched = Keys::only(keys.vault.clone(), key_id, key, wrapping.by_passphrase());
        switched.former = keys.former.iter().copied().chain([keys.current]).collect();
        switched.all.extend(keys.all.iter().map(|(id, key)| (*id, Arc::clone(key))));
        let switched = Ok(Arc::new(switched));
        self.session().take(&switched);
        switched
    }

    /// Finishes a rotation that was cut short. What it cannot do now, the next process that opens the vault tries again.
    pub(super) async fn go_on_with_rotation(&self, keys: &Arc<Keys>) {
        if keys.former.is_empty() {
            return;
        }
        // Held: a rotation is going on in this process and will finish itself.
        if let Ok(_one_at_a_time) = self.inner.rotating.try_lock()
            && let Err(error) = self.finish_rotation(keys).await
        {
            tracing::warn!(%error, "a rotation of the vault's key could not be finished");
        }
    }

    /// Seals again what former keys sealed, then drops those keys. A key that still seals a value which does not open
    /// is kept.
    pub(super) async fn finish_rotation(&self, keys: &Arc<Keys>) -> Result<(), VaultError> {
        // A value that was written with the former key while a pass went by is met by the next one. Writers check the
        // current key in their transaction, so there is a last pass.
        let stuck = loop {
            let pass = self.seal_again(keys).await?;
            if pass.sealed == 0 {
                break pass.stuck;
            }
        };
        let (done, kept): (Vec<KeyId>, Vec<KeyId>) = keys.former.iter().partition(|id| !stuck.contains(id));
        for key_id in done {
            for item in self.rows().await?.1.iter().filter(|wrap| is_keychain_of(wrap, key_id)) {
                for gone in KeychainParams::of(item).gone {
                    self.forget_item(&keys.vault, &gone).await;
                }
            }
            self.inner.store.write(move |change| change.vault().delete_wraps_of(&key_id.to_string())).await?;
        }
        let all = keys.all.iter().filter(|(id, _)| **id == keys.current || kept.contains(id));
        let finished = Keys {
            vault: keys.vault.clone(),
            current: keys.current,
            all: all.map(|(id, key)| (*id, Arc::clone(key))).collect(),
            former: kept,
            passphrase: keys.passphrase.clone(),
        };
        let mut session = self.session();
        // Locked or rotated again meanwhile: then these are of no use.
        if session.keys.as_ref().is_some_and(|now| Arc::ptr_eq(now, keys)) {
            session.keys = Some(Arc::new(finished));
        }
        Ok(())
    }

    /// One pass over every sealed value.
    async fn seal_again(&self, keys: &Keys) -> Result<Pass, VaultError> {
        let mut pass = Pass::default();
        for column in Column::ALL {
            let mut after = String::new();
            loop {
                let from = after.clone();
                let batch = self
                    .inner
                    .store
                    .read(move |snapshot| snapshot.sealed().after(column, &from, BATCH))
                    .await?;
                let Some(last) = batch.last() else { break };
                after.clone_from(&last.owner);
                let anew: Vec<_> =
                    batch.into_iter().filter_map(|value| self.sealed_anew(keys, value, &mut pass)).collect();
                pass.sealed += anew.len();
                if !anew.is_empty() {
                    self.replace(anew).await?;
                }
            }
        }
        Ok(pass)
    }

    /// The value sealed with the current key; none where it is already, or where it does not open.
    fn sealed_anew(
        &self,
        keys: &Keys,
        value: SealedValue,
        pass: &mut Pass,
    ) -> Option<(SealedValue, Vec<u8>)> {
        let sealed = Sealed::parse(&value.sealed).ok()?;
        if sealed.key_id() == keys.current {
            return None;
        }
        let place = Place {
            column: value.place,
            owner: &value.owner,
            generation: value.generation,
            origins: &value.origins,
        };
        let anew = keys.unseal(&place, &sealed).and_then(|opened| keys.seal(&place, &opened, self.nonce()));
        match anew {
            Ok(anew) => Some((value, anew.to_bytes())),
            Err(error) => {
                tracing::warn!(place = ?value.place, owner = value.owner, %error, "a sealed value does not open");
                pass.stuck.insert(sealed.key_id());
                None
            }
        }
    }

    async fn replace(&self, anew: Vec<(SealedValue, Vec<u8>)>) -> Result<(), VaultError> {
        self.inner
            .store
            .write(move |change| {
                for (value, sealed) in &anew {
                    // Who lost was replaced meanwhile, by a value sealed with the current key.
                    let _ = change.sealed().replace(value, sealed)?;
                }
                Ok(())
            })
            .await
    }
}

/// What one pass over the sealed values met.
#[derive(Default)]
struct Pass {
    /// Values that were sealed again.
    sealed: usize,
    /// Keys of values that do not open.
    stuck: BTreeSet<KeyId>,
}

/// The items that are of no use once `key_id` is dropped: its own, and what its wrap says.
fn items_of(wraps: &[VaultWrap], key_id: KeyId) -> Vec<String> {
    let wrap = wraps.iter().find(|wrap| is_keychain_of(wrap, key_id));
    wrap.map(KeychainParams::of)
        .map(|params| params.gone.into_iter().chain([params.item]).collect())
        .unwrap_or_default()
}

fn is_keychain_of(wrap: &VaultWrap, key_id: KeyId) -> bool {
    wrap.kind == WrapKind::Keychain && wrap.key_id == key_id.to_string()
}

/// The way that must not open the vault any more.
fn other_way(mode: VaultMode) -> WrapKind {
    match mode {
        VaultMode::Keychain => WrapKind::Passphrase,
        VaultMode::Passphrase => WrapKind::Keychain,
    }
}
