//! `patchbay lab …`

use super::Outcome;
use crate::{
    args::Lab,
    output::{Exit, Output, Stop, usage},
    render,
};
use api::{
    Api,
    contract::{
        lab::{AdvanceLab, DialValue, SetDial, ShowDials, ShowLab, StartLab},
        proof::{ProofStage, ProveConnector, TrialResult, TrialView},
        tour::{BeginTour, EndTour, ShowTour, TourState},
    },
};

pub async fn run(command: Lab, api: &Api, output: &Output) -> Outcome {
    match command {
        Lab::Start { port, connectors, behaviours } => {
            behave(&connectors, &behaviours, api).await?;
            start(StartLab { port: Some(port), connectors }, api, output).await
        }
        Lab::Status => {
            let status = api.lab_status(ShowLab {}).await?;
            let dials = api.lab_dials(ShowDials { connector: None }).await?;
            let mut told = serde_json::json!(status);
            let set = dials.iter().map(|dial| (dial.id.clone(), serde_json::json!(dial.value)));
            told["behaviours"] = set.collect::<serde_json::Map<_, _>>().into();
            output.result(&told, |_| render::lab_status(&status, &dials));
            Ok(Exit::Done)
        }
        Lab::Tour { leave, remove } => {
            if leave || remove {
                let deleted = api.end_tour(EndTour { remove }).await?;
                output.result(&deleted, |deleted| {
                    let kept = if remove { "What it made is removed." } else { "What it made is kept." };
                    format!("You left the tour. {kept}{}", render::ended(deleted))
                });
                return Ok(Exit::Done);
            }
            let state = match api.show_tour(ShowTour {}).await? {
                TourState { tour: None } => api.begin_tour(BeginTour {}).await?,
                state => state,
            };
            output.result(&state, render::tour);
            Ok(Exit::Done)
        }
        Lab::Advance { seconds } => {
            let status = api.advance_lab(AdvanceLab { seconds }).await?;
            output.result(&status, |status| {
                format!("{seconds} s have passed for what the Lab gave out, {} s in all.", status.ahead)
            });
            Ok(Exit::Done)
        }
        Lab::Prove { connector } => prove(connector, api, output).await,
    }
}

/// Sets `ID=VALUE` for the connectors, or for all where none is named.
async fn behave(connectors: &[String], behaviours: &[String], api: &Api) -> Result<(), Stop> {
    for behaviour in behaviours {
        let Some((id, value)) = behaviour.split_once('=') else {
            return Err(usage(
                format!("`{behaviour}` has no `=`."),
                "Write ID=VALUE, such as token_lifetime=5.",
            ));
        };
        let targets = match connectors {
            [] => vec![None],
            named => named.iter().cloned().map(Some).collect(),
        };
        for connector in targets {
            let value = Some(DialValue::Text(value.to_owned()));
            api.set_lab_dial(SetDial { connector, id: id.to_owned(), value }).await?;
        }
    }
    Ok(())
}

/// Makes every trial, and tells each as it ends.
async fn prove(connector: String, api: &Api, output: &Output) -> Outcome {
    let begun = api.prove_connector(ProveConnector { connector }).await?;
    output.say(&render::proof_began(&begun));
    let mut told = 0;
    let ended = api.watch_proof(&begun.connector.link_name, |proof| {
        let ended = |trial: &&TrialView| !matches!(trial.result, TrialResult::Waiting | TrialResult::Running);
        for trial in proof.trials.iter().skip(told).take_while(ended) {
            output.line(&serde_json::json!({ "step": "trial", "trial": trial }));
            output.say(&render::trial(trial));
            told += 1;
        }
    });
    let ended = ended.await?;
    output.line(&serde_json::json!({ "step": "proved", "proof": ended }));
    output.say(&render::proof_ended(&ended));
    Ok(match ended.stage {
        ProofStage::Done if ended.failed == 0 => Exit::Done,
        ProofStage::Done => Exit::Failed,
        ProofStage::Stopped | ProofStage::Running | ProofStage::NotRun => Exit::CouldNotCheck,
    })
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
    .await?;
    Ok(Exit::Done)
}
