//! Tokens that the Lab gave: in the header or the query, and whether they still hold (RFC 6750 §2.1, §2.3).

use super::{Findings, Held, Memory, Place, Verdict, authorization};
use crate::{
    arrived::Arrived,
    play::{Asked, oauth::OAuth2},
};
use secret::SecretString;

pub(super) fn check(findings: &mut Findings, arrived: &Arrived, oauth2: &OAuth2, memory: &dyn Memory) {
    let Some((token, place, prefix)) = find(findings, arrived, oauth2) else { return };
    findings.found(place, &prefix, true, &token);
    let wants_id_token = oauth2.openid.as_ref().is_some_and(|openid| openid.calls_with_id_token);
    let held = memory.look(&token);
    let what = if wants_id_token { "ID token" } else { "Access token" };
    match &held {
        Held::Good(holder) if holder.is_id_token != wants_id_token => {
            let other = if wants_id_token { "an access token" } else { "an id_token" };
            findings.fault(Verdict::Wrong, what, format!("{other} stands in its place"));
        }
        Held::Good(holder) => {
            let whose =
                holder.person.as_ref().map_or("the app's own".to_owned(), |person| format!("of {person}"));
            findings.right(what, format!("right, {whose}"));
        }
        other => {
            let (verdict, detail) = other.told();
            findings.fault(verdict, what, detail);
        }
    }
    findings.held = Some(held);
}

/// The token, where it stands, and what stands before it.
fn find(findings: &mut Findings, arrived: &Arrived, oauth2: &OAuth2) -> Option<(String, Place, String)> {
    // Nothing is known of the token beforehand, so it is looked for nowhere else.
    let (asked, nothing) = (Asked { secret: true, ..Asked::default() }, SecretString::default());
    if let Some(key) = &oauth2.token_key {
        let what = format!("Query `{key}`");
        return match arrived.in_query(key)[..] {
            [] if !arrived.header("authorization").is_empty() => {
                let detail =
                    "missing; the token stands in the header, and this service takes it in the query";
                findings.fault(Verdict::Missing, what, detail);
                None
            }
            [] => {
                findings.left_out(what, &asked, &nothing, arrived);
                None
            }
            [token] => Some((token.to_owned(), Place::Query(key.clone()), String::new())),
            ref several => {
                findings.repeated(what, several.len());
                None
            }
        };
    }
    if arrived.header("authorization").is_empty() && !arrived.in_query("access_token").is_empty() {
        let detail = "missing; the token stands in the query, and this service takes it in the header";
        findings.fault(Verdict::Missing, authorization::HEADER, detail);
        return None;
    }
    let header = authorization::only_header(findings, arrived, &asked, &nothing)?;
    let found = match oauth2.bearer.as_str() {
        "" => header.as_str(),
        bearer => authorization::behind_scheme(findings, bearer, &header)?,
    };
    let prefix = header[..header.len() - found.len()].to_owned();
    Some((found.to_owned(), authorization::place(), prefix))
}
