//! The other processes of a data directory: those that a test says.

use domain::{id::ProcessId, ports::Processes};
use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

/// Processes that live until a test ends them.
#[derive(Default)]
pub struct LivingProcesses {
    dead: Mutex<HashSet<ProcessId>>,
}

impl LivingProcesses {
    /// All of them live.
    pub fn new() -> Self {
        Self::default()
    }

    /// This one dies.
    pub fn kill(&self, id: &ProcessId) {
        self.dead.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
    }
}

impl Processes for LivingProcesses {
    fn is_running(&self, id: &ProcessId) -> bool {
        !self.dead.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }
}
