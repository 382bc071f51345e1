//! Addresses with placeholders.

use super::{FillError, Piece, TemplateError, slots, split};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secret::SecretString;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, ops::Range};
use url::Url;

/// Everything but the unreserved characters of RFC 3986 §2.3.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An http(s) address with placeholders in host, port, path or query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UrlTemplate {
    text: String,
    scheme: String,
    /// In ASCII and lower case.
    host: Vec<Piece>,
    port: Vec<Piece>,
    /// Encoded, dot segments resolved.
    path: Vec<Piece>,
    query: Option<Vec<Piece>>,
}

/// Where in an address a placeholder stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// In the host: labels only.
    Host,
    /// The port.
    Port,
    /// In the path: within one segment.
    Path,
    /// In the query: within one value.
    Query,
}

impl UrlTemplate {
    /// # Errors
    /// [`TemplateError`] for what is no http(s) address.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.is_empty() {
            return Err(TemplateError::Empty);
        }
        // The URL standard drops line breaks and tabs without a word and reads `\` as `/`: both have led credentials elsewhere.
        if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
            return Err(TemplateError::Blank);
        }
        if text.contains('\\') {
            return Err(TemplateError::Backslash);
        }
        let (scheme, authority, tail) = outline(text)?;
        let (host, port) = authority_parts(authority)?;
        let (host, path, query) = normalize(&scheme, host, tail)?;
        Ok(Self { text: text.into(), scheme, host, port, path, query })
    }

    /// The template as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The template of an address behind this one: `https://h/v1` with `/me?x=1` is `https://h/v1/me?x=1`.
    ///
    /// # Errors
    /// [`TemplateError::NoSlash`] unless `path` begins with a slash; others as [`UrlTemplate::parse`].
    pub fn with_path(&self, path: &str) -> Result<Self, TemplateError> {
        if !path.starts_with('/') {
            return Err(TemplateError::NoSlash);
        }
        let base = self.text.split_once('?').map_or(self.text.as_str(), |(base, _)| base);
        Self::parse(&format!("{}{path}", base.trim_end_matches('/')))
    }

    /// Its placeholders, in order, each as often as it stands there.
    pub fn placeholders(&self) -> impl Iterator<Item = (Part, &str)> {
        let parts = [
            (Part::Host, Some(&self.host)),
            (Part::Port, Some(&self.port)),
            (Part::Path, Some(&self.path)),
            (Part::Query, self.query.as_ref()),
        ];
        parts.into_iter().flat_map(|(part, pieces)| {
            pieces.into_iter().flat_map(move |pieces| slots(pieces).map(move |name| (part, name)))
        })
    }

    /// Whether a path was written: `https://host` has none, `https://host/` has one.
    pub fn has_path(&self) -> bool {
        self.text.splitn(4, '/').nth(3).is_some()
    }

    /// Whether a query was written.
    pub fn has_query(&self) -> bool {
        self.query.is_some()
    }

    /// Whether it begins with `http://`.
    pub fn is_insecure(&self) -> bool {
        self.scheme == "http"
    }

    /// Whether its host is this machine, whatever the settings are.
    pub fn is_loopback(&self) -> bool {
        matches!(self.host.as_slice(), [Piece::Literal(host)] if is_loopback_host(host))
    }

    /// The address with `values` in place.
    ///
    /// # Errors
    /// [`FillError`], naming the setting.
    pub fn fill(&self, values: &BTreeMap<String, String>) -> Result<Url, FillError> {
        self.fill_with_secrets(values, &BTreeMap::new()).map(|filled| filled.url)
    }

    /// Scheme, host and port with `values` in place; needs no value of path or query.
    ///
    /// # Errors
    /// [`FillError`], naming the setting.
    pub fn fill_origin(&self, values: &BTreeMap<String, String>) -> Result<Url, FillError> {
        Self { path: vec![Piece::Literal("/".into())], query: None, ..self.clone() }.fill(values)
    }

    /// The address with `values` and, in its path, `secrets` in place.
    ///
    /// # Errors
    /// [`FillError`], naming the setting or parameter.
    pub fn fill_with_secrets(
        &self,
        values: &BTreeMap<String, String>,
        secrets: &BTreeMap<String, SecretString>,
    ) -> Result<FilledUrl, FillError> {
        let misplaced =
            self.placeholders().find(|(part, name)| *part != Part::Path && secrets.contains_key(*name));
        if let Some((_, name)) = misplaced {
            return Err(FillError::SecretMisplaced { name: name.into() });
        }
        let host = fill_pieces(&self.host, values, |name, value| {
            if is_host_labels(value) {
                Ok(value.to_ascii_lowercase())
            } else {
                Err(FillError::NotHostLabels { name: name.into() })
            }
        })?;
        let port = fill_pieces(&self.port, values, |name, value| match value.parse::<u16>() {
            Ok(port) if port > 0 && value.bytes().all(|b| b.is_ascii_digit()) => Ok(port.to_string()),
            _ => Err(FillError::NotAPort { name: name.into() }),
        })?;
        let colon = if port.is_empty() { "" } else { ":" };
        let before_path = format!("{}://{host}{colon}{port}", self.scheme);
        let (path, secret_ranges) = self.fill_path(values, secrets)?;
        let query = match &self.query {
            Some(pieces) => Some(fill_pieces(pieces, values, |_, value| Ok(encode(value)))?),
            None => None,
        };
        let text = match &query {
            Some(query) => format!("{before_path}{path}?{query}"),
            None => format!("{before_path}{path}"),
        };
        let rewritten = |pieces: &[Piece]| FillError::Rewritten { names: quoted_names(pieces) };
        let url = Url::parse(&text).map_err(|_| rewritten(&self.host))?;
        if url.host_str() != Some(host.as_str()) || !url.username().is_empty() || url.password().is_some() {
            return Err(rewritten(&self.host));
        }
        if url.path() != path || url.query() != query.as_deref() || url.fragment().is_some() {
            return Err(rewritten(&self.path));
        }
        // The parser leaves out a port that the scheme implies: ranges count from where the path begins in its text.
        let path_start = url[..url::Position::BeforePath].len();
        let secrets = secret_ranges.into_iter().map(|r| path_start + r.start..path_start + r.end).collect();
        Ok(FilledUrl { url, secrets })
    }

    fn fill_path(
        &self,
        values: &BTreeMap<String, String>,
        secrets: &BTreeMap<String, SecretString>,
    ) -> Result<(String, Vec<Range<usize>>), FillError> {
        let (mut path, mut ranges) = (String::new(), Vec::new());
        for piece in &self.path {
            match piece {
                Piece::Literal(literal) => path.push_str(literal),
                Piece::Slot(name) => {
                    let start = path.len();
                    match secrets.get(name) {
                        Some(secret) => {
                            // EXPOSE: the service wants the credential in the path of the outgoing request.
                            path.push_str(&encode(path_value(name, Some(secret.expose()))?));
                            ranges.push(start..path.len());
                        }
                        None => path.push_str(&encode(path_value(name, values.get(name))?)),
                    }
                }
            }
        }
        Ok((path, ranges))
    }
}

impl TryFrom<String> for UrlTemplate {
    type Error = TemplateError;
    fn try_from(text: String) -> Result<Self, TemplateError> {
        Self::parse(&text)
    }
}

impl From<UrlTemplate> for String {
    fn from(template: UrlTemplate) -> Self {
        template.text
    }
}

/// A filled address, and where in it secrets stand.
pub struct FilledUrl {
    /// The address; only the outgoing request may have it where `secrets` is not empty.
    pub url: Url,
    /// The bytes of `url` that are secret.
    pub secrets: Vec<Range<usize>>,
}

impl FilledUrl {
    /// The address as it may be shown: each secret is `•••`.
    pub fn masked(&self) -> String {
        let (mut shown, mut end) = (String::new(), 0);
        for range in &self.secrets {
            shown.push_str(&self.url.as_str()[end..range.start]);
            shown.push_str("•••");
            end = range.end;
        }
        shown + &self.url.as_str()[end..]
    }
}

impl std::fmt::Debug for FilledUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("FilledUrl").field(&self.masked()).finish()
    }
}

/// Scheme, authority, and the rest from the path on.
fn outline(text: &str) -> Result<(String, &str, &str), TemplateError> {
    let (scheme, rest) = text.split_once("://").ok_or_else(|| match text.split_once(':') {
        // `host:8080` has no scheme; `javascript:…` and `mailto:…` have one.
        Some((scheme, rest)) if is_scheme(scheme) && !rest.starts_with(|c: char| c.is_ascii_digit()) => {
            TemplateError::OtherScheme(scheme.into())
        }
        _ => TemplateError::NoScheme,
    })?;
    let lower = scheme.to_ascii_lowercase();
    match lower.as_str() {
        "https" | "http" => {}
        _ => match slots(&split(scheme)).next() {
            Some(name) => return Err(TemplateError::Misplaced(name.into())),
            None if is_scheme(scheme) => return Err(TemplateError::OtherScheme(scheme.into())),
            None => return Err(TemplateError::NoScheme),
        },
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    if authority.is_empty() {
        return Err(TemplateError::NoHost);
    }
    if authority.contains('@') {
        return Err(TemplateError::UserInfo);
    }
    if tail.contains('#') {
        return Err(TemplateError::Fragment);
    }
    Ok((lower, authority, tail))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// Host and port of an authority. The colons of an IPv6 address stand in brackets.
fn authority_parts(authority: &str) -> Result<(&str, Vec<Piece>), TemplateError> {
    let after_bracket = authority.rfind(']').map_or(0, |i| i + 1);
    let Some(colon) = authority[after_bracket..].find(':').map(|i| after_bracket + i) else {
        return Ok((authority, Vec::new()));
    };
    let (host, port) = (&authority[..colon], &authority[colon + 1..]);
    if host.is_empty() {
        return Err(TemplateError::NoHost);
    }
    let pieces = split(port);
    match pieces.as_slice() {
        [Piece::Slot(_)] => Ok((host, pieces)),
        [Piece::Literal(digits)]
            if digits.parse::<u16>().is_ok_and(|port| port > 0 && !digits.starts_with('+')) =>
        {
            Ok((host, pieces))
        }
        _ => Err(TemplateError::Port(port.into())),
    }
}

/// Host, path and query as the URL standard writes them.
///
/// Marks stand in for the placeholders while the parser resolves dot segments, encodes and turns international names into
/// punycode; where a mark is gone afterwards, its placeholder stood where no value can.
#[expect(clippy::type_complexity, reason = "three lists of pieces, taken apart at once by the only caller")]
fn normalize(
    scheme: &str,
    host: &str,
    tail: &str,
) -> Result<(Vec<Piece>, Vec<Piece>, Option<Vec<Piece>>), TemplateError> {
    // Punycode encodes a label as a whole: one with a placeholder can hold nothing that would be encoded.
    if let Some(label) = host.split('.').find(|label| !label.is_ascii() || label.contains('%'))
        && let Some(name) = slots(&split(label)).next()
    {
        return Err(TemplateError::Misplaced(name.into()));
    }
    let mut mark = String::from("pbslot");
    while host.to_ascii_lowercase().contains(&mark) || tail.to_ascii_lowercase().contains(&mark) {
        mark.push('q');
    }
    let mut names = Vec::new();
    let mut put_marks = |text: &str| -> Result<String, TemplateError> {
        let mut marked = String::new();
        for piece in split(text) {
            match piece {
                Piece::Literal(literal) => match literal.find(['{', '}']) {
                    Some(at) => return Err(TemplateError::Brace(literal[at..].chars().take(30).collect())),
                    None => marked.push_str(&literal),
                },
                Piece::Slot(name) => {
                    marked.push_str(&format!("{mark}{}z", names.len()));
                    names.push(name);
                }
            }
        }
        Ok(marked)
    };
    let (marked_host, marked_tail) = (put_marks(host)?, put_marks(tail)?);
    let url = Url::parse(&format!("{scheme}://{marked_host}{marked_tail}"))
        .map_err(|_| TemplateError::Host(host.into()))?;
    let parsed_host = url.host_str().ok_or(TemplateError::NoHost)?;
    let mut next = 0;
    let mut take_marks = |text: &str| {
        let (mut pieces, mut rest) = (Vec::new(), text);
        while let Some((before, after)) = rest.split_once(&format!("{mark}{next}z")) {
            if !before.is_empty() {
                pieces.push(Piece::Literal(before.into()));
            }
            pieces.extend(names.get(next).cloned().map(Piece::Slot));
            (rest, next) = (after, next + 1);
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.into()));
        }
        pieces
    };
    let (host, path, query) =
        (take_marks(parsed_host), take_marks(url.path()), url.query().map(&mut take_marks));
    match names.get(next) {
        Some(lost) => Err(TemplateError::Misplaced(lost.clone())),
        None => Ok((host, path, query)),
    }
}

fn fill_pieces(
    pieces: &[Piece],
    values: &BTreeMap<String, String>,
    write: impl Fn(&str, &str) -> Result<String, FillError>,
) -> Result<String, FillError> {
    pieces.iter().try_fold(String::new(), |text, piece| match piece {
        Piece::Literal(literal) => Ok(text + literal),
        Piece::Slot(name) => {
            let value = values.get(name).ok_or_else(|| FillError::Missing { name: name.into() })?;
            Ok(text + &write(name, without_control(name, value)?)?)
        }
    })
}

/// A whole path segment cannot be empty; the parts of an address that can are checked by those who write them.
fn path_value<'a>(name: &str, value: Option<&'a String>) -> Result<&'a str, FillError> {
    match value {
        Some(value) if !value.is_empty() => without_control(name, value),
        _ => Err(FillError::Missing { name: name.into() }),
    }
}

fn without_control<'a>(name: &str, value: &'a str) -> Result<&'a str, FillError> {
    match value.contains(char::is_control) {
        true => Err(FillError::ControlCharacter { name: name.into() }),
        false => Ok(value),
    }
}

fn encode(value: &str) -> String {
    utf8_percent_encode(value, ENCODED).to_string()
}

fn quoted_names(pieces: &[Piece]) -> String {
    slots(pieces).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Whether `text` is one or more host labels: `[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*`.
pub(crate) fn is_host_labels(text: &str) -> bool {
    text.split('.')
        .all(|label| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
}

/// Whether a host name or address literal is this machine.
pub(crate) fn is_loopback_host(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || host.ends_with(".localhost")
        || address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}
