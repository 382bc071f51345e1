//! Where a run takes place: a second Patchbay in a folder of its own, with a Lab and a vault of its own.
//!
//! So whatever a trial does, the person's connections, dials, vault and activity are not touched: nothing of the run knows
//! where they are. What it seals is sealed with a key that is in memory alone, so that even what a killed process leaves
//! tells nobody anything; the next run removes it.

use super::{
    person::Person,
    ports::{ForgottenKeys, LoopbackHttp, Nothing, RunClock, ServiceClock},
};
use crate::{
    Api, Shell,
    contract::error::{ErrorCode, ErrorView},
    lab::LabEnvironment,
    words::{self, error::of},
};
use domain::{
    connector::Connector,
    id::{ConnectorId, ProcessId},
    ports::{HttpSend, Ports, Processes},
};
use std::{
    fs::{self, DirBuilder},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The folder of the data directory in which runs have theirs.
const FOLDER: &str = "proofs";

/// What a run takes from the Patchbay that it is made in.
#[derive(Clone)]
pub(super) struct Place {
    /// Its ports; of the network, the clock and the randomness a run makes use, of nothing else.
    pub ports: Ports,
    /// Its data directory, in which the run has a folder.
    pub data_directory: Arc<Path>,
    /// Its process.
    pub process: ProcessId,
}

/// What a run takes place on.
pub(super) struct Bench {
    /// The second Patchbay. Gone before its folder.
    pub api: Api,
    /// The connector there.
    pub connector: ConnectorId,
    /// Whoever signs in.
    pub person: Arc<Person>,
    /// The run's time.
    pub clock: Arc<RunClock>,
    /// The run's network.
    pub http: Arc<LoopbackHttp>,
    folder: Folder,
}

impl Bench {
    /// Sets a run up for a connector, which the Lab plays, or for one that connects to the service of another.
    /// # Errors
    /// The Lab cannot play it; the disk refuses.
    pub async fn set_up(
        place: &Place,
        connector: &Connector,
        service: Option<Connector>,
    ) -> Result<Self, ErrorView> {
        let Place { ports, data_directory, process } = place;
        let folder = Folder::make(data_directory, process.clone(), Arc::clone(&ports.processes)).await?;
        let clock = Arc::new(RunClock::of(Arc::clone(&ports.clock)));
        let http = Arc::new(LoopbackHttp::over(Arc::clone(&ports.http), Arc::clone(&ports.clock)));
        let network: Arc<dyn HttpSend> = http.clone();
        let person = Arc::new(Person::new(Arc::clone(&network)));
        let own = Ports {
            clock: clock.clone(),
            entropy: Arc::clone(&ports.entropy),
            http: network,
            key_store: Arc::new(ForgottenKeys::default()),
            clipboard: Arc::new(Nothing),
            browser: person.clone(),
            redirects: person.clone(),
            app_link: Arc::new(Nothing),
            ways: Arc::new(Nothing),
            processes: Arc::new(Nothing),
        };
        let lab = LabEnvironment::new(
            Arc::new(ServiceClock(Arc::clone(&clock))),
            Arc::clone(&ports.entropy),
            folder.path.clone(),
        );
        let shell = Shell {
            ports: own,
            data_directory: folder.path.clone(),
            process: process.clone(),
            passphrase: None,
            choose_file: None,
        };
        let api = Api::open_with(shell, lab.of_service(service)).await?;
        api.engine.vault().set_up(None).await.map_err(|error| words::error::view(error.into()))?;
        // Any port: the preferred one is for the person's own Lab.
        api.lab.start(0).await?;
        let id = api.engine.take_in(connector).await.map_err(words::error::view)?;
        Ok(Self { api, connector: id, person, clock, http, folder })
    }

    /// Ends everything, and leaves nothing.
    pub async fn clear(self) {
        let Self { api, folder, clock, .. } = self;
        // Who still waits for somebody wakes up and finds that it is over.
        clock.pass(std::time::Duration::from_secs(86_400));
        api.close().await;
        drop(api);
        folder.remove().await;
    }
}

/// A folder that is gone with the run.
struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes the folder of a run of `process`, and removes those that dead processes left.
    async fn make(
        data_directory: &Path,
        process: ProcessId,
        processes: Arc<dyn Processes>,
    ) -> Result<Self, ErrorView> {
        let folders = data_directory.join(FOLDER);
        let made = tokio::task::spawn_blocking(move || {
            let path = folders.join(process.as_str());
            private(&folders)?;
            for left in fs::read_dir(&folders)? {
                let left = left?;
                let owner = ProcessId::from_stored(left.file_name().to_string_lossy());
                if owner == process || !processes.is_running(&owner) {
                    fs::remove_dir_all(left.path())?;
                }
            }
            private(&path)?;
            Ok(Self { path })
        });
        let made = made.await.unwrap_or_else(|error| Err(io::Error::other(error)));
        made.map_err(|error| {
            let message = format!("A place for the run could not be made: {error}.");
            let action = "Check that the data directory can be written, and try again.";
            of(ErrorCode::DataDirectory, message, action).safe("Nothing was changed.")
        })
    }

    async fn remove(self) {
        let removed = tokio::task::spawn_blocking(move || fs::remove_dir_all(&self.path)).await;
        // What stays is sealed with a key that is gone; the next run removes it.
        if let Ok(Err(error)) = removed {
            tracing::warn!(%error, "the folder of a run stays for now");
        }
    }
}

fn private(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
