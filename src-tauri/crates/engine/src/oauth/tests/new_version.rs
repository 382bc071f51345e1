//! A connector that has a new version, and the connections that were made with the one before.

use super::*;
use crate::new_version::{Asks, Moved};

impl Machine {
    /// Makes the file, with `change` applied to it, the newest version.
    async fn publishes(&self, change: impl Fn(String) -> String) {
        self.engine.import_connector(&change(FILE.to_owned()), true).await.unwrap();
        self.engine.mark_ready(&self.connector).await.unwrap();
    }

    async fn asks(&self, id: &ConnectionId) -> Option<Asks> {
        self.engine.connection(id).await.unwrap().new_version
    }

    /// Signs in with the newest version; `visit` counts the pages that were opened before.
    async fn signs_in_with_it(&self, id: &ConnectionId, visit: usize) {
        let again = Again { connection: id.clone(), new_version: true };
        let attempt = self.try_begin_again(Some(again), None).await.unwrap();
        let (uri, state) = self.page(visit).await;
        self.redirects.arrive(&format!("{uri}?code=c&state={state}")).await;
        let state = self.settled(&attempt.id).await;
        assert!(matches!(state, AttemptState::Connected { .. }), "{state:?}");
    }

    /// Whether anything was sent there.
    fn was_at(&self, host: &str) -> bool {
        self.service.hosts.lock().unwrap().contains(host)
    }
}

fn counted(moved: &Moved) -> (usize, usize) {
    (moved.moved.len(), moved.left.len())
}

#[tokio::test]
async fn a_version_that_asks_nothing_is_used_at_once_with_the_tokens_that_are_there() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    assert_eq!(machine.asks(&id).await, None);
    assert_eq!(counted(&machine.engine.use_new_version(&id).await.unwrap()), (0, 0));
    machine.publishes(|file| file.replace("path: /me", "path: /you")).await;
    assert_eq!(machine.asks(&id).await, Some(Asks::default()));
    assert_eq!(counted(&machine.engine.use_new_version(&id).await.unwrap()), (1, 0));
    let detail = machine.engine.connection(&id).await.unwrap();
    assert_eq!(
        (detail.new_version, &detail.connection.status),
        (None, &ConnectionStatus::Connected { verified: None })
    );
    assert!(matches!(machine.engine.verify(&id).await.unwrap().0, Verification::Works { .. }));
    machine.engine.refresh(&id).await.unwrap();
    assert_eq!(machine.service.asked("authorization_code").len(), 1, "nobody signed in again");
}

#[tokio::test]
async fn a_version_that_sends_elsewhere_gets_no_credential_until_a_person_signs_in_with_it() {
    for (from, to, host) in [
        ("base_url: https://api.", "base_url: https://new.", "new.zylker.example"),
        ("token_url: https://login.", "token_url: https://tokens.", "tokens.zylker.example"),
        ("revoke_url: https://login.", "revoke_url: https://bin.", "bin.zylker.example"),
    ] {
        let machine = Machine::new().await;
        let id = machine.connected().await;
        machine.publishes(|file| file.replace(from, to)).await;
        let asks = Asks { origins: vec![format!("https://{host}:443")], ..Asks::default() };
        assert_eq!(machine.asks(&id).await, Some(asks), "{from}");
        let everywhere = machine.engine.use_new_version_everywhere(&machine.connector).await.unwrap();
        assert_eq!(counted(&everywhere), (0, 1), "{from}");
        assert_eq!(machine.call(&id).await.unwrap(), 200, "{from}: it goes on with the one before");
        machine.engine.refresh(&id).await.unwrap();
        assert!(!machine.was_at(host), "{from}: nothing went there");

        machine.signs_in_with_it(&id, 1).await;
        assert_eq!(machine.asks(&id).await, None, "{from}");
        assert_eq!(machine.call(&id).await.unwrap(), 200, "{from}");
        machine.engine.revoke(&id).await.unwrap();
        assert!(machine.was_at(host), "{from}");
    }
}

#[tokio::test]
async fn what_a_version_asks_for_is_told_before_anything_changes() {
    let none = Asks::default;
    let named = |name: &str| vec![name.to_owned()];
    type Change = fn(String) -> String;
    let cases: [(Change, Asks); 4] = [
        (
            |file| file.replace("client_authentication: none", "client_authentication: basic"),
            Asks { authentication: true, ..none() },
        ),
        (
            |file| file.replace("type: oauth2", "type: oauth2, grant_type: client_credentials"),
            Asks { authentication: true, ..none() },
        ),
        (
            |file| format!("{file}settings: [{{ key: team, label: Your team, required: true }}]\n"),
            Asks { values: named("Your team"), ..none() },
        ),
        (|file| format!("{file}description: Deals.\nscopes: {{ items: [{{ value: extra }}] }}\n"), none()),
    ];
    for (change, asks) in cases {
        let machine = Machine::new().await;
        let id = machine.connected().await;
        machine.publishes(change).await;
        let expected = (usize::from(asks.is_empty()), usize::from(!asks.is_empty()));
        assert_eq!(machine.asks(&id).await, Some(asks));
        assert_eq!(counted(&machine.engine.use_new_version(&id).await.unwrap()), expected);
        assert_eq!(machine.call(&id).await.unwrap(), 200);
    }
}

#[tokio::test]
async fn a_permission_that_is_new_is_asked_for_beside_those_before() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine
        .publishes(|file| {
            format!("{file}scopes: {{ items: [{{ name: Write deals, value: write, default: true }}] }}\n")
        })
        .await;
    let asked: Vec<_> =
        machine.asks(&id).await.unwrap().permissions.into_iter().map(|scope| scope.value).collect();
    assert_eq!(asked, ["write"]);
    machine.signs_in_with_it(&id, 1).await;
    assert_eq!(machine.engine.connection(&id).await.unwrap().authorization.unwrap().requested, ["write"]);
}

#[tokio::test]
async fn a_connection_that_shares_the_sign_in_goes_on_with_the_version_before() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    let other = machine.engine.duplicate_connection(&id).await.unwrap().connection.id;
    machine.publishes(|file| file.replace("base_url: https://api.", "base_url: https://new.")).await;
    machine.signs_in_with_it(&id, 1).await;
    let authorization = async |id| machine.engine.connection(id).await.unwrap().authorization.unwrap().id;
    assert_ne!(authorization(&id).await, authorization(&other).await);
    assert!(machine.asks(&other).await.is_some());
    for each in [&id, &other] {
        assert_eq!(machine.call(each).await.unwrap(), 200);
    }
}

#[tokio::test]
async fn signing_in_again_keeps_the_version_even_while_the_connector_is_a_draft() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine.publishes(|file| file.replace("base_url: https://api.", "base_url: https://new.")).await;
    machine.engine.back_to_draft(&machine.connector).await.unwrap();
    machine.reauthorized(&id, 1).await;
    assert_eq!(machine.call(&id).await.unwrap(), 200);
    assert!(!machine.was_at("new.zylker.example"));
}
