//! Checking what a person gave against what the connector asks: each wrong value with its reason.

use crate::{connections::all_settings, oauth::client::PRIVATE_KEY};
use domain::connector::{Connector, MAX_SETTING, Prompt, PromptKind};
use jiff::civil::Date;
use secret::SecretString;
use std::collections::BTreeMap;

/// What is missing or does not fit among the settings: key and reason.
pub(crate) fn check_settings(
    connector: &Connector,
    given: &BTreeMap<String, String>,
) -> Vec<(String, String)> {
    let all = all_settings(connector, given);
    let mut wrong = Vec::new();
    for setting in &connector.settings {
        let value = all.get(&setting.key).map(String::as_str).unwrap_or_default();
        if let Err(reason) = setting.check(value, &connector.uses(&setting.key)) {
            wrong.push((setting.key.clone(), format!("{} {reason}.", setting.shown_name())));
        }
    }
    for key in given.keys().filter(|key| connector.setting(key).is_none()) {
        wrong.push((key.clone(), "The connector has no such setting.".into()));
    }
    wrong
}

/// What is missing or does not fit among the prompts: key and reason.
pub(super) fn check_prompts(
    prompts: &[Prompt],
    values: &BTreeMap<String, String>,
    secrets: &BTreeMap<String, SecretString>,
) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    for prompt in prompts {
        let key = &prompt.key;
        let value = values.get(key).map(String::as_str);
        if prompt.secret && value.is_some() {
            wrong.push((key.clone(), format!("{} is a secret and is handed over as one.", prompt.name)));
        }
        let empty = value.is_none_or(str::is_empty) && secrets.get(key).is_none_or(SecretString::is_empty);
        if empty && !prompt.optional {
            wrong.push((key.clone(), format!("{} is missing.", prompt.name)));
        }
        if let Some(reason) = secrets.get(key).and_then(|secret| unfit_secret(key, secret)) {
            wrong.push((key.clone(), format!("{}: {reason}", prompt.name)));
        }
        if let Some(reason) =
            value.filter(|value| !value.is_empty()).and_then(|value| unfit(&prompt.kind, value))
        {
            wrong.push((key.clone(), format!("{}: {reason}", prompt.name)));
        }
    }
    let asked = |key: &str| prompts.iter().any(|prompt| prompt.key == key);
    for key in values.keys().chain(secrets.keys()).filter(|key| !asked(key)) {
        wrong.push((key.clone(), "The connector does not ask for it.".into()));
    }
    wrong
}

/// The longest plain value, in characters; as long as a setting.
const LONGEST_VALUE: usize = MAX_SETTING;
/// The longest secret, in bytes: tokens with many claims and keys with their chain fit many times.
const LONGEST_SECRET: usize = 64 << 10;

/// Why a secret does not fit. A key is written over several lines; any other secret is one line, for it stands in a
/// header, an address or a form.
fn unfit_secret(key: &str, secret: &SecretString) -> Option<String> {
    // EXPOSE: measured and looked through for control characters; nothing of it is kept
    let text = secret.expose();
    if text.len() > LONGEST_SECRET {
        return Some(format!("it is longer than {LONGEST_SECRET} bytes."));
    }
    (key != PRIVATE_KEY && text.contains(char::is_control)).then(|| "it is one line of text.".into())
}

/// Why a plain value does not fit its kind.
fn unfit(kind: &PromptKind, value: &str) -> Option<String> {
    if value.chars().count() > LONGEST_VALUE {
        return Some(format!("it is longer than {LONGEST_VALUE} characters."));
    }
    if value.contains(char::is_control) {
        return Some("it is one line of text.".into());
    }
    let fits = match kind {
        PromptKind::Text | PromptKind::Password => true,
        PromptKind::Number => value.trim().parse::<f64>().is_ok_and(f64::is_finite),
        PromptKind::Boolean => matches!(value, "true" | "false"),
        PromptKind::Date => value.parse::<Date>().is_ok(),
        PromptKind::List { options } => options.iter().any(|option| option == value),
    };
    let reason = match kind {
        PromptKind::Text | PromptKind::Password => "it is one line of text.".into(),
        PromptKind::Number => "it is a number, such as 42 or 1.5.".into(),
        PromptKind::Boolean => "it is true or false.".into(),
        PromptKind::Date => "it is a day, such as 2026-11-22.".into(),
        PromptKind::List { options } => format!("it is one of {}.", options.join(", ")),
    };
    (!fits).then_some(reason)
}
