//! Linux: what a desktop file says (Desktop Entry Specification): its name, and the program it starts.

use std::{env, ffi::OsString, path::PathBuf};

/// A program that a desktop file starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DesktopEntry {
    /// What people call it.
    pub name: Option<String>,
    /// Its command without the places for addresses.
    pub program: Vec<OsString>,
}

/// Where the desktop keeps data, the person's own folder first.
pub(crate) fn data_folders() -> Vec<PathBuf> {
    folders("XDG_DATA_HOME", ".local/share", "XDG_DATA_DIRS", "/usr/local/share:/usr/share")
}

/// Where the desktop keeps choices, the person's own folder first.
pub(crate) fn config_folders() -> Vec<PathBuf> {
    folders("XDG_CONFIG_HOME", ".config", "XDG_CONFIG_DIRS", "/etc/xdg")
}

/// Folders of the XDG Base Directory Specification; those that are not absolute are to be ignored.
fn folders(own: &str, below_home: &str, shared: &str, usual: &str) -> Vec<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let own = set(own).map(PathBuf::from).or_else(|| Some(PathBuf::from(set("HOME")?).join(below_home)));
    let shared = set(shared).unwrap_or_else(|| usual.into());
    own.into_iter().chain(env::split_paths(&shared)).filter(|folder| folder.is_absolute()).collect()
}

/// Reads the text of a desktop file; `None` where it starts no program.
pub(crate) fn parse(text: &str) -> Option<DesktopEntry> {
    let group = text.lines().map(str::trim).skip_while(|line| *line != "[Desktop Entry]").skip(1);
    let group: Vec<&str> = group.take_while(|line| !line.starts_with('[')).collect();
    let value = |key: &str| {
        let mut lines = group.iter().filter_map(|line| line.split_once('='));
        lines.find(|(name, _)| name.trim_end() == key).map(|(_, value)| value.trim_start())
    };
    let program = split_exec(&unescape(value("Exec")?))?;
    Some(DesktopEntry { name: value("Name").map(unescape), program })
}

/// Values of desktop files are escaped once more than what stands in them.
fn unescape(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('s') => text.push(' '),
                Some('n' | 't' | 'r') => text.push(' '),
                Some(other) => {
                    if other != '\\' {
                        text.push('\\');
                    }
                    text.push(other);
                }
                None => {}
            },
            _ => text.push(character),
        }
    }
    text
}

/// The words of an `Exec` line without the places for addresses. `None` where it is not well-formed.
fn split_exec(line: &str) -> Option<Vec<OsString>> {
    let mut words = Vec::new();
    let mut characters = line.chars().peekable();
    while characters.peek().is_some() {
        let mut word = String::new();
        let mut is_quoted = false;
        while let Some(character) = characters.next_if(|character| *character != ' ') {
            match character {
                '"' if word.is_empty() => {
                    is_quoted = true;
                    loop {
                        match characters.next()? {
                            '"' => break,
                            '\\' => word.push(characters.next()?),
                            other => word.push(other),
                        }
                    }
                }
                _ => word.push(character),
            }
        }
        characters.next_if_eq(&' ');
        // `%u` and its kin; `@@` and `@@u` enclose them for Flatpak.
        let is_place = !is_quoted
            && (word.starts_with('%') && word.len() == 2 && word != "%%" || word.starts_with("@@"));
        if !is_place && (is_quoted || !word.is_empty()) {
            words.push(word.replace("%%", "%").into());
        }
    }
    (!words.is_empty()).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_read_from_the_desktop_file_without_its_places() {
        for (exec, words) in [
            ("firefox %u", vec!["firefox"]),
            ("/usr/bin/chromium %U", vec!["/usr/bin/chromium"]),
            (
                "\"/opt/my browser/firefox\" --name \"a\\\\\"b\" %u",
                vec!["/opt/my browser/firefox", "--name", "a\"b"],
            ),
            (
                "env BAMF_DESKTOP_FILE_HINT=/x.desktop /snap/bin/firefox %u",
                vec!["env", "BAMF_DESKTOP_FILE_HINT=/x.desktop", "/snap/bin/firefox"],
            ),
            (
                "/usr/bin/flatpak run --branch=stable --command=firefox --file-forwarding org.mozilla.firefox @@u %u @@",
                vec![
                    "/usr/bin/flatpak",
                    "run",
                    "--branch=stable",
                    "--command=firefox",
                    "--file-forwarding",
                    "org.mozilla.firefox",
                ],
            ),
            ("browser  100%% \"\" %i", vec!["browser", "100%", ""]),
        ] {
            let text = format!(
                "# made by hand\n[Desktop Entry]\nName[de]=Netz\nName=Web\nTryExec=x\nExec={exec}\n\n\
                 [Desktop Action new]\nExec=other\n"
            );
            let entry = parse(&text).unwrap();
            assert_eq!(entry.program, words, "{exec}");
            assert_eq!(entry.name.as_deref(), Some("Web"));
        }
    }

    #[test]
    fn a_desktop_file_without_a_program_names_no_browser() {
        for text in [
            "",
            "[Desktop Entry]\nName=Web\n",
            "[Desktop Entry]\nExec=\n",
            "[Desktop Entry]\nExec=%u\n",
            "[Desktop Entry]\nExec=\"unclosed\n",
            "[Desktop Action x]\nExec=firefox\n",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
