//! Makes the access list of the window from `commands.list`, and stops early when the web view is not built.

use std::{fs, path::Path};

fn main() {
    // tauri's macro reports a missing folder in the middle of a type error; adding files alone would not be noticed.
    println!("cargo:rerun-if-changed=../ui/dist");
    if !Path::new("../ui/dist/index.html").exists() {
        println!(
            "cargo::error=the web view is not built: run `cargo xtask run`, or `npm ci && npm run build` in `ui`"
        );
        return;
    }
    println!("cargo:rerun-if-changed=commands.list");
    let list = match fs::read_to_string("commands.list") {
        Ok(list) => list,
        Err(error) => {
            println!(
                "cargo::error=`src-tauri/commands.list` cannot be read ({error}): run `cargo xtask bindings`"
            );
            return;
        }
    };
    let names: Vec<&'static str> = list.leak().lines().collect();
    let commands = tauri_build::AppManifest::new().commands(names.leak());
    if let Err(error) = tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands)) {
        println!("cargo::error={error:#}");
    }
}
