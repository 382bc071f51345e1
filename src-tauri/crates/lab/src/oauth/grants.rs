//! Giving tokens: what a checked request comes to, whichever grant it was.

use super::{Desk, client::Client, identity};
use crate::{
    LabError,
    dials::{FEWER_PERMISSIONS, REFRESH_TOKEN, TOKEN_LIFETIME},
    play::oauth::{Grant, OAuth2},
    state::{About, Kind},
};

/// How long a refresh token holds, in seconds.
const REFRESH_LIFE: i64 = 90 * 86_400;

/// What a person, or the app for itself, agreed to.
pub(super) struct Agreement {
    pub family: String,
    pub about: About,
    /// Whether a refresh token may go with it.
    pub refreshes: bool,
    /// Whether the refresh token that came stays in force.
    pub keeps: bool,
}

/// Tokens that were given.
#[derive(Debug)]
pub(super) struct Tokens {
    pub access: String,
    pub refresh: Option<String>,
    pub id_token: Option<String>,
    pub lifetime: i64,
    pub scopes: Vec<String>,
}

impl Agreement {
    /// A new one.
    pub fn new(desk: &Desk<'_>, about: About, refreshes: bool) -> Self {
        let about = About { agreed_at: desk.time.clock, ..about };
        Self { family: desk.make_value("family-"), about, refreshes, keeps: false }
    }
}

impl Tokens {
    /// What there is, for the log.
    pub fn told(&self) -> String {
        let refresh = if self.refresh.is_some() { ", with a refresh token" } else { "" };
        let id_token = if self.id_token.is_some() { ", with an id_token" } else { "" };
        format!("given for {} s{refresh}{id_token}", self.lifetime)
    }
}

/// Gives tokens for what was agreed.
pub(super) fn give(desk: &Desk<'_>, client: &Client<'_>, agreement: &Agreement) -> Result<Tokens, LabError> {
    let lifetime = desk.behaviour.number(&TOKEN_LIFETIME);
    let mut about =
        About { way: client.way.name.clone(), client_id: client.id.clone(), ..agreement.about.clone() };
    if !asks_a_page(client.oauth2) && desk.behaviour.is_on(&FEWER_PERMISSIONS) {
        about.scopes.pop();
    }
    let access = desk.make_value("lab_at_");
    desk.keep(&access, Kind::Access, (&agreement.family, lifetime), &about)?;
    let wanted = agreement.refreshes
        && !agreement.keeps
        && desk.behaviour.text(&REFRESH_TOKEN) != "none"
        && stays_signed_in(client.oauth2, &about.scopes);
    let refresh = wanted.then(|| desk.make_value("lab_rt_"));
    if let Some(refresh) = &refresh {
        desk.keep(refresh, Kind::Refresh, (&agreement.family, REFRESH_LIFE), &about)?;
    }
    // It tells of a person: an app that acts for itself gets none.
    let tells = about.person.is_some() && about.scopes.iter().any(|scope| scope == "openid");
    let id_token = match tells {
        true => {
            Some(identity::make_id_token(desk, client, &about, &agreement.family, (Some(&access), None))?)
        }
        false => None,
    };
    Ok(Tokens { access, refresh, id_token, lifetime, scopes: about.scopes })
}

/// Whether permissions were chosen on a page already.
fn asks_a_page(oauth2: &OAuth2) -> bool {
    !matches!(oauth2.grant, Grant::ClientCredentials | Grant::Password)
}

/// A service that knows `offline_access` gives a refresh token to those who ask for it (OpenID Connect Core §11).
fn stays_signed_in(oauth2: &OAuth2, granted: &[String]) -> bool {
    const OFFLINE: &str = "offline_access";
    let knows = oauth2.permissions.iter().any(|known| known.value == OFFLINE)
        || oauth2.always.iter().any(|known| known == OFFLINE);
    !knows || granted.iter().any(|scope| scope == OFFLINE)
}
