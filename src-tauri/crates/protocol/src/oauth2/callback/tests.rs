use super::*;
use crate::oauth2::TokenErrorKind;

const REDIRECT: &str = "http://127.0.0.1:4000/callback";
const STATE: &str = "Kt5d3vNlqU";

fn state() -> SecretString {
    SecretString::new(STATE.into())
}

fn read_as(
    query: &str,
    response_type: ResponseType,
    issuer: ExpectedIssuer<'_>,
) -> Result<Authorized, CallbackError> {
    let callback = Callback::from_url(&format!("{REDIRECT}{query}"))?;
    callback.matched(&state()).ok_or(CallbackError::State)?.read(response_type, ResponseMode::Query, issuer)
}

fn read(query: &str) -> Result<Authorized, CallbackError> {
    read_as(query, ResponseType::Code, ExpectedIssuer::default())
}

#[test]
fn a_code_is_read_and_other_parameters_are_for_captures_only() {
    let authorized =
        read(&format!("?code=c%26x&state={STATE}&realmId=42&next=https://evil.example&session_state=x#_=_"))
            .unwrap();
    assert_eq!(authorized.code.as_ref().unwrap().expose(), "c&x");
    assert_eq!(authorized.captured("/realmId").as_deref(), Some("42"));
    assert_eq!(authorized.captured("/code"), None);
    assert!(authorized.tokens.is_none() && authorized.id_token.is_none());
    assert!(!format!("{authorized:?}").contains("c&x"));
}

#[test]
fn a_redirect_with_unknown_state_is_ignored() {
    let lower = STATE.to_lowercase();
    for query in [
        "?code=c".to_owned(),
        "?code=c&state=".to_owned(),
        format!("?code=c&state={}A", &STATE[..STATE.len() - 1]),
        format!("?code=c&state={}", &STATE[..4]),
        format!("?code=c&state={STATE}x"),
        format!("?code=c&state={lower}"),
        format!("?state=evil&code=c&state={STATE}"),
        format!("?code=c&state={STATE}&state={STATE}"),
        format!("?code=c&state={STATE}#state={STATE}"),
        "?error=access_denied".to_owned(),
        String::new(),
    ] {
        assert_eq!(read(&query).unwrap_err(), CallbackError::State, "{query}");
    }
}

#[test]
fn parameters_that_stand_twice_are_refused() {
    for key in KNOWN.iter().skip(1) {
        let refused = read(&format!("?{key}=1&{key}=2&state={STATE}"));
        assert_eq!(refused.unwrap_err(), CallbackError::Repeated(key), "{key}");
    }
}

#[test]
fn an_issuer_is_compared_and_one_that_was_promised_must_be_there() {
    let expect = |promised| ExpectedIssuer { issuer: Some("https://login.example"), promised };
    let good = "iss=https%3A%2F%2Flogin.example";
    for (query, promised, outcome) in [
        (good, true, Ok(())),
        (good, false, Ok(())),
        ("", false, Ok(())),
        ("", true, Err(CallbackError::NoIssuer)),
        ("iss=https%3A%2F%2Fevil.example", false, Err(CallbackError::Issuer)),
        ("iss=https%3A%2F%2Flogin.example%2F", false, Err(CallbackError::Issuer)),
        ("iss=", true, Err(CallbackError::Issuer)),
        (
            "iss=https%3A%2F%2Flogin.example&iss=https%3A%2F%2Fevil.example",
            true,
            Err(CallbackError::Repeated("iss")),
        ),
    ] {
        let read = read_as(&format!("?code=c&state={STATE}&{query}"), ResponseType::Code, expect(promised));
        assert_eq!(read.map(|_| ()), outcome, "{query} {promised}");
    }
}

#[test]
fn an_id_token_says_the_issuer_as_well() {
    let expected = ExpectedIssuer { issuer: Some("https://login.example"), promised: true };
    let token = format!("#id_token=e.e.e&state={STATE}");
    assert!(read_as(&token, ResponseType::IdToken, expected).is_ok());
    // Only where one was asked for, and is there.
    let unasked = read_as(&format!("?code=c&id_token=e.e.e&state={STATE}"), ResponseType::Code, expected);
    assert_eq!(unasked.unwrap_err(), CallbackError::NoIssuer);
    let refused = read_as(&format!("#error=access_denied&state={STATE}"), ResponseType::IdToken, expected);
    assert_eq!(refused.unwrap_err(), CallbackError::NoIssuer);
}

#[test]
fn the_services_no_is_quoted_and_its_page_is_a_web_page_or_none() {
    let query = format!(
        "?code=c&error=access_denied&error_description=%3Cimg%20src%3Dx%3E%0d%0a\u{202e}no&error_uri=javascript:alert(1)&state={STATE}"
    );
    let CallbackError::Service(error) = read(&query).unwrap_err() else { panic!("a service's error") };
    assert_eq!(error.kind, TokenErrorKind::Denied);
    assert_eq!(error.description.unwrap().as_str(), "<img src=x> no");
    assert_eq!(error.uri, None);
    let long = read(&format!("?error={}&state={STATE}", "x".repeat(60_000))).unwrap_err();
    assert!(long.to_string().len() < 600);
}

#[test]
fn nothing_is_taken_from_where_it_was_not_asked_for() {
    let implicit = |query: &str| read_as(query, ResponseType::Token, ExpectedIssuer::default());
    assert_eq!(read(&format!("#code=c&state={STATE}")).unwrap_err(), CallbackError::Place);
    let in_query = implicit(&format!("?access_token=leaked&token_type=bearer&state={STATE}"));
    assert_eq!(in_query.unwrap_err(), CallbackError::Place);
    let tokens = read(&format!("?access_token=leaked&code=c&state={STATE}")).unwrap().tokens;
    assert!(tokens.is_none());
}

#[test]
fn an_implicit_reply_is_read_from_the_fragment() {
    let fragment = format!("#access_token=at&token_type=bearer&expires_in=3600&scope=a%20b&state={STATE}");
    let authorized = read_as(&fragment, ResponseType::Token, ExpectedIssuer::default()).unwrap();
    let tokens = authorized.tokens.unwrap();
    assert_eq!((tokens.access_token.expose().as_str(), tokens.is_bearer()), ("at", true));
    assert_eq!(tokens.scopes.unwrap(), ["a", "b"]);
    let handed = Callback::from_fragment(REDIRECT, &fragment).unwrap().matched(&state()).unwrap();
    assert!(handed.read(ResponseType::Token, ResponseMode::Query, ExpectedIssuer::default()).is_ok());
}

#[test]
fn a_posted_form_is_read_where_one_was_asked_for() {
    let body = format!("code=c&id_token=e.e.e&state={STATE}");
    let post = || Callback::from_form(REDIRECT, body.as_bytes()).unwrap().matched(&state()).unwrap();
    let hybrid =
        post().read(ResponseType::CodeIdToken, ResponseMode::FormPost, ExpectedIssuer::default()).unwrap();
    assert!(hybrid.code.is_some() && hybrid.id_token.is_some());
    let unasked = post().read(ResponseType::CodeIdToken, ResponseMode::Query, ExpectedIssuer::default());
    assert_eq!(unasked.unwrap_err(), CallbackError::Place);
}

#[test]
fn what_is_missing_or_broken_is_named() {
    for (query, outcome) in [
        ("", CallbackError::Missing("code")),
        ("code=&", CallbackError::Missing("code")),
        ("code=a%00b&", CallbackError::Characters("code")),
        ("code=a%0d%0ax&", CallbackError::Characters("code")),
        ("code=%ff%fe&", CallbackError::Characters("code")),
    ] {
        assert_eq!(read(&format!("?{query}state={STATE}")).unwrap_err(), outcome, "{query}");
    }
    // A broken escape is taken literally; the token endpoint decides.
    assert_eq!(read(&format!("?code=%zz&state={STATE}")).unwrap().code.unwrap().expose(), "%zz");
}

#[test]
fn a_redirect_of_absurd_size_is_refused_and_many_parameters_are_no_matter() {
    let huge = format!("dev.patchbay:/oauth/callback?code={}&state={STATE}", "A".repeat(2 << 20));
    assert_eq!(Callback::from_url(&huge).unwrap_err(), CallbackError::TooLong);
    let many: String = (0..10_000).map(|number| format!("p{number}=1&")).collect();
    assert!(read(&format!("?{many}code=c&state={STATE}")).is_ok());
}

#[test]
fn a_redirect_counts_at_its_own_address_only() {
    let app = "dev.patchbay:/oauth/callback";
    for (came, asked, same) in [
        ("dev.patchbay:/oauth/callback?state=s", app, true),
        ("dev.patchbay://oauth/callback?state=s", app, true),
        ("DEV.PATCHBAY:/oauth/callback?state=s", app, true),
        ("dev.patchbay:/other?state=s", app, false),
        ("dev.patchbay:oauth/callback?state=s", app, false),
        ("http://dev.patchbay/oauth/callback?state=s", app, false),
        ("http://127.0.0.1:4000/callback?state=s#_=_", REDIRECT, true),
        ("http://127.0.0.1:4001/callback?state=s", REDIRECT, false),
        ("http://127.0.0.1:4000/callback/../evil?state=s", REDIRECT, false),
        ("http://127.0.0.1:4000/callback/?state=s", REDIRECT, false),
        ("https://me.example/cb?tenant=a&state=s", "https://me.example/cb?tenant=a", true),
        ("https://me.example/cb?tenant=b&state=s", "https://me.example/cb?tenant=a", false),
        ("https://ME.example?state=s", "https://me.example/", true),
    ] {
        assert_eq!(Callback::from_url(came).unwrap().came_to(asked), same, "{came}");
    }
}

#[test]
fn what_follows_a_pasted_address_is_data() {
    let pasted = format!("  dev.patchbay:/oauth/callback?code=c&state={STATE}\" --devtools --inspect \n");
    let callback = Callback::from_url(&pasted).unwrap();
    assert!(callback.matched(&state()).is_none());
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,80}", mode in 0..3) {
        let callback = match mode {
            0 => Callback::from_url(&text),
            1 => Callback::from_fragment(REDIRECT, &text),
            _ => Callback::from_form(REDIRECT, text.as_bytes()),
        };
        if let Ok(callback) = callback {
            let own = callback.state().clone();
            let matched = callback.matched(&own).unwrap();
            let _ = matched.read(ResponseType::CodeIdToken, ResponseMode::Query, ExpectedIssuer::default());
        }
    }
}
