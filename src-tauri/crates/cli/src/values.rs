//! Values and secrets of prompts: from the command line, from files, or asked on a terminal.
//!
//! A secret never stands on the command line: `KEY=@FILE` or `KEY=-`. `KEY=…` splits at the first `=`; one trailing
//! newline of a file is dropped; standard input can be read once.

use crate::{
    args::Values,
    output::{Stop, tell, usage},
};
use api::{
    SecretString,
    contract::{
        TypedSecret,
        connectors::PromptView,
        error::{ErrorCode, ErrorView},
    },
};
use std::{
    collections::BTreeMap,
    io::{IsTerminal, Read},
};

/// What a connect or reauthorize hands over.
#[derive(Debug, Default)]
pub struct Given {
    /// Values of settings.
    pub settings: BTreeMap<String, String>,
    /// Plain values of prompts.
    pub values: BTreeMap<String, String>,
    /// Secret values of prompts.
    pub secrets: BTreeMap<String, TypedSecret>,
}

/// Reads what was given, and asks on a terminal for what is missing and not `issued` by the environment.
/// # Errors
/// Usage: a secret on the command line, an unknown key, standard input twice; missing keys without a terminal.
pub fn read(
    values: &Values,
    settings: &[PromptView],
    prompts: &[PromptView],
    issued: &[String],
) -> Result<Given, Stop> {
    let mut given = Given::default();
    for pair in &values.settings {
        let (key, value) = split(pair, "--setting")?;
        known(settings, key, "--setting")?;
        given.settings.insert(key.to_owned(), value.to_owned());
    }
    for pair in &values.values {
        let (key, value) = split(pair, "--value")?;
        if known(prompts, key, "--value")?.secret {
            return Err(usage(
                format!(
                    "`{key}` is a secret, and what stands on the command line can be read by other programs."
                ),
                format!(
                    "Put it into a file and write `--secret {key}=@FILE`, or pipe it in with `--secret {key}=-`."
                ),
            ));
        }
        given.values.insert(key.to_owned(), value.to_owned());
    }
    if let Some(id) = &values.client_id {
        let key = "client_id";
        known(prompts, key, "--client-id")?;
        given.values.insert(key.to_owned(), id.clone());
    }
    let mut standard_input_read = false;
    for pair in &values.secrets {
        let (key, source) = split(pair, "--secret")?;
        if !known(prompts, key, "--secret")?.secret {
            return Err(usage(format!("`{key}` is no secret."), format!("Write `--value {key}=…`.")));
        }
        given
            .secrets
            .insert(key.to_owned(), TypedSecret::new(read_secret(key, source, &mut standard_input_read)?));
    }
    ask(settings, prompts, issued, &mut given)?;
    Ok(given)
}

fn split<'a>(pair: &'a str, option: &str) -> Result<(&'a str, &'a str), Stop> {
    pair.split_once('=')
        .ok_or_else(|| usage(format!("`{option} {pair}` has no `=`."), format!("Write `{option} KEY=…`.")))
}

fn known<'a>(prompts: &'a [PromptView], key: &str, option: &str) -> Result<&'a PromptView, Stop> {
    prompts.iter().find(|prompt| prompt.key == key).ok_or_else(|| {
        let keys: Vec<_> = prompts.iter().map(|prompt| format!("`{}`", prompt.key)).collect();
        let list = if keys.is_empty() {
            "It asks for none.".to_owned()
        } else {
            format!("It asks for {}.", keys.join(", "))
        };
        usage(format!("The connector does not ask for `{key}` with {option}."), list)
    })
}

fn read_secret(key: &str, source: &str, standard_input_read: &mut bool) -> Result<SecretString, Stop> {
    let text = match (source, source.strip_prefix('@')) {
        ("", _) => String::new(),
        ("-", _) => {
            if std::mem::replace(standard_input_read, true) {
                return Err(usage(
                    "Standard input can be read only once.",
                    "Put the other secret into a file: `KEY=@FILE`.",
                ));
            }
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(|error| {
                usage(
                    format!("The secret for `{key}` could not be read: {error}."),
                    "Give it as text in UTF-8.",
                )
            })?;
            text
        }
        (_, Some(file)) => std::fs::read_to_string(file).map_err(|error| {
            usage(
                format!("The file for `{key}` could not be read: {error}."),
                format!("Check the name `{file}`."),
            )
        })?,
        _ => {
            return Err(usage(
                format!(
                    "The secret for `{key}` must not stand on the command line, where other programs can read it."
                ),
                format!(
                    "Write `--secret {key}=@FILE`, or `--secret {key}=-` to pipe it in. It was not stored."
                ),
            ));
        }
    };
    let bare = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text)).unwrap_or(&text);
    Ok(SecretString::new(bare.to_owned()))
}

fn ask(
    settings: &[PromptView],
    prompts: &[PromptView],
    issued: &[String],
    given: &mut Given,
) -> Result<(), Stop> {
    let missing = |given: &Given| -> Vec<(bool, PromptView)> {
        let settings =
            settings.iter().filter(|p| p.default.is_none() && !given.settings.contains_key(&p.key));
        let prompts = prompts
            .iter()
            .filter(|p| !given.values.contains_key(&p.key) && !given.secrets.contains_key(&p.key))
            .filter(|p| !issued.contains(&p.key));
        let all = settings.map(|p| (true, p)).chain(prompts.map(|p| (false, p)));
        all.filter(|(_, prompt)| !prompt.optional)
            .map(|(setting, prompt)| (setting, prompt.clone()))
            .collect()
    };
    let open = missing(given);
    if open.is_empty() {
        return Ok(());
    }
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        let options = open.iter().map(|(setting, prompt)| match (setting, prompt.secret) {
            (true, _) => format!("--setting {}=…   ({})", prompt.key, prompt.name),
            (false, true) => format!("--secret {}=@FILE   ({})", prompt.key, prompt.name),
            (false, false) => format!("--value {}=…   ({})", prompt.key, prompt.name),
        });
        return Err(Stop::from(ErrorView {
            code: ErrorCode::Missing,
            message: "The connector asks for values that were not given, and there is no terminal to ask on."
                .into(),
            safe: None,
            action: Some("Add what is listed.".into()),
            field: open.first().map(|(_, prompt)| prompt.key.clone()),
            problems: Vec::new(),
            names: options.collect(),
            diagnosis: None,
        }));
    }
    for (setting, prompt) in open {
        if let Some(help) = &prompt.help {
            tell(help);
        }
        let label = format!("{}: ", prompt.name);
        let failed = |error: std::io::Error| {
            usage(format!("{} could not be read: {error}.", prompt.name), "Try again.")
        };
        if prompt.secret {
            let typed = rpassword::prompt_password(label).map_err(failed)?;
            given.secrets.insert(prompt.key.clone(), TypedSecret::new(SecretString::new(typed)));
        } else {
            tell(label.trim_end());
            let mut typed = String::new();
            std::io::stdin().read_line(&mut typed).map_err(failed)?;
            let typed = typed.trim_end_matches(['\r', '\n']).to_owned();
            if setting {
                given.settings.insert(prompt.key, typed)
            } else {
                given.values.insert(prompt.key, typed)
            };
        }
    }
    Ok(())
}
