//! Clocks of services: a signature carries a time, and a service that refuses it for that reason tells its own with the
//! refusal (`Date`, RFC 9110 §6.6.1). From then on what is signed for it bears its time, so that it works although this
//! computer's clock is wrong. Nothing else of this program looks at it: tokens and their ends keep our clock.
//!
//! It is known for as long as the process lives. A service that says a day or more is not believed: a signature of
//! another day would be of use to whoever asked for it.

use crate::Engine;
use domain::{Timestamp, origin::Origin};
use jiff::SignedDuration;
use protocol::{
    message::{Response, Stamp, StatusCode, Url},
    oauth1::problem::clock_difference,
};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// By how much two clocks may differ without a word.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(60);
/// From this difference on a service is not believed.
const MOST: SignedDuration = SignedDuration::from_hours(24);

/// By how much the clocks of services are ahead of ours.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clocks(Arc<Mutex<HashMap<Origin, SignedDuration>>>);

impl Clocks {
    /// By how much the clock of the service at `url` is ahead, where that was measured.
    pub fn ahead(&self, url: &Url) -> Option<SignedDuration> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&Origin::of(url)?).copied()
    }

    /// Reads the service's clock from a reply to what was signed for `url` at our `now`. True where the signature bore
    /// another time, and a new one may do better.
    pub fn read(&self, url: &Url, reply: &Response, now: Timestamp) -> bool {
        let refused = [StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN];
        let (Some(origin), Some(ahead)) = (Origin::of(url), clock_difference(reply, now)) else {
            return false;
        };
        let before = self.ahead(url).unwrap_or_default();
        if !refused.contains(&reply.status) || (ahead - before).abs() <= TOLERANCE || ahead.abs() >= MOST {
            return false;
        }
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match ahead.abs() <= TOLERANCE {
            true => known.remove(&origin),
            false => known.insert(origin, ahead),
        };
        true
    }
}

impl Engine {
    /// What makes the next request another one, at the time that its service knows.
    pub(crate) fn stamp_for(&self, url: &Url) -> Stamp {
        let stamp = self.stamp();
        let ahead = self.clocks.ahead(url).unwrap_or_default();
        Stamp { at: stamp.at.checked_add(ahead).unwrap_or(stamp.at), ..stamp }
    }

    /// That something is signed with another time than ours, in words.
    pub(crate) fn signed_ahead(&self, url: &Url) -> Option<String> {
        let ahead = self.clocks.ahead(url)?;
        let minutes = ahead.as_secs().unsigned_abs().div_ceil(60);
        let which = if ahead.is_positive() { "behind" } else { "ahead of" };
        Some(format!(
            "Signed with the service's time: this computer's clock is about {minutes} minutes {which} it."
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::message::{HeaderMap, header};

    fn reply(status: StatusCode, date: &'static str) -> Response {
        let mut headers = HeaderMap::new();
        headers.insert(header::DATE, date.parse().unwrap());
        Response { status, headers, body: Vec::new() }
    }

    #[test]
    fn a_clock_is_read_from_a_refusal_and_read_anew_when_it_was_set() {
        let (clocks, url) = (Clocks::default(), Url::parse("https://api.example/v1/me").unwrap());
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let ahead = reply(StatusCode::FORBIDDEN, "Sun, 22 Nov 2026 10:15:00 GMT");
        assert!(clocks.read(&url, &ahead, now));
        assert_eq!(clocks.ahead(&url), Some(SignedDuration::from_secs(900)));
        assert!(!clocks.read(&url, &ahead, now), "the signature bore that time");
        assert_eq!(clocks.ahead(&Url::parse("https://other.example/").unwrap()), None);
        let right = reply(StatusCode::UNAUTHORIZED, "Sun, 22 Nov 2026 10:00:05 GMT");
        assert!(clocks.read(&url, &right, now));
        assert_eq!(clocks.ahead(&url), None);
    }

    #[test]
    fn a_time_that_is_a_day_off_is_not_believed() {
        let (clocks, url) = (Clocks::default(), Url::parse("https://api.example/").unwrap());
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        for (status, date) in [
            (StatusCode::UNAUTHORIZED, "Tue, 19 Jan 2038 03:14:07 GMT"),
            (StatusCode::UNAUTHORIZED, "Sat, 21 Nov 2026 10:00:00 GMT"),
            (StatusCode::OK, "Sun, 22 Nov 2026 10:15:00 GMT"),
            (StatusCode::INTERNAL_SERVER_ERROR, "Sun, 22 Nov 2026 10:15:00 GMT"),
            (StatusCode::UNAUTHORIZED, "half past ten"),
        ] {
            assert!(!clocks.read(&url, &reply(status, date), now), "{date}");
            assert_eq!(clocks.ahead(&url), None, "{date}");
        }
    }
}
