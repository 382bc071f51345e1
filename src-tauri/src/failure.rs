//! What people are told where there is no window to tell them.

use std::{
    panic,
    sync::atomic::{AtomicBool, Ordering},
};

/// Whether the window is still to come.
static OPENING: AtomicBool = AtomicBool::new(false);

/// Says `text` on standard error.
pub fn tell(text: &str) {
    eprintln!("{text}");
}

/// The sentence for a window that did not open.
pub fn no_window(cause: &str) -> String {
    let remedy = if cfg!(target_os = "linux") {
        "Check that this session has a display (DISPLAY or WAYLAND_DISPLAY) and that WebKitGTK 4.1 is installed. Where \
         a window opens but stays empty, try --safe-graphics."
    } else if cfg!(windows) {
        "Install the Microsoft Edge WebView2 Runtime, then start Patchbay again."
    } else {
        "Update macOS, then start Patchbay again."
    };
    format!(
        "Patchbay could not open its window. Your data was not touched.\n{remedy}\n\
         The patchbay command works without a window.\nWhat the system said: {cause}"
    )
}

/// The libraries below the window give up by a panic where the system refuses them. Until [`window_is_open`] that is
/// told in words and ends the program with code 1, instead of a trace and an abort.
pub fn tell_when_the_window_cannot_open() {
    OPENING.store(true, Ordering::Relaxed);
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |fault| {
        if OPENING.load(Ordering::Relaxed) {
            tell(&no_window(fault.payload_as_str().unwrap_or("nothing")));
            std::process::exit(1);
        }
        usual(fault);
    }));
}

/// From here on a panic is a fault of ours and reported as one.
pub fn window_is_open() {
    OPENING.store(false, Ordering::Relaxed);
}
