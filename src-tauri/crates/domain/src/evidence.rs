//! Evidence: what is known of one failure, from which its causes are told. Secrets are masked before it is made.
//!
//! It is plain data, so that it can be kept with what failed, shown, and told about later; what it means is decided by
//! the engine's rules alone. The words are those of the services and of the standards, so that failures recorded
//! elsewhere can be read in the same form.
//!
//! **Never**: holds a secret, a code, a token or a state; these stand as `<name>`.

use crate::ports::{TransportClass, TransportError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// What is known of one failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Settings of the connector that matter, by their names in a connector file, addresses by those of RFC 8414.
    #[serde(default)]
    pub connector: Map<String, Value>,
    /// Where it happened.
    pub step: FailedStep,
    /// What was exchanged.
    #[serde(rename = "evidence")]
    pub seen: Seen,
    /// What is known besides: ages, differences of clocks, what was stored.
    #[serde(default)]
    pub local: Map<String, Value>,
}

/// Where something failed, in the order of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum FailedStep {
    Resolve,
    Connect,
    Tls,
    Proxy,
    Authorize,
    Redirect,
    Token,
    Refresh,
    Revoke,
    Discovery,
    IdToken,
    Verify,
    Call,
}

/// One exchange: what was sent, where something was, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// What was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<Asked>,
    /// What came of it.
    #[serde(flatten)]
    pub came: Came,
}

/// What was sent, secrets as `<name>`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// HTTP method.
    pub method: String,
    /// The address.
    pub url: String,
    /// Headers that matter, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Members of the body; nothing where it has none.
    pub body: Value,
}

/// What came of a request or a sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Came {
    /// The service answered, with an error or with what hides one.
    Response {
        /// HTTP status.
        status: u16,
        /// Headers, names in lower case.
        #[serde(default)]
        headers: BTreeMap<String, String>,
        /// The body as text, capped.
        #[serde(default)]
        body: String,
    },
    /// No reply came.
    Transport(Unanswered),
    /// What the browser brought, by the names of its parameters.
    Redirect(Map<String, Value>),
    /// What stood in the browser, as the person pasted it.
    Page(Map<String, Value>),
    /// The browser brought nothing.
    Nothing(Map<String, Value>),
    /// A check of ours did not hold: its name, what was expected, and what stood there.
    Check(Map<String, Value>),
}

impl Unanswered {
    /// What a transport error tells.
    pub fn of(error: &TransportError) -> Self {
        let (class, kind) = match (error.class, error.fault) {
            (_, Some(Fault::Refused)) => ("connect", "refused"),
            (_, Some(Fault::Unreachable)) => ("connect", "unreachable"),
            (_, Some(Fault::NoAnswer)) => ("timeout", "connect"),
            (_, Some(Fault::Reset)) => ("connect", "reset"),
            (_, Some(Fault::UnknownIssuer | Fault::Expired | Fault::NotYetValid | Fault::WrongName)) => {
                ("connect", "tls_certificate")
            }
            (_, Some(Fault::ClientCertificateWanted | Fault::NothingInCommon)) => ("connect", "tls_alert"),
            (_, Some(Fault::NotTls)) => ("connect", "tls_message"),
            (_, Some(Fault::ProxyAuthentication | Fault::ProxyRefused | Fault::ProxyUnreachable))
            | (TransportClass::Proxy, _) => ("connect", "proxy_tunnel"),
            (TransportClass::Resolve, _) => ("connect", "dns"),
            (TransportClass::Connect, _) => ("connect", "unreachable"),
            (TransportClass::Tls, _) => ("connect", "tls"),
            (TransportClass::Timeout, _) => ("timeout", "response"),
            (TransportClass::Broken, _) => ("request", "incomplete_message"),
            (TransportClass::TooLarge, _) => ("body", "too_large"),
            (TransportClass::Unreadable, _) => ("body", "unreadable"),
        };
        Self { class: class.into(), kind: kind.into(), fault: error.fault, chain: vec![error.detail.clone()] }
    }
}

/// Why no reply came, told by kinds; the library's words are only for people to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unanswered {
    /// `connect`, `timeout`, `request`, `redirect`, `builder` or `local`.
    pub class: String,
    /// What of it, such as `dns`, `refused` or `tls_certificate`.
    pub kind: String,
    /// What is wrong with the certificate, or what the other side complained of, where the kind of the error tells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// The library's own words, outermost first.
    #[serde(default)]
    pub chain: Vec<String>,
}

/// What broke a connection, as far as the kind of the error tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Nothing listens at that port.
    Refused,
    /// There is no way to that address.
    Unreachable,
    /// Nobody answered to the first word.
    NoAnswer,
    /// The other side hung up.
    Reset,
    /// The certificate comes from nobody who is trusted here.
    UnknownIssuer,
    /// The certificate has ended.
    Expired,
    /// The certificate has not begun.
    NotYetValid,
    /// The certificate is another host's.
    WrongName,
    /// The other side wants a certificate of ours.
    ClientCertificateWanted,
    /// Both sides have no version or cipher in common.
    NothingInCommon,
    /// What came is no TLS.
    NotTls,
    /// The proxy wants to know who asks.
    ProxyAuthentication,
    /// The proxy does not let the request through.
    ProxyRefused,
    /// The proxy is not there.
    ProxyUnreachable,
}
