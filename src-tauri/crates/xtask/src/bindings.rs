//! `cargo xtask bindings`: what is generated from the command table (Tauri commands, access list, TypeScript).

use crate::{
    Failure,
    process::{check, program},
};

/// Writes the generated files, or with `--check` fails where one differs.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let mode = match arguments {
        [] => "--write",
        [only] if only == "--check" => "--check",
        _ => return Err("takes no argument but --check".into()),
    };
    check(program("cargo run --quiet --package api --example bindings --").arg(mode))
}
