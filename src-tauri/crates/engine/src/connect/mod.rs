//! Connect: from what a person typed to a connection that stands.
//!
//! Prompts → seal into the attempt's side slot and commit → verify → promote the slot to the authorization, one
//! transaction. A refused verify leaves the slot: *Keep anyway*, *Try again*, *Discard*. Reauthorize is the same run for
//! a connection that stands: the old credential stays until the new one has worked.

mod promote;
mod run;
mod values;

pub(crate) use run::Underway;

use crate::{
    Engine, Error,
    connections::{all_settings, check_name, connector_of, find, free_name},
    credential::{Credential, CredentialError, can_connect},
    environment::{EnvironmentChoice, Issued},
    oauth::{
        Pending,
        client::{CLIENT_ID, CLIENT_SECRET, GivenClient, PRIVATE_KEY},
        provider::{Provider, oauth2_of},
        sign_in::way_of,
    },
    vault::{Place, Vault},
};
use domain::{
    attempt::{Attempt, AttemptState},
    authorization::Expiry,
    connection::{Connection, Verification},
    connector::{Authentication, Connector, GrantType, Prompt},
    environment::{Environment, PRODUCTION},
    id::{AttemptId, AuthorizationId, ConnectionId, ConnectorId, EnvironmentId, RevisionId},
    registration::ClientRegistration,
    sign_in::{Redirect, SignIn, Way},
};
use secret::{SecretBytes, SecretString};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Snapshot, attempts::SealedAttempt, sealed::Place as Column};
use tokio::sync::watch;
use values::{check_prompts, check_settings};

/// How long an attempt waits for the person.
pub const ATTEMPT_LIFE: Duration = Duration::from_secs(600);

/// What connect asks, before anything is typed.
#[derive(Debug)]
pub struct Form {
    /// The connector, its environment laid over it unless that is computed.
    pub connector: Connector,
    /// Row identifier of the connector.
    pub connector_id: ConnectorId,
    /// The revision that the connection will be made with.
    pub revision: RevisionId,
    /// The environment; none for the computed one.
    pub environment: Option<EnvironmentId>,
    /// Every environment to choose from; the computed one last, where it offers the connector.
    pub environments: Vec<EnvironmentChoice>,
    /// A name to offer.
    pub default_name: String,
}

impl Form {
    /// How the chosen authentication works.
    /// # Errors
    /// [`Error::NotFound`] for a name that the connector does not have; a type that cannot be connected yet.
    pub fn authentication(&self, name: Option<&str>) -> Result<&Authentication, Error> {
        let not_found = || Error::not_found("authentication", name.unwrap_or_default());
        let shape = self.connector.authentication(name).ok_or_else(not_found)?;
        if can_connect(shape) { Ok(shape) } else { Err(CredentialError::NotYet(shape.shown_name()).into()) }
    }
}

impl Form {
    /// How the person comes back from the browser; none where no browser is needed.
    pub fn way_back(&self, authentication: Option<&str>) -> Option<Way> {
        let oauth2 = self.connector.authentication(authentication).and_then(oauth2_of)?;
        matches!(oauth2.grant_type, GrantType::AuthorizationCode | GrantType::Implicit)
            .then(|| way_of(oauth2, oauth2.response_type(), None))
    }

    /// Whether the person signs in at the service, in a browser or on another device.
    pub fn signs_in(&self, authentication: Option<&str>) -> bool {
        let oauth2 = self.connector.authentication(authentication).and_then(oauth2_of);
        oauth2.is_some_and(|oauth2| {
            !matches!(oauth2.grant_type, GrantType::ClientCredentials | GrantType::Password)
        })
    }
}

/// Prompts of the person; what a registration keeps is asked only once, and by another name.
fn person_prompts(shape: &Authentication) -> Vec<Prompt> {
    let mut prompts = shape.prompts();
    if oauth2_of(shape).is_some() {
        prompts.retain(|prompt| !is_of_client(prompt));
    }
    prompts
}

fn is_of_client(prompt: &Prompt) -> bool {
    [CLIENT_SECRET, PRIVATE_KEY].contains(&prompt.key.as_str())
}

/// What a person gave to connect.
#[derive(Debug)]
pub struct Given {
    /// The connector.
    pub connector: ConnectorId,
    /// The connection whose values are replaced; none to make one.
    pub connection: Option<ConnectionId>,
    /// What the connection will be called; the offered name when empty.
    pub name: String,
    /// Link name of the environment; Production when none.
    pub environment: Option<String>,
    /// Which of the connector's authentications, where it offers several.
    pub authentication: Option<String>,
    /// Values of settings.
    pub settings: BTreeMap<String, String>,
    /// Plain values of prompts.
    pub values: BTreeMap<String, String>,
    /// Secret values of prompts.
    pub secrets: BTreeMap<String, SecretString>,
    /// Permissions to ask for; those that the connector ticks when none.
    pub scopes: Option<Vec<String>>,
    /// Another way back from the browser than the connector's.
    pub way: Option<Way>,
    /// Whether the sign-in page is opened here; else its address is handed out.
    pub opens_browser: bool,
}

/// The runs that this process is at, each with a word that it ended.
#[derive(Clone, Default)]
pub(crate) struct Runs(Arc<Mutex<HashMap<AttemptId, watch::Receiver<bool>>>>);

impl Runs {
    fn begin(&self, id: &AttemptId) -> watch::Sender<bool> {
        let (ended, receiver) = watch::channel(false);
        self.lock().insert(id.clone(), receiver);
        ended
    }

    fn end(&self, id: &AttemptId, ended: &watch::Sender<bool>) {
        self.lock().remove(id);
        ended.send_replace(true);
    }

    pub(crate) fn of(&self, id: &AttemptId) -> Option<watch::Receiver<bool>> {
        self.lock().get(id).cloned()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<AttemptId, watch::Receiver<bool>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// What adding a connection asks.
    /// # Errors
    /// [`Error::NotFound`], [`Error::Draft`].
    pub async fn connect_form(
        &self,
        connector: &ConnectorId,
        environment: Option<&str>,
    ) -> Result<Form, Error> {
        let (connector, environment) = (connector.clone(), environment.unwrap_or(PRODUCTION).to_owned());
        let is_computed = self.is_computed(&environment);
        let mut form =
            self.store.read(move |snapshot| form(snapshot, &connector, &environment, is_computed)).await?;
        let ways: Vec<_> = form.connector.authentications.iter().map(|(name, _)| name).collect();
        if let Some(computed) = &self.computed
            && (is_computed || ways.iter().any(|way| computed.offers(&form.connector, *way)))
        {
            let (link_name, name) = (computed.link_name().to_owned(), computed.name().to_owned());
            form.environments.push(EnvironmentChoice { link_name, name });
        }
        Ok(form)
    }

    /// What a person is asked who connects in this way. What is kept of the app may be left out.
    /// # Errors
    /// As [`Form::authentication`].
    pub async fn connect_prompts(
        &self,
        form: &Form,
        authentication: Option<&str>,
    ) -> Result<Vec<Prompt>, Error> {
        let shape = form.authentication(authentication)?;
        let mut prompts = shape.prompts();
        let (Some(oauth2), Some(environment)) = (oauth2_of(shape), &form.environment) else {
            return Ok(prompts);
        };
        let kept = self.registration_in(&form.connector_id, environment).await?;
        for prompt in prompts.iter_mut().filter(|prompt| is_of_client(prompt)) {
            prompt.optional = kept.as_ref().is_some_and(|kept| kept.has_secret);
        }
        let id = kept.map(|kept| kept.registration.client_id).or_else(|| oauth2.client_id.clone());
        prompts.insert(0, Prompt::client_id(id));
        Ok(prompts)
    }

    /// What the form's environment gives to a connection that authenticates in this way.
    /// # Errors
    /// [`Error::Environment`].
    pub async fn issued_for(&self, form: &Form, authentication: Option<&str>) -> Result<Issued, Error> {
        self.issued(form.environment.as_ref(), &form.connector, authentication).await
    }

    /// Seals what was typed and begins to verify it. The attempt goes on by itself; [`Engine::settled_attempt`] waits.
    /// # Errors
    /// [`Error::Values`] with each prompt or setting that is missing or does not fit; vault errors. Nothing is kept then.
    pub async fn begin_connect(&self, given: Given) -> Result<Attempt, Error> {
        let (attempt, slot) = self.prepare(given).await?;
        let sealed = self.vault.seal(&slot_place(&attempt), &slot).await?;
        let row = attempt.clone();
        self.store
            .write(move |change| {
                Vault::must_be_current(change, &sealed)?;
                Ok::<_, Error>(change.attempts().insert(&row, &sealed.to_bytes())?)
            })
            .await?;
        self.run_attempt(attempt.id.clone());
        Ok(attempt)
    }

    /// Where an attempt stands.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn attempt(&self, id: &AttemptId) -> Result<Attempt, Error> {
        let id = id.clone();
        self.store.read(move |snapshot| find_attempt(snapshot, &id)).await
    }

    /// Waits until an attempt of this process no longer asks the service, at most for `limit`.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn settled_attempt(&self, id: &AttemptId, limit: Duration) -> Result<Attempt, Error> {
        if let Some(mut ended) = self.runs.of(id) {
            let deadline = self.ports.clock.monotonic() + limit;
            tokio::select! {
                _ = ended.wait_for(|ended| *ended) => {}
                () = self.ports.clock.sleep_until(deadline) => {}
            }
        }
        self.attempt(id).await
    }

    /// Connects although verify did not find that it works.
    /// # Errors
    /// [`Error::AttemptEnded`].
    pub async fn keep_attempt(&self, id: &AttemptId) -> Result<Attempt, Error> {
        let attempt = self.attempt(id).await?;
        let found = match &attempt.state {
            AttemptState::Refused { outcome } => outcome.clone(),
            AttemptState::CouldNotCheck { reason } => Verification::CouldNotCheck { reason: reason.clone() },
            AttemptState::AnotherAccount { now, .. } => Verification::Works { account: Some(now.clone()) },
            _ => return Err(Error::AttemptEnded),
        };
        self.promote(&attempt, &found).await?;
        self.attempt(id).await
    }

    /// Asks the service again with what was typed.
    /// # Errors
    /// [`Error::AttemptEnded`].
    pub async fn retry_attempt(&self, id: &AttemptId) -> Result<Attempt, Error> {
        let row = id.clone();
        let owner = self.process.clone();
        self.store
            .write(move |change| {
                let attempt = find_attempt(change, &row)?;
                let next = match attempt.state {
                    // What was typed is still there; what the browser brought is used up.
                    AttemptState::Failed { .. } => AttemptState::Prepared,
                    AttemptState::Refused { .. } | AttemptState::CouldNotCheck { .. } => {
                        AttemptState::Verifying
                    }
                    _ => return Err(Error::AttemptEnded),
                };
                // Whoever asks again owns the run from now on, whether or not the process that began it still lives.
                let _ = change.attempts().take_over(&row, &attempt.owner, &owner)?;
                Ok(change.attempts().set_state(&row, &next)?)
            })
            .await?;
        self.run_attempt(id.clone());
        self.attempt(id).await
    }

    /// Drops what was typed, and what the service gave for it, which is told so.
    /// # Errors
    /// [`Error::AttemptEnded`] once it is a connection.
    pub async fn discard_attempt(&self, id: &AttemptId) -> Result<(), Error> {
        if matches!(
            self.attempt(id).await?.state,
            AttemptState::Refused { .. }
                | AttemptState::CouldNotCheck { .. }
                | AttemptState::AnotherAccount { .. }
        ) && let Err(error) = self.revoke_slot(id).await
        {
            tracing::info!(attempt = %id, %error, "the service was not told");
        }
        let id = id.clone();
        self.store
            .write(move |change| match find_attempt(change, &id)?.state {
                AttemptState::Connected { .. } => Err(Error::AttemptEnded),
                _ => Ok(change.attempts().delete(&id)?),
            })
            .await
    }

    /// Drops attempts whose time is over, with what was typed for them.
    /// # Errors
    /// [`Error::Store`].
    pub async fn drop_old_attempts(&self) -> Result<(), Error> {
        let over = self.ports.clock.now() - ATTEMPT_LIFE;
        self.store
            .write(move |change| {
                for attempt in
                    change.attempts().open()?.into_iter().filter(|attempt| attempt.created_at < over)
                {
                    change.attempts().delete(&attempt.id)?;
                }
                Ok(change.attempts().delete_ended_before(over)?)
            })
            .await
    }

    /// Checks what was given against what the connector asks.
    async fn prepare(&self, mut given: Given) -> Result<(Attempt, SecretBytes), Error> {
        let (existing, environment) = match &given.connection {
            Some(id) => {
                let id = id.clone();
                let (found, environment) = self.store.read(move |snapshot| standing(snapshot, &id)).await?;
                let computed = || Some(self.computed.as_ref()?.link_name().to_owned());
                (Some(found), environment.or_else(computed))
            }
            None => (None, given.environment.clone()),
        };
        let mut form = self.connect_form(&given.connector, environment.as_deref()).await?;
        let mut settings = given.settings;
        let mut authentication = given.authentication;
        if let Some(existing) = &existing {
            let (revision, environment, kept) =
                (existing.revision.clone(), existing.environment.clone(), existing.settings.clone());
            let (connector, _) = self
                .store
                .read(move |snapshot| connector_of(snapshot, &revision, environment.as_ref(), &kept))
                .await?;
            form.connector = connector;
            form.revision = existing.revision.clone();
            settings = existing.settings.clone();
            authentication.clone_from(&existing.authentication);
        }
        let shape = form.authentication(authentication.as_deref())?;
        let issued = self.issued_for(&form, authentication.as_deref()).await?;
        issued.fill(&mut settings, &mut given.values, &mut given.secrets);
        let client = take_client(shape, &mut given.values, &mut given.secrets);
        let mut wrong = check_settings(&form.connector, &settings);
        wrong.extend(check_prompts(&person_prompts(shape), &given.values, &given.secrets));
        if !wrong.is_empty() {
            return Err(Error::Values(wrong));
        }
        let all = all_settings(&form.connector, &settings);
        let (environment, way) = (form.environment.as_ref(), authentication.as_deref());
        let origins = self.origins_to_agree(environment, way, &form.connector, &all)?;
        let plain = given.values.into_iter().map(|(key, value)| (key, SecretString::new(value)));
        let values: BTreeMap<_, _> =
            plain.chain(given.secrets).filter(|(_, value)| !value.is_empty()).collect();
        let name = match (&existing, given.name.trim()) {
            (Some(existing), _) => existing.name.clone(),
            (None, "") => form.default_name.clone(),
            (None, name) => check_name(name)?,
        };
        let mut attempt = Attempt {
            id: AttemptId::make(&*self.ports.entropy),
            connection: given.connection,
            name,
            connector: form.connector_id.clone(),
            revision: form.revision.clone(),
            environment: form.environment.clone(),
            authentication: authentication.clone(),
            settings,
            agent_group: None,
            requested: Vec::new(),
            origins,
            generation: 1,
            state: AttemptState::Verifying,
            owner: self.process.clone(),
            created_at: self.ports.clock.now(),
            sign_in: None,
        };
        let Some(provider) = Provider::of(&form.connector, way, &all)? else {
            return Ok((attempt, Credential::Values(values).to_bytes()));
        };
        let (provider, registration) = self.prepare_provider(&form, provider, client).await?;
        let chosen = match (given.scopes, &existing) {
            (Some(chosen), _) => chosen,
            // Signing in again asks for what was asked before.
            (None, Some(Connection { authorization: Some(id), .. })) => self.asked_before(id).await?,
            (None, _) => {
                let items = form.connector.scopes(way).items.iter();
                items.filter(|scope| scope.default).map(|scope| scope.value.clone()).collect()
            }
        };
        attempt.state = AttemptState::Prepared;
        attempt.requested = provider.scopes(&chosen);
        attempt.sign_in = Some(SignIn {
            registration: Some(registration.id),
            redirect: match provider.oauth2.grant_type {
                GrantType::AuthorizationCode | GrantType::Implicit => {
                    let way = way_of(&provider.oauth2, provider.response_type, given.way);
                    Some(Redirect { way, uri: String::new() })
                }
                GrantType::ClientCredentials | GrantType::Password | GrantType::DeviceCode => None,
            },
            state_key: None,
            private: provider.oauth2.private_session,
            opens_browser: given.opens_browser,
            steps: Vec::new(),
            granted: Vec::new(),
            expiry: Expiry::Never,
            account: None,
        });
        Ok((attempt, Pending { values, ..Pending::default() }.to_bytes()))
    }

    async fn asked_before(&self, authorization: &AuthorizationId) -> Result<Vec<String>, Error> {
        let id = authorization.clone();
        let found = self.store.read(move |snapshot| snapshot.authorizations().find(&id)).await?;
        Ok(found.map(|found| found.requested).unwrap_or_default())
    }

    /// Reads what the service says about itself, and finds or keeps the registration of its app.
    async fn prepare_provider(
        &self,
        form: &Form,
        provider: Provider,
        client: GivenClient,
    ) -> Result<(Provider, ClientRegistration), Error> {
        let environment =
            form.environment.clone().ok_or_else(|| Error::not_found("environment", "computed"))?;
        let link_name = form.connector.agent_group.clone();
        let route = self
            .store
            .read(move |snapshot| {
                let group = snapshot.agent_groups().find_by_link_name(&link_name)?;
                let group = group.ok_or_else(|| Error::not_found("agent group", link_name.as_str()))?;
                Ok::<_, Error>(group.route)
            })
            .await?;
        self.discover(&provider, &form.revision, &route).await?.map_err(Error::SignIn)?;
        let provider = self.pinned(provider, &form.revision).await?;
        let connector = (&form.connector_id, &form.connector);
        let registration = self.registration_for(connector, &environment, &provider, client).await?;
        // A key that cannot sign is told before the browser opens.
        self.client(&provider, &registration).await?;
        Ok((provider, registration))
    }
}

/// What was given of the app; it goes to its registration, not to the connection.
fn take_client(
    shape: &Authentication,
    values: &mut BTreeMap<String, String>,
    secrets: &mut BTreeMap<String, SecretString>,
) -> GivenClient {
    if oauth2_of(shape).is_none() {
        return GivenClient::default();
    }
    let id = values.remove(CLIENT_ID).filter(|id| !id.trim().is_empty());
    let secret = secrets.remove(CLIENT_SECRET).or_else(|| secrets.remove(PRIVATE_KEY));
    GivenClient { id, secret: secret.filter(|secret| !secret.is_empty()) }
}

/// Where an attempt's slot stands.
fn slot_place(attempt: &Attempt) -> Place<'_> {
    Place {
        column: Column::AttemptSlot,
        owner: attempt.id.as_str(),
        generation: attempt.generation,
        origins: &attempt.origins,
    }
}

fn find_attempt(snapshot: &Snapshot<'_>, id: &AttemptId) -> Result<Attempt, Error> {
    snapshot.attempts().find(id)?.ok_or_else(|| Error::not_found("attempt", id.as_str()))
}

fn find_sealed(snapshot: &Snapshot<'_>, id: &AttemptId) -> Result<SealedAttempt, Error> {
    snapshot.attempts().find_sealed(id)?.ok_or_else(|| Error::not_found("attempt", id.as_str()))
}

fn standing(snapshot: &Snapshot<'_>, id: &ConnectionId) -> Result<(Connection, Option<String>), Error> {
    let connection = find(snapshot, id)?;
    let environment = match &connection.environment {
        Some(id) => snapshot.environments().find(id)?.map(|environment| environment.link_name.to_string()),
        None => None,
    };
    Ok((connection, environment))
}

fn form(
    snapshot: &Snapshot<'_>,
    id: &ConnectorId,
    environment: &str,
    is_computed: bool,
) -> Result<Form, Error> {
    let connector =
        snapshot.connectors().find(id)?.ok_or_else(|| Error::not_found("connector", id.as_str()))?;
    let revision = connector.ready.ok_or(Error::Draft(connector.summary.name))?;
    let stored = snapshot.environments().list()?;
    let found = stored.iter().find(|found| found.link_name.as_str() == environment);
    let environment = match (is_computed, found) {
        (true, _) => None,
        (false, Some(found)) => Some(found.id.clone()),
        (false, None) => return Err(Error::not_found("environment", environment)),
    };
    let choice =
        |found: Environment| EnvironmentChoice { link_name: found.link_name.to_string(), name: found.name };
    let environments = stored.into_iter().map(choice).collect();
    let (connector, _) = connector_of(snapshot, &revision, environment.as_ref(), &BTreeMap::new())?;
    let default_name = free_name(snapshot, &connector.name)?;
    Ok(Form { connector, connector_id: id.clone(), revision, environment, environments, default_name })
}
