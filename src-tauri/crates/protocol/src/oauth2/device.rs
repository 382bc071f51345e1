//! Device codes: the person agrees on another device, and we ask until they did.
//!
//! RFC 8628 §3.1 (request), §3.2 (reply), §3.5 (polling). The code itself is a secret; the user code is text to type and
//! the verification address a web page, or the reply is refused. Waiting and asking are the engine's: [`Polling`] says
//! how long and whether to go on.

use super::{
    client::Client,
    params::{Extra, Params},
    reply::{self, TokenError, TokenErrorKind},
    token::{RequestError, RequestStyle, TokenEndpoint},
    words::TokenMethod,
};
use crate::message::{Request, Response, Url};
use jiff::{SignedDuration, Timestamp};
use secret::{SecretString, ServerText};
use serde_json::Value;
use std::time::Duration;

/// What the person needs to agree, and we to ask.
#[derive(Clone, Debug)]
pub struct DeviceCode {
    /// Traded for tokens once the person agreed.
    pub code: SecretString,
    /// What the person types.
    pub user_code: ServerText,
    /// Where they type it.
    pub verification_uri: Url,
    /// The same with the code in it, for a QR code.
    pub verification_uri_complete: Option<Url>,
    /// How long both codes hold.
    pub lifetime: Duration,
    /// How long to wait between two requests.
    pub interval: Duration,
}

/// Why there is no device code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The service said no, or nothing readable.
    #[error("{0}")]
    Service(Box<TokenError>),
    /// A member that the person or we cannot do without.
    #[error("the reply holds no `{0}`")]
    Missing(&'static str),
    /// The address to open is no web page.
    #[error("the address that the service wants opened is no web page")]
    Address,
}

const DEFAULT_INTERVAL: u64 = 5;
const DEFAULT_LIFETIME: u64 = 600;
/// Nobody waits longer between two requests, whatever a service says.
const LONGEST_INTERVAL: Duration = Duration::from_secs(300);
const LONGEST_LIFETIME: u64 = 24 * 3600;

/// The request for a device code. Style, delimiter and resources are those of `endpoint`.
/// # Errors
/// [`RequestError`].
pub fn request(
    url: &Url,
    endpoint: &TokenEndpoint,
    client: &Client,
    scopes: &[String],
    extra: &[Extra],
    now: Timestamp,
    entropy: [u8; 32],
) -> Result<Request, RequestError> {
    let mut params = Params::default();
    params.push_scope(scopes, &endpoint.delimiter);
    params.push_resources(&endpoint.resources);
    // RFC 8628 §3.1: a POST that says who asks, also where a Basic header does.
    let style = RequestStyle { method: TokenMethod::Post, client_id_in_body: true, ..endpoint.style.clone() };
    style.request(url, client, params, extra, now, entropy)
}

/// Reads the reply.
/// # Errors
/// [`DeviceError`].
pub fn read(reply: &Response) -> Result<DeviceCode, DeviceError> {
    let document = reply::read_other(reply).map_err(|error| DeviceError::Service(Box::new(error)))?;
    let text = |name: &'static str| {
        let text = document.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        text.ok_or(DeviceError::Missing(name))
    };
    let user_code = ServerText::quote(text("user_code")?);
    // The name in drafts of the RFC, which Google kept.
    let verification_uri =
        text("verification_uri").or_else(|error| text("verification_url").map_err(|_| error))?;
    let complete = text("verification_uri_complete").or_else(|_| text("verification_url_complete")).ok();
    let seconds = |name: &str, default: u64| {
        let value = document.get(name);
        let number = value.and_then(|value| value.as_u64().or_else(|| value.as_str()?.trim().parse().ok()));
        number.unwrap_or(default)
    };
    Ok(DeviceCode {
        code: SecretString::new(text("device_code")?.to_owned()),
        user_code,
        verification_uri: page(verification_uri).ok_or(DeviceError::Address)?,
        verification_uri_complete: complete.and_then(page),
        lifetime: Duration::from_secs(seconds("expires_in", DEFAULT_LIFETIME).clamp(1, LONGEST_LIFETIME)),
        interval: Duration::from_secs(seconds("interval", DEFAULT_INTERVAL).max(1)).min(LONGEST_INTERVAL),
    })
}

fn page(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    (plain && matches!(url.scheme(), "https" | "http")).then_some(url)
}

/// When to ask again, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polling {
    interval: Duration,
    ends: Timestamp,
}

/// What follows from an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Wait ([`Polling::wait`]), then ask again.
    Again,
    /// The answer stands.
    Over,
}

impl Polling {
    /// Starts with a code that came at `now`.
    pub fn start(code: &DeviceCode, now: Timestamp) -> Self {
        let life = SignedDuration::try_from(code.lifetime).unwrap_or(SignedDuration::MAX);
        Self { interval: code.interval, ends: now.checked_add(life).unwrap_or(Timestamp::MAX) }
    }

    /// Goes on with codes that were got before and end at `ends`, as after a restart.
    pub fn go_on(interval: Duration, ends: Timestamp) -> Self {
        Self { interval: interval.clamp(Duration::from_secs(1), LONGEST_INTERVAL), ends }
    }

    /// How long to wait before the next request; `None` once the codes are over.
    pub fn wait(&self, now: Timestamp) -> Option<Duration> {
        (now < self.ends).then_some(self.interval)
    }

    /// The moment the codes end.
    pub fn ends(&self) -> Timestamp {
        self.ends
    }

    /// Takes an answer in. `slow_down` adds five seconds, or goes to the interval that the service names if that is more.
    pub fn answered(&mut self, error: &TokenError) -> Verdict {
        match error.kind {
            TokenErrorKind::Pending => Verdict::Again,
            TokenErrorKind::SlowDown => {
                let named = Duration::from_secs(error.interval.unwrap_or_default());
                self.interval = (self.interval + Duration::from_secs(5)).max(named).min(LONGEST_INTERVAL);
                Verdict::Again
            }
            TokenErrorKind::Transient => {
                self.unanswered();
                Verdict::Again
            }
            _ => Verdict::Over,
        }
    }

    /// No answer came: the service is asked half as often from now on (RFC 8628 §3.5).
    pub fn unanswered(&mut self) {
        self.interval = (self.interval * 2).min(LONGEST_INTERVAL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{HeaderMap, StatusCode};

    fn reply(status: u16, body: &str) -> Response {
        Response {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.into(),
        }
    }

    fn code(rest: &str) -> Result<DeviceCode, DeviceError> {
        read(&reply(200, &format!(r#"{{"device_code":"d","user_code":"ABCD-EFGH",{rest}}}"#)))
    }

    fn refusal(body: &str) -> TokenError {
        reply::read(&reply(400, body), &crate::oauth2::Mapping::default(), " ").unwrap_err()
    }

    #[test]
    fn a_device_code_is_read_in_every_dress() {
        let full = code(
            r#""verification_uri":"https://a.example/device","verification_uri_complete":"https://a.example/device?c=1","expires_in":"900","interval":7"#,
        )
        .unwrap();
        assert_eq!(full.user_code.as_str(), "ABCD-EFGH");
        assert_eq!((full.lifetime.as_secs(), full.interval.as_secs()), (900, 7));
        assert!(full.verification_uri_complete.is_some());
        let google = code(r#""verification_url":"https://www.google.com/device""#).unwrap();
        assert_eq!((google.lifetime.as_secs(), google.interval.as_secs()), (600, 5));
        assert!(!format!("{full:?}").contains("\"d\""));
    }

    #[test]
    fn an_address_that_is_no_web_page_is_refused() {
        for address in ["javascript:alert(1)", "file:///etc/passwd", "https://user@a.example/", "device"] {
            let read = code(&format!(r#""verification_uri":"{address}""#));
            assert_eq!(read.unwrap_err(), DeviceError::Address, "{address}");
        }
        let odd = code(
            r#""verification_uri":"https://a.example/","verification_uri_complete":"file:///etc/passwd""#,
        );
        assert_eq!(odd.unwrap().verification_uri_complete, None);
    }

    #[test]
    fn absurd_numbers_are_capped() {
        let page = r#""verification_uri":"https://a.example/""#;
        let huge = code(&format!(r#"{page},"expires_in":1000000000000,"interval":1000000000000"#)).unwrap();
        assert_eq!((huge.lifetime.as_secs(), huge.interval.as_secs()), (86_400, 300));
        let none = code(&format!(r#"{page},"expires_in":0,"interval":0"#)).unwrap();
        assert_eq!((none.lifetime.as_secs(), none.interval.as_secs()), (1, 1));
        assert!(Polling::start(&huge, Timestamp::MAX).wait(Timestamp::UNIX_EPOCH).is_some());
    }

    #[test]
    fn what_is_missing_is_named_and_a_refusal_quoted() {
        assert_eq!(code(r#""x":1"#).unwrap_err(), DeviceError::Missing("verification_uri"));
        let refused = read(&reply(401, r#"{"error":"invalid_client"}"#)).unwrap_err();
        assert!(
            matches!(refused, DeviceError::Service(error) if error.code.as_ref().unwrap().as_str() == "invalid_client")
        );
        assert!(matches!(read(&reply(200, "<html>")), Err(DeviceError::Service(_))));
    }

    #[test]
    fn polling_slows_down_when_told_and_when_nobody_answers() {
        let now = Timestamp::UNIX_EPOCH;
        let code = code(r#""verification_uri":"https://a.example/","interval":1"#).unwrap();
        let mut polling = Polling::start(&code, now);
        let wait = |polling: &Polling| polling.wait(now).unwrap().as_secs();
        assert_eq!(polling.answered(&refusal(r#"{"error":"authorization_pending"}"#)), Verdict::Again);
        assert_eq!(wait(&polling), 1);
        for expected in [6, 11, 16] {
            assert_eq!(polling.answered(&refusal(r#"{"error":"slow_down"}"#)), Verdict::Again);
            assert_eq!(wait(&polling), expected);
        }
        polling.answered(&refusal(r#"{"error":"slow_down","interval":40}"#));
        assert_eq!(wait(&polling), 40);
        polling.unanswered();
        assert_eq!(wait(&polling), 80);
        for _ in 0..100 {
            polling.unanswered();
        }
        assert_eq!(wait(&polling), 300);
    }

    #[test]
    fn polling_ends_with_the_codes_and_with_an_answer() {
        let now = Timestamp::UNIX_EPOCH;
        let code = code(r#""verification_uri":"https://a.example/","expires_in":60"#).unwrap();
        let mut polling = Polling::start(&code, now);
        assert!(polling.wait(Timestamp::from_second(59).unwrap()).is_some());
        assert_eq!(polling.wait(Timestamp::from_second(60).unwrap()), None);
        for error in ["expired_token", "access_denied", "invalid_grant", "unauthorized_client"] {
            assert_eq!(
                polling.answered(&refusal(&format!(r#"{{"error":"{error}"}}"#))),
                Verdict::Over,
                "{error}"
            );
        }
    }
}
