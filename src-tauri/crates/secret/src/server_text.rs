//! Text that came from outside, made safe to quote.

use serde::{Deserialize, Serialize};

/// What a server said: capped, on one line, without control and direction characters. It is quoted as such, never
/// part of a sentence of ours and never markup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ServerText(String);

impl ServerText {
    /// The longest text that is quoted, in characters.
    pub const MAX: usize = 500;

    /// Takes the first [`ServerText::MAX`] characters of `text`; what was cut is marked by `…`.
    pub fn quote(text: &str) -> Self {
        Self::quote_within(text, Self::MAX)
    }

    /// The same for a longer text, such as a page that a person brings.
    pub fn quote_within(text: &str, most: usize) -> Self {
        let mut quoted = String::new();
        let mut length = 0;
        let mut blank = false;
        for character in text.chars() {
            if character.is_whitespace() || character.is_control() {
                blank = length > 0;
                continue;
            }
            if is_invisible(character) {
                continue;
            }
            if length + usize::from(blank) >= most {
                quoted.push('…');
                break;
            }
            if std::mem::take(&mut blank) {
                quoted.push(' ');
                length += 1;
            }
            quoted.push(character);
            length += 1;
        }
        Self(quoted)
    }

    /// As [`ServerText::quote`], for bytes; what is not UTF-8 becomes `�`.
    pub fn quote_bytes(bytes: &[u8]) -> Self {
        // Four bytes a character and as much again for what is left out; the rest of a large body is not looked at.
        let start = &bytes[..bytes.len().min(Self::MAX * 8)];
        Self::quote(&String::from_utf8_lossy(start))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was left to quote.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl std::fmt::Display for ServerText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Characters that turn the direction of text (UAX #9), join or hide: they let a text look like another one.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_do_not_get_through() {
        for (said, quoted) in [
            ("invalid_grant", "invalid_grant"),
            ("  two\r\n\tlines \u{0}\u{1b}[31mred  ", "two lines [31mred"),
            ("safe\u{202e}gpj.exe", "safegpj.exe"),
            ("a\u{200b}b\u{2066}c\u{feff}d\u{e0041}", "abcd"),
            ("line\u{2028}break\u{85}here", "line break here"),
            ("日本語 ärger 👍", "日本語 ärger 👍"),
            ("\u{7}\u{202e}", ""),
        ] {
            assert_eq!(ServerText::quote(said).as_str(), quoted);
        }
    }

    #[test]
    fn long_text_is_cut_and_marked() {
        let exact = "ä".repeat(ServerText::MAX);
        assert_eq!(ServerText::quote(&exact).as_str(), exact);
        let cut = ServerText::quote(&format!("{exact}b"));
        assert_eq!(cut.as_str(), format!("{exact}…"));
        assert_eq!(ServerText::quote(&format!("{exact}\n ")).as_str(), exact);
        assert_eq!(ServerText::quote_bytes("ä".repeat(100_000).as_bytes()), cut);
    }

    #[test]
    fn bytes_that_are_no_text_are_marked() {
        assert_eq!(ServerText::quote_bytes(b"caf\xe9!").as_str(), "caf\u{fffd}!");
    }
}
