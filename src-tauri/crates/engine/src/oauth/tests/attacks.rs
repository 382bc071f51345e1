//! What others do with the pages and answers of a sign-in: each is refused, and asks the service for nothing.

use super::*;

impl Machine {
    fn exchanged(&self) -> usize {
        self.service.asked("authorization_code").len()
    }
}

#[tokio::test]
async fn a_sign_in_that_was_discarded_takes_no_answer() {
    let machine = Machine::new().await;
    let attempt = machine.begin(None).await;
    let (uri, state) = machine.page(0).await;
    machine.engine.discard_attempt(&attempt.id).await.unwrap();
    let late = SecretString::new(format!("{uri}?code=c&state={state}"));
    assert!(matches!(machine.engine.receive_redirect(late).await, Err(Error::NoSuchSignIn)));
    assert_eq!(machine.exchanged(), 0);
}

#[tokio::test]
async fn an_answer_that_comes_to_another_sign_in_is_neither_ones() {
    let machine = Machine::new().await;
    let attempts = [machine.begin(Some(Way::Loopback)).await, machine.begin(Some(Way::App)).await];
    let [(_, state), (other, _)] = [machine.page(0).await, machine.page(1).await];
    let injected = SecretString::new(format!("{other}?code=theirs&state={state}"));
    assert!(matches!(machine.engine.receive_redirect(injected).await, Err(Error::NoSuchSignIn)));
    for attempt in &attempts {
        let standing = machine.engine.attempt(&attempt.id).await.unwrap().state;
        assert!(matches!(standing, AttemptState::SigningIn { .. }), "{standing:?}");
    }
    assert_eq!(machine.exchanged(), 0);
}

#[tokio::test]
async fn a_service_that_refuses_the_proof_gets_no_weaker_one() {
    let machine = Machine::new().await;
    let attempt = machine.begin(None).await;
    let (uri, state) = machine.page(0).await;
    let refused = format!(
        "{uri}?error=invalid_request&error_description=code_challenge_method%20not%20supported&state={state}"
    );
    assert!(matches!(machine.redirects.arrive(&refused).await, Some(Verdict::Refused { .. })));
    let ended = machine.settled(&attempt.id).await;
    let AttemptState::Failed { failure: SignInFailure::Answered { code, .. }, .. } = ended else {
        panic!("{ended:?}");
    };
    assert_eq!(code, "invalid_request");
    assert_eq!(machine.browser.visits().len(), 1, "nobody is sent out again");
    assert_eq!(machine.exchanged(), 0);
}

#[tokio::test]
async fn the_exchange_names_the_very_address_that_the_browser_was_sent_with() {
    let machine = Machine::new().await;
    machine.connected().await;
    let (uri, _) = machine.page(0).await;
    let [exchange] = &machine.service.asked("authorization_code")[..] else { panic!("one exchange") };
    assert_eq!(exchange["redirect_uri"], uri);
}

#[tokio::test]
async fn the_address_of_the_page_holds_the_challenge_and_nothing_that_proves_anything() {
    let machine = Machine::new().await;
    machine.connected().await;
    // EXPOSE: the test is the person in the browser
    let address = machine.browser.visit(0).await.url.expose().clone();
    let pairs: HashMap<_, _> = url::Url::parse(&address).unwrap().query_pairs().into_owned().collect();
    assert_eq!(pairs["code_challenge_method"], "S256");
    for kept in ["code_verifier", "client_secret", "username", "password"] {
        assert!(!pairs.contains_key(kept), "{kept}");
    }
    let [exchange] = &machine.service.asked("authorization_code")[..] else { panic!("one exchange") };
    assert!(!address.contains(&exchange["code_verifier"]));
}
