//! Challenges (RFC 9110 §11, RFC 6750 §3, RFC 9449 §7.1, RFC 9728 §5.1) and metadata (RFC 8414, OpenID Connect Discovery).

use super::rows;
use crate::{
    message::{HeaderMap, HeaderValue, Response, StatusCode, header},
    oauth2::{
        PkceMethod,
        challenge::{self, Challenge},
        metadata::{Metadata, MetadataError, WellKnown},
    },
};
use serde_json::Value;

#[test]
fn every_challenge_vector_holds() {
    for row in rows("www_authenticate") {
        let name = row["name"].as_str().unwrap();
        let mut headers = HeaderMap::new();
        for line in row["input"]["headers"].as_array().unwrap() {
            let value = HeaderValue::from_bytes(line.as_str().unwrap().as_bytes()).unwrap();
            headers.append(header::WWW_AUTHENTICATE, value);
        }
        let expected: Vec<Challenge> = row["expect"]["challenges"]
            .as_array()
            .unwrap()
            .iter()
            .map(|challenge| Challenge {
                scheme: challenge["scheme"].as_str().unwrap().to_owned(),
                token68: challenge["token68"].as_str().map(str::to_owned),
                // Rows that leave a choice: names are in lower case here, and what follows without a comma is read.
                params: challenge["params"]
                    .as_object()
                    .unwrap()
                    .iter()
                    .map(|(key, value)| (key.to_ascii_lowercase(), value.as_str().unwrap().to_owned()))
                    .collect(),
            })
            .collect();
        assert_eq!(challenge::parse(&headers), expected, "{name}");
    }
}

type IsIt = fn(&MetadataError) -> bool;

/// What is done where both outcomes are right: why the document is refused.
const REFUSED: [(&str, IsIt); 4] = [
    ("doc-issuer-slash-differs", |error| matches!(error, MetadataError::OtherIssuer(_))),
    ("doc-wrong-types", |error| matches!(error, MetadataError::Type(_))),
    // Said in plain words: the tenant's own issuer works.
    ("doc-ms-common-template", |error| matches!(error, MetadataError::OtherIssuer(_))),
    ("doc-redirect-cross-origin", |error| matches!(error, MetadataError::Status(_))),
];

#[test]
fn every_metadata_vector_holds() {
    for row in rows("metadata") {
        let (name, input, expect) = (row["name"].as_str().unwrap(), &row["input"], &row["expect"]);
        if let Some(issuer) = input["issuer"].as_str() {
            let places = WellKnown::of(issuer).unwrap();
            assert_eq!(places.openid.as_str(), expect["openid"].as_str().unwrap(), "{name}");
            assert_eq!(places.oauth.as_str(), expect["oauth"].as_str().unwrap(), "{name}");
            continue;
        }
        let body = match (&input["document"], input["document_raw"].as_str()) {
            (_, Some(raw)) => raw.to_owned(),
            (Value::Null, None) => String::new(),
            (document, None) => document.to_string(),
        };
        let status = StatusCode::from_u16(u16::try_from(input["status"].as_u64().unwrap()).unwrap()).unwrap();
        let reply = Response { status, headers: HeaderMap::new(), body: body.into_bytes() };
        let read = Metadata::read(&reply, input["expected_issuer"].as_str().unwrap());
        if expect["level"] == "either" {
            let (_, is_it) = REFUSED.iter().find(|(row, _)| *row == name).expect(name);
            assert!(is_it(&read.unwrap_err()), "{name}");
            continue;
        }
        assert_eq!(read.is_ok(), expect["accept"] == true, "{name}: {read:?}");
        if expect["warn"] == "plain only" {
            assert_eq!(read.as_ref().unwrap().takes_challenge(PkceMethod::S256), Some(false), "{name}");
        }
        if name == "doc-no-pkce-listed" {
            assert_eq!(read.as_ref().unwrap().takes_challenge(PkceMethod::S256), None, "{name}");
        }
        if let Ok(methods) = serde_json::from_value::<Vec<String>>(expect["auth_methods"].clone()) {
            assert_eq!(read.unwrap().client_authentication, methods, "{name}");
        }
    }
}
