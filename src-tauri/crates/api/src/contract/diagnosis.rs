//! Diagnosis: why something failed, ranked, with what helps against each cause and what shows it.

use serde::Serialize;
use ts_rs::TS;

use super::connect::WayView;

/// Why something failed, as far as what was exchanged tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DiagnosisView {
    /// The causes, the likeliest first.
    pub causes: Vec<CauseView>,
    /// What was exchanged, secrets removed.
    pub evidence: EvidenceView,
}

/// Something that may have caused it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct CauseView {
    /// Machine name of the cause.
    pub cause: String,
    /// What it is, for people.
    pub title: String,
    /// What may be done without harm.
    pub safe: String,
    /// What helps besides.
    pub others: Option<String>,
    /// How likely, in percent.
    pub score: u8,
    /// The same in a word.
    pub likelihood: LikelihoodView,
    /// What helps first.
    pub action: CauseActionView,
}

/// How likely a cause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LikelihoodView {
    /// The evidence says so.
    MostLikely,
    /// It would explain the evidence.
    Possible,
    /// It is not ruled out.
    LessLikely,
}

/// What helps against a cause: a button, or words where only a person can do it elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct CauseActionView {
    /// Machine name of what helps.
    pub fix: String,
    /// What it is, for people.
    pub label: String,
    /// What the shell does for it.
    pub run: RunView,
}

/// What a shell can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum RunView {
    /// Asks again, with what was typed.
    Again,
    /// Shows the form again, for other values.
    TypeAgain,
    /// Signs the connection in again.
    Reauthorize,
    /// Renews the token.
    Refresh,
    /// Begins again with another way back from the browser.
    Redirect {
        /// Which.
        way: WayView,
    },
    /// Copies the redirect address, to register it at the service.
    CopyRedirect,
    /// Opens the connector at a step.
    Connector {
        /// Which.
        step: ConnectorStepView,
    },
    /// Opens the settings for ways back from the browser.
    RedirectSettings,
    /// Nothing: it is done at the service, in the network, or in the system.
    Elsewhere,
}

/// A step of building a connector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are those of the steps")]
pub enum ConnectorStepView {
    General,
    Security,
    Permissions,
    Verify,
}

/// What was exchanged, secrets removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct EvidenceView {
    /// What was sent, line by line; empty where nothing was.
    pub sent: Vec<String>,
    /// What came, line by line.
    pub came: Vec<String>,
    /// What is known here besides, such as the difference of the clocks.
    pub known: Vec<String>,
    /// What of it shows the likeliest cause.
    pub quotes: Vec<String>,
}
