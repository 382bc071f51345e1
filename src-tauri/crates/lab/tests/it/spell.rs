//! How clients spell bytes: percent escapes, Base64, hexadecimal digits. Written here, so that no code of the Lab takes part.

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 3986 §2.3: everything but the unreserved as an escape.
pub fn plain(text: &str) -> String {
    let letter = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(letter).collect()
}

/// RFC 4648 §4.
pub fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits =
            chunk.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (24 - 8 * chunk.len());
        (0..=chunk.len())
            .for_each(|place| text.push(char::from(ALPHABET[(bits >> (18 - 6 * place) & 63) as usize])));
        (chunk.len()..3).for_each(|_| text.push('='));
    }
    text
}

/// RFC 4648 §5, without padding.
pub fn base64url(bytes: &[u8]) -> String {
    base64(bytes).trim_end_matches('=').replace('+', "-").replace('/', "_")
}

/// Undoes [`base64`]; what is no letter of it is passed over.
pub fn unbase64(text: &str) -> Vec<u8> {
    let place = |letter: u8| ALPHABET.iter().position(|known| *known == letter).map(|place| place as u32);
    let letters: Vec<u32> = text.bytes().filter_map(place).collect();
    let mut bytes = Vec::new();
    for chunk in letters.chunks(4) {
        let bits = chunk.iter().fold(0, |bits, sextet| bits << 6 | sextet) << (6 * (4 - chunk.len()));
        bytes.extend_from_slice(&bits.to_be_bytes()[1..chunk.len()]);
    }
    bytes
}

/// The bytes of a private key in PEM (RFC 7468 §10).
pub fn unpem(text: &str) -> Vec<u8> {
    unbase64(&text.lines().filter(|line| !line.starts_with('-')).collect::<String>())
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
