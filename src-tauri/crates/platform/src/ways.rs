//! Tries the ways back from the browser on this machine, for Settings and for advice after a failure.
//!
//! Loopback is tried in earnest: a listener is opened, something is sent to it as a browser would, and afterwards the
//! address must be closed. The app link is not sent out, because it would open windows of whoever has it; who that is
//! the system says.

use domain::{
    connector::ResponseMode,
    ports::{
        AppLink, Arrived, BoxFuture, Candidate, Clock, Entropy, LinkHandler, Listening, LoopbackAddress,
        LoopbackFault, LoopbackHost, LoopbackTested, RedirectListener, Verdict, WaysBack, WaysTested,
    },
};
use std::{io, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// How long loopback may take. It takes a millisecond; a filter that drops what is sent would take for ever.
const PATIENCE: Duration = Duration::from_secs(5);

/// The ways of this machine.
pub struct SystemWays {
    /// The loopback way.
    pub redirects: Arc<dyn RedirectListener>,
    /// The app link.
    pub app_link: Arc<dyn AppLink>,
    /// Measures, and gives up.
    pub clock: Arc<dyn Clock>,
    /// Makes what is sent unguessable.
    pub entropy: Arc<dyn Entropy>,
}

impl WaysBack for SystemWays {
    fn test(&self) -> BoxFuture<'_, WaysTested> {
        Box::pin(async {
            let app_link = Arc::clone(&self.app_link);
            let handler = tokio::task::spawn_blocking(move || app_link.handler());
            let loopback = self.test_loopback().await;
            WaysTested { loopback, app_link: handler.await.unwrap_or(LinkHandler::Nobody) }
        })
    }
}

impl SystemWays {
    async fn test_loopback(&self) -> Result<LoopbackTested, LoopbackFault> {
        let address = LoopbackAddress { host: LoopbackHost::V4, port: None, path: "/callback".into() };
        let mut listening = self.redirects.listen(address, ResponseMode::Query).await?;
        let redirect_uri = listening.redirect_uri().to_owned();
        let begun = self.clock.monotonic();
        let late =
            || LoopbackFault::NotReached { detail: format!("no answer within {} s", PATIENCE.as_secs()) };
        tokio::select! {
            outcome = self.send_and_take(listening.as_mut(), &redirect_uri) => outcome?,
            () = self.clock.sleep_until(begun + PATIENCE) => return Err(late()),
        }
        let took = self.clock.monotonic().saturating_sub(begun);
        drop(listening);
        tokio::select! {
            () = closed(&redirect_uri) => Ok(LoopbackTested { redirect_uri, took }),
            () = self.clock.sleep_until(self.clock.monotonic() + PATIENCE) => Err(LoopbackFault::NotClosed),
        }
    }

    /// Sends a reply as a browser would, and takes it as an attempt would.
    async fn send_and_take(
        &self,
        listening: &mut dyn Listening,
        redirect_uri: &str,
    ) -> Result<(), LoopbackFault> {
        let mut bytes = [0; 16];
        self.entropy.fill(&mut bytes);
        let state: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let sent = format!("{redirect_uri}?state={state}");
        let answered = ask(&sent);
        let taken = async {
            while let Some(candidate) = listening.next().await {
                if is_sent(&candidate, &sent) {
                    candidate.answer(Verdict::Taken { connection: "this test".into() });
                    return;
                }
            }
        };
        let (answered, ()) = tokio::join!(answered, taken);
        match answered {
            Ok(true) => Ok(()),
            Ok(false) => Err(LoopbackFault::NotReached { detail: "something else answered".into() }),
            Err(error) => Err(LoopbackFault::NotReached { detail: error.to_string() }),
        }
    }
}

fn is_sent(candidate: &Candidate, sent: &str) -> bool {
    match &candidate.arrived {
        // EXPOSE: compared with what this test made up
        Arrived::Address(address) => address.expose() == sent,
        Arrived::Form(_) => false,
    }
}

/// Whether the page at `address` says that all is well.
async fn ask(address: &str) -> io::Result<bool> {
    let (host, path) = split(address);
    let mut stream = TcpStream::connect(host).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut line = [0; 12];
    stream.read_exact(&mut line).await?;
    // The rest is read so that nothing is broken off.
    stream.read_buf(&mut Vec::with_capacity(16 << 10)).await?;
    Ok(&line == b"HTTP/1.1 200")
}

/// Waits until nobody takes connections there any more.
async fn closed(address: &str) {
    let (host, _) = split(address);
    while TcpStream::connect(host).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

/// Host with port, and path with query.
fn split(address: &str) -> (&str, &str) {
    let rest = address.strip_prefix("http://").unwrap_or(address);
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LoopbackListener, SystemClock, SystemEntropy};
    use domain::ports::{AppLinkError, ListenError};

    struct Handler(LinkHandler);

    impl AppLink for Handler {
        fn handler(&self) -> LinkHandler {
            self.0.clone()
        }
        fn register(&self) -> Result<(), AppLinkError> {
            Err(AppLinkError::NotInstalled)
        }
        fn unregister(&self) -> Result<(), AppLinkError> {
            Ok(())
        }
    }

    /// A machine that lets nobody listen.
    struct Forbidden;

    impl RedirectListener for Forbidden {
        fn listen(
            &self,
            _: LoopbackAddress,
            _: ResponseMode,
        ) -> BoxFuture<'_, Result<Box<dyn Listening>, ListenError>> {
            Box::pin(async { Err(ListenError::NotAllowed { port: 1 }) })
        }
    }

    fn ways(redirects: Arc<dyn RedirectListener>, handler: LinkHandler) -> SystemWays {
        let (clock, entropy) = (Arc::new(SystemClock::start()), Arc::new(SystemEntropy));
        SystemWays { redirects, app_link: Arc::new(Handler(handler)), clock, entropy }
    }

    #[tokio::test]
    async fn loopback_is_tried_in_earnest_and_closed_again() {
        let listener = LoopbackListener::new(Arc::new(SystemClock::start()), Arc::new(SystemEntropy));
        let tested = ways(Arc::new(listener), LinkHandler::Nobody).test().await;
        let loopback = tested.loopback.unwrap();
        assert!(loopback.redirect_uri.starts_with("http://127.0.0.1:"), "{}", loopback.redirect_uri);
        assert!(loopback.took < PATIENCE);
        let (host, _) = split(&loopback.redirect_uri);
        assert!(TcpStream::connect(host).await.is_err());
        assert_eq!(tested.app_link, LinkHandler::Nobody);
    }

    #[tokio::test]
    async fn a_way_that_does_not_work_says_why() {
        let tested =
            ways(Arc::new(Forbidden), LinkHandler::Other { name: "Patchbay 0.9".into() }).test().await;
        assert_eq!(tested.loopback, Err(ListenError::NotAllowed { port: 1 }.into()));
        assert_eq!(tested.app_link, LinkHandler::Other { name: "Patchbay 0.9".into() });
    }
}
