//! Token revocation (RFC 7009): the service forgets a token before we do.

use super::{
    client::Client,
    params::Params,
    reply::{self, TokenError},
    token::{RequestError, RequestStyle},
    words::TokenMethod,
};
use crate::message::{Request, Response, Url};
use jiff::Timestamp;
use secret::SecretString;

/// What kind of token is meant (§2.1); a hint only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// For calls.
    AccessToken,
    /// For the next token; ending it ends what was issued with it (§2.1).
    RefreshToken,
}

impl TokenKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
        }
    }
}

/// The request that ends `token`.
/// # Errors
/// [`RequestError`].
pub fn request(
    url: &Url,
    style: &RequestStyle,
    client: &Client,
    (token, kind): (&SecretString, TokenKind),
    now: Timestamp,
    entropy: [u8; 32],
) -> Result<Request, RequestError> {
    about(url, style, client, (token, kind), now, entropy)
}

/// Whether the token is over now. One that the service does not know is over as well (§2.2).
/// # Errors
/// [`TokenError`]: the token may still be good.
pub fn read(reply: &Response) -> Result<(), TokenError> {
    match reply::read_refusal(reply) {
        None => Ok(()),
        Some(error) if is_unknown_token(&error) => Ok(()),
        Some(error) => Err(error),
    }
}

/// A token that the service does not know any more, which some say with an error.
fn is_unknown_token(error: &TokenError) -> bool {
    let code = error.code.as_ref().map(|code| code.as_str());
    error.status.is_some_and(|status| status.is_client_error())
        && matches!(code, Some("invalid_token" | "token_revoked" | "invalid_grant"))
}

/// A request about a token: revocation and introspection are alike.
pub(super) fn about(
    url: &Url,
    style: &RequestStyle,
    client: &Client,
    (token, kind): (&SecretString, TokenKind),
    now: Timestamp,
    entropy: [u8; 32],
) -> Result<Request, RequestError> {
    let mut params = Params::default();
    params.push_secret("token", token.clone());
    params.push("token_type_hint", kind.as_str());
    let style = RequestStyle { method: TokenMethod::Post, ..style.clone() };
    style.request(url, client, params, &[], now, entropy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        message::{HeaderMap, StatusCode},
        oauth2::{ClientAuthentication, TokenErrorKind},
    };

    fn judge(status: u16, body: &str) -> Result<(), TokenErrorKind> {
        let status = StatusCode::from_u16(status).unwrap();
        read(&Response { status, headers: HeaderMap::new(), body: body.into() }).map_err(|error| error.kind)
    }

    #[test]
    fn the_request_names_the_token_its_kind_and_the_client() {
        let url = Url::parse("https://login.example/revoke").unwrap();
        let client = Client { id: "id".into(), authentication: ClientAuthentication::None };
        let token = SecretString::new("t&x".into());
        let style = RequestStyle { method: TokenMethod::Get, ..RequestStyle::default() };
        let request =
            request(&url, &style, &client, (&token, TokenKind::RefreshToken), Timestamp::UNIX_EPOCH, [0; 32])
                .unwrap();
        assert_eq!(request.method, "POST");
        assert_eq!(request.body, b"token=t%26x&token_type_hint=refresh_token&client_id=id");
    }

    #[test]
    fn a_token_that_is_unknown_is_over_and_a_failure_leaves_it_standing() {
        for (status, body, outcome) in [
            (200, "", Ok(())),
            (200, "{}", Ok(())),
            (204, "", Ok(())),
            (200, "<html>", Ok(())),
            (400, r#"{"error":"invalid_token"}"#, Ok(())),
            (400, r#"{"error":"unsupported_token_type"}"#, Err(TokenErrorKind::Other)),
            (401, r#"{"error":"invalid_client"}"#, Err(TokenErrorKind::Other)),
            (200, r#"{"error":"invalid_client"}"#, Err(TokenErrorKind::Other)),
            (503, r#"{"error":"invalid_token"}"#, Err(TokenErrorKind::Transient)),
            (302, "", Err(TokenErrorKind::Redirected)),
            (404, "not found", Err(TokenErrorKind::Other)),
        ] {
            assert_eq!(judge(status, body), outcome, "{status} {body}");
        }
    }
}
