//! The service's part in OAuth 2 and OpenID Connect, with code of the Lab's own.
//!
//! RFC 6749 (grants), 6750 (bearer), 7009 (revoke), 7523 (assertions), 7636 (proof key), 7662 (introspect), 8414 (metadata),
//! 8628 (device), 8707 (resource), 9207 (issuer), OpenID Connect Core and Discovery 1.0. A request is met by the address that the connector
//! writes ([`meet`]), then walked through as a service would, step by step ([`Walk`]); the first step that fails refuses
//! it with the standard's word. What the service makes of it besides is a dial's.
//!
//! To add an endpoint: a variant of [`Endpoint`], its address in [`address_of`], its function. OAuth 1.0a has endpoints of
//! its own and would stand beside this module, on the same people, pages and dials.

mod authorize;
mod client;
mod device;
mod grants;
mod identity;
mod reply;
mod standing;
mod token;
mod walk;

pub(crate) use standing::look;
pub(crate) use walk::Walk;

use crate::{
    LabError,
    address::{Base, Target},
    answer::{Answer, Outcome},
    arrived::Arrived,
    dials::Behaviour,
    issue::Issuer,
    play::{Play, Way, oauth::OAuth2},
    ports::LabPorts,
    state::State,
    template::{Template, fill},
};
use hyper::Method;
use std::collections::BTreeMap;

/// Where a request is answered: what is known about the service, and the time.
pub(crate) struct Desk<'a> {
    pub state: &'a State,
    pub ports: &'a LabPorts,
    pub base: &'a Base,
    pub play: &'a Play,
    pub issuer: &'a Issuer,
    pub behaviour: &'a Behaviour,
    pub arrived: &'a Arrived,
    pub time: Time,
}

/// The two times of the Lab, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    /// By the service's clock: what `Date` and signed tokens say. It differs from this machine's by a dial alone.
    pub clock: i64,
    /// As it passes for what was given out: ahead by what a person let pass.
    pub passed: i64,
}

/// An endpoint of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Authorize,
    Token,
    Refresh,
    Revoke,
    Introspect,
    Userinfo,
    Device,
    Discovery,
    Jwks,
}

const ENDPOINTS: [Endpoint; 9] = [
    Endpoint::Authorize,
    Endpoint::Token,
    Endpoint::Refresh,
    Endpoint::Revoke,
    Endpoint::Introspect,
    Endpoint::Userinfo,
    Endpoint::Device,
    Endpoint::Discovery,
    Endpoint::Jwks,
];

/// An endpoint that a request means.
#[derive(Debug)]
pub(crate) struct Met<'a> {
    pub endpoint: Endpoint,
    /// The ways of the connector that have it there, at least one.
    pub ways: Vec<(&'a Way, &'a OAuth2)>,
    /// What stood in the place of placeholders.
    pub values: BTreeMap<String, String>,
}

/// The endpoint that a request means, if it means one.
pub(crate) fn meet<'a>(play: &'a Play, target: &Target) -> Option<Met<'a>> {
    let ways = || play.ways.iter().filter_map(|way| Some((way, way.authentication.oauth2()?)));
    ENDPOINTS.into_iter().find_map(|endpoint| {
        let mut values = None;
        let there = |(way, oauth2): (&'a Way, &'a OAuth2)| {
            let template = Template::parse(&address_of(oauth2, endpoint)?)?;
            values = Some(template.values(target)?);
            Some((way, oauth2))
        };
        let ways: Vec<_> = ways().filter_map(there).collect();
        Some(Met { endpoint, ways, values: values? })
    })
}

/// The service's own address of an endpoint, placeholders included. What a connector leaves to discovery stands below the
/// issuer.
fn address_of(oauth2: &OAuth2, endpoint: Endpoint) -> Option<String> {
    let named = &oauth2.addresses;
    let issuer = oauth2.openid.as_ref().and_then(|openid| openid.issuer.as_deref());
    let below = |path: &str| issuer.map(|issuer| format!("{}/{path}", issuer.trim_end_matches('/')));
    let (named, path) = match endpoint {
        Endpoint::Authorize => (&named.authorize, "oauth/authorize"),
        Endpoint::Token => (&named.token, "oauth/token"),
        Endpoint::Refresh => return named.refresh.clone(),
        Endpoint::Revoke => (&named.revoke, "oauth/revoke"),
        Endpoint::Introspect => (&named.introspect, "oauth/introspect"),
        Endpoint::Userinfo => (&named.userinfo, "oauth/userinfo"),
        Endpoint::Device => (&named.device, "oauth/device"),
        Endpoint::Jwks => (&named.jwks, "oauth/jwks"),
        Endpoint::Discovery => return below(".well-known/openid-configuration"),
    };
    named.clone().or_else(|| below(path))
}

impl Desk<'_> {
    /// Answers a request to an endpoint.
    pub fn answer(&self, met: &Met<'_>) -> Result<Answer, LabError> {
        let posts = self.arrived.method == Method::POST;
        match met.endpoint {
            Endpoint::Authorize => authorize::answer(self, met),
            Endpoint::Token | Endpoint::Refresh => token::answer(self, met),
            Endpoint::Device if posts => device::begin(self, met),
            Endpoint::Device => device::page(self, met),
            Endpoint::Revoke => standing::revoke(self, met),
            Endpoint::Introspect => standing::introspect(self, met),
            Endpoint::Userinfo => identity::userinfo(self, met),
            Endpoint::Discovery => identity::discovery(self, met),
            Endpoint::Jwks => identity::jwks(self, met),
        }
    }

    /// Where the Lab stands in for an address, with values for its placeholders.
    pub fn at_lab(&self, address: &str, values: &BTreeMap<String, String>) -> Option<String> {
        self.base.of(&self.play.link_name, &fill(address, values, &self.play.settings))
    }

    /// Where an endpoint is at the Lab.
    pub fn endpoint_at_lab(
        &self,
        oauth2: &OAuth2,
        endpoint: Endpoint,
        values: &BTreeMap<String, String>,
    ) -> Option<String> {
        self.at_lab(&address_of(oauth2, endpoint)?, values)
    }

    /// Who issues tokens: the issuer, as the client writes it.
    pub fn issuer_at_lab(&self, oauth2: &OAuth2, values: &BTreeMap<String, String>) -> Option<String> {
        let issuer = oauth2.openid.as_ref()?.issuer.as_ref();
        match issuer {
            Some(issuer) => self.at_lab(issuer, values),
            // A connector that names no issuer expects none of its own.
            None => self.endpoint_at_lab(oauth2, Endpoint::Authorize, values),
        }
    }

    /// The address of this very request, without its query.
    pub fn here(&self) -> String {
        let target = &self.arrived.target;
        let segments =
            target.segments.iter().map(|segment| format!("/{}", crate::decode::to_percent(segment)));
        format!("/{}/{}{}", target.link_name, target.host, segments.collect::<String>())
    }

    /// 32 letters and digits that nobody guesses, after a beginning that says what they are.
    pub fn make_value(&self, begin: &str) -> String {
        let mut bytes = [0; 32];
        self.ports.entropy.fill(&mut bytes);
        format!("{begin}{}", crate::issue::letters_of(&bytes))
    }
}

/// How a checked request is shown in the log.
fn log_as(way: &Way, walk: Walk, outcome: Outcome, answer: Answer) -> Answer {
    let (checked, found) = walk.finish(way);
    Answer { outcome, checked: Some(checked), found, ..answer }
}
