//! macOS: Launch Services knows the schemes of a bundle from its `Info.plist`, and takes none from anything else.

use domain::ports::{AppLinkError, LinkHandler};
use std::{ffi::OsString, path::Path};

pub(super) fn handler(command: &[OsString]) -> LinkHandler {
    if is_installed(command) { LinkHandler::Ours } else { LinkHandler::Nobody }
}

pub(super) fn register(command: &[OsString]) -> Result<(), AppLinkError> {
    if is_installed(command) { Ok(()) } else { Err(AppLinkError::NotInstalled) }
}

/// Nothing was written, so there is nothing to take back.
pub(super) fn unregister(_: &[OsString]) -> Result<(), AppLinkError> {
    Ok(())
}

/// Whether it is a bundle that works in the platform's own folder: a link starts bundles without arguments.
fn is_installed(command: &[OsString]) -> bool {
    match command {
        [program] => {
            Path::new(program).ancestors().any(|folder| folder.extension().is_some_and(|end| end == "app"))
        }
        _ => false,
    }
}
