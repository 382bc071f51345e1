//! Addresses that a service told while somebody signed in: agreed to like any other, before a credential goes there.
//!
//! The tokens are sealed by then and wait. Who agrees has seen the addresses, and agrees to these and no others; what is
//! sealed is sealed for them too from then on. Signing in again to a connection that was agreed to for them asks nobody.

use super::{find_sealed, slot_place};
use crate::{
    Engine, Error,
    oauth::captured::{must_be_told, not_agreed},
};
use domain::{
    attempt::{Attempt, AttemptState},
    connector::Connector,
    id::AttemptId,
    origin::{AgreedOrigins, Origin},
    sign_in::SignInFailure,
};
use std::collections::BTreeMap;

/// What becomes of an attempt with what the service told.
#[derive(Debug)]
pub(super) enum Led {
    /// Calls go only where it was agreed to, by these origins.
    Agreed(AgreedOrigins),
    /// They go to these too, and the person is asked.
    Elsewhere(Vec<Origin>),
}

impl Engine {
    /// Where the calls of an attempt go with what the service told, which stands among `settings`.
    pub(super) async fn led(
        &self,
        attempt: &Attempt,
        connector: &Connector,
        settings: &BTreeMap<String, String>,
    ) -> Result<Result<Led, SignInFailure>, Error> {
        if let Err(failure) = must_be_told(connector, settings) {
            return Ok(Err(failure));
        }
        // What is computed says itself where it is.
        if connector.captures.is_empty() || attempt.environment.is_none() {
            return Ok(Ok(Led::Agreed(attempt.origins.clone())));
        }
        let before = match &attempt.connection {
            Some(id) => self.load(id).await.ok().map(|loaded| loaded.authorization.origins),
            None => None,
        };
        let way = attempt.authentication.as_deref();
        let new = match not_agreed(connector, way, settings, &attempt.origins) {
            Ok(new) => new,
            Err(failure) => return Ok(Err(failure)),
        };
        let known = |origin: &Origin| before.as_ref().is_some_and(|before| before.contains(origin));
        Ok(Ok(match new.iter().all(known) {
            true => Led::Agreed(attempt.origins.iter().cloned().chain(new).collect()),
            false => Led::Elsewhere(new),
        }))
    }

    /// A person agrees that the calls of an attempt go to `origins`, which are those that it asks for.
    /// # Errors
    /// [`Error::AttemptEnded`] where it asks for none; [`Error::ChangedElsewhere`] where it asks for others.
    pub async fn agree_attempt(&self, id: &AttemptId, origins: &[String]) -> Result<Attempt, Error> {
        let row = id.clone();
        let found = self.store.read(move |snapshot| find_sealed(snapshot, &row)).await?;
        let (attempt, Some(slot)) = (found.attempt, found.slot) else { return Err(Error::AttemptEnded) };
        let AttemptState::NewAddresses { origins: asked } = attempt.state.clone() else {
            return Err(Error::AttemptEnded);
        };
        if asked.len() != origins.len()
            || !asked.iter().all(|one| origins.iter().any(|seen| seen == one.as_str()))
        {
            return Err(Error::ChangedElsewhere);
        }
        let slot =
            self.with_current_key(|| async { self.unseal(&slot_place(&attempt), &slot).await }).await?;
        let process = self.process.clone();
        let next = self
            .advance(&attempt, &slot, |attempt| {
                attempt.origins = attempt.origins.iter().cloned().chain(asked).collect();
                attempt.state = AttemptState::Verifying;
                attempt.owner = process;
            })
            .await?;
        self.run_attempt(id.clone());
        Ok(next)
    }
}
