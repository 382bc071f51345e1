//! The composition root: the real ports meet the core here, beside the window, which does not wait for them.

use api::{
    Api, ChooseFile, Shell,
    contract::error::{ErrorCode, ErrorView},
};
use platform::{DataDirectory, OsAppLink, OsClipboard, ProcessLock, SystemEntropy};
use std::{path::Path, sync::Arc};
use tauri::{AppHandle, Emitter, async_runtime};
use tauri_plugin_dialog::DialogExt;
use tokio::sync::{oneshot, watch};

/// The one event of the window: tags of what to read again.
const CHANGES: &str = "changes";

/// The core, as soon as it is open. Every command of the window goes through it.
pub struct Core {
    opened: watch::Receiver<Option<Result<Api, ErrorView>>>,
    clipboard: Arc<OsClipboard>,
}

impl Core {
    /// Opens the core on `directory` in the background, then tells `app` what changes, for as long as it runs.
    pub fn open(
        directory: Result<DataDirectory, ErrorView>,
        app_link: Arc<OsAppLink>,
        app: AppHandle,
    ) -> Self {
        let (sender, opened) = watch::channel(None);
        let clipboard = Arc::new(OsClipboard::new());
        let for_secrets = Arc::clone(&clipboard);
        async_runtime::spawn(async move {
            // No other window of this data runs: what is registered for one run was left by one that was killed.
            let left = Arc::clone(&app_link);
            let _ = async_runtime::spawn_blocking(move || left.end_run()).await;
            let outcome = match directory {
                Ok(directory) => {
                    open(directory.path(), for_secrets, app_link, choose_file(app.clone())).await
                }
                Err(error) => Err(error),
            };
            match outcome {
                // The lock stands for this process: it is held for as long as changes are told, to the end.
                Ok((api, _lock)) => {
                    sender.send_replace(Some(Ok(api.clone())));
                    go_on(&api);
                    tell_changes(&api, &app).await;
                }
                Err(error) => {
                    sender.send_replace(Some(Err(error)));
                }
            }
        });
        Self { opened, clipboard }
    }

    /// The program ends, and takes along what it put on the clipboard: nothing is dropped by itself then. The tokens that
    /// are being renewed are waited for; the window is gone by now, so nobody else waits.
    pub fn end(&self) {
        self.clipboard.end();
        let opened = self.opened.borrow().clone();
        if let Some(Ok(api)) = opened {
            async_runtime::block_on(api.close());
        }
    }

    /// The core, once it is open.
    /// # Errors
    /// Why it could not be opened, the same for every command.
    pub async fn api(&self) -> Result<Api, ErrorView> {
        let mut opened = self.opened.clone();
        match opened.wait_for(Option::is_some).await.as_deref() {
            Ok(Some(outcome)) => outcome.clone(),
            Ok(None) | Err(_) => {
                Err(error(ErrorCode::Internal, "Patchbay's core stopped before it was open".into()))
            }
        }
    }
}

/// What the window does by itself: it goes on with sign-ins that were begun before, and keeps tokens fresh.
fn go_on(api: &Api) {
    let api = api.clone();
    async_runtime::spawn(async move {
        if let Err(error) = api.resume().await {
            tracing::warn!(error = error.message, "earlier sign-ins could not go on");
        }
        api.keep().await;
    });
}

/// The data directory asked for, or the platform's own.
/// # Errors
/// In words, for the window to show.
pub fn data_directory(asked: Option<&Path>) -> Result<DataDirectory, ErrorView> {
    let default = || DataDirectory::default_path();
    let opened =
        asked.map_or_else(default, |path| Ok(path.into())).and_then(|path| DataDirectory::open(&path));
    opened.map_err(|cause| error(ErrorCode::DataDirectory, format!("Patchbay cannot keep its data: {cause}")))
}

async fn open(
    directory: &Path,
    clipboard: Arc<OsClipboard>,
    app_link: Arc<OsAppLink>,
    choose_file: ChooseFile,
) -> Result<(Api, ProcessLock), ErrorView> {
    let lock = ProcessLock::acquire(directory, &SystemEntropy).map_err(|cause| {
        error(ErrorCode::DataDirectory, format!("Patchbay cannot work in its data folder: {cause}"))
    })?;
    let shell = Shell {
        ports: platform::ports(directory, app_link, clipboard),
        data_directory: directory.into(),
        process: lock.id().clone(),
        passphrase: None,
        choose_file: Some(choose_file),
    };
    Ok((Api::open(shell).await?, lock))
}

/// Asks in the system's own dialog; the web view learns neither the place nor what is written there.
fn choose_file(app: AppHandle) -> ChooseFile {
    Arc::new(move |suggested| {
        let (sender, chosen) = oneshot::channel();
        // The window may have gone meanwhile; then nobody waits for the place.
        app.dialog().file().set_file_name(suggested).save_file(|place| drop(sender.send(place)));
        Box::pin(async { chosen.await.ok().flatten().and_then(|place| place.into_path().ok()) })
    })
}

async fn tell_changes(api: &Api, app: &AppHandle) {
    let told = api
        .watch_changes(|tags| {
            if let Err(error) = app.emit(CHANGES, tags) {
                tracing::warn!(%error, "the window was not told of a change");
            }
        })
        .await;
    if let Err(error) = told {
        tracing::error!(%error, "changes of other processes are no longer seen");
    }
}

fn error(code: ErrorCode, message: String) -> ErrorView {
    ErrorView {
        code,
        message: format!("{message}."),
        safe: Some("Nothing was changed.".into()),
        action: Some("Free the folder or name another one with --data-dir, then open Patchbay again.".into()),
        field: None,
        problems: Vec::new(),
        names: Vec::new(),
        diagnosis: None,
    }
}
