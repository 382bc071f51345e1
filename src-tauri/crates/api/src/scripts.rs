//! Commands on scripts of connectors.

use crate::{
    Api,
    contract::{Done, error::ErrorView, scripts::*},
    words::{self, error::view as error},
};
use domain::{event::ScriptRun, id::ConnectorId, manifest::Severity};
use engine::script::{ExampleRun, GLOBALS, Limits, ScriptEvent, There};

impl Api {
    /// What a script can use.
    /// # Errors
    /// None.
    pub async fn script_reference(&self, _: ScriptReference) -> Result<ScriptReferenceView, ErrorView> {
        let limits = Limits::default();
        let number = |number: u128| u32::try_from(number).unwrap_or(u32::MAX);
        Ok(ScriptReferenceView {
            events: ScriptEvent::ALL
                .iter()
                .map(|event| ScriptEventView {
                    name: event.name().into(),
                    when: event.when().into(),
                    has_reply: event.has_reply(),
                    oauth: event.needs_oauth(),
                })
                .collect(),
            globals: GLOBALS
                .iter()
                .map(|global| ScriptGlobalView {
                    name: global.name.into(),
                    call: global.call.map(Into::into),
                    about: global.about.into(),
                    there: match global.there {
                        There::Always => ScriptThere::Always,
                        There::Before => ScriptThere::Before,
                        There::After => ScriptThere::After,
                    },
                })
                .collect(),
            most_millis: number(limits.time.as_millis()),
            most_megabytes: number((limits.memory >> 20) as u128),
        })
    }

    /// Asks whether a script can be read. Nothing is stored.
    /// # Errors
    /// None; a script that cannot be read is no error here.
    pub async fn check_script(&self, request: CheckScript) -> Result<ScriptCheckView, ErrorView> {
        let read = self.engine.read_script(&request.source).await;
        let problems = self.engine.check_script(&request.source).await;
        let advice = problems.into_iter().filter(|problem| problem.severity == Severity::Advice);
        Ok(ScriptCheckView {
            advice: advice.map(|advice| format!("{} {}", advice.message, advice.remedy)).collect(),
            events: read
                .as_ref()
                .map(|read| read.events.iter().map(|event| event.name().into()).collect())
                .unwrap_or_default(),
            failure: read
                .err()
                .filter(|_| !request.source.trim().is_empty())
                .map(|failure| words::script::failure(&failure)),
        })
    }

    /// Runs one event of a draft's script on an example. Nothing is sent.
    /// # Errors
    /// There is no such event.
    pub async fn run_script_example(&self, request: RunScriptExample) -> Result<ScriptTriedView, ErrorView> {
        let Some(event) = ScriptEvent::parse(&request.event) else {
            return Err(words::error::view(engine::Error::not_found("event", request.event)));
        };
        let RunScriptExample { document, method, path, body, status, reply, values, .. } = request;
        let example = ExampleRun { event: Some(event), method, path, body, status, reply, values };
        let tried = self.engine.run_example(&document, &example).await.map_err(error)?;
        Ok(ScriptTriedView {
            run: tried.run.as_ref().map(run),
            failure: tried.failure.as_ref().map(words::script::failure),
            before: tried.before,
            after: tried.after,
        })
    }

    /// The script that new connections of a connector run.
    /// # Errors
    /// Not found.
    pub async fn connector_script(&self, request: ConnectorScript) -> Result<ConnectorScriptView, ErrorView> {
        let id = ConnectorId::from_stored(request.connector);
        let found = self.engine.script_to_agree(&id).await.map_err(error)?;
        Ok(match found {
            Some(found) => ConnectorScriptView {
                connector_name: found.connector,
                source: Some(found.source),
                digest: found.digest,
                agreed: found.agreed,
            },
            None => ConnectorScriptView {
                connector_name: self.engine.connector_name(&id).await.map_err(error)?,
                source: None,
                digest: String::new(),
                agreed: true,
            },
        })
    }

    /// Lets a script run that came with a file.
    /// # Errors
    /// Changed elsewhere: it has another script by now.
    pub async fn agree_to_script(&self, request: AgreeToScript) -> Result<Done, ErrorView> {
        let id = ConnectorId::from_stored(request.connector);
        self.engine.agree_to_script(&id, &request.digest).await.map(|()| Done {}).map_err(error)
    }

    /// Lets no script of a connector run any more.
    /// # Errors
    /// Not found.
    pub async fn withdraw_script(&self, request: WithdrawScript) -> Result<Done, ErrorView> {
        let id = ConnectorId::from_stored(request.connector);
        self.engine.withdraw_script(&id).await.map(|()| Done {}).map_err(error)
    }
}

/// The record of a run.
pub(crate) fn run(run: &ScriptRun) -> ScriptRunView {
    ScriptRunView {
        event: run.event.clone(),
        micros: u32::try_from(run.micros).unwrap_or(u32::MAX),
        log: run.log.clone(),
        failure: run.failure.clone(),
    }
}
