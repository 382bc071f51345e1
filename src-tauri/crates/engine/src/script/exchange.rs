//! Between requests and replies and what a script sees of them.
//!
//! Only what the script changed is applied, so what it does not touch stays byte for byte: repeated headers, the spelling
//! of the query, numbers in JSON. What it changed is checked like the words of any stranger.

use super::{Failure, FailureKind, ScriptEvent};
use domain::origin::Origin;
use protocol::{
    message::{HeaderMap, HeaderName, HeaderValue, Request, Response, Url, header},
    placement::{PlacementError, parse_header_name},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an event finds.
#[derive(Debug, Serialize)]
pub(crate) struct Input<'a> {
    pub context: ContextSeen<'a>,
    pub method: String,
    pub endpoint: String,
    pub auth_value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestSeen>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<ResponseSeen>,
}

/// `script_execution_context`.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ContextSeen<'a> {
    pub event: &'static str,
    pub connector: &'a str,
    pub authentication: &'static str,
    pub settings: &'a BTreeMap<String, String>,
    pub example: bool,
}

/// Names with their values, in order.
pub(crate) type Pairs = Vec<(String, Vec<String>)>;

/// A request as a script finds and leaves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RequestSeen {
    pub headers: Vec<(String, String)>,
    pub parameters: Pairs,
    pub body: Option<String>,
}

/// A reply as a script finds and leaves it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct ResponseSeen {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
}

/// What a script left.
#[derive(Debug, Deserialize)]
pub(crate) struct Left {
    pub verdict: Option<bool>,
    pub returned: Option<String>,
    pub request: Option<RequestLeft>,
    pub response: Option<ResponseLeft>,
}

/// A request as a script left it.
#[derive(Debug, Deserialize)]
pub(crate) struct RequestLeft {
    pub endpoint: String,
    pub headers: Vec<(String, String)>,
    pub parameters: Pairs,
    pub body: Option<String>,
}

/// A reply as a script left it.
#[derive(Debug, Deserialize)]
pub(crate) struct ResponseLeft {
    pub headers: Vec<(String, String)>,
    pub body: Option<String>,
}

/// What a script changed in a request, so that it can be shown without its values: they may be made of secrets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub headers: Vec<HeaderName>,
    pub parameters: Vec<String>,
    pub path: bool,
    pub body: bool,
}

impl RequestSeen {
    /// What a script finds of `request`.
    pub fn of(request: &Request) -> Self {
        let mut parameters: Pairs = Vec::new();
        for (name, value) in request.url.query_pairs() {
            match parameters.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value.into_owned()),
                None => parameters.push((name.into_owned(), vec![value.into_owned()])),
            }
        }
        Self { headers: headers_of(&request.headers), parameters, body: text_of(&request.body) }
    }
}

impl ResponseSeen {
    /// What a script finds of `response`.
    pub fn of(response: &Response) -> Self {
        Self {
            status: response.status.as_u16(),
            headers: headers_of(&response.headers),
            body: text_of(&response.body),
        }
    }
}

impl Left {
    /// What the script decided.
    /// # Errors
    /// [`FailureKind::Stopped`], [`FailureKind::Returned`].
    pub fn judged(self, event: ScriptEvent) -> Result<Self, Failure> {
        match self.verdict {
            Some(true) => Ok(self),
            Some(false) => {
                Err(Failure::new(FailureKind::Stopped, format!("{} returned false", event.name())))
            }
            None => {
                let returned = self.returned.as_deref().unwrap_or("nothing");
                let message = match returned {
                    "undefined" => format!("{} returned nothing; end it with `return true`", event.name()),
                    other => format!("{} returned {other}, neither true nor false", event.name()),
                };
                Err(Failure::new(FailureKind::Returned, message))
            }
        }
    }
}

impl RequestLeft {
    /// Puts what the script changed into `request`, of which it found `seen`.
    /// # Errors
    /// [`FailureKind::Unfit`].
    pub fn apply(self, request: &mut Request, seen: &RequestSeen) -> Result<Changes, Failure> {
        let mut changes = Changes::default();
        let url = endpoint_of(&request.url);
        if self.endpoint != url {
            let query = request.url.query().map(str::to_owned);
            request.url = parse_endpoint(&self.endpoint)?;
            request.url.set_query(query.as_deref());
            changes.path = true;
        }
        if self.parameters != seen.parameters {
            changes.parameters = self
                .parameters
                .iter()
                .filter(|pair| !seen.parameters.contains(pair))
                .map(|(name, _)| name.clone())
                .collect();
            request.url.set_query(None);
            let flat =
                self.parameters.iter().flat_map(|(name, values)| values.iter().map(move |v| (name, v)));
            let pairs: Vec<_> = flat.collect();
            if !pairs.is_empty() {
                request.url.query_pairs_mut().extend_pairs(pairs);
            }
        }
        changes.headers = apply_headers(&mut request.headers, &seen.headers, &self.headers)?;
        if self.body != seen.body {
            request.body = self.body.unwrap_or_default().into_bytes();
            changes.body = true;
            if !request.body.is_empty() && !request.headers.contains_key(header::CONTENT_TYPE) {
                request.headers.insert(header::CONTENT_TYPE, guessed_type(&request.body));
            }
        }
        Ok(changes)
    }
}

impl ResponseLeft {
    /// Puts what the script changed into `response`, of which it found `seen`.
    /// # Errors
    /// [`FailureKind::Unfit`].
    pub fn apply(self, response: &mut Response, seen: &ResponseSeen) -> Result<(), Failure> {
        apply_headers(&mut response.headers, &seen.headers, &self.headers)?;
        if self.body != seen.body {
            response.body = self.body.unwrap_or_default().into_bytes();
            // What they tell of the body is that of the service's.
            for stale in [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::ETAG] {
                response.headers.remove(stale);
            }
        }
        Ok(())
    }
}

/// What a body is, where nobody says.
pub(crate) fn guessed_type(body: &[u8]) -> HeaderValue {
    let json = serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok();
    HeaderValue::from_static(if json { "application/json" } else { "text/plain; charset=utf-8" })
}

/// The address without query and fragment.
pub(crate) fn endpoint_of(url: &Url) -> String {
    let mut bare = url.clone();
    bare.set_query(None);
    bare.set_fragment(None);
    bare.into()
}

/// An address as a script may write one. Whether the credential may go there is asked afterwards.
fn parse_endpoint(text: &str) -> Result<Url, Failure> {
    let unfit = |what: &str| Failure::new(FailureKind::Unfit, format!("method_endpoint {what}"));
    if text.contains(['\r', '\n', '\t', '\\', '\0']) {
        return Err(unfit("holds a line break or a backslash"));
    }
    let url = Url::parse(text).map_err(|_| unfit("is no address"))?;
    if Origin::of(&url).is_none() || !url.username().is_empty() || url.password().is_some() {
        return Err(unfit("is no plain web address"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(unfit("holds a query, which belongs into method_request_parameters"));
    }
    Ok(url)
}

fn apply_headers(
    headers: &mut HeaderMap,
    seen: &[(String, String)],
    left: &[(String, String)],
) -> Result<Vec<HeaderName>, Failure> {
    let unfit = |error: PlacementError| Failure::new(FailureKind::Unfit, error.to_string());
    let mut changed = Vec::new();
    for (name, value) in left {
        let before = seen.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        if before.is_some_and(|(_, known)| known == value) {
            continue;
        }
        let name = parse_header_name(name).map_err(unfit)?;
        let fits = value.bytes().all(|byte| byte == b'\t' || (0x20..0x7f).contains(&byte));
        let refused = || unfit(PlacementError::HeaderValue(name.to_string()));
        let mut value = HeaderValue::from_str(value).map_err(|_| refused())?;
        if !fits {
            return Err(refused());
        }
        value.set_sensitive(true);
        headers.insert(name.clone(), value);
        changed.push(name);
    }
    for (name, _) in seen {
        if !left.iter().any(|(kept, _)| kept.eq_ignore_ascii_case(name)) {
            headers.remove(name.as_str());
        }
    }
    Ok(changed)
}

/// Each name once; several values stand behind another, as RFC 9110 §5.3 allows.
fn headers_of(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers
        .keys()
        .map(|name| {
            let values: Vec<_> = headers.get_all(name).iter().map(text).collect();
            (name.as_str().to_owned(), values.join(", "))
        })
        .collect()
}

fn text_of(body: &[u8]) -> Option<String> {
    std::str::from_utf8(body).ok().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::message::Method;

    fn request() -> Request {
        let mut request =
            Request::new(Method::POST, Url::parse("https://api.example/a%20b?x=1&y=%41&x=2").unwrap());
        request.headers.insert("accept", HeaderValue::from_static("application/json"));
        request.headers.append("x-many", HeaderValue::from_static("1"));
        request.headers.append("x-many", HeaderValue::from_static("2"));
        request.body = br#"{"id":12345678901234567890}"#.to_vec();
        request
    }

    fn left(seen: &RequestSeen) -> RequestLeft {
        RequestLeft {
            endpoint: "https://api.example/a%20b".into(),
            headers: seen.headers.clone(),
            parameters: seen.parameters.clone(),
            body: seen.body.clone(),
        }
    }

    #[test]
    fn what_a_script_does_not_touch_stays_byte_for_byte() {
        let mut request = request();
        let before = request.clone();
        let seen = RequestSeen::of(&request);
        assert_eq!(left(&seen).apply(&mut request, &seen).unwrap(), Changes::default());
        assert_eq!(request.url, before.url);
        assert_eq!(request.headers, before.headers);
        assert_eq!(request.body, before.body);
    }

    #[test]
    fn what_a_script_changed_is_applied_and_told() {
        let mut request = request();
        let seen = RequestSeen::of(&request);
        let mut left = left(&seen);
        left.endpoint = "https://api.example/v2".into();
        left.headers.retain(|(name, _)| name != "accept");
        left.headers.push(("X-Sign".into(), "abc".into()));
        left.parameters.push(("z z".into(), vec!["ü".into()]));
        left.body = Some("plain".into());
        let changes = left.apply(&mut request, &seen).unwrap();
        assert_eq!(request.url.as_str(), "https://api.example/v2?x=1&x=2&y=A&z+z=%C3%BC");
        assert_eq!(request.headers.get("accept"), None);
        assert!(request.headers["x-sign"].is_sensitive());
        assert_eq!(request.body, b"plain");
        assert_eq!(changes.parameters, ["z z"]);
        assert_eq!(changes.headers, ["x-sign"]);
        assert!(changes.path && changes.body);
    }

    #[test]
    fn a_script_sets_no_header_that_frames_or_leads_a_request() {
        for (name, value) in [
            ("Host", "evil.example"),
            ("Content-Length", "0"),
            ("Transfer-Encoding", "chunked"),
            ("Connection", "close"),
            ("Proxy-Authorization", "x"),
            ("X-A", "a\r\nHost: evil.example"),
            ("X-A", "a\nb"),
            ("X-A", "a\0"),
            ("X-A", "ü"),
            ("X A", "a"),
            ("X-A\r\nY", "a"),
            ("", "a"),
        ] {
            let mut request = request();
            let seen = RequestSeen::of(&request);
            let mut left = left(&seen);
            left.headers.push((name.into(), value.into()));
            let error = left.apply(&mut request, &seen).unwrap_err();
            assert_eq!(error.kind, FailureKind::Unfit, "{name}: {value}");
        }
    }

    #[test]
    fn a_script_writes_no_address_that_is_no_plain_web_address() {
        for text in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://user:pw@api.example/",
            "https://api.example\\@evil.example/",
            "https://api.example/\r\nHost: evil",
            "https://api.example/?a=b",
            "https://api.example/#f",
            "/relative",
            "",
        ] {
            let mut request = request();
            let seen = RequestSeen::of(&request);
            let error = RequestLeft { endpoint: text.into(), ..left(&seen) }.apply(&mut request, &seen);
            assert_eq!(error.unwrap_err().kind, FailureKind::Unfit, "{text}");
        }
    }
}
