//! The rules of authentications: what each type needs, and what cannot go together.

use super::{
    Findings, credential,
    node::{Node, authentications},
    structure,
};
use crate::{
    manifest::{Problem, ProblemCode, quote, table},
    template,
};
use protocol::sigv4::regions::{regions, services};
use std::collections::BTreeSet;

pub(super) fn check(document: &Node<'_>, findings: &mut Findings) {
    let (one, several) = (document.field("authentication"), document.field("authentications"));
    match (one.is_empty(), several.is_empty()) {
        (false, false) => findings.error(several.error(
            ProblemCode::Conflict,
            "A connector has `authentication` or `authentications`, and this one has both.",
            "Keep one of them.",
        )),
        (true, true) => findings.missing(one.error(
            ProblemCode::Missing,
            "Authentication is missing.",
            "Choose how a request proves who sends it; `type: none` where anyone may call.",
        )),
        _ => {}
    }
    no_two(
        several.items().map(|one| (one.field("name"), String::new())),
        "authentications have the name",
        findings,
    );
    for one in authentications(document) {
        match one.text("type") {
            Some("basic") => basic(&one, findings),
            Some("api_key") => api_key(document, &one, findings),
            Some("auth_fields") => auth_fields(&one, findings),
            Some("oauth1") => oauth1(&one, findings),
            Some("aws_sigv4") => aws_sigv4(document, &one, findings),
            Some("oauth2") => oauth2(&one, findings),
            Some("openid_connect") => openid_connect(&one, findings),
            _ => {}
        }
    }
}

fn basic(one: &Node<'_>, findings: &mut Findings) {
    let prompts = ["username", "password"].map(|field| one.field(field));
    no_two(
        prompts.iter().map(|prompt| (prompt.field("key"), String::new())),
        "prompts have the key",
        findings,
    );
    for (prompt, standard) in prompts.iter().zip(["username", "password"]) {
        let other = prompts.iter().find(|other| other.pointer != prompt.pointer);
        // A prompt that is left out has its standard key, which the other one cannot have then.
        let taken = other.filter(|other| other.is_empty()).is_some();
        let other_standard = if standard == "username" { "password" } else { "username" };
        if taken && prompt.text("key") == Some(other_standard) {
            findings.error(duplicate(&prompt.field("key"), "prompts have the key", other_standard));
        }
    }
}

fn api_key(document: &Node<'_>, one: &Node<'_>, findings: &mut Findings) {
    let parameters: Vec<_> = one.field("parameters").items().collect();
    let place = |parameter: &Node<'_>| parameter.text("location").unwrap_or("header").to_owned();
    no_two(parameters.iter().map(|p| (p.field("key"), place(p))), "parameters have the key", findings);
    let headers: BTreeSet<String> =
        document.field("headers").entries().map(|(name, _)| name.to_ascii_lowercase()).collect();
    let settings: BTreeSet<&str> =
        document.field("settings").items().filter_map(|setting| setting.text("key")).collect();
    for parameter in &parameters {
        let Some(key) = parameter.text("key") else { continue };
        let node = parameter.field("key");
        match parameter.text("location").unwrap_or("header") {
            "header" => {
                if let Err(finding) = credential::header_name(key) {
                    let message = format!("Header {} {}.", quote(key), finding.fact);
                    findings.error(node.error(finding.code, message, finding.remedy));
                } else if headers.contains(&key.to_ascii_lowercase()) {
                    findings.error(node.error(
                        ProblemCode::Conflict,
                        format!("Header {} is set by the connector's headers too.", quote(key)),
                        "Delete it there, or give the parameter another key.",
                    ));
                }
            }
            "path" if !template::is_placeholder_name(key) => findings.error(node.error(
                ProblemCode::Form,
                "Parameter key is no name of a placeholder, and the parameter stands in the path.",
                "Use 1 to 50 letters, digits, `_` and `-`, a letter first, without braces.",
            )),
            "path" if settings.contains(key) || key == template::EMAIL => findings.error(node.error(
                ProblemCode::Duplicate,
                format!("Placeholder {} stands for something else too.", quote(key)),
                "Give the parameter another key.",
            )),
            _ => {}
        }
    }
}

fn auth_fields(one: &Node<'_>, findings: &mut Findings) {
    let fields: Vec<_> = one.field("fields").items().collect();
    no_two(fields.iter().map(|field| (field.field("key"), String::new())), "fields have the key", findings);
    for field in &fields {
        let (is_list, options) = (field.text("type") == Some("list"), field.field("options"));
        if is_list && options.is_empty() {
            findings.missing(options.error(
                ProblemCode::Missing,
                "Options are missing.",
                "Write the values that a person can choose from.",
            ));
        } else if !is_list && !options.is_empty() {
            findings.error(options.error(
                ProblemCode::Conflict,
                "Options belong to a list, and this field is none.",
                "Make the type `list`, or delete the options.",
            ));
        }
    }
}

fn oauth1(one: &Node<'_>, findings: &mut Findings) {
    if one.value.get("legs").and_then(serde_json::Value::as_u64) != Some(2) {
        needs(one, &["request_token_url", "authorize_url", "access_token_url"], findings);
    }
    manual_redirect(one, findings);
}

/// Region and service are compared with those that AWS has: a signature for a mistyped one is refused without a reason.
/// Only at AWS: storage elsewhere speaks S3's language with regions of its own.
fn aws_sigv4(document: &Node<'_>, one: &Node<'_>, findings: &mut Findings) {
    if !document.text("base_url").is_some_and(|address| address.contains(".amazonaws.com")) {
        return;
    }
    let known = [
        ("region", "Region", regions().map(|known| known.name).collect::<Vec<_>>(), "eu-west-2"),
        ("service", "Service", services().map(|known| known.name).collect(), "execute-api"),
    ];
    for (key, title, names, example) in known {
        let Some(text) = one.text(key).filter(|text| !text.contains('{') && !names.contains(text)) else {
            continue;
        };
        let meant = structure::closest(text, names.iter().copied());
        findings.problems.push(one.field(key).advice(
            ProblemCode::UnknownValue,
            format!("{title} {} is none that AWS is known to have.", quote(text)),
            match meant {
                Some(meant) => format!("Did you mean `{meant}`?"),
                None => format!("Write its exact name, such as `{example}`, or leave it if it is new."),
            },
        ));
    }
}

fn oauth2(one: &Node<'_>, findings: &mut Findings) {
    let grant = one.text("grant_type").unwrap_or("authorization_code");
    needs(
        one,
        match grant {
            "client_credentials" | "password" => &["token_url"],
            "implicit" => &["authorize_url"],
            "device_code" => &["device_authorization_url", "token_url"],
            _ => &["authorize_url", "token_url"],
        },
        findings,
    );
    let response = one.text("response_type").unwrap_or(if grant == "implicit" { "token" } else { "code" });
    let has_code = response.contains("code");
    if (grant == "implicit") == has_code && matches!(grant, "implicit" | "authorization_code") {
        findings.error(one.field("response_type").error(
            ProblemCode::Conflict,
            format!("Response type {} does not go with the grant type {}.", quote(response), quote(grant)),
            "Leave the response type out, and what the grant type needs is taken.",
        ));
    }
    browser(one, grant, has_code, findings);
}

fn openid_connect(one: &Node<'_>, findings: &mut Findings) {
    let grant = one.text("grant_type").unwrap_or("authorization_code");
    let has_issuer = one.text("issuer").is_some();
    if !has_issuer {
        let known = one.text("authorize_url").is_some() && one.text("jwks_url").is_some();
        if !known && matches!(grant, "authorization_code" | "implicit") {
            findings.missing(one.field("issuer").error(
                ProblemCode::Missing,
                "Issuer is missing.",
                "Write the issuer, or the authorize address and the keys address.",
            ));
        } else if !known {
            needs(one, &["token_url"], findings);
        }
    }
    let by_default = if has_issuer || one.text("token_url").is_some() { "code" } else { "id_token" };
    browser(one, grant, one.text("response_type").unwrap_or(by_default).contains("code"), findings);
}

/// What a sign-in through the browser needs: a way back that fits the reply.
fn browser(one: &Node<'_>, grant: &str, has_code: bool, findings: &mut Findings) {
    if !matches!(grant, "authorization_code" | "implicit") {
        return;
    }
    manual_redirect(one, findings);
    let redirect = one.text("redirect").unwrap_or("app");
    let pkce = one.text("pkce").unwrap_or("S256");
    if redirect == "app" && (!has_code || pkce != "S256") {
        let (why, remedy) = if has_code {
            (
                "needs PKCE S256, because other programs could claim the app's address",
                "Set PKCE to S256, or the redirect to loopback.",
            )
        } else {
            (
                "cannot take a token, because other programs could claim the app's address",
                "Set the redirect to loopback.",
            )
        };
        findings.error(one.field("redirect").error(
            ProblemCode::Conflict,
            format!("Redirect to the app {why}."),
            remedy,
        ));
    }
    if one.text("response_mode") == Some("form_post") && redirect != "loopback" {
        findings.error(one.field("response_mode").error(
            ProblemCode::Conflict,
            "Response mode `form_post` reaches only a loopback redirect.",
            "Set the redirect to loopback, or choose another response mode.",
        ));
    }
}

fn manual_redirect(one: &Node<'_>, findings: &mut Findings) {
    if one.text("redirect") == Some("manual") {
        needs(one, &["redirect_uri"], findings);
    }
}

/// Reports what an authentication needs and has not.
fn needs(one: &Node<'_>, keys: &[&str], findings: &mut Findings) {
    let shape = one.text("type").and_then(table::authentication);
    for key in keys.iter().filter(|key| one.text(key).is_none()) {
        if let Some(field) = shape.and_then(|shape| shape.field(key)) {
            findings.missing(structure::missing(field, one.field(key).pointer));
        }
    }
}

/// Reports keys that stand twice. Header names are the same in any case (RFC 9110 §5.1).
fn no_two<'a>(keys: impl Iterator<Item = (Node<'a>, String)>, what: &str, findings: &mut Findings) {
    let mut seen = BTreeSet::new();
    let mut seen_headers = BTreeSet::new();
    for (node, place) in keys {
        let Some(key) = node.value.as_str().filter(|key| !key.is_empty()) else { continue };
        let twice = place == "header" && !seen_headers.insert(key.to_ascii_lowercase());
        if !seen.insert(key) || twice {
            findings.error(duplicate(&node, what, key));
        }
    }
}

fn duplicate(node: &Node<'_>, what: &str, key: &str) -> Problem {
    node.error(ProblemCode::Duplicate, format!("Two {what} {}.", quote(key)), "Give one of them another.")
}

#[cfg(test)]
mod tests {
    use crate::rules::{Known, validate_draft};
    use serde_json::json;

    fn advice(base_url: &str, service: &str, region: &str) -> Vec<(String, String)> {
        let document = json!({
            "patchbay": 1,
            "link_name": "files",
            "name": "Files",
            "base_url": base_url,
            "authentication": { "type": "aws_sigv4", "service": service, "region": region },
            "verify": { "path": "/" },
        });
        let problems = validate_draft(&document, &Known::default()).problems;
        problems.into_iter().map(|problem| (problem.pointer, problem.remedy)).collect()
    }

    #[test]
    fn a_mistyped_region_or_service_of_aws_is_advised_about_and_no_other() {
        let aws = "https://s3.eu-west-1.amazonaws.com";
        for (address, service, region) in [
            (aws, "s3", "eu-west-1"),
            (aws, "{service}", "{region}"),
            ("https://account.r2.example", "s3", "auto"),
        ] {
            let found = advice(address, service, region);
            assert!(found.iter().all(|(pointer, _)| !pointer.starts_with("/authentication/r")), "{found:?}");
            assert!(found.iter().all(|(pointer, _)| pointer != "/authentication/service"), "{found:?}");
        }
        assert!(
            advice(aws, "s3", "eu-wset-1")
                .contains(&("/authentication/region".into(), "Did you mean `eu-west-1`?".into()))
        );
        assert!(
            advice(aws, "execute_api", "eu-west-1")
                .contains(&("/authentication/service".into(), "Did you mean `execute-api`?".into()))
        );
    }
}
