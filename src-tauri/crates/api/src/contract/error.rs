//! What a shell is told when a command fails: a closed code, a sentence, and the way on.

use super::{connectors::ProblemView, diagnosis::DiagnosisView};
use serde::Serialize;
use ts_rs::TS;

/// Why a command did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct ErrorView {
    /// The closed code that shells decide by.
    pub code: ErrorCode,
    /// What happened, for people.
    pub message: String,
    /// What is safe, where that is in doubt.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub safe: Option<String>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub action: Option<String>,
    /// JSON pointer of the field it is about, or the key of a prompt.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub field: Option<String>,
    /// Each problem, where there are several: of a connector file, or the names that a name could mean.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<ProblemView>,
    /// The names that an ambiguous name could mean, the keys that are missing, the connections that are in the way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Why that may be, and what helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub diagnosis: Option<Box<DiagnosisView>>,
}

/// The closed codes of [`ErrorView`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The words of a command or the shape of a request are off.
    Usage,
    /// The name means nothing here.
    NotFound,
    /// The name means several things.
    Ambiguous,
    /// The link name is taken.
    Exists,
    /// The connector file or form has errors.
    NotValid,
    /// A prompt or setting has no value, or one that does not fit.
    Missing,
    /// The connector is a draft.
    Draft,
    /// Someone else saved the draft in the meantime.
    ChangedElsewhere,
    /// Connections use it.
    InUse,
    /// The connection is switched off.
    Disabled,
    /// The connection has no account yet, or none any more.
    NotSignedIn,
    /// The service does not accept the credential.
    Refused,
    /// Nothing was learned: the service was not reached, or answered with a fault of its own.
    CouldNotCheck,
    /// The call would go to an origin that was not agreed.
    OriginNotAgreed,
    /// The connector's script returned false.
    ScriptStopped,
    /// The connector's script failed: it threw, ran too long, or left what cannot be sent.
    ScriptFailed,
    /// The connector's script came with a file, and nobody agreed to it.
    ScriptNotAgreed,
    /// The connector came with a file and leads to addresses on this machine or its network, which are named; nobody
    /// agreed to them yet.
    InsideNotAgreed,
    /// The vault was never set up and no key store is there.
    VaultNotSetUp,
    /// The vault is locked.
    VaultLocked,
    /// The vault's key is gone from the key store.
    VaultKeyMissing,
    /// The key belongs to another vault.
    VaultWrongKey,
    /// The passphrase or recovery key does not open the vault.
    VaultNotOpened,
    /// The OS key store refused.
    KeyStore,
    /// A newer version of the program wrote the data.
    NewerData,
    /// The data directory cannot be used.
    DataDirectory,
    /// A confirmation was not given.
    NotConfirmed,
    /// A fault of ours.
    Internal,
}
