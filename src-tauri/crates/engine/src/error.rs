//! Why a use case did not do what was asked, as far as it decides what to do next. The shells' words are in `api`.

use crate::{
    credential::CredentialError,
    environment::EnvironmentError,
    request::BuildError,
    script::{Failure, ScriptEvent},
    vault::VaultError,
};
use domain::{
    connector::OriginsError,
    evidence::{Came, Evidence, FailedStep, Seen},
    logo::LogoError,
    manifest::Problem,
    ports::{BrowserError, ClipboardError, TransportError},
    sign_in::{Endpoint, SignInFailure},
};
use store::StoreError;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The name or identifier means nothing here.
    #[error("no {what} is called `{name}`")]
    NotFound {
        /// Connector, connection, environment, attempt.
        what: &'static str,
        /// What was asked for.
        name: String,
    },
    /// The name means several things.
    #[error("several {what}s are called `{name}`")]
    Ambiguous {
        /// Connector, connection.
        what: &'static str,
        /// What was asked for.
        name: String,
        /// Their link names.
        candidates: Vec<String>,
    },
    /// The link name is taken.
    #[error("the link name `{0}` is taken")]
    Exists(String),
    /// A connector file, a draft or a value has errors.
    #[error("{} errors", .0.len())]
    NotValid(Vec<Problem>),
    /// Prompts or settings have no value, or one that does not fit: key and reason.
    #[error("values are missing or do not fit")]
    Values(Vec<(String, String)>),
    /// The connector is a draft.
    #[error("the connector `{0}` is a draft")]
    Draft(String),
    /// The connector may not be marked as ready yet.
    #[error("the connector is not complete")]
    NotComplete(Vec<Problem>),
    /// Someone else saved the draft in the meantime.
    #[error("the draft was saved elsewhere")]
    ChangedElsewhere,
    /// The link name cannot change any more.
    #[error("connections use the connector, so its link name is fixed")]
    LinkNameFixed,
    /// A picture cannot become a logo.
    #[error(transparent)]
    Logo(#[from] LogoError),
    /// The connector's name was not typed.
    #[error("the deletion was not confirmed")]
    NotConfirmed {
        /// What would be deleted along.
        connections: Vec<String>,
    },
    /// It belongs to every data directory.
    #[error("the {what} `{name}` is always there")]
    AlwaysThere {
        /// Environment, agent group.
        what: &'static str,
        /// Its link name.
        name: String,
    },
    /// Connections, or sign-ins under way, are in the environment.
    #[error("the environment `{name}` is used")]
    EnvironmentUsed {
        /// Its shown name.
        name: String,
        /// The first of their names.
        used_by: Vec<String>,
        /// How many more there are.
        more: u64,
    },
    /// Connections, or sign-ins under way, need the app.
    #[error("the app `{client_id}` is used")]
    AppUsed {
        /// Its client ID.
        client_id: String,
        /// Their names.
        used_by: Vec<String>,
    },
    /// It is the app that new connections use, and there are others.
    #[error("the app `{client_id}` is the default")]
    AppIsDefault {
        /// Its client ID.
        client_id: String,
    },
    /// The connection is switched off.
    #[error("the connection `{0}` is switched off")]
    Disabled(String),
    /// The connection has no account yet.
    #[error("the connection `{0}` has no account yet")]
    NotSignedIn(String),
    /// The call would go to an origin that was not agreed.
    #[error("the origin `{0}` was not agreed")]
    OriginNotAgreed(String),
    /// The secret of the app was given for other addresses.
    #[error("the secret of the app was not given for the origin `{origin}`")]
    SecretNotAgreed {
        /// Its prompt: client secret or private key.
        key: &'static str,
        /// Where it would go.
        origin: String,
    },
    /// A connector that came with a file leads to this machine or its network, and nobody agreed to that yet.
    #[error("the connector `{connector}` leads to this machine or its network")]
    InsideNotAgreed {
        /// Its name.
        connector: String,
        /// The addresses that nobody agreed to.
        origins: Vec<String>,
    },
    /// Where the credential may go cannot be told.
    #[error(transparent)]
    Origins(#[from] OriginsError),
    /// The request cannot be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The credential cannot be used.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// No reply came.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The connector's script stopped it.
    #[error("the script of the connector stopped it in {}: {failure}", .event.name())]
    Script {
        /// The event.
        event: ScriptEvent,
        /// Why.
        failure: Failure,
    },
    /// The connector's script came with a file, and nobody agreed to it.
    #[error("nobody agreed to the script of the connector `{connector}`")]
    ScriptNotAgreed {
        /// Link name of the connector.
        connector: String,
    },
    /// The computed environment cannot be had.
    #[error("the environment cannot be had: {0}")]
    Environment(#[source] EnvironmentError),
    /// What a browser brought back matches no sign-in that waits.
    #[error("no sign-in waits for this address")]
    NoSuchSignIn,
    /// The attempt ended already.
    #[error("the attempt has ended")]
    AttemptEnded,
    /// Nobody signed in again lately, so there is nothing to bring back.
    #[error("the connection `{0}` has no sign-in to bring back")]
    NothingToUndo(String),
    /// The vault does not open.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The data cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The browser could not be opened.
    #[error(transparent)]
    Browser(BrowserError),
    /// The service does not say what it is.
    #[error("the sign-in could not begin")]
    SignIn(SignInFailure),
    /// The connection has nothing to be refreshed with.
    #[error("the connection cannot be refreshed")]
    NotRefreshable,
    /// The token was not refreshed; the one before is kept.
    #[error("the token was not refreshed")]
    NotRefreshed(SignInFailure),
    /// Another process refreshes it and does not come to an end.
    #[error("another process refreshes the token")]
    RefreshElsewhere,
    /// The service ended the authorization.
    #[error("the service ended the authorization: {code}")]
    Ended {
        /// The error code.
        code: String,
    },
    /// The connector names no address to revoke at.
    #[error("the connection cannot be revoked")]
    NotRevocable,
    /// The service was not told.
    #[error("the authorization was not revoked")]
    NotRevoked(SignInFailure),
    /// There is no address to ask about a token at, or no token to ask about.
    #[error("the service cannot be asked about the access that it gave")]
    NotIntrospectable,
    /// The service said nothing about the token.
    #[error("the service did not say whether the access still works")]
    NotIntrospected(SignInFailure),
    /// There is no clipboard, or it refused.
    #[error(transparent)]
    Clipboard(#[from] ClipboardError),
    /// Stored data does not fit this version.
    #[error("stored data cannot be read: {0}")]
    Stored(String),
}

impl Error {
    /// Nothing is called so.
    pub fn not_found(what: &'static str, name: impl Into<String>) -> Self {
        Self::NotFound { what, name: name.into() }
    }

    /// What shows why, where a sign-in failed before there was an attempt to keep it: the service said nothing of itself.
    pub fn evidence(&self) -> Option<Evidence> {
        let Self::SignIn(SignInFailure::NotUnderstood {
            endpoint: Endpoint::Metadata,
            status: Some(status),
            detail,
        }) = self
        else {
            return None;
        };
        let came = Came::Response { status: *status, headers: Default::default(), body: detail.clone() };
        let seen = Seen { request: None, came };
        let (connector, local) = Default::default();
        Some(Evidence { connector, step: FailedStep::Discovery, seen, local })
    }
}
