//! Bodies that are signed chunk by chunk (S3): `SIZE;chunk-signature=…`, the chunk, and an empty one at the end. Each signature is made
//! of the one before, so nothing can be left out, put in or moved.

use super::{authenticate, canonical::hex};
use secret::{SecretBytes, SecretString};
use sha2::{Digest, Sha256};

/// Follows the chunks of a body from the signature of its request on; how many there were, or what is wrong.
pub(super) fn check(
    body: &[u8],
    (stamp, scope): (&str, &str),
    (seed, length): (&str, Option<usize>),
    key: &SecretBytes,
) -> Result<usize, String> {
    let empty = hex(&Sha256::digest([]));
    let (mut before, mut rest) = (seed.to_owned(), body);
    let (mut count, mut whole) = (0, 0);
    loop {
        count += 1;
        let unread = || format!("chunk {count} is not written as S3 reads it");
        let (size, signature, after) = head(rest).ok_or_else(unread)?;
        let (chunk, after) = after.split_at_checked(size).ok_or_else(unread)?;
        let after = after.strip_prefix(b"\r\n").ok_or_else(unread)?;
        let digest = hex(&Sha256::digest(chunk));
        let text = format!("AWS4-HMAC-SHA256-PAYLOAD\n{stamp}\n{scope}\n{before}\n{empty}\n{digest}");
        let right = authenticate(key, text.as_bytes());
        if !SecretString::new(right.clone()).ct_eq(&SecretString::new(signature.to_owned())) {
            return Err(format!("the signature of chunk {count} is wrong"));
        }
        (before, rest) = (right, after);
        whole += size;
        if size == 0 {
            break;
        }
    }
    if !rest.is_empty() {
        return Err("more stands behind its last chunk".to_owned());
    }
    if length != Some(whole) {
        return Err("longer or shorter than `x-amz-decoded-content-length` says".to_owned());
    }
    Ok(count - 1)
}

/// Size and signature of a chunk, and what stands behind them.
fn head(body: &[u8]) -> Option<(usize, &str, &[u8])> {
    let end = body.windows(2).position(|pair| pair == b"\r\n")?;
    let line = std::str::from_utf8(&body[..end]).ok()?;
    let (size, signature) = line.split_once(";chunk-signature=")?;
    Some((usize::from_str_radix(size, 16).ok()?, signature, &body[end + 2..]))
}
