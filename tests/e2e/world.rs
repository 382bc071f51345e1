//! A machine for one test: empty folders for home, XDG and data. Display, bus and keyring are the session's.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};
use tempfile::TempDir;

/// The folders of one test; gone when it ends.
pub struct World {
    folder: TempDir,
}

impl World {
    /// An empty machine.
    pub fn empty() -> Self {
        assert_eq!(
            env::var("PATCHBAY_SESSION").as_deref(),
            Ok("private"),
            "these tests drive a real window on a display, a bus and a keyring of their own: run `cargo xtask test window`"
        );
        Self { folder: tempfile::tempdir().unwrap() }
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
            .env("TMPDIR", home)
            .env("PATCHBAY_DATA_DIR", self.data())
    }
}

/// Where pictures go.
pub fn screens() -> PathBuf {
    let tests = env::current_exe().unwrap();
    let folder = tests.ancestors().nth(3).unwrap_or(Path::new("")).join("screens");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
