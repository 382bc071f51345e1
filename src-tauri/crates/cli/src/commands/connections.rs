//! `patchbay connections list`, and what can be done with one connection.

use super::{Outcome, connectors::confirm};
use crate::{
    args::{Connections, Name, Status, Verify},
    output::{Exit, Output, Stop, table},
    render,
};
use api::{
    Api,
    contract::connections::{
        ConnectionHistory, ConnectionRow, DeleteConnection, DisableConnection, DuplicateConnection,
        EnableConnection, FindConnection, HistoryRow, IntrospectConnection, ListConnections,
        RefreshConnection, RenameConnection, RevokeConnection, ShowConnection, StatusKind,
        VerificationOutcome, VerifyConnection,
    },
};
use serde_json::json;
use std::collections::BTreeMap;

const PAGE: u32 = 500;

pub async fn find(api: &Api, name: &str) -> Result<ConnectionRow, Stop> {
    Ok(api.find_connection(FindConnection { name: name.to_owned() }).await?)
}

pub async fn list(command: Connections, api: &Api, output: &Output) -> Outcome {
    let Connections::List { status, connector, environment, search } = command;
    let connector = match connector {
        Some(name) => Some(super::connectors::find(api, &name).await?.id),
        None => None,
    };
    let statuses = status.map(kind).into_iter().collect();
    let rows =
        all(api, ListConnections { statuses, connector, environment, search, ..Default::default() }).await?;
    output.result(&rows, |rows| {
        if rows.is_empty() {
            return "No connection matches.".into();
        }
        let rows: Vec<_> = rows
            .iter()
            .map(|row| {
                vec![
                    row.link_name.clone(),
                    row.name.clone(),
                    row.connector.name.clone(),
                    row.environment.name.clone(),
                    row.status.sentence.clone(),
                ]
            })
            .collect();
        table(&["link name", "name", "connector", "environment", "status"], &rows)
    });
    Ok(Exit::Done)
}

/// Every page of a list.
async fn all(api: &Api, request: ListConnections) -> Result<Vec<ConnectionRow>, Stop> {
    let mut rows = Vec::new();
    loop {
        let offset = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let page = api.list_connections(ListConnections { offset, limit: PAGE, ..request.clone() }).await?;
        let last = page.rows.is_empty() || offset.saturating_add(PAGE) >= page.total;
        rows.extend(page.rows);
        if last {
            return Ok(rows);
        }
    }
}

fn kind(status: Status) -> StatusKind {
    match status {
        Status::NeedsAttention => StatusKind::NeedsAttention,
        Status::Expiring => StatusKind::Expiring,
        Status::Waiting => StatusKind::Waiting,
        Status::Connected => StatusKind::Connected,
        Status::NotSignedIn => StatusKind::NotSignedIn,
        Status::Disabled => StatusKind::Disabled,
    }
}

pub async fn show(name: &Name, api: &Api, output: &Output) -> Outcome {
    let row = find(api, &name.connection).await?;
    let view = api.show_connection(ShowConnection { connection: row.id }).await?;
    output.result(&view, |view| render::connection(output, view));
    output.causes(view.diagnosis.as_ref());
    Ok(Exit::Done)
}

pub async fn verify(command: Verify, api: &Api, output: &Output) -> Outcome {
    let mut rows = Vec::new();
    for name in &command.connections {
        rows.push(find(api, name).await?);
    }
    if command.all {
        rows = all(api, ListConnections::default()).await?;
        rows.retain(|row| row.status.kind != StatusKind::Disabled);
    }
    if let ([row], false) = (rows.as_slice(), command.all) {
        let view = api.verify_connection(VerifyConnection { connection: row.id.clone() }).await?;
        output.result(&view, render::verification);
        output.causes(view.diagnosis.as_ref());
        return Ok(exit_of(view.outcome));
    }
    let names: BTreeMap<_, _> = rows.iter().map(|row| (row.id.as_str(), row)).collect();
    let mut worst = Exit::Done;
    let connections = rows.iter().map(|row| row.id.clone()).collect();
    api.verify_connections(connections, |connection, found| {
        let Some(row) = names.get(connection) else { return };
        let exit = match found {
            Ok(view) => {
                output.line(&json!({ "connection": row.link_name, "verification": view }));
                output.say(&format!("{}: {}", output.bold(&row.name), render::verification(&view)));
                exit_of(view.outcome)
            }
            Err(error) => {
                output.line(&json!({ "connection": row.link_name, "error": error }));
                output.say(&format!("{}: {}", output.bold(&row.name), error.message));
                match Exit::of(error.code) {
                    Exit::CouldNotCheck => Exit::CouldNotCheck,
                    _ => Exit::Failed,
                }
            }
        };
        worst = worse(worst, exit);
    })
    .await;
    Ok(worst)
}

fn exit_of(outcome: VerificationOutcome) -> Exit {
    match outcome {
        VerificationOutcome::Works => Exit::Done,
        VerificationOutcome::Refused => Exit::Failed,
        VerificationOutcome::CouldNotCheck => Exit::CouldNotCheck,
    }
}

/// The worst of several ends: one that failed, else one that could not be checked.
fn worse(one: Exit, other: Exit) -> Exit {
    match (one, other) {
        (Exit::Failed, _) | (_, Exit::Failed) => Exit::Failed,
        (Exit::Done, other) => other,
        (one, _) => one,
    }
}

pub async fn rename(name: &str, new_name: String, api: &Api, output: &Output) -> Outcome {
    let connection = find(api, name).await?.id;
    api.rename_connection(RenameConnection { connection: connection.clone(), name: new_name }).await?;
    let view = api.show_connection(ShowConnection { connection }).await?;
    output.result(&view.row, |row| {
        format!("It is called {} now. Its link name stays {}.", output.bold(&row.name), row.link_name)
    });
    Ok(Exit::Done)
}

pub async fn duplicate(name: &Name, api: &Api, output: &Output) -> Outcome {
    let connection = find(api, &name.connection).await?.id;
    let row = api.duplicate_connection(DuplicateConnection { connection }).await?;
    output.result(&row, |row| {
        format!("Made {} ({}) on the same authorization.", output.bold(&row.name), row.link_name)
    });
    Ok(Exit::Done)
}

pub async fn disable(name: &Name, api: &Api, output: &Output) -> Outcome {
    let row = find(api, &name.connection).await?;
    api.disable_connection(DisableConnection { connection: row.id }).await?;
    output.result(&find(api, &row.link_name).await?, |row| {
        format!("{} is switched off. Its secrets are kept.", output.bold(&row.name))
    });
    Ok(Exit::Done)
}

pub async fn enable(name: &Name, api: &Api, output: &Output) -> Outcome {
    let row = find(api, &name.connection).await?;
    api.enable_connection(EnableConnection { connection: row.id }).await?;
    output.result(&find(api, &row.link_name).await?, |row| {
        format!("{} is switched on.", output.bold(&row.name))
    });
    Ok(Exit::Done)
}

pub async fn refresh(name: &Name, api: &Api, output: &Output) -> Outcome {
    let row = find(api, &name.connection).await?;
    let view = api.refresh_connection(RefreshConnection { connection: row.id }).await?;
    output.result(&view.row, |row| format!("{} has fresh tokens.", output.bold(&row.name)));
    Ok(Exit::Done)
}

pub async fn introspect(name: &Name, api: &Api, output: &Output) -> Outcome {
    let row = find(api, &name.connection).await?;
    let view = api.introspect_connection(IntrospectConnection { connection: row.id }).await?;
    output.result(&view, render::introspection);
    Ok(if view.active { Exit::Done } else { Exit::Failed })
}

pub async fn revoke(name: &Name, yes: bool, api: &Api, output: &Output) -> Outcome {
    let row = find(api, &name.connection).await?;
    let question =
        format!("Revoke {}? The service ends it, and every connection that uses it is signed out.", row.name);
    confirm(yes, &question)?;
    let view = api.revoke_connection(RevokeConnection { connection: row.id }).await?;
    output.result(&view.row, |row| {
        format!("{} is revoked and not signed in any more.", output.bold(&row.name))
    });
    Ok(Exit::Done)
}

pub async fn delete(name: &Name, yes: bool, api: &Api, output: &Output) -> Outcome {
    let row = find(api, &name.connection).await?;
    confirm(yes, &format!("Delete {}? Its secrets are forgotten here, and it cannot be undone.", row.name))?;
    let deleted = api.delete_connection(DeleteConnection { connection: row.id }).await?;
    output.result(
        &json!({ "deleted": row.link_name, "revoked": deleted.revoked, "not_revoked": deleted.not_revoked }),
        |_| format!("Deleted {}.{}", output.bold(&row.name), render::ended(&deleted)),
    );
    Ok(Exit::Done)
}

pub async fn events(name: &str, api: &Api, output: &Output) -> Outcome {
    let connection = find(api, name).await?.id;
    let page = api.connection_history(ConnectionHistory { connection, before: None, limit: 200 }).await?;
    output.result(&page.rows, |rows| {
        let cells = |row: &HistoryRow| {
            vec![row.at.to_string(), row.sentence.clone(), row.aside.clone().unwrap_or_default()]
        };
        table(&["when", "what", "detail"], &rows.iter().map(cells).collect::<Vec<_>>())
    });
    Ok(Exit::Done)
}
