//! Undo of Reauthorize: what an authorization was before a person signed in again is kept beside it, sealed, for
//! [`UNDO_LIFE`], and the two change places when that person asks. So the newer sign-in is not lost either, should the
//! service have ended the one before meanwhile; it is kept for the same time.
//!
//! What is dropped at the end is not revoked at the service: many services count sign-ins of one account as one, and
//! would end the one that is in use.

use crate::{
    Engine, Error,
    connections::{credential_place, set_status_unless_disabled},
    sealing::Kept,
    vault::Place,
};
use domain::{
    Timestamp,
    authorization::Authorization,
    connection::ConnectionStatus,
    event::{Event, EventKind},
    id::{AuthorizationId, ConnectionId},
};
use secret::SecretBytes;
use std::time::Duration;
use store::{Snapshot, replaced::Replaced, sealed::Place as Column};

/// How long the sign-in before can be brought back.
pub const UNDO_LIFE: Duration = Duration::from_secs(600);

/// The sign-in before, as far as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    /// Who it acts as, where the service told it.
    pub account: Option<String>,
    /// Until when it can be brought back.
    pub until: Timestamp,
}

impl Engine {
    /// Brings back what a connection was before a person signed in again, for every connection that shares its
    /// authorization. Whether the service still takes it, only a call can tell.
    /// # Errors
    /// [`Error::NothingToUndo`] where nobody signed in again, or longer ago than [`UNDO_LIFE`];
    /// [`Error::ChangedElsewhere`] where tokens were renewed at that moment; vault errors. Nothing is changed then.
    pub async fn undo_reauthorize(&self, id: &ConnectionId) -> Result<(), Error> {
        self.with_current_key(|| self.undo_once(id)).await
    }

    async fn undo_once(&self, id: &ConnectionId) -> Result<(), Error> {
        let loaded = self.load(id).await?;
        let (current, now) = (loaded.authorization, self.ports.clock.now());
        let row = current.id.clone();
        let replaced = self.store.read(move |snapshot| usable(snapshot, &row, now)).await?;
        let replaced = replaced.ok_or_else(|| Error::NothingToUndo(loaded.connection.name))?;

        let former = self.unseal(&replaced_place(&replaced.authorization), &replaced.credential).await?;
        let newer = self.unseal(&credential_place(&current), &loaded.sealed).await?;
        let next = Authorization { generation: current.generation + 1, ..replaced.authorization };
        let kept = self.keep_at(&credential_place(&next), &former).await?;
        let aside = self.seal_replaced(&current, &newer).await?;
        self.store
            .write(move |change| {
                kept.must_be_current(change)?;
                aside.must_be_current(change)?;
                let expected = current.generation;
                if !change.authorizations().replace(expected, &next, &kept.to_bytes(), None)?.won() {
                    return Err(Error::ChangedElsewhere);
                }
                let credential = aside.to_bytes();
                change.replaced().keep(&Replaced { authorization: current, credential, replaced_at: now })?;
                for connection in change.connections().of_authorization(&next.id)? {
                    let status = ConnectionStatus::Connected { verified: None };
                    set_status_unless_disabled(change, &connection, status)?;
                    change.failures().forget(&connection.id)?;
                    let kind = EventKind::Undone { account: next.account.clone() };
                    let event = Event { at: now, connection: Some(connection.id), kind, exchange: None };
                    change.activity().record_event(&event)?;
                }
                Ok(())
            })
            .await
    }

    /// Seals the credential of `replaced` for its place beside the authorization.
    pub(super) async fn seal_replaced(
        &self,
        replaced: &Authorization,
        credential: &SecretBytes,
    ) -> Result<Kept, Error> {
        self.keep_at(&replaced_place(replaced), credential).await
    }
}

/// What can be brought back for an authorization.
pub(crate) fn former(
    snapshot: &Snapshot<'_>,
    id: &AuthorizationId,
    now: Timestamp,
) -> Result<Option<Former>, Error> {
    let found = usable(snapshot, id, now)?;
    Ok(found.map(|Replaced { authorization, replaced_at, .. }| Former {
        account: authorization.account,
        until: replaced_at + UNDO_LIFE,
    }))
}

fn usable(snapshot: &Snapshot<'_>, id: &AuthorizationId, now: Timestamp) -> Result<Option<Replaced>, Error> {
    let found = snapshot.replaced().find(id)?;
    Ok(found.filter(|replaced| now < replaced.replaced_at + UNDO_LIFE))
}

fn replaced_place(replaced: &Authorization) -> Place<'_> {
    Place { column: Column::Replaced, ..credential_place(replaced) }
}
