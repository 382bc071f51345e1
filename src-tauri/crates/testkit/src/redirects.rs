//! A loopback way back without a network: a test brings what a browser would.

use domain::connector::ResponseMode;
use domain::ports::{
    Arrived, BoxFuture, Candidate, ListenError, Listening, LoopbackAddress, RedirectListener, Verdict,
};
use secret::SecretString;
use std::sync::{Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// Hands out addresses, and lets a test arrive at the newest one.
#[derive(Default)]
pub struct MemoryRedirects {
    newest: Mutex<Option<mpsc::UnboundedSender<Candidate>>>,
}

struct Open {
    uri: String,
    arriving: mpsc::UnboundedReceiver<Candidate>,
}

impl MemoryRedirects {
    /// Where nobody listens yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The browser lands on `address`; the page that it is shown. `None` where nobody listens.
    pub async fn arrive(&self, address: &str) -> Option<Verdict> {
        let (answer, page) = oneshot::channel();
        let arrived = Arrived::Address(SecretString::new(address.to_owned()));
        let candidate = Candidate::new(arrived, move |verdict| drop(answer.send(verdict)));
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        newest.send(candidate).ok()?;
        page.await.ok()
    }
}

impl RedirectListener for MemoryRedirects {
    fn listen(
        &self,
        address: LoopbackAddress,
        _mode: ResponseMode,
    ) -> BoxFuture<'_, Result<Box<dyn Listening>, ListenError>> {
        let (sender, arriving) = mpsc::unbounded_channel();
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(sender);
        let port = address.port.unwrap_or(8123);
        let uri = format!("http://{}:{port}{}", address.host.as_str(), address.path);
        Box::pin(std::future::ready(Ok(Box::new(Open { uri, arriving }) as Box<dyn Listening>)))
    }
}

impl Listening for Open {
    fn redirect_uri(&self) -> &str {
        &self.uri
    }

    fn next(&mut self) -> BoxFuture<'_, Option<Candidate>> {
        Box::pin(self.arriving.recv())
    }
}
