//! What a plain scalar means: the core schema of YAML 1.2 (§10.3.2).

use super::super::{Problem, ProblemCode};
use serde_json::{Number, Value};

/// The value of a plain scalar.
///
/// # Errors
/// A number that JSON cannot hold exactly, which no connector needs.
pub(in super::super) fn resolve(text: &str) -> Result<Value, Problem> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(true.into()),
        "false" | "False" | "FALSE" => return Ok(false.into()),
        _ => {}
    }
    if is_integer(text) {
        return integer(text).ok_or_else(|| {
            unfit("The number is too large to be kept exactly.", "Put it in quotes, and it is kept as text.")
        });
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err(unfit(
            "This is no number that a connector can hold.",
            "Put it in quotes, and it is kept as text.",
        ));
    }
    if is_decimal(unsigned) {
        let number = text.strip_prefix('+').unwrap_or(text).parse().ok().and_then(Number::from_f64);
        return number.map(Value::Number).ok_or_else(|| {
            unfit("The number is too large to be kept.", "Put it in quotes, and it is kept as text.")
        });
    }
    Ok(Value::String(text.into()))
}

fn is_integer(text: &str) -> bool {
    let all = |digits: &str, test: fn(&u8) -> bool| !digits.is_empty() && digits.bytes().all(|b| test(&b));
    match (text.strip_prefix("0o"), text.strip_prefix("0x")) {
        (Some(octal), _) => all(octal, |b| (b'0'..=b'7').contains(b)),
        (_, Some(hex)) => all(hex, u8::is_ascii_hexdigit),
        _ => all(text.strip_prefix(['-', '+']).unwrap_or(text), u8::is_ascii_digit),
    }
}

fn integer(text: &str) -> Option<Value> {
    let with_base = |digits, base| u64::from_str_radix(digits, base).ok().map(Value::from);
    if let Some(octal) = text.strip_prefix("0o") {
        return with_base(octal, 8);
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return with_base(hex, 16);
    }
    let text = text.strip_prefix('+').unwrap_or(text);
    text.parse::<u64>().map(Value::from).or_else(|_| text.parse::<i64>().map(Value::from)).ok()
}

/// `[0-9]+(\.[0-9]*)?` or `\.[0-9]+`, and an exponent.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent))
}

fn unfit(message: &str, remedy: &str) -> Problem {
    Problem::error("", ProblemCode::OutOfRange, message, remedy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn plain_scalars_mean_what_the_core_schema_says() {
        for (text, value) in [
            ("", json!(null)),
            ("~", json!(null)),
            ("Null", json!(null)),
            ("nUll", json!("nUll")),
            ("True", json!(true)),
            ("no", json!("no")),
            ("yes", json!("yes")),
            ("08", json!(8)),
            ("-12", json!(-12)),
            ("+12", json!(12)),
            ("0o17", json!(15)),
            ("0xFF", json!(255)),
            ("0x", json!("0x")),
            ("1e3", json!(1000.0)),
            ("+.5", json!(0.5)),
            ("1.", json!(1.0)),
            (".", json!(".")),
            ("1.2.3", json!("1.2.3")),
            ("1_000", json!("1_000")),
            ("2024-01-01", json!("2024-01-01")),
            ("12:30", json!("12:30")),
            ("-", json!("-")),
            ("e5", json!("e5")),
            ("18446744073709551615", json!(u64::MAX)),
        ] {
            assert_eq!(resolve(text).ok(), Some(value), "{text}");
        }
    }

    #[test]
    fn numbers_that_json_cannot_hold_are_refused() {
        for text in [
            "18446744073709551616",
            "-9223372036854775809",
            "1e999",
            ".inf",
            "-.INF",
            ".nan",
            "0xfffffffffffffffff",
        ] {
            assert!(resolve(text).is_err(), "{text}");
        }
    }
}
