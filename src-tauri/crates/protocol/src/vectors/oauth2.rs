//! PKCE (RFC 7636) and client authentication by Basic (RFC 6749 §2.3.1, compared after decoding, as its appendix B
//! allows several encodings).

use super::{rows, secret};
use crate::{
    message::{Url, header},
    oauth2::{
        BasicEncoding, Client, ClientAuthentication, Grant, Pkce, PkceMethod, RequestStyle, TokenEndpoint,
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use std::collections::BTreeSet;

#[test]
fn every_pkce_vector_holds() {
    for row in rows("pkce") {
        let (name, input, expect) = (&row["name"], &row["input"], &row["expect"]);
        if let Some(count) = input["generate"].as_u64() {
            let made: BTreeSet<String> = (0..count)
                .map(|seed| {
                    let mut entropy = [7; 32];
                    entropy[..8].copy_from_slice(&seed.to_be_bytes());
                    let pkce = Pkce::s256(entropy);
                    assert!(Pkce::parse(pkce.verifier().clone(), PkceMethod::S256).is_ok(), "{name}");
                    pkce.verifier().expose().clone()
                })
                .collect();
            assert_eq!(made.len() as u64, expect["distinct"].as_u64().unwrap(), "{name}");
            continue;
        }
        let parsed = Pkce::parse(secret(&input["verifier"]), PkceMethod::S256);
        match expect["challenge"].as_str() {
            Some(challenge) => assert_eq!(parsed.unwrap().challenge().expose(), challenge, "{name}"),
            None => assert!(parsed.is_err(), "{name}"),
        }
    }
}

#[test]
fn every_client_secret_basic_vector_decodes_to_itself() {
    for row in rows("client_secret_basic") {
        let (name, input, expect) = (&row["name"], &row["input"], &row["expect"]);
        let client = Client {
            id: input["client_id"].as_str().unwrap().to_owned(),
            authentication: ClientAuthentication::Basic {
                secret: secret(&input["client_secret"]),
                encoding: BasicEncoding::Rfc6749,
            },
        };
        let endpoint = TokenEndpoint {
            url: Url::parse("https://login.example/token").unwrap(),
            refresh_url: None,
            style: RequestStyle::default(),
            extra: Vec::new(),
            refresh_extra: Vec::new(),
            resources: Vec::new(),
            delimiter: " ".into(),
            scope_on_exchange: false,
        };
        let grant = Grant::ClientCredentials { scopes: &[] };
        let request = endpoint.request(&client, grant, Timestamp::UNIX_EPOCH, [0; 32]).unwrap();
        let value = request.headers[header::AUTHORIZATION].to_str().unwrap();
        let pair =
            String::from_utf8(STANDARD.decode(value.strip_prefix("Basic ").unwrap()).unwrap()).unwrap();
        assert!(!pair.contains(['+', ' ']), "{name}: a blank is written as %20: {pair}");
        let decoded: Vec<String> = pair
            .split(':')
            .map(|part| percent_encoding::percent_decode_str(part).decode_utf8().unwrap().into_owned())
            .collect();
        let expected: Vec<String> = serde_json::from_value(expect["must_decode_to"].clone()).unwrap();
        assert_eq!(decoded, expected, "{name}");
    }
}
