//! A data directory, a vault and the built command.

use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};
use tempfile::TempDir;
use tests::built;

/// A machine of its own: data directory, passphrase, files.
pub struct World {
    directory: TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// The one JSON document of standard output.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The JSON objects of standard output, one a line.
    pub fn lines(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {self:?}")))
            .collect()
    }
}

impl World {
    /// With a passphrase vault that is set up.
    pub fn new() -> Self {
        let world = Self { directory: tempfile::tempdir().unwrap() };
        world.file("passphrase", "correct horse battery staple");
        let made = world.patchbay(&["vault", "create", "--passphrase"]);
        assert_eq!(made.code, 0, "{made:?}");
        world
    }

    /// Writes a file and answers its path.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `KEY=@FILE` for a secret.
    pub fn secret(&self, key: &str, value: &str) -> String {
        format!("{key}=@{}", self.file(&format!("secret-{key}"), value).display())
    }

    /// Runs the command with `--json`.
    pub fn patchbay(&self, arguments: &[&str]) -> Ended {
        let output = Command::new(built("patchbay"))
            .arg("--json")
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.directory.path())
            .env("PATCHBAY_DATA_DIR", self.data())
            .env("PATCHBAY_VAULT_PASSPHRASE_FILE", self.directory.path().join("passphrase"))
            .stdin(Stdio::null())
            .output()
            .expect("the command is built first");
        Ended {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command that must succeed.
    pub fn done(&self, arguments: &[&str]) -> Ended {
        let ended = self.patchbay(arguments);
        assert_eq!(ended.code, 0, "{arguments:?}: {ended:?}");
        assert_eq!(ended.err, "", "with --json everything is on standard output");
        ended
    }

    /// Adds a connector and marks it as ready.
    pub fn connector(&self, link_name: &str, manifest: &str) {
        let file = self.file(&format!("{link_name}.yaml"), manifest);
        self.done(&["connectors", "add", file.to_str().unwrap()]);
        self.done(&["connectors", "ready", link_name]);
    }

    /// Whether `needle` stands in any file of the data directory.
    pub fn keeps(&self, needle: &str) -> Option<PathBuf> {
        files(&self.data()).into_iter().find(|file| {
            let bytes = std::fs::read(file).unwrap_or_default();
            bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
        })
    }

    fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
