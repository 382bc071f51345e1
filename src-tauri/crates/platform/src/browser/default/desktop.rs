//! Linux: the desktop file that opens web pages, as the desktop tells it.

use super::Found;
use crate::desktop_entry;
use std::{
    fs,
    process::{Command, Stdio},
};

/// The default browser as the desktop tells it.
pub(super) fn find() -> Option<Found> {
    let ask = ["xdg-settings get default-web-browser", "xdg-mime query default x-scheme-handler/https"];
    let id = ask.into_iter().find_map(output)?;
    let file = |folder: std::path::PathBuf| fs::read_to_string(folder.join("applications").join(&id)).ok();
    let text = desktop_entry::data_folders().into_iter().find_map(file)?;
    let entry = desktop_entry::parse(&text)?;
    Some(Found { id, name: entry.name, program: entry.program })
}

/// The one line that a program prints, where it names a desktop file and not a path out of their folders.
fn output(line: &str) -> Option<String> {
    let mut words = line.split(' ');
    let mut command = Command::new(words.next()?);
    let output = command.args(words).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let id = text.lines().next()?.trim();
    (id.ends_with(".desktop") && !id.contains('/')).then(|| id.to_owned())
}
