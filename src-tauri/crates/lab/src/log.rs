//! Requests and what the Lab did with them, and the word that one arrived.

use crate::{answer::Outcome, check::Checked, seen::Seen};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One request and what the Lab did with it. Holds no credential.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// Counts up from 1 in a data directory.
    #[serde(default)]
    pub seq: u64,
    /// When it arrived.
    pub at: Timestamp,
    /// How long the answer took.
    pub took: Duration,
    /// The connector that it was for.
    pub link_name: String,
    /// The request.
    pub request: Seen,
    /// HTTP status of the answer; none where the connection was dropped on purpose.
    pub status: Option<u16>,
    /// What the Lab did.
    pub outcome: Outcome,
    /// What the Lab checked; nothing where it plays no service.
    pub checked: Option<Checked>,
}
