//! The one spelling of a request, and the text that is signed.

use crate::{arrived::Arrived, decode};
use jiff::{civil::DateTime, tz::TimeZone};
use sha2::{Digest, Sha256};

/// When a request was signed.
#[derive(Debug)]
pub(super) struct Time {
    /// `20261122T100000Z`.
    pub stamp: String,
    /// The same in seconds since 1970.
    pub at: i64,
}

impl Time {
    pub fn parse(stamp: &str) -> Option<Self> {
        if stamp.len() != 16 {
            return None;
        }
        let time = DateTime::strptime("%Y%m%dT%H%M%SZ", stamp).ok()?;
        let at = time.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second();
        Some(Self { stamp: stamp.to_owned(), at })
    }

    pub fn day(&self) -> &str {
        &self.stamp[..8]
    }
}

/// The canonical request: every service but S3 has its path tidied, and what is encoded in it encoded once more.
pub(super) fn request(arrived: &Arrived, names: &[String], payload: &str, is_s3: bool) -> String {
    let path = if is_s3 { exact(&arrived.spelled.path) } else { tidied(&arrived.spelled.path) };
    let header = |name: &String| {
        let values = arrived.header(name);
        let values: Vec<_> =
            values.iter().map(|value| value.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        format!("{name}:{}\n", values.join(","))
    };
    format!(
        "{}\n{path}\n{}\n{}\n{}\n{payload}",
        arrived.method,
        query(&arrived.spelled.query),
        names.iter().map(header).collect::<String>(),
        names.join(";")
    )
}

pub(super) fn string_to_sign(canonical: &str, stamp: &str, scope: &str) -> String {
    format!("AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{}", hex(&Sha256::digest(canonical)))
}

/// S3's keys may hold anything, so nothing of a path is tidied: it is encoded once, as it means.
fn exact(path: &str) -> String {
    let segments = path.split('/').map(|segment| decode::bytes_to_percent(&decode::percent_bytes(segment)));
    segments.collect::<Vec<_>>().join("/")
}

/// RFC 3986 §6 as AWS reads it: no empty segments and no dots; then each segment is encoded as it was spelled.
fn tidied(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(kept.pop()),
            segment => kept.push(segment),
        }
    }
    let ends = !kept.is_empty() && ["/", "/.", "/.."].iter().any(|end| path.ends_with(end));
    let segments: Vec<_> = kept.iter().map(|segment| decode::to_percent(segment)).collect();
    format!("/{}{}", segments.join("/"), if ends { "/" } else { "" })
}

/// Every parameter but the signature, encoded anew and sorted.
fn query(query: &str) -> String {
    let pairs = decode::form_bytes(query).into_iter().filter(|(key, _)| key != b"X-Amz-Signature");
    let mut pairs: Vec<_> = pairs
        .map(|(key, value)| (decode::bytes_to_percent(&key), decode::bytes_to_percent(&value)))
        .collect();
    pairs.sort();
    pairs.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join("&")
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
