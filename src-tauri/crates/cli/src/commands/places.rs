//! `patchbay environments …` and `patchbay agent-groups …`

use super::{Outcome, connectors::confirm};
use crate::{
    args::{AgentGroups, Environments},
    output::{Exit, Output, table},
};
use api::{
    Api,
    contract::places::{
        AddAgentGroup, AddEnvironment, AgentGroupRow, ChangeAgentGroup, DeleteAgentGroup, DeleteEnvironment,
        EnvironmentRow, ListAgentGroups, ListEnvironments, RenameEnvironment, RouteView,
    },
};
use serde_json::json;

pub async fn environments(command: Environments, api: &Api, output: &Output) -> Outcome {
    match command {
        Environments::List => {
            let rows = api.list_environments(ListEnvironments {}).await?;
            output.result(&rows, |rows| {
                let line = |row: &EnvironmentRow| {
                    vec![row.link_name.clone(), row.name.clone(), row.connections.to_string()]
                };
                table(&["link name", "name", "connections"], &rows.iter().map(line).collect::<Vec<_>>())
            });
        }
        Environments::Add { name, link_name } => {
            let row = api.add_environment(AddEnvironment { name, link_name }).await?;
            output.result(&row, |row| {
                format!("Added {}. Connectors call it {}.", output.bold(&row.name), row.link_name)
            });
        }
        Environments::Rename { link_name, new_name } => {
            let request = RenameEnvironment { environment: link_name.clone(), name: new_name };
            api.rename_environment(request).await?;
            let rows = api.list_environments(ListEnvironments {}).await?;
            let row = rows.into_iter().find(|row| row.link_name == link_name);
            output.result(&row, |row| {
                let name = row.as_ref().map_or("", |row| row.name.as_str());
                format!("It is called {} now. Its link name stays {link_name}.", output.bold(name))
            });
        }
        Environments::Delete { link_name, yes } => {
            confirm(yes, &format!("Delete the environment {link_name} with its apps? It cannot be undone."))?;
            api.delete_environment(DeleteEnvironment { environment: link_name.clone() }).await?;
            output.result(&json!({ "deleted": link_name }), |_| format!("Deleted {link_name}."));
        }
    }
    Ok(Exit::Done)
}

pub async fn agent_groups(command: AgentGroups, api: &Api, output: &Output) -> Outcome {
    match command {
        AgentGroups::List => {
            let rows = api.list_agent_groups(ListAgentGroups {}).await?;
            output.result(&rows, |rows| {
                let line = |row: &AgentGroupRow| {
                    vec![row.link_name.clone(), row.name.clone(), route(row.route).into()]
                };
                table(&["link name", "name", "route"], &rows.iter().map(line).collect::<Vec<_>>())
            });
        }
        AgentGroups::Add { name, link_name, route } => {
            let request = AddAgentGroup { name, link_name, route: route.into() };
            let row = api.add_agent_group(request).await?;
            output.result(&row, |row| {
                format!("Added {}. Connectors call it {}.", output.bold(&row.name), row.link_name)
            });
        }
        AgentGroups::Change { link_name, name, route: way } => {
            let request = ChangeAgentGroup { agent_group: link_name, name, route: way.map(Into::into) };
            let row = api.change_agent_group(request).await?;
            output.result(&row, |row| format!("{}: {}.", output.bold(&row.name), route(row.route)));
        }
        AgentGroups::Delete { link_name, yes } => {
            confirm(yes, &format!("Delete the agent group {link_name}? It cannot be undone."))?;
            api.delete_agent_group(DeleteAgentGroup { agent_group: link_name.clone() }).await?;
            output.result(&json!({ "deleted": link_name }), |_| format!("Deleted {link_name}."));
        }
    }
    Ok(Exit::Done)
}

fn route(route: RouteView) -> &'static str {
    match route {
        RouteView::Direct => "straight to the service",
        RouteView::SystemProxy => "by the proxy of the system",
    }
}
