//! The real peers: services that nobody here wrote, installed with pinned hashes into `target/peers`.
//!
//! Only the install step fetches; the tests start them on free ports by their `serve_*.py`.

use crate::{
    Failure,
    process::{check, program},
};
use std::{fs, path::Path};

const REQUIREMENTS: &str = "tests/peers/requirements.txt";
const PLACE: &str = "target/peers";

/// Installs what the peers run on, unless that is there already.
pub fn install() -> Result<(), Failure> {
    let wanted = fs::read_to_string(REQUIREMENTS).map_err(|error| format!("{REQUIREMENTS}: {error}"))?;
    let stamp = Path::new(PLACE).join("installed.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    check(&mut program(&format!("python3 -m venv --clear {PLACE}")))?;
    check(&mut program(&format!(
        "{PLACE}/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: --requirement {REQUIREMENTS}"
    )))?;
    fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))
}
