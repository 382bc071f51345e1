//! The window of the running program.

use crate::{
    Page, World,
    driver::{Driver, PATIENCE, now, pause},
    places::started_by,
    title_bar,
};
use serde_json::json;
use std::{fs, ops::Deref, process::Command};
use tests::built;

/// The program of the window.
const PROGRAM: &str = "patchbay-desktop";

/// What ends the program from outside.
#[derive(Clone, Copy, Debug)]
pub enum Ending {
    /// The button of its title bar.
    TitleBar,
    /// The system asks it to terminate, as at the end of a session.
    Terminate,
    /// Ctrl-C on the terminal that it was started from.
    Interrupt,
    /// It is killed, and can do nothing before.
    Kill,
}

/// The running program, its page open.
pub struct Window(Page);

impl Window {
    /// Starts Patchbay in `world` and waits for its page.
    pub async fn open(world: &World) -> Self {
        let driver = Driver::start(world, "WebKitWebDriver", world.log());
        let program = built(PROGRAM);
        let capabilities = json!({ "webkitgtk:browserOptions": { "binary": program, "args": [] } });
        let page = Page::open("window", driver, capabilities).await;
        page.evaluates("return document.readyState === 'complete'").await;
        Self(page)
    }

    /// Closes the window; what is left in the world can be opened again. A fault that the program met on the way fails the
    /// test, even where the page did not show it.
    pub async fn close(self) {
        let said = self.0.close().await;
        assert!(!said.contains("panicked at"), "a fault in the program:\n{said}");
    }

    /// Has the program ended in this way, and waits until it has. It may have something to do before.
    pub async fn ends(self, ending: Ending) {
        let process = self.process();
        let tell = |signal: &str| {
            let told = Command::new("kill").args([signal, &process.to_string()]).status();
            assert!(told.unwrap().success());
        };
        match ending {
            Ending::TitleBar => title_bar::close(process),
            Ending::Terminate => tell("-TERM"),
            Ending::Interrupt => tell("-INT"),
            Ending::Kill => tell("-KILL"),
        }
        let start = now();
        while is_running(process) {
            assert!(start.elapsed() < PATIENCE, "{ending:?}: the program does not end");
            pause().await;
        }
        let said = self.0.said();
        assert!(!said.contains("panicked at"), "a fault in the program:\n{said}");
    }

    /// The process of the program.
    fn process(&self) -> u32 {
        let mut started = started_by(std::process::id()).into_iter();
        started.find(|process| is_running(*process)).expect("the program runs")
    }
}

/// Whether the program runs as this process, and has not merely not been waited for.
fn is_running(process: u32) -> bool {
    fs::read_link(format!("/proc/{process}/exe")).is_ok_and(|file| file.ends_with(PROGRAM))
}

impl Deref for Window {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.0
    }
}
