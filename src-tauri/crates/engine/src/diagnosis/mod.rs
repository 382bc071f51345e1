//! Diagnosis: why something failed, as far as what was exchanged tells it. Ranked causes, what helps against each, and
//! what shows it.
//!
//! [`Evidence`] goes in, a [`Diagnosis`] comes out; no clock, no network, no store. Rules are data ([`rule`]), written in
//! a small language ([`condition`]) over all that the evidence holds ([`reading`], [`facts`], [`words`]). What services
//! write is read, since it is written to be read; where no reply came, only the kind of the error counts, never its
//! words.
//!
//! **Never**: decides what the program does next. A diagnosis only advises a person; what ends an authorization, what
//! is tried again, and what is kept is decided where it happens.
//!
//! To add a rule, find its topic in `rules/`, and run `cargo xtask bench diagnosis`: the table says which failures it
//! wins, and which it loses.

pub mod condition;
mod facts;
pub mod reading;
pub mod rule;
pub mod words;

pub use domain::evidence::Evidence;

use reading::Reading;
use rule::{Cause, Fix, Rules};

/// From this likelihood on, a cause is said without *perhaps*.
pub const CONFIDENT: u8 = 60;
/// Below this likelihood, a cause is not named.
const NAMED: u8 = 15;
/// The most causes that are named.
const MOST: usize = 4;

/// Why something failed, the likeliest cause first; none where nothing is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnosis {
    /// The causes.
    pub causes: Vec<Likely>,
}

/// A cause that the evidence speaks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Likely {
    /// The cause.
    pub cause: &'static Cause,
    /// How likely, in percent.
    pub score: u8,
    /// What helps, the best first.
    pub fixes: Vec<&'static Fix>,
    /// What of the evidence shows it, the most telling first.
    pub quotes: Vec<String>,
    /// The rule that found it.
    pub rule: &'static str,
}

/// Tells why something failed.
pub fn diagnose(evidence: &Evidence) -> Diagnosis {
    diagnose_by(Rules::built_in(), evidence)
}

/// Tells why something failed, by other rules.
pub fn diagnose_by(rules: &'static Rules, evidence: &Evidence) -> Diagnosis {
    let reading = Reading::of(evidence);
    let mut causes: Vec<Likely> = Vec::new();
    for rule in rules.rules() {
        let Some(held) = rule.when.holds(&reading) else { continue };
        let quotes = quotes(held.quotes, &reading);
        for (id, &score) in &rule.then {
            let Some(cause) = rules.cause(id) else { continue };
            let leads = rule.then.values().all(|other| *other <= score);
            let first = rule.fix.iter().filter(|_| leads);
            let rest = cause.fixes.iter().filter(|fix| !(leads && rule.fix.contains(fix)));
            let fixes = first.chain(rest).filter_map(|fix| rules.fix(fix)).collect();
            let found = Likely { cause, score, fixes, quotes: quotes.clone(), rule: &rule.id };
            match causes.iter_mut().find(|known| known.cause.id == *id) {
                Some(known) if known.score < score => *known = found,
                Some(_) => {}
                None => causes.push(found),
            }
        }
    }
    causes.retain(|cause| cause.score >= NAMED);
    causes.sort_by_key(|cause| std::cmp::Reverse(cause.score));
    causes.truncate(MOST);
    Diagnosis { causes }
}

/// The most that is highlighted.
const QUOTES: usize = 3;

/// What shows a cause: what its rule held on, and what the service said in a sentence.
fn quotes(mut held: Vec<(u8, String)>, reading: &Reading<'_>) -> Vec<String> {
    held.sort_by_key(|(worth, _)| std::cmp::Reverse(*worth));
    let mut quotes: Vec<String> = Vec::new();
    let held = held.into_iter().map(|(_, quote)| quote).take(QUOTES - 1);
    for quote in held.chain(reading.sentence()) {
        if !quote.is_empty() && !quotes.iter().any(|known| known.contains(&quote)) {
            quotes.push(quote);
        }
    }
    quotes
}

#[cfg(test)]
mod tests;
