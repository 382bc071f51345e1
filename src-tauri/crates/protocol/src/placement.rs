//! Putting a value into a header, the query, a form body or a JSON body, without disturbing what is there.
//!
//! Rules: RFC 9110 §5 (header names and values), WHATWG `application/x-www-form-urlencoded` (query and form), RFC 8259
//! (JSON). Whatever could lead a credential elsewhere is refused: `Host`, `Content-Length`, hop-by-hop names (RFC 9110
//! §7.6.1), CR, LF, NUL.

use crate::message::{HeaderName, HeaderValue, Request, header};
use secret::SecretString;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Where a value stands in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the header of this name.
    Header(HeaderName),
    /// In the query, under this key.
    Query(String),
    /// In the path.
    Path,
    /// In the body, under this key.
    Body(String),
}

/// Why a value cannot be put where it should go. Never holds the value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlacementError {
    /// RFC 9110 §5.1: not a header name.
    #[error("`{0}` is no header name: use letters, digits and `-`")]
    HeaderName(String),
    /// A header that decides where a request goes or how it is framed.
    #[error("the header `{0}` is set by Patchbay itself")]
    ReservedHeader(String),
    /// RFC 9110 §5.5: a header value has no control characters; beyond ASCII they are ambiguous.
    #[error(
        "the value for `{0}` holds a line break, a control character or a letter outside ASCII, which no header can carry"
    )]
    HeaderValue(String),
    /// A form pair cannot join a body of another kind.
    #[error("the body is no form, so `{0}` cannot be put into it")]
    NotAForm(String),
    /// The body is not of the kind that fields can be put into.
    #[error("the body is no JSON object, so fields cannot be put into it")]
    NotAnObject,
    /// A JSON value could not be written.
    #[error("the value for `{0}` cannot be written as JSON")]
    Json(String),
    /// RFC 7617 §2: the user-id ends at the first colon.
    #[error("a user name for Basic cannot hold a colon")]
    ColonInUser,
    /// RFC 7617 §2: no control characters.
    #[error("the {0} holds a line break or a control character")]
    Control(&'static str),
}

const RESERVED: [HeaderName; 10] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::CONNECTION,
    header::TRANSFER_ENCODING,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::EXPECT,
];

/// Parses the name of a header that a connector or a person may set.
/// # Errors
/// [`PlacementError::HeaderName`] and [`PlacementError::ReservedHeader`].
pub fn parse_header_name(name: &str) -> Result<HeaderName, PlacementError> {
    let parsed =
        HeaderName::from_bytes(name.as_bytes()).map_err(|_| PlacementError::HeaderName(name.to_owned()))?;
    let hop_by_hop = matches!(parsed.as_str(), "keep-alive" | "proxy-connection");
    if RESERVED.contains(&parsed) || hop_by_hop {
        Err(PlacementError::ReservedHeader(name.to_owned()))
    } else {
        Ok(parsed)
    }
}

/// Sets a header to a secret value, replacing what was there.
/// # Errors
/// As [`parse_header_name`], and [`PlacementError::HeaderValue`].
pub fn put_header(request: &mut Request, name: &str, value: &SecretString) -> Result<Place, PlacementError> {
    let name = parse_header_name(name)?;
    // EXPOSE: the value becomes part of the outgoing request
    let text = value.expose();
    if !text.bytes().all(|byte| byte == b'\t' || (0x20..0x7f).contains(&byte)) {
        return Err(PlacementError::HeaderValue(name.to_string()));
    }
    let mut value = HeaderValue::from_str(text).map_err(|_| PlacementError::HeaderValue(name.to_string()))?;
    value.set_sensitive(true);
    request.headers.insert(name.clone(), value);
    Ok(Place::Header(name))
}

/// Appends a pair to the query; what is there keeps its own encoding.
pub fn put_query(request: &mut Request, key: &str, value: &SecretString) -> Place {
    request.url.set_fragment(None);
    let rest = request.url.query().filter(|query| !query.is_empty()).map(str::to_owned);
    let mut query = rest.map(|query| query + "&").unwrap_or_default();
    // EXPOSE: the value becomes part of the outgoing request
    query.push_str(&encode_pair(key, value.expose()));
    request.url.set_query(Some(&query));
    Place::Query(key.to_owned())
}

/// Appends a pair to a form body, which it makes where there is no body.
/// # Errors
/// [`PlacementError::NotAForm`] where the body is something else.
pub fn put_form(request: &mut Request, key: &str, value: &SecretString) -> Result<Place, PlacementError> {
    if request.body.is_empty() {
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers.insert(header::CONTENT_TYPE, form);
    } else if has_form_body(request) {
        request.body.push(b'&');
    } else {
        return Err(PlacementError::NotAForm(key.to_owned()));
    }
    // EXPOSE: the value becomes part of the outgoing request
    request.body.extend_from_slice(encode_pair(key, value.expose()).as_bytes());
    Ok(Place::Body(key.to_owned()))
}

/// Sets a top-level member of a JSON object body to `json`, in the place of one of that name or at the end. Whatever
/// else the body holds keeps its text, numbers their precision.
/// # Errors
/// [`PlacementError::NotAnObject`], [`PlacementError::Json`].
pub fn put_json_member(request: &mut Request, key: &str, json: &str) -> Result<Place, PlacementError> {
    let raw =
        |text: &str| RawValue::from_string(text.to_owned()).map_err(|_| PlacementError::Json(key.to_owned()));
    let mut members = parse_object(&request.body)?;
    match members.iter_mut().find(|(name, _)| name == key) {
        Some((_, value)) => *value = raw(json)?,
        None => members.push((key.to_owned(), raw(json)?)),
    }
    let mut body = String::from("{");
    for (index, (name, value)) in members.iter().enumerate() {
        if index > 0 {
            body.push(',');
        }
        body.push_str(&serde_json::Value::from(name.as_str()).to_string());
        body.push(':');
        body.push_str(value.get());
    }
    body.push('}');
    request.body = body.into_bytes();
    Ok(Place::Body(key.to_owned()))
}

/// Whether a JSON object body has a top-level member of that name.
/// # Errors
/// [`PlacementError::NotAnObject`].
pub fn has_member(request: &Request, key: &str) -> Result<bool, PlacementError> {
    Ok(parse_object(&request.body)?.iter().any(|(name, _)| name == key))
}

/// Whether the request says that its body is JSON (RFC 8259, RFC 6839 `+json`).
pub fn has_json_body(request: &Request) -> bool {
    has_content_type(request, |essence| essence == "application/json" || essence.ends_with("+json"))
}

/// Whether the request says that its body is a form.
pub fn has_form_body(request: &Request) -> bool {
    has_content_type(request, |essence| essence == "application/x-www-form-urlencoded")
}

fn has_content_type(request: &Request, is_it: impl FnOnce(&str) -> bool) -> bool {
    let content_type = request.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence =
        content_type.and_then(|text| text.split(';').next()).map(|text| text.trim().to_ascii_lowercase());
    essence.is_some_and(|essence| is_it(&essence))
}

fn encode_pair(key: &str, value: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair(key, value).finish()
}

fn parse_object(body: &[u8]) -> Result<Vec<(String, Box<RawValue>)>, PlacementError> {
    struct Members;
    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(String, Box<RawValue>)>;
        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a JSON object")
        }
        fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let members = deserializer.deserialize_map(Members).map_err(|_| PlacementError::NotAnObject)?;
    deserializer.end().map_err(|_| PlacementError::NotAnObject)?;
    Ok(members)
}
