//! What the published rows do not say: placement, masking, replies, redirects, and the properties of the base string.

use super::{
    base_string::{Parameter, base_string},
    callback::{Callback, CallbackError},
    exchange::{authorization_address, read, read_temporary, temporary_request, token_request},
    problem::{ProblemKind, clock_difference},
    *,
};
use crate::{
    message::{HeaderMap, Method, Request, Response, Stamp, StatusCode, Url, header},
    placement::{Place, PlacementError},
    runs::Run,
};
use jiff::Timestamp;

fn secret(text: &str) -> SecretString {
    SecretString::new(text.into())
}

fn client() -> Client {
    Client { id: "consumer".into(), key: SigningKey::Secret(secret("client secret&")) }
}

fn token() -> Token {
    Token { token: secret("to/ken+1"), secret: secret("token secret") }
}

fn stamp() -> Stamp {
    Stamp { at: Timestamp::from_second(1_700_000_000).unwrap(), entropy: [7; 32] }
}

fn style(placement: Placement) -> Style {
    Style { method: SignatureMethod::HmacSha256, placement, realm: Some("Pho\"tos".into()) }
}

fn reply(status: u16, body: &str) -> Response {
    Response { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new(), body: body.into() }
}

#[test]
fn the_parameters_stand_where_the_service_wants_them() {
    for placement in [Placement::Header, Placement::Query, Placement::Form] {
        let mut request = Request::new(Method::POST, Url::parse("https://h.example/p?a=1+2#f").unwrap());
        request.headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        request.body = b"x=y".to_vec();
        let signed =
            authorize(&mut request, &client(), Some(&token()), &style(placement), &[], stamp()).unwrap();
        let url = request.url.as_str().to_owned();
        let body = String::from_utf8(request.body.clone()).unwrap();
        assert!(url.starts_with("https://h.example/p?a=1%202"), "{url}");
        assert!(body.starts_with("x=y"));
        let part = match placement {
            Placement::Header => request.headers[header::AUTHORIZATION].to_str().unwrap().to_owned(),
            Placement::Query => url,
            Placement::Form => body,
        };
        for expected in ["oauth_consumer_key=", "oauth_signature=", "oauth_timestamp=", "to%2Fken%2B1"] {
            assert!(part.contains(expected), "{placement:?} {expected}: {part}");
        }
        assert_eq!(request.headers.contains_key(header::AUTHORIZATION), placement == Placement::Header);
        let place = signed.place(&signed.parameters[1]);
        assert_eq!(
            place,
            match placement {
                Placement::Header => Place::Header(header::AUTHORIZATION),
                Placement::Query => Place::Query("oauth_token".into()),
                Placement::Form => Place::Body("oauth_token".into()),
            }
        );
    }
}

#[test]
fn a_form_placement_refuses_another_body_and_a_get_carries_a_query() {
    let mut json = Request::new(Method::POST, Url::parse("https://h.example/").unwrap());
    json.headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
    json.body = b"{}".to_vec();
    let refused = authorize(&mut json, &client(), None, &style(Placement::Form), &[], stamp());
    assert!(matches!(refused, Err(SignError::Placement(PlacementError::NotAForm(_)))));
    let mut get = Request::new(Method::GET, Url::parse("https://h.example/").unwrap());
    let signed = authorize(&mut get, &client(), None, &style(Placement::Form), &[], stamp()).unwrap();
    assert_eq!(signed.placement, Placement::Query);
    assert!(get.url.query().unwrap().contains("oauth_signature="));
}

#[test]
fn a_header_quotes_its_realm_and_hides_what_is_secret() {
    let mut request = Request::new(Method::GET, Url::parse("https://h.example/").unwrap());
    let signed =
        authorize(&mut request, &client(), Some(&token()), &style(Placement::Header), &[], stamp()).unwrap();
    let value = &request.headers[header::AUTHORIZATION];
    assert!(value.is_sensitive());
    assert!(value.to_str().unwrap().starts_with(r#"OAuth realm="Pho\"tos", oauth_consumer_key="consumer""#));
    for runs in [signed.header.unwrap(), signed.base_string] {
        let shown: String = runs
            .iter()
            .map(|run| match run {
                Run::Shown(text) => text.as_str(),
                Run::Secret { .. } => "•",
            })
            .collect();
        assert!(!shown.contains("Fken"), "{shown}");
        assert!(shown.contains("consumer"), "{shown}");
    }
    assert!(!signed.parameters.iter().any(|parameter| format!("{parameter:?}").contains("ken+1")));
}

#[test]
fn a_plaintext_signature_is_never_shown() {
    let mut request = Request::new(Method::GET, Url::parse("https://h.example/").unwrap());
    let style = Style { method: SignatureMethod::Plaintext, ..Style::default() };
    let signed = authorize(&mut request, &client(), Some(&token()), &style, &[], stamp()).unwrap();
    let signature = signed.parameters.last().unwrap();
    assert_eq!(signature.value.expose(), "client%20secret%26&token%20secret");
    assert_eq!(signature.secret, Some(sign::SIGNATURE));
}

#[test]
fn a_key_of_another_kind_does_not_sign() {
    let mut request = Request::new(Method::GET, Url::parse("https://h.example/").unwrap());
    let style = Style { method: SignatureMethod::RsaSha256, ..Style::default() };
    let refused = authorize(&mut request, &client(), None, &style, &[], stamp());
    assert_eq!(refused.unwrap_err(), SignError::Key("RSA-SHA256"));
}

#[test]
fn signing_twice_leaves_one_signature() {
    for placement in [Placement::Header, Placement::Query, Placement::Form] {
        let mut once = Request::new(Method::POST, Url::parse("https://h.example/p?a=1").unwrap());
        authorize(&mut once, &client(), Some(&token()), &style(placement), &[], stamp()).unwrap();
        let mut twice = once.clone();
        authorize(&mut twice, &client(), Some(&token()), &style(placement), &[], stamp()).unwrap();
        assert_eq!((once.url, once.headers, once.body), (twice.url, twice.headers, twice.body));
    }
}

#[test]
fn the_requests_of_a_sign_in_carry_callback_and_verifier() {
    let url = Url::parse("https://h.example/token").unwrap();
    let (first, _) =
        temporary_request(&url, &client(), &style(Placement::Form), "http://127.0.0.1:1/callback", stamp())
            .unwrap();
    let body = String::from_utf8(first.body).unwrap();
    assert!(body.contains("oauth_callback=http%3A%2F%2F127.0.0.1%3A1%2Fcallback"), "{body}");
    let verifier = secret("v&");
    let (second, signed) =
        token_request(&url, &client(), &token(), &style(Placement::Query), &verifier, stamp()).unwrap();
    assert!(second.url.query().unwrap().contains("oauth_verifier=v%26"));
    assert!(signed.parameters.iter().any(|one| one.name == "oauth_verifier" && one.secret.is_some()));
    let page = authorization_address(&Url::parse("https://h.example/authorize?x=1").unwrap(), &token());
    assert_eq!(page.expose(), "https://h.example/authorize?x=1&oauth_token=to%2Fken%2B1");
}

#[test]
fn a_service_that_does_not_confirm_the_callback_is_refused() {
    let good = "oauth_token=a&oauth_token_secret=b";
    assert!(read_temporary(&reply(200, &format!("{good}&oauth_callback_confirmed=true"))).is_ok());
    for body in [good.to_owned(), format!("{good}&oauth_callback_confirmed=false")] {
        assert_eq!(read_temporary(&reply(200, &body)).unwrap_err().kind, ProblemKind::NotConfirmed);
    }
}

#[test]
fn a_refusal_is_told_by_its_code_wherever_it_stands() {
    let mut in_header = reply(401, "");
    let challenge =
        r#"OAuth realm="x", oauth_problem="signature_invalid", oauth_problem_advice="look%20again""#;
    in_header.headers.insert(header::WWW_AUTHENTICATE, challenge.parse().unwrap());
    for (reply, kind, code, said) in [
        (reply(401, "oauth_problem=nonce_used"), ProblemKind::TimeOrNonce, Some("nonce_used"), None),
        (
            reply(400, "error=invalid_client&error_description=who"),
            ProblemKind::Client,
            Some("invalid_client"),
            Some("who"),
        ),
        (in_header, ProblemKind::Signature, Some("signature_invalid"), Some("look again")),
        (reply(200, "oauth_problem=user_refused"), ProblemKind::Denied, Some("user_refused"), None),
        (
            reply(503, "oauth_problem=timestamp_refused"),
            ProblemKind::Transient,
            Some("timestamp_refused"),
            None,
        ),
        (reply(200, "<html>a=b</html>"), ProblemKind::Unreadable, None, None),
        (reply(401, r#"{"message":"no"}"#), ProblemKind::Other, None, Some("no")),
    ] {
        let problem = read(&reply).unwrap_err();
        assert_eq!(problem.kind, kind, "{reply:?}");
        assert_eq!(problem.code.as_ref().map(|code| code.as_str()), code);
        assert_eq!(problem.said.as_ref().map(|said| said.as_str()), said);
    }
}

#[test]
fn the_clocks_are_compared_by_the_date_of_the_reply() {
    let now = Timestamp::from_second(784_111_777).unwrap();
    let mut dated = reply(401, "");
    assert_eq!(clock_difference(&dated, now), None);
    dated.headers.insert(header::DATE, "Sun, 06 Nov 1994 08:59:37 GMT".parse().unwrap());
    assert_eq!(clock_difference(&dated, now).map(|by| by.as_secs()), Some(600));
    dated.headers.insert(header::DATE, "yesterday".parse().unwrap());
    assert_eq!(clock_difference(&dated, now), None);
}

#[test]
fn a_redirect_shows_its_temporary_token_and_nothing_else_before_it_matched() {
    let address = "dev.patchbay:/oauth/callback?oauth_token=t%2B1&oauth_verifier=v";
    let read = |address: &str, token: &str| {
        let callback = Callback::from_url(address).unwrap();
        callback.matched(&secret(token)).map(super::callback::Matched::read)
    };
    assert_eq!(read(address, "t+1").unwrap().unwrap().expose(), "v");
    assert!(read(address, "t 1").is_none());
    for (address, expected) in [
        ("dev.patchbay:/c?oauth_verifier=v", CallbackError::Token),
        ("dev.patchbay:/c?oauth_token=&oauth_verifier=v", CallbackError::Token),
        ("dev.patchbay:/c?oauth_token=a&oauth_token=a", CallbackError::Token),
        ("dev.patchbay:/c?oauth_token=a&denied=b", CallbackError::Token),
        ("dev.patchbay:/c#oauth_token=a&oauth_verifier=v", CallbackError::Token),
    ] {
        assert_eq!(Callback::from_url(address).err(), Some(expected), "{address}");
    }
    let refused = |address: &str| read(address, "t").unwrap().unwrap_err();
    assert_eq!(refused("x:/c?oauth_token=t"), CallbackError::NoVerifier);
    assert_eq!(
        refused("x:/c?oauth_token=t&oauth_verifier=a&oauth_verifier=b"),
        CallbackError::Repeated("oauth_verifier")
    );
    for address in ["x:/c?denied=t", "x:/c?oauth_token=t&oauth_problem=user_refused"] {
        let CallbackError::Service(problem) = refused(address) else { panic!("{address}") };
        assert_eq!(problem.kind, ProblemKind::Denied);
    }
}

fn text_of(url: &Url, form: Option<&str>, parameters: &[Parameter]) -> String {
    base_string(&Method::POST, url, form.map(str::as_bytes), parameters).whole().expose().clone()
}

proptest::proptest! {
    /// Whoever reorders or respells the parameters gets the same text; whoever changes one gets another.
    #[test]
    fn order_and_spelling_make_no_difference_and_values_do(
        mut pairs in proptest::collection::vec(("[a-z é☃+&=%]{1,4}", "[ -~é☃]{0,6}"), 1..6),
        at in 0_usize..6,
    ) {
        let write = |pairs: &[(String, String)]| {
            let mut url = Url::parse("https://h.example/p").unwrap();
            url.query_pairs_mut().extend_pairs(pairs);
            url
        };
        let spelled = |pairs: &[(String, String)]| {
            let spell = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
            let query: Vec<_> = pairs.iter().map(|(name, value)| format!("{}={}", spell(name), spell(value))).collect();
            Url::parse(&format!("https://h.example/p?{}", query.join("&"))).unwrap()
        };
        let text = text_of(&write(&pairs), None, &[]);
        proptest::prop_assert_eq!(&text, &text_of(&spelled(&pairs), None, &[]));
        let form = write(&pairs).query().unwrap().to_owned();
        proptest::prop_assert_eq!(&text, &text_of(&Url::parse("https://h.example/p").unwrap(), Some(&form), &[]));
        pairs.reverse();
        proptest::prop_assert_eq!(&text, &text_of(&write(&pairs), None, &[]));
        let at = at % pairs.len();
        pairs[at].1.push('x');
        proptest::prop_assert_ne!(&text, &text_of(&write(&pairs), None, &[]));
    }

    #[test]
    fn only_a_port_of_its_own_stands_in_the_base_uri(port in 1_u16..) {
        for (scheme, usual) in [("http", 80), ("https", 443)] {
            let uri = base_string::base_uri(&Url::parse(&format!("{scheme}://H.example:{port}/a%20b?x#y")).unwrap());
            let expected = if port == usual { String::new() } else { format!(":{port}") };
            proptest::prop_assert_eq!(uri, format!("{scheme}://h.example{expected}/a%20b"));
        }
    }
}
