//! Linux: the desktop file that opens web pages (Desktop Entry and Shared MIME specifications).

use super::Found;
use std::{
    env,
    ffi::OsString,
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

/// The default browser as the desktop tells it.
pub(super) fn find() -> Option<Found> {
    let ask = ["xdg-settings get default-web-browser", "xdg-mime query default x-scheme-handler/https"];
    let id = ask.into_iter().find_map(output)?;
    let text = folders().into_iter().find_map(|folder| fs::read_to_string(folder.join(&id)).ok())?;
    parse(&id, &text)
}

/// The one line that a program prints.
fn output(line: &str) -> Option<String> {
    let mut words = line.split(' ');
    let output =
        Command::new(words.next()?).args(words).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    // The name of a file in the folders below, and never a path out of them.
    let id = text.lines().next()?.trim();
    (id.ends_with(".desktop") && !id.contains('/')).then(|| id.to_owned())
}

/// Where desktop files lie, the person's own first.
fn folders() -> Vec<PathBuf> {
    let own = env::var_os("XDG_DATA_HOME").map(PathBuf::from);
    let own = own.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".local/share")));
    let shared = env::var_os("XDG_DATA_DIRS").filter(|folders| !folders.is_empty());
    let shared = shared.unwrap_or_else(|| "/usr/local/share:/usr/share".into());
    let folders = own.into_iter().chain(env::split_paths(&shared));
    folders.filter(|folder| folder.is_absolute()).map(|folder| folder.join("applications")).collect()
}

/// Name and program of the desktop file `id`.
fn parse(id: &str, text: &str) -> Option<Found> {
    let group = text.lines().map(str::trim).skip_while(|line| *line != "[Desktop Entry]").skip(1);
    let group: Vec<&str> = group.take_while(|line| !line.starts_with('[')).collect();
    let value = |key: &str| {
        let mut lines = group.iter().filter_map(|line| line.split_once('='));
        lines.find(|(name, _)| name.trim_end() == key).map(|(_, value)| value.trim_start())
    };
    let program = split_exec(&unescape(value("Exec")?))?;
    Some(Found { id: id.to_owned(), name: value("Name").map(unescape), program })
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
            let found = parse("web.desktop", &text).unwrap();
            assert_eq!(found.program, words, "{exec}");
            assert_eq!((found.id.as_str(), found.name.as_deref()), ("web.desktop", Some("Web")));
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
            assert_eq!(parse("web.desktop", text), None, "{text}");
        }
    }
}
