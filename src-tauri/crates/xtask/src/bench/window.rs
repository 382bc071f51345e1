//! The window beside an empty one of the same size, both built and started alike, on a private display.
//!
//! `tests/bench/watch.py` starts each and looks at its pixels from outside, so that nothing in the product is changed
//! for being measured. The two take turns; medians count.

use super::{Aim, Build, Figure, median};
use crate::{
    Failure, machine,
    machine::Need,
    process::{check, output, project},
    session::{Session, scratch},
    ui,
};
use serde_json::Value;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

const ROUNDS: usize = 5;
/// As many as a busy person has, and more than one page of the list.
const CONNECTIONS: &str = "1000";

/// Both windows, by turns.
pub fn measure(build: &Build) -> Result<Vec<Figure>, Failure> {
    if !cfg!(target_os = "linux") {
        println!("windows are watched on Linux only");
        return Ok(Vec::new());
    }
    machine::prepare(Need::Headless)?;
    ui::install()?;
    ui::build()?;
    build.make("--bin patchbay-desktop --example empty_window --example list_bench")?;
    let folder = scratch("bench-window")?;
    let data = folder.join("data");
    check(Command::new(build.path("examples/list_bench")).arg(CONNECTIONS).arg(&data))?;
    let session = Session::start(&folder)?;
    let (mut ours, mut empty) = (Vec::new(), Vec::new());
    // One more than counted: the first of each fills the caches of the system.
    for round in 0..=ROUNDS {
        let empty_window =
            watch(&session, &folder, "Empty window", &build.path("examples/empty_window"), None)?;
        let patchbay = watch(&session, &folder, "Patchbay", &build.path("patchbay-desktop"), Some(&data))?;
        println!("{round}: empty {empty_window}\n{round}: ours  {patchbay}");
        if round > 0 {
            empty.push(empty_window);
            ours.push(patchbay);
        }
    }
    let of = |looks: &[Value], key: &str| {
        median(looks.iter().map(|look| look[key].as_f64().unwrap_or_default()).collect())
    };
    Ok(vec![
        Figure::new("skeleton painted", of(&ours, "painted"), "ms")
            .beside(of(&empty, "painted"))
            .aim(Aim::Ratio(1.25)),
        // An empty window has no row: its first paint is as early as anything can be.
        Figure::new("first real row", of(&ours, "row"), "ms")
            .beside(of(&empty, "painted"))
            .aim(Aim::Ratio(1.8)),
        Figure::new("first key press answered", of(&ours, "answered"), "ms")
            .beside(of(&empty, "answered"))
            .aim(Aim::Value(100.0)),
        Figure::new("memory of the process tree after 5 s", of(&ours, "memory"), "MiB")
            .beside(of(&empty, "memory"))
            .aim(Aim::Ratio(1.3)),
    ])
}

/// What the watcher saw of one start.
fn watch(
    session: &Session,
    folder: &Path,
    title: &str,
    program: &PathBuf,
    data: Option<&Path>,
) -> Result<Value, Failure> {
    let home = folder.join("home");
    let mut watcher = Command::new("python3");
    watcher
        .arg(project().join("tests/bench/watch.py"))
        .arg(title)
        .arg(program)
        .env("XDG_DATA_HOME", home.join(".local/share"))
        .env("XDG_CONFIG_HOME", home.join(".config"))
        .env("XDG_CACHE_HOME", home.join(".cache"))
        .env("HOME", &home);
    if let Some(data) = data {
        watcher.arg("--data-dir").arg(data);
    }
    let told = output(session.enter(&mut watcher))?;
    serde_json::from_str(&told).map_err(|error| format!("the watcher printed {told:?}: {error}"))
}
