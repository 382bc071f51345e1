//! Requests for credentials, and for their end: temporary ones (RFC 5849 §2.1), those that calls are signed with (§2.3).

use super::{
    Endpoint, Met,
    signed::{Check, Problem, Wants, consumer_key},
};
use crate::{
    LabError,
    answer::{Answer, Outcome, Payload},
    check::compare,
    decode,
    desk::{Desk, log_as},
    dials::{CALLBACK, REDIRECT, TOKEN_REPLY},
    oauth::instead_of_tokens,
    people::Person,
    play::Asked,
    state::{About, Kind},
    walk::{Refused, Walk},
};
use hyper::{StatusCode, header};
use serde_json::json;

/// What stands for an address where the person takes a PIN back (§2.1).
pub(super) const OUT_OF_BAND: &str = "oob";
/// How long temporary credentials hold, in seconds: as long as a sign-in waits.
const TEMPORARY_LIFE: i64 = 600;
/// The others hold until they are ended: ten years.
const LIFE: i64 = 10 * 365 * 86_400;

/// Why there is no answer that a client hopes for.
enum Ended {
    Refused(Problem),
    Lab(LabError),
}

impl From<Problem> for Ended {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<Refused> for Ended {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused.into())
    }
}

impl From<LabError> for Ended {
    fn from(error: LabError) -> Self {
        Self::Lab(error)
    }
}

pub(super) fn answer(desk: &Desk<'_>, met: &Met<'_>) -> Result<Answer, LabError> {
    let mut walk = Walk::default();
    let came = consumer_key(desk.arrived).unwrap_or_default();
    let own = met.ways.iter().find(|(way, _)| desk.issuer.client_id(way) == came);
    let (way, oauth1) = *own.unwrap_or(&met.ways[0]);
    let check = Check {
        memory: desk,
        issuer: desk.issuer,
        link_name: &desk.play.link_name,
        way,
        oauth1,
        arrived: desk.arrived,
    };
    let answered = match met.endpoint {
        Endpoint::Temporary => temporary(desk, &check, &mut walk),
        Endpoint::Revoke => revoke(desk, &check, &mut walk),
        Endpoint::Token | Endpoint::Authorize => token(desk, &check, &mut walk),
    };
    match answered {
        Ok(answer) => {
            let outcome = answer.outcome;
            Ok(log_as(way, walk, outcome, answer))
        }
        Err(Ended::Refused(problem)) => Ok(log_as(way, walk, Outcome::Refused, refusal(desk, &problem))),
        Err(Ended::Lab(error)) => Err(error),
    }
}

fn temporary(desk: &Desk<'_>, check: &Check<'_>, walk: &mut Walk) -> Result<Answer, Ended> {
    let signed = check.run(walk, Wants::Nothing)?;
    let callback = signed.one("oauth_callback").unwrap_or_default();
    if callback.is_empty() {
        return Err(walk.refuse("Callback address", "missing", "parameter_absent").into());
    }
    let detail = if desk.behaviour.text(&REDIRECT) == "not_registered" {
        Some("not registered for this app, as the dial says")
    } else if callback == OUT_OF_BAND {
        (!check.oauth1.pin).then_some("`oob`, and this service gives no PIN")
    } else {
        (!check.oauth1.redirect.allows(callback)).then_some("not registered for this app")
    };
    if let Some(detail) = detail {
        return Err(walk.refuse("Callback address", detail, "parameter_rejected").into());
    }
    walk.right(
        "Callback address",
        if callback == OUT_OF_BAND { "none; a PIN is typed" } else { "registered" },
    );
    let about = About {
        way: check.way.name.clone(),
        client_id: desk.issuer.client_id(check.way),
        redirect_uri: Some(callback.to_owned()),
        ..About::default()
    };
    let family = desk.make_value("family-");
    let token = desk.make_value("lab_temp_");
    desk.keep(&token, Kind::Temporary, (&family, TEMPORARY_LIFE), &about)?;
    walk.right("Temporary credentials", "given");
    let confirmed =
        (desk.behaviour.text(&CALLBACK) == "confirmed").then_some(("oauth_callback_confirmed", "true"));
    Ok(give(desk, check, &token, &confirmed.into_iter().collect::<Vec<_>>()))
}

fn token(desk: &Desk<'_>, check: &Check<'_>, walk: &mut Walk) -> Result<Answer, Ended> {
    let signed = check.run(walk, Wants::Temporary)?;
    let Some((temporary, given)) = &signed.token else {
        return Err(walk.refuse("Temporary token", "missing", "parameter_absent").into());
    };
    let about = &given.about;
    if about.answer != Some(true) {
        return Err(walk.refuse("Person", "has not agreed yet", "permission_unknown").into());
    }
    let verifier = signed.one("oauth_verifier").unwrap_or_default();
    if verifier.is_empty() {
        return Err(walk.refuse("Verifier", "missing", "parameter_absent").into());
    }
    let typed = about.redirect_uri.as_deref() == Some(OUT_OF_BAND);
    let expected = desk.issuer.verifier(check.way, temporary, typed);
    if let Err(detail) = compare(&Asked::default(), &expected, verifier) {
        return Err(walk.refuse("Verifier", detail, "verifier_invalid").into());
    }
    if !desk.state.spend(temporary)? {
        let detail = "used before, and a temporary one counts once";
        return Err(walk.refuse("Temporary token", detail, "token_used").into());
    }
    walk.right("Verifier", "matches");
    let token = desk.make_value("lab_ot_");
    desk.keep(&token, Kind::Signing, (&given.family, LIFE), about)?;
    walk.right("Token", "given");
    let person = about.person.clone().unwrap_or_default();
    let subject = Person::subject(&person);
    Ok(give(desk, check, &token, &[("user_id", &subject), ("screen_name", &person)]))
}

fn revoke(desk: &Desk<'_>, check: &Check<'_>, walk: &mut Walk) -> Result<Answer, Ended> {
    let signed = check.run(walk, Wants::Token)?;
    if let Some((_, given)) = &signed.token {
        desk.state.revoke_family(&given.family)?;
    }
    walk.right("Token", "ended");
    Ok(Answer::of(StatusCode::OK, Payload::Json(json!({}))))
}

/// The reply that gives credentials (§2.1, §2.3), or what a dial puts in its place.
fn give(desk: &Desk<'_>, check: &Check<'_>, token: &str, more: &[(&str, &str)]) -> Answer {
    if let Some(answer) = instead_of_tokens(&desk.behaviour.text(&TOKEN_REPLY)) {
        return Answer { outcome: Outcome::Granted, ..answer };
    }
    let secret = desk.issuer.token_secret(check.way, token);
    // EXPOSE: the secret goes to the app that it is given to
    let mut pairs = vec![("oauth_token", token), ("oauth_token_secret", secret.expose().as_str())];
    pairs.extend(more);
    Answer { outcome: Outcome::Granted, ..form(StatusCode::OK, &pairs) }
}

fn refusal(desk: &Desk<'_>, problem: &Problem) -> Answer {
    let status = problem.status();
    let mut answer = form(status, &problem.members());
    if status == StatusCode::UNAUTHORIZED {
        answer
            .headers
            .push((header::WWW_AUTHENTICATE, format!("OAuth realm=\"{} (Lab)\"", desk.play.link_name)));
    }
    answer
}

fn form(status: StatusCode, pairs: &[(&str, &str)]) -> Answer {
    let pairs: Vec<_> = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Answer::of(status, Payload::Text("application/x-www-form-urlencoded", decode::to_form(&pairs)))
}
