//! The Lab environment: a connector as it is when the Lab plays its service.
//!
//! The engine knows no Lab. It asks for a connector as it is in an environment that is computed; what it gets from here
//! is an overlay that leads every address to this machine ([`derive`]), and the credentials that the Lab issues. One
//! process of a data directory runs the server: whoever needs it first. The others find it there.
//!
//! **Invariant**: an overlay leaves no address of the real service in place; a connector for which that cannot be done
//! is not played.

mod commands;
pub mod derive;
mod dials;
mod oauth;
mod oauth1;
mod tour;

use crate::{
    contract::error::{ErrorCode, ErrorView},
    words::error::of,
};
use derive::NotPlayed;
use domain::{
    connector::{Connector, Overlay},
    environment::LAB,
    link_name::LinkName,
    ports,
};
use engine::environment::{ComputedEnvironment, EnvironmentError, Issued};
use lab::{Base, Lab, LabError, LabPorts, PREFERRED_PORT, Running};
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::sync::Mutex;

/// The shown name of the environment.
pub const NAME: &str = "Lab";

/// The Lab of a data directory. Nothing is opened before it is needed.
pub struct LabEnvironment {
    ports: LabPorts,
    data_directory: PathBuf,
    /// Whose service is played, where it is not that of the connector that connects.
    service: Option<Connector>,
    here: Mutex<Here>,
}

/// What this process has of the Lab.
#[derive(Default)]
struct Here {
    lab: Option<Lab>,
    running: Option<Running>,
}

/// Why the Lab cannot play a connector.
#[derive(Debug, thiserror::Error)]
pub enum LabTrouble {
    /// It does not know how.
    #[error(transparent)]
    NotPlayed(#[from] NotPlayed),
    /// It cannot be had.
    #[error(transparent)]
    Lab(#[from] LabError),
}

impl LabEnvironment {
    /// The Lab of this data directory.
    pub fn new(
        clock: Arc<dyn ports::Clock>,
        entropy: Arc<dyn ports::Entropy>,
        data_directory: PathBuf,
    ) -> Self {
        let ports = LabPorts { clock: Arc::new(LabClock(clock)), entropy: Arc::new(LabEntropy(entropy)) };
        Self { ports, data_directory, service: None, here: Mutex::default() }
    }

    /// The same, where every connector meets the service that `service` describes: what the two differ in is then a mistake
    /// of the one that connects.
    #[must_use]
    pub fn of_service(self, service: Option<Connector>) -> Self {
        Self { service, ..self }
    }

    /// Makes the Lab play a connector, running it here where nobody does, and tells what differs in its environment.
    /// # Errors
    /// [`LabTrouble`].
    pub async fn play(&self, connector: &Connector) -> Result<Overlay, LabTrouble> {
        let play = derive::play_of(self.service.as_ref().unwrap_or(connector))?;
        let base = self.base().await?;
        let overlay = derive::overlay_of(connector, &base)?;
        let lab = self.lab(&mut *self.here.lock().await).await?;
        apart(move || lab.play(&play)).await?;
        Ok(overlay)
    }

    /// What the Lab gives to a connection of this connector that authenticates in this way.
    /// # Errors
    /// [`LabTrouble`].
    pub async fn issue(&self, connector: &Connector, way: Option<&str>) -> Result<Issued, LabTrouble> {
        let service = self.service.as_ref().unwrap_or(connector);
        let play = derive::play_of(service)?;
        derive::plays(connector, way)?;
        let lab = self.lab(&mut *self.here.lock().await).await?;
        let mut issued = Issued { settings: derive::settings_of(connector), ..Issued::default() };
        let own_key = derive::own_keys(service, connector, way);
        let asked = derive::asked_keys(connector, way);
        let way = way.map(str::to_owned);
        let given = apart(move || lab.issue(&play, way.as_deref())).await?;
        for lab::Issued { key, secret, value } in given {
            let key = own_key.get(&key).cloned().unwrap_or(key);
            // What only the service's own connector would ask is nowhere to be typed.
            if self.service.is_some() && !asked.contains(&key) {
                continue;
            }
            if secret {
                issued.secrets.insert(key, value);
            } else {
                // EXPOSE: a plain value of the Lab's own, which the form shows
                issued.values.insert(key, value.expose().clone());
            }
        }
        Ok(issued)
    }

    /// Where the Lab is. Runs it here where no process of the data directory does.
    /// # Errors
    /// [`LabTrouble::Lab`].
    pub async fn base(&self) -> Result<Base, LabTrouble> {
        let mut here = self.here.lock().await;
        if let Some(running) = &here.running {
            return Ok(running.base().clone());
        }
        let lab = self.lab(&mut here).await?;
        let finder = lab.clone();
        if let Some(base) = apart(move || finder.find()).await? {
            return Ok(base);
        }
        match lab.start(PREFERRED_PORT).await {
            Ok(running) => Ok(here.running.insert(running).base().clone()),
            // Another process was faster.
            Err(LabError::AlreadyRunning { base }) => Ok(base),
            Err(error) => Err(error.into()),
        }
    }

    /// Runs the Lab here, at this port or, where another program has that, at a free one; with what a person should
    /// know about it.
    /// # Errors
    /// [`LabTrouble::Lab`], where a process of the data directory runs it already too.
    pub async fn start(&self, port: u16) -> Result<(Base, Option<String>), LabTrouble> {
        let mut here = self.here.lock().await;
        if let Some(running) = &here.running {
            return Err(LabError::AlreadyRunning { base: running.base().clone() }.into());
        }
        let lab = self.lab(&mut here).await?;
        let running = here.running.insert(lab.start(port).await?);
        Ok((running.base().clone(), running.notice()))
    }

    /// Where the Lab runs, in this or another process of the data directory.
    /// # Errors
    /// [`LabTrouble::Lab`].
    pub async fn find(&self) -> Result<Option<Base>, LabTrouble> {
        let lab = self.lab(&mut *self.here.lock().await).await?;
        Ok(apart(move || lab.find()).await?)
    }

    /// Asks the Lab something that waits for the disk.
    /// # Errors
    /// [`LabTrouble::Lab`].
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Lab) -> Result<T, LabError> + Send + 'static,
    ) -> Result<T, LabTrouble> {
        let lab = self.lab(&mut *self.here.lock().await).await?;
        Ok(apart(move || question(&lab)).await?)
    }

    /// Whether this process runs it.
    pub async fn is_here(&self) -> bool {
        self.here.lock().await.running.is_some()
    }

    /// Differs once the Lab, or what it keeps, changed; the same for as long as nobody here asked for it.
    pub async fn version(&self) -> Option<(i64, u64)> {
        let lab = self.here.lock().await.lab.clone()?;
        // What cannot be read now is read, and told, by whoever asks.
        apart(move || lab.version()).await.ok()
    }

    /// Waits for a request after number `seq`, where this process runs the Lab; nothing once it does not.
    pub async fn next_request(&self, seq: u64) -> Option<()> {
        let mut last = self.here.lock().await.running.as_ref()?.watch();
        last.wait_for(|last| *last > seq).await.ok()?;
        Some(())
    }

    /// Ends the Lab where this process runs it.
    pub async fn stop(&self) {
        if let Some(running) = self.here.lock().await.running.take() {
            running.stop().await;
        }
    }

    async fn lab(&self, here: &mut Here) -> Result<Lab, LabError> {
        if let Some(lab) = &here.lab {
            return Ok(lab.clone());
        }
        let (ports, directory) = (self.ports.clone(), self.data_directory.clone());
        let lab = apart(move || Lab::open(ports, &directory)).await?;
        Ok(here.lab.insert(lab).clone())
    }
}

impl ComputedEnvironment for LabEnvironment {
    fn link_name(&self) -> &str {
        LAB
    }

    fn name(&self) -> &str {
        NAME
    }

    fn offers(&self, connector: &Connector, way: Option<&str>) -> bool {
        derive::plays(connector, way).is_ok()
    }

    fn issued<'a>(
        &'a self,
        connector: &'a Connector,
        way: Option<&'a str>,
    ) -> ports::BoxFuture<'a, Result<Issued, EnvironmentError>> {
        Box::pin(async move { Ok(self.issue(connector, way).await?) })
    }

    fn overlay<'a>(
        &'a self,
        connector: &'a Connector,
    ) -> ports::BoxFuture<'a, Result<Overlay, EnvironmentError>> {
        Box::pin(async move { Ok(self.play(connector).await?) })
    }

    fn forget<'a>(&'a self, connector: &'a LinkName) -> ports::BoxFuture<'a, ()> {
        Box::pin(async move {
            let link_name = connector.to_string();
            let forgotten = match self.lab(&mut *self.here.lock().await).await {
                Ok(lab) => apart(move || lab.forget(&link_name)).await,
                Err(error) => Err(error),
            };
            // What is deleted stays deleted: that its pretend service still answers on this machine harms nobody.
            if let Err(error) = forgotten {
                tracing::warn!(%connector, %error, "the Lab still plays a connector that is gone");
            }
        })
    }
}

impl From<LabTrouble> for ErrorView {
    fn from(trouble: LabTrouble) -> Self {
        let (code, message, action) = match trouble {
            LabTrouble::NotPlayed(NotPlayed::Algorithm(algorithm)) => (
                ErrorCode::NotValid,
                format!("The Lab has no keys for {algorithm}."),
                "Connect in another environment, or choose another algorithm, such as ES256.",
            ),
            LabTrouble::Lab(LabError::Dial(error)) => {
                (ErrorCode::NotValid, format!("The Lab cannot behave so: {error}."), "Correct the value.")
            }
            LabTrouble::Lab(LabError::Person(error)) => {
                (ErrorCode::NotValid, format!("The person was not kept: {error}."), "Correct it.")
            }
            LabTrouble::Lab(LabError::NoSuchPerson(email)) => (
                ErrorCode::NotFound,
                format!("Nobody among the pretend people is {email}."),
                "Choose one of them, or add them first.",
            ),
            LabTrouble::NotPlayed(NotPlayed::Script) => (
                ErrorCode::NotValid,
                "The Lab cannot check a value that only the script uses.".into(),
                "Connect in another environment.",
            ),
            LabTrouble::NotPlayed(NotPlayed::Address(address)) => (
                ErrorCode::NotValid,
                format!("The Lab cannot stand in for {address}."),
                "Correct the address in the connector.",
            ),
            LabTrouble::Lab(LabError::NewerState { .. }) => (
                ErrorCode::NewerData,
                "A newer version of Patchbay keeps the Lab's data here.".into(),
                "Use that version, or update this one.",
            ),
            LabTrouble::Lab(LabError::AlreadyRunning { base }) => (
                ErrorCode::InUse,
                format!("The Lab of this data directory runs already, at {base}."),
                "Connections in the Lab environment go there by themselves. To run it elsewhere, close the Patchbay that runs it.",
            ),
            LabTrouble::Lab(error @ LabError::NoPort(_)) => (
                ErrorCode::Internal,
                format!("The Lab could not start: {error}."),
                "Close a program that listens on many ports, and try again.",
            ),
            LabTrouble::Lab(error) => (
                ErrorCode::DataDirectory,
                format!("The Lab could not start: {error}."),
                "Check that the data directory can be written, and try again.",
            ),
        };
        of(code, message, action).safe("Nothing was sent, and nothing left this machine.")
    }
}

/// Runs what waits for the disk off the async threads.
async fn apart<T: Send + 'static>(
    wait: impl FnOnce() -> Result<T, LabError> + Send + 'static,
) -> Result<T, LabError> {
    tokio::task::spawn_blocking(wait).await.unwrap_or(Err(LabError::Ending))
}

struct LabClock(Arc<dyn ports::Clock>);

impl lab::Clock for LabClock {
    fn now(&self) -> domain::Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    fn sleep_until(&self, deadline: Duration) -> lab::BoxFuture<'_, ()> {
        self.0.sleep_until(deadline)
    }
}

struct LabEntropy(Arc<dyn ports::Entropy>);

impl lab::Entropy for LabEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes);
    }
}

#[cfg(test)]
mod journeys;
#[cfg(test)]
mod tests;
