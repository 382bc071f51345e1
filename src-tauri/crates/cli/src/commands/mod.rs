//! One function a command. Each asks the api and prints what it answers.

mod apps;
mod connect;
mod connections;
mod connectors;
mod lab;
mod new_version;
mod places;
mod request;
mod sign_in;
mod vault;

use crate::{
    args::{Arguments, Command, Redirect},
    output::{Exit, Output, Stop},
};
use api::Api;
use clap::CommandFactory;

/// How a command ends.
pub type Outcome = Result<Exit, Stop>;

/// Runs one command.
/// # Errors
/// What is still to be told.
pub async fn run(command: Command, api: &Api, output: &Output) -> Outcome {
    match command {
        Command::Connectors(command) => connectors::run(command, api, output).await,
        Command::Connect(command) => connect::connect(command, api, output).await,
        Command::Reauthorize(command) => connect::reauthorize(command, api, output).await,
        Command::UseNewVersion { connections, connector } => {
            new_version::run(&connections, connector.as_deref(), api, output).await
        }
        Command::Refresh(name) => connections::refresh(&name, api, output).await,
        Command::Introspect(name) => connections::introspect(&name, api, output).await,
        Command::Revoke { name, yes } => connections::revoke(&name, yes, api, output).await,
        Command::Redirect(Redirect { error_page: Some(page), connection, .. }) => {
            sign_in::explain(&page, connection.as_deref(), api, output).await
        }
        Command::Redirect(Redirect { address, .. }) => {
            sign_in::redirect(&address.unwrap_or_default(), api, output).await
        }
        Command::Connections(command) => connections::list(command, api, output).await,
        Command::Show(name) => connections::show(&name, api, output).await,
        Command::Verify(command) => connections::verify(command, api, output).await,
        Command::Rename { connection, new_name } => {
            connections::rename(&connection, new_name, api, output).await
        }
        Command::Duplicate(name) => connections::duplicate(&name, api, output).await,
        Command::Disable(name) => connections::disable(&name, api, output).await,
        Command::Enable(name) => connections::enable(&name, api, output).await,
        Command::Delete { name, yes } => connections::delete(&name, yes, api, output).await,
        Command::Events { connection } => connections::events(&connection, api, output).await,
        Command::Request(command) => request::run(command, api, output).await,
        Command::Lab(command) => lab::run(command, api, output).await,
        Command::Environments(command) => places::environments(command, api, output).await,
        Command::Apps(command) => apps::run(command, api, output).await,
        Command::AgentGroups(command) => places::agent_groups(command, api, output).await,
        Command::Vault(command) => vault::run(command, api, output).await,
        Command::Schema => {
            output.result(&api.schema(), |schema| format!("{schema:#}"));
            Ok(Exit::Done)
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "patchbay", &mut script);
            let script = String::from_utf8_lossy(&script);
            output.result(&serde_json::json!({ "shell": shell.to_string(), "script": script }), |_| {
                script.to_string()
            });
            Ok(Exit::Done)
        }
    }
}
