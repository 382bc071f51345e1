//! A secret value in memory.

use serde::de::{Deserialize, Deserializer, Error, Visitor};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// A secret value: wiped when dropped, shown nowhere, reached only through [`Secret::expose`].
///
/// It cannot be shown:
/// ```compile_fail,E0277
/// let secret = secret::SecretString::new("hunter2".into());
/// println!("{secret}");
/// ```
/// It cannot be written into a document or sent to the window:
/// ```compile_fail,E0277
/// fn send(_: impl serde::Serialize) {}
/// send(secret::SecretString::new("hunter2".into()));
/// ```
/// It is not used as its value by the way:
/// ```compile_fail,E0599
/// let secret = secret::SecretString::new("hunter2".into());
/// secret.to_uppercase();
/// ```
/// It is not compared in a time that tells how much was right; see [`Secret::ct_eq`]:
/// ```compile_fail,E0369
/// let secret = secret::SecretString::new("hunter2".into());
/// let _ = secret == secret;
/// ```
#[derive(Clone)]
pub struct Secret<T: Zeroize>(Zeroizing<T>);

/// Secret text.
pub type SecretString = Secret<String>;

/// Secret bytes.
pub type SecretBytes = Secret<Vec<u8>>;

impl<T: Zeroize> Secret<T> {
    /// Takes a value in. Whoever had it before must not keep a copy.
    pub fn new(value: T) -> Self {
        Self(Zeroizing::new(value))
    }

    /// The value. Each call says why on the line above: `// EXPOSE: …`.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize + Default> Default for Secret<T> {
    /// An empty one.
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: Zeroize + AsRef<[u8]>> Secret<T> {
    /// Whether both hold the same bytes, in a time that depends on their length only.
    pub fn ct_eq<U: Zeroize + AsRef<[u8]>>(&self, other: &Secret<U>) -> bool {
        self.0.as_ref().ct_eq(other.0.as_ref()).into()
    }

    /// Whether it is empty.
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_empty()
    }
}

impl SecretString {
    /// The same secret as bytes, for sealing.
    pub fn to_bytes(&self) -> SecretBytes {
        Secret::new(self.0.as_bytes().to_vec())
    }
}

impl SecretBytes {
    /// The same secret as text, after unsealing.
    /// # Errors
    /// [`NotText`] when the bytes are not UTF-8.
    pub fn to_text(&self) -> Result<SecretString, NotText> {
        std::str::from_utf8(&self.0).map(|text| Secret::new(text.to_owned())).map_err(|_| NotText)
    }
}

/// The bytes of a secret are not text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the secret is not text")]
pub struct NotText;

impl<T: Zeroize> std::fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// For arguments of the commands that bring a secret in. An error names the kind of value, never the value.
impl<'de> Deserialize<'de> for SecretString {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Asked for a string, serde_json quotes what it found instead before the visitor is asked.
        deserializer.deserialize_any(TextOnly)
    }
}

struct TextOnly;

impl Visitor<'_> for TextOnly {
    type Value = SecretString;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("secret text")
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<SecretString, E> {
        Ok(Secret::new(text.to_owned()))
    }
    fn visit_string<E: Error>(self, text: String) -> Result<SecretString, E> {
        Ok(Secret::new(text))
    }
    // The provided versions of these quote what they got.
    fn visit_i64<E: Error>(self, _: i64) -> Result<SecretString, E> {
        Err(E::custom("expected secret text, found a number"))
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<SecretString, E> {
        Err(E::custom("expected secret text, found a number"))
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<SecretString, E> {
        Err(E::custom("expected secret text, found a number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &str) -> SecretString {
        Secret::new(value.into())
    }

    #[test]
    fn debug_shows_no_value() {
        assert_eq!(format!("{:?}", text("hunter2")), "Secret(…)");
        assert_eq!(format!("{:#?}", Some(text("hunter2").to_bytes())), "Some(\n    Secret(…),\n)");
    }

    #[test]
    fn equal_only_with_the_same_bytes() {
        assert!(text("hunter2").ct_eq(&text("hunter2").to_bytes()));
        for other in ["hunter3", "hunter", "hunter22", ""] {
            assert!(!text("hunter2").ct_eq(&text(other)), "{other}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert!(text("ä日").to_bytes().to_text().unwrap().ct_eq(&text("ä日")));
        assert_eq!(SecretBytes::new(vec![0xff]).to_text().unwrap_err(), NotText);
    }

    #[test]
    fn a_refused_argument_is_not_quoted() {
        assert!(serde_json::from_str::<SecretString>("\"hunter2\"").unwrap().ct_eq(&text("hunter2")));
        for argument in ["73519", "-73519", "7351.9", "[\"73519\"]", "{\"73519\":1}", "null"] {
            let error = serde_json::from_str::<SecretString>(argument).unwrap_err().to_string();
            assert!(!error.contains("7351"), "{error}");
        }
    }
}
