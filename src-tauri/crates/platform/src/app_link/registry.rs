//! Windows: a class of the person's own for the scheme. An installer writes the same for all.

#[cfg(windows)]
use domain::ports::{AppLinkError, LinkHandler};
use std::ffi::OsString;

#[cfg(windows)]
const CLASS: &str = r"Software\Classes\dev.patchbay";

#[cfg(windows)]
pub(super) fn handler(command: &[OsString]) -> LinkHandler {
    let class = windows_registry::CLASSES_ROOT.open(r"dev.patchbay\shell\open\command");
    match class.and_then(|class| class.get_string("")) {
        Ok(line) if Some(&line) == command_line(command).as_ref() => LinkHandler::Ours,
        Ok(line) => LinkHandler::Other { name: program(&line).to_owned() },
        Err(_) => LinkHandler::Nobody,
    }
}

#[cfg(windows)]
pub(super) fn register(command: &[OsString]) -> Result<(), AppLinkError> {
    let refused = |detail: String| AppLinkError::Refused { detail };
    let line = command_line(command).ok_or_else(|| refused("the path cannot be written down".into()))?;
    let write = || {
        let class = windows_registry::CURRENT_USER.create(CLASS)?;
        class.set_string("", "URL:Patchbay")?;
        class.set_string("URL Protocol", "")?;
        class.create(r"shell\open\command")?.set_string("", &line)
    };
    write().map_err(|error| refused(error.to_string()))
}

#[cfg(windows)]
pub(super) fn unregister(command: &[OsString]) -> Result<(), AppLinkError> {
    let own = windows_registry::CURRENT_USER.open(format!(r"{CLASS}\shell\open\command"));
    let line = own.and_then(|class| class.get_string("")).ok();
    if line.is_none() || line != command_line(command) {
        return Ok(());
    }
    let removed = windows_registry::CURRENT_USER.remove_tree(CLASS);
    removed.map_err(|error| AppLinkError::Refused { detail: error.to_string() })
}

/// `command` with the address behind it, as programs take it apart again. `None` where a word cannot be written so.
fn command_line(command: &[OsString]) -> Option<String> {
    let words = command.iter().map(|word| {
        let word = word.to_str().filter(|word| !word.contains(['"', '%']))?;
        // A backslash before the closing quote would take it away.
        let slashes = word.len() - word.trim_end_matches('\\').len();
        Some(format!("\"{word}{}\"", &"\\".repeat(slashes)))
    });
    let words: Vec<String> = words.collect::<Option<_>>()?;
    Some(format!("{} \"%1\"", words.join(" ")))
}

/// The file name of the program of a command line.
fn program(line: &str) -> &str {
    let path = match line.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next().unwrap_or_default(),
        None => line.split(' ').next().unwrap_or_default(),
    };
    path.rsplit('\\').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_taken_apart_as_it_was_put_together() {
        let line = |words: &[&str]| command_line(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(
            line(&[r"C:\Program Files\p.exe", "--data-dir", r"D:\"]).as_deref(),
            Some(r#""C:\Program Files\p.exe" "--data-dir" "D:\\" "%1""#)
        );
        assert_eq!(line(&[r#"C:\a" --x"#]), None);
        assert_eq!(line(&[r"C:\%PATH%\p.exe"]), None);
        for (line, name) in
            [(r#""C:\Program Files\p.exe" "%1""#, "p.exe"), (r"C:\q.exe %1", "q.exe"), ("", "")]
        {
            assert_eq!(program(line), name);
        }
    }
}
