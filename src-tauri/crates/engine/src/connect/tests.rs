//! A key that is replaced by another process while a connect is between sealing and writing.

use super::*;
use crate::vault::Vault;
use domain::{
    agent_group::Route,
    id::ProcessId,
    ports::{BoxFuture, Entropy, HttpSend, Ports, TransportError},
};
use protocol::message::{HeaderMap, Request, Response, StatusCode};
use store::Store;
use testkit::{MemoryKeyStore, SeededEntropy};

struct Accepting;

impl HttpSend for Accepting {
    fn send<'a>(
        &'a self,
        _: &'a Route,
        _: Request,
        _: usize,
    ) -> BoxFuture<'a, Result<Response, TransportError>> {
        let reply = Response { status: StatusCode::OK, headers: HeaderMap::new(), body: b"{}".to_vec() };
        Box::pin(async move { Ok(reply) })
    }
}

/// Randomness that lets another process replace the key the n-th time somebody asks for some.
struct Interrupted {
    seeded: SeededEntropy,
    rotates: Mutex<Option<(usize, Vault)>>,
}

impl Entropy for Interrupted {
    fn fill(&self, bytes: &mut [u8]) {
        let due = {
            let mut rotates = self.rotates.lock().unwrap();
            match &mut *rotates {
                Some((0, _)) => rotates.take(),
                Some((left, _)) => {
                    *left -= 1;
                    None
                }
                None => None,
            }
        };
        if let Some((_, other)) = due {
            let rotation = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                runtime.block_on(other.rotate()).unwrap();
            });
            rotation.join().unwrap();
        }
        self.seeded.fill(bytes);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_replaced_between_sealing_and_writing_costs_the_person_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let key_store = Arc::new(MemoryKeyStore::new());
    let process = |entropy: Arc<dyn Entropy>| {
        let ports = Ports { entropy, key_store: key_store.clone(), ..testkit::ports(Arc::new(Accepting)) };
        let store = Store::open(directory.path(), ports.clock.now()).unwrap();
        let process = ProcessId::make(&*ports.entropy);
        Engine::new(store, ports, process)
    };
    let entropy = Arc::new(Interrupted { seeded: SeededEntropy::new(7), rotates: Mutex::default() });
    let engine = process(entropy.clone());
    let other = process(Arc::new(SeededEntropy::new(8)));
    let file = "patchbay: 1\nlink_name: zylker\nname: Zylker\nbase_url: https://api.zylker.example\n\
                authentication: { type: bearer }\nverify: { path: /me }\n";
    let connector = engine.import_connector(file, false).await.unwrap().connector.id;
    engine.mark_ready(&connector).await.unwrap();
    let connect = async || {
        let given = Given {
            connector: connector.clone(),
            connection: None,
            name: String::new(),
            environment: None,
            authentication: None,
            settings: BTreeMap::new(),
            values: BTreeMap::new(),
            secrets: [("token".to_owned(), SecretString::new("s3cret".into()))].into(),
            scopes: None,
            way: None,
            opens_browser: false,
        };
        let attempt = engine.begin_connect(given).await.unwrap();
        let settled = engine.settled_attempt(&attempt.id, Duration::from_secs(60)).await.unwrap();
        match settled.state {
            AttemptState::Connected { connection, .. } => connection,
            other => panic!("{other:?}"),
        }
    };
    connect().await;
    let mut interrupted = 0;
    for moment in 0.. {
        *entropy.rotates.lock().unwrap() = Some((moment, other.vault().clone()));
        let connection = connect().await;
        let never_came = entropy.rotates.lock().unwrap().take().is_some();
        let (found, _) = engine.verify(&connection).await.unwrap();
        assert!(matches!(found, Verification::Works { .. }), "{moment}: {found:?}");
        if never_came {
            break;
        }
        interrupted += 1;
    }
    assert!(interrupted >= 4, "only {interrupted} moments");
}
