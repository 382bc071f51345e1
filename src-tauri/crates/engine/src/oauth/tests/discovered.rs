//! What an issuer says of itself, and where its word lets a secret go.

use super::*;

#[tokio::test]
async fn discovery_takes_an_issuers_own_words_and_nobody_elses() {
    let engine = Machine::new().await.engine;
    let said = engine.describe_issuer(" https://login.zylker.example ").await.unwrap();
    assert_eq!(said.issuer, "https://login.zylker.example");
    let addresses: Vec<_> = said.addresses.iter().map(|(key, address)| (*key, address.as_str())).collect();
    let expected = [
        ("authorize_url", "https://login.zylker.example/authorize"),
        ("token_url", "https://login.zylker.example/token"),
    ];
    assert_eq!(addresses, expected);
    for issuer in [
        "https://liar.example",
        "https://login.zylker.example?tenant=1",
        "https://jane:secret@login.zylker.example",
        "login.zylker.example",
        "https://169.254.169.254",
        "file:///etc/passwd",
        "",
    ] {
        let refused = engine.describe_issuer(issuer).await;
        assert!(
            matches!(refused, Err(Error::SignIn(SignInFailure::NotUnderstood { .. }))),
            "{issuer}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn a_document_that_does_not_end_is_not_read_to_its_end() {
    let engine = Machine::new().await.engine;
    let refused = engine.describe_issuer("https://endless.example").await;
    let Err(Error::SignIn(SignInFailure::Unreachable { class, .. })) = refused else { panic!("{refused:?}") };
    assert_eq!(class, TransportClass::TooLarge);
}

#[tokio::test]
async fn a_new_issuer_gets_no_client_secret_that_was_given_for_another() {
    let machine = Machine::new().await;
    let file = |issuer: &str| {
        format!(
            "patchbay: 1\nlink_name: idp\nname: IdP\nbase_url: https://api.zylker.example/v1\n\
             authentication: {{ type: openid_connect, issuer: \"https://{issuer}\", client_id: acme, redirect: loopback }}\n"
        )
    };
    let draft = machine.engine.import_connector(&file("login.zylker.example"), false).await.unwrap();
    let connector = draft.connector.id;
    machine.engine.mark_ready(&connector).await.unwrap();
    let secret = GivenClient { id: None, secret: Some(SecretString::new("s3cret".into())) };
    let given = GivenClient { id: Some("acme".into()), ..secret };
    let given = GivenRegistration { client: given, ..GivenRegistration::default() };
    machine.engine.save_registration(&connector, None, given).await.unwrap();
    machine.engine.import_connector(&file("login.evil.example"), true).await.unwrap();
    machine.engine.mark_ready(&connector).await.unwrap();
    let machine = Machine { connector, ..machine };
    let refused = machine.try_begin(None).await.unwrap_err();
    assert!(
        matches!(&refused, Error::SecretNotAgreed { key: CLIENT_SECRET, origin } if origin.contains("login.evil.example")),
        "{refused:?}"
    );
    let form = machine.engine.connect_form(&machine.connector, None).await.unwrap();
    let prompts = machine.engine.connect_prompts(&form, None, None).await.unwrap();
    let asked: Vec<&str> =
        prompts.iter().filter(|each| !each.optional).map(|each| each.key.as_str()).collect();
    assert!(asked.contains(&CLIENT_SECRET), "it is asked for again: {asked:?}");
}

#[tokio::test]
async fn a_secret_that_was_given_before_any_address_goes_to_the_first_and_no_further() {
    let machine = Machine::new().await;
    let file = |addresses: &str| {
        format!(
            "patchbay: 1\nlink_name: crm\nname: CRM\nbase_url: https://api.zylker.example/v1\n\
             authentication: {{ type: oauth2, client_id: acme, redirect: loopback{addresses} }}\n"
        )
    };
    let draft = machine.engine.import_connector(&file(""), false).await.unwrap();
    let connector = draft.connector.id;
    let secret = GivenClient { id: None, secret: Some(SecretString::new("s3cret".into())) };
    let given = GivenClient { id: Some("acme".into()), ..secret };
    let given = GivenRegistration { client: given, ..GivenRegistration::default() };
    machine.engine.save_registration(&connector, None, given).await.unwrap();
    let machine = Machine { connector, ..machine };
    for (host, takes) in [("login.zylker.example", true), ("login.evil.example", false)] {
        let addresses =
            format!(", authorize_url: \"https://{host}/authorize\", token_url: \"https://{host}/token\"");
        machine.engine.import_connector(&file(&addresses), true).await.unwrap();
        machine.engine.mark_ready(&machine.connector).await.unwrap();
        let form = machine.engine.connect_form(&machine.connector, None).await.unwrap();
        let prompts = machine.engine.connect_prompts(&form, None, None).await.unwrap();
        let asks = prompts.iter().any(|each| each.key == CLIENT_SECRET && !each.optional);
        assert_eq!(asks, !takes, "{host}");
        assert_eq!(machine.try_begin(None).await.is_ok(), takes, "{host}");
    }
}
