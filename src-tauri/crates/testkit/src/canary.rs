//! Distinctive secrets, and the search for them in all that a program leaves behind.
//!
//! A test types a [`Canary`] where people type secrets, lets the program work, and shows a [`Search`] everything that
//! could have kept it: files, logs, arguments, pages, replies. A secret may have changed its clothing on the way, so it
//! is looked for as it is, as UTF-16, in base64 at each of the three offsets that it can have within a longer text, in
//! hex, as the pair of Basic, and below percent signs, JSON escapes and character references, one or two layers deep.
//!
//! It knows the forms by itself and shares no code with what hides secrets in the product: a mistake there stays a
//! mistake here. A new form is a variant of [`Form`], a line in [`Canary::patterns`] or [`layers`], and a line in the
//! test that plants each.

use aho_corasick::AhoCorasick;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use std::{borrow::Cow, fmt, fs, io, path::Path};

/// What is shorter occurs by accident.
const SHORTEST: usize = 12;

/// A secret that occurs nowhere by accident.
#[derive(Clone)]
pub struct Canary {
    name: String,
    value: String,
    user: Option<String>,
}

/// How a secret was clothed where it was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Raw,
    /// UTF-16, either byte order.
    Utf16,
    /// Base64, either alphabet, at any offset within a longer text.
    Base64,
    /// Two hexadecimal digits a byte.
    Hex,
    /// `user:secret` in base64 (RFC 7617).
    BasicPair,
    /// Percent signs, as in an address or a form.
    Percent,
    /// Backslashes, as in JSON.
    Json,
    /// Character references, as in HTML.
    Html,
}

/// A secret where none may be.
#[derive(Clone, PartialEq, Eq)]
pub struct Leak {
    /// The name of the canary.
    pub canary: String,
    /// How it was clothed.
    pub form: Form,
    /// Where it was found, as the test named the place.
    pub place: String,
}

/// A search for several canaries at once.
pub struct Search {
    patterns: AhoCorasick,
    /// What each pattern stands for.
    meanings: Vec<(String, Form)>,
}

impl Canary {
    /// `name` is said in place of the value where it is found.
    /// # Panics
    /// When the value is so short that it could occur by accident.
    pub fn new(name: &str, value: &str) -> Self {
        assert!(value.len() >= SHORTEST, "`{name}` is too short to be told from chance");
        Self { name: name.into(), value: value.into(), user: None }
    }

    /// Sent as the password of `user`.
    pub fn of_user(self, user: &str) -> Self {
        Self { user: Some(user.into()), ..self }
    }

    /// The secret itself, to be typed.
    pub fn value(&self) -> &str {
        &self.value
    }

    fn patterns(&self) -> Vec<(Form, Vec<u8>)> {
        let bytes = self.value.as_bytes();
        let wide: Vec<u16> = self.value.encode_utf16().collect();
        let hex = |digit: fn(u8) -> String| bytes.iter().copied().map(digit).collect::<String>().into_bytes();
        let mut patterns = vec![
            (Form::Raw, bytes.to_vec()),
            (Form::Utf16, wide.iter().flat_map(|unit| unit.to_le_bytes()).collect()),
            (Form::Utf16, wide.iter().flat_map(|unit| unit.to_be_bytes()).collect()),
            (Form::Hex, hex(|byte| format!("{byte:02x}"))),
            (Form::Hex, hex(|byte| format!("{byte:02X}"))),
        ];
        if let Some(user) = &self.user {
            let pair = STANDARD_NO_PAD.encode(format!("{user}:{}", self.value));
            patterns.push((Form::BasicPair, pair.into_bytes()));
        }
        for offset in 0..3 {
            for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                let text = engine.encode([&[0; 2][..offset], bytes].concat());
                // The digits that the secret alone decides, whatever stands before and behind it.
                let (from, to) = ((offset * 8).div_ceil(6), (offset + bytes.len()) * 8 / 6);
                patterns.push((Form::Base64, text.as_bytes()[from..to].to_vec()));
            }
        }
        patterns
    }
}

impl Search {
    /// Looks for each of `canaries`.
    pub fn of<'a>(canaries: impl IntoIterator<Item = &'a Canary>) -> Self {
        let mut meanings = Vec::new();
        let mut patterns = Vec::new();
        for canary in canaries {
            for (form, pattern) in canary.patterns() {
                meanings.push((canary.name.clone(), form));
                patterns.push(pattern);
            }
        }
        #[expect(clippy::expect_used, reason = "fails beyond four thousand million patterns only")]
        let patterns = AhoCorasick::new(patterns).expect("the patterns fit");
        Self { patterns, meanings }
    }

    /// What stands in `bytes`, which were taken from `place`.
    pub fn look(&self, place: &str, bytes: &[u8]) -> Vec<Leak> {
        let mut leaks = Vec::new();
        for (layer, text) in layers(bytes) {
            for found in self.patterns.find_overlapping_iter(&*text) {
                let (canary, form) = &self.meanings[found.pattern()];
                // Below a layer the layer says more about how it came there than what it uncovers.
                let form = layer.unwrap_or(*form);
                let leak = Leak { canary: canary.clone(), form, place: place.into() };
                if !leaks.contains(&leak) {
                    leaks.push(leak);
                }
            }
        }
        leaks
    }

    /// What stands in the files below `folder`, in their names, and in the targets of links. What vanishes meanwhile was
    /// not kept.
    /// # Errors
    /// A file that is there and cannot be read.
    pub fn look_into(&self, folder: &Path) -> io::Result<Vec<Leak>> {
        let mut leaks = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let place = path.display().to_string();
            leaks.extend(self.look(&place, place.as_bytes()));
            let found = fs::symlink_metadata(&path).and_then(|metadata| {
                if metadata.is_dir() {
                    self.look_into(&path)
                } else if metadata.is_symlink() {
                    Ok(self.look(&place, fs::read_link(&path)?.as_os_str().as_encoded_bytes()))
                } else if metadata.is_file() {
                    Ok(self.look(&place, &fs::read(&path)?))
                } else {
                    Ok(Vec::new())
                }
            });
            match found {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                found => leaks.extend(found?),
            }
        }
        Ok(leaks)
    }
}

/// `bytes` as they are, and what appears when one or two layers of spelling are taken off.
fn layers(bytes: &[u8]) -> Vec<(Option<Form>, Cow<'_, [u8]>)> {
    const LAYERS: [(Form, Unclothe); 3] =
        [(Form::Percent, unpercent), (Form::Json, unescape), (Form::Html, unreference)];
    let mut all = vec![(None, Cow::Borrowed(bytes))];
    for (form, unclothe) in LAYERS {
        let Some(text) = unclothe(bytes) else { continue };
        for (_, again) in LAYERS {
            all.extend(again(&text).map(|text| (Some(form), Cow::Owned(text))));
        }
        all.push((Some(form), Cow::Owned(text)));
    }
    all
}

/// Takes one layer of spelling off; none where there is none.
type Unclothe = fn(&[u8]) -> Option<Vec<u8>>;

fn unpercent(bytes: &[u8]) -> Option<Vec<u8>> {
    replace(bytes, b"%+", |at| match at {
        [b'+', ..] => Some((b" ".to_vec(), 1)),
        [b'%', high, low, ..] => Some((vec![number(&[*high, *low], 16)? as u8], 3)),
        _ => None,
    })
}

fn unescape(bytes: &[u8]) -> Option<Vec<u8>> {
    replace(bytes, b"\\", |at| match at {
        [b'\\', b'u', code @ ..] => {
            let first = number(code.get(..4)?, 16)?;
            let pair =
                code.get(4..6).filter(|next| next == b"\\u").and_then(|_| number(code.get(6..10)?, 16));
            match pair.and_then(|second| char::decode_utf16([first as u16, second as u16]).next()?.ok()) {
                Some(letter) if u32::from(letter) > 0xffff => Some((utf8(letter), 12)),
                _ => Some((utf8(char::from_u32(first)?), 6)),
            }
        }
        [b'\\', letter @ (b'"' | b'\\' | b'/' | b'\''), ..] => Some((vec![*letter], 2)),
        [b'\\', b't', ..] => Some((b"\t".to_vec(), 2)),
        _ => None,
    })
}

fn unreference(bytes: &[u8]) -> Option<Vec<u8>> {
    const NAMED: [(&[u8], &[u8]); 5] =
        [(b"&amp;", b"&"), (b"&lt;", b"<"), (b"&gt;", b">"), (b"&quot;", b"\""), (b"&apos;", b"'")];
    replace(bytes, b"&", |at| {
        if let Some((name, letter)) = NAMED.iter().find(|(name, _)| at.starts_with(name)) {
            return Some((letter.to_vec(), name.len()));
        }
        let code = at.strip_prefix(b"&#")?;
        let end = code.iter().take(8).position(|byte| *byte == b';')?;
        let value = match code.strip_prefix(b"x") {
            Some(hex) => number(hex.get(..end - 1)?, 16)?,
            None => number(&code[..end], 10)?,
        };
        Some((utf8(char::from_u32(value)?), end + 3))
    })
}

/// Replaces where `mark` stands and `read` knows what it means; none where nothing was replaced.
fn replace(bytes: &[u8], mark: &[u8], read: impl Fn(&[u8]) -> Option<(Vec<u8>, usize)>) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    let mut from = 0;
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(|byte| mark.contains(byte)) {
        at += next;
        match read(&bytes[at..]) {
            Some((meant, length)) => {
                text.extend_from_slice(&bytes[from..at]);
                text.extend(meant);
                at += length;
                from = at;
            }
            None => at += 1,
        }
    }
    if from == 0 {
        return None;
    }
    text.extend_from_slice(&bytes[from..]);
    Some(text)
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
    u32::from_str_radix(digits, radix).ok()
}

fn utf8(letter: char) -> Vec<u8> {
    letter.to_string().into_bytes()
}

impl fmt::Debug for Leak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} as {:?} in {}", self.canary, self.form, self.place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUE: &str = "Kö<9> \"q/&v\\ 100%+ß🐤";

    fn canary() -> Canary {
        Canary::new("password", VALUE).of_user("jane")
    }

    fn forms(text: &[u8]) -> Vec<Form> {
        Search::of([&canary()]).look("here", text).into_iter().map(|leak| leak.form).collect()
    }

    fn each(byte: impl Fn(u8) -> String) -> Vec<u8> {
        VALUE.bytes().map(byte).collect::<String>().into_bytes()
    }

    fn each_letter(write: impl Fn(char) -> String) -> Vec<u8> {
        VALUE.chars().map(write).collect::<String>().into_bytes()
    }

    /// A leak in each form, as programs write them.
    fn planted() -> Vec<(Form, Vec<u8>)> {
        let json = serde_json::to_string(VALUE).unwrap();
        let ascii = each_letter(|letter| {
            letter.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04X}")).collect()
        });
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let reference = |letter: char| match letter {
            '&' => "&amp;".into(),
            '<' => "&lt;".into(),
            '>' => "&gt;".into(),
            '"' => "&quot;".into(),
            letter => letter.to_string(),
        };
        vec![
            (Form::Raw, VALUE.into()),
            (Form::Utf16, VALUE.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            (Form::Utf16, VALUE.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            (Form::Hex, each(|byte| format!("{byte:02x}"))),
            (Form::Hex, each(|byte| format!("{byte:02X}"))),
            (Form::Percent, each(|byte| format!("%{byte:02x}"))),
            (
                Form::Percent,
                each(|byte| if unreserved(byte) { char::from(byte).into() } else { format!("%{byte:02X}") }),
            ),
            (
                Form::Percent,
                each(|byte| match byte {
                    b' ' => "+".into(),
                    byte if unreserved(byte) => char::from(byte).into(),
                    byte => format!("%{byte:02X}"),
                }),
            ),
            (Form::Json, json.trim_matches('"').into()),
            (Form::Json, serde_json::to_string(&json).unwrap().into()),
            (Form::Json, ascii),
            (Form::Html, each_letter(reference)),
            (Form::Html, each_letter(|letter| format!("&#{};", u32::from(letter)))),
            (Form::Html, each_letter(|letter| format!("&#x{:x};", u32::from(letter)))),
        ]
    }

    #[test]
    fn a_leak_in_each_form_is_found_wherever_it_stands() {
        for (form, leak) in planted() {
            for before in 0..4 {
                let text = [&b"....."[..before], &leak, b"...."].concat();
                assert!(forms(&text).contains(&form), "{form:?}: {}", String::from_utf8_lossy(&text));
            }
        }
    }

    #[test]
    fn base64_is_found_at_each_offset_and_in_each_alphabet() {
        for before in 0..6 {
            for behind in 0..4 {
                let text = [&b"{\"a\":"[..before.min(5)], VALUE.as_bytes(), &b"...."[..behind]].concat();
                for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
                    let leak = format!("x{}=", engine.encode(&text));
                    assert!(
                        forms(leak.as_bytes()).contains(&Form::Base64),
                        "{before} before, {behind} behind"
                    );
                }
            }
        }
    }

    #[test]
    fn the_pair_of_basic_is_found() {
        let pair = STANDARD_NO_PAD.encode(format!("jane:{VALUE}"));
        assert!(forms(format!("Authorization: Basic {pair}==").as_bytes()).contains(&Form::BasicPair));
    }

    #[test]
    fn what_is_close_is_no_leak() {
        let cut = &VALUE[..VALUE.len() - "🐤".len()];
        for text in [cut, "%", "\\", "\\u", "&", "&#", "&#x", "&#;", "%4", "%zz", "\\ud83d", "+", ""] {
            assert_eq!(forms(text.as_bytes()), [], "{text}");
        }
    }

    #[test]
    fn files_their_names_and_the_targets_of_links_are_searched() {
        let folder = tempfile::tempdir().unwrap();
        let canary = Canary::new("token", "tok-canary-0123456789");
        let search = Search::of([&canary]);
        let deep = folder.path().join("a/b");
        fs::create_dir_all(&deep).unwrap();
        fs::write(deep.join("patchbay.db-wal"), "nothing here").unwrap();
        assert_eq!(search.look_into(folder.path()).unwrap(), []);
        fs::write(deep.join("patchbay.db-wal"), [b"\0\0\xff", canary.value().as_bytes(), b"\0"].concat())
            .unwrap();
        fs::write(deep.join(canary.value()), "").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(canary.value(), folder.path().join("link")).unwrap();
        let places: Vec<_> =
            search.look_into(folder.path()).unwrap().into_iter().map(|leak| leak.place).collect();
        assert!(places.iter().any(|place| place.ends_with("patchbay.db-wal")), "{places:?}");
        assert!(places.iter().any(|place| place.ends_with(canary.value())), "{places:?}");
        assert_eq!(places.iter().any(|place| place.ends_with("link")), cfg!(unix), "{places:?}");
    }

    #[test]
    #[should_panic(expected = "too short")]
    fn a_value_that_occurs_by_accident_is_no_canary() {
        Canary::new("pin", "1234");
    }
}
