//! The words of `patchbay-desktop`. Few enough to read by hand: people meet the window, scripts the `patchbay` command.
//!
//! The system starts the program with an app link as its last word. A page anywhere can have it do so, with any words in
//! the link, and on some systems behind it too: whatever stands behind a link is dropped unread.

use api::SecretString;
use std::{ffi::OsString, path::PathBuf};

const USAGE: &str = "\
Patchbay: build connectors, connect accounts and keep them alive.

patchbay-desktop [--data-dir DIR] [--safe-graphics]

  --data-dir DIR    keep everything in DIR instead of the platform's data directory (or set PATCHBAY_DATA_DIR)
  --safe-graphics   paint without the graphics card, where the window stays empty (Linux)
  --version         the version of the program
  --help            this text

The same for terminals and scripts: patchbay --help";

/// How the window is to be opened.
#[derive(Debug, Default)]
pub struct Arguments {
    /// Where everything is kept; `None` for the platform's own place.
    pub data_directory: Option<PathBuf>,
    /// Whether to paint without the graphics card.
    pub safe_graphics: bool,
    /// An app link that is to be received.
    pub link: Option<SecretString>,
}

/// What was asked for.
#[derive(Debug)]
pub enum Wish {
    /// The window.
    Open(Arguments),
    /// A text.
    Tell(String),
}

/// Words that mean nothing here.
#[derive(Debug, PartialEq, Eq)]
pub enum UsageError {
    /// An unknown word.
    Unknown(OsString),
    /// `--data-dir` without a folder.
    NoFolder,
}

impl std::fmt::Display for UsageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(word) => write!(f, "There is no option {}.\n\n{USAGE}", word.display()),
            Self::NoFolder => write!(f, "--data-dir needs a folder.\n\n{USAGE}"),
        }
    }
}

impl Arguments {
    /// Reads `words`; `variable` is the value of `PATCHBAY_DATA_DIR`, which `--data-dir` overrules.
    pub fn parse(
        words: impl Iterator<Item = OsString>,
        variable: Option<OsString>,
    ) -> Result<Wish, UsageError> {
        let folder = |value: OsString| Some(value).filter(|value| !value.is_empty()).map(PathBuf::from);
        let mut arguments = Self { data_directory: variable.and_then(folder), ..Self::default() };
        let mut words = words;
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--help" | "-h") => return Ok(Wish::Tell(USAGE.into())),
                Some("--version" | "-V") => {
                    return Ok(Wish::Tell(format!("Patchbay {}", env!("CARGO_PKG_VERSION"))));
                }
                Some("--safe-graphics") => arguments.safe_graphics = true,
                Some("--data-dir") => {
                    let value = words.next().and_then(folder).ok_or(UsageError::NoFolder)?;
                    arguments.data_directory = Some(value);
                }
                Some(text) if text.starts_with("--data-dir=") => {
                    let value = folder(text["--data-dir=".len()..].into()).ok_or(UsageError::NoFolder)?;
                    arguments.data_directory = Some(value);
                }
                Some(text) if platform::has_app_link_scheme(text) => {
                    arguments.link = platform::parse_app_link(text).filter(|_| words.next().is_none());
                    break;
                }
                _ => return Err(UsageError::Unknown(word)),
            }
        }
        Ok(Wish::Open(arguments))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str], variable: Option<&str>) -> Result<Wish, UsageError> {
        Arguments::parse(words.iter().map(OsString::from), variable.map(OsString::from))
    }

    fn data_directory(words: &[&str], variable: Option<&str>) -> Option<PathBuf> {
        match parse(words, variable) {
            Ok(Wish::Open(arguments)) => arguments.data_directory,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_data_directory_is_the_argument_then_the_variable_then_the_platforms() {
        assert_eq!(data_directory(&["--data-dir", "a b"], Some("c")), Some("a b".into()));
        assert_eq!(data_directory(&["--data-dir=a=b"], Some("c")), Some("a=b".into()));
        assert_eq!(data_directory(&[], Some("c")), Some("c".into()));
        assert_eq!(data_directory(&[], Some("")), None);
        assert_eq!(data_directory(&[], None), None);
    }

    #[test]
    fn a_word_without_meaning_is_named_and_opens_nothing() {
        let refused = |words| parse(words, None).unwrap_err();
        assert_eq!(refused(&["--data-dirs", "x"]), UsageError::Unknown("--data-dirs".into()));
        assert_eq!(refused(&["--data-dir"]), UsageError::NoFolder);
        assert_eq!(refused(&["--data-dir="]), UsageError::NoFolder);
        assert_eq!(refused(&["https://example.test/"]), UsageError::Unknown("https://example.test/".into()));
        assert!(UsageError::Unknown("-x".into()).to_string().starts_with("There is no option -x.\n"));
    }

    #[test]
    fn an_app_link_is_the_last_word_or_nothing() {
        let link = "dev.patchbay:/oauth/callback?code=c&state=s";
        for (words, data, is_link) in [
            (vec![link], None, true),
            (vec!["--data-dir", "a", link], Some("a"), true),
            (vec![link, "--data-dir", "evil"], None, false),
            (vec!["--data-dir=a", link, "--safe-graphics"], Some("a"), false),
            (vec![link, link], None, false),
            (vec!["dev.patchbay:/import?file=/etc/passwd"], None, false),
            (vec!["dev.patchbay:/oauth/callback?state=s\" --data-dir evil"], None, false),
            (vec!["DEV.patchbay:--help"], None, false),
        ] {
            let Ok(Wish::Open(arguments)) = parse(&words, None) else { panic!("{words:?}") };
            assert_eq!(arguments.data_directory, data.map(PathBuf::from), "{words:?}");
            assert_eq!((arguments.link.is_some(), arguments.safe_graphics), (is_link, false), "{words:?}");
        }
    }

    #[test]
    fn help_and_version_are_told() {
        assert!(matches!(parse(&["--help"], None), Ok(Wish::Tell(text)) if text.contains("--data-dir DIR")));
        assert!(matches!(parse(&["--version"], None), Ok(Wish::Tell(text)) if text.starts_with("Patchbay ")));
    }
}
