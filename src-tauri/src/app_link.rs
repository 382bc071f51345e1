//! App links: what the system hands to this program, one after the other, to the core.
//!
//! A page can open the scheme as often as it likes, so few links wait at a time, and the window comes to the front only
//! for one that a sign-in was waiting for.

use crate::{composition::Core, window};
use api::SecretString;
use tauri::{AppHandle, Manager, async_runtime};
use tokio::sync::mpsc;

/// How many links wait for the core; those that come on top of them are dropped.
const WAITING: usize = 16;

/// Where links are left. They are received in the order in which they came.
pub struct Inbox(mpsc::Sender<SecretString>);

impl Inbox {
    /// Receives links for as long as `app` runs, once the core is open.
    pub fn open(app: AppHandle) -> Self {
        let (sender, mut links) = mpsc::channel(WAITING);
        async_runtime::spawn(async move {
            while let Some(link) = links.recv().await {
                receive(&app, link).await;
            }
        });
        Self(sender)
    }

    /// Leaves `link` to be received.
    pub fn leave(&self, link: SecretString) {
        if self.0.try_send(link).is_err() {
            tracing::warn!("an app link was dropped: others came before it");
        }
    }
}

async fn receive(app: &AppHandle, link: SecretString) {
    let core = app.state::<Core>();
    let received = match core.api().await {
        Ok(api) => api.receive_redirect(link).await,
        Err(error) => Err(error),
    };
    match received {
        Ok(_) => window::show(app),
        // What it was stays unsaid: it may hold a code.
        Err(error) => tracing::info!(code = ?error.code, "an app link changed nothing"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_storm_of_links_fills_the_inbox_and_nothing_more() {
        let (sender, mut links) = mpsc::channel(WAITING);
        let inbox = Inbox(sender);
        for _ in 0..1000 {
            inbox.leave(SecretString::new("dev.patchbay:/oauth/callback?state=s".into()));
        }
        let waiting = std::iter::from_fn(|| links.try_recv().ok()).count();
        assert_eq!(waiting, WAITING);
    }
}
