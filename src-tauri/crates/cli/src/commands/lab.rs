//! `patchbay lab …`

use super::Outcome;
use crate::{
    args::Lab,
    output::{Exit, Output},
    render,
};
use api::{Api, contract::lab::StartLab};

pub async fn run(command: Lab, api: &Api, output: &Output) -> Outcome {
    match command {
        Lab::Start { port, connectors } => start(StartLab { port, connectors }, api, output).await,
        Lab::Status => {
            let status = api.lab_status().await?;
            output.result(&status, render::lab_status);
            Ok(Exit::Done)
        }
    }
}

/// Goes on until the process is ended; whoever looks for the Lab then finds that its lock is free.
async fn start(request: StartLab, api: &Api, output: &Output) -> Outcome {
    let started = api.start_lab(request).await?;
    output.line(&serde_json::json!({ "step": "started", "lab": started }));
    output.say(&render::lab_started(&started));
    api.watch_lab(|request| {
        output.line(&serde_json::json!({ "step": "request", "request": request }));
        output.say(&render::lab_request(&request));
    })
    .await;
    Ok(Exit::Done)
}
