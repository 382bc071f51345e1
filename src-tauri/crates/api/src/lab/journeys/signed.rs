//! Requests that are signed: OAuth 1.0a and AWS Signature v4 from the form to the call, and assertions of apps.

use super::{Machine, typed};
use crate::contract::{
    TypedSecret,
    connect::{AttemptStateView, EnterPin, KeepAttempt, PasteRedirect},
    connections::{RevokeConnection, SendCall, ShowConnection},
    connectors::{ImportConnector, MarkReady},
    exchange::CallInput,
};
use secret::SecretString;
use std::collections::BTreeMap;

fn oauth1(more: &str) -> String {
    let at = |path: &str| format!("'https://login.zylker.example/{path}'");
    format!(
        "{{ type: oauth1, {more}, request_token_url: {}, authorize_url: {}, access_token_url: {}, revoke_url: {} }}",
        at("initiate"),
        at("authorize"),
        at("token"),
        at("revoke")
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_signs_in_by_oauth1_in_the_lab_by_every_method_and_at_every_place() {
    for more in [
        "signature_method: HMAC-SHA1, redirect: loopback, realm: Photos",
        "signature_method: HMAC-SHA256, redirect: app, placement: query",
        "signature_method: HMAC-SHA512, redirect: loopback, placement: form",
        "signature_method: RSA-SHA1, redirect: loopback",
        "signature_method: RSA-SHA256, redirect: oob",
        "signature_method: PLAINTEXT, redirect: oob, placement: query",
    ] {
        let machine = Machine::new().await;
        machine.let_ada_agree().await;
        let connector = machine.connector(&oauth1(more), "GET").await;
        let attempt = machine.begin(&connector, BTreeMap::new()).await;
        let (location, page) = machine.open_page(0).await;
        match location {
            Some(address) => {
                let address = TypedSecret::new(SecretString::new(address));
                machine.api.paste_redirect(PasteRedirect { address }).await.unwrap();
            }
            None => {
                let pin = page.split("<code>").nth(2).and_then(|rest| rest.split_once("</code>")).unwrap().0;
                let pin = TypedSecret::new(SecretString::new(pin.into()));
                machine.api.enter_pin(EnterPin { attempt: attempt.attempt.clone(), pin }).await.unwrap();
            }
        }
        let settled = machine.settled_after_looking(&attempt).await;
        assert_eq!(settled.state, AttemptStateView::Connected, "{more}: {settled:?}");
        let connection = settled.connection.unwrap();
        machine.works(&connection).await;
        let shown =
            machine.api.show_connection(ShowConnection { connection: connection.clone() }).await.unwrap();
        assert!(serde_json::to_string(&shown).unwrap().contains(lab::PERSON), "{more}: {shown:?}");
        machine.api.revoke_connection(RevokeConnection { connection }).await.unwrap();
        let log = machine.api.lab.ask(|lab| lab.log(0, "")).await.unwrap();
        let last = log.last().unwrap();
        assert!(last.request.path.ends_with("/revoke") && last.status == Some(200), "{more}: {last:?}");
        machine.stayed_here();
        machine.api.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_signs_for_itself_in_the_lab_and_a_secret_of_one_s_own_is_refused() {
    let machine = Machine::new().await;
    let connector = machine.connector(&oauth1("legs: 2"), "GET").await;
    let attempt = machine.connect(&connector, BTreeMap::new()).await;
    assert_eq!(attempt.state, AttemptStateView::Connected, "{attempt:?}");
    machine.works(&attempt.connection.unwrap()).await;
    let attempt = machine.connect(&connector, typed("client_secret", "another")).await;
    assert_eq!(attempt.state, AttemptStateView::Refused, "{attempt:?}");
    machine.stayed_here();
    machine.api.close().await;

    let machine = Machine::new().await;
    let connector = machine.connector(&oauth1("redirect: loopback"), "GET").await;
    let attempt = machine.connect(&connector, typed("client_secret", "another")).await;
    assert_eq!(attempt.state, AttemptStateView::Failed, "{attempt:?}");
    assert!(serde_json::to_string(&attempt).unwrap().contains("signature_invalid"), "{attempt:?}");
    machine.api.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_signed_for_aws_in_the_lab_in_every_way() {
    for (more, method) in [
        ("service: execute-api", "GET"),
        ("service: execute-api, placement: query", "GET"),
        ("service: execute-api, payload: unsigned", "POST"),
        ("service: s3", "GET"),
        ("service: s3, placement: query", "GET"),
        ("service: s3, payload: streaming", "POST"),
        ("service: sts", "POST"),
    ] {
        let machine = Machine::new().await;
        let connector =
            machine.connector(&format!("{{ type: aws_sigv4, region: eu-west-2, {more} }}"), method).await;
        let form = machine.form(&connector).await;
        assert_eq!(form.issued, ["access_key_id", "secret_access_key", "session_token"], "{more}");
        let attempt = machine.connect(&connector, BTreeMap::new()).await;
        assert_eq!(attempt.state, AttemptStateView::Connected, "{more}: {attempt:?}");
        machine.works(&attempt.connection.unwrap()).await;
        let attempt = machine.connect(&connector, typed("secret_access_key", "another")).await;
        let last = machine.api.lab.ask(|lab| lab.log(0, "")).await.unwrap().pop().unwrap();
        let why = last.checked.unwrap().why();
        assert_eq!(
            why.as_deref(),
            Some("Signature: not made with this key, or not of this request"),
            "{more}"
        );
        assert_ne!(attempt.state, AttemptStateView::Connected, "{more}: AWS refuses with 403");
        machine.stayed_here();
        machine.api.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_shows_itself_by_its_key_in_the_lab_with_every_algorithm() {
    let machine = Machine::new().await;
    for algorithm in ["RS256", "RS512", "PS256", "PS384", "ES256", "ES384", "EdDSA"] {
        let authentication = format!(
            "{{ type: oauth2, grant_type: client_credentials, client_authentication: private_key_jwt, \
             client_assertion: {{ algorithm: {algorithm} }}, token_url: 'https://login.zylker.example/token' }}"
        );
        let text = format!(
            "patchbay: 1\nlink_name: {0}\nname: {0}\nbase_url: https://api.zylker.example\n\
             verify: {{ path: /me, account: /email }}\nauthentication: {authentication}\n",
            algorithm.to_lowercase()
        );
        let draft = machine
            .api
            .import_connector(ImportConnector { text, update: false, picture: None })
            .await
            .unwrap();
        machine.api.mark_ready(MarkReady { connector: draft.connector.clone() }).await.unwrap();
        let attempt = machine.connect(&draft.connector, BTreeMap::new()).await;
        assert_eq!(attempt.state, AttemptStateView::Connected, "{algorithm}: {attempt:?}");
    }
    machine.stayed_here();
    machine.api.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_the_lab_refuses_is_laid_beside_its_own_text() {
    for (authentication, key) in [
        (oauth1("legs: 2"), "client_secret"),
        ("{ type: aws_sigv4, region: eu-west-2, service: s3 }".to_owned(), "secret_access_key"),
        ("{ type: aws_sigv4, region: eu-west-2, service: sts }".to_owned(), "secret_access_key"),
        ("{ type: aws_sigv4, region: eu-west-2, service: execute-api }".to_owned(), "secret_access_key"),
    ] {
        let machine = Machine::new().await;
        let connector = machine.connector(&authentication, "GET").await;
        let attempt = machine.connect(&connector, typed(key, "another")).await;
        let kept = machine.api.keep_attempt(KeepAttempt { attempt: attempt.attempt }).await.unwrap();
        let call = CallInput {
            method: "GET".into(),
            path: "/things".into(),
            query: vec![("a".into(), "x y".into())],
            headers: Vec::new(),
            body: None,
        };
        let send = SendCall { connection: kept.connection.unwrap(), call };
        let reply = machine.api.send_call(send).await.unwrap();
        let compared = reply.compared.unwrap_or_else(|| panic!("{authentication}: {:?}", reply.body));
        assert!(!compared.same.is_empty(), "{authentication}");
        // It is the key that is wrong, so both would have signed the same.
        assert_eq!((compared.ours, compared.theirs), (Vec::new(), Vec::new()), "{authentication}");
        machine.api.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sts_tells_in_the_lab_who_calls() {
    let machine = Machine::new().await;
    let text = "patchbay: 1\nlink_name: sts\nname: STS\nbase_url: https://sts.eu-west-2.amazonaws.com\n\
         authentication: { type: aws_sigv4, region: eu-west-2, service: sts }\n\
         verify: { path: '/?Action=GetCallerIdentity&Version=2011-06-15', \
         account: /GetCallerIdentityResponse/GetCallerIdentityResult/Arn }\n";
    let import = ImportConnector { text: text.into(), update: false, picture: None };
    let draft = machine.api.import_connector(import).await.unwrap();
    machine.api.mark_ready(MarkReady { connector: draft.connector.clone() }).await.unwrap();
    let attempt = machine.connect(&draft.connector, BTreeMap::new()).await;
    let show = ShowConnection { connection: attempt.connection.clone().unwrap() };
    let shown = serde_json::to_string(&machine.api.show_connection(show).await.unwrap()).unwrap();
    assert!(shown.contains("arn:aws:sts::000000000000:assumed-role/lab/ada@lab.test"), "{shown}");
    machine.api.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_service_of_oauth1_makes_of_a_sign_in_is_told_plainly() {
    let machine = Machine::new().await;
    machine.let_ada_agree().await;
    let connector = machine.connector(&oauth1("redirect: loopback"), "GET").await;
    for (dial, value, told) in [
        ("callback", "left_out".into(), "did not confirm where the browser comes back to"),
        (
            "redirect",
            "not_registered".into(),
            "Callback address: not registered for this app, as the dial says.",
        ),
        ("token_reply", "html".into(), "cannot be used"),
        ("fail_next", 1.into(), "has trouble of its own"),
    ] {
        let set = move |lab: &lab::Lab| {
            lab.reset_dials(Some("zylker"))?;
            lab.set_dial(Some("zylker"), dial, Some(value))
        };
        machine.api.lab.ask(set).await.unwrap();
        let attempt = machine.connect(&connector, BTreeMap::new()).await;
        assert_eq!(attempt.state, AttemptStateView::Failed, "{dial}: {attempt:?}");
        let failure = attempt.sign_in.and_then(|sign_in| sign_in.failure).unwrap();
        assert!(format!("{failure:?}").contains(told), "{dial}: {failure:?}");
    }
    machine.api.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_an_hour_off_is_allowed_for_in_the_lab() {
    for authentication in [
        oauth1("legs: 2"),
        "{ type: aws_sigv4, region: eu-west-2, service: s3 }".to_owned(),
        "{ type: aws_sigv4, region: eu-west-2, service: sts }".to_owned(),
        "{ type: aws_sigv4, region: eu-west-2, service: execute-api, placement: query }".to_owned(),
    ] {
        for seconds in [7200, -7200] {
            let machine = Machine::new().await;
            let connector = machine.connector(&authentication, "GET").await;
            let set = move |lab: &lab::Lab| lab.set_dial(None, "clock_difference", Some(seconds.into()));
            machine.api.lab.ask(set).await.unwrap();
            let attempt = machine.connect(&connector, BTreeMap::new()).await;
            assert_eq!(attempt.state, AttemptStateView::Connected, "{authentication} {seconds}: {attempt:?}");
            machine.works(&attempt.connection.unwrap()).await;
            machine.api.close().await;
        }
    }
}
