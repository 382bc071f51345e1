//! How a connection failed last, kept with what shows it until it works again, so that whoever looks later is told why:
//! after the window was closed, or where the command saw it.
//!
//! What works, or was replaced, takes its failure along. A token that was renewed takes only what its forerunner was
//! refused for; a wrong path stays wrong.

use crate::{Engine, Error};
use domain::{
    authorization::Authorization,
    connection::ConnectionStatus,
    connector::AuthFailure,
    event::{Event, EventKind},
    evidence::{Came, Evidence, FailedStep},
    id::ConnectionId,
};
use store::{Change, failures::Failure};

impl Engine {
    /// How a connection failed last; none once it worked.
    /// # Errors
    /// [`Error::Store`].
    pub async fn failure(&self, id: &ConnectionId) -> Result<Option<Failure>, Error> {
        let id = id.clone();
        self.store.read(move |snapshot| Ok(snapshot.failures().of(&id)?)).await
    }

    /// Writes what a verify or a call came to, and keeps how it failed; none says that it works. A call that works says
    /// nothing about a verify that did not.
    pub(crate) async fn note_outcome(
        &self,
        id: &ConnectionId,
        event: Event,
        evidence: Option<Evidence>,
    ) -> Result<(), Error> {
        let id = id.clone();
        self.store
            .write(move |change| {
                change.activity().record_event(&event)?;
                if let Some(evidence) = evidence {
                    return Ok(change.failures().keep(&id, &Failure { at: event.at, evidence })?);
                }
                let stands = |failure: Failure| failure.evidence.step == FailedStep::Verify;
                let verified = matches!(event.kind, EventKind::Verified { .. });
                if verified || !change.failures().of(&id)?.is_some_and(stands) {
                    change.failures().forget(&id)?;
                }
                Ok::<_, Error>(())
            })
            .await
    }

    /// Keeps how the tokens of an authorization were not renewed, for each connection that uses it.
    pub(crate) async fn note_not_refreshed(
        &self,
        authorization: &Authorization,
        evidence: Option<Evidence>,
    ) -> Result<(), Error> {
        let Some(evidence) = evidence else { return Ok(()) };
        let (id, at) = (authorization.id.clone(), self.ports.clock.now());
        self.store
            .write(move |change| {
                for connection in change.connections().of_authorization(&id)? {
                    let evidence = evidence.clone();
                    change.failures().keep(&connection.id, &Failure { at, evidence })?;
                }
                Ok::<_, Error>(())
            })
            .await
    }
}

/// Whether it was the token that failed, so that another may work.
fn is_of_token(evidence: &Evidence, auth_failure: &AuthFailure) -> bool {
    match &evidence.seen.came {
        _ if evidence.step == FailedStep::Refresh => true,
        Came::Response { status, body, .. } => auth_failure.matches(*status, body.as_bytes()),
        _ => false,
    }
}

/// Drops how a connection failed, where that was for the token that was renewed now.
pub(crate) fn forget_refused_token(
    change: &Change<'_>,
    id: &ConnectionId,
    auth_failure: &AuthFailure,
) -> Result<(), Error> {
    match change.failures().of(id)? {
        Some(failure) if is_of_token(&failure.evidence, auth_failure) => Ok(change.failures().forget(id)?),
        _ => Ok(()),
    }
}

/// Keeps how signing in again failed, where the connection does not work as it is.
pub(crate) fn keep_failed_sign_in(
    change: &Change<'_>,
    id: &ConnectionId,
    failure: &Failure,
) -> Result<(), Error> {
    match change.connections().find(id)?.map(|connection| connection.status) {
        Some(ConnectionStatus::NeedsAttention { .. } | ConnectionStatus::NotSignedIn) => {
            Ok(change.failures().keep(id, failure)?)
        }
        _ => Ok(()),
    }
}
