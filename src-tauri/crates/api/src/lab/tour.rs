//! *Try it offline*: the first journey of somebody who has no account anywhere. A ready-made connector is added, and the
//! next step is told: connect in the Lab, let the token run out, see it renewed, end it.
//!
//! What is kept is where the tour began. How far it went is read from what happened since, so it cannot be out of step
//! with it, and whoever leaves and comes back is told what is really next.

use crate::{
    Api,
    contract::{connections::Deleted, error::ErrorView, tour::*},
    words::error::view as error,
};
use domain::{
    Timestamp,
    connection::ConnectionStatus,
    event::EventKind,
    id::{ConnectionId, ConnectorId},
};
use engine::Error;
use serde::{Deserialize, Serialize};
use store::connections::{ConnectionFilter, ConnectionOrder, ConnectionRow, EnvironmentFilter};

/// The connector of the tour, as a file.
const EXAMPLE: &str = include_str!("example.yaml");
/// Its link name there.
const LINK_NAME: &str = "harbour_erp";
/// The row that holds where the tour began.
const TOUR: &str = "tour";
/// The most connectors of that link name that are somebody's own.
const NAMESAKES: usize = 100;
/// The lines of history that are looked at for what happened.
const HISTORY: u32 = 500;

/// Where the tour began.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Begun {
    connector: ConnectorId,
    since: Timestamp,
    /// How far the Lab had let time pass by then.
    ahead: u64,
    /// Whether the person left.
    left: bool,
}

impl Api {
    /// Begins the tour, or goes back to it.
    /// # Errors
    /// The data cannot be written.
    pub async fn begin_tour(&self, _: BeginTour) -> Result<TourState, ErrorView> {
        let begun = self.begun().await?;
        let before = match &begun {
            Some(begun) => self.tour_of(begun).await?,
            None => None,
        };
        if let (Some(begun), Some(before)) = (&begun, &before)
            && !matches!(before.step, TourStep::Done)
        {
            self.keep_tour(&Begun { left: false, ..begun.clone() }).await?;
        } else {
            let connector = match before {
                Some(before) => ConnectorId::from_stored(before.connector),
                None => self.add_example().await?,
            };
            // It may have been opened and changed since.
            self.engine.mark_ready(&connector).await.map_err(error)?;
            let ahead = self.lab.ask(|lab| lab.ahead()).await?;
            let since = self.engine.ports().clock.now();
            let ahead = u64::try_from(ahead).unwrap_or_default();
            self.keep_tour(&Begun { connector, since, ahead, left: false }).await?;
        }
        self.show_tour(ShowTour {}).await
    }

    /// The next step.
    /// # Errors
    /// The data cannot be read.
    pub async fn show_tour(&self, _: ShowTour) -> Result<TourState, ErrorView> {
        let tour = match self.begun().await?.filter(|begun| !begun.left) {
            Some(begun) => self.tour_of(&begun).await?,
            None => None,
        };
        Ok(TourState { tour })
    }

    /// Leaves the tour, and says what became of its sign-ins where its connector went too.
    /// # Errors
    /// The data cannot be written.
    pub async fn end_tour(&self, request: EndTour) -> Result<Deleted, ErrorView> {
        let mut ended = Vec::new();
        if let Some(begun) = self.begun().await? {
            if request.remove
                && let Some(tour) = self.tour_of(&begun).await?
            {
                let deleted = self.engine.delete_connector(&begun.connector, &tour.connector_name).await;
                ended = deleted.map_err(error)?;
            }
            self.keep_tour(&Begun { left: true, ..begun }).await?;
        }
        Ok(crate::connections::deleted(ended))
    }

    /// Adds the connector of the tour, beside one of that link name that is the person's own.
    async fn add_example(&self) -> Result<ConnectorId, ErrorView> {
        for number in 1..=NAMESAKES {
            let file = match number {
                1 => EXAMPLE.to_owned(),
                _ => EXAMPLE.replacen(LINK_NAME, &format!("{LINK_NAME}_{number}"), 1),
            };
            match self.engine.import_connector(&file, false).await {
                Err(Error::Exists(_)) => {}
                added => return Ok(added.map_err(error)?.connector.id),
            }
        }
        Err(error(Error::Exists(LINK_NAME.into())))
    }

    async fn begun(&self) -> Result<Option<Begun>, ErrorView> {
        let value = self.engine.setting(TOUR).await.map_err(error)?;
        // What another version kept and this one cannot read is a tour that was not begun.
        Ok(value.and_then(|value| serde_json::from_value(value).ok()))
    }

    async fn keep_tour(&self, begun: &Begun) -> Result<(), ErrorView> {
        self.engine.save_setting(TOUR, serde_json::json!(begun)).await.map_err(error)
    }

    /// None where its connector is gone.
    async fn tour_of(&self, begun: &Begun) -> Result<Option<TourView>, ErrorView> {
        let draft = match self.engine.open_draft(&begun.connector).await {
            Err(Error::NotFound { .. }) => return Ok(None),
            draft => draft.map_err(error)?,
        };
        let row = self.connected_since(begun).await?;
        let step = match &row {
            None => TourStep::Connect,
            Some(row) => {
                let passed = self.lab.ask(|lab| lab.ahead()).await?;
                let is_over = u64::try_from(passed).is_ok_and(|passed| passed > begun.ahead);
                let happened = self.happened(&row.connection.id).await?;
                next(&row.connection.status, &happened, is_over)
            }
        };
        Ok(Some(TourView {
            step,
            connector: draft.connector.id.to_string(),
            connector_link_name: draft.connector.link_name.to_string(),
            connector_name: draft.connector.summary.name,
            connection: row.as_ref().map(|row| row.connection.id.to_string()),
            connection_link_name: row.map(|row| row.connection.link_name.to_string()),
        }))
    }

    /// The connection in the Lab that was made last.
    async fn connected_since(&self, begun: &Begun) -> Result<Option<ConnectionRow>, ErrorView> {
        let filter = ConnectionFilter {
            connector: Some(begun.connector.clone()),
            environment: Some(EnvironmentFilter::Lab),
            ..ConnectionFilter::default()
        };
        let page = self.engine.connections(filter, ConnectionOrder::Name, 0, u64::from(HISTORY)).await;
        let rows = page.map_err(error)?.rows.into_iter();
        let since = rows.filter(|row| row.connection.created_at >= begun.since);
        Ok(since.max_by_key(|row| row.connection.created_at))
    }

    async fn happened(&self, id: &ConnectionId) -> Result<Vec<EventKind>, ErrorView> {
        let history = self.engine.history(id, None, HISTORY).await.map_err(error)?;
        Ok(history.events.into_iter().map(|(event, _)| event.kind).collect())
    }
}

/// What is next, after what happened.
fn next(status: &ConnectionStatus, happened: &[EventKind], is_over: bool) -> TourStep {
    let did = |what: fn(&EventKind) -> bool| happened.iter().any(what);
    if did(|kind| matches!(kind, EventKind::Revoked { .. })) {
        return TourStep::Done;
    }
    match status {
        ConnectionStatus::NotSignedIn | ConnectionStatus::Waiting => TourStep::Connect,
        _ if did(|kind| matches!(kind, EventKind::Refreshed { .. })) => TourStep::Revoke,
        _ if is_over => TourStep::Refresh,
        _ => TourStep::Expire,
    }
}
