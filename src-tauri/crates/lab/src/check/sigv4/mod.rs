//! Calls that are signed by AWS Signature Version 4, with code of the Lab's own.
//!
//! Source: *AWS Signature Version 4 for API requests* and, for S3, *Authenticating Requests* of the Amazon S3 API Reference. The
//! request is put into its one spelling again from what arrived ([`canonical`]), signed anew, and only then compared, so a
//! refusal can tell both texts as AWS tells them ([`crate::aws`]). Bodies that come in signed chunks are followed chunk by
//! chunk ([`chunks`]).

mod canonical;
mod chunks;
#[cfg(test)]
mod tests;

use super::{Findings, Memory, Place, Said, Verdict, compare};
use crate::{
    arrived::Arrived,
    aws::{self, Fault, Refusal},
    issue::Issuer,
    play::{Asked, Way},
    walk::Walk,
};
use canonical::{Time, hex, string_to_sign};
use hmac::{Hmac, Mac};
use secret::{SecretBytes, SecretString};
use sha2::{Digest, Sha256};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// Stands for the digest of a body that is not signed, and of one that is signed in chunks.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";
const STREAMING: &str = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
/// How many seconds a request may be from the service's clock; S3 allows more.
const NEAR: i64 = 300;
const NEAR_S3: i64 = 900;
/// The longest that a presigned address works.
const LONGEST: i64 = 604_800;

/// What a connector says of its service; with a placeholder in it, any will do.
#[derive(Clone, Copy)]
pub(super) struct Expected<'a> {
    pub service: &'a str,
    pub region: &'a str,
}

/// What a request says of its own signature.
#[derive(Debug)]
struct Claim {
    place: Stands,
    access_key: String,
    /// Day, region, service and the word that ends a scope.
    scope: [String; 4],
    names: Vec<String>,
    signature: String,
}

/// Where a signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stands {
    Header,
    Query,
}

/// Everything that a check looks at.
struct Check<'a> {
    arrived: &'a Arrived,
    expected: Expected<'a>,
    way: &'a Way,
    issuer: &'a Issuer,
    now: i64,
}

pub(super) fn check(
    findings: &mut Findings,
    arrived: &Arrived,
    (way, expected): (&Way, Expected<'_>),
    (issuer, memory): (&Issuer, &dyn Memory),
) {
    let mut walk = Walk::default();
    let check = Check { arrived, expected, way, issuer, now: memory.time().clock };
    let refused = check.run(&mut walk).err();
    let (steps, found) = walk.into_parts();
    findings.steps.extend(steps);
    findings.found.extend(found);
    if let Some(refusal) = refused {
        findings.verdict = findings.verdict.max(Some(match refusal.fault {
            Fault::Missing => Verdict::Missing,
            Fault::Malformed => Verdict::Malformed,
            _ => Verdict::Wrong,
        }));
        findings.said = Some(Said::Aws(Box::new(refusal)));
    }
}

impl Check<'_> {
    fn run(&self, walk: &mut Walk) -> Result<(), Refusal> {
        let claim = self.claim(walk)?;
        self.check_keys(walk, &claim)?;
        self.check_scope(walk, &claim)?;
        self.check_names(walk, &claim)?;
        let time = self.check_time(walk, &claim)?;
        let payload = self.payload(walk, &claim)?;
        let canonical = canonical::request(self.arrived, &claim.names, &payload, claim.is_s3());
        let text = string_to_sign(&canonical, &time.stamp, &claim.scope.join("/"));
        let secret = self.issuer.aws_secret(self.way);
        let key = signing_key(&secret, &claim.scope);
        let right = SecretString::new(authenticate(&key, text.as_bytes()));
        if !right.ct_eq(&SecretString::new(claim.signature.clone())) {
            let detail = "not made with this key, or not of this request";
            let refusal = self.refuse(walk, Fault::Signature, "Signature", detail);
            let texts = aws::Texts { canonical, string_to_sign: text, provided: claim.signature };
            return Err(Refusal { texts: Some(texts), ..refusal });
        }
        walk.right("Signature", "right");
        self.check_body(walk, (&claim, &time), &payload, &key)
    }

    /// Where the signature stands and what it says of itself.
    fn claim(&self, walk: &mut Walk) -> Result<Claim, Refusal> {
        const WHAT: &str = "Where the signature stands";
        let headers = self.arrived.header("authorization");
        let in_query = !self.arrived.in_query("X-Amz-Signature").is_empty()
            || !self.arrived.in_query("X-Amz-Algorithm").is_empty();
        let unread = |walk: &mut Walk| {
            let detail = "there, but not written as AWS writes it";
            self.refuse(walk, Fault::Malformed, WHAT, detail)
        };
        match (headers.as_slice(), in_query) {
            ([], false) => {
                let detail = "missing; the request is not signed";
                Err(self.refuse(walk, Fault::Missing, WHAT, detail))
            }
            ([header], false) => {
                walk.found(Place::Header("authorization".into()), "", header);
                let claim = Claim::of_header(header).ok_or_else(|| unread(walk))?;
                // What is no secret of it helps people; the signature itself is of no use to them.
                walk.right(WHAT, "in the header");
                Ok(claim)
            }
            ([], true) => {
                for key in ["X-Amz-Signature", "X-Amz-Security-Token"] {
                    for value in self.arrived.in_query(key) {
                        walk.found(Place::Query(key.to_owned()), "", value);
                    }
                }
                let claim = Claim::of_query(self.arrived).ok_or_else(|| unread(walk))?;
                walk.right(WHAT, "in the address, which is presigned");
                Ok(claim)
            }
            _ => {
                let detail = "in several places; a request is signed in one";
                Err(self.refuse(walk, Fault::Malformed, WHAT, detail))
            }
        }
    }

    /// Access key and session token: the Lab's keys last only hours, so both are needed.
    fn check_keys(&self, walk: &mut Walk, claim: &Claim) -> Result<(), Refusal> {
        let expected = SecretString::new(self.issuer.aws_access_key(self.way));
        if let Err(detail) = compare(&Asked::default(), &expected, &claim.access_key) {
            return Err(self.refuse(walk, Fault::AccessKey, "Access key ID", detail));
        }
        walk.right("Access key ID", "known");
        let tokens = match claim.place {
            Stands::Header => self.arrived.header("x-amz-security-token"),
            Stands::Query => {
                let found = self.arrived.in_query("X-Amz-Security-Token");
                found.into_iter().map(str::to_owned).collect()
            }
        };
        for token in &tokens {
            walk.found(Place::Header("x-amz-security-token".into()), "", token);
        }
        let [token] = tokens.as_slice() else {
            let detail = "missing, and this access key does not work without it";
            return Err(self.refuse(walk, Fault::SessionToken, "Session token", detail));
        };
        match compare(&Asked::default(), &self.issuer.aws_session_token(self.way), token) {
            Ok(detail) => walk.right("Session token", detail),
            Err(detail) => return Err(self.refuse(walk, Fault::SessionToken, "Session token", detail)),
        }
        Ok(())
    }

    fn check_scope(&self, walk: &mut Walk, claim: &Claim) -> Result<(), Refusal> {
        let [_, region, service, end] = &claim.scope;
        let fits =
            |expected: &str, came: &str| came == expected || expected.contains('{') && !came.is_empty();
        let fault = if !fits(self.expected.region, region) {
            Some(format!("another region than {}", self.expected.region))
        } else if !fits(self.expected.service, service) {
            Some(format!("another service than {}", self.expected.service))
        } else if end != "aws4_request" {
            Some("it does not end with aws4_request".to_owned())
        } else {
            None
        };
        if let Some(detail) = fault {
            return Err(self.refuse(walk, Fault::Scope, "Scope", &detail));
        }
        walk.right("Scope", format!("{region}, {service}"));
        Ok(())
    }

    /// What must be signed is, and what is said to be signed is there.
    fn check_names(&self, walk: &mut Walk, claim: &Claim) -> Result<(), Refusal> {
        const WHAT: &str = "Signed headers";
        let is_signed = |name: &str| claim.names.iter().any(|signed| signed == name);
        let needed = |name: &&str| *name == "host" || name.starts_with("x-amz-");
        let names = self.arrived.headers.keys().map(hyper::header::HeaderName::as_str);
        let left_out = names.filter(needed).find(|name| !is_signed(name));
        let absent = claim.names.iter().find(|name| self.arrived.header(name).is_empty());
        let detail = match (left_out, absent) {
            (Some(name), _) => format!("without `{name}`, which must be signed"),
            (None, Some(name)) => format!("with `{name}`, which did not arrive"),
            (None, None) if claim.names.is_sorted() => {
                walk.right(WHAT, claim.names.join(", "));
                return Ok(());
            }
            (None, None) => "not in alphabetical order".to_owned(),
        };
        Err(self.refuse(walk, Fault::Malformed, WHAT, &detail))
    }

    fn check_time(&self, walk: &mut Walk, claim: &Claim) -> Result<Time, Refusal> {
        let stamp = match claim.place {
            Stands::Header => self.arrived.header("x-amz-date").first().cloned(),
            Stands::Query => self.arrived.in_query("X-Amz-Date").first().map(|stamp| (*stamp).to_owned()),
        };
        let Some(time) = stamp.as_deref().and_then(Time::parse) else {
            let detail = "missing, or not written as 20261122T100000Z";
            return Err(self.refuse(walk, Fault::Malformed, "Time", detail));
        };
        if time.day() != claim.scope[0] {
            let detail = "another day than that of the scope";
            return Err(self.refuse(walk, Fault::Scope, "Time", detail));
        }
        let near = if claim.is_s3() { NEAR_S3 } else { NEAR };
        let away = self.now - time.at;
        if claim.place == Stands::Query {
            let expires =
                self.arrived.in_query("X-Amz-Expires").first().and_then(|it| it.parse::<i64>().ok());
            let Some(expires) = expires.filter(|expires| (1..=LONGEST).contains(expires)) else {
                let detail = format!("not 1 to {LONGEST} seconds");
                return Err(self.refuse(walk, Fault::Malformed, "Expires", &detail));
            };
            if away > expires {
                let detail = format!("over for {} seconds", away - expires);
                return Err(self.refuse(walk, Fault::Expired, "Expires", &detail));
            }
            if -away > near {
                let detail = format!("{} seconds ahead of the service’s clock", -away);
                return Err(self.refuse(walk, Fault::Time, "Time", &detail));
            }
            walk.right("Expires", format!("in {} seconds", expires - away));
        } else if away.abs() > near {
            let detail = format!("{} seconds from the service’s clock, and {near} are allowed", away.abs());
            return Err(self.refuse(walk, Fault::Time, "Time", &detail));
        } else {
            walk.right("Time", "near");
        }
        Ok(time)
    }

    /// What stands for the body in the text that is signed.
    fn payload(&self, walk: &mut Walk, claim: &Claim) -> Result<String, Refusal> {
        let told = self.arrived.header("x-amz-content-sha256").first().cloned();
        let digest = || hex(&Sha256::digest(&self.arrived.spelled.body));
        let known = |told: &str| {
            [UNSIGNED, STREAMING].contains(&told)
                || told.len() == 64 && told.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        match (told, claim.place, claim.is_s3()) {
            (Some(told), ..) if known(&told) => Ok(told),
            (Some(_), ..) => {
                let detail = "neither a digest nor a word for how the body is signed that the Lab knows";
                Err(self.refuse(walk, Fault::Malformed, "Header `x-amz-content-sha256`", detail))
            }
            (None, Stands::Query, true) => Ok(UNSIGNED.to_owned()),
            (None, Stands::Header, true) => {
                let detail = "missing, and S3 needs it";
                Err(self.refuse(walk, Fault::Malformed, "Header `x-amz-content-sha256`", detail))
            }
            (None, _, false) => Ok(digest()),
        }
    }

    /// The body itself, once it is known who says what of it.
    fn check_body(
        &self,
        walk: &mut Walk,
        (claim, time): (&Claim, &Time),
        payload: &str,
        key: &SecretBytes,
    ) -> Result<(), Refusal> {
        let body = &self.arrived.spelled.body;
        match payload {
            UNSIGNED => walk.right("Body", "not signed"),
            STREAMING => {
                let length = self.arrived.header("x-amz-decoded-content-length");
                let length = length.first().and_then(|length| length.parse().ok());
                let scope = (time.stamp.as_str(), claim.scope.join("/"));
                match chunks::check(body, (scope.0, &scope.1), (&claim.signature, length), key) {
                    Ok(chunks) => walk.right("Body", format!("right, in {chunks} signed chunks")),
                    Err(detail) => return Err(self.refuse(walk, Fault::Chunk, "Body", &detail)),
                }
            }
            digest if digest == hex(&Sha256::digest(body)) => walk.right("Body", "right"),
            _ => {
                let detail = "not the one that its digest is of";
                return Err(self.refuse(walk, Fault::Body, "Body", detail));
            }
        }
        Ok(())
    }

    fn refuse(&self, walk: &mut Walk, fault: Fault, what: &str, detail: &str) -> Refusal {
        let refused = walk.refuse(what, detail, "");
        let access_key = self.issuer.aws_access_key(self.way);
        let service = self.expected.service.to_owned();
        Refusal { fault, service, access_key, why: refused.description, texts: None }
    }
}

impl Claim {
    /// `AWS4-HMAC-SHA256 Credential=…/…/…/…/aws4_request, SignedHeaders=…, Signature=…`
    fn of_header(header: &str) -> Option<Self> {
        let (algorithm, rest) = header.split_once(' ')?;
        let pairs: Vec<_> = rest.split(',').filter_map(|pair| pair.trim().split_once('=')).collect();
        let one = |name: &str| {
            let mut found = pairs.iter().filter(|(key, _)| *key == name);
            match (found.next(), found.next()) {
                (Some((_, value)), None) => Some(*value),
                _ => None,
            }
        };
        (algorithm == ALGORITHM).then_some(())?;
        let parts = (one("Credential")?, one("SignedHeaders")?, one("Signature")?);
        Self::of(Stands::Header, parts)
    }

    fn of_query(arrived: &Arrived) -> Option<Self> {
        let one = |key: &'static str| match arrived.in_query(key)[..] {
            [value] => Some(value),
            _ => None,
        };
        (one("X-Amz-Algorithm")? == ALGORITHM).then_some(())?;
        let parts = (one("X-Amz-Credential")?, one("X-Amz-SignedHeaders")?, one("X-Amz-Signature")?);
        Self::of(Stands::Query, parts)
    }

    fn of(place: Stands, (credential, names, signature): (&str, &str, &str)) -> Option<Self> {
        // An access key ID may hold slashes; the four parts behind it do not.
        let mut parts = credential.rsplitn(5, '/').map(str::to_owned);
        let (end, service, region, day) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            place,
            access_key: parts.next()?,
            scope: [day, region, service, end],
            names: names.split(';').map(str::to_owned).collect(),
            signature: signature.to_owned(),
        })
    }

    fn is_s3(&self) -> bool {
        aws::is_s3(&self.scope[2])
    }
}

/// The key of a day, a region and a service.
fn signing_key(secret: &SecretString, scope: &[String; 4]) -> SecretBytes {
    // EXPOSE: the first of the keys
    let first = SecretBytes::new(format!("AWS4{}", secret.expose()).into_bytes());
    scope.iter().fold(first, |key, part| SecretBytes::new(mac(&key, part.as_bytes())))
}

fn authenticate(key: &SecretBytes, text: &[u8]) -> String {
    hex(&mac(key, text))
}

fn mac(key: &SecretBytes, text: &[u8]) -> Vec<u8> {
    // EXPOSE: the key of the signature
    let key = key.expose();
    // HMAC takes a key of any length, so this never fails.
    <Hmac<Sha256> as Mac>::new_from_slice(key)
        .map_or_else(|_| Vec::new(), |mac| mac.chain_update(text).finalize().into_bytes().to_vec())
}
