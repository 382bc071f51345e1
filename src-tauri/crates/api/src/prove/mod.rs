//! Prove it: does this connector survive what a service may do to it?
//!
//! A run takes a connector, as its draft says, through the trials that fit it ([`trials`]), each made with the real core
//! against the Lab, which plays the connector's own service. It takes place in a second Patchbay ([`bench`]): a folder, a
//! vault, a Lab and a clock of its own. That is more than sharing the person's would need, and it is what makes a run
//! safe: there is nothing to clean up among their connections, no dial of theirs is turned, nothing waits for their vault,
//! and time can be let pass without touching a token that matters.
//!
//! **Never**: opens a browser or a port that others know, sends beyond this machine, waits for time to pass, or leaves
//! anything but its result, which this process keeps in memory, and the stamp of a whole run on the connector.

mod bench;
mod person;
mod ports;
mod run;
mod shape;
mod trials;

use crate::{
    Api,
    contract::{
        connections::ConnectorRef,
        error::{ErrorCode, ErrorView},
        proof::*,
    },
    lab::{LabTrouble, derive},
    words::error::{of, view as error},
};
use bench::{Bench, Place};
use domain::{connector::Connector, id::ConnectorId};
use engine::proof::Provable;
use run::Run;
use shape::Shape;
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use store::connectors::ConnectorRow;
use tokio::sync::watch;
use trials::{TRIALS, Trial};

/// The runs of this process: the last one of each connector.
#[derive(Default)]
pub(crate) struct Proofs {
    runs: Mutex<HashMap<ConnectorId, Arc<Proof>>>,
    version: AtomicU64,
}

/// A run.
struct Proof {
    view: watch::Sender<ProofView>,
    is_wanted: watch::Sender<bool>,
}

/// A trial with the way that it is made with.
struct Planned {
    way: Option<String>,
    shape: Arc<Shape>,
    trial: &'static Trial,
}

impl Api {
    /// Runs a connector, as its draft says, through every trial that fits it. Returns at once; the run goes on.
    /// # Errors
    /// The draft is not complete; nobody agreed to its script; the Lab cannot play it; another run goes on.
    pub async fn prove_connector(&self, request: ProveConnector) -> Result<ProofView, ErrorView> {
        let Provable { row, draft_version, connector } =
            self.engine.provable(&request.connector).await.map_err(error)?;
        let plan = plan(&connector)?;
        let proof = Arc::new(Proof {
            view: watch::Sender::new(ProofView {
                stage: ProofStage::Running,
                began_at: Some(self.engine.ports().clock.now()),
                ..not_run(&row, &plan)
            }),
            is_wanted: watch::Sender::new(true),
        });
        self.proofs.begin(&row, &proof)?;
        let place = self.place();
        let (api, begun) = (self.clone(), proof.view.borrow().clone());
        match Bench::set_up(&place, &connector, None).await {
            Ok(bench) => drop(tokio::spawn(async move {
                let stage = api.proofs.go_through(&proof, bench, plan).await;
                if stage == ProofStage::Done {
                    api.keep_proof(&row.id, draft_version, &proof).await;
                }
                api.proofs.change(&proof, |view| view.stage = stage);
            })),
            Err(failure) => {
                self.proofs.change(&proof, |view| view.stage = ProofStage::Stopped);
                return Err(failure);
            }
        }
        Ok(begun)
    }

    async fn keep_proof(&self, id: &ConnectorId, draft_version: u64, proof: &Proof) {
        let counts = {
            let view = proof.view.borrow();
            (view.passed, view.refused, view.failed)
        };
        // Whoever deleted the connector meanwhile wants no stamp on it.
        if let Err(error) = self.engine.keep_proof(id, draft_version, counts).await {
            tracing::warn!(%error, "a run left no stamp");
        }
    }

    /// Where a run takes place.
    fn place(&self) -> Place {
        Place {
            ports: self.engine.ports().clone(),
            data_directory: Arc::clone(&self.data_directory),
            process: self.process.clone(),
        }
    }

    /// How the last run of a connector stands in this process; what a run would try where there was none.
    /// # Errors
    /// Not found; what keeps a draft from being run.
    pub async fn show_proof(&self, request: ShowProof) -> Result<ProofView, ErrorView> {
        let row = self.engine.find_connector(&request.connector).await.map_err(error)?;
        if let Some(proof) = self.proofs.find(&row.id) {
            return Ok(proof.view.borrow().clone());
        }
        let Provable { row, connector, .. } =
            self.engine.provable(&request.connector).await.map_err(error)?;
        Ok(not_run(&row, &plan(&connector)?))
    }

    /// Ends the run of a connector before its time.
    /// # Errors
    /// Not found.
    pub async fn stop_proof(&self, request: StopProof) -> Result<ProofView, ErrorView> {
        let row = self.engine.find_connector(&request.connector).await.map_err(error)?;
        if let Some(proof) = self.proofs.find(&row.id) {
            proof.stop().await;
        }
        self.show_proof(ShowProof { connector: request.connector }).await
    }

    /// Calls `tell` with a run as it goes on, until it has ended; how it ended.
    /// # Errors
    /// Not found.
    pub async fn watch_proof(
        &self,
        connector: &str,
        mut tell: impl FnMut(&ProofView),
    ) -> Result<ProofView, ErrorView> {
        let row = self.engine.find_connector(connector).await.map_err(error)?;
        if let Some(proof) = self.proofs.find(&row.id) {
            let mut view = proof.view.subscribe();
            loop {
                let now = view.borrow_and_update().clone();
                tell(&now);
                if now.stage != ProofStage::Running || view.changed().await.is_err() {
                    return Ok(now);
                }
            }
        }
        self.show_proof(ShowProof { connector: connector.to_owned() }).await
    }
}

impl Proofs {
    /// Differs once a run went on.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Relaxed)
    }

    /// Ends every run, and waits until nothing of it is left.
    pub async fn stop(&self) {
        let all: Vec<_> = self.runs().values().cloned().collect();
        for proof in all {
            proof.stop().await;
        }
    }

    /// One run at a time: each has the machine for itself.
    fn begin(&self, row: &ConnectorRow, proof: &Arc<Proof>) -> Result<(), ErrorView> {
        let mut runs = self.runs();
        let other = runs.values().find(|other| other.view.borrow().stage == ProofStage::Running);
        if let Some(other) = other {
            let message = format!("{} is being proved.", other.view.borrow().connector.name);
            let action = "Wait until that is done, or stop it.";
            return Err(of(ErrorCode::InUse, message, action).safe("Nothing was begun."));
        }
        runs.insert(row.id.clone(), Arc::clone(proof));
        drop(runs);
        self.version.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    fn find(&self, id: &ConnectorId) -> Option<Arc<Proof>> {
        self.runs().get(id).cloned()
    }

    fn change(&self, proof: &Proof, change: impl FnOnce(&mut ProofView)) {
        proof.view.send_modify(change);
        self.version.fetch_add(1, Ordering::Relaxed);
    }

    /// Makes every trial; how far it came.
    async fn go_through(&self, proof: &Proof, bench: Bench, plan: Vec<Planned>) -> ProofStage {
        let mut wanted = proof.is_wanted.subscribe();
        let clock = Arc::clone(&bench.clock);
        let mut stage = ProofStage::Done;
        for (index, Planned { way, shape, trial }) in plan.iter().enumerate() {
            self.change(proof, |view| view.trials[index].result = TrialResult::Running);
            let begun = clock.true_clock().monotonic();
            let run = Run { bench: &bench, way: way.as_deref(), shape };
            let judged = tokio::select! {
                judged = run.make(trial) => judged,
                _ = wanted.wait_for(|wanted| !wanted) => {
                    self.change(proof, |view| view.trials[index].result = TrialResult::Waiting);
                    stage = ProofStage::Stopped;
                    break;
                }
            };
            let took = clock.true_clock().monotonic().saturating_sub(begun);
            self.change(proof, |view| {
                let counted = match judged.result {
                    TrialResult::Passed => &mut view.passed,
                    TrialResult::Refused => &mut view.refused,
                    _ => &mut view.failed,
                };
                *counted += 1;
                let shown = &mut view.trials[index];
                shown.result = judged.result;
                shown.millis = Some(u32::try_from(took.as_millis()).unwrap_or(u32::MAX));
                shown.found = judged.found;
                shown.diagnosis = judged.diagnosis;
            });
        }
        bench.clear().await;
        stage
    }

    fn runs(&self) -> MutexGuard<'_, HashMap<ConnectorId, Arc<Proof>>> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Proof {
    async fn stop(&self) {
        self.is_wanted.send_replace(false);
        // The sender lives as long as the run, which is borrowed here.
        let _ = self.view.subscribe().wait_for(|view| view.stage != ProofStage::Running).await;
    }
}

/// Every trial that fits, for each way to authenticate that the Lab can play.
fn plan(connector: &Connector) -> Result<Vec<Planned>, ErrorView> {
    let mut plan = Vec::new();
    let mut not_played = None;
    for (way, shape) in connector.authentications.iter() {
        if let Err(reason) = derive::plays(connector, way) {
            not_played.get_or_insert(reason);
            continue;
        }
        let shape = Arc::new(Shape::of(connector, way, shape));
        let fitting = TRIALS.iter().filter(|trial| (trial.fits)(&shape));
        plan.extend(fitting.map(|trial| Planned {
            way: way.map(str::to_owned),
            shape: Arc::clone(&shape),
            trial,
        }));
    }
    match not_played {
        Some(reason) if plan.is_empty() => Err(LabTrouble::from(reason).into()),
        _ if plan.is_empty() => Err(of(
            ErrorCode::NotValid,
            format!(
                "There is nothing to prove: {} names no request that proves a connection.",
                connector.name
            ),
            "Give it a verify request first.",
        )),
        _ => Ok(plan),
    }
}

fn not_run(row: &ConnectorRow, plan: &[Planned]) -> ProofView {
    let trials = plan.iter().map(|Planned { way, trial, .. }| TrialView {
        id: trial.id.into(),
        authentication: way.clone(),
        group: trial.group,
        does: trial.does.into(),
        has_to: trial.has_to.into(),
        result: TrialResult::Waiting,
        millis: None,
        found: None,
        diagnosis: None,
    });
    ProofView {
        connector: ConnectorRef {
            id: row.id.to_string(),
            name: row.summary.name.clone(),
            link_name: row.link_name.to_string(),
        },
        stage: ProofStage::NotRun,
        person: lab::PERSON.into(),
        saved_at: row.changed_at,
        began_at: None,
        passed: 0,
        refused: 0,
        failed: 0,
        trials: trials.collect(),
    }
}

#[cfg(test)]
mod mistakes;
#[cfg(test)]
mod tests;
