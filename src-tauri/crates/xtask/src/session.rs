//! A private desktop for one run: display, session bus and unlocked keyring, all gone afterwards.
//!
//! Nothing here touches the person's own display, bus, keyring or home: the keyring's files lie in the session's own
//! folder. Linux only; elsewhere the window is opened on the real desktop.

use crate::{
    Failure,
    process::{self, Running, program},
};
use std::{
    env, fs,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A running display, bus and keyring.
pub struct Session {
    display: String,
    bus: String,
    // Ended in this order: the keyring before its bus, both before the display, then their folder.
    _keyring: Running,
    _bus: Running,
    _display: Running,
    runtime: RuntimeFolder,
}

impl Session {
    /// Starts one whose files lie in `folder`; a keyring made there earlier is opened again.
    pub fn start(folder: &Path) -> Result<Self, Failure> {
        let data = folder.join("home/.local/share");
        fs::create_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
        let runtime = RuntimeFolder::make()?;

        let mut xvfb = program("Xvfb -displayfd 1 -screen 0 1440x960x24 -br -nolisten tcp");
        let (display_process, number) = start_and_read(xvfb.stderr(Stdio::null()))?;
        let display = format!(":{number}");

        // The bus starts services by itself: they must find the private folders in its environment.
        let mut daemon = program("dbus-daemon --session --nofork --print-address=1");
        private(&mut daemon, folder, &runtime.0);
        let (bus_process, bus) = start_and_read(daemon.env("DISPLAY", &display).stderr(Stdio::null()))?;

        let mut keyring = program("gnome-keyring-daemon --foreground --unlock --components=secrets");
        private(&mut keyring, folder, &runtime.0);
        keyring.env("DISPLAY", &display).env("DBUS_SESSION_BUS_ADDRESS", &bus);
        let keyring = keyring.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut keyring = Running(
            keyring.map_err(|error| format!("`gnome-keyring-daemon` could not be started: {error}"))?,
        );
        if let Some(mut password) = keyring.0.stdin.take() {
            // An empty password does not unlock; closing the pipe ends it.
            password
                .write_all(b"session\n")
                .map_err(|error| format!("the keyring took no password: {error}"))?;
        }
        let session =
            Self { display, bus, _keyring: keyring, _bus: bus_process, _display: display_process, runtime };
        let mut wait = program("gdbus wait --session --timeout 20 org.freedesktop.secrets");
        process::check(session.enter(&mut wait))?;
        Ok(session)
    }

    /// Lets `command` run in this session. Its home stays what it was.
    pub fn enter<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("DISPLAY", &self.display)
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("XDG_RUNTIME_DIR", &self.runtime.0)
            // What drives the desktop refuses to run on a person's own.
            .env("PATCHBAY_SESSION", "private")
            .env_remove("WAYLAND_DISPLAY")
    }
}

/// `cargo xtask session COMMAND…`: runs it in a session of its own.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let (name, rest) = arguments.split_first().ok_or("name the command to run")?;
    let session = Session::start(&scratch("session")?)?;
    process::check(session.enter(Command::new(name).args(rest)))
}

/// An empty folder below the build folder.
pub fn scratch(name: &str) -> Result<PathBuf, Failure> {
    let folder = process::target().join(name);
    match fs::remove_dir_all(&folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(format!("{} cannot be emptied: {error}", folder.display()));
        }
        _ => {}
    }
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Points a service at the session's own folders.
fn private(command: &mut Command, folder: &Path, runtime: &Path) {
    let home = folder.join("home");
    command
        .env("XDG_RUNTIME_DIR", runtime)
        .env("XDG_DATA_HOME", home.join(".local/share"))
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("XDG_CACHE_HOME", home.join(".cache"))
        .env("HOME", home)
        .env_remove("WAYLAND_DISPLAY");
}

/// Starts `command` and reads the one line that says it is ready.
fn start_and_read(command: &mut Command) -> Result<(Running, String), Failure> {
    let name = process::describe(command);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
    let mut running = Running(child.map_err(|error| format!("{name} could not be started: {error}"))?);
    let stdout = running.0.stdout.as_mut().ok_or_else(|| format!("{name} has no output"))?;
    let mut line = String::new();
    BufReader::new(stdout)
        .read_line(&mut line)
        .map_err(|error| format!("{name} could not be read: {error}"))?;
    match line.trim() {
        "" => Err(format!("{name} ended before it was ready")),
        ready => Ok((running, ready.to_owned())),
    }
}

/// Where the sockets lie. Below the system's temporary folder, because the path of a socket holds 108 bytes at most.
struct RuntimeFolder(PathBuf);

impl RuntimeFolder {
    fn make() -> Result<Self, Failure> {
        let folder = env::temp_dir().join(format!("patchbay-session-{}", std::process::id()));
        let made = make_private(&folder);
        made.map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for RuntimeFolder {
    fn drop(&mut self) {
        // What is left behind is empty sockets in a temporary folder.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_private(_: &Path) -> io::Result<()> {
    Err(io::Error::other("a private session needs Linux"))
}
