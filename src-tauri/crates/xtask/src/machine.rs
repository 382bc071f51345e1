//! System packages: which are needed, which are missing, and what to do about it on this system.
//!
//! Debian and Ubuntu are installed to: at once as root, after a question in a terminal. Everywhere else, and where
//! nobody can be asked, the exact command is named and nothing is changed.

use crate::{
    Failure,
    process::{check, find_program, is_installed, program},
};
use std::{
    fs,
    io::{self, IsTerminal, Write},
    path::PathBuf,
    process::{Command, Stdio},
};

/// What the machine is asked to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Build and open the window on a desktop.
    Window,
    /// The same without a display, with a picture of it.
    Headless,
    /// Every check, the real window and the browser included.
    Test,
}

const WINDOW: &[&str] = &["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev"];
const HEADLESS: &[&str] = &[
    "dbus",
    "fonts-dejavu-core",
    "gnome-keyring",
    "libgl1-mesa-dri",
    "libglib2.0-bin",
    "scrot",
    "xdotool",
    "xvfb",
];
const TEST: &[&str] = &["python3-venv", "strace", "webkit2gtk-driver"];

/// Any of these shows the web view to Playwright.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome"];

impl Need {
    /// The Debian packages for it.
    fn packages(self) -> Vec<&'static str> {
        match self {
            Self::Window => WINDOW.to_vec(),
            Self::Headless => [WINDOW, HEADLESS].concat(),
            Self::Test => [WINDOW, HEADLESS, TEST].concat(),
        }
    }
}

/// Makes sure that the machine has what `need` takes, or says what to install.
pub fn prepare(need: Need) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        return Ok(()); // Windows and macOS bring their web view; compilers come with Rust's own installation.
    }
    if !is_installed("dpkg-query") {
        return prepare_other(need);
    }
    let mut missing = need.packages();
    missing.retain(|package| !is_package_installed(package));
    if need == Need::Test && browser().is_none() {
        let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
        missing.push(browser_package(&release));
    }
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(" ");
    let line = format!("apt-get install --yes --no-install-recommends {missing}");
    println!("Patchbay needs these system packages: {missing}");
    if is_root()? {
        check(&mut apt("apt-get update --quiet"))?;
        return check(&mut apt(&line));
    }
    if io::stdin().is_terminal() && is_installed("sudo") && agrees("Install them with sudo now? [Y/n] ")? {
        check(&mut apt("sudo apt-get update --quiet"))?;
        return check(&mut apt(&format!("sudo {line}")));
    }
    Err(format!("install them, then run this again:\n  sudo apt-get update && sudo {line}"))
}

/// Debian packs Chromium itself; Ubuntu's package of this name fetches the snap.
fn browser_package(release: &str) -> &'static str {
    let is_ubuntu = release.lines().any(|line| line == "ID=ubuntu");
    if is_ubuntu { "chromium-browser" } else { "chromium" }
}

/// Linux systems that we do not install to: named, and checked by what the build itself asks for.
fn prepare_other(need: Need) -> Result<(), Failure> {
    let has_webkit = program("pkg-config --exists webkit2gtk-4.1")
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    let programs: &[&str] = match need {
        Need::Window => &[],
        Need::Headless => &["Xvfb", "dbus-daemon", "gnome-keyring-daemon", "gdbus", "xdotool", "scrot"],
        Need::Test => &["Xvfb", "dbus-daemon", "gnome-keyring-daemon", "gdbus", "strace", "WebKitWebDriver"],
    };
    let mut missing: Vec<_> = programs.iter().filter(|name| !is_installed(name)).copied().collect();
    if need == Need::Test && browser().is_none() {
        missing.push("chromium");
    }
    if has_webkit && missing.is_empty() {
        return Ok(());
    }
    let webkit = if has_webkit { "" } else { "WebKitGTK 4.1 with its development files " };
    Err(format!(
        "this machine lacks {webkit}{}. Install, then run this again:\n  \
         Fedora  sudo dnf install webkit2gtk4.1-devel gcc gcc-c++ pkgconf-pkg-config{}\n  \
         Arch    sudo pacman -S --needed base-devel webkit2gtk-4.1{}",
        missing.join(", "),
        for_need(
            need,
            " xorg-x11-server-Xvfb dbus-daemon gnome-keyring glib2 xdotool scrot",
            " chromium strace webkitgtk6.0"
        ),
        for_need(need, " xorg-server-xvfb dbus gnome-keyring glib2 xdotool scrot", " chromium strace"),
    ))
}

fn for_need(need: Need, headless: &str, test: &str) -> String {
    match need {
        Need::Window => String::new(),
        Need::Headless => headless.to_owned(),
        Need::Test => format!("{headless}{test}"),
    }
}

/// The browser that shows the web view to Playwright.
pub fn browser() -> Option<PathBuf> {
    BROWSERS.iter().find_map(|name| find_program(name))
}

/// What to install by hand where the project does not build: told when a compiler or web view is missing.
pub fn remedy() -> &'static str {
    if cfg!(windows) {
        "Windows needs the Visual Studio Build Tools (Desktop development with C++) and the WebView2 runtime, which \
         Windows 11 brings"
    } else if cfg!(target_os = "macos") {
        "macOS needs the command line tools: xcode-select --install"
    } else {
        "see the lines above for what the compiler missed"
    }
}

/// Root is asked from the system: no variable can be trusted for it.
fn is_root() -> Result<bool, Failure> {
    let status =
        fs::read_to_string("/proc/self/status").map_err(|error| format!("/proc/self/status: {error}"))?;
    Ok(effective_user(&status) == Some(0))
}

/// The effective user in `Uid: real effective saved file`.
fn effective_user(status: &str) -> Option<u32> {
    status.lines().find_map(|line| line.strip_prefix("Uid:"))?.split_whitespace().nth(1)?.parse().ok()
}

fn is_package_installed(package: &str) -> bool {
    let mut query = program("dpkg-query --show --showformat=${db:Status-Status}");
    query.arg(package).stderr(Stdio::null());
    query.output().is_ok_and(|output| output.stdout == b"installed")
}

fn apt(line: &str) -> Command {
    let mut command = program(line);
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn agrees(question: &str) -> Result<bool, Failure> {
    print!("{question}");
    let read = io::stdout().flush().and_then(|()| {
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).map(|_| answer)
    });
    let answer = read.map_err(|error| format!("no answer could be read: {error}"))?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "" | "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn testing_needs_all_that_opening_needs() {
        let test = Need::Test.packages();
        assert!(Need::Headless.packages().iter().all(|package| test.contains(package)));
        assert!(Need::Window.packages().iter().all(|package| Need::Headless.packages().contains(package)));
    }

    #[test]
    fn the_browser_is_packed_under_another_name_on_ubuntu() {
        assert_eq!(browser_package("NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\n"), "chromium-browser");
        assert_eq!(browser_package("ID=debian\n"), "chromium");
        assert_eq!(browser_package("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"), "chromium");
    }

    #[test]
    fn root_is_the_effective_user() {
        assert_eq!(effective_user("Name:\tx\nUid:\t1000\t0\t0\t0\nGid:\t1\t1\t1\t1\n"), Some(0));
        assert_eq!(effective_user("Uid:\t0\t1000\t0\t0\n"), Some(1000));
        assert_eq!(effective_user("Name:\tx\n"), None);
    }
}
