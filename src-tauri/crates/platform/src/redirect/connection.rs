//! One connection, one request, and bounds on what a peer can send or hold.
//!
//! A connection ends when its deadline passes, whatever it is doing; only whole steps move the deadline on, so that one
//! byte at a time gains nothing. Where there are too many, the oldest that has not sent a request gives way: a browser
//! sends its own at once.
//!
//! After the answer the peer closes first. Were it us, the system would hold the port back for a minute.

use super::exchange::{self, Routes};
use domain::ports::Clock;
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    task::{AbortHandle, JoinSet},
};

/// The longest head of a request, in bytes and in headers. Codes and tickets of some services fill several KiB.
const HEAD_LIMIT: usize = 32 << 10;
const MOST_HEADERS: usize = 100;
/// The most connections at one time.
const MOST_CONNECTIONS: usize = 64;

/// From the first byte to the end of the head.
const HEAD: Duration = Duration::from_secs(10);
/// From there to the verdict: the body, and the attempt's own work.
const VERDICT: Duration = Duration::from_secs(60);
/// From the answer to the peer's farewell.
const FAREWELL: Duration = Duration::from_secs(2);

/// The living connections of a socket. Dropped, they break.
#[derive(Default)]
pub(super) struct Connections {
    tasks: JoinSet<()>,
    /// Oldest first.
    known: VecDeque<(Arc<Progress>, AbortHandle)>,
}

impl Connections {
    pub fn begin(&mut self, stream: TcpStream, routes: Arc<Routes>, clock: Arc<dyn Clock>) {
        while self.tasks.try_join_next().is_some() {}
        self.known.retain(|(_, task)| !task.is_finished());
        if self.known.len() >= MOST_CONNECTIONS {
            match self.known.iter().position(|(progress, _)| !progress.has_request()) {
                Some(oldest) => {
                    if let Some((_, task)) = self.known.remove(oldest) {
                        task.abort();
                    }
                }
                None => return,
            }
        }
        let progress = Arc::new(Progress::new(clock));
        let task = self.tasks.spawn(serve(stream, routes, Arc::clone(&progress)));
        self.known.push_back((progress, task));
    }

    /// Breaks those that have sent no request; the others get their answer, within their deadlines.
    pub async fn end(mut self) {
        for (progress, task) in &self.known {
            if !progress.has_request() {
                task.abort();
            }
        }
        while self.tasks.join_next().await.is_some() {}
    }
}

/// How far a connection is, and until when it must be further.
struct Progress {
    clock: Arc<dyn Clock>,
    /// Milliseconds of the running clock.
    deadline: AtomicU64,
    requests: AtomicU64,
}

impl Progress {
    fn new(clock: Arc<dyn Clock>) -> Self {
        let progress = Self { clock, deadline: AtomicU64::new(0), requests: AtomicU64::new(0) };
        progress.allow(HEAD);
        progress
    }

    fn has_request(&self) -> bool {
        self.requests.load(Ordering::Relaxed) > 0
    }

    fn allow(&self, from_now: Duration) {
        let at = self.clock.monotonic() + from_now;
        self.deadline.store(u64::try_from(at.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    async fn overdue(&self) {
        loop {
            let at = Duration::from_millis(self.deadline.load(Ordering::Relaxed));
            if self.clock.monotonic() >= at {
                return;
            }
            self.clock.sleep_until(at).await;
        }
    }
}

async fn serve(stream: TcpStream, routes: Arc<Routes>, progress: Arc<Progress>) {
    // Whatever ends this connection before the peer does leaves nothing behind that holds the port.
    if let Err(error) = stream.set_zero_linger() {
        tracing::debug!(%error, "a connection cannot be broken off at once");
    }
    let service = service_fn(|request| {
        let (routes, progress) = (Arc::clone(&routes), Arc::clone(&progress));
        async move {
            progress.requests.fetch_add(1, Ordering::Relaxed);
            progress.allow(VERDICT);
            let answer = exchange::answer(&routes, request).await;
            progress.allow(FAREWELL);
            Ok::<_, Infallible>(answer)
        }
    });
    let connection = http1::Builder::new()
        .max_headers(MOST_HEADERS)
        .max_buf_size(HEAD_LIMIT)
        .header_read_timeout(None)
        .keep_alive(false)
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service)
        .without_shutdown();
    tokio::select! {
        ended = connection => match ended {
            Ok(parts) => {
                progress.allow(FAREWELL);
                let farewell = read_to_end(parts.io.into_inner());
                tokio::select! { () = farewell => {}, () = progress.overdue() => {} }
            }
            Err(error) => tracing::debug!(%error, "a connection to the redirect address broke"),
        },
        () = progress.overdue() => tracing::debug!("a connection to the redirect address took too long"),
    }
}

/// Waits until the peer has closed. What it still sends is thrown away, so that it comes to read the answer.
async fn read_to_end(mut stream: TcpStream) {
    let mut scrap = [0; 4096];
    while matches!(stream.read(&mut scrap).await, Ok(length) if length > 0) {}
}
