//! The opened keys: read from their wraps, and what they seal and open.

use super::{CHECK, Place, Vault, VaultError, check_context, item, wrapping::KeychainParams};
use domain::{id::VaultId, ports::KeyStore};
use secret::{
    SecretBytes, SecretString,
    seal::{Context, DataKey, KeyId, Nonce, Sealed},
    wrap::{KeyEncryptionKey, PassphraseParameters, Purpose, WrapContext, WrapError},
};
use std::{collections::BTreeMap, sync::Arc};
use store::vault::{Vault as Row, VaultMode, VaultWrap, WrapKind};

/// The keys of the vault in memory: the current one, and during a rotation those before.
pub(super) struct Keys {
    pub vault: VaultId,
    pub current: KeyId,
    /// Those that opened. The current one always did.
    pub all: BTreeMap<KeyId, Arc<DataKey>>,
    /// Keys that are not current and still have a wrap, whether it opened or not.
    pub former: Vec<KeyId>,
    /// What the current key is wrapped by, where it was derived from a passphrase: a rotation wraps by it again.
    pub passphrase: Option<(PassphraseParameters, KeyEncryptionKey)>,
}

impl Keys {
    /// One key, current.
    pub fn only(
        vault: VaultId,
        key_id: KeyId,
        key: DataKey,
        passphrase: Option<(PassphraseParameters, KeyEncryptionKey)>,
    ) -> Self {
        let all = BTreeMap::from([(key_id, Arc::new(key))]);
        Self { vault, current: key_id, all, former: Vec::new(), passphrase }
    }

    pub fn seal(&self, place: &Place<'_>, value: &SecretBytes, nonce: Nonce) -> Result<Sealed, VaultError> {
        let key = self.key(self.current)?;
        self.in_context(place, |context| Ok(key.seal(self.current, nonce, context, value)?))
    }

    pub fn unseal(&self, place: &Place<'_>, sealed: &Sealed) -> Result<SecretBytes, VaultError> {
        let key = self.key(sealed.key_id())?;
        self.in_context(place, |context| Ok(key.open(context, sealed)?))
    }

    /// Whether they are those of the vault in the data directory now.
    pub fn are_of(&self, row: &Row) -> bool {
        row.id == self.vault && row.current_key_id == self.current.to_string()
    }

    /// # Errors
    /// [`VaultError::KeyMissing`] for a former key whose wrap did not open, [`VaultError::KeyChanged`] for one that
    /// these do not know.
    pub fn key(&self, id: KeyId) -> Result<&DataKey, VaultError> {
        match self.all.get(&id) {
            Some(key) => Ok(key),
            None if self.former.contains(&id) => Err(VaultError::KeyMissing),
            None => Err(VaultError::KeyChanged),
        }
    }

    fn in_context<T>(&self, place: &Place<'_>, then: impl FnOnce(&Context<'_>) -> T) -> T {
        let origins: Vec<&str> = place.origins.iter().map(domain::origin::Origin::as_str).collect();
        let (table, field) = place.column.names();
        then(&Context {
            vault_id: self.vault.as_str(),
            table,
            owner: place.owner,
            field,
            generation: place.generation,
            origins: &origins,
        })
    }
}

impl Vault {
    /// Opens the vault, or makes one where there is none, and keeps the outcome. Call with `opening` held.
    pub(super) async fn read_or_make_keys(&self) -> Result<Arc<Keys>, VaultError> {
        if self.rows().await?.0.is_none() {
            let passphrase = self.session().passphrase.clone();
            let made = self.create(passphrase).await.map(Arc::new);
            // Where another process was faster, its vault is opened.
            if !matches!(made, Err(VaultError::Exists)) {
                self.session().take(&made);
                return made;
            }
        }
        self.read_keys(None).await
    }

    /// Opens the vault, with `typed` where it opens with a passphrase, and keeps the outcome. Call with `opening` held.
    pub(super) async fn read_keys(&self, typed: Option<SecretString>) -> Result<Arc<Keys>, VaultError> {
        let opened = self.unwrap_all(typed).await.map(Arc::new);
        self.session().take(&opened);
        opened
    }

    async fn unwrap_all(&self, typed: Option<SecretString>) -> Result<Keys, VaultError> {
        loop {
            let (row, wraps) = self.rows().await?;
            let row = row.ok_or(VaultError::NotSetUp)?;
            let current = row.current_key_id.clone();
            let opened = match row.mode {
                VaultMode::Keychain => self.by_keychain(row, wraps).await,
                VaultMode::Passphrase => self.by_passphrase(row, wraps, typed.clone()).await,
            };
            let Err(VaultError::KeyMissing | VaultError::WrongKey | VaultError::WrongPassphrase) = opened
            else {
                return opened;
            };
            // Another process may have rotated between the look at the wraps and the look into the key store.
            if self.rows().await?.0.is_some_and(|row| row.current_key_id == current) {
                return opened;
            }
        }
    }

    async fn by_keychain(&self, row: Row, wraps: Vec<VaultWrap>) -> Result<Keys, VaultError> {
        let key_store = Arc::clone(&self.inner.key_store);
        off_the_async_threads(move || {
            let mut items = BTreeMap::new();
            unwrap_each(&row, &wraps, WrapKind::Keychain, |context, wrap| {
                let name = item(&row.id, &KeychainParams::of(wrap).item);
                let kek = match items.get(&name) {
                    Some(kek) => kek,
                    None => {
                        let kek = load_kek(&*key_store, &name)?;
                        items.entry(name).or_insert(kek)
                    }
                };
                kek.unwrap(&wrap.wrapped, Purpose::Keychain, context)
                    .map_err(|error| or_wrong(error, VaultError::WrongKey))
            })
        })
        .await
    }

    async fn by_passphrase(
        &self,
        row: Row,
        wraps: Vec<VaultWrap>,
        typed: Option<SecretString>,
    ) -> Result<Keys, VaultError> {
        let (held, remembered) = {
            let session = self.session();
            let held = session.keys.as_ref().and_then(|keys| keys.passphrase.clone());
            (held, session.passphrase.clone())
        };
        // What a person typed must be right, even while the vault is open.
        let held = if typed.is_some() { None } else { held };
        let passphrase = typed.or(remembered);
        off_the_async_threads(move || {
            let mut derived = held;
            let mut keys = unwrap_each(&row, &wraps, WrapKind::Passphrase, |context, wrap| {
                let parameters = PassphraseParameters::parse(wrap.params.as_str().unwrap_or_default())?;
                // Wraps share parameters as a rule, so that the slow part is done once.
                let kek = match &derived {
                    Some((known, kek)) if *known == parameters => kek.clone(),
                    _ => parameters.derive(passphrase.as_ref().ok_or(VaultError::PassphraseNeeded)?)?,
                };
                derived = Some((parameters, kek.clone()));
                kek.unwrap(&wrap.wrapped, Purpose::Passphrase, context)
                    .map_err(|error| or_wrong(error, VaultError::WrongPassphrase))
            })?;
            keys.passphrase = derived;
            Ok(keys)
        })
        .await
    }
}

/// Opens every wrap of one kind, the current key's first: it must open, and open the check value. A former one may not.
pub(super) fn unwrap_each(
    row: &Row,
    wraps: &[VaultWrap],
    kind: WrapKind,
    mut open: impl FnMut(&WrapContext<'_>, &VaultWrap) -> Result<DataKey, VaultError>,
) -> Result<Keys, VaultError> {
    let current = KeyId::parse(&row.current_key_id).ok_or(WrapError::Damaged)?;
    let wrap_of = |key_id: &str| wraps.iter().find(|wrap| wrap.kind == kind && wrap.key_id == key_id);
    let mut open = |key_id, wrap| open(&WrapContext { vault_id: row.id.as_str(), key_id }, wrap);

    let key = open(current, wrap_of(&row.current_key_id).ok_or(VaultError::KeyMissing)?)?;
    let check = Sealed::parse(&row.check_value)?;
    let opened = key.open(&check_context(row.id.as_str()), &check).map_err(|_| VaultError::WrongKey)?;
    if !opened.ct_eq(&SecretBytes::new(CHECK.to_vec())) {
        return Err(VaultError::WrongKey);
    }

    let mut keys = Keys::only(row.id.clone(), current, key, None);
    for key_id in wraps.iter().filter_map(|wrap| KeyId::parse(&wrap.key_id)) {
        if key_id == current || keys.former.contains(&key_id) {
            continue;
        }
        keys.former.push(key_id);
        if let Some(Ok(key)) = wrap_of(&key_id.to_string()).map(|wrap| open(key_id, wrap)) {
            keys.all.insert(key_id, Arc::new(key));
        }
    }
    Ok(keys)
}

fn load_kek(key_store: &dyn KeyStore, name: &str) -> Result<KeyEncryptionKey, VaultError> {
    let kept = key_store.load(name)?.ok_or(VaultError::KeyMissing)?;
    KeyEncryptionKey::parse(&kept).ok_or(VaultError::WrongKey)
}

/// A wrap that does not open means that the key is another one; everything else is as it is.
pub(super) fn or_wrong(error: WrapError, wrong: VaultError) -> VaultError {
    if error == WrapError::DoesNotOpen { wrong } else { error.into() }
}

/// Runs what may take long: the key store may ask the person, and Argon2id is made to be slow.
pub(super) async fn off_the_async_threads<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, VaultError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome,
        Err(stopped) => match stopped.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(_) => Err(VaultError::KeyStore { detail: "it was stopped".into() }),
        },
    }
}
