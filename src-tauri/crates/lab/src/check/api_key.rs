//! API keys: each value in its place, once, behind its prefix.

use super::{Findings, Place, Verdict};
use crate::{
    arrived::{Arrived, Body, values_of},
    play::{Asked, Location, Parameter, Play, Way},
    template::{Capture, Template},
};
use secret::{SecretString, redact::MASK};

pub(super) fn check(
    findings: &mut Findings,
    arrived: &Arrived,
    (play, way): (&Play, &Way),
    parameter: &Parameter,
    expected: &SecretString,
) {
    let Parameter { asked, location, .. } = parameter;
    let key = &asked.key;
    match location {
        Location::Header => {
            let values = arrived.header(key);
            let values = values.iter().map(String::as_str).collect();
            let place = Place::Header(key.to_ascii_lowercase());
            check_one(findings, arrived, parameter, expected, &format!("Header `{key}`"), place, values);
        }
        Location::Query => {
            let (what, place) = (format!("Query `{key}`"), Place::Query(key.clone()));
            check_one(findings, arrived, parameter, expected, &what, place, arrived.in_query(key));
        }
        Location::Form => match &arrived.body {
            Body::Form(pairs) => {
                let what = format!("Form `{key}`");
                check_one(findings, arrived, parameter, expected, &what, Place::Body, values_of(pairs, key));
            }
            Body::Empty => findings.left_out(format!("Form `{key}`"), asked, expected, arrived),
            body if asked.optional => {
                findings
                    .right(format!("Form `{key}`"), format!("left out; the body is {}", body.described()));
            }
            body => {
                let detail = format!("{}, in which no form data can stand", body.described());
                findings.fault(Verdict::Malformed, "Body", detail);
            }
        },
        Location::Path => check_path(findings, arrived, (play, way), asked, expected),
    }
}

/// A value in a place that could hold it more than once.
fn check_one(
    findings: &mut Findings,
    arrived: &Arrived,
    Parameter { asked, prefix, .. }: &Parameter,
    expected: &SecretString,
    what: &str,
    place: Place,
    values: Vec<&str>,
) {
    let [value] = values.as_slice() else {
        for value in &values {
            findings.found(place.clone(), "", asked.secret, value);
        }
        return match values.len() {
            0 => findings.left_out(what, asked, expected, arrived),
            times => findings.repeated(what, times),
        };
    };
    let Some(bare) = value.strip_prefix(prefix.as_str()) else {
        findings.found(place, "", asked.secret, value);
        return findings.fault(
            Verdict::Malformed,
            format!("Prefix `{prefix}` of {}", lower(what)),
            "missing",
        );
    };
    findings.found(place, prefix, asked.secret, bare);
    if !prefix.is_empty() {
        findings.right(format!("Prefix `{prefix}` of {}", lower(what)), "right");
    }
    findings.value(what, asked, expected, bare);
}

/// A value in the path: where the connector's addresses have its placeholder, else in any segment, since a call may
/// name it in a path of its own.
fn check_path(
    findings: &mut Findings,
    arrived: &Arrived,
    (play, way): (&Play, &Way),
    asked: &Asked,
    expected: &SecretString,
) {
    let what = format!("Path `{{{}}}`", asked.key);
    let base = Template::parse(&play.base_url);
    let verify = way.verify.as_ref().and_then(|verify| verify.template(&play.base_url));
    let captured = |template: &Template, captures: Option<Vec<Capture>>| {
        let capture = captures?.into_iter().find(|capture| capture.name == asked.key)?;
        let masked = template.masked_segment(capture.segment, &asked.key, MASK)?;
        Some((capture, masked))
    };
    let in_verify = verify.as_ref().and_then(|it| captured(it, it.match_whole(&arrived.target)));
    let in_base = || base.as_ref().and_then(|it| captured(it, it.match_start(&arrived.target)));
    if let Some((capture, masked)) = in_verify.or_else(in_base) {
        findings.found(Place::Path(capture.segment, masked), "", asked.secret, &capture.value);
        return findings.value(what, asked, expected, &capture.value);
    }
    if let Some(base) = base.filter(|base| base.has_slot(&asked.key)) {
        return findings.fault(
            Verdict::Missing,
            what,
            format!("missing; the path does not begin as `{}`", base.path()),
        );
    }
    // EXPOSE: searched for in the path
    let text = expected.expose().as_str();
    let segments = arrived.target.segments.iter().enumerate();
    match segments.clone().find(|(_, segment)| segment.contains(text)) {
        Some((segment, whole)) => {
            findings.found(Place::Path(segment, whole.replace(text, MASK)), "", asked.secret, text);
            findings.right(what, "right");
        }
        None => findings.left_out(what, asked, expected, arrived),
    }
}

fn lower(what: &str) -> String {
    let mut letters = what.chars();
    letters.next().map(|first| first.to_ascii_lowercase().to_string() + letters.as_str()).unwrap_or_default()
}
