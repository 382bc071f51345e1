//! A service that nobody here wrote, running beside a test.

use serde_json::Value;
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;

/// How long a peer may take to say that it is ready.
const START: Duration = Duration::from_secs(60);
/// How long a line of the log may take to follow its answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// A running peer; ends with the test.
pub struct Peer {
    /// Its address, without a slash at the end.
    pub address: String,
    folder: TempDir,
    child: Child,
    // Closed at the end: that is what the peer waits for.
    _input: ChildStdin,
}

impl Peer {
    /// Starts `serve_{name}.py` or `serve_{name}.mjs` and waits for its ready line.
    pub fn start(name: &str) -> Self {
        Self::start_with(name, &[])
    }

    /// The same with options, which the head of that file explains: `--ttl=1`.
    pub fn start_with(name: &str, options: &[&str]) -> Self {
        let home = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = tempfile::tempdir().unwrap();
        let script = |ending| home.join(format!("peers/serve_{name}.{ending}"));
        let mut command = if script("py").is_file() {
            let mut python = Command::new(home.join("../target/peers/bin/python"));
            python.arg(script("py")).env("PYTHONDONTWRITEBYTECODE", "1");
            python
        } else {
            let mut node = Command::new("node");
            node.arg(script("mjs"));
            node
        };
        command
            .arg(format!("--folder={}", folder.path().display()))
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        // A runtime that hangs at its start is started once more; the test fails where that one hangs as well.
        let (child, input, line) = begin(&mut command).or_else(|| begin(&mut command)).unwrap_or_else(|| {
            panic!("{command:?} did not say that it is ready; run `cargo xtask test install`")
        });
        let address = line.trim().strip_prefix("ready ").unwrap_or_else(|| panic!("{name} said {line:?}"));
        Self { address: address.to_owned(), folder, child, _input: input }
    }

    /// A file that the peer made for this run: `client-es.pem`.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What it was asked so far and what it answered, one object a request, in the order in which the answers left.
    pub fn log(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.file("access.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The token requests of the log, once there are `count` or more of them.
    pub fn token_requests(&self, count: usize) -> Vec<Value> {
        let requests = || {
            let mut lines = self.log();
            lines.retain(|line| line["url"].as_str().is_some_and(|url| url.starts_with("/token")));
            lines
        };
        wait_until(|| requests().len() >= count, || format!("{count} token requests: {:#?}", requests()));
        requests()
    }

    /// Waits until oidc-provider has done the work of `count` token requests; it holds the last answer back for as long as
    /// `--delay` says.
    pub fn holds(&self, count: usize) {
        let held = || std::fs::read_to_string(self.file("held")).unwrap_or_default().lines().count();
        wait_until(|| held() >= count, || format!("{count} token requests, and there were {}", held()));
    }
}

/// Looks again and again whether `is_so`; fails with what was expected where it does not come to be.
fn wait_until(is_so: impl Fn() -> bool, expected: impl Fn() -> String) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "expected were {}", expected());
        thread::sleep(Duration::from_millis(10));
    }
}

impl Peer {
    /// Waits until something that the peer gave with the logged answer `given` has lived for `life`.
    pub fn outlive(&self, given: &Value, life: Duration) {
        let answered = given["answered"].as_u64().map(Duration::from_millis).unwrap();
        let ends = UNIX_EPOCH + answered + life;
        if let Ok(left) = ends.duration_since(SystemTime::now()) {
            thread::sleep(left);
        }
    }
}

/// Starts a peer and waits for its ready line; none where it does not come in time.
fn begin(command: &mut Command) -> Option<(Child, ChildStdin, String)> {
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let (said, ready) = mpsc::channel();
    thread::spawn(move || {
        let mut line = String::new();
        if BufReader::new(output).read_line(&mut line).is_ok() {
            // Nobody listens any more where it came too late.
            let _ = said.send(line);
        }
    });
    match ready.recv_timeout(START) {
        Ok(line) => Some((child, input, line)),
        Err(_) => {
            let _ = child.kill();
            let _ = child.wait();
            None
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
