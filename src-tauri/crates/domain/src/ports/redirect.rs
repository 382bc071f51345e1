//! The loopback way back from the browser (RFC 8252 §7.3).
//!
//! A [`RedirectListener`] listens at the address of one attempt and yields what arrives there, one [`Candidate`] after
//! the other. It judges nothing: whoever runs the attempt looks `state` up and answers with a [`Verdict`], which
//! becomes the page that the person sees. A candidate that is not ours changes nothing, and the listening goes on.
//!
//! Attempts listen side by side. Where two share an address (a fixed port), each candidate is shown to one after the
//! other until one takes it.

use super::BoxFuture;
use crate::connector::ResponseMode;
use secret::{SecretString, ServerText};

/// Opens loopback addresses for the time of an attempt.
pub trait RedirectListener: Send + Sync {
    /// Listens at `address` until the answer is dropped. `mode` widens what is taken: a reply in the query always, with
    /// [`ResponseMode::Fragment`] also one behind the `#`, with [`ResponseMode::FormPost`] also a posted form.
    /// # Errors
    /// [`ListenError`]; nothing is open then.
    fn listen(
        &self,
        address: LoopbackAddress,
        mode: ResponseMode,
    ) -> BoxFuture<'_, Result<Box<dyn Listening>, ListenError>>;
}

/// An open loopback address. Dropped, it is closed; a page that was answered still reaches the browser.
pub trait Listening: Send {
    /// The redirect address as it is to be registered and sent: with the port that was really taken.
    fn redirect_uri(&self) -> &str;
    /// Waits for what arrives next. `None` when nothing can arrive any more. Dropped in the middle, nothing is lost.
    fn next(&mut self) -> BoxFuture<'_, Option<Candidate>>;
}

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoopbackAddress {
    /// The host, which decides what is bound.
    pub host: LoopbackHost,
    /// The port that is registered with the service, or any free one.
    pub port: Option<u16>,
    /// The path, a slash first, as the connector writes it.
    pub path: String,
}

/// The hosts of a loopback redirect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LoopbackHost {
    /// `127.0.0.1`, and nothing else.
    V4,
    /// `localhost`: both 127.0.0.1 and ::1 on one port, so that nobody else gets what one of them receives.
    Localhost,
    /// `[::1]`, and nothing else.
    V6,
}

impl LoopbackHost {
    /// Reads the `redirect_host` of a connector.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::V4, Self::Localhost, Self::V6].into_iter().find(|host| host.as_str() == text)
    }

    /// As it stands in an address.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V4 => "127.0.0.1",
            Self::Localhost => "localhost",
            Self::V6 => "[::1]",
        }
    }
}

/// Why nobody listens.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListenError {
    /// Another program has the port.
    #[error("port {port} is used by another program")]
    InUse {
        /// The port.
        port: u16,
    },
    /// The system keeps the port for itself: ports below 1024, and ranges that Windows reserves.
    #[error("the system does not let port {port} be used")]
    NotAllowed {
        /// The port.
        port: u16,
    },
    /// This machine has no IPv6, so `[::1]` and `localhost` as a whole cannot be bound.
    #[error("this machine has no IPv6 loopback address")]
    NoIpv6,
    /// Anything else.
    #[error("the loopback address cannot be opened: {detail}")]
    Failed {
        /// The system's own words.
        detail: String,
    },
}

/// Something that arrived at the redirect address and may be the answer to an attempt.
pub struct Candidate {
    /// What arrived. It holds code, token and state.
    pub arrived: Arrived,
    answer: Box<dyn FnOnce(Verdict) + Send>,
}

/// What the browser brought.
#[derive(Clone, Debug)]
pub enum Arrived {
    /// The whole address, with its query or its fragment, as the browser had it.
    Address(SecretString),
    /// The pairs of a posted form, decoded, in their order. Names may come twice.
    Form(Vec<(String, SecretString)>),
}

/// What the attempt thinks of a candidate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Its `state` is not one that waits for this address: unknown, wrong, expired, used, missing or doubled.
    NotOurs,
    /// It was taken, and the attempt goes on in Patchbay.
    Taken {
        /// What the connection is called.
        connection: String,
    },
    /// It was taken, and says that the service refused.
    Refused {
        /// What the connection is called.
        connection: String,
        /// What the service said.
        said: ServerText,
    },
}

impl Candidate {
    /// A candidate whose page waits for `answer` to be called.
    pub fn new(arrived: Arrived, answer: impl FnOnce(Verdict) + Send + 'static) -> Self {
        Self { arrived, answer: Box::new(answer) }
    }

    /// Answers the page. Dropped without, a candidate counts as [`Verdict::NotOurs`].
    pub fn answer(self, verdict: Verdict) {
        (self.answer)(verdict);
    }
}

impl std::fmt::Debug for Candidate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Candidate").field("arrived", &self.arrived).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_as_connectors_write_them() {
        for host in [LoopbackHost::V4, LoopbackHost::Localhost, LoopbackHost::V6] {
            assert_eq!(LoopbackHost::parse(host.as_str()), Some(host));
        }
        for text in ["", "::1", "127.0.0.2", "0.0.0.0", "LOCALHOST", "localhost.evil.example"] {
            assert_eq!(LoopbackHost::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_candidate_is_not_shown_in_the_clear() {
        let address = "http://127.0.0.1:1/callback?code=hunter2&state=hunter3";
        for arrived in [
            Arrived::Address(SecretString::new(address.into())),
            Arrived::Form(vec![("code".into(), SecretString::new("hunter2".into()))]),
        ] {
            let shown = format!("{:?}", Candidate::new(arrived, |_| ()));
            assert!(!shown.contains("hunter"), "{shown}");
        }
    }
}
