//! Why no reply came, told by the kinds of errors in the chain.

use domain::{
    evidence::Fault,
    ports::{TransportClass, TransportError},
};
use rustls::{AlertDescription, CertificateError};
use std::{error::Error, io};

/// Puts a failure into its class. `proxied` says whether a proxy stood in between: then a failure to connect is the
/// proxy's.
pub(super) fn failure(error: reqwest::Error, proxied: bool) -> TransportError {
    let error = error.without_url();
    let class = class(&error, proxied);
    TransportError { class, fault: fault(&error, class), detail: chain(&error) }
}

fn class(error: &reqwest::Error, proxied: bool) -> TransportClass {
    let links = || Links(Some(error));
    let is_tls = links().any(|link| link.is::<rustls::Error>());
    if is_tls {
        TransportClass::Tls
    } else if error.is_timeout() {
        TransportClass::Timeout
    } else if error.is_connect() {
        match proxied {
            true => TransportClass::Proxy,
            false if error.is_dns() => TransportClass::Resolve,
            false => TransportClass::Connect,
        }
    } else if error.is_builder() {
        // The address or a header cannot be sent, so nobody was asked.
        TransportClass::Connect
    } else if is_unreadable(error) {
        TransportClass::Unreadable
    } else {
        TransportClass::Broken
    }
}

/// What broke, where the kind of an error in the chain tells it.
fn fault(error: &reqwest::Error, class: TransportClass) -> Option<Fault> {
    let links = || Links(Some(error));
    if let Some(tls) = links().find_map(|link| link.downcast_ref::<rustls::Error>()) {
        return tls_fault(tls);
    }
    let kinds = || links().filter_map(|link| link.downcast_ref::<io::Error>()).map(io::Error::kind);
    match class {
        TransportClass::Timeout if error.is_connect() => Some(Fault::NoAnswer),
        TransportClass::Proxy if kinds().any(|kind| kind == io::ErrorKind::ConnectionRefused) => {
            Some(Fault::ProxyUnreachable)
        }
        TransportClass::Connect => kinds().find_map(|kind| match kind {
            io::ErrorKind::ConnectionRefused => Some(Fault::Refused),
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => Some(Fault::Reset),
            io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Some(Fault::Unreachable),
            _ => None,
        }),
        _ => None,
    }
}

fn tls_fault(error: &rustls::Error) -> Option<Fault> {
    match error {
        rustls::Error::InvalidCertificate(why) => match why {
            CertificateError::UnknownIssuer => Some(Fault::UnknownIssuer),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Some(Fault::Expired),
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                Some(Fault::NotYetValid)
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Some(Fault::WrongName)
            }
            _ => None,
        },
        rustls::Error::AlertReceived(AlertDescription::CertificateRequired) => {
            Some(Fault::ClientCertificateWanted)
        }
        rustls::Error::AlertReceived(
            AlertDescription::HandshakeFailure
            | AlertDescription::ProtocolVersion
            | AlertDescription::InsufficientSecurity,
        )
        | rustls::Error::PeerIncompatible(_) => Some(Fault::NothingInCommon),
        rustls::Error::InvalidMessage(_) => Some(Fault::NotTls),
        _ => None,
    }
}

/// Whether all bytes came, and mean nothing.
fn is_unreadable(error: &reqwest::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, NotConnected};
    let links = || Links(Some(error));
    match links().find_map(|link| link.downcast_ref::<hyper::Error>()) {
        Some(hyper) => {
            hyper.is_parse() || has_kind(links(), &[io::ErrorKind::InvalidData, io::ErrorKind::InvalidInput])
        }
        // What no part of HTTP complained about, the decoder did.
        None => {
            error.is_decode()
                && !has_kind(links(), &[ConnectionReset, ConnectionAborted, BrokenPipe, NotConnected])
        }
    }
}

fn has_kind<'a>(links: impl Iterator<Item = &'a (dyn Error + 'static)>, kinds: &[io::ErrorKind]) -> bool {
    links.filter_map(|link| link.downcast_ref::<io::Error>()).any(|io| kinds.contains(&io.kind()))
}

/// The libraries' own words, outermost first.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let words = cause.to_string();
        // Some wrappers print their cause themselves.
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        next = cause.source();
    }
    text
}

/// The error and its causes. An `io::Error` hides the error that it wraps behind that one's own cause.
struct Links<'a>(Option<&'a (dyn Error + 'static)>);

impl<'a> Iterator for Links<'a> {
    type Item = &'a (dyn Error + 'static);

    fn next(&mut self) -> Option<Self::Item> {
        let link = self.0?;
        self.0 = match link.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => link.source(),
        };
        Some(link)
    }
}
