//! The rules of placeholders: each is declared, stands where its value can, and nothing is declared in vain.

use super::{
    Findings,
    node::{Node, authentications},
    texts::{self, Found},
};
use crate::{
    host_pattern::HostPattern,
    manifest::{ProblemCode, quote, table::Text},
    template::{EMAIL, Part, TextTemplate, UrlTemplate},
};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The parts of addresses that each name fills; headers and values count as [`Part::Query`].
pub(super) type Uses = BTreeMap<String, BTreeSet<Part>>;

/// Checks the placeholders of a document, and tells what they fill.
pub(super) fn check(map: &Map<String, Value>, document: &Node<'_>, findings: &mut Findings) -> Uses {
    let declared = Declared::of(document);
    let mut uses = Uses::new();
    for found in texts::all(map).into_iter().filter(|found| found.rule.has_placeholders()) {
        for (part, name) in slots_of(&found) {
            check_slot(&declared, &found, part, &name, findings);
            uses.entry(name).or_default().insert(part);
        }
    }
    for parameter in declared.path_parameters.iter().filter(|parameter| !uses.contains_key(parameter.key)) {
        findings.error(parameter.node.field("location").error(
            ProblemCode::Undeclared,
            format!(
                "{} stands in the path, but no address holds {}.",
                quote(parameter.key),
                braces(parameter.key)
            ),
            "Write it into the base address or the verify path, where the value belongs.",
        ));
    }
    uses
}

/// Advises of settings and captures that fill nothing, in no environment.
pub(super) fn check_unused(document: &Node<'_>, uses: &Uses, findings: &mut Findings) {
    for (title, list) in [("Setting", "settings"), ("Capture", "captures")] {
        for declared in document.field(list).items() {
            if let Some(key) = declared.text("key").filter(|key| !uses.contains_key(*key)) {
                findings.problems.push(declared.field("key").advice(
                    ProblemCode::Unused,
                    format!("{title} {} is not used in any address, header or value yet.", quote(key)),
                    format!("Write {} where it belongs, or delete it.", braces(key)),
                ));
            }
        }
    }
}

struct Declared<'a> {
    settings: BTreeMap<&'a str, Node<'a>>,
    captures: BTreeMap<&'a str, Node<'a>>,
    path_parameters: Vec<PathParameter<'a>>,
}

struct PathParameter<'a> {
    key: &'a str,
    node: Node<'a>,
}

impl<'a> Declared<'a> {
    fn of(document: &Node<'a>) -> Self {
        let by_key = |list: &str| {
            let keyed = document.field(list).items().filter_map(|item| Some((item.text("key")?, item)));
            keyed.collect::<BTreeMap<_, _>>()
        };
        let parameters =
            authentications(document).into_iter().flat_map(|one| one.field("parameters").items());
        let in_path = parameters.filter(|parameter| parameter.text("location") == Some("path"));
        Self {
            settings: by_key("settings"),
            captures: by_key("captures"),
            path_parameters: in_path
                .filter_map(|node| Some(PathParameter { key: node.text("key")?, node }))
                .collect(),
        }
    }
}

fn slots_of(found: &Found<'_>) -> Vec<(Part, String)> {
    let of_url = |url: &UrlTemplate| url.placeholders().map(|(part, name)| (part, name.to_owned())).collect();
    match found.rule {
        Text::Url(_) => UrlTemplate::parse(found.text).as_ref().map(of_url).unwrap_or_default(),
        Text::Path => {
            let base = UrlTemplate::parse("https://service.example");
            base.and_then(|base| base.with_path(found.text)).as_ref().map(of_url).unwrap_or_default()
        }
        Text::HostPattern => match HostPattern::parse(found.text) {
            Ok(HostPattern::Exact(template)) => of_url(&template),
            _ => Vec::new(),
        },
        _ => {
            let names = TextTemplate::from(found.text.to_owned()).placeholders();
            names.into_iter().map(|name| (Part::Query, name)).collect()
        }
    }
}

fn check_slot(declared: &Declared<'_>, found: &Found<'_>, part: Part, name: &str, findings: &mut Findings) {
    let misplaced = |findings: &mut Findings, why: &str, remedy: &str| {
        findings.error(crate::manifest::Problem::error(
            found.pointer.clone(),
            ProblemCode::Misplaced,
            format!("{} holds {}, {why}.", found.title, braces(name)),
            remedy,
        ));
    };
    if name == EMAIL {
        if !found.pointer.contains("/extra_authorize_params/") {
            misplaced(
                findings,
                "which stands for the person's e-mail on sign-in pages only",
                "Use it in the extra sign-in parameters, or declare a setting of another name.",
            );
        }
    } else if let Some(setting) = declared.settings.get(name) {
        let is_optional = setting.flag("required") == Some(false) && setting.text("default").is_none();
        if is_optional && part != Part::Query {
            findings.error(setting.field("required").error(
                ProblemCode::Conflict,
                format!("Setting {} may stay empty, but an address needs it.", quote(name)),
                "Make it required, or give it a default.",
            ));
        }
    } else if let Some(capture) = declared.captures.get(name) {
        if found.is_in_authentication() {
            misplaced(
                findings,
                "which the service tells only after the sign-in",
                "Declare a setting instead.",
            );
        } else if part == Part::Port || (part == Part::Host && capture.text("use") != Some("host")) {
            misplaced(
                findings,
                "which is captured as a value",
                "Set `use: host` for the capture, in a host only.",
            );
        }
    } else if declared.path_parameters.iter().any(|parameter| parameter.key == name) {
        let in_base_or_verify = found.pointer == "/base_url" || found.is_in_verify();
        if part != Part::Path || !in_base_or_verify {
            misplaced(
                findings,
                "which is a parameter of the path",
                "Write it into the path of the base address or of the verify request.",
            );
        }
    } else {
        findings.missing(crate::manifest::Problem::error(
            found.pointer.clone(),
            ProblemCode::Undeclared,
            format!("{} holds {}, which nothing declares.", found.title, braces(name)),
            format!("Add a setting with the key {}, or correct the name.", quote(name)),
        ));
    }
}

fn braces(name: &str) -> String {
    quote(&format!("{{{name}}}"))
}
