//! Asking who the person is (OpenID Connect Core §5.3). Plain OAuth 2 services have such an address too, without `sub`.

use super::Claims;
use crate::{
    bearer,
    message::{HeaderValue, Method, Request, Response, StatusCode, Url, header},
    placement::PlacementError,
};
use secret::SecretString;
use serde_json::Value;

/// Why nothing is known about the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserinfoError {
    /// The service did not answer with a good status.
    #[error("the service answered with status {}", .0.as_u16())]
    Status(StatusCode),
    /// No JSON object; signed and encrypted replies (§5.3.2) are not supported.
    #[error("the reply is no JSON object")]
    NotJson,
    /// §5.3.2: about somebody else than the id_token.
    #[error("the reply is about another person than the id_token")]
    OtherSubject,
}

/// The request, with the connector's word before the token.
/// # Errors
/// [`PlacementError`] of the header.
pub fn request(url: &Url, prefix: &str, access_token: &SecretString) -> Result<Request, PlacementError> {
    let mut request = Request::new(Method::GET, url.clone());
    request.headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    bearer::authorize(&mut request, prefix, access_token)?;
    Ok(request)
}

/// Reads the reply. With `subject`, that of a checked id_token, the reply must be about the same person.
/// # Errors
/// [`UserinfoError`].
pub fn read(reply: &Response, subject: Option<&str>) -> Result<Claims, UserinfoError> {
    if !reply.status.is_success() {
        return Err(UserinfoError::Status(reply.status));
    }
    let Ok(Value::Object(members)) = serde_json::from_slice(&reply.body) else {
        return Err(UserinfoError::NotJson);
    };
    if subject.is_some_and(|subject| members.get("sub").and_then(Value::as_str) != Some(subject)) {
        return Err(UserinfoError::OtherSubject);
    }
    Ok(Claims::new(members))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::HeaderMap;

    fn read_body(status: u16, body: &str, subject: Option<&str>) -> Result<Claims, UserinfoError> {
        let status = StatusCode::from_u16(status).unwrap();
        read(&Response { status, headers: HeaderMap::new(), body: body.into() }, subject)
    }

    #[test]
    fn the_person_is_named_as_people_know_them() {
        for (body, account) in [
            (r#"{"sub":"1","email":"jane@example.com","name":"Jane"}"#, Some("jane@example.com")),
            (r#"{"sub":"1","preferred_username":"j.doe"}"#, Some("j.doe")),
            (r#"{"sub":"1","email":""}"#, Some("1")),
            (r#"{"id":5}"#, None),
        ] {
            let claims = read_body(200, body, None).unwrap();
            assert_eq!(claims.account().as_ref().map(|text| text.as_str()), account, "{body}");
        }
        let claims = read_body(200, r#"{"id":12345678901234567890,"team":{"name":"A"}}"#, None).unwrap();
        assert_eq!(claims.captured("/id").as_deref(), Some("12345678901234567890"));
        assert_eq!(claims.captured("/team/name").as_deref(), Some("A"));
        assert_eq!(claims.captured("/team"), None);
    }

    #[test]
    fn a_reply_about_another_person_is_refused() {
        for body in [r#"{"sub":"mallory"}"#, r#"{"email":"a@b.example"}"#, r#"{"sub":5}"#] {
            assert_eq!(read_body(200, body, Some("alice")).unwrap_err(), UserinfoError::OtherSubject);
        }
        assert!(read_body(200, r#"{"sub":"alice"}"#, Some("alice")).is_ok());
        assert_eq!(read_body(200, "eyJ.e30.x", None).unwrap_err(), UserinfoError::NotJson);
        assert_eq!(read_body(401, "{}", None).unwrap_err(), UserinfoError::Status(StatusCode::UNAUTHORIZED));
    }

    #[test]
    fn the_request_carries_the_token_in_the_header() {
        let url = Url::parse("https://login.example/me").unwrap();
        let request = request(&url, "Bearer", &SecretString::new("at".into())).unwrap();
        assert_eq!(request.headers[header::AUTHORIZATION], "Bearer at");
        assert_eq!(request.method, "GET");
    }
}
