//! The keeper: renews tokens before they end, so that nobody waits for it.
//!
//! It runs in the window, for as long as that is open. What keeps two processes from renewing the same tokens is not the
//! keeper but the lease of each authorization; a second keeper would only find that everything is done. A locked vault
//! stops a round: nothing is asked of a person in the background.

use super::refresh::Want;
use crate::{Engine, Error, connections::find};
use domain::{
    Timestamp,
    authorization::Expiry,
    connection::ConnectionStatus,
    id::{AuthorizationId, ConnectionId},
};
use std::time::Duration;
use tokio::task::JoinSet;

/// How often it looks.
const ROUND: Duration = Duration::from_secs(30);
/// What ends within this time is looked at: the widest margin, and a round.
const AHEAD: Duration = Duration::from_secs(330);
/// The most authorizations of one round; the rest come with the next.
const MOST: u32 = 1_000;
/// How many are renewed at the same time.
const TOGETHER: usize = 4;

impl Engine {
    /// Keeps tokens fresh, for as long as it is polled.
    pub async fn keep(&self) {
        loop {
            if let Err(error) = self.keep_once().await {
                tracing::warn!(%error, "a round of the keeper was given up");
            }
            let clock = &self.ports.clock;
            clock.sleep_until(clock.monotonic() + ROUND).await;
        }
    }

    /// Renews what ends soon.
    /// # Errors
    /// What keeps all of them from being renewed: the vault does not open, the data cannot be read.
    pub async fn keep_once(&self) -> Result<(), Error> {
        let soon = self.ports.clock.now().checked_add(AHEAD).unwrap_or(Timestamp::MAX);
        let due =
            self.store.read(move |snapshot| snapshot.authorizations().ending_before(soon, MOST)).await?;
        let mut running = JoinSet::new();
        for id in due {
            if running.len() >= TOGETHER
                && let Some(ended) = running.join_next().await
            {
                stop_at(ended)?;
            }
            let engine = self.clone();
            running.spawn(async move { engine.keep_one(&id).await });
        }
        while let Some(ended) = running.join_next().await {
            stop_at(ended)?;
        }
        Ok(())
    }

    async fn keep_one(&self, id: &AuthorizationId) -> Result<(), Error> {
        let row = id.clone();
        let users = self.store.read(move |snapshot| snapshot.connections().of_authorization(&row)).await?;
        let usable = |status: &ConnectionStatus| {
            !matches!(status, ConnectionStatus::Disabled { .. } | ConnectionStatus::NeedsAttention { .. })
        };
        let Some(user) = users.into_iter().find(|user| usable(&user.status)) else { return Ok(()) };
        let loaded = self.load_usable(&user.id).await?;
        let expiry = loaded.authorization.expiry;
        match (self.renewed(loaded, Want::Due).await, expiry) {
            (Ok((_, true)), _) => Ok(()),
            // It will not renew by itself, and the service said when it ends.
            (Ok((_, false)), Expiry::Told(at)) => self.say_expiring(&user.id, at).await,
            (Ok((_, false)), Expiry::Assumed(_) | Expiry::Never) => Ok(()),
            (Err(error), _) => Err(error),
        }
    }

    async fn say_expiring(&self, id: &ConnectionId, at: Timestamp) -> Result<(), Error> {
        let row = id.clone();
        let standing = self.store.read(move |snapshot| find(snapshot, &row)).await?.status;
        match standing {
            ConnectionStatus::Connected { .. } if !self.can_renew(id).await? => {
                self.keep_status(id, ConnectionStatus::Expiring { at }).await
            }
            _ => Ok(()),
        }
    }
}

/// What ends a round: nothing else could be renewed either.
fn stop_at(ended: Result<Result<(), Error>, tokio::task::JoinError>) -> Result<(), Error> {
    match ended {
        Ok(Err(error @ (Error::Vault(_) | Error::Store(_)))) => Err(error),
        Ok(Err(error)) => {
            tracing::info!(%error, "a token was not renewed");
            Ok(())
        }
        Ok(Ok(())) | Err(_) => Ok(()),
    }
}
