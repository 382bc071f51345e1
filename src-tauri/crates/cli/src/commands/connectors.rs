//! `patchbay connectors …`

use super::Outcome;
use crate::{
    args::{Connectors, Stage},
    output::{Exit, Output, Stop, problem_line, table, usage},
    render,
};
use api::{
    Api,
    contract::{
        connectors::{
            BackToDraft, CheckConnectorFile, CheckView, ConnectorCard, ConnectorUses, DeleteConnector,
            ExportConnector, FindConnector, ImportConnector, ListConnectors, MarkReady, OpenDraft,
            ProvenanceView, ReadDiscovery, SeverityView, StageView,
        },
        error::{ErrorCode, ErrorView},
        scripts::{AgreeToScript, ConnectorScript, ConnectorScriptView, WithdrawScript},
    },
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use std::{
    io::{IsTerminal, Read},
    path::Path,
};

pub async fn run(command: Connectors, api: &Api, output: &Output) -> Outcome {
    match command {
        Connectors::List { builtin, custom, search, stage } => {
            let stage = stage.map(|stage| match stage {
                Stage::Draft => StageView::Draft,
                Stage::Ready => StageView::Ready,
            });
            let mut cards = api.list_connectors(ListConnectors { search, stage }).await?;
            cards.retain(|card| match card.provenance {
                ProvenanceView::BuiltIn => !custom,
                ProvenanceView::Custom => !builtin,
            });
            output.result(&cards, |cards| list(cards));
        }
        Connectors::Show { link_name } => {
            let card = find(api, &link_name).await?;
            let draft = api.open_draft(OpenDraft { connector: card.id.clone() }).await?;
            output.result(
                &serde_json::json!({ "connector": card, "document": draft.document, "check": draft.check }),
                |_| render::connector(output, &card, &draft),
            );
        }
        Connectors::Discover { issuer } => {
            let said = api.read_discovery(ReadDiscovery { issuer }).await?;
            output.result(&said, render::discovery);
        }
        Connectors::Export { link_name, output: file } => {
            let connector = find(api, &link_name).await?.id;
            let export = api.export_connector(ExportConnector { connector }).await?;
            match file {
                None => output.result(&export, |export| export.text.clone()),
                Some(file) => {
                    std::fs::write(&file, &export.text).map_err(|error| {
                        usage(
                            format!("`{}` could not be written: {error}.", file.display()),
                            "Choose another place.",
                        )
                    })?;
                    output.result(&serde_json::json!({ "file": file }), |_| {
                        format!("Written to {}.", file.display())
                    });
                }
            }
        }
        Connectors::Add { files, update, agree } => return add(&files, update, &agree, api, output).await,
        Connectors::Check { subject } => return check(&subject, api, output).await,
        Connectors::Ready { link_name } => {
            let connector = find(api, &link_name).await?.id;
            api.mark_ready(MarkReady { connector }).await?;
            let card = find(api, &link_name).await?;
            output.result(&card, |card| format!("{} is ready.", output.bold(&card.name)));
        }
        Connectors::Draft { link_name } => {
            let connector = find(api, &link_name).await?.id;
            api.back_to_draft(BackToDraft { connector }).await?;
            let card = find(api, &link_name).await?;
            output.result(&card, |card| {
                format!("{} is a draft. Its connections keep working.", output.bold(&card.name))
            });
        }
        Connectors::Script { link_name, allow, forbid, yes } => {
            if forbid {
                let connector = find(api, &link_name).await?.id;
                api.withdraw_script(WithdrawScript { connector }).await?;
            }
            return script(&link_name, allow, yes, api, output).await;
        }
        Connectors::Delete { link_name, yes, with_connections } => {
            return delete(&link_name, yes, with_connections, api, output).await;
        }
    }
    Ok(Exit::Done)
}

pub async fn find(api: &Api, name: &str) -> Result<ConnectorCard, Stop> {
    Ok(api.find_connector(FindConnector { name: name.to_owned() }).await?)
}

fn list(cards: &[ConnectorCard]) -> String {
    if cards.is_empty() {
        return "No connector matches.".into();
    }
    let rows: Vec<_> = cards
        .iter()
        .map(|card| {
            vec![
                card.link_name.clone(),
                card.name.clone(),
                render::stage(card.stage).into(),
                card.authentication_label.clone(),
                card.connections.to_string(),
            ]
        })
        .collect();
    table(&["link name", "name", "stage", "authentication", "connections"], &rows)
}

async fn add(
    files: &[std::path::PathBuf],
    update: bool,
    agree: &[String],
    api: &Api,
    output: &Output,
) -> Outcome {
    let mut added = Vec::new();
    for file in files {
        let text = read(file)?;
        let import = ImportConnector { picture: picture_beside(file, &text)?, text, update };
        let draft = match api.import_agreed(import, agree).await {
            Ok(draft) => draft,
            Err(mut error) => {
                if files.len() > 1 {
                    error.message = format!("{}: {}", file.display(), error.message);
                }
                return Err(error.into());
            }
        };
        let link_name = draft.document["link_name"].as_str().unwrap_or_default().to_owned();
        let card = find(api, &link_name).await?;
        output.say(&format!(
            "Added {} as a draft. Next: patchbay connectors ready {link_name}",
            output.bold(&card.name)
        ));
        added.push(card);
    }
    output.line(&added);
    Ok(Exit::Done)
}

async fn check(subject: &str, api: &Api, output: &Output) -> Outcome {
    let view = match Path::new(subject) {
        file if subject == "-" || file.exists() => {
            let text = read(file)?;
            let picture = picture_beside(file, &text)?;
            api.check_connector_file(CheckConnectorFile { text, picture }).await?
        }
        _ => {
            let connector = find(api, subject).await?.id;
            api.open_draft(OpenDraft { connector }).await?.check
        }
    };
    output.result(&view, report);
    let wrong = view.problems.iter().any(|problem| problem.severity == SeverityView::Error);
    Ok(if wrong { Exit::Usage } else { Exit::Done })
}

fn report(view: &CheckView) -> String {
    let of =
        |severity| view.problems.iter().filter(move |problem| problem.severity == severity).map(problem_line);
    let errors: Vec<_> = of(SeverityView::Error).collect();
    let advice: Vec<_> = of(SeverityView::Advice).collect();
    let missing: Vec<_> = view.missing_for_ready.iter().map(problem_line).collect();
    let mut parts = Vec::new();
    for (head, lines) in [("Errors", errors), ("Missing for Ready", missing), ("Advice", advice)] {
        if !lines.is_empty() {
            parts.push(format!("{head}\n  {}", lines.join("\n  ")));
        }
    }
    if parts.is_empty() { "Nothing is wrong with it.".into() } else { parts.join("\n") }
}

async fn delete(link_name: &str, yes: bool, with_connections: bool, api: &Api, output: &Output) -> Outcome {
    let card = find(api, link_name).await?;
    let uses = api.connector_uses(ConnectorUses { connector: card.id.clone() }).await?;
    let (sign_ins, uses) = (uses.sign_ins, uses.connections);
    if !uses.is_empty() && !with_connections {
        return Err(Stop::from(ErrorView {
            code: ErrorCode::InUse,
            message: format!("{} is used by {} connections. Nothing was deleted.", card.name, uses.len()),
            safe: None,
            action: Some("Add --with-connections to delete them too. It cannot be undone.".into()),
            field: None,
            problems: Vec::new(),
            names: uses,
            diagnosis: None,
        }));
    }
    let what = if uses.is_empty() { String::new() } else { format!(" and its {} connections", uses.len()) };
    let first = match sign_ins {
        0 => "",
        _ => " The service is told to end their sign-ins first.",
    };
    confirm(yes, &format!("Delete {}{what}?{first} It cannot be undone.", card.name))?;
    let deleted =
        api.delete_connector(DeleteConnector { connector: card.id, confirm_name: card.name.clone() }).await?;
    output.result(
        &serde_json::json!({
            "deleted": card.link_name,
            "connections": uses,
            "revoked": deleted.revoked,
            "not_revoked": deleted.not_revoked,
        }),
        |_| format!("Deleted {}{what}.{}", output.bold(&card.name), render::ended(&deleted)),
    );
    Ok(Exit::Done)
}

async fn script(link_name: &str, allow: bool, yes: bool, api: &Api, output: &Output) -> Outcome {
    let connector = find(api, link_name).await?.id;
    let mut view = api.connector_script(ConnectorScript { connector: connector.clone() }).await?;
    if allow && !view.agreed {
        allow_script(&connector, &view, yes, api).await?;
        view.agreed = true;
    }
    output.result(&view, |view| match (&view.source, view.agreed) {
        (None, _) => format!("{} runs no code.", output.bold(&view.connector_name)),
        (Some(_), true) if allow => format!("The code of {} may run.", output.bold(&view.connector_name)),
        (Some(source), true) => printable(source),
        (Some(source), false) => format!(
            "{}\n\nIt does not run: nobody agreed to it. To let it run, add --allow.",
            printable(source)
        ),
    });
    Ok(Exit::Done)
}

/// Code from elsewhere as a terminal may get it: without what moves the cursor or turns the text.
fn printable(source: &str) -> String {
    let shown = |letter: char| match letter {
        '\n' | '\t' => letter,
        letter
            if letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
        {
            '�'
        }
        letter => letter,
    };
    source.trim_end().replace("\r\n", "\n").chars().map(shown).collect()
}

/// Asks whether a connector that came with code may run it, where nobody agreed yet.
pub async fn agree_where_needed(connector: &str, allow: bool, api: &Api) -> Result<(), Stop> {
    let view = api.connector_script(ConnectorScript { connector: connector.to_owned() }).await?;
    if view.agreed || !(allow || can_ask()) {
        // Where nobody can be asked, connecting says what is missing.
        return Ok(());
    }
    allow_script(connector, &view, allow, api).await
}

async fn allow_script(connector: &str, view: &ConnectorScriptView, yes: bool, api: &Api) -> Result<(), Stop> {
    if !yes && can_ask() {
        crate::output::tell("This connector runs code:");
        crate::output::tell(&printable(view.source.as_deref().unwrap_or_default()));
    }
    confirm(
        yes,
        &format!("Let the code of {} run? It sees the credential of each connection.", view.connector_name),
    )?;
    api.agree_to_script(AgreeToScript { connector: connector.to_owned(), digest: view.digest.clone() })
        .await?;
    Ok(())
}

/// Asks before something that cannot be undone.
pub fn confirm(yes: bool, question: &str) -> Result<(), Stop> {
    if yes {
        return Ok(());
    }
    let not_confirmed = || {
        Stop::from(ErrorView {
            code: ErrorCode::NotConfirmed,
            message: "It was not confirmed, so nothing was changed.".into(),
            safe: None,
            action: Some("Add --yes to do it without being asked.".into()),
            field: None,
            problems: Vec::new(),
            names: Vec::new(),
            diagnosis: None,
        })
    };
    if !can_ask() {
        return Err(not_confirmed());
    }
    crate::output::tell(&format!("{question} Type yes:"));
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    if read.is_ok() && answer.trim() == "yes" { Ok(()) } else { Err(not_confirmed()) }
}

/// Whether there is a terminal to ask on.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// The picture that a connector file names as its logo, from the folder of the file. What is read ends where it is too
/// large to be one.
fn picture_beside(file: &Path, text: &str) -> Result<Option<String>, Stop> {
    const MOST: u64 = 2 * 1024 * 1024;
    let Some(name) = Api::picture_beside(text).filter(|_| file != Path::new("-")) else { return Ok(None) };
    let picture = file.with_file_name(name);
    let mut bytes = Vec::new();
    let read = std::fs::File::open(&picture).and_then(|open| open.take(MOST).read_to_end(&mut bytes));
    read.map_err(|error| {
        usage(
            format!("The logo `{}` could not be read: {error}. Nothing was stored.", picture.display()),
            "Put the picture beside the file, or take the line `logo` out of it.",
        )
    })?;
    Ok(Some(BASE64.encode(bytes)))
}

fn read(file: &Path) -> Result<String, Stop> {
    let bytes = if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        std::fs::read(file)
    };
    let bytes = bytes.map_err(|error| {
        usage(format!("`{}` could not be read: {error}.", file.display()), "Check the name.")
    })?;
    String::from_utf8(bytes).map_err(|_| {
        usage(format!("`{}` is no text in UTF-8.", file.display()), "Save it as UTF-8 and try again.")
    })
}
