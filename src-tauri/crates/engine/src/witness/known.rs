//! What is known here when something fails: settings that matter, clocks, ages, what the service told before. Of a secret
//! only its form.

use crate::{
    connections::Loaded,
    credential::{Credential, TokenSet},
    oauth::provider::{OpenId, Provider},
    oauth1::service::Service,
    shown::Piece,
    signing::{Compared, SignedText},
};
use domain::{
    Timestamp,
    authorization::Expiry,
    connection::ConnectionStatus,
    connector::{Authentication, ClientAuthentication, Connector, Location, Pkce},
    sign_in::SignIn,
};
use protocol::{
    message::{Response, header},
    oauth2::Client,
};
use secret::SecretString;
use serde_json::{Map, Value, json};

/// How far clocks may differ before it is told, in seconds.
const CLOCKS: i64 = 60;

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
    pub(super) fn told(&self) -> Map<String, Value> {
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

/// What is known of a sign-in that asks for tokens.
pub(super) fn about_sign_in(provider: &Provider, client: &Client, sign_in: &SignIn) -> Map<String, Value> {
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
    pub(super) fn told(&self) -> Map<String, Value> {
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
pub(super) fn about_tokens(tokens: &TokenSet, now: Timestamp) -> Map<String, Value> {
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
        SignedText::BaseString
        | SignedText::AssertionHeader
        | SignedText::AssertionClaims
        | SignedText::Signature => false,
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
