//! Where a request to an endpoint of a service is answered: what is known about the service, and the time.

use crate::{
    LabError,
    address::Base,
    answer::{Answer, Outcome},
    arrived::Arrived,
    check::{Held, Memory},
    decode,
    dials::Behaviour,
    issue::{Issuer, letters_of},
    key::SigningKey,
    oauth,
    play::{Play, Way},
    ports::LabPorts,
    state::{About, Given, Kind, Standing, State},
    walk::Walk,
};

/// How long a nonce is remembered, in seconds: for as long as a request with it could pass as new, whatever the dial of the
/// clock says.
const NONCE_LIFE: i64 = 3 * 86_400;

/// What an answer is made from.
pub(crate) struct Desk<'a> {
    pub state: &'a State,
    pub ports: &'a LabPorts,
    pub base: &'a Base,
    pub play: &'a Play,
    pub issuer: &'a Issuer,
    pub behaviour: &'a Behaviour,
    pub arrived: &'a Arrived,
    pub time: Time,
}

/// The two times of the Lab, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    /// By the service's clock: what `Date` and signed tokens say. It differs from this machine's by a dial alone.
    pub clock: i64,
    /// As it passes for what was given out: ahead by what a person let pass.
    pub passed: i64,
}

impl Desk<'_> {
    /// The address of this very request, without its query.
    pub fn here(&self) -> String {
        let target = &self.arrived.target;
        let segments = target.segments.iter().map(|segment| format!("/{}", decode::to_percent(segment)));
        format!("/{}/{}{}", target.link_name, target.host, segments.collect::<String>())
    }

    /// 32 letters and digits that nobody guesses, after a beginning that says what they are.
    pub fn make_value(&self, begin: &str) -> String {
        let mut bytes = [0; 32];
        self.ports.entropy.fill(&mut bytes);
        format!("{begin}{}", letters_of(&bytes))
    }

    /// Keeps what is given out as `value`: what came of one agreement under its family, for `life` seconds.
    pub fn keep(
        &self,
        value: &str,
        kind: Kind,
        (family, life): (&str, i64),
        about: &About,
    ) -> Result<(), LabError> {
        self.state.keep_given(value, None, &self.given_out(kind, (family, life), about)).map(drop)
    }

    fn given_out(&self, kind: Kind, (family, life): (&str, i64), about: &About) -> Given {
        Given {
            kind,
            link_name: self.play.link_name.clone(),
            family: family.to_owned(),
            standing: Standing::Good,
            made_at: self.time.passed,
            ends_at: self.time.passed + life,
            about: about.clone(),
        }
    }
}

impl Memory for Desk<'_> {
    fn look(&self, token: &str) -> Held {
        oauth::look(self.state, (&self.play.link_name, self.time), token).unwrap_or(Held::Unknown)
    }

    fn given(&self, value: &str) -> Option<Given> {
        self.state.find_given(value).unwrap_or_default()
    }

    fn is_first(&self, nonce: &str) -> bool {
        let once = self.given_out(Kind::Nonce, ("", NONCE_LIFE), &About::default());
        self.state.keep_given(&format!("nonce {} {nonce}", self.play.link_name), None, &once).unwrap_or(false)
    }

    fn app_key(&self, algorithm: &str) -> Option<SigningKey> {
        self.state.client_key(algorithm, self.ports.entropy.as_ref()).ok()
    }

    fn time(&self) -> Time {
        self.time
    }
}

/// How a checked request is shown in the log.
pub(crate) fn log_as(way: &Way, walk: Walk, outcome: Outcome, answer: Answer) -> Answer {
    let (checked, found) = walk.finish(way);
    Answer { outcome, checked: Some(checked), found, ..answer }
}
