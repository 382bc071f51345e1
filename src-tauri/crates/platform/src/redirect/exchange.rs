//! Which request is a candidate, and what it is answered.
//!
//! In this order: path (404), method (405), host (421), origin and purpose (403). Only then is anybody asked. Nothing
//! before that tells more than that something listens here.

use super::page::{self, Page};
use domain::{
    connector::ResponseMode,
    ports::{Arrived, Candidate, Entropy, LoopbackHost, Verdict},
};
use http_body_util::{BodyExt, Full};
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode, Uri,
    body::{Body, Bytes, Incoming},
    header,
};
use secret::SecretString;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};
use url::form_urlencoded;

/// The longest form or fragment. An id_token and a code fit several times.
const BODY_LIMIT: usize = 64 << 10;

/// Which server is meant: its literal host with its port, as browsers write it.
pub(super) struct Site(String);

impl Site {
    pub fn new(host: LoopbackHost, port: u16) -> Self {
        let host = host.as_str();
        // Browsers leave the usual port out.
        Self(if port == 80 { host.to_owned() } else { format!("{host}:{port}") })
    }

    /// One `Host`, this one; and no other in the request line (RFC 9112 §3.2.2).
    fn is_addressed(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        let mut hosts = headers.get_all(header::HOST).iter();
        hosts.next().is_some_and(|host| host.as_bytes() == self.0.as_bytes())
            && hosts.next().is_none()
            && uri.authority().is_none_or(|authority| authority.as_str() == self.0)
    }

    fn is_origin(&self, origin: &header::HeaderValue) -> bool {
        origin.as_bytes().strip_prefix(b"http://") == Some(self.0.as_bytes())
    }
}

/// Where one attempt waits.
pub(super) struct Route {
    site: Site,
    path: String,
    redirect_uri: String,
    mode: ResponseMode,
    candidates: mpsc::Sender<Candidate>,
}

impl Route {
    pub fn new(site: Site, path: String, mode: ResponseMode, candidates: mpsc::Sender<Candidate>) -> Self {
        let redirect_uri = format!("http://{}{path}", site.0);
        Self { site, path, redirect_uri, mode, candidates }
    }

    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// What a request for `path` by `method` would be to this route.
    fn reads(&self, path: &str, method: &Method) -> Reading {
        let is_fragment_path = || path.strip_suffix("/fragment") == Some(self.path.trim_end_matches('/'));
        if path == self.path {
            match (method, self.mode) {
                (&Method::GET, _) => Reading::Redirect,
                (&Method::POST, ResponseMode::FormPost) => Reading::Form,
                (_, ResponseMode::FormPost) => Reading::Wrong("GET, POST"),
                _ => Reading::Wrong("GET"),
            }
        } else if self.mode == ResponseMode::Fragment && is_fragment_path() {
            if method == Method::POST { Reading::Fragment } else { Reading::Wrong("POST") }
        } else {
            Reading::Elsewhere
        }
    }

    async fn ask(&self, arrived: Arrived) -> Verdict {
        let (sender, verdict) = oneshot::channel();
        // The browser may have gone meanwhile; then nobody waits for the page.
        let candidate = Candidate::new(arrived, move |verdict| drop(sender.send(verdict)));
        match self.candidates.send(candidate).await {
            Ok(()) => verdict.await.unwrap_or(Verdict::NotOurs),
            Err(_) => Verdict::NotOurs,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// A browser that was sent here.
    Redirect,
    /// A form that the service had the browser post.
    Form,
    /// What our own page read behind the `#`.
    Fragment,
    /// Another method than these.
    Wrong(&'static str),
    /// Another path.
    Elsewhere,
}

/// Where attempts wait on one socket.
pub(super) struct Routes {
    waiting: Mutex<Vec<Arc<Route>>>,
    entropy: Arc<dyn Entropy>,
}

impl Routes {
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self { waiting: Mutex::default(), entropy }
    }

    pub fn add(&self, route: Arc<Route>) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(route);
    }

    pub fn remove(&self, route: &Arc<Route>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|other| !Arc::ptr_eq(other, route));
    }

    fn all(&self) -> Vec<Arc<Route>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Answers `request`; asks the attempts that wait for it, where it is a candidate.
pub(super) async fn answer(routes: &Routes, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let page = match read(routes, request).await {
        Ok((candidate, waiting)) => judge(candidate, &waiting).await,
        Err(page) => page,
    };
    page.write(routes.entropy.as_ref())
}

/// Shows the candidate to one attempt after the other, until one takes it.
async fn judge(read: Read, waiting: &[Arc<Route>]) -> Page {
    for route in waiting {
        let arrived = match &read {
            Read::Behind(mark, text) => {
                // EXPOSE: the address as the browser had it, for whoever knows its state.
                let address = format!("{}{mark}{}", route.redirect_uri, text.expose());
                Arrived::Address(SecretString::new(address))
            }
            Read::Form(pairs) => Arrived::Form(pairs.clone()),
        };
        match route.ask(arrived).await {
            Verdict::NotOurs => {}
            Verdict::Taken { connection } => return page::taken(&connection),
            Verdict::Refused { connection, said } => return page::refused(&connection, &said),
        }
    }
    page::not_ours()
}

/// What came with a request that may be a redirect.
enum Read {
    /// What stands behind `?` or `#`.
    Behind(char, SecretString),
    Form(Vec<(String, SecretString)>),
}

/// The candidate in `request` and who may wait for it, or the page that it is answered without asking.
async fn read(routes: &Routes, request: Request<Incoming>) -> Result<(Read, Vec<Arc<Route>>), Page> {
    let (head, body) = request.into_parts();
    let mut here: Vec<(Reading, Arc<Route>)> =
        routes.all().into_iter().map(|route| (route.reads(head.uri.path(), &head.method), route)).collect();
    here.retain(|(reading, _)| *reading != Reading::Elsewhere);
    let Some(&(first, _)) = here.first() else { return Err(page::nothing_here()) };
    here.retain(|(reading, _)| !matches!(reading, Reading::Wrong(_)));
    let Some(&(reading, _)) = here.first() else {
        return Err(page::wrong_method(if let Reading::Wrong(allowed) = first { allowed } else { "GET" }));
    };
    here.retain(|(other, route)| *other == reading && route.site.is_addressed(&head.uri, &head.headers));
    let Some((_, route)) = here.first() else { return Err(page::another_host()) };
    if !is_meant(reading, &route.site, &head.headers) {
        return Err(page::another_site());
    }
    let read = match reading {
        Reading::Redirect => {
            let query = head.uri.query().unwrap_or_default();
            let by_fragment = here.iter().any(|(_, route)| route.mode == ResponseMode::Fragment);
            if by_fragment && !form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "state") {
                return Err(page::fragment());
            }
            if query.is_empty() {
                return Err(page::not_ours());
            }
            Read::Behind('?', SecretString::new(query.to_owned()))
        }
        Reading::Form => {
            if !is_form(&head.headers) {
                return Err(page::not_a_form());
            }
            let body = read_body(body).await?;
            let pairs = form_urlencoded::parse(&body);
            Read::Form(
                pairs
                    .map(|(name, value)| (name.into_owned(), SecretString::new(value.into_owned())))
                    .collect(),
            )
        }
        _ => {
            let body = read_body(body).await?;
            let is_fragment = !body.is_empty() && body.iter().all(u8::is_ascii_graphic);
            let text = String::from_utf8(body).ok().filter(|_| is_fragment);
            Read::Behind('#', SecretString::new(text.ok_or_else(page::not_ours)?))
        }
    };
    Ok((read, here.into_iter().map(|(_, route)| route).collect()))
}

/// Whether a browser sends this of its own accord, or for our own page, and not for a page of another site.
fn is_meant(reading: Reading, site: &Site, headers: &HeaderMap) -> bool {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    let origin_fits = match reading {
        // Going to a page, a browser names no origin.
        Reading::Redirect => origins.all(|origin| site.is_origin(origin)),
        // The form comes from a page of the service, whichever that is; its `state` speaks for it.
        Reading::Form => true,
        _ => origins.next().is_some_and(|origin| site.is_origin(origin)) && origins.next().is_none(),
    };
    let purpose: &[u8] = if reading == Reading::Fragment { b"empty" } else { b"document" };
    // Where the browser tells (Fetch Metadata): no picture, frame or script of another page.
    origin_fits && headers.get_all("sec-fetch-dest").iter().all(|named| named.as_bytes() == purpose)
}

fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

async fn read_body(mut body: Incoming) -> Result<Vec<u8>, Page> {
    let mut read = Vec::new();
    if body.size_hint().lower() > BODY_LIMIT as u64 {
        return Err(page::too_large());
    }
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| page::refusal(StatusCode::BAD_REQUEST, "What was sent broke off."))?;
        if let Ok(data) = frame.into_data() {
            if read.len() + data.len() > BODY_LIMIT {
                return Err(page::too_large());
            }
            read.extend_from_slice(&data);
        }
    }
    Ok(read)
}
