//! The rules of allowed hosts: what a pattern may be, and that the connector's own addresses are among them.

use super::{
    Findings,
    node::{Node, authentications},
    text::Finding,
};
use crate::{
    host_pattern::{HostPattern, HostPatternError},
    manifest::{ProblemCode, quote},
    origin::{AgreedOrigins, Origin},
    template::UrlTemplate,
};
use std::collections::BTreeMap;

pub(super) fn check_pattern(text: &str) -> Result<(), Finding> {
    use HostPatternError as E;
    let Err(error) = HostPattern::parse(text) else { return Ok(()) };
    let (fact, remedy) = match error {
        E::NotAHost => ("is no host".into(), "Write a host such as `api.service.example`."),
        E::WholeAddress => {
            ("is more than a host".into(), "Write only what stands between `https://` and the next `/`.")
        }
        E::Star => (
            "has a star where none can stand".into(),
            "Write `*.` once, before the host; it covers all hosts below it.",
        ),
        E::PublicSuffix(suffix) => (
            format!("covers hosts of anyone, because names below {} belong to many owners", quote(&suffix)),
            "Name the service's own host behind the star.",
        ),
        E::NotFixed => (
            "has a placeholder or port behind the star".into(),
            "Write a fixed host behind the star; a star covers port 443 only.",
        ),
    };
    Err(Finding::new(ProblemCode::HostPattern, fact, remedy))
}

/// An address of the connector's own that its allowed hosts leave out could never be called.
pub(super) fn check(document: &Node<'_>, findings: &mut Findings) {
    let hosts = document.field("allowed_hosts");
    let patterns: Vec<_> =
        hosts.items().filter_map(|item| HostPattern::parse(item.value.as_str()?).ok()).collect();
    if patterns.is_empty() {
        return;
    }
    // A value that passes for a host fills every placeholder: only what is fixed in patterns and addresses is compared.
    let insecure = document.flag("allow_insecure_http").unwrap_or(false);
    let allowed: AgreedOrigins = patterns
        .iter()
        .flat_map(|pattern| match pattern {
            HostPattern::Exact(template) => {
                pattern.origins(&any_values(template), insecure).unwrap_or_default()
            }
            HostPattern::Below(_) => pattern.origins(&BTreeMap::new(), insecure).unwrap_or_default(),
        })
        .collect();
    let ways = authentications(document);
    let verifies = std::iter::once(document).chain(&ways).map(|node| node.field("verify").field("url"));
    let own =
        verifies.map(|url| ("Verify address", url)).chain([("Base address", document.field("base_url"))]);
    for (title, address) in own {
        let Some(template) = address.value.as_str().and_then(|text| UrlTemplate::parse(text).ok()) else {
            continue;
        };
        let Ok(url) = template.fill_origin(&any_values(&template)) else { continue };
        if !allowed.allow(&url) && !is_told_by_the_service(document, &template) {
            let origin = Origin::of(&url).map(|origin| origin.to_string()).unwrap_or_default();
            findings.error(hosts.error(
                ProblemCode::Conflict,
                format!("{title} leads to {}, which is not among the allowed hosts.", quote(&origin)),
                "Add its host, or leave the allowed hosts out and the connector's own are taken.",
            ));
        }
    }
}

/// A captured host is agreed to when the service tells it.
fn is_told_by_the_service(document: &Node<'_>, template: &UrlTemplate) -> bool {
    let captures: Vec<_> =
        document.field("captures").items().filter_map(|capture| capture.text("key")).collect();
    template
        .placeholders()
        .any(|(part, name)| part == crate::template::Part::Host && captures.contains(&name))
}

/// A value for each placeholder that can stand wherever it stands.
fn any_values(template: &UrlTemplate) -> BTreeMap<String, String> {
    template
        .placeholders()
        .map(|(part, name)| {
            let value = if part == crate::template::Part::Port { "8443" } else { "any" };
            (name.to_owned(), value.to_owned())
        })
        .collect()
}
