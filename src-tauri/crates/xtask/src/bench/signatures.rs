//! Signatures per second: ours beside the `aws-sigv4` crate called bare, botocore and oauthlib, one run.

use super::{Build, Figure};
use crate::{
    Failure, peers,
    process::{program, watch},
};
use std::{collections::BTreeMap, process::Command};

/// A figure: what is shown, ours, and what stands beside it.
const FIGURES: &[(&str, &str, &str)] = &[
    ("AWS Signature v4, beside `aws-sigv4` called bare", "sigv4", "sigv4-crate"),
    ("AWS Signature v4, beside botocore", "sigv4", "botocore"),
    ("OAuth 1.0a HMAC-SHA1, beside oauthlib", "oauth1", "oauthlib"),
];

/// Requests signed one after the other.
pub fn measure(build: &Build) -> Result<Vec<Figure>, Failure> {
    build.make("--example signature_bench")?;
    peers::install()?;
    let mut told = BTreeMap::new();
    let mut keep = |line: &str| told.extend(parse(line));
    watch(&mut Command::new(build.path("examples/signature_bench")), &mut keep)?;
    watch(&mut program("target/peers/bin/python tests/bench/signatures.py"), &mut keep)?;
    let of = |name: &str| told.get(name).copied().ok_or_else(|| format!("nothing was measured of {name}"));
    let figure = |(what, ours, beside): &(&str, &str, &str)| {
        Ok(Figure::new(*what, of(ours)?, "/s").beside(of(beside)?))
    };
    FIGURES.iter().map(figure).collect()
}

/// `sigv4 41234`
fn parse(line: &str) -> Option<(String, f64)> {
    let (name, count) = line.trim().split_once(' ')?;
    Some((name.to_owned(), count.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_name_and_a_count() {
        assert_eq!(parse("sigv4-crate 41234\n"), Some(("sigv4-crate".into(), 41_234.0)));
        assert_eq!(parse("warning: something"), None);
    }
}
