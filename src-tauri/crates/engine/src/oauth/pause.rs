//! Services that asked to be left alone for a while: `Retry-After` (RFC 9110 §10.2.3) of a token endpoint.
//!
//! What refreshes by itself keeps away from that origin until then; a person who asks for a refresh is let through. It is
//! kept in memory: after a restart the service says it again.

use domain::{Timestamp, origin::Origin, sign_in::SignInFailure};
use jiff::fmt::rfc2822::DateTimeParser;
use protocol::message::{Response, header};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// No service is left alone for longer, whatever it asks for.
const LONGEST: Duration = Duration::from_secs(3600);

/// Until when which origin is left alone, by the running clock, and what it said.
#[derive(Clone, Default)]
pub(crate) struct Pauses(Arc<Mutex<HashMap<Origin, (Duration, SignInFailure)>>>);

impl Pauses {
    /// Leaves `origin` alone until the running clock shows `until`.
    pub fn begin(&self, origin: Origin, until: Duration, failure: SignInFailure) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(origin, (until, failure));
    }

    /// What `origin` said, where it is still to be left alone.
    pub fn of(&self, origin: &Origin, now: Duration) -> Option<SignInFailure> {
        let mut pauses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pauses.retain(|_, (until, _)| *until > now);
        pauses.get(origin).map(|(_, failure)| failure.clone())
    }
}

/// For how long a reply asks to be left alone: seconds, or a date. An hour at the most.
pub(super) fn retry_after(reply: &Response, now: Timestamp) -> Option<Duration> {
    let value = reply.headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    let asked = match value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() {
        // More seconds than there are numbers is for ever.
        true => Duration::from_secs(value.parse().unwrap_or(u64::MAX)),
        false => {
            let date = DateTimeParser::new().relaxed_weekday(true).parse_timestamp(value).ok()?;
            Duration::try_from(date.duration_since(now)).ok()?
        }
    };
    Some(asked.min(LONGEST)).filter(|asked| !asked.is_zero())
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::message::{HeaderMap, StatusCode};

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date_and_capped() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        for (value, seconds) in [
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("0", None),
            ("999999999", Some(3600)),
            ("99999999999999999999999", Some(3600)),
            ("Sun, 22 Nov 2026 10:01:30 GMT", Some(90)),
            ("Mon, 23 Nov 2026 10:00:00 GMT", Some(3600)),
            ("Sun, 22 Nov 2026 09:00:00 GMT", None),
            ("soon", None),
            ("-5", None),
            ("", None),
        ] {
            let headers = HeaderMap::from_iter([(header::RETRY_AFTER, value.parse().unwrap())]);
            let reply = Response { status: StatusCode::TOO_MANY_REQUESTS, headers, body: Vec::new() };
            assert_eq!(retry_after(&reply, now), seconds.map(Duration::from_secs), "{value}");
        }
    }

    #[test]
    fn a_pause_ends_by_the_running_clock() {
        let origin = Origin::of(&"https://login.zylker.example/".parse().unwrap()).unwrap();
        let (pauses, end) = (Pauses::default(), Duration::from_secs(60));
        pauses.begin(origin.clone(), end, SignInFailure::TimedOut);
        assert!(pauses.of(&origin, end - Duration::from_millis(1)).is_some());
        assert!(pauses.of(&origin, end).is_none());
    }
}
