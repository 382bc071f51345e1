//! Why no reply came, told by the kinds of errors in the chain.

use domain::ports::{TransportClass, TransportError};
use std::{error::Error, io};

/// Puts a failure into its class. `proxied` says whether a proxy stood in between: then a failure to connect is the
/// proxy's.
pub(super) fn failure(error: reqwest::Error, proxied: bool) -> TransportError {
    let error = error.without_url();
    TransportError { class: class(&error, proxied), detail: chain(&error) }
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
