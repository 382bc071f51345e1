//! The command from start to end, beside a program that does nothing.

use super::{Build, Figure, median, milliseconds};
use crate::{Failure, process::describe, session::scratch};
use std::{
    process::{Command, Stdio},
    time::Instant,
};

const ROUNDS: usize = 20;

/// `patchbay connectors list` on a data directory that exists, the two programs by turns.
pub fn measure(build: &Build) -> Result<Vec<Figure>, Failure> {
    build.make("--bin patchbay")?;
    let folder = scratch("bench-command")?;
    let patchbay = || {
        let mut command = Command::new(build.path("patchbay"));
        command
            .args(["connectors", "list"])
            .env("PATCHBAY_DATA_DIR", folder.join("data"))
            .env("HOME", &folder);
        command
    };
    // The first run makes the database.
    time(&mut patchbay())?;
    let (mut ours, mut nothing) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        nothing.push(time(&mut Command::new("true"))?);
        ours.push(time(&mut patchbay())?);
    }
    Ok(vec![Figure::new("`connectors list`, median of 20", median(ours), "ms").beside(median(nothing))])
}

/// How long `command` runs, in milliseconds.
pub fn time(command: &mut Command) -> Result<f64, Failure> {
    let begun = Instant::now();
    let ended = command.stdin(Stdio::null()).stdout(Stdio::null()).status();
    let took = milliseconds(begun.elapsed());
    match ended {
        Ok(status) if status.success() => Ok(took),
        Ok(status) => Err(format!("{} ended with {status}", describe(command))),
        Err(error) => Err(format!("{} could not be started: {error}", describe(command))),
    }
}
