//! The server: an ordinary HTTP/1.1 server on 127.0.0.1, with bounds on everything a peer can send or hold.

use crate::{
    address::{Base, TargetError},
    answer::{Answer, Payload, answer, not_played, seen},
    arrived::Arrived,
    deadline::{self, Deadline},
    desk::{Desk, Time},
    dials::{CLOCK_DIFFERENCE, SLOW},
    error::LabError,
    guard,
    issue::Issuer,
    log::Exchange,
    oauth, oauth1,
    ports::LabPorts,
    running::LockFile,
    seen::Seen,
    state::State,
    trouble,
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
use jiff::SignedDuration;
use secret::{ServerText, redact::Known};
use serde_json::json;
use std::{
    io,
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
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
    /// The number of the last request.
    last: watch::Sender<u64>,
    /// How many calls there were, for trouble that comes now and then.
    calls: AtomicU64,
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

    /// Tells the number of the last request whenever one arrives.
    pub fn watch(&self) -> watch::Receiver<u64> {
        self.shared.last.subscribe()
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
        tokio::task::spawn_blocking(move || {
            let lock = state.claim_running(port, entropy.as_ref())?;
            Ok::<_, LabError>((lock, state.last_exchange()?))
        })
    };
    let (lock, last) = claim.await.map_err(|_| LabError::Ending)??;
    let last = watch::Sender::new(last);
    let base = Base::at_port(port);
    let shared = Arc::new(Shared { ports, state, base, last, calls: AtomicU64::new(0) });
    let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
    Ok(Running { shared, wanted: preferred_port, lock, accepting })
}

/// The preferred port, one of its neighbours, or any; any at once where 0 is preferred.
async fn bind(preferred: u16) -> Result<TcpListener, LabError> {
    let wanted = preferred != 0;
    let neighbours = (preferred..=preferred.saturating_add(NEIGHBOURS)).filter(|_| wanted);
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
            let reply = respond(&shared, request, &deadline).await;
            deadline.move_to(deadline::NEXT);
            reply.ok_or(Dropped)
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

/// The connection ends without a reply, as a person wanted it.
#[derive(Debug, thiserror::Error)]
#[error("dropped on purpose")]
struct Dropped;

/// What answering on a thread that may wait brought.
struct Answered {
    link_name: String,
    seen: Seen,
    answer: Answer,
    /// How far the service's clock is ahead, in seconds.
    difference: i64,
}

async fn respond(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    deadline: &Deadline,
) -> Option<Response<Full<Bytes>>> {
    let (at, begun) = (shared.ports.clock.now(), shared.ports.clock.monotonic());
    let (head, body) = request.into_parts();
    let refuse = |status, message: &str| Some(shared.refuse(status, message));
    if let Err((status, message)) = guard::admit(&shared.base.host(), &head.method, &head.uri, &head.headers)
    {
        return refuse(status, message);
    }
    let body = match read_body(body).await {
        Ok(Some(body)) => body,
        Ok(None) => {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "The Lab takes bodies of up to 1 MiB.");
        }
        Err(_) => return refuse(StatusCode::BAD_REQUEST, "The body broke off."),
    };
    let arrived = match Arrived::read(head.method, &head.uri, head.headers, &body) {
        Ok(arrived) => arrived,
        Err(TargetError::Climbs) => {
            return refuse(
                StatusCode::BAD_REQUEST,
                "This path leads out of the service that the Lab plays, so it was not followed.",
            );
        }
        Err(TargetError::Nowhere) => {
            let message =
                "This is Patchbay's Lab, a pretend service on this machine. Nothing is at this address.";
            return refuse(StatusCode::NOT_FOUND, message);
        }
    };
    let asked = Arc::clone(shared);
    let answered = tokio::task::spawn_blocking(move || asked.answer(&arrived)).await;
    let Answered { link_name, seen, answer, difference } = match answered {
        Ok(Ok(answered)) => answered,
        Ok(Err(error)) => {
            tracing::error!(%error, "the Lab cannot read what it plays");
            return refuse(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The Lab cannot read what it plays. The log says why.",
            );
        }
        Err(_) => return refuse(StatusCode::INTERNAL_SERVER_ERROR, "The Lab failed. The log says why."),
    };
    let clock = &shared.ports.clock;
    deadline.move_to(deadline::BODY + answer.after);
    clock.sleep_until(clock.monotonic() + answer.after).await;
    let took = clock.monotonic().saturating_sub(begun);
    let dropped = answer.body == Payload::Dropped;
    let exchange = Exchange {
        seq: 0,
        at,
        took,
        // Where nothing is played, the name is whatever a peer wrote.
        link_name: ServerText::quote(&link_name).as_str().into(),
        request: seen,
        status: (!dropped).then_some(answer.status.as_u16()),
        outcome: answer.outcome,
        checked: answer.checked.clone(),
    };
    shared.keep(exchange).await;
    (!dropped).then(|| shared.reply(answer, difference))
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
    /// Answers a request. Waits for the disk.
    fn answer(&self, arrived: &Arrived) -> Result<Answered, LabError> {
        let link_name = arrived.target.link_name.clone();
        let Some(play) = self.state.load_play(&link_name)? else {
            let seen = Seen::new(arrived, &[], Known::new());
            return Ok(Answered { link_name, seen, answer: not_played(), difference: 0 });
        };
        let behaviour = self.state.behaviour(&link_name)?;
        let issuer = Issuer::new(self.state.seed(), &link_name);
        let difference = behaviour.number(&CLOCK_DIFFERENCE);
        let now = self.ports.clock.now().as_second();
        let time = Time { clock: now + difference, passed: now + self.state.ahead()? };
        let met = oauth::meet(&play, &arrived.target);
        let signed = oauth1::meet(&play, &arrived.target);
        let calls = self.calls.fetch_add(1, Ordering::Relaxed) + 1;
        let place = met.as_ref().map(|met| met.endpoint.place());
        let place = place.or(signed.as_ref().map(|met| met.endpoint.place())).unwrap_or(trouble::Place::Call);
        let desk = Desk {
            state: &self.state,
            ports: &self.ports,
            base: &self.base,
            play: &play,
            issuer: &issuer,
            behaviour: &behaviour,
            arrived,
            time,
        };
        let troubled = trouble::make(&self.state, &link_name, &behaviour, place, calls)?;
        let mut answer = match (troubled, &met, &signed) {
            (Some(answer), ..) => answer,
            (None, Some(met), _) => oauth::answer(&desk, met)?,
            (None, None, Some(met)) => oauth1::answer(&desk, met)?,
            (None, None, None) => answer(&play, arrived, &issuer, &desk, &behaviour),
        };
        answer.after += Duration::from_millis(behaviour.number(&SLOW).unsigned_abs());
        let seen = seen(&play, &issuer, arrived, &answer.found);
        Ok(Answered { link_name, seen, answer, difference })
    }

    /// Keeps an exchange and tells that there is one.
    async fn keep(self: &Arc<Self>, exchange: Exchange) {
        let keeper = Arc::clone(self);
        let kept = tokio::task::spawn_blocking(move || keeper.state.keep_exchange(&exchange)).await;
        match kept {
            // Two that are kept at once may tell in any order.
            Ok(Ok(seq)) => {
                self.last.send_if_modified(|last| {
                    let newer = seq > *last;
                    *last = seq.max(*last);
                    newer
                });
            }
            Ok(Err(error)) => tracing::warn!(%error, "a request to the Lab was not written down"),
            Err(_) => tracing::warn!("a request to the Lab was not written down"),
        }
    }

    fn reply(&self, answer: Answer, difference: i64) -> Response<Full<Bytes>> {
        let mut headers = HeaderMap::new();
        for (name, value) in answer.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        let (content_type, body) = match answer.body {
            Payload::Empty | Payload::Dropped => (None, Vec::new()),
            Payload::Json(body) => (Some("application/json"), format!("{body:#}\n").into_bytes()),
            Payload::Text(content_type, body) => (Some(content_type), body.into_bytes()),
            Payload::Page(page) => {
                if let Ok(policy) = HeaderValue::from_str(&page.policy) {
                    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
                }
                headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
                (Some("text/html; charset=utf-8"), page.html.into_bytes())
            }
        };
        if let Some(content_type) = content_type {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        }
        self.write(answer.status, headers, body, difference)
    }

    fn refuse(&self, status: StatusCode, message: &str) -> Response<Full<Bytes>> {
        self.reply(Answer::of(status, Payload::Json(json!({ "message": message }))), 0)
    }

    fn write(
        &self,
        status: StatusCode,
        mut headers: HeaderMap,
        body: Vec<u8>,
        difference: i64,
    ) -> Response<Full<Bytes>> {
        headers.insert(header::SERVER, HeaderValue::from_static("Patchbay-Lab"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        // With none at all, a page's own form would come from nowhere (Fetch §3.1).
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("origin"));
        // RFC 9110 §5.6.7. By the service's clock, which a person may set.
        let now = self.ports.clock.now();
        let now = now.checked_add(SignedDuration::from_secs(difference)).unwrap_or(now);
        if let Ok(date) = HeaderValue::from_str(&now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()) {
            headers.insert(header::DATE, date);
        }
        let mut response = Response::new(Full::new(Bytes::from(body)));
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        response
    }
}
