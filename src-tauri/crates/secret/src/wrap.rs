//! Wrapping: how the data key is kept on disk, encrypted for each way to open the vault.
//!
//! Three ways, each with a purpose of its own in the associated data, so that a wrap of one is no wrap of another:
//! a random [`KeyEncryptionKey`] that the OS key store keeps; one derived from a passphrase by Argon2id (RFC 9106),
//! with its parameters stored beside the wrap and bounded when read; and a [`RecoveryKey`], by X25519, HKDF-SHA-256
//! (RFC 7748, 5869) and XChaCha20-Poly1305, for which its public half is enough. To add a way, add a [`Purpose`].
//!
//! What it never does: tell *which* of key, vault and bytes was wrong; AEAD cannot know.

use crate::{
    RecoveryKey, RecoveryPublic, Secret, SecretBytes, SecretString,
    seal::{DataKey, KeyId, Nonce, decrypt, encrypt, push_prefixed},
};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use hkdf::Hkdf;
use sha2::Sha256;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const SALT: usize = 16;

/// Encrypts a data key. Kept by the OS key store, or derived from a passphrase each time.
///
/// ```compile_fail,E0277
/// fn send(_: impl serde::Serialize) {}
/// send(secret::wrap::KeyEncryptionKey::make(|bytes| bytes.fill(1)));
/// ```
#[derive(Clone)]
pub struct KeyEncryptionKey(Box<Zeroizing<[u8; 32]>>);

/// What a wrap is for; part of the encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The key is in the OS key store.
    Keychain,
    /// The key is derived from a passphrase.
    Passphrase,
}

/// Which data key of which vault is wrapped; part of the encryption.
#[derive(Clone, Copy, Debug)]
pub struct WrapContext<'a> {
    /// The vault.
    pub vault_id: &'a str,
    /// The name of the wrapped key.
    pub key_id: KeyId,
}

/// How a passphrase becomes a key: Argon2id's cost and salt. Stored with the wrap, as a PHC string.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassphraseParameters {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    salt: [u8; SALT],
}

/// Why a data key was not unwrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrapError {
    /// Another key, another vault or changed bytes: which one cannot be told.
    #[error("the wrapped key does not open")]
    DoesNotOpen,
    /// The bytes are no wrapped key.
    #[error("the bytes are no wrapped key")]
    Damaged,
    /// The stored passphrase parameters are missing or outside of what this program accepts.
    #[error("the passphrase parameters cannot be used")]
    Parameters,
}

impl KeyEncryptionKey {
    /// A new key; `fill` fills with randomness.
    pub fn make(fill: impl FnOnce(&mut [u8])) -> Self {
        let mut bytes = Box::new(Zeroizing::new([0; 32]));
        fill(bytes.as_mut_slice());
        Self(bytes)
    }

    /// As the key store keeps it.
    pub fn to_bytes(&self) -> SecretBytes {
        Secret::new(self.0.to_vec())
    }

    /// Reads what the key store kept; `None` unless it has the length of a key.
    pub fn parse(kept: &SecretBytes) -> Option<Self> {
        // EXPOSE: it is taken in again as a key.
        let kept = kept.expose();
        (kept.len() == 32).then(|| Self::make(|bytes| bytes.copy_from_slice(kept)))
    }

    /// Wraps `key`. `nonce` must be new.
    pub fn wrap(&self, key: &DataKey, purpose: Purpose, context: &WrapContext<'_>, nonce: Nonce) -> Vec<u8> {
        let label: &[u8] = purpose.label();
        seal_key(&self.0, label, &[], key, context, &nonce)
    }

    /// Opens what [`KeyEncryptionKey::wrap`] wrote.
    /// # Errors
    /// [`WrapError::DoesNotOpen`] or [`WrapError::Damaged`].
    pub fn unwrap(
        &self,
        wrapped: &[u8],
        purpose: Purpose,
        context: &WrapContext<'_>,
    ) -> Result<DataKey, WrapError> {
        let wrapped = strip_version(wrapped)?;
        open_key(&self.0, purpose.label(), &[], wrapped, context)
    }
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Keychain => b"keychain",
            Self::Passphrase => b"passphrase",
        }
    }
}

impl PassphraseParameters {
    /// Today's cost (64 MiB, three passes, one lane) with a new salt; `fill` fills with randomness.
    pub fn make(fill: impl FnOnce(&mut [u8])) -> Self {
        let mut salt = [0; SALT];
        fill(&mut salt);
        Self { memory_kib: 64 << 10, passes: 3, lanes: 1, salt }
    }

    /// Reads what `Display` wrote. The bounds keep a changed file from taking all memory or making it cheap to guess.
    /// # Errors
    /// [`WrapError::Parameters`] for another algorithm or version, or a cost out of bounds.
    pub fn parse(text: &str) -> Result<Self, WrapError> {
        Self::parse_phc(text)
            .filter(|p| {
                (19 << 10..=1 << 20).contains(&p.memory_kib)
                    && (2..=16).contains(&p.passes)
                    && (1..=8).contains(&p.lanes)
            })
            .ok_or(WrapError::Parameters)
    }

    fn parse_phc(text: &str) -> Option<Self> {
        let (cost, salt) = text.strip_prefix("$argon2id$v=19$")?.split_once('$')?;
        let mut cost = cost.split(',');
        let mut number = |name: &str| cost.next()?.strip_prefix(name)?.strip_prefix('=')?.parse().ok();
        let (memory_kib, passes, lanes) = (number("m")?, number("t")?, number("p")?);
        let salt = STANDARD_NO_PAD.decode(salt).ok()?.try_into().ok()?;
        cost.next().is_none().then_some(Self { memory_kib, passes, lanes, salt })
    }

    /// The key that `passphrase` stands for. Takes a good part of a second and 64 MiB: call it off the async threads.
    /// # Errors
    /// [`WrapError::Parameters`] when Argon2 does not accept them.
    pub fn derive(&self, passphrase: &SecretString) -> Result<KeyEncryptionKey, WrapError> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32))
            .map_err(|_| WrapError::Parameters)?;
        let mut memory = Zeroizing::new(vec![Block::default(); params.block_count()]);
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut key = KeyEncryptionKey::make(|_| ());
        // EXPOSE: the key is derived from it.
        let passphrase = passphrase.expose().as_bytes();
        argon
            .hash_password_into_with_memory(passphrase, &self.salt, key.0.as_mut_slice(), &mut memory[..])
            .map_err(|_| WrapError::Parameters)?;
        Ok(key)
    }
}

impl std::fmt::Display for PassphraseParameters {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { memory_kib, passes, lanes, salt } = self;
        write!(f, "$argon2id$v=19$m={memory_kib},t={passes},p={lanes}${}", STANDARD_NO_PAD.encode(salt))
    }
}

/// Wraps `key` for the holder of a recovery key. `fill` makes the one-time key pair; `nonce` must be new.
pub fn for_recovery(
    public: &RecoveryPublic,
    key: &DataKey,
    context: &WrapContext<'_>,
    fill: impl FnOnce(&mut [u8]),
    nonce: Nonce,
) -> Vec<u8> {
    let mut bytes = Zeroizing::new([0; 32]);
    fill(bytes.as_mut_slice());
    let once = StaticSecret::from(*bytes);
    let once_public = PublicKey::from(&once).to_bytes();
    let shared = recovery_kek(&once, public.0, &once_public, public);
    let mut wrapped = seal_key(&shared, b"recovery", &once_public, key, context, &nonce);
    wrapped.splice(1..1, once_public);
    wrapped
}

/// Opens what [`for_recovery`] wrote.
/// # Errors
/// [`WrapError::DoesNotOpen`] or [`WrapError::Damaged`].
pub fn with_recovery(
    recovery: &RecoveryKey,
    wrapped: &[u8],
    context: &WrapContext<'_>,
) -> Result<DataKey, WrapError> {
    let (once_public, wrapped) = strip_version(wrapped)?.split_first_chunk().ok_or(WrapError::Damaged)?;
    let shared = recovery_kek(&recovery.private(), *once_public, once_public, &recovery.public());
    open_key(&shared, b"recovery", once_public, wrapped, context)
}

/// The key that both sides compute, bound to both public keys.
fn recovery_kek(
    own: &StaticSecret,
    other: [u8; 32],
    once_public: &[u8; 32],
    public: &RecoveryPublic,
) -> Zeroizing<[u8; 32]> {
    let shared = own.diffie_hellman(&PublicKey::from(other));
    let mut info = b"patchbay recovery wrap".to_vec();
    info.extend_from_slice(once_public);
    info.extend_from_slice(&public.0);
    let mut key = Zeroizing::new([0; 32]);
    // HKDF gives up to 255 × 32 bytes; 32 cannot be too many.
    let _ = Hkdf::<Sha256>::new(None, shared.as_bytes()).expand(&info, key.as_mut_slice());
    key
}

/// `version ‖ nonce ‖ ciphertext and tag`.
fn seal_key(
    kek: &[u8; 32],
    label: &[u8],
    extra: &[u8],
    key: &DataKey,
    context: &WrapContext<'_>,
    nonce: &Nonce,
) -> Vec<u8> {
    let aad = associated_data(label, extra, context);
    // A key has 32 bytes, far below the cipher's limit, so there is always a ciphertext.
    let ciphertext = encrypt(kek, nonce.bytes(), &aad, key.bytes()).unwrap_or_default();
    [&[VERSION][..], nonce.bytes(), &ciphertext].concat()
}

fn open_key(
    kek: &[u8; 32],
    label: &[u8],
    extra: &[u8],
    wrapped: &[u8],
    context: &WrapContext<'_>,
) -> Result<DataKey, WrapError> {
    let (nonce, ciphertext) = wrapped.split_first_chunk().ok_or(WrapError::Damaged)?;
    let aad = associated_data(label, extra, context);
    let bytes = Zeroizing::new(decrypt(kek, nonce, &aad, ciphertext).ok_or(WrapError::DoesNotOpen)?);
    DataKey::from_unwrapped(&bytes).ok_or(WrapError::Damaged)
}

fn strip_version(wrapped: &[u8]) -> Result<&[u8], WrapError> {
    wrapped.strip_prefix(&[VERSION]).ok_or(WrapError::Damaged)
}

fn associated_data(label: &[u8], extra: &[u8], context: &WrapContext<'_>) -> Vec<u8> {
    let mut data = vec![VERSION];
    for part in [b"wrap", label, extra, context.vault_id.as_bytes(), context.key_id.bytes()] {
        push_prefixed(&mut data, part);
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::Context;

    const VAULT: &str = "vault";

    fn key_id(fill: u8) -> KeyId {
        KeyId::make(|bytes| bytes.fill(fill))
    }

    fn context(key: u8) -> WrapContext<'static> {
        WrapContext { vault_id: VAULT, key_id: key_id(key) }
    }

    fn nonce() -> Nonce {
        Nonce::make(|bytes| bytes.fill(3))
    }

    fn data_key() -> DataKey {
        DataKey::make(|bytes| bytes.fill(42))
    }

    fn kek(fill: u8) -> KeyEncryptionKey {
        KeyEncryptionKey::make(|bytes| bytes.fill(fill))
    }

    fn text(value: &str) -> SecretString {
        Secret::new(value.into())
    }

    /// Two keys are the same when one opens what the other sealed.
    fn is_data_key(key: &DataKey) -> bool {
        let place =
            Context { vault_id: VAULT, table: "t", owner: "o", field: "f", generation: 0, origins: &[] };
        let sealed = data_key().seal(key_id(1), nonce(), &place, &Secret::new(vec![1])).unwrap();
        key.open(&place, &sealed).is_ok()
    }

    #[test]
    fn a_wrap_opens_with_its_key_vault_key_id_and_purpose_only() {
        let wrapped = kek(1).wrap(&data_key(), Purpose::Keychain, &context(1), nonce());
        let open = |kek: &KeyEncryptionKey, purpose, context: &WrapContext<'_>| {
            kek.unwrap(&wrapped, purpose, context).map(|key| is_data_key(&key))
        };
        assert_eq!(open(&kek(1), Purpose::Keychain, &context(1)), Ok(true));
        let other_vault = WrapContext { vault_id: "other", ..context(1) };
        for wrong in [
            open(&kek(2), Purpose::Keychain, &context(1)),
            open(&kek(1), Purpose::Passphrase, &context(1)),
            open(&kek(1), Purpose::Keychain, &context(2)),
            open(&kek(1), Purpose::Keychain, &other_vault),
        ] {
            assert_eq!(wrong, Err(WrapError::DoesNotOpen));
        }
    }

    #[test]
    fn changed_or_cut_wraps_do_not_open() {
        let recovery = RecoveryKey::make(|bytes| bytes.fill(5));
        let by_key = kek(1).wrap(&data_key(), Purpose::Keychain, &context(1), nonce());
        let by_recovery = for_recovery(&recovery.public(), &data_key(), &context(1), |b| b.fill(6), nonce());
        let open_key = |bytes: &[u8]| kek(1).unwrap(bytes, Purpose::Keychain, &context(1)).is_ok();
        let open_recovery = |bytes: &[u8]| with_recovery(&recovery, bytes, &context(1)).is_ok();
        for (wrapped, open) in [(by_key, &open_key as &dyn Fn(&[u8]) -> bool), (by_recovery, &open_recovery)]
        {
            assert!(open(&wrapped));
            for at in 0..wrapped.len() {
                let mut changed = wrapped.clone();
                changed[at] ^= 0x10;
                assert!(!open(&changed), "byte {at}");
                assert!(!open(&wrapped[..at]), "cut at {at}");
            }
        }
    }

    #[test]
    fn a_key_store_value_of_another_length_is_no_key() {
        assert!(KeyEncryptionKey::parse(&kek(1).to_bytes()).is_some());
        assert!(KeyEncryptionKey::parse(&Secret::new(vec![1; 31])).is_none());
        assert!(KeyEncryptionKey::parse(&Secret::new(vec![])).is_none());
    }

    #[test]
    fn the_public_half_wraps_and_only_the_recovery_key_opens() {
        let recovery = RecoveryKey::make(|bytes| bytes.fill(5));
        let wrapped = for_recovery(&recovery.public(), &data_key(), &context(1), |b| b.fill(6), nonce());
        let typed = RecoveryKey::parse(&recovery.to_text()).unwrap();
        assert!(is_data_key(&with_recovery(&typed, &wrapped, &context(1)).unwrap()));
        let other = RecoveryKey::make(|bytes| bytes.fill(7));
        assert_eq!(with_recovery(&other, &wrapped, &context(1)).err(), Some(WrapError::DoesNotOpen));
        assert_eq!(with_recovery(&recovery, &wrapped, &context(2)).err(), Some(WrapError::DoesNotOpen));
    }

    #[test]
    fn a_passphrase_opens_with_the_stored_parameters_only() {
        let parameters = PassphraseParameters::make(|salt| salt.fill(8));
        let key = parameters.derive(&text("correct horse")).unwrap();
        let wrapped = key.wrap(&data_key(), Purpose::Passphrase, &context(1), nonce());
        let stored = PassphraseParameters::parse(&parameters.to_string()).unwrap();
        let open = |parameters: &PassphraseParameters, passphrase: &str| {
            let key = parameters.derive(&text(passphrase)).unwrap();
            key.unwrap(&wrapped, Purpose::Passphrase, &context(1)).map(|key| is_data_key(&key))
        };
        assert_eq!(open(&stored, "correct horse"), Ok(true));
        assert_eq!(open(&stored, "Correct horse"), Err(WrapError::DoesNotOpen));
        let salted = PassphraseParameters::make(|salt| salt.fill(9));
        assert_eq!(open(&salted, "correct horse"), Err(WrapError::DoesNotOpen));
    }

    #[test]
    fn parameters_are_written_as_a_phc_string() {
        let parameters = PassphraseParameters::make(|salt| salt.fill(8));
        assert_eq!(parameters.to_string(), "$argon2id$v=19$m=65536,t=3,p=1$CAgICAgICAgICAgICAgICA");
        assert_eq!(PassphraseParameters::parse(&parameters.to_string()).unwrap(), parameters);
    }

    #[test]
    fn parameters_out_of_bounds_are_refused() {
        for text in [
            "",
            "$argon2i$v=19$m=65536,t=3,p=1$CAgICAgICAgICAgICAgICA",
            "$argon2id$v=16$m=65536,t=3,p=1$CAgICAgICAgICAgICAgICA",
            "$argon2id$v=19$m=4294967295,t=3,p=1$CAgICAgICAgICAgICAgICA",
            "$argon2id$v=19$m=1048577,t=3,p=1$CAgICAgICAgICAgICAgICA",
            "$argon2id$v=19$m=8,t=3,p=1$CAgICAgICAgICAgICAgICA",
            "$argon2id$v=19$m=65536,t=1,p=1$CAgICAgICAgICAgICAgICA",
            "$argon2id$v=19$m=65536,t=4000000000,p=1$CAgICAgICAgICAgICAgICA",
            "$argon2id$v=19$m=65536,t=3,p=0$CAgICAgICAgICAgICAgICA",
            "$argon2id$v=19$m=65536,t=3,p=1,x=1$CAgICAgICAgICAgICAgICA",
            "$argon2id$v=19$m=65536,t=3,p=1$CAgI",
            "$argon2id$v=19$m=65536,t=3,p=1$CAgICAgICAgICAgICAgICA$more",
        ] {
            assert_eq!(PassphraseParameters::parse(text), Err(WrapError::Parameters), "{text}");
        }
    }
}
