//! Attempts: one run of connect or reauthorize, from the prompts to the promoted authorization.
//!
//! An attempt is a row with a sealed side slot: what the person typed, or what the service replied, is durable there
//! before it is used. A verify that is refused leaves the slot: *Keep anyway*, *Try again*, *Discard*.

use crate::{
    Timestamp,
    connection::{CouldNotCheck, Verification},
    evidence::Evidence,
    id::{
        AgentGroupId, AttemptId, ConnectionId, ConnectorId, EnvironmentId, ExchangeId, ProcessId, RevisionId,
    },
    origin::{AgreedOrigins, Origin},
    sign_in::{DevicePrompt, SignIn, SignInFailure},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One run of connect or reauthorize.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Row identifier.
    pub id: AttemptId,
    /// The connection it is for; `None` while it will make one.
    pub connection: Option<ConnectionId>,
    /// What the connection will be called.
    pub name: String,
    /// What it connects to.
    pub connector: ConnectorId,
    /// The revision it was started with.
    pub revision: RevisionId,
    /// Which values it uses; `None` is the environment that is computed.
    pub environment: Option<EnvironmentId>,
    /// Which of the connector's authentications it uses, where there are several.
    pub authentication: Option<String>,
    /// Values of the connector's settings.
    pub settings: BTreeMap<String, String>,
    /// The route of its calls, where it differs from the connector's.
    pub agent_group: Option<AgentGroupId>,
    /// Permissions to ask for.
    pub requested: Vec<String>,
    /// Where the credential may go: what the person saw and agreed to.
    pub origins: AgreedOrigins,
    /// Counts the changes of the side slot; part of the sealing.
    pub generation: u64,
    /// Where it stands.
    pub state: AttemptState,
    /// The process that runs it; another may take over only when that one is dead.
    pub owner: ProcessId,
    /// When it was begun.
    pub created_at: Timestamp,
    /// For types whose credential comes from the service.
    pub sign_in: Option<SignIn>,
}

impl Attempt {
    /// Whether its sign-in is not over yet.
    pub fn waits_for_person(&self) -> bool {
        let state = &self.state;
        matches!(state, AttemptState::Prepared | AttemptState::SigningIn { .. } | AttemptState::Exchanging)
    }

    /// Whether it still waits for a person or a service.
    pub fn is_under_way(&self) -> bool {
        matches!(
            self.state,
            AttemptState::Prepared
                | AttemptState::SigningIn { .. }
                | AttemptState::Exchanging
                | AttemptState::Verifying
        )
    }
}

/// Where an attempt stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum AttemptState {
    /// What was given is sealed; the service was not asked yet.
    Prepared,
    /// The person signs in, in a browser or on another device.
    SigningIn {
        /// Until when this waits.
        until: Timestamp,
        /// What to type on the other device.
        device: Option<DevicePrompt>,
    },
    /// The browser came back, or the grant needs none: the service is asked for tokens.
    Exchanging,
    /// There is no credential.
    Failed {
        /// Why.
        failure: SignInFailure,
        /// What was exchanged then, from which its causes are told.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Box<Evidence>>,
    },
    /// Another account signed in than the connection's; the slot is kept for the person to decide.
    AnotherAccount {
        /// The account of the connection.
        before: String,
        /// The account that signed in.
        now: String,
        /// What verify found, if there was a request to verify with.
        #[serde(default = "not_checked")]
        outcome: Verification,
        /// The record of the call that verified.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exchange: Option<ExchangeId>,
    },
    /// The service told that calls go to addresses that nobody agreed to; the slot is kept for the person to decide.
    NewAddresses {
        /// Where they would go.
        origins: Vec<Origin>,
    },
    /// The slot is sealed; the service is being asked.
    Verifying,
    /// The service does not accept the credential; the slot is kept for the person to decide.
    Refused {
        /// What verify found.
        outcome: Verification,
        /// The record of the call that verified.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exchange: Option<ExchangeId>,
        /// What was exchanged then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Box<Evidence>>,
    },
    /// Nothing was learned; the slot is kept for the person to decide.
    CouldNotCheck {
        /// Why.
        reason: CouldNotCheck,
        /// The record of the call that verified.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exchange: Option<ExchangeId>,
        /// What was exchanged then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Box<Evidence>>,
    },
    /// The slot became the connection's authorization.
    Connected {
        /// The connection.
        connection: ConnectionId,
        /// What verify found; kept anyway unless it works.
        outcome: Verification,
        /// The record of the call that verified.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        exchange: Option<ExchangeId>,
    },
}

impl AttemptState {
    /// The record of the call that verified, where one was made.
    pub fn exchange(&self) -> Option<&ExchangeId> {
        match self {
            Self::AnotherAccount { exchange, .. }
            | Self::Refused { exchange, .. }
            | Self::CouldNotCheck { exchange, .. }
            | Self::Connected { exchange, .. } => exchange.as_ref(),
            _ => None,
        }
    }

    /// What was exchanged where it went wrong.
    pub fn evidence(&self) -> Option<&Evidence> {
        match self {
            Self::Failed { evidence, .. }
            | Self::Refused { evidence, .. }
            | Self::CouldNotCheck { evidence, .. } => evidence.as_deref(),
            _ => None,
        }
    }
}

/// For rows of versions that did not keep it.
fn not_checked() -> Verification {
    Verification::CouldNotCheck { reason: CouldNotCheck::NoRequest }
}
