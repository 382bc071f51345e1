//! Every port in memory: the one place where a test's ports are put together.

use crate::{
    LivingProcesses, ManualClock, MemoryAppLink, MemoryClipboard, MemoryKeyStore, MemoryRedirects,
    ScriptedBrowser, SeededEntropy,
};
use domain::{
    Timestamp,
    ports::{HttpSend, Ports},
};
use std::sync::Arc;

/// 2026-11-22T10:00:00Z, when every machine of a test begins that does not set its clock itself.
const BEGIN: Timestamp = Timestamp::constant(1_795_341_600, 0);

/// Ports in memory around a network of the test's own. What a test looks into it puts in place of ours:
/// `Ports { browser: browser.clone(), ..testkit::ports(network) }`.
pub fn ports(http: Arc<dyn HttpSend>) -> Ports {
    Ports {
        clock: Arc::new(ManualClock::at(BEGIN)),
        entropy: Arc::new(SeededEntropy::new(7)),
        http,
        key_store: Arc::new(MemoryKeyStore::new()),
        clipboard: Arc::new(MemoryClipboard::new()),
        browser: Arc::new(ScriptedBrowser::idle()),
        redirects: Arc::new(MemoryRedirects::new()),
        app_link: Arc::new(MemoryAppLink::new()),
        ways: Arc::new(MemoryAppLink::new()),
        processes: Arc::new(LivingProcesses::new()),
    }
}
