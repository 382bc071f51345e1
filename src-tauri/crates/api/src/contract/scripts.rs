//! Scripts of connectors: what they can use, whether they can be read, what they do on an example, whether they may run.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Asks what a script can use.
#[derive(Clone, Debug, Default, Deserialize, TS)]
pub struct ScriptReference {}

/// What a script can use.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ScriptReferenceView {
    /// The events, in the order in which they happen.
    pub events: Vec<ScriptEventView>,
    /// The names that a script finds.
    pub globals: Vec<ScriptGlobalView>,
    /// The most milliseconds that a run computes.
    pub most_millis: u32,
    /// The most megabytes that a run uses.
    pub most_megabytes: u32,
}

/// A moment that a script can answer to.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ScriptEventView {
    /// The name of its function.
    pub name: String,
    /// When it happens.
    pub when: String,
    /// Whether it looks at a reply; else at a request.
    pub has_reply: bool,
    /// Whether it happens with OAuth 2 and OpenID Connect alone.
    pub oauth: bool,
}

/// A name that a script finds.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ScriptGlobalView {
    /// Its name.
    pub name: String,
    /// How it is called, for functions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub call: Option<String>,
    /// What it is.
    pub about: String,
    /// When it is there.
    pub there: ScriptThere,
}

/// In which events a global is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ScriptThere {
    /// In all.
    Always,
    /// Where a request is about to leave.
    Before,
    /// Where a reply came.
    After,
}

/// Asks whether a script can be read. Nothing is stored.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct CheckScript {
    /// The text.
    pub source: String,
}

/// What reading a script told.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ScriptCheckView {
    /// The events that it answers to.
    pub events: Vec<String>,
    /// Why it cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub failure: Option<ScriptFailureView>,
    /// What is advised.
    pub advice: Vec<String>,
}

/// Why a script did not let things go on.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ScriptFailureView {
    /// One sentence.
    pub sentence: String,
    /// What to do next.
    pub action: String,
    /// The line of the script, from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub line: Option<u32>,
    /// The column in that line, from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub column: Option<u32>,
}

/// Runs one event of a draft's script on an example. Nothing is sent.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RunScriptExample {
    /// The draft document.
    #[ts(type = "unknown")]
    pub document: serde_json::Value,
    /// The event.
    pub event: String,
    /// HTTP method of the request; as the connector verifies when empty.
    #[serde(default)]
    pub method: String,
    /// Path behind the base address.
    #[serde(default)]
    pub path: String,
    /// Body of the request.
    #[serde(default)]
    pub body: String,
    /// Status of the reply.
    #[serde(default)]
    #[ts(optional)]
    pub status: Option<u16>,
    /// Body of the reply; made up when empty.
    #[serde(default)]
    pub reply: String,
    /// Values of settings and plain prompts.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
}

/// What came of an example.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ScriptTriedView {
    /// The record of the run; none where the script has no such function.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub run: Option<ScriptRunView>,
    /// Why it did not let things go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub failure: Option<ScriptFailureView>,
    /// What the event found, line by line.
    pub before: Vec<String>,
    /// What is there after it.
    pub after: Vec<String>,
}

/// One event of a script, as it was recorded.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ScriptRunView {
    /// The event.
    pub event: String,
    /// How long it computed, in microseconds.
    pub micros: u32,
    /// What it wrote, line by line.
    pub log: Vec<String>,
    /// Why it did not let things go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub failure: Option<String>,
}

/// Asks for the script that new connections of a connector run.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ConnectorScript {
    /// Identifier of the connector.
    pub connector: String,
}

/// The script of a connector.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ConnectorScriptView {
    /// Shown name of the connector.
    pub connector_name: String,
    /// The text; none where it has no script.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub source: Option<String>,
    /// What an agreement names.
    pub digest: String,
    /// Whether it may run.
    pub agreed: bool,
}

/// Lets no script of a connector run any more, until a person agrees again.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct WithdrawScript {
    /// Identifier of the connector.
    pub connector: String,
}

/// Lets a script run that came with a file.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct AgreeToScript {
    /// Identifier of the connector.
    pub connector: String,
    /// Of the text that the person was shown.
    pub digest: String,
}
