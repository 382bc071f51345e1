//! The functions of Rust that `prelude.js` builds its helpers from: time and randomness of the ports, hashes, base64, log.

use super::sandbox::Job;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use protocol::digest::Hash;
use rquickjs::{Ctx, Exception, Function, Object};
use std::sync::{Arc, Mutex, PoisonError};

/// Lines that a run wrote.
pub(super) type Log = Arc<Mutex<Vec<String>>>;

/// The most lines of a run.
const MOST_LINES: usize = 50;
/// The longest line that is looked at: it is masked as a whole before it is cut, so that no half of a secret stays.
const LONGEST_LINE: usize = 8_000;
/// The most random bytes at a time.
const MOST_RANDOM: usize = 64;

/// The object that the prelude is called with.
pub(super) fn functions<'js>(ctx: &Ctx<'js>, job: &Job, log: &Log) -> rquickjs::Result<Object<'js>> {
    let host = Object::new(ctx.clone())?;
    let clock = Arc::clone(&job.clock);
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit for the next 285,000 years")]
    host.set("now", Function::new(ctx.clone(), move || clock.now().as_millisecond() as f64)?)?;
    let entropy = Arc::clone(&job.entropy);
    let random = move || {
        let mut bytes = [0; 8];
        entropy.fill(&mut bytes);
        // 53 bits, as many as a number of JavaScript holds, below 1.
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit")]
        let fraction = (u64::from_le_bytes(bytes) >> 11) as f64 / (1_u64 << 53) as f64;
        fraction
    };
    host.set("random", Function::new(ctx.clone(), random)?)?;
    let entropy = Arc::clone(&job.entropy);
    let uuid = move || {
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        uuid_of(bytes)
    };
    host.set("uuid", Function::new(ctx.clone(), uuid)?)?;
    let entropy = Arc::clone(&job.entropy);
    let random_hex = move |ctx: Ctx<'js>, count: f64| {
        if !(0.0..=MOST_RANDOM as f64).contains(&count) {
            return Err(Exception::throw_range(&ctx, "random_hex gives 0 to 64 bytes"));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within 0 and 64")]
        let mut bytes = vec![0; count as usize];
        entropy.fill(&mut bytes);
        Ok(hex(&bytes))
    };
    host.set("random_hex", Function::new(ctx.clone(), random_hex)?)?;
    host.set("hash", Function::new(ctx.clone(), hash)?)?;
    host.set("hmac", Function::new(ctx.clone(), hmac)?)?;
    host.set("base64_encode", Function::new(ctx.clone(), base64_encode)?)?;
    host.set("base64_decode", Function::new(ctx.clone(), base64_decode)?)?;
    let log = Arc::clone(log);
    host.set("log", Function::new(ctx.clone(), move |line: String| write_line(&log, line))?)?;
    Ok(host)
}

fn write_line(log: &Log, line: String) {
    let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
    match log.len() {
        ..MOST_LINES if line.len() > LONGEST_LINE => {
            log.push(format!("(a line of {} characters was left out)", line.chars().count()));
        }
        ..MOST_LINES => log.push(line),
        MOST_LINES => log.push("(further lines were left out)".into()),
        _ => {}
    }
}

fn hash(ctx: Ctx<'_>, algorithm: String, text: String, output: String) -> rquickjs::Result<String> {
    written(&ctx, &known(&ctx, &algorithm)?.digest(text.as_bytes()), &output)
}

fn hmac(
    ctx: Ctx<'_>,
    algorithm: String,
    key: String,
    text: String,
    output: String,
    key_encoding: String,
) -> rquickjs::Result<String> {
    let key = match key_encoding.as_str() {
        "text" => Some(key.into_bytes()),
        "hex" => unhex(&key),
        "base64" | "base64url" => unbase64(&key),
        _ => return Err(Exception::throw_type(&ctx, "key_encoding is text, hex or base64")),
    };
    let key = key.ok_or_else(|| Exception::throw_type(&ctx, "the key is not written in its key_encoding"))?;
    written(&ctx, &known(&ctx, &algorithm)?.hmac(&key, text.as_bytes()), &output)
}

fn known(ctx: &Ctx<'_>, algorithm: &str) -> rquickjs::Result<Hash> {
    Hash::parse(algorithm)
        .ok_or_else(|| Exception::throw_type(ctx, "the algorithm is md5, sha1, sha256, sha384 or sha512"))
}

fn written(ctx: &Ctx<'_>, bytes: &[u8], output: &str) -> rquickjs::Result<String> {
    match output {
        "hex" => Ok(hex(bytes)),
        "base64" => Ok(STANDARD.encode(bytes)),
        "base64url" => Ok(URL_SAFE_NO_PAD.encode(bytes)),
        _ => Err(Exception::throw_type(ctx, "the output is hex, base64 or base64url")),
    }
}

fn base64_encode(text: String, url_safe: bool) -> String {
    if url_safe { URL_SAFE_NO_PAD.encode(text) } else { STANDARD.encode(text) }
}

fn base64_decode(ctx: Ctx<'_>, text: String) -> rquickjs::Result<String> {
    unbase64(&text)
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| Exception::throw_type(&ctx, "this is no text in base64"))
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let bare = text.trim().trim_end_matches('=').replace('-', "+").replace('_', "/");
    STANDARD_NO_PAD.decode(bare).ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

/// RFC 9562 §5.4: version 4, variant 10.
fn uuid_of(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let text = hex(&bytes);
    format!("{}-{}-{}-{}-{}", &text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..])
}
