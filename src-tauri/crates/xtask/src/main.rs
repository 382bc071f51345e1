//! `cargo xtask …`: everything a person or a CI machine runs on this project besides cargo and npm themselves.
//!
//! It sets the machine up, builds, opens the window, and runs every check that guards `main`. It needs the standard
//! library and JSON only, so that it is compiled in seconds, and it holds no knowledge of the product: paths, names of
//! system packages, the order of the steps and the allowed layers.
//!
//! One command is one file; a new one is a line in [`COMMANDS`].
#![forbid(unsafe_code)]
#![expect(
    clippy::disallowed_methods,
    reason = "measures its own steps and waits for the processes it starts; nothing of the product runs here"
)]

mod bench;
mod bindings;
mod icons;
mod layers;
mod machine;
mod open;
mod peers;
mod process;
mod session;
mod soak;
mod test;
mod ui;

use std::process::ExitCode;

/// Why a command stopped: one sentence for people, with the way on.
type Failure = String;

/// A command: its name, what it does, and itself.
type Command = (&'static str, &'static str, fn(&[String]) -> Result<(), Failure>);

const COMMANDS: &[Command] = &[
    ("run", "set up what is missing, build and open Patchbay; arguments after `--` go to it", open::run),
    (
        "test",
        "every check that guards main, or only the steps named: `cargo xtask test layers clippy`",
        test::run,
    ),
    ("layers", "check which crate may depend on which, and the top level", layers::run),
    ("bindings", "write what is generated from the command table; --check only compares", bindings::run),
    ("bench", "how fast it is, beside what the machine costs; `--profile dev`, or parts by name", bench::run),
    (
        "soak",
        "kill processes at random, 500 times, or as often as said: `cargo xtask soak 2000 [SEED]`",
        soak::run,
    ),
    ("icons", "draw the platform icons from icons/patchbay.svg", icons::run),
    (
        "session",
        "run a command on a private display, bus and keyring: `cargo xtask session xterm`",
        session::run,
    ),
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        println!("{}", usage());
        return ExitCode::SUCCESS;
    };
    let Some((_, _, command)) = COMMANDS.iter().find(|(known, _, _)| known == name) else {
        eprintln!("there is no `cargo xtask {name}`\n\n{}", usage());
        return ExitCode::from(2);
    };
    match command(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\ncargo xtask {name}: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let lines: Vec<String> = COMMANDS.iter().map(|(name, what, _)| format!("  {name:10} {what}")).collect();
    format!("cargo xtask COMMAND\n\n{}", lines.join("\n"))
}
