//! Failures that the service or the browser brings, what the diagnosis makes of them, and that its advice helps.

use super::*;
use crate::diagnosis::diagnose;
use domain::evidence::Evidence;
use serde_json::json;

/// A connector for the app itself: no browser.
fn direct(authentication: &str) -> String {
    format!(
        "patchbay: 1\nlink_name: zylker\nname: Zylker\nbase_url: https://api.zylker.example/v1\n\
         authentication: {{ type: oauth2, grant_type: client_credentials, client_authentication: {authentication}, \
         token_url: https://login.zylker.example/token }}\nverify: {{ path: /me }}\n"
    )
}

impl Machine {
    /// Takes the connector as it is now.
    async fn change(&self, file: &str) {
        let draft = self.engine.import_connector(file, true).await.unwrap();
        self.engine.mark_ready(&draft.connector.id).await.unwrap();
    }

    async fn connect_app(&self, secret: &str) -> AttemptState {
        let given = Given {
            connector: self.connector.clone(),
            connection: None,
            name: "Machine".into(),
            environment: None,
            authentication: None,
            settings: BTreeMap::new(),
            values: [("client_id".to_owned(), "acme".to_owned())].into(),
            secrets: [("client_secret".to_owned(), SecretString::new(secret.to_owned()))].into(),
            scopes: None,
            way: None,
            opens_browser: true,
        };
        let attempt = self.engine.begin_connect(given).await.unwrap();
        self.settled(&attempt.id).await
    }

    /// Signs in; the page sends the browser back with what `answer` says.
    async fn sign_in(&self, visit: usize, answer: &str) -> AttemptState {
        let attempt = self.begin(None).await;
        let (uri, state) = self.page(visit).await;
        self.redirects.arrive(&format!("{uri}?{answer}&state={state}")).await;
        self.settled(&attempt.id).await
    }
}

fn evidence(state: &AttemptState) -> &Evidence {
    match state {
        AttemptState::Failed { evidence: Some(evidence), .. }
        | AttemptState::Refused { evidence: Some(evidence), .. }
        | AttemptState::CouldNotCheck { evidence: Some(evidence), .. } => evidence,
        state => panic!("no evidence: {state:?}"),
    }
}

/// The first cause, and what helps first.
fn advice(state: &AttemptState) -> (&'static str, &'static str) {
    let found = diagnose(evidence(state));
    let first = found.causes.first().unwrap_or_else(|| panic!("unknown: {state:?}"));
    (&first.cause.id, &first.fixes[0].id)
}

fn connects(state: &AttemptState) {
    assert!(matches!(state, AttemptState::Connected { .. }), "{state:?}");
}

#[tokio::test]
async fn a_wrong_client_secret_is_told_and_another_one_works() {
    let machine = Machine::of(&direct("body")).await;
    *machine.service.demand.lock().unwrap() = Some(|form, _| {
        let right = form.get("client_secret").is_some_and(|secret| secret == "right-7f3a");
        (!right).then_some((401, r#"{"error":"invalid_client","error_description":"Invalid client secret"}"#))
    });
    let refused = machine.connect_app("wrong-9f31c7a2").await;
    assert_eq!(advice(&refused), ("client_secret_wrong", "reenter_secret"));
    let kept = serde_json::to_string(evidence(&refused)).unwrap();
    assert!(!kept.contains("wrong-9f31c7a2"), "{kept}");
    assert!(kept.contains("<client_secret>"), "{kept}");
    connects(&machine.connect_app("right-7f3a").await);
}

#[tokio::test]
async fn a_wrong_client_authentication_is_told_and_the_other_one_works() {
    let machine = Machine::of(&direct("basic")).await;
    *machine.service.demand.lock().unwrap() = Some(|form, _| {
        let said = r#"{"error":"invalid_client","error_description":"Credentials must be sent in the body: client_secret_post"}"#;
        (!form.contains_key("client_secret")).then_some((401, said))
    });
    let refused = machine.connect_app("right-7f3a").await;
    assert_eq!(advice(&refused), ("client_auth_method_wrong", "switch_client_authentication"));
    machine.change(&direct("body")).await;
    connects(&machine.connect_app("right-7f3a").await);
}

#[tokio::test]
async fn a_client_authentication_that_the_service_does_not_announce_is_told() {
    let file = direct("body")
        .replace("type: oauth2", "type: openid_connect, issuer: 'https://login.zylker.example'")
        .replace(", token_url: https://login.zylker.example/token", "");
    let machine = Machine::of(&file).await;
    machine.service.answers(401, r#"{"error":"invalid_client"}"#);
    let refused = machine.connect_app("right-7f3a").await;
    // The document says nothing of it, so it is Basic alone (RFC 8414 §2).
    let announced = &evidence(&refused).local["token_endpoint_auth_methods_supported"];
    assert_eq!(announced, &json!(["client_secret_basic"]));
    assert_eq!(advice(&refused), ("client_auth_method_wrong", "switch_client_authentication"));
}

#[tokio::test]
async fn a_service_that_wants_pkce_is_told_and_pkce_works() {
    let without = FILE.replace("redirect: loopback", "redirect: loopback, pkce: off");
    let machine = Machine::of(&without).await;
    *machine.service.demand.lock().unwrap() = Some(|form, _| {
        let said =
            r#"{"error":"invalid_grant","error_description":"PKCE is required: code_verifier is missing"}"#;
        (!form.contains_key("code_verifier")).then_some((400, said))
    });
    let refused = machine.sign_in(0, "code=c").await;
    assert_eq!(advice(&refused), ("pkce_required", "enable_pkce"));
    machine.change(FILE).await;
    connects(&machine.sign_in(1, "code=c").await);
}

#[tokio::test]
async fn a_redirect_address_that_is_not_registered_is_told_and_the_registered_one_works() {
    let machine = Machine::new().await;
    let refused = machine.sign_in(0, "error=redirect_uri_mismatch").await;
    let (cause, _) = advice(&refused);
    assert_eq!(cause, "redirect_mismatch");
    assert!(evidence(&refused).local.contains_key("redirect_sent"), "{refused:?}");
    machine.change(&FILE.replace("redirect: loopback", "redirect: loopback, redirect_port: 53682")).await;
    connects(&machine.sign_in(1, "code=c").await);
}

#[tokio::test]
async fn permissions_that_are_joined_by_the_wrong_sign_are_told_and_a_blank_works() {
    let with = |delimiter: &str| {
        format!(
            "{FILE}scopes: {{ delimiter: {delimiter}, items: [{{ name: Read, value: read, default: true }}, \
             {{ name: Write, value: write, default: true }}] }}\n"
        )
    };
    let machine = Machine::of(&with("comma")).await;
    let repeated = "error=invalid_scope&error_description=Unknown%20scope%3A%20read%2Cwrite";
    let refused = machine.sign_in(0, repeated).await;
    assert_eq!(advice(&refused), ("scope_delimiter_wrong", "change_scope_delimiter"));
    // Where the service does not repeat them, it is one of two causes.
    let refused = machine.sign_in(1, "error=invalid_scope").await;
    let causes: Vec<_> = diagnose(evidence(&refused)).causes.iter().map(|found| &*found.cause.id).collect();
    assert_eq!(causes[..2], ["scope_invalid", "scope_delimiter_wrong"], "{causes:?}");

    machine.change(&with("space")).await;
    let refused = machine.sign_in(2, "error=invalid_scope").await;
    let causes = diagnose(evidence(&refused)).causes;
    assert!(
        causes.iter().all(|found| found.cause.id != "scope_delimiter_wrong"),
        "a blank is what the standard says"
    );
    connects(&machine.sign_in(3, "code=c").await);
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_with_the_difference() {
    let machine = Machine::of(&direct("body")).await;
    *machine.service.date.lock().unwrap() = Some("Sun, 22 Nov 2026 10:15:00 GMT");
    machine
        .service
        .answers(401, r#"{"error":"invalid_client","error_description":"timestamp out of range"}"#);
    let refused = machine.connect_app("right-7f3a").await;
    assert_eq!(advice(&refused).0, "clock_skew");
    assert_eq!(evidence(&refused).local["clock_offset_s"], -900);
    *machine.service.date.lock().unwrap() = None;
    connects(&machine.connect_app("right-7f3a").await);
}

#[tokio::test]
async fn what_the_token_address_answers_is_told_by_its_cause() {
    for (status, body, cause) in [
        (400, r#"{"error":"invalid_scope"}"#, "scope_invalid"),
        (400, r#"{"error":"unsupported_grant_type"}"#, "grant_not_allowed"),
        (404, "<html><body>Not here</body></html>", "wrong_endpoint_url"),
        (429, r#"{"error":"too_many_requests"}"#, "rate_limited"),
        (503, "", "provider_unavailable"),
        (400, r#"{"error":"invalid_client","error_description":"unknown client"}"#, "client_id_unknown"),
        (
            401,
            r#"{"error":"invalid_client","error_description":"client secret has expired"}"#,
            "client_secret_expired",
        ),
    ] {
        let machine = Machine::of(&direct("body")).await;
        machine.service.answers(status, body);
        let refused = machine.connect_app("right-7f3a").await;
        assert_eq!(advice(&refused).0, cause, "{status} {body}");
    }
}

#[tokio::test]
async fn what_the_browser_brings_is_told_by_its_cause() {
    for (answer, cause) in [
        ("error=access_denied&error_description=The%20user%20denied%20the%20request", "consent_denied"),
        ("error=invalid_scope&error_description=Unknown%20scope", "scope_invalid"),
        ("error=unsupported_response_type", "response_type_not_allowed"),
        ("error=temporarily_unavailable", "provider_unavailable"),
    ] {
        let machine = Machine::new().await;
        let refused = machine.sign_in(0, answer).await;
        assert_eq!(advice(&refused).0, cause, "{answer}");
    }
}
