//! Browsers and how each is told to open a private window.
//!
//! To add one: its name, its switch, and what its desktop file, its class in the Windows registry and its macOS bundle
//! have in common, in small letters.

use std::{ffi::OsStr, path::Path};

/// A browser that takes an order for a private window.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// What people call it.
    pub name: &'static str,
    /// What stands before the address.
    pub private: &'static [&'static str],
    marks: &'static [&'static str],
}

/// The first whose mark fits: Chromium before Chrome, the rarer name before the one that others contain.
const KNOWN: &[Known] = &[
    Known { name: "Firefox", private: &["--private-window"], marks: &["firefox"] },
    Known { name: "Brave", private: &["--incognito"], marks: &["brave"] },
    Known { name: "Edge", private: &["--inprivate"], marks: &["microsoft-edge", "msedge", "microsoft.edge"] },
    Known { name: "Chromium", private: &["--incognito"], marks: &["chromium"] },
    Known {
        name: "Chrome",
        private: &["--incognito"],
        marks: &["google-chrome", "google.chrome", "chromehtml"],
    },
];

/// Which browser `id` is, or the file name of `program` where the id says nothing.
pub(super) fn identify(id: &str, program: &OsStr) -> Option<&'static Known> {
    let file = Path::new(program).file_name().unwrap_or(program).to_string_lossy().into_owned();
    [id, file.as_str()].into_iter().find_map(|text| {
        let text = text.to_ascii_lowercase();
        KNOWN.iter().find(|known| known.marks.iter().any(|mark| text.contains(mark)))
    })
}
