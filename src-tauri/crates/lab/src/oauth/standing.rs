//! Whether a token still holds: looked up for a call, told to an app (RFC 7662), ended by it (RFC 7009).

use super::{Desk, Met, Time, Walk, client, log_as, reply, token::step, walk::Refused};
use crate::{
    LabError,
    answer::{Answer, Outcome, Payload},
    check::{Held, Holder},
    people::Person,
    state::{Given, Kind, Standing, State},
};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

/// What is known of a token that a call carries.
pub(crate) fn look(state: &State, (link_name, time): (&str, Time), token: &str) -> Result<Held, LabError> {
    let Some(given) = state.find_given(token)? else { return Ok(Held::Unknown) };
    Ok(match given {
        given if given.link_name != link_name => Held::OfAnother,
        Given { kind: Kind::Refresh, .. } => Held::Refresh,
        Given { standing: Standing::Revoked, .. } => Held::Revoked,
        given if given.ends_at <= time.passed => Held::Over,
        Given { kind: kind @ (Kind::Access | Kind::IdToken), about, .. } => Held::Good(Holder {
            person: about.person,
            scopes: about.scopes,
            is_id_token: kind == Kind::IdToken,
        }),
        _ => Held::Unknown,
    })
}

pub(super) fn revoke(desk: &Desk<'_>, met: &Met<'_>) -> Result<Answer, LabError> {
    let mut walk = Walk::default();
    let (way, oauth2) = met.ways[0];
    Ok(match ended(desk, met, &mut walk)? {
        Ok(()) => log_as(way, walk, Outcome::Answered, Answer::of(StatusCode::OK, Payload::Json(json!({})))),
        Err(refused) => log_as(way, walk, Outcome::Refused, reply::refusal(desk, oauth2, &refused)),
    })
}

fn ended(desk: &Desk<'_>, met: &Met<'_>, walk: &mut Walk) -> Result<Result<(), Refused>, LabError> {
    let (token, client_id) = step!(token_of(desk, met, walk)?);
    match desk.state.find_given(&token)?.filter(|given| given.about.client_id == client_id) {
        // RFC 7009 §2.2: a token that is not known is as good as revoked.
        None => walk.right("Token", "not one that this app has; nothing to end"),
        Some(given) if given.kind == Kind::Refresh => {
            desk.state.revoke_family(&given.family)?;
            walk.right("Refresh token", "ended, with everything that came of it");
        }
        Some(_) => {
            desk.state.revoke_one(&token)?;
            walk.right("Token", "ended");
        }
    }
    Ok(Ok(()))
}

pub(super) fn introspect(desk: &Desk<'_>, met: &Met<'_>) -> Result<Answer, LabError> {
    let mut walk = Walk::default();
    let (way, oauth2) = met.ways[0];
    Ok(match told(desk, met, &mut walk)? {
        Ok(body) => log_as(way, walk, Outcome::Answered, Answer::of(StatusCode::OK, Payload::Json(body))),
        Err(refused) => log_as(way, walk, Outcome::Refused, reply::refusal(desk, oauth2, &refused)),
    })
}

fn told(desk: &Desk<'_>, met: &Met<'_>, walk: &mut Walk) -> Result<Result<Value, Refused>, LabError> {
    let (token, client_id) = step!(token_of(desk, met, walk)?);
    let holds = |given: &Given| {
        given.about.client_id == client_id
            && given.link_name == desk.play.link_name
            && given.standing == Standing::Good
            && given.ends_at > desk.time.passed
            && matches!(given.kind, Kind::Access | Kind::Refresh)
    };
    let Some(given) = desk.state.find_given(&token)?.filter(holds) else {
        walk.right("Token", "does not hold");
        return Ok(Ok(json!({ "active": false })));
    };
    walk.right("Token", "holds");
    let person = given.about.person.as_deref();
    Ok(Ok(json!({
        "active": true,
        "client_id": given.about.client_id,
        "scope": given.about.scopes.join(" "),
        "token_type": "Bearer",
        "exp": desk.time.clock + given.ends_at - desk.time.passed,
        "iat": desk.time.clock + given.made_at - desk.time.passed,
        "sub": person.map_or_else(|| given.about.client_id.clone(), Person::subject),
        "username": person,
    })))
}

/// The token that an app asks about, and who asks.
fn token_of(
    desk: &Desk<'_>,
    met: &Met<'_>,
    walk: &mut Walk,
) -> Result<Result<(String, String), Refused>, LabError> {
    let (_, oauth2) = met.ways[0];
    if desk.arrived.method != Method::POST && !oauth2.asks_by_get {
        let detail = format!("{}, and this service takes POST", desk.arrived.method);
        return Ok(Err(walk.refuse("Method", detail, "invalid_request")));
    }
    let params = step!(walk.params(desk.arrived, desk.arrived.method == Method::GET, oauth2.asks_in_json));
    let client = step!(client::authenticate(desk, walk, met, &params)?);
    let token = step!(params.needed(walk, "token")).to_owned();
    Ok(Ok((token, client.id)))
}
