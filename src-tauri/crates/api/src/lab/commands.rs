//! What a shell can ask of the Lab: run it here, tell where it is, and watch what arrives.

use super::LabTrouble;
use crate::{
    Api,
    contract::{
        connectors::{ListConnectors, StageView},
        error::ErrorView,
        lab::*,
    },
    words::error::view as error,
};
use domain::{connector::Connector, id::ConnectorId};
use lab::{Exchange, Outcome};

impl Api {
    /// Runs the Lab in this process until [`Api::close`], and makes it play connectors.
    /// # Errors
    /// A process runs it already; no port is free; a named connector is not found or cannot be played.
    pub async fn start_lab(&self, request: StartLab) -> Result<StartedLab, ErrorView> {
        let connectors = match request.connectors.as_slice() {
            [] => self.ready_connectors().await?,
            named => {
                let mut connectors = Vec::new();
                for name in named {
                    let row = self.engine.find_connector(name).await.map_err(error)?;
                    connectors.push(self.engine.definition(&row.id).await.map_err(error)?);
                }
                connectors
            }
        };
        let (base, notice) = self.lab.start(request.port).await?;
        let mut plays = Vec::new();
        for connector in connectors {
            match self.lab.play(&connector).await {
                Ok(_) => {}
                // Nobody named it.
                Err(LabTrouble::NotPlayed(_)) if request.connectors.is_empty() => continue,
                Err(trouble) => {
                    self.lab.stop().await;
                    return Err(trouble.into());
                }
            }
            let address = base.of(connector.link_name.as_str(), connector.base_url.as_str());
            plays.push(LabPlay {
                address: address.unwrap_or_default(),
                link_name: connector.link_name.to_string(),
                name: connector.name,
            });
        }
        Ok(StartedLab { address: base.to_string(), notice, plays })
    }

    /// Where the Lab of the data directory stands.
    /// # Errors
    /// The data cannot be read.
    pub async fn lab_status(&self) -> Result<LabStatus, ErrorView> {
        let address = self.lab.find().await?.map(|base| base.to_string());
        Ok(LabStatus { running: address.is_some(), address })
    }

    /// Calls `tell` with each request that arrives at the Lab of this process, until it is ended.
    pub async fn watch_lab(&self, tell: impl Fn(LabRequest) + Send) {
        let mut last = 0;
        while let Some(requests) = self.lab.requests_after(last).await {
            for exchange in requests {
                last = exchange.seq;
                tell(request(exchange));
            }
        }
    }

    async fn ready_connectors(&self) -> Result<Vec<Connector>, ErrorView> {
        let ready = ListConnectors { stage: Some(StageView::Ready), ..ListConnectors::default() };
        let mut connectors = Vec::new();
        for card in self.list_connectors(ready).await? {
            connectors.push(self.engine.definition(&ConnectorId::from_stored(card.id)).await.map_err(error)?);
        }
        Ok(connectors)
    }
}

fn request(exchange: Exchange) -> LabRequest {
    LabRequest {
        seq: exchange.seq,
        at: exchange.at,
        connector: exchange.link_name,
        method: exchange.request.method,
        host: exchange.request.host,
        path: exchange.request.path,
        status: exchange.status,
        outcome: match exchange.outcome {
            Outcome::Verified => LabOutcome::Verified,
            Outcome::Echoed => LabOutcome::Echoed,
            Outcome::Refused => LabOutcome::Refused,
            Outcome::NoSuchAddress => LabOutcome::NoSuchAddress,
            Outcome::NotPlayed => LabOutcome::NotPlayed,
        },
        why: exchange.checked.and_then(|checked| checked.why()),
    }
}
