//! The person's authorization (RFC 5849 §2.2): the page is found by the temporary token, and the browser goes back with a
//! verifier, or the person takes a PIN along.

use super::{Met, legs::OUT_OF_BAND};
use crate::{
    LabError,
    answer::{Answer, Outcome, Payload},
    check::Place,
    decode,
    desk::{Desk, log_as},
    dials::{DENY, REDIRECT},
    oauth::origin_of,
    pages::{self, Ask},
    play::Way,
    sign_in::{self, Part},
    state::{Given, Kind, Named, Standing},
    walk::{Refused, Walk},
};
use hyper::{StatusCode, header};

/// Temporary credentials that wait for their person.
struct Waiting<'a> {
    way: &'a Way,
    token: String,
    callback: String,
}

pub(super) fn answer(desk: &Desk<'_>, met: &Met<'_>) -> Result<Answer, LabError> {
    let mut walk = Walk::default();
    let waiting = match find(desk, met, &mut walk)? {
        Ok(waiting) => waiting,
        Err(refused) => {
            let page = pages::refusal(&desk.play.name, &desk.base.host(), &refused.description);
            let answer = Answer::of(StatusCode::BAD_REQUEST, Payload::Page(page));
            return Ok(log_as(met.ways[0].0, walk, Outcome::Refused, answer));
        }
    };
    let answer = go_on(desk, &mut walk, &waiting)?;
    let outcome = answer.outcome;
    Ok(log_as(waiting.way, walk, outcome, answer))
}

fn find<'a>(
    desk: &Desk<'_>,
    met: &Met<'a>,
    walk: &mut Walk,
) -> Result<Result<Waiting<'a>, Refused>, LabError> {
    const WHAT: &str = "Temporary token";
    let [token] = desk.arrived.in_query("oauth_token")[..] else {
        let detail = "missing, or there several times";
        return Ok(Err(walk.refuse(WHAT, detail, "parameter_absent")));
    };
    walk.found(Place::Query("oauth_token".into()), "", token);
    let given = desk.state.find_given(token)?;
    let own = given.filter(|given| given.link_name == desk.play.link_name && given.kind == Kind::Temporary);
    let fault = match &own {
        None => Some(("not one that the Lab gave", "token_rejected")),
        Some(Given { standing: Standing::Revoked, .. }) => {
            Some(("the person said no, or it was ended", "token_revoked"))
        }
        Some(given) if given.standing == Standing::Spent || given.about.answer.is_some() => {
            Some(("used before, and a temporary one counts once", "token_used"))
        }
        Some(given) if given.ends_at <= desk.time.passed => Some(("its time is over", "token_expired")),
        Some(_) => None,
    };
    if let Some((detail, code)) = fault {
        return Ok(Err(walk.refuse(WHAT, detail, code)));
    }
    walk.right(WHAT, "known");
    let about = own.map(|given| given.about).unwrap_or_default();
    let way = met.ways.iter().map(|(way, _)| *way).find(|way| way.name == about.way);
    let callback = about.redirect_uri.unwrap_or_default();
    Ok(Ok(Waiting { way: way.unwrap_or(met.ways[0].0), token: token.to_owned(), callback }))
}

fn go_on(desk: &Desk<'_>, walk: &mut Walk, waiting: &Waiting<'_>) -> Result<Answer, LabError> {
    if desk.behaviour.is_on(&DENY) {
        return declined(desk, walk, waiting, "says no, as the dial says");
    }
    let action = format!("{}?{}", desk.here(), decode::to_form(&desk.arrived.query));
    let leads_to = if waiting.callback == OUT_OF_BAND { String::new() } else { origin_of(&waiting.callback) };
    let host = desk.base.host();
    let ask = Ask { service: &desk.play.name, host: &host, action: &action, leads_to: &leads_to };
    let person = match sign_in::part(desk, walk, &ask, None, &[])? {
        Part::Page(answer, what) => {
            walk.right("Page", what);
            return Ok(Answer { outcome: Outcome::Page, ..answer });
        }
        Part::No(detail) => return declined(desk, walk, waiting, detail),
        Part::Agrees(person, _) => person,
    };
    desk.state.change_about((Named::Value, &waiting.token), |about| {
        about.answer = Some(true);
        about.person = Some(person.email);
        about.agreed_at = desk.time.clock;
    })?;
    walk.right("Person", "agrees");
    let typed = waiting.callback == OUT_OF_BAND;
    let verifier = desk.issuer.verifier(waiting.way, &waiting.token, typed);
    // EXPOSE: the person takes it back to the app
    let verifier = verifier.expose().as_str();
    Ok(match typed {
        true => page(pages::pin(&desk.play.name, &host, verifier)),
        false => send_back(desk, waiting, ("oauth_verifier", verifier)),
    })
}

/// Ends the temporary credentials: nobody agrees to them any more.
fn declined(
    desk: &Desk<'_>,
    walk: &mut Walk,
    waiting: &Waiting<'_>,
    detail: &str,
) -> Result<Answer, LabError> {
    walk.refuse("Person", detail, "permission_denied");
    desk.state.revoke_one(&waiting.token)?;
    Ok(match waiting.callback == OUT_OF_BAND {
        true => {
            let told = "There is no PIN. Cancel the sign-in in Patchbay.";
            page(pages::done(&desk.play.name, &desk.base.host(), "You said no", told))
        }
        false => send_back(desk, waiting, ("oauth_problem", "permission_denied")),
    })
}

fn page(page: pages::Page) -> Answer {
    Answer { outcome: Outcome::Page, ..Answer::of(StatusCode::OK, Payload::Page(page)) }
}

fn send_back(desk: &Desk<'_>, waiting: &Waiting<'_>, (key, value): (&str, &str)) -> Answer {
    let mut address = waiting.callback.clone();
    if desk.behaviour.text(&REDIRECT) == "elsewhere" {
        address.push_str("/elsewhere");
    }
    let mark = if address.contains('?') { '&' } else { '?' };
    let pairs = [("oauth_token".to_owned(), waiting.token.clone()), (key.to_owned(), value.to_owned())];
    let mut answer = Answer::of(StatusCode::SEE_OTHER, Payload::Empty);
    answer.headers.push((header::LOCATION, format!("{address}{mark}{}", decode::to_form(&pairs))));
    Answer { outcome: Outcome::SentBack, ..answer }
}
