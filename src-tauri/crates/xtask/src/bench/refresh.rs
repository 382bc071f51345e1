//! The keeper where 10,000 authorizations are due at once, by the example that measures it from inside.

use super::{Build, Figure};
use crate::{
    Failure,
    process::{check, watch},
    session::scratch,
};
use std::process::Command;

/// As many as nobody has.
const AUTHORIZATIONS: &str = "10000";
/// As many are enough to count flushes, which needs a tracer and so takes its time.
const TRACED: u32 = 1_000;

/// Refreshes a second, and what each of them costs.
pub fn measure(build: &Build) -> Result<Vec<Figure>, Failure> {
    build.make("--example refresh_bench")?;
    let program = build.path("examples/refresh_bench");
    let mut figures = Vec::new();
    watch(Command::new(&program).arg(AUTHORIZATIONS), |line| figures.extend(parse(line)))?;
    if cfg!(target_os = "linux") {
        let counts = scratch("bench-refresh")?.join("flushes");
        let mut strace = Command::new("strace");
        strace.args(["--follow-forks", "--summary-only", "--trace=fsync,fdatasync", "--output"]);
        check(strace.arg(&counts).arg(&program).arg(TRACED.to_string()))?;
        let told =
            std::fs::read_to_string(&counts).map_err(|error| format!("{}: {error}", counts.display()))?;
        figures.push(Figure::new("flushes to the disk, a refresh", flushes(&told) / f64::from(TRACED), ""));
    }
    Ok(figures)
}

/// `refreshes a second 812.5`: a name and a number.
fn parse(line: &str) -> Option<Figure> {
    let (what, number) = line.rsplit_once(' ')?;
    let unit = match what {
        "milliseconds a refresh" => "ms",
        "memory at the most" => "MiB",
        "refreshes a second" | "commits a refresh" => "",
        _ => return None,
    };
    Some(Figure::new(format!("10,000 due: {what}"), number.parse().ok()?, unit))
}

/// The calls in a summary of `strace`, whose lines are `% time, seconds, usecs/call, calls, errors, syscall`.
fn flushes(summary: &str) -> f64 {
    let calls = summary.lines().filter_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        matches!(words.last(), Some(&("fsync" | "fdatasync"))).then(|| words.get(3)?.parse::<f64>().ok())?
    });
    calls.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flushes_of_both_kinds_are_counted() {
        let summary = "% time     seconds  usecs/call     calls    errors syscall\n\
                       ------ ----------- ----------- --------- --------- ----------------\n \
                       99.50    1.500000        1500      1000           fdatasync\n  \
                       0.50    0.001000         100        10         1 fsync\n\
                       ------ ----------- ----------- --------- --------- ----------------\n\
                       100.00    1.501000        1486      1010         1 total\n";
        assert_eq!(flushes(summary), 1_010.0);
    }

    #[test]
    fn other_lines_are_no_figures() {
        assert!(parse("refreshes a second 812.5").is_some());
        assert!(parse("10000 secrets sealed in 1.5").is_none());
        assert!(parse("").is_none());
    }
}
