//! Activity: what happened, without secrets. Events are one line each; an exchange is one call as it was recorded.

use crate::{
    Timestamp,
    id::{ConnectionId, ExchangeId},
};
use serde::{Deserialize, Serialize};

/// One line of a connection's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// Whose.
    pub connection: Option<ConnectionId>,
    /// What.
    pub kind: EventKind,
    /// The call that it came of.
    pub exchange: Option<ExchangeId>,
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum EventKind {
    /// A connection was made, or signed in again.
    Connected {
        /// Who it acts as.
        #[serde(default)]
        account: Option<String>,
        /// How many permissions were asked for.
        #[serde(default)]
        asked: usize,
        /// How many of these were given; 0 where the service does not tell.
        #[serde(default)]
        given: usize,
    },
    /// Its name changed.
    Renamed {
        /// The new name.
        name: String,
    },
    /// A verify ended.
    Verified {
        /// What it found.
        outcome: crate::connection::Verification,
        /// How long the call took.
        millis: u64,
    },
    /// A call was made for a person or a program.
    Called {
        /// HTTP method.
        method: String,
        /// Path of the address, without query.
        path: String,
        /// HTTP status; `None` when no reply came.
        status: Option<u16>,
        /// How long the call took.
        millis: u64,
    },
    /// The sign-in before the last one was brought back.
    Undone {
        /// Who it acts as again.
        account: Option<String>,
    },
    /// The connector's script stopped what was about to happen.
    ScriptStopped {
        /// The event of the script.
        event: String,
        /// What it said, and where.
        said: String,
    },
    /// Its token was renewed.
    Refreshed {
        /// How many seconds the new one holds, where the service says so.
        #[serde(default)]
        lasts: Option<u64>,
    },
    /// The service ended the authorization.
    Ended {
        /// The error code.
        code: String,
    },
    /// The service was asked whether the access still works.
    Introspected {
        /// What it said.
        active: bool,
    },
    /// The authorization was ended by a person.
    Revoked {
        /// Whether the service was told.
        told: bool,
    },
    /// It uses the newest version of its connector from here on.
    NewVersion,
    /// It was switched off.
    Disabled,
    /// It was switched on again.
    Enabled,
}

/// One call as it was recorded: redacted before it gets here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// Row identifier.
    pub id: ExchangeId,
    /// When the request left.
    pub at: Timestamp,
    /// Whose call it was.
    pub connection: Option<ConnectionId>,
    /// HTTP method.
    pub method: String,
    /// Address with secret query values masked.
    pub url: String,
    /// Allow-listed request headers, credentials masked.
    pub request_headers: Vec<(String, String)>,
    /// Bytes of the request body.
    pub request_bytes: u64,
    /// The reply, or why none came.
    pub outcome: ExchangeOutcome,
    /// From the first byte sent to the last one read.
    pub millis: u64,
    /// What the connector's script did around it.
    #[serde(default)]
    pub scripts: Vec<ScriptRun>,
}

/// One event of a connector's script, as it was recorded: redacted before it gets here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptRun {
    /// The event.
    pub event: String,
    /// How long it computed, in microseconds.
    pub micros: u64,
    /// What it wrote, line by line.
    pub log: Vec<String>,
    /// Why it did not let things go on.
    pub failure: Option<String>,
}

/// How an exchange ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ExchangeOutcome {
    /// A reply came.
    Reply {
        /// HTTP status.
        status: u16,
        /// Allow-listed reply headers.
        headers: Vec<(String, String)>,
        /// Bytes of the reply body after decoding.
        bytes: u64,
        /// The body's shape (keys and types), or the body where *Keep bodies* is on.
        body: Option<String>,
    },
    /// No reply came.
    NoReply {
        /// In which way.
        class: crate::ports::TransportClass,
        /// The library's own words.
        detail: String,
    },
}
