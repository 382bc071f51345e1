//! HTTP as it goes over the wire: one request, one answer, no redirect followed, no cookie kept. It shares nothing with
//! the client that is tested.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{Request, header::CONTENT_TYPE};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;
use std::error::Error;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: String,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Where it sends a browser.
    pub fn location(&self) -> Option<&str> {
        self.headers.get("location").map(|value| value.to_str().unwrap())
    }
}

/// Fetches `url`.
pub fn get(url: &str) -> Answer {
    send(Request::get(url), String::new())
}

/// Posts a form.
pub fn post(url: &str, form: &[(&str, &str)]) -> Answer {
    send(form_request(url), encode(form))
}

/// The same with Basic authentication as RFC 6749 §2.3.1 wants it: both parts form-encoded first.
pub fn post_as((id, secret): (&str, &str), url: &str, form: &[(&str, &str)]) -> Answer {
    // Not every server reads `+` as a blank here.
    let escape = |text: &str| {
        url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
    };
    let pair = BASE64_STANDARD.encode(format!("{}:{}", escape(id), escape(secret)));
    send(form_request(url).header("authorization", format!("Basic {pair}")), encode(form))
}

/// Fetches `url` with a bearer token.
pub fn get_as(token: &str, url: &str) -> Answer {
    send(Request::get(url).header("authorization", format!("Bearer {token}")), String::new())
}

/// What the script of a landing page does: posts what stood behind the `#` to the page's own origin.
pub fn bring_fragment(address: &str, fragment: &str) -> Answer {
    let origin = url::Url::parse(address).unwrap().origin().ascii_serialization();
    let request = Request::post(format!("{address}/fragment"));
    send(request.header(CONTENT_TYPE, "text/plain").header("origin", origin), fragment.to_owned())
}

/// Fetches `url` from whoever may be gone; none where nobody answers.
pub fn try_get(url: &str) -> Option<Answer> {
    try_send(Request::get(url), String::new()).ok()
}

/// Sends `request`, head and body.
pub fn send(request: http::request::Builder, body: String) -> Answer {
    let uri = request.uri_ref().cloned().unwrap_or_default();
    try_send(request, body).unwrap_or_else(|error| panic!("{uri}: {error}"))
}

fn try_send(request: http::request::Builder, body: String) -> Result<Answer, Box<dyn Error>> {
    let request = request.body(Full::new(body.into_bytes().into()))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let client: Client<HttpConnector, Full<hyper::body::Bytes>> =
            Client::builder(TokioExecutor::new()).build_http();
        let (head, body) = client.request(request).await?.into_parts();
        let body = body.collect().await?.to_bytes();
        Ok(Answer {
            status: head.status.as_u16(),
            headers: head.headers,
            body: String::from_utf8_lossy(&body).into_owned(),
        })
    })
}

fn form_request(url: &str) -> http::request::Builder {
    Request::post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded")
}

/// A form body or query.
pub fn encode(form: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}
