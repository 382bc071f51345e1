//! An attempt that waits, and a client that sends what a test wrote, byte for byte.

use crate::{LoopbackListener, SystemEntropy};
use domain::{
    Timestamp,
    connector::ResponseMode,
    ports::{Arrived, ListenError, Listening, LoopbackAddress, LoopbackHost, RedirectListener, Verdict},
};
use secret::{SecretString, ServerText};
use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
    time::Duration,
};
use testkit::ManualClock;
use tokio::{sync::mpsc, task::JoinHandle};

/// The longest that a test waits for a byte.
pub const DEADLINE: Duration = Duration::from_secs(20);

pub fn listener() -> (LoopbackListener, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
    (LoopbackListener::new(Arc::clone(&clock) as _, Arc::new(SystemEntropy)), clock)
}

pub fn address(host: LoopbackHost, port: Option<u16>) -> LoopbackAddress {
    LoopbackAddress { host, port, path: "/callback".into() }
}

/// An attempt whose state is `state`. It tells each candidate it was shown, and says no to all others.
pub struct Attempt {
    pub redirect_uri: String,
    pub seen: mpsc::UnboundedReceiver<String>,
    waiting: JoinHandle<()>,
}

impl Attempt {
    pub async fn begin(
        listener: &LoopbackListener,
        address: LoopbackAddress,
        mode: ResponseMode,
        state: &str,
    ) -> Result<Self, ListenError> {
        let mut listening = listener.listen(address, mode).await?;
        let redirect_uri = listening.redirect_uri().to_owned();
        let (tell, seen) = mpsc::unbounded_channel();
        let state = format!("state={state}");
        let waiting = tokio::spawn(async move { judge(listening.as_mut(), &state, &tell).await });
        Ok(Self { redirect_uri, seen, waiting })
    }

    /// On 127.0.0.1, a free port, with the state `STATE`.
    pub async fn on_free_port(listener: &LoopbackListener, mode: ResponseMode) -> Self {
        Self::begin(listener, address(LoopbackHost::V4, None), mode, "STATE").await.unwrap()
    }

    /// Host and port, as they stand in the address.
    pub fn host(&self) -> &str {
        self.redirect_uri.strip_prefix("http://").unwrap().split('/').next().unwrap()
    }

    pub fn port(&self) -> u16 {
        self.host().rsplit(':').next().unwrap().parse().unwrap()
    }

    /// Cancels it and waits until it no longer listens.
    pub async fn cancel(mut self) {
        self.waiting.abort();
        // Aborted: the only outcome is that it was.
        let _ = (&mut self.waiting).await;
    }

    /// Waits until a candidate was taken.
    pub async fn end(mut self) {
        (&mut self.waiting).await.unwrap();
    }

    /// Sends `request` to 127.0.0.1, where `HOST` stands for the host of this attempt.
    pub async fn send(&self, request: &str) -> Reply {
        let request = request.replace("HOST", self.host());
        send(([127, 0, 0, 1], self.port()).into(), request).await
    }

    pub async fn get(&self, target: &str) -> Reply {
        self.send(&format!("GET {target} HTTP/1.1\nHost: HOST")).await
    }

    pub async fn post(&self, target: &str, headers: &str, body: &str) -> Reply {
        let length = body.len();
        self.send(&format!("POST {target} HTTP/1.1\nHost: HOST\nContent-Length: {length}{headers}\n\n{body}"))
            .await
    }

    /// What it was shown so far.
    pub fn seen(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.seen.try_recv().ok()).collect()
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        self.waiting.abort();
    }
}

async fn judge(listening: &mut dyn Listening, state: &str, tell: &mpsc::UnboundedSender<String>) {
    while let Some(candidate) = listening.next().await {
        let text = match &candidate.arrived {
            Arrived::Address(address) => expose(address),
            Arrived::Form(pairs) => {
                pairs.iter().map(|(name, value)| format!("{name}={}&", expose(value))).collect()
            }
        };
        let is_ours = text.split(['?', '#', '&']).any(|pair| pair == state);
        let said = text.split_once("error_description=").map(|(_, said)| {
            let said = percent_encoding::percent_decode_str(said).decode_utf8().unwrap();
            ServerText::quote(&said)
        });
        tell.send(text).unwrap();
        let connection = "Ledger <live>".to_owned();
        candidate.answer(match (is_ours, said) {
            (false, _) => Verdict::NotOurs,
            (true, None) => Verdict::Taken { connection },
            (true, Some(said)) => Verdict::Refused { connection, said },
        });
        if is_ours {
            return;
        }
    }
}

fn expose(secret: &SecretString) -> String {
    // EXPOSE: values that a test made
    secret.expose().clone()
}

/// A reply.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    /// The value of a header, of which there may be one.
    pub fn header(&self, name: &str) -> &str {
        let mut values =
            self.headers.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str());
        let value = values.next().unwrap_or_default();
        assert_eq!(values.next(), None, "{name} came twice");
        value
    }
}

/// Sends `request`, with line feeds alone in its head, and reads the reply.
pub async fn send(to: SocketAddr, request: String) -> Reply {
    tokio::task::spawn_blocking(move || {
        let (head, body) = request.split_once("\n\n").unwrap_or((&request, ""));
        let head = head.replace("\r\n", "\n").replace('\n', "\r\n");
        let mut stream = open(to);
        write(&mut stream, format!("{head}\r\n\r\n{body}").as_bytes());
        read(&mut stream, !head.starts_with("HEAD ")).expect("a reply")
    })
    .await
    .unwrap()
}

pub fn open(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.set_write_timeout(Some(DEADLINE)).unwrap();
    stream
}

/// Writes `bytes`; the other side may have ended the connection before it has read them all.
pub fn write(stream: &mut TcpStream, bytes: &[u8]) {
    match stream.write_all(bytes) {
        Err(error) if !matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset) => {
            panic!("{error}")
        }
        _ => {}
    }
}

/// Reads one reply; `None` where the connection ended without one.
pub fn read(stream: &mut TcpStream, has_body: bool) -> Option<Reply> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if !read_some(stream, &mut bytes) {
            assert!(bytes.is_empty(), "half a head: {}", String::from_utf8_lossy(&bytes));
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length.filter(|_| has_body).map_or(0, |(_, value)| value.parse().unwrap());
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length && read_some(stream, &mut body) {}
    assert_eq!(body.len(), length);
    Some(Reply { status, headers, body: String::from_utf8(body).unwrap() })
}

/// Whether another part came before the end.
pub fn read_some(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> bool {
    let mut part = [0; 4096];
    match stream.read(&mut part) {
        Ok(0) => false,
        Ok(length) => {
            bytes.extend_from_slice(&part[..length]);
            true
        }
        Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
        Err(error) => panic!("{error}"),
    }
}
