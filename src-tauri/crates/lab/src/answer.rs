//! What the Lab answers, as the service would: refused, verified, or an echo that tells what arrived.
//!
//! A refusal carries the status and the words that the connector takes for one, a verified reply what the connector
//! reads from it. Both, like the echo, say in a member `lab` that they are pretended and what was checked, so that a
//! person who reads them is not misled. Nothing here does I/O.

use crate::{
    arrived::Arrived,
    check::{Checked, Examined, Verdict, examine_all},
    document,
    issue::{Issuer, PERSON},
    play::{Authentication, Play, Verify, Way},
    seen::Seen,
    template::Template,
};
use hyper::{StatusCode, header};
use secret::redact::Known;
use serde::Serialize;
use serde_json::{Value, json};

/// What the Lab did with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The request that proves a connection, with the right credential.
    Verified,
    /// Any other request with the right credential: answered by telling what arrived.
    Echoed,
    /// The credential is not accepted.
    Refused,
    /// The connector has no address at that host.
    NoSuchAddress,
    /// The Lab does not play that connector.
    NotPlayed,
}

/// A reply, and what the log tells of how it came to be.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: StatusCode,
    pub challenge: Option<String>,
    /// `None` where the status has no body.
    pub body: Option<Value>,
    pub outcome: Outcome,
    pub checked: Option<Checked>,
    pub seen: Seen,
}

/// Answers as the service that `play` tells of.
pub(crate) fn answer(play: &Play, arrived: &Arrived, issuer: &Issuer) -> Answer {
    let known = || {
        let mut known = Known::new();
        play.ways
            .iter()
            .flat_map(|way| issuer.issue(way))
            .filter(|it| it.secret)
            .for_each(|it| known.add(&it.value));
        known
    };
    if !plays_host(play, &arrived.target.host) {
        let message = format!("{} has no address at this host, so the Lab plays none there.", play.name);
        let seen = Seen::new(arrived, &[], known());
        return plain(StatusCode::NOT_FOUND, &message, Outcome::NoSuchAddress, seen);
    }
    let Examined { way, checked, found } = examine_all(play, arrived, issuer);
    let seen = Seen::new(arrived, &found, known());
    let verify = way.and_then(|way| way.verify.as_ref()).filter(|verify| is_verify(verify, play, arrived));
    let lab = |did: &str| json!({ "pretended": format!("{}, played by the Lab. {did}", play.name), "checked": checked.steps });
    let (status, body, outcome) = if !checked.is_right() {
        let why = checked.why().unwrap_or_default();
        let message = format!("The Lab did not accept the credential. {why}.");
        let body = refusal(play, &message, lab("The credential was refused."));
        (refusal_status(play), Some(body), Outcome::Refused)
    } else if let Some(verify) = verify {
        let status = verify_status(verify);
        let body = has_body(status).then(|| verified(verify, lab("Nothing left this machine.")));
        (status, body, Outcome::Verified)
    } else {
        let mut body = json!(seen);
        document::put(&mut body, "/lab", lab("This reply tells what arrived."));
        (StatusCode::OK, Some(body), Outcome::Echoed)
    };
    let challenge = way.filter(|_| status == StatusCode::UNAUTHORIZED && outcome == Outcome::Refused);
    let challenge = challenge.and_then(|way| challenge_of(way, play, checked.verdict));
    Answer { status, challenge, body, outcome, checked: Some(checked), seen }
}

/// Answers for a connector that the Lab does not play.
pub(crate) fn not_played(arrived: &Arrived) -> Answer {
    let message =
        "The Lab plays no connector of this link name. Open it in Patchbay's Lab environment first.";
    plain(StatusCode::NOT_FOUND, message, Outcome::NotPlayed, Seen::new(arrived, &[], Known::new()))
}

fn plain(status: StatusCode, message: &str, outcome: Outcome, seen: Seen) -> Answer {
    Answer {
        status,
        challenge: None,
        body: Some(json!({ "message": message })),
        outcome,
        checked: None,
        seen,
    }
}

fn plays_host(play: &Play, host: &str) -> bool {
    let targets = play.ways.iter().filter_map(|way| way.verify.as_ref()?.template(&play.base_url));
    Template::parse(&play.base_url).into_iter().chain(targets).any(|template| template.is_host(host))
}

fn is_verify(verify: &Verify, play: &Play, arrived: &Arrived) -> bool {
    let template = verify.template(&play.base_url);
    verify.method == arrived.method.as_str()
        && template.is_some_and(|template| template.match_whole(&arrived.target).is_some())
}

/// The account first: where the two cannot stand side by side, the reply must at least be what the connector expects.
fn verified(verify: &Verify, lab: Value) -> Value {
    let mut body = json!({});
    if let Some(account) = &verify.account {
        document::put(&mut body, account, PERSON.into());
    }
    if let Some(check) = &verify.expect_body {
        document::put(&mut body, &check.pointer, check.equals.clone());
    }
    tell(&mut body, &[("lab", lab)]);
    body
}

fn refusal(play: &Play, message: &str, lab: Value) -> Value {
    let mut body = json!({});
    if let Some(check) = &play.refusal.body {
        document::put(&mut body, &check.pointer, check.equals.clone());
    }
    tell(&mut body, &[("message", message.into()), ("lab", lab)]);
    body
}

/// Adds members to an object that has none of that name.
fn tell(body: &mut Value, members: &[(&str, Value)]) {
    if let Value::Object(body) = body {
        for (name, value) in members {
            body.entry(*name).or_insert_with(|| value.clone());
        }
    }
}

fn verify_status(verify: &Verify) -> StatusCode {
    status(verify.expect_status.first()).unwrap_or(StatusCode::OK)
}

fn refusal_status(play: &Play) -> StatusCode {
    status(play.refusal.status.first()).unwrap_or(StatusCode::UNAUTHORIZED)
}

/// A 1xx is no answer.
fn status(code: Option<&u16>) -> Option<StatusCode> {
    StatusCode::from_u16(*code?).ok().filter(|status| !status.is_informational())
}

/// RFC 9110 §6.4.1.
fn has_body(status: StatusCode) -> bool {
    !matches!(status, StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT | StatusCode::NOT_MODIFIED)
}

/// RFC 7617 §2, RFC 6750 §3: no error is told to a client that sent no credential.
fn challenge_of(way: &Way, play: &Play, verdict: Verdict) -> Option<String> {
    let realm = format!("realm=\"{} (Lab)\"", play.link_name);
    let challenge = match &way.authentication {
        Authentication::Basic { .. } => format!("Basic {realm}, charset=\"UTF-8\""),
        Authentication::Bearer { prefix, .. } if is_token(prefix) => match verdict {
            Verdict::Wrong => format!("{prefix} {realm}, error=\"invalid_token\""),
            Verdict::Malformed => format!("{prefix} {realm}, error=\"invalid_request\""),
            Verdict::Missing | Verdict::Right => format!("{prefix} {realm}"),
        },
        _ => return None,
    };
    header::HeaderValue::from_str(&challenge).is_ok().then_some(challenge)
}

/// RFC 9110 §5.6.2, as far as schemes are made of it.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests;
