//! Several apps of one connector: which one a sign-in uses, whose secret goes where, and which of them may go.

use super::*;
use crate::connect::ATTEMPT_LIFE;
use domain::id::RegistrationId;

const CONFIDENTIAL: &str = "patchbay: 1\nlink_name: zylker\nname: Zylker\nbase_url: https://api.zylker.example/v1\n\
                            authentication: { type: oauth2, grant_type: client_credentials, \
                            client_authentication: body, token_url: https://login.zylker.example/token }\n\
                            environments: { staging: { base_url: https://api.staging.example/v1, \
                            authentication: { token_url: https://login.staging.example/token } } }\n";

fn given(id: &str, secret: &str) -> GivenRegistration {
    let client = GivenClient { id: Some(id.into()), secret: Some(SecretString::new(secret.into())) };
    GivenRegistration { client, ..GivenRegistration::default() }
}

impl Machine {
    async fn app(&self, environment: Option<&str>, id: &str, secret: &str) -> RegistrationId {
        let saved = self.engine.save_registration(&self.connector, environment, given(id, secret)).await;
        saved.unwrap().registration.id
    }

    /// Begins to connect with a client ID and a secret, where they are given.
    async fn begin_as(
        &self,
        (connection, environment): (Option<&ConnectionId>, Option<&str>),
        (id, secret): (Option<&str>, Option<&str>),
    ) -> Result<Attempt, Error> {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        let secret = secret.map(|secret| (CLIENT_SECRET.to_owned(), SecretString::new(secret.into())));
        let given = Given {
            connector: self.connector.clone(),
            connection: connection.map(|id| Again { connection: id.clone(), new_version: false }),
            name: id.unwrap_or("Default").into(),
            environment: environment.map(str::to_owned),
            authentication: None,
            settings: BTreeMap::new(),
            values: id.map(|id| pair("client_id", id)).into_iter().collect(),
            secrets: secret.into_iter().collect(),
            scopes: None,
            way: None,
            opens_browser: true,
        };
        self.engine.begin_connect(given).await
    }

    /// The same to its end.
    async fn connect_as(
        &self,
        place: (Option<&ConnectionId>, Option<&str>),
        client: (Option<&str>, Option<&str>),
    ) -> Result<ConnectionId, Error> {
        let attempt = self.begin_as(place, client).await?;
        // The connector names no request to verify with.
        self.settled(&attempt.id).await;
        let kept = self.engine.keep_attempt(&attempt.id).await;
        match kept.or(self.engine.attempt(&attempt.id).await)?.state {
            AttemptState::Connected { connection, .. } => Ok(connection),
            state => panic!("{state:?}"),
        }
    }

    /// Client ID and secret of the last token request.
    fn last(&self) -> (String, String) {
        let asked = self.service.asked.lock().unwrap();
        let last = asked.last().unwrap();
        (last["client_id"].clone(), last["client_secret"].clone())
    }

    async fn apps(&self) -> Vec<(String, bool, Vec<String>)> {
        let apps = self.engine.registrations(&self.connector).await.unwrap().into_iter();
        apps.map(|app| (app.registration.client_id, app.is_default, app.used_by)).collect()
    }
}

fn is(client: (String, String), id: &str, secret: &str) -> bool {
    client == (id.to_owned(), secret.to_owned())
}

#[tokio::test]
async fn a_client_id_picks_the_app_that_has_it_or_makes_one_and_leaves_the_default() {
    let machine = Machine::of(CONFIDENTIAL).await;
    machine.app(None, "first", "s-first").await;
    machine.connect_as((None, None), (Some("second"), Some("s-second"))).await.unwrap();
    assert!(is(machine.last(), "second", "s-second"));
    machine.connect_as((None, None), (None, None)).await.unwrap();
    assert!(is(machine.last(), "first", "s-first"), "the default is as it was");
    machine.connect_as((None, None), (Some("second"), None)).await.unwrap();
    assert!(is(machine.last(), "second", "s-second"), "what is kept of it is used again");
    let expected = [("first".to_owned(), true, 1), ("second".to_owned(), false, 2)];
    let apps = machine.apps().await;
    assert_eq!(apps.into_iter().map(|(id, is, by)| (id, is, by.len())).collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_new_client_id_never_gets_the_secret_of_another_app() {
    let machine = Machine::of(CONFIDENTIAL).await;
    machine.app(None, "first", "s-first").await;
    let refused = machine.connect_as((None, None), (Some("second"), None)).await.unwrap_err();
    assert!(matches!(&refused, Error::Values(wrong) if wrong[0].0 == CLIENT_SECRET), "{refused:?}");
    assert!(machine.service.asked.lock().unwrap().is_empty(), "nothing was sent");
    assert_eq!(machine.apps().await.len(), 1, "and nothing was kept");
    let form = machine.engine.connect_form(&machine.connector, None).await.unwrap();
    for (client_id, asks) in [(None, false), (Some("first"), false), (Some("second"), true), (Some(""), true)]
    {
        let prompts = machine.engine.connect_prompts(&form, None, client_id).await.unwrap();
        let is_asked = prompts.iter().any(|prompt| prompt.key == CLIENT_SECRET && !prompt.optional);
        assert_eq!(is_asked, asks, "{client_id:?}");
    }
}

#[tokio::test]
async fn another_default_leaves_the_connections_with_the_app_that_they_have() {
    let machine = Machine::of(CONFIDENTIAL).await;
    machine.app(None, "first", "s-first").await;
    let second = machine.app(None, "second", "s-second").await;
    let id = machine.connect_as((None, None), (None, None)).await.unwrap();
    machine.engine.make_default_registration(&second).await.unwrap();
    machine.engine.refresh(&id).await.unwrap();
    assert!(is(machine.last(), "first", "s-first"), "it is renewed with its own");
    machine.connect_as((Some(&id), None), (None, None)).await.unwrap();
    assert!(is(machine.last(), "first", "s-first"), "it is signed in again with its own");
    machine.connect_as((None, None), (None, None)).await.unwrap();
    assert!(is(machine.last(), "second", "s-second"), "new ones take the default");
    machine.connect_as((Some(&id), None), (Some("second"), None)).await.unwrap();
    assert!(is(machine.last(), "second", "s-second"), "unless another one is named");
}

#[tokio::test]
async fn a_secret_of_one_environment_is_never_used_in_another() {
    let machine = Machine::of(CONFIDENTIAL).await;
    machine.engine.add_environment("Staging", None).await.unwrap();
    let production = machine.app(None, "app", "s-production").await;
    for client in [(None, None), (Some("app"), None)] {
        let refused = machine.connect_as((None, Some("staging")), client).await.unwrap_err();
        assert!(matches!(refused, Error::Values(_)), "{refused:?}");
    }
    let moved = GivenRegistration { registration: Some(production), ..given("app", "s-other") };
    let refused = machine.engine.save_registration(&machine.connector, Some("staging"), moved).await;
    assert!(matches!(refused, Err(Error::NotFound { .. })), "{refused:?}");
    machine.app(Some("staging"), "app", "s-staging").await;
    machine.connect_as((None, Some("staging")), (None, None)).await.unwrap();
    assert!(is(machine.last(), "app", "s-staging"));
    machine.connect_as((None, None), (Some("app"), None)).await.unwrap();
    assert!(is(machine.last(), "app", "s-production"));
    let hosts = machine.service.hosts.lock().unwrap().clone();
    assert_eq!(hosts, HashSet::from(["login.staging.example".into(), "login.zylker.example".into()]));
    let apps = machine.engine.registrations(&machine.connector).await.unwrap();
    for app in apps {
        let origins: Vec<_> = app.registration.origins.iter().map(ToString::to_string).collect();
        let host = if app.environment.link_name.as_str() == "staging" { "staging" } else { "zylker" };
        assert_eq!(origins, [format!("https://login.{host}.example:443")], "where its secret may go");
    }
}

#[tokio::test]
async fn an_environment_is_not_deleted_under_connections_or_sign_ins_and_takes_its_apps_along() {
    let machine = Machine::of(CONFIDENTIAL).await;
    machine.engine.add_environment("Staging", None).await.unwrap();
    machine.app(Some("staging"), "app", "s-staging").await;
    let id = machine.connect_as((None, Some("staging")), (None, None)).await.unwrap();
    let refused = machine.engine.delete_environment("staging").await;
    let Err(Error::EnvironmentUsed { name, used_by, more }) = refused else { panic!("{refused:?}") };
    assert_eq!((name.as_str(), used_by, more), ("Staging", vec!["Default".to_owned()], 0));
    machine.engine.delete_connection(&id).await.unwrap();
    machine.service.answers(400, r#"{"error":"temporarily_unavailable"}"#);
    let waiting = machine.begin_as((None, Some("staging")), (None, None)).await.unwrap();
    machine.settled(&waiting.id).await;
    let refused = machine.engine.delete_environment("staging").await;
    assert!(matches!(refused, Err(Error::EnvironmentUsed { .. })), "it can be tried again: {refused:?}");
    machine.engine.discard_attempt(&waiting.id).await.unwrap();
    machine.engine.delete_environment("staging").await.unwrap();
    assert_eq!(machine.apps().await, []);
}

#[tokio::test]
async fn an_app_that_a_connection_uses_is_not_deleted_and_says_by_whom() {
    let machine = Machine::of(CONFIDENTIAL).await;
    let first = machine.app(None, "first", "s-first").await;
    let second = machine.app(None, "second", "s-second").await;
    let id = machine.connect_as((None, None), (Some("second"), None)).await.unwrap();
    let used = machine.engine.delete_registration(&second).await;
    assert!(matches!(&used, Err(Error::AppUsed { used_by, .. }) if used_by == &["second"]), "{used:?}");
    let default = machine.engine.delete_registration(&first).await;
    assert!(matches!(default, Err(Error::AppIsDefault { .. })), "{default:?}");
    machine.connect_as((Some(&id), None), (Some("first"), None)).await.unwrap();
    let kept = machine.engine.delete_registration(&second).await;
    assert!(matches!(kept, Err(Error::AppUsed { .. })), "the sign-in before can be brought back: {kept:?}");
    machine.clock.advance(UNDO_LIFE + Duration::from_secs(1));
    machine.engine.delete_registration(&second).await.unwrap();
    machine.engine.delete_connection(&id).await.unwrap();
    machine.engine.delete_registration(&first).await.unwrap();
    assert_eq!(machine.apps().await, [], "the last one is no default that others need");
}

#[tokio::test]
async fn an_app_is_changed_in_its_place_and_its_secret_goes_no_further_than_before() {
    let machine = Machine::of(CONFIDENTIAL).await;
    let first = machine.app(None, "frist", "s-first").await;
    machine.app(None, "second", "s-second").await;
    let save = async |id: &str, secret: &str| {
        let given = GivenRegistration {
            registration: Some(first.clone()),
            label: " Sales ".into(),
            ..given(id, secret)
        };
        machine.engine.save_registration(&machine.connector, None, given).await
    };
    let taken = save("second", "").await.unwrap_err();
    assert!(matches!(&taken, Error::Values(wrong) if wrong[0].0 == "client_id"), "{taken:?}");
    let saved = save("first", "").await.unwrap();
    assert_eq!((saved.registration.label.as_str(), saved.is_default), ("Sales", true));
    machine.connect_as((None, None), (None, None)).await.unwrap();
    assert!(is(machine.last(), "first", "s-first"), "the secret stayed");
    let elsewhere = CONFIDENTIAL.replace("login.zylker.example", "login.evil.example");
    machine.engine.import_connector(&elsewhere, true).await.unwrap();
    machine.engine.mark_ready(&machine.connector).await.unwrap();
    save("first", "").await.unwrap();
    let refused = machine.connect_as((None, None), (None, None)).await.unwrap_err();
    assert!(matches!(refused, Error::SecretNotAgreed { .. }), "saving does not agree to it: {refused:?}");
}

#[tokio::test]
async fn two_that_connect_with_one_new_app_at_a_moment_keep_it_once() {
    let machine = Machine::of(CONFIDENTIAL).await;
    let connect = || machine.connect_as((None, None), (Some("new"), Some("s-new")));
    let (one, other) = tokio::join!(connect(), connect());
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    let apps = machine.apps().await;
    assert_eq!(apps.iter().map(|(id, ..)| id.as_str()).collect::<Vec<_>>(), ["new"]);
}

/// Refuses the mistyped app, as a service does that never gave it.
const KNOWS_NO_TYPO: Demand =
    |form, _| (form["client_id"] == "frist").then_some((401, r#"{"error":"invalid_client"}"#));

#[tokio::test]
async fn an_app_that_never_connected_is_no_default_and_is_forgotten_with_its_sign_in() {
    let machine = Machine::of(CONFIDENTIAL).await;
    *machine.service.demand.lock().unwrap() = Some(KNOWS_NO_TYPO);
    let typed = (Some("frist"), Some("s-first"));
    let failed = machine.begin_as((None, None), typed).await.unwrap();
    let state = machine.settled(&failed.id).await;
    assert!(matches!(state, AttemptState::Failed { .. }), "{state:?}");

    let form = machine.engine.connect_form(&machine.connector, None).await.unwrap();
    let prompts = machine.engine.connect_prompts(&form, None, None).await.unwrap();
    let asked: Vec<_> = prompts.iter().map(|each| (each.default.clone(), each.optional)).collect();
    assert_eq!(asked, [(None, false), (None, false)], "both are asked for again");
    assert!(machine.engine.connect_apps(&form, None).await.unwrap().is_empty(), "and it is not offered");
    let refused = machine.begin_as((None, None), (None, None)).await.unwrap_err();
    assert!(matches!(refused, Error::Values(_)), "{refused:?}");

    machine.connect_as((None, None), (Some("first"), Some("s-first"))).await.unwrap();
    machine.engine.discard_attempt(&failed.id).await.unwrap();
    let apps = machine.apps().await;
    assert_eq!(apps, [("first".to_owned(), true, vec!["first".to_owned()])]);

    let failed = machine.begin_as((None, None), typed).await.unwrap();
    machine.settled(&failed.id).await;
    machine.connect_as((None, None), (None, None)).await.unwrap();
    assert!(is(machine.last(), "first", "s-first"), "the default is as it was");
    machine.clock.advance(ATTEMPT_LIFE + Duration::from_secs(1));
    machine.engine.drop_old_attempts().await.unwrap();
    assert_eq!(machine.apps().await.len(), 1, "it went with the sign-in whose time was over");
}

#[tokio::test]
async fn an_app_on_trial_is_kept_for_every_sign_in_that_waits_with_it() {
    let machine = Machine::of(CONFIDENTIAL).await;
    *machine.service.demand.lock().unwrap() = Some(KNOWS_NO_TYPO);
    let one = machine.begin_as((None, None), (Some("frist"), Some("s-first"))).await.unwrap();
    machine.settled(&one.id).await;
    let other = machine.begin_as((None, None), (Some("frist"), None)).await.unwrap();
    machine.settled(&other.id).await;
    machine.engine.discard_attempt(&one.id).await.unwrap();
    *machine.service.demand.lock().unwrap() = None;
    machine.engine.retry_attempt(&other.id).await.unwrap();
    let state = machine.settled(&other.id).await;
    assert!(matches!(state, AttemptState::Connected { .. }), "the service knows it by now: {state:?}");
    assert!(is(machine.last(), "frist", "s-first"));
    assert_eq!(machine.apps().await, [("frist".to_owned(), true, vec!["frist".to_owned()])]);
}

#[tokio::test]
async fn an_app_on_trial_that_a_person_saves_or_chooses_stays() {
    let machine = Machine::of(CONFIDENTIAL).await;
    *machine.service.demand.lock().unwrap() = Some(KNOWS_NO_TYPO);
    for chooses in [false, true] {
        let failed = machine.begin_as((None, None), (Some("frist"), Some("s-first"))).await.unwrap();
        machine.settled(&failed.id).await;
        let [app] = &machine.engine.registrations(&machine.connector).await.unwrap()[..] else { panic!() };
        let id = app.registration.id.clone();
        if chooses {
            machine.engine.make_default_registration(&id).await.unwrap();
        } else {
            let given = GivenRegistration { registration: Some(id.clone()), ..given("frist", "s-other") };
            machine.engine.save_registration(&machine.connector, None, given).await.unwrap();
        }
        machine.engine.discard_attempt(&failed.id).await.unwrap();
        assert_eq!(machine.apps().await, [("frist".to_owned(), true, vec![])]);
        machine.engine.delete_registration(&id).await.unwrap();
    }
}

#[tokio::test]
async fn the_secret_of_a_public_client_id_is_typed_again_where_it_never_connected() {
    let machine = Machine::of(&CONFIDENTIAL.replace("type: oauth2,", "type: oauth2, client_id: acme,")).await;
    *machine.service.demand.lock().unwrap() =
        Some(|form, _| (form["client_secret"] == "s-tpyo").then_some((401, r#"{"error":"invalid_client"}"#)));
    let failed = machine.begin_as((None, None), (None, Some("s-tpyo"))).await.unwrap();
    machine.settled(&failed.id).await;
    let refused = machine.begin_as((None, None), (None, None)).await.unwrap_err();
    assert!(matches!(&refused, Error::Values(wrong) if wrong[0].0 == CLIENT_SECRET), "{refused:?}");
    machine.connect_as((None, None), (None, Some("s-typed"))).await.unwrap();
    machine.engine.discard_attempt(&failed.id).await.unwrap();
    assert_eq!(machine.apps().await, [("acme".to_owned(), true, vec!["Default".to_owned()])]);
}
