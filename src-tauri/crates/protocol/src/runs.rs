//! Text that is secret in places: whoever writes it says where, so that it can be shown with gaps.
//!
//! What is signed is such text (a base string, a canonical request), and so is the header that carries a signature. The
//! whole is for the wire and the signature; what is shown is made of the runs.

use secret::SecretString;

/// Text in runs, some of them secret.
#[derive(Clone, Debug, Default)]
pub struct Runs(Vec<Run>);

/// One run of text.
#[derive(Clone, Debug)]
pub enum Run {
    /// May be shown.
    Shown(String),
    /// May not.
    Secret {
        /// What it is called.
        label: &'static str,
        /// The text.
        text: SecretString,
    },
}

impl Runs {
    /// Appends text that may be shown.
    pub fn push(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Run::Shown(before)) => before.push_str(text),
            _ => self.0.push(Run::Shown(text.to_owned())),
        }
    }

    /// Appends text that may not be shown.
    pub fn push_secret(&mut self, label: &'static str, text: SecretString) {
        self.0.push(Run::Secret { label, text });
    }

    /// Appends all of `other`.
    pub fn append(&mut self, other: Self) {
        for run in other.0 {
            match run {
                Run::Shown(text) => self.push(&text),
                secret => self.0.push(secret),
            }
        }
    }

    /// The runs, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Run> {
        self.0.iter()
    }

    /// The whole text.
    pub fn whole(&self) -> SecretString {
        let mut whole = String::new();
        for run in &self.0 {
            match run {
                Run::Shown(text) => whole.push_str(text),
                // EXPOSE: the whole is secret again
                Run::Secret { text, .. } => whole.push_str(text.expose()),
            }
        }
        SecretString::new(whole)
    }
}

impl From<&str> for Runs {
    fn from(text: &str) -> Self {
        Self(vec![Run::Shown(text.to_owned())])
    }
}
