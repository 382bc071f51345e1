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
pub mod program;
mod render;
mod values;

use api::Api;
use args::Arguments;
use output::{Exit, Output, Stop};
use std::ffi::OsString;

/// Runs one command on an open core.
pub async fn run(arguments: Arguments, api: &Api) -> Exit {
    let output = Output::new(arguments.json);
    match commands::run(arguments.command, api, &output).await {
        Ok(exit) => exit,
        Err(Stop::Told(exit)) => exit,
        Err(Stop::Error(error)) => output.error(&error),
    }
}

/// Tells what is wrong with the words of a command, or the help that was asked for. Nothing was parsed yet, so whether
/// JSON is wanted is read from the words themselves.
pub fn misread(error: &clap::Error, words: impl Iterator<Item = OsString>) -> Exit {
    if !error.use_stderr() {
        // Help and version go to standard output; a closed pipe behind us is no error of ours.
        let _ = error.print();
        return Exit::Done;
    }
    if words.take_while(|word| word != "--").any(|word| word == "--json") {
        return could_not_open(true, &output::misread(error));
    }
    let _ = error.print();
    Exit::Usage
}

/// Tells why the core could not be opened.
pub fn could_not_open(json: bool, stop: &Stop) -> Exit {
    match stop {
        Stop::Error(error) => Output::new(json).error(error),
        Stop::Told(exit) => *exit,
    }
}
