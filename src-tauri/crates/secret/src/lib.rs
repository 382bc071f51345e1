//! Secrets that cannot leak by accident.
use zeroize::{Zeroize, Zeroizing};

/// A secret value.
#[derive(Clone)]
pub struct Secret<T: Zeroize>(Zeroizing<T>);
/// Secret text.
pub type SecretString = Secret<String>;
/// Secret bytes.
pub type SecretBytes = Secret<Vec<u8>>;
impl<T: Zeroize> Secret<T> {
    /// Wraps.
    pub fn new(value: T) -> Self {
        Self(Zeroizing::new(value))
    }
    /// The value. Each call says why on the line above: `// EXPOSE: …`.
    pub fn expose(&self) -> &T {
        &self.0
    }
}
impl<T: Zeroize> std::fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}
