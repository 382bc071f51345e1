//! Connect: from what a person typed to a connection that stands.
//!
//! Prompts → seal into the attempt's side slot and commit → verify → promote the slot to the authorization, one
//! transaction. A refused verify leaves the slot: *Keep anyway*, *Try again*, *Discard*. Reauthorize is the same run for
//! a connection that stands: the old credential stays until the new one has worked.

use crate::{
    Engine, Error,
    call::Opened,
    connections::{
        all_settings, check_name, connector_of, credential_place, find, free_link_name, free_name,
    },
    credential::{Credential, CredentialError, can_connect},
    environment::{EnvironmentChoice, Issued, Reach},
    vault::{Place, Vault},
};
use domain::{
    Timestamp,
    attempt::{Attempt, AttemptState},
    authorization::{Authorization, Expiry},
    connection::{AttentionReason, Connection, ConnectionStatus, CouldNotCheck, Verification},
    connector::{Authentication, Connector, Prompt, PromptKind},
    environment::{Environment, PRODUCTION},
    event::{Event, EventKind},
    id::{AttemptId, AuthorizationId, ConnectionId, ConnectorId, EnvironmentId, RevisionId},
};
use jiff::civil::Date;
use secret::{SecretBytes, SecretString};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Change, Snapshot, attempts::SealedAttempt, sealed::Place as Column};
use tokio::sync::watch;

/// How long an attempt waits for the person (CORE 5).
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

    fn of(&self, id: &AttemptId) -> Option<watch::Receiver<bool>> {
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
        let (attempt, credential) = self.prepare(given).await?;
        let sealed = self.vault.seal(&slot_place(&attempt), &credential.to_bytes()).await?;
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
                if attempt.is_under_way() || matches!(attempt.state, AttemptState::Connected { .. }) {
                    return Err(Error::AttemptEnded);
                }
                // Whoever asks again owns the run from now on, whether or not the process that began it still lives.
                let _ = change.attempts().take_over(&row, &attempt.owner, &owner)?;
                Ok(change.attempts().set_state(&row, &AttemptState::Verifying)?)
            })
            .await?;
        self.run_attempt(id.clone());
        self.attempt(id).await
    }

    /// Drops what was typed.
    /// # Errors
    /// [`Error::AttemptEnded`] once it is a connection.
    pub async fn discard_attempt(&self, id: &AttemptId) -> Result<(), Error> {
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
    async fn prepare(&self, mut given: Given) -> Result<(Attempt, Credential), Error> {
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
        let prompts = shape.prompts();
        let issued = self.issued_for(&form, authentication.as_deref()).await?;
        issued.fill(&mut settings, &mut given.values, &mut given.secrets);
        let mut wrong = check_settings(&form.connector, &settings);
        wrong.extend(check_prompts(&prompts, &given.values, &given.secrets));
        if !wrong.is_empty() {
            return Err(Error::Values(wrong));
        }
        let all = all_settings(&form.connector, &settings);
        let (environment, way) = (form.environment.as_ref(), authentication.as_deref());
        let origins = self.origins_to_agree(environment, way, &form.connector, &all)?;
        let plain = given.values.into_iter().map(|(key, value)| (key, SecretString::new(value)));
        let values = plain.chain(given.secrets).filter(|(_, value)| !value.is_empty()).collect();
        let name = match (&existing, given.name.trim()) {
            (Some(existing), _) => existing.name.clone(),
            (None, "") => form.default_name.clone(),
            (None, name) => check_name(name)?,
        };
        let attempt = Attempt {
            id: AttemptId::make(&*self.ports.entropy),
            connection: given.connection,
            name,
            connector: form.connector_id,
            revision: form.revision,
            environment: form.environment,
            authentication,
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
        Ok((attempt, Credential::Values(values)))
    }

    /// Runs an attempt beside the caller.
    fn run_attempt(&self, id: AttemptId) {
        let ended = self.runs.begin(&id);
        let engine = self.clone();
        tokio::spawn(async move {
            if let Err(error) = engine.verify_attempt(&id).await {
                tracing::warn!(attempt = %id, %error, "the attempt could not go on");
                let reason = CouldNotCheck::Interrupted { detail: error.to_string() };
                let kept = engine.settle(&id, AttemptState::CouldNotCheck { reason }).await;
                if let Err(error) = kept {
                    tracing::warn!(attempt = %id, %error, "its end could not be written");
                }
            }
            engine.runs.end(&id, &ended);
        });
    }

    async fn verify_attempt(&self, id: &AttemptId) -> Result<(), Error> {
        let row = id.clone();
        let (found, connector, settings, route) = self
            .store
            .read(move |snapshot| {
                let found = find_sealed(snapshot, &row)?;
                let Attempt { revision, environment, settings, agent_group, .. } = &found.attempt;
                let (connector, all) = connector_of(snapshot, revision, environment.as_ref(), settings)?;
                let group = match agent_group {
                    Some(id) => snapshot.agent_groups().find(id)?,
                    None => snapshot.agent_groups().find_by_link_name(&connector.agent_group)?,
                };
                let route = group
                    .ok_or_else(|| Error::not_found("agent group", connector.agent_group.as_str()))?
                    .route;
                Ok::<_, Error>((found, connector, all, route))
            })
            .await?;
        let SealedAttempt { attempt, slot } = found;
        let credential = self.open_slot(&attempt, slot).await?;
        let (environment, way) = (attempt.environment.as_ref(), attempt.authentication.clone());
        let stored = Reach { connector, settings, origins: attempt.origins.clone(), route };
        let reach = self.reach(environment, way.as_deref(), stored).await?;
        let opened = Opened::new(reach, way, credential, attempt.connection.clone());
        let (outcome, _, _) = self.verify_opened(&opened).await?;
        match outcome {
            Verification::Works { .. } | Verification::CouldNotCheck { reason: CouldNotCheck::NoRequest } => {
                self.promote(&attempt, &outcome).await
            }
            Verification::Refused { .. } => self.settle(id, AttemptState::Refused { outcome }).await,
            Verification::CouldNotCheck { reason } => {
                self.settle(id, AttemptState::CouldNotCheck { reason }).await
            }
        }
    }

    async fn open_slot(&self, attempt: &Attempt, slot: Option<Vec<u8>>) -> Result<Credential, Error> {
        let sealed = slot.ok_or(Error::AttemptEnded)?;
        Ok(Credential::parse(&self.unseal(&slot_place(attempt), &sealed).await?)?)
    }

    async fn settle(&self, id: &AttemptId, state: AttemptState) -> Result<(), Error> {
        let id = id.clone();
        self.store
            .write(move |change| {
                if !matches!(find_attempt(change, &id)?.state, AttemptState::Connected { .. }) {
                    change.attempts().set_state(&id, &state)?;
                }
                Ok(())
            })
            .await
    }

    /// Makes the slot the connection's authorization: rows and secrets in one transaction.
    async fn promote(&self, attempt: &Attempt, found: &Verification) -> Result<(), Error> {
        let row = attempt.id.clone();
        let slot = self.store.read(move |snapshot| Ok::<_, Error>(find_sealed(snapshot, &row)?.slot)).await?;
        let credential = self.open_slot(attempt, slot).await?.to_bytes();
        let now = self.ports.clock.now();
        let connection = match &attempt.connection {
            Some(id) => self.replace(attempt, id.clone(), &credential, found.clone(), now).await?,
            None => self.make(attempt, &credential, found.clone(), now).await?,
        };
        let kind = EventKind::Connected;
        self.note(Event { at: now, connection: Some(connection), kind, exchange: None }).await
    }

    async fn make(
        &self,
        attempt: &Attempt,
        credential: &SecretBytes,
        outcome: Verification,
        now: Timestamp,
    ) -> Result<ConnectionId, Error> {
        let (status, account) = (standing_after(&outcome, now), account_of(&outcome));
        let authorization = Authorization {
            id: AuthorizationId::make(&*self.ports.entropy),
            registration: None,
            account,
            requested: attempt.requested.clone(),
            granted: Vec::new(),
            expiry: Expiry::Never,
            origins: attempt.origins.clone(),
            generation: 1,
        };
        let sealed = self.vault.seal(&credential_place(&authorization), credential).await?;
        let id = ConnectionId::make(&*self.ports.entropy);
        let (attempt, made) = (attempt.clone(), id.clone());
        self.store
            .write(move |change| {
                let link_name = free_link_name(change, &attempt.name)?;
                Vault::must_be_current(change, &sealed)?;
                change.authorizations().insert(&authorization, &sealed.to_bytes())?;
                change.connections().insert(&Connection {
                    id: made.clone(),
                    name: attempt.name.clone(),
                    link_name,
                    connector: attempt.connector.clone(),
                    revision: attempt.revision.clone(),
                    environment: attempt.environment.clone(),
                    authorization: Some(authorization.id.clone()),
                    authentication: attempt.authentication.clone(),
                    settings: attempt.settings.clone(),
                    agent_group: attempt.agent_group.clone(),
                    status,
                    created_at: now,
                })?;
                end(change, &attempt.id, made, outcome)
            })
            .await?;
        Ok(id)
    }

    async fn replace(
        &self,
        attempt: &Attempt,
        id: ConnectionId,
        credential: &SecretBytes,
        outcome: Verification,
        now: Timestamp,
    ) -> Result<ConnectionId, Error> {
        let (status, account) = (standing_after(&outcome, now), account_of(&outcome));
        let loaded = self.load(&id).await?;
        let mut authorization = loaded.authorization;
        let before = authorization.generation;
        let former = self.unseal(&credential_place(&authorization), &loaded.sealed).await?;
        authorization.generation += 1;
        authorization.origins = attempt.origins.clone();
        authorization.account = account.or(authorization.account);
        let sealed = self.vault.seal(&credential_place(&authorization), credential).await?;
        // The former one stands beside the new one and moves with the row, so it is sealed for where it stands now.
        let place = Place { column: Column::Former, ..credential_place(&authorization) };
        let former = self.vault.seal(&place, &former).await?;
        let (attempt, connection) = (attempt.id.clone(), id.clone());
        self.store
            .write(move |change| {
                Vault::must_be_current(change, &sealed)?;
                Vault::must_be_current(change, &former)?;
                let (sealed, former) = (sealed.to_bytes(), former.to_bytes());
                let won =
                    change.authorizations().replace(before, &authorization, &sealed, Some(&former))?.won();
                if !won {
                    return Err(Error::ChangedElsewhere);
                }
                change.connections().set_status(&connection, &status)?;
                end(change, &attempt, connection, outcome)
            })
            .await?;
        Ok(id)
    }
}

/// Where a connection stands after a verify that was kept whatever it found.
fn standing_after(found: &Verification, now: Timestamp) -> ConnectionStatus {
    match found {
        Verification::Works { .. } => ConnectionStatus::Connected { verified: Some(now) },
        Verification::CouldNotCheck { .. } => ConnectionStatus::Connected { verified: None },
        Verification::Refused { status, .. } => {
            ConnectionStatus::NeedsAttention { reason: AttentionReason::Refused { status: *status } }
        }
    }
}

fn account_of(found: &Verification) -> Option<String> {
    match found {
        Verification::Works { account } => account.clone(),
        Verification::Refused { .. } | Verification::CouldNotCheck { .. } => None,
    }
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

fn end(
    change: &Change<'_>,
    attempt: &AttemptId,
    connection: ConnectionId,
    outcome: Verification,
) -> Result<(), Error> {
    if matches!(find_attempt(change, attempt)?.state, AttemptState::Connected { .. }) {
        return Err(Error::AttemptEnded);
    }
    Ok(change.attempts().set_state(attempt, &AttemptState::Connected { connection, outcome })?)
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

/// What is missing or does not fit among the settings: key and reason.
fn check_settings(connector: &Connector, given: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let all = all_settings(connector, given);
    let mut wrong = Vec::new();
    for setting in &connector.settings {
        let value = all.get(&setting.key).map(String::as_str).unwrap_or_default();
        if let Err(reason) = setting.check(value, &connector.uses(&setting.key)) {
            wrong.push((setting.key.clone(), format!("{} {reason}.", setting.shown_name())));
        }
    }
    for key in given.keys().filter(|key| connector.setting(key).is_none()) {
        wrong.push((key.clone(), "The connector has no such setting.".into()));
    }
    wrong
}

/// What is missing or does not fit among the prompts: key and reason.
fn check_prompts(
    prompts: &[Prompt],
    values: &BTreeMap<String, String>,
    secrets: &BTreeMap<String, SecretString>,
) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    for prompt in prompts {
        let key = &prompt.key;
        let value = values.get(key).map(String::as_str);
        if prompt.secret && value.is_some() {
            wrong.push((key.clone(), format!("{} is a secret and is handed over as one.", prompt.name)));
        }
        let empty = value.is_none_or(str::is_empty) && secrets.get(key).is_none_or(SecretString::is_empty);
        if empty && !prompt.optional {
            wrong.push((key.clone(), format!("{} is missing.", prompt.name)));
        }
        if let Some(reason) =
            value.filter(|value| !value.is_empty()).and_then(|value| unfit(&prompt.kind, value))
        {
            wrong.push((key.clone(), format!("{}: {reason}", prompt.name)));
        }
    }
    let asked = |key: &str| prompts.iter().any(|prompt| prompt.key == key);
    for key in values.keys().chain(secrets.keys()).filter(|key| !asked(key)) {
        wrong.push((key.clone(), "The connector does not ask for it.".into()));
    }
    wrong
}

/// Why a plain value does not fit its kind.
fn unfit(kind: &PromptKind, value: &str) -> Option<String> {
    let fits = match kind {
        PromptKind::Text | PromptKind::Password => !value.contains(char::is_control),
        PromptKind::Number => value.trim().parse::<f64>().is_ok_and(f64::is_finite),
        PromptKind::Boolean => matches!(value, "true" | "false"),
        PromptKind::Date => value.parse::<Date>().is_ok(),
        PromptKind::List { options } => options.iter().any(|option| option == value),
    };
    let reason = match kind {
        PromptKind::Text | PromptKind::Password => "it is one line of text.".into(),
        PromptKind::Number => "it is a number, such as 42 or 1.5.".into(),
        PromptKind::Boolean => "it is true or false.".into(),
        PromptKind::Date => "it is a day, such as 2026-11-22.".into(),
        PromptKind::List { options } => format!("it is one of {}.", options.join(", ")),
    };
    (!fits).then_some(reason)
}
