//! What becomes of tokens after the sign-in, whatever the service and this machine do meanwhile.

use super::*;
use tokio::task::JoinHandle;

impl Machine {
    /// A refresh that the service was asked for; its answer is on its way until the gate opens.
    async fn refresh_on_its_way(&self, id: &ConnectionId) -> (Arc<Semaphore>, JoinHandle<Result<(), Error>>) {
        let gate = self.service.hold();
        let (engine, id) = (self.engine.clone(), id.clone());
        let caller = tokio::spawn(async move { engine.refresh(&id).await });
        self.service.is_asked("refresh_token", 1).await;
        (gate, caller)
    }
}

#[tokio::test]
async fn two_hundred_callers_cause_one_refresh() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    for expiry in 1..=2 {
        machine.clock.advance(HOUR);
        let calls = (0..200).map(|_| {
            let (engine, id) = (machine.engine.clone(), id.clone());
            tokio::spawn(async move { engine.call(&id, &Call::new(Method::GET, "/me")).await })
        });
        for call in calls.collect::<Vec<_>>() {
            assert_eq!(call.await.unwrap().unwrap().outcome.unwrap().status, StatusCode::OK);
        }
        assert_eq!(machine.service.asked("refresh_token").len(), expiry);
    }
}

#[tokio::test]
async fn the_history_says_what_a_sign_in_and_a_refresh_brought() {
    let asks = "scopes: { items: [{ value: read, default: true }, { value: write, default: true }] }\n";
    let machine = Machine::of(&format!("{FILE}{asks}")).await;
    machine.accept_only("at-1");
    machine
        .service
        .answers(200, r#"{"access_token":"at-1","refresh_token":"rt-1","expires_in":600,"scope":"read"}"#);
    let id = machine.connected().await;
    machine.engine.refresh(&id).await.unwrap();
    machine.service.answers(200, r#"{"access_token":"at-9"}"#);
    machine.engine.refresh(&id).await.unwrap();
    let history = machine.engine.history(&id, None, 9).await.unwrap();
    let [(untold, None), (refreshed, None), (connected, Some(call))] = &history.events[..] else {
        panic!("{history:?}");
    };
    assert_eq!(untold.kind, EventKind::Refreshed { lasts: None }, "a guess is not told");
    assert_eq!(refreshed.kind, EventKind::Refreshed { lasts: Some(3600) });
    let account = Some("jane@acme.test".into());
    assert_eq!(connected.kind, EventKind::Connected { account, asked: 2, given: 1 });
    assert!(call.url.ends_with("/me"), "{call:?}");
}

#[tokio::test]
async fn only_an_ended_grant_ends_an_authorization() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine.clock.advance(HOUR);
    for (status, body) in [(503, ""), (429, "{}"), (500, r#"{"error":"invalid_grant"}"#), (200, "<html>")] {
        machine.service.answers(status, body);
        assert!(matches!(machine.call(&id).await, Err(Error::NotRefreshed(_))), "{status}");
        assert!(matches!(machine.status(&id).await, ConnectionStatus::Connected { .. }), "{status}");
    }
    machine.service.answers(400, r#"{"error":"invalid_grant","error_description":"gone"}"#);
    assert!(matches!(machine.call(&id).await, Err(Error::Ended { .. })));
    let ConnectionStatus::NeedsAttention { reason: AttentionReason::Ended { code, said, in_doubt: false } } =
        machine.status(&id).await
    else {
        panic!("it goes on");
    };
    assert_eq!((code.as_str(), said.as_deref()), ("invalid_grant", Some("gone")));
    machine.engine.refresh(&id).await.unwrap();
    assert!(
        matches!(machine.status(&id).await, ConnectionStatus::Connected { .. }),
        "its last token was kept"
    );
    let tokens: HashSet<_> =
        machine.service.asked("refresh_token").iter().map(|asked| asked["refresh_token"].clone()).collect();
    assert_eq!(tokens, HashSet::from(["rt-1".to_owned()]));
}

#[tokio::test]
async fn that_the_outcome_of_a_refresh_is_not_known_is_told_where_it_ended_the_authorization() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    let authorization = machine.engine.connection(&id).await.unwrap().authorization.unwrap();
    let dead = ProcessId::from_stored("dead");
    machine.processes.kill(&dead);
    let (row, generation) = (authorization.id, authorization.generation);
    let died = machine.engine.store().write(move |change| {
        let _ = change.authorizations().take_lease(&row, None, &dead)?;
        Ok::<_, Error>(change.authorizations().start_refresh(&row, &dead, generation)?)
    });
    assert!(died.await.unwrap().won());
    machine.service.answers(400, r#"{"error":"invalid_grant"}"#);
    assert!(matches!(machine.engine.refresh(&id).await, Err(Error::Ended { .. })));
    let status = machine.status(&id).await;
    let told = matches!(
        status,
        ConnectionStatus::NeedsAttention { reason: AttentionReason::Ended { in_doubt: true, .. } }
    );
    assert!(told, "{status:?}");
}

#[tokio::test]
async fn a_reply_without_a_refresh_token_leaves_the_old_one_in_force() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine.service.answers(200, r#"{"access_token":"bare"}"#);
    machine.engine.refresh(&id).await.unwrap();
    machine.engine.refresh(&id).await.unwrap();
    let sent: Vec<_> =
        machine.service.asked("refresh_token").iter().map(|asked| asked["refresh_token"].clone()).collect();
    assert_eq!(sent, ["rt-1", "rt-1"]);
}

#[tokio::test]
async fn a_refused_call_is_made_once_more_with_a_fresh_token() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine.service.accepted.lock().unwrap().clear();
    assert_eq!(machine.call(&id).await.unwrap(), 200);
    machine.service.accepted.lock().unwrap().clear();
    machine.service.answers(200, r#"{"access_token":"not accepted either"}"#);
    assert_eq!(machine.call(&id).await.unwrap(), 401, "then the refusal stands");
    assert_eq!(machine.service.asked("refresh_token").len(), 2);
}

#[tokio::test]
async fn a_lease_is_taken_only_from_a_process_that_is_dead() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    let authorization = machine.engine.connection(&id).await.unwrap().authorization.unwrap().id;
    let other = ProcessId::from_stored("other");
    let holder = other.clone();
    let held = machine
        .engine
        .store()
        .write(move |change| change.authorizations().take_lease(&authorization, None, &holder));
    assert!(held.await.unwrap().won());
    let (engine, refreshed) = (machine.engine.clone(), id.clone());
    let waiting = tokio::spawn(async move { engine.refresh(&refreshed).await });
    // Neither sleep nor a jump of the clock makes a living process look dead.
    machine.clock.jump_to("2026-11-25T10:00:00Z".parse().unwrap());
    while !waiting.is_finished() {
        machine.clock.advance(Duration::from_secs(1));
        tokio::task::yield_now().await;
    }
    assert!(matches!(waiting.await.unwrap(), Err(Error::RefreshElsewhere)));
    assert!(machine.service.asked("refresh_token").is_empty());
    machine.processes.kill(&other);
    machine.engine.refresh(&id).await.unwrap();
    assert_eq!(machine.service.asked("refresh_token").len(), 1);
}

#[tokio::test]
async fn a_reply_is_kept_although_nobody_waits_for_it() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    let (gate, caller) = machine.refresh_on_its_way(&id).await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    gate.add_permits(9);
    machine.engine.finish_refreshes().await;
    machine.engine.refresh(&id).await.unwrap();
    let sent = machine.service.asked("refresh_token");
    assert_eq!((sent[0]["refresh_token"].as_str(), sent[1]["refresh_token"].as_str()), ("rt-1", "rt-2"));
}

#[tokio::test]
async fn a_reply_is_kept_although_the_vault_is_locked_meanwhile() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    let (gate, caller) = machine.refresh_on_its_way(&id).await;
    machine.engine.vault().lock().await.unwrap();
    gate.add_permits(9);
    caller.await.unwrap().unwrap();
    assert!(matches!(machine.call(&id).await, Err(Error::Vault(VaultError::Locked))));
    machine.engine.vault().open(None).await.unwrap();
    machine.engine.refresh(&id).await.unwrap();
    assert_eq!(machine.service.asked("refresh_token")[1]["refresh_token"], "rt-2");
}

#[tokio::test]
async fn a_reply_is_kept_although_the_key_is_replaced_meanwhile() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    let (gate, caller) = machine.refresh_on_its_way(&id).await;
    machine.engine.vault().rotate().await.unwrap();
    gate.add_permits(9);
    caller.await.unwrap().unwrap();
    machine.engine.refresh(&id).await.unwrap();
    assert_eq!(machine.service.asked("refresh_token")[1]["refresh_token"], "rt-2");
}

#[tokio::test]
async fn a_reply_that_comes_after_a_new_sign_in_is_kept_aside() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    let (gate, caller) = machine.refresh_on_its_way(&id).await;
    // Somebody else stores other tokens, as a sign-in does that was finished meanwhile.
    let mut authorization = machine.engine.connection(&id).await.unwrap().authorization.unwrap();
    let row = authorization.id.clone();
    let before = authorization.generation;
    authorization.generation += 1;
    let tokens = TokenSet { access_token: SecretString::new("newer".into()), ..TokenSet::default() };
    let tokens = Credential::Tokens(tokens).to_bytes();
    let sealed = machine.engine.vault().seal(&credential_place(&authorization), &tokens).await.unwrap();
    let written = machine.engine.store().write(move |change| {
        change.authorizations().replace(before, &authorization, &sealed.to_bytes(), None)
    });
    assert!(written.await.unwrap().won());
    gate.add_permits(9);
    caller.await.unwrap().unwrap();
    let found = machine.engine.store().read(move |s| s.authorizations().find_sealed(&row)).await;
    let found = found.unwrap().unwrap();
    assert_eq!((found.authorization.generation, found.lease), (before + 1, None));
    let place = Place { column: Column::SideSlot, ..credential_place(&found.authorization) };
    let aside = machine.engine.unseal(&place, &found.side_slot.unwrap()).await.unwrap();
    let Credential::Tokens(aside) = Credential::parse(&aside).unwrap() else { panic!("tokens") };
    assert!(aside.refresh_token.unwrap().ct_eq(&SecretString::new("rt-2".into())));
}
