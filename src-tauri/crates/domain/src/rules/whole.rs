//! The rules of several fields, for a document and for what it becomes in each of its environments.

use super::{
    Findings, Known, authentication, hosts,
    node::{Node, in_environment},
    placeholders::{self, Uses},
    request, settings, structure,
};
use crate::{
    environment::LAB,
    link_name::LinkName,
    manifest::{Problem, ProblemCode, pointer_to, quote},
};
use serde_json::{Map, Value};

pub(super) fn check(map: &Map<String, Value>, known: &Known, findings: &mut Findings) {
    let value = Value::Object(map.clone());
    let document = Node::root(&value);
    let mut uses = check_one(map, &document, findings);
    names(&document, known, findings);
    agent_group(&document, known, findings);
    for (name, overlay) in document.field("environments").entries() {
        environment_name(name, &overlay, known, findings);
        if let Some(overlay_map) = overlay.value.as_object() {
            let within = check_environment(map, name, overlay_map, known, findings);
            for (name, parts) in within {
                uses.entry(name).or_default().extend(parts);
            }
            settings::check_fixed(&document, &overlay.field("settings"), &uses, findings);
        }
    }
    placeholders::check_unused(&document, &uses, findings);
}

fn check_one(map: &Map<String, Value>, document: &Node<'_>, findings: &mut Findings) -> Uses {
    let uses = placeholders::check(map, document, findings);
    settings::check(document, &uses, findings);
    authentication::check(document, findings);
    request::check(map, document, findings);
    hosts::check(document, findings);
    uses
}

/// An environment is the document with the overlay laid over it, checked the same way; what was wrong before is not said again.
fn check_environment(
    map: &Map<String, Value>,
    name: &str,
    overlay: &Map<String, Value>,
    known: &Known,
    findings: &mut Findings,
) -> Uses {
    let merged = in_environment(map, overlay);
    let (Some(merged_map), document) = (merged.as_object(), Node::root(&merged)) else { return Uses::new() };
    let mut within = Findings::default();
    structure::check_document(merged_map, &mut within);
    let uses = check_one(merged_map, &document, &mut within);
    agent_group(&document, known, &mut within);
    let is_new = |known: &[Problem], problem: &Problem| {
        known.iter().all(|other| (&other.pointer, &other.message) != (&problem.pointer, &problem.message))
    };
    let place = |problem: Problem| {
        let base = pointer_to("/environments", name);
        let pointer = format!("{base}{}", by_name(&merged, overlay, &problem.pointer));
        Problem { message: format!("In {}: {}", quote(name), problem.message), pointer, ..problem }
    };
    // What the overlay's own fields break was reported when they were walked.
    let reported = |findings: &Findings, problem: &Problem| {
        let place = place(problem.clone());
        findings.problems.iter().any(|other| other.pointer == place.pointer && other.code == problem.code)
    };
    let problems: Vec<_> = within
        .problems
        .into_iter()
        .filter(|problem| is_new(&findings.problems, problem) && !reported(findings, problem))
        .collect();
    findings.problems.extend(problems.into_iter().map(place));
    let missing: Vec<_> =
        within.missing.into_iter().filter(|problem| is_new(&findings.missing, problem)).collect();
    findings.missing.extend(missing.into_iter().map(place));
    uses
}

/// The same place in the overlay: authentications merge by name, so their numbers differ.
fn by_name(merged: &Value, overlay: &Map<String, Value>, pointer: &str) -> String {
    let same_place = || {
        let rest = pointer.strip_prefix("/authentications/")?;
        let (number, rest) = rest.split_once('/').unwrap_or((rest, ""));
        let name = merged.pointer(&format!("/authentications/{number}/name"))?;
        let own = overlay
            .get("authentications")?
            .as_array()?
            .iter()
            .position(|one| one.get("name") == Some(name))?;
        Some(format!("/authentications/{own}/{rest}"))
    };
    same_place().unwrap_or_else(|| pointer.to_owned())
}

fn names(document: &Node<'_>, known: &Known, findings: &mut Findings) {
    let node = document.field("link_name");
    let Some(name) = document.text("link_name") else { return };
    if let Some(fixed) = known.fixed_link_name.as_deref().filter(|fixed| *fixed != name) {
        findings.error(node.error(
            ProblemCode::LinkNameFixed,
            "Link name is fixed, because connections use it.",
            format!("Write {} again; the shown name can change at any time.", quote(fixed)),
        ));
    } else if known.taken_link_names.contains(name) {
        findings.error(node.error(
            ProblemCode::LinkNameTaken,
            format!("Link name {} belongs to another connector.", quote(name)),
            "Choose another; the shown name may be the same.",
        ));
    }
}

/// A route that does not exist blocks *Ready*; it never falls back to a direct one.
fn agent_group(document: &Node<'_>, known: &Known, findings: &mut Findings) {
    let name = document.text("agent_group").unwrap_or("default");
    if LinkName::parse(name).is_ok() && !known.agent_groups.contains(name) {
        findings.missing(document.field("agent_group").error(
            ProblemCode::UnknownAgentGroup,
            format!("Agent group {} does not exist here.", quote(name)),
            "Make it, or choose another; calls never take a route that nobody chose.",
        ));
    }
}

fn environment_name(name: &str, overlay: &Node<'_>, known: &Known, findings: &mut Findings) {
    if name == LAB {
        findings.error(overlay.error(
            ProblemCode::ReservedName,
            "The environment `lab` is the Lab's, which computes its values itself.",
            "Delete it, or give the environment another name.",
        ));
    } else if LinkName::parse(name).is_err() {
        findings.error(overlay.error(
            ProblemCode::Form,
            format!("Environment {} is no link name.", quote(name)),
            "Use 1 to 50 lower-case letters, digits and `_` or `-`, a letter first.",
        ));
    } else if !known.environments.contains(name) {
        findings.problems.push(overlay.advice(
            ProblemCode::UnknownEnvironment,
            format!("Environment {} does not exist here yet.", quote(name)),
            "Make it, and its values can be used; until then they are kept and do nothing.",
        ));
    }
}
