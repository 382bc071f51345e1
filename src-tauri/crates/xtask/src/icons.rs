//! `cargo xtask icons`: the platform icons, drawn from the one master.
//!
//! The results are committed: building needs no drawing tool. The drawing is done by Tauri's own command line, fetched
//! by npm for the occasion, in the version that fits `tauri` in Cargo.toml.

use crate::{
    Failure,
    process::{check, program, project, target},
};
use std::fs;

/// What tauri.conf.json names, and the window's own icon.
const KEPT: [&str; 6] = ["32x32.png", "128x128.png", "128x128@2x.png", "icon.png", "icon.ico", "icon.icns"];

/// Draws every icon again.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err("takes no argument".into());
    }
    let drawn = target().join("icons");
    check(program("npx --yes @tauri-apps/cli@2.12.5 icon icons/patchbay.svg --output").arg(&drawn))?;
    for name in KEPT {
        let to = project().join("icons").join(name);
        fs::copy(drawn.join(name), &to)
            .map_err(|error| format!("{} cannot be written: {error}", to.display()))?;
    }
    println!("icons/ drawn again from icons/patchbay.svg");
    Ok(())
}
