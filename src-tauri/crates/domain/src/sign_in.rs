//! Sign-ins: what an attempt whose credential comes from the service has besides.
//!
//! Nothing here is secret: `state`, verifier, nonce, code and tokens are sealed in the attempt's slot. A redirect is
//! matched by [`StateKey`], a digest, so that neither the database nor a copy of it holds a usable `state`.

use crate::{Timestamp, authorization::Expiry, id::RegistrationId, ports::TransportClass};
use serde::{Deserialize, Serialize};

/// The sign-in of an attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignIn {
    /// The client credentials that it uses.
    pub registration: Option<RegistrationId>,
    /// How the person comes back; none for grants without a browser.
    pub redirect: Option<Redirect>,
    /// What its redirect is found by.
    pub state_key: Option<StateKey>,
    /// Whether the sign-in page opens in a window without cookies.
    pub private: bool,
    /// Whether this program opens the browser; else the address is handed out.
    pub opens_browser: bool,
    /// What happened so far, oldest first.
    pub steps: Vec<Step>,
    /// Permissions that were granted, once the service told.
    pub granted: Vec<String>,
    /// When the credential ends, once the service told.
    pub expiry: Expiry,
    /// Who signed in, as the service told it beside the tokens.
    pub account: Option<String>,
}

impl SignIn {
    /// Writes down that `kind` happened.
    pub fn note(&mut self, kind: StepKind, at: Timestamp) {
        self.steps.push(Step { kind, at });
    }
}

/// A digest of `state` (RFC 6749 §4.1.1), or of the temporary token of OAuth 1.0a.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StateKey(String);

impl StateKey {
    /// The key for a digest.
    pub fn of_digest(digest: &[u8]) -> Self {
        Self(digest.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The key as rows hold it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How the person comes back from the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redirect {
    /// By which way.
    pub way: Way,
    /// The redirect address as it is registered and sent.
    pub uri: String,
}

/// The ways back from the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// `dev.patchbay:/oauth/callback`, through the OS.
    App,
    /// A listener on this machine (RFC 8252 §7.3).
    Loopback,
    /// The person pastes the address that they land on.
    Manual,
    /// The person types the PIN that the service shows (RFC 5849 §2.1, `oob`).
    Pin,
}

/// Something that happened during a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What.
    pub kind: StepKind,
    /// When.
    pub at: Timestamp,
}

/// What may happen during a sign-in, in the order of the usual case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
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

/// What the person has to do in the browser, while an attempt waits for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevicePrompt {
    /// The code to type (RFC 8628 §3.2). Made to be shown.
    pub user_code: String,
    /// Where to type it.
    pub verification_uri: String,
    /// The same with the code in it.
    pub verification_uri_complete: Option<String>,
}

/// The endpoints of a service that a sign-in or a token's life meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "the names are those of RFC 5849, 6749, 7009, 7662, 8414, 8628 and OpenID Connect"
)]
pub enum Endpoint {
    TemporaryCredentials,
    Authorization,
    DeviceAuthorization,
    Token,
    Revocation,
    Introspection,
    Userinfo,
    Metadata,
    Jwks,
}

/// Why a sign-in brought no credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum SignInFailure {
    /// The service answered with an error (RFC 6749 §4.1.2.1, §5.2).
    Answered {
        /// Which endpoint.
        endpoint: Endpoint,
        /// HTTP status; none where the browser brought it.
        status: Option<u16>,
        /// The error code.
        code: String,
        /// What the service said, quoted, capped, known secrets masked.
        said: Option<String>,
    },
    /// The service refused the time or the nonce of a signed request, or refused it while the clocks differ (RFC 5849 §3.3).
    Clock {
        /// Which endpoint.
        endpoint: Endpoint,
        /// HTTP status.
        status: Option<u16>,
        /// By how many seconds this machine is behind the service, as the service's `Date` tells; none where they agree.
        seconds: Option<i64>,
        /// What the service said, quoted, capped, known secrets masked.
        said: Option<String>,
    },
    /// The service does not confirm that it heard where the person comes back to (RFC 5849 §2.1).
    NotConfirmed,
    /// The reply cannot be used.
    NotUnderstood {
        /// Which endpoint.
        endpoint: Endpoint,
        /// HTTP status; none where the browser brought it.
        status: Option<u16>,
        /// What does not fit, without a value of the reply.
        detail: String,
    },
    /// No reply came.
    Unreachable {
        /// Which endpoint.
        endpoint: Endpoint,
        /// In which way.
        class: TransportClass,
        /// The library's own words.
        detail: String,
    },
    /// The reply is not from the service that was asked (RFC 9207, OpenID Connect Core §3.1.3.7).
    NotTrusted {
        /// Which check did not hold, by the name of the claim or part that it is about.
        #[serde(default)]
        check: Option<String>,
        /// The same in words, without a value of the reply.
        detail: String,
    },
    /// The time was over before the person came back.
    TimedOut,
    /// The browser could not be opened.
    NoBrowser {
        /// The library's own words.
        detail: String,
    },
    /// The app link would not come back to this program.
    NoAppLink {
        /// What would get it; nobody where none.
        handler: Option<String>,
    },
    /// The listener for the redirect could not be opened.
    NoListener {
        /// The library's own words.
        detail: String,
    },
    /// The connector's script stopped it.
    Script {
        /// The event of the script.
        event: String,
        /// What it said, and where.
        said: String,
    },
    /// The run ended early.
    Interrupted {
        /// What stopped it.
        detail: String,
    },
}
