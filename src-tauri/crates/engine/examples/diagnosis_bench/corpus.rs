//! The corpus: failures that really happened, each with its cause, read as the diagnosis gets them.
//!
//! A recorded transport error has only the libraries' words, where the program has the kinds of the errors; what kind
//! these words stand for is told here, so that no rule ever reads them.

use domain::evidence::{Came, Evidence, Fault};
use serde::Deserialize;

/// One case.
#[derive(Debug, Deserialize)]
pub struct Case {
    /// Its name.
    pub id: String,
    /// Its family.
    pub family: String,
    /// What the diagnosis gets, and nothing else of the case.
    #[serde(flatten)]
    pub evidence: Evidence,
    /// What it should say.
    pub expect: Expected,
    /// What it should highlight.
    pub quote: String,
}

/// What the diagnosis should say.
#[derive(Debug, Deserialize)]
pub struct Expected {
    /// The cause.
    pub cause: String,
    /// Causes that are right too.
    #[serde(default)]
    pub alternatives: Vec<String>,
    /// What helps.
    pub fix: String,
    /// What helps too.
    #[serde(default)]
    pub fix_alternatives: Vec<String>,
}

/// All cases.
#[derive(Debug)]
pub struct Corpus(pub Vec<Case>);

impl Corpus {
    /// The corpus beside this file.
    pub fn own() -> Result<Self, String> {
        Self::read(include_str!("failures.json"))
    }

    /// Reads a corpus.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut cases: Vec<Case> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        for case in &mut cases {
            if let Came::Transport(why) = &mut case.evidence.seen.came {
                why.fault = fault(&why.kind, &why.chain.join("\n").to_lowercase());
            }
        }
        Ok(Self(cases))
    }
}

/// The kind that the words of the libraries stand for.
fn fault(kind: &str, words: &str) -> Option<Fault> {
    let says = |any: &[&str]| any.iter().any(|wanted| words.contains(wanted));
    match kind {
        "tls_certificate"
            if says(&["unknownissuer", "unknown issuer", "self-signed", "self signed", "unable to get"]) =>
        {
            Some(Fault::UnknownIssuer)
        }
        "tls_certificate" if says(&["not valid yet", "notvalidyet"]) => Some(Fault::NotYetValid),
        "tls_certificate" if says(&["expired"]) => Some(Fault::Expired),
        "tls_certificate" if says(&["for name", "forname", "hostname"]) => Some(Fault::WrongName),
        "tls_alert"
            if says(&[
                "certificaterequired",
                "certificate required",
                "certificate_required",
                "badcertificate",
            ]) =>
        {
            Some(Fault::ClientCertificateWanted)
        }
        "tls_alert"
            if says(&["handshakefailure", "protocolversion", "insufficientsecurity", "protocol version"]) =>
        {
            Some(Fault::NothingInCommon)
        }
        "tls_message" => Some(Fault::NotTls),
        "proxy_tunnel" if says(&["proxy authorization", "proxy authentication", "407"]) => {
            Some(Fault::ProxyAuthentication)
        }
        "proxy_tunnel" if says(&["403", "forbidden"]) => Some(Fault::ProxyRefused),
        _ => None,
    }
}
