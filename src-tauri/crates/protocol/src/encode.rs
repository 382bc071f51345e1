//! Percent-encoding as signatures need it: exactly one spelling for each text (RFC 3986 §2.1, §2.3; RFC 5849 §3.6).
//!
//! Every byte but the unreserved ones becomes `%XX` in capitals. A query or form is read as browsers write it, `+` for a
//! blank, without ever taking bytes for text.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const RESERVED_IN_PATH: &AsciiSet = &RESERVED.remove(b'/');

/// Bytes, encoded.
pub(crate) fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, RESERVED).to_string()
}

/// A path, encoded: its slashes stay.
pub(crate) fn encode_path(bytes: &[u8]) -> String {
    percent_encode(bytes, RESERVED_IN_PATH).to_string()
}

/// What a path means: `%XX` as bytes.
pub(crate) fn decode_path(path: &str) -> Vec<u8> {
    percent_decode(path.as_bytes()).collect()
}

/// One pair of a query or form.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pair {
    pub name: Vec<u8>,
    pub value: Vec<u8>,
    /// Whether it was written with `=`.
    pub has_value: bool,
}

/// The pairs of a query or form, in order; empty pieces between `&` are none.
pub(crate) fn decode_pairs(encoded: &[u8]) -> Vec<Pair> {
    let decode = |bytes: &[u8]| {
        let blanks: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
        percent_decode(&blanks).collect::<Vec<u8>>()
    };
    encoded
        .split(|byte| *byte == b'&')
        .filter(|piece| !piece.is_empty())
        .map(|piece| match piece.iter().position(|byte| *byte == b'=') {
            Some(at) => Pair { name: decode(&piece[..at]), value: decode(&piece[at + 1..]), has_value: true },
            None => Pair { name: decode(piece), value: Vec::new(), has_value: false },
        })
        .collect()
}

/// Pairs in the one spelling, in their order; a name that stood alone stands alone.
pub(crate) fn encode_pairs(pairs: &[Pair]) -> String {
    let pairs = pairs.iter().map(|pair| match pair.has_value {
        true => format!("{}={}", encode(&pair.name), encode(&pair.value)),
        false => encode(&pair.name),
    });
    pairs.collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn what_is_encoded_reads_back(name in "\\PC{1,12}", value in "\\PC{0,40}") {
            let pair = Pair { name: name.clone().into_bytes(), value: value.into_bytes(), has_value: true };
            let written = encode_pairs(std::slice::from_ref(&pair));
            proptest::prop_assert!(written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%=".contains(&byte)));
            proptest::prop_assert_eq!(decode_pairs(written.as_bytes()), vec![pair]);
        }

        #[test]
        fn two_spellings_of_one_query_become_one(text in "[a-zA-Z0-9 ~_.é☃-]{1,20}") {
            let plus = format!("q={}", text.replace(' ', "+"));
            let percent: String = text.bytes().map(|byte| format!("%{byte:02x}")).collect();
            proptest::prop_assert_eq!(
                encode_pairs(&decode_pairs(plus.as_bytes())),
                encode_pairs(&decode_pairs(format!("q={percent}").as_bytes()))
            );
        }
    }
}
