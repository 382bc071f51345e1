//! `cargo xtask bench`: how fast the product is, on this machine, beside what the machine itself costs.
//!
//! Figures of one machine say little on another, so what can be is measured beside something that is not ours, in the
//! same run: the command beside a program that does nothing, the window beside an empty one. One table at the end;
//! what misses its aim is marked, and ends the run as a failure. A new part is a line in [`PARTS`].

mod command;
mod connect;
mod diagnosis;
mod lab;
mod refresh;
mod scripts;
mod signatures;
mod stores;
mod window;

use crate::{
    Failure,
    process::{check, program, target},
};
use std::{path::PathBuf, time::Duration};

/// A part: its name, what it measures, and itself.
type Part = (&'static str, &'static str, fn(&Build) -> Result<Vec<Figure>, Failure>);

const PARTS: &[Part] = &[
    ("lists", "10,000 and 100,000 connections: pages, filters, searches", stores::lists),
    ("vault", "10,000 secrets opened", stores::vault),
    ("command", "`patchbay connectors list` from start to end", command::measure),
    ("connect", "`patchbay connect` beside curl and requests-oauthlib", connect::measure),
    ("refresh", "10,000 authorizations that are due at once", refresh::measure),
    ("signatures", "requests signed, beside `aws-sigv4`, botocore and oauthlib", signatures::measure),
    ("scripts", "a call with a script beside one without", scripts::measure),
    ("lab", "the Lab's start, 1,000 connections connected in it, and calls through one", lab::measure),
    ("diagnosis", "causes told right, over failures whose cause is known", diagnosis::right),
    ("window", "the window beside an empty one: first paint, first row, first key, memory", window::measure),
];

/// Runs every part, or those named. `--profile dev` measures a build that is quicker to make and slower to run.
pub fn run(arguments: &[String]) -> Result<(), Failure> {
    let (profile, names) = match arguments {
        [flag, profile, names @ ..] if flag == "--profile" => (profile.as_str(), names),
        names => ("release", names),
    };
    if let Some(unknown) = names.iter().find(|name| !PARTS.iter().any(|(known, ..)| known == name)) {
        let known: Vec<String> = PARTS.iter().map(|(name, what, _)| format!("  {name:8} {what}")).collect();
        return Err(format!("there is no part `{unknown}`; there are\n{}", known.join("\n")));
    }
    let build = Build { profile: profile.to_owned() };
    let mut figures = Vec::new();
    for (name, _, part) in PARTS {
        if names.is_empty() || names.iter().any(|wanted| wanted == name) {
            println!("\n── {name}");
            figures.extend(part(&build)?);
        }
    }
    println!("\nprofile {profile}\n{}", table(&figures));
    match figures.iter().filter(|figure| figure.misses()).count() {
        0 => Ok(()),
        missed => Err(format!("{missed} of {} figures miss their aim", figures.len())),
    }
}

/// Programs of the product, built in one profile.
pub struct Build {
    profile: String,
}

impl Build {
    /// Builds the targets that `words` name, as cargo takes them. With the features of the whole workspace, so that a
    /// profile that is built already is not built again.
    fn make(&self, words: &str) -> Result<(), Failure> {
        check(
            program(&format!("cargo build --workspace --locked --profile {}", self.profile))
                .args(words.split(' ')),
        )
    }

    /// A built program.
    fn path(&self, name: &str) -> PathBuf {
        let folder = if self.profile == "dev" { "debug" } else { &self.profile };
        target().join(folder).join(name).with_extension(std::env::consts::EXE_EXTENSION)
    }
}

/// One line of the table.
struct Figure {
    what: String,
    value: f64,
    unit: &'static str,
    /// The same of what is not ours.
    beside: Option<f64>,
    aim: Option<Aim>,
}

/// What a figure must not exceed, or must reach.
#[derive(Clone, Copy)]
enum Aim {
    /// In its own unit.
    Value(f64),
    /// Divided by what stands beside it.
    Ratio(f64),
    /// What it must reach, in its own unit.
    AtLeast(f64),
}

impl Figure {
    fn new(what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { what: what.into(), value, unit, beside: None, aim: None }
    }

    fn beside(self, value: f64) -> Self {
        Self { beside: Some(value), ..self }
    }

    fn aim(self, aim: Aim) -> Self {
        Self { aim: Some(aim), ..self }
    }

    fn ratio(&self) -> Option<f64> {
        self.beside.filter(|beside| *beside > 0.0).map(|beside| self.value / beside)
    }

    fn misses(&self) -> bool {
        match self.aim {
            None => false,
            Some(Aim::Value(most)) => self.value > most,
            Some(Aim::Ratio(most)) => self.ratio().is_none_or(|ratio| ratio > most),
            Some(Aim::AtLeast(least)) => self.value < least,
        }
    }

    fn line(&self) -> String {
        let Self { what, unit, .. } = self;
        let beside = self.beside.map_or_else(String::new, |beside| format!("{} {unit}", number(beside)));
        let ratio = self.ratio().map_or_else(String::new, |ratio| format!("{ratio:.2}×"));
        let aim = match self.aim {
            None => String::new(),
            Some(Aim::Value(most)) => format!("≤ {} {unit}", number(most)),
            Some(Aim::Ratio(most)) => format!("≤ {most}×"),
            Some(Aim::AtLeast(least)) => format!("≥ {} {unit}", number(least)),
        };
        let missed = match self.aim {
            Some(Aim::AtLeast(_)) if self.misses() => "  below its aim",
            _ if self.misses() => "  above its aim",
            _ => "",
        };
        let value = format!("{} {unit}", number(self.value));
        format!("{what:46} {value:>12} {beside:>12} {ratio:>8} {aim:>10}{missed}").trim_end().to_owned()
    }
}

/// Three digits, or all before the point.
fn number(value: f64) -> String {
    let places = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.places$}")
}

fn table(figures: &[Figure]) -> String {
    let head = format!("{:46} {:>12} {:>12} {:>8} {:>10}", "", "measured", "beside", "ratio", "aim");
    let lines = figures.iter().map(Figure::line);
    std::iter::once(head).chain(lines).collect::<Vec<_>>().join("\n")
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// The one in the middle.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_misses_its_aim_is_marked() {
        let cells = |figure: &Figure| {
            figure
                .line()
                .split("  ")
                .map(str::trim)
                .filter(|cell| !cell.is_empty())
                .collect::<Vec<_>>()
                .join("|")
        };
        let slow = Figure::new("first paint", 390.4, "ms").beside(300.0).aim(Aim::Ratio(1.25));
        assert_eq!(cells(&slow), "first paint|390 ms|300 ms|1.30×|≤ 1.25×|above its aim");
        let quick = Figure::new("a page", 4.126, "ms").aim(Aim::Value(20.0));
        assert_eq!(cells(&quick), "a page|4.13 ms|≤ 20.0 ms");
        let seldom = Figure::new("causes", 85.0, "%").aim(Aim::AtLeast(90.0));
        assert_eq!(cells(&seldom), "causes|85.0 %|≥ 90.0 %|below its aim");
        assert!(slow.misses() && !quick.misses() && seldom.misses());
    }

    #[test]
    fn an_unknown_part_is_named() {
        assert!(run(&["wimdow".to_owned()]).unwrap_err().starts_with("there is no part `wimdow`"));
    }

    #[test]
    fn the_median_is_the_one_in_the_middle() {
        assert_eq!(median(vec![9.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(Vec::new()), 0.0);
    }
}
