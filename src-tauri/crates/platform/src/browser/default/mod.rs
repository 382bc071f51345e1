//! Which browser is the default, as each system keeps it.

#[cfg(target_os = "linux")]
mod desktop;
#[cfg(any(target_os = "macos", test))]
mod launch_services;
#[cfg(any(windows, test))]
mod registry;

use super::Found;

/// The default browser. Asks files and programs of the system: not for async threads.
#[cfg(target_os = "linux")]
pub(super) fn find() -> Option<Found> {
    desktop::find()
}

#[cfg(target_os = "macos")]
pub(super) fn find() -> Option<Found> {
    Some(launch_services::find())
}

#[cfg(windows)]
pub(super) fn find() -> Option<Found> {
    registry::find()
}

/// Whether a browser could show itself. Without this question an opener would fall back to one for terminals.
#[cfg(target_os = "linux")]
pub(super) fn has_display() -> bool {
    let names = ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"];
    names.into_iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

#[cfg(target_os = "macos")]
pub(super) fn has_display() -> bool {
    true
}
