//! Windows: the class that the person chose for https, and the command of that class.

/// The default browser as the registry tells it.
#[cfg(windows)]
pub(super) fn find() -> Option<super::Found> {
    use windows_registry::{CLASSES_ROOT, CURRENT_USER};
    const CHOICE: &str = r"Software\Microsoft\Windows\Shell\Associations\UrlAssociations\https\UserChoice";
    let id = CURRENT_USER.open(CHOICE).and_then(|key| key.get_string("ProgId")).ok()?;
    let class = CLASSES_ROOT.open(format!(r"{id}\shell\open\command")).ok()?;
    let command = class.get_string("").ok()?;
    let program = program(&command)?;
    let about = CLASSES_ROOT.open(format!(r"{id}\Application"));
    let name = about.and_then(|key| key.get_string("ApplicationName")).ok();
    // Some name a resource of a library instead.
    let name = name.filter(|name| !name.starts_with('@'));
    Some(super::Found { id, name, program: vec![program.into()] })
}

/// The program of a command such as `"C:\Program Files\…\chrome.exe" --single-argument %1`.
fn program(command: &str) -> Option<&str> {
    let command = command.trim_start();
    let program = match command.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => command.split(' ').next(),
    };
    program.filter(|program| program.to_ascii_lowercase().ends_with(".exe"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_read_from_the_command_of_its_class() {
        for (command, expected) in [
            (
                r#""C:\Program Files\Google\Chrome\Application\chrome.exe" --single-argument %1"#,
                Some(r"C:\Program Files\Google\Chrome\Application\chrome.exe"),
            ),
            (
                r#""C:\Program Files\Mozilla Firefox\firefox.exe" -osint -url "%1""#,
                Some(r"C:\Program Files\Mozilla Firefox\firefox.exe"),
            ),
            (r"C:\edge\msedge.EXE %1", Some(r"C:\edge\msedge.EXE")),
            (r#""C:\x.dll",Open"#, None),
            ("", None),
        ] {
            assert_eq!(program(command), expected, "{command}");
        }
    }
}
