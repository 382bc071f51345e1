//! The diagnosis, by the example that counts it over failures whose cause is known.

use super::{Aim, Build, Figure};
use crate::{Failure, process::watch};
use std::process::Command;

/// How often the first cause is right, wrong and sure of itself, and helped by the right fix.
pub fn right(build: &Build) -> Result<Vec<Figure>, Failure> {
    build.make("--example diagnosis_bench")?;
    let mut found = None;
    watch(&mut Command::new(build.path("examples/diagnosis_bench")), |line| found = parse(line).or(found))?;
    let [allowed, exact, wrong, fix] = found.ok_or("the bench printed no result")?;
    Ok(vec![
        Figure::new("first cause is one of those allowed", allowed, "%").aim(Aim::AtLeast(90.0)),
        Figure::new("first cause is the exact one", exact, "%"),
        Figure::new("first cause is wrong and sure of itself", wrong, "%").aim(Aim::Value(5.0)),
        Figure::new("first fix is right", fix, "%"),
    ])
}

/// The line with the shares: allowed, exact, wrong and sure, fix.
fn parse(line: &str) -> Option<[f64; 4]> {
    let shares = line.strip_prefix("first cause allowed")?.split(" %");
    let numbers: Vec<f64> = shares.filter_map(|part| part.split_whitespace().last()?.parse().ok()).collect();
    numbers.get(..4)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_with_the_shares_is_told_from_others() {
        let line = "first cause allowed 97.5 %, exact 91.0 %, wrong and sure 1.5 %, fix 93.0 %, quote 80.0 %";
        assert_eq!(parse(line), Some([97.5, 91.0, 1.5, 93.0]));
        assert_eq!(parse("family   cases   allowed"), None);
    }
}
