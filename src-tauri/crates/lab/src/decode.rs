//! Decoding what a client encoded, and encoding what it decodes, with code of the Lab's own: percent and form encoding,
//! Base64.
//!
//! The program that is being checked encodes with other code; a shared mistake would find itself right. Percent
//! decoding is lenient as servers are (WHATWG URL §1.3), Base64 strict as RFC 7617 wants it (RFC 4648 §4, padded).

/// Undoes percent encoding; an escape that is none stands for itself, bytes that are no UTF-8 become `�`.
pub fn percent(text: &str) -> String {
    String::from_utf8_lossy(&percent_bytes(text)).into_owned()
}

/// The same to the byte, for what is signed.
pub fn percent_bytes(text: &str) -> Vec<u8> {
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
    bytes
}

/// The pairs of a query or form body, in order (WHATWG URL §5.1): a pair without `=` has an empty value.
pub fn form(text: &str) -> Vec<(String, String)> {
    let plain = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    form_bytes(text).into_iter().map(|(key, value)| (plain(key), plain(value))).collect()
}

/// The same to the byte, for what is signed.
pub fn form_bytes(text: &str) -> Vec<(Vec<u8>, Vec<u8>)> {
    let plain = |part: &str| percent_bytes(&part.replace('+', " "));
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

/// Undoes Base64 with the URL alphabet and without padding (RFC 4648 §5, RFC 7515 §2).
pub fn base64url(text: &str) -> Option<Vec<u8>> {
    if text.contains(['+', '/', '=']) {
        return None;
    }
    let padding = ["", "", "==", "="][text.len() % 4];
    base64(&(text.replace('-', "+").replace('_', "/") + padding))
}

/// Base64 with the standard alphabet (RFC 4648 §4).
pub fn to_base64(bytes: &[u8]) -> String {
    let mut text = to_sextets(bytes);
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// Base64 with the URL alphabet and without padding (RFC 4648 §5).
pub fn to_base64url(bytes: &[u8]) -> String {
    to_sextets(bytes).replace('+', "-").replace('/', "_")
}

/// Writes a value so that it is one value in a query or form (WHATWG URL §5.2, a blank as `%20`).
pub fn to_percent(text: &str) -> String {
    bytes_to_percent(text.as_bytes())
}

/// The same for bytes: everything but what RFC 3986 §2.3 calls unreserved is written as an escape.
pub fn bytes_to_percent(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    for byte in bytes.iter().copied() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// Pairs as a query or form.
pub fn to_form(pairs: &[(String, String)]) -> String {
    let pair = |(key, value): &(String, String)| format!("{}={}", to_percent(key), to_percent(value));
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn to_sextets(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let mut padded = [0; 3];
        padded[..chunk.len()].copy_from_slice(chunk);
        let bits = u32::from_be_bytes([0, padded[0], padded[1], padded[2]]);
        for place in 0..=chunk.len() {
            let sextet = bits >> (18 - 6 * place) & 0x3f;
            text.push(char::from(LETTERS[sextet as usize]));
        }
    }
    text
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
            assert_eq!(to_base64(decoded.as_bytes()), text);
            assert_eq!(base64url(&to_base64url(decoded.as_bytes())).as_deref(), Some(decoded.as_bytes()));
        }
        assert_eq!(to_base64url(&[0xfb, 0xff]), "-_8");
        assert_eq!((base64url("+_8"), base64url("-_8="), base64url("a")), (None, None, None));
    }

    #[test]
    fn what_is_written_reads_back() {
        let pairs = [("a b", "x=y&z"), ("ü", "+%"), ("", "")];
        let pairs = pairs.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(form(&to_form(&pairs)), pairs);
        assert_eq!(to_percent("a b+~"), "a%20b%2B~");
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
