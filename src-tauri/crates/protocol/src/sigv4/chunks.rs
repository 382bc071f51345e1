//! Bodies that are signed chunk by chunk (`STREAMING-AWS4-HMAC-SHA256-PAYLOAD`, S3 only): each chunk carries a signature
//! that is made of the one before, so a body that was cut or mixed is refused where it happens.

use super::sign::{Time, authenticate, hex};
use crate::message::{HeaderName, HeaderValue, Request, header};
use secret::SecretBytes;
use sha2::{Digest, Sha256};

/// Stands for the digest of the whole body.
pub(super) const STREAMING: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";

/// The size of a chunk; S3 takes no smaller one but the last.
const CHUNK: usize = 64 * 1024;
const LENGTH: HeaderName = HeaderName::from_static("x-amz-decoded-content-length");

/// Says in the headers how the body will come.
pub(super) fn announce(request: &mut Request) {
    let before = request.headers.get(header::CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    let encoding = match before {
        Some(before) if !before.is_empty() => format!("aws-chunked,{before}"),
        _ => "aws-chunked".into(),
    };
    if let Ok(encoding) = HeaderValue::from_str(&encoding) {
        request.headers.insert(header::CONTENT_ENCODING, encoding);
    }
    request.headers.insert(LENGTH, HeaderValue::from(request.body.len()));
}

/// Writes the body in signed chunks behind the signature of the request itself.
pub(super) fn write(request: &mut Request, key: &SecretBytes, time: &Time, seed: &str) {
    let empty = hex(&Sha256::digest([]));
    let mut before = seed.to_owned();
    let mut body = Vec::with_capacity(request.body.len() + request.body.len() / CHUNK * 90 + 180);
    for chunk in request.body.chunks(CHUNK).chain([[].as_slice()]) {
        let digest = hex(&Sha256::digest(chunk));
        let text =
            format!("AWS4-HMAC-SHA256-PAYLOAD\n{}\n{}\n{before}\n{empty}\n{digest}", time.stamp, time.scope);
        before = hex(&authenticate(key, text.as_bytes()));
        body.extend_from_slice(format!("{:x};chunk-signature={before}\r\n", chunk.len()).as_bytes());
        body.extend_from_slice(chunk);
        body.extend_from_slice(b"\r\n");
    }
    request.body = body;
}
