//! The service's part in OAuth 2 and OpenID Connect, with code of the Lab's own.
//!
//! RFC 6749 (grants), 6750 (bearer), 7009 (revoke), 7523 (assertions), 7636 (proof key), 7662 (introspect), 8414 (metadata),
//! 8628 (device), 8707 (resource), 9207 (issuer), OpenID Connect Core and Discovery 1.0. A request is met by the address that the connector
//! writes ([`meet`]), then walked through as a service would, step by step ([`Walk`]); the first step that fails refuses
//! it with the standard's word. What the service makes of it besides is a dial's.
//!
//! To add an endpoint: a variant of [`Endpoint`], its address in [`address_of`], its function. OAuth 1.0a has endpoints of
//! its own, on the same people, pages and dials (`oauth1`).

mod authorize;
mod client;
mod device;
mod grants;
mod identity;
mod reply;
mod standing;
mod token;

pub(crate) use authorize::origin_of;
pub(crate) use reply::instead_of_tokens;
pub(crate) use standing::look;

use crate::{
    LabError,
    address::Target,
    answer::Answer,
    desk::{Desk, Time, log_as},
    play::{Play, Way, oauth::OAuth2},
    template::{Template, fill},
    trouble::Place,
    walk::{self, Walk},
};
use hyper::Method;
use std::collections::BTreeMap;

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

/// Answers a request to an endpoint.
pub(crate) fn answer(desk: &Desk<'_>, met: &Met<'_>) -> Result<Answer, LabError> {
    let posts = desk.arrived.method == Method::POST;
    match met.endpoint {
        Endpoint::Authorize => authorize::answer(desk, met),
        Endpoint::Token | Endpoint::Refresh => token::answer(desk, met),
        Endpoint::Device if posts => device::begin(desk, met),
        Endpoint::Device => device::page(desk, met),
        Endpoint::Revoke => standing::revoke(desk, met),
        Endpoint::Introspect => standing::introspect(desk, met),
        Endpoint::Userinfo => identity::userinfo(desk, met),
        Endpoint::Discovery => identity::discovery(desk, met),
        Endpoint::Jwks => identity::jwks(desk, met),
    }
}

impl Endpoint {
    /// What trouble on purpose takes it for.
    pub fn place(self) -> Place {
        match self {
            Self::Authorize | Self::Device => Place::Page,
            Self::Token | Self::Refresh | Self::Revoke | Self::Introspect => Place::Token,
            Self::Userinfo | Self::Discovery | Self::Jwks => Place::Document,
        }
    }
}

impl Desk<'_> {
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
}
