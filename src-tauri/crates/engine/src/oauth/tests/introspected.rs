//! What a service says about the access that it gave: told as far as it can be, and nothing is changed by it.

use super::*;

const FILE_THAT_ASKS: &str = "introspect_url: https://login.zylker.example/introspect, revoke_url:";

async fn signed_in() -> (Machine, ConnectionId) {
    let machine = Machine::of(&FILE.replace("revoke_url:", FILE_THAT_ASKS)).await;
    let id = machine.connected().await;
    (machine, id)
}

impl Machine {
    fn says(&self, status: u16, body: &'static str) {
        *self.service.says.lock().unwrap() = (status, body);
    }
}

#[tokio::test]
async fn the_service_is_asked_about_the_access_token_and_what_it_says_is_told() {
    let (machine, id) = signed_in().await;
    machine.says(200, r#"{"active":true,"scope":"read write","username":"jane","exp":1795345200}"#);
    let said = machine.engine.introspect(&id).await.unwrap();
    assert!(said.active);
    assert_eq!(said.scopes.unwrap(), ["read", "write"]);
    assert_eq!(said.ends.unwrap().to_string(), "2026-11-22T11:00:00Z");
    assert_eq!(said.account.as_deref(), Some("jane"));
    let history = machine.engine.history(&id, None, 1).await.unwrap();
    let [(event, Some(call))] = &history.events[..] else { panic!("{history:?}") };
    assert_eq!(event.kind, EventKind::Introspected { active: true });
    assert_eq!(call.url, "https://login.zylker.example/introspect");
    let [asked] = &machine.service.introspected.lock().unwrap()[..] else { panic!("one question") };
    assert_eq!((asked["token"].as_str(), asked["token_type_hint"].as_str()), ("at-1", "access_token"));
    assert_eq!(asked["client_id"], "acme");
    assert!(machine.service.asked("refresh_token").is_empty(), "asking renews nothing");
}

#[tokio::test]
async fn a_token_that_is_over_is_told_and_changes_nothing() {
    let (machine, id) = signed_in().await;
    let before = machine.status(&id).await;
    for body in [r#"{"active":false}"#, "{}", "active=true", r#"{"active":"true","scope":"admin"}"#] {
        machine.says(200, body);
        assert!(!machine.engine.introspect(&id).await.unwrap().active, "{body}");
    }
    assert_eq!(machine.status(&id).await, before);
    assert_eq!(machine.call(&id).await.unwrap(), 200);
}

#[tokio::test]
async fn an_answer_that_says_nothing_about_the_token_is_no_answer() {
    let (machine, id) = signed_in().await;
    for (status, body) in [
        (200, "<html>Sign in</html>"),
        (200, "[true]"),
        (302, r#"{"active":true}"#),
        (401, r#"{"error":"invalid_client","error_description":"at-1 is not yours"}"#),
        (500, r#"{"active":true}"#),
        (503, ""),
    ] {
        machine.says(status, body);
        let asked = machine.engine.introspect(&id).await;
        let Err(Error::NotIntrospected(failure)) = &asked else { panic!("{status} {body}: {asked:?}") };
        assert!(!format!("{failure:?}").contains("at-1"), "{failure:?}");
    }
    assert_eq!(machine.call(&id).await.unwrap(), 200, "the access is as it was");
}

#[tokio::test]
async fn a_service_that_repeats_the_token_or_sends_control_characters_does_not_get_them_shown() {
    let (machine, id) = signed_in().await;
    machine.says(200, r#"{"active":true,"scope":"read at-1","username":"jane\u202e\u0007 at-1"}"#);
    let said = machine.engine.introspect(&id).await.unwrap();
    let shown = format!("{said:?}");
    assert!(!shown.contains("at-1") && shown.contains("jane"), "{shown}");
    let account = said.account.unwrap();
    assert!(!account.contains(['\u{202e}', '\u{7}']), "{account:?}");
}

#[tokio::test]
async fn a_connector_that_names_no_address_is_told() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    assert!(matches!(machine.engine.introspect(&id).await, Err(Error::NotIntrospectable)));
    machine.engine.disable_connection(&id).await.unwrap();
    assert!(matches!(machine.engine.introspect(&id).await, Err(Error::Disabled(_))));
}
