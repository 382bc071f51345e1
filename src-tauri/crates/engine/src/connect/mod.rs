//! Connect: from what a person typed to a connection that stands.
//!
//! Prompts → seal into the attempt's side slot and commit → verify → promote the slot to the authorization, one
//! transaction. A refused verify leaves the slot: *Keep anyway*, *Try again*, *Discard*. Reauthorize is the same run for
//! a connection that stands: the old credential stays until the new one has worked, and can be brought back for a while
//! (`undo`).

mod addresses;
mod form;
mod page;
mod prepare;
mod promote;
mod run;
mod undo;
mod values;

pub use form::Form;
pub(crate) use form::is_of_client;
pub(crate) use run::Underway;
pub(crate) use undo::former;
pub use undo::{Former, UNDO_LIFE};
pub(crate) use values::check_settings;

use crate::{
    Engine, Error,
    registrations::{drop_trial, registration_of},
    vault::Place,
};
use domain::{
    attempt::{Attempt, AttemptState},
    connection::Verification,
    event::Exchange,
    id::{AttemptId, ConnectionId, ConnectorId},
    sign_in::Way,
};
use promote::Found;
use secret::SecretString;
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Snapshot, attempts::SealedAttempt, sealed::Place as Column};
use tokio::sync::watch;

/// How long an attempt waits for the person.
pub const ATTEMPT_LIFE: Duration = Duration::from_secs(600);
/// How often an attempt is read that another process is at.
const ELSEWHERE: Duration = Duration::from_millis(100);

/// What a person gave to connect.
#[derive(Debug)]
pub struct Given {
    /// The connector.
    pub connector: ConnectorId,
    /// The connection whose values are replaced; none to make one.
    pub connection: Option<Again>,
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

/// A connection that stands, and is signed in again.
#[derive(Clone, Debug)]
pub struct Again {
    /// Which.
    pub connection: ConnectionId,
    /// Whether it uses the newest ready revision from then on, and not its own.
    pub new_version: bool,
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
    /// Seals what was typed and begins to verify it. The attempt goes on by itself; [`Engine::settled_attempt`] waits.
    /// # Errors
    /// [`Error::Values`] with each prompt or setting that is missing or does not fit; vault errors. Nothing is kept then.
    pub async fn begin_connect(&self, given: Given) -> Result<Attempt, Error> {
        let (attempt, slot) = self.prepare(given).await?;
        self.with_current_key(|| async {
            let kept = self.keep_at(&slot_place(&attempt), &slot).await?;
            let row = attempt.clone();
            self.store
                .write(move |change| {
                    kept.must_be_current(change)?;
                    // Another sign-in that was given up may have taken the app along meanwhile.
                    if let Some(id) = registration_of(&row)
                        && change.registrations().find(id)?.is_none()
                    {
                        return Err(Error::ChangedElsewhere);
                    }
                    Ok::<_, Error>(change.attempts().insert(&row, &kept.to_bytes())?)
                })
                .await
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

    /// The call that an attempt was verified with, while its record is kept.
    /// # Errors
    /// [`Error::Store`].
    pub async fn verify_call(&self, attempt: &Attempt) -> Result<Option<Exchange>, Error> {
        let Some(id) = attempt.state.exchange().cloned() else { return Ok(None) };
        self.store.read(move |snapshot| Ok(snapshot.activity().exchange(&id)?)).await
    }

    /// Whether this process is at an attempt.
    pub fn is_at(&self, id: &AttemptId) -> bool {
        self.runs.of(id).is_some()
    }

    /// Waits until an attempt no longer asks the service, at most for `limit`. One that another process is at is read now
    /// and then.
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn settled_attempt(&self, id: &AttemptId, limit: Duration) -> Result<Attempt, Error> {
        let clock = &self.ports.clock;
        let deadline = clock.monotonic() + limit;
        if let Some(mut ended) = self.runs.of(id) {
            tokio::select! {
                _ = ended.wait_for(|ended| *ended) => {}
                () = clock.sleep_until(deadline) => {}
            }
            return self.attempt(id).await;
        }
        loop {
            let attempt = self.attempt(id).await?;
            let now = clock.monotonic();
            if attempt.owner == self.process || !attempt.is_under_way() || now >= deadline {
                return Ok(attempt);
            }
            clock.sleep_until(deadline.min(now + ELSEWHERE)).await;
        }
    }

    /// Connects although verify did not find that it works.
    /// # Errors
    /// [`Error::AttemptEnded`].
    pub async fn keep_attempt(&self, id: &AttemptId) -> Result<Attempt, Error> {
        let attempt = self.attempt(id).await?;
        let outcome = match &attempt.state {
            AttemptState::Refused { outcome, .. } => outcome.clone(),
            AttemptState::CouldNotCheck { reason, .. } => {
                Verification::CouldNotCheck { reason: reason.clone() }
            }
            AttemptState::AnotherAccount { outcome, .. } => outcome.clone(),
            _ => return Err(Error::AttemptEnded),
        };
        let exchange = attempt.state.exchange().cloned();
        self.promote(&attempt, &Found { outcome, exchange }).await?;
        self.attempt(id).await
    }

    /// Asks the service again with what was typed; for another code, where one is waited for that is to be typed.
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
                    // Whoever asks for the code's tokens sees this before it asks again, and stops.
                    AttemptState::SigningIn { device: Some(_), .. } => AttemptState::Prepared,
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
        // A run of this process that stopped asking goes on from there by itself.
        if self.runs.of(id).is_none() {
            self.run_attempt(id.clone());
        }
        self.attempt(id).await
    }

    /// Drops what was typed, an app on trial with it, and what the service gave for it, which is told so.
    /// # Errors
    /// [`Error::AttemptEnded`] once it is a connection.
    pub async fn discard_attempt(&self, id: &AttemptId) -> Result<(), Error> {
        if matches!(
            self.attempt(id).await?.state,
            AttemptState::Refused { .. }
                | AttemptState::CouldNotCheck { .. }
                | AttemptState::AnotherAccount { .. }
                | AttemptState::NewAddresses { .. }
        ) && let Err(error) = self.revoke_slot(id).await
        {
            tracing::info!(attempt = %id, %error, "the service was not told");
        }
        let id = id.clone();
        self.store
            .write(move |change| {
                let attempt = find_attempt(change, &id)?;
                if matches!(attempt.state, AttemptState::Connected { .. }) {
                    return Err(Error::AttemptEnded);
                }
                change.attempts().delete(&id)?;
                match registration_of(&attempt) {
                    Some(app) => drop_trial(change, app),
                    None => Ok(()),
                }
            })
            .await
    }

    /// Drops attempts whose time is over, with what was typed for them, apps on trial that none waits with any more, and
    /// sign-ins that can no longer be brought back.
    /// # Errors
    /// [`Error::Store`].
    pub async fn drop_old_attempts(&self) -> Result<(), Error> {
        let now = self.ports.clock.now();
        let (over, undone) = (now - ATTEMPT_LIFE, now - UNDO_LIFE);
        self.store
            .write(move |change| {
                for attempt in
                    change.attempts().open()?.into_iter().filter(|attempt| attempt.created_at < over)
                {
                    change.attempts().delete(&attempt.id)?;
                }
                for app in change.registrations().on_trial_before(over)? {
                    drop_trial(change, &app)?;
                }
                change.replaced().drop_before(undone)?;
                Ok(change.attempts().delete_ended_before(over)?)
            })
            .await
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

fn find_attempt(snapshot: &Snapshot<'_>, id: &AttemptId) -> Result<Attempt, Error> {
    snapshot.attempts().find(id)?.ok_or_else(|| Error::not_found("attempt", id.as_str()))
}

fn find_sealed(snapshot: &Snapshot<'_>, id: &AttemptId) -> Result<SealedAttempt, Error> {
    snapshot.attempts().find_sealed(id)?.ok_or_else(|| Error::not_found("attempt", id.as_str()))
}

#[cfg(test)]
mod tests;
