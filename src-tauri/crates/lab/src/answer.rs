//! What the Lab answers, as the service would: refused, verified, or an echo that tells what arrived.
//!
//! A refusal carries the status and the words that the connector takes for one, a verified reply what the connector
//! reads from it. Both, like the echo, say in a member `lab` that they are pretended and what was checked, so that a
//! person who reads them is not misled. Nothing here does I/O.

use crate::{
    arrived::Arrived,
    aws,
    check::{Checked, Examined, Found, Held, Holder, Memory, Said, Verdict, examine_all},
    dials::{Behaviour, EXPIRED},
    document,
    issue::{Issuer, PERSON},
    pages::Page,
    play::{Authentication, Play, Verify, Way},
    seen::Seen,
    template::Template,
};
use hyper::{
    StatusCode,
    header::{self, HeaderName},
};
use secret::redact::Known;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// What the Lab did with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The request that proves a connection, with the right credential.
    Verified,
    /// Any other request with the right credential: answered by telling what arrived.
    Echoed,
    /// The credential, or what an app asks for, is not accepted.
    Refused,
    /// A page of the sign-in.
    Page,
    /// The browser was sent back with an answer.
    SentBack,
    /// Codes or tokens were given.
    Granted,
    /// Something that the service tells an app.
    Answered,
    /// Trouble on purpose, before anything was looked at.
    Troubled,
    /// The connector has no address at that host.
    NoSuchAddress,
    /// The Lab does not play that connector.
    NotPlayed,
}

/// A reply, and what the log tells of how it came to be.
#[derive(Debug)]
pub(crate) struct Answer {
    pub status: StatusCode,
    pub headers: Vec<(HeaderName, String)>,
    pub body: Payload,
    pub outcome: Outcome,
    pub checked: Option<Checked>,
    /// What the check came upon, to be masked.
    pub found: Vec<Found>,
    /// How long it is held back.
    pub after: Duration,
}

/// What a reply carries.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Payload {
    /// Nothing.
    Empty,
    /// A document.
    Json(Value),
    /// A page of the Lab's own.
    Page(Page),
    /// Anything else, of this content type.
    Text(&'static str, String),
    /// Not even a reply: the connection ends.
    Dropped,
}

impl Answer {
    /// A plain one.
    pub fn of(status: StatusCode, body: Payload) -> Self {
        let outcome = Outcome::Answered;
        Self {
            status,
            headers: Vec::new(),
            body,
            outcome,
            checked: None,
            found: Vec::new(),
            after: Duration::ZERO,
        }
    }
}

/// A request as it may be shown, the secrets of its connector masked.
pub(crate) fn seen(play: &Play, issuer: &Issuer, arrived: &Arrived, found: &[Found]) -> Seen {
    let mut known = Known::new();
    let issued = play.ways.iter().flat_map(|way| issuer.issue(way));
    issued.filter(|it| it.secret).for_each(|it| known.add(&it.value));
    Seen::new(arrived, found, known)
}

/// Answers a call as the service that `play` tells of.
pub(crate) fn answer(
    play: &Play,
    arrived: &Arrived,
    issuer: &Issuer,
    memory: &dyn Memory,
    behaviour: &Behaviour,
) -> Answer {
    if !plays_host(play, &arrived.target.host) {
        let message = format!("{} has no address at this host, so the Lab plays none there.", play.name);
        return plain(StatusCode::NOT_FOUND, &message, Outcome::NoSuchAddress);
    }
    let Examined { way, checked, found, held, said } = examine_all(play, arrived, issuer, memory);
    let verify = way.and_then(|way| way.verify.as_ref()).filter(|verify| is_verify(verify, play, arrived));
    let lab = |did: &str| json!({ "pretended": format!("{}, played by the Lab. {did}", play.name), "checked": checked.steps });
    let over = matches!(held, Some(Held::Over)).then(|| behaviour.text(&EXPIRED));
    let (status, body, outcome) = if let (false, Some(Said::Aws(refusal))) = (checked.is_right(), &said) {
        // AWS has one way to refuse, whatever a connector takes for it.
        let (status, body) = aws::refusal(refusal);
        (status, body, Outcome::Refused)
    } else if !checked.is_right() {
        let why = checked.why().unwrap_or_default();
        let message = format!("The Lab did not accept the credential. {why}.");
        let mut body = refusal(play, &message, lab("The credential was refused."));
        if let Some(Said::OAuth1(problem)) = &said {
            let members = problem.members().into_iter().map(|(name, value)| (name, value.into()));
            tell(&mut body, &members.collect::<Vec<_>>());
        }
        let status = match over.as_deref() {
            Some("401") => StatusCode::UNAUTHORIZED,
            Some("403") => StatusCode::FORBIDDEN,
            Some("404") => StatusCode::NOT_FOUND,
            Some("200") => {
                document::put(&mut body, "/error", "token_expired".into());
                if let Some(check) = verify.and_then(|verify| verify.expect_body.as_ref()) {
                    document::put(&mut body, &check.pointer, another_than(&check.equals));
                }
                StatusCode::OK
            }
            _ => refusal_status(play),
        };
        (status, Payload::Json(body), Outcome::Refused)
    } else if let Some(verify) = verify {
        let status = verify_status(verify);
        let person = match &held {
            Some(Held::Good(Holder { person: Some(person), .. })) => person,
            _ => PERSON,
        };
        let body = match (has_body(status), told_by_sts(way, arrived, person, verify.account.as_deref())) {
            (true, Some(told)) => told,
            (true, None) => Payload::Json(verified(verify, person, lab("Nothing left this machine."))),
            (false, _) => Payload::Empty,
        };
        (status, body, Outcome::Verified)
    } else if let Some(told) = told_by_sts(way, arrived, PERSON, None) {
        (StatusCode::OK, told, Outcome::Answered)
    } else {
        let mut body = json!(seen(play, issuer, arrived, &found));
        document::put(&mut body, "/lab", lab("This reply tells what arrived."));
        let body = match way.map(|way| &way.authentication) {
            Some(Authentication::AwsSigV4 { service, .. }) => aws::echo(service, &body),
            _ => Payload::Json(body),
        };
        (StatusCode::OK, body, Outcome::Echoed)
    };
    let challenge = way.filter(|_| status == StatusCode::UNAUTHORIZED && outcome == Outcome::Refused);
    let challenge = challenge.and_then(|way| challenge_of(way, play, (checked.verdict, said.as_ref())));
    let headers = challenge.map(|challenge| (header::WWW_AUTHENTICATE, challenge)).into_iter().collect();
    Answer { headers, outcome, checked: Some(checked), found, ..Answer::of(status, body) }
}

/// Answers for a connector that the Lab does not play.
pub(crate) fn not_played() -> Answer {
    let message =
        "The Lab plays no connector of this link name. Open it in Patchbay's Lab environment first.";
    plain(StatusCode::NOT_FOUND, message, Outcome::NotPlayed)
}

fn plain(status: StatusCode, message: &str, outcome: Outcome) -> Answer {
    Answer { outcome, ..Answer::of(status, Payload::Json(json!({ "message": message }))) }
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

/// What STS tells who asks who it is, where that service is played.
fn told_by_sts(way: Option<&Way>, arrived: &Arrived, person: &str, account: Option<&str>) -> Option<Payload> {
    match &way?.authentication {
        Authentication::AwsSigV4 { service, .. } => aws::caller_identity(service, arrived, person, account),
        _ => None,
    }
}

/// The account first: where the two cannot stand side by side, the reply must at least be what the connector expects.
fn verified(verify: &Verify, person: &str, lab: Value) -> Value {
    let mut body = json!({});
    if let Some(account) = &verify.account {
        document::put(&mut body, account, person.into());
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

/// What a service says in the place of the value that means that all is well.
fn another_than(value: &Value) -> Value {
    value.as_bool().map_or(Value::Null, |well| Value::Bool(!well))
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
fn challenge_of(way: &Way, play: &Play, (verdict, said): (Verdict, Option<&Said>)) -> Option<String> {
    let realm = format!("realm=\"{} (Lab)\"", play.link_name);
    let challenge = match &way.authentication {
        // RFC 5849 §3.5.1.
        Authentication::OAuth1(_) => match said {
            Some(Said::OAuth1(problem)) => format!("OAuth {realm}, oauth_problem=\"{}\"", problem.code),
            _ => format!("OAuth {realm}"),
        },
        Authentication::Basic { .. } => format!("Basic {realm}, charset=\"UTF-8\""),
        Authentication::Bearer { prefix, .. } if is_token(prefix) => bearer(prefix, &realm, verdict),
        Authentication::OAuth2(oauth2) | Authentication::OpenIdConnect(oauth2)
            if is_token(&oauth2.bearer) && oauth2.token_key.is_none() =>
        {
            bearer(&oauth2.bearer, &realm, verdict)
        }
        _ => return None,
    };
    header::HeaderValue::from_str(&challenge).is_ok().then_some(challenge)
}

fn bearer(prefix: &str, realm: &str, verdict: Verdict) -> String {
    match verdict {
        Verdict::Wrong => format!("{prefix} {realm}, error=\"invalid_token\""),
        Verdict::Malformed => format!("{prefix} {realm}, error=\"invalid_request\""),
        Verdict::Missing | Verdict::Right => format!("{prefix} {realm}"),
    }
}

/// RFC 9110 §5.6.2, as far as schemes are made of it.
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests;
