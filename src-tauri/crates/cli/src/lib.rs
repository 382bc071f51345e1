//! The `patchbay` command: parse, ask the api, render.
//!
//! The same core as the window, for terminals, scripts and tests; everything works headless. A command is its words in
//! [`args`], one function in [`commands`], and nothing else: what it knows comes from [`api::Api`], and `--json` prints
//! the api's views as they are. Exit codes: [`output::Exit`].
//!
//! **Invariant**: no secret is read from the command line or printed.

pub mod args;
pub mod commands;
pub mod output;
pub mod passphrase;
mod render;
mod values;

use api::Api;
use args::Arguments;
use output::{Exit, Output, Stop};

/// Runs one command on an open core.
pub async fn run(arguments: Arguments, api: &Api) -> Exit {
    let output = Output::new(arguments.json);
    match commands::run(arguments.command, api, &output).await {
        Ok(exit) => exit,
        Err(Stop::Told(exit)) => exit,
        Err(Stop::Error(error)) => output.error(&error),
    }
}

/// Tells why the core could not be opened.
pub fn could_not_open(json: bool, stop: &Stop) -> Exit {
    match stop {
        Stop::Error(error) => Output::new(json).error(error),
        Stop::Told(exit) => *exit,
    }
}
