//! A data directory, a vault and the built command.

use crate::built;
use serde_json::Value;
use std::{
    ffi::OsString,
    io::{BufRead, BufReader, Read, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Output, Stdio},
};
use tempfile::TempDir;

/// The file that holds the passphrase, where there is one.
const PASSPHRASE: &str = "passphrase";

/// A machine of its own: data directory, passphrase, files, and the program that runs on it.
pub struct World {
    directory: TempDir,
    program: PathBuf,
    variables: Vec<(&'static str, OsString)>,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// A command that runs.
pub struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
    out: String,
}

impl Running {
    /// Starts `command`.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines, out: String::new() }
    }

    /// Its next line that tells of `step`.
    pub fn until(&mut self, step: &str) -> Value {
        self.reaches(step).unwrap_or_else(|| panic!("it ended without `{step}`: {}", self.out))
    }

    /// The same; none where it ends, or is ended, before.
    pub fn reaches(&mut self, step: &str) -> Option<Value> {
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).unwrap() == 0 {
                return None;
            }
            self.out.push_str(&line);
            // The last line of a process that was killed may be half.
            let told: Value = serde_json::from_str(&line).unwrap_or_default();
            if told["step"] == step {
                return Some(told);
            }
        }
    }

    /// The process.
    pub fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// The person types a line.
    pub fn type_line(&mut self, text: &str) {
        writeln!(self.child.stdin.as_mut().unwrap(), "{text}").unwrap();
    }

    /// Waits for its end.
    pub fn end(mut self) -> Ended {
        self.lines.read_to_string(&mut self.out).unwrap();
        let output = self.child.wait_with_output().unwrap();
        Ended { out: self.out, ..Ended::of(output) }
    }
}

impl Ended {
    /// What it left.
    pub fn of(output: Output) -> Self {
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

    /// The JSON objects of standard output, one a line.
    pub fn lines(&self) -> Vec<Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {self:?}")))
            .collect()
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

impl World {
    /// With a passphrase vault that is set up.
    pub fn new() -> Self {
        let world = Self::bare("patchbay");
        world.file(PASSPHRASE, "correct horse battery staple");
        let made = world.patchbay(&["vault", "create", "--passphrase"]);
        assert_eq!(made.code, 0, "{made:?}");
        world
    }

    /// With nothing on it but `program`, which this workspace built.
    pub fn bare(program: &str) -> Self {
        let variables = Vec::new();
        Self { directory: tempfile::tempdir().unwrap(), program: built(program), variables }
    }

    /// Its programs find this variable from now on.
    pub fn set(&mut self, name: &'static str, value: impl Into<OsString>) {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.into()));
    }

    /// Another one with the same files. Nothing may run on this one meanwhile.
    pub fn copy(&self) -> Self {
        let other = Self {
            directory: tempfile::tempdir().unwrap(),
            program: self.program.clone(),
            variables: self.variables.clone(),
        };
        for file in files(self.folder()) {
            let to = other.folder().join(file.strip_prefix(self.folder()).unwrap());
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            std::fs::copy(file, to).unwrap();
        }
        other
    }

    /// Where everything of it lies.
    pub fn folder(&self) -> &Path {
        self.directory.path()
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
        Ended::of(self.command(arguments).output().expect("the command is built first"))
    }

    /// Starts the command, which tells what it does line by line.
    pub fn start(&self, arguments: &[&str]) -> Running {
        Running::start(&mut self.command(arguments))
    }

    /// The same, with a person at its standard input.
    pub fn start_with_input(&self, arguments: &[&str]) -> Running {
        Running::start(self.command(arguments).stdin(Stdio::piped()))
    }

    /// The command with `--json`, not started yet.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .arg("--json")
            .args(arguments)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder())
            .env("PATCHBAY_DATA_DIR", self.data())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        let passphrase = self.folder().join(PASSPHRASE);
        if passphrase.is_file() {
            command.env("PATCHBAY_VAULT_PASSPHRASE_FILE", passphrase);
        }
        command
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
        let agreed = crate::agreed(manifest);
        let agreed = agreed.iter().map(String::as_str);
        self.done(
            &["connectors", "add", file.to_str().unwrap()].into_iter().chain(agreed).collect::<Vec<_>>(),
        );
        self.done(&["connectors", "ready", link_name]);
    }

    /// Whether `needle` stands in any file of the data directory.
    pub fn keeps(&self, needle: &str) -> Option<PathBuf> {
        files(&self.data()).into_iter().find(|file| {
            let bytes = std::fs::read(file).unwrap_or_default();
            bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
        })
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
