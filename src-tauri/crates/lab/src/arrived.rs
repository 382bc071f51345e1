//! A request as it arrived, taken apart once for everyone who looks at it.

use crate::{
    address::{Target, TargetError},
    decode,
};
use hyper::{HeaderMap, Method, Uri, header};
use secret::ServerText;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value};

/// A request, its body read to the end.
#[derive(Debug)]
pub(crate) struct Arrived {
    pub method: Method,
    pub target: Target,
    /// The pairs of the query, decoded, in order.
    pub query: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: Body,
    /// The same as it was spelled, for what is signed.
    pub spelled: Spelled,
}

/// Parts of a request as they were spelled.
#[derive(Debug, Default)]
pub(crate) struct Spelled {
    pub path: String,
    pub query: String,
    pub body: Vec<u8>,
}

/// A body, read as its content type says.
#[derive(Debug, PartialEq)]
pub(crate) enum Body {
    /// There is none.
    Empty,
    /// `application/x-www-form-urlencoded`: the pairs, decoded, in order.
    Form(Vec<(String, String)>),
    /// `application/json` or `…+json`. `repeated` names members of the object that stand there more than once.
    Json { value: Value, repeated: Vec<String> },
    /// The content type says JSON, and it is none.
    NotJson { bytes: usize },
    /// Anything else.
    Other { content_type: String, bytes: usize },
}

impl Arrived {
    /// # Errors
    /// [`TargetError`] for a path that leads nowhere.
    pub fn read(method: Method, uri: &Uri, headers: HeaderMap, body: &[u8]) -> Result<Self, TargetError> {
        let target = Target::parse(uri.path())?;
        let query = decode::form(uri.query().unwrap_or_default());
        let spelled = Spelled {
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            body: body.to_vec(),
        };
        let body = Body::read(&headers, body);
        Ok(Self { method, target, query, headers, body, spelled })
    }

    /// The values of a header, each as text.
    pub fn header(&self, name: &str) -> Vec<String> {
        self.headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect()
    }

    /// The values of a key of the query.
    pub fn in_query<'a>(&'a self, key: &'a str) -> Vec<&'a str> {
        values_of(&self.query, key)
    }
}

impl Body {
    fn read(headers: &HeaderMap, body: &[u8]) -> Self {
        if body.is_empty() {
            return Self::Empty;
        }
        let content_type =
            headers.get(header::CONTENT_TYPE).map(|value| String::from_utf8_lossy(value.as_bytes()));
        let content_type = content_type.unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        if essence == "application/x-www-form-urlencoded" {
            return Self::Form(decode::form(&String::from_utf8_lossy(body)));
        }
        if essence != "application/json" && !essence.ends_with("+json") {
            return Self::Other { content_type: essence, bytes: body.len() };
        }
        if let Ok(Members { members, repeated }) = serde_json::from_slice(body) {
            return Self::Json { value: Value::Object(members), repeated };
        }
        match serde_json::from_slice(body) {
            Ok(value) => Self::Json { value, repeated: Vec::new() },
            Err(_) => Self::NotJson { bytes: body.len() },
        }
    }

    /// What it is, as the end of a line.
    pub fn described(&self) -> String {
        match self {
            Self::Empty => "empty".into(),
            Self::Form(_) => "a form".into(),
            Self::Json { value: Value::Object(_), .. } => "a JSON object".into(),
            Self::Json { .. } => "JSON, but no object".into(),
            Self::NotJson { .. } => "called JSON, but is none".into(),
            Self::Other { content_type, .. } if content_type.is_empty() => "without a content type".into(),
            Self::Other { content_type, .. } => format!("`{}`", ServerText::quote(content_type).as_str()),
        }
    }
}

/// The values of a key among decoded pairs.
pub(crate) fn values_of<'a>(pairs: &'a [(String, String)], key: &str) -> Vec<&'a str> {
    pairs.iter().filter(|(name, _)| name == key).map(|(_, value)| value.as_str()).collect()
}

/// A JSON object with the names that stand in it more than once, which `serde_json` passes over.
struct Members {
    members: Map<String, Value>,
    repeated: Vec<String>,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a JSON object")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Members, M::Error> {
                let (mut members, mut repeated) = (Map::new(), Vec::new());
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if members.insert(name.clone(), value).is_some() {
                        repeated.push(name);
                    }
                }
                Ok(Members { members, repeated })
            }
        }
        deserializer.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn body(content_type: &str, text: &str) -> Body {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, content_type.parse().unwrap());
        Body::read(&headers, text.as_bytes())
    }

    #[test]
    fn a_body_is_read_as_its_content_type_says() {
        let json = |value, repeated: &[&str]| Body::Json {
            value,
            repeated: repeated.iter().map(|name| (*name).to_owned()).collect(),
        };
        for (content_type, text, read) in [
            ("application/json", "", Body::Empty),
            ("application/json", r#"{"a":1}"#, json(json!({"a": 1}), &[])),
            ("Application/vnd.x+JSON; charset=utf-8", "[1]", json(json!([1]), &[])),
            ("application/json", r#"{"a":1,"b":2,"a":3}"#, json(json!({"a": 3, "b": 2}), &["a"])),
            ("application/json", r#"{"a":"#, Body::NotJson { bytes: 5 }),
            (
                "application/x-www-form-urlencoded; charset=utf-8",
                "a=1",
                Body::Form(vec![("a".into(), "1".into())]),
            ),
            ("text/plain", "a=1", Body::Other { content_type: "text/plain".into(), bytes: 3 }),
        ] {
            assert_eq!(body(content_type, text), read, "{content_type} {text}");
        }
    }
}
