//! The canonical request: one spelling of everything that is signed.

use crate::{
    encode::{Pair, decode_pairs, decode_path, encode, encode_path},
    runs::Runs,
};
use secret::SecretString;

/// What of a request is signed.
#[derive(Clone, Debug)]
pub struct Signable<'a> {
    /// HTTP method.
    pub method: &'a str,
    /// The path as it is sent.
    pub path: &'a str,
    /// The query as it is sent, with the parameters of a presigned address but for the signature.
    pub query: &'a str,
    /// Headers: name, value, and what the value is called where it is not shown.
    pub headers: Vec<(String, String, Option<&'static str>)>,
    /// The digest of the body, or the word that stands for it.
    pub payload: &'a str,
    /// How the path is spelled.
    pub path_style: PathStyle,
}

/// How the path is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathStyle {
    /// Every service but S3: dot segments and double slashes go, and what is encoded is encoded once more.
    Normalized,
    /// S3, whose keys may hold anything: as it means, encoded once.
    Exact,
}

/// Parameters of a presigned address whose values are not shown.
const SECRET_PARAMETERS: [(&[u8], &str); 1] = [(b"X-Amz-Security-Token", super::sign::SESSION_TOKEN)];

/// The canonical request, and the names of the headers in it.
pub fn canonical_request(signable: &Signable<'_>) -> (Runs, String) {
    let (headers, names) = canonical_headers(&signable.headers);
    let mut runs = Runs::default();
    runs.push(&format!("{}\n{}\n", signable.method, canonical_path(signable.path, signable.path_style)));
    runs.append(canonical_query(signable.query));
    runs.push("\n");
    runs.append(headers);
    runs.push(&format!("\n{names}\n{}", signable.payload));
    (runs, names)
}

/// The names of the headers as they are signed.
pub fn signed_names(headers: &[(String, String, Option<&'static str>)]) -> String {
    let mut names: Vec<_> = headers.iter().map(|(name, ..)| name.to_ascii_lowercase()).collect();
    names.sort_unstable();
    names.dedup();
    names.join(";")
}

fn canonical_path(path: &str, style: PathStyle) -> String {
    let path = if path.is_empty() { "/" } else { path };
    match style {
        PathStyle::Exact => encode_path(&decode_path(path)),
        PathStyle::Normalized => encode_path(without_dots(path).as_bytes()),
    }
}

/// RFC 3986 §5.2.4, and no empty segments.
fn without_dots(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    let ends = !segments.is_empty() && ["/", "/.", "/.."].iter().any(|end| path.ends_with(end));
    format!("/{}{}", segments.join("/"), if ends { "/" } else { "" })
}

fn canonical_query(query: &str) -> Runs {
    let pairs = decode_pairs(query.as_bytes());
    let mut pairs: Vec<_> = pairs
        .into_iter()
        .map(|Pair { name, value, .. }| {
            let secret =
                SECRET_PARAMETERS.iter().find(|(secret, _)| *secret == name).map(|(_, label)| *label);
            (encode(&name), SecretString::new(encode(&value)), secret)
        })
        .collect();
    // EXPOSE: only their order is looked at
    pairs.sort_by(|a, b| (&a.0, a.1.expose()).cmp(&(&b.0, b.1.expose())));
    let mut runs = Runs::default();
    for (index, (name, value, secret)) in pairs.into_iter().enumerate() {
        runs.push(if index > 0 { "&" } else { "" });
        runs.push(&format!("{name}="));
        match secret {
            Some(label) => runs.push_secret(label, value),
            // EXPOSE: a parameter that is no secret
            None => runs.push(value.expose()),
        }
    }
    runs
}

/// Names in small letters and sorted; values of one name joined in their order, runs of blanks as one.
fn canonical_headers(headers: &[(String, String, Option<&'static str>)]) -> (Runs, String) {
    let names = signed_names(headers);
    let mut runs = Runs::default();
    for name in names.split(';').filter(|name| !name.is_empty()) {
        runs.push(&format!("{name}:"));
        let values = headers.iter().filter(|(one, ..)| one.eq_ignore_ascii_case(name));
        for (index, (_, value, secret)) in values.enumerate() {
            runs.push(if index > 0 { "," } else { "" });
            let value =
                value.split([' ', '\t']).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
            match secret {
                Some(label) => runs.push_secret(label, SecretString::new(value)),
                None => runs.push(&value),
            }
        }
        runs.push("\n");
    }
    (runs, names)
}
