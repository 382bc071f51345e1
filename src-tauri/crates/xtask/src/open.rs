//! `cargo xtask run`: from a fresh clone to the open window.
//!
//! On a machine without a display the same program runs on a private one (see [`crate::session`]) with a data folder of
//! its own, because its keyring is not the person's; a picture of the first window is kept and the program closed.

use crate::{
    Failure, machine,
    machine::Need,
    process::{self, Running, check, program, project, target},
    session::Session,
    ui,
};
use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// How long the first window may take. A debug build on a busy machine paints in two seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sets up, builds, opens. `--release` builds as released; what follows `--` goes to Patchbay.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let (own, passed_on) = match arguments.iter().position(|argument| argument == "--") {
        Some(at) => (&arguments[..at], &arguments[at + 1..]),
        None => (arguments, &arguments[arguments.len()..]),
    };
    let release = match own {
        [] => false,
        [only] if only == "--release" => true,
        _ => return Err("takes --release, and arguments for Patchbay after `--`".into()),
    };
    let headless = cfg!(target_os = "linux") && !has_display();
    machine::prepare(if headless { Need::Headless } else { Need::Window })?;
    ui::install()?;
    ui::build()?;
    let profile = if release { "release" } else { "dev" };
    check(program("cargo build --package patchbay-desktop --profile").arg(profile))
        .map_err(|failure| format!("{failure}; {}", machine::remedy()))?;
    let folder = target().join(if release { "release" } else { "debug" });
    let binary = folder.join(format!("patchbay-desktop{}", env::consts::EXE_SUFFIX));
    let mut patchbay = Command::new(binary);
    patchbay.args(passed_on).current_dir(project());
    if headless { picture(&mut patchbay) } else { check(&mut patchbay) }
}

fn has_display() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Opens `patchbay` on a private display, waits for its first window, and keeps a picture of it.
fn picture(patchbay: &mut Command) -> Result<(), Failure> {
    let folder = target().join("headless");
    let session = Session::start(&folder)?;
    let home = folder.join("home");
    patchbay
        .env("XDG_DATA_HOME", home.join(".local/share"))
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("XDG_CACHE_HOME", home.join(".cache"))
        .env("HOME", &home);
    let file = target().join("screens/run.png");
    fs::create_dir_all(target().join("screens")).map_err(|error| format!("{}: {error}", file.display()))?;
    let empty = take_picture(&session, &file)?;

    let child = session.enter(patchbay).stdin(Stdio::null()).spawn();
    let mut running = Running(child.map_err(|error| format!("Patchbay could not be started: {error}"))?);
    let deadline = Instant::now() + PATIENCE;
    let mut former = Vec::new();
    loop {
        if let Ok(Some(status)) = running.0.try_wait() {
            return Err(format!("Patchbay ended with {status} before its window opened"));
        }
        if Instant::now() > deadline {
            return Err(format!("no window within {} s", PATIENCE.as_secs()));
        }
        thread::sleep(Duration::from_millis(400));
        if !has_window(&session) {
            continue;
        }
        let now = take_picture(&session, &file)?;
        // Painted (an empty window takes no more room than an empty screen), and no longer changing.
        if now.len() > 2 * empty.len() && now == former {
            break;
        }
        former = now;
    }
    println!("Patchbay opened. This machine has no display, so here is a picture of its window:");
    println!("  {}", file.display());
    println!("It ran with data of its own in {} and is closed again.", home.display());
    Ok(())
}

fn has_window(session: &Session) -> bool {
    let mut search = program("xdotool search --onlyvisible --name ^Patchbay$");
    let found = session.enter(&mut search).stdout(Stdio::null()).stderr(Stdio::null()).status();
    found.is_ok_and(|status| status.success())
}

fn take_picture(session: &Session, file: &Path) -> Result<Vec<u8>, Failure> {
    process::check(session.enter(program("scrot --overwrite --silent").arg(file)))?;
    fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}
