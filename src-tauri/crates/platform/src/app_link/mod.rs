//! The app link `dev.patchbay:/oauth/callback` (RFC 8252 §7.1): which addresses are one, and who gets them.
//!
//! A page anywhere can open such an address, with any words in it. So [`parse_app_link`] takes this one path, bounds its
//! length, and lets through what an address may hold; who it belongs to is decided by its `state`, elsewhere.
//!
//! An installed Patchbay is registered by its package. A copy that was built here, or that works in a data directory of
//! its own, is registered when a person asks for it, with a handler that names both, and is taken back at its end
//! ([`OsAppLink::end_run`]).

#[cfg(target_os = "linux")]
mod desktop;
#[cfg(target_os = "macos")]
mod launch_services;
#[cfg(any(windows, test))]
mod registry;

#[cfg(target_os = "linux")]
use desktop as system;
#[cfg(target_os = "macos")]
use launch_services as system;
#[cfg(windows)]
use registry as system;

use domain::ports::{AppLink, AppLinkError, LinkHandler};
use secret::SecretString;
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// The scheme, the reverse of a domain name as RFC 8252 §7.1 asks.
const SCHEME: &str = "dev.patchbay";
const PATH: &str = "/oauth/callback";
/// The longest app link that is taken.
const LONGEST: usize = 32 << 10;

/// Reads an app link, written with one slash before its path or two, as some systems rewrite it. The answer has one.
/// `None` for all else: no other path does anything.
pub fn parse_app_link(text: &str) -> Option<SecretString> {
    if text.len() > LONGEST || !text.bytes().all(is_of_addresses) {
        return None;
    }
    let (scheme, rest) = text.split_once(':')?;
    let rest = rest.strip_prefix('/').filter(|rest| rest.starts_with('/')).unwrap_or(rest);
    let reply = rest.strip_prefix(PATH).filter(|reply| reply.is_empty() || reply.starts_with(['?', '#']))?;
    scheme.eq_ignore_ascii_case(SCHEME).then(|| SecretString::new(format!("{SCHEME}:{PATH}{reply}")))
}

/// Whether `text` has the scheme of the app link, whatever it says: it came from outside then.
pub fn has_app_link_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case(SCHEME))
}

/// The registration of one program with one data directory.
pub struct OsAppLink {
    program: PathBuf,
    data_directory: Option<PathBuf>,
}

impl OsAppLink {
    /// For the window `program`; `data_directory` where it is not the platform's own.
    pub fn new(program: PathBuf, data_directory: Option<PathBuf>) -> Self {
        Self { program, data_directory }
    }

    /// Whether the registration is to be taken back when the window closes: a data directory of its own, or a program
    /// that cargo built here.
    fn is_for_this_run(&self) -> bool {
        let is_build = |folder: &Path| folder.join("CACHEDIR.TAG").is_file();
        self.data_directory.is_some() || self.program.ancestors().skip(1).take(3).any(is_build)
    }

    /// Takes the registration back where it was for this run only; for the end of the window, and for the beginning of
    /// one whose forerunner was killed.
    pub fn end_run(&self) {
        if !self.is_for_this_run() {
            return;
        }
        if let Err(error) = self.unregister() {
            tracing::warn!(%error, "the app link is still registered for this copy");
        }
    }

    /// What the system is to start, with the address behind it.
    fn command(&self) -> Vec<OsString> {
        let mut command = vec![self.program.clone().into()];
        if let Some(folder) = &self.data_directory {
            command.extend(["--data-dir".into(), folder.clone().into()]);
        }
        command
    }
}

impl AppLink for OsAppLink {
    fn handler(&self) -> LinkHandler {
        system::handler(&self.command())
    }

    fn register(&self) -> Result<(), AppLinkError> {
        system::register(&self.command())
    }

    fn unregister(&self) -> Result<(), AppLinkError> {
        system::unregister(&self.command())
    }
}

/// What may stand in an address (RFC 3986 §2): no blank, quote, bracket or control character.
fn is_of_addresses(byte: u8) -> bool {
    byte.is_ascii_graphic()
        && !matches!(byte, b'"' | b'\'' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn parse(text: &str) -> Option<String> {
        // EXPOSE: an address that a test made
        parse_app_link(text).map(|link| link.expose().clone())
    }

    /// `tests/vectors/deep_link.json`: published cases after RFC 8252 §7.1 and §8.6. Which state waits is for the core.
    #[test]
    fn only_the_callback_of_the_app_link_is_taken() {
        let rows: Vec<Value> =
            serde_json::from_str(include_str!("../../tests/vectors/deep_link.json")).unwrap();
        let mut seen = 0;
        for row in &rows {
            let (name, url) = (row["name"].as_str().unwrap(), row["input"]["url"].as_str().unwrap());
            let taken = match name {
                "deep-link-no-flow" => Some("dev.patchbay:/oauth/callback?code=c&state=s"),
                "deep-link-authority-form" | "deep-link-scheme-case" => {
                    Some("dev.patchbay:/oauth/callback?code=c&state=STATE")
                }
                "deep-link-bad-percent" => Some("dev.patchbay:/oauth/callback?code=%zz&state=STATE"),
                "deep-link-other-path" | "deep-link-http-scheme" | "deep-link-argument-injection" => None,
                "deep-link-2mb" => {
                    let long = format!("dev.patchbay:/oauth/callback?code={}", "A".repeat(2 << 20));
                    assert_eq!(parse(&long), None);
                    seen += 1;
                    continue;
                }
                // Of many processes; the window counts them.
                "deep-link-storm" => continue,
                other => panic!("{other} is a new row"),
            };
            assert_eq!(parse(url).as_deref(), taken, "{name}");
            seen += 1;
        }
        assert_eq!((seen, rows.len()), (8, 9));
    }

    #[test]
    fn nothing_that_resembles_the_app_link_is_taken() {
        for text in [
            "",
            "dev.patchbay",
            "dev.patchbay:",
            "dev.patchbay:oauth/callback?state=s",
            "dev.patchbay:///oauth/callback?state=s",
            "dev.patchbay://evil/oauth/callback?state=s",
            "dev.patchbay:/oauth/callback/?state=s",
            "dev.patchbay:/oauth/callbacks?state=s",
            "dev.patchbay:/oauth/callback%3Fstate=s",
            "dev.patchbay:/oauth/../oauth/callback?state=s",
            "dev.patchbay2:/oauth/callback?state=s",
            " dev.patchbay:/oauth/callback?state=s",
            "dev.patchbay:/oauth/callback?state=s\n--data-dir",
            "dev.patchbay:/oauth/callback?state=s --data-dir=/tmp",
            "dev.patchbay:/oauth/callback?state=\u{e4}",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(
            parse("dev.patchbay:/oauth/callback#state=s").as_deref(),
            Some("dev.patchbay:/oauth/callback#state=s")
        );
    }

    #[test]
    fn a_copy_that_was_built_here_or_has_its_own_data_is_registered_for_its_run() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("target/debug/patchbay-desktop");
        let link = |data: Option<&str>| OsAppLink::new(program.clone(), data.map(PathBuf::from));
        assert!(!link(None).is_for_this_run());
        assert!(link(Some("/data")).is_for_this_run());
        std::fs::create_dir(folder.path().join("target")).unwrap();
        std::fs::write(folder.path().join("target/CACHEDIR.TAG"), "").unwrap();
        assert!(link(None).is_for_this_run());
    }
}
