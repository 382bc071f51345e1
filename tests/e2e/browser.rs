//! The browser of a test's machine: Chromium without a screen, the default browser of that desktop. Whoever asks the
//! desktop for a web page gets it, as on a person's own machine.
//!
//! Each page that is opened gets a Chromium of its own, with a profile of its own in the world, so that a test knows
//! which one it looks at. It reaches nothing but this machine.

use crate::{
    Page, World, button,
    driver::{Driver, PATIENCE, now, pause},
    field,
};
use serde_json::json;
use std::{
    fs,
    ops::Deref,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

/// Its desktop file; its name is what tells the browser's kind.
const DESKTOP_FILE: &str = "chromium.desktop";

/// A profile is named before Chromium starts, so that the test finds it, and killed by the process that is noted there.
const START: &str = r#"#!/bin/sh
profile=$(mktemp -d "$HOME/browser.XXXXXX")
echo $$ > "$profile/process"
exec chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --password-store=basic \
  --no-first-run --no-default-browser-check --disable-background-networking --disable-component-update \
  --disable-sync --host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost' \
  --window-size=1100,800 --user-data-dir="$profile" --remote-debugging-port=0 "$@" 2> "$profile/log"
"#;

impl World {
    /// The same with a browser, the desktop's default.
    pub fn with_browser(self) -> Self {
        let home = self.folder();
        let program = home.join("bin/chromium");
        write(&program, START);
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let kinds = ["x-scheme-handler/http", "x-scheme-handler/https", "text/html"];
        let entry = format!(
            "[Desktop Entry]\nType=Application\nName=Chromium\nExec={} %U\nMimeType={};\n",
            program.display(),
            kinds.join(";")
        );
        write(&home.join(".local/share/applications").join(DESKTOP_FILE), &entry);
        let defaults = kinds.map(|kind| format!("{kind}={DESKTOP_FILE}\n")).concat();
        write(&home.join(".config/mimeapps.list"), &format!("[Default Applications]\n{defaults}"));
        self
    }

    /// Pages that were opened so far, by the folders of their browsers.
    fn browsers(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder()).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("browser.")).collect()
    }
}

/// A running browser, its page open.
pub struct Browser {
    page: Page,
    profile: PathBuf,
}

impl Browser {
    /// Waits for the browser that the desktop opens in `world`, and for its page below `address`.
    pub async fn opened(world: &World, address: &str) -> Self {
        let start = now();
        loop {
            for profile in world.browsers() {
                // The port, a line of its own. Whoever takes the browser takes the file.
                let told = profile.join("DevToolsActivePort");
                if let Some((port, _)) = read(&told).split_once('\n') {
                    fs::rename(&told, profile.join("taken")).unwrap();
                    return Self::attach(world, profile, port, address).await;
                }
            }
            let logs = || world.browsers().iter().map(|each| read(&each.join("log"))).collect::<String>();
            assert!(start.elapsed() < PATIENCE, "no browser was opened for {address}:\n{}", logs());
            pause().await;
        }
    }

    /// Opens `address` by hand, as on another device.
    pub async fn open(world: &World, address: &str) -> Self {
        let mut command = Command::new(world.folder().join("bin/chromium"));
        world.enter(&mut command).arg(address).spawn().unwrap();
        Self::opened(world, address).await
    }

    async fn attach(world: &World, profile: PathBuf, port: &str, address: &str) -> Self {
        let driver = Driver::start(world, "chromedriver", profile.join("driver.log"));
        let capabilities =
            json!({ "goog:chromeOptions": { "debuggerAddress": format!("127.0.0.1:{port}") } });
        let page = Page::open("browser", driver, capabilities).await;
        page.turns_to(address).await;
        Self { page, profile }
    }

    /// The arguments that the running browser has.
    pub fn arguments(&self) -> Vec<String> {
        let line = fs::read_to_string(format!("/proc/{}/cmdline", self.process())).unwrap();
        // Chromium joins them with blanks; an address has none.
        line.split(['\0', ' ']).filter(|each| !each.is_empty()).map(str::to_owned).collect()
    }

    /// Signs `name` in at oidc-provider and agrees to what is asked.
    pub async fn signs_in(&self, name: &str) {
        self.page.fill(field("Enter any login"), name).await;
        self.page.fill(field("and password"), "any password").await;
        self.page.click(button("Sign-in")).await;
        self.page.click(button("Continue")).await;
    }

    /// Closes the browser and answers the folder that it leaves behind.
    pub async fn close(self) -> PathBuf {
        let process = self.process();
        self.page.close().await;
        let ended = Command::new("kill").args(["-TERM", &process]).status().unwrap();
        assert!(ended.success(), "the browser had ended before");
        let start = now();
        while is_running(&process) {
            assert!(start.elapsed() < PATIENCE, "the browser does not end");
            pause().await;
        }
        self.profile
    }

    fn process(&self) -> String {
        read(&self.profile.join("process")).trim().to_owned()
    }
}

impl Deref for Browser {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

/// Ends what a failed test leaves running in the home of `world`.
pub fn end_browsers(home: &Path) {
    for profile in fs::read_dir(home).into_iter().flatten().flatten() {
        let process = read(&profile.path().join("process"));
        if !process.is_empty() && is_running(process.trim()) {
            let _ = Command::new("kill").args(["-KILL", process.trim()]).status();
        }
    }
}

/// Whether it runs, and has not merely not been waited for.
fn is_running(process: &str) -> bool {
    let line = read(Path::new(&format!("/proc/{process}/cmdline")));
    line.contains("--remote-debugging-port")
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_default()
}

fn write(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}
