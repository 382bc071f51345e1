//! Comparing a value with the one that was issued, and telling how a wrong one is wrong.
//!
//! Values are compared in constant time and never quoted. The hints name the mistakes that people make when they copy
//! a credential or write a connector; each is right only if undoing it gives the issued value.

use crate::{
    arrived::{Arrived, Body},
    decode,
    play::Asked,
};
use secret::SecretString;
use serde_json::Value;

/// The shortest value that is looked for elsewhere in a request; a shorter one stands anywhere by chance.
const TELLING: usize = 8;

/// How `arrived` compares with the issued value, as the end of a line.
pub(crate) fn compare(
    asked: &Asked,
    expected: &SecretString,
    arrived: &str,
) -> Result<&'static str, &'static str> {
    let is = |text: &str| expected.ct_eq(&SecretString::new(text.into()));
    if is(arrived) {
        return Ok(if arrived.is_empty() { "empty, as the connector says" } else { "right" });
    }
    if arrived.is_empty() {
        return if asked.optional { Ok("left empty, as the connector allows") } else { Err("empty") };
    }
    // EXPOSE: compared with its lower case and searched for in what arrived; only a hint without values leaves
    let text = expected.expose().as_str();
    let as_base64 = |text: &str| decode::base64(text).and_then(|bytes| String::from_utf8(bytes).ok());
    Err(if is(arrived.trim()) {
        "right but for blanks around it"
    } else if is(arrived.trim_matches(['"', '\'', '`', '“', '”'])) {
        "right but for quotation marks around it"
    } else if text.eq_ignore_ascii_case(arrived) {
        "right but for upper and lower case"
    } else if is(&decode::percent(arrived)) {
        "right but percent-encoded once too often"
    } else if as_base64(arrived).is_some_and(|decoded| is(&decoded)) {
        "right but encoded as Base64, which this service does not expect"
    } else if text.len() >= TELLING && arrived.ends_with(text) {
        "right but for what stands before it"
    } else if text.len() >= TELLING && arrived.starts_with(text) {
        "right but for what stands behind it"
    } else {
        "not the one that the Lab issued"
    })
}

/// Where else in a request the issued value stands, in words.
pub(super) fn elsewhere(arrived: &Arrived, expected: &SecretString) -> Option<String> {
    // EXPOSE: searched for in what arrived; only the name of the place leaves
    let text = expected.expose().as_str();
    if text.len() < TELLING {
        return None;
    }
    let header =
        arrived.headers.iter().find(|(_, value)| String::from_utf8_lossy(value.as_bytes()).contains(text));
    if let Some((name, _)) = header {
        return Some(format!("the header `{name}`"));
    }
    let key_of = |pairs: &[(String, String)]| {
        pairs.iter().find(|(_, value)| value.contains(text)).map(|(key, _)| key.clone())
    };
    if let Some(key) = key_of(&arrived.query) {
        return Some(format!("the query, as `{key}`"));
    }
    let in_body = match &arrived.body {
        Body::Form(pairs) => key_of(pairs),
        Body::Json { value: Value::Object(members), .. } => {
            members.iter().find(|(_, value)| value.as_str() == Some(text)).map(|(name, _)| name.clone())
        }
        Body::Json { .. } | Body::Empty | Body::NotJson { .. } | Body::Other { .. } => None,
    };
    if let Some(key) = in_body {
        return Some(format!("the body, as `{key}`"));
    }
    arrived.target.segments.iter().any(|segment| segment.contains(text)).then(|| "the path".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_value_is_told_how_it_is_wrong() {
        let asked = Asked::default();
        for (arrived, detail) in [
            ("lab_Abc/123", Ok("right")),
            ("", Err("empty")),
            (" lab_Abc/123\t", Err("right but for blanks around it")),
            ("\"lab_Abc/123\"", Err("right but for quotation marks around it")),
            ("lab_abc/123", Err("right but for upper and lower case")),
            ("lab_Abc%2F123", Err("right but percent-encoded once too often")),
            ("bGFiX0FiYy8xMjM=", Err("right but encoded as Base64, which this service does not expect")),
            ("Bearer lab_Abc/123", Err("right but for what stands before it")),
            ("lab_Abc/123;", Err("right but for what stands behind it")),
            ("lab_Abc/124", Err("not the one that the Lab issued")),
        ] {
            assert_eq!(
                compare(&asked, &SecretString::new("lab_Abc/123".into()), arrived),
                detail,
                "{arrived}"
            );
        }
    }

    #[test]
    fn an_optional_value_may_be_empty_but_not_wrong() {
        let asked = Asked { optional: true, ..Asked::default() };
        let expected = SecretString::new("lab_abc".into());
        assert_eq!(compare(&asked, &expected, ""), Ok("left empty, as the connector allows"));
        assert_eq!(compare(&asked, &expected, "x"), Err("not the one that the Lab issued"));
        assert_eq!(
            compare(&Asked::default(), &SecretString::new(String::new()), ""),
            Ok("empty, as the connector says")
        );
    }
}
