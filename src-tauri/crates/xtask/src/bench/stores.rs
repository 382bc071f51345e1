//! The store and the vault, by the examples that measure them from inside.

use super::{Aim, Build, Figure};
use crate::{Failure, process::watch};
use std::process::Command;

/// The aim for one page of a list, whatever the filter.
const PAGE: f64 = 20.0;

/// Pages, filters and searches of two lists; the slowest of each counts.
pub fn lists(build: &Build) -> Result<Vec<Figure>, Failure> {
    build.make("--example list_bench")?;
    let mut figures = Vec::new();
    for (connections, shown) in [("10000", "10,000"), ("100000", "100,000")] {
        let rows = measure(build, "list_bench", connections)?;
        let slowest = rows.iter().max_by(|a, b| a.p99.total_cmp(&b.p99)).ok_or("the bench printed no row")?;
        println!("slowest: {}", slowest.what);
        figures.push(
            Figure::new(format!("{shown} connections, slowest query, p99"), slowest.p99, "ms")
                .aim(Aim::Value(PAGE)),
        );
    }
    Ok(figures)
}

/// Secrets opened one after the other, as calls do.
pub fn vault(build: &Build) -> Result<Vec<Figure>, Failure> {
    build.make("--example vault_bench")?;
    let rows = measure(build, "vault_bench", "10000")?;
    let row = rows.first().ok_or("the bench printed no row")?;
    Ok(vec![
        Figure::new("one of 10,000 secrets opened, median", row.median, "ms"),
        Figure::new("one of 10,000 secrets opened, p99", row.p99, "ms"),
    ])
}

/// What an example printed of one query.
#[derive(Debug, PartialEq)]
struct Row {
    what: String,
    median: f64,
    p99: f64,
}

fn measure(build: &Build, example: &str, size: &str) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    watch(Command::new(build.path(&format!("examples/{example}"))).arg(size), |line| {
        rows.extend(parse(line))
    })?;
    Ok(rows)
}

/// A row ends in median, p99, worst and a count.
fn parse(line: &str) -> Option<Row> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (what, numbers) = words.split_at_checked(words.len().checked_sub(4)?)?;
    let numbers: Vec<f64> = numbers.iter().map(|word| word.parse().ok()).collect::<Option<_>>()?;
    Some(Row { what: what.join(" "), median: *numbers.first()?, p99: *numbers.get(1)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_from_other_lines() {
        assert_eq!(
            parse("search: word, some      1.50    2.75    3.00     4711"),
            Some(Row { what: "search: word, some".into(), median: 1.5, p99: 2.75 })
        );
        assert_eq!(parse("milliseconds   median     p99   worst    found"), None);
        assert_eq!(parse("100000 connections written in 3.1 s"), None);
        assert_eq!(parse(""), None);
    }
}
