//! The `patchbay` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::program::start(|ports| ports)
}
