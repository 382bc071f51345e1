//! Connectors: the list, the draft document of the builder, its check and its preview.

use super::exchange::SentView;
use super::proof::StampView;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Lists connectors.
#[derive(Clone, Debug, Default, Deserialize, TS)]
pub struct ListConnectors {
    /// Words to find in name, link name or description.
    #[serde(default)]
    pub search: String,
    /// Only drafts, or only ready ones.
    #[serde(default)]
    pub stage: Option<StageView>,
}

/// A connector in the list.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ConnectorCard {
    /// Row identifier.
    pub id: String,
    /// Unique machine name.
    pub link_name: String,
    /// Shown name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Draft or Ready.
    pub stage: StageView,
    /// Whose it is.
    pub provenance: ProvenanceView,
    /// Authentication type as the manifest names it, such as `api_key`; none while none is chosen.
    pub authentication: Option<String>,
    /// Authentication type for people.
    pub authentication_label: String,
    /// How many connections use it.
    pub connections: u32,
    /// The last change.
    pub changed_at: Timestamp,
    /// What the last run of *Prove it* came to.
    pub stamp: Option<StampView>,
}

/// Whether a connector may be connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StageView {
    /// May not be connected to yet.
    Draft,
    /// May be connected to.
    Ready,
}

/// Whose connector it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProvenanceView {
    /// Shipped with the program.
    BuiltIn,
    /// The person's own.
    Custom,
}

/// Makes a new draft.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct CreateConnector {
    /// Shown name.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: String,
}

/// Opens a connector in the builder.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OpenDraft {
    /// Which.
    pub connector: String,
}

/// A connector in the builder.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DraftView {
    /// Row identifier.
    pub connector: String,
    /// Draft or Ready.
    pub stage: StageView,
    /// The draft document: an object in the manifest's shape, as far as it is filled.
    #[ts(type = "JsonObject")]
    pub document: serde_json::Value,
    /// Counts the saves; a save names the version it is based on.
    pub version: u32,
    /// The last save.
    pub saved_at: Timestamp,
    /// How many connections use it; the link name is fixed from the first on.
    pub connections: u32,
    /// Whether the draft differs from what is ready.
    pub differs_from_ready: bool,
    /// What is right and wrong with it.
    pub check: CheckView,
    /// What the last run of *Prove it* came to.
    pub stamp: Option<StampView>,
}

/// What is right and wrong with a draft document or a connector file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct CheckView {
    /// Errors and advice, in document order.
    pub problems: Vec<ProblemView>,
    /// What is missing before *Mark as ready*; empty when nothing is.
    pub missing_for_ready: Vec<ProblemView>,
    /// The prompts that a connection will be asked, as far as the document says.
    pub prompts: Vec<PromptView>,
    /// The settings that a connection will be asked.
    pub settings: Vec<PromptView>,
}

/// One thing that is wrong, or could be better.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ProblemView {
    /// JSON pointer of the field, such as `/authentication/parameters/0/key`; empty for the whole document.
    pub pointer: String,
    /// Closed code.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: String,
    /// Line in the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub line: Option<u32>,
    /// Column in the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub column: Option<u32>,
    /// Error or advice.
    pub severity: SeverityView,
}

/// Whether a problem stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SeverityView {
    /// It does.
    Error,
    /// It does not.
    Advice,
}

/// One thing that a connection is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PromptView {
    /// Key by which the value is handed over.
    pub key: String,
    /// What people see.
    pub name: String,
    /// Whether it is sealed.
    pub secret: bool,
    /// Whether it may stay empty.
    pub optional: bool,
    /// Where to find it.
    pub help: Option<String>,
    /// How a right value begins; a different one is warned of.
    pub looks_like: Option<String>,
    /// A value as an example.
    pub example: Option<String>,
    /// A value that is filled in already.
    pub default: Option<String>,
    /// Which control it takes.
    pub kind: PromptKind,
    /// The values to choose from, for lists.
    pub options: Vec<String>,
}

/// Which control a prompt takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PromptKind {
    /// A line of text.
    Text,
    /// A line of text that is not shown.
    Password,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// One of several.
    List,
}

/// Saves the draft document.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SaveDraft {
    /// Which.
    pub connector: String,
    /// The version that the change is based on.
    pub version: u32,
    /// The whole document.
    #[ts(type = "JsonObject")]
    pub document: serde_json::Value,
}

/// What a save made of it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct SavedDraft {
    /// The new version.
    pub version: u32,
    /// When.
    pub saved_at: Timestamp,
    /// What is right and wrong with it now.
    pub check: CheckView,
}

/// Renders what a connector will ask and send, by the same code that later sends.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct PreviewDraft {
    /// The document as it is on the screen.
    #[ts(type = "JsonObject")]
    pub document: serde_json::Value,
    /// Values of settings and plain prompts to fill in; never secrets.
    #[serde(default)]
    pub values: std::collections::BTreeMap<String, String>,
    /// The connector whose draft it is: what is saved of its app is not asked again.
    #[serde(default)]
    pub connector: Option<String>,
}

/// What a connector will ask and send.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PreviewView {
    /// The verify request, or `GET` of the base address when the document names none.
    pub sent: Option<SentView>,
    /// Why there is nothing to show yet.
    pub why_not: Option<String>,
    /// The requests of a sign-in and of the refresh after it, in order.
    pub sign_in: Vec<PlannedView>,
    /// The origins that the credential may go to.
    pub origins: Vec<String>,
    /// The prompts that a connection will be asked.
    pub prompts: Vec<PromptView>,
    /// The settings that a connection will be asked.
    pub settings: Vec<PromptView>,
}

/// One request of a sign-in, as it will be sent.
#[derive(Clone, Debug, Serialize, TS)]
pub struct PlannedView {
    /// What it is for.
    pub title: String,
    /// The request.
    pub sent: SentView,
}

/// Makes a revision from the draft and lets people connect to it.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct MarkReady {
    /// Which.
    pub connector: String,
}

/// Hides *Add connection*; connections keep working.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct BackToDraft {
    /// Which.
    pub connector: String,
}

/// Asks what deleting would take along.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ConnectorUses {
    /// Which.
    pub connector: String,
}

/// What uses a connector.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ConnectorUsesView {
    /// Names of its connections.
    pub connections: Vec<String>,
    /// How many sign-ins the service is told to end, before they are forgotten here.
    pub sign_ins: u32,
}

/// Deletes a connector with its connections. It cannot be undone.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct DeleteConnector {
    /// Which.
    pub connector: String,
    /// Its name, typed, where it has connections.
    pub confirm_name: String,
}

/// Reads a connector file.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ImportConnector {
    /// The file's text: YAML or JSON.
    pub text: String,
    /// Whether an existing connector of that link name takes the file as its new draft.
    #[serde(default)]
    pub update: bool,
    /// The picture that the file names as its logo and that lies beside it: its bytes in base 64.
    #[serde(default)]
    pub picture: Option<String>,
}

/// Agrees that a connector that came with a file sends to addresses on this machine or its network.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct AgreeToInside {
    /// Which.
    pub connector: String,
    /// The addresses, as the refusal names them.
    pub addresses: Vec<String>,
}

/// Checks a connector file; nothing is stored.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct CheckConnectorFile {
    /// The file's text: YAML or JSON.
    pub text: String,
    /// The picture that the file names as its logo and that lies beside it: its bytes in base 64.
    #[serde(default)]
    pub picture: Option<String>,
}

/// Writes a connector as a file.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ExportConnector {
    /// Which.
    pub connector: String,
}

/// A connector as a file.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ExportView {
    /// A name for the file.
    pub file_name: String,
    /// Its text.
    pub text: String,
}

/// Finds a connector by link name, or by its name where that is unique.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct FindConnector {
    /// What the person wrote.
    pub name: String,
}

/// Reads what a service says about itself (RFC 8414, OpenID Connect Discovery). Nothing is stored.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ReadDiscovery {
    /// Its issuer, an address without query and fragment.
    pub issuer: String,
}

/// What a service says about itself.
#[derive(Clone, Debug, Serialize, TS)]
pub struct DiscoveryView {
    /// Who it says it is.
    pub issuer: String,
    /// Its addresses, by the keys of a connector's authentication, such as `token_url`.
    pub addresses: BTreeMap<String, String>,
    /// The permissions that it lists.
    pub scopes: Vec<String>,
    /// Whether it says that it takes a PKCE challenge by S256; none where it does not say.
    pub takes_pkce: Option<bool>,
}

/// Asks for the names that AWS gives its regions and services.
#[derive(Clone, Debug, Default, Deserialize, TS)]
pub struct ListAwsNames {}

/// What a signature for AWS can name; offered, never demanded.
#[derive(Clone, Debug, Serialize, TS)]
pub struct AwsNames {
    /// The regions.
    pub regions: Vec<AwsName>,
    /// The services, by the name that signatures carry.
    pub services: Vec<AwsName>,
}

/// A name, and what people call it.
#[derive(Clone, Debug, Serialize, TS)]
pub struct AwsName {
    /// As it is signed.
    pub name: String,
    /// What people call it.
    pub title: String,
}
