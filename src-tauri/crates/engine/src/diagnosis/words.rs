//! Words of services, and phrases to look for in them.
//!
//! Services write one thing in many ways: `redirect_uri_mismatch`, `RedirectUriMismatch`, *The redirect URI did not
//! match*. So text is read as words, in lower case, split where letters change to capitals and at every sign between, and
//! a phrase is looked for word by word:
//!
//! | In a phrase | Stands for |
//! |---|---|
//! | `code` | this word |
//! | `expir*` | a word that begins so |
//! | `invalid/unknown` | one of these |
//! | `..` | up to six words |

use std::ops::Range;

/// A word, and where it stands in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    text: String,
    range: Range<usize>,
}

/// A text, read as words.
#[derive(Clone, Debug, Default)]
pub struct Words(Vec<Word>);

impl Words {
    /// Reads `text`.
    pub fn of(text: &str) -> Self {
        let mut words: Vec<Word> = Vec::new();
        let mut open: Option<Word> = None;
        let letters: Vec<(usize, char)> = text.char_indices().collect();
        for (index, &(at, letter)) in letters.iter().enumerate() {
            let end = at + letter.len_utf8();
            if matches!(letter, '\'' | '’') {
                continue;
            }
            if !letter.is_alphanumeric() {
                words.extend(open.take());
                continue;
            }
            let before = index.checked_sub(1).map_or(' ', |before| letters[before].1);
            let after = |steps: usize| letters.get(index + steps).map_or(' ', |after| after.1);
            let begins = letter.is_uppercase()
                && (before.is_lowercase() || before.is_ascii_digit())
                && !(before == 'O' && letter == 'A');
            // The last capital of several begins a word, as in `APIKey`, though not in `URLs`.
            let ends_capitals = letter.is_uppercase()
                && before.is_uppercase()
                && after(1).is_lowercase()
                && (after(1) != 's' || after(2).is_lowercase())
                && !(before == 'O' && letter == 'A');
            if begins || ends_capitals {
                words.extend(open.take());
            }
            let word = open.get_or_insert_with(|| Word { text: String::new(), range: at..end });
            word.text.extend(letter.to_lowercase());
            word.range.end = end;
        }
        words.extend(open);
        Self(words)
    }

    /// Where `phrase` stands first.
    pub fn find(&self, phrase: &Phrase) -> Option<Range<usize>> {
        (0..self.0.len()).find_map(|start| {
            let end = phrase.ends(&self.0, start, 0)?;
            Some(self.0[start].range.start..self.0[end - 1].range.end)
        })
    }

    /// The words joined by `_`, as error codes are written.
    pub fn snake(&self) -> String {
        self.0.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join("_")
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// A phrase to look for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// One of these words; `true` where it only begins so.
    OneOf(Vec<(String, bool)>),
    Gap,
}

/// The most words that `..` stands for.
const GAP: usize = 6;

impl Phrase {
    /// Reads a phrase; none where it says nothing.
    pub fn parse(text: &str) -> Option<Self> {
        let part = |part: &str| match part {
            ".." => Some(Part::Gap),
            words => {
                let word = |word: &str| match word.strip_suffix('*') {
                    Some(beginning) => (beginning.to_owned(), true),
                    None => (word.to_owned(), false),
                };
                let words: Vec<_> = words.split('/').map(word).collect();
                let fits = |(word, _): &(String, bool)| {
                    !word.is_empty() && word.chars().all(|c| c.is_lowercase() || c.is_ascii_digit())
                };
                words.iter().all(fits).then_some(Part::OneOf(words))
            }
        };
        let parts = text.split(' ').map(part).collect::<Option<Vec<_>>>()?;
        let gap = |part: Option<&Part>| matches!(part, None | Some(Part::Gap));
        (!gap(parts.first()) && !gap(parts.last())).then_some(Self(parts))
    }

    /// Behind which word the phrase ends whose part `part` begins at word `at`.
    fn ends(&self, words: &[Word], at: usize, part: usize) -> Option<usize> {
        match self.0.get(part) {
            None => Some(at),
            Some(Part::Gap) => (at..=at + GAP).find_map(|at| self.ends(words, at, part + 1)),
            Some(Part::OneOf(wanted)) => {
                let word = &words.get(at)?.text;
                let fits = |(wanted, begins): &(String, bool)| match begins {
                    true => word.starts_with(wanted.as_str()),
                    false => word == wanted,
                };
                wanted.iter().any(fits).then(|| self.ends(words, at + 1, part + 1))?
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_the_same_words_however_it_is_written() {
        for (text, words) in [
            ("redirect_uri_mismatch", "redirect_uri_mismatch"),
            ("RedirectUriMismatch", "redirect_uri_mismatch"),
            ("The 'redirect_uri' isn't right", "the_redirect_uri_isnt_right"),
            ("APIKey", "api_key"),
            ("bad URLs and OAuth2 IDs", "bad_urls_and_oauth2_ids"),
            ("AADSTS50076:x", "aadsts50076_x"),
        ] {
            assert_eq!(Words::of(text).snake(), words, "{text}");
        }
    }

    #[test]
    fn a_phrase_is_found_across_other_words() {
        let text = "The refresh token has been revoked, or has expired.";
        for (phrase, found) in [
            ("refresh token .. revoked", Some("refresh token has been revoked")),
            ("refresh token .. expir*", Some("refresh token has been revoked, or has expired")),
            ("access/refresh token", Some("refresh token")),
            ("token refresh", None),
            ("code .. expired", None),
        ] {
            let range = Words::of(text).find(&Phrase::parse(phrase).unwrap());
            assert_eq!(range.map(|range| &text[range]), found, "{phrase}");
        }
    }

    #[test]
    fn a_phrase_that_could_not_be_found_is_none() {
        for phrase in ["", "..", "code ..", "Code", "client_id", "a//b"] {
            assert_eq!(Phrase::parse(phrase), None, "{phrase}");
        }
    }
}
