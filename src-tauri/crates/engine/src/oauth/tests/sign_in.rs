//! A person signs in, by the browser or on another device, and what may come between.

use super::*;

#[tokio::test]
async fn a_person_signs_in_by_the_browser_and_the_connection_stands() {
    let machine = Machine::new().await;
    let id = machine.connected().await;
    let detail = machine.engine.connection(&id).await.unwrap();
    assert_eq!(detail.authorization.unwrap().account.as_deref(), Some("jane@acme.test"));
    let [exchange] = &machine.service.asked("authorization_code")[..] else { panic!("one exchange") };
    assert_eq!((exchange["code"].as_str(), exchange["client_id"].as_str()), ("c", "acme"));
    assert_eq!(exchange["code_verifier"].len(), 43);
    assert_eq!(machine.call(&id).await.unwrap(), 200);
}

#[tokio::test]
async fn a_redirect_with_unknown_state_is_ignored() {
    let machine = Machine::new().await;
    let attempt = machine.begin(None).await;
    let (uri, state) = machine.page(0).await;
    for stranger in [
        format!("{uri}?code=evil&state=unknown"),
        format!("{uri}?error=access_denied&state=unknown"),
        format!("{uri}?error=access_denied"),
        format!("{uri}?code=evil&state={state}&state={state}"),
        format!("http://127.0.0.1:1/callback?code=evil&state={state}"),
    ] {
        assert_eq!(machine.redirects.arrive(&stranger).await, Some(Verdict::NotOurs), "{stranger}");
        let standing = machine.engine.attempt(&attempt.id).await.unwrap().state;
        assert!(matches!(standing, AttemptState::SigningIn { .. }), "{stranger}: {standing:?}");
    }
    let right = format!("{uri}?code=c&state={state}");
    assert!(matches!(machine.redirects.arrive(&right).await, Some(Verdict::Taken { .. })));
    assert!(matches!(machine.settled(&attempt.id).await, AttemptState::Connected { .. }));
    let again = machine.engine.receive_redirect(SecretString::new(right)).await;
    assert!(matches!(again, Err(Error::NoSuchSignIn)), "a state is used once");
    assert_eq!(machine.service.asked("authorization_code").len(), 1);
}

#[tokio::test]
async fn a_refusal_of_the_service_ends_the_sign_in_and_says_so() {
    let machine = Machine::new().await;
    let attempt = machine.begin(None).await;
    let (uri, state) = machine.page(0).await;
    let refused = format!("{uri}?error=access_denied&error_description=No%20thanks&state={state}");
    assert!(matches!(machine.redirects.arrive(&refused).await, Some(Verdict::Refused { .. })));
    let AttemptState::Failed { failure: SignInFailure::Answered { code, said, .. }, .. } =
        machine.settled(&attempt.id).await
    else {
        panic!("it goes on");
    };
    assert_eq!((code.as_str(), said.as_deref()), ("access_denied", Some("No thanks")));
    assert!(machine.service.asked("authorization_code").is_empty());
}

#[tokio::test]
async fn many_sign_ins_wait_at_the_same_time_each_for_its_own() {
    let machine = Machine::new().await;
    let attempts = [machine.begin(Some(Way::App)).await, machine.begin(Some(Way::App)).await];
    let pages = [machine.page(0).await, machine.page(1).await];
    assert_eq!(pages[0].0, "dev.patchbay:/oauth/callback");
    for number in [1, 0] {
        let (uri, state) = &pages[number];
        // Some systems add a slash.
        let address = format!("{}?code=c{number}&state={state}", uri.replace(":/", "://"));
        machine.engine.receive_redirect(SecretString::new(address)).await.unwrap();
        machine.clock.advance(Duration::from_secs(1));
    }
    for attempt in &attempts {
        assert!(matches!(machine.settled(&attempt.id).await, AttemptState::Connected { .. }));
    }
}

#[tokio::test]
async fn no_browser_opens_for_an_app_link_that_does_not_come_back() {
    let machine = Machine::new().await;
    machine.app_link.lead_to(LinkHandler::Other { name: "Patchbay 0.9".into() });
    let attempt = machine.begin(Some(Way::App)).await;
    let AttemptState::Failed { failure: SignInFailure::NoAppLink { handler }, .. } =
        machine.settled(&attempt.id).await
    else {
        panic!("it goes on");
    };
    assert_eq!(handler.as_deref(), Some("Patchbay 0.9"));
    assert!(machine.browser.visits().is_empty());
}

#[tokio::test]
async fn a_sign_in_ends_when_its_ten_minutes_are_over() {
    let machine = Machine::new().await;
    let attempt = machine.begin(None).await;
    let (uri, state) = machine.page(0).await;
    machine.clock.advance(Duration::from_secs(601));
    let ended = machine.settled(&attempt.id).await;
    assert!(matches!(ended, AttemptState::Failed { failure: SignInFailure::TimedOut, .. }), "{ended:?}");
    let late = SecretString::new(format!("{uri}?code=c&state={state}"));
    assert!(matches!(machine.engine.receive_redirect(late).await, Err(Error::NoSuchSignIn)));
}

#[tokio::test]
async fn another_account_that_nothing_was_verified_of_is_not_told_as_working() {
    let userinfo = "userinfo_url: https://login.zylker.example/userinfo, revoke_url:";
    let file = FILE.replace("revoke_url:", userinfo).replace("verify: { path: /me, account: /email }\n", "");
    let machine = Machine::of(&file).await;
    let id = machine.connected().await;
    *machine.service.who.lock().unwrap() = Some("john@acme.test");
    let attempt = machine.try_begin_for(Some(id.clone()), None).await.unwrap();
    let (uri, state) = machine.page(1).await;
    machine.redirects.arrive(&format!("{uri}?code=c&state={state}")).await;
    let AttemptState::AnotherAccount { now, outcome, .. } = machine.settled(&attempt.id).await else {
        panic!("it is the same");
    };
    assert_eq!(now, "john@acme.test");
    assert!(matches!(outcome, Verification::CouldNotCheck { .. }), "{outcome:?}");
    machine.engine.keep_attempt(&attempt.id).await.unwrap();
    let status = machine.status(&id).await;
    assert!(matches!(status, ConnectionStatus::Connected { verified: None }), "{status:?}");
}

fn shows(state: &AttemptState, code: &str) -> bool {
    matches!(state, AttemptState::SigningIn { device: Some(device), .. } if device.user_code == code)
}

#[tokio::test]
async fn a_new_code_stops_asking_for_the_tokens_of_the_one_before() {
    let device = FILE.replace("type: oauth2,", "type: oauth2, grant_type: device_code, device_authorization_url: https://login.zylker.example/device,");
    let machine = Machine::of(&device).await;
    // The person never types the first code.
    *machine.service.demand.lock().unwrap() = Some(|form, _| {
        (form["device_code"] == "d-1").then_some((400, r#"{"error":"authorization_pending"}"#))
    });
    let attempt = machine.begin(None).await;
    machine.ticks_until(&attempt.id, |state| shows(state, "U-1")).await;
    machine.ticks_until(&attempt.id, |_| !machine.service.asked(DEVICE).is_empty()).await;
    machine.engine.retry_attempt(&attempt.id).await.unwrap();
    machine.ticks_until(&attempt.id, |state| matches!(state, AttemptState::Connected { .. })).await;
    let asked: Vec<_> =
        machine.service.asked(DEVICE).iter().map(|form| form["device_code"].clone()).collect();
    let newer = asked.iter().position(|code| code == "d-2").unwrap();
    assert_eq!(asked[newer..], ["d-2"], "{asked:?}");
    assert_eq!(machine.service.codes.load(Ordering::Relaxed), 2);
}
