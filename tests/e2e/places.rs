//! Every place where a secret could have stayed, and the search of them all.

use crate::{Window, World};
use std::{
    collections::BTreeSet,
    env, fs, io,
    path::{Path, PathBuf},
};
use testkit::canary::{Leak, Search};

/// What stayed of the secrets that `search` looks for: in the files of `world`, in the arguments and environments of
/// what runs, and in the page and on the seam of `window`.
pub async fn leaks(search: &Search, world: &World, window: Option<&Window>) -> Vec<Leak> {
    let mut leaks = in_files(search, world);
    leaks.extend(in_processes(search));
    if let Some(window) = window {
        leaks.extend(search.look("the page", window.page().await.as_bytes()));
        leaks.extend(on_the_seam(search, window).await);
    }
    leaks
}

/// Home, data, temporary, XDG and runtime folders; the program's log lies among them.
pub fn in_files(search: &Search, world: &World) -> Vec<Leak> {
    let runtime = PathBuf::from(env::var_os("XDG_RUNTIME_DIR").unwrap());
    let found = [world.folder(), &runtime].map(|folder| search.look_into(folder).unwrap());
    found.concat()
}

/// Arguments and environments of everything that this test started, the web view's processes among them.
pub fn in_processes(search: &Search) -> Vec<Leak> {
    let mut leaks = Vec::new();
    for process in started_by(std::process::id()) {
        for file in ["cmdline", "environ"] {
            let place = format!("/proc/{process}/{file}");
            // It may have ended meanwhile.
            leaks.extend(fs::read(&place).map(|bytes| search.look(&place, &bytes)).unwrap_or_default());
        }
    }
    leaks
}

/// A secret may be sent by the commands that the table marks as `inbound_secret`; no reply and no event carries one.
pub async fn on_the_seam(search: &Search, window: &Window) -> Vec<Leak> {
    let commands = api::table::commands();
    let takes_secrets = |name: &str| commands.iter().any(|each| each.name == name && each.inbound_secret);
    let mut leaks = Vec::new();
    for note in window.seam().await {
        let (command, text) = match (note["command"].as_str(), note["sent"].as_str()) {
            (Some(command), _) if takes_secrets(command) => continue,
            (Some(command), Some(sent)) => (format!("a request of {command}"), sent.to_owned()),
            _ => ("a reply or an event".into(), note["received"].as_str().unwrap().to_owned()),
        };
        leaks.extend(search.look(&command, text.as_bytes()));
    }
    leaks
}

/// The clipboard, which holds the recovery key for a while when a person has it copied.
pub fn in_clipboard(search: &Search) -> Vec<Leak> {
    search.look("the clipboard", clipboard().unwrap_or_default().as_bytes())
}

/// What the clipboard holds, where it holds text.
pub fn clipboard() -> Option<String> {
    arboard::Clipboard::new().unwrap().get_text().ok()
}

/// Every process below `root`, by the parents that the system names.
pub fn started_by(root: u32) -> BTreeSet<u32> {
    let parents: Vec<(u32, u32)> =
        fs::read_dir("/proc").unwrap().filter_map(|entry| parent_of(&entry.ok()?.path()).ok()?).collect();
    let mut found = BTreeSet::from([root]);
    loop {
        let before = found.len();
        found.extend(
            parents
                .iter()
                .filter(|(_, parent)| found.contains(parent))
                .map(|(process, _)| *process)
                .collect::<Vec<_>>(),
        );
        if found.len() == before {
            found.remove(&root);
            return found;
        }
    }
}

/// The process of a folder of `/proc` and its parent.
fn parent_of(folder: &Path) -> io::Result<Option<(u32, u32)>> {
    let Some(process) = folder.file_name().and_then(|name| name.to_str()?.parse().ok()) else {
        return Ok(None);
    };
    let status = fs::read_to_string(folder.join("status"))?;
    let parent = status.lines().find_map(|line| line.strip_prefix("PPid:")?.trim().parse().ok());
    Ok(parent.map(|parent| (process, parent)))
}
