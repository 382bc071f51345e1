//! How often the diagnosis is right, over failures whose cause is known. Run by `cargo xtask bench diagnosis`.
//!
//! `diagnosis_bench [--corpus FILE] [--misses]`: the corpus beside this file unless another in the same form is named
//! (README.md), by families; `--misses` prints each case that is not exactly right.

mod corpus;
mod score;

use corpus::Corpus;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (mut corpus, mut misses) = (None, false);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--corpus" => corpus = arguments.next(),
            "--misses" => misses = true,
            other => return stop(&format!("`{other}` is no option")),
        }
    }
    let read = match corpus {
        Some(path) => std::fs::read_to_string(&path)
            .map_err(|error| format!("{path}: {error}"))
            .and_then(|text| Corpus::read(&text)),
        None => Corpus::own(),
    };
    match engine::diagnosis::rule::Rules::read_own().and(read) {
        Ok(corpus) => {
            println!("{}", score::Score::of(&corpus).table(misses));
            ExitCode::SUCCESS
        }
        Err(error) => stop(&error),
    }
}

fn stop(why: &str) -> ExitCode {
    eprintln!("{why}");
    ExitCode::FAILURE
}
