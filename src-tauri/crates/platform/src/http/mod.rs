//! The only way out to the network.
//!
//! One client per route, made at its first call. TLS is rustls with ring and the platform's own certificates. Redirects
//! are not followed, no referrer and no cookie is sent, and a body is capped after decoding, while it streams. A call
//! ends after [`DEADLINE`], whatever it waits for; what does not count is time in which this process stood still, so that a
//! reply which came meanwhile is still read. Loopback is always reached directly.
//!
//! What it never does: look at what it sends, or write it down.

mod failure;

use domain::{
    agent_group::Route,
    ports::{BoxFuture, HttpSend, TransportClass, TransportError},
};
use failure::failure;
use hyper_util::client::proxy::matcher::Matcher;
use protocol::message::{Request, Response};
use reqwest::{Client, redirect::Policy};
use rustls::{ClientConfig, crypto::CryptoProvider, pki_types::CertificateDer};
use rustls_platform_verifier::Verifier;
use std::{
    pin::pin,
    sync::{Arc, OnceLock},
    time::Duration,
};
use url::{Host, Url};

/// How long a call may take, from the first byte of the request to the last one of the reply.
pub const DEADLINE: Duration = Duration::from_secs(60);
/// The parts that the deadline is counted in. A process that stands still misses one of them, however long it does.
const PARTS: u32 = 60;

const USER_AGENT: &str = concat!("Patchbay/", env!("CARGO_PKG_VERSION"));

/// Sends requests out of this machine.
pub struct Http {
    settings: Settings,
    tls: OnceLock<Result<ClientConfig, TransportError>>,
    direct: OnceLock<Result<Client, TransportError>>,
    proxied: OnceLock<Result<Client, TransportError>>,
    proxies: OnceLock<Matcher>,
}

struct Settings {
    deadline: Duration,
    /// Used in place of the system's.
    proxy: Option<String>,
    /// Authorities that are trusted beside the system's.
    authorities: Vec<CertificateDer<'static>>,
}

impl Http {
    /// Opens nothing yet.
    pub fn new() -> Self {
        Self::with(Settings { deadline: DEADLINE, proxy: None, authorities: Vec::new() })
    }

    fn with(settings: Settings) -> Self {
        Self {
            settings,
            tls: OnceLock::new(),
            direct: OnceLock::new(),
            proxied: OnceLock::new(),
            proxies: OnceLock::new(),
        }
    }

    /// The client for a request, and whether a proxy stands in between.
    fn client(&self, route: &Route, url: &Url) -> Result<(&Client, bool), TransportError> {
        let proxied = match route {
            Route::Direct => false,
            Route::SystemProxy => !is_loopback(url) && self.has_proxy(url),
        };
        let slot = if proxied { &self.proxied } else { &self.direct };
        let client = slot.get_or_init(|| self.build(proxied)).as_ref().map_err(Clone::clone)?;
        Ok((client, proxied))
    }

    /// Whether the system names a proxy for this address.
    fn has_proxy(&self, url: &Url) -> bool {
        let proxies = self.proxies.get_or_init(|| match &self.settings.proxy {
            Some(proxy) => Matcher::builder().all(proxy.clone()).build(),
            None => Matcher::from_system(),
        });
        url.as_str().parse().is_ok_and(|uri| proxies.intercept(&uri).is_some())
    }

    #[expect(clippy::disallowed_methods, reason = "this is where clients are built")]
    fn build(&self, proxied: bool) -> Result<Client, TransportError> {
        let builder = Client::builder()
            .tls_backend_preconfigured(self.tls()?)
            .redirect(Policy::none())
            .referer(false)
            .user_agent(USER_AGENT)
            .connect_timeout(self.settings.deadline / 2);
        let builder = match &self.settings.proxy {
            _ if !proxied => builder.no_proxy(),
            None => builder,
            Some(proxy) => builder.proxy(reqwest::Proxy::all(proxy).map_err(|error| failure(error, true))?),
        };
        builder.build().map_err(|error| failure(error, proxied))
    }

    /// One provider, ring, for every client; never the process-wide default, which another crate could have set.
    fn tls(&self) -> Result<ClientConfig, TransportError> {
        self.tls
            .get_or_init(|| {
                let provider = Arc::new(rustls::crypto::ring::default_provider());
                tls_config(provider, self.settings.authorities.clone()).map_err(|error| TransportError {
                    class: TransportClass::Tls,
                    fault: None,
                    detail: format!("the certificates of this system cannot be used: {error}"),
                })
            })
            .clone()
    }
}

impl Default for Http {
    fn default() -> Self {
        Self::new()
    }
}

impl HttpSend for Http {
    fn send<'a>(
        &'a self,
        route: &'a Route,
        request: Request,
        limit: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        Box::pin(async move {
            let (client, proxied) = self.client(route, &request.url)?;
            let mut outgoing = reqwest::Request::new(request.method, request.url);
            *outgoing.headers_mut() = request.headers;
            if !request.body.is_empty() {
                *outgoing.body_mut() = Some(request.body.into());
            }
            let deadline = self.settings.deadline;
            let exchanged = within(deadline, async {
                let reply = client.execute(outgoing).await.map_err(|error| failure(error, proxied))?;
                read(reply, limit).await.map_err(|problem| match problem {
                    ReadProblem::Failed(error) => failure(error, proxied),
                    ReadProblem::TooLarge => TransportError {
                        class: TransportClass::TooLarge,
                        fault: None,
                        detail: format!("the reply is larger than {limit} bytes"),
                    },
                })
            });
            exchanged.await.unwrap_or_else(|| {
                Err(TransportError {
                    class: TransportClass::Timeout,
                    fault: None,
                    detail: format!("the whole reply had not come after {} s", deadline.as_secs_f32()),
                })
            })
        })
    }
}

/// What `work` answers, unless that takes longer than `deadline` of the time in which this process runs.
#[expect(
    clippy::disallowed_methods,
    reason = "counts the time in which the process runs, which no clock does"
)]
async fn within<T>(deadline: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    for _ in 0..PARTS {
        tokio::select! {
            biased;
            done = &mut work => return Some(done),
            () = tokio::time::sleep(deadline / PARTS) => {}
        }
    }
    None
}

enum ReadProblem {
    TooLarge,
    Failed(reqwest::Error),
}

/// Reads the body as it comes, so that a small reply that decodes to a huge one never fills the memory.
async fn read(mut reply: reqwest::Response, limit: usize) -> Result<Response, ReadProblem> {
    // The length is told only for a body that is not encoded.
    if reply.content_length().is_some_and(|length| length > limit as u64) {
        return Err(ReadProblem::TooLarge);
    }
    let mut body = Vec::new();
    while let Some(chunk) = reply.chunk().await.map_err(ReadProblem::Failed)? {
        if body.len() + chunk.len() > limit {
            return Err(ReadProblem::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Response { status: reply.status(), headers: std::mem::take(reply.headers_mut()), body })
}

fn tls_config(
    provider: Arc<CryptoProvider>,
    authorities: Vec<CertificateDer<'static>>,
) -> Result<ClientConfig, rustls::Error> {
    let verifier = Verifier::new_with_extra_roots(authorities, Arc::clone(&provider))?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous() // rustls's word for any verifier but its own; this one is the platform's.
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// RFC 6761 §6.3 for the name, RFC 1122 §3.2.1.3 and RFC 4291 §2.5.3 for addresses.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => {
            address.is_loopback() || address.to_ipv4_mapped().is_some_and(|v4| v4.is_loopback())
        }
        None => false,
    }
}

#[cfg(test)]
mod tests;
