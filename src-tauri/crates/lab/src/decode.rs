//! Decoding what a client encoded, with code of the Lab's own: percent and form encoding, Base64.
//!
//! The program that is being checked encodes with other code; a shared mistake would find itself right. Percent
//! decoding is lenient as servers are (WHATWG URL §1.3), Base64 strict as RFC 7617 wants it (RFC 4648 §4, padded).

/// Undoes percent encoding; an escape that is none stands for itself, bytes that are no UTF-8 become `�`.
pub fn percent(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        match (first, tail) {
            (b'%', [high, low, after @ ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                bytes.push(nibble(*high) << 4 | nibble(*low));
                rest = after;
            }
            _ => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The pairs of a query or form body, in order (WHATWG URL §5.1): a pair without `=` has an empty value.
pub fn form(text: &str) -> Vec<(String, String)> {
    let plain = |part: &str| percent(&part.replace('+', " "));
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (plain(key), plain(value)))
        .collect()
}

/// Undoes Base64 with the standard alphabet; `None` for anything that RFC 4648 §4 would not have written.
pub fn base64(text: &str) -> Option<Vec<u8>> {
    let letters = text.trim_end_matches('=');
    let padding = text.len() - letters.len();
    if !text.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0u32);
    for letter in letters.bytes() {
        bits = bits << 6 | u32::from(sextet(letter)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    // What is left over belongs to no byte and is zero in a canonical encoding (§3.5).
    (bits & ((1 << count) - 1) == 0).then_some(bytes)
}

fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

fn sextet(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_escapes_are_undone_and_others_kept() {
        for (text, decoded) in [
            ("a%20b", "a b"),
            ("%e2%82%AC", "€"),
            ("100%", "100%"),
            ("%4", "%4"),
            ("%zz%41", "%zzA"),
            ("%2525", "%25"),
            ("a+b", "a+b"),
            ("%ff", "\u{fffd}"),
        ] {
            assert_eq!(percent(text), decoded, "{text}");
        }
    }

    #[test]
    fn a_form_is_read_as_servers_read_it() {
        let pairs = [("a", "1 2"), ("b", "x=y"), ("c", ""), ("", "d"), ("a", "ü&")];
        let pairs = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(form("a=1+2&b=x=y&&c&=d&%61=%C3%BC%26"), pairs);
        assert!(form("").is_empty());
    }

    /// RFC 4648 §10.
    #[test]
    fn base64_vectors_hold() {
        for (text, decoded) in [
            ("", ""),
            ("Zg==", "f"),
            ("Zm8=", "fo"),
            ("Zm9v", "foo"),
            ("Zm9vYg==", "foob"),
            ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"),
            // RFC 7617 §2 and §2.1.
            ("QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "Aladdin:open sesame"),
            ("dGVzdDoxMjPCow==", "test:123£"),
        ] {
            assert_eq!(base64(text).as_deref(), Some(decoded.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_is_no_base64_is_refused() {
        for text in
            ["Zg", "Zg=", "Zg===", "Z===", "====", "Zh==", "Zm9=", "Zm-v", "Zm 9", "Zg==Zg==", "Zm9v\n"]
        {
            assert_eq!(base64(text), None, "{text:?}");
        }
    }
}
