//! A signed request, taken apart and checked (RFC 5849 §3).
//!
//! The parameters are read from wherever they stand, the base string is put together again from the request as it was
//! spelled, and the signature is made anew. The nonce is looked at last, so that nobody can use one up without a key.

use crate::{
    arrived::{Arrived, Body},
    check::{Memory, Place, Verdict, compare},
    decode,
    issue::Issuer,
    key::RsaDigest,
    play::{
        Asked, Way,
        oauth1::{Method, OAuth1, Placement},
    },
    state::{Given, Kind, Standing},
    walk::{Refused, Walk},
};
use hmac::{Hmac, Mac};
use hyper::StatusCode;
use secret::SecretString;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// How many seconds a request may be from the service's clock.
const NEAR: i64 = 300;
/// Parameters whose values may be shown.
const PUBLIC: [&str; 5] =
    ["oauth_consumer_key", "oauth_signature_method", "oauth_timestamp", "oauth_version", "oauth_callback"];

/// What a signed request is checked against.
pub(crate) struct Check<'a> {
    pub memory: &'a dyn Memory,
    pub issuer: &'a Issuer,
    pub link_name: &'a str,
    pub way: &'a Way,
    pub oauth1: &'a OAuth1,
    pub arrived: &'a Arrived,
}

/// Which token a request is to carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wants {
    Nothing,
    Temporary,
    Token,
}

/// A request whose signature is right.
#[derive(Debug)]
pub(crate) struct Signed {
    /// The token with what it is for.
    pub token: Option<(String, Given)>,
    parameters: Parameters,
}

/// Why a signed request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// In the words of OAuth Problem Reporting.
    pub code: &'static str,
    pub description: String,
    /// The base string as the service has it, where the signature is not of that.
    pub base_string: Option<String>,
}

/// The protocol parameters of a request.
#[derive(Debug, Default)]
struct Parameters {
    /// Every place in which some stand.
    places: Vec<Placement>,
    /// Their names and values, wherever they stand.
    pairs: Vec<(String, String)>,
    /// Everything in the header but the realm, to the byte.
    in_header: Vec<(Vec<u8>, Vec<u8>)>,
    realm: Option<String>,
}

impl Signed {
    /// The one value of a further protocol parameter.
    pub fn one(&self, key: &str) -> Option<&str> {
        self.parameters.one(key)
    }
}

impl Problem {
    /// RFC 5849 §3.2.
    pub fn status(&self) -> StatusCode {
        match self.verdict() {
            Verdict::Wrong | Verdict::Right => StatusCode::UNAUTHORIZED,
            Verdict::Missing | Verdict::Malformed => StatusCode::BAD_REQUEST,
        }
    }

    pub fn verdict(&self) -> Verdict {
        match self.code {
            "parameter_absent" => Verdict::Missing,
            "parameter_rejected" | "version_rejected" | "signature_method_rejected" => Verdict::Malformed,
            _ => Verdict::Wrong,
        }
    }

    /// As it is told.
    pub fn members(&self) -> Vec<(&'static str, &str)> {
        let base_string = self.base_string.as_deref().map(|text| ("base_string", text));
        let told = [("oauth_problem", self.code), ("oauth_problem_advice", self.description.as_str())];
        told.into_iter().chain(base_string).collect()
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self { code: refused.code, description: refused.description, base_string: None }
    }
}

/// The consumer key that a request names, before anything of it is checked.
pub(super) fn consumer_key(arrived: &Arrived) -> Option<String> {
    Parameters::read(arrived).one("oauth_consumer_key").map(str::to_owned)
}

impl Check<'_> {
    /// Checks a request, step by step.
    pub fn run(&self, walk: &mut Walk, wants: Wants) -> Result<Signed, Problem> {
        let parameters = Parameters::read(self.arrived);
        self.note_secrets(walk, &parameters);
        self.check_place(walk, &parameters)?;
        let consumer_key = parameters.needed(walk, "oauth_consumer_key")?;
        match compare(&Asked::default(), &SecretString::new(self.issuer.client_id(self.way)), consumer_key) {
            Ok(_) => walk.right("Consumer key", "known"),
            Err(detail) => return Err(walk.refuse("Consumer key", detail, "consumer_key_unknown").into()),
        }
        self.check_method(walk, &parameters)?;
        let token = self.check_token(walk, &parameters, wants)?;
        self.check_signature(walk, &parameters, token.as_ref().map(|(token, _)| token.as_str()))?;
        self.check_time(walk, &parameters)?;
        self.check_nonce(walk, &parameters)?;
        Ok(Signed { token, parameters })
    }

    fn note_secrets(&self, walk: &mut Walk, parameters: &Parameters) {
        let header = || Place::Header("authorization".into());
        for value in self.arrived.header("authorization") {
            if let Some(rest) = behind_scheme(&value) {
                walk.found(header(), &value[..value.len() - rest.len()], rest);
            }
        }
        let secret = parameters.pairs.iter().filter(|(key, _)| !PUBLIC.contains(&key.as_str()));
        for (key, value) in secret {
            let place = match parameters.places.first() {
                Some(Placement::Query) => Place::Query(key.clone()),
                Some(Placement::Form) => Place::Body,
                _ => header(),
            };
            walk.found(place, "", value);
        }
    }

    /// They stand in one place, each once (§3.1, §3.5).
    fn check_place(&self, walk: &mut Walk, parameters: &Parameters) -> Result<(), Problem> {
        let wanted = self.oauth1.placement;
        let wanted = match (wanted, &self.arrived.body) {
            // A request without a form has no room for them there.
            (Placement::Form, body) if !matches!(body, Body::Form(_)) => Placement::Query,
            _ => wanted,
        };
        let what = "Parameters";
        match parameters.places.as_slice() {
            [] => {
                let detail = format!("missing; this service takes them in {}", wanted.shown());
                return Err(walk.refuse(what, detail, "parameter_absent").into());
            }
            [place] if *place == wanted => {}
            [place] => {
                let detail =
                    format!("in {}, and this service takes them in {}", place.shown(), wanted.shown());
                return Err(walk.refuse(what, detail, "parameter_rejected").into());
            }
            [one, other, ..] => {
                let detail =
                    format!("in {} and in {}; a request has them in one place", one.shown(), other.shown());
                return Err(walk.refuse(what, detail, "parameter_rejected").into());
            }
        }
        let twice = parameters.pairs.iter().enumerate();
        let twice = twice
            .filter(|(index, (key, _))| parameters.pairs[..*index].iter().any(|(before, _)| before == key));
        if twice.count() > 0 {
            return Err(walk.refuse(what, "one of them comes twice", "parameter_rejected").into());
        }
        walk.right(what, format!("in {}, as this service takes them", wanted.shown()));
        match &self.oauth1.realm {
            Some(realm) if wanted == Placement::Header => match parameters.realm.as_deref() {
                Some(came) if came == realm || realm.contains('{') => walk.right("Realm", "right"),
                Some(_) => {
                    return Err(walk
                        .refuse("Realm", "another than this service has", "parameter_rejected")
                        .into());
                }
                None => return Err(walk.refuse("Realm", "missing", "parameter_absent").into()),
            },
            _ => {}
        }
        Ok(())
    }

    fn check_method(&self, walk: &mut Walk, parameters: &Parameters) -> Result<(), Problem> {
        let method = self.oauth1.method.as_str();
        if parameters.needed(walk, "oauth_signature_method")? != method {
            let detail = format!("not {method}, which this service takes");
            return Err(walk.refuse("Signature method", detail, "signature_method_rejected").into());
        }
        walk.right("Signature method", method);
        match parameters.one("oauth_version") {
            None | Some("1.0") => Ok(()),
            Some(_) => Err(walk.refuse("Version", "not 1.0", "version_rejected").into()),
        }
    }

    fn check_token(
        &self,
        walk: &mut Walk,
        parameters: &Parameters,
        wants: Wants,
    ) -> Result<Option<(String, Given)>, Problem> {
        let token = parameters.one("oauth_token").filter(|token| !token.is_empty());
        let (what, kind) = match wants {
            Wants::Nothing => {
                return match token {
                    None => Ok(None),
                    Some(_) => {
                        let detail = "one came along, and this request carries none";
                        Err(walk.refuse("Token", detail, "parameter_rejected").into())
                    }
                };
            }
            Wants::Temporary => ("Temporary token", Kind::Temporary),
            Wants::Token => ("Token", Kind::Signing),
        };
        let Some(token) = token else {
            return Err(walk.refuse(what, "missing", "parameter_absent").into());
        };
        let given = self.memory.given(token);
        match fault_of(given.as_ref(), self, kind) {
            Some((detail, code)) => Err(walk.refuse(what, detail, code).into()),
            None => {
                let whose = given.as_ref().and_then(|given| given.about.person.as_ref());
                walk.right(what, whose.map_or("known".to_owned(), |person| format!("right, of {person}")));
                Ok(given.map(|given| (token.to_owned(), given)))
            }
        }
    }

    fn check_signature(
        &self,
        walk: &mut Walk,
        parameters: &Parameters,
        token: Option<&str>,
    ) -> Result<(), Problem> {
        let signature = parameters.needed(walk, "oauth_signature")?;
        let base_string = base_string(self.arrived, parameters);
        let client_secret = self.issuer.client_secret(self.way);
        let token_secret = token.map(|token| self.issuer.token_secret(self.way, token)).unwrap_or_default();
        // EXPOSE: the key that the signature is made anew with
        let secrets = (client_secret.expose().as_str(), token_secret.expose().as_str());
        if self.is_signed(&key_of(secrets, decode::to_percent), &base_string, signature) {
            walk.right("Signature", "right");
            return Ok(());
        }
        let detail = self.hint(secrets, &base_string, signature);
        let refused = walk.refuse("Signature", detail, "signature_invalid");
        let base_string = (self.oauth1.method != Method::Plaintext).then_some(base_string);
        Err(Problem { base_string, ..refused.into() })
    }

    fn is_signed(&self, key: &str, text: &str, signature: &str) -> bool {
        let by_rsa = |digest| {
            let key = self.memory.app_key("RS256");
            let bytes = decode::base64(signature);
            key.zip(bytes).is_some_and(|(key, bytes)| key.has_signed_with(digest, text.as_bytes(), &bytes))
        };
        match self.oauth1.method {
            Method::HmacSha1 => holds::<Hmac<Sha1>>(key, text, signature),
            Method::HmacSha256 => holds::<Hmac<Sha256>>(key, text, signature),
            Method::HmacSha512 => holds::<Hmac<Sha512>>(key, text, signature),
            Method::RsaSha1 => by_rsa(RsaDigest::Sha1),
            Method::RsaSha256 => by_rsa(RsaDigest::Sha256),
            Method::Plaintext => {
                SecretString::new(key.to_owned()).ct_eq(&SecretString::new(signature.to_owned()))
            }
        }
    }

    /// How a wrong signature is wrong: each is said only where undoing the mistake gives the right one.
    fn hint(&self, secrets: (&str, &str), base_string: &str, signature: &str) -> &'static str {
        let key = key_of(secrets, decode::to_percent);
        let is = |key: &str, text: &str| self.is_signed(key, text, signature);
        if self.oauth1.method.needs_private_key() {
            return if is(&key, &base_string.replacen("http%3A", "https%3A", 1)) {
                "right but for an address that begins with https"
            } else {
                "not made with the private key that the Lab issued, or not of this request"
            };
        }
        if is(&key_of((secrets.0, ""), decode::to_percent), base_string) {
            "right but for the token’s secret, which is missing in its key"
        } else if is(&key_of(secrets, str::to_owned), base_string) {
            "right but for its key, whose secrets are not percent-encoded (RFC 5849 section 3.4.2)"
        } else if is(&key, &base_string.replacen("http%3A", "https%3A", 1)) {
            "right but for an address that begins with https"
        } else {
            "not made with these secrets, or not of this request"
        }
    }

    fn check_time(&self, walk: &mut Walk, parameters: &Parameters) -> Result<(), Problem> {
        if self.leaves_out(parameters, "oauth_timestamp") {
            return Ok(());
        }
        let timestamp = parameters.needed(walk, "oauth_timestamp")?;
        let Some(at) = timestamp.parse::<i64>().ok().filter(|at| *at > 0) else {
            return Err(walk.refuse("Timestamp", "no number of seconds", "timestamp_refused").into());
        };
        let away = self.memory.time().clock.abs_diff(at);
        if away > NEAR.unsigned_abs() {
            let detail = format!("{away} seconds from the service’s clock, and {NEAR} are allowed");
            return Err(walk.refuse("Timestamp", detail, "timestamp_refused").into());
        }
        walk.right("Timestamp", "near");
        Ok(())
    }

    /// No two requests of one app, token and time have the same (§3.3).
    fn check_nonce(&self, walk: &mut Walk, parameters: &Parameters) -> Result<(), Problem> {
        if self.leaves_out(parameters, "oauth_nonce") {
            return Ok(());
        }
        let nonce = parameters.needed(walk, "oauth_nonce")?;
        let value = |key| parameters.one(key).unwrap_or_default();
        let once = format!(
            "{} {} {} {nonce}",
            value("oauth_consumer_key"),
            value("oauth_token"),
            value("oauth_timestamp")
        );
        if !self.memory.is_first(&once) {
            let detail = "used before, and a nonce counts once";
            return Err(walk.refuse("Nonce", detail, "nonce_used").into());
        }
        walk.right("Nonce", "new");
        Ok(())
    }

    /// PLAINTEXT needs neither time nor nonce (§3.1).
    fn leaves_out(&self, parameters: &Parameters, key: &str) -> bool {
        self.oauth1.method == Method::Plaintext && parameters.one(key).is_none()
    }
}

/// What is wrong with a token, as the end of a line, and the word for it.
fn fault_of(given: Option<&Given>, check: &Check<'_>, wanted: Kind) -> Option<(&'static str, &'static str)> {
    let Some(given) = given else { return Some(("not one that the Lab gave", "token_rejected")) };
    let of_this_app = given.about.client_id == check.issuer.client_id(check.way);
    Some(match given {
        given if given.link_name != check.link_name => ("given to another connector", "token_rejected"),
        _ if !of_this_app => ("given to another app", "token_rejected"),
        Given { kind: Kind::Temporary, .. } if wanted == Kind::Signing => {
            ("a temporary one, which is traded for another first", "token_rejected")
        }
        Given { kind, .. } if *kind != wanted => ("another kind of token", "token_rejected"),
        Given { standing: Standing::Spent, .. } => {
            ("used before, and a temporary one counts once", "token_used")
        }
        Given { standing: Standing::Revoked, .. } => ("ended", "token_revoked"),
        given if given.ends_at <= check.memory.time().passed => ("its time is over", "token_expired"),
        _ => return None,
    })
}

impl Parameters {
    fn read(arrived: &Arrived) -> Self {
        let mut read = Self::default();
        let is_ours = |(key, _): &&(String, String)| key.starts_with("oauth_");
        for value in arrived.header("authorization") {
            let Some(rest) = behind_scheme(&value) else { continue };
            for (key, value) in quoted_pairs(rest) {
                if key.eq_ignore_ascii_case("realm") {
                    read.realm = Some(value);
                    continue;
                }
                let (key, value) = (decode::percent_bytes(&key), decode::percent_bytes(&value));
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                if key.starts_with(b"oauth_") {
                    read.pairs.push((text(&key), text(&value)));
                }
                read.in_header.push((key, value));
            }
        }
        if !read.pairs.is_empty() {
            read.places.push(Placement::Header);
        }
        let form = match &arrived.body {
            Body::Form(pairs) => pairs.as_slice(),
            _ => &[],
        };
        for (place, pairs) in [(Placement::Query, arrived.query.as_slice()), (Placement::Form, form)] {
            let before = read.pairs.len();
            read.pairs.extend(pairs.iter().filter(is_ours).cloned());
            if read.pairs.len() > before {
                read.places.push(place);
            }
        }
        read
    }

    fn one(&self, key: &str) -> Option<&str> {
        self.pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    fn needed(&self, walk: &mut Walk, key: &str) -> Result<&str, Refused> {
        match self.one(key).filter(|value| !value.is_empty()) {
            Some(value) => Ok(value),
            None => Err(walk.refuse(format!("Parameter `{key}`"), "missing", "parameter_absent")),
        }
    }
}

/// What stands behind the scheme `OAuth` of a header.
fn behind_scheme(header: &str) -> Option<&str> {
    let (scheme, rest) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("OAuth").then(|| rest.trim_start())
}

/// The pairs of a header (§3.5.1): a quoted string may hold commas, and what stands behind a backslash as it is.
fn quoted_pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut rest = text.trim();
    while let Some((key, after)) = rest.split_once('=') {
        let (mut value, mut end) = (String::new(), after.len());
        let (mut quoted, mut escaped) = (false, false);
        for (at, c) in after.char_indices() {
            match c {
                _ if escaped => {
                    value.push(c);
                    escaped = false;
                }
                '\\' if quoted => escaped = true,
                '"' => quoted = !quoted,
                ',' if !quoted => {
                    end = at;
                    break;
                }
                c => value.push(c),
            }
        }
        pairs.push((key.trim().to_owned(), value.trim().to_owned()));
        rest = after[end..].trim_start_matches([',', ' ', '\t']);
    }
    pairs
}

/// §3.4.1: method, address and every parameter but the signature, in one spelling and one order.
fn base_string(arrived: &Arrived, parameters: &Parameters) -> String {
    let mut pairs = decode::form_bytes(&arrived.spelled.query);
    if matches!(arrived.body, Body::Form(_)) {
        pairs.extend(decode::form_bytes(&String::from_utf8_lossy(&arrived.spelled.body)));
    }
    pairs.extend(parameters.in_header.iter().cloned());
    let mut encoded: Vec<_> = pairs
        .iter()
        .filter(|(key, _)| key != b"oauth_signature")
        .map(|(key, value)| (decode::bytes_to_percent(key), decode::bytes_to_percent(value)))
        .collect();
    encoded.sort();
    let encoded: Vec<_> = encoded.iter().map(|(key, value)| format!("{key}={value}")).collect();
    // The Lab speaks plain HTTP; the port of that is left out (§3.4.1.2).
    let host = arrived.header("host").first().map(|host| host.to_ascii_lowercase()).unwrap_or_default();
    let host = host.strip_suffix(":80").unwrap_or(&host);
    let path = if arrived.spelled.path.is_empty() { "/" } else { &arrived.spelled.path };
    let parts =
        [arrived.method.as_str().to_ascii_uppercase(), format!("http://{host}{path}"), encoded.join("&")];
    parts.map(|part| decode::to_percent(&part)).join("&")
}

/// §3.4.2: both secrets, the one of the token empty where there is none.
fn key_of((client, token): (&str, &str), write: impl Fn(&str) -> String) -> String {
    format!("{}&{}", write(client), write(token))
}

fn holds<M: Mac + hmac::digest::KeyInit>(key: &str, text: &str, signature: &str) -> bool {
    let Some(signature) = decode::base64(signature) else { return false };
    let Ok(mut mac) = <M as Mac>::new_from_slice(key.as_bytes()) else { return false };
    mac.update(text.as_bytes());
    mac.verify_slice(&signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::HeaderMap;

    fn arrived(method: &str, uri: &str, headers: &[(&'static str, &str)], body: &str) -> Arrived {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Arrived::read(method.parse().unwrap(), &uri.parse().unwrap(), map, body.as_bytes()).unwrap()
    }

    /// RFC 5849 §3.4.1.1; the path has two segments, since the Lab's addresses have.
    #[test]
    fn the_published_base_string_comes_out() {
        let header = "OAuth realm=\"Example, \\\"x\\\"\", oauth_consumer_key=\"9djdj82h48djs9d2\", \
             oauth_token=\"kkk9d7dh3k39sjv7\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131201\", \
             oauth_nonce=\"7d8f3e4a\", oauth_signature=\"djosJKDKJSD8743243%2Fjdk33klY%3D\"";
        let arrived = arrived(
            "POST",
            "/request/x?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
            &[
                ("authorization", header),
                ("host", "EXAMPLE.COM:80"),
                ("content-type", "application/x-www-form-urlencoded"),
            ],
            "c2&a3=2+q",
        );
        let parameters = Parameters::read(&arrived);
        assert_eq!(parameters.realm.as_deref(), Some("Example, \"x\""));
        assert_eq!(parameters.one("oauth_signature"), Some("djosJKDKJSD8743243/jdk33klY="));
        assert_eq!(
            base_string(&arrived, &parameters),
            "POST&http%3A%2F%2Fexample.com%2Frequest%2Fx&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540\
             %3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-\
             SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
        );
    }

    /// RFC 5849 §1.2: the last request of the example.
    #[test]
    fn the_published_signature_holds() {
        let text = "GET&http%3A%2F%2Fphotos.example.net%2Fphotos&file%3Dvacation.jpg%26oauth_consumer_key%3Ddpf43f3p2l4k3l03\
             %26oauth_nonce%3DchapoH%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131202%26oauth_token%3D\
             nnch734d00sl2jdk%26size%3Doriginal";
        let key = key_of(("kd94hf93k423kf44", "pfkkdhi9sl3r4s00"), decode::to_percent);
        assert!(holds::<Hmac<Sha1>>(&key, text, "MdpQcU8iPSUjWoN/UDMsK2sui9I="));
        assert!(!holds::<Hmac<Sha1>>(
            &key,
            &text.replace("original", "small"),
            "MdpQcU8iPSUjWoN/UDMsK2sui9I="
        ));
    }

    #[test]
    fn parameters_are_found_in_every_place() {
        let form = ("content-type", "application/x-www-form-urlencoded");
        for (uri, headers, body, places) in [
            ("/a/b", vec![("authorization", "oauth oauth_nonce=\"x\"")], "", vec![Placement::Header]),
            ("/a/b?oauth_nonce=x", vec![], "", vec![Placement::Query]),
            ("/a/b", vec![form], "oauth_nonce=x", vec![Placement::Form]),
            ("/a/b?oauth_nonce=x", vec![form], "oauth_nonce=x", vec![Placement::Query, Placement::Form]),
            ("/a/b?nonce=x", vec![("authorization", "Bearer x")], "", vec![]),
        ] {
            assert_eq!(
                Parameters::read(&arrived("POST", uri, &headers, body)).places,
                places,
                "{uri} {body}"
            );
        }
    }
}
