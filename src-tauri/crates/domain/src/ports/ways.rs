//! Whether the ways back from the browser work on this machine.

use super::{BoxFuture, LinkHandler, ListenError};
use crate::connector::RedirectMethod;
use std::time::Duration;

/// Tries the ways back from the browser.
pub trait WaysBack: Send + Sync {
    /// Tries each way once. Opens no browser and leaves nothing behind.
    fn test(&self) -> BoxFuture<'_, WaysTested>;
}

/// What trying the ways showed. Pasting by hand needs nothing and always works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaysTested {
    /// The loopback address.
    pub loopback: Result<LoopbackTested, LoopbackFault>,
    /// Who would get the app link.
    pub app_link: LinkHandler,
}

/// A reply came through on loopback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoopbackTested {
    /// The address that was tried; a sign-in takes another port.
    pub redirect_uri: String,
    /// How long the way there and back took.
    pub took: Duration,
}

/// Why no reply came through on loopback.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoopbackFault {
    /// Nobody could listen.
    #[error(transparent)]
    NotOpened(#[from] ListenError),
    /// The address was open, and what was sent there did not arrive or was not answered.
    #[error("what was sent to the loopback address did not come through: {detail}")]
    NotReached {
        /// The system's own words.
        detail: String,
    },
    /// The address was still open afterwards.
    #[error("the loopback address did not close")]
    NotClosed,
}

impl WaysTested {
    /// The way to use where a connector leaves the choice: the app link needs no port and no listener, loopback no
    /// registration, and pasting neither.
    pub fn recommended(&self) -> RedirectMethod {
        match (&self.app_link, &self.loopback) {
            (LinkHandler::Ours, _) => RedirectMethod::App,
            (_, Ok(_)) => RedirectMethod::Loopback,
            (_, Err(_)) => RedirectMethod::Manual,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_that_works_and_asks_least_is_recommended() {
        let works = || {
            Ok(LoopbackTested { redirect_uri: "http://127.0.0.1:1/callback".into(), took: Duration::ZERO })
        };
        let other = || LinkHandler::Other { name: "Patchbay 0.9".into() };
        for (app_link, loopback, recommended) in [
            (LinkHandler::Ours, works(), RedirectMethod::App),
            (LinkHandler::Ours, Err(LoopbackFault::NotClosed), RedirectMethod::App),
            (other(), works(), RedirectMethod::Loopback),
            (LinkHandler::Nobody, works(), RedirectMethod::Loopback),
            (LinkHandler::Nobody, Err(ListenError::NoIpv6.into()), RedirectMethod::Manual),
            (other(), Err(LoopbackFault::NotClosed), RedirectMethod::Manual),
        ] {
            let tested = WaysTested { loopback, app_link };
            assert_eq!(tested.recommended(), recommended, "{tested:?}");
        }
    }
}
