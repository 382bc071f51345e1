//! The score: how often the first cause is one of those allowed, the exact one, unknown, or wrong and sure of itself.

use crate::corpus::{Case, Corpus};
use engine::diagnosis::{CONFIDENT, Diagnosis, diagnose};
use std::{collections::BTreeMap, fmt::Write};

/// Counts over some cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All cases.
    pub cases: usize,
    /// First cause allowed.
    pub allowed: usize,
    /// First cause the exact one.
    pub exact: usize,
    /// First cause wrong, and said without *perhaps*.
    pub wrong_confident: usize,
    /// No cause.
    pub unknown: usize,
    /// First fix of the first cause allowed.
    pub fix: usize,
    /// What is highlighted is what should be.
    pub quote: usize,
}

/// The score of a corpus.
#[derive(Debug, Default)]
pub struct Score {
    families: BTreeMap<String, Counts>,
    misses: Vec<String>,
}

impl Score {
    /// Diagnoses every case.
    pub fn of(corpus: &Corpus) -> Self {
        let mut score = Self::default();
        for case in &corpus.0 {
            let found = diagnose(&case.evidence);
            let counts = Counts::of(case, &found);
            score.families.entry(case.family.clone()).or_default().add(counts);
            if counts.exact == 0 || counts.fix == 0 || counts.quote == 0 {
                score.misses.push(line(case, &found, counts));
            }
        }
        score
    }

    /// Over all families.
    pub fn all(&self) -> Counts {
        self.families.values().fold(Counts::default(), |mut all, counts| {
            all.add(*counts);
            all
        })
    }

    /// The table for people.
    pub fn table(&self, misses: bool) -> String {
        let mut text = String::new();
        let head = ["cases", "allowed", "exact", "wrong, sure", "unknown", "fix", "quote"];
        let _ = write!(text, "{:20}", "family");
        head.iter().for_each(|head| {
            let _ = write!(text, "{head:>12}");
        });
        let all = self.all();
        for (family, counts) in
            self.families.iter().map(|(name, counts)| (name.as_str(), counts)).chain([("all", &all)])
        {
            let Counts { cases, allowed, exact, wrong_confident, unknown, fix, quote } = counts;
            let _ = write!(text, "\n{family:20}");
            for count in [cases, allowed, exact, wrong_confident, unknown, fix, quote] {
                let _ = write!(text, "{count:>12}");
            }
        }
        let percent = |count: usize| 100.0 * count as f64 / all.cases.max(1) as f64;
        let _ = write!(
            text,
            "\n\nfirst cause allowed {:.1} %, exact {:.1} %, wrong and sure {:.1} %, fix {:.1} %, quote {:.1} %",
            percent(all.allowed),
            percent(all.exact),
            percent(all.wrong_confident),
            percent(all.fix),
            percent(all.quote)
        );
        if misses {
            let _ = write!(text, "\n\n{}", self.misses.join("\n"));
        }
        text
    }
}

impl Counts {
    fn of(case: &Case, found: &Diagnosis) -> Self {
        let expect = &case.expect;
        let first = found.causes.first();
        let is_allowed =
            |cause: &str| expect.cause == cause || expect.alternatives.iter().any(|also| also == cause);
        let allowed = first.is_some_and(|first| is_allowed(&first.cause.id));
        let fix = first
            .and_then(|first| first.fixes.first())
            .is_some_and(|fix| expect.fix == fix.id || expect.fix_alternatives.contains(&fix.id));
        let quote =
            first.is_some_and(|first| first.quotes.iter().any(|quote| same_words(quote, &case.quote)));
        Self {
            cases: 1,
            allowed: usize::from(allowed),
            exact: usize::from(first.is_some_and(|first| first.cause.id == expect.cause)),
            wrong_confident: usize::from(!allowed && first.is_some_and(|first| first.score >= CONFIDENT)),
            unknown: usize::from(first.is_none()),
            fix: usize::from(fix),
            quote: usize::from(quote),
        }
    }

    fn add(&mut self, other: Self) {
        self.cases += other.cases;
        self.allowed += other.allowed;
        self.exact += other.exact;
        self.wrong_confident += other.wrong_confident;
        self.unknown += other.unknown;
        self.fix += other.fix;
        self.quote += other.quote;
    }
}

/// Whether one quote stands in the other.
fn same_words(ours: &str, theirs: &str) -> bool {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let (ours, theirs) = (plain(ours), plain(theirs));
    !ours.is_empty() && (ours.contains(&theirs) || theirs.contains(&ours))
}

fn line(case: &Case, found: &Diagnosis, counts: Counts) -> String {
    let causes =
        found.causes.iter().map(|cause| format!("{} {} ({})", cause.cause.id, cause.score, cause.rule));
    let first = found.causes.first();
    let fix = first.and_then(|first| first.fixes.first()).map_or("-", |fix| fix.id.as_str());
    let quote = first.map(|first| &first.quotes);
    let mark = match counts {
        Counts { allowed: 0, .. } => "WRONG",
        Counts { exact: 0, .. } => "also ",
        Counts { fix: 0, .. } => "fix  ",
        _ => "quote",
    };
    format!(
        "{mark} {:28} wants {} [{}] fix {} quote {:?}\n      got {}\n      fix {fix} quote {quote:?}",
        case.id,
        case.expect.cause,
        case.expect.alternatives.join(" "),
        case.expect.fix,
        case.quote,
        causes.collect::<Vec<_>>().join(", "),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_of_ten_failures_are_told_their_cause() {
        let all = Score::of(&Corpus::own().unwrap()).all();
        assert!(all.cases >= 200, "{all:?}");
        assert!(all.allowed * 100 >= all.cases * 90, "{all:?}");
        assert!(all.wrong_confident * 100 <= all.cases * 5, "{all:?}");
    }
}
