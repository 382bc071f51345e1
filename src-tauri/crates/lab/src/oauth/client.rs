//! Who asks: a client shows that it is the registered app (RFC 6749 §2.3, RFC 7523 §3, OpenID Connect Core §9).

use super::{
    Desk, Endpoint, Met, Walk,
    walk::{Params, Refused},
};
use crate::{
    LabError,
    check::{Place, compare},
    decode,
    dials::CLIENT_AUTHENTICATION,
    jwt::Token,
    play::{
        Asked, Way,
        oauth::{ClientAuthentication, OAuth2},
    },
    state::{About, Given, Kind, Standing},
    template::fill,
};
use secret::SecretString;

/// The app that asks.
pub(super) struct Client<'a> {
    pub way: &'a Way,
    pub oauth2: &'a OAuth2,
    pub id: String,
}

const WHAT: &str = "Client authentication";
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How many seconds two clocks may differ.
const SKEW: i64 = 60;

/// User and password of a Basic header, as they were written and form-decoded.
struct Pair {
    raw: (String, String),
    decoded: (String, String),
}

/// Checks who asks. The way is the one whose client ID came.
pub(super) fn authenticate<'a>(
    desk: &Desk<'_>,
    walk: &mut Walk,
    met: &Met<'a>,
    params: &Params,
) -> Result<Result<Client<'a>, Refused>, LabError> {
    let (way, oauth2) = match which(desk, walk, met, params) {
        Ok(way) => way,
        Err(refused) => return Ok(Err(refused)),
    };
    let manner = match desk.behaviour.text(&CLIENT_AUTHENTICATION).as_str() {
        "basic_only" => ClientAuthentication::Basic,
        "body_only" => ClientAuthentication::Body,
        _ => oauth2.client,
    };
    let checked = match manner {
        // An app that no token request is expected of has no secret at the service.
        _ if !oauth2.meets_clients() => by_id(desk, walk, way, params),
        ClientAuthentication::Basic => by_header(desk, walk, (way, oauth2), params),
        ClientAuthentication::Body => in_body(desk, walk, way, params),
        ClientAuthentication::None => by_id(desk, walk, way, params),
        ClientAuthentication::SecretJwt | ClientAuthentication::PrivateKeyJwt => {
            by_assertion(desk, walk, (way, oauth2, manner), met, params)?
        }
    };
    Ok(checked.map(|()| Client { way, oauth2, id: desk.issuer.client_id(way) }))
}

fn which<'a>(
    desk: &Desk<'_>,
    walk: &mut Walk,
    met: &Met<'a>,
    params: &Params,
) -> Result<(&'a Way, &'a OAuth2), Refused> {
    let header = pair_of(desk).map(|pair| pair.decoded.0);
    let named = params.one(walk, "client_id")?.map(str::to_owned);
    let asserted = params.one(walk, "client_assertion")?.and_then(Token::parse);
    let asserted = asserted.and_then(|token| Some(token.claims["iss"].as_str()?.to_owned()));
    let came = header.or(named).or(asserted).unwrap_or_default();
    let mut ways = met.ways.iter();
    let own = ways.find(|(way, _)| is(&expected_id(desk, way), &came)).or(met.ways.first());
    own.copied().ok_or_else(|| walk.refuse("Client ID", "not one that the Lab issued", "invalid_client"))
}

fn by_header(
    desk: &Desk<'_>,
    walk: &mut Walk,
    (way, oauth2): (&Way, &OAuth2),
    params: &Params,
) -> Result<(), Refused> {
    if params.one(walk, "client_secret")?.is_some() {
        let detail = match desk.arrived.header("authorization").is_empty() {
            true => "ID and secret stand in the body, and this service takes them in the header",
            false => "the secret stands in the body as well as in the header",
        };
        return Err(walk.refuse(WHAT, detail, "invalid_client"));
    }
    let Some(pair) = pair_of(desk) else {
        let detail = match desk.arrived.header("authorization").as_slice() {
            [] => "missing; this service takes ID and secret in the header",
            _ => "the header is not `Basic` with user and password",
        };
        return Err(walk.refuse(WHAT, detail, "invalid_client"));
    };
    walk.right(WHAT, "in the header, as this service takes it");
    for value in [&pair.raw.1, &pair.decoded.1] {
        walk.found(Place::Header("authorization".into()), "Basic ", value);
    }
    let (id, secret) = if oauth2.raw_basic { &pair.raw } else { &pair.decoded };
    check_id(desk, walk, way, id)?;
    let other = if oauth2.raw_basic { &pair.decoded.1 } else { &pair.raw.1 };
    let expected = desk.issuer.client_secret(way);
    if !is(&expected, secret) && is(&expected, other) {
        let detail = match oauth2.raw_basic {
            true => "right but form-encoded, and this service takes it as it is",
            false => "right but not form-encoded, as RFC 6749 section 2.3.1 wants it",
        };
        return Err(walk.refuse("Client secret", detail, "invalid_client"));
    }
    check_secret(desk, walk, way, secret)?;
    if oauth2.client_id_in_body {
        let id = params.one(walk, "client_id")?.unwrap_or_default().to_owned();
        check_id(desk, walk, way, &id)?;
    }
    Ok(())
}

fn in_body(desk: &Desk<'_>, walk: &mut Walk, way: &Way, params: &Params) -> Result<(), Refused> {
    let (id, secret) = (params.one(walk, "client_id")?, params.one(walk, "client_secret")?);
    let (Some(id), Some(secret)) = (id, secret) else {
        let detail = match pair_of(desk) {
            Some(_) => "ID and secret stand in the header, and this service takes them in the body",
            None => "missing; this service takes `client_id` and `client_secret` in the body",
        };
        return Err(walk.refuse(WHAT, detail, "invalid_client"));
    };
    walk.right(WHAT, "in the body, as this service takes it");
    check_id(desk, walk, way, id)?;
    check_secret(desk, walk, way, secret)
}

fn by_id(desk: &Desk<'_>, walk: &mut Walk, way: &Way, params: &Params) -> Result<(), Refused> {
    if pair_of(desk).is_some() || params.one(walk, "client_secret")?.is_some() {
        let detail = "a secret came along, and this app has none at the service";
        return Err(walk.refuse(WHAT, detail, "invalid_client"));
    }
    let id = params.needed(walk, "client_id")?;
    walk.right(WHAT, "none, as this service wants it of the app");
    check_id(desk, walk, way, id)
}

fn by_assertion(
    desk: &Desk<'_>,
    walk: &mut Walk,
    (way, oauth2, manner): (&Way, &OAuth2, ClientAuthentication),
    met: &Met<'_>,
    params: &Params,
) -> Result<Result<(), Refused>, LabError> {
    let assertion = match (params.one(walk, "client_assertion_type"), params.one(walk, "client_assertion")) {
        (Err(refused), _) | (_, Err(refused)) => return Ok(Err(refused)),
        (Ok(Some(JWT_BEARER)), Ok(Some(assertion))) => assertion,
        (Ok(kind), Ok(assertion)) => {
            let detail = match (kind, assertion) {
                (_, None) => "missing; this service takes a signed `client_assertion`",
                _ => "`client_assertion_type` is not the one of RFC 7523",
            };
            return Ok(Err(walk.refuse(WHAT, detail, "invalid_client")));
        }
    };
    let Some(token) = Token::parse(assertion) else {
        return Ok(Err(walk.refuse(WHAT, "the assertion is no signed token", "invalid_client")));
    };
    walk.right(WHAT, "by a signed assertion, as this service takes it");
    let usual = if manner == ClientAuthentication::SecretJwt { "HS256" } else { "ES256" };
    let algorithm = oauth2.assertion.algorithm.as_deref().unwrap_or(usual);
    if token.algorithm() != algorithm {
        return Ok(Err(walk.refuse("Algorithm", format!("not {algorithm}"), "invalid_client")));
    }
    let signed = match manner {
        // EXPOSE: the secret is the key that the signature is checked with
        ClientAuthentication::SecretJwt => {
            token.is_signed_with(desk.issuer.client_secret(way).expose().as_bytes())
        }
        _ => desk.state.client_key(algorithm, desk.ports.entropy.as_ref())?.signed(&token),
    };
    if !signed {
        return Ok(Err(walk.refuse("Signature", "wrong", "invalid_client")));
    }
    walk.right("Signature", "right");
    if let Err(refused) = check_claims(desk, walk, (way, oauth2), met, &token) {
        return Ok(Err(refused));
    }
    // RFC 7523 §3, 7: an assertion counts once.
    let jti = token.claims["jti"].as_str().unwrap_or_default();
    let once = Given {
        kind: Kind::Assertion,
        link_name: desk.play.link_name.clone(),
        family: String::new(),
        standing: Standing::Good,
        made_at: desk.time.passed,
        ends_at: desk.time.passed + 3600,
        about: About::default(),
    };
    if jti.is_empty() || !desk.state.keep_given(&format!("jti {jti}"), None, &once)? {
        let detail = if jti.is_empty() { "missing" } else { "used before, and an assertion counts once" };
        return Ok(Err(walk.refuse("Claim `jti`", detail, "invalid_client")));
    }
    walk.right("Claim `jti`", "new");
    Ok(Ok(()))
}

fn check_claims(
    desk: &Desk<'_>,
    walk: &mut Walk,
    (way, oauth2): (&Way, &OAuth2),
    met: &Met<'_>,
    token: &Token<'_>,
) -> Result<(), Refused> {
    for name in ["iss", "sub"] {
        let came = token.claims[name].as_str().unwrap_or_default();
        if !is(&expected_id(desk, way), came) {
            return Err(walk.refuse(format!("Claim `{name}`"), "not the client ID", "invalid_client"));
        }
    }
    walk.right("Claims `iss` and `sub`", "the client ID");
    let expected: Vec<String> = match &oauth2.assertion.audience {
        Some(audience) => vec![fill(audience, &met.values, &desk.play.settings)],
        None => [
            desk.endpoint_at_lab(oauth2, Endpoint::Token, &met.values),
            desk.endpoint_at_lab(oauth2, met.endpoint, &met.values),
            desk.issuer_at_lab(oauth2, &met.values),
        ]
        .into_iter()
        .flatten()
        .collect(),
    };
    let audience = match &token.claims["aud"] {
        serde_json::Value::Array(several) => several.clone(),
        one => vec![one.clone()],
    };
    if !audience.iter().any(|one| one.as_str().is_some_and(|one| expected.iter().any(|it| it == one))) {
        return Err(walk.refuse("Claim `aud`", "not the token address", "invalid_client"));
    }
    walk.right("Claim `aud`", "this service");
    match token.claims["exp"].as_i64() {
        Some(end) if end + SKEW < desk.time.clock => {
            Err(walk.refuse("Claim `exp`", "in the past by the service's clock", "invalid_client"))
        }
        Some(_) => {
            walk.right("Claim `exp`", "ahead");
            Ok(())
        }
        None => Err(walk.refuse("Claim `exp`", "missing", "invalid_client")),
    }
}

/// Checks a client ID that came; the Lab's ways are told apart by it.
pub(super) fn check_id(desk: &Desk<'_>, walk: &mut Walk, way: &Way, came: &str) -> Result<(), Refused> {
    match compare(&Asked::default(), &expected_id(desk, way), came) {
        Ok(detail) => walk.right("Client ID", detail),
        Err(detail) => return Err(walk.refuse("Client ID", detail, "invalid_client")),
    }
    Ok(())
}

fn check_secret(desk: &Desk<'_>, walk: &mut Walk, way: &Way, came: &str) -> Result<(), Refused> {
    match compare(&Asked::default(), &desk.issuer.client_secret(way), came) {
        Ok(detail) => walk.right("Client secret", detail),
        Err(detail) => return Err(walk.refuse("Client secret", detail, "invalid_client")),
    }
    Ok(())
}

fn expected_id(desk: &Desk<'_>, way: &Way) -> SecretString {
    SecretString::new(desk.issuer.client_id(way))
}

fn is(expected: &SecretString, came: &str) -> bool {
    expected.ct_eq(&SecretString::new(came.to_owned()))
}

fn pair_of(desk: &Desk<'_>) -> Option<Pair> {
    let headers = desk.arrived.header("authorization");
    let [header] = headers.as_slice() else { return None };
    let (scheme, encoded) = header.split_once(' ')?;
    let bytes = decode::base64(encoded.trim()).filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |part: &str| decode::percent(&part.replace('+', " "));
    Some(Pair { decoded: (plain(id), plain(secret)), raw: (id.to_owned(), secret.to_owned()) })
}
