//! `cargo xtask test`: every check that guards `main`, in the order in which a failure is cheapest to learn.
//!
//! Only the step `install` reaches a registry; all others run offline by setting. A check that fails is named last, below
//! the table of what each step took, and hides nothing that comes after it: only a step that the rest stands on ends the
//! run. A new check is a line in [`STEPS`].

use crate::{
    Failure, bindings, layers, machine,
    machine::Need,
    peers,
    process::{check, program, watch},
    session::{self, Session},
    ui,
};
use std::{
    process::Command,
    time::{Duration, Instant},
};

/// A check: its name, and itself, which adds to the tally what its runner counted.
type Step = (&'static str, fn(&mut Tally) -> Result<(), Failure>);

const STEPS: &[Step] = &[
    ("install", |_| install()),
    ("layers", |_| layers::run(&[])),
    ("bindings", |_| bindings::run(&["--check".into()])),
    ("format", |_| check(&mut program("cargo fmt --all --check"))),
    ("web-view", |_| ui::build()),
    ("lint", |_| {
        check(offline(&mut program(
            "cargo clippy --workspace --all-targets --test e2e --test peers --test kills --locked -- --deny warnings",
        )))
    }),
    ("build", |_| check(offline(&mut program(&format!("cargo build {TARGETS}"))))),
    ("core", |tally| tally.watch(&mut program("cargo test --workspace --locked --quiet --no-fail-fast"))),
    ("peers", |tally| beside_peers(tally, "peers")),
    ("kills", |tally| beside_peers(tally, "kills -- --nocapture")),
    ("ui-lint", |_| check(offline(&mut ui::npm("run --silent lint")))),
    ("ui-types", |_| check(offline(&mut ui::npm("run --silent typecheck")))),
    ("ui-test", |tally| tally.watch(&mut ui::npm("run --silent test"))),
    ("ui-screens", screens),
    ("window", window),
];

/// Everything that the tests run, built with one set of features, so that no dependency is compiled twice.
const TARGETS: &str = "--workspace --bins --tests --examples --test e2e --test peers --test kills --locked";

/// The steps whose work the later ones need.
const GROUND: &[&str] = &["install", "web-view", "build"];

/// Runs every step, or those named.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if let Some(unknown) = arguments.iter().find(|name| !STEPS.iter().any(|(known, _)| known == name)) {
        let known: Vec<_> = STEPS.iter().map(|(name, _)| *name).collect();
        return Err(format!("there is no step `{unknown}`; there are {}", known.join(", ")));
    }
    let mut tally = Tally::default();
    let mut took = Vec::new();
    let mut failures = Vec::new();
    for (name, step) in STEPS {
        if !arguments.is_empty() && !arguments.iter().any(|wanted| wanted == name) {
            continue;
        }
        println!("\n── {name}");
        let (start, before) = (Instant::now(), tally);
        let outcome = step(&mut tally);
        took.push((*name, start.elapsed(), tally.since(before)));
        let Err(failure) = outcome else { continue };
        eprintln!("step `{name}` failed: {failure}");
        failures.push(format!("step `{name}` failed: {failure}"));
        if GROUND.contains(name) {
            break;
        }
    }
    println!("\n{}", table(&took));
    println!("{} passed, {} failed", tally.passed, tally.failed);
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
}

/// The only step that may fetch.
fn install() -> Result<(), Failure> {
    if cfg!(target_os = "linux") {
        machine::prepare(Need::Test)?;
    }
    check(&mut program("cargo fetch --locked"))?;
    ui::install()?;
    if PEERS { peers::install() } else { Ok(()) }
}

/// Whether services that nobody here wrote can run on this system: their Python stands elsewhere on Windows.
const PEERS: bool = cfg!(unix);

/// A test that meets them.
fn beside_peers(tally: &mut Tally, test: &str) -> Result<(), Failure> {
    if !PEERS {
        println!("the real services are installed on Linux and macOS only");
        return Ok(());
    }
    tally.watch(&mut program(&format!("cargo test --workspace --locked --quiet --test {test}")))
}

/// The web view on its fake host, in the browser of this machine.
fn screens(tally: &mut Tally) -> Result<(), Failure> {
    let browser = machine::browser().ok_or("there is no Chromium or Chrome on this machine: install one")?;
    tally.watch(ui::npm("run --silent e2e").env("CHROMIUM", browser))
}

/// The real window, on a display, a bus and a keyring of its own.
fn window(tally: &mut Tally) -> Result<(), Failure> {
    if !cfg!(target_os = "linux") {
        println!("the real window is driven on Linux only: WebKitWebDriver has no counterpart here");
        return Ok(());
    }
    let session = Session::start(&session::scratch("session")?)?;
    let mut tests = program("cargo test --workspace --locked --quiet --test e2e -- --test-threads 1");
    tally.watch(session.enter(&mut tests))
}

/// Keeps `command` away from the registries, and its output plain.
fn offline(command: &mut Command) -> &mut Command {
    command.env("CARGO_NET_OFFLINE", "true").env("npm_config_offline", "true").env("NO_COLOR", "1")
}

/// What the test runners counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u32,
    failed: u32,
}

impl Tally {
    /// Runs a test runner and adds its closing lines.
    fn watch(&mut self, command: &mut Command) -> Result<(), Failure> {
        watch(offline(command), |line| self.add(line))
    }

    fn add(&mut self, line: &str) {
        if is_closing_line(line) {
            self.passed += number_before("passed", line);
            self.failed += number_before("failed", line);
        }
    }

    fn since(self, before: Self) -> Self {
        Self { passed: self.passed - before.passed, failed: self.failed - before.failed }
    }
}

/// The closing lines of cargo's test runner, Vitest (`Tests  3 passed (3)`) and Playwright (`  3 passed (1.2s)`).
fn is_closing_line(line: &str) -> bool {
    let line = line.trim_start();
    let mut words = line.split_whitespace();
    let counts = words.next().is_some_and(|word| word.parse::<u32>().is_ok())
        && words.next().is_some_and(|word| word == "passed" || word == "failed");
    line.starts_with("test result:") || line.starts_with("Tests  ") || counts
}

/// The number that stands before `word`, or 0.
fn number_before(word: &str, line: &str) -> u32 {
    let words: Vec<&str> =
        line.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.windows(2).find(|pair| pair[1] == word).and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
}

/// What each step took.
fn table(took: &[(&str, Duration, Tally)]) -> String {
    let total: Duration = took.iter().map(|(_, time, _)| *time).sum();
    let mut lines = vec![format!("{:12} {:>8} {:>8}", "step", "seconds", "tests")];
    for (name, time, tally) in took {
        let tests = if *tally == Tally::default() {
            String::new()
        } else {
            (tally.passed + tally.failed).to_string()
        };
        lines.push(format!("{name:12} {:>8.1} {tests:>8}", time.as_secs_f64()).trim_end().to_owned());
    }
    lines.push(format!("{:12} {:>8.1}", "total", total.as_secs_f64()));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_every_runner_are_counted() {
        let mut tally = Tally::default();
        for line in [
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.10s",
            "      Tests  1 failed | 3 passed (4)",
            "  5 passed (3.4s)",
            "  2 failed",
            "running 12 tests",
            "Test Files  2 passed (2)",
            "all 7 passed",
        ] {
            tally.add(line);
        }
        assert_eq!(tally, Tally { passed: 20, failed: 3 });
    }

    #[test]
    fn the_table_shows_seconds_and_tests_per_step() {
        let text = table(&[
            ("layers", Duration::from_millis(1500), Tally::default()),
            ("core", Duration::from_secs(10), Tally { passed: 7, failed: 1 }),
        ]);
        assert_eq!(text.lines().nth(1), Some("layers            1.5"));
        assert_eq!(text.lines().nth(2), Some("core             10.0        8"));
        assert_eq!(text.lines().last(), Some("total            11.5"));
    }

    #[test]
    fn the_steps_that_others_stand_on_are_steps() {
        assert!(GROUND.iter().all(|ground| STEPS.iter().any(|(name, _)| name == ground)));
    }

    #[test]
    fn an_unknown_step_is_named() {
        assert!(run(&["lnit".to_owned()]).unwrap_err().starts_with("there is no step `lnit`"));
    }
}
