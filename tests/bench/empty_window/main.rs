//! An empty Tauri window, for `cargo xtask bench` to stand beside Patchbay's: what the system's web view costs by itself.
//!
//! It has the size of Patchbay's window and one page of plain HTML, which answers a key press by changing its colour.

fn main() -> tauri::Result<()> {
    tauri::Builder::default().run(tauri::generate_context!("../tests/bench/empty_window/tauri.conf.json"))
}
