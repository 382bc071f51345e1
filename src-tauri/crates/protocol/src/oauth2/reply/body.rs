//! What the body of a reply is, by looking at it: the content type is wrong too often to be asked.

use serde_json::{Map, Value};

/// A body.
pub(super) enum Body {
    /// A JSON object or array, or a form as an object of texts.
    Document(Value),
    /// JSON inside a function call: good for an error, never for a token.
    Jsonp(Value),
    /// Something else that people can read.
    Text(String),
    /// HTML or XML: a sign-in page, a proxy's error.
    Markup,
    /// Nothing.
    Empty,
}

impl Body {
    /// Whatever is not UTF-8 becomes `�`: an error in another encoding still tells its code.
    pub fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text).trim();
        if text.is_empty() {
            return Self::Empty;
        }
        if text.starts_with('<') {
            return Self::Markup;
        }
        if text.starts_with(['{', '[']) {
            return match serde_json::from_str(text) {
                Ok(document) => Self::Document(document),
                Err(_) => Self::Text(text.to_owned()),
            };
        }
        if let Some(inside) = jsonp(text) {
            return Self::Jsonp(inside);
        }
        match form(text) {
            Some(members) => Self::Document(Value::Object(members)),
            None => Self::Text(text.to_owned()),
        }
    }

    /// What an error may be read from.
    pub fn document(&self) -> Option<&Value> {
        match self {
            Self::Document(document) | Self::Jsonp(document) => Some(document),
            _ => None,
        }
    }
}

/// `callback( {…} );`
fn jsonp(text: &str) -> Option<Value> {
    let (name, rest) = text.split_once('(')?;
    let is_name =
        !name.is_empty() && name.trim().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let inside = rest.trim_end().trim_end_matches(';').trim_end().strip_suffix(')')?;
    is_name.then(|| serde_json::from_str(inside.trim()).ok()).flatten()
}

/// `access_token=…&expires=…`: one line whose first name is a word.
fn form(text: &str) -> Option<Map<String, Value>> {
    let (name, _) = text.split_once('=')?;
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
    if !is_name || text.contains(['\n', '\r']) {
        return None;
    }
    let pairs = url::form_urlencoded::parse(text.as_bytes());
    Some(pairs.map(|(key, value)| (key.into_owned(), Value::from(value.into_owned()))).collect())
}
