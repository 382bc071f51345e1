//! Verifying many connections at once: as many as a machine and its services take well.

use crate::{
    Api,
    contract::{
        connections::{VerificationView, VerifyConnection},
        error::ErrorView,
    },
};
use domain::{id::ConnectionId, origin::Origin};
use std::{collections::HashMap, sync::Arc};
use tokio::{sync::Semaphore, task::JoinSet};

/// The most that run at once.
const TOGETHER: usize = 16;
/// The most that ask one service at once: what the keeper allows itself, too.
const PER_ORIGIN: usize = 4;

impl Api {
    /// Verifies connections beside each other and tells each outcome as it comes, by row identifier.
    pub async fn verify_connections(
        &self,
        connections: Vec<String>,
        mut tell: impl FnMut(&str, Result<VerificationView, ErrorView>),
    ) {
        let all = Arc::new(Semaphore::new(TOGETHER));
        let mut gates: HashMap<Option<Origin>, Arc<Semaphore>> = HashMap::new();
        let mut running = JoinSet::new();
        for connection in connections {
            let origin = self.asked_at(&connection).await;
            let gate = gates.entry(origin).or_insert_with(|| Arc::new(Semaphore::new(PER_ORIGIN)));
            let (api, all, gate) = (self.clone(), Arc::clone(&all), Arc::clone(gate));
            running.spawn(async move {
                // The gate first: who waits for one service keeps no place from the others. Neither is ever closed.
                let _gate = gate.acquire_owned().await;
                let _place = all.acquire_owned().await;
                let found = api.verify_connection(VerifyConnection { connection: connection.clone() }).await;
                (connection, found)
            });
        }
        while let Some(ended) = running.join_next().await {
            match ended {
                Ok((connection, found)) => tell(&connection, found),
                Err(error) => tracing::error!(%error, "a verification broke off"),
            }
        }
    }

    /// Where a connection is verified; `None` where its address cannot be told, which verifying says then.
    async fn asked_at(&self, connection: &str) -> Option<Origin> {
        let detail = self.engine.connection(&ConnectionId::from_stored(connection)).await.ok()?;
        Origin::of(&detail.connector.base_url.fill_origin(&detail.settings).ok()?)
    }
}

#[cfg(test)]
mod tests;
