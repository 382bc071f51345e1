//! The last requests, in memory, with what was checked: what *Live requests* shows. It ends with the process.

use crate::{
    answer::{Answer, Outcome},
    check::Checked,
    seen::Seen,
};
use jiff::Timestamp;
use serde::Serialize;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// How many requests are kept.
pub const KEPT: usize = 500;

/// One request and what the Lab did with it. Holds no credential.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exchange {
    /// Counts up from 1 while the Lab runs.
    pub seq: u64,
    /// When it arrived.
    pub at: Timestamp,
    /// How long the answer took.
    pub took: Duration,
    /// The connector that it was for.
    pub link_name: String,
    /// The request.
    pub request: Seen,
    /// HTTP status of the answer.
    pub status: u16,
    /// What the Lab did.
    pub outcome: Outcome,
    /// What the Lab checked; nothing where it plays no service.
    pub checked: Option<Checked>,
}

#[derive(Debug)]
pub(crate) struct Log {
    kept: Mutex<VecDeque<Exchange>>,
    last: watch::Sender<u64>,
}

impl Log {
    pub fn new() -> Self {
        Self { kept: Mutex::default(), last: watch::Sender::new(0) }
    }

    pub fn push(&self, at: Timestamp, took: Duration, link_name: String, answer: &Answer) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let seq = *self.last.borrow() + 1;
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(Exchange {
            seq,
            at,
            took,
            link_name,
            request: answer.seen.clone(),
            status: answer.status.as_u16(),
            outcome: answer.outcome,
            checked: answer.checked.clone(),
        });
        self.last.send_replace(seq);
    }

    /// What came after `seq`, oldest first.
    pub fn since(&self, seq: u64) -> Vec<Exchange> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().filter(|exchange| exchange.seq > seq).cloned().collect()
    }

    /// Tells the number of the last request whenever it changes.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.last.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{answer, arrived::Arrived};
    use hyper::{HeaderMap, Method};

    #[test]
    fn the_last_requests_are_kept_and_told_once() {
        let arrived =
            Arrived::read(Method::GET, &"/crm/h/me".parse().unwrap(), HeaderMap::new(), b"").unwrap();
        let answer = answer::not_played(&arrived);
        let log = Log::new();
        let watch = log.watch();
        for _ in 0..KEPT + 3 {
            log.push(Timestamp::UNIX_EPOCH, Duration::ZERO, "crm".into(), &answer);
        }
        let all = log.since(0);
        assert_eq!((all.len(), all[0].seq, all[KEPT - 1].seq), (KEPT, 4, 503));
        assert_eq!(log.since(502).len(), 1);
        assert!(log.since(503).is_empty());
        assert_eq!(*watch.borrow(), 503);
    }
}
