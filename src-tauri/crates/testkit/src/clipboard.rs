//! A clipboard in memory.

use domain::ports::{Clipboard, ClipboardError};
use secret::SecretString;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// Remembers what was copied last and for how long. Clears nothing by itself.
#[derive(Default)]
pub struct MemoryClipboard {
    copied: Mutex<Option<(SecretString, Duration)>>,
    gone: bool,
}

impl MemoryClipboard {
    /// An empty clipboard.
    pub fn new() -> Self {
        Self::default()
    }

    /// A machine without a clipboard.
    pub fn gone() -> Self {
        Self { gone: true, ..Self::default() }
    }

    /// What was copied last, and after which time it was to be cleared.
    pub fn copied(&self) -> Option<(SecretString, Duration)> {
        self.copied.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Clipboard for MemoryClipboard {
    fn copy(&self, text: SecretString, clear_after: Duration) -> Result<(), ClipboardError> {
        if self.gone {
            return Err(ClipboardError("there is no clipboard".into()));
        }
        *self.copied.lock().unwrap_or_else(PoisonError::into_inner) = Some((text, clear_after));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_copy_stands() {
        let clipboard = MemoryClipboard::new();
        for text in ["one", "two"] {
            clipboard.copy(SecretString::new(text.into()), Duration::from_secs(60)).unwrap();
        }
        let (text, clear_after) = clipboard.copied().unwrap();
        assert!(text.ct_eq(&SecretString::new("two".into())));
        assert_eq!(clear_after, Duration::from_secs(60));
        assert!(MemoryClipboard::gone().copy(text, clear_after).is_err());
    }
}
