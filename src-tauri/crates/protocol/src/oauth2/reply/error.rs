//! The errors of a token endpoint, sorted by what to do about them.
//!
//! RFC 6749 §5.2, RFC 8628 §3.5, OpenID Connect Core §3.1.2.6, and the codes of services that say the same in their own
//! words. An error's text is only quoted; decisions are made by its code and the HTTP status. **Only** `invalid_grant` and
//! its kin end an authorization: 408, 429 and 5xx are tried again whatever they say.

use super::{Body, Mapping, text_of};
use crate::message::{HeaderMap, StatusCode, Url, header};
use jiff::Timestamp;
use secret::ServerText;
use serde_json::Value;
use std::{fmt, time::Duration};

/// What the service said instead of giving a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenError {
    /// What to do about it.
    pub kind: TokenErrorKind,
    /// The service's code.
    pub code: Option<ServerText>,
    /// The service's words. They may repeat what was sent: whoever shows them masks the secrets of the request.
    pub description: Option<ServerText>,
    /// A page about it, if it is one that a browser opens.
    pub uri: Option<Url>,
    /// The status it came under; `None` for one that came by the browser.
    pub status: Option<StatusCode>,
    /// The new seconds between two polls that a `slow_down` named.
    pub interval: Option<u64>,
}

/// What to do about an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenErrorKind {
    /// The grant is over: sign in again.
    Ends,
    /// Try again later; nothing is lost.
    Transient,
    /// Poll more slowly (RFC 8628).
    SlowDown,
    /// The person has not answered yet (RFC 8628).
    Pending,
    /// The person, or the service for them, said no.
    Denied,
    /// The device code is over (RFC 8628).
    Expired,
    /// A good status without any token and without an error.
    NoToken,
    /// A token that calls cannot carry: with characters that no header has, or of a type that wants proof of possession.
    Unusable,
    /// The reply is no document: a page, plain words, nothing, half of something.
    Unreadable,
    /// The endpoint redirects. Following would hand the client's secret on.
    Redirected,
    /// Something is set up differently here and there.
    Other,
}

/// Codes that say: this code or refresh token is over.
const ENDS: [&str; 11] = [
    "invalid_grant",
    // OpenID Connect Core §3.1.2.6: only the person can go on.
    "interaction_required",
    "login_required",
    "consent_required",
    "account_selection_required",
    // GitHub, HubSpot.
    "bad_verification_code",
    "bad_refresh_token",
    // Slack.
    "invalid_refresh_token",
    "token_revoked",
    "token_expired",
    "account_inactive",
];

impl TokenError {
    /// Whether the authorization is over. False for everything that could pass, and for what the set-up is to blame for.
    pub fn ends_authorization(&self) -> bool {
        self.kind == TokenErrorKind::Ends
    }

    pub(super) fn of_kind(kind: TokenErrorKind, status: StatusCode) -> Self {
        // A poll that was too fast may come as 429; it says more than the status.
        let keeps = matches!(kind, TokenErrorKind::SlowDown | TokenErrorKind::Pending);
        let kind = if is_transient(status) && !keeps { TokenErrorKind::Transient } else { kind };
        Self { kind, code: None, description: None, uri: None, status: Some(status), interval: None }
    }

    /// One that came by the browser (RFC 6749 §4.1.2.1).
    pub(in crate::oauth2) fn from_redirect(code: &str, words: Option<&str>, uri: Option<&str>) -> Self {
        Self {
            kind: kind_of(code),
            code: Some(ServerText::quote(code)),
            description: words.map(ServerText::quote).filter(|words| !words.is_empty()),
            uri: uri.and_then(page),
            status: None,
            interval: None,
        }
    }

    pub(super) fn describe(&mut self, words: Option<String>) {
        self.description = words.as_deref().map(ServerText::quote).filter(|words| !words.is_empty());
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.kind, self.status) {
            (TokenErrorKind::NoToken, _) => f.write_str("the reply holds no access token")?,
            (TokenErrorKind::Unusable, _) => {
                f.write_str("the access token is one that calls cannot carry")?
            }
            (TokenErrorKind::Unreadable, _) => f.write_str("the reply is no token reply")?,
            (TokenErrorKind::Redirected, _) => f.write_str("the token address redirects elsewhere")?,
            (_, Some(status)) => write!(f, "the service refused with status {}", status.as_u16())?,
            (_, None) => f.write_str("the service refused")?,
        }
        match (&self.code, &self.description) {
            (Some(code), _) => write!(f, ": `{code}`"),
            (None, _) => Ok(()),
        }
    }
}

impl std::error::Error for TokenError {}

/// How long the service asks to wait, at most an hour. Seconds, or a date by its clock (RFC 9110 §10.2.3).
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    const MOST: Duration = Duration::from_secs(3600);
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds).min(MOST));
    }
    let moment = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(Duration::try_from(moment.duration_since(now)).unwrap_or_default().min(MOST))
}

/// The error of a reply, if it is one.
pub(super) fn find(status: StatusCode, body: &Body, mapping: &Mapping) -> Option<TokenError> {
    let document = body.document();
    let mapped = mapping.error.as_ref().zip(document).and_then(|(error, document)| {
        let told = document.pointer(&error.pointer)?;
        let words = error.message.as_ref().and_then(|pointer| document.pointer(pointer)).and_then(text_of);
        (*told == error.equals).then_some(words)
    });
    let code = document.and_then(code_of);
    let is_error = !status.is_success() || mapped.is_some() || code.is_some();
    if !is_error || (status.is_success() && mapped.is_none() && is_token_beside(document, mapping)) {
        return None;
    }
    // Words at the connector's own place are often a code (Slack: `{"ok": false, "error": "invalid_grant"}`).
    let code = code.or_else(|| mapped.clone().flatten().filter(|words| !words.contains(' ')));
    let mut error = TokenError::of_kind(code.as_deref().map_or(TokenErrorKind::Other, kind_of), status);
    error.code = code.as_deref().map(ServerText::quote);
    let text = match body {
        Body::Text(text) => Some(text.clone()),
        _ => None,
    };
    error.describe(mapped.flatten().or_else(|| document.and_then(words_of)).or(text));
    error.uri =
        document.and_then(|document| document.get("error_uri")).and_then(Value::as_str).and_then(page);
    error.interval = document.and_then(|document| document.get("interval")).and_then(Value::as_u64);
    Some(error)
}

/// Whether a code under another name than `error` stands beside a token, where it means something else.
fn is_token_beside(document: Option<&Value>, mapping: &Mapping) -> bool {
    let Some(document) = document else { return false };
    let token = match &mapping.access_token {
        Some(pointer) => document.pointer(pointer),
        None => document.get("access_token"),
    };
    let names_error = document.get("error").is_some_and(is_told);
    !names_error && token.and_then(Value::as_str).is_some_and(|token| !token.is_empty())
}

fn is_told(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Bool(true) => true,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty() && text != "0",
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

/// The code: RFC 6749 `error`, or where services that know better put it.
fn code_of(document: &Value) -> Option<String> {
    let told = |name: &str| document.get(name).filter(|value| is_told(value));
    if let Some(inner @ Value::Object(_)) = told("error") {
        return ["error", "code", "type"].iter().find_map(|name| inner.get(name).and_then(text_of));
    }
    const NAMES: [&str; 7] =
        ["error", "errcode", "error_code", "error_type", "errorCode", "ErrorCode", "code"];
    let code = NAMES.iter().find_map(|name| told(name).and_then(text_of));
    let code = code.or_else(|| text_of(document.pointer("/errors/0/errorType")?));
    code.or_else(|| told("status").and_then(Value::as_str).filter(|text| is_code(text)).map(str::to_owned))
}

/// Whether a text in the place of a status is a code, as `BAD_REFRESH_TOKEN` and unlike `error` or `400`.
fn is_code(text: &str) -> bool {
    text.contains('_') && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// The words beside it.
pub(super) fn words_of(document: &Value) -> Option<String> {
    const NAMES: [&str; 12] = [
        "error_description",
        "error_message",
        "error_msg",
        "errorSummary",
        "message",
        "errmsg",
        "msg",
        "reason",
        "detail",
        "description",
        "Error",
        "errors",
    ];
    let inside = [Some(document), document.get("error"), document.pointer("/errors/0")];
    let mut objects = inside.into_iter().flatten();
    objects.find_map(|object| {
        NAMES
            .iter()
            .filter_map(|name| object.get(name)?.as_str())
            .find(|text| !text.is_empty())
            .map(str::to_owned)
    })
}

fn kind_of(code: &str) -> TokenErrorKind {
    match code {
        "authorization_pending" => TokenErrorKind::Pending,
        "slow_down" => TokenErrorKind::SlowDown,
        "expired_token" => TokenErrorKind::Expired,
        "access_denied" | "authorization_declined" => TokenErrorKind::Denied,
        "temporarily_unavailable" | "server_error" => TokenErrorKind::Transient,
        // HubSpot writes its own in capitals.
        code if ENDS.iter().any(|one| one.eq_ignore_ascii_case(code)) => TokenErrorKind::Ends,
        _ => TokenErrorKind::Other,
    }
}

fn is_transient(status: StatusCode) -> bool {
    status.is_server_error() || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS)
}

/// An address that a browser may open.
fn page(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| matches!(url.scheme(), "https" | "http"))
}
