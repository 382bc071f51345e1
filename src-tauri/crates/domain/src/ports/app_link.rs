//! The app link: an address of a scheme of our own, which the system hands to this program (RFC 8252 §7.1).

/// Who on this machine gets what comes to the app link. Blocking: call it off the async threads.
pub trait AppLink: Send + Sync {
    /// Who would get it now.
    fn handler(&self) -> LinkHandler;
    /// Has the system hand it to this program and its data directory from now on, and remembers who had it before.
    /// # Errors
    /// [`AppLinkError`]; nothing was changed then.
    fn register(&self) -> Result<(), AppLinkError>;
    /// Takes back what [`AppLink::register`] wrote; another program's registration is left alone.
    /// # Errors
    /// [`AppLinkError`].
    fn unregister(&self) -> Result<(), AppLinkError>;
}

/// Who gets the app link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkHandler {
    /// This program, with this data directory.
    Ours,
    /// Another program, another copy of this one, or this one with other data.
    Other {
        /// What it is called.
        name: String,
    },
    /// Nobody.
    Nobody,
}

/// Why the registration was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppLinkError {
    /// This system takes the registration from an installed app alone.
    #[error("only an installed Patchbay gets app links on this system")]
    NotInstalled,
    /// The system refused.
    #[error("the system does not take the registration: {detail}")]
    Refused {
        /// The system's own words.
        detail: String,
    },
}
