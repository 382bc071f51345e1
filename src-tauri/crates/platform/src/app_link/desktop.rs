//! Linux: a desktop file of ours, and the list of what opens what (MIME Applications Associations Specification).
//!
//! The list is read as the desktop reads it, and written with nothing changed but our line. The program's path stands
//! without quotes where it can: the generic mode of xdg-open 1.1 starts no quoted program.

use crate::desktop_entry::{self, DesktopEntry};
use domain::ports::{AppLinkError, LinkHandler};
use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

const KIND: &str = "x-scheme-handler/dev.patchbay";
const DEFAULTS: &str = "[Default Applications]";
const LIST: &str = "mimeapps.list";

pub(super) fn handler(command: &[OsString]) -> LinkHandler {
    Places::of_environment().handler(command)
}

pub(super) fn register(command: &[OsString]) -> Result<(), AppLinkError> {
    Places::of_environment().register(command).map_err(refused)
}

pub(super) fn unregister(command: &[OsString]) -> Result<(), AppLinkError> {
    Places::of_environment().unregister(command).map_err(refused)
}

fn refused(error: io::Error) -> AppLinkError {
    AppLinkError::Refused { detail: error.to_string() }
}

/// Where this desktop keeps its choices and programs, the person's own folder first.
struct Places {
    config: Vec<PathBuf>,
    data: Vec<PathBuf>,
    /// Names of the desktop, whose own lists go before the common one.
    desktops: Vec<String>,
}

impl Places {
    fn of_environment() -> Self {
        let desktops = env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
        let desktops = desktops.split(':').filter(|name| !name.is_empty()).map(str::to_ascii_lowercase);
        Self {
            config: desktop_entry::config_folders(),
            data: desktop_entry::data_folders(),
            desktops: desktops.collect(),
        }
    }

    fn handler(&self, command: &[OsString]) -> LinkHandler {
        let Some((id, entry)) = self.candidates().into_iter().find_map(|id| {
            let entry = self.entry(&id)?;
            Some((id, entry))
        }) else {
            return LinkHandler::Nobody;
        };
        if is_same(&entry.program, command) {
            return LinkHandler::Ours;
        }
        LinkHandler::Other { name: entry.name.unwrap_or(id) }
    }

    /// Desktop files for the scheme, the one that the desktop tries first in front. They may not exist.
    fn candidates(&self) -> Vec<String> {
        let applications = self.data.iter().map(|folder| folder.join("applications"));
        let lists = self.config.iter().cloned().chain(applications.clone()).flat_map(|folder| {
            let own = self.desktops.iter().map(|name| format!("{name}-{LIST}"));
            own.chain([LIST.to_owned()]).map(move |name| folder.join(name)).collect::<Vec<_>>()
        });
        let lists: Vec<String> = lists.filter_map(|list| fs::read_to_string(list).ok()).collect();
        let chosen = lists.iter().flat_map(|text| of_group(text, DEFAULTS));
        let added = lists.iter().flat_map(|text| of_group(text, "[Added Associations]"));
        let caches = applications.filter_map(|folder| fs::read_to_string(folder.join("mimeinfo.cache")).ok());
        let known: Vec<String> = caches.flat_map(|text| of_group(&text, "[MIME Cache]")).collect();
        chosen.chain(added).chain(known).collect()
    }

    fn entry(&self, id: &str) -> Option<DesktopEntry> {
        let is_name = id.ends_with(".desktop") && !id.contains('/');
        let file = |folder: &PathBuf| fs::read_to_string(folder.join("applications").join(id)).ok();
        desktop_entry::parse(&self.data.iter().filter(|_| is_name).find_map(file)?)
    }

    fn register(&self, command: &[OsString]) -> io::Result<()> {
        let (file, list) = self.own(command)?;
        let exec = exec_line(command).ok_or_else(|| io::Error::from(io::ErrorKind::InvalidFilename))?;
        let text = format!(
            "[Desktop Entry]\nType=Application\nName=Patchbay\nComment=Made by Patchbay for its app link; it takes this \
             file back\nExec={exec} %u\nMimeType={KIND};\nNoDisplay=true\nTerminal=false\n"
        );
        replace(&file, &text)?;
        edit(&list, |text| with_first(text, &id(command)))
    }

    fn unregister(&self, command: &[OsString]) -> io::Result<()> {
        let (file, list) = self.own(command)?;
        edit(&list, |text| without(text, &id(command)))?;
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Our desktop file and the person's list.
    fn own(&self, command: &[OsString]) -> io::Result<(PathBuf, PathBuf)> {
        match (self.data.first(), self.config.first()) {
            (Some(data), Some(config)) => {
                Ok((data.join("applications").join(id(command)), config.join(LIST)))
            }
            _ => Err(io::Error::from(io::ErrorKind::NotFound)),
        }
    }
}

/// A name of its own for each program and data directory.
fn id(command: &[OsString]) -> String {
    let mut hasher = DefaultHasher::new();
    command.hash(&mut hasher);
    format!("dev.patchbay-{:016x}.desktop", hasher.finish())
}

/// Whether an `Exec` line starts `command`.
fn is_same(program: &[OsString], command: &[OsString]) -> bool {
    match (program.split_first(), command.split_first()) {
        (Some((one, its)), Some((other, others))) => its == others && find(one) == find(other),
        _ => false,
    }
}

/// The file behind the name of a program.
fn find(program: &OsStr) -> Option<PathBuf> {
    if Path::new(program).is_absolute() {
        return fs::canonicalize(program).ok();
    }
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).find_map(|folder| fs::canonicalize(folder.join(program)).ok())
}

/// `command` as an `Exec` line, or `None` where it holds what no such line can.
fn exec_line(command: &[OsString]) -> Option<String> {
    let words = command.iter().map(|word| {
        let word = word.to_str().filter(|word| !word.chars().any(char::is_control))?;
        let word = word.replace('%', "%%");
        let is_plain = |c: char| c.is_alphanumeric() || "/._-+:@,%=".contains(c);
        if !word.is_empty() && word.chars().all(is_plain) {
            return Some(word);
        }
        let mut quoted = String::from("\"");
        for character in word.chars() {
            match character {
                // Once for the quotes, and once more because values are escaped too.
                '\\' => quoted.push_str("\\\\\\\\"),
                '"' | '`' | '$' => quoted.extend(["\\\\", character.encode_utf8(&mut [0; 4])]),
                _ => quoted.push(character),
            }
        }
        quoted.push('"');
        Some(quoted)
    });
    words.collect::<Option<Vec<_>>>().map(|words| words.join(" "))
}

/// The desktop files that `group` has for our scheme.
fn of_group(text: &str, group: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).skip_while(|line| *line != group).skip(1);
    let line = lines.take_while(|line| !line.starts_with('[')).find_map(of_kind);
    line.map(split).unwrap_or_default()
}

/// The value of a line for our scheme.
fn of_kind(line: &str) -> Option<&str> {
    line.split_once('=').filter(|(kind, _)| kind.trim() == KIND).map(|(_, value)| value)
}

fn split(value: &str) -> Vec<String> {
    value.split(';').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect()
}

/// `text` with `id` as the first choice for our scheme.
fn with_first(text: &str, id: &str) -> String {
    let mut ids = of_group(text, DEFAULTS);
    ids.retain(|other| other != id);
    ids.insert(0, id.to_owned());
    with_line(text, &format!("{KIND}={};", ids.join(";")))
}

/// `text` without `id` among the choices for our scheme.
fn without(text: &str, id: &str) -> String {
    let mut ids = of_group(text, DEFAULTS);
    if !ids.iter().any(|other| other == id) {
        return text.to_owned();
    }
    ids.retain(|other| other != id);
    let line = if ids.is_empty() { String::new() } else { format!("{KIND}={};", ids.join(";")) };
    with_line(text, &line)
}

/// `text` with `line` in place of the one for our scheme; an empty one is left out.
fn with_line(text: &str, line: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    let mut is_in_group = false;
    for old in text.lines() {
        if old.trim_start().starts_with('[') {
            is_in_group = old.trim() == DEFAULTS;
        }
        if !(is_in_group && of_kind(old).is_some()) {
            lines.push(old);
        }
    }
    if !line.is_empty() {
        let group = lines.iter().position(|old| old.trim() == DEFAULTS).unwrap_or_else(|| {
            lines.push(DEFAULTS);
            lines.len() - 1
        });
        lines.insert(group + 1, line);
    }
    lines.iter().flat_map(|line| [line, "\n"]).collect()
}

fn edit(file: &Path, change: impl Fn(&str) -> String) -> io::Result<()> {
    let former = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    let text = change(&former);
    if text == former { Ok(()) } else { replace(file, &text) }
}

/// Writes a file as a whole or not at all; one that is a link stays one.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let folder = file.parent().ok_or(io::ErrorKind::InvalidFilename)?;
    fs::create_dir_all(folder)?;
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", std::process::id()));
    let draft = folder.join(name);
    fs::write(&draft, text)?;
    fs::rename(draft, file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    /// A home with an installed Patchbay in `system/`.
    fn home() -> (TempDir, Places) {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for folder in ["config", "data", "system/applications", "bin"] {
            fs::create_dir_all(path(folder)).unwrap();
        }
        for program in ["installed", "built", "a \"copy\" with $100%"] {
            fs::write(path("bin").join(program), "").unwrap();
        }
        let exec = path("bin/installed");
        let text = format!("[Desktop Entry]\nName=Patchbay 0.9\nExec={} %u\n", exec.display());
        fs::write(path("system/applications/patchbay.desktop"), text).unwrap();
        let places = Places {
            config: vec![path("config"), path("etc")],
            data: vec![path("data"), path("system")],
            desktops: vec!["gnome".into()],
        };
        (folder, places)
    }

    fn command(folder: &TempDir, program: &str, data: Option<&str>) -> Vec<OsString> {
        let program = folder.path().join("bin").join(program).into();
        let data = data.into_iter().flat_map(|data| ["--data-dir".into(), data.into()]);
        [program].into_iter().chain(data).collect()
    }

    #[test]
    fn a_registration_names_program_and_data_and_gives_the_former_handler_back() {
        let (folder, places) = home();
        let installed = command(&folder, "installed", None);
        assert_eq!(places.handler(&installed), LinkHandler::Nobody);
        let cache = format!("[MIME Cache]\n{KIND}=gone.desktop;patchbay.desktop;\n");
        fs::write(folder.path().join("system/applications/mimeinfo.cache"), cache).unwrap();
        assert_eq!(places.handler(&installed), LinkHandler::Ours);

        for (program, data) in
            [("built", None), ("built", Some("/a data")), ("a \"copy\" with $100%", Some("/d\\e`f"))]
        {
            let ours = command(&folder, program, data);
            assert_eq!(places.handler(&ours), LinkHandler::Other { name: "Patchbay 0.9".into() });
            places.register(&ours).unwrap();
            places.register(&ours).unwrap();
            assert_eq!(places.handler(&ours), LinkHandler::Ours, "{program}");
            assert_eq!(places.handler(&installed), LinkHandler::Other { name: "Patchbay".into() });
            let other = command(&folder, program, Some("/other"));
            assert_ne!(places.handler(&other), LinkHandler::Ours, "{program}");
            places.unregister(&other).unwrap();
            assert_eq!(places.handler(&ours), LinkHandler::Ours, "another's registration is left alone");
            places.unregister(&ours).unwrap();
            places.unregister(&ours).unwrap();
            assert_eq!(places.handler(&installed), LinkHandler::Ours, "{program}");
        }
        assert_eq!(fs::read_dir(folder.path().join("data/applications")).unwrap().count(), 0);
    }

    #[test]
    fn the_list_keeps_every_other_line() {
        let (folder, places) = home();
        let list = folder.path().join("config/mimeapps.list");
        let text = format!(
            "# mine\n[Added Associations]\n{KIND}=x.desktop;\n\n{DEFAULTS}\ntext/html=web.desktop\n{KIND}=patchbay.desktop\n\
             [Removed Associations]\na/b=c.desktop;\n"
        );
        fs::write(&list, &text).unwrap();
        let ours = command(&folder, "built", None);
        places.register(&ours).unwrap();
        let line = format!("{KIND}={};patchbay.desktop;\ntext/html", id(&ours));
        let written = fs::read_to_string(&list).unwrap();
        assert!(written.contains(&line), "{written}");
        places.unregister(&ours).unwrap();
        let mut lines: Vec<String> = fs::read_to_string(&list).unwrap().lines().map(str::to_owned).collect();
        let mut expected: Vec<String> =
            text.replace("=patchbay.desktop\n", "=patchbay.desktop;\n").lines().map(str::to_owned).collect();
        lines.sort();
        expected.sort();
        assert_eq!(lines, expected);
    }

    #[test]
    fn the_lists_of_the_desktop_go_before_the_common_one() {
        let (folder, places) = home();
        let write = |file: &str, id: &str| {
            fs::write(folder.path().join(file), format!("{DEFAULTS}\n{KIND}={id}\n")).unwrap();
        };
        write("config/mimeapps.list", "common.desktop");
        write("config/gnome-mimeapps.list", "../evil.desktop");
        fs::create_dir_all(folder.path().join("etc")).unwrap();
        write("etc/mimeapps.list", "patchbay.desktop");
        assert_eq!(places.candidates(), ["../evil.desktop", "common.desktop", "patchbay.desktop"]);
        assert_eq!(places.handler(&command(&folder, "installed", None)), LinkHandler::Ours);
    }

    #[test]
    fn a_plain_path_stands_without_quotes() {
        let line = |words: &[&str]| exec_line(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(
            line(&["/opt/p-1/patchbay", "--data-dir", "/d"]).as_deref(),
            Some("/opt/p-1/patchbay --data-dir /d")
        );
        assert_eq!(line(&["/a b/p"]).as_deref(), Some("\"/a b/p\""));
        assert_eq!(line(&["/a\nExec=evil"]), None);
    }
}
