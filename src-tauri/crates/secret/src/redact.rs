//! Masking of known secrets in what is recorded, exported or shown.
//!
//! Masking by place (a header's name, a query parameter) misses a secret that a server repeats elsewhere. [`Known`]
//! masks by value, in every clothing a secret wears on its way: as it is, percent-encoded, JSON-escaped, in UTF-16,
//! base64 and base64url at each of the three offsets that a longer text can put it at, hexadecimal, and inside the
//! user-password pair of Basic authentication (RFC 7617). Percent and JSON escapes may be mixed with plain characters
//! and wrapped around base64, as real clients and servers do.
//!
//! What it never does: mask a value shorter than [`SHORTEST`] bytes; it would hide half of any text and still show
//! where it stood. To add a clothing, add its needle in [`Known::add`] or its spelling in `matched`.

use crate::SecretString;
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD, engine::general_purpose::URL_SAFE_NO_PAD};
use std::ops::Range;
use zeroize::Zeroizing;

/// What stands in place of a secret.
pub const MASK: &str = "•••";

/// Values with fewer bytes are not looked for.
pub const SHORTEST: usize = 4;

/// Secret values to look for.
#[derive(Default)]
pub struct Known {
    /// Longest first, so that a pair is masked before the password inside it.
    needles: Vec<Needle>,
}

/// In which clothing a secret was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clothing {
    /// As it is, or with percent or JSON escapes.
    Plain,
    /// Two bytes a character, low byte first.
    Utf16,
    /// Base64 or base64url.
    Base64,
    /// Hexadecimal digits.
    Hex,
    /// User and password of Basic authentication.
    BasicPair,
}

struct Needle {
    text: Zeroizing<Vec<u8>>,
    clothing: Clothing,
    any_case: bool,
}

impl Known {
    /// Knows no secret yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks for `secret` in every clothing.
    pub fn add(&mut self, secret: &SecretString) {
        // EXPOSE: it must be known to be found; the copies here are wiped and never shown.
        let text = secret.expose();
        if text.len() < SHORTEST {
            return;
        }
        self.push(Clothing::Plain, text.as_bytes().to_vec());
        self.push(Clothing::Utf16, text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        self.push(Clothing::Hex, text.bytes().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect());
        self.push_base64(Clothing::Base64, text.as_bytes());
        for offset in 1..3 {
            let (first, last) = whole_letters(offset, text.len());
            let shifted = Zeroizing::new([&[0; 2][..offset], text.as_bytes()].concat());
            for encoded in both_alphabets(&shifted) {
                self.push(Clothing::Base64, encoded.as_bytes()[first..last].to_vec());
            }
        }
    }

    /// Looks for the pair of Basic authentication, and for the password alone.
    pub fn add_basic_pair(&mut self, username: &str, password: &SecretString) {
        self.add(password);
        // EXPOSE: it must be known to be found; the copies here are wiped and never shown.
        let pair = Zeroizing::new(format!("{username}:{}", password.expose()));
        if pair.len() > SHORTEST {
            self.push_base64(Clothing::BasicPair, pair.as_bytes());
        }
    }

    /// Replaces every secret in `text` by [`MASK`].
    pub fn mask_text(&self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut kept = 0;
        for (found, _) in self.all_in(text.as_bytes()) {
            // A match of UTF-16 bytes may end inside a character; the mask then takes the whole character.
            let start = text.floor_char_boundary(found.start);
            let end = text.ceil_char_boundary(found.end);
            if start >= kept {
                masked.push_str(&text[kept..start]);
                masked.push_str(MASK);
            }
            kept = kept.max(end);
        }
        masked.push_str(&text[kept..]);
        masked
    }

    /// Replaces every secret in `bytes` by [`MASK`].
    pub fn mask_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut masked = Vec::with_capacity(bytes.len());
        let mut kept = 0;
        for (found, _) in self.all_in(bytes) {
            masked.extend_from_slice(&bytes[kept..found.start]);
            masked.extend_from_slice(MASK.as_bytes());
            kept = found.end;
        }
        masked.extend_from_slice(&bytes[kept..]);
        masked
    }

    /// Where the first secret stands in `bytes`, for what must not leave at all.
    pub fn find_in(&self, bytes: &[u8]) -> Option<(Range<usize>, Clothing)> {
        self.all_in(bytes).next()
    }

    /// The secrets in `bytes` in order, none overlapping.
    fn all_in<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = (Range<usize>, Clothing)> + 'a {
        let starts = StartsWith::of(&self.needles);
        let mut from = 0;
        std::iter::from_fn(move || {
            while let Some(at) = (from..bytes.len()).find(|&at| starts.may_start(bytes[at])) {
                from = at + 1;
                let longest = self.needles.iter().find_map(|n| Some((n.matched(&bytes[at..])?, n.clothing)));
                if let Some((length, clothing)) = longest {
                    from = at + length;
                    return Some((at..from, clothing));
                }
            }
            None
        })
    }

    fn push_base64(&mut self, clothing: Clothing, bytes: &[u8]) {
        let (_, whole) = whole_letters(0, bytes.len());
        for encoded in both_alphabets(bytes) {
            // Both the ending of a value that stands alone and the one inside a longer text.
            self.push(clothing, encoded.as_bytes().to_vec());
            self.push(clothing, encoded.as_bytes()[..whole].to_vec());
        }
    }

    fn push(&mut self, clothing: Clothing, text: Vec<u8>) {
        let text = Zeroizing::new(text);
        let known = self.needles.iter().any(|needle| needle.text == text && needle.clothing == clothing);
        if text.len() >= SHORTEST && !known {
            let place = self.needles.partition_point(|needle| needle.text.len() >= text.len());
            self.needles.insert(place, Needle { text, clothing, any_case: clothing == Clothing::Hex });
        }
    }
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Known({} needles)", self.needles.len())
    }
}

impl Needle {
    /// How many bytes of `hay` spell this needle from its start on; each byte or character in any of its spellings.
    fn matched(&self, hay: &[u8]) -> Option<usize> {
        // A `%` or `\` of the needle may stand for itself or begin its own escape; the other way is tried later.
        let mut others = Vec::new();
        let mut place = Some((0, 0));
        while let Some((taken, used)) = place {
            if taken == self.text.len() {
                return Some(used);
            }
            let (needle, rest) = (&self.text[taken..], hay.get(used..).unwrap_or_default());
            let after = |step: (usize, usize)| (taken + step.0, used + step.1);
            place = match (self.plain(needle, rest).map(after), escaped(needle, rest).map(after)) {
                (Some(next), other) => {
                    others.extend(other);
                    Some(next)
                }
                (None, Some(next)) => Some(next),
                (None, None) => others.pop(),
            };
        }
        None
    }

    /// A byte that stands for itself: `(bytes of the needle, bytes of the text)`.
    fn plain(&self, needle: &[u8], hay: &[u8]) -> Option<(usize, usize)> {
        let (wanted, found) = (needle.first()?, hay.first()?);
        (found == wanted || (self.any_case && found.eq_ignore_ascii_case(wanted))).then_some((1, 1))
    }
}

/// A byte or character in another spelling: `(bytes of the needle, bytes of the text)`.
fn escaped(needle: &[u8], hay: &[u8]) -> Option<(usize, usize)> {
    match hay.first()? {
        b'%' => (percent_escape(hay)? == needle[0]).then_some((1, 3)),
        b'+' => (needle[0] == b' ').then_some((1, 1)),
        b'\\' => json_escape(needle, hay),
        _ => None,
    }
}

/// Which bytes can begin a needle: most of a text is passed over by one look into a table.
struct StartsWith([bool; 256]);

impl StartsWith {
    fn of(needles: &[Needle]) -> Self {
        let mut table = [false; 256];
        for needle in needles {
            let first = needle.text[0];
            for byte in [first, first.to_ascii_uppercase(), b'%', b'\\'] {
                table[usize::from(byte)] = true;
            }
            table[usize::from(b'+')] |= first == b' ';
        }
        Self(table)
    }

    fn may_start(&self, byte: u8) -> bool {
        self.0[usize::from(byte)]
    }
}

fn both_alphabets(bytes: &[u8]) -> [Zeroizing<String>; 2] {
    [STANDARD_NO_PAD.encode(bytes), URL_SAFE_NO_PAD.encode(bytes)].map(Zeroizing::new)
}

/// Which base64 letters of a value with `offset` bytes before it say nothing but the value.
fn whole_letters(offset: usize, length: usize) -> (usize, usize) {
    ((offset * 8).div_ceil(6), (offset + length) * 8 / 6)
}

fn percent_escape(hay: &[u8]) -> Option<u8> {
    hex_number(hay.get(1..3)?).and_then(|number| u8::try_from(number).ok())
}

/// RFC 8259 §7: a short escape, or the UTF-16 units of one character.
fn json_escape(needle: &[u8], hay: &[u8]) -> Option<(usize, usize)> {
    let short = match hay.get(1)? {
        b'u' => return json_unicode_escape(needle, hay),
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        &escaped @ (b'"' | b'\\' | b'/') => escaped,
        _ => return None,
    };
    (short == needle[0]).then_some((1, 2))
}

fn json_unicode_escape(needle: &[u8], hay: &[u8]) -> Option<(usize, usize)> {
    let length = match needle[0] {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    };
    let wanted = std::str::from_utf8(needle.get(..length)?).ok()?;
    let mut used = 0;
    for unit in wanted.encode_utf16() {
        let escape = hay.get(used..used + 6)?.strip_prefix(b"\\u")?;
        if hex_number(escape)? != unit {
            return None;
        }
        used += 6;
    }
    Some((length, used))
}

fn hex_number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0, |number, &digit| Some(number << 4 | char::from(digit).to_digit(16)? as u16))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Secret;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE};
    use proptest::prelude::*;

    const SECRET: &str = "hünter 2/\"+?👍>>end";

    fn known(secret: &str) -> Known {
        let mut known = Known::new();
        known.add(&Secret::new(secret.into()));
        known
    }

    fn percent(text: &str) -> String {
        text.bytes().map(|byte| format!("%{byte:02X}")).collect()
    }

    #[test]
    fn a_secret_is_found_in_every_clothing() {
        let json = serde_json::to_string(SECRET).unwrap();
        let escaped: String = SECRET.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
        let utf16: Vec<u8> = SECRET.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let form: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
        for (what, text) in [
            ("as it is", SECRET.to_owned()),
            ("JSON", json.clone()),
            ("JSON in JSON escapes", escaped),
            ("JSON with escaped slashes", json.replace('/', "\\/")),
            ("percent, every byte", percent(SECRET)),
            ("percent, lower case", percent(SECRET).to_lowercase()),
            ("form", form),
            ("base64", STANDARD.encode(SECRET)),
            ("base64url", URL_SAFE.encode(SECRET)),
            ("base64, second offset", STANDARD.encode(format!("u{SECRET}!"))),
            ("base64, third offset", STANDARD.encode(format!("us{SECRET}!"))),
            ("base64url, later", URL_SAFE.encode(format!("user:{SECRET}"))),
            ("base64 in a form", percent(&STANDARD.encode(SECRET))),
            ("base64 in JSON", STANDARD.encode(SECRET).replace('/', "\\/")),
            ("hex", SECRET.bytes().map(|byte| format!("{byte:02x}")).collect()),
            ("HEX", SECRET.bytes().map(|byte| format!("{byte:02X}")).collect()),
        ] {
            let line = format!("before {text} after");
            let masked = known(SECRET).mask_text(&line);
            assert!(masked.starts_with("before ") && masked.ends_with(" after"), "{what}: {masked}");
            assert!(masked.contains(MASK), "{what}: {masked}");
            assert!(masked.len() < 40, "{what}: {masked}");
            assert!(known(SECRET).find_in(line.as_bytes()).is_some(), "{what}");
        }
        let masked = known(SECRET).mask_bytes(&[b"before ", &utf16[..], b" after"].concat());
        assert_eq!(masked, format!("before {MASK} after").into_bytes());
    }

    #[test]
    fn a_basic_pair_is_masked_as_a_whole() {
        let mut known = Known::new();
        known.add_basic_pair("me", &Secret::new("hunter2".into()));
        let header = format!("Basic {}", STANDARD.encode("me:hunter2"));
        assert_eq!(known.find_in(header.as_bytes()).unwrap().1, Clothing::BasicPair);
        assert_eq!(known.mask_text(&header), format!("Basic {MASK}=="));
        assert_eq!(known.mask_text("me:hunter2"), format!("me:{MASK}"));
    }

    #[test]
    fn every_place_is_masked_and_the_rest_stays() {
        assert_eq!(known("hunter2").mask_text("hunter2hunter2, hunter, hunter2"), "••••••, hunter, •••");
        assert_eq!(known("hunter2").mask_text("nothing here"), "nothing here");
        assert_eq!(Known::new().mask_text("hunter2"), "hunter2");
    }

    #[test]
    fn a_value_too_short_to_hide_is_left_alone() {
        assert_eq!(known("abc").mask_text("abc YWJj"), "abc YWJj");
        assert_eq!(known("").mask_text("abc"), "abc");
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", known("hunter2")).contains("hunter"));
    }

    proptest! {
        #[test]
        fn base64_of_any_text_around_is_masked(before in ".{0,9}", secret in "[!-~]{12,40}", after in ".{0,9}") {
            let text = STANDARD.encode(format!("{before}{secret}{after}"));
            let url_safe = URL_SAFE.encode(format!("{before}{secret}{after}"));
            prop_assert!(known(&secret).mask_text(&text).contains(MASK));
            prop_assert!(known(&secret).mask_text(&url_safe).contains(MASK));
        }

        #[test]
        fn any_mixture_of_spellings_is_masked(secret in "\\PC{4,30}", choices: Vec<u8>) {
            let mut text = String::from("{\"token\":\"");
            for (i, character) in secret.chars().enumerate() {
                match choices.get(i).unwrap_or(&0) % 3 {
                    0 => text.push(character),
                    1 => text.push_str(&percent(&character.to_string())),
                    _ => {
                        let mut units = [0; 2];
                        text.extend(character.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04X}")));
                    }
                }
            }
            prop_assert!(known(&secret).find_in(text.as_bytes()).is_some());
        }

        #[test]
        fn masking_any_bytes_is_total(secret in "\\PC{4,12}", bytes: Vec<u8>, text: String) {
            let _ = known(&secret).mask_bytes(&bytes);
            let _ = known(&secret).mask_text(&text);
        }
    }
}
