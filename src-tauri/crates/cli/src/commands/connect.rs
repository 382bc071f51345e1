//! `patchbay connect` and `patchbay reauthorize`: one JSON line a step, or sentences.

use super::{
    Outcome, connections,
    connectors::{agree_where_needed, can_ask, confirm, find},
    sign_in,
};
use crate::{
    args::{Connect, Reauthorize, Values},
    output::{Exit, Output, Stop},
    render,
    values::{Given, read},
};
use api::{
    Api,
    contract::{
        connect::{
            AgreeAttempt, AttemptStateView, AttemptView, BeginConnect, ConnectForm, DiscardAttempt,
            KeepAttempt,
        },
        connections::{ShowConnection, UndoReauthorize},
        connectors::AgreeToInside,
        error::{ErrorCode, ErrorView},
    },
};
use std::time::Duration;

/// Link name of the environment that `--lab` stands for.
const LAB: &str = "lab";

pub async fn connect(command: Connect, api: &Api, output: &Output) -> Outcome {
    let connector = find(api, &command.link_name).await?.id;
    let begin = BeginConnect {
        connector,
        name: command.name.unwrap_or_default(),
        environment: if command.lab { Some(LAB.into()) } else { command.environment },
        authentication: command.authentication,
        settings: Default::default(),
        values: Default::default(),
        secrets: Default::default(),
        connection: None,
        new_version: false,
        scopes: None,
        way: None,
        no_browser: false,
    };
    run(begin, &command.values, api, output).await
}

pub async fn reauthorize(command: Reauthorize, api: &Api, output: &Output) -> Outcome {
    let row = connections::find(api, &command.name.connection).await?;
    if command.undo {
        return undo(row.id, api, output).await;
    }
    let begin = BeginConnect {
        connector: row.connector.id,
        name: row.name,
        environment: Some(row.environment.link_name),
        authentication: None,
        settings: Default::default(),
        values: Default::default(),
        secrets: Default::default(),
        connection: Some(row.id),
        new_version: command.new_version,
        scopes: None,
        way: None,
        no_browser: false,
    };
    run(begin, &command.values, api, output).await
}

async fn undo(connection: String, api: &Api, output: &Output) -> Outcome {
    let view = api.undo_reauthorize(UndoReauthorize { connection }).await?;
    output.result(&view, |view| render::undone(output, view));
    Ok(if view.trouble.is_some() { Exit::Failed } else { Exit::Done })
}

async fn run(begin: BeginConnect, values: &Values, api: &Api, output: &Output) -> Outcome {
    agree_where_needed(&begin.connector, values.allow_script, api).await?;
    let form = api
        .connect_form(ConnectForm {
            connector: begin.connector.clone(),
            environment: begin.environment.clone(),
            authentication: begin.authentication.clone(),
            connection: begin.connection.clone(),
            new_version: begin.new_version,
            client_id: values.client_id.clone(),
        })
        .await?;
    let settings = &form.settings;
    for prompt in settings.iter().chain(&form.prompts) {
        output.line(&serde_json::json!({ "step": "prompt", "key": prompt.key, "name": prompt.name, "secret": prompt.secret }));
    }
    let Given { settings, values: plain, secrets } = read(values, settings, &form.prompts, &form.issued)?;
    let begin = BeginConnect {
        settings,
        values: plain,
        secrets,
        scopes: (!values.scopes.is_empty()).then(|| values.scopes.clone()),
        way: values.redirect.map(Into::into),
        no_browser: values.no_browser,
        ..begin
    };
    let agreed = |names: &[String]| names.iter().all(|name| agrees(&values.agree, name));
    let attempt = match api.begin_connect(begin.clone()).await {
        Err(error) if error.code == ErrorCode::InsideNotAgreed && agreed(&error.names) => {
            agree(&begin.connector, error.names, api).await?;
            api.begin_connect(begin).await?
        }
        Err(error) if error.code == ErrorCode::InsideNotAgreed && can_ask() => {
            let question = format!(
                "{} Programs there may trust whoever reaches them. Let it send there?",
                error.message
            );
            confirm(false, &question)?;
            agree(&begin.connector, error.names, api).await?;
            api.begin_connect(begin).await?
        }
        Err(error) if error.code == ErrorCode::InsideNotAgreed => {
            let action = format!(
                "Programs there may trust whoever reaches them. Where you want it to send there, add {}.",
                to_agree(&error.names)
            );
            return Err(ErrorView { action: Some(action), ..error }.into());
        }
        attempt => attempt?,
    };
    if attempt.state == AttemptStateView::Verifying {
        output.line(&serde_json::json!({ "step": "verifying" }));
    }
    let patience = (Duration::from_secs(values.timeout), values.no_browser);
    let mut attempt = sign_in::follow(attempt, 0, patience, api, output).await?;
    if attempt.state == AttemptStateView::NewAddresses {
        attempt = agree_to_new(attempt, &values.agree, patience, api, output).await?;
    }
    end(attempt, values.keep, api, output).await
}

/// Goes on where calls may go to the addresses that the service told; an attempt that nobody agreed for stays as it is.
async fn agree_to_new(
    attempt: AttemptView,
    given: &[String],
    patience: (Duration, bool),
    api: &Api,
    output: &Output,
) -> Result<AttemptView, Stop> {
    let addresses = new_addresses(&attempt).to_vec();
    output.line(&serde_json::json!({ "step": "new_addresses", "addresses": addresses }));
    let question = format!(
        "{} says that calls for this account go to {}. Let the credential go there?",
        attempt.connector_name,
        addresses.join(", ")
    );
    let is_given = addresses.iter().all(|address| agrees(given, address));
    let is_agreed = is_given || (can_ask() && confirm(false, &question).is_ok());
    if !is_agreed {
        return Ok(attempt);
    }
    let attempt = api.agree_attempt(AgreeAttempt { attempt: attempt.attempt, addresses }).await?;
    let told = attempt.sign_in.as_ref().map_or(0, |sign_in| sign_in.steps.len());
    sign_in::follow(attempt, told, patience, api, output).await
}

/// Whether one of the addresses given with `--agree` is `origin`, however its port is written.
fn agrees(given: &[String], origin: &str) -> bool {
    let without_port = match origin.split_once("://") {
        Some(("https", _)) => origin.strip_suffix(":443"),
        Some(("http", _)) => origin.strip_suffix(":80"),
        _ => None,
    };
    given.iter().any(|given| {
        let given = given.trim_end_matches('/');
        given == origin || Some(given) == without_port
    })
}

fn new_addresses(attempt: &AttemptView) -> &[String] {
    attempt.sign_in.as_ref().map(|sign_in| sign_in.new_addresses.as_slice()).unwrap_or_default()
}

fn to_agree(addresses: &[String]) -> String {
    addresses.iter().map(|address| format!("--agree {address}")).collect::<Vec<_>>().join(" ")
}

async fn agree(connector: &str, addresses: Vec<String>, api: &Api) -> Result<(), Stop> {
    api.agree_to_inside(AgreeToInside { connector: connector.to_owned(), addresses }).await?;
    Ok(())
}

async fn end(attempt: AttemptView, keep: bool, api: &Api, output: &Output) -> Outcome {
    let attempt = match attempt.state {
        AttemptStateView::Connected => attempt,
        state if keep && state != AttemptStateView::NewAddresses => {
            api.keep_attempt(KeepAttempt { attempt: attempt.attempt }).await?
        }
        state => {
            let error = failure(&attempt, state);
            api.discard_attempt(DiscardAttempt { attempt: attempt.attempt.clone() }).await?;
            output.line(
                &serde_json::json!({ "step": "failed", "error": error, "diagnosis": attempt.diagnosis }),
            );
            let exit = Exit::of(error.code);
            if !output.is_json() {
                output.error(&error);
            }
            output.causes(attempt.diagnosis.as_ref());
            return Err(Stop::Told(exit));
        }
    };
    let verification = attempt.verification.as_ref();
    let signed_in = attempt.sign_in.as_ref().and_then(|sign_in| sign_in.account.clone());
    let account = verification.and_then(|verification| verification.account.clone()).or(signed_in);
    if let Some(verification) = verification {
        output.line(
            &serde_json::json!({ "step": "verified", "account": account, "sentence": verification.sentence }),
        );
    }
    let id = attempt.connection.unwrap_or_default();
    let view = api.show_connection(ShowConnection { connection: id }).await?;
    output.line(&serde_json::json!({ "step": "connected", "connection": view.row }));
    output.say(&render::connected(output, &view.row, verification));
    Ok(Exit::Done)
}

fn failure(attempt: &AttemptView, state: AttemptStateView) -> ErrorView {
    let sentence = attempt.verification.as_ref().map(|verification| verification.sentence.clone());
    let (code, message) = match state {
        AttemptStateView::Verifying | AttemptStateView::Exchanging | AttemptStateView::Starting => {
            (ErrorCode::CouldNotCheck, "The service did not answer in time.".to_owned())
        }
        AttemptStateView::SigningIn => {
            (ErrorCode::CouldNotCheck, "The sign-in was not finished in time.".to_owned())
        }
        AttemptStateView::AnotherAccount => (ErrorCode::Refused, "Another account signed in.".to_owned()),
        AttemptStateView::NewAddresses => (
            ErrorCode::OriginNotAgreed,
            format!(
                "{} says that calls for this account go to {}, which nobody agreed to.",
                attempt.connector_name,
                new_addresses(attempt).join(", ")
            ),
        ),
        AttemptStateView::Failed => {
            let failure = attempt.sign_in.as_ref().and_then(|sign_in| sign_in.failure.as_ref());
            (ErrorCode::Refused, failure.map(|failure| failure.happened.clone()).unwrap_or_default())
        }
        AttemptStateView::Refused => (ErrorCode::Refused, sentence.unwrap_or_default()),
        AttemptStateView::CouldNotCheck | AttemptStateView::Connected => {
            (ErrorCode::CouldNotCheck, sentence.unwrap_or_default())
        }
    };
    ErrorView {
        code,
        message,
        safe: Some("No connection was made, and what was typed is forgotten.".into()),
        action: Some(match state {
            AttemptStateView::NewAddresses => {
                format!("Where that is right, connect again with {}.", to_agree(new_addresses(attempt)))
            }
            _ => "Check the values and try again, or add --keep to connect anyway.".into(),
        }),
        field: None,
        problems: Vec::new(),
        names: attempt
            .verification
            .iter()
            .filter_map(|v| v.said.as_ref().map(|said| format!("{} said: “{said}”", attempt.connector_name)))
            .collect(),
        diagnosis: None,
    }
}
