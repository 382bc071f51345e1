//! Promoting a slot: what was typed or brought becomes the connection's authorization, rows and secrets in one
//! transaction.

use super::{find_attempt, find_sealed};
use crate::{
    Engine, Error,
    connections::{credential_place, free_link_name},
    registrations::{end_trial, registration_of},
};
use domain::{
    Timestamp,
    attempt::{Attempt, AttemptState},
    authorization::{Authorization, Expiry},
    connection::{AttentionReason, Connection, ConnectionStatus, Verification},
    event::{Event, EventKind},
    id::{AttemptId, AuthorizationId, ConnectionId, ExchangeId},
};
use secret::SecretBytes;
use store::{Change, failures::Failure, replaced::Replaced};

/// What verify found, and the record of its call.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub outcome: Verification,
    pub exchange: Option<ExchangeId>,
}

impl Engine {
    /// Makes the slot the connection's authorization: rows and secrets in one transaction.
    pub(super) async fn promote(&self, attempt: &Attempt, found: &Found) -> Result<(), Error> {
        self.with_current_key(|| self.promote_once(attempt, found)).await
    }

    async fn promote_once(&self, attempt: &Attempt, found: &Found) -> Result<(), Error> {
        let row = attempt.id.clone();
        let slot = self.store.read(move |snapshot| Ok::<_, Error>(find_sealed(snapshot, &row)?.slot)).await?;
        let credential = self.open_slot(attempt, slot).await?.to_bytes();
        let now = self.ports.clock.now();
        let connection = match &attempt.connection {
            // A sign-in with another version is no renewal of the one before, which others may go on using.
            Some(id) if self.connection(id).await?.connection.revision != attempt.revision => {
                self.make(attempt, &credential, found.clone(), now).await?
            }
            Some(id) => match self.replace(attempt, id.clone(), &credential, found.clone(), now).await {
                // It was signed out: it gets an account of its own again.
                Err(Error::NotSignedIn(_)) => self.make(attempt, &credential, found.clone(), now).await?,
                replaced => replaced?,
            },
            None => self.make(attempt, &credential, found.clone(), now).await?,
        };
        let kind = connected(attempt, &found.outcome);
        let exchange = found.exchange.clone();
        self.note(Event { at: now, connection: Some(connection), kind, exchange }).await
    }

    async fn make(
        &self,
        attempt: &Attempt,
        credential: &SecretBytes,
        found: Found,
        now: Timestamp,
    ) -> Result<ConnectionId, Error> {
        let (status, account) = (standing_after(&found.outcome, now), account_of(&found.outcome));
        let sign_in = attempt.sign_in.as_ref();
        let authorization = Authorization {
            id: AuthorizationId::make(&*self.ports.entropy),
            registration: sign_in.and_then(|sign_in| sign_in.registration.clone()),
            account: account.or_else(|| sign_in.and_then(|sign_in| sign_in.account.clone())),
            requested: attempt.requested.clone(),
            granted: sign_in.map(|sign_in| sign_in.granted.clone()).unwrap_or_default(),
            expiry: sign_in.map_or(Expiry::Never, |sign_in| sign_in.expiry),
            origins: attempt.origins.clone(),
            generation: 1,
        };
        let kept = self.keep_at(&credential_place(&authorization), credential).await?;
        let id = attempt.connection.clone().unwrap_or_else(|| ConnectionId::make(&*self.ports.entropy));
        let (attempt, made) = (attempt.clone(), id.clone());
        self.store
            .write(move |change| {
                kept.must_be_current(change)?;
                change.authorizations().insert(&authorization, &kept.to_bytes())?;
                if let Some(mut connection) = change.connections().find(&made)? {
                    connection.authorization = Some(authorization.id.clone());
                    connection.revision = attempt.revision.clone();
                    connection.authentication = attempt.authentication.clone();
                    connection.settings = attempt.settings.clone();
                    connection.status = status;
                    change.connections().update(&connection)?;
                    return end(change, &attempt.id, made, found, now);
                }
                change.connections().insert(&Connection {
                    id: made.clone(),
                    name: attempt.name.clone(),
                    link_name: free_link_name(change, &attempt.name)?,
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
                end(change, &attempt.id, made, found, now)
            })
            .await?;
        Ok(id)
    }

    async fn replace(
        &self,
        attempt: &Attempt,
        id: ConnectionId,
        credential: &SecretBytes,
        found: Found,
        now: Timestamp,
    ) -> Result<ConnectionId, Error> {
        let (status, account) = (standing_after(&found.outcome, now), account_of(&found.outcome));
        let loaded = self.load(&id).await?;
        let mut authorization = loaded.authorization;
        let before = authorization.generation;
        let former = self.unseal(&credential_place(&authorization), &loaded.sealed).await?;
        let aside = self.seal_replaced(&authorization, &former).await?;
        let replaced = authorization.clone();
        authorization.generation += 1;
        authorization.origins = attempt.origins.clone();
        if let Some(sign_in) = &attempt.sign_in {
            authorization.registration.clone_from(&sign_in.registration);
            authorization.requested.clone_from(&attempt.requested);
            authorization.granted.clone_from(&sign_in.granted);
            authorization.expiry = sign_in.expiry;
        }
        let told = attempt.sign_in.as_ref().and_then(|sign_in| sign_in.account.clone());
        authorization.account = account.or(told).or(authorization.account);
        let kept = self.keep_at(&credential_place(&authorization), credential).await?;
        let (attempt, connection) = (attempt.id.clone(), id.clone());
        self.store
            .write(move |change| {
                kept.must_be_current(change)?;
                aside.must_be_current(change)?;
                if !change.authorizations().replace(before, &authorization, &kept.to_bytes(), None)?.won() {
                    return Err(Error::ChangedElsewhere);
                }
                let credential = aside.to_bytes();
                change.replaced().keep(&Replaced {
                    authorization: replaced,
                    credential,
                    replaced_at: now,
                })?;
                change.connections().set_status(&connection, &status)?;
                end(change, &attempt, connection, found, now)
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

/// What the history says of an attempt that ended well.
fn connected(attempt: &Attempt, found: &Verification) -> EventKind {
    let sign_in = attempt.sign_in.as_ref();
    let granted = sign_in.map(|sign_in| sign_in.granted.as_slice()).unwrap_or_default();
    EventKind::Connected {
        account: account_of(found).or_else(|| sign_in?.account.clone()),
        asked: attempt.requested.len(),
        given: attempt.requested.iter().filter(|asked| granted.contains(asked)).count(),
    }
}

pub(super) fn account_of(found: &Verification) -> Option<String> {
    match found {
        Verification::Works { account } => account.clone(),
        Verification::Refused { .. } | Verification::CouldNotCheck { .. } => None,
    }
}

fn end(
    change: &Change<'_>,
    attempt: &AttemptId,
    connection: ConnectionId,
    Found { outcome, exchange }: Found,
    at: Timestamp,
) -> Result<(), Error> {
    let ended = find_attempt(change, attempt)?;
    let before = &ended.state;
    if matches!(before, AttemptState::Connected { .. }) {
        return Err(Error::AttemptEnded);
    }
    if let Some(app) = registration_of(&ended) {
        end_trial(change, app)?;
    }
    // What failed before was another credential; kept although it was refused, it failed as it is.
    match before.evidence() {
        Some(evidence) => change.failures().keep(&connection, &Failure { at, evidence: evidence.clone() })?,
        None => change.failures().forget(&connection)?,
    }
    Ok(change.attempts().set_state(attempt, &AttemptState::Connected { connection, outcome, exchange })?)
}
