//! A logo in the real window: chosen as a file, drawn by the core, shown under the window's own content policy.

use crate::{Window, World, button, field, heading, link};

const SVG: &str =
    r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>"#;

/// Hands a file to the page as its file dialog would.
async fn choose(window: &Window, name: &str, text: &str) {
    let script = format!(
        "const files = new DataTransfer();
         files.items.add(new File([{text:?}], {name:?}));
         const input = document.querySelector('.logo input[type=file]');
         input.files = files.files;
         input.dispatchEvent(new Event('change', {{ bubbles: true }}));"
    );
    window.runs(&script).await;
}

#[tokio::test]
async fn a_chosen_picture_becomes_the_face_of_the_connector() {
    let world = World::empty();
    let window = Window::open(&world).await;
    window.click(link("Connectors")).await;
    window.click(button("New connector")).await;
    window.fill(field("Connector name"), "Zylker").await;
    window.click(button("Create connector")).await;
    window.finds(button("Choose…")).await;
    choose(&window, "hostile.svg", &SVG.replace("<circle", "<script>x</script><circle")).await;
    window.sees("“hostile.svg” was not taken").await;
    window.sees("holds a script").await;
    choose(&window, "zylker.svg", SVG).await;
    window.finds(button("Replace…")).await;
    // Painted, not only named: the content policy lets it in, and it has the size that is kept.
    window.evaluates("return document.querySelector('.logo img')?.naturalWidth === 256").await;
    window.picture("logo-builder").await;
    window.click(link("Connectors")).await;
    window.finds(heading("Zylker")).await;
    window.evaluates("return document.querySelector('.cxcard img')?.naturalWidth === 256").await;
    window.picture("logo-card").await;
    let shown = world.patchbay(&["connectors", "show", "zylker"]);
    let logo = shown["document"]["logo"].as_str().unwrap_or_default();
    assert!(logo.starts_with("data:image/png;base64,iVBOR"), "{shown}");
    window.close().await;
}
