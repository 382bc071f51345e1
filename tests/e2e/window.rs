//! The window of the running program.

use crate::{Page, World, driver::Driver};
use serde_json::json;
use std::ops::Deref;
use tests::built;

/// The running program, its page open.
pub struct Window(Page);

impl Window {
    /// Starts Patchbay in `world` and waits for its page.
    pub async fn open(world: &World) -> Self {
        let driver = Driver::start(world, "WebKitWebDriver", world.log());
        let program = built("patchbay-desktop");
        let capabilities = json!({ "webkitgtk:browserOptions": { "binary": program, "args": [] } });
        let page = Page::open("window", driver, capabilities).await;
        page.evaluates("return document.readyState === 'complete'").await;
        Self(page)
    }

    /// Closes the window, as its own button would; what is left in the world can be opened again. A fault that the
    /// program met on the way fails the test, even where the page did not show it.
    pub async fn close(self) {
        let said = self.0.close().await;
        assert!(!said.contains("panicked at"), "a fault in the program:\n{said}");
    }
}

impl Deref for Window {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.0
    }
}
