//! The app link of a machine that a test makes up.

use domain::ports::{AppLink, AppLinkError, BoxFuture, LinkHandler, LoopbackTested, WaysBack, WaysTested};
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// An app link that leads where a test says; to this program at first.
pub struct MemoryAppLink(Mutex<LinkHandler>);

impl MemoryAppLink {
    /// Leads to this program.
    pub fn new() -> Self {
        Self(Mutex::new(LinkHandler::Ours))
    }

    /// Leads to `handler` from now on.
    pub fn lead_to(&self, handler: LinkHandler) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = handler;
    }
}

impl Default for MemoryAppLink {
    fn default() -> Self {
        Self::new()
    }
}

impl AppLink for MemoryAppLink {
    fn handler(&self) -> LinkHandler {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn register(&self) -> Result<(), AppLinkError> {
        self.lead_to(LinkHandler::Ours);
        Ok(())
    }

    fn unregister(&self) -> Result<(), AppLinkError> {
        self.lead_to(LinkHandler::Nobody);
        Ok(())
    }
}

impl WaysBack for MemoryAppLink {
    fn test(&self) -> BoxFuture<'_, WaysTested> {
        let redirect_uri = "http://127.0.0.1:8123/callback".to_owned();
        let loopback = Ok(LoopbackTested { redirect_uri, took: Duration::from_millis(1) });
        let tested = WaysTested { loopback, app_link: self.handler() };
        Box::pin(std::future::ready(tested))
    }
}
