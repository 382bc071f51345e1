//! Whether the graphics card paints the window. Windows and macOS see to that themselves.
//!
//! `WebKitGTK` composes its window with OpenGL. On a machine without a card Mesa plays one in the processor, with a
//! compiler and a copy of the whole picture in every process: that costs a window of ours 100 MiB and most of its first
//! second. There, and where the person says that the card shows nothing, the web view paints by itself.

use std::path::Path;
use tauri::WebviewWindow;

/// What stands in `/dev` where there is a card: the kernel's own drivers, NVIDIA's, and the card of the Windows around.
const CARDS: &[&str] = &["dri", "nvidiactl", "dxg"];

/// Has `window` painted in the way that fits this machine, or without the card where `safe` asks for that.
/// # Errors
/// Where the web view has gone already.
pub fn choose(window: &WebviewWindow, safe: bool) -> tauri::Result<()> {
    let wants_no_card = cfg!(target_os = "linux") && (safe || !has_card(Path::new("/dev")));
    if wants_no_card { paint_without_card(window) } else { Ok(()) }
}

#[cfg(target_os = "linux")]
fn paint_without_card(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
    window.with_webview(|web_view| {
        if let Some(settings) = web_view.inner().settings() {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

#[cfg(not(target_os = "linux"))]
fn paint_without_card(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

fn has_card(devices: &Path) -> bool {
    CARDS.iter().any(|card| devices.join(card).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_known_by_its_device() {
        let devices = tempfile::tempdir().unwrap();
        assert!(!has_card(devices.path()));
        for card in CARDS {
            std::fs::write(devices.path().join(card), "").unwrap();
            assert!(has_card(devices.path()), "{card}");
            std::fs::remove_file(devices.path().join(card)).unwrap();
        }
    }
}
