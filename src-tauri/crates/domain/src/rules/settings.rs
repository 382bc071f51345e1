//! The rules of settings: their names, and the values that the document itself gives them.

use super::{Findings, credential, node::Node, placeholders::Uses};
use crate::{
    connector::{Setting, SettingError},
    manifest::{ProblemCode, quote},
    template::Part,
};
use serde::Deserialize;
use std::collections::BTreeSet;

pub(super) fn check(document: &Node<'_>, uses: &Uses, findings: &mut Findings) {
    let mut keys = BTreeSet::new();
    let lists = ["settings", "captures"].map(|list| document.field(list));
    for declared in lists.iter().flat_map(Node::items) {
        if let Some(key) = declared.text("key").filter(|key| !keys.insert(*key)) {
            findings.error(declared.field("key").error(
                ProblemCode::Duplicate,
                format!("Two settings or captures have the placeholder {}.", quote(key)),
                "Give one of them another key.",
            ));
        }
    }
    for node in document.field("settings").items() {
        check_setting(&node, uses, findings);
    }
}

/// Checks the values that an environment fixes.
pub(super) fn check_fixed(document: &Node<'_>, fixed: &Node<'_>, uses: &Uses, findings: &mut Findings) {
    for (key, value) in fixed.entries() {
        let settings = document.field("settings");
        let Some(node) = settings.items().find(|setting| setting.text("key") == Some(key)) else {
            findings.error(value.error(
                ProblemCode::UnknownKey,
                format!("There is no setting {}.", quote(key)),
                "Use the key of a setting of this connector.",
            ));
            continue;
        };
        if let (Some(setting), Some(text)) = (typed(&node), value.value.as_str())
            && let Err(error) = setting.check(text, &parts(uses, key))
        {
            findings.error(value.error(
                code(&error),
                format!("Setting {} {error}.", quote(key)),
                remedy(&error),
            ));
        }
    }
}

fn check_setting(node: &Node<'_>, uses: &Uses, findings: &mut Findings) {
    let Some(key) = node.text("key") else { return };
    if credential::is_credential_name(key) {
        findings.problems.push(node.field("key").advice(
            ProblemCode::Secret,
            format!(
                "Setting {} is named like a credential, but settings are not kept in the vault.",
                quote(key)
            ),
            "Where it is a secret, make it a parameter of the authentication.",
        ));
    }
    let Some(setting) = typed(node) else { return };
    for (field, title) in [("default", "Default"), ("example", "Example")] {
        let value = node.field(field);
        let Some(text) = node.text(field) else { continue };
        if credential::check_value(text).is_err() {
            findings.problems.push(value.advice(
                ProblemCode::Secret,
                format!("{title} looks like a credential, but settings are not kept in the vault."),
                "Where it is one, delete it here and make it a parameter of the authentication.",
            ));
        }
        if let Err(error) = setting.check(text, &parts(uses, key)) {
            // A broken pattern is reported where it stands.
            if !matches!(error, SettingError::BrokenPattern(_)) {
                findings.error(value.error(code(&error), format!("{title} {error}."), remedy(&error)));
            }
        }
    }
    for option in node.field("options").items() {
        let text = option.value.as_str().unwrap_or_default();
        if let Err(error) = setting.check(text, &parts(uses, key))
            && !matches!(error, SettingError::BrokenPattern(_) | SettingError::Missing)
        {
            findings.error(option.error(
                code(&error),
                format!("Option {} {error}.", quote(text)),
                remedy(&error),
            ));
        }
    }
}

fn typed(node: &Node<'_>) -> Option<Setting> {
    Setting::deserialize(node.value).ok()
}

fn parts(uses: &Uses, key: &str) -> Vec<Part> {
    uses.get(key).into_iter().flatten().copied().collect()
}

/// The kind of problem that a value is.
pub(crate) fn code(error: &SettingError) -> ProblemCode {
    match error {
        SettingError::Missing => ProblemCode::Missing,
        SettingError::TooLong(_) => ProblemCode::TooLong,
        SettingError::ControlCharacter => ProblemCode::Character,
        SettingError::NotAnOption(_) => ProblemCode::UnknownValue,
        SettingError::Pattern(_) => ProblemCode::Form,
        SettingError::BrokenPattern(_) => ProblemCode::Pattern,
        SettingError::NotHostLabels | SettingError::NotAPort => ProblemCode::Form,
    }
}

/// What to do about a value.
pub(crate) fn remedy(error: &SettingError) -> &'static str {
    match error {
        SettingError::Missing => "Write a value.",
        SettingError::TooLong(_) => "Shorten it.",
        SettingError::ControlCharacter => "Write it on one line.",
        SettingError::NotAnOption(_) => "Choose one of them.",
        SettingError::Pattern(_) => "Write it as the service shows it.",
        SettingError::BrokenPattern(_) => "Correct the connector.",
        SettingError::NotHostLabels => "Write only that part of the host, without `https://` and `/`.",
        SettingError::NotAPort => "Write the number of the port.",
    }
}
