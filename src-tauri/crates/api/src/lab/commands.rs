//! What a shell can ask of the Lab: run it here, tell where it is and what it plays, and read what arrived.

use super::LabTrouble;
use crate::{
    Api,
    contract::{
        Done,
        connectors::{ListConnectors, StageView},
        error::ErrorView,
        lab::*,
    },
    exchange::count,
    words::error::view as error,
};
use domain::{connector::Connector, id::ConnectorId};
use lab::{Base, Exchange, Outcome, PREFERRED_PORT, Play};

impl Api {
    /// Runs the Lab in this process until [`Api::stop_lab`] or [`Api::close`], and makes it play connectors.
    /// # Errors
    /// A process runs it already; no port is free; a named connector is not found or cannot be played.
    pub async fn start_lab(&self, request: StartLab) -> Result<StartedLab, ErrorView> {
        let connectors = match request.connectors.as_slice() {
            [] => self.ready_connectors().await?,
            named => {
                let mut connectors = Vec::new();
                for name in named {
                    connectors.push(self.definition_of(name).await?);
                }
                connectors
            }
        };
        let (base, notice) = self.lab.start(request.port.unwrap_or(PREFERRED_PORT)).await?;
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
            plays.push(LabPlay {
                address: base.of(connector.link_name.as_str(), connector.base_url.as_str()),
                link_name: connector.link_name.to_string(),
                name: connector.name,
            });
        }
        Ok(StartedLab { address: base.to_string(), notice, plays })
    }

    /// Ends the Lab, where this process runs it. A command that needs it runs it again.
    /// # Errors
    /// The data cannot be read.
    pub async fn stop_lab(&self, _: StopLab) -> Result<LabStatus, ErrorView> {
        self.lab.stop().await;
        self.lab_status(ShowLab {}).await
    }

    /// Where the Lab of the data directory stands.
    /// # Errors
    /// The data cannot be read.
    pub async fn lab_status(&self, _: ShowLab) -> Result<LabStatus, ErrorView> {
        let base = self.lab.find().await?;
        let (plays, ahead) = self.lab.ask(|lab| Ok((lab.plays()?, lab.ahead()?))).await?;
        Ok(LabStatus {
            running: base.is_some(),
            here: self.lab.is_here().await,
            address: base.as_ref().map(Base::to_string),
            ahead: u32::try_from(ahead).unwrap_or(u32::MAX),
            plays: plays.into_iter().map(|played| play(played, base.as_ref())).collect(),
        })
    }

    /// Makes the Lab play a connector, whoever runs it; runs it here where nobody does.
    /// # Errors
    /// The connector is not found or cannot be played.
    pub async fn play_in_lab(&self, request: PlayInLab) -> Result<LabStatus, ErrorView> {
        let connector = self.definition_of(&request.connector).await?;
        self.lab.play(&connector).await?;
        self.lab_status(ShowLab {}).await
    }

    /// Ends playing a connector. Its connections in the Lab play it again.
    /// # Errors
    /// The data cannot be written.
    pub async fn forget_in_lab(&self, request: ForgetInLab) -> Result<LabStatus, ErrorView> {
        self.lab.ask(move |lab| lab.forget(&request.link_name)).await?;
        self.lab_status(ShowLab {}).await
    }

    /// The last requests, whichever process answered them.
    /// # Errors
    /// The data cannot be read.
    pub async fn lab_log(&self, asked: ReadLabLog) -> Result<LabLog, ErrorView> {
        let (found, last) = self
            .lab
            .ask(move |lab| Ok((lab.log(asked.since.into(), &asked.search)?, lab.last_request()?)))
            .await?;
        Ok(LabLog { requests: found.into_iter().map(request).collect(), last: count(last) })
    }

    /// Forgets the requests; their numbers go on.
    /// # Errors
    /// The data cannot be written.
    pub async fn clear_lab_log(&self, _: ClearLabLog) -> Result<Done, ErrorView> {
        self.lab.ask(lab::Lab::clear_log).await?;
        Ok(Done {})
    }

    /// Calls `tell` with each request that arrives at the Lab of this process from now on, until it is ended.
    /// # Errors
    /// The data cannot be read.
    pub async fn watch_lab(&self, tell: impl Fn(LabRequest) + Send) -> Result<(), ErrorView> {
        let mut last = self.lab.ask(lab::Lab::last_request).await?;
        while self.lab.next_request(last).await.is_some() {
            for exchange in self.lab.ask(move |lab| lab.log(last, "")).await? {
                last = exchange.seq;
                tell(request(exchange));
            }
        }
        Ok(())
    }

    async fn definition_of(&self, name: &str) -> Result<Connector, ErrorView> {
        let row = self.engine.find_connector(name).await.map_err(error)?;
        self.engine.definition(&row.id).await.map_err(error)
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

fn play(played: Play, base: Option<&Base>) -> LabPlay {
    LabPlay {
        address: base.and_then(|base| base.of(&played.link_name, &played.base_url)),
        link_name: played.link_name,
        name: played.name,
    }
}

fn request(exchange: Exchange) -> LabRequest {
    let Exchange { seq, at, took, link_name, request, status, outcome, checked } = exchange;
    let pairs = |pairs: Vec<lab::Pair>| {
        pairs.into_iter().map(|pair| LabPair { name: pair.name, value: pair.value }).collect()
    };
    let why = checked.as_ref().and_then(|checked| checked.why());
    let steps = checked.map(|checked| checked.steps).unwrap_or_default();
    LabRequest {
        seq: count(seq),
        at,
        millis: u32::try_from(took.as_millis()).unwrap_or(u32::MAX),
        connector: link_name,
        method: request.method,
        host: request.host,
        path: request.path,
        query: pairs(request.query),
        headers: pairs(request.headers),
        body: serde_json::json!(request.body),
        status,
        outcome: match outcome {
            Outcome::Verified => LabOutcome::Verified,
            Outcome::Echoed => LabOutcome::Echoed,
            Outcome::Refused => LabOutcome::Refused,
            Outcome::Page => LabOutcome::Page,
            Outcome::SentBack => LabOutcome::SentBack,
            Outcome::Granted => LabOutcome::Granted,
            Outcome::Answered => LabOutcome::Answered,
            Outcome::Troubled => LabOutcome::Troubled,
            Outcome::NoSuchAddress => LabOutcome::NoSuchAddress,
            Outcome::NotPlayed => LabOutcome::NotPlayed,
        },
        steps: steps
            .into_iter()
            .map(|step| LabStep { what: step.what, ok: step.ok, detail: step.detail })
            .collect(),
        why,
    }
}
