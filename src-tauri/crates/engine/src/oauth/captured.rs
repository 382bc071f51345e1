//! Captures: what a service tells besides its tokens, such as the host of an account, and what calls then need.
//!
//! A connector says where such a value stands: in the token reply, in the redirect, in the reply about the person. It is
//! sealed beside the tokens that it came with, and laid over the settings where these are opened, so that base address,
//! headers and query take it like any other placeholder. A refresh that tells it anew replaces it.
//!
//! **Never**: takes a value that holds one of the tokens; lets a host get a credential because the service named it. A
//! person agrees to that host first, as to any other.

use crate::{credential::TokenSet, witness::looks_like_a_token};
use domain::{
    connector::{Capture, CaptureFrom, CaptureUse, Connector, MAX_SETTING},
    origin::{AgreedOrigins, Origin},
    sign_in::{Endpoint, SignInFailure},
    template::Part,
};
use protocol::message::Url;
use secret::SecretString;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What a service told, by the key of its placeholder.
#[derive(Clone, Debug, Default)]
pub struct Captured(BTreeMap<String, Told>);

#[derive(Clone, Debug)]
struct Told {
    value: SecretString,
    /// Whether it may be shown.
    open: bool,
}

impl Captured {
    /// What stands at the places of `captures` that are of this kind; `read` finds a value by its pointer.
    pub fn take(captures: &[Capture], from: CaptureFrom, read: impl Fn(&str) -> Option<String>) -> Self {
        let wanted = captures.iter().filter(|capture| capture.from == from);
        Self(
            wanted
                .filter_map(|capture| {
                    let value = fit(capture.usage, &read(&capture.pointer)?)?;
                    let open = capture.usage == CaptureUse::Host || !looks_like_a_token(&value);
                    Some((capture.key.clone(), Told { value: SecretString::new(value), open }))
                })
                .collect(),
        )
    }

    /// The same, what is told anew in place of what was told before.
    pub fn replaced_by(&self, newer: Self) -> Self {
        Self(self.0.clone().into_iter().chain(newer.0).collect())
    }

    /// The same without what holds one of `tokens`: a token goes where tokens go, and nowhere else.
    pub fn without(mut self, tokens: &TokenSet) -> Self {
        let holds = |told: &Told| {
            // EXPOSE: looked through for tokens; nothing of it is kept
            let text = told.value.expose();
            // EXPOSE: looked for in what was told; nothing of it is kept
            tokens.given().any(|token| !token.is_empty() && text.contains(token.expose().as_str()))
        };
        self.0.retain(|_, told| !holds(told));
        self
    }

    /// Lays it over the settings that addresses and headers are filled with.
    pub fn fill(&self, settings: &mut BTreeMap<String, String>) {
        // EXPOSE: a placeholder is filled; what may not be shown is masked by its value wherever it stands
        settings.extend(self.0.iter().map(|(key, told)| (key.clone(), told.value.expose().clone())));
    }

    /// What may not be shown, to be masked wherever it turns up.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        self.0.values().filter(|told| !told.open).map(|told| &told.value)
    }

    /// Every key, with its value where that may be shown.
    pub fn shown(&self) -> Vec<(String, Option<String>)> {
        let value = |told: &Told| {
            // EXPOSE: what a service tells about an account and what is no secret is shown to its person
            told.open.then(|| told.value.expose().clone())
        };
        self.0.iter().map(|(key, told)| (key.clone(), value(told))).collect()
    }

    /// As it is sealed, with the tokens.
    pub fn to_value(&self) -> Value {
        let member = |(key, told): (&String, &Told)| {
            // EXPOSE: the value goes to the vault to be sealed
            (key.clone(), json!({ "value": told.value.expose().as_str(), "open": told.open }))
        };
        Value::Object(self.0.iter().map(member).collect())
    }

    /// Reads what [`Captured::to_value`] wrote.
    pub fn parse(value: &Value) -> Self {
        let members = value.as_object().into_iter().flat_map(Map::iter);
        let told = |(key, told): (&String, &Value)| {
            let value = SecretString::new(told["value"].as_str()?.to_owned());
            Some((key.clone(), Told { value, open: told["open"].as_bool().unwrap_or_default() }))
        };
        Self(members.filter_map(told).collect())
    }
}

/// What came, as it may be used: of an address its host alone where a host is wanted.
fn fit(usage: CaptureUse, text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_SETTING || text.contains(char::is_control) {
        return None;
    }
    match usage {
        CaptureUse::Value => Some(text.to_owned()),
        CaptureUse::Host => match text.split_once("://") {
            Some(_) => Some(Url::parse(text).ok()?.host_str()?.to_owned()),
            None => Some(text.trim_end_matches('/').to_owned()),
        },
    }
}

/// The first value that an address needs and that the service did not tell.
pub(crate) fn must_be_told(
    connector: &Connector,
    settings: &BTreeMap<String, String>,
) -> Result<(), SignInFailure> {
    let untold = connector.captures.iter().find(|capture| {
        let in_address = |part: &Part| matches!(part, Part::Host | Part::Path);
        !settings.contains_key(&capture.key) && connector.uses(&capture.key).iter().any(in_address)
    });
    let Some(Capture { key, from, pointer, .. }) = untold else { return Ok(()) };
    let endpoint = match from {
        CaptureFrom::Token => Endpoint::Token,
        CaptureFrom::Callback => Endpoint::Authorization,
        CaptureFrom::Userinfo => Endpoint::Userinfo,
    };
    let detail = format!("at `{pointer}` stands nothing that can be used as `{key}`, which every call needs");
    Err(SignInFailure::NotUnderstood { endpoint, status: None, detail })
}

/// The origins that calls need with what the service told, and that nobody agreed to yet.
/// # Errors
/// [`SignInFailure::NotTrusted`] for one that nobody is asked for: link-local, or outside the hosts that the connector allows.
pub(crate) fn not_agreed(
    connector: &Connector,
    authentication: Option<&str>,
    settings: &BTreeMap<String, String>,
    agreed: &AgreedOrigins,
) -> Result<Vec<Origin>, SignInFailure> {
    let untrusted = |detail: String| SignInFailure::NotTrusted { check: None, detail };
    let unfit = |error: &dyn std::fmt::Display| untrusted(format!("with what it told, {error}"));
    let needed = connector.allowed_origins(authentication, settings).map_err(|error| unfit(&error))?;
    let base = connector.base_url.fill_origin(settings).map_err(|error| unfit(&error))?;
    let named = Origin::of(&base).map(|origin| origin.to_string()).unwrap_or_default();
    if !needed.allow(&base) {
        return Err(untrusted(format!("it sends calls to `{named}`, which the connector does not allow")));
    }
    if needed.iter().any(Origin::is_link_local) {
        return Err(untrusted(format!("it sends calls to `{named}`, where nothing is ever sent")));
    }
    Ok(needed.iter().filter(|origin| !agreed.contains(origin)).cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capture(key: &str, usage: CaptureUse) -> Capture {
        Capture { key: key.into(), from: CaptureFrom::Token, pointer: format!("/{key}"), usage }
    }

    fn told(usage: CaptureUse, text: &str) -> Vec<(String, Option<String>)> {
        Captured::take(&[capture("x", usage)], CaptureFrom::Token, |_| Some(text.to_owned())).shown()
    }

    #[test]
    fn of_an_address_only_the_host_is_taken_where_a_host_is_wanted() {
        for (text, host) in [
            ("https://acme.zylker.example/services", Some("acme.zylker.example")),
            ("https://acme.zylker.example:8443", Some("acme.zylker.example")),
            ("https://jane:word@acme.zylker.example/", Some("acme.zylker.example")),
            ("acme.zylker.example/", Some("acme.zylker.example")),
            ("https://", None),
            ("", None),
            ("acme\r\nHost: evil.example", None),
        ] {
            let found = told(CaptureUse::Host, text);
            assert_eq!(found.first().and_then(|(_, value)| value.as_deref()), host, "{text:?}");
        }
    }

    #[test]
    fn what_looks_like_a_token_is_kept_and_not_shown() {
        assert_eq!(told(CaptureUse::Value, "eu-1"), [("x".to_owned(), Some("eu-1".to_owned()))]);
        let found = told(CaptureUse::Value, "9f31c7a29f31c7a29f31c7a2");
        assert_eq!(found, [("x".to_owned(), None)]);
    }

    #[test]
    fn a_value_that_holds_a_token_is_not_taken() {
        let tokens = TokenSet { access_token: SecretString::new("at-1".into()), ..TokenSet::default() };
        let take = |text: &str| {
            let text = text.to_owned();
            Captured::take(&[capture("x", CaptureUse::Value)], CaptureFrom::Token, |_| Some(text.clone()))
        };
        assert!(take("prefix-at-1").without(&tokens).shown().is_empty());
        assert_eq!(take("eu").without(&tokens).shown().len(), 1);
    }

    #[test]
    fn what_was_told_reads_back_and_what_is_told_anew_replaces_it() {
        let take = |text: &'static str| {
            Captured::take(&[capture("x", CaptureUse::Value)], CaptureFrom::Token, |_| Some(text.into()))
        };
        let (before, after) = (take("eu"), take("us"));
        let read = Captured::parse(&before.to_value());
        assert_eq!(read.shown(), before.shown());
        assert_eq!(read.replaced_by(after).shown(), [("x".to_owned(), Some("us".to_owned()))]);
        assert!(Captured::parse(&Value::Null).shown().is_empty());
    }
}
