//! Prove it: a connector runs through what the Lab can do to it.

use super::{connections::ConnectorRef, diagnosis::DiagnosisView};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Runs a connector, as its draft says, through every trial that fits it. Returns at once; the run goes on.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ProveConnector {
    /// Identifier, link name, or name where that is unique.
    pub connector: String,
}

/// Asks how the last run of a connector stands in this process, or what a run would try.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ShowProof {
    /// Identifier, link name, or name where that is unique.
    pub connector: String,
}

/// Ends the run of a connector before its time.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct StopProof {
    /// Identifier, link name, or name where that is unique.
    pub connector: String,
}

/// A run, as far as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ProofView {
    /// The connector.
    pub connector: ConnectorRef,
    /// Where the run stands.
    pub stage: ProofStage,
    /// Who signs in.
    pub person: String,
    /// When the draft that it runs with was saved.
    pub saved_at: Timestamp,
    /// When it began.
    pub began_at: Option<Timestamp>,
    /// How many trials passed.
    pub passed: u32,
    /// In how many the connector refused, as it must.
    pub refused: u32,
    /// How many failed.
    pub failed: u32,
    /// Each trial, in order.
    pub trials: Vec<TrialView>,
}

/// What the last whole run of a connector came to, as its card carries it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct StampView {
    /// When it was.
    pub proved_at: Timestamp,
    /// How many trials passed.
    pub passed: u32,
    /// In how many the connector refused, as it must.
    pub refused: u32,
    /// How many failed.
    pub failed: u32,
    /// Whether the draft is still the one that it was made with, in all that a run would notice.
    pub holds: bool,
    /// Whether people connect to what was proved.
    pub is_ready: bool,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProofStage {
    /// Nobody asked for it yet.
    NotRun,
    /// It goes on.
    Running,
    /// Every trial was made.
    Done,
    /// A person stopped it, or it could not go on.
    Stopped,
}

/// One thing that the Lab does, and what the connector makes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct TrialView {
    /// Its name in commands.
    pub id: String,
    /// Which of the connector's authentications, where it offers several.
    pub authentication: Option<String>,
    /// Where it stands among the others.
    pub group: TrialGroup,
    /// What the Lab does.
    pub does: String,
    /// What the connector has to do then.
    pub has_to: String,
    /// How it went.
    pub result: TrialResult,
    /// How long it took.
    pub millis: Option<u32>,
    /// What happened, for people, where it failed.
    pub found: Option<String>,
    /// Why that may be, and what helps; of what was refused, rightly or not.
    pub diagnosis: Option<DiagnosisView>,
}

/// Where a trial stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TrialGroup {
    /// From nothing to a connection.
    SignIn,
    /// What becomes of tokens.
    Tokens,
    /// Faults of the service.
    Trouble,
}

/// How a trial went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TrialResult {
    /// Its turn has not come.
    Waiting,
    /// It is being made.
    Running,
    /// It did what it has to.
    Passed,
    /// It refused, as it must, and said why.
    Refused,
    /// It did something else.
    Failed,
}
