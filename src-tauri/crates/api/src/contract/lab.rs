//! The Lab: run it, tell what it plays, set how it behaves, and read what arrived there.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use ts_rs::TS;

/// Runs the Lab in this process.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct StartLab {
    /// Where it is tried first; where people expect it when none is named.
    #[serde(default)]
    pub port: Option<u16>,
    /// Link names of the connectors that it plays, drafts too; every ready one that it can play when empty.
    #[serde(default)]
    pub connectors: Vec<String>,
}

/// The Lab that was started.
#[derive(Clone, Debug, Serialize, TS)]
pub struct StartedLab {
    /// Its address.
    pub address: String,
    /// What a person should know: that it is at another port than the one asked for.
    pub notice: Option<String>,
    /// What it plays.
    pub plays: Vec<LabPlay>,
}

/// Ends the Lab, where this process runs it.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct StopLab {}

/// A connector that the Lab plays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LabPlay {
    /// Its link name.
    pub link_name: String,
    /// Its shown name.
    pub name: String,
    /// Where its base address is played, placeholders as they are written; none while the Lab does not run.
    pub address: Option<String>,
}

/// Where the Lab of the data directory stands.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ShowLab {}

/// Where the Lab of the data directory stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LabStatus {
    /// Whether a process runs it.
    pub running: bool,
    /// Whether this process does.
    pub here: bool,
    /// Its address, where one does.
    pub address: Option<String>,
    /// How many seconds were let pass for what it gave out.
    pub ahead: u32,
    /// What it plays.
    pub plays: Vec<LabPlay>,
}

/// Makes the Lab play a connector, its draft where it has no ready version.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct PlayInLab {
    /// Link name or identifier.
    pub connector: String,
}

/// Ends playing a connector.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ForgetInLab {
    /// Its link name.
    pub link_name: String,
}

/// How the Lab behaves.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ShowDials {
    /// Towards the connector of this link name; what is said for all when none is named.
    #[serde(default)]
    pub connector: Option<String>,
}

/// Makes the Lab behave in a way, with the next request.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct SetDial {
    /// Towards the connector of this link name; towards all when none is named.
    #[serde(default)]
    pub connector: Option<String>,
    /// Which behaviour.
    pub id: String,
    /// What it is set to; as if it had never been set when none is named.
    #[serde(default)]
    pub value: Option<DialValue>,
}

/// What a behaviour is set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum DialValue {
    /// On or off.
    Switch(bool),
    /// A whole number.
    Number(i32),
    /// One of a choice, or the e-mail of a person. The command line says everything so.
    Text(String),
}

/// Forgets how the Lab was told to behave.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ResetDials {
    /// Towards the connector of this link name; what was said for all when none is named.
    #[serde(default)]
    pub connector: Option<String>,
}

/// One behaviour of the Lab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DialView {
    /// Its name in commands.
    pub id: String,
    /// Where it stands among the others.
    pub group: DialGroup,
    /// What people call it.
    pub name: String,
    /// What it does.
    pub help: String,
    /// What it can be set to.
    pub kind: DialKind,
    /// What it is set to.
    pub value: DialValue,
    /// What it is set to where nobody set it.
    pub default: DialValue,
    /// Whether it was set for what was asked about, and not only for all.
    pub own: bool,
}

/// Where a behaviour stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DialGroup {
    /// Sign-in.
    SignIn,
    /// Tokens.
    Tokens,
    /// Trouble on purpose.
    Trouble,
}

/// What a behaviour can be set to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DialKind {
    /// On or off.
    Switch,
    /// A whole number.
    Number {
        /// The least.
        least: i32,
        /// The greatest.
        most: i32,
        /// What is counted.
        unit: DialUnit,
    },
    /// One of these.
    Choice {
        /// What there is to choose.
        options: Vec<DialOption>,
    },
    /// The e-mail of a pretend person; empty for nobody.
    Person,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DialUnit {
    /// Seconds.
    Seconds,
    /// Thousandths of a second.
    Milliseconds,
    /// Requests; counted down with each.
    Requests,
    /// One request in so many.
    OneIn,
}

/// One of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DialOption {
    /// Its name in commands.
    pub value: String,
    /// What people call it.
    pub name: String,
}

/// The pretend people.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ListPeople {}

/// A pretend person: kept in the place of the one of the same e-mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PersonView {
    /// Who they are, as services know them.
    pub email: String,
    /// What people call them.
    pub name: String,
    /// What they do when they are asked.
    pub behaviour: PersonDoes,
}

/// What a pretend person does when they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PersonDoes {
    /// Agrees.
    SaysYes,
    /// Declines.
    SaysNo,
    /// Does not get in.
    WrongPassword,
    /// Agrees after a while.
    TakesLong,
}

/// Forgets a pretend person.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct DeletePerson {
    /// Their e-mail.
    pub email: String,
}

/// Lets time pass for everything that the Lab gave out.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct AdvanceLab {
    /// How much, in seconds.
    pub seconds: u32,
}

/// Ends every token that the Lab gave out.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RevokeInLab {
    /// To the connector of this link name; to all when none is named.
    #[serde(default)]
    pub connector: Option<String>,
}

/// What was ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RevokedInLab {
    /// How many codes and tokens still held.
    pub ended: u32,
}

/// Makes the Lab sign id_tokens with new keys.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RotateLabKeys {}

/// The last requests, whichever process answered them.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ReadLabLog {
    /// Only what came after this number.
    #[serde(default)]
    pub since: u32,
    /// Only what holds these words.
    #[serde(default)]
    pub search: String,
}

/// Forgets the requests.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ClearLabLog {}

/// The last requests.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LabLog {
    /// Oldest first.
    pub requests: Vec<LabRequest>,
    /// The number of the last one there was, found or not.
    pub last: u32,
}

/// A request that arrived at the Lab. Holds no credential.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LabRequest {
    /// Counts up from 1 in a data directory.
    pub seq: u32,
    /// When.
    pub at: Timestamp,
    /// How long the answer took, in milliseconds.
    pub millis: u32,
    /// Link name of the connector that it was for.
    pub connector: String,
    /// HTTP method.
    pub method: String,
    /// The service's host that the Lab stood in for.
    pub host: String,
    /// The path at that host.
    pub path: String,
    /// The query, secrets masked.
    pub query: Vec<LabPair>,
    /// The headers, secrets masked.
    pub headers: Vec<LabPair>,
    /// The body without its values: names and kinds.
    pub body: Value,
    /// HTTP status of the answer; none where the connection was dropped on purpose.
    pub status: Option<u16>,
    /// What the Lab did.
    pub outcome: LabOutcome,
    /// What was checked, in order.
    pub steps: Vec<LabStep>,
    /// Why the credential was not accepted: the first step that failed.
    pub why: Option<String>,
}

/// A name with its value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LabPair {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
}

/// One thing that the Lab checked. `what: detail` reads as a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct LabStep {
    /// What.
    pub what: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// How it is.
    pub detail: String,
}

/// What the Lab did with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LabOutcome {
    /// The request that proves a connection, with the right credential.
    Verified,
    /// Any other request with the right credential.
    Echoed,
    /// The credential, or what an app asked for, is not accepted.
    Refused,
    /// A page of the sign-in.
    Page,
    /// The browser was sent back with an answer.
    SentBack,
    /// Codes or tokens were given.
    Granted,
    /// Something that a service tells an app.
    Answered,
    /// Trouble on purpose.
    Troubled,
    /// The connector has no address at that host.
    NoSuchAddress,
    /// The Lab does not play that connector.
    NotPlayed,
}
