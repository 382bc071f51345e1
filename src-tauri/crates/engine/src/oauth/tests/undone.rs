//! A sign-in that took the place of another one is taken back.

use super::*;

#[tokio::test]
async fn the_sign_in_before_is_brought_back_and_the_newer_one_is_not_lost() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    assert_eq!(machine.engine.connection(&id).await.unwrap().former, None);
    assert!(matches!(machine.engine.undo_reauthorize(&id).await, Err(Error::NothingToUndo(_))));
    machine.reauthorized(&id, 1).await;
    let former = machine.engine.connection(&id).await.unwrap().former.unwrap();
    assert_eq!(former.account.as_deref(), Some("jane@acme.test"));

    for token in ["at-1", "at-2", "at-1"] {
        machine.accept_only(token);
        machine.engine.undo_reauthorize(&id).await.unwrap();
        assert_eq!(machine.call(&id).await.unwrap(), 200, "{token}");
    }
    assert!(machine.service.asked("refresh_token").is_empty(), "each was used as it was kept");
    // Its refresh token came along, and what it renews is a change of its own: undo goes on to mean the sign-in.
    machine.engine.refresh(&id).await.unwrap();
    assert_eq!(machine.service.asked("refresh_token")[0]["refresh_token"], "rt-1");
    machine.accept_only("at-2");
    machine.engine.undo_reauthorize(&id).await.unwrap();
    assert_eq!(machine.call(&id).await.unwrap(), 200);
}

#[tokio::test]
async fn a_sign_in_that_is_brought_back_after_its_end_says_so() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine.reauthorized(&id, 1).await;
    machine.engine.undo_reauthorize(&id).await.unwrap();
    machine.accept_only("nothing that it gave");
    machine.service.answers(400, r#"{"error":"invalid_grant"}"#);
    let (found, _) = machine.engine.verify(&id).await.unwrap();
    assert!(matches!(found, Verification::Refused { .. }), "{found:?}");
    let status = machine.status(&id).await;
    assert!(matches!(status, ConnectionStatus::NeedsAttention { .. }), "{status:?}");
    machine.accept_only("at-2");
    machine.engine.undo_reauthorize(&id).await.unwrap();
    assert_eq!(machine.status(&id).await, ConnectionStatus::Connected { verified: None });
    assert_eq!(machine.call(&id).await.unwrap(), 200, "the newer one was kept");
}

#[tokio::test]
async fn nothing_is_brought_back_after_ten_minutes() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    machine.reauthorized(&id, 1).await;
    machine.clock.advance(UNDO_LIFE);
    assert_eq!(machine.engine.connection(&id).await.unwrap().former, None);
    assert!(matches!(machine.engine.undo_reauthorize(&id).await, Err(Error::NothingToUndo(_))));
    machine.accept_only("at-2");
    assert_eq!(machine.call(&id).await.unwrap(), 200);
}
