//! Who the person is, and what the service says about itself (OpenID Connect Core §2, §3.1.3.6, §5.3; Discovery §3; RFC 8414;
//! RFC 7517).

use super::{Desk, Endpoint, Met, Walk, client::Client, log_as, reply};
use crate::{
    LabError,
    answer::{Answer, Outcome, Payload},
    check::{Held, Place, Verdict},
    dials::{SIGNATURE, TOKEN_LIFETIME},
    document,
    jwt::{ALGORITHMS, half_hash},
    people::Person,
    play::oauth::{CaptureFrom, Challenge, ClientAuthentication, Grant, OAuth2},
    state::{About, Kind},
};
use hyper::{StatusCode, header};
use serde_json::{Value, json};

/// The id_token of what was agreed, tied to the access token and code that go the same way.
pub(super) fn make_id_token(
    desk: &Desk<'_>,
    client: &Client<'_>,
    about: &About,
    family: &str,
    (access, code): (Option<&str>, Option<&str>),
) -> Result<String, LabError> {
    let lifetime = desk.behaviour.number(&TOKEN_LIFETIME);
    let now = desk.time.clock;
    let issuer = about.issuer.clone().unwrap_or_else(|| desk.base.to_string());
    let mut claims = json!({
        "iss": issuer,
        "aud": client.id,
        "iat": now,
        // Longer than a refresh takes: one that came late is not a wrong one.
        "exp": now + lifetime.max(300),
        "auth_time": about.agreed_at,
    });
    if let Value::Object(claims) = &mut claims {
        claims.extend(person_claims(desk, about.person.as_deref())?.as_object().cloned().unwrap_or_default());
        for (name, value) in [
            ("nonce", about.nonce.clone()),
            ("at_hash", access.map(half_hash)),
            ("c_hash", code.map(half_hash)),
        ] {
            claims.extend(value.map(|value| (name.to_owned(), value.into())));
        }
    }
    let algorithm = desk.behaviour.text(&SIGNATURE);
    let token = desk.state.signing_key(&algorithm, desk.ports.entropy.as_ref())?.sign(&claims);
    desk.keep(&token, Kind::IdToken, (family, lifetime), about)?;
    Ok(token)
}

fn person_claims(desk: &Desk<'_>, email: Option<&str>) -> Result<Value, LabError> {
    let email = email.unwrap_or(crate::PERSON);
    let person = desk.state.person(email)?;
    Ok(json!({
        "sub": Person::subject(email),
        "email": email,
        "email_verified": true,
        "name": person.map_or_else(|| email.to_owned(), |person| person.name),
    }))
}

pub(super) fn userinfo(desk: &Desk<'_>, met: &Met<'_>) -> Result<Answer, LabError> {
    let mut walk = Walk::default();
    let (way, oauth2) = met.ways[0];
    let headers = desk.arrived.header("authorization");
    let token = headers.first().and_then(|header| {
        let (scheme, token) = header.split_once(' ').unwrap_or(("", header));
        let fits = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case(&oauth2.bearer);
        fits.then_some(token.trim())
    });
    let held = token.map(|token| desk.look(token)).transpose()?;
    let refused = match held {
        Some(Held::Good(holder)) => {
            walk.right("Token", "right");
            let mut body = person_claims(desk, holder.person.as_deref())?;
            for capture in oauth2.captures.iter().filter(|capture| capture.from == CaptureFrom::Userinfo) {
                document::put(&mut body, &capture.pointer, reply::CAPTURED.into());
            }
            if let Some(token) = token {
                walk.found(Place::Header("authorization".into()), "Bearer ", token);
            }
            let answer = Answer::of(StatusCode::OK, Payload::Json(body));
            return Ok(log_as(way, walk, Outcome::Answered, answer));
        }
        Some(held) => walk.refuse("Token", held.told().1, "invalid_token"),
        None => walk.refuse("Token", "missing", "invalid_request"),
    };
    if let Some(token) = token {
        walk.found(Place::Header("authorization".into()), "Bearer ", token);
    }
    let body = json!({ "error": refused.code, "error_description": refused.description });
    let mut answer = Answer::of(StatusCode::UNAUTHORIZED, Payload::Json(body));
    answer.headers.push((header::WWW_AUTHENTICATE, format!("Bearer error=\"{}\"", refused.code)));
    Ok(log_as(way, walk, Outcome::Refused, answer))
}

/// The service about itself; of an issuer alone, every address stands below it.
pub(super) fn discovery(desk: &Desk<'_>, met: &Met<'_>) -> Result<Answer, LabError> {
    let mut walk = Walk::default();
    let (way, oauth2) = met.ways[0];
    let at = |endpoint| desk.endpoint_at_lab(oauth2, endpoint, &met.values);
    let scopes = || {
        let usual = ["openid", "profile", "email"].map(str::to_owned);
        let own = oauth2.permissions.iter().map(|known| known.value.clone());
        let mut scopes: Vec<String> =
            usual.into_iter().chain(oauth2.always.iter().cloned()).chain(own).collect();
        let mut seen = Vec::new();
        scopes.retain(|scope| {
            !seen.contains(scope) && {
                seen.push(scope.clone());
                true
            }
        });
        scopes
    };
    let body = json!({
        "issuer": desk.issuer_at_lab(oauth2, &met.values),
        "authorization_endpoint": at(Endpoint::Authorize),
        "token_endpoint": at(Endpoint::Token),
        "revocation_endpoint": at(Endpoint::Revoke),
        "introspection_endpoint": at(Endpoint::Introspect),
        "userinfo_endpoint": at(Endpoint::Userinfo),
        "device_authorization_endpoint": at(Endpoint::Device),
        "jwks_uri": at(Endpoint::Jwks),
        "scopes_supported": scopes(),
        "response_types_supported": [oauth2.response_type],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "grant_types_supported": grants_of(oauth2),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ALGORITHMS,
        "token_endpoint_auth_methods_supported": [method_of(oauth2.client)],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256", "ES256", "HS256", "HS384", "HS512"],
        "code_challenge_methods_supported": challenges_of(oauth2),
        "claims_supported": ["sub", "name", "email", "email_verified"],
        "authorization_response_iss_parameter_supported": true,
    });
    walk.right("Document", "told");
    Ok(log_as(way, walk, Outcome::Answered, Answer::of(StatusCode::OK, Payload::Json(body))))
}

fn grants_of(oauth2: &OAuth2) -> Vec<&'static str> {
    let own = match oauth2.grant {
        Grant::AuthorizationCode => "authorization_code",
        Grant::ClientCredentials => "client_credentials",
        Grant::Password => "password",
        Grant::Implicit => "implicit",
        Grant::DeviceCode => "urn:ietf:params:oauth:grant-type:device_code",
    };
    vec![own, "refresh_token"]
}

fn method_of(client: ClientAuthentication) -> &'static str {
    match client {
        ClientAuthentication::Basic => "client_secret_basic",
        ClientAuthentication::Body => "client_secret_post",
        ClientAuthentication::None => "none",
        ClientAuthentication::SecretJwt => "client_secret_jwt",
        ClientAuthentication::PrivateKeyJwt => "private_key_jwt",
    }
}

fn challenges_of(oauth2: &OAuth2) -> Vec<&'static str> {
    match oauth2.pkce {
        Some(Challenge::Plain) => vec!["S256", "plain"],
        Some(Challenge::S256) | None => vec!["S256"],
    }
}

pub(super) fn jwks(desk: &Desk<'_>, met: &Met<'_>) -> Result<Answer, LabError> {
    let mut walk = Walk::default();
    // Told before anything is signed with it.
    desk.state.signing_key(&desk.behaviour.text(&SIGNATURE), desk.ports.entropy.as_ref())?;
    let keys: Vec<Value> = desk.state.signing_keys()?.iter().map(|key| key.public()).collect();
    walk.right("Keys", format!("{} told", keys.len()));
    let answer = Answer::of(StatusCode::OK, Payload::Json(json!({ "keys": keys })));
    Ok(log_as(met.ways[0].0, walk, Outcome::Answered, answer))
}

impl Desk<'_> {
    /// What is known of a token that a request carries.
    pub fn look(&self, token: &str) -> Result<Held, LabError> {
        super::standing::look(self.state, (&self.play.link_name, self.time), token)
    }
}

/// How a token that does not count is judged.
impl Held {
    pub(crate) fn told(&self) -> (Verdict, &'static str) {
        match self {
            Self::Good(_) => (Verdict::Right, "right"),
            Self::Unknown => (Verdict::Wrong, "not one that the Lab gave"),
            Self::OfAnother => (Verdict::Wrong, "given to another connector"),
            Self::Over => (Verdict::Wrong, "expired"),
            Self::Revoked => (Verdict::Wrong, "revoked"),
            Self::Refresh => (Verdict::Wrong, "a refresh token, which no call takes"),
        }
    }
}
