//! The outside as a run of *Prove it* has it: this machine's network and nothing beyond it, a key that is in memory alone,
//! time that can be let pass, and no browser, clipboard or system to disturb.

use domain::{
    Timestamp,
    agent_group::Route,
    id::ProcessId,
    ports::{
        AppLink, AppLinkError, BoxFuture, Clipboard, ClipboardError, Clock, HttpSend, KeyStore,
        KeyStoreError, LinkHandler, LoopbackFault, Processes, TransportClass, TransportError, WaysBack,
        WaysTested,
    },
};
use jiff::SignedDuration;
use protocol::message::{Request, Response};
use secret::{SecretBytes, SecretString};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::watch;

/// The machine's clock, and what a run let pass besides: nobody waits for a token to end.
pub(super) struct RunClock {
    true_clock: Arc<dyn Clock>,
    passed: watch::Sender<Duration>,
}

impl RunClock {
    pub fn of(true_clock: Arc<dyn Clock>) -> Self {
        Self { true_clock, passed: watch::Sender::new(Duration::ZERO) }
    }

    /// Lets time pass for everybody in the run.
    pub fn pass(&self, time: Duration) {
        self.passed.send_modify(|passed| *passed += time);
    }

    /// The machine's own.
    pub fn true_clock(&self) -> &dyn Clock {
        &*self.true_clock
    }
}

impl Clock for RunClock {
    fn now(&self) -> Timestamp {
        let now = self.true_clock.now();
        let passed = SignedDuration::try_from(*self.passed.borrow()).unwrap_or(SignedDuration::MAX);
        now.checked_add(passed).unwrap_or(Timestamp::MAX)
    }

    fn monotonic(&self) -> Duration {
        self.true_clock.monotonic() + *self.passed.borrow()
    }

    fn thread_time(&self) -> Duration {
        self.true_clock.thread_time()
    }

    fn sleep_until(&self, deadline: Duration) -> BoxFuture<'_, ()> {
        let mut passes = self.passed.subscribe();
        Box::pin(async move {
            loop {
                let passed = *passes.borrow_and_update();
                tokio::select! {
                    () = self.true_clock.sleep_until(deadline.saturating_sub(passed)) => return,
                    // The sender lives as long as the clock, which is borrowed here.
                    _ = passes.changed() => {}
                }
            }
        })
    }
}

/// The Lab's clock in a run: the same day, while its own deadlines stay those of the machine.
pub(super) struct ServiceClock(pub Arc<RunClock>);

impl Clock for ServiceClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn monotonic(&self) -> Duration {
        self.0.true_clock.monotonic()
    }

    fn sleep_until(&self, deadline: Duration) -> BoxFuture<'_, ()> {
        self.0.true_clock.sleep_until(deadline)
    }
}

/// The network of this machine alone.
pub(super) struct LoopbackHttp {
    http: Arc<dyn HttpSend>,
    clock: Arc<dyn Clock>,
    /// How long a reply is waited for, in milliseconds; as long as the network says where it is nought.
    patience: AtomicU64,
}

impl LoopbackHttp {
    pub fn over(http: Arc<dyn HttpSend>, clock: Arc<dyn Clock>) -> Self {
        Self { http, clock, patience: AtomicU64::new(0) }
    }

    /// Gives a reply that does not come up after `patience`; none to be as patient as ever.
    pub fn set_patience(&self, patience: Option<Duration>) {
        let millis = patience.map_or(0, |patience| u64::try_from(patience.as_millis()).unwrap_or(u64::MAX));
        self.patience.store(millis, Ordering::Relaxed);
    }
}

impl HttpSend for LoopbackHttp {
    fn send<'a>(
        &'a self,
        route: &'a Route,
        request: Request,
        limit: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        if *route != Route::Direct || request.url.host_str() != Some("127.0.0.1") {
            let detail = "a run of Prove it reaches nothing but the Lab".to_owned();
            let beyond = TransportError { class: TransportClass::Connect, fault: None, detail };
            return Box::pin(std::future::ready(Err(beyond)));
        }
        let patience = self.patience.load(Ordering::Relaxed);
        let reply = self.http.send(route, request, limit);
        if patience == 0 {
            return reply;
        }
        Box::pin(async move {
            let deadline = self.clock.monotonic() + Duration::from_millis(patience);
            tokio::select! {
                reply = reply => reply,
                () = self.clock.sleep_until(deadline) => Err(TransportError {
                    class: TransportClass::Timeout,
                    fault: None,
                    detail: format!("the whole reply had not come after {patience} ms"),
                }),
            }
        })
    }
}

/// Keys that are gone with the run, and with them all that it sealed.
#[derive(Default)]
pub(super) struct ForgottenKeys(Mutex<BTreeMap<String, SecretBytes>>);

impl ForgottenKeys {
    fn items(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, SecretBytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeyStore for ForgottenKeys {
    fn load(&self, item: &str) -> Result<Option<SecretBytes>, KeyStoreError> {
        Ok(self.items().get(item).cloned())
    }

    fn store(&self, item: &str, value: &SecretBytes) -> Result<(), KeyStoreError> {
        self.items().insert(item.to_owned(), value.clone());
        Ok(())
    }

    fn delete(&self, item: &str) -> Result<(), KeyStoreError> {
        self.items().remove(item);
        Ok(())
    }

    fn label(&self) -> String {
        "the memory of this run".into()
    }
}

/// What of the system a run has no need of.
pub(super) struct Nothing;

impl Clipboard for Nothing {
    fn copy(&self, _: SecretString, _: Duration) -> Result<(), ClipboardError> {
        Err(ClipboardError("a run of Prove it has none".into()))
    }
}

/// The pretend person brings app links back, so the system is not asked for them.
impl AppLink for Nothing {
    fn handler(&self) -> LinkHandler {
        LinkHandler::Ours
    }

    fn register(&self) -> Result<(), AppLinkError> {
        Ok(())
    }

    fn unregister(&self) -> Result<(), AppLinkError> {
        Ok(())
    }
}

impl WaysBack for Nothing {
    fn test(&self) -> BoxFuture<'_, WaysTested> {
        let detail = "a run of Prove it listens nowhere".to_owned();
        let loopback = Err(LoopbackFault::NotReached { detail });
        Box::pin(std::future::ready(WaysTested { loopback, app_link: LinkHandler::Ours }))
    }
}

impl Processes for Nothing {
    /// Nobody else knows of the run's folder.
    fn is_running(&self, _: &ProcessId) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::ManualClock;

    #[tokio::test]
    async fn who_sleeps_wakes_once_enough_time_was_let_pass() {
        let clock = Arc::new(RunClock::of(Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH))));
        let deadline = clock.monotonic() + Duration::from_secs(600);
        let sleeper = tokio::spawn({
            let clock = Arc::clone(&clock);
            async move { clock.sleep_until(deadline).await }
        });
        clock.pass(Duration::from_secs(599));
        tokio::task::yield_now().await;
        assert!(!sleeper.is_finished());
        clock.pass(Duration::from_secs(1));
        sleeper.await.unwrap();
        assert_eq!(clock.now().as_second(), 600);
        assert!(clock.true_clock().monotonic() < Duration::from_secs(1), "the machine's own clock stays");
    }

    #[tokio::test]
    async fn nothing_beyond_this_machine_is_reached() {
        struct Unreachable;
        impl HttpSend for Unreachable {
            fn send<'a>(
                &'a self,
                _: &'a Route,
                request: Request,
                _: usize,
            ) -> BoxFuture<'a, Result<Response, TransportError>> {
                panic!("{} was asked", request.url)
            }
        }
        let clock = Arc::new(ManualClock::at(Timestamp::UNIX_EPOCH));
        let http = LoopbackHttp::over(Arc::new(Unreachable), clock);
        for (route, url) in [
            (Route::Direct, "https://api.zylker.example/v2"),
            (Route::Direct, "http://127.0.0.1.zylker.example/"),
            (Route::SystemProxy, "http://127.0.0.1:4390/"),
        ] {
            let request = Request::new(protocol::message::Method::GET, url.parse().unwrap());
            assert_eq!(
                http.send(&route, request, 1).await.unwrap_err().class,
                TransportClass::Connect,
                "{url}"
            );
        }
    }
}
