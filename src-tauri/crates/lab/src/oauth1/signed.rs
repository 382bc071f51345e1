//! A signed request, taken apart and checked (RFC 5849 §3).
//!
//! The parameters are read from wherever they stand, the base string is put together again from the request as it was
//! spelled, and the signature is made anew. The nonce is looked at last, so that nobody can use one up without a key.

use super::parameters::{Parameters, base_string, behind_scheme};
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
}
