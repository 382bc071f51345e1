//! The service's part in OAuth 1.0a (RFC 5849), with code of the Lab's own.
//!
//! A request is met by the address that the connector writes ([`meet`]). Whatever is signed is taken apart and checked in one
//! place, step by step ([`signed`]): requests for credentials here, calls in `check`. People, pages and dials are those of
//! `oauth`. Refusals are told in the words of the *OAuth Problem Reporting* extension, which most services of that time use.
//!
//! Secrets of tokens, verifiers and PINs follow from the token and the seed (`issue`), so `lab.db` holds digests alone.

mod authorize;
mod legs;
mod parameters;
pub(crate) mod signed;

use crate::{
    LabError,
    address::Target,
    answer::Answer,
    desk::Desk,
    play::{Play, Way, oauth1::OAuth1},
    template::Template,
    trouble::Place,
};

/// An endpoint of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// Temporary credentials (§2.1).
    Temporary,
    /// The person's authorization (§2.2).
    Authorize,
    /// Token credentials (§2.3).
    Token,
    /// Their end. No standard says how; a signed request is what services take.
    Revoke,
}

/// An endpoint that a request means.
#[derive(Debug)]
pub(crate) struct Met<'a> {
    pub endpoint: Endpoint,
    /// The ways of the connector that have it there, at least one.
    pub ways: Vec<(&'a Way, &'a OAuth1)>,
}

/// The endpoint that a request means, if it means one.
pub(crate) fn meet<'a>(play: &'a Play, target: &Target) -> Option<Met<'a>> {
    let endpoints = [Endpoint::Temporary, Endpoint::Authorize, Endpoint::Token, Endpoint::Revoke];
    endpoints.into_iter().find_map(|endpoint| {
        let there = |way: &'a Way| {
            let oauth1 = way.authentication.oauth1()?;
            Template::parse(address_of(oauth1, endpoint)?)?.match_whole(target)?;
            Some((way, oauth1))
        };
        let ways: Vec<_> = play.ways.iter().filter_map(there).collect();
        (!ways.is_empty()).then_some(Met { endpoint, ways })
    })
}

fn address_of(oauth1: &OAuth1, endpoint: Endpoint) -> Option<&str> {
    let named = &oauth1.addresses;
    let address = match endpoint {
        Endpoint::Temporary => &named.temporary,
        Endpoint::Authorize => &named.authorize,
        Endpoint::Token => &named.token,
        Endpoint::Revoke => &named.revoke,
    };
    address.as_deref()
}

/// Answers a request to an endpoint.
pub(crate) fn answer(desk: &Desk<'_>, met: &Met<'_>) -> Result<Answer, LabError> {
    match met.endpoint {
        Endpoint::Authorize => authorize::answer(desk, met),
        Endpoint::Temporary | Endpoint::Token | Endpoint::Revoke => legs::answer(desk, met),
    }
}

impl Endpoint {
    /// What trouble on purpose takes it for.
    pub fn place(self) -> Place {
        match self {
            Self::Authorize => Place::Page,
            Self::Temporary | Self::Token | Self::Revoke => Place::Token,
        }
    }
}
