//! Checking a credential, step by step, with code of the Lab's own.
//!
//! Each authentication type has a function that walks through a request as a service would and writes down what it
//! looked at ([`Step`]). The first step that fails tells a person why; values are never quoted. What was found is
//! handed on by place, so that the log can mask it. A new type is a module here and an arm in [`examine`].

mod api_key;
mod auth_fields;
mod authorization;
mod oauth1;
mod sigv4;
mod token;
mod value;

pub(crate) use value::compare;

use crate::{
    arrived::Arrived,
    aws,
    desk::Time,
    issue::Issuer,
    key::SigningKey,
    oauth1::signed::Problem,
    play::{Asked, Authentication, Play, Way},
    state::Given,
};
use secret::SecretString;
use serde::{Deserialize, Serialize};

/// What the Lab found out about the credential of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// What people call the authentication type.
    pub authentication: String,
    /// Which way it is, where the connector has several.
    pub way: Option<String>,
    /// What it comes to.
    pub verdict: Verdict,
    /// What was looked at, in order.
    pub steps: Vec<Step>,
}

/// One thing that was looked at. `what: detail` reads as a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// What, such as ``Header `X-Api-Key` ``.
    pub what: String,
    /// Whether it is as it should be.
    pub ok: bool,
    /// How it is, such as `right` or `came 2 times, and a service takes one`.
    pub detail: String,
}

/// What a credential comes to; a later one outweighs an earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is the one that the Lab issued.
    Right,
    /// It, or a part of it, is not there.
    Missing,
    /// It is there but not written as the connector says.
    Malformed,
    /// It is written as it should be, and another than the Lab issued.
    Wrong,
}

impl Checked {
    /// Whether the service accepts it.
    pub fn is_right(&self) -> bool {
        self.verdict == Verdict::Right
    }

    /// The first step that failed, as a line.
    pub fn why(&self) -> Option<String> {
        self.steps.iter().find(|step| !step.ok).map(|step| format!("{}: {}", step.what, step.detail))
    }
}

/// A check with what it came upon.
#[derive(Debug)]
pub(crate) struct Examined<'a> {
    /// The way that was taken; `None` where the play has none.
    pub way: Option<&'a Way>,
    pub checked: Checked,
    pub found: Vec<Found>,
    /// What is known of the token that came, where one is expected.
    pub held: Option<Held>,
    /// What a service of this type says of a refusal in words of its own.
    pub said: Option<Said>,
}

/// What a service says of a refusal in words of its own.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    /// OAuth Problem Reporting.
    OAuth1(Problem),
    /// As AWS says it.
    Aws(Box<aws::Refusal>),
}

/// What a check asks of the Lab around it: what it remembers, and the time. What cannot be read counts as unknown; the next
/// request tells why.
pub(crate) trait Memory {
    /// What is known of a bearer token.
    fn look(&self, token: &str) -> Held;
    /// What was given out as `value`.
    fn given(&self, value: &str) -> Option<Given>;
    /// Remembers a nonce; whether it is new.
    fn is_first(&self, nonce: &str) -> bool;
    /// The key that the Lab issued to apps.
    fn app_key(&self, algorithm: &str) -> Option<SigningKey>;
    /// What time it is.
    fn time(&self) -> Time;
}

/// What is known of a token that a call carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// It holds.
    Good(Holder),
    /// The Lab did not give it.
    Unknown,
    /// It was given to another connector.
    OfAnother,
    /// Its time is over.
    Over,
    /// It was ended.
    Revoked,
    /// It is a refresh token.
    Refresh,
}

/// Whose token it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Holder {
    /// Nobody where the app acts for itself.
    pub person: Option<String>,
    pub scopes: Vec<String>,
    pub is_id_token: bool,
}

/// A value of a credential, right or wrong, and where it stood.
#[derive(Debug)]
pub(crate) struct Found {
    pub place: Place,
    /// What stands before it and may be shown, such as `Bearer `.
    pub prefix: String,
    /// Whether it may not be shown.
    pub secret: bool,
    pub value: SecretString,
}

/// Where a value stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the header of this name, in lower case.
    Header(String),
    /// In the query, under this key.
    Query(String),
    /// In this segment of the path; the text is the segment with the value masked.
    Path(usize, String),
    /// In the body.
    Body,
}

/// Checks a request in every way that the service accepts and tells of the one that it came closest to.
pub(crate) fn examine_all<'a>(
    play: &'a Play,
    arrived: &Arrived,
    issuer: &Issuer,
    memory: &dyn Memory,
) -> Examined<'a> {
    let mut open = None;
    let mut best: Option<Examined<'a>> = None;
    for way in &play.ways {
        let examined = examine(play, way, arrived, (issuer, memory));
        if way.authentication == Authentication::None {
            open = Some(examined);
        } else if examined.checked.is_right() {
            return examined;
        } else if best.as_ref().is_none_or(|best| best.checked.verdict < examined.checked.verdict) {
            best = Some(examined);
        }
    }
    // A service that anyone may call still refuses a credential that is wrong.
    match (best, open) {
        (Some(best), Some(open)) if best.checked.verdict == Verdict::Missing => open,
        (Some(best), _) => best,
        (None, Some(open)) => open,
        (None, None) => Findings::default().finish(None),
    }
}

fn examine<'a>(
    play: &'a Play,
    way: &'a Way,
    arrived: &Arrived,
    (issuer, memory): (&Issuer, &dyn Memory),
) -> Examined<'a> {
    let mut findings = Findings::default();
    match &way.authentication {
        Authentication::None => findings.right("Credential", "none asked for"),
        Authentication::Basic { username, password } => {
            let expected = (issuer.value(way, username), issuer.value(way, password));
            authorization::check_basic(
                &mut findings,
                arrived,
                (username, &expected.0),
                (password, &expected.1),
            );
        }
        Authentication::Bearer { prefix, token } => {
            authorization::check_bearer(&mut findings, arrived, prefix, token, &issuer.value(way, token));
        }
        Authentication::ApiKey { parameters } => {
            for parameter in parameters {
                let expected = issuer.value(way, &parameter.asked);
                api_key::check(&mut findings, arrived, (play, way), parameter, &expected);
            }
        }
        Authentication::AuthFields { fields } => {
            let expected: Vec<_> = fields.iter().map(|field| (field, issuer.field(way, field))).collect();
            auth_fields::check(&mut findings, arrived, &expected);
        }
        Authentication::OAuth2(oauth2) | Authentication::OpenIdConnect(oauth2) => {
            token::check(&mut findings, arrived, oauth2, memory);
        }
        Authentication::OAuth1(oauth1) => {
            oauth1::check(&mut findings, arrived, (play, way, oauth1), (issuer, memory));
        }
        Authentication::AwsSigV4 { service, region } => {
            let expected = sigv4::Expected { service, region };
            sigv4::check(&mut findings, arrived, (way, expected), (issuer, memory));
        }
    }
    findings.finish(Some(way))
}

/// What a check writes down.
#[derive(Debug, Default)]
struct Findings {
    steps: Vec<Step>,
    verdict: Option<Verdict>,
    found: Vec<Found>,
    held: Option<Held>,
    said: Option<Said>,
}

impl Findings {
    fn right(&mut self, what: impl Into<String>, detail: impl Into<String>) {
        self.steps.push(Step { what: what.into(), ok: true, detail: detail.into() });
    }

    fn fault(&mut self, verdict: Verdict, what: impl Into<String>, detail: impl Into<String>) {
        self.verdict = self.verdict.max(Some(verdict));
        self.steps.push(Step { what: what.into(), ok: false, detail: detail.into() });
    }

    /// Nothing stands where a value should.
    fn left_out(
        &mut self,
        what: impl Into<String>,
        asked: &Asked,
        expected: &SecretString,
        arrived: &Arrived,
    ) {
        if asked.optional {
            self.right(what, "left out, as the connector allows");
            return;
        }
        let detail = match value::elsewhere(arrived, expected) {
            Some(place) => format!("missing; the right value stands in {place}"),
            None => "missing".into(),
        };
        self.fault(Verdict::Missing, what, detail);
    }

    /// A value stands more than once where it should stand once.
    fn repeated(&mut self, what: impl Into<String>, times: usize) {
        self.fault(Verdict::Malformed, what, format!("came {times} times, and a service takes one"));
    }

    /// The value that stands where it should, without its prefix.
    fn value(&mut self, what: impl Into<String>, asked: &Asked, expected: &SecretString, arrived: &str) {
        match value::compare(asked, expected, arrived) {
            Ok(detail) => self.right(what, detail),
            Err(detail) => self.fault(Verdict::Wrong, what, detail),
        }
    }

    fn found(&mut self, place: Place, prefix: &str, secret: bool, value: &str) {
        let value = SecretString::new(value.into());
        self.found.push(Found { place, prefix: prefix.into(), secret, value });
    }

    fn finish(self, way: Option<&Way>) -> Examined<'_> {
        let checked = Checked {
            authentication: way.map_or("None", |way| way.authentication.shown_name()).into(),
            way: way.and_then(|way| way.name.clone()),
            verdict: self.verdict.unwrap_or(Verdict::Right),
            steps: self.steps,
        };
        Examined { way, checked, found: self.found, held: self.held, said: self.said }
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::Nothing;
