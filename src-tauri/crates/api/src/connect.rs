//! Commands on connecting.

use crate::{
    Api,
    connectors::prompt,
    contract::{
        Done, TypedSecret, connect::*, connections::EnvironmentRef, connectors::PromptView, error::ErrorView,
    },
    words::{self, error::view as error},
};
use domain::{
    attempt::{Attempt, AttemptState},
    connection::Verification,
    id::{AttemptId, ConnectionId, ConnectorId},
};
use engine::connect::Given;
use std::time::Duration;

impl Api {
    /// What adding a connection asks.
    /// # Errors
    /// Not found; the connector is a draft.
    pub async fn connect_form(&self, request: ConnectForm) -> Result<ConnectFormView, ErrorView> {
        let ConnectForm { connector, environment, authentication } = request;
        let form = self
            .engine
            .connect_form(&ConnectorId::from_stored(connector), environment.as_deref())
            .await
            .map_err(error)?;
        let shape = form.authentication(authentication.as_deref()).map_err(error)?;
        let several = form.connector.authentications.iter();
        let mut issued = self.engine.issued_for(&form, authentication.as_deref()).await.map_err(error)?;
        let keys = issued.values.keys().chain(issued.secrets.keys()).cloned().collect();
        let prefilled = |mut asked: PromptView, value: Option<String>| {
            asked.default = value.or(asked.default);
            asked
        };
        Ok(ConnectFormView {
            connector: form.connector_id.to_string(),
            connector_name: form.connector.name.clone(),
            authentication_label: shape.shown_name().into(),
            prompts: shape
                .prompts()
                .into_iter()
                .map(|asked| {
                    let value = issued.values.remove(&asked.key);
                    prefilled(prompt(asked), value)
                })
                .collect(),
            issued: keys,
            default_name: form.default_name.clone(),
            environments: form
                .environments
                .iter()
                .map(|environment| EnvironmentRef {
                    link_name: environment.link_name.clone(),
                    name: environment.name.clone(),
                })
                .collect(),
            authentications: several
                .filter_map(|(name, shape)| Some((name?.to_owned(), shape.shown_name().to_owned())))
                .collect(),
            settings: form
                .connector
                .setting_prompts()
                .into_iter()
                .map(|asked| {
                    let value = issued.settings.remove(&asked.key);
                    prefilled(prompt(asked), value)
                })
                .collect(),
            setup_help: form.connector.setup_help.clone(),
            can_verify: form.connector.verify(authentication.as_deref()).is_some(),
        })
    }

    /// Adds a connection, or replaces the values of one. Returns at once; the attempt goes on.
    /// # Errors
    /// What is missing or does not fit; vault errors. Nothing is kept then.
    pub async fn begin_connect(&self, request: BeginConnect) -> Result<AttemptView, ErrorView> {
        let secrets =
            request.secrets.into_iter().map(|(key, typed): (String, TypedSecret)| (key, typed.into_secret()));
        let given = Given {
            connector: ConnectorId::from_stored(request.connector),
            connection: request.connection.map(ConnectionId::from_stored),
            name: request.name,
            environment: request.environment.filter(|name| !name.is_empty()),
            authentication: request.authentication,
            settings: request.settings,
            values: request.values,
            secrets: secrets.collect(),
        };
        let attempt = self.engine.begin_connect(given).await.map_err(error)?;
        self.attempt_view(attempt).await
    }

    /// Where an attempt stands.
    /// # Errors
    /// Not found.
    pub async fn show_attempt(&self, request: ShowAttempt) -> Result<AttemptView, ErrorView> {
        let attempt = self.engine.attempt(&AttemptId::from_stored(request.attempt)).await.map_err(error)?;
        self.attempt_view(attempt).await
    }

    /// Waits until an attempt no longer asks the service; for shells that have nothing else to do.
    /// # Errors
    /// Not found.
    pub async fn settled_attempt(&self, attempt: &str, limit: Duration) -> Result<AttemptView, ErrorView> {
        let attempt =
            self.engine.settled_attempt(&AttemptId::from_stored(attempt), limit).await.map_err(error)?;
        self.attempt_view(attempt).await
    }

    /// Connects although verify did not find that it works.
    /// # Errors
    /// The attempt has ended.
    pub async fn keep_attempt(&self, request: KeepAttempt) -> Result<AttemptView, ErrorView> {
        let attempt =
            self.engine.keep_attempt(&AttemptId::from_stored(request.attempt)).await.map_err(error)?;
        self.attempt_view(attempt).await
    }

    /// Asks the service again with what was typed.
    /// # Errors
    /// The attempt has ended.
    pub async fn retry_attempt(&self, request: RetryAttempt) -> Result<AttemptView, ErrorView> {
        let attempt =
            self.engine.retry_attempt(&AttemptId::from_stored(request.attempt)).await.map_err(error)?;
        self.attempt_view(attempt).await
    }

    /// Drops what was typed.
    /// # Errors
    /// It is a connection already.
    pub async fn discard_attempt(&self, request: DiscardAttempt) -> Result<Done, ErrorView> {
        let discarded = self.engine.discard_attempt(&AttemptId::from_stored(request.attempt)).await;
        discarded.map(|()| Done {}).map_err(error)
    }

    async fn attempt_view(&self, attempt: Attempt) -> Result<AttemptView, ErrorView> {
        let connector_name = self.engine.connector_name(&attempt.connector).await.map_err(error)?;
        let sign_in = words::sign_in::view(&attempt, &connector_name);
        let environment = self.engine.environment_of(attempt.environment.as_ref()).await.map_err(error)?;
        let (state, found, connection) = match attempt.state {
            AttemptState::Prepared => (AttemptStateView::Starting, None, None),
            AttemptState::SigningIn { .. } => (AttemptStateView::SigningIn, None, None),
            AttemptState::Exchanging => (AttemptStateView::Exchanging, None, None),
            AttemptState::Failed { .. } => (AttemptStateView::Failed, None, None),
            AttemptState::AnotherAccount { .. } => (AttemptStateView::AnotherAccount, None, None),
            AttemptState::Verifying => (AttemptStateView::Verifying, None, None),
            AttemptState::Refused { outcome } => (AttemptStateView::Refused, Some(outcome), None),
            AttemptState::CouldNotCheck { reason } => {
                (AttemptStateView::CouldNotCheck, Some(Verification::CouldNotCheck { reason }), None)
            }
            AttemptState::Connected { connection, outcome } => {
                (AttemptStateView::Connected, Some(outcome), Some(connection.to_string()))
            }
        };
        Ok(AttemptView {
            attempt: attempt.id.to_string(),
            environment: EnvironmentRef { link_name: environment.link_name, name: environment.name },
            verification: found.map(|found| words::verification(&found, &connector_name, None)),
            connector_name,
            name: attempt.name,
            state,
            connection,
            sign_in,
        })
    }
}
