//! The person's own browser, where sign-in pages open (RFC 8252 §8.12: never in a window of ours).

use super::BoxFuture;
use secret::SecretString;

/// Opens pages in the browser of the person.
pub trait Browser: Send + Sync {
    /// Opens `url`, an http(s) address. It is secret, because a sign-in link holds `state`: it is handed to the browser
    /// and written nowhere. With `private` it opens in a window that forgets everything, or not at all.
    /// # Errors
    /// [`BrowserError`]; nothing was opened.
    fn open<'a>(
        &'a self,
        url: &'a SecretString,
        private: bool,
    ) -> BoxFuture<'a, Result<Opened, BrowserError>>;
}

/// A page was handed to a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// What the browser is called, such as `Firefox`; `None` where the system keeps that to itself.
    pub browser: Option<String>,
}

/// Why no page was opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrowserError {
    /// The address is not http(s), or holds what no address may hold.
    #[error("only web addresses are opened")]
    NotWeb,
    /// A private window was asked for, and this browser, or the way it is installed, takes no such order.
    #[error("no private window can be opened from here in {}", browser.as_deref().unwrap_or("this browser"))]
    NoPrivateWindow {
        /// What the browser is called, where that is known.
        browser: Option<String>,
    },
    /// This machine has no browser, or its desktop does not say which.
    #[error("no browser was found")]
    NoBrowser,
    /// The browser did not start.
    #[error("the browser did not start: {detail}")]
    Failed {
        /// The system's own words; never the address.
        detail: String,
    },
}
