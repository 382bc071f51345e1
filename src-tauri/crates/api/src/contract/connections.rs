//! Connections: the list, one in detail, its history, and what can be done with it.

use super::{
    diagnosis::DiagnosisView,
    exchange::{CallInput, SentView},
    new_version::NewVersionView,
    scripts::ScriptRunView,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// One page of the list of connections.
#[derive(Clone, Debug, Default, Deserialize, TS)]
pub struct ListConnections {
    /// Only these statuses; empty for all.
    #[serde(default)]
    pub statuses: Vec<StatusKind>,
    /// Only connections of this connector.
    #[serde(default)]
    pub connector: Option<String>,
    /// Only connections in this environment, by link name.
    #[serde(default)]
    pub environment: Option<String>,
    /// Words to find in name, link name, account or connector.
    #[serde(default)]
    pub search: String,
    /// The order.
    #[serde(default)]
    pub sort: SortView,
    /// Rows to skip.
    #[serde(default)]
    pub offset: u32,
    /// Rows to return; 100 when 0, 500 at the most.
    #[serde(default)]
    pub limit: u32,
}

/// The order of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SortView {
    /// Trouble first, then by name.
    #[default]
    Status,
    /// By name.
    Name,
    /// By connector, then by name.
    Connector,
}

/// One page of connections.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ConnectionPage {
    /// The rows.
    pub rows: Vec<ConnectionRow>,
    /// How many match the filter.
    pub total: u32,
    /// How many of each status match connector, environment and search.
    pub counts: BTreeMap<StatusKind, u32>,
}

/// The kinds of status, for filters and counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StatusKind {
    /// Something only a person can mend.
    NeedsAttention,
    /// It ends soon and will not renew by itself.
    Expiring,
    /// A sign-in is under way.
    Waiting,
    /// The credential is there.
    Connected,
    /// No account yet.
    NotSignedIn,
    /// Switched off by a person.
    Disabled,
}

/// A connection in the list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ConnectionRow {
    /// Row identifier.
    pub id: String,
    /// Shown name.
    pub name: String,
    /// Unique machine name.
    pub link_name: String,
    /// Its connector.
    pub connector: ConnectorRef,
    /// Its environment.
    pub environment: EnvironmentRef,
    /// Who it acts as.
    pub account: Option<String>,
    /// Where it stands.
    pub status: StatusView,
    /// How many permissions were granted, of how many that were asked; none for types without permissions.
    pub permissions: Option<PermissionCount>,
    /// When its credential ends; none when it does not.
    pub expires_at: Option<Timestamp>,
    /// The last proof that it works.
    pub verified_at: Option<Timestamp>,
}

/// A connector as a connection names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ConnectorRef {
    /// Row identifier.
    pub id: String,
    /// Shown name.
    pub name: String,
    /// Unique machine name.
    pub link_name: String,
}

/// An environment as a connection names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct EnvironmentRef {
    /// Unique machine name: `production`, `lab`, or the person's own.
    pub link_name: String,
    /// Shown name.
    pub name: String,
}

/// Permissions granted beside those asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PermissionCount {
    /// How many were granted.
    pub granted: u32,
    /// How many were asked for.
    pub requested: u32,
}

/// Where a connection stands, with its sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct StatusView {
    /// The kind.
    pub kind: StatusKind,
    /// What it means, for people: `Connected as jane@acme.test`, `Sign-in rejected`.
    pub sentence: String,
}

/// Asks for one connection, by row identifier.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ShowConnection {
    /// Which.
    pub connection: String,
}

/// Finds a connection by link name, or by its name where that is unique.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct FindConnection {
    /// What the person wrote.
    pub name: String,
}

/// A connection in detail.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ConnectionView {
    /// As in the list.
    pub row: ConnectionRow,
    /// When it was made.
    pub created_at: Timestamp,
    /// Authentication type for people.
    pub authentication_label: String,
    /// Name of the route of its calls.
    pub agent_group: String,
    /// Values of the connector's settings: shown name and value.
    pub settings: Vec<SettingValue>,
    /// What the service told besides its tokens; none while the vault does not open.
    pub captures: Vec<CapturedView>,
    /// What was asked when it was made: names only, values that are secret are not read.
    pub prompts: Vec<PromptState>,
    /// The address that its calls start with; in the Lab the one that it stands in for.
    pub base_url: String,
    /// The origins that its credential may go to; none in the Lab, which is on this machine wherever it runs.
    pub origins: Vec<String>,
    /// What a newer version of the connector asks, where one is ready.
    pub new_version: Option<NewVersionView>,
    /// What it was before the last Reauthorize, while that can be brought back.
    pub former: Option<FormerView>,
    /// The request that verify makes, as `GET /me`; none when the connector names none.
    pub verify_request: Option<String>,
    /// What went wrong, where it needs attention.
    pub trouble: Option<TroubleView>,
    /// When it failed last; none once it worked.
    pub failed_at: Option<Timestamp>,
    /// Why that may be, and what helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub diagnosis: Option<DiagnosisView>,
    /// What it permits: asked and granted.
    pub permissions: Vec<PermissionView>,
    /// Whether its credential came from the service and can be renewed without the person.
    pub can_refresh: bool,
    /// Whether the service can be asked if its access still works.
    pub can_introspect: bool,
    /// Whether the service can be told to end its authorization.
    pub can_revoke: bool,
}

/// What a connection was before the last Reauthorize.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FormerView {
    /// Who it acted as, where the service told it.
    pub account: Option<String>,
    /// Until when it can be brought back.
    pub until: Timestamp,
}

/// A setting's value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct SettingValue {
    /// Its key.
    pub key: String,
    /// What people see.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// A value that the service told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct CapturedView {
    /// Its key.
    pub key: String,
    /// Its value, quoted; none where it could be a secret: it is *Saved*, never revealed.
    pub value: Option<String>,
}

/// A prompt of a connection that stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PromptState {
    /// Its key.
    pub key: String,
    /// What people see.
    pub name: String,
    /// Whether it is sealed: shown as *Saved*, never revealed.
    pub secret: bool,
    /// Whether a value is there.
    pub filled: bool,
}

/// What went wrong, as one card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct TroubleView {
    /// What happened.
    pub title: String,
    /// Why, and what is safe.
    pub explanation: String,
    /// What to do next.
    pub action: TroubleAction,
}

/// The button of a trouble card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TroubleAction {
    /// Type the values again.
    Reauthorize,
    /// Ask the service again.
    Verify,
    /// Switch it on again.
    Enable,
}

/// One permission, asked and granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PermissionView {
    /// Display name.
    pub name: String,
    /// Value on the wire.
    pub value: String,
    /// Whether it was granted.
    pub granted: bool,
}

/// Changes the shown name. The link name stays.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RenameConnection {
    /// Which.
    pub connection: String,
    /// The new name.
    pub name: String,
}

/// Switches a connection off: its calls end at once with *disabled*.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct DisableConnection {
    /// Which.
    pub connection: String,
}

/// Switches a connection on again.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct EnableConnection {
    /// Which.
    pub connection: String,
}

/// Makes another connection on the same authorization.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct DuplicateConnection {
    /// Which.
    pub connection: String,
}

/// Forgets a connection here; the service is told to end its sign-in, as far as it answers. It cannot be undone.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct DeleteConnection {
    /// Which.
    pub connection: String,
}

/// What became at the services of sign-ins whose connections were deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct Deleted {
    /// Names of the connections whose sign-in the service ended.
    pub revoked: Vec<String>,
    /// Those whose sign-in it did not end; their tokens are forgotten here all the same.
    pub not_revoked: Vec<NotRevoked>,
}

/// A sign-in that the service did not end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct NotRevoked {
    /// Names of the connections that used it.
    pub connections: Vec<String>,
    /// Why, as a sentence.
    pub why: String,
}

/// Makes the one harmless call that proves a connection works.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct VerifyConnection {
    /// Which.
    pub connection: String,
}

/// Asks the service whether the access of a connection still works (RFC 7662).
#[derive(Clone, Debug, Deserialize, TS)]
pub struct IntrospectConnection {
    /// Which.
    pub connection: String,
}

/// What the service says about the access that it gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct IntrospectionView {
    /// Whether it takes the token now.
    pub active: bool,
    /// What it means, for people.
    pub sentence: String,
    /// What to do next, where it is over.
    pub advice: Option<String>,
    /// What the token permits, where the service says so.
    pub permissions: Option<Vec<String>>,
    /// When the token ends, where the service says so.
    pub expires_at: Option<Timestamp>,
    /// Whose it is, where the service says so; quoted.
    pub account: Option<String>,
}

/// What verify found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct VerificationView {
    /// Works, refused, or could not check.
    pub outcome: VerificationOutcome,
    /// What it means, for people.
    pub sentence: String,
    /// What is safe and what to do next.
    pub advice: Option<String>,
    /// Who the connection acts as.
    pub account: Option<String>,
    /// What the service said, quoted and capped.
    pub said: Option<String>,
    /// HTTP status, where a reply came.
    pub status: Option<u16>,
    /// How long the call took, where one was made.
    pub millis: Option<u32>,
    /// Why that may be, and what helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub diagnosis: Option<DiagnosisView>,
}

/// The three outcomes of verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VerificationOutcome {
    /// The service accepted the credential.
    Works,
    /// The service answered and did not accept it.
    Refused,
    /// Nothing was learned; the status stays.
    CouldNotCheck,
}

/// One page of a connection's history, newest first.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ConnectionHistory {
    /// Which.
    pub connection: String,
    /// The place to go on from, as the page before told; none for the newest.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub before: Option<i64>,
    /// Rows to return; 50 when 0.
    #[serde(default)]
    pub limit: u32,
}

/// One page of history.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HistoryPage {
    /// The rows, newest first.
    pub rows: Vec<HistoryRow>,
    /// The place to go on from; none at the end.
    #[ts(type = "number | null")]
    pub next: Option<i64>,
}

/// One line of history.
#[derive(Clone, Debug, Serialize, TS)]
pub struct HistoryRow {
    /// When.
    pub at: Timestamp,
    /// What, for people.
    pub sentence: String,
    /// How it ended, for the dot's colour.
    pub tone: Tone,
    /// What it brought and how long its call took, for the end of the line.
    pub aside: Option<String>,
    /// The call that it came of.
    pub exchange: Option<ExchangeView>,
}

/// How a line of history ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Well.
    Good,
    /// Neither.
    Neutral,
    /// Not at once.
    Warning,
    /// Badly.
    Bad,
}

/// One call as it was recorded, secrets masked.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ExchangeView {
    /// Row identifier.
    pub id: String,
    /// HTTP method.
    pub method: String,
    /// Address, secrets masked.
    pub url: String,
    /// Allow-listed request headers.
    pub request_headers: Vec<(String, String)>,
    /// HTTP status, where a reply came.
    pub status: Option<u16>,
    /// Allow-listed reply headers.
    pub headers: Vec<(String, String)>,
    /// The shape of the body: keys and types.
    pub body_shape: Option<String>,
    /// Why no reply came.
    pub no_reply: Option<String>,
    /// How long it took.
    pub millis: u32,
    /// What the connector's script did around it.
    pub scripts: Vec<ScriptRunView>,
}

/// Shows what a call would send. Nothing leaves the machine.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct PreviewCall {
    /// Which connection.
    pub connection: String,
    /// What to send.
    pub call: CallInput,
}

/// Makes a call through a connection.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SendCall {
    /// Which connection.
    pub connection: String,
    /// What to send.
    pub call: CallInput,
}

/// What a call would send.
#[derive(Clone, Debug, Serialize, TS)]
pub struct CallPreview {
    /// The request.
    pub sent: SentView,
}

/// Renews the tokens of a connection.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RefreshConnection {
    /// Which.
    pub connection: String,
}

/// Brings back what a connection was before the last Reauthorize.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct UndoReauthorize {
    /// Which.
    pub connection: String,
}

/// Ends the authorization of a connection at the service; every connection that uses it is signed out.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RevokeConnection {
    /// Which.
    pub connection: String,
}
