//! An app link that was registered for one run of a copy: taken back at the end of the run, however it ends.

use crate::{
    Ending, Window, World, button,
    driver::{PATIENCE, now, pause},
    link,
};
use std::fs;

#[tokio::test]
async fn an_app_link_of_one_run_is_taken_back_however_the_run_ends() {
    let world = World::empty();
    for ending in [Ending::TitleBar, Ending::Terminate, Ending::Interrupt] {
        let window = Window::open(&world).await;
        register(&window).await;
        assert_eq!(registered(&world).len(), 2, "a program and the choice of it: {:?}", registered(&world));
        window.ends(ending).await;
        assert_eq!(registered(&world), [""; 0], "{ending:?}");
    }

    let window = Window::open(&world).await;
    register(&window).await;
    window.ends(Ending::Kill).await;
    assert_eq!(registered(&world).len(), 2, "nobody was there to take it back");
    let window = Window::open(&world).await;
    let start = now();
    while !registered(&world).is_empty() {
        assert!(start.elapsed() < PATIENCE, "the next start takes it back");
        pause().await;
    }
    window.close().await;
}

async fn register(window: &Window) {
    window.click(link("Settings")).await;
    window.click(button("Redirects")).await;
    window.click(button("Test all three")).await;
    window.click(button("Register the app link")).await;
    window.sees("The system hands it to this Patchbay").await;
}

/// The person's files that say who opens the app link.
fn registered(world: &World) -> Vec<String> {
    let home = world.folder();
    let programs = fs::read_dir(home.join(".local/share/applications")).into_iter().flatten();
    let programs = programs.map(|file| file.unwrap().file_name().to_str().unwrap().to_owned());
    let list = fs::read_to_string(home.join(".config/mimeapps.list")).unwrap_or_default();
    let choices = list.lines().filter(|line| line.contains("dev.patchbay")).map(str::to_owned);
    programs.filter(|name| name.contains("dev.patchbay")).chain(choices).collect()
}
