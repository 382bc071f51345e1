use super::*;
use crate::message::{HeaderMap, StatusCode, header};
use crate::oauth2::ErrorMapping;
use jiff::Timestamp;
use std::time::Duration;

fn reply(status: u16, body: &[u8]) -> Response {
    Response { status: StatusCode::from_u16(status).unwrap(), headers: HeaderMap::new(), body: body.into() }
}

fn read_text(status: u16, body: &str) -> Result<Tokens, TokenError> {
    read(&reply(status, body.as_bytes()), &Mapping::default(), ",")
}

#[test]
fn only_an_invalid_grant_ends_an_authorization() {
    for (status, code, kind) in [
        (400, "invalid_grant", TokenErrorKind::Ends),
        (401, "invalid_grant", TokenErrorKind::Ends),
        (200, "bad_refresh_token", TokenErrorKind::Ends),
        (400, "interaction_required", TokenErrorKind::Ends),
        (400, "invalid_client", TokenErrorKind::Other),
        (401, "invalid_client", TokenErrorKind::Other),
        (400, "unauthorized_client", TokenErrorKind::Other),
        (400, "invalid_scope", TokenErrorKind::Other),
        (400, "invalid_request", TokenErrorKind::Other),
        (400, "temporarily_unavailable", TokenErrorKind::Transient),
        (400, "authorization_pending", TokenErrorKind::Pending),
        (429, "slow_down", TokenErrorKind::SlowDown),
        (400, "expired_token", TokenErrorKind::Expired),
        (403, "access_denied", TokenErrorKind::Denied),
        (408, "invalid_grant", TokenErrorKind::Transient),
        (429, "invalid_grant", TokenErrorKind::Transient),
        (500, "invalid_grant", TokenErrorKind::Transient),
        (503, "invalid_grant", TokenErrorKind::Transient),
    ] {
        let error = read_text(status, &format!(r#"{{"error":"{code}"}}"#)).unwrap_err();
        assert_eq!(error.kind, kind, "{status} {code}");
        assert_eq!(error.ends_authorization(), kind == TokenErrorKind::Ends);
        assert_eq!(error.code.unwrap().as_str(), code);
    }
    for (status, body) in
        [(502, "<html>"), (503, ""), (404, "no"), (200, ""), (302, ""), (400, "invalid_grant")]
    {
        assert!(!read_text(status, body).unwrap_err().ends_authorization(), "{status} {body}");
    }
}

#[test]
fn an_error_under_a_good_status_is_told_as_the_connector_says() {
    let slack = Mapping {
        access_token: Some("/authed_user/access_token".into()),
        error: Some(ErrorMapping {
            pointer: "/ok".into(),
            equals: false.into(),
            message: Some("/error".into()),
        }),
        ..Mapping::default()
    };
    let read = |body: &str| read(&reply(200, body.as_bytes()), &slack, ",");
    let error = read(r#"{"ok":false,"error":"invalid_refresh_token"}"#).unwrap_err();
    assert!(error.ends_authorization());
    let error = read(r#"{"ok":false,"error":"The code is wrong"}"#).unwrap_err();
    assert_eq!(error.kind, TokenErrorKind::Other);
    assert_eq!(error.description.unwrap().as_str(), "The code is wrong");
    let tokens = read(r#"{"ok":true,"authed_user":{"id":"U1","access_token":"xoxp"},"code":7}"#).unwrap();
    assert_eq!(tokens.access_token.expose(), "xoxp");
    assert_eq!(tokens.captured("/authed_user/id").as_deref(), Some("U1"));
    assert!(read(r#"{"ok":false,"authed_user":{"access_token":"xoxp"}}"#).is_err());
}

#[test]
fn a_code_and_the_words_beside_it_are_found_where_services_put_them() {
    for (status, body, code, words) in [
        (400, r#"{"status":"BAD_REFRESH_TOKEN","message":"unknown"}"#, Some("BAD_REFRESH_TOKEN"), "unknown"),
        (400, r#"{"status":"error","message":"no"}"#, None, "no"),
        (
            400,
            r#"{"error_type":"OAuthException","code":400,"error_message":"used"}"#,
            Some("OAuthException"),
            "used",
        ),
        (
            400,
            r#"{"errorCode":"invalid_client","errorSummary":"Unknown client"}"#,
            Some("invalid_client"),
            "Unknown client",
        ),
        (
            401,
            r#"{"ErrorCode":"invalid_client","Error":"ClientId is Invalid"}"#,
            Some("invalid_client"),
            "ClientId is Invalid",
        ),
        (400, r#"{"errors":"Invalid API key"}"#, None, "Invalid API key"),
        (200, r#"{"error_code":102,"error_msg":"SESSION_EXPIRED"}"#, Some("102"), "SESSION_EXPIRED"),
        (401, r#"{"errors":[{"code":"UNAUTHORIZED","detail":"Not you"}]}"#, None, "Not you"),
        (
            400,
            r#"{"error":{"message":"Expired","type":"OAuthException","code":190}}"#,
            Some("190"),
            "Expired",
        ),
    ] {
        let error = read_text(status, body).unwrap_err();
        assert_eq!(error.code.as_ref().map(|code| code.as_str()), code, "{body}");
        assert_eq!(error.description.unwrap().as_str(), words, "{body}");
    }
    assert!(read_text(400, r#"{"status":"BAD_REFRESH_TOKEN"}"#).unwrap_err().ends_authorization());
    assert!(read_text(200, r#"{"access_token":"t","status":"APPROVED_NOW"}"#).is_ok());
    let tokens = read_text(200, r#"{"access_token":" t ","refresh_token":false}"#).unwrap();
    assert_eq!((tokens.access_token.expose().as_str(), tokens.refresh_token.is_none()), ("t", true));
}

#[test]
fn a_token_beside_an_error_is_no_success() {
    let error = read_text(200, r#"{"access_token":"t","error":"invalid_scope"}"#).unwrap_err();
    assert_eq!(error.code.unwrap().as_str(), "invalid_scope");
    assert!(read_text(200, r#"{"access_token":"t","error":""}"#).is_ok());
    assert!(read_text(200, r#"{"access_token":"t","code":200,"message":"ok"}"#).is_ok());
    assert!(read_text(400, r#"{"access_token":"t"}"#).is_err());
}

#[test]
fn a_token_that_wants_proof_of_possession_is_not_used() {
    for (kind, usable) in [
        ("bearer", true),
        ("bot", true),
        ("DPoP", false),
        ("MAC", false),
        ("pop", false),
        ("a\\r\\nX: 1", false),
    ] {
        let read = read_text(200, &format!(r#"{{"access_token":"t","token_type":"{kind}"}}"#));
        let expected = if usable { None } else { Some(TokenErrorKind::Unusable) };
        assert_eq!(read.err().map(|error| error.kind), expected, "{kind}");
    }
}

#[test]
fn a_life_is_read_from_every_way_to_say_it() {
    let date = Lifetime::Until("2031-08-15T23:10:54Z".parse().unwrap());
    let hour = Lifetime::For(Duration::from_secs(3600));
    for (members, life) in [
        (r#""expires_in":3600"#, hour),
        (r#""expires_in":"3600""#, hour),
        (r#""expires_in":" 3600.9 ""#, hour),
        (r#""expires_in":3600.5"#, hour),
        (r#""expires_in":3.6e3"#, hour),
        (r#""expires_in":0"#, Lifetime::Unknown),
        (r#""expires_in":"0","expires_at":1944601854"#, date),
        (r#""expires_in":"""#, Lifetime::Unknown),
        (r#""expires":0"#, Lifetime::Unknown),
        (r#""expires":3600"#, hour),
        (r#""expires_in":null,"expires_at":1944601854"#, date),
        (r#""expires_at":"1944601854""#, date),
        (r#""expires_at":1944601854000"#, date),
        (r#""expires_at":"2031-08-15T23:10:54Z""#, date),
        (r#""expires_on":"1944601854","expires_in":"3600""#, hour),
        (r#""expires_in":-5"#, Lifetime::Unknown),
        (r#""expires_in":1e300"#, Lifetime::Unknown),
        (r#""expires_in":true"#, Lifetime::Unknown),
        (r#""expires_at":"tomorrow""#, Lifetime::Unknown),
    ] {
        let tokens = read_text(200, &format!(r#"{{"access_token":"t",{members}}}"#)).unwrap();
        assert_eq!(tokens.lifetime, life, "{members}");
    }
    let now = Timestamp::from_second(1000).unwrap();
    assert_eq!(hour.ends(now), Some(Timestamp::from_second(4600).unwrap()));
    assert_eq!(Lifetime::For(Duration::MAX).ends(now), None);
}

#[test]
fn permissions_are_read_from_every_list() {
    for (scope, scopes) in [
        (r#""a b  c""#, Some(vec!["a", "b", "c"])),
        (r#""a,b, c""#, Some(vec!["a", "b", "c"])),
        (r#"["a","b"]"#, Some(vec!["a", "b"])),
        (r#""""#, Some(vec![])),
        ("null", None),
        ("7", None),
    ] {
        let tokens = read_text(200, &format!(r#"{{"access_token":"t","scope":{scope}}}"#)).unwrap();
        assert_eq!(
            tokens.scopes,
            scopes.map(|list| list.into_iter().map(str::to_owned).collect()),
            "{scope}"
        );
    }
    let own = read(&reply(200, br#"{"access_token":"t","scope":"a;b"}"#), &Mapping::default(), ";").unwrap();
    assert_eq!(own.scopes.unwrap(), ["a", "b"]);
}

#[test]
fn waiting_is_asked_for_in_seconds_or_by_a_date_and_at_most_an_hour() {
    let now: Timestamp = "1994-11-06T08:49:00Z".parse().unwrap();
    for (text, seconds) in [
        ("120", Some(120)),
        ("0", Some(0)),
        ("31536000", Some(3600)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", Some(37)),
        ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
        ("soon", None),
        ("-1", None),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, text.parse().unwrap());
        assert_eq!(retry_after(&headers, now).map(|wait| wait.as_secs()), seconds, "{text}");
    }
}

#[test]
fn tokens_show_nothing_in_debug() {
    let tokens =
        read_text(200, r#"{"access_token":"hunter2","refresh_token":"hunter3","id_token":"hunter4"}"#);
    assert!(!format!("{tokens:?}").contains("hunter"));
}

proptest::proptest! {
    #[test]
    fn no_reply_breaks_the_reader(
        status in 200_u16..600,
        body in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..80),
        text in "\\PC{0,30}|[{}\\[\\]\",:a-c=&( );]{0,40}|(access_token|error|expires_in)[=\":]{1,3}[a-z0-9&]{0,9}",
    ) {
        for bytes in [body.as_slice(), text.as_bytes()] {
            if let Ok(tokens) = read(&reply(status, bytes), &Mapping::default(), " ") {
                proptest::prop_assert!((200..300).contains(&status));
                proptest::prop_assert!(!tokens.access_token.is_empty());
            }
        }
    }
}
