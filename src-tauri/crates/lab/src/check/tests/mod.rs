//! Every type: right, wrong, missing, malformed. Requests are written down as they travel, so that no code of the
//! sending side takes part.

mod api_key;
mod auth_fields;
mod authorization;

use super::*;
use crate::play::{Location, Parameter, Refusal};
use Verdict::{Right, Wrong};
use hyper::{HeaderMap, Method};
use secret::SecretBytes;

/// A Lab that gave nothing out.
pub(crate) struct Nothing;

impl Memory for Nothing {
    fn look(&self, _: &str) -> Held {
        Held::Unknown
    }

    fn given(&self, _: &str) -> Option<Given> {
        None
    }

    fn is_first(&self, _: &str) -> bool {
        true
    }

    fn app_key(&self, _: &str) -> Option<SigningKey> {
        None
    }

    fn time(&self) -> Time {
        Time { clock: 1_440_938_160, passed: 1_440_938_160 }
    }
}

fn issuer() -> Issuer {
    Issuer::new(SecretBytes::new(vec![7; 32]), "crm")
}

fn asked(key: &str) -> Asked {
    Asked { key: key.into(), secret: true, ..Asked::default() }
}

fn fixed(key: &str, value: &str) -> Asked {
    Asked { fixed: Some(value.into()), ..asked(key) }
}

fn optional(asked: Asked) -> Asked {
    Asked { optional: true, ..asked }
}

fn play(ways: Vec<Authentication>) -> Play {
    let ways = ways.into_iter().enumerate().map(|(index, authentication)| Way {
        name: Some(format!("way{index}")),
        authentication,
        verify: None,
    });
    Play {
        link_name: "crm".into(),
        name: "CRM".into(),
        base_url: "https://h.example/v1".into(),
        settings: Default::default(),
        ways: ways.collect(),
        refusal: Refusal::default(),
    }
}

/// A request as text: `METHOD path`, header lines, a blank line, the body. `$KEY` stands for what was issued for it.
fn arrived(play: &Play, text: &str) -> Arrived {
    let mut text = text.to_owned();
    for way in &play.ways {
        for issued in issuer().issue(way) {
            // EXPOSE: a value that a test made
            text = text.replace(&format!("${}", issued.key), issued.value.expose());
        }
    }
    let (head, body) = text.split_once("\n\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let (method, uri) = lines.next().unwrap().split_once(' ').unwrap();
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ").unwrap();
        headers.append(name.parse::<hyper::header::HeaderName>().unwrap(), value.parse().unwrap());
    }
    Arrived::read(method.parse::<Method>().unwrap(), &uri.parse().unwrap(), headers, body.as_bytes()).unwrap()
}

/// Holds each request against the verdict and, where it is refused, the reason.
fn assert_each(play: &Play, rows: &[(&str, Verdict, &str)]) {
    for (request, verdict, why) in rows {
        let examined = examine_all(play, &arrived(play, request), &issuer(), &Nothing);
        let found = (examined.checked.verdict, examined.checked.why().unwrap_or_default());
        assert_eq!(found, (*verdict, (*why).to_owned()), "{request}");
    }
}

fn api_key(location: Location, prefix: &str, asked: Asked) -> Authentication {
    Authentication::ApiKey { parameters: vec![Parameter { asked, location, prefix: prefix.into() }] }
}

const FORM: &str = "content-type: application/x-www-form-urlencoded";

#[test]
fn a_service_without_authentication_takes_anyone() {
    let rows =
        [("GET /crm/h.example", Right, ""), ("GET /crm/h.example\nauthorization: Bearer x", Right, "")];
    assert_each(&play(vec![Authentication::None]), &rows);
}

#[test]
fn of_several_ways_the_one_that_came_closest_is_told() {
    let basic = Authentication::Basic { username: fixed("user", "u"), password: fixed("password", "p") };
    let ways = vec![
        basic,
        Authentication::Bearer { prefix: "Bearer".into(), token: asked("token") },
        Authentication::None,
    ];
    let play = play(ways);
    for (request, way, verdict) in [
        ("GET /crm/h.example\nauthorization: Basic dTpw", "way0", Right),
        ("GET /crm/h.example\nauthorization: Bearer $token", "way1", Right),
        ("GET /crm/h.example\nauthorization: Bearer nope", "way1", Wrong),
        ("GET /crm/h.example\nauthorization: Basic dTpx", "way0", Wrong),
        ("GET /crm/h.example", "way2", Right),
    ] {
        let examined = examine_all(&play, &arrived(&play, request), &issuer(), &Nothing);
        assert_eq!(
            (examined.checked.way.as_deref(), examined.checked.verdict),
            (Some(way), verdict),
            "{request}"
        );
    }
}

#[test]
fn no_step_quotes_a_value() {
    let play = play(vec![
        Authentication::Bearer { prefix: "Bearer".into(), token: asked("token") },
        api_key(Location::Header, "Key ", asked("x-key")),
        Authentication::Basic { username: fixed("user", "u"), password: fixed("password", "p") },
    ]);
    for request in [
        "GET /crm/h.example\nauthorization: hunter22",
        "GET /crm/h.example\nauthorization: hunter22 hunter22",
        "GET /crm/h.example\nauthorization: Bearer hunter22",
        "GET /crm/h.example\nauthorization: Basic hunter22",
        "GET /crm/h.example\nauthorization: Basic aHVudGVyMjI6aHVudGVyMjI=",
        "GET /crm/h.example\nx-key: hunter22",
        "GET /crm/h.example?hunter=hunter22\nx-key: Key hunter22",
    ] {
        let examined = examine_all(&play, &arrived(&play, request), &issuer(), &Nothing);
        let told = format!("{:?}", examined.checked);
        assert!(!told.contains("hunter22"), "{request}: {told}");
    }
}
