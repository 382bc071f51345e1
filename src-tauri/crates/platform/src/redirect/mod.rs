//! The loopback way back from the browser (RFC 8252 §7.3): a server of one page, for the time of an attempt.
//!
//! It takes a `GET` on the exact path (with `form_post` also a `POST`; with `fragment` also what its own page posts),
//! addressed to the literal host it was opened for, and hands it to whoever runs the attempt. All else is refused, and
//! a refusal changes nothing: no favicon, probe, page of another site or guess ends an attempt.
//!
//! - `socket`: what is bound, and how long; attempts with the same fixed port share it.
//! - `connection`: bounds on what a peer can send or hold.
//! - `exchange`: which request is a candidate, and what it is answered.
//! - `page`: the words and the looks of the answers.
//!
//! What it never does: judge a candidate, log what arrived, or send a CORS header.

mod connection;
mod exchange;
mod page;
mod socket;

#[cfg(test)]
mod tests;

use domain::{
    connector::ResponseMode,
    ports::{
        BoxFuture, Candidate, Clock, Entropy, ListenError, Listening, LoopbackAddress, LoopbackHost,
        RedirectListener,
    },
};
use exchange::{Route, Site};
use socket::{Socket, Sockets};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};
use tokio::sync::mpsc;

/// How many candidates wait for one attempt; others wait on their connections.
const WAITING: usize = 16;
/// How many free ports are tried until one is free in both families.
const TRIES: usize = 16;

/// Listens on this machine's loopback addresses.
pub struct LoopbackListener {
    sockets: Sockets,
}

impl LoopbackListener {
    /// Opens nothing yet. `clock` ends connections that take too long; `entropy` makes the nonces of the pages.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { sockets: Sockets::new(clock, entropy) }
    }

    async fn bind(&self, host: LoopbackHost, port: Option<u16>) -> Result<Vec<Arc<Socket>>, ListenError> {
        const V4: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
        const V6: IpAddr = IpAddr::V6(Ipv6Addr::LOCALHOST);
        let port = port.unwrap_or(0);
        match host {
            LoopbackHost::V4 => Ok(vec![self.sockets.open(V4, port).await?]),
            LoopbackHost::V6 => Ok(vec![self.sockets.open(V6, port).await?]),
            LoopbackHost::Localhost => {
                for _ in 1..TRIES {
                    match self.bind_both(V4, V6, port).await {
                        Err(ListenError::InUse { .. }) if port == 0 => {}
                        outcome => return outcome,
                    }
                }
                self.bind_both(V4, V6, port).await
            }
        }
    }

    async fn bind_both(
        &self,
        one: IpAddr,
        other: IpAddr,
        port: u16,
    ) -> Result<Vec<Arc<Socket>>, ListenError> {
        let one = self.sockets.open(one, port).await?;
        let other = self.sockets.open(other, one.port()).await?;
        Ok(vec![one, other])
    }
}

impl RedirectListener for LoopbackListener {
    fn listen(
        &self,
        address: LoopbackAddress,
        mode: ResponseMode,
    ) -> BoxFuture<'_, Result<Box<dyn Listening>, ListenError>> {
        Box::pin(async move {
            let LoopbackAddress { host, port, path } = address;
            let sockets = self.bind(host, port).await?;
            let port = sockets.first().map_or(0, |socket| socket.port());
            let (sender, candidates) = mpsc::channel(WAITING);
            let route = Arc::new(Route::new(Site::new(host, port), path, mode, sender));
            for socket in &sockets {
                socket.routes().add(Arc::clone(&route));
            }
            Ok(Box::new(Open { route, candidates, sockets }) as Box<dyn Listening>)
        })
    }
}

/// One attempt's place. The sockets close with the last place on them.
struct Open {
    route: Arc<Route>,
    candidates: mpsc::Receiver<Candidate>,
    sockets: Vec<Arc<Socket>>,
}

impl Listening for Open {
    fn redirect_uri(&self) -> &str {
        self.route.redirect_uri()
    }

    fn next(&mut self) -> BoxFuture<'_, Option<Candidate>> {
        Box::pin(self.candidates.recv())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        for socket in &self.sockets {
            socket.routes().remove(&self.route);
        }
    }
}
