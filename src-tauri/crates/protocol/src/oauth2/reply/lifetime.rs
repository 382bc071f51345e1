//! How long a token holds, from the many ways in which services say it.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::time::Duration;

/// How long a token holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lifetime {
    /// The reply does not say, or says that it does not end.
    #[default]
    Unknown,
    /// So long from the reply on.
    For(Duration),
    /// Until a moment, by the service's clock.
    Until(Timestamp),
}

/// From here on a number of seconds is no life any more but a date (September 2001).
const FIRST_DATE: u64 = 1_000_000_000;
/// From here on a date is in milliseconds.
const FIRST_MILLIS: u64 = 1_000_000_000_000;
/// A later year is no date.
const LAST_DATE: u64 = 253_402_300_799;

impl Lifetime {
    /// The moment it ends, for a reply that came at `now`.
    pub fn ends(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Unknown => None,
            Self::For(life) => now.checked_add(SignedDuration::try_from(life).ok()?).ok(),
            Self::Until(moment) => Some(moment),
        }
    }
}

/// The life of an access token, at whatever place. A length counts more than a date, which needs two clocks to agree.
pub(super) fn of_access_token(document: &Value) -> Lifetime {
    // Beside seconds under a name that says so, `expires_in` is in milliseconds.
    first(document, &["expires_in_sec", "expires_in", "expires", "expires_at", "expires_on", "expiry"])
}

/// The life of a refresh token.
pub(super) fn of_refresh_token(document: &Value) -> Lifetime {
    first(document, &["refresh_token_expires_in", "refresh_expires_in", "x_refresh_token_expires_in"])
}

fn first(document: &Value, names: &[&str]) -> Lifetime {
    let mut lives = names.iter().filter_map(|name| document.get(name)).map(read);
    lives.find(|life| *life != Lifetime::Unknown).unwrap_or_default()
}

/// Reads one value: seconds (number, text, fraction), a Unix date in seconds or milliseconds, an RFC 3339 date. No service
/// gives a token without any life: 0, which several send, means that it does not end, as do negative and absurd numbers.
pub(super) fn read(value: &Value) -> Lifetime {
    match value {
        Value::Number(number) => {
            number.as_u64().or_else(|| whole(number.as_f64()?)).map_or(Lifetime::Unknown, of)
        }
        Value::String(text) => {
            let text = text.trim();
            if let Some(seconds) = text.parse().ok().or_else(|| whole(text.parse().ok()?)) {
                return of(seconds);
            }
            text.parse().map_or(Lifetime::Unknown, Lifetime::Until)
        }
        _ => Lifetime::Unknown,
    }
}

fn of(number: u64) -> Lifetime {
    let seconds = if number >= FIRST_MILLIS { number / 1000 } else { number };
    match i64::try_from(seconds) {
        Ok(0) => Lifetime::Unknown,
        Ok(_) if seconds < FIRST_DATE => Lifetime::For(Duration::from_secs(seconds)),
        Ok(date) if seconds <= LAST_DATE => {
            Timestamp::from_second(date).map_or(Lifetime::Unknown, Lifetime::Until)
        }
        _ => Lifetime::Unknown,
    }
}

/// The whole part of a number that a `u64` holds.
fn whole(number: f64) -> Option<u64> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was looked at")]
    (0.0..1e15).contains(&number).then_some(number as u64)
}
