//! A connector's OAuth 1.0a as the Lab is told about it: what the service demands.

use super::oauth::written;
use domain::connector::{OAuth1, OAuth1Placement, RedirectMethod, SignatureMethod};
use lab::play::{oauth::Redirect, oauth1 as play};

/// The service's part of OAuth 1.0a.
pub(super) fn of_oauth1(oauth1: &OAuth1) -> play::OAuth1 {
    play::OAuth1 {
        two_legged: oauth1.legs == 2,
        method: method(oauth1.signature_method),
        placement: match oauth1.placement {
            OAuth1Placement::Header => play::Placement::Header,
            OAuth1Placement::Query => play::Placement::Query,
            OAuth1Placement::Form => play::Placement::Form,
        },
        realm: oauth1.realm.as_ref().map(|realm| realm.as_str().into()),
        addresses: play::Addresses {
            temporary: oauth1.request_token_url.as_ref().map(written),
            authorize: oauth1.authorize_url.as_ref().map(written),
            token: oauth1.access_token_url.as_ref().map(written),
            revoke: oauth1.revoke_url.as_ref().map(written),
        },
        redirect: Redirect {
            path: oauth1.redirect.path.clone(),
            port: oauth1.redirect.port,
            elsewhere: oauth1.redirect.manual.clone(),
        },
        pin: oauth1.redirect.method == RedirectMethod::Oob,
    }
}

fn method(method: SignatureMethod) -> play::Method {
    match method {
        SignatureMethod::HmacSha1 => play::Method::HmacSha1,
        SignatureMethod::HmacSha256 => play::Method::HmacSha256,
        SignatureMethod::HmacSha512 => play::Method::HmacSha512,
        SignatureMethod::RsaSha1 => play::Method::RsaSha1,
        SignatureMethod::RsaSha256 => play::Method::RsaSha256,
        SignatureMethod::Plaintext => play::Method::Plaintext,
    }
}
