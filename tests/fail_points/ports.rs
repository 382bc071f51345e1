//! Ports that come by a fail point on their way to the real ones.

use domain::{
    Timestamp,
    agent_group::Route,
    ports::{BoxFuture, Clock, HttpSend, KeyStore, KeyStoreError, TransportError},
};
use protocol::message::{Request, Response};
use secret::SecretBytes;
use std::{fs, io, path::PathBuf, sync::Arc, time::Duration};
use tests::fail_points::FailPoints;

/// The network. *After* is when the whole reply is read.
pub struct Requests {
    pub inner: Arc<dyn HttpSend>,
    pub points: Arc<FailPoints>,
}

impl HttpSend for Requests {
    fn send<'a>(
        &'a self,
        route: &'a Route,
        request: Request,
        limit: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        Box::pin(async move {
            let name = format!("request {} {}", request.method, request.url.path());
            self.points.touch(&format!("before {name}"));
            let reply = self.inner.send(route, request, limit).await;
            self.points.touch(&format!("after {name}"));
            reply
        })
    }
}

/// A key store.
pub struct WatchedKeys {
    pub inner: Arc<dyn KeyStore>,
    pub points: Arc<FailPoints>,
}

impl WatchedKeys {
    fn watched<T>(&self, what: &str, work: impl FnOnce() -> T) -> T {
        self.points.touch(&format!("before key store {what}"));
        let outcome = work();
        self.points.touch(&format!("after key store {what}"));
        outcome
    }
}

impl KeyStore for WatchedKeys {
    fn load(&self, item: &str) -> Result<Option<SecretBytes>, KeyStoreError> {
        self.inner.load(item)
    }

    fn store(&self, item: &str, value: &SecretBytes) -> Result<(), KeyStoreError> {
        self.watched("store", || self.inner.store(item, value))
    }

    fn delete(&self, item: &str) -> Result<(), KeyStoreError> {
        self.watched("delete", || self.inner.delete(item))
    }

    fn label(&self) -> String {
        self.inner.label()
    }
}

/// A key store that is copied with its folder, so that a test can begin from the same place many times.
pub struct KeyFiles {
    folder: PathBuf,
}

impl KeyFiles {
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { folder }
    }

    fn file(&self, item: &str) -> PathBuf {
        self.folder.join(item.replace('/', "~"))
    }
}

fn refused(error: io::Error) -> KeyStoreError {
    KeyStoreError::Refused { detail: error.to_string() }
}

impl KeyStore for KeyFiles {
    fn load(&self, item: &str) -> Result<Option<SecretBytes>, KeyStoreError> {
        match fs::read(self.file(item)) {
            Ok(bytes) => Ok(Some(SecretBytes::new(bytes))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(refused(error)),
        }
    }

    fn store(&self, item: &str, value: &SecretBytes) -> Result<(), KeyStoreError> {
        fs::create_dir_all(&self.folder).map_err(refused)?;
        // Key stores write an item whole or not at all.
        let half = self.folder.join(format!("half-{}", std::process::id()));
        // EXPOSE: this folder is the key store of a test
        fs::write(&half, value.expose()).and_then(|()| fs::rename(&half, self.file(item))).map_err(refused)
    }

    fn delete(&self, item: &str) -> Result<(), KeyStoreError> {
        match fs::remove_file(self.file(item)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(refused(error)),
            _ => Ok(()),
        }
    }

    fn label(&self) -> String {
        "a folder".into()
    }
}

/// A wall clock that is wrong by so many seconds, as on a machine whose clock was never set.
pub struct WrongClock {
    pub right: Arc<dyn Clock>,
    pub seconds: i64,
}

impl Clock for WrongClock {
    fn now(&self) -> Timestamp {
        let wrong = Timestamp::from_second(self.right.now().as_second() + self.seconds);
        wrong.unwrap_or_else(|_| self.right.now())
    }

    fn monotonic(&self) -> Duration {
        self.right.monotonic()
    }

    fn sleep_until(&self, deadline: Duration) -> BoxFuture<'_, ()> {
        self.right.sleep_until(deadline)
    }
}
