//! The authorize endpoint: what the app asks, who the person is, what they agree to (RFC 6749 §4.1.1, §4.2.1; OpenID Connect
//! Core §3; RFC 7636 §4.3; RFC 9207).
//!
//! Nothing of a sign-in is kept: its pages post to the address that they were opened with, and each time the whole request
//! is checked again. Until client and redirect address are known to be right, a page says what is wrong; from then on the
//! browser goes back with it.

use super::{
    Desk, Met, Walk, client, identity, log_as, reply,
    token::{asked_scopes, check_demands, check_resources, step},
    walk::{Params, Refused},
};
use crate::{
    LabError,
    answer::{Answer, Outcome, Payload},
    decode,
    dials::{DENY, FEWER_PERMISSIONS, PKCE, REDIRECT, STATE, TOKEN_LIFETIME},
    pages::{self, Ask},
    play::{
        Way,
        oauth::{CaptureFrom, Challenge, OAuth2, ResponseMode},
    },
    sign_in::{self, Part},
    state::{About, Kind},
};
use hyper::{StatusCode, header};

/// How long a code holds, in seconds.
const CODE_LIFE: i64 = 60;

/// A request of the app, with client and redirect address known to be right.
struct Asked<'a> {
    way: &'a Way,
    oauth2: &'a OAuth2,
    params: Params,
    redirect_uri: String,
    state: Option<String>,
    mode: ResponseMode,
}

/// What the app asks for.
struct Wanted {
    scopes: Vec<String>,
    challenge: Option<(String, String)>,
    nonce: Option<String>,
    login_hint: Option<String>,
}

pub(super) fn answer(desk: &Desk<'_>, met: &Met<'_>) -> Result<Answer, LabError> {
    let mut walk = Walk::default();
    let way = met.ways[0].0;
    let asked = match ask(desk, met, &mut walk) {
        Ok(asked) => asked,
        Err(refused) => {
            let page = pages::refusal(&desk.play.name, &desk.base.host(), &refused.description);
            let answer = Answer::of(StatusCode::BAD_REQUEST, Payload::Page(page));
            return Ok(log_as(way, walk, Outcome::Refused, answer));
        }
    };
    Ok(match go_on(desk, met, &mut walk, &asked)? {
        Ok(answer) => {
            let outcome = answer.outcome;
            log_as(asked.way, walk, outcome, answer)
        }
        Err(refused) => {
            let mut pairs = vec![("error".to_owned(), refused.code.to_owned())];
            pairs.push(("error_description".to_owned(), refused.description.clone()));
            let answer = send_back(desk, met, &asked, pairs);
            log_as(asked.way, walk, Outcome::Refused, answer)
        }
    })
}

/// Client and redirect address: what is wrong with them no browser is sent back with (RFC 6749 §4.1.2.1).
fn ask<'a>(desk: &Desk<'_>, met: &Met<'a>, walk: &mut Walk) -> Result<Asked<'a>, Refused> {
    let params = walk.params(desk.arrived, true, false)?;
    let came = params.needed(walk, "client_id")?.to_owned();
    let mut ways = met.ways.iter();
    let own = ways.find(|(way, _)| desk.issuer.client_id(way) == came).or(met.ways.first());
    let (way, oauth2) = *own.ok_or_else(|| walk.refuse("Client ID", "unknown", "invalid_client"))?;
    client::check_id(desk, walk, way, &came)?;
    let redirect_uri = params.needed(walk, "redirect_uri")?.to_owned();
    if desk.behaviour.text(&REDIRECT) == "not_registered" {
        let detail = "not registered for this app, as the dial says";
        return Err(walk.refuse("Redirect address", detail, "invalid_request"));
    }
    if !oauth2.redirect.allows(&redirect_uri) {
        return Err(walk.refuse("Redirect address", "not registered for this app", "invalid_request"));
    }
    walk.right("Redirect address", "registered");
    let state = params.one(walk, "state")?.map(str::to_owned);
    let mode = params.one(walk, "response_mode")?.map(str::to_owned);
    let usual = match oauth2.response_type == "code" {
        true => ResponseMode::Query,
        false => ResponseMode::Fragment,
    };
    let mode = match mode.as_deref() {
        Some("query") => ResponseMode::Query,
        Some("fragment") => ResponseMode::Fragment,
        Some("form_post") => ResponseMode::FormPost,
        _ => oauth2.response_mode.unwrap_or(usual),
    };
    // Tokens never stand in a query (Multiple Response Types §3).
    let mode = if mode == ResponseMode::Query { usual } else { mode };
    Ok(Asked { way, oauth2, params, redirect_uri, state, mode })
}

fn go_on(
    desk: &Desk<'_>,
    met: &Met<'_>,
    walk: &mut Walk,
    asked: &Asked<'_>,
) -> Result<Result<Answer, Refused>, LabError> {
    let wanted = step!(want(desk, walk, asked));
    if desk.behaviour.is_on(&DENY) {
        return Ok(Err(walk.refuse("Person", "says no, as the dial says", "access_denied")));
    }
    let (email, mut scopes) = match person_part(desk, walk, asked, &wanted)? {
        Part::Page(answer, what) => {
            walk.right("Page", what);
            return Ok(Ok(Answer { outcome: Outcome::Page, ..answer }));
        }
        Part::Agrees(person, scopes) => (person.email, scopes),
        Part::No(detail) => return Ok(Err(walk.refuse("Person", detail, "access_denied"))),
    };
    if desk.behaviour.is_on(&FEWER_PERMISSIONS) {
        scopes.pop();
    }
    let kept = wanted.scopes.len() - scopes.len();
    walk.right("Person", if kept == 0 { "agrees".to_owned() } else { format!("agrees but to {kept}") });
    let about = About {
        way: asked.way.name.clone(),
        client_id: desk.issuer.client_id(asked.way),
        person: Some(email),
        scopes,
        redirect_uri: Some(asked.redirect_uri.clone()),
        challenge: wanted.challenge,
        nonce: wanted.nonce,
        issuer: desk.issuer_at_lab(asked.oauth2, &met.values),
        agreed_at: desk.time.clock,
        ..About::default()
    };
    let pairs = give(desk, asked, &about)?;
    Ok(Ok(Answer { outcome: Outcome::SentBack, ..send_back(desk, met, asked, pairs) }))
}

/// What the app asks for, step by step.
fn want(desk: &Desk<'_>, walk: &mut Walk, asked: &Asked<'_>) -> Result<Wanted, Refused> {
    let (oauth2, params) = (asked.oauth2, &asked.params);
    let response_type = params.needed(walk, "response_type")?;
    let words = |text: &str| {
        let mut words: Vec<_> = text.split(' ').map(str::to_owned).collect();
        words.sort();
        words
    };
    if words(response_type) != words(&oauth2.response_type) {
        let detail = format!("not `{}`", oauth2.response_type);
        return Err(walk.refuse("Response type", detail, "unsupported_response_type"));
    }
    walk.right("Response type", oauth2.response_type.clone());
    let challenge = challenge(desk, walk, asked)?;
    let nonce = params.one(walk, "nonce")?.map(str::to_owned);
    if oauth2.returns("id_token") && nonce.is_none() {
        return Err(walk.refuse("Nonce", "missing, and an id_token comes by the browser", "invalid_request"));
    }
    let mut scopes = asked_scopes(walk, oauth2, params)?;
    scopes.dedup();
    if oauth2.openid.is_some() && !scopes.iter().any(|scope| scope == "openid") {
        return Err(walk.refuse("Permissions", "without `openid` no id_token comes", "invalid_scope"));
    }
    if let Some(missing) = oauth2.always.iter().find(|scope| !scopes.contains(scope)) {
        return Err(walk.refuse("Permissions", format!("`{missing}` is missing"), "invalid_scope"));
    }
    check_demands(walk, "Parameter", &oauth2.authorize_extra, |key| params.all(key))?;
    check_resources(walk, oauth2, params)?;
    let prompt = params.one(walk, "prompt")?.unwrap_or_default();
    if prompt == "none" {
        let detail = "none, and nobody is signed in";
        return Err(walk.refuse("Prompt", detail, "login_required"));
    }
    let login_hint = params.one(walk, "login_hint")?.map(str::to_owned);
    Ok(Wanted { scopes, challenge, nonce, login_hint })
}

/// RFC 7636 §4.3, §4.4.1.
fn challenge(
    desk: &Desk<'_>,
    walk: &mut Walk,
    asked: &Asked<'_>,
) -> Result<Option<(String, String)>, Refused> {
    let params = &asked.params;
    let challenge = params.one(walk, "code_challenge")?;
    let method = params.one(walk, "code_challenge_method")?.unwrap_or("plain");
    let demanded = match desk.behaviour.text(&PKCE).as_str() {
        "required" => Some(Challenge::S256),
        "ignored" => return Ok(None),
        _ => asked.oauth2.pkce,
    };
    if !asked.oauth2.returns("code") {
        return Ok(None);
    }
    let Some(challenge) = challenge else {
        return match demanded {
            Some(_) => {
                let detail = "missing, and this service wants a proof key (PKCE)";
                Err(walk.refuse("Code challenge", detail, "invalid_request"))
            }
            None => Ok(None),
        };
    };
    match (demanded, method) {
        (Some(Challenge::S256), "plain") => {
            return Err(walk.refuse(
                "Code challenge",
                "plain, and this service wants S256",
                "invalid_request",
            ));
        }
        (_, "S256" | "plain") => {}
        _ => {
            let detail = "a method that this service does not know";
            return Err(walk.refuse("Code challenge", detail, "invalid_request"));
        }
    }
    walk.right("Code challenge", format!("there, {method}"));
    Ok(Some((method.to_owned(), challenge.to_owned())))
}

/// Who it is and what they say.
fn person_part(
    desk: &Desk<'_>,
    walk: &mut Walk,
    asked: &Asked<'_>,
    wanted: &Wanted,
) -> Result<Part, LabError> {
    let query = decode::to_form(&desk.arrived.query);
    let action = format!("{}?{query}", desk.here());
    let ask = Ask {
        service: &desk.play.name,
        host: &desk.base.host(),
        action: &action,
        leads_to: &origin_of(&asked.redirect_uri),
    };
    let lines = permissions(asked.oauth2, &wanted.scopes);
    sign_in::part(desk, walk, &ask, wanted.login_hint.as_deref(), &lines)
}

/// Permissions as people read them; `None` for the last member says that it cannot be unticked.
pub(super) fn permissions<'a>(oauth2: &'a OAuth2, scopes: &'a [String]) -> Vec<pages::Line<'a>> {
    let line = |scope: &'a String| {
        let known = oauth2.permissions.iter().find(|known| known.value == *scope);
        let name = known.map(|known| known.name.as_str()).filter(|name| !name.is_empty());
        let usual = match scope.as_str() {
            "openid" => ("Know who you are", "Signs you in"),
            "email" => ("See your e-mail address", ""),
            "profile" => ("See your name", ""),
            "offline_access" => ("Stay signed in", "Refresh without asking again"),
            other => (other, ""),
        };
        pages::Line {
            value: scope,
            name: name.unwrap_or(usual.0),
            description: known.and_then(|known| known.description.as_deref()).unwrap_or(usual.1),
            fixed: scope == "openid" || oauth2.always.contains(scope),
        }
    };
    scopes.iter().map(line).collect()
}

/// Code and tokens for the redirect.
fn give(desk: &Desk<'_>, asked: &Asked<'_>, about: &About) -> Result<Vec<(String, String)>, LabError> {
    let family = desk.make_value("family-");
    let mut pairs = Vec::new();
    let mut pair = |key: &str, value: String| pairs.push((key.to_owned(), value));
    let oauth2 = asked.oauth2;
    let code = oauth2.returns("code").then(|| desk.make_value("lab_code_"));
    if let Some(code) = &code {
        desk.keep(code, Kind::Code, (&family, CODE_LIFE), about)?;
        pair("code", code.clone());
    }
    let lifetime = desk.behaviour.number(&TOKEN_LIFETIME);
    let access = oauth2.returns("token").then(|| desk.make_value("lab_at_"));
    if let Some(access) = &access {
        desk.keep(access, Kind::Access, (&family, lifetime), about)?;
        pair("access_token", access.clone());
        pair("token_type", "Bearer".into());
        pair("expires_in", lifetime.to_string());
        pair("scope", about.scopes.join(if oauth2.delimiter.is_empty() { " " } else { &oauth2.delimiter }));
    }
    if oauth2.returns("id_token") {
        let client = client::Client { way: asked.way, oauth2, id: about.client_id.clone() };
        let bound = (access.as_deref(), code.as_deref());
        pair("id_token", identity::make_id_token(desk, &client, about, &family, bound)?);
    }
    for capture in oauth2.captures.iter().filter(|capture| capture.from == CaptureFrom::Callback) {
        pair(capture.pointer.trim_start_matches('/'), reply::CAPTURED.into());
    }
    Ok(pairs)
}

/// Sends the browser back, with what ties the answer to its sign-in.
fn send_back(desk: &Desk<'_>, met: &Met<'_>, asked: &Asked<'_>, mut pairs: Vec<(String, String)>) -> Answer {
    if let Some(state) = &asked.state {
        match desk.behaviour.text(&STATE).as_str() {
            "changed" => pairs.push(("state".into(), format!("x{state}"))),
            "left_out" => {}
            _ => pairs.push(("state".into(), state.clone())),
        }
    }
    // RFC 9207; the metadata promise it.
    let issuer = asked.oauth2.openid.as_ref().and_then(|openid| openid.issuer.as_ref());
    if let Some(issuer) = issuer.and_then(|issuer| desk.at_lab(issuer, &met.values)) {
        pairs.push(("iss".into(), issuer));
    }
    let mut address = asked.redirect_uri.clone();
    if desk.behaviour.text(&REDIRECT) == "elsewhere" {
        address.push_str("/elsewhere");
    }
    if asked.mode == ResponseMode::FormPost {
        let page = pages::post(&desk.play.name, &desk.base.host(), &address, &pairs);
        return Answer::of(StatusCode::OK, Payload::Page(page));
    }
    let (mark, again) = match asked.mode {
        ResponseMode::Fragment => ('#', '&'),
        _ => ('?', '&'),
    };
    let mark = if address.contains(mark) { again } else { mark };
    let mut answer = Answer::of(StatusCode::SEE_OTHER, Payload::Empty);
    answer.headers.push((header::LOCATION, format!("{address}{mark}{}", decode::to_form(&pairs))));
    answer
}

/// Where a form may lead in the end: browsers look at that too.
pub(crate) fn origin_of(address: &str) -> String {
    match address.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => {
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let plain = |c: char| c.is_ascii_alphanumeric() || ".:-[]".contains(c);
            if authority.chars().all(plain) { format!("{scheme}://{authority}") } else { String::new() }
        }
        _ => address.split_once(':').map(|(scheme, _)| format!("{scheme}:")).unwrap_or_default(),
    }
}
