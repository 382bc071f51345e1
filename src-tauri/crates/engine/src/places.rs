//! Environments and agent groups as people keep them: list, add, rename, delete.
//!
//! Connectors name both by link name, so that never changes. Production and the group that connectors take by themselves
//! are always there; what connections are in, or take, is not deleted under them.

use crate::{Engine, Error, connect::ATTEMPT_LIFE};
use domain::{
    agent_group::{AgentGroup, Route},
    environment::{Environment, PRODUCTION},
    id::{AgentGroupId, EnvironmentId},
    link_name::LinkName,
};
use store::connections::{ConnectionFilter, ConnectionOrder, EnvironmentFilter};

/// The link name of the agent group that every data directory has.
const DEFAULT_GROUP: &str = "default";
/// As many connections are named that keep an environment from being deleted.
const NAMED: u64 = 10;

impl Engine {
    /// Every stored environment, with how many connections are in it.
    /// # Errors
    /// [`Error::Store`].
    pub async fn environments(&self) -> Result<Vec<(Environment, u64)>, Error> {
        self.store
            .read(|snapshot| {
                let environments = snapshot.environments().list()?.into_iter();
                let counted = environments.map(|environment| {
                    let filter = in_environment(&environment);
                    let page = snapshot.connections().page(&filter, ConnectionOrder::Name, 0, 1)?;
                    Ok::<_, Error>((environment, page.total))
                });
                counted.collect()
            })
            .await
    }

    /// Adds an environment; its link name is made from its name where none is given.
    /// # Errors
    /// [`Error::Values`]; [`Error::Store`] where the link name is taken.
    pub async fn add_environment(&self, name: &str, link_name: Option<&str>) -> Result<Environment, Error> {
        let name = check_name(name)?;
        let link_name = link_name_of(&name, link_name)?;
        if self.is_computed(link_name.as_str()) {
            let reason = format!("`{link_name}` is the link name of an environment that is computed.");
            return Err(Error::Values(vec![("link_name".into(), reason)]));
        }
        let environment = Environment { id: EnvironmentId::make(&*self.ports.entropy), link_name, name };
        let row = environment.clone();
        self.store.write(move |change| change.environments().insert(&row)).await?;
        Ok(environment)
    }

    /// Changes the shown name of an environment.
    /// # Errors
    /// [`Error::NotFound`], [`Error::Values`].
    pub async fn rename_environment(&self, link_name: &str, name: &str) -> Result<(), Error> {
        let (link_name, name) = (link_name.to_owned(), check_name(name)?);
        self.store
            .write(move |change| {
                let found = find_environment(change, &link_name)?;
                Ok(change.environments().rename(&found.id, &name)?)
            })
            .await
    }

    /// Deletes an environment that no connection is in, with the apps that are kept for it.
    /// # Errors
    /// [`Error::NotFound`]; [`Error::AlwaysThere`] for Production; [`Error::EnvironmentUsed`] while connections, or
    /// sign-ins under way, are in it.
    pub async fn delete_environment(&self, link_name: &str) -> Result<(), Error> {
        if link_name == PRODUCTION {
            return Err(Error::AlwaysThere { what: "environment", name: link_name.into() });
        }
        let link_name = link_name.to_owned();
        let over = self.ports.clock.now() - ATTEMPT_LIFE;
        self.store
            .write(move |change| {
                let found = find_environment(change, &link_name)?;
                let connections =
                    change.connections().page(&in_environment(&found), ConnectionOrder::Name, 0, NAMED)?;
                let more = connections.total - connections.rows.len() as u64;
                let mut used_by: Vec<_> =
                    connections.rows.into_iter().map(|row| row.connection.name).collect();
                let open = change.attempts().open()?.into_iter();
                let waiting = open
                    .filter(|each| each.environment.as_ref() == Some(&found.id) && each.created_at >= over);
                used_by.extend(waiting.map(|attempt| attempt.name));
                used_by.dedup();
                if !used_by.is_empty() {
                    return Err(Error::EnvironmentUsed { name: found.name, used_by, more });
                }
                Ok(change.environments().delete(&found.id)?)
            })
            .await
    }

    /// Every agent group.
    /// # Errors
    /// [`Error::Store`].
    pub async fn agent_groups(&self) -> Result<Vec<AgentGroup>, Error> {
        self.store.read(|snapshot| Ok(snapshot.agent_groups().list()?)).await
    }

    /// Adds an agent group; its link name is made from its name where none is given.
    /// # Errors
    /// [`Error::Values`]; [`Error::Store`] where the link name is taken.
    pub async fn add_agent_group(
        &self,
        name: &str,
        link_name: Option<&str>,
        route: Route,
    ) -> Result<AgentGroup, Error> {
        let name = check_name(name)?;
        let link_name = link_name_of(&name, link_name)?;
        let group = AgentGroup { id: AgentGroupId::make(&*self.ports.entropy), link_name, name, route };
        let row = group.clone();
        self.store.write(move |change| change.agent_groups().insert(&row)).await?;
        Ok(group)
    }

    /// Changes the shown name of an agent group, its route, or both.
    /// # Errors
    /// [`Error::NotFound`], [`Error::Values`].
    pub async fn change_agent_group(
        &self,
        link_name: &str,
        name: Option<&str>,
        route: Option<Route>,
    ) -> Result<AgentGroup, Error> {
        let (link_name, name) = (link_name.to_owned(), name.map(check_name).transpose()?);
        self.store
            .write(move |change| {
                let mut group = find_group(change, &link_name)?;
                group.name = name.unwrap_or(group.name);
                group.route = route.unwrap_or(group.route);
                change.agent_groups().update(&group)?;
                Ok(group)
            })
            .await
    }

    /// Deletes an agent group that no connection takes.
    /// # Errors
    /// [`Error::NotFound`]; [`Error::AlwaysThere`] for the one that connectors take by themselves; [`Error::Store`] while
    /// connections take it.
    pub async fn delete_agent_group(&self, link_name: &str) -> Result<(), Error> {
        if link_name == DEFAULT_GROUP {
            return Err(Error::AlwaysThere { what: "agent group", name: link_name.into() });
        }
        let link_name = link_name.to_owned();
        self.store
            .write(move |change| {
                let found = find_group(change, &link_name)?;
                Ok(change.agent_groups().delete(&found.id)?)
            })
            .await
    }
}

fn find_environment(snapshot: &store::Snapshot<'_>, link_name: &str) -> Result<Environment, Error> {
    let found =
        snapshot.environments().list()?.into_iter().find(|found| found.link_name.as_str() == link_name);
    found.ok_or_else(|| Error::not_found("environment", link_name))
}

fn in_environment(environment: &Environment) -> ConnectionFilter {
    let environment = Some(EnvironmentFilter::Is(environment.id.clone()));
    ConnectionFilter { environment, ..ConnectionFilter::default() }
}

fn find_group(snapshot: &store::Snapshot<'_>, link_name: &str) -> Result<AgentGroup, Error> {
    let found =
        snapshot.agent_groups().list()?.into_iter().find(|found| found.link_name.as_str() == link_name);
    found.ok_or_else(|| Error::not_found("agent group", link_name))
}

fn link_name_of(name: &str, given: Option<&str>) -> Result<LinkName, Error> {
    match given {
        None => Ok(LinkName::derive_for_connection(name)),
        Some(given) => LinkName::parse(given).map_err(|_| {
            let reason = "1 to 50 lower-case letters, digits, `_` and `-`, a letter first, make a link name.";
            Error::Values(vec![("link_name".into(), reason.into())])
        }),
    }
}

/// 1 to 50 characters on one line.
fn check_name(name: &str) -> Result<String, Error> {
    let name = name.trim();
    let reason = if name.is_empty() {
        "It needs a name."
    } else if name.chars().count() > 50 {
        "A name has 50 characters at the most."
    } else if name.chars().any(char::is_control) {
        "A name is one line of text."
    } else {
        return Ok(name.to_owned());
    };
    Err(Error::Values(vec![("name".into(), reason.into())]))
}

#[cfg(test)]
mod tests;
