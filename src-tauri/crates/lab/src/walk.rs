//! Walking through a request: what was looked at, what was found, and the step that refused it.

use crate::{
    arrived::{Arrived, Body, values_of},
    check::{Checked, Found, Place, Step, Verdict},
    play::Way,
};
use hyper::StatusCode;
use secret::SecretString;
use serde_json::Value;

/// The steps of a check, as they are taken.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    steps: Vec<Step>,
    found: Vec<Found>,
}

/// Why a request is refused, in the words of its standard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// RFC 6749 §4.1.2.1, §5.2, RFC 8628 §3.5; for OAuth 1.0a that of its problem reporting.
    pub code: &'static str,
    pub status: StatusCode,
    pub description: String,
}

/// The parameters of a request.
#[derive(Debug)]
pub(crate) struct Params(Vec<(String, String)>);

/// Parameters whose values are shown to nobody.
const SECRET: [&str; 12] = [
    "state",
    "nonce",
    "code",
    "code_verifier",
    "client_secret",
    "client_assertion",
    "password",
    "refresh_token",
    "device_code",
    "access_token",
    "id_token_hint",
    "token",
];

impl Walk {
    /// A step that is as it should be.
    pub fn right(&mut self, what: impl Into<String>, detail: impl Into<String>) {
        self.steps.push(Step { what: what.into(), ok: true, detail: detail.into() });
    }

    /// The step that refuses the request.
    pub fn refuse(
        &mut self,
        what: impl Into<String>,
        detail: impl Into<String>,
        code: &'static str,
    ) -> Refused {
        let (what, detail) = (what.into(), detail.into());
        let description = format!("{what}: {detail}.");
        self.steps.push(Step { what, ok: false, detail });
        let status = match code {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        Refused { code, status, description }
    }

    /// The steps so far, and what was found.
    pub fn into_parts(self) -> (Vec<Step>, Vec<Found>) {
        (self.steps, self.found)
    }

    /// A secret that stood in the request.
    pub fn found(&mut self, place: Place, prefix: &str, value: &str) {
        let value = SecretString::new(value.to_owned());
        self.found.push(Found { place, prefix: prefix.to_owned(), secret: true, value });
    }

    /// The parameters of the body, or of the query where `in_query`; their secrets are found.
    pub fn params(&mut self, arrived: &Arrived, in_query: bool, in_json: bool) -> Result<Params, Refused> {
        let pairs = match (&arrived.body, in_query, in_json) {
            (_, true, _) => arrived.query.clone(),
            (Body::Form(pairs), false, false) => pairs.clone(),
            (Body::Json { value: Value::Object(members), repeated }, false, true) => {
                if let Some(name) = repeated.first() {
                    return Err(self.refuse(
                        "Parameters",
                        format!("`{name}` comes twice"),
                        "invalid_request",
                    ));
                }
                let text = |value: &Value| match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                members.iter().map(|(name, value)| (name.clone(), text(value))).collect()
            }
            (body, false, _) => {
                let expected = if in_json { "a JSON object" } else { "a form" };
                let detail = format!("it is {}, and this service wants {expected}", body.described());
                return Err(self.refuse("Body", detail, "invalid_request"));
            }
        };
        for (key, value) in pairs.iter().filter(|(key, _)| SECRET.contains(&key.as_str())) {
            let place = if in_query { Place::Query(key.clone()) } else { Place::Body };
            self.found(place, "", value);
        }
        // What a browser posts beside the address of the sign-in stands in the query as well.
        for (key, value) in arrived.query.iter().filter(|(key, _)| SECRET.contains(&key.as_str())) {
            self.found(Place::Query(key.clone()), "", value);
        }
        Ok(Params(pairs))
    }

    pub fn finish(self, way: &Way) -> (Checked, Vec<Found>) {
        let verdict = match self.steps.iter().all(|step| step.ok) {
            true => Verdict::Right,
            false => Verdict::Wrong,
        };
        let authentication = way.authentication.shown_name().into();
        (Checked { authentication, way: way.name.clone(), verdict, steps: self.steps }, self.found)
    }
}

impl Params {
    /// The one value of a parameter; an empty one counts as none (RFC 6749 §3.1, §3.2).
    pub fn one(&self, walk: &mut Walk, key: &str) -> Result<Option<&str>, Refused> {
        match values_of(&self.0, key)[..] {
            [] => Ok(None),
            [value] => Ok(Some(value).filter(|value| !value.is_empty())),
            _ => Err(walk.refuse("Parameters", format!("`{key}` comes more than once"), "invalid_request")),
        }
    }

    /// The same for one that must be there.
    pub fn needed(&self, walk: &mut Walk, key: &str) -> Result<&str, Refused> {
        match self.one(walk, key)? {
            Some(value) => Ok(value),
            None => Err(walk.refuse(format!("Parameter `{key}`"), "missing", "invalid_request")),
        }
    }

    /// Every value of a parameter.
    pub fn all(&self, key: &str) -> Vec<&str> {
        values_of(&self.0, key)
    }
}
