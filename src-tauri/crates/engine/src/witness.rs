//! Witnesses: what was exchanged, kept for the case that it fails, so that its causes can be told.
//!
//! A [`Witness`] goes along with the requests of one run and remembers the last one; when the run fails, [`evidence`]
//! puts it beside the settings that matter and what is known here. Whatever could be secret is masked on the way in: the
//! known values in any form, and what stands under a name or in a form that tokens have.
//!
//! **Never**: remembers a request as it was sent; sends, waits, or decides.

use crate::{
    connections::Loaded,
    credential::{Credential, TokenSet},
    oauth::provider::{OpenId, Provider},
    oauth1::service::Service,
    shown::{Piece, Sent},
    signing::{Compared, SignedText},
    trace,
};
use domain::{
    Timestamp,
    attempt::Attempt,
    authorization::Expiry,
    connection::ConnectionStatus,
    connector::{Authentication, ClientAuthentication, Connector, Location, Pkce},
    evidence::{Asked, Came, Evidence, FailedStep, Seen, Unanswered},
    id::ConnectionId,
    ports::TransportError,
    sign_in::{Endpoint, SignIn, SignInFailure},
};
use protocol::{
    message::{Response, header},
    oauth2::Client,
};
use secret::{
    SecretString,
    redact::{Known, MASK},
};
use serde_json::{Map, Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The most of a body that is kept.
const BODY: usize = 16 << 10;
/// The most connections whose last failure is remembered.
const MOST: usize = 256;
/// How far clocks may differ before it is told, in seconds.
const CLOCKS: i64 = 60;

/// The last exchange of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Witness(Arc<Mutex<Option<Exchanged>>>);

/// One exchange, masked.
#[derive(Clone, Debug)]
pub(crate) struct Exchanged {
    /// Where it was sent.
    pub endpoint: Endpoint,
    /// What was sent, and what came.
    pub seen: Seen,
    /// Our clock less the service's, in seconds.
    pub clock_offset: Option<i64>,
}

impl Witness {
    /// Remembers an exchange in place of the one before.
    pub fn saw(&self, exchanged: Exchanged) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(exchanged);
    }

    fn last(&self) -> Option<Exchanged> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The last failure of each connection, for as long as this process lives.
#[derive(Clone, Debug, Default)]
pub(crate) struct Troubles(Arc<Mutex<HashMap<ConnectionId, Evidence>>>);

impl Troubles {
    /// Remembers what failed; `None` says that it works.
    pub fn note(&self, id: &ConnectionId, evidence: Option<Evidence>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match evidence {
            Some(evidence) if kept.len() < MOST || kept.contains_key(id) => {
                kept.insert(id.clone(), evidence);
            }
            _ => {
                kept.remove(id);
            }
        }
    }

    /// What failed last.
    pub fn of(&self, id: &ConnectionId) -> Option<Evidence> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }
}

/// Masks an exchange.
pub(crate) fn exchanged(
    endpoint: Endpoint,
    sent: &Sent,
    outcome: &Result<Response, TransportError>,
    known: &Known,
    now: Timestamp,
) -> Exchanged {
    let clock_offset = outcome.as_ref().ok().and_then(|reply| clock_offset(reply, now));
    Exchanged { endpoint, seen: seen(sent, outcome, known), clock_offset }
}

/// What was sent and what came, masked.
pub(crate) fn seen(sent: &Sent, outcome: &Result<Response, TransportError>, known: &Known) -> Seen {
    let came = match outcome {
        Ok(reply) => Came::Response {
            status: reply.status.as_u16(),
            headers: reply
                .headers
                .iter()
                .filter(|(name, _)| tells(name.as_str()))
                .map(|(name, value)| {
                    let value = known.mask_text(&String::from_utf8_lossy(value.as_bytes()));
                    let value =
                        if name == header::LOCATION { trace::without_query_values(&value) } else { value };
                    (name.as_str().to_owned(), value)
                })
                .collect(),
            body: body(&reply.body, known),
        },
        Err(error) => {
            let mut why = Unanswered::of(error);
            why.chain.iter_mut().for_each(|words| *words = known.mask_text(words));
            Came::Transport(why)
        }
    };
    Seen { request: Some(asked(sent)), came }
}

/// Headers that tell about a refusal and nothing about anyone.
fn tells(name: &str) -> bool {
    let told =
        ["authenticate", "error", "ratelimit", "rate-limit", "retry", "scopes", "sso", "region", "mitigated"];
    let plain = ["content-type", "server", "via", "allow", "location", "x-request-id"];
    plain.contains(&name) || told.iter().any(|part| name.contains(part))
}

/// Parameters whose values tell how something was asked, and are not secret.
const PLAIN: [&str; 12] = [
    "grant_type",
    "redirect_uri",
    "scope",
    "client_id",
    "response_type",
    "response_mode",
    "code_challenge_method",
    "audience",
    "resource",
    "token_type_hint",
    "client_assertion_type",
    "prompt",
];

fn asked(sent: &Sent) -> Asked {
    let headers = sent.masked_headers().into_iter().filter(|(name, value)| {
        matches!(name.as_str(), "content-type" | "accept" | "authorization") || value.contains(MASK)
    });
    let form = sent.masked_body().filter(|body| !body.trim_start().starts_with(['{', '[', '<']));
    let members = form.iter().flat_map(|body| url::form_urlencoded::parse(body.as_bytes()).into_owned());
    let members: Map<String, Value> = members
        .map(|(key, value)| {
            let shown = if PLAIN.contains(&key.as_str()) { value } else { format!("<{key}>") };
            (key, Value::from(shown))
        })
        .collect();
    Asked {
        method: sent.method.clone(),
        url: trace::without_query_values(&sent.masked_url()),
        headers: headers.collect(),
        body: if members.is_empty() { Value::Null } else { Value::Object(members) },
    }
}

/// A body as text: known secrets masked, and whatever stands where secrets do.
fn body(bytes: &[u8], known: &Known) -> String {
    let Ok(text) = std::str::from_utf8(bytes) else { return String::new() };
    let text = known.mask_text(text);
    let text = match serde_json::from_str::<Value>(&text) {
        Ok(mut document) => {
            mask_members(&mut document);
            document.to_string()
        }
        Err(_) => mask_pairs(&text),
    };
    text.chars().take(BODY).collect()
}

/// Names under which services give or repeat secrets.
fn holds_a_secret(name: &str) -> bool {
    let name = name.to_lowercase().replace(['-', '_'], "");
    let secret =
        ["token", "secret", "password", "assertion", "verifier", "apikey", "cookie", "session", "credential"];
    let word = ["tokentype", "tokenendpoint", "tokenurl"];
    name == "code"
        || (secret.iter().any(|part| name.contains(part)) && !word.iter().any(|word| name.contains(word)))
}

/// Whether a value is made of what tokens are made of: long, without a blank, letters and digits mixed.
pub(crate) fn looks_like_a_token(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '+' | '/' | '=');
    text.len() >= 24
        && text.chars().all(plain)
        && text.chars().any(|c| c.is_ascii_digit())
        && text.chars().any(|c| c.is_ascii_alphabetic())
}

fn mask_members(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    // A short word under such a name is an error code: `{"token": "expired"}`.
                    Value::String(text)
                        if (holds_a_secret(name) && !is_error_word(text)) || looks_like_a_token(text) =>
                    {
                        *text = format!("<{name}>");
                    }
                    value => mask_members(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(mask_members),
        Value::String(text) if looks_like_a_token(text) => "<value>".clone_into(text),
        _ => {}
    }
}

/// Lower-case words joined by `_`, as error codes are written.
fn is_error_word(text: &str) -> bool {
    text.len() <= 40 && text.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == ' ')
}

fn mask_pairs(text: &str) -> String {
    if text.contains(['<', ' ', '\n']) || !text.contains('=') {
        let word = |word: &str| if looks_like_a_token(word) { "<value>".to_owned() } else { word.to_owned() };
        return text.split(' ').map(word).collect::<Vec<_>>().join(" ");
    }
    let pair = |pair: &str| match pair.split_once('=') {
        Some((name, value))
            if (holds_a_secret(name) && !is_error_word(value)) || looks_like_a_token(value) =>
        {
            format!("{name}=<{name}>")
        }
        _ => pair.to_owned(),
    };
    text.split('&').map(pair).collect::<Vec<_>>().join("&")
}

/// Our clock less the service's, in whole seconds (RFC 9110 §6.6.1).
pub(crate) fn clock_offset(reply: &Response, now: Timestamp) -> Option<i64> {
    let told = reply.headers.get(header::DATE)?.to_str().ok()?;
    let told = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(told).ok()?;
    Some(now.duration_since(told).as_secs())
}

/// What is known here, added to by each part that knows something.
pub(crate) fn local(now: Timestamp, clock_offset: Option<i64>) -> Map<String, Value> {
    let mut local = Map::new();
    local.insert("today".into(), Value::from(now.strftime("%Y-%m-%d").to_string()));
    if let Some(offset) = clock_offset.filter(|offset| offset.abs() > CLOCKS) {
        local.insert("clock_offset_s".into(), Value::from(offset));
    }
    local
}

/// The settings of a connector that matter for its causes.
pub(crate) fn settings_of(
    connector: &Connector,
    way: Option<&str>,
    provider: Option<&Provider>,
) -> Map<String, Value> {
    let mut known = Map::new();
    let mut put = |key: &str, value: Value| {
        if !value.is_null() {
            known.insert(key.to_owned(), value);
        }
    };
    put("base_url", json!(connector.base_url.as_str()));
    let Some(shape) = connector.authentication(way) else { return known };
    let name = match shape {
        Authentication::OpenIdConnect(_) => "oidc",
        Authentication::AwsSigV4(_) => "aws_sigv4",
        shape => shape.type_name(),
    };
    put("auth", json!(name));
    match shape {
        Authentication::ApiKey(shape) => {
            if let Some(parameter) = shape.parameters.first() {
                let place = match parameter.location {
                    Location::Query => "query",
                    Location::Header => "header",
                    Location::Form | Location::Path | Location::Script => "other",
                };
                put("placement", json!(place));
                put("name", json!(parameter.key));
                put("prefix", json!(parameter.prefix));
            }
        }
        Authentication::Bearer(shape) => {
            put("placement", json!("header"));
            put("name", json!("Authorization"));
            put("prefix", json!(shape.prefix));
        }
        Authentication::OAuth1(shape) => {
            put("signature_method", json!(shape.signature_method.as_str()));
            put("realm", json!(shape.realm.as_ref().map(|realm| realm.as_str())));
        }
        Authentication::AwsSigV4(shape) => {
            put("region", json!(shape.region.as_str()));
            put("service", json!(shape.service.as_str()));
        }
        _ => {}
    }
    known.extend(provider.map(Provider::told).unwrap_or_default());
    known
}

impl Provider {
    /// What matters of it where something fails, by the names of RFC 8414.
    fn told(&self) -> Map<String, Value> {
        let url = |url: &Option<protocol::message::Url>| url.as_ref().map(|url| url.as_str().to_owned());
        let method = match self.oauth2.client_authentication {
            ClientAuthentication::Basic => "client_secret_basic",
            ClientAuthentication::Body => "client_secret_post",
            ClientAuthentication::None => "none",
            ClientAuthentication::ClientSecretJwt => "client_secret_jwt",
            ClientAuthentication::PrivateKeyJwt => "private_key_jwt",
        };
        let pkce = match self.oauth2.pkce {
            Pkce::S256 => "S256",
            Pkce::Plain => "plain",
            Pkce::Off => "off",
        };
        let told = json!({
            "grant_type": self.oauth2.grant_type,
            "response_type": self.oauth2.response_type,
            "client_authentication": method,
            "pkce": pkce,
            "scope_delimiter": self.delimiter,
            "send_scope_at_token": self.oauth2.scope_on_exchange,
            "token_body": self.oauth2.token_body,
            "authorization_url": url(&self.endpoints.authorize),
            "token_url": url(&self.endpoints.token),
            "revocation_url": url(&self.endpoints.revoke),
            "device_authorization_url": url(&self.endpoints.device),
            "issuer": self.issuer(),
        });
        let told = told.as_object().cloned().unwrap_or_default();
        told.into_iter().filter(|(_, value)| !value.is_null()).collect()
    }
}

/// Whom a sign-in asked, and as whom.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Side<'a> {
    /// A service that gives tokens.
    Gives { provider: &'a Provider, client: &'a Client },
    /// One that wants each request signed.
    Signs { service: &'a Service },
}

/// What a sign-in that failed was made of.
#[derive(Debug)]
pub(crate) struct Failed<'a> {
    /// The attempt.
    pub attempt: &'a Attempt,
    /// The connector, its environment laid over it.
    pub connector: &'a Connector,
    /// Whom it asked, and as whom.
    pub side: Side<'a>,
    /// What was exchanged last.
    pub witness: &'a Witness,
}

/// The evidence of a sign-in that failed; none where what failed tells itself.
pub(crate) fn of_sign_in(failed: &Failed<'_>, failure: &SignInFailure, now: Timestamp) -> Option<Evidence> {
    let Failed { attempt, connector, side, witness } = *failed;
    let last = witness.last();
    let provider = match side {
        Side::Gives { provider, .. } => Some(provider),
        Side::Signs { .. } => None,
    };
    let mut settings = settings_of(connector, attempt.authentication.as_deref(), provider);
    let sign_in = attempt.sign_in.as_ref()?;
    let mut known = local(now, last.as_ref().and_then(|last| last.clock_offset));
    if let Some(redirect) = sign_in.redirect.as_ref().filter(|redirect| !redirect.uri.is_empty()) {
        settings.insert("redirect".into(), json!(redirect.uri));
        known.insert("redirect_sent".into(), json!(redirect.uri));
    }
    if let SignInFailure::NoAppLink { .. } = failure {
        known.insert("scheme_registered".into(), json!(false));
    }
    match side {
        Side::Gives { provider, client } => {
            settings.insert("scope".into(), json!(provider.scopes(&attempt.requested)));
            known.extend(about_sign_in(provider, client, sign_in));
        }
        Side::Signs { service } => settings.extend(service.told()),
    }
    let (step, seen) = of_failure(failure, last)?;
    Some(Evidence { connector: settings, step, seen, local: known })
}

/// What is known of a sign-in that asks for tokens.
fn about_sign_in(provider: &Provider, client: &Client, sign_in: &SignIn) -> Map<String, Value> {
    let mut known = Map::new();
    if sign_in.redirect.is_some() {
        let proved = provider.oauth2.pkce != Pkce::Off && provider.response_type.has_code();
        known.insert("code_challenge_sent".into(), json!(proved));
    }
    if client.secrets().first().is_some_and(has_reserved_signs) {
        known.insert("secret_has_reserved_characters".into(), json!(true));
    }
    if !provider.client_authentication.is_empty() {
        let announced = json!(provider.client_authentication);
        known.insert("token_endpoint_auth_methods_supported".into(), announced);
    }
    if let Some(OpenId { issuer: Some(issuer) }) = &provider.openid {
        known.insert("expected_iss".into(), json!(issuer));
    }
    known
}

impl Service {
    /// What matters of it where something fails.
    fn told(&self) -> Map<String, Value> {
        let url = |url: &Option<protocol::message::Url>| url.as_ref().map(|url| url.as_str().to_owned());
        let told = json!({
            "request_token_url": url(&self.temporary),
            "authorization_url": url(&self.authorize),
            "token_url": url(&self.token),
            "revocation_url": url(&self.revoke),
        });
        let told = told.as_object().cloned().unwrap_or_default();
        told.into_iter().filter(|(_, value)| !value.is_null()).collect()
    }
}

/// Where a sign-in failed, and what shows it.
fn of_failure(failure: &SignInFailure, last: Option<Exchanged>) -> Option<(FailedStep, Seen)> {
    let alone = |came| Seen { request: None, came };
    let map = |value: Value| value.as_object().cloned().unwrap_or_default();
    let exchanged = |endpoint: Endpoint| {
        let last = last.filter(|last| last.endpoint == endpoint)?;
        Some((step_of(endpoint), last.seen))
    };
    match failure {
        // What the browser brought; nothing else of it may be looked at again.
        SignInFailure::Answered { endpoint: Endpoint::Authorization, code, said, .. } => {
            let params = json!({ "error": code, "error_description": said.as_deref().unwrap_or_default() });
            Some((
                FailedStep::Authorize,
                alone(Came::Redirect(map(json!({ "params": params, "in": "query" })))),
            ))
        }
        SignInFailure::Answered { endpoint, .. }
        | SignInFailure::Clock { endpoint, .. }
        | SignInFailure::NotUnderstood { endpoint, .. }
        | SignInFailure::Unreachable { endpoint, .. } => exchanged(*endpoint),
        SignInFailure::NotTrusted { check: Some(check), detail } => {
            let check = json!({ "name": check, "message": detail });
            Some((FailedStep::IdToken, alone(Came::Check(map(check)))))
        }
        SignInFailure::TimedOut => {
            let waited = json!({ "what": "no redirect came back", "browser_opened": true });
            Some((FailedStep::Redirect, alone(Came::Nothing(map(waited)))))
        }
        SignInFailure::NoListener { detail } => {
            let why = Unanswered {
                class: "local".into(),
                kind: "bind".into(),
                fault: None,
                chain: vec![detail.clone()],
            };
            Some((FailedStep::Redirect, alone(Came::Transport(why))))
        }
        SignInFailure::NoAppLink { .. } => {
            let what = json!({ "what": "the browser was not opened", "browser_opened": false });
            Some((FailedStep::Redirect, alone(Came::Nothing(map(what)))))
        }
        SignInFailure::NotTrusted { check: None, .. }
        | SignInFailure::NotConfirmed
        | SignInFailure::NoBrowser { .. }
        | SignInFailure::Script { .. }
        | SignInFailure::Interrupted { .. } => None,
    }
}

fn step_of(endpoint: Endpoint) -> FailedStep {
    match endpoint {
        Endpoint::TemporaryCredentials | Endpoint::Authorization | Endpoint::DeviceAuthorization => {
            FailedStep::Authorize
        }
        Endpoint::Token => FailedStep::Token,
        Endpoint::Revocation => FailedStep::Revoke,
        Endpoint::Introspection | Endpoint::Userinfo => FailedStep::Verify,
        Endpoint::Metadata | Endpoint::Jwks => FailedStep::Discovery,
    }
}

/// The evidence of a refresh that failed.
pub(crate) fn of_refresh(
    loaded: &Loaded,
    tokens: &TokenSet,
    provider: &Provider,
    witness: &Witness,
    now: Timestamp,
) -> Option<Evidence> {
    let last = witness.last()?;
    let mut known = local(now, last.clock_offset);
    known.extend(about_tokens(tokens, now));
    known.extend(standing(loaded, Some(tokens)));
    let way = loaded.connection.authentication.as_deref();
    let connector = settings_of(&loaded.connector, way, Some(provider));
    Some(Evidence { connector, step: FailedStep::Refresh, seen: last.seen, local: known })
}

/// What is known of a credential that a call was refused with.
pub(crate) fn about(credential: &Credential, now: Timestamp) -> Map<String, Value> {
    let mut known = Map::new();
    match credential {
        Credential::Values(values) => {
            if values.get("session_token").is_some_and(|token| !token.is_empty()) {
                known.insert("session_token_sent".into(), json!(true));
            }
            for (place, sign) in values.values().filter_map(hidden_sign) {
                known.insert(place.into(), json!(sign));
            }
        }
        Credential::Tokens(tokens) => known.extend(about_tokens(tokens, now)),
        Credential::OAuth1(granted) => {
            known.insert("has_access_token".into(), json!(granted.token.is_some()));
        }
    }
    known
}

/// What is known of tokens, without anything of them.
fn about_tokens(tokens: &TokenSet, now: Timestamp) -> Map<String, Value> {
    let mut known = Map::new();
    if let Some(issued) = tokens.issued_at {
        known.insert("token_age_s".into(), json!(now.duration_since(issued).as_secs()));
    }
    known.insert("has_refresh_token".into(), json!(tokens.refresh_token.is_some()));
    if !tokens.access_token.is_empty() {
        known.insert("access_token_is_jwt".into(), json!(is_jwt(&tokens.access_token)));
    }
    if let (Some(_), Some(since)) = (&tokens.refresh_token, tokens.refresh_since) {
        let days = now.duration_since(since).as_secs() / (24 * 3600);
        known.insert("refresh_token_age_days".into(), json!(days));
    }
    if tokens.rotates {
        known.insert("provider_rotates".into(), json!(true));
    }
    known
}

/// Three parts with points between them, the first of which begins like a JSON object in base64 (RFC 7515 §7.1).
fn is_jwt(token: &SecretString) -> bool {
    // EXPOSE: only its form goes on
    let text = token.expose();
    text.starts_with("eyJ") && text.matches('.').count() == 2
}

/// What a service's own canonical request tells beside ours: that both are one, or that the path is spelled otherwise.
pub(crate) fn of_comparison(compared: &Compared) -> Map<String, Value> {
    let same: String = compared.same.iter().map(Piece::shown).collect();
    let equal = compared.ours.is_empty() && compared.theirs.is_empty();
    let tells = match compared.text {
        // The path stands in the second line.
        SignedText::CanonicalRequest => equal || same.matches('\n').count() == 1,
        // It holds the digest of the canonical request.
        SignedText::StringToSign => equal,
        SignedText::BaseString | SignedText::Signature => false,
    };
    let known = ("our_canonical_request_equals_theirs".to_owned(), json!(equal));
    tells.then_some(known).into_iter().collect()
}

/// What is known of a connection that stands: whether it has worked, what it may do, and how long its tokens live.
pub(crate) fn standing(loaded: &Loaded, tokens: Option<&TokenSet>) -> Map<String, Value> {
    let Loaded { connection, authorization, .. } = loaded;
    let mut known = Map::new();
    let verified = matches!(connection.status, ConnectionStatus::Connected { verified: Some(_) });
    if verified || authorization.account.is_some() {
        known.insert("worked_before".into(), json!(true));
    }
    if !authorization.requested.is_empty() && !authorization.granted.is_empty() {
        known.insert("requested".into(), json!(authorization.requested));
        known.insert("granted".into(), json!(authorization.granted));
    }
    let issued = tokens.and_then(|tokens| tokens.issued_at);
    if let (Expiry::Told(ends), Some(issued)) = (authorization.expiry, issued) {
        known.insert("expires_in".into(), json!(ends.duration_since(issued).as_secs()));
    }
    known
}

/// A sign that a value was copied with and that nobody sees: where, and which.
fn hidden_sign(value: &SecretString) -> Option<(&'static str, String)> {
    // EXPOSE: looked at for signs that nobody sees; only these go on
    let text = value.expose();
    let is_hidden =
        |c: &char| c.is_whitespace() || c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}');
    let named = |c: char| c.escape_default().to_string();
    if let Some(first) = text.chars().next().filter(is_hidden) {
        return Some(("credential_starts_with", named(first)));
    }
    if let Some(last) = text.chars().next_back().filter(is_hidden) {
        return Some(("credential_ends_with", named(last)));
    }
    let inside = text.chars().find(|c| is_hidden(c) && *c != ' ');
    inside.map(|inside| ("credential_contains", named(inside)))
}

/// Whether a secret has signs that form encoding changes (RFC 6749 §2.3.1).
fn has_reserved_signs(secret: &SecretString) -> bool {
    // EXPOSE: only whether there is one goes on
    secret.expose().chars().any(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '*')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_shows_what_is_wrong_and_no_secret() {
        let known = Known::new();
        for (came, kept) in [
            (r#"{"error":"invalid_client"}"#, r#"{"error":"invalid_client"}"#),
            (r#"{"access_token":"at-9f31c7a2"}"#, r#"{"access_token":"<access_token>"}"#),
            (r#"{"authed_user":{"token":"xoxp-1"}}"#, r#"{"authed_user":{"token":"<token>"}}"#),
            (r#"{"token":"expired"}"#, r#"{"token":"expired"}"#),
            (r#"{"detail":"9f31c7a29f31c7a29f31c7a2"}"#, r#"{"detail":"<detail>"}"#),
            ("access_token=at-1&token_type=bearer", "access_token=<access_token>&token_type=bearer"),
            ("key eyJhbGciOiJIUzI1NiJ9.e30.abc0123456789 is old", "key <value> is old"),
        ] {
            assert_eq!(body(came.as_bytes(), &known), kept);
        }
    }

    #[test]
    fn the_difference_of_the_clocks_is_read_from_the_date() {
        let mut reply = Response {
            status: protocol::message::StatusCode::OK,
            headers: Default::default(),
            body: Vec::new(),
        };
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        assert_eq!(clock_offset(&reply, now), None);
        let date = "Sun, 22 Nov 2026 10:15:00 GMT".parse().unwrap();
        reply.headers.insert(header::DATE, date);
        assert_eq!(clock_offset(&reply, now), Some(-900));
        assert_eq!(local(now, Some(-900))["clock_offset_s"], -900);
        assert!(!local(now, Some(59)).contains_key("clock_offset_s"));
    }

    #[test]
    fn signs_that_nobody_sees_are_told() {
        for (value, found) in [
            ("pl_live_1", None),
            ("pl_live_1\n", Some(("credential_ends_with", "\\n".to_owned()))),
            ("\u{feff}pl", Some(("credential_starts_with", "\\u{feff}".to_owned()))),
            ("pl\u{200b}1", Some(("credential_contains", "\\u{200b}".to_owned()))),
            ("two words", None),
        ] {
            assert_eq!(hidden_sign(&SecretString::new(value.into())), found, "{value:?}");
        }
    }
}
