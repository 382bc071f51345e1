//! *Your app* as people keep it: list, save, make default, delete.
//!
//! A connector has any number of registrations in each environment, told apart by their client IDs. The default is what
//! new connections use unless another is named; the first one that is saved, or that a connection is made with, becomes
//! it. Before that, what was typed to sign in is on trial: no default, offered to nobody, and forgotten with the last
//! sign-in that waits with it. An authorization stays with the registration that it was made with, whatever the default is
//! by then.

use crate::{
    Engine, Error,
    connect::{ATTEMPT_LIFE, UNDO_LIFE},
    oauth::client::{CLIENT_ID, GivenClient, fixed_origins, missing, secret_place},
    vault::Vault,
};
use domain::{
    attempt::Attempt,
    connector::Connector,
    environment::{Environment, PRODUCTION},
    id::{ConnectorId, EnvironmentId, RegistrationId},
    origin::AgreedOrigins,
    registration::ClientRegistration,
};
use secret::{SecretString, seal::Sealed};
use store::{Change, Snapshot};

/// More processes than these keep no registration of one connector at the same moment.
const OTHERS: usize = 5;
/// Key of the shown name among what does not fit.
const LABEL: &str = "label";

/// A registration, and who uses it.
#[derive(Clone, Debug)]
pub struct RegistrationDetail {
    /// The registration.
    pub registration: ClientRegistration,
    /// Its environment.
    pub environment: Environment,
    /// Whether new connections use it.
    pub is_default: bool,
    /// Whether a secret or private key is sealed with it.
    pub has_secret: bool,
    /// Names of the connections that use it.
    pub used_by: Vec<String>,
}

/// What a person gave to save an app.
#[derive(Clone, Debug, Default)]
pub struct GivenRegistration {
    /// Which one it changes; none to add one.
    pub registration: Option<RegistrationId>,
    /// A name to tell it from others; may be empty.
    pub label: String,
    /// Client ID and secret.
    pub client: GivenClient,
}

impl Engine {
    /// Everything that is kept of a connector's apps, by environment, the default first.
    /// # Errors
    /// [`Error::Store`].
    pub async fn registrations(&self, connector: &ConnectorId) -> Result<Vec<RegistrationDetail>, Error> {
        let connector = connector.clone();
        self.store
            .read(move |snapshot| {
                let found = snapshot.registrations().of_connector(&connector)?;
                found.into_iter().map(|each| detail(snapshot, each)).collect()
            })
            .await
    }

    /// The registration that new connections of a connector use in an environment.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn registration(
        &self,
        connector: &ConnectorId,
        environment: Option<&str>,
    ) -> Result<Option<RegistrationDetail>, Error> {
        let environment = self.stored_environment(environment).await?;
        self.registration_in(connector, &environment.id, None, None).await
    }

    /// The registration of a client ID; where none is given, `own`, else the default.
    pub(crate) async fn registration_in(
        &self,
        connector: &ConnectorId,
        environment: &EnvironmentId,
        client_id: Option<&str>,
        own: Option<&RegistrationId>,
    ) -> Result<Option<RegistrationDetail>, Error> {
        let (connector, environment) = (connector.clone(), environment.clone());
        let (client_id, own) = (client_id.map(str::to_owned), own.cloned());
        self.store
            .read(move |snapshot| {
                let registrations = snapshot.registrations();
                let found = match (client_id, own) {
                    (Some(id), _) => registrations.find_by_client_id(&connector, &environment, &id)?,
                    (None, Some(own)) => registrations.find(&own)?,
                    (None, None) => registrations.default_of(&connector, &environment)?,
                };
                found.map(|found| detail(snapshot, found)).transpose()
            })
            .await
    }

    /// Saves an app: changes one, or adds it beside the others.
    /// # Errors
    /// [`Error::Values`] for what does not fit; [`Error::NotFound`]; vault errors. Nothing is kept then.
    pub async fn save_registration(
        &self,
        connector: &ConnectorId,
        environment: Option<&str>,
        given: GivenRegistration,
    ) -> Result<RegistrationDetail, Error> {
        let described = self.open_draft(connector).await?.checked.preview;
        let environment = self.stored_environment(environment).await?;
        let origins =
            described.and_then(|described| origins_in(&described, &environment)).unwrap_or_default();
        let saved =
            self.beside_others(|| self.save_once(connector, &environment.id, &given, &origins)).await?;
        self.store.read(move |snapshot| detail(snapshot, saved)).await
    }

    async fn save_once(
        &self,
        connector: &ConnectorId,
        environment: &EnvironmentId,
        given: &GivenRegistration,
        origins: &AgreedOrigins,
    ) -> Result<ClientRegistration, Error> {
        let label = check_label(&given.label)?;
        let before = match &given.registration {
            None => None,
            Some(id) => {
                let (id, of) = (id.clone(), (connector.clone(), environment.clone()));
                let found = self.store.read(move |snapshot| find(snapshot, &id)).await?;
                // A secret is sealed for the addresses of its own environment.
                if (&found.connector, &found.environment) != (&of.0, &of.1) {
                    return Err(Error::not_found("app", found.client_id));
                }
                Some(found)
            }
        };
        let client_id = given.client.id.as_deref().unwrap_or_default().trim();
        let same = self.registration_in(connector, environment, Some(client_id), None).await?;
        if let Some(same) = same
            && before.as_ref().is_none_or(|before| before.id != same.registration.id)
        {
            let reason = format!("An app with the client ID {client_id} is kept here already.");
            return Err(missing(CLIENT_ID, &reason));
        }
        let secret = given.client.secret.clone().filter(|secret| !secret.is_empty());
        let base = match &before {
            Some(before) => before.clone(),
            None => self.new_registration(connector, environment, String::new()),
        };
        // A secret that stays goes where it was given for, and no further.
        let origins = if secret.is_some() { origins.clone() } else { base.origins.clone() };
        let registration = ClientRegistration {
            label,
            client_id: client_id.to_owned(),
            origins,
            on_trial_since: None,
            ..base
        };
        self.put_registration(before.as_ref(), registration, secret).await
    }

    /// Lets new connections use a registration, in place of the default before. Nothing else changes.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn make_default_registration(&self, id: &RegistrationId) -> Result<(), Error> {
        let id = id.clone();
        self.store
            .write(move |change| {
                find(change, &id)?;
                Ok(change.registrations().make_default(&id)?)
            })
            .await
    }

    /// Forgets a registration that nothing needs.
    /// # Errors
    /// [`Error::NotFound`]; [`Error::AppUsed`]; [`Error::AppIsDefault`] while there are others to choose from.
    pub async fn delete_registration(&self, id: &RegistrationId) -> Result<(), Error> {
        let id = id.clone();
        let now = self.ports.clock.now();
        self.store
            .write(move |change| {
                let found = find(change, &id)?;
                change.replaced().drop_before(now - UNDO_LIFE)?;
                let mut used_by = change.registrations().used_by(&id)?;
                used_by.extend(change.registrations().kept_for(&id)?);
                let under_way = change.attempts().open()?.into_iter().filter(|attempt| {
                    registration_of(attempt) == Some(&id) && attempt.created_at >= now - ATTEMPT_LIFE
                });
                used_by.extend(under_way.map(|attempt| attempt.name));
                used_by.sort();
                used_by.dedup();
                if !used_by.is_empty() {
                    return Err(Error::AppUsed { client_id: found.client_id, used_by });
                }
                if is_default(change, &found)? && siblings(change, &found)? > 1 {
                    return Err(Error::AppIsDefault { client_id: found.client_id });
                }
                Ok(change.registrations().delete(&id)?)
            })
            .await
    }

    /// A registration as it is before anything was saved of it.
    pub(crate) fn new_registration(
        &self,
        connector: &ConnectorId,
        environment: &EnvironmentId,
        client_id: String,
    ) -> ClientRegistration {
        ClientRegistration {
            id: RegistrationId::make(&*self.ports.entropy),
            connector: connector.clone(),
            environment: environment.clone(),
            label: String::new(),
            client_id,
            origins: AgreedOrigins::default(),
            generation: 0,
            on_trial_since: None,
        }
    }

    /// Writes a registration that was made from `before`, with the secret that is given, else the one that is kept.
    /// # Errors
    /// [`Error::Values`]; [`Error::ChangedElsewhere`] where another process was quicker.
    pub(crate) async fn put_registration(
        &self,
        before: Option<&ClientRegistration>,
        mut registration: ClientRegistration,
        given: Option<SecretString>,
    ) -> Result<ClientRegistration, Error> {
        if registration.client_id.is_empty() {
            return Err(missing(CLIENT_ID, "Client ID is missing."));
        }
        if registration.client_id.contains(char::is_control) {
            return Err(missing(CLIENT_ID, "A client ID is one line of text."));
        }
        let secret = match (given, before) {
            (Some(given), _) => Some(given),
            (None, Some(before)) => self.registration_secret(before).await?,
            (None, None) => None,
        };
        let expected = before.map(|before| before.generation);
        registration.generation += 1;
        self.with_current_key(|| async {
            let sealed = match &secret {
                Some(secret) => {
                    Some(self.vault.seal(&secret_place(&registration), &secret.to_bytes()).await?)
                }
                None => None,
            };
            let row = registration.clone();
            self.store
                .write(move |change| {
                    if let Some(sealed) = &sealed {
                        Vault::must_be_current(change, sealed)?;
                    }
                    put(change, expected, &row, sealed.as_ref())
                })
                .await
        })
        .await?;
        Ok(registration)
    }

    /// Does `work`, which compares what is kept before it writes; again where another process wrote in between.
    pub(crate) async fn beside_others<T, F>(&self, work: impl Fn() -> F) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>>,
    {
        for _ in 0..OTHERS {
            match work().await {
                Err(Error::ChangedElsewhere) => {}
                done => return done,
            }
        }
        work().await
    }

    async fn stored_environment(&self, link_name: Option<&str>) -> Result<Environment, Error> {
        let link_name = link_name.unwrap_or(PRODUCTION).to_owned();
        self.store
            .read(move |snapshot| {
                let mut found = snapshot.environments().list()?.into_iter();
                let found = found.find(|found| found.link_name.as_str() == link_name);
                found.ok_or_else(|| Error::not_found("environment", link_name))
            })
            .await
    }
}

fn put(
    change: &Change<'_>,
    expected: Option<u64>,
    row: &ClientRegistration,
    sealed: Option<&Sealed>,
) -> Result<(), Error> {
    let bytes = sealed.map(Sealed::to_bytes);
    let (connector, environment) = (&row.connector, &row.environment);
    let same = change.registrations().find_by_client_id(connector, environment, &row.client_id)?;
    if same.is_some_and(|same| same.id != row.id) {
        return Err(Error::ChangedElsewhere);
    }
    match expected {
        Some(expected) => {
            if !change.registrations().replace(expected, row, bytes.as_deref())?.won() {
                return Err(Error::ChangedElsewhere);
            }
        }
        None => change.registrations().insert(row, bytes.as_deref())?,
    }
    match row.on_trial_since {
        Some(_) => Ok(()),
        None => default_where_none_is(change, row),
    }
}

fn default_where_none_is(change: &Change<'_>, row: &ClientRegistration) -> Result<(), Error> {
    if change.registrations().default_of(&row.connector, &row.environment)?.is_none() {
        change.registrations().make_default(&row.id)?;
    }
    Ok(())
}

/// The registration that an attempt signs in with.
pub(crate) fn registration_of(attempt: &Attempt) -> Option<&RegistrationId> {
    attempt.sign_in.as_ref()?.registration.as_ref()
}

/// Ends the trial of a registration that a connection is made with.
pub(crate) fn end_trial(change: &Change<'_>, id: &RegistrationId) -> Result<(), Error> {
    let Some(found) = change.registrations().find(id)? else { return Ok(()) };
    if found.on_trial_since.is_some() {
        change.registrations().end_trial(id)?;
    }
    default_where_none_is(change, &found)
}

/// Forgets a registration that is on trial, unless a sign-in waits with it.
pub(crate) fn drop_trial(change: &Change<'_>, id: &RegistrationId) -> Result<(), Error> {
    let found = change.registrations().find(id)?;
    let is_on_trial = found.is_some_and(|found| found.on_trial_since.is_some());
    if is_on_trial && !change.attempts().open()?.iter().any(|each| registration_of(each) == Some(id)) {
        change.registrations().delete(id)?;
    }
    Ok(())
}

fn find(snapshot: &Snapshot<'_>, id: &RegistrationId) -> Result<ClientRegistration, Error> {
    snapshot.registrations().find(id)?.ok_or_else(|| Error::not_found("app", id.as_str()))
}

fn is_default(snapshot: &Snapshot<'_>, registration: &ClientRegistration) -> Result<bool, Error> {
    let found = snapshot.registrations().default_of(&registration.connector, &registration.environment)?;
    Ok(found.is_some_and(|found| found.id == registration.id))
}

fn siblings(snapshot: &Snapshot<'_>, registration: &ClientRegistration) -> Result<usize, Error> {
    let all = snapshot.registrations().of_connector(&registration.connector)?;
    Ok(all.iter().filter(|each| each.environment == registration.environment).count())
}

fn detail(snapshot: &Snapshot<'_>, registration: ClientRegistration) -> Result<RegistrationDetail, Error> {
    let environment = snapshot.environments().find(&registration.environment)?;
    Ok(RegistrationDetail {
        environment: environment
            .ok_or_else(|| Error::not_found("environment", registration.environment.as_str()))?,
        is_default: is_default(snapshot, &registration)?,
        has_secret: snapshot.registrations().secret(&registration.id)?.is_some(),
        used_by: snapshot.registrations().used_by(&registration.id)?,
        registration,
    })
}

/// Where a secret may go that is given in an environment: the fixed addresses that the connector has there.
fn origins_in(connector: &Connector, environment: &Environment) -> Option<AgreedOrigins> {
    match environment.link_name.as_str() {
        PRODUCTION => Some(fixed_origins(connector)),
        link_name => Some(fixed_origins(&connector.in_environment(link_name).ok()?)),
    }
}

fn check_label(label: &str) -> Result<String, Error> {
    let label = label.trim();
    let reason = if label.chars().count() > 50 {
        "A name has 50 characters at the most."
    } else if label.contains(char::is_control) {
        "A name is one line of text."
    } else {
        return Ok(label.to_owned());
    };
    Err(missing(LABEL, reason))
}
