//! Authorizations that end: the service is told, once, as far as it answers.

use super::*;

#[tokio::test]
async fn revoke_ends_it_at_the_service_and_for_every_connection_that_uses_it() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    let other = machine.engine.duplicate_connection(&id).await.unwrap().connection.id;
    assert!(machine.engine.delete_connection(&other).await.unwrap().is_empty());
    assert!(machine.service.revoked.lock().unwrap().is_empty(), "somebody else uses it");
    machine.engine.revoke(&id).await.unwrap();
    assert_eq!(*machine.service.revoked.lock().unwrap(), ["rt-1", "at-1"]);
    assert_eq!(machine.status(&id).await, ConnectionStatus::NotSignedIn);
    assert!(matches!(machine.call(&id).await, Err(Error::NotSignedIn(_))));
}

#[tokio::test]
async fn the_service_is_told_when_the_last_connection_is_deleted() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    let [ended] = &machine.engine.delete_connection(&id).await.unwrap()[..] else { panic!("one sign-in") };
    assert!(matches!(ended.told, Told::Revoked), "{ended:?}");
    assert_eq!(*machine.service.revoked.lock().unwrap(), ["rt-1", "at-1"]);
}

#[tokio::test]
async fn each_sign_in_is_ended_once_when_its_connector_is_deleted_and_what_failed_is_named() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine.engine.duplicate_connection(&id).await.unwrap();
    for (visit, name) in [(1, "Mallory"), (2, "Silent")] {
        let attempt = machine.begin(None).await;
        let (uri, state) = machine.page(visit).await;
        machine.redirects.arrive(&format!("{uri}?code=c&state={state}")).await;
        let AttemptState::Connected { connection, .. } = machine.settled(&attempt.id).await else {
            panic!("{name}")
        };
        machine.engine.rename_connection(&connection, name).await.unwrap();
    }
    machine.service.revocations.lock().unwrap().extend([("rt-2", Some(503)), ("rt-3", None)]);
    assert_eq!(machine.engine.connector_uses(&machine.connector).await.unwrap().sign_ins, 3);
    let refused = machine.engine.delete_connector(&machine.connector, "Another").await;
    assert!(matches!(refused, Err(Error::NotConfirmed { .. })));
    assert!(
        machine.service.revoked.lock().unwrap().is_empty(),
        "nobody is told before the person has confirmed it"
    );

    let (engine, connector) = (machine.engine.clone(), machine.connector.clone());
    let deleting = tokio::spawn(async move { engine.delete_connector(&connector, "Zylker").await });
    // Two tokens of Jane's are answered, and one is refused; then only the silence is left.
    let answered = async || {
        let exchanges = machine.engine.store().read(|s| s.activity().exchanges(None, 100)).await.unwrap();
        exchanges.iter().filter(|exchange| exchange.url.ends_with("/revoke")).count()
    };
    while answered().await < 3 {
        tokio::task::yield_now().await;
    }
    while !deleting.is_finished() {
        machine.clock.advance(Duration::from_millis(1));
        tokio::task::yield_now().await;
    }
    let ended = deleting.await.unwrap().unwrap();
    let named: Vec<_> = ended.iter().map(|each| each.connections.join(", ")).collect();
    assert_eq!(named, ["Jane, Jane 2", "Mallory", "Silent"]);
    assert!(matches!(ended[0].told, Told::Revoked), "{ended:?}");
    assert!(matches!(ended[1].told, Told::NotRevoked(Some(Error::NotRevoked(_)))), "{ended:?}");
    assert!(matches!(ended[2].told, Told::NotRevoked(None)), "{ended:?}");
    assert!(matches!(machine.engine.connection(&id).await, Err(Error::NotFound { .. })));
}

#[tokio::test]
async fn what_was_got_for_a_discarded_sign_in_is_ended_at_the_service() {
    let machine = Machine::new().await;
    let attempt = machine.begin(None).await;
    let (uri, state) = machine.page(0).await;
    machine.service.answers(200, r#"{"access_token":"unknown to the api","refresh_token":"r"}"#);
    machine.redirects.arrive(&format!("{uri}?code=c&state={state}")).await;
    assert!(matches!(machine.settled(&attempt.id).await, AttemptState::Refused { .. }));
    machine.engine.discard_attempt(&attempt.id).await.unwrap();
    assert_eq!(*machine.service.revoked.lock().unwrap(), ["r", "unknown to the api"]);
}
