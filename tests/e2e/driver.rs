//! A WebDriver of its own per page: WebKitWebDriver for the window, chromedriver for the browser.

use crate::World;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::Value;
use std::{
    fs::File,
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long a step may take. Far more than it needs, so that a busy machine fails no test.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// A running driver; with it ends what it started.
pub struct Driver {
    process: Child,
    port: u16,
    log: PathBuf,
}

impl Driver {
    /// Starts `program` in `world`; what it starts inherits its environment, and writes to `log` with it.
    pub fn start(world: &World, program: &str, log: PathBuf) -> Self {
        // A driver picks no port by itself. Asking for a free one and handing it on leaves a gap that no other test
        // falls into, because these run one after the other.
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let file = File::create(&log).unwrap();
        let mut command = Command::new(program);
        world
            .enter(&mut command)
            .arg(format!("--port={port}"))
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdin(Stdio::null())
            .stdout(file.try_clone().unwrap())
            .stderr(file)
            .process_group(0);
        let process = command.spawn().unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        let driver = Self { process, port, log };
        let start = now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(start.elapsed() < PATIENCE, "{program} does not answer");
            std::thread::yield_now();
        }
        driver
    }

    /// Opens a session.
    pub async fn open(&self, capabilities: Value) -> Client {
        let Value::Object(capabilities) = capabilities else { panic!("capabilities are an object") };
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let address = format!("http://127.0.0.1:{}", self.port);
        builder.capabilities(capabilities).connect(&address).await.expect("the session opens")
    }

    /// What the driver, and what it started, wrote on standard output and error.
    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The whole group: a failed test leaves a window behind.
        let group = format!("-{}", self.process.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.process.wait();
    }
}

/// The time, for a deadline.
#[expect(clippy::disallowed_methods, reason = "a deadline for a real program")]
pub fn now() -> Instant {
    Instant::now()
}

/// A little while, before a condition is looked at again.
#[expect(clippy::disallowed_methods, reason = "asks a real program again a little later")]
pub async fn pause() {
    tokio::time::sleep(Duration::from_millis(25)).await;
}
