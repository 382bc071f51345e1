//! `patchbay apps …`

use super::{
    Outcome,
    connectors::{confirm, find},
};
use crate::{
    args::{App, Apps},
    output::{Exit, Output, Stop, table},
};
use api::{
    Api,
    contract::{
        error::{ErrorCode, ErrorView},
        registrations::{DeleteRegistration, ListRegistrations, MakeDefaultRegistration, RegistrationView},
    },
};
use serde_json::json;

pub async fn run(command: Apps, api: &Api, output: &Output) -> Outcome {
    match command {
        Apps::List { link_name, environment } => {
            let mut apps = of(&link_name, api).await?;
            apps.retain(|app| environment.as_ref().is_none_or(|name| app.environment.link_name == *name));
            output.result(&apps, |apps| {
                let head = ["client id", "name", "environment", "default", "secret", "used by"];
                table(&head, &apps.iter().map(line).collect::<Vec<_>>())
            });
        }
        Apps::Default(app) => {
            let found = the(&app, api).await?;
            let request = MakeDefaultRegistration { registration: found.id.clone() };
            api.make_default_registration(request).await?;
            output.result(&the(&app, api).await?, |app| {
                let (id, place) = (output.bold(&app.client_id), &app.environment.name);
                format!("New connections in {place} use {id}. Those that stand keep the app that they have.")
            });
        }
        Apps::Delete { app, yes } => {
            let found = the(&app, api).await?;
            confirm(yes, &format!("Delete the app {}? It cannot be undone.", found.client_id))?;
            api.delete_registration(DeleteRegistration { registration: found.id }).await?;
            output
                .result(&json!({ "deleted": found.client_id }), |_| format!("Deleted {}.", found.client_id));
        }
    }
    Ok(Exit::Done)
}

fn line(app: &RegistrationView) -> Vec<String> {
    let yes = |holds| if holds { "yes" } else { "" }.to_owned();
    vec![
        app.client_id.clone(),
        app.label.clone(),
        app.environment.link_name.clone(),
        yes(app.is_default),
        if app.has_secret { "saved".into() } else { String::new() },
        app.used_by.join(", "),
    ]
}

async fn of(link_name: &str, api: &Api) -> Result<Vec<RegistrationView>, Stop> {
    let connector = find(api, link_name).await?.id;
    Ok(api.list_registrations(ListRegistrations { connector }).await?)
}

async fn the(app: &App, api: &Api) -> Result<RegistrationView, Stop> {
    let mut kept = of(&app.link_name, api).await?;
    kept.retain(|each| each.environment.link_name == app.environment);
    let names = kept.iter().map(|each| each.client_id.clone()).collect();
    let found = kept.into_iter().find(|each| each.client_id == app.client_id);
    found.ok_or_else(|| {
        Stop::from(ErrorView {
            code: ErrorCode::NotFound,
            message: format!("No app with the client ID {} is kept for {}.", app.client_id, app.environment),
            safe: None,
            action: Some(format!("`patchbay apps list {}` shows those that are.", app.link_name)),
            field: None,
            problems: Vec::new(),
            names,
            diagnosis: None,
        })
    })
}
