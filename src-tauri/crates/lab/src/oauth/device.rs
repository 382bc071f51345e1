//! Device codes: the person types a short code on a page and agrees there (RFC 8628).
//!
//! The page stands at the address where the codes come from, opened with GET.

use super::{
    Desk, Met, Walk,
    authorize::permissions,
    client, log_as, reply,
    token::{asked_scopes, check_resources, step},
    walk::Refused,
};
use crate::{
    LabError,
    answer::{Answer, Outcome, Payload},
    arrived::{Body, values_of},
    dials::{DENY, FEWER_PERMISSIONS, PERSON},
    pages::{self, Ask},
    people::PersonBehaviour,
    play::oauth::Grant,
    sign_in::{A_WHILE, Consent, consent},
    state::{About, Given, Kind, Named, Standing},
};
use hyper::StatusCode;
use serde_json::{Value, json};

/// How long a code holds, and how long lies between two questions, in seconds.
const LIFE: i64 = 600;
const INTERVAL: i64 = 1;
/// Letters of a code that a person types: no vowels, so that it makes no word (RFC 8628 §6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

pub(super) fn begin(desk: &Desk<'_>, met: &Met<'_>) -> Result<Answer, LabError> {
    // The page posts here too; a browser says where it came from, an app does not.
    if !values_of(&desk.arrived.query, "user_code").is_empty() {
        return page(desk, met);
    }
    let mut walk = Walk::default();
    let (way, oauth2) = met.ways[0];
    Ok(match codes(desk, met, &mut walk)? {
        Ok(body) => {
            let answer = Answer::of(StatusCode::OK, Payload::Json(body));
            log_as(way, walk, Outcome::Granted, answer)
        }
        Err(refused) => log_as(way, walk, Outcome::Refused, reply::refusal(desk, oauth2, &refused)),
    })
}

fn codes(desk: &Desk<'_>, met: &Met<'_>, walk: &mut Walk) -> Result<Result<Value, Refused>, LabError> {
    let params = step!(walk.params(desk.arrived, false, met.ways[0].1.asks_in_json));
    let client = step!(client::authenticate(desk, walk, met, &params)?);
    if client.oauth2.grant != Grant::DeviceCode {
        return Ok(Err(walk.refuse("Grant type", "not allowed to this app", "unauthorized_client")));
    }
    step!(check_resources(walk, client.oauth2, &params));
    let scopes = step!(asked_scopes(walk, client.oauth2, &params));
    let code = desk.make_value("lab_dc_");
    let mut random = [0; 8];
    desk.ports.entropy.fill(&mut random);
    let letters: String =
        random.iter().map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()])).collect();
    let user_code = format!("{}-{}", &letters[..4], &letters[4..]);
    let given = Given {
        kind: Kind::Device,
        link_name: desk.play.link_name.clone(),
        family: desk.make_value("family-"),
        standing: Standing::Good,
        made_at: desk.time.passed,
        ends_at: desk.time.passed + LIFE,
        about: About {
            way: client.way.name.clone(),
            client_id: client.id.clone(),
            scopes,
            issuer: desk.issuer_at_lab(client.oauth2, &met.values),
            interval: INTERVAL,
            ..About::default()
        },
    };
    desk.state.keep_given(&code, Some(&plain(&user_code)), &given)?;
    walk.right("Codes", "given");
    let page = format!("{}{}", desk.base, desk.here());
    Ok(Ok(json!({
        "device_code": code,
        "user_code": user_code,
        "verification_uri": page,
        "verification_uri_complete": format!("{page}?user_code={user_code}"),
        "expires_in": LIFE,
        "interval": INTERVAL,
    })))
}

/// The person's pages.
pub(super) fn page(desk: &Desk<'_>, met: &Met<'_>) -> Result<Answer, LabError> {
    let mut walk = Walk::default();
    let way = met.ways[0].0;
    let page = person_part(desk, met, &mut walk)?;
    Ok(log_as(way, walk, Outcome::Page, page))
}

fn person_part(desk: &Desk<'_>, met: &Met<'_>, walk: &mut Walk) -> Result<Answer, LabError> {
    let html = |page: pages::Page| Answer::of(StatusCode::OK, Payload::Page(page));
    let typed = values_of(&desk.arrived.query, "user_code").first().copied().unwrap_or_default();
    let here = desk.here();
    let (service, host) = (desk.play.name.as_str(), desk.base.host());
    let form = Ask { service, host: &host, action: &here, leads_to: "" };
    if typed.is_empty() {
        walk.right("Page", "type the code");
        return Ok(html(pages::type_code(&form, None)));
    }
    let own = |given: &Given| {
        given.link_name == desk.play.link_name
            && given.standing == Standing::Good
            && given.about.answer.is_none()
            && given.ends_at > desk.time.passed
    };
    let Some(given) = desk.state.find_by_alias(&plain(typed))?.filter(own) else {
        let said = "No device waits with this code. Codes hold for ten minutes and work once.";
        walk.refuse("Code", "no device waits with it", "invalid_request");
        return Ok(html(pages::type_code(&form, Some(said))));
    };
    walk.right("Code", "a device waits with it");
    let known = |(way, _): &&(&crate::play::Way, &crate::play::oauth::OAuth2)| way.name == given.about.way;
    let (_, oauth2) = *met.ways.iter().find(known).unwrap_or(&met.ways[0]);
    let action = format!("{here}?user_code={}", crate::decode::to_percent(typed));
    let ask = Ask { action: &action, ..form };
    let posted = match &desk.arrived.body {
        Body::Form(pairs) => pairs.as_slice(),
        _ => &[],
    };
    let by_itself = desk.behaviour.text(&PERSON);
    let chosen = values_of(posted, "person").first().copied().unwrap_or_default();
    let email = if by_itself.is_empty() { chosen } else { &by_itself };
    let person = desk.state.person(email)?;
    let answer = |yes: bool, email: Option<String>, scopes: Option<Vec<String>>| {
        desk.state.change_about((Named::Alias, &plain(typed)), |about| {
            about.answer = Some(yes);
            about.person = email;
            about.agreed_at = desk.time.clock;
            if let Some(scopes) = scopes {
                about.scopes = scopes;
            }
        })
    };
    let (said, after) = match person {
        None => (None, None),
        Some(person) if person.behaviour == PersonBehaviour::WrongPassword => (
            Some(format!("{} typed a wrong password. Choose somebody else, or try again.", person.name)),
            None,
        ),
        Some(person) => (None, Some(person)),
    };
    let Some(person) = after.filter(|_| values_of(posted, "answer").first() != Some(&"other")) else {
        walk.right("Page", "choose a pretend person");
        return Ok(html(pages::choose(&ask, &desk.state.people()?, None, said.as_deref())));
    };
    walk.right("Person", person.name.clone());
    let denies = desk.behaviour.is_on(&DENY) || person.behaviour == PersonBehaviour::SaysNo;
    let lines = permissions(oauth2, &given.about.scopes);
    let mut scopes = match consent(desk, &ask, &person, &lines, posted) {
        Some(Consent::Page(page)) if !denies => {
            walk.right("Page", "permissions");
            let mut answer = html(page);
            if person.behaviour == PersonBehaviour::TakesLong {
                answer.after = A_WHILE;
            }
            return Ok(answer);
        }
        Some(Consent::Yes(scopes)) if !denies => scopes,
        None if !denies => given.about.scopes.clone(),
        _ => {
            answer(false, None, None)?;
            walk.refuse("Person", "says no", "access_denied");
            return Ok(html(pages::done(service, &host, "You said no", "The device has the answer.")));
        }
    };
    if desk.behaviour.is_on(&FEWER_PERMISSIONS) {
        scopes.pop();
    }
    answer(true, Some(person.email), Some(scopes))?;
    walk.right("Person", "agrees");
    let told = "Patchbay has the answer and carries on by itself.";
    Ok(html(pages::done(service, &host, "You can close this page", told)))
}

/// A code as it was made, however it was typed.
fn plain(code: &str) -> String {
    let letters = code.chars().filter(char::is_ascii_alphanumeric);
    format!("user code {}", letters.collect::<String>().to_ascii_uppercase())
}
