//! The program: puts ports and core together and runs one command. The composition root of the command line.
//!
//! `main.rs` runs it as it is. A test may stand between the program and the outside, by what it makes of the ports.

use crate::{
    args::Arguments,
    could_not_open, misread,
    output::{Exit, Stop, tell},
    passphrase, run,
};
use api::{
    Api, Ports, Shell,
    contract::error::{ErrorCode, ErrorView},
};
use clap::Parser;
use platform::{DataDirectory, OsAppLink, OsClipboard, ProcessLock, SystemEntropy, interrupted};
use std::{path::PathBuf, process::ExitCode, sync::Arc};

/// Runs the command of this process's arguments, on the ports that `equip` makes of the real ones.
pub fn start(equip: impl FnOnce(Ports) -> Ports) -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return ExitCode::from(misread(&error, std::env::args_os()) as u8),
    };
    platform::forbid_core_dumps();
    let exit = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime.block_on(open_and_run(arguments, equip)),
        Err(error) => {
            tell(&format!("Patchbay could not start: {error}."));
            Exit::Failed
        }
    };
    ExitCode::from(exit as u8)
}

async fn open_and_run(arguments: Arguments, equip: impl FnOnce(Ports) -> Ports) -> Exit {
    // The lock is held until the command ends: what it leases is not taken over while it lives.
    match open(&arguments, equip).await {
        Ok((api, _lock)) => {
            // A task of its own: a command may wait for the keyboard, and hears nothing else then.
            tokio::spawn(end_when_interrupted(api.clone()));
            let exit = run(arguments, &api).await;
            api.close().await;
            exit
        }
        Err(stop) => could_not_open(arguments.json, &stop),
    }
}

/// Ends the process where the person or the system asks for it, once the tokens that are being renewed are kept; asked
/// again, at once.
async fn end_when_interrupted(api: Api) {
    interrupted().await;
    tokio::select! {
        () = api.close() => {}
        () = interrupted() => {}
    }
    std::process::exit(Exit::CouldNotCheck as i32);
}

async fn open(arguments: &Arguments, equip: impl FnOnce(Ports) -> Ports) -> Result<(Api, ProcessLock), Stop> {
    let path = match &arguments.data_dir {
        Some(path) => path.clone(),
        None => DataDirectory::default_path().map_err(|error| unusable(&error))?,
    };
    let directory = DataDirectory::open(&path).map_err(|error| unusable(&error))?;
    let lock = ProcessLock::acquire(directory.path(), &SystemEntropy).map_err(|error| unusable(&error))?;
    let app_link = Arc::new(OsAppLink::new(window_program(), arguments.data_dir.clone()));
    let ports = platform::ports(directory.path(), app_link, Arc::new(OsClipboard::new()));
    let api = Api::open(Shell {
        ports: equip(ports),
        data_directory: directory.path().to_owned(),
        process: lock.id().clone(),
        passphrase: passphrase::from_file()?,
        choose_file: None,
    });
    Ok((api.await?, lock))
}

/// The window beside this command: app links are handed to it.
fn window_program() -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    here.with_file_name(format!("patchbay-desktop{}", std::env::consts::EXE_SUFFIX))
}

fn unusable(error: &dyn std::fmt::Display) -> Stop {
    Stop::from(ErrorView {
        code: ErrorCode::DataDirectory,
        message: format!("The data directory cannot be used: {error}."),
        safe: Some("Nothing was changed.".into()),
        action: Some("Choose a folder of yours on this machine with --data-dir.".into()),
        field: None,
        problems: Vec::new(),
        names: Vec::new(),
        diagnosis: None,
    })
}
