//! The server: an ordinary HTTP/1.1 server on 127.0.0.1, with bounds on everything a peer can send or hold.

use crate::{
    address::{Base, TargetError},
    answer::{Answer, answer, not_played},
    arrived::Arrived,
    deadline::{self, Deadline},
    error::LabError,
    guard,
    issue::Issuer,
    log::{Exchange, Log},
    ports::LabPorts,
    running::LockFile,
    state::State,
};
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response, StatusCode,
    body::{Bytes, Incoming},
    header::{self, HeaderMap, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use secret::ServerText;
use serde_json::{Value, json};
use std::{convert::Infallible, io, net::Ipv4Addr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::{JoinHandle, JoinSet},
};

/// The longest body and the longest head, in bytes, and up to where a longer body is still read.
const BODY_LIMIT: usize = 1 << 20;
const DISCARD_LIMIT: usize = 16 << 20;
const HEAD_LIMIT: usize = 16 << 10;
const MOST_HEADERS: usize = 100;
/// The most connections at one time; others wait.
const MOST_CONNECTIONS: usize = 256;
/// How many ports behind the preferred one are tried before any other.
const NEIGHBOURS: u16 = 10;

/// The Lab, running in this process. Dropped, it ends.
pub struct Running {
    shared: Arc<Shared>,
    wanted: u16,
    lock: LockFile,
    accepting: JoinHandle<()>,
}

struct Shared {
    ports: LabPorts,
    state: Arc<State>,
    base: Base,
    log: Log,
}

impl Running {
    /// Where it is.
    pub fn base(&self) -> &Base {
        &self.shared.base
    }

    /// What a person should know: that another program has the port where the Lab is expected.
    pub fn notice(&self) -> Option<String> {
        (self.wanted != 0 && self.wanted != self.shared.base.port()).then(|| {
            format!(
                "Port {} is used by another program, so the Lab is at {}. Connections in the Lab environment go there by themselves.",
                self.wanted, self.shared.base
            )
        })
    }

    /// The requests after number `seq`, oldest first.
    pub fn log(&self, seq: u64) -> Vec<Exchange> {
        self.shared.log.since(seq)
    }

    /// Tells the number of the last request whenever one arrives.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.shared.log.watch()
    }

    /// Ends it and waits until its port is free.
    pub async fn stop(mut self) {
        self.accepting.abort();
        // Aborted: the only outcome is that it was.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.accepting.abort();
        // A row that stays is told from a living one by its lock.
        if let Err(error) = self.shared.state.end_running(&self.lock) {
            tracing::warn!(%error, "lab.db still says that the Lab runs");
        }
    }
}

pub(crate) async fn start(
    ports: LabPorts,
    state: Arc<State>,
    preferred_port: u16,
) -> Result<Running, LabError> {
    let listener = bind(preferred_port).await?;
    let port = listener.local_addr().map_err(LabError::NoPort)?.port();
    let claim = {
        let (state, entropy) = (Arc::clone(&state), Arc::clone(&ports.entropy));
        tokio::task::spawn_blocking(move || state.claim_running(port, entropy.as_ref()))
    };
    let lock = claim.await.map_err(|_| LabError::Ending)??;
    let shared = Arc::new(Shared { ports, state, base: Base::at_port(port), log: Log::new() });
    let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
    Ok(Running { shared, wanted: preferred_port, lock, accepting })
}

/// The preferred port, one of its neighbours, or any.
async fn bind(preferred: u16) -> Result<TcpListener, LabError> {
    let neighbours = (preferred..=preferred.saturating_add(NEIGHBOURS)).filter(|port| *port != 0);
    for port in neighbours {
        match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => return Ok(listener),
            // Windows keeps ranges of ports back and denies them.
            Err(error)
                if matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied) => {}
            Err(error) => return Err(LabError::NoPort(error)),
        }
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(LabError::NoPort)
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let slots = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    // Ends them all when this future is dropped.
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let shared = Arc::clone(&shared);
                connections.spawn(async move {
                    serve(stream, shared).await;
                    drop(slot);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "the Lab could not accept a connection");
                let clock = &shared.ports.clock;
                clock.sleep_until(clock.monotonic() + Duration::from_millis(100)).await;
            }
        }
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let deadline = Arc::new(Deadline::new(Arc::clone(&shared.ports.clock), deadline::HEAD));
    let service = service_fn(|request| {
        let (shared, deadline) = (Arc::clone(&shared), Arc::clone(&deadline));
        async move {
            deadline.move_to(deadline::BODY);
            let reply = respond(&shared, request).await;
            deadline.move_to(deadline::NEXT);
            Ok::<_, Infallible>(reply)
        }
    });
    let connection = http1::Builder::new()
        .max_headers(MOST_HEADERS)
        .max_buf_size(HEAD_LIMIT)
        .header_read_timeout(None)
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        ended = connection => if let Err(error) = ended {
            tracing::debug!(%error, "a connection to the Lab broke");
        },
        () = deadline.passed() => tracing::debug!("a connection to the Lab took too long"),
    }
}

async fn respond(shared: &Arc<Shared>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let (at, begun) = (shared.ports.clock.now(), shared.ports.clock.monotonic());
    let (head, body) = request.into_parts();
    if let Err((status, message)) = guard::admit(&shared.base.host(), &head.method, &head.uri, &head.headers)
    {
        return shared.refuse(status, message);
    }
    let body = match read_body(body).await {
        Ok(Some(body)) => body,
        Ok(None) => {
            return shared.refuse(StatusCode::PAYLOAD_TOO_LARGE, "The Lab takes bodies of up to 1 MiB.");
        }
        Err(_) => return shared.refuse(StatusCode::BAD_REQUEST, "The body broke off."),
    };
    let arrived = match Arrived::read(head.method, &head.uri, head.headers, &body) {
        Ok(arrived) => arrived,
        Err(TargetError::Climbs) => {
            return shared.refuse(
                StatusCode::BAD_REQUEST,
                "This path leads out of the service that the Lab plays, so it was not followed.",
            );
        }
        Err(TargetError::Nowhere) => {
            let message =
                "This is Patchbay's Lab, a pretend service on this machine. Nothing is at this address.";
            return shared.refuse(StatusCode::NOT_FOUND, message);
        }
    };
    let asked = Arc::clone(shared);
    let answered = tokio::task::spawn_blocking(move || {
        let link_name = arrived.target.link_name.clone();
        let answer = match asked.state.load_play(&link_name)? {
            Some(play) => answer(&play, &arrived, &Issuer::new(asked.state.seed(), &link_name)),
            None => not_played(&arrived),
        };
        Ok::<_, LabError>((link_name, answer))
    });
    match answered.await {
        Ok(Ok((link_name, answer))) => {
            let took = shared.ports.clock.monotonic().saturating_sub(begun);
            // Where nothing is played, the name is whatever a peer wrote.
            shared.log.push(at, took, ServerText::quote(&link_name).as_str().into(), &answer);
            shared.reply(answer)
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "the Lab cannot read what it plays");
            shared.refuse(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The Lab cannot read what it plays. The log says why.",
            )
        }
        Err(_) => shared.refuse(StatusCode::INTERNAL_SERVER_ERROR, "The Lab failed. The log says why."),
    }
}

/// The whole body; `None` where it is too long. What is too long is read on for a while and thrown away: a client that
/// still writes would not read the refusal.
async fn read_body(mut body: Incoming) -> Result<Option<Vec<u8>>, hyper::Error> {
    let (mut kept, mut length) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        length += data.len();
        if length <= BODY_LIMIT {
            kept.extend_from_slice(&data);
        } else if length > DISCARD_LIMIT {
            break;
        }
    }
    Ok((length <= BODY_LIMIT).then_some(kept))
}

impl Shared {
    fn reply(&self, answer: Answer) -> Response<Full<Bytes>> {
        let mut headers = HeaderMap::new();
        if let Some(challenge) = answer.challenge.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        self.write(answer.status, headers, answer.body)
    }

    fn refuse(&self, status: StatusCode, message: &str) -> Response<Full<Bytes>> {
        self.write(status, HeaderMap::new(), Some(json!({ "message": message })))
    }

    fn write(
        &self,
        status: StatusCode,
        mut headers: HeaderMap,
        body: Option<Value>,
    ) -> Response<Full<Bytes>> {
        let json = HeaderValue::from_static("application/json");
        let body = body.map(|body| {
            headers.insert(header::CONTENT_TYPE, json);
            format!("{body:#}\n").into_bytes()
        });
        headers.insert(header::SERVER, HeaderValue::from_static("Patchbay-Lab"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        // RFC 9110 §5.6.7. By the Lab's clock, which a person may set.
        let date = self.ports.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        if let Ok(date) = HeaderValue::from_str(&date) {
            headers.insert(header::DATE, date);
        }
        let mut response = Response::new(Full::new(Bytes::from(body.unwrap_or_default())));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }
}
