//! Error pages that the service shows in place of sending the browser back, as a person pastes them.

use super::*;
use crate::diagnosis::diagnose;

impl Machine {
    /// What a pasted page means for an attempt: the first cause.
    async fn explained(&self, attempt: &Attempt, pasted: &str) -> Result<Option<&'static str>, Error> {
        let evidence = self.engine.explain_page(&attempt.id, &SecretString::new(pasted.into())).await?;
        assert!(evidence.local.contains_key("redirect_sent"), "{evidence:?}");
        Ok(diagnose(&evidence).causes.first().map(|cause| cause.cause.id.as_str()))
    }
}

#[tokio::test]
async fn a_page_is_told_by_its_cause_and_the_sign_in_goes_on_waiting() {
    let machine = Machine::new().await;
    let attempt = machine.begin(None).await;
    let (uri, state) = machine.page(0).await;
    let before = machine.engine.attempt(&attempt.id).await.unwrap();
    for (pasted, cause) in [
        ("Error 400: redirect_uri_mismatch", Some("redirect_mismatch")),
        (
            "https://login.zylker.example/error?error=redirect_uri_mismatch&client_id=acme",
            Some("redirect_mismatch"),
        ),
        (
            "https://login.zylker.example/e#error=invalid_client&error_description=Unknown%20client",
            Some("client_id_unknown"),
        ),
        ("The OAuth client was not found.\nError 401: invalid_client", Some("client_id_unknown")),
        ("Error 400: invalid_scope. Some requested scopes were invalid.", Some("scope_invalid")),
        ("Welcome back, Jane. Choose a photo.", None),
    ] {
        assert_eq!(machine.explained(&attempt, pasted).await.unwrap(), cause, "{pasted}");
    }
    assert_eq!(machine.engine.attempt(&attempt.id).await.unwrap(), before, "nothing was changed");
    machine.redirects.arrive(&format!("{uri}?code=c&state={state}")).await;
    let ended = machine.settled(&attempt.id).await;
    assert!(matches!(ended, AttemptState::Connected { .. }), "{ended:?}");
    assert!(matches!(machine.explained(&attempt, "Error 400").await, Err(Error::AttemptEnded)));
}

#[tokio::test]
async fn what_a_pasted_page_gives_away_is_not_shown_again() {
    let machine = Machine::new().await;
    let attempt = machine.begin(None).await;
    let (uri, state) = machine.page(0).await;
    let page = format!(
        "https://login.zylker.example/oops?error=server_error&state={state}&code=c0de-0123456789&error_description=\
         %1B%5B31m{}\u{202e}",
        "x".repeat(9_000)
    );
    let evidence = machine.engine.explain_page(&attempt.id, &SecretString::new(page)).await.unwrap();
    let shown = serde_json::to_string(&evidence).unwrap();
    for hidden in [&state, "c0de", "\u{1b}", "\\u001b", "\u{202e}"] {
        assert!(!shown.contains(hidden), "{hidden}: {shown}");
    }
    assert!(shown.len() < 6_000, "{}", shown.len());

    for (pasted, field) in [("  \n", "page"), (&*format!("{uri}?code=c&state={state}"), "page")] {
        let refused = machine.engine.explain_page(&attempt.id, &SecretString::new(pasted.into())).await;
        assert!(matches!(&refused, Err(Error::Values(told)) if told[0].0 == field), "{refused:?}");
    }
}

#[tokio::test]
async fn the_sign_in_that_a_page_is_of_is_the_one_that_waits() {
    let machine = Machine::new().await;
    assert!(matches!(machine.engine.waiting_sign_in(None).await, Err(Error::NoSuchSignIn)));
    let first = machine.begin(None).await;
    machine.page(0).await;
    assert_eq!(machine.engine.waiting_sign_in(None).await.unwrap().id, first.id);
    assert_eq!(machine.engine.waiting_sign_in(Some("Jane")).await.unwrap().id, first.id);
    assert!(matches!(machine.engine.waiting_sign_in(Some("Joe")).await, Err(Error::NotFound { .. })));
    machine.begin(None).await;
    machine.page(1).await;
    let several = machine.engine.waiting_sign_in(None).await;
    assert!(
        matches!(&several, Err(Error::Ambiguous { candidates, .. }) if candidates.len() == 2),
        "{several:?}"
    );
    machine.clock.advance(Duration::from_secs(601));
    assert!(machine.engine.waiting_sign_in(None).await.is_err(), "their time is over");
}
