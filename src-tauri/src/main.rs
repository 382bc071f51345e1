//! The Patchbay window: the desktop shell over [`api`].
//!
//! It is the composition root (the real ports of `platform` and the core of `api` meet here), carries commands down and
//! change tags up, and owns what only a desktop has: the window, its place on the screen, one instance per data
//! directory. It holds no rule of the product; what a command does is decided in `api` and below.
//!
//! - [`app_link`]: addresses that the system hands to this program.
//! - [`arguments`]: the words of the command line.
//! - [`surroundings`]: what of the environment a released window does not listen to.
//! - [`composition`]: opens the core beside the window, so that the first paint waits for nothing.
//! - [`commands`]: generated; one Tauri command per line of the command table.
//! - [`graphics`]: whether the graphics card paints it.
//! - [`window`]: the window and what its page may do.
//! - [`logging`]: what is written on standard error.
//! - [`failure`]: what people are told where there is no window to tell them.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod app_link;
mod arguments;
#[rustfmt::skip] // generated: laid out by its generator
mod commands;
mod composition;
mod failure;
mod graphics;
mod logging;
mod surroundings;
mod window;

use arguments::{Arguments, Wish};
use std::{env, process::ExitCode};

fn main() -> ExitCode {
    let arguments = match Arguments::parse(env::args_os().skip(1), env::var_os("PATCHBAY_DATA_DIR")) {
        Ok(Wish::Open(arguments)) => arguments,
        Ok(Wish::Tell(text)) => {
            println!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            failure::tell(&error.to_string());
            return ExitCode::from(2);
        }
    };
    if let Some(exit) = surroundings::leave_if_unsafe() {
        return exit;
    }
    logging::start();
    platform::forbid_core_dumps();
    failure::tell_when_the_window_cannot_open();
    match window::open(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            failure::tell(&failure::no_window(&error.to_string()));
            ExitCode::FAILURE
        }
    }
}
