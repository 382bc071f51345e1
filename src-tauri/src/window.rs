//! The window: one per data directory, where it was last, showing nothing but its own page.

use crate::{
    app_link::Inbox,
    arguments::{Arguments, Wish},
    commands,
    composition::{self, Core},
    failure, graphics,
};
use api::SecretString;
use platform::OsAppLink;
use std::{
    env,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
    sync::Arc,
};
use tauri::{
    AppHandle, Manager, RunEvent, Url, WebviewWindowBuilder, async_runtime,
    utils::config::AppDirectoriesOverride, webview::NewWindowResponse,
};
use tauri_plugin_window_state::StateFlags;

/// The label of the window, in tauri.conf.json and in the access list.
const MAIN: &str = "main";

/// Opens the window and stays until it is closed.
/// # Errors
/// Where the system's web view does not start.
pub fn open(arguments: Arguments) -> tauri::Result<()> {
    let Arguments { data_directory, safe_graphics, link } = arguments;
    let directory = composition::data_directory(data_directory.as_deref());
    let own_data = directory.as_ref().ok().filter(|_| data_directory.is_some());
    let own_data = own_data.map(|own| own.path().to_owned());
    let app_link = Arc::new(OsAppLink::new(env::current_exe()?, own_data));
    let for_core = Arc::clone(&app_link);
    let mut context = tauri::generate_context!();
    let config = context.config_mut();
    match &directory {
        Ok(directory) => {
            // What the web view and the plugins keep lies beside the data, closed to others like it.
            let folder = directory.path().join("window");
            config.app.app_directories_override = Some(AppDirectoriesOverride::Root(folder));
            if data_directory.is_some() {
                config.identifier = format!("{}.{}", config.identifier, instance(directory.path()));
            }
        }
        // The window opens all the same, to say why; it keeps nothing.
        Err(_) => config.app.windows.iter_mut().for_each(|window| window.incognito = true),
    }
    tauri::Builder::default()
        // First, so that a second start ends before it opens anything.
        .plugin(tauri_plugin_single_instance::init(|app, words, _| hear(app, words)))
        .plugin(tauri_plugin_dialog::init())
        .plugin(
            tauri_plugin_window_state::Builder::new()
                // Shown at once and always; what the page paints first is its own affair.
                .with_state_flags(
                    StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN,
                )
                .build(),
        )
        .invoke_handler(commands::handler())
        .setup(move |app| {
            app.manage(Core::open(directory, for_core, app.handle().clone()));
            let inbox = Inbox::open(app.handle().clone());
            if let Some(link) = link {
                inbox.leave(link);
            }
            app.manage(inbox);
            let config = app.config().app.windows.first().ok_or("tauri.conf.json names no window")?;
            let window = WebviewWindowBuilder::from_config(app, config)?
                .on_navigation(is_our_page)
                .on_new_window(|_, _| NewWindowResponse::Deny)
                .build()?;
            graphics::choose(&window, safe_graphics)?;
            failure::window_is_open();
            end_when_asked(app.handle().clone());
            Ok(())
        })
        .build(context)?
        .run(move |app, event| match event {
            // macOS hands links over in an event of its own, at the start too.
            #[cfg(target_os = "macos")]
            RunEvent::Opened { urls } => {
                let links = urls.iter().filter_map(|url| platform::parse_app_link(url.as_str()));
                links.for_each(|link| leave(app, link));
            }
            RunEvent::Exit => {
                app_link.end_run();
                if let Some(core) = app.try_state::<Core>() {
                    core.end();
                }
            }
            _ => {}
        });
    Ok(())
}

/// Closes the window where the person or the system asks the program to end from outside, as at the end of a session: it
/// ends as by the window's own button, once the tokens that are on their way are kept. Asked again, at once.
fn end_when_asked(app: AppHandle) {
    async_runtime::spawn(async move {
        platform::interrupted().await;
        let closed = app.get_webview_window(MAIN).map_or(Ok(()), |window| window.close());
        if let Err(error) = closed {
            tracing::warn!(%error, "the window could not be closed");
            app.exit(0);
        }
        platform::interrupted().await;
        std::process::exit(1);
    });
}

/// What a second start for the same data said: an app link, or that somebody wants to see the window.
fn hear(app: &AppHandle, words: Vec<String>) {
    match Arguments::parse(words.into_iter().skip(1).map(Into::into), None) {
        Ok(Wish::Open(Arguments { link: Some(link), .. })) => leave(app, link),
        _ => show(app),
    }
}

/// Leaves a link for the core; what comes before the window is set up has been left by its arguments.
fn leave(app: &AppHandle, link: SecretString) {
    if let Some(inbox) = app.try_state::<Inbox>() {
        inbox.leave(link);
    }
}

/// Brings the window of a running Patchbay to the front.
pub fn show(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        for outcome in [window.unminimize(), window.show(), window.set_focus()] {
            if let Err(error) = outcome {
                tracing::warn!(%error, "the window could not be brought to the front");
            }
        }
    }
}

/// Whether `url` is a page that this program carries itself: nothing else is ever shown in its window.
fn is_our_page(url: &Url) -> bool {
    match (url.scheme(), url.host_str()) {
        ("tauri", Some("localhost")) => true,
        // How Windows spells the same.
        ("http" | "https", Some("tauri.localhost")) => true,
        _ => url.as_str() == "about:blank",
    }
}

/// A name for the instance that works in `directory` (canonical), so that two data directories have a window each.
fn instance(directory: &Path) -> String {
    let mut hasher = DefaultHasher::new();
    directory.hash(&mut hasher);
    format!("at{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_shows_no_page_but_its_own() {
        for (url, ours) in [
            ("tauri://localhost/index.html", true),
            ("http://tauri.localhost/index.html", true),
            ("https://example.test/", false),
            ("http://localhost:5173/", false),
            ("http://127.0.0.1/", false),
            ("file:///etc/passwd", false),
            ("tauri://elsewhere/", false),
            ("data:text/html,x", false),
            ("javascript:alert(1)", false),
        ] {
            assert_eq!(is_our_page(&Url::parse(url).unwrap()), ours, "{url}");
        }
    }

    #[test]
    fn each_data_directory_is_an_instance_of_its_own() {
        assert_eq!(instance(Path::new("/a")), instance(Path::new("/a")));
        assert_ne!(instance(Path::new("/a")), instance(Path::new("/b")));
        assert!(instance(Path::new("/a")).starts_with("at"), "a part of a D-Bus name begins with a letter");
    }

    #[test]
    fn the_window_may_call_the_table_and_nothing_else() {
        let capability: serde_json::Value =
            serde_json::from_str(include_str!("../capabilities/main.json")).unwrap();
        let commands = include_str!("../commands.list").lines();
        let each = commands.map(|name| format!("allow-{}", name.replace('_', "-")));
        let events = ["core:event:allow-listen", "core:event:allow-unlisten"].map(str::to_owned);
        let expected: Vec<String> = events.into_iter().chain(each).collect();
        assert_eq!(capability["permissions"], serde_json::json!(expected));
        assert_eq!(capability["windows"], serde_json::json!([MAIN]));
        assert!(capability.get("remote").is_none(), "no address from outside is granted anything");
    }
}
