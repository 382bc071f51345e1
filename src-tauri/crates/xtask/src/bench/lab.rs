//! The Lab, by the example that measures it from inside.

use super::{Build, Figure};
use crate::{Failure, process::watch};
use std::process::Command;

/// As many as nobody needs to try a connector.
const CONNECTIONS: &str = "1000";

/// Its start, connections made and called in it, and the memory of all that.
pub fn measure(build: &Build) -> Result<Vec<Figure>, Failure> {
    build.make("--example lab_bench")?;
    let mut figures = Vec::new();
    watch(Command::new(build.path("examples/lab_bench")).arg(CONNECTIONS), |line| {
        figures.extend(parse(line))
    })?;
    Ok(figures)
}

/// `calls a second 812.5`: a name and a number.
fn parse(line: &str) -> Option<Figure> {
    let (what, number) = line.rsplit_once(' ')?;
    let (shown, unit) = match what {
        "milliseconds to start" => ("the Lab started, median of 20", "ms"),
        "milliseconds a connection" => ("one of 1,000 connections connected and verified in the Lab", "ms"),
        "calls a second" => ("calls a second through a connection in the Lab", ""),
        "memory at the most" => ("memory with 1,000 connections in the Lab", "MiB"),
        _ => return None,
    };
    Some(Figure::new(shown, number.parse().ok()?, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_lines_are_no_figures() {
        assert!(parse("calls a second 812.5").is_some());
        assert!(parse("calls a second many").is_none());
        assert!(parse("").is_none());
    }
}
