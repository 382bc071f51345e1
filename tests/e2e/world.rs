//! A machine for one test: empty folders for home, XDG and data. Display, bus and keyring are the session's.

use crate::browser::end_browsers;
use serde_json::Value;
use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tempfile::TempDir;
use tests::built;

/// The folders of one test; gone when it ends.
pub struct World {
    folder: TempDir,
    variables: Vec<(&'static str, PathBuf)>,
}

impl World {
    /// An empty machine.
    pub fn empty() -> Self {
        assert_eq!(
            env::var("PATCHBAY_SESSION").as_deref(),
            Ok("private"),
            "these tests drive a real window on a display, a bus and a keyring of their own: run `cargo xtask test window`"
        );
        Self { folder: tempfile::tempdir().unwrap(), variables: Vec::new() }
    }

    /// The same, with one more variable in the environment of what runs there.
    pub fn with(mut self, name: &'static str, value: impl Into<PathBuf>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// A machine without a keyring: its bus is not there.
    pub fn without_keyring() -> Self {
        Self::empty().with("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    }

    /// Home, data, temporary and XDG folders, all below this one.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the window keeps everything.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What the window that was opened last wrote on standard output and error.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("window.log")
    }

    /// Lets `command` run on this machine.
    pub fn enter<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let home = self.folder.path();
        command
            .env("HOME", home)
            .env("XDG_DATA_HOME", home.join(".local/share"))
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("XDG_CACHE_HOME", home.join(".cache"))
            .env("XDG_STATE_HOME", home.join(".local/state"))
            // A person's choice of another browser or desktop is none of this machine's.
            .env_remove("BROWSER")
            .env_remove("XDG_CURRENT_DESKTOP")
            .env("TMPDIR", home)
            .env("PATCHBAY_DATA_DIR", self.data())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
    }

    /// The `patchbay` command on this machine, with `--json`.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(built("patchbay"));
        self.enter(&mut command).arg("--json").args(arguments).stdin(Stdio::null());
        command
    }

    /// Runs the `patchbay` command, which must succeed, and answers what it printed.
    pub fn patchbay(&self, arguments: &[&str]) -> Value {
        let output = self.command(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        let last = output.stdout.trim_ascii().split(|byte| *byte == b'\n').next_back().unwrap_or_default();
        serde_json::from_slice(&output.stdout).or_else(|_| serde_json::from_slice(last)).unwrap()
    }

    /// Adds a connector from a file and marks it as ready, on the command line.
    pub fn add_connector(&self, link_name: &str, manifest: &str) {
        let file = self.folder().join(format!("{link_name}.yaml"));
        std::fs::write(&file, manifest).unwrap();
        let agreed = tests::agreed(manifest);
        let agreed = agreed.iter().map(String::as_str);
        self.patchbay(
            &["connectors", "add", file.to_str().unwrap()].into_iter().chain(agreed).collect::<Vec<_>>(),
        );
        self.patchbay(&["connectors", "ready", link_name]);
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // The desktop opens a browser for good; it does not end with the window.
        end_browsers(self.folder());
    }
}

/// Where pictures go.
pub fn screens() -> PathBuf {
    let tests = env::current_exe().unwrap();
    let folder = tests.ancestors().nth(3).unwrap_or(Path::new("")).join("screens");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
