//! A request as it may be shown: every secret is a named gap.
//!
//! Masking is by place, since each authentication says where it put its values, and by value on top, for a secret that
//! a person also wrote somewhere else. Previews, *Try it* and traces all show by [`show`].

use crate::{
    credential::{Authorized, Credential, OAuth1Credential, Placed, TokenSet},
    script::Changes,
    signing::{Signature, Step},
};
use domain::connector::Authentication;
use protocol::{
    bearer,
    message::{Request, header},
    placement::Place,
};
use secret::{
    SecretString,
    redact::{Known, MASK},
};
use std::ops::Range;

/// A request as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// HTTP method.
    pub method: String,
    /// The address in pieces.
    pub url: Vec<Piece>,
    /// Names and values of headers.
    pub headers: Vec<(String, Vec<Piece>)>,
    /// The body in pieces; none when there is none, or when it is no text.
    pub body: Option<Vec<Piece>>,
    /// What was changed besides, in words.
    pub notes: Vec<String>,
    /// Every step of its signature, for types that sign.
    pub signing: Vec<Step>,
}

/// A run of text, or a secret that is not shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is sent.
    Text {
        /// The text.
        text: String,
        /// Whether the authentication put it there.
        authentication: bool,
    },
    /// A value that is not shown.
    Secret {
        /// What it is called.
        label: String,
    },
}

impl Piece {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), authentication: false }
    }

    /// As text, a secret as [`MASK`].
    pub(crate) fn shown(&self) -> &str {
        match self {
            Self::Text { text, .. } => text,
            Self::Secret { .. } => MASK,
        }
    }

    pub(crate) fn authentication(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), authentication: true }
    }
}

impl Sent {
    /// The address in one piece, secrets as [`MASK`].
    pub fn masked_url(&self) -> String {
        join(&self.url)
    }

    /// The body in one piece, secrets as [`MASK`].
    pub fn masked_body(&self) -> Option<String> {
        self.body.as_deref().map(join)
    }

    /// The headers in one piece each, secrets as [`MASK`].
    pub fn masked_headers(&self) -> Vec<(String, String)> {
        self.headers.iter().map(|(name, value)| (name.clone(), join(value))).collect()
    }
}

/// Shows `request`, whose path holds secrets at `secret_path` and which `authorized` tells the rest of.
pub fn show(request: &Request, secret_path: &[Range<usize>], authorized: &Authorized, known: &Known) -> Sent {
    let headers = request.headers.iter().map(|(name, value)| {
        let placed = authorized.placed.iter().find(|placed| placed.place == Place::Header(name.clone()));
        let text = String::from_utf8_lossy(value.as_bytes());
        let in_pieces = authorized.headers.iter().find(|(own, _)| own == name);
        let shown = match placed {
            _ if let Some((_, pieces)) = in_pieces => pieces.clone(),
            // Marked as a credential by whoever put it there, though no prompt of the connector tells what it is.
            None if value.is_sensitive() => vec![Piece::Secret { label: "Credential".into() }],
            placed => placed_value(placed, &text, known),
        };
        (name.as_str().to_owned(), shown)
    });
    Sent {
        method: request.method.to_string(),
        url: show_url(request, secret_path, &authorized.placed, known),
        headers: headers.collect(),
        body: show_body(request, &authorized.placed, known),
        notes: authorized.notes.clone(),
        signing: authorized.signature.as_ref().map(Signature::shown).unwrap_or_default(),
    }
}

/// What a script wrote is shown as gaps: it may be made of secrets that nobody would recognize in it.
pub(crate) fn hide(
    sent: &mut Sent,
    changes: &Changes,
    (request, secret_path): (&Request, &[Range<usize>]),
    (authorized, known): (&Authorized, &Known),
) {
    let gap = || Piece::Secret { label: BY_SCRIPT.into() };
    for (name, value) in &mut sent.headers {
        let written = changes.headers.iter().any(|written| written.as_str() == name);
        let placed =
            |placed: &Placed| matches!(&placed.place, Place::Header(place) if place.as_str() == name);
        if written && !authorized.placed.iter().any(placed) {
            *value = vec![gap()];
        }
    }
    let by_script = |key: &String| Placed {
        place: Place::Query(key.clone()),
        prefix: String::new(),
        label: BY_SCRIPT.into(),
        secret: true,
    };
    let placed: Vec<_> =
        authorized.placed.iter().cloned().chain(changes.parameters.iter().map(by_script)).collect();
    sent.url = show_url(request, secret_path, &placed, known);
    if changes.path {
        let mut pieces = vec![Piece::text(request.url.origin().ascii_serialization() + "/"), gap()];
        if let Some(query) = request.url.query() {
            pieces.push(Piece::text("?"));
            pieces.extend(show_pairs(query, &placed, known, Place::Query));
        }
        sent.url = merge(pieces);
    }
    if changes.body && !request.body.is_empty() {
        sent.body = Some(vec![gap()]);
    }
}

/// What a value that a script wrote is called.
const BY_SCRIPT: &str = "Set by the script";

/// The secret values of a credential, to be masked wherever they turn up, with the pair of Basic. What a service repeats
/// of the plain values stays readable.
pub fn known_secrets(authentication: &Authentication, credential: &Credential) -> Known {
    let mut known = Known::new();
    for prompt in authentication.prompts().iter().filter(|prompt| prompt.secret) {
        known.add(&credential.value(&prompt.key));
    }
    credential.tokens().into_iter().flat_map(TokenSet::secrets).for_each(|secret| known.add(secret));
    let granted = credential.oauth1();
    granted.into_iter().flat_map(OAuth1Credential::secrets).for_each(|secret| known.add(secret));
    if let Authentication::Bearer(shape) = authentication {
        // What a service repeats is what was sent, not what was pasted.
        known.add(&bearer::bare(&shape.prefix, &credential.value("token")));
    }
    if let Authentication::Basic(shape) = authentication {
        let user = shape
            .username
            .fixed
            .clone()
            .map_or_else(|| credential.value(&shape.username.key), SecretString::new);
        // EXPOSE: the pair is looked for, to be masked
        known.add_basic_pair(user.expose(), &credential.value(&shape.password.key));
    }
    known
}

fn placed_value(placed: Option<&Placed>, text: &str, known: &Known) -> Vec<Piece> {
    match placed {
        None => vec![Piece::text(known.mask_text(text))],
        Some(placed) if placed.secret => {
            let prefix = (!placed.prefix.is_empty()).then(|| Piece::authentication(placed.prefix.as_str()));
            prefix.into_iter().chain([Piece::Secret { label: placed.label.clone() }]).collect()
        }
        Some(_) => vec![Piece::authentication(text)],
    }
}

fn show_url(request: &Request, secret_path: &[Range<usize>], placed: &[Placed], known: &Known) -> Vec<Piece> {
    let whole = request.url.as_str();
    let query_start = whole.find('?').unwrap_or(whole.len());
    let mut pieces = Vec::new();
    let mut end = 0;
    for range in secret_path {
        pieces.push(Piece::text(&whole[end..range.start]));
        pieces.push(Piece::Secret { label: "Key in the path".into() });
        end = range.end;
    }
    pieces.push(Piece::text(known.mask_text(&whole[end..query_start])));
    if let Some(query) = request.url.query() {
        pieces.push(Piece::text("?"));
        pieces.extend(show_pairs(query, placed, known, Place::Query));
    }
    merge(pieces)
}

fn show_body(request: &Request, placed: &[Placed], known: &Known) -> Option<Vec<Piece>> {
    if request.body.is_empty() {
        return None;
    }
    let text = std::str::from_utf8(&request.body).ok()?;
    let form = request.headers.get(header::CONTENT_TYPE).is_some_and(|value| {
        value.as_bytes().to_ascii_lowercase().starts_with(b"application/x-www-form-urlencoded")
    });
    if form {
        return Some(merge(show_pairs(text, placed, known, Place::Body).collect()));
    }
    Some(merge(show_members(text, placed, known)))
}

/// Pairs of a query or form, the values of placed keys as gaps.
fn show_pairs<'a>(
    pairs: &'a str,
    placed: &'a [Placed],
    known: &'a Known,
    place: impl Fn(String) -> Place + 'a,
) -> impl Iterator<Item = Piece> + 'a {
    pairs.split('&').enumerate().flat_map(move |(index, pair)| {
        let joint = if index > 0 { "&" } else { "" };
        let key = url::form_urlencoded::parse(pair.as_bytes()).next().map(|(key, _)| key.into_owned());
        let placed = key.and_then(|key| placed.iter().find(|placed| placed.place == place(key.clone())));
        match (placed, pair.split_once('=')) {
            (Some(placed), Some((key, value))) => {
                let mut pieces = vec![Piece::text(joint), Piece::authentication(format!("{key}="))];
                pieces.extend(placed_value(Some(placed), value, known));
                pieces
            }
            _ => vec![Piece::text(format!("{joint}{}", known.mask_text(pair)))],
        }
    })
}

/// A JSON body, the members of placed keys as gaps. Placed members are written as `"key":value` with a JSON string,
/// number or boolean behind the colon, and their keys do not repeat.
fn show_members(text: &str, placed: &[Placed], known: &Known) -> Vec<Piece> {
    let mut found: Vec<(Range<usize>, &Placed)> = placed
        .iter()
        .filter_map(|placed| {
            let Place::Body(key) = &placed.place else { return None };
            let name = format!("{}:", serde_json::Value::from(key.as_str()));
            let start = text.find(&name)? + name.len();
            let mut values = serde_json::Deserializer::from_str(&text[start..])
                .into_iter::<&serde_json::value::RawValue>();
            let value = values.next()?.ok()?;
            Some((start..start + value.get().len(), placed))
        })
        .collect();
    found.sort_by_key(|(range, _)| range.start);
    let (mut pieces, mut end) = (Vec::new(), 0);
    for (range, placed) in found {
        if range.start < end {
            continue;
        }
        pieces.push(Piece::text(known.mask_text(&text[end..range.start])));
        pieces.extend(placed_value(Some(placed), &text[range.clone()], known));
        end = range.end;
    }
    pieces.push(Piece::text(known.mask_text(&text[end..])));
    pieces
}

/// Neighbouring text of one kind in one piece, empty text left out.
fn merge(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut merged: Vec<Piece> = Vec::new();
    for piece in pieces {
        match (merged.last_mut(), piece) {
            (_, Piece::Text { text, .. }) if text.is_empty() => {}
            (
                Some(Piece::Text { text: before, authentication: of_before }),
                Piece::Text { text, authentication },
            ) if *of_before == authentication => before.push_str(&text),
            (_, piece) => merged.push(piece),
        }
    }
    merged
}

fn join(pieces: &[Piece]) -> String {
    pieces.iter().map(Piece::shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::message::{HeaderValue, Method, Url};

    #[test]
    fn a_header_that_is_marked_as_a_credential_is_not_shown() {
        let mut request = Request::new(Method::POST, Url::parse("https://login.example/token").unwrap());
        let mut value = HeaderValue::from_static("Basic aWQ6YSUyQmI=");
        value.set_sensitive(true);
        request.headers.insert(header::AUTHORIZATION, value);
        request.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let sent = show(&request, &[], &Authorized::default(), &Known::new());
        let shown = sent.masked_headers();
        assert_eq!(shown[0], ("authorization".to_owned(), MASK.to_owned()));
        assert_eq!(shown[1].1, "application/json");
    }
}
