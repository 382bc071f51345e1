//! Commands on using the new version of a connector.

use crate::{
    Api,
    connections::row,
    contract::{error::ErrorView, new_version::*},
    words::{self, error::view as error},
};
use domain::id::{ConnectionId, ConnectorId};
use engine::new_version::{Asks, Moved};

impl Api {
    /// Lets a connection use the newest version of its connector, and verifies it.
    /// # Errors
    /// Not found; the new version runs code that nobody agreed to. Nothing was changed then.
    pub async fn use_new_version(&self, request: UseNewVersion) -> Result<UsedNewVersion, ErrorView> {
        let id = ConnectionId::from_stored(request.connection);
        let mut moved = self.engine.use_new_version(&id).await.map_err(error)?;
        if let [stored] = &mut moved.moved[..] {
            // What verify cannot do leaves the connection as it is now: on the new version, and not verified.
            match self.engine.verify(&id).await {
                Ok(_) => *stored = self.engine.connection(&id).await.map_err(error)?.row,
                Err(error) => tracing::info!(%error, "the new version was not verified"),
            }
        }
        Ok(used(moved))
    }

    /// The same for every connection of a connector; none of them is verified.
    /// # Errors
    /// As [`Api::use_new_version`].
    pub async fn use_new_version_everywhere(
        &self,
        request: UseNewVersionEverywhere,
    ) -> Result<UsedNewVersion, ErrorView> {
        let connector = ConnectorId::from_stored(request.connector);
        self.engine.use_new_version_everywhere(&connector).await.map(used).map_err(error)
    }
}

pub(crate) fn view(asks: &Asks) -> NewVersionView {
    NewVersionView {
        asks: words::new_version(asks),
        permissions: asks.permissions.iter().map(|scope| scope.value.clone()).collect(),
    }
}

fn used(Moved { moved, left }: Moved) -> UsedNewVersion {
    let behind = |(stored, asks)| LeftBehind { connection: row(stored), asks: words::new_version(&asks) };
    UsedNewVersion {
        moved: moved.into_iter().map(row).collect(),
        left: left.into_iter().map(behind).collect(),
    }
}
