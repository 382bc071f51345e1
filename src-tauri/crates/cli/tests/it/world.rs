//! A data directory with a passphrase vault, and the built command on it, with the network off where that is permitted.

use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::LazyLock,
};
use tempfile::TempDir;

const PATCHBAY: &str = env!("CARGO_BIN_EXE_patchbay");

/// Runs what follows in a network of its own that has loopback and no way out (Linux, as any user, where the system
/// lets users make namespaces).
const OFFLINE: [&str; 5] = ["unshare", "-rn", "sh", "-c", r#"ip link set lo up && exec "$0" "$@""#];

static IS_OFFLINE_PERMITTED: LazyLock<bool> = LazyLock::new(|| {
    let interfaces = Command::new(OFFLINE[0]).args(&OFFLINE[1..]).args(["cat", "/proc/net/dev"]).output();
    interfaces.is_ok_and(|output| {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let names: Vec<_> = text.lines().filter_map(|line| Some(line.split_once(':')?.0.trim())).collect();
        output.status.success() && names == ["lo"]
    })
});

/// A machine of its own.
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
    pub fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The one JSON document of standard output.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The last JSON object of standard output.
    pub fn last(&self) -> Value {
        let line = self.out.lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl World {
    /// With a passphrase vault that is set up.
    pub fn new() -> Self {
        let world = Self::empty();
        world.done(&["vault", "create", "--passphrase"]);
        world
    }

    /// With a passphrase, and no vault yet.
    pub fn empty() -> Self {
        let world = Self { directory: tempfile::tempdir().unwrap() };
        world.file("passphrase", "correct horse battery staple");
        world
    }

    /// Its folder.
    pub fn path(&self) -> String {
        self.directory.path().to_str().unwrap().to_owned()
    }

    /// Writes a file and answers its path.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Adds a connector; marks it as ready.
    pub fn connector(&self, link_name: &str, rest: &str) {
        self.connector_of(link_name, rest, &[]);
    }

    /// The same, for a service at these addresses of this machine.
    pub fn connector_of(&self, link_name: &str, rest: &str, agree: &[&str]) {
        self.add(link_name, rest, agree);
        self.done(&["connectors", "ready", link_name]);
    }

    /// Adds a connector.
    pub fn draft(&self, link_name: &str, rest: &str) {
        self.add(link_name, rest, &[]);
    }

    fn add(&self, link_name: &str, rest: &str, agree: &[&str]) {
        let head = format!("patchbay: 1\nlink_name: {link_name}\nname: {link_name}\n");
        let file = self.file(&format!("{link_name}.yaml"), &format!("{head}{rest}"));
        let mut arguments = vec!["connectors", "add", file.to_str().unwrap()];
        arguments.extend(agree.iter().flat_map(|address| ["--agree", *address]));
        self.done(&arguments);
    }

    /// Runs a command that must succeed, with the network off.
    pub fn done(&self, arguments: &[&str]) -> Ended {
        let ended = self.patchbay(arguments);
        assert_eq!((ended.code, ended.err.as_str()), (0, ""), "{arguments:?}: {ended:?}");
        ended
    }

    /// Runs a command with the network off.
    pub fn patchbay(&self, arguments: &[&str]) -> Ended {
        let mut command = if *IS_OFFLINE_PERMITTED {
            let mut command = Command::new(OFFLINE[0]);
            command.args(&OFFLINE[1..]).arg(PATCHBAY);
            command
        } else {
            Command::new(PATCHBAY)
        };
        Ended::of(self.surround(command.args(arguments)))
    }

    /// Runs a command with this machine's own network.
    pub fn ended(&self, arguments: &[&str]) -> Ended {
        Ended::of(&mut self.together(arguments))
    }

    /// The command with this machine's own network, so that several of them can meet.
    pub fn together(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(PATCHBAY);
        self.surround(command.args(arguments));
        command
    }

    fn surround<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let home: &Path = self.directory.path();
        command
            .arg("--json")
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", home)
            .env("PATCHBAY_DATA_DIR", home.join("data"))
            .env("PATCHBAY_VAULT_PASSPHRASE_FILE", home.join("passphrase"))
            .stdin(Stdio::null())
    }
}
