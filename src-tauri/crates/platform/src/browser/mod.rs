//! The person's own browser, for sign-in pages (RFC 8252 §8.12).
//!
//! An ordinary page goes to the system's opener. A private window is an order that only the browser itself takes, so the
//! default browser is looked up, and started with its own switch where it is one that `known` lists. Where it is not,
//! the answer says so; nothing is opened in an ordinary window instead, and in no other browser either.
//!
//! The address stands on the command line of what is started, because no browser takes it in another way; other users of
//! the machine may see it there. It holds `state` and a code challenge, never a code, verifier or token. It is logged
//! nowhere and is part of no error.
//!
//! - `known`: browsers and their switch for a private window. One more is a line there.
//! - `default`: which browser is the default, per system.
//! - `launch`: starting a program and hearing whether it took the order.

mod default;
mod known;
mod launch;

use domain::ports::{BoxFuture, Browser, BrowserError, Clock, Opened};
use secret::SecretString;
use std::{ffi::OsString, process::Command, sync::Arc};
use url::Url;

/// The longest address that is opened. Windows takes 32 KiB on a command line, browsers more.
const LONGEST: usize = 16 << 10;

/// The browser of the desktop.
pub struct SystemBrowser {
    clock: Arc<dyn Clock>,
}

impl SystemBrowser {
    /// Looks nothing up yet. `clock` bounds how long a started program is listened to.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock }
    }

    async fn open_private(&self, url: String) -> Result<Opened, BrowserError> {
        let found = tokio::task::spawn_blocking(default::find).await;
        let found = found.map_err(|_| BrowserError::NoBrowser)?.ok_or(BrowserError::NoBrowser)?;
        let (browser, command) = private_command(found, url)?;
        launch::start(command, self.clock.as_ref()).await?;
        Ok(Opened { browser: Some(browser) })
    }

    #[cfg(windows)]
    #[expect(clippy::disallowed_methods, reason = "the address was checked to be a web address")]
    async fn open_page(&self, url: String) -> Result<Opened, BrowserError> {
        let opened = tokio::task::spawn_blocking(move || open::that_detached(url)).await;
        match opened {
            Ok(Ok(())) => Ok(Opened { browser: None }),
            Ok(Err(error)) => Err(launch::failed(&error)),
            Err(_) => Err(BrowserError::NoBrowser),
        }
    }

    #[cfg(not(windows))]
    #[expect(clippy::disallowed_methods, reason = "the address was checked to be a web address")]
    async fn open_page(&self, url: String) -> Result<Opened, BrowserError> {
        if !default::has_display() {
            return Err(BrowserError::NoBrowser);
        }
        let mut outcome = BrowserError::NoBrowser;
        for command in open::commands(&url) {
            match launch::start(command, self.clock.as_ref()).await {
                Ok(()) => return Ok(Opened { browser: None }),
                // An opener that this desktop does not have says nothing about the others.
                Err(BrowserError::NoBrowser) => {}
                Err(error) => outcome = error,
            }
        }
        Err(outcome)
    }
}

impl Browser for SystemBrowser {
    fn open<'a>(
        &'a self,
        url: &'a SecretString,
        private: bool,
    ) -> BoxFuture<'a, Result<Opened, BrowserError>> {
        Box::pin(async move {
            let url = web_address(url)?;
            if private { self.open_private(url).await } else { self.open_page(url).await }
        })
    }
}

/// A browser on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    /// How the system knows it: a desktop file, a class of the registry, a bundle.
    id: String,
    /// What people call it.
    name: Option<String>,
    /// What starts it, with arguments that come before others.
    program: Vec<OsString>,
}

/// `url` as it is handed over: parsed and written again, so that it holds no blank, quote or control character.
fn web_address(url: &SecretString) -> Result<String, BrowserError> {
    // EXPOSE: a browser opens it; parsed to be sure that it is a web address.
    let url = Url::parse(url.expose()).map_err(|_| BrowserError::NotWeb)?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    let is_plain = url.username().is_empty() && url.password().is_none();
    if !is_web || !is_plain || url.as_str().len() > LONGEST {
        return Err(BrowserError::NotWeb);
    }
    Ok(url.into())
}

/// What opens `url` in a private window of `found`.
fn private_command(found: Found, url: String) -> Result<(String, Command), BrowserError> {
    let Found { id, name, program } = found;
    let Some((first, rest)) = program.split_first() else {
        return Err(BrowserError::NoPrivateWindow { browser: name });
    };
    let Some(known) = known::identify(&id, first) else {
        return Err(BrowserError::NoPrivateWindow { browser: name });
    };
    let mut command = Command::new(first);
    command.args(rest).args(known.private).arg(url);
    Ok((known.name.to_owned(), command))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Result<String, BrowserError> {
        web_address(&SecretString::new(text.into()))
    }

    #[test]
    fn only_web_addresses_are_handed_to_a_browser() {
        for (text, opened) in [
            ("https://login.example/a?b=c&state=x#d", "https://login.example/a?b=c&state=x#d"),
            ("http://127.0.0.1:4390/crm/authorize", "http://127.0.0.1:4390/crm/authorize"),
            ("HTTPS://LOGIN.example", "https://login.example/"),
            (
                "https://login.example/a b?c=\"d\"&e='f' --g",
                "https://login.example/a%20b?c=%22d%22&e=%27f%27%20--g",
            ),
            ("https://login.example/\r\n\t--x", "https://login.example/--x"),
        ] {
            assert_eq!(address(text).as_deref(), Ok(opened), "{text}");
        }
        for text in [
            "",
            "login.example",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "mailto:me@login.example",
            "smb://login.example/x",
            "ms-msdt:/id",
            "vbscript:x",
            "--private-window",
            "https://",
            "https://me:hunter2@login.example/",
            "https://login.example@evil.example/",
        ] {
            assert_eq!(address(text), Err(BrowserError::NotWeb), "{text}");
        }
        assert_eq!(
            address(&format!("https://login.example/{}", "x".repeat(LONGEST))),
            Err(BrowserError::NotWeb)
        );
    }

    #[test]
    fn a_private_window_is_ordered_by_each_browsers_own_switch() {
        let url = "https://login.example/?state=x";
        for (id, program, browser, line) in [
            ("firefox.desktop", "/usr/bin/firefox", "Firefox", "/usr/bin/firefox|--private-window"),
            (
                "firefox-esr.desktop",
                "/usr/lib/firefox-esr/firefox-esr",
                "Firefox",
                "/usr/lib/firefox-esr/firefox-esr|--private-window",
            ),
            ("firefox_firefox.desktop", "/snap/bin/firefox", "Firefox", "/snap/bin/firefox|--private-window"),
            (
                "org.mozilla.firefox.desktop",
                "/usr/bin/flatpak|run|--command=firefox|org.mozilla.firefox",
                "Firefox",
                "/usr/bin/flatpak|run|--command=firefox|org.mozilla.firefox|--private-window",
            ),
            (
                "userapp-Nightly-1.desktop",
                "/opt/firefox/firefox",
                "Firefox",
                "/opt/firefox/firefox|--private-window",
            ),
            (
                "google-chrome.desktop",
                "/usr/bin/google-chrome-stable",
                "Chrome",
                "/usr/bin/google-chrome-stable|--incognito",
            ),
            ("chromium.desktop", "/usr/bin/chromium", "Chromium", "/usr/bin/chromium|--incognito"),
            (
                "microsoft-edge.desktop",
                "/usr/bin/microsoft-edge",
                "Edge",
                "/usr/bin/microsoft-edge|--inprivate",
            ),
            (
                "brave-browser.desktop",
                "/usr/bin/brave-browser-stable",
                "Brave",
                "/usr/bin/brave-browser-stable|--incognito",
            ),
            (
                "FirefoxURL-308046B0AF4A39CB",
                "C:\\Program Files\\Mozilla Firefox\\firefox.exe",
                "Firefox",
                "C:\\Program Files\\Mozilla Firefox\\firefox.exe|--private-window",
            ),
            ("ChromeHTML", "C:\\chrome.exe", "Chrome", "C:\\chrome.exe|--incognito"),
            ("MSEdgeHTM", "C:\\msedge.exe", "Edge", "C:\\msedge.exe|--inprivate"),
            ("BraveHTML", "C:\\brave.exe", "Brave", "C:\\brave.exe|--incognito"),
            (
                "com.google.chrome",
                "/usr/bin/open|-n|-b|com.google.chrome|--args",
                "Chrome",
                "/usr/bin/open|-n|-b|com.google.chrome|--args|--incognito",
            ),
            (
                "com.microsoft.edgemac",
                "/usr/bin/open|-n|-b|com.microsoft.edgemac|--args",
                "Edge",
                "/usr/bin/open|-n|-b|com.microsoft.edgemac|--args|--inprivate",
            ),
        ] {
            let program = program.split('|').map(Into::into).collect();
            let found = Found { id: id.into(), name: None, program };
            let (name, command) = private_command(found, url.into()).unwrap();
            assert_eq!(name, browser, "{id}");
            let words: Vec<_> = std::iter::once(command.get_program()).chain(command.get_args()).collect();
            let expected: Vec<_> = line.split('|').chain([url]).collect();
            assert_eq!(words, expected, "{id}");
        }
    }

    #[test]
    fn a_browser_without_a_known_switch_opens_nothing() {
        for (id, program) in [
            ("org.gnome.Epiphany.desktop", "/usr/bin/epiphany"),
            ("com.apple.safari", "/usr/bin/open"),
            ("lynx.desktop", "/usr/bin/lynx"),
            ("firefox.desktop", ""),
        ] {
            let program = program.split(' ').filter(|word| !word.is_empty()).map(Into::into).collect();
            let found = Found { id: id.into(), name: Some("Web".into()), program };
            let outcome = private_command(found, "https://login.example/".into()).map(|(name, _)| name);
            assert_eq!(outcome, Err(BrowserError::NoPrivateWindow { browser: Some("Web".into()) }), "{id}");
        }
    }
}
