//! The window itself: it opens, shows its frame, and shows nothing but its own page.

use crate::{Window, World, heading, link};

#[tokio::test]
async fn the_window_opens_and_shows_the_frame() {
    let world = World::empty();
    let window = Window::open(&world).await;
    window.finds(link("Connections")).await;
    window.finds(heading("Make your first connection")).await;
    window.picture("frame").await;
    window.close().await;
}

#[tokio::test]
async fn the_page_stays_our_own_and_reaches_no_network() {
    let world = World::empty();
    let window = Window::open(&world).await;
    window.finds(link("Connections")).await;
    // A request that the content security policy refuses fails before any address is looked up.
    let refused = window
        .evaluates(
            "if (!window.asked) { window.asked = true; window.refused = null;
               document.addEventListener('securitypolicyviolation', (event) => { window.refused = event.effectiveDirective; });
               fetch('http://127.0.0.1:9/').catch(() => {}); }
             return window.refused;",
        )
        .await;
    assert_eq!(refused, "connect-src");
    // Leaving the page is refused by the window: what runs in it is still there when the other page would have come.
    window.evaluates("location.href = 'http://127.0.0.1:9/'; setTimeout(() => { window.stayed = true; }, 700); return true;").await;
    window.evaluates("return window.stayed").await;
    let address = window.evaluates("return location.href").await;
    assert!(address.as_str().is_some_and(|address| address.starts_with("tauri://localhost/")), "{address}");
    window.close().await;
}

#[tokio::test]
async fn the_page_reaches_no_plugin_and_no_command_beyond_the_table() {
    let world = World::empty();
    let window = Window::open(&world).await;
    for command in
        ["plugin:dialog|save", "plugin:window-state|filename", "plugin:window|close", "plugin:path|resolve"]
    {
        let answer = window.invokes(command, "{}").await;
        assert!(answer.starts_with("refused: ") && answer.contains("not allowed"), "{command}: {answer}");
    }
    let answer = window.invokes("app_status", "{ request: {} }").await;
    assert!(answer.starts_with("answered: "), "{answer}");
    window.close().await;
}
