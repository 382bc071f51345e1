//! The real peers: services that nobody here wrote, installed with pinned hashes into `target/peers`.
//!
//! Only the install step fetches; the tests start them on free ports by their `serve_*` files. Those in Python stand in a
//! virtual environment of their own, those in JavaScript below `node`.

use crate::{
    Failure,
    process::{check, program, project},
    ui,
};
use std::{fs, path::Path};

const HOME: &str = "tests/peers";
const PLACE: &str = "target/peers";

/// Installs what the peers run on, unless that is there already.
pub fn install() -> Result<(), Failure> {
    // The virtual environment clears the whole folder, so it comes first.
    unless_there("requirements.txt", &project().join(PLACE), |requirements| {
        check(&mut program(&format!("python3 -m venv --clear {PLACE}")))?;
        check(&mut program(&format!(
            "{PLACE}/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: --requirement {requirements}"
        )))
    })?;
    let node = project().join(PLACE).join("node");
    unless_there("package-lock.json", &node, |_| {
        for file in ["package.json", "package-lock.json"] {
            copy(&project().join(HOME).join(file), &node)?;
        }
        check(ui::npm_ci().current_dir(&node))
    })
}

/// Runs `install` with the path of the lock file, unless exactly that was installed in `place` before.
fn unless_there(
    lock: &str,
    place: &Path,
    install: impl FnOnce(&str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let path = format!("{HOME}/{lock}");
    let wanted = fs::read_to_string(project().join(&path)).map_err(|error| format!("{path}: {error}"))?;
    let stamp = place.join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    install(&path)?;
    fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))
}

fn copy(file: &Path, folder: &Path) -> Result<(), Failure> {
    let to = folder.join(file.file_name().unwrap_or_default());
    fs::create_dir_all(folder)
        .and_then(|()| fs::copy(file, &to))
        .map(drop)
        .map_err(|error| format!("{} cannot be copied to {}: {error}", file.display(), folder.display()))
}
