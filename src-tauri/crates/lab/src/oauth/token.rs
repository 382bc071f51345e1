//! The token endpoint: who asks, for what, and is it so (RFC 6749 §4.1.3, §4.3.2, §4.4.2, §6; RFC 7636 §4.6; RFC 8628 §3.4).
//!
//! Every grant ends in [`grants::give`]. What a person agreed to once is a family: a code or refresh token that comes a
//! second time takes everything along that came of it.

use super::{
    Desk, Endpoint, Met, Walk,
    client::{self, Client},
    grants::{self, Agreement},
    log_as, reply,
    walk::{Params, Refused},
};
use crate::{
    LabError,
    answer::{Answer, Outcome},
    check::compare,
    decode,
    dials::{PKCE, REFRESH_TOKEN, REFUSE_REFRESH, TOKEN_REPLY},
    people::PersonBehaviour,
    play::{
        Asked,
        oauth::{Demand, Grant, OAuth2},
    },
    state::{About, Given, Kind, Named, Standing},
};
use hyper::Method;
use sha2::{Digest, Sha256};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What a checked token request gives.
type Checked<T> = Result<Result<T, Refused>, LabError>;

/// `?` through both: what keeps the Lab from looking, and what refuses the request.
macro_rules! step {
    ($checked:expr) => {
        match $checked {
            Ok(value) => value,
            Err(refused) => return Ok(Err(refused)),
        }
    };
}
pub(super) use step;

pub(super) fn answer(desk: &Desk<'_>, met: &Met<'_>) -> Result<Answer, LabError> {
    let mut walk = Walk::default();
    let (first, oauth2) = met.ways[0];
    // Nothing is spent on a reply that tells nothing.
    if let Some(odd) = reply::instead_of_tokens(&desk.behaviour.text(&TOKEN_REPLY)) {
        walk.right("Token reply", "another answer, as the dial says");
        return Ok(log_as(first, walk, Outcome::Troubled, odd));
    }
    Ok(match check(desk, met, &mut walk)? {
        Ok((client, agreement)) => {
            let tokens = grants::give(desk, &client, &agreement)?;
            walk.right("Tokens", tokens.told());
            let answer = reply::tokens(desk, client.oauth2, &tokens);
            log_as(client.way, walk, Outcome::Granted, answer)
        }
        Err(refused) => log_as(first, walk, Outcome::Refused, reply::refusal(desk, oauth2, &refused)),
    })
}

fn check<'a>(desk: &Desk<'_>, met: &Met<'a>, walk: &mut Walk) -> Checked<(Client<'a>, Agreement)> {
    let (_, oauth2) = met.ways[0];
    let method = if oauth2.asks_by_get { Method::GET } else { Method::POST };
    if desk.arrived.method != method {
        let detail = format!("{}, and this service takes {method}", desk.arrived.method);
        return Ok(Err(walk.refuse("Method", detail, "invalid_request")));
    }
    let params = step!(walk.params(desk.arrived, oauth2.asks_by_get, oauth2.asks_in_json));
    let client = step!(client::authenticate(desk, walk, met, &params)?);
    let grant = step!(params.needed(walk, "grant_type")).to_owned();
    let refreshes = grant == "refresh_token";
    let elsewhere = client.oauth2.addresses.refresh.is_some();
    if elsewhere && refreshes != (met.endpoint == Endpoint::Refresh) {
        let detail = format!("`{grant}` has another address at this service");
        return Ok(Err(walk.refuse("Address", detail, "invalid_request")));
    }
    let extra = if refreshes { &client.oauth2.refresh_extra } else { &client.oauth2.token_extra };
    step!(check_demands(walk, "Parameter", extra, |key| params.all(key)));
    step!(check_demands(walk, "Header", &client.oauth2.token_headers, |key| desk.arrived.header(key)));
    let agreement = match (grant.as_str(), client.oauth2.grant) {
        ("refresh_token", _) => step!(refresh(desk, walk, &client, &params)?),
        ("authorization_code", Grant::AuthorizationCode) => step!(code(desk, walk, &client, &params)?),
        ("client_credentials", Grant::ClientCredentials) => {
            walk.right("Grant type", "client credentials");
            step!(check_resources(walk, client.oauth2, &params));
            let scopes = step!(asked_scopes(walk, client.oauth2, &params));
            Agreement::new(desk, About { scopes, ..About::default() }, false)
        }
        ("password", Grant::Password) => {
            let mut agreement = step!(password(desk, walk, &client, &params)?);
            agreement.about.issuer = desk.issuer_at_lab(client.oauth2, &met.values);
            agreement
        }
        (DEVICE_CODE, Grant::DeviceCode) => step!(device(desk, walk, &client, &params)?),
        (known, _) if GRANTS.contains(&known) => {
            let detail = format!("`{known}` is not allowed to this app");
            return Ok(Err(walk.refuse("Grant type", detail, "unauthorized_client")));
        }
        _ => {
            return Ok(Err(walk.refuse("Grant type", "not one of this service", "unsupported_grant_type")));
        }
    };
    Ok(Ok((client, agreement)))
}

const GRANTS: [&str; 5] =
    ["authorization_code", "client_credentials", "password", "refresh_token", DEVICE_CODE];

fn code(desk: &Desk<'_>, walk: &mut Walk, client: &Client<'_>, params: &Params) -> Checked<Agreement> {
    walk.right("Grant type", "authorization code");
    let code = step!(params.needed(walk, "code"));
    let found = desk.state.find_given(code)?.filter(|given| given.kind == Kind::Code);
    let given = step!(known(desk, walk, client, "Code", found));
    if given.standing == Standing::Spent || !desk.state.spend(code)? {
        desk.state.revoke_family(&given.family)?;
        let detail = "used before; everything that came of it has ended";
        return Ok(Err(walk.refuse("Code", detail, "invalid_grant")));
    }
    walk.right("Code", "known");
    let sent = given.about.redirect_uri.as_deref().unwrap_or_default();
    let came = step!(params.one(walk, "redirect_uri")).unwrap_or_default();
    if came != sent {
        let detail = if came.is_empty() { "missing" } else { "another than the sign-in began with" };
        return Ok(Err(walk.refuse("Redirect address", detail, "invalid_grant")));
    }
    walk.right("Redirect address", "the same");
    let verifier = step!(params.one(walk, "code_verifier"));
    // A service that knows no proof key reads none.
    if desk.behaviour.text(&PKCE) != "ignored" {
        step!(check_verifier(walk, given.about.challenge.as_ref(), verifier));
    }
    step!(check_resources(walk, client.oauth2, params));
    Ok(Ok(Agreement { family: given.family, about: given.about, refreshes: true, keeps: false }))
}

/// RFC 7636 §4.6.
fn check_verifier(
    walk: &mut Walk,
    challenge: Option<&(String, String)>,
    verifier: Option<&str>,
) -> Result<(), Refused> {
    let (Some((method, challenge)), Some(verifier)) = (challenge, verifier) else {
        return match (challenge, verifier) {
            (Some(_), _) => Err(walk.refuse("Verifier", "missing", "invalid_grant")),
            (None, Some(_)) => {
                Err(walk.refuse("Verifier", "the sign-in began without a challenge", "invalid_grant"))
            }
            (None, None) => Ok(()),
        };
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    if !(43..=128).contains(&verifier.len()) || !verifier.bytes().all(fits) {
        return Err(walk.refuse(
            "Verifier",
            "not 43 to 128 letters of RFC 7636 section 4.1",
            "invalid_grant",
        ));
    }
    let derived = match method.as_str() {
        "S256" => decode::to_base64url(&Sha256::digest(verifier)),
        _ => verifier.to_owned(),
    };
    if derived != *challenge {
        return Err(walk.refuse("Verifier", "does not match the challenge", "invalid_grant"));
    }
    walk.right("Verifier", "matches");
    Ok(())
}

fn refresh(desk: &Desk<'_>, walk: &mut Walk, client: &Client<'_>, params: &Params) -> Checked<Agreement> {
    walk.right("Grant type", "refresh token");
    let token = step!(params.needed(walk, "refresh_token"));
    let found = desk.state.find_given(token)?;
    if found.as_ref().is_some_and(|found| found.kind == Kind::Access) {
        let detail = "an access token stands in its place";
        return Ok(Err(walk.refuse("Refresh token", detail, "invalid_grant")));
    }
    let found = found.filter(|given| given.kind == Kind::Refresh);
    let given = step!(known(desk, walk, client, "Refresh token", found));
    if given.standing == Standing::Spent {
        desk.state.revoke_family(&given.family)?;
        let detail = "used before; everything that came of it has ended";
        return Ok(Err(walk.refuse("Refresh token", detail, "invalid_grant")));
    }
    if desk.behaviour.is_on(&REFUSE_REFRESH) {
        desk.state.revoke_family(&given.family)?;
        let detail = "refused, as the dial says";
        return Ok(Err(walk.refuse("Refresh token", detail, "invalid_grant")));
    }
    walk.right("Refresh token", "known");
    let mut about = given.about;
    if let Some(narrower) = step!(params.one(walk, "scope")) {
        let asked = split(narrower, &client.oauth2.delimiter);
        if let Some(new) = asked.iter().find(|scope| !about.scopes.contains(scope)) {
            let detail = format!("`{}` was not granted", clean(new));
            return Ok(Err(walk.refuse("Permissions", detail, "invalid_scope")));
        }
        about.scopes = asked;
    }
    let rotates = desk.behaviour.text(&REFRESH_TOKEN) == "new_each_time";
    if rotates && !desk.state.spend(token)? {
        desk.state.revoke_family(&given.family)?;
        let detail = "used twice at once; everything that came of it has ended";
        return Ok(Err(walk.refuse("Refresh token", detail, "invalid_grant")));
    }
    let keeps = !rotates;
    Ok(Ok(Agreement { family: given.family, about, refreshes: true, keeps }))
}

fn password(desk: &Desk<'_>, walk: &mut Walk, client: &Client<'_>, params: &Params) -> Checked<Agreement> {
    walk.right("Grant type", "password");
    let username = step!(params.needed(walk, "username"));
    let password = step!(params.needed(walk, "password"));
    let person = match desk.state.person(username)? {
        Some(person) => person,
        None => {
            return Ok(Err(walk.refuse("User name", "not one of the pretend people", "invalid_grant")));
        }
    };
    walk.right("User name", "known");
    match compare(&Asked::default(), &desk.issuer.password(client.way), password) {
        _ if person.behaviour == PersonBehaviour::WrongPassword => {
            let detail = "wrong, as it always is of this person";
            return Ok(Err(walk.refuse("Password", detail, "invalid_grant")));
        }
        Ok(detail) => walk.right("Password", detail),
        Err(detail) => return Ok(Err(walk.refuse("Password", detail, "invalid_grant"))),
    }
    if person.behaviour == PersonBehaviour::SaysNo {
        return Ok(Err(walk.refuse("Person", "says no", "invalid_grant")));
    }
    step!(check_resources(walk, client.oauth2, params));
    let scopes = step!(asked_scopes(walk, client.oauth2, params));
    let about = About { scopes, person: Some(person.email), ..About::default() };
    Ok(Ok(Agreement::new(desk, about, true)))
}

fn device(desk: &Desk<'_>, walk: &mut Walk, client: &Client<'_>, params: &Params) -> Checked<Agreement> {
    walk.right("Grant type", "device code");
    let code = step!(params.needed(walk, "device_code"));
    let found = desk.state.find_given(code)?.filter(|given| given.kind == Kind::Device);
    if found.as_ref().is_some_and(|given| given.ends_at <= desk.time.passed) {
        return Ok(Err(walk.refuse("Device code", "its time is over", "expired_token")));
    }
    let given = step!(known(desk, walk, client, "Device code", found));
    if given.standing == Standing::Spent {
        return Ok(Err(walk.refuse("Device code", "used before", "invalid_grant")));
    }
    walk.right("Device code", "known");
    let now = desk.time.passed;
    let early = given.about.asked_at.is_some_and(|last| now < last + given.about.interval);
    desk.state.change_about((Named::Value, code), |about| {
        about.asked_at = Some(now);
        // RFC 8628 §3.5.
        about.interval += if early && about.answer.is_none() { 5 } else { 0 };
    })?;
    match given.about.answer {
        None if early => Ok(Err(walk.refuse("Person", "asked for too soon again", "slow_down"))),
        None => Ok(Err(walk.refuse("Person", "has not answered yet", "authorization_pending"))),
        Some(false) => Ok(Err(walk.refuse("Person", "said no", "access_denied"))),
        Some(true) if !desk.state.spend(code)? => {
            Ok(Err(walk.refuse("Device code", "used before", "invalid_grant")))
        }
        Some(true) => {
            walk.right("Person", "said yes");
            Ok(Ok(Agreement { family: given.family, about: given.about, refreshes: true, keeps: false }))
        }
    }
}

/// What was given out, where it was given to this client and still holds.
fn known(
    desk: &Desk<'_>,
    walk: &mut Walk,
    client: &Client<'_>,
    what: &str,
    found: Option<Given>,
) -> Result<Given, Refused> {
    let Some(given) = found.filter(|given| given.link_name == desk.play.link_name) else {
        return Err(walk.refuse(what, "not one that the Lab gave", "invalid_grant"));
    };
    if given.about.client_id != client.id {
        return Err(walk.refuse(what, "given to another app", "invalid_grant"));
    }
    if given.standing == Standing::Revoked {
        return Err(walk.refuse(what, "revoked", "invalid_grant"));
    }
    // One that was used is told so, even after its time.
    if given.standing == Standing::Good && given.ends_at <= desk.time.passed {
        return Err(walk.refuse(what, "its time is over", "invalid_grant"));
    }
    Ok(given)
}

/// Values that the service wants besides.
pub(super) fn check_demands<V: AsRef<str>>(
    walk: &mut Walk,
    what: &str,
    demands: &[Demand],
    values: impl Fn(&str) -> Vec<V>,
) -> Result<(), Refused> {
    for Demand { key, value } in demands {
        let what = format!("{what} `{key}`");
        let any = value.contains('{');
        match values(key).as_slice() {
            [] if any => continue,
            [] => return Err(walk.refuse(what, "missing", "invalid_request")),
            came if any || came.iter().any(|came| came.as_ref() == value) => {
                walk.right(what, "as it should be")
            }
            _ => return Err(walk.refuse(what, "not what this service wants", "invalid_request")),
        }
    }
    Ok(())
}

/// RFC 8707 §2: each resource that the service knows, and no other.
pub(super) fn check_resources(walk: &mut Walk, oauth2: &OAuth2, params: &Params) -> Result<(), Refused> {
    let came = params.all("resource");
    let open = oauth2.resources.iter().any(|resource| resource.contains('{'));
    if came.is_empty() && !oauth2.resources.is_empty() {
        return Err(walk.refuse("Resource", "missing", "invalid_target"));
    }
    if !open && came.iter().any(|came| !oauth2.resources.iter().any(|known| known == came)) {
        return Err(walk.refuse("Resource", "not one of this service", "invalid_target"));
    }
    if !came.is_empty() {
        walk.right("Resource", "known");
    }
    Ok(())
}

/// The permissions that a request asks for, each one that the service has.
pub(super) fn asked_scopes(
    walk: &mut Walk,
    oauth2: &OAuth2,
    params: &Params,
) -> Result<Vec<String>, Refused> {
    const OPENID: [&str; 6] = ["openid", "profile", "email", "address", "phone", "offline_access"];
    let asked = split(params.one(walk, "scope")?.unwrap_or_default(), &oauth2.delimiter);
    let has = |scope: &String| {
        oauth2.permissions.iter().any(|known| known.value == *scope)
            || oauth2.always.contains(scope)
            || oauth2.openid.is_some() && OPENID.contains(&scope.as_str())
    };
    // A connector that names no permissions takes whatever the service has.
    let named = !oauth2.permissions.is_empty() || !oauth2.always.is_empty();
    if let Some(unknown) = asked.iter().find(|scope| named && !has(scope)) {
        let detail = format!("this service has no `{}`", clean(unknown));
        return Err(walk.refuse("Permissions", detail, "invalid_scope"));
    }
    if !asked.is_empty() {
        walk.right("Permissions", format!("{} asked, all known", asked.len()));
    }
    Ok(asked)
}

pub(super) fn split(text: &str, delimiter: &str) -> Vec<String> {
    let parts = text.split(if delimiter.is_empty() { " " } else { delimiter });
    parts.map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Text of a request as it may be quoted.
pub(super) fn clean(text: &str) -> String {
    let text: String =
        text.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '`')).collect();
    text.chars().take(60).collect()
}
