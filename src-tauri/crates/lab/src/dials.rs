//! Behaviours as a table: what a person can make the Lab do, for one connector or for all, effective with the next request.
//!
//! A dial is a line here: id, words, kind, default. What differs from its default stands in `lab.db`, so that every
//! process sees it at once; there is no control over HTTP. A dial that counts (*the next 3 calls*) turns itself back.
//! To add one: a `static` and its place in [`DIALS`], and the line that reads it where a request is answered.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// One behaviour.
#[derive(Debug)]
pub struct Dial {
    /// Its name in commands.
    pub id: &'static str,
    /// Where it stands among the others.
    pub group: Group,
    /// What people call it.
    pub name: &'static str,
    /// What it does.
    pub help: &'static str,
    /// What it can be set to.
    pub kind: Kind,
    default: Default,
}

/// Where a dial stands among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// What happens on the sign-in pages and on the way back.
    SignIn,
    /// What tokens are like.
    Tokens,
    /// Faults.
    Trouble,
}

/// What a dial can be set to.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// On or off.
    Switch,
    /// A whole number.
    Number {
        /// The least.
        least: i64,
        /// The greatest.
        most: i64,
        /// What is counted.
        unit: Unit,
    },
    /// One of these: value and words.
    Choice(&'static [(&'static str, &'static str)]),
    /// The e-mail of a pretend person; empty for nobody.
    Person,
}

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// Thousandths of a second.
    Milliseconds,
    /// Requests, counted down with each.
    Requests,
    /// One request in so many.
    OneIn,
}

#[derive(Clone, Copy, Debug)]
enum Default {
    Switch(bool),
    Number(i64),
    Text(&'static str),
}

/// Why a value is not set.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DialError {
    /// There is no such dial.
    #[error("the Lab has no behaviour `{0}`")]
    Unknown(String),
    /// The value is not one that it can have.
    #[error("`{id}` is {expected}")]
    Value {
        /// The dial.
        id: &'static str,
        /// What it can be.
        expected: String,
    },
}

const fn switch(
    id: &'static str,
    group: Group,
    name: &'static str,
    help: &'static str,
    default: bool,
) -> Dial {
    Dial { id, group, name, help, kind: Kind::Switch, default: Default::Switch(default) }
}

const fn number(
    id: &'static str,
    group: Group,
    (name, help): (&'static str, &'static str),
    (least, most, unit): (i64, i64, Unit),
    default: i64,
) -> Dial {
    Dial {
        id,
        group,
        name,
        help,
        kind: Kind::Number { least, most, unit },
        default: Default::Number(default),
    }
}

const fn choice(
    id: &'static str,
    group: Group,
    (name, help): (&'static str, &'static str),
    options: &'static [(&'static str, &'static str)],
) -> Dial {
    Dial { id, group, name, help, kind: Kind::Choice(options), default: Default::Text(options[0].0) }
}

/// The value of a choice that follows the connector.
pub(crate) const AS_CONNECTOR: &str = "as_connector";

pub(crate) static CONSENT: Dial =
    switch("consent", Group::SignIn, "Ask for consent", "Shows the agreement page", true);
pub(crate) static PERSON: Dial = Dial {
    id: "person",
    group: Group::SignIn,
    name: "Sign in by itself",
    help: "This person is signed in without a page to choose on",
    kind: Kind::Person,
    default: Default::Text(""),
};
pub(crate) static DENY: Dial = switch("deny", Group::SignIn, "Deny access", "The person says no", false);
pub(crate) static FEWER_PERMISSIONS: Dial = switch(
    "fewer_permissions",
    Group::SignIn,
    "Give fewer permissions than asked",
    "Leaves out the last one",
    false,
);
pub(crate) static REDIRECT: Dial = choice(
    "redirect",
    Group::SignIn,
    ("Redirect address", "Where the browser is sent back to"),
    &[
        ("as_asked", "The one that was asked for"),
        ("not_registered", "Refused: it is not registered"),
        ("elsewhere", "Another address"),
    ],
);
pub(crate) static STATE: Dial = choice(
    "state",
    Group::SignIn,
    ("State value", "What ties the answer to the sign-in"),
    &[("returned", "As it was sent"), ("changed", "Changed"), ("left_out", "Left out")],
);
pub(crate) static PKCE: Dial = choice(
    "pkce",
    Group::SignIn,
    ("Proof key (PKCE)", "Whether a sign-in must prove who began it"),
    &[
        (AS_CONNECTOR, "As the connector says"),
        ("required", "Required, S256"),
        ("ignored", "Not known to the service"),
    ],
);
pub(crate) static CALLBACK: Dial = choice(
    "callback",
    Group::SignIn,
    ("Callback address (OAuth 1.0a)", "Whether the service says that it heard it"),
    &[("confirmed", "Confirmed"), ("left_out", "Not confirmed, as before OAuth 1.0a")],
);
pub(crate) static TOKEN_LIFETIME: Dial = number(
    "token_lifetime",
    Group::Tokens,
    ("Token lifetime", "How long before a refresh is needed"),
    (1, 30 * 86_400, Unit::Seconds),
    3600,
);
pub(crate) static REFRESH_TOKEN: Dial = choice(
    "refresh_token",
    Group::Tokens,
    ("Refresh token", "What a refresh gives besides a new access token"),
    &[
        ("new_each_time", "A new one each time; the old one stops working"),
        ("same", "None: the old one goes on working"),
        ("none", "None is given at all"),
    ],
);
pub(crate) static REFUSE_REFRESH: Dial = switch(
    "refuse_refresh",
    Group::Tokens,
    "Refuse every refresh",
    "As if the person had taken the permission back",
    false,
);
pub(crate) static TOKEN_REPLY: Dial = choice(
    "token_reply",
    Group::Tokens,
    ("Token reply", "How the tokens are written"),
    &[
        (AS_CONNECTOR, "As the connector says"),
        ("form", "As a form"),
        ("text", "As JSON that is called plain text"),
        ("nested", "Inside another object"),
        ("odd_types", "With numbers as text and lists"),
        ("error_in_200", "An error under status 200"),
        ("html", "A page in the place of tokens"),
    ],
);
pub(crate) static CLIENT_AUTHENTICATION: Dial = choice(
    "client_authentication",
    Group::Tokens,
    ("Client authentication", "Where the service takes client ID and secret"),
    &[
        (AS_CONNECTOR, "As the connector says"),
        ("basic_only", "In the header only"),
        ("body_only", "In the body only"),
    ],
);
pub(crate) static EXPIRED: Dial = choice(
    "expired",
    Group::Tokens,
    ("A token that has expired", "How a call with it is refused"),
    &[
        (AS_CONNECTOR, "As the connector says"),
        ("401", "With 401"),
        ("403", "With 403"),
        ("404", "With 404"),
        ("200", "With 200 and an error inside"),
    ],
);
pub(crate) static SIGNATURE: Dial = choice(
    "signature",
    Group::Tokens,
    ("Signature of id_tokens", "Which algorithm signs them"),
    &[("RS256", "RS256"), ("ES256", "ES256")],
);
pub(crate) static CLOCK_DIFFERENCE: Dial = number(
    "clock_difference",
    Group::Tokens,
    ("Clock difference", "The service’s clock runs ahead or behind"),
    (-86_400, 86_400, Unit::Seconds),
    0,
);
pub(crate) static SLOW: Dial = number(
    "slow",
    Group::Trouble,
    ("Slow answers", "Adds this delay to every call"),
    (0, 120_000, Unit::Milliseconds),
    0,
);
pub(crate) static TROUBLE_AT: Dial = choice(
    "trouble_at",
    Group::Trouble,
    ("Trouble happens at", "Which requests the behaviours below touch"),
    &[("all", "Every request but the pages"), ("token", "Token requests"), ("api", "Calls")],
);
pub(crate) static FAIL_ONE_IN: Dial = number(
    "fail_one_in",
    Group::Trouble,
    ("Fail some calls with 500", "About one in so many; 0 fails none"),
    (0, 100, Unit::OneIn),
    0,
);
pub(crate) static FAIL_NEXT: Dial = number(
    "fail_next",
    Group::Trouble,
    ("Fail the next calls with 500", "Counts down by itself"),
    (0, 100, Unit::Requests),
    0,
);
pub(crate) static LIMIT_NEXT: Dial = number(
    "limit_next",
    Group::Trouble,
    ("Answer the next calls with 429", "Too many requests; counts down by itself"),
    (0, 100, Unit::Requests),
    0,
);
pub(crate) static RETRY_AFTER: Dial = number(
    "retry_after",
    Group::Trouble,
    ("Retry after", "What a 429 says about when to try again"),
    (0, 3600, Unit::Seconds),
    2,
);
pub(crate) static DROP_NEXT: Dial = number(
    "drop_next",
    Group::Trouble,
    ("Drop the next connections", "Without an answer; counts down by itself"),
    (0, 100, Unit::Requests),
    0,
);
pub(crate) static PAGE_NEXT: Dial = number(
    "page_next",
    Group::Trouble,
    ("Answer the next calls with an error page", "HTML in the place of data; counts down by itself"),
    (0, 100, Unit::Requests),
    0,
);

/// Every dial, in the order in which they are shown.
pub static DIALS: [&Dial; 24] = [
    &CONSENT,
    &PERSON,
    &DENY,
    &FEWER_PERMISSIONS,
    &REDIRECT,
    &STATE,
    &PKCE,
    &CALLBACK,
    &TOKEN_LIFETIME,
    &REFRESH_TOKEN,
    &REFUSE_REFRESH,
    &TOKEN_REPLY,
    &CLIENT_AUTHENTICATION,
    &EXPIRED,
    &SIGNATURE,
    &CLOCK_DIFFERENCE,
    &SLOW,
    &TROUBLE_AT,
    &FAIL_ONE_IN,
    &FAIL_NEXT,
    &LIMIT_NEXT,
    &RETRY_AFTER,
    &DROP_NEXT,
    &PAGE_NEXT,
];

impl Dial {
    /// The dial of this id.
    /// # Errors
    /// [`DialError::Unknown`].
    pub fn find(id: &str) -> Result<&'static Self, DialError> {
        let found = DIALS.iter().find(|dial| dial.id == id);
        found.copied().ok_or_else(|| DialError::Unknown(id.chars().take(50).collect()))
    }

    /// What it is set to where nobody set it.
    pub fn default(&self) -> Value {
        match self.default {
            Default::Switch(on) => json!(on),
            Default::Number(number) => json!(number),
            Default::Text(text) => json!(text),
        }
    }

    /// The value that a person wrote: `true`, `300`, `form`.
    /// # Errors
    /// [`DialError::Value`].
    pub fn parse(&self, text: &str) -> Result<Value, DialError> {
        let text = text.trim();
        let value = match self.kind {
            Kind::Switch => match text {
                "true" | "on" | "yes" => json!(true),
                "false" | "off" | "no" => json!(false),
                _ => Value::Null,
            },
            Kind::Number { .. } => text.parse::<i64>().map_or(Value::Null, Value::from),
            Kind::Choice(_) | Kind::Person => json!(text),
        };
        self.check(&value).map(|()| value)
    }

    /// Whether it can be set to `value`.
    /// # Errors
    /// [`DialError::Value`].
    pub fn check(&self, value: &Value) -> Result<(), DialError> {
        let (fits, expected) = match self.kind {
            Kind::Switch => (value.is_boolean(), "true or false".to_owned()),
            Kind::Number { least, most, .. } => (
                value.as_i64().is_some_and(|number| (least..=most).contains(&number)),
                format!("a number from {least} to {most}"),
            ),
            Kind::Choice(options) => {
                let values: Vec<_> = options.iter().map(|(value, _)| *value).collect();
                let chosen = value.as_str().is_some_and(|value| values.contains(&value));
                (chosen, format!("one of {}", values.join(", ")))
            }
            Kind::Person => (value.is_string(), "the e-mail of a pretend person".to_owned()),
        };
        if fits { Ok(()) } else { Err(DialError::Value { id: self.id, expected }) }
    }
}

/// What a dial is set to.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The dial.
    pub dial: &'static Dial,
    /// What it is set to.
    pub value: Value,
    /// Whether it was set for this very connector, or for all where all were asked for.
    pub own: bool,
}

/// How the Lab behaves towards one connector.
#[derive(Clone, Debug, std::default::Default)]
pub(crate) struct Behaviour(BTreeMap<String, Value>);

impl Behaviour {
    /// What was set for all, and over it what was set for one.
    pub fn of(all: BTreeMap<String, Value>, own: BTreeMap<String, Value>) -> Self {
        let mut set = all;
        set.extend(own);
        Self(set)
    }

    pub fn value(&self, dial: &Dial) -> Value {
        // A value that another version wrote counts for nothing where it does not fit.
        let set = self.0.get(dial.id).filter(|value| dial.check(value).is_ok());
        set.cloned().unwrap_or_else(|| dial.default())
    }

    pub fn is_on(&self, dial: &Dial) -> bool {
        self.value(dial) == json!(true)
    }

    pub fn number(&self, dial: &Dial) -> i64 {
        self.value(dial).as_i64().unwrap_or_default()
    }

    pub fn text(&self, dial: &Dial) -> String {
        self.value(dial).as_str().unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dial_has_a_name_of_its_own_and_a_default_that_fits() {
        let ids: std::collections::BTreeSet<_> = DIALS.iter().map(|dial| dial.id).collect();
        assert_eq!(ids.len(), DIALS.len());
        for dial in DIALS {
            assert_eq!(dial.check(&dial.default()), Ok(()), "{}", dial.id);
            assert!(dial.name.starts_with(char::is_uppercase) && !dial.name.ends_with('.'), "{}", dial.id);
        }
    }

    #[test]
    fn a_value_is_read_as_a_person_writes_it() {
        for (id, text, value) in [
            ("deny", "on", json!(true)),
            ("deny", "false", json!(false)),
            ("slow", " 400 ", json!(400)),
            ("clock_difference", "-90", json!(-90)),
            ("token_reply", "form", json!("form")),
            ("person", "ada@lab.test", json!("ada@lab.test")),
        ] {
            assert_eq!(Dial::find(id).unwrap().parse(text), Ok(value), "{id}={text}");
        }
        for (id, text, said) in [
            ("deny", "maybe", "`deny` is true or false"),
            ("slow", "-1", "`slow` is a number from 0 to 120000"),
            ("state", "x", "`state` is one of returned, changed, left_out"),
        ] {
            assert_eq!(Dial::find(id).unwrap().parse(text).unwrap_err().to_string(), said);
        }
        assert!(Dial::find("nothing").is_err());
    }

    #[test]
    fn what_is_set_for_one_connector_outweighs_what_is_set_for_all() {
        let set = |number: i64| BTreeMap::from([("slow".to_owned(), json!(number))]);
        assert_eq!(Behaviour::of(set(5), set(7)).number(&SLOW), 7);
        assert_eq!(Behaviour::of(set(5), BTreeMap::new()).number(&SLOW), 5);
        assert_eq!(Behaviour::of(set(-5), BTreeMap::new()).number(&SLOW), 0, "what does not fit is no value");
    }
}
