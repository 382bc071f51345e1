//! A client assertion before there is a key (RFC 7523 §3): its header and claims as they will be signed, for whoever builds
//! a connector. They are written by the function that later signs, and read back from the request that it went into.

use super::provider::Provider;
use crate::{
    request::BuildError,
    shown::Piece,
    signing::{SignedText, Step},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::connector::ClientAuthentication as Manner;
use protocol::{
    jose::{Algorithm, Signer},
    message::Request,
    oauth2::Assertion,
};
use serde_json::{Map, Value, json};

/// What an assertion is made with, but for the key.
pub(super) fn stand_in(provider: &Provider) -> Result<Assertion, BuildError> {
    let declared = provider.oauth2.client_assertion.as_ref();
    let usual = match provider.oauth2.client_authentication {
        Manner::PrivateKeyJwt => Algorithm::RS256,
        _ => Algorithm::HS256,
    };
    let algorithm = declared.and_then(|declared| declared.algorithm).unwrap_or(usual);
    let key_id = declared.and_then(|declared| declared.key_id.clone());
    let audience = declared.and_then(|declared| declared.audience.as_ref());
    let audience = audience.map(|audience| provider.fill(audience)).transpose()?;
    Ok(Assertion { signer: Signer::stand_in(algorithm).with_key_id(key_id), audience })
}

/// Header and claims of the assertion that a request bears; nothing where it bears none.
pub(super) fn steps(request: &Request, provider: &Provider) -> Vec<Step> {
    let signed = match serde_json::from_slice::<Value>(&request.body) {
        Ok(body) => body["client_assertion"].as_str().map(str::to_owned),
        Err(_) => url::form_urlencoded::parse(&request.body)
            .find(|(name, _)| name == "client_assertion")
            .map(|(_, value)| value.into_owned()),
    };
    let parts = signed.as_deref().and_then(|signed| {
        let mut parts = signed.split('.').map_while(read);
        Some((parts.next()?, parts.next()?))
    });
    let Some((header, claims)) = parts else { return Vec::new() };
    let declared = provider.oauth2.client_assertion.as_ref();
    let told = declared.is_some_and(|declared| declared.algorithm.is_some());
    let by_key = provider.oauth2.client_authentication == Manner::PrivateKeyJwt && !told;
    let lasts = claims["exp"].as_i64().zip(claims["iat"].as_i64()).map(|(ends, begins)| ends - begins);
    let ends = format!("{} s later", lasts.unwrap_or_default());
    let of_header: &[(&str, &str)] = if by_key { &[("alg", "As the key says")] } else { &[] };
    let of_claims = [
        ("jti", "New for each request"),
        ("iat", "When it is sent"),
        ("nbf", "When it is sent"),
        ("exp", ends.as_str()),
    ];
    vec![
        Step { text: SignedText::AssertionHeader, pieces: written(&header, of_header) },
        Step { text: SignedText::AssertionClaims, pieces: written(&claims, &of_claims) },
    ]
}

fn read(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// A JSON object, line by line, with a gap for each member that comes later.
fn written(members: &Map<String, Value>, gaps: &[(&str, &str)]) -> Vec<Piece> {
    let mut pieces = vec![Piece::text("{")];
    for (at, (name, value)) in members.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        pieces.push(Piece::text(format!("{comma}\n  {}: ", json!(name))));
        pieces.push(match gaps.iter().find(|(gap, _)| gap == name) {
            Some((_, label)) => Piece::Secret { label: (*label).to_owned() },
            None => Piece::text(value.to_string()),
        });
    }
    pieces.push(Piece::text("\n}"));
    pieces
}
