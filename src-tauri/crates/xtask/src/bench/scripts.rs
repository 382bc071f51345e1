//! What a script adds to a call, by the example that measures it from inside.

use super::{Build, Figure};
use crate::{Failure, process::watch};
use std::process::Command;

/// A call with a script beside the same call without one.
pub fn measure(build: &Build) -> Result<Vec<Figure>, Failure> {
    build.make("--example script_bench")?;
    let mut found = None;
    watch(&mut Command::new(build.path("examples/script_bench")), |line| found = parse(line).or(found))?;
    let (without, with) = found.ok_or("the bench printed no result")?;
    Ok(vec![Figure::new("a call with a script, median of 1,000", with, "µs").beside(without)])
}

/// The medians without and with a script.
fn parse(line: &str) -> Option<(f64, f64)> {
    let (without, with) = line.strip_prefix("microseconds a call ")?.split_once(' ')?;
    Some((without.parse().ok()?, with.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_medians_are_told_from_other_lines() {
        assert_eq!(parse("microseconds a call 81.5 412.0"), Some((81.5, 412.0)));
        assert_eq!(parse("a line of something else"), None);
    }
}
