//! Connections: one named use of a connector in one environment.

use crate::{
    Timestamp,
    id::{AgentGroupId, AuthorizationId, ConnectionId, ConnectorId, EnvironmentId, RevisionId},
    link_name::LinkName,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One named use of a connector in one environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// Row identifier.
    pub id: ConnectionId,
    /// Shown name; need not be unique.
    pub name: String,
    /// Unique machine name, made once from the name.
    pub link_name: LinkName,
    /// What it connects to.
    pub connector: ConnectorId,
    /// The revision that it was made with, until *Use the new version*.
    pub revision: RevisionId,
    /// Which values it uses; `None` is the environment that is computed.
    pub environment: Option<EnvironmentId>,
    /// The account; `None` while it is not signed in.
    pub authorization: Option<AuthorizationId>,
    /// Which of the connector's authentications it uses, where the connector offers several.
    pub authentication: Option<String>,
    /// Values of the connector's settings.
    pub settings: BTreeMap<String, String>,
    /// The route of its calls, where it differs from the connector's.
    pub agent_group: Option<AgentGroupId>,
    /// Where it stands.
    pub status: ConnectionStatus,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Where a connection stands (GLOSSARY, Status).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum ConnectionStatus {
    /// No account yet.
    NotSignedIn,
    /// A sign-in is under way and waits for the person.
    Waiting,
    /// The credential is there.
    Connected {
        /// The last proof that it works; `None` when it was never proven.
        verified: Option<Timestamp>,
    },
    /// It ends soon and will not renew by itself.
    Expiring {
        /// When.
        at: Timestamp,
    },
    /// Something only a person can mend.
    NeedsAttention {
        /// What.
        reason: AttentionReason,
    },
    /// Switched off by a person.
    Disabled {
        /// What it was before, and will be again.
        before: Box<ConnectionStatus>,
    },
}

/// Why a connection needs attention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum AttentionReason {
    /// The service does not accept the credential any more.
    Refused {
        /// HTTP status of the reply that said so.
        status: u16,
    },
    /// The sealed credential cannot be opened by this vault.
    SecretUnreadable,
    /// The service ended the authorization: a refresh was refused for good (RFC 6749 §5.2).
    Ended {
        /// The error code.
        code: String,
        /// What the service said, quoted, capped, known secrets masked.
        said: Option<String>,
        /// Whether a refresh was under way when this program ended before: its answer, if there was one, was never read.
        #[serde(default)]
        in_doubt: bool,
    },
    /// The connector sends to an origin that was not agreed.
    OriginNotAgreed {
        /// The origin that was not agreed.
        origin: String,
    },
}

/// What verify found (GLOSSARY, Verify).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Verification {
    /// The service accepted the credential.
    Works {
        /// Who the connection acts as, where the connector says where to read it.
        account: Option<String>,
    },
    /// The service answered and did not accept it.
    Refused {
        /// HTTP status of the reply.
        status: u16,
        /// What the service said, quoted, capped, control characters removed.
        said: Option<String>,
    },
    /// Nothing was learned; the status stays.
    CouldNotCheck {
        /// Why.
        reason: CouldNotCheck,
    },
}

/// Why a verify learned nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum CouldNotCheck {
    /// The connector names no request to verify with.
    NoRequest,
    /// The run ended early: the vault did not open, or the data could not be read.
    Interrupted {
        /// What stopped it.
        detail: String,
    },
    /// The connector's script stopped it.
    Script {
        /// The event of the script.
        event: String,
        /// What it said, and where.
        said: String,
    },
    /// The service could not be reached.
    Unreachable {
        /// In which way.
        class: crate::ports::TransportClass,
        /// The library's own words.
        detail: String,
    },
    /// The service answered with a fault of its own, or asked to wait.
    ServiceTrouble {
        /// HTTP status of the reply.
        status: u16,
    },
    /// The reply is not what the connector expects, and does not say that the credential is refused.
    Unexpected {
        /// HTTP status of the reply.
        status: u16,
        /// The expectation that did not hold, in words.
        expected: String,
    },
}
