//! How a connection failed last: kept for whoever looks later, until it works again.

use super::*;
use crate::diagnosis::diagnose;
use domain::evidence::{Evidence, FailedStep};
use serde_json::json;

/// What shows how the connection failed last.
async fn kept(machine: &Machine, id: &ConnectionId) -> Option<Evidence> {
    machine.engine.failure(id).await.unwrap().map(|failure| failure.evidence)
}

#[tokio::test]
async fn a_refused_call_and_a_refused_refresh_are_told_and_forgotten_once_it_works() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    assert_eq!(kept(&machine, &id).await, None);
    machine
        .service
        .answers(400, r#"{"error":"invalid_request","error_description":"refresh token reuse detected"}"#);
    assert!(machine.engine.refresh(&id).await.is_err());
    let evidence = kept(&machine, &id).await.unwrap();
    assert_eq!(diagnose(&evidence).causes[0].cause.id, "refresh_token_reused");
    assert!(!serde_json::to_string(&evidence).unwrap().contains("rt-1"));
    machine.engine.refresh(&id).await.unwrap();
    assert_eq!(kept(&machine, &id).await, None);
    machine.service.accepted.lock().unwrap().clear();
    machine.service.answers(400, r#"{"error":"invalid_grant"}"#);
    assert_eq!(machine.call(&id).await.unwrap(), 401);
    let evidence = kept(&machine, &id).await.unwrap();
    assert!(!diagnose(&evidence).causes.is_empty());
    for (key, value) in [
        ("worked_before", json!(true)),
        ("has_refresh_token", json!(true)),
        ("provider_rotates", json!(true)),
        ("expires_in", json!(3600)),
        ("refresh_token_age_days", json!(0)),
        ("access_token_is_jwt", json!(false)),
    ] {
        assert_eq!(evidence.local.get(key), Some(&value), "{key}: {:?}", evidence.local);
    }
    machine.reauthorized(&id, 1).await;
    assert_eq!(kept(&machine, &id).await, None, "it was another credential that failed");
}

#[tokio::test]
async fn a_failure_is_there_after_the_process_that_saw_it() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine.service.accepted.lock().unwrap().clear();
    machine.service.answers(400, r#"{"error":"invalid_grant"}"#);
    assert_eq!(machine.call(&id).await.unwrap(), 401);
    let seen = kept(&machine, &id).await.unwrap();
    let ports = Ports { clock: machine.clock.clone(), ..testkit::ports(machine.service.clone()) };
    let store = Store::open(machine.directory.path(), ports.clock.now()).unwrap();
    let other = Engine::new(store, ports.clone(), ProcessId::make(&*ports.entropy));
    let failure = other.failure(&id).await.unwrap().unwrap();
    assert_eq!((failure.at, failure.evidence), (ports.clock.now(), seen));
    other.delete_connection(&id).await.unwrap();
    assert_eq!(kept(&machine, &id).await, None);
}

#[tokio::test]
async fn a_renewed_token_takes_along_what_the_one_before_was_refused_for_and_nothing_else() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    let moved = ("/v1/me", 404, r#"{"error":"no such path"}"#);
    *machine.service.elsewhere.lock().unwrap() = Some(moved);
    machine.engine.verify(&id).await.unwrap();
    machine.engine.refresh(&id).await.unwrap();
    assert_eq!(kept(&machine, &id).await.unwrap().step, FailedStep::Verify, "the path is as wrong as before");
    *machine.service.elsewhere.lock().unwrap() = None;
    assert_eq!(machine.call(&id).await.unwrap(), 200);
    assert!(kept(&machine, &id).await.is_some(), "a call says nothing about the request that verify makes");
    machine.engine.verify(&id).await.unwrap();
    assert_eq!(kept(&machine, &id).await, None);

    machine.service.accepted.lock().unwrap().clear();
    machine.service.answers(503, "");
    assert_eq!(machine.call(&id).await.unwrap(), 401);
    assert!(kept(&machine, &id).await.is_some());
    machine.engine.refresh(&id).await.unwrap();
    assert_eq!(kept(&machine, &id).await, None, "the token that was refused is gone");
}

#[tokio::test]
async fn a_sign_in_that_fails_is_kept_for_a_connection_that_needs_one() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    let sign_in = async |visit: usize| {
        let attempt = machine.try_begin_for(Some(id.clone()), None).await.unwrap();
        let (uri, state) = machine.page(visit).await;
        machine.redirects.arrive(&format!("{uri}?error=access_denied&state={state}")).await;
        assert!(matches!(machine.settled(&attempt.id).await, AttemptState::Failed { .. }));
    };
    sign_in(1).await;
    assert_eq!(kept(&machine, &id).await, None, "it works as it is");
    machine.service.answers(400, r#"{"error":"invalid_grant"}"#);
    assert!(machine.engine.refresh(&id).await.is_err());
    sign_in(2).await;
    let evidence = kept(&machine, &id).await.unwrap();
    assert_eq!(diagnose(&evidence).causes[0].cause.id, "consent_denied");
    machine.reauthorized(&id, 3).await;
    assert_eq!(kept(&machine, &id).await, None);
}

#[tokio::test]
async fn a_credential_that_is_kept_although_it_was_refused_says_why_on_its_connection() {
    let machine = Machine::new().await;
    let refused = ("/v1/me", 401, r#"{"error":"token for another service"}"#);
    *machine.service.elsewhere.lock().unwrap() = Some(refused);
    let attempt = machine.begin(None).await;
    let (uri, state) = machine.page(0).await;
    machine.redirects.arrive(&format!("{uri}?code=c&state={state}")).await;
    assert!(matches!(machine.settled(&attempt.id).await, AttemptState::Refused { .. }));
    let AttemptState::Connected { connection, .. } =
        machine.engine.keep_attempt(&attempt.id).await.unwrap().state
    else {
        panic!("it was kept");
    };
    let evidence = kept(&machine, &connection).await.unwrap();
    assert_eq!(evidence.step, FailedStep::Verify);
    assert!(!serde_json::to_string(&evidence).unwrap().contains("at-1"));
}
