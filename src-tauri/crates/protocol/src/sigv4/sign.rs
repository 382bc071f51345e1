//! The signature of a request, and where it stands: in the `Authorization` header or in a presigned address.

use super::{
    Payload, Placement,
    canonical::{PathStyle, Signable, canonical_request, signed_names},
    chunks,
};
use crate::{
    encode::{decode_pairs, encode, encode_pairs},
    message::{HeaderName, HeaderValue, Request, header},
    runs::Runs,
};
use hmac::{Hmac, Mac};
use jiff::{Timestamp, tz::TimeZone};
use secret::{SecretBytes, SecretString};
use sha2::{Digest, Sha256};

/// The keys of an AWS identity.
#[derive(Clone, Debug)]
pub struct Keys {
    /// Names the key; public.
    pub access_key_id: String,
    /// Signs; never sent.
    pub secret_access_key: SecretString,
    /// Goes along with keys that last only hours.
    pub session_token: Option<SecretString>,
}

/// What a signature is valid for, and how it is made.
#[derive(Clone, Debug)]
pub struct Scope {
    /// The service's exact name.
    pub service: String,
    /// The region.
    pub region: String,
    /// Where the signature stands.
    pub placement: Placement,
    /// What of the body it covers.
    pub payload: Payload,
    /// Seconds for which a presigned address works.
    pub expires: u32,
    /// When it is signed.
    pub at: Timestamp,
}

/// Every step of a signature.
#[derive(Clone, Debug)]
pub struct Signed {
    /// The one spelling of the request.
    pub canonical_request: Runs,
    /// Algorithm, time, scope and the digest of the canonical request.
    pub string_to_sign: Runs,
    /// Where the secrets stand that the request carries now.
    pub placed: Vec<Placed>,
    /// The `Authorization` header as it may be shown.
    pub header: Option<Runs>,
    /// Names of what was put into headers or the query and may be shown.
    pub shown: Vec<&'static str>,
}

/// A secret that the request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// The value of a header: its name and what it is called.
    Header(&'static str, &'static str),
    /// The value of a query parameter.
    Query(&'static str, &'static str),
}

/// Why a request cannot be signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The address has no host.
    #[error("the address has no host")]
    Host,
    /// A value does not fit where it has to stand.
    #[error("the {0} holds characters that a request cannot carry")]
    Characters(&'static str),
    /// A chunked body is a thing of S3, and of headers.
    #[error("a streamed payload needs the service `s3` and the signature in the header")]
    Streaming,
}

/// What the session token is called where it is not shown.
pub const SESSION_TOKEN: &str = "Session token";
/// What the signature is called where it is not shown.
pub const SIGNATURE: &str = "Signature";
/// Stands for the digest of a body that is not signed.
pub const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const DATE: HeaderName = HeaderName::from_static("x-amz-date");
const CONTENT: HeaderName = HeaderName::from_static("x-amz-content-sha256");
const TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// Headers that are not signed: those between the two ends may change them, or they are the signature's own place.
const NOT_SIGNED: [HeaderName; 5] = [
    header::AUTHORIZATION,
    header::USER_AGENT,
    header::EXPECT,
    header::CONNECTION,
    HeaderName::from_static("x-amzn-trace-id"),
];

/// Signs `request`. This comes last: whatever changes in it afterwards makes the signature wrong.
/// # Errors
/// [`SignError`].
pub fn authorize(request: &mut Request, keys: &Keys, scope: &Scope) -> Result<Signed, SignError> {
    let is_s3 = matches!(scope.service.as_str(), "s3" | "s3-object-lambda" | "s3-outposts" | "s3express");
    if scope.payload == Payload::Streaming && (!is_s3 || scope.placement == Placement::Query) {
        return Err(SignError::Streaming);
    }
    let streams = scope.payload == Payload::Streaming && !request.body.is_empty();
    drop_former(request);
    let host = host_of(request)?;
    let time = Time::of(scope);
    if streams {
        chunks::announce(request);
    }
    let payload = match (scope.payload, scope.placement) {
        _ if streams => chunks::STREAMING.to_owned(),
        (Payload::Unsigned, _) => UNSIGNED.into(),
        // S3 takes no digest in a presigned address: who opens it brings the body.
        (_, Placement::Query) if is_s3 => UNSIGNED.into(),
        _ => hex(&Sha256::digest(&request.body)),
    };
    let tells_payload = scope.placement == Placement::Header && (is_s3 || scope.payload == Payload::Unsigned);
    let mut placed = Vec::new();
    let mut shown = Vec::new();
    if tells_payload {
        put(request, CONTENT, &payload, false, "digest")?;
        shown.push(CONTENT_NAME);
    }
    let credential = format!("{}/{}", keys.access_key_id, time.scope);
    match scope.placement {
        Placement::Header => {
            put(request, DATE, &time.stamp, false, "time")?;
            shown.push(DATE_NAME);
            if let Some(token) = &keys.session_token {
                // EXPOSE: the token becomes part of the outgoing request
                put(request, TOKEN, token.expose(), true, "session token")?;
                placed.push(Placed::Header(TOKEN_NAME, SESSION_TOKEN));
            }
        }
        Placement::Query => {
            let names = signed_names(&headers_of(request, &host));
            let expires = scope.expires.to_string();
            for (name, value) in [
                ("X-Amz-Algorithm", ALGORITHM),
                ("X-Amz-Credential", &credential),
                ("X-Amz-Date", &time.stamp),
                ("X-Amz-Expires", &expires),
                ("X-Amz-SignedHeaders", &names),
            ] {
                append_query(request, name, value);
                shown.push(name);
            }
            if let Some(token) = &keys.session_token {
                // EXPOSE: the token becomes part of the outgoing request
                append_query(request, "X-Amz-Security-Token", token.expose());
                placed.push(Placed::Query("X-Amz-Security-Token", SESSION_TOKEN));
            }
        }
    }
    let signable = Signable {
        method: request.method.as_str(),
        path: request.url.path(),
        query: request.url.query().unwrap_or_default(),
        headers: headers_of(request, &host),
        payload: &payload,
        path_style: if is_s3 { PathStyle::Exact } else { PathStyle::Normalized },
    };
    let (canonical, names) = canonical_request(&signable);
    let string_to_sign = string_to_sign(&canonical, &time);
    let key = signing_key(&keys.secret_access_key, &time.day, &scope.region, &scope.service);
    let signature = sign(&key, &string_to_sign);
    let mut header = None;
    match scope.placement {
        Placement::Header => {
            let mut runs = Runs::default();
            runs.push(&format!("{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature="));
            runs.push_secret(SIGNATURE, SecretString::new(signature.clone()));
            // EXPOSE: the header becomes part of the outgoing request
            put(request, header::AUTHORIZATION, runs.whole().expose(), true, "access key ID")?;
            header = Some(runs);
        }
        Placement::Query => {
            append_query(request, "X-Amz-Signature", &signature);
            placed.push(Placed::Query("X-Amz-Signature", SIGNATURE));
        }
    }
    if streams {
        chunks::write(request, &key, &time, &signature);
    }
    Ok(Signed { canonical_request: canonical, string_to_sign, placed, header, shown })
}

const CONTENT_NAME: &str = "x-amz-content-sha256";
const DATE_NAME: &str = "x-amz-date";
const TOKEN_NAME: &str = "x-amz-security-token";

/// The time of a signature, as it is written, and what that makes of the scope.
#[derive(Clone, Debug)]
pub struct Time {
    /// `20150830T123600Z`.
    pub stamp: String,
    /// `20150830`.
    pub day: String,
    /// `20150830/us-east-1/service/aws4_request`.
    pub scope: String,
}

impl Time {
    fn of(scope: &Scope) -> Self {
        let at = scope.at.to_zoned(TimeZone::UTC);
        let day = at.strftime("%Y%m%d").to_string();
        Self {
            stamp: at.strftime("%Y%m%dT%H%M%SZ").to_string(),
            scope: format!("{day}/{}/{}/aws4_request", scope.region, scope.service),
            day,
        }
    }
}

/// What the signature is made of.
pub fn string_to_sign(canonical: &Runs, time: &Time) -> Runs {
    // EXPOSE: only its digest goes on
    let digest = hex(&Sha256::digest(canonical.whole().expose().as_bytes()));
    Runs::from(format!("{ALGORITHM}\n{}\n{}\n{digest}", time.stamp, time.scope).as_str())
}

/// The key of a day, a region and a service.
pub(crate) fn signing_key(secret: &SecretString, day: &str, region: &str, service: &str) -> SecretBytes {
    // EXPOSE: the first of the keys
    let first = SecretString::new(format!("AWS4{}", secret.expose()));
    [day, region, service, "aws4_request"]
        .iter()
        .fold(first.to_bytes(), |key, part| SecretBytes::new(authenticate(&key, part.as_bytes())))
}

pub(crate) fn sign(key: &SecretBytes, string_to_sign: &Runs) -> String {
    // EXPOSE: it is signed
    hex(&authenticate(key, string_to_sign.whole().expose().as_bytes()))
}

pub(super) fn authenticate(key: &SecretBytes, text: &[u8]) -> Vec<u8> {
    // EXPOSE: the key of the signature
    let key = key.expose();
    // HMAC takes a key of any length, so this never fails.
    Hmac::<Sha256>::new_from_slice(key)
        .map_or_else(|_| Vec::new(), |mac| mac.chain_update(text).finalize().into_bytes().to_vec())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The `Host` header that the request will have.
fn host_of(request: &Request) -> Result<String, SignError> {
    let host = request.url.host_str().ok_or(SignError::Host)?;
    Ok(match request.url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// What is signed of the headers: all that are set, but for those that others change.
fn headers_of(request: &Request, host: &str) -> Vec<(String, String, Option<&'static str>)> {
    let set = request.headers.iter().filter(|(name, _)| !NOT_SIGNED.contains(name));
    let set = set.map(|(name, value)| {
        let secret = (name == TOKEN).then_some(SESSION_TOKEN);
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned(), secret)
    });
    set.chain([("host".to_owned(), host.to_owned(), None)]).collect()
}

fn put(
    request: &mut Request,
    name: HeaderName,
    value: &str,
    sensitive: bool,
    what: &'static str,
) -> Result<(), SignError> {
    let mut value = HeaderValue::from_str(value).map_err(|_| SignError::Characters(what))?;
    value.set_sensitive(sensitive);
    request.headers.insert(name, value);
    Ok(())
}

fn append_query(request: &mut Request, name: &str, value: &str) {
    let query = request.url.query().filter(|query| !query.is_empty()).map(|query| format!("{query}&"));
    let query = format!("{}{name}={}", query.unwrap_or_default(), encode(value.as_bytes()));
    request.url.set_query(Some(&query));
}

/// Takes a former signature out, and writes the query in the spelling that is signed, so that no reader takes a `+` for
/// something else.
fn drop_former(request: &mut Request) {
    request.url.set_fragment(None);
    for name in [header::AUTHORIZATION, DATE, CONTENT, TOKEN] {
        request.headers.remove(name);
    }
    if let Some(query) = request.url.query() {
        let own = [
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Date",
            "X-Amz-Expires",
            "X-Amz-SignedHeaders",
            "X-Amz-Security-Token",
            "X-Amz-Signature",
        ];
        let mut pairs = decode_pairs(query.as_bytes());
        pairs.retain(|pair| !own.iter().any(|own| own.as_bytes() == pair.name));
        let query = encode_pairs(&pairs);
        request.url.set_query((!query.is_empty()).then_some(query.as_str()));
    }
}
