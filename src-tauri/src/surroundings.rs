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

/// What WebKitGTK is told to paint without the graphics card.
const SAFE_GRAPHICS: (&str, &str) = ("WEBKIT_DISABLE_DMABUF_RENDERER", "1");

/// Starts the program again in clean surroundings where these are not; then the caller ends with the code given.
pub fn leave_if_unsafe(safe_graphics: bool) -> Option<ExitCode> {
    let change = Change::needed(cfg!(debug_assertions), safe_graphics, |name| env::var_os(name));
    if change == Change::default() {
        return None;
    }
    let again =
        env::current_exe().map(|program| change.apply(Command::new(program).args(env::args_os().skip(1))));
    let failed = match again {
        Ok(exit) => exit,
        Err(error) => Err(error),
    };
    Some(failed.unwrap_or_else(|error| {
        failure::tell(&failure::no_window(&error.to_string()));
        ExitCode::FAILURE
    }))
}

/// What the environment must lose and gain.
#[derive(Debug, Default, PartialEq, Eq)]
struct Change {
    lose: Vec<&'static str>,
    gain: Option<(&'static str, &'static str)>,
}

impl Change {
    fn needed(debug: bool, safe_graphics: bool, variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let heard = if debug { &[] } else { REMOTE_CONTROL };
        let lose = heard.iter().copied().filter(|name| variable(name).is_some()).collect();
        let (name, value) = SAFE_GRAPHICS;
        let gain = (safe_graphics && variable(name).is_none_or(|set| set != value)).then_some(SAFE_GRAPHICS);
        Self { lose, gain }
    }

    fn apply(&self, command: &mut Command) -> std::io::Result<ExitCode> {
        for name in &self.lose {
            command.env_remove(name);
        }
        command.envs(self.gain);
        start_instead(command)
    }
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

    fn with(set: &'static [(&str, &str)]) -> impl Fn(&str) -> Option<OsString> {
        move |name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| value.into())
    }

    #[test]
    fn a_release_build_drops_every_variable_that_opens_the_page() {
        let all = |_: &str| Some("true".into());
        assert_eq!(Change::needed(false, false, all).lose, REMOTE_CONTROL);
        let some = with(&[("TAURI_WEBVIEW_AUTOMATION", "true"), ("PATH", "/bin")]);
        assert_eq!(Change::needed(false, false, some).lose, ["TAURI_WEBVIEW_AUTOMATION"]);
    }

    #[test]
    fn clean_surroundings_are_left_alone() {
        assert_eq!(Change::needed(false, false, with(&[("PATH", "/bin")])), Change::default());
        assert_eq!(
            Change::needed(false, true, with(&[("WEBKIT_DISABLE_DMABUF_RENDERER", "1")])),
            Change::default()
        );
    }

    #[test]
    fn a_debug_build_can_be_driven_by_the_tests() {
        assert_eq!(Change::needed(true, false, |_| Some("true".into())), Change::default());
    }

    #[test]
    fn safe_graphics_reach_the_web_view() {
        let change = Change::needed(true, true, with(&[]));
        assert_eq!(change.gain, Some(("WEBKIT_DISABLE_DMABUF_RENDERER", "1")));
    }
}
