//! `cargo xtask bindings`: what is generated from the command table (Tauri commands, access list, TypeScript).

use crate::{
    Failure,
    process::{check, program, project, target},
};
use std::process::Command;

/// Writes the generated files, or with `--check` fails where one differs.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let mode = match arguments {
        [] => "--write",
        [only] if only == "--check" => "--check",
        _ => return Err("takes no argument but --check".into()),
    };
    // With the features of the whole workspace: alone, the crate would have every dependency built a second time.
    check(&mut program("cargo build --quiet --workspace --locked --example bindings"))?;
    let generator = target().join("debug/examples/bindings").with_extension(std::env::consts::EXE_EXTENSION);
    check(Command::new(generator).arg(mode).current_dir(project()))
}
