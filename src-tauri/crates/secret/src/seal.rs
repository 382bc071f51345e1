//! Sealing of values at rest: XChaCha20-Poly1305 under the data key, bound to the place of the value.
//!
//! A sealed value names its data key, so that two keys can live side by side while a vault is rotated. Everything
//! that says *whose* value it is ([`Context`]) is associated data: a ciphertext moved to another row, field,
//! generation or vault, or given other origins, does not open. Nonces are 192 random bits (draft-irtf-cfrg-xchacha
//! §3.1), passed in by the caller.
//!
//! What it never does: choose a key or a nonce, or keep a key. Layout of a sealed value:
//! `version (1) ‖ key id (16) ‖ nonce (24) ‖ ciphertext and tag`.

use crate::{Secret, SecretBytes};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const KEY_ID: usize = 16;
const NONCE: usize = 24;
const TAG: usize = 16;
const HEADER: usize = 1 + KEY_ID + NONCE;

/// The longest value that is sealed: 16 MiB.
pub const MAX_PLAINTEXT: usize = 16 << 20;

/// The key that values are sealed with. It is stored only wrapped ([`crate::wrap`]).
///
/// ```compile_fail,E0277
/// fn send(_: impl serde::Serialize) {}
/// send(secret::seal::DataKey::make(|bytes| bytes.fill(1)));
/// ```
/// ```compile_fail,E0369
/// let key = secret::seal::DataKey::make(|bytes| bytes.fill(1));
/// let _ = key == key;
/// ```
pub struct DataKey(Box<Zeroizing<[u8; 32]>>);

/// The name of a data key, in each value sealed with it. Random; not a secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId([u8; KEY_ID]);

/// 192 bits used for one encryption only.
pub struct Nonce([u8; NONCE]);

/// Whose value it is, and where it may go. Takes part in the encryption, is not stored in the sealed value.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The vault.
    pub vault_id: &'a str,
    /// The table of the row.
    pub table: &'a str,
    /// The row.
    pub owner: &'a str,
    /// Which value of the row.
    pub field: &'a str,
    /// Counts the changes of the value.
    pub generation: u64,
    /// The origins that it may go to, in any order.
    pub origins: &'a [&'a str],
}

/// An encrypted value with the name of its key.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    key_id: KeyId,
    nonce: [u8; NONCE],
    ciphertext: Vec<u8>,
}

/// Why a value was not sealed or not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The value is longer than [`MAX_PLAINTEXT`].
    #[error("the value is too long to be sealed")]
    TooLong,
    /// The bytes are no sealed value.
    #[error("the bytes are no sealed value")]
    Damaged,
    /// A newer program wrote it.
    #[error("the value was sealed by a newer version ({0})")]
    Version(u8),
    /// Another key, another place, or changed bytes: which one cannot be told.
    #[error("the sealed value does not open")]
    DoesNotOpen,
}

impl DataKey {
    /// A new key; `fill` fills with randomness.
    pub fn make(fill: impl FnOnce(&mut [u8])) -> Self {
        let mut bytes = Box::new(Zeroizing::new([0; 32]));
        fill(bytes.as_mut_slice());
        Self(bytes)
    }

    /// Takes a key that was unwrapped.
    pub(crate) fn from_unwrapped(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == 32).then(|| Self::make(|key| key.copy_from_slice(bytes)))
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Encrypts `value` for the place that `context` names. `nonce` must be new.
    /// # Errors
    /// [`SealError::TooLong`].
    pub fn seal(
        &self,
        key_id: KeyId,
        nonce: Nonce,
        context: &Context<'_>,
        value: &SecretBytes,
    ) -> Result<Sealed, SealError> {
        // EXPOSE: it is being encrypted.
        let plaintext = value.expose();
        if plaintext.len() > MAX_PLAINTEXT {
            return Err(SealError::TooLong);
        }
        let ciphertext = encrypt(self.bytes(), &nonce.0, &context.associated_data(key_id), plaintext)
            .ok_or(SealError::TooLong)?;
        Ok(Sealed { key_id, nonce: nonce.0, ciphertext })
    }

    /// Decrypts a value of the place that `context` names.
    /// # Errors
    /// [`SealError::DoesNotOpen`] for another key or place, and for changed bytes.
    pub fn open(&self, context: &Context<'_>, sealed: &Sealed) -> Result<SecretBytes, SealError> {
        decrypt(self.bytes(), &sealed.nonce, &context.associated_data(sealed.key_id), &sealed.ciphertext)
            .map(Secret::new)
            .ok_or(SealError::DoesNotOpen)
    }
}

impl KeyId {
    /// A new name; `fill` fills with randomness.
    pub fn make(fill: impl FnOnce(&mut [u8])) -> Self {
        let mut bytes = [0; KEY_ID];
        fill(&mut bytes);
        Self(bytes)
    }

    /// Reads what `Display` wrote: 32 lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 2 * KEY_ID {
            return None;
        }
        let mut bytes = [0; KEY_ID];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = hex_digit(pair[0])? << 4 | hex_digit(pair[1])?;
        }
        Some(Self(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8; KEY_ID] {
        &self.0
    }
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl Nonce {
    /// A new nonce; `fill` fills with randomness.
    pub fn make(fill: impl FnOnce(&mut [u8])) -> Self {
        let mut bytes = [0; NONCE];
        fill(&mut bytes);
        Self(bytes)
    }

    pub(crate) fn bytes(&self) -> &[u8; NONCE] {
        &self.0
    }
}

impl Context<'_> {
    /// Every part with its length before it, so that no two contexts give the same bytes.
    fn associated_data(&self, key_id: KeyId) -> Vec<u8> {
        let mut origins = self.origins.to_vec();
        origins.sort_unstable();
        origins.dedup();
        let mut data = vec![VERSION];
        data.extend_from_slice(key_id.bytes());
        for part in [self.vault_id, self.table, self.owner, self.field] {
            push_prefixed(&mut data, part.as_bytes());
        }
        push_prefixed(&mut data, &self.generation.to_be_bytes());
        for origin in origins {
            push_prefixed(&mut data, origin.as_bytes());
        }
        data
    }
}

impl Sealed {
    /// The name of the data key it was sealed with.
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// As it is stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + self.ciphertext.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(self.key_id.bytes());
        bytes.extend_from_slice(&self.nonce);
        bytes.extend_from_slice(&self.ciphertext);
        bytes
    }

    /// Reads what [`Sealed::to_bytes`] wrote.
    /// # Errors
    /// [`SealError::Damaged`] when it is too short, [`SealError::Version`] for an unknown first byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, SealError> {
        let (&version, rest) = bytes.split_first().ok_or(SealError::Damaged)?;
        if version != VERSION {
            return Err(SealError::Version(version));
        }
        let (key_id, rest) = rest.split_first_chunk().ok_or(SealError::Damaged)?;
        let (nonce, ciphertext) = rest.split_first_chunk().ok_or(SealError::Damaged)?;
        if ciphertext.len() < TAG {
            return Err(SealError::Damaged);
        }
        Ok(Self { key_id: KeyId(*key_id), nonce: *nonce, ciphertext: ciphertext.to_vec() })
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({}, {} bytes)", self.key_id, self.ciphertext.len())
    }
}

/// `None` only when the plaintext is longer than the cipher allows (256 GiB).
pub(crate) fn encrypt(key: &[u8; 32], nonce: &[u8; NONCE], aad: &[u8], msg: &[u8]) -> Option<Vec<u8>> {
    XChaCha20Poly1305::new(key.into()).encrypt(XNonce::from_slice(nonce), Payload { msg, aad }).ok()
}

/// `None` when anything of it is not what was encrypted.
pub(crate) fn decrypt(key: &[u8; 32], nonce: &[u8; NONCE], aad: &[u8], msg: &[u8]) -> Option<Vec<u8>> {
    XChaCha20Poly1305::new(key.into()).decrypt(XNonce::from_slice(nonce), Payload { msg, aad }).ok()
}

/// Writes `part` with its length before it.
pub(crate) fn push_prefixed(data: &mut Vec<u8>, part: &[u8]) {
    data.extend_from_slice(&(part.len() as u64).to_be_bytes());
    data.extend_from_slice(part);
}

fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CONTEXT: Context<'_> = Context {
        vault_id: "vault",
        table: "authorizations",
        owner: "row",
        field: "access_token",
        generation: 7,
        origins: &["https://a.example:443", "https://b.example:443"],
    };

    fn key(fill: u8) -> DataKey {
        DataKey::make(|bytes| bytes.fill(fill))
    }

    fn seal(context: &Context<'_>, value: &[u8]) -> Sealed {
        let id = KeyId::make(|bytes| bytes.fill(9));
        let nonce = Nonce::make(|bytes| bytes.fill(3));
        key(1).seal(id, nonce, context, &SecretBytes::new(value.to_vec())).unwrap()
    }

    #[test]
    fn a_value_moved_to_another_place_does_not_open() {
        let sealed = seal(&CONTEXT, b"hunter2");
        assert!(key(1).open(&CONTEXT, &sealed).is_ok());
        for (what, context) in [
            ("vault", Context { vault_id: "other", ..CONTEXT }),
            ("table", Context { table: "registrations", ..CONTEXT }),
            ("row", Context { owner: "other", ..CONTEXT }),
            ("field", Context { field: "refresh_token", ..CONTEXT }),
            ("generation", Context { generation: 8, ..CONTEXT }),
            ("fewer origins", Context { origins: &["https://a.example:443"], ..CONTEXT }),
            (
                "more origins",
                Context { origins: &["https://a.example:443", "https://b.example:443", "x"], ..CONTEXT },
            ),
            ("no origins", Context { origins: &[], ..CONTEXT }),
            ("shifted parts", Context { table: "authorizationsr", owner: "ow", ..CONTEXT }),
        ] {
            assert_eq!(key(1).open(&context, &sealed).unwrap_err(), SealError::DoesNotOpen, "{what}");
        }
    }

    #[test]
    fn the_order_of_origins_does_not_matter() {
        let sealed = seal(&CONTEXT, b"hunter2");
        let turned = ["https://b.example:443", "https://a.example:443", "https://a.example:443"];
        assert!(key(1).open(&Context { origins: &turned, ..CONTEXT }, &sealed).is_ok());
    }

    #[test]
    fn another_key_does_not_open() {
        assert_eq!(key(2).open(&CONTEXT, &seal(&CONTEXT, b"x")).unwrap_err(), SealError::DoesNotOpen);
    }

    #[test]
    fn a_value_beyond_the_limit_is_refused() {
        let value = SecretBytes::new(vec![0; MAX_PLAINTEXT + 1]);
        let id = KeyId::make(|_| ());
        assert_eq!(key(1).seal(id, Nonce::make(|_| ()), &CONTEXT, &value).unwrap_err(), SealError::TooLong);
    }

    #[test]
    fn a_newer_version_is_told_from_damage() {
        let mut bytes = seal(&CONTEXT, b"x").to_bytes();
        bytes[0] = 2;
        assert_eq!(Sealed::parse(&bytes).unwrap_err(), SealError::Version(2));
        assert_eq!(Sealed::parse(&[]).unwrap_err(), SealError::Damaged);
    }

    #[test]
    fn key_ids_are_read_as_they_are_written() {
        let id = KeyId::make(|bytes| (0..).zip(bytes).for_each(|(i, b)| *b = i * 17));
        assert_eq!(id.to_string(), "00112233445566778899aabbccddeeff");
        assert_eq!(KeyId::parse(&id.to_string()), Some(id));
        for wrong in ["", "00", "00112233445566778899AABBCCDDEEFF", "g0112233445566778899aabbccddeeff"] {
            assert_eq!(KeyId::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn debug_shows_no_key_and_no_value() {
        let shown = format!("{:?}", seal(&CONTEXT, b"hunter2"));
        assert_eq!(shown, "Sealed(09090909090909090909090909090909, 23 bytes)");
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_after_storing(value: Vec<u8>) {
            let stored = seal(&CONTEXT, &value).to_bytes();
            let opened = key(1).open(&CONTEXT, &Sealed::parse(&stored).unwrap()).unwrap();
            prop_assert!(opened.ct_eq(&SecretBytes::new(value)));
        }

        #[test]
        fn a_flipped_bit_anywhere_does_not_open(value: Vec<u8>, at: prop::sample::Index, bit in 0..8u8) {
            let mut stored = seal(&CONTEXT, &value).to_bytes();
            let at = at.index(stored.len());
            stored[at] ^= 1 << bit;
            prop_assert!(Sealed::parse(&stored).and_then(|s| key(1).open(&CONTEXT, &s)).is_err());
        }

        #[test]
        fn a_shortened_or_longer_value_does_not_open(value: Vec<u8>, at: prop::sample::Index, more: u8) {
            let mut stored = seal(&CONTEXT, &value).to_bytes();
            let cut = &stored[..at.index(stored.len())];
            prop_assert!(Sealed::parse(cut).and_then(|s| key(1).open(&CONTEXT, &s)).is_err());
            stored.push(more);
            prop_assert!(Sealed::parse(&stored).and_then(|s| key(1).open(&CONTEXT, &s)).is_err());
        }

        #[test]
        fn no_bytes_from_outside_make_it_fall_over(bytes: Vec<u8>) {
            let _ = Sealed::parse(&bytes).and_then(|s| key(1).open(&CONTEXT, &s));
        }
    }
}
