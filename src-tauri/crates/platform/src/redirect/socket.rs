//! What is bound, and for how long.
//!
//! Each socket belongs to one literal loopback address. It is bound without `SO_REUSEADDR` and `SO_REUSEPORT`, so that
//! no other program can share it, and closed when the last attempt on it ends. A connection is never ended by us in the
//! orderly way (see `connection`), or the system would keep the port back for a minute and the next attempt could not
//! have it.

use super::{connection, exchange::Routes};
use domain::ports::{Clock, Entropy, ListenError};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Weak},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::{Mutex, oneshot, watch},
};

/// Connections that wait to be accepted.
const BACKLOG: u32 = 128;
/// How long after a failed accept the next one is tried.
const PAUSE: Duration = Duration::from_millis(100);

/// The open sockets of this process, shared by attempts with the same address.
pub(super) struct Sockets {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    open: Mutex<Vec<Entry>>,
}

struct Entry {
    address: SocketAddr,
    socket: Weak<Socket>,
    /// Ends when the system has the address back.
    released: watch::Receiver<()>,
}

/// A bound loopback address. Dropped, it closes.
pub(super) struct Socket {
    address: SocketAddr,
    routes: Arc<Routes>,
    _open: oneshot::Sender<()>,
}

impl Socket {
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn routes(&self) -> &Routes {
        &self.routes
    }
}

impl Sockets {
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self { clock, entropy, open: Mutex::new(Vec::new()) }
    }

    /// The socket of this address; port 0 takes a free one.
    pub async fn open(&self, ip: IpAddr, port: u16) -> Result<Arc<Socket>, ListenError> {
        let address = SocketAddr::new(ip, port);
        let mut open = self.open.lock().await;
        open.retain(|entry| entry.released.has_changed().is_ok());
        if let Some(entry) = open.iter_mut().find(|entry| port != 0 && entry.address == address) {
            if let Some(socket) = entry.socket.upgrade() {
                return Ok(socket);
            }
            // It is closing. An error says that it has closed.
            let _ = entry.released.changed().await;
        }
        let listener = bind(address)?;
        let address = listener.local_addr().map_err(|error| failed(&error))?;
        let (keep_open, closing) = oneshot::channel();
        let (release, released) = watch::channel(());
        let routes = Arc::new(Routes::new(Arc::clone(&self.entropy)));
        let socket = Arc::new(Socket { address, routes: Arc::clone(&routes), _open: keep_open });
        tokio::spawn(accept(listener, routes, Arc::clone(&self.clock), closing, release));
        open.push(Entry { address, socket: Arc::downgrade(&socket), released });
        Ok(socket)
    }
}

async fn accept(
    listener: TcpListener,
    routes: Arc<Routes>,
    clock: Arc<dyn Clock>,
    mut closing: oneshot::Receiver<()>,
    release: watch::Sender<()>,
) {
    let mut connections = connection::Connections::default();
    loop {
        tokio::select! {
            biased;
            _ = &mut closing => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => connections.begin(stream, Arc::clone(&routes), Arc::clone(&clock)),
                Err(error) => {
                    tracing::warn!(%error, "the redirect address could not accept a connection");
                    clock.sleep_until(clock.monotonic() + PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    // Each connection holds the address too.
    connections.end().await;
    drop(release);
}

fn bind(address: SocketAddr) -> Result<TcpListener, ListenError> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    let listening = socket.and_then(|socket| {
        socket.bind(address)?;
        socket.listen(BACKLOG)
    });
    listening.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => ListenError::InUse { port: address.port() },
        io::ErrorKind::PermissionDenied => ListenError::NotAllowed { port: address.port() },
        io::ErrorKind::AddrNotAvailable if address.is_ipv6() => ListenError::NoIpv6,
        _ if address.is_ipv6() && error.raw_os_error() == Some(NO_SUCH_FAMILY) => ListenError::NoIpv6,
        _ => failed(&error),
    })
}

/// What a system without IPv6 says to a socket of that family.
#[cfg(unix)]
const NO_SUCH_FAMILY: i32 = rustix::io::Errno::AFNOSUPPORT.raw_os_error();
#[cfg(windows)]
const NO_SUCH_FAMILY: i32 = 10047; // WSAEAFNOSUPPORT

fn failed(error: &io::Error) -> ListenError {
    ListenError::Failed { detail: error.to_string() }
}
