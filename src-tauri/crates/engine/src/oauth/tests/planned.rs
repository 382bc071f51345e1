//! What a builder is shown of a sign-in beside what is then sent.

use super::*;
use crate::{
    oauth::sequence::{Planned, PlannedKind},
    shown::Piece,
    signing::Step,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// The parameters of a request as they are shown, or as they were sent.
fn names(text: &str) -> Vec<String> {
    let pairs = url::form_urlencoded::parse(text.as_bytes()).into_owned();
    pairs.map(|(name, _)| name).collect()
}

async fn planned(machine: &Machine) -> Vec<Planned> {
    let document = machine.engine.open_draft(&machine.connector).await.unwrap().connector.draft;
    machine.engine.preview(&document, &BTreeMap::new(), Some(&machine.connector)).await.unwrap().sign_in
}

fn body(planned: &Planned) -> String {
    planned.sent.masked_body().unwrap_or_default()
}

#[tokio::test]
async fn a_sign_in_is_shown_as_it_is_then_sent() {
    let machine = Machine::new().await;
    let shown = planned(&machine).await;
    let kinds: Vec<_> = shown.iter().map(|planned| planned.kind).collect();
    assert_eq!(kinds, [PlannedKind::Page, PlannedKind::Tokens, PlannedKind::Refresh]);
    let id = machine.connected().await;
    machine.engine.refresh(&id).await.unwrap();

    // EXPOSE: the test is the person in the browser
    let opened = machine.browser.visit(0).await.url.expose().clone();
    let (of_shown, of_opened) = (shown[0].sent.masked_url(), opened);
    let query = |address: &str| names(address.split_once('?').unwrap().1);
    assert_eq!(query(&of_shown), query(&of_opened), "{of_shown}");
    for (planned, grant) in shown[1..].iter().zip(["authorization_code", "refresh_token"]) {
        let [sent] = &machine.service.asked(grant)[..] else { panic!("one {grant}") };
        let mut sent: Vec<_> = sent.keys().cloned().collect();
        let mut told = names(&body(planned));
        sent.sort();
        told.sort();
        assert_eq!(told, sent, "{grant}");
        assert!(body(planned).contains(&format!("grant_type={grant}")), "{}", body(planned));
    }
}

#[tokio::test]
async fn nothing_that_is_secret_or_new_each_time_is_made_up() {
    let file = FILE.replace("client_authentication: none", "client_authentication: body");
    let machine = Machine::of(&file).await;
    for planned in planned(&machine).await {
        let text = format!("{} {}", planned.sent.masked_url(), body(&planned));
        for name in ["state", "code_challenge", "code", "code_verifier", "client_secret", "refresh_token"] {
            let value = text.split(['?', '&', ' ']).find_map(|pair| pair.strip_prefix(&format!("{name}=")));
            assert!(value.is_none_or(|value| value == secret::redact::MASK), "{name} in {text}");
        }
        assert!(!text.contains("gap"), "{text}");
    }
}

#[tokio::test]
async fn a_client_secret_that_is_saved_is_not_asked_again() {
    let file = FILE.replace("client_authentication: none", "client_authentication: body");
    let machine = Machine::of(&file).await;
    let document = machine.engine.open_draft(&machine.connector).await.unwrap().connector.draft;
    let asked = async || {
        let preview = machine.engine.preview(&document, &BTreeMap::new(), Some(&machine.connector)).await;
        preview.unwrap().prompts.iter().any(|prompt| prompt.key == CLIENT_SECRET)
    };
    assert!(asked().await);
    let given = GivenClient { id: Some("acme".into()), secret: Some(SecretString::new("s3cret".into())) };
    let given = GivenRegistration { client: given, ..GivenRegistration::default() };
    machine.engine.save_registration(&machine.connector, None, given).await.unwrap();
    assert!(!asked().await);
}

#[tokio::test]
async fn each_grant_shows_the_requests_that_it_needs() {
    use PlannedKind::{Device, Page, Refresh, Tokens};
    let device = "grant_type: device_code, device_authorization_url: https://login.zylker.example/device,";
    for (more, kinds) in [
        ("grant_type: client_credentials,", vec![Tokens]),
        ("grant_type: password,", vec![Tokens, Refresh]),
        (device, vec![Device, Tokens, Refresh]),
        ("grant_type: implicit, response_mode: fragment,", vec![Page]),
    ] {
        let machine = Machine::of(&FILE.replace("type: oauth2,", &format!("type: oauth2, {more}"))).await;
        let shown: Vec<_> = planned(&machine).await.iter().map(|planned| planned.kind).collect();
        assert_eq!(shown, kinds, "{more}");
    }
}

#[tokio::test]
async fn an_assertion_is_shown_with_what_it_will_say_and_then_says() {
    let file = |manner: &str, more: &str| {
        FILE.replace(
            "client_id: acme, client_authentication: none",
            &format!("client_authentication: {manner}{more}"),
        )
        .replace("redirect: loopback", "grant_type: client_credentials")
        .replace("authorize_url: https://login.zylker.example/authorize, ", "")
    };
    let machine = Machine::of(&file("client_secret_jwt", ", client_assertion: { key_id: k-1 }")).await;
    let given =
        GivenClient { id: Some("acme".into()), secret: Some(SecretString::new("s3cret-7f3a".repeat(4))) };
    let given = GivenRegistration { client: given, ..GivenRegistration::default() };
    machine.engine.save_registration(&machine.connector, None, given).await.unwrap();
    let [token] = &planned(&machine).await[..] else { panic!("one request") };
    assert!(body(token).contains("client_assertion_type=urn"), "{}", body(token));
    assert_eq!(token.sent.notes, [""; 0]);
    let [header, claims] = &token.sent.signing[..] else { panic!("{:?}", token.sent.signing) };
    let text = |step: &Step| step.pieces.iter().map(Piece::shown).collect::<String>();
    assert_eq!(text(header), "{\n  \"alg\": \"HS256\",\n  \"typ\": \"JWT\",\n  \"kid\": \"k-1\"\n}");
    for later in ["jti", "iat", "nbf", "exp"] {
        assert!(text(claims).contains(&format!("\"{later}\": {}", secret::redact::MASK)), "{}", text(claims));
    }

    let attempt = machine.begin(None).await;
    assert!(matches!(machine.settled(&attempt.id).await, AttemptState::Connected { .. }));
    let [sent] = &machine.service.asked("client_credentials")[..] else { panic!("one request") };
    let read = |part: &str| -> serde_json::Map<String, serde_json::Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    for (part, step) in sent["client_assertion"].split('.').zip([header, claims]) {
        for (name, value) in read(part) {
            let shown = text(step)
                .lines()
                .find_map(|line| Some(line.split_once(&format!("\"{name}\": "))?.1.to_owned()));
            let shown = shown.unwrap_or_else(|| panic!("{name} is shown: {}", text(step)));
            let (shown, sent) = (shown.trim_end_matches(','), value.to_string());
            assert!(shown == secret::redact::MASK || shown == sent, "{name}: {shown}, sent as {value}");
        }
    }

    let machine = Machine::of(&file(
        "private_key_jwt",
        ", client_assertion: { audience: 'https://login.zylker.example' }",
    ))
    .await;
    let [token] = &planned(&machine).await[..] else { panic!("one request") };
    let [header, claims] = &token.sent.signing[..] else { panic!("{:?}", token.sent.signing) };
    assert!(text(header).contains(&format!("\"alg\": {}", secret::redact::MASK)), "no key tells it yet");
    assert!(text(claims).contains("\"aud\": \"https://login.zylker.example\""), "{}", text(claims));
}
