//! Connect: the form that a connection is asked, and the attempt that it begins.

use super::{
    TypedSecret,
    connections::{EnvironmentRef, VerificationView},
    connectors::PromptView,
    diagnosis::DiagnosisView,
    registrations::RegistrationView,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

/// Asks what adding a connection will ask.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ConnectForm {
    /// The connector.
    pub connector: String,
    /// Link name of the environment; Production when empty.
    #[serde(default)]
    pub environment: Option<String>,
    /// Which of the connector's authentications, where it offers several.
    #[serde(default)]
    pub authentication: Option<String>,
    /// The connection that is signed in again, by the version that it uses; none to add one.
    #[serde(default)]
    pub connection: Option<String>,
    /// Asks what the newest version asks of that connection.
    #[serde(default)]
    pub new_version: bool,
    /// The client ID of the app that it is made with, an empty one for another than is kept; the connection's own, or the
    /// default, when left out.
    #[serde(default)]
    pub client_id: Option<String>,
}

/// What adding a connection asks.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ConnectFormView {
    /// The connector's row identifier.
    pub connector: String,
    /// The connector's shown name.
    pub connector_name: String,
    /// Authentication type for people.
    pub authentication_label: String,
    /// A name to offer.
    pub default_name: String,
    /// The environments to choose from.
    pub environments: Vec<EnvironmentRef>,
    /// The connector's authentications, where it offers several: name and label.
    pub authentications: Vec<(String, String)>,
    /// Which of them the connection uses that is signed in again.
    pub authentication: Option<String>,
    /// The apps that are kept for the environment, the default first.
    pub apps: Vec<RegistrationView>,
    /// Values that the connector needs.
    pub settings: Vec<PromptView>,
    /// What the person is asked, by parameter name.
    pub prompts: Vec<PromptView>,
    /// Keys of prompts that the environment has a value for: left empty, that one is used. A plain one is the prompt's
    /// default here, a secret one stays with the core.
    pub issued: Vec<String>,
    /// How to register or find the values at the service.
    pub setup_help: Option<String>,
    /// Whether the connector names a request to verify with.
    pub can_verify: bool,
    /// The permissions to choose from.
    pub scopes: Vec<ScopeView>,
    /// How the person comes back from the browser, unless another way is chosen; none where no browser is needed.
    pub way: Option<WayView>,
    /// Whether the person signs in at the service, in a browser or on another device.
    pub signs_in: bool,
    /// Whether there is anything to keep secret, for which the vault is needed.
    pub needs_vault: bool,
}

/// A permission to choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ScopeView {
    /// Shown name.
    pub name: String,
    /// What the service calls it.
    pub value: String,
    /// Whether it is ticked at first.
    pub default: bool,
    /// What it allows.
    pub description: Option<String>,
}

/// Adds a connection: seals what was typed, verifies, connects. Returns at once; the attempt goes on.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct BeginConnect {
    /// The connector.
    pub connector: String,
    /// What the connection will be called; the offered name when empty.
    #[serde(default)]
    pub name: String,
    /// Link name of the environment; Production when empty.
    #[serde(default)]
    pub environment: Option<String>,
    /// Which of the connector's authentications, where it offers several.
    #[serde(default)]
    pub authentication: Option<String>,
    /// Values of settings.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// Plain values of prompts.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    /// Secret values of prompts.
    #[serde(default)]
    pub secrets: BTreeMap<String, TypedSecret>,
    /// An existing connection whose values are replaced (Reauthorize); none to add one.
    #[serde(default)]
    pub connection: Option<String>,
    /// Lets that connection use the newest version of its connector from then on.
    #[serde(default)]
    pub new_version: bool,
    /// Permissions to ask for; those that the connector ticks when left out.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// Another way back from the browser than the connector's.
    #[serde(default)]
    pub way: Option<WayView>,
    /// Leaves the sign-in page closed; its address is handed out instead.
    #[serde(default)]
    pub no_browser: bool,
}

/// Opens the sign-in page of an attempt again.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct OpenSignIn {
    /// Which.
    pub attempt: String,
}

/// Copies the address of the sign-in page of an attempt.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct CopySignInLink {
    /// Which.
    pub attempt: String,
}

/// Hands over the address that the browser landed on.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct PasteRedirect {
    /// The address; it holds a code.
    pub address: TypedSecret,
}

/// Hands over the error page that the service showed in the browser, to be told what it means. The sign-in goes on
/// waiting.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ExplainPage {
    /// Which attempt.
    pub attempt: String,
    /// Its text or its address, which may hold more than the error.
    pub page: TypedSecret,
}

/// What an error page means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct ExplainedPage {
    /// Why the service shows it, and what helps; none where no cause is known.
    pub diagnosis: Option<DiagnosisView>,
}

/// Hands over the PIN that the service's page showed.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct EnterPin {
    /// Which attempt.
    pub attempt: String,
    /// The PIN.
    pub pin: TypedSecret,
}

/// Asks where an attempt stands.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ShowAttempt {
    /// Which.
    pub attempt: String,
}

/// Where an attempt stands.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct AttemptView {
    /// Row identifier.
    pub attempt: String,
    /// The connector's row identifier.
    pub connector: String,
    /// The connector's shown name.
    pub connector_name: String,
    /// What the connection will be called.
    pub name: String,
    /// Its environment.
    pub environment: EnvironmentRef,
    /// Where it stands.
    pub state: AttemptStateView,
    /// What verify found, when it ended.
    pub verification: Option<VerificationView>,
    /// The connection, once it stands.
    pub connection: Option<String>,
    /// The sign-in, for types whose credential comes from the service.
    pub sign_in: Option<SignInView>,
    /// Why that may be, and what helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub diagnosis: Option<DiagnosisView>,
}

/// The sign-in of an attempt.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
pub struct SignInView {
    /// How the person comes back from the browser; none for grants without one.
    pub way: Option<WayView>,
    /// The redirect address, as it is registered with the service.
    pub redirect_uri: Option<String>,
    /// Whether the sign-in page opens in a window without cookies.
    pub private: bool,
    /// What to type on another device.
    pub device: Option<DeviceView>,
    /// Until when it waits for the person.
    pub until: Option<Timestamp>,
    /// How long that is.
    pub seconds_left: Option<u32>,
    /// What happened so far, oldest first.
    pub steps: Vec<StepView>,
    /// Permissions that were asked for.
    pub requested: Vec<String>,
    /// Permissions that were granted, once the service told.
    pub granted: Vec<String>,
    /// When the credential ends, once the service told.
    pub expires_at: Option<Timestamp>,
    /// Who signed in, where the service told.
    pub account: Option<String>,
    /// Whose connection it was before, where another account signed in.
    pub account_before: Option<String>,
    /// Addresses that the service told, to be agreed to before calls go there.
    pub new_addresses: Vec<String>,
    /// Why there is no credential.
    pub failure: Option<FailureView>,
}

/// How the person comes back from the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WayView {
    /// A link that the operating system hands to this program.
    App,
    /// An address on this machine.
    Loopback,
    /// The person pastes the address.
    Manual,
    /// The person types the PIN that the service shows.
    Pin,
}

/// A code to type on another device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DeviceView {
    /// The code. Made to be shown.
    pub user_code: String,
    /// Where to type it.
    pub verification_uri: String,
    /// The same with the code in it, for a QR code.
    pub verification_uri_complete: Option<String>,
}

/// Something that happened during a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct StepView {
    /// What.
    pub kind: StepKindView,
    /// When.
    pub at: Timestamp,
}

/// What may happen during a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StepKindView {
    /// The sign-in page was opened, or its address handed out.
    Browser,
    /// The code to type was shown.
    Device,
    /// The browser came back.
    Redirect,
    /// The service gave tokens.
    Exchanged,
    /// The credential was tried.
    Verified,
}

/// Why there is no credential: what happened, what is safe, what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct FailureView {
    /// Machine name of the failure.
    pub code: String,
    /// What happened.
    pub happened: String,
    /// What is safe.
    pub safe: String,
    /// What to do next.
    pub action: String,
    /// What the service said, quoted.
    pub said: Option<String>,
}

/// Where an attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AttemptStateView {
    /// It begins; the service was not asked yet.
    Starting,
    /// The person signs in, in a browser or on another device.
    SigningIn,
    /// The service is asked for tokens.
    Exchanging,
    /// There is no credential: try again, or discard.
    Failed,
    /// Another account signed in than before: keep it, or discard.
    AnotherAccount,
    /// Calls would go to addresses that the service told and nobody agreed to: agree, or discard.
    NewAddresses,
    /// The service is being asked.
    Verifying,
    /// The service does not accept the credential: keep anyway, try again, or discard.
    Refused,
    /// Nothing was learned: keep anyway, try again, or discard.
    CouldNotCheck,
    /// The connection stands.
    Connected,
}

/// Connects although verify did not find that it works.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct KeepAttempt {
    /// Which.
    pub attempt: String,
}

/// Agrees to the addresses that the service told, and goes on.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct AgreeAttempt {
    /// Which.
    pub attempt: String,
    /// The addresses as they were shown: these and no others are agreed to.
    pub addresses: Vec<String>,
}

/// Asks the service again with what was typed.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RetryAttempt {
    /// Which.
    pub attempt: String,
}

/// Drops what was typed.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct DiscardAttempt {
    /// Which.
    pub attempt: String,
}
