//! Requests and replies as values, before and after the network.

pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;
pub use url::Url;

/// A request ready to be sent. May hold a credential: it has no `Display` and its `Debug` shows no value.
#[derive(Clone)]
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// Where it goes.
    pub url: Url,
    /// What goes with it; credentials are marked sensitive.
    pub headers: HeaderMap,
    /// The body, empty for none.
    pub body: Vec<u8>,
}

impl Request {
    /// A request without headers and body.
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: Vec::new() }
    }
}

impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("host", &self.url.host_str())
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("bytes", &self.body.len())
            .finish()
    }
}

/// What makes one signed request another than the next.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    /// When it is signed.
    pub at: Timestamp,
    /// 32 fresh random bytes: a nonce is made of them, and so is what blinds an RSA signature.
    pub entropy: [u8; 32],
}

/// A reply, its body already decoded and capped.
#[derive(Clone)]
pub struct Response {
    /// HTTP status.
    pub status: StatusCode,
    /// Reply headers as they came.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Response").field("status", &self.status).field("bytes", &self.body.len()).finish()
    }
}
