//! What of the environment the window does not listen to.
//!
//! The web view's library reads variables of its own, some of which let another program drive or inspect the page. A
//! released Patchbay must not hear them (ARCHITECTURE, never 13), and a running program cannot take a variable away
//! from itself safely, so it starts itself once more without them. A debug build hears them: the end-to-end tests
//! drive it that way.

use crate::failure;
use std::{
    env,
    ffi::OsString,
    process::{Command, ExitCode},
};

/// Variables that open the page to other programs, or load their code into it.
const REMOTE_CONTROL: &[&str] = &[
    "TAURI_AUTOMATION",
    "TAURI_WEBVIEW_AUTOMATION",
    "WEBKIT_INSPECTOR_SERVER",
    "WEBKIT_INSPECTOR_HTTP_SERVER",
    "WEBKIT_INJECTED_BUNDLE_PATH",
    "WEBKIT_EXEC_PATH",
    "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS",
    "WEBVIEW2_BROWSER_EXECUTABLE_FOLDER",
    "WEBVIEW2_PIPE_FOR_SCRIPT_DEBUGGER",
    "WEBVIEW2_WAIT_FOR_SCRIPT_DEBUGGER",
    "GTK_DEBUG",
    "GTK_MODULES",
];

/// Starts the program again in clean surroundings where these are not; then the caller ends with the code given.
pub fn leave_if_unsafe() -> Option<ExitCode> {
    let unsafe_ones = to_lose(cfg!(debug_assertions), |name| env::var_os(name));
    if unsafe_ones.is_empty() {
        return None;
    }
    let again = env::current_exe().map(|program| {
        let mut command = Command::new(program);
        unsafe_ones
            .iter()
            .fold(command.args(env::args_os().skip(1)), |command, name| command.env_remove(name));
        start_instead(&mut command)
    });
    let failed = match again {
        Ok(exit) => exit,
        Err(error) => Err(error),
    };
    Some(failed.unwrap_or_else(|error| {
        failure::tell(&failure::no_window(&error.to_string()));
        ExitCode::FAILURE
    }))
}

/// Which variables must not reach the web view.
fn to_lose(debug: bool, variable: impl Fn(&str) -> Option<OsString>) -> Vec<&'static str> {
    let heard = if debug { &[] } else { REMOTE_CONTROL };
    heard.iter().copied().filter(|name| variable(name).is_some()).collect()
}

/// Replaces this process by `command`; comes back only where that fails.
#[cfg(unix)]
fn start_instead(command: &mut Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(command.exec())
}

/// Windows replaces no process: this one waits, and ends as the other does.
#[cfg(not(unix))]
fn start_instead(command: &mut Command) -> std::io::Result<ExitCode> {
    let ended = command.status()?;
    Ok(ended.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_build_drops_every_variable_that_opens_the_page() {
        assert_eq!(to_lose(false, |_| Some("true".into())), REMOTE_CONTROL);
        let some = |name: &str| ["TAURI_WEBVIEW_AUTOMATION", "PATH"].contains(&name).then(|| "true".into());
        assert_eq!(to_lose(false, some), ["TAURI_WEBVIEW_AUTOMATION"]);
    }

    #[test]
    fn clean_surroundings_are_left_alone() {
        assert!(to_lose(false, |name| (name == "PATH").then(|| "/bin".into())).is_empty());
    }

    #[test]
    fn a_debug_build_can_be_driven_by_the_tests() {
        assert!(to_lose(true, |_| Some("true".into())).is_empty());
    }
}
