//! Every port as this machine has it: the one place where the shells' ports are put together.

use crate::{
    Http, LoopbackListener, OsAppLink, OsClipboard, OsKeyStore, RunningProcesses, SystemBrowser, SystemClock,
    SystemEntropy, SystemWays,
};
use domain::ports::Ports;
use std::{path::Path, sync::Arc};

/// The ports of a shell on `data_directory`. It makes clipboard and app link itself: the one it empties when it ends,
/// the other leads to its own program.
pub fn ports(data_directory: &Path, app_link: Arc<OsAppLink>, clipboard: Arc<OsClipboard>) -> Ports {
    let (clock, entropy) = (Arc::new(SystemClock::start()), Arc::new(SystemEntropy));
    let redirects = Arc::new(LoopbackListener::new(clock.clone(), entropy.clone()));
    Ports {
        browser: Arc::new(SystemBrowser::new(clock.clone())),
        ways: Arc::new(SystemWays {
            redirects: redirects.clone(),
            app_link: app_link.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
        }),
        redirects,
        app_link,
        processes: Arc::new(RunningProcesses::in_directory(data_directory)),
        clock,
        entropy,
        http: Arc::new(Http::new()),
        key_store: Arc::new(OsKeyStore::new()),
        clipboard,
    }
}
