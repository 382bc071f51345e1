//! The recovery key: the person's own way back to a vault whose key is gone.
//!
//! 176 random bits and a 24-bit checksum, written as eight groups of five letters in Crockford's base 32 (no I, L, O,
//! U). It is the private half of an X25519 pair (RFC 7748): the vault keeps only the public half, so a new data key
//! can be wrapped for it at any time, by a program that has never seen it ([`crate::wrap::for_recovery`]).
//!
//! What it never does: reach the window. Rust copies it or writes it to a file; a person proves to have it by typing
//! its last group.

use crate::{Secret, SecretString};
use hkdf::Hkdf;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

const RANDOM: usize = 22;
const CHECKSUM: usize = 3;
const LETTERS: usize = (RANDOM + CHECKSUM) * 8 / 5;
const GROUP: usize = 5;
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A recovery key.
///
/// ```compile_fail,E0277
/// println!("{}", secret::RecoveryKey::make(|bytes| bytes.fill(1)));
/// ```
/// ```compile_fail,E0277
/// fn send(_: impl serde::Serialize) {}
/// send(secret::RecoveryKey::make(|bytes| bytes.fill(1)));
/// ```
#[derive(Clone)]
pub struct RecoveryKey(Box<Zeroizing<[u8; RANDOM]>>);

/// The public half of a recovery key: wraps for it, opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryPublic(pub [u8; 32]);

/// Why a text is no recovery key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecoveryKeyError {
    /// It has another number of letters.
    #[error("a recovery key has {LETTERS} letters and digits, this has {0}")]
    Length(usize),
    /// It has a character that no recovery key has.
    #[error("the character at position {0} is in no recovery key")]
    Character(usize),
    /// A letter is wrong, or two are swapped.
    #[error("the recovery key has a typing mistake")]
    Checksum,
}

impl RecoveryKey {
    /// A new key; `fill` fills with randomness.
    pub fn make(fill: impl FnOnce(&mut [u8])) -> Self {
        let mut bytes = Box::new(Zeroizing::new([0; RANDOM]));
        fill(bytes.as_mut_slice());
        Self(bytes)
    }

    /// Reads a typed key: any case, blanks and hyphens anywhere, O for 0, I and L for 1.
    /// # Errors
    /// [`RecoveryKeyError`]: which kind of mistake it is.
    pub fn parse(text: &SecretString) -> Result<Self, RecoveryKeyError> {
        // EXPOSE: it is being read.
        let values = Zeroizing::new(letter_values(text.expose())?);
        if values.len() != LETTERS {
            return Err(RecoveryKeyError::Length(values.len()));
        }
        let mut bytes = Zeroizing::new([0u8; RANDOM + CHECKSUM]);
        for (chunk, letters) in bytes.chunks_exact_mut(5).zip(values.chunks_exact(8)) {
            let bits = letters.iter().fold(0u64, |bits, &value| bits << 5 | u64::from(value));
            chunk.copy_from_slice(&bits.to_be_bytes()[3..]);
        }
        let (random, checksum) = bytes.split_at(RANDOM);
        let key = Self::make(|bytes| bytes.copy_from_slice(random));
        if key.checksum()[..] != *checksum {
            return Err(RecoveryKeyError::Checksum);
        }
        Ok(key)
    }

    /// As it is copied or written to a file: eight groups of five, joined by hyphens.
    pub fn to_text(&self) -> SecretString {
        let letters = self.letters();
        let groups: Vec<&str> = (0..LETTERS).step_by(GROUP).map(|at| &letters[at..at + GROUP]).collect();
        Secret::new(groups.join("-"))
    }

    /// Whether `typed` is the last group, read as tolerantly as the key itself.
    pub fn ends_with(&self, typed: &SecretString) -> bool {
        // EXPOSE: it is compared, in constant time, with what was handed out.
        let Ok(values) = letter_values(typed.expose()).map(Zeroizing::new) else { return false };
        let typed: Zeroizing<Vec<u8>> =
            Zeroizing::new(values.iter().map(|&value| ALPHABET[usize::from(value)]).collect());
        self.letters().as_bytes()[LETTERS - GROUP..].ct_eq(&typed).into()
    }

    /// The last group, which the person types back.
    pub fn last_group(&self) -> SecretString {
        Secret::new(self.letters()[LETTERS - GROUP..].to_owned())
    }

    /// The half that the vault keeps.
    pub fn public(&self) -> RecoveryPublic {
        RecoveryPublic(PublicKey::from(&self.private()).to_bytes())
    }

    pub(crate) fn private(&self) -> StaticSecret {
        let mut bytes = Zeroizing::new([0u8; 32]);
        // HKDF gives up to 255 × 32 bytes; 32 cannot be too many, and zeros would only fail to open.
        let _ = Hkdf::<Sha256>::new(None, self.0.as_slice())
            .expand(b"patchbay recovery key", bytes.as_mut_slice());
        StaticSecret::from(*bytes)
    }

    fn checksum(&self) -> [u8; CHECKSUM] {
        let digest =
            Sha256::new_with_prefix(b"patchbay recovery checksum").chain_update(self.0.as_slice()).finalize();
        std::array::from_fn(|i| digest[i])
    }

    fn letters(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([0u8; RANDOM + CHECKSUM]);
        bytes[..RANDOM].copy_from_slice(self.0.as_slice());
        bytes[RANDOM..].copy_from_slice(&self.checksum());
        let mut letters = Zeroizing::new(String::with_capacity(LETTERS));
        for chunk in bytes.chunks_exact(5) {
            let bits = chunk.iter().fold(0u64, |bits, &byte| bits << 8 | u64::from(byte));
            letters.extend((0..8).rev().map(|i| char::from(ALPHABET[(bits >> (i * 5) & 31) as usize])));
        }
        letters
    }
}

impl std::fmt::Debug for RecoveryKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RecoveryKey(…)")
    }
}

/// The value of each letter; blanks and hyphens are left out. Positions are counted from 1, as a person does.
fn letter_values(text: &str) -> Result<Vec<u8>, RecoveryKeyError> {
    let mut values = Vec::with_capacity(LETTERS);
    for (position, letter) in text.chars().enumerate() {
        if letter.is_whitespace() || matches!(letter, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}') {
            continue;
        }
        let canonical = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let value = ALPHABET.iter().position(|&known| char::from(known) == canonical);
        values.push(value.ok_or(RecoveryKeyError::Character(position + 1))? as u8);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> RecoveryKey {
        RecoveryKey::make(|bytes| (1..).zip(bytes).for_each(|(i, b)| *b = i * 11))
    }

    fn shown(key: &RecoveryKey) -> String {
        key.to_text().expose().clone()
    }

    fn parse(text: &str) -> Result<RecoveryKey, RecoveryKeyError> {
        RecoveryKey::parse(&Secret::new(text.into()))
    }

    #[test]
    fn it_is_shown_as_eight_groups_of_five() {
        let shown = shown(&key());
        let groups: Vec<_> = shown.split('-').collect();
        assert_eq!(groups.len(), 8);
        assert!(groups.iter().all(|group| group.len() == 5));
        assert_eq!(groups[7], key().last_group().expose().as_str());
    }

    #[test]
    fn it_is_read_however_it_was_typed() {
        let text = shown(&key());
        for typed in [
            text.to_lowercase(),
            text.replace('-', ""),
            text.replace('-', " – "),
            format!("  {}\r\n", text.replace('0', "o").replace('1', "l")),
            text.replace('0', "O").replace('1', "I"),
        ] {
            assert_eq!(shown(&parse(&typed).unwrap()), text, "{typed}");
        }
    }

    #[test]
    fn mistakes_are_told_apart() {
        let text = shown(&key());
        assert_eq!(parse(&text[..39]).unwrap_err(), RecoveryKeyError::Length(33));
        assert_eq!(parse("").unwrap_err(), RecoveryKeyError::Length(0));
        assert_eq!(parse(&format!("U{}", &text[1..])).unwrap_err(), RecoveryKeyError::Character(1));
        assert_eq!(parse(&text.replacen('-', "ß", 1)).unwrap_err(), RecoveryKeyError::Character(6));
    }

    #[test]
    fn the_last_group_proves_it_was_kept() {
        let group = key().last_group().expose().to_lowercase();
        let typed = |text: &str| key().ends_with(&Secret::new(text.into()));
        assert!(typed(&group));
        assert!(typed(&format!(" {group} ")));
        assert!(!typed(&group[1..]));
        assert!(!typed(&format!("{group}0")));
        assert!(!typed(""));
        assert!(!typed("?"));
    }

    #[test]
    fn each_key_has_its_own_public_half() {
        let other = RecoveryKey::make(|bytes| bytes.fill(1));
        assert_eq!(key().public(), key().public());
        assert_ne!(key().public(), other.public());
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_back(random: [u8; RANDOM]) {
            let key = RecoveryKey::make(|bytes| bytes.copy_from_slice(&random));
            prop_assert_eq!(shown(&parse(&shown(&key)).unwrap()), shown(&key));
        }

        #[test]
        fn a_wrong_letter_is_noticed(at in 0..LETTERS, by in 1..32usize) {
            let mut letters = shown(&key()).replace('-', "").into_bytes();
            let value = ALPHABET.iter().position(|&l| l == letters[at]).unwrap();
            letters[at] = ALPHABET[(value + by) % 32];
            let error = parse(std::str::from_utf8(&letters).unwrap()).unwrap_err();
            prop_assert_eq!(error, RecoveryKeyError::Checksum);
        }

        #[test]
        fn no_text_makes_it_fall_over(text: String) {
            let _ = parse(&text);
        }
    }
}
