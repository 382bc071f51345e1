//! The web view's own tool chain: Node, its packages, its build.

use crate::{
    Failure,
    process::{check, output, program, project},
};
use std::{fs, path::PathBuf, process::Command};

/// The oldest Node that Vite runs on.
const NODE: (u32, u32) = (20, 19);

/// An npm command in `ui`.
pub fn npm(line: &str) -> Command {
    let mut command = program(&format!("npm {line}"));
    command.current_dir(folder());
    command
}

/// Installs exactly what a lock file names, in the folder that the caller sets.
pub fn npm_ci() -> Command {
    // Scripts of packages never run: what the project needs comes ready made.
    program("npm ci --ignore-scripts --no-audit --no-fund")
}

/// Installs the packages of the lock file, unless they stand there already.
pub fn install() -> Result<(), Failure> {
    node_is_new_enough()?;
    let lock = fs::read(folder().join("package-lock.json"))
        .map_err(|error| format!("ui/package-lock.json: {error}"))?;
    let installed = folder().join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|former| former == lock) {
        return Ok(());
    }
    check(npm_ci().current_dir(folder()))?;
    fs::write(&installed, lock).map_err(|error| format!("{}: {error}", installed.display()))
}

/// Builds `ui/dist`, which the window embeds.
pub fn build() -> Result<(), Failure> {
    check(&mut npm("run --silent build"))
}

fn folder() -> PathBuf {
    project().join("ui")
}

fn node_is_new_enough() -> Result<(), Failure> {
    let (major, minor) = NODE;
    let remedy = format!("install Node {major}.{minor} or newer (https://nodejs.org), then run this again");
    let version = output(&mut program("node --version")).map_err(|failure| format!("{failure}; {remedy}"))?;
    match parse_version(&version) {
        Some(found) if found >= NODE => {}
        Some(_) => return Err(format!("Node {} is too old; {remedy}", version.trim())),
        None => return Err(format!("`node --version` printed {version:?}; {remedy}")),
    }
    output(&mut npm("--version")).map(drop).map_err(|failure| format!("{failure}; {remedy}"))
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().trim_start_matches('v').split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_compare_by_number() {
        assert_eq!(parse_version("v20.19.0\n"), Some((20, 19)));
        assert!(parse_version("v9.99.1").is_some_and(|old| old < NODE));
        assert!(parse_version("v22.1.0").is_some_and(|new| new >= NODE));
        assert_eq!(parse_version("nope"), None);
    }
}
