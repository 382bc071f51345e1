//! Commands on environments and agent groups.

use crate::{
    Api,
    contract::{Done, error::ErrorView, places::*},
    exchange::count,
    words::error::view as error,
};
use domain::agent_group::{AgentGroup, Route};

impl Api {
    /// Lists environments. The Lab is none of them: it is computed.
    /// # Errors
    /// The data cannot be read.
    pub async fn list_environments(&self, _: ListEnvironments) -> Result<Vec<EnvironmentRow>, ErrorView> {
        let found = self.engine.environments().await.map_err(error)?;
        let row = |(environment, connections): (domain::environment::Environment, u64)| EnvironmentRow {
            link_name: environment.link_name.to_string(),
            name: environment.name,
            connections: count(connections),
        };
        Ok(found.into_iter().map(row).collect())
    }

    /// Adds an environment.
    /// # Errors
    /// The name does not fit; the link name is taken.
    pub async fn add_environment(&self, request: AddEnvironment) -> Result<EnvironmentRow, ErrorView> {
        let AddEnvironment { name, link_name } = request;
        let made = self.engine.add_environment(&name, link_name.as_deref()).await.map_err(error)?;
        Ok(EnvironmentRow { link_name: made.link_name.to_string(), name: made.name, connections: 0 })
    }

    /// Changes the shown name of an environment.
    /// # Errors
    /// Not found; the name does not fit.
    pub async fn rename_environment(&self, request: RenameEnvironment) -> Result<Done, ErrorView> {
        let renamed = self.engine.rename_environment(&request.environment, &request.name).await;
        renamed.map(|()| Done {}).map_err(error)
    }

    /// Deletes an environment.
    /// # Errors
    /// Not found; connections are in it; it is Production.
    pub async fn delete_environment(&self, request: DeleteEnvironment) -> Result<Done, ErrorView> {
        self.engine.delete_environment(&request.environment).await.map(|()| Done {}).map_err(error)
    }

    /// Lists agent groups.
    /// # Errors
    /// The data cannot be read.
    pub async fn list_agent_groups(&self, _: ListAgentGroups) -> Result<Vec<AgentGroupRow>, ErrorView> {
        Ok(self.engine.agent_groups().await.map_err(error)?.into_iter().map(row).collect())
    }

    /// Adds an agent group.
    /// # Errors
    /// The name does not fit; the link name is taken.
    pub async fn add_agent_group(&self, request: AddAgentGroup) -> Result<AgentGroupRow, ErrorView> {
        let AddAgentGroup { name, link_name, route: way } = request;
        self.engine.add_agent_group(&name, link_name.as_deref(), route(way)).await.map(row).map_err(error)
    }

    /// Changes an agent group.
    /// # Errors
    /// Not found; the name does not fit.
    pub async fn change_agent_group(&self, request: ChangeAgentGroup) -> Result<AgentGroupRow, ErrorView> {
        let ChangeAgentGroup { agent_group, name, route: way } = request;
        let changed = self.engine.change_agent_group(&agent_group, name.as_deref(), way.map(route)).await;
        changed.map(row).map_err(error)
    }

    /// Deletes an agent group.
    /// # Errors
    /// Not found; connections take it; it is the one that connectors take by themselves.
    pub async fn delete_agent_group(&self, request: DeleteAgentGroup) -> Result<Done, ErrorView> {
        self.engine.delete_agent_group(&request.agent_group).await.map(|()| Done {}).map_err(error)
    }
}

fn row(group: AgentGroup) -> AgentGroupRow {
    AgentGroupRow {
        link_name: group.link_name.to_string(),
        name: group.name,
        route: match group.route {
            Route::Direct => RouteView::Direct,
            Route::SystemProxy => RouteView::SystemProxy,
        },
    }
}

fn route(view: RouteView) -> Route {
    match view {
        RouteView::Direct => Route::Direct,
        RouteView::SystemProxy => Route::SystemProxy,
    }
}
