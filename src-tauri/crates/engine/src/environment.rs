//! The environment that is computed: its values are asked for at each use, and none of them is stored.
//!
//! Whoever puts the core together may give it one ([`Engine::with_environment`]). A connection or attempt that names no
//! stored environment is in it. It answers with an overlay like any other, so building, sending and judging are the same
//! as for every connection.
//!
//! **Origins.** Its addresses may differ from one call to the next, so none of them can be agreed to beforehand. What a
//! credential is sealed for is the environment itself ([`AgreedOrigins::of_environment`]); where it may go is read from the
//! overlay at the time of the call. That is safe because the seal says which of the two it is: a credential given
//! elsewhere goes nowhere in here, and one given here goes nowhere else, whatever a row says of its connection.

use crate::{Engine, Error, connections::all_settings};
use domain::{
    agent_group::Route,
    connector::{Connector, Overlay},
    id::EnvironmentId,
    link_name::LinkName,
    origin::AgreedOrigins,
    ports::BoxFuture,
};
use secret::SecretString;
use std::{collections::BTreeMap, sync::Arc};

/// Why a computed environment has no answer; its own type, for whoever gave the environment.
pub type EnvironmentError = Box<dyn std::error::Error + Send + Sync>;

/// An environment whose values are computed.
pub trait ComputedEnvironment: Send + Sync {
    /// Its machine name, which no stored environment has.
    fn link_name(&self) -> &str;

    /// Its shown name.
    fn name(&self) -> &str;

    /// Whether a connection of this connector that authenticates in this way can be in it. Asks nobody.
    fn offers(&self, connector: &Connector, authentication: Option<&str>) -> bool;

    /// The values that it gives to such a connection, so that nobody has to type them. The same each time.
    fn issued<'a>(
        &'a self,
        connector: &'a Connector,
        authentication: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Issued, EnvironmentError>>;

    /// What differs in it now, awaited before each use: what the addresses lead to is there when the answer is. They
    /// all lead to this machine.
    fn overlay<'a>(&'a self, connector: &'a Connector) -> BoxFuture<'a, Result<Overlay, EnvironmentError>>;

    /// The connector of this link name is deleted.
    fn forget<'a>(&'a self, connector: &'a LinkName) -> BoxFuture<'a, ()>;
}

/// Values that an environment gives to a connection.
#[derive(Debug, Default)]
pub struct Issued {
    /// Values of settings.
    pub settings: BTreeMap<String, String>,
    /// Plain values of prompts.
    pub values: BTreeMap<String, String>,
    /// Secret values of prompts.
    pub secrets: BTreeMap<String, SecretString>,
}

/// An environment to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentChoice {
    /// Unique machine name.
    pub link_name: String,
    /// Shown name.
    pub name: String,
}

/// Where the calls of a connection go.
#[derive(Debug)]
pub(crate) struct Reach {
    /// The connector, its environment laid over it.
    pub connector: Connector,
    /// Values of all its settings.
    pub settings: BTreeMap<String, String>,
    /// Where the credential may go.
    pub origins: AgreedOrigins,
    /// How calls leave this machine.
    pub route: Route,
}

impl Engine {
    /// The same, with a computed environment.
    #[must_use]
    pub fn with_environment(self, computed: Arc<dyn ComputedEnvironment>) -> Self {
        Self { computed: Some(computed), ..self }
    }

    /// Where calls go. What was read of a connection says it for a stored environment; for the computed one it is
    /// asked now.
    pub(crate) async fn reach(
        &self,
        environment: Option<&EnvironmentId>,
        authentication: Option<&str>,
        stored: Reach,
    ) -> Result<Reach, Error> {
        if environment.is_some() {
            return Ok(stored);
        }
        let computed = self.computed()?;
        let overlay = computed.overlay(&stored.connector).await.map_err(Error::Environment)?;
        let laid = stored.connector.with_environment(&overlay);
        let connector = laid.map_err(|error| Error::Stored(error.to_string()))?;
        let settings = all_settings(&connector, &stored.settings);
        let origins = match stored.origins.are_of_environment(computed.link_name()) {
            true => connector.allowed_origins(authentication, &settings)?,
            false => AgreedOrigins::default(),
        };
        // Its addresses are on this machine: no route may lead elsewhere.
        Ok(Reach { connector, settings, origins, route: Route::Direct })
    }

    /// What the environment gives to a connection; nothing where it is a stored one.
    pub(crate) async fn issued(
        &self,
        environment: Option<&EnvironmentId>,
        connector: &Connector,
        authentication: Option<&str>,
    ) -> Result<Issued, Error> {
        match environment {
            Some(_) => Ok(Issued::default()),
            None => self.computed()?.issued(connector, authentication).await.map_err(Error::Environment),
        }
    }

    /// The origins that a person agrees to who gives a credential in this environment.
    pub(crate) fn origins_to_agree(
        &self,
        environment: Option<&EnvironmentId>,
        authentication: Option<&str>,
        connector: &Connector,
        settings: &BTreeMap<String, String>,
    ) -> Result<AgreedOrigins, Error> {
        match environment {
            Some(_) => Ok(connector.allowed_origins(authentication, settings)?),
            None => Ok(AgreedOrigins::of_environment(self.computed()?.link_name())),
        }
    }

    /// How people and scripts call an environment that a row names; none names the computed one.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn environment_of(&self, id: Option<&EnvironmentId>) -> Result<EnvironmentChoice, Error> {
        let Some(id) = id.cloned() else {
            let computed = self.computed()?;
            return Ok(EnvironmentChoice {
                link_name: computed.link_name().into(),
                name: computed.name().into(),
            });
        };
        let found = {
            let id = id.clone();
            self.store.read(move |snapshot| Ok::<_, Error>(snapshot.environments().find(&id)?)).await?
        };
        let found = found.ok_or_else(|| Error::not_found("environment", id.as_str()))?;
        Ok(EnvironmentChoice { link_name: found.link_name.to_string(), name: found.name })
    }

    /// Whether this is the computed environment.
    pub(crate) fn is_computed(&self, link_name: &str) -> bool {
        self.computed.as_ref().is_some_and(|computed| computed.link_name() == link_name)
    }

    fn computed(&self) -> Result<&dyn ComputedEnvironment, Error> {
        // A row without an environment, read by a core that has no computed one.
        self.computed.as_deref().ok_or_else(|| Error::not_found("environment", "computed"))
    }
}

impl Issued {
    /// Fills what was left empty.
    pub(crate) fn fill(
        self,
        settings: &mut BTreeMap<String, String>,
        values: &mut BTreeMap<String, String>,
        secrets: &mut BTreeMap<String, SecretString>,
    ) {
        let typed = |key: &String| {
            values.get(key).is_some_and(|value| !value.is_empty())
                || secrets.get(key).is_some_and(|value| !value.is_empty())
        };
        let (plain, secret): (Vec<_>, Vec<_>) = (
            self.values.into_iter().filter(|(key, _)| !typed(key)).collect(),
            self.secrets.into_iter().filter(|(key, _)| !typed(key)).collect(),
        );
        values.extend(plain);
        secrets.extend(secret);
        for (key, value) in self.settings {
            let given = settings.entry(key).or_default();
            if given.is_empty() {
                *given = value;
            }
        }
    }
}

#[cfg(test)]
mod oauth_tests;
#[cfg(test)]
mod tests;
