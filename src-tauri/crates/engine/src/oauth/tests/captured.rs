//! What a service tells besides its tokens: calls take it, and nobody is led anywhere by it unasked.

use super::*;

const INSTANCE: &str = "{ key: instance, from: token, pointer: /instance_url, use: host }";
const TOLD: &str = r#"{"access_token":"at","refresh_token":"rt","expires_in":3600,"instance_url":"https://acme.zylker.example/x"}"#;

/// A connector that calls where the service says.
fn file(captures: &str) -> String {
    FILE.replace("https://api.zylker.example/v1", "https://{instance}/v1").replace(
        "verify:",
        &format!("captures: [{captures}]\nheaders: {{ X-Realm: 'realm-{{realm}}' }}\nverify:"),
    )
}

impl Machine {
    async fn telling(captures: &str) -> Self {
        let machine = Self::of(&file(captures)).await;
        machine.accept_only("at");
        machine
    }

    /// Signs in, for a connection that stands or for a new one; the token endpoint answers `told`.
    async fn told(&self, connection: Option<ConnectionId>, visit: usize, told: &'static str) -> Attempt {
        self.service.answers(200, told);
        let attempt = self.try_begin_for(connection, None).await.unwrap();
        let (uri, state) = self.page(visit).await;
        self.redirects.arrive(&format!("{uri}?code=c&realmId=7&state={state}")).await;
        self.settled(&attempt.id).await;
        self.engine.attempt(&attempt.id).await.unwrap()
    }

    async fn agreed(&self, attempt: &Attempt, addresses: &[&str]) -> Result<ConnectionId, Error> {
        let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
        self.engine.agree_attempt(&attempt.id, &addresses).await?;
        match self.settled(&attempt.id).await {
            AttemptState::Connected { connection, .. } => Ok(connection),
            state => panic!("{state:?}"),
        }
    }

    fn called(&self) -> Vec<(String, String)> {
        std::mem::take(&mut *self.service.called.lock().unwrap())
    }
}

fn asked_for(attempt: &Attempt) -> Vec<&str> {
    match &attempt.state {
        AttemptState::NewAddresses { origins } => origins.iter().map(|origin| origin.as_str()).collect(),
        state => panic!("{state:?}"),
    }
}

const REALM: &str = "{ key: realm, from: callback, pointer: /realmId }";
const ACME: &str = "https://acme.zylker.example:443";

#[tokio::test]
async fn a_host_that_the_service_tells_gets_no_credential_before_a_person_agrees() {
    let machine = Machine::telling(&format!("{INSTANCE}, {REALM}")).await;
    let attempt = machine.told(None, 0, TOLD).await;
    assert_eq!(asked_for(&attempt), [ACME]);
    assert_eq!(machine.called(), []);
    assert!(matches!(machine.engine.keep_attempt(&attempt.id).await, Err(Error::AttemptEnded)));
    for others in [&[][..], &["https://evil.example:443"], &[ACME, "https://evil.example:443"]] {
        let agreed = machine.agreed(&attempt, others).await;
        assert!(matches!(agreed, Err(Error::ChangedElsewhere)), "{others:?}: {agreed:?}");
    }
    let id = machine.agreed(&attempt, &[ACME]).await.unwrap();
    assert_eq!(machine.call(&id).await.unwrap(), 200);
    let me = ("https://acme.zylker.example/v1/me".to_owned(), "realm-7".to_owned());
    assert_eq!(machine.called(), [me.clone(), me], "verify and the call");
    let shown = machine.engine.captured(&id).await.unwrap();
    let shown: Vec<_> = shown.iter().map(|(key, value)| (key.as_str(), value.as_deref())).collect();
    assert_eq!(shown, [("instance", Some("acme.zylker.example")), ("realm", Some("7"))]);
}

#[tokio::test]
async fn who_signs_in_again_is_asked_for_another_host_only() {
    let machine = Machine::telling(&format!("{INSTANCE}, {REALM}")).await;
    let attempt = machine.told(None, 0, TOLD).await;
    let id = machine.agreed(&attempt, &[ACME]).await.unwrap();
    let again = machine.told(Some(id.clone()), 1, TOLD).await;
    assert!(matches!(again.state, AttemptState::Connected { .. }), "{again:?}");
    let elsewhere = r#"{"access_token":"at","instance_url":"https://evil.example"}"#;
    let other = machine.told(Some(id), 2, elsewhere).await;
    assert_eq!(asked_for(&other), ["https://evil.example:443"]);
}

#[tokio::test]
async fn a_refresh_that_tells_another_host_leads_no_call_there() {
    let machine = Machine::telling(&format!("{INSTANCE}, {REALM}")).await;
    let attempt = machine.told(None, 0, TOLD).await;
    let id = machine.agreed(&attempt, &[ACME]).await.unwrap();
    machine.called();
    machine.service.answers(200, r#"{"access_token":"at","expires_in":3600}"#);
    machine.engine.refresh(&id).await.unwrap();
    assert_eq!(machine.call(&id).await.unwrap(), 200, "what is not told anew stays");
    machine.called();
    machine
        .service
        .answers(200, r#"{"access_token":"at","expires_in":3600,"instance_url":"https://evil.example"}"#);
    machine.engine.refresh(&id).await.unwrap();
    let called = machine.call(&id).await;
    assert!(matches!(&called, Err(Error::OriginNotAgreed(origin)) if origin.contains("evil")), "{called:?}");
    assert_eq!(machine.called(), []);
}

#[tokio::test]
async fn a_sign_in_ends_where_the_service_does_not_tell_what_every_call_needs() {
    for told in [
        r#"{"access_token":"at"}"#,
        r#"{"access_token":"at","instance_url":""}"#,
        r#"{"access_token":"at","instance_url":{"host":"acme.zylker.example"}}"#,
        r#"{"access_token":"at","instance_url":"at"}"#,
    ] {
        let machine = Machine::telling(&format!("{INSTANCE}, {REALM}")).await;
        let attempt = machine.told(None, 0, told).await;
        let AttemptState::Failed { failure: SignInFailure::NotUnderstood { detail, .. }, .. } =
            &attempt.state
        else {
            panic!("{told}: {attempt:?}");
        };
        assert!(detail.contains("`/instance_url`"), "{detail}");
        assert_eq!(machine.called(), [], "{told}");
    }
}

#[tokio::test]
async fn nobody_is_asked_for_a_host_that_nothing_may_go_to() {
    for told in [
        r#"{"access_token":"at","instance_url":"https://169.254.169.254/"}"#,
        r#"{"access_token":"at","instance_url":"acme.zylker.example@evil.example"}"#,
        r#"{"access_token":"at","instance_url":"acme.zylker.example/../.."}"#,
        r#"{"access_token":"at","instance_url":"2130706433"}"#,
    ] {
        let machine = Machine::telling(&format!("{INSTANCE}, {REALM}")).await;
        let attempt = machine.told(None, 0, told).await;
        let refused =
            matches!(attempt.state, AttemptState::Failed { failure: SignInFailure::NotTrusted { .. }, .. });
        assert!(refused, "{told}: {attempt:?}");
        assert_eq!(machine.called(), [], "{told}");
    }
}

#[tokio::test]
async fn what_the_reply_about_the_person_tells_is_taken_too() {
    let own = FILE
        .replace("revoke_url:", "userinfo_url: https://login.zylker.example/userinfo, revoke_url:")
        .replace(
            "verify:",
            "captures: [{ key: team, from: userinfo, pointer: /team }]\nheaders: { X-Realm: '{team}' }\nverify:",
        );
    let machine = Machine::of(&own).await;
    let id = machine.connected().await;
    machine.called();
    machine.call(&id).await.unwrap();
    assert_eq!(machine.called(), [("https://api.zylker.example/v1/me".to_owned(), "blue".to_owned())]);
}

#[tokio::test]
async fn the_preview_says_what_stands_for_a_value_that_the_service_tells() {
    let machine = Machine::telling(&format!("{INSTANCE}, {REALM}")).await;
    let document = machine.engine.open_draft(&machine.connector).await.unwrap().connector.draft;
    let preview = machine.engine.preview(&document, &BTreeMap::new(), None).await.unwrap();
    assert_eq!(preview.origins, Vec::<String>::new(), "agreed to once it is told");
    let sent = preview.sent.unwrap();
    assert_eq!(sent.masked_url(), "https://instance/v1/me");
    assert!(sent.masked_headers().contains(&("x-realm".to_owned(), "realm-realm".to_owned())), "{sent:?}");
    assert!(sent.notes.iter().any(|note| note.contains("{instance}")), "{:?}", sent.notes);
}
