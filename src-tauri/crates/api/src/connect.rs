//! Commands on connecting.

use crate::SecretString;
use crate::{
    Api,
    connectors::prompt,
    contract::{
        Done, TypedSecret, connect::*, connections::EnvironmentRef, connectors::PromptView, error::ErrorView,
    },
    registrations,
    words::{self, diagnosis::Whose, error::view as error},
};
use domain::{
    attempt::{Attempt, AttemptState},
    connection::Verification,
    connector::{Authentication, Connector},
    id::{AttemptId, ConnectionId, ConnectorId},
};
use engine::connect::{Again, Given};
use std::time::Duration;

impl Api {
    /// What adding a connection asks.
    /// # Errors
    /// Not found; the connector is a draft.
    pub async fn connect_form(&self, request: ConnectForm) -> Result<ConnectFormView, ErrorView> {
        let ConnectForm { connector, environment, authentication, connection, new_version, client_id } =
            request;
        let again = connection.is_some();
        let form = match connection {
            Some(id) => self.engine.reconnect_form(&ConnectionId::from_stored(id), new_version).await,
            None => {
                self.engine.connect_form(&ConnectorId::from_stored(connector), environment.as_deref()).await
            }
        };
        let form = form.map_err(error)?;
        let authentication = authentication.or_else(|| form.chosen.clone());
        let shape = form.authentication(authentication.as_deref()).map_err(error)?;
        let several = form.connector.authentications.iter();
        let mut issued = self.engine.issued_for(&form, authentication.as_deref()).await.map_err(error)?;
        let apps = self.engine.connect_apps(&form, authentication.as_deref()).await.map_err(error)?;
        let keys = issued.values.keys().chain(issued.secrets.keys()).cloned().collect();
        let prefilled = |mut asked: PromptView, value: Option<String>| {
            asked.default = value.or(asked.default);
            asked
        };
        Ok(ConnectFormView {
            connector: form.connector_id.to_string(),
            connector_name: form.connector.name.clone(),
            authentication_label: shape.shown_name().into(),
            prompts: self
                .engine
                .connect_prompts(&form, authentication.as_deref(), client_id.as_deref())
                .await
                .map_err(error)?
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
            authentication: form.chosen.clone(),
            apps: apps.into_iter().map(registrations::view).collect(),
            // Signing in again keeps the settings, but for a new version.
            settings: Some(&form.connector)
                .filter(|_| new_version || !again)
                .map(Connector::setting_prompts)
                .unwrap_or_default()
                .into_iter()
                .map(|asked| {
                    let value = form.settings.get(&asked.key).cloned();
                    let value = value.or_else(|| issued.settings.remove(&asked.key));
                    prefilled(prompt(asked), value)
                })
                .collect(),
            setup_help: form.connector.setup_help.clone(),
            can_verify: form.connector.verify(authentication.as_deref()).is_some(),
            scopes: form
                .connector
                .scopes(authentication.as_deref())
                .items
                .iter()
                .map(|scope| ScopeView {
                    name: scope.name.clone(),
                    value: scope.value.clone(),
                    default: scope.default,
                    description: scope.description.clone(),
                })
                .collect(),
            way: form.way_back(authentication.as_deref()).map(words::sign_in::way),
            signs_in: form.signs_in(authentication.as_deref()),
            needs_vault: !matches!(shape, Authentication::None),
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
            connection: request.connection.map(|id| Again {
                connection: ConnectionId::from_stored(id),
                new_version: request.new_version,
            }),
            name: request.name,
            environment: request.environment.filter(|name| !name.is_empty()),
            authentication: request.authentication,
            settings: request.settings,
            values: request.values,
            secrets: secrets.collect(),
            scopes: request.scopes,
            way: request.way.map(words::sign_in::chosen_way),
            opens_browser: !request.no_browser,
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

    /// The address of the sign-in page, for a shell that hands it out itself; never for the web view.
    /// # Errors
    /// The attempt does not wait for the person.
    pub async fn sign_in_link(&self, attempt: &str) -> Result<SecretString, ErrorView> {
        self.engine.sign_in_link(&AttemptId::from_stored(attempt)).await.map_err(error)
    }

    /// Opens the sign-in page again.
    /// # Errors
    /// The attempt does not wait for the person; no browser.
    pub async fn open_sign_in(&self, request: OpenSignIn) -> Result<Done, ErrorView> {
        let opened = self.engine.open_sign_in(&AttemptId::from_stored(request.attempt)).await;
        opened.map(|()| Done {}).map_err(error)
    }

    /// Copies the address of the sign-in page.
    /// # Errors
    /// The attempt does not wait for the person; no clipboard.
    pub async fn copy_sign_in_link(&self, request: CopySignInLink) -> Result<Done, ErrorView> {
        let copied = self.engine.copy_sign_in_link(&AttemptId::from_stored(request.attempt)).await;
        copied.map(|()| Done {}).map_err(error)
    }

    /// Takes the address that a person pasted.
    /// # Errors
    /// No sign-in waits for it; nothing was changed then.
    pub async fn paste_redirect(&self, request: PasteRedirect) -> Result<AttemptView, ErrorView> {
        self.receive_redirect(request.address.into_secret()).await
    }

    /// Tells what the error page means that the service showed in the browser.
    /// # Errors
    /// The attempt waits for nobody; nothing was pasted.
    pub async fn explain_page(&self, request: ExplainPage) -> Result<ExplainedPage, ErrorView> {
        let id = AttemptId::from_stored(request.attempt);
        let evidence = self.engine.explain_page(&id, &request.page.into_secret()).await.map_err(error)?;
        Ok(ExplainedPage { diagnosis: words::diagnosis::view(&evidence, Whose::Attempt) })
    }

    /// The sign-in that waits for a person: the one of this name, or the only one.
    /// # Errors
    /// None waits, or several do.
    pub async fn waiting_sign_in(&self, name: Option<&str>) -> Result<AttemptView, ErrorView> {
        let attempt = self.engine.waiting_sign_in(name).await.map_err(error)?;
        self.attempt_view(attempt).await
    }

    /// Takes the PIN that a person typed.
    /// # Errors
    /// The attempt waits for none; it is empty.
    pub async fn enter_pin(&self, request: EnterPin) -> Result<AttemptView, ErrorView> {
        let entered =
            self.engine.enter_pin(&AttemptId::from_stored(request.attempt), request.pin.into_secret()).await;
        self.attempt_view(entered.map_err(error)?).await
    }

    /// Takes an address that the operating system or the command line brought.
    /// # Errors
    /// No sign-in waits for it; nothing was changed then.
    pub async fn receive_redirect(&self, address: SecretString) -> Result<AttemptView, ErrorView> {
        let received = self.engine.receive_redirect(address).await.map_err(error)?;
        self.attempt_view(received.attempt).await
    }

    /// Keeps tokens fresh, for as long as it is polled; for the window.
    pub async fn keep(&self) {
        self.engine.keep().await;
    }

    /// Goes on with what a process that is dead had begun; for the window, once it is open.
    /// # Errors
    /// The data cannot be read.
    pub async fn resume(&self) -> Result<(), ErrorView> {
        self.engine.resume_attempts().await.map_err(error)
    }

    /// Connects although verify did not find that it works.
    /// # Errors
    /// The attempt has ended.
    pub async fn keep_attempt(&self, request: KeepAttempt) -> Result<AttemptView, ErrorView> {
        let attempt =
            self.engine.keep_attempt(&AttemptId::from_stored(request.attempt)).await.map_err(error)?;
        self.attempt_view(attempt).await
    }

    /// Agrees to the addresses that the service told, and goes on.
    /// # Errors
    /// The attempt asks for none, or for others.
    pub async fn agree_attempt(&self, request: AgreeAttempt) -> Result<AttemptView, ErrorView> {
        let AgreeAttempt { attempt, addresses } = request;
        let agreed = self.engine.agree_attempt(&AttemptId::from_stored(attempt), &addresses).await;
        self.attempt_view(agreed.map_err(error)?).await
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
        let sign_in = words::sign_in::view(&attempt, &connector_name, self.engine.ports().clock.now());
        let environment = self.engine.environment_of(attempt.environment.as_ref()).await.map_err(error)?;
        let call = self.engine.verify_call(&attempt).await.map_err(error)?;
        let evidence = attempt.state.evidence();
        let diagnosis = evidence.and_then(|evidence| words::diagnosis::view(evidence, Whose::Attempt));
        let (state, found, connection) = match attempt.state {
            AttemptState::Prepared => (AttemptStateView::Starting, None, None),
            AttemptState::SigningIn { .. } => (AttemptStateView::SigningIn, None, None),
            AttemptState::Exchanging => (AttemptStateView::Exchanging, None, None),
            AttemptState::Failed { .. } => (AttemptStateView::Failed, None, None),
            AttemptState::AnotherAccount { outcome, .. } => {
                (AttemptStateView::AnotherAccount, Some(outcome), None)
            }
            AttemptState::NewAddresses { .. } => (AttemptStateView::NewAddresses, None, None),
            AttemptState::Verifying => (AttemptStateView::Verifying, None, None),
            AttemptState::Refused { outcome, .. } => (AttemptStateView::Refused, Some(outcome), None),
            AttemptState::CouldNotCheck { reason, .. } => {
                (AttemptStateView::CouldNotCheck, Some(Verification::CouldNotCheck { reason }), None)
            }
            AttemptState::Connected { connection, outcome, .. } => {
                (AttemptStateView::Connected, Some(outcome), Some(connection.to_string()))
            }
        };
        Ok(AttemptView {
            attempt: attempt.id.to_string(),
            connector: attempt.connector.to_string(),
            environment: EnvironmentRef { link_name: environment.link_name, name: environment.name },
            verification: found.map(|found| words::verified_by(&found, &connector_name, call.as_ref())),
            connector_name,
            name: attempt.name,
            state,
            connection,
            sign_in,
            diagnosis,
        })
    }
}
