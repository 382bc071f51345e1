//! Parameters of one request: named once each, written as a form, a query or JSON.
//!
//! RFC 6749 §3.1 and §3.2: a parameter is not sent more than once; RFC 8707 §2 excepts `resource`. Encoding: every byte
//! but the unreserved ones of RFC 3986 §2.3 becomes `%XX`, a blank too, which `application/x-www-form-urlencoded`
//! readers and plain URL readers decode alike (`+` only the former).

use crate::message::Url;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secret::SecretString;

const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A parameter that the connector wants beside the protocol's own, or in place of one.
pub type Extra = (String, String);

/// Extra parameters may not replace what protects the exchange or is a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the extra parameter `{0}` is set by the protocol itself")]
pub struct OwnParameter(pub String);

/// What a request carries, in order.
#[derive(Default)]
pub(super) struct Params(Vec<Param>);

struct Param {
    key: String,
    value: SecretString,
    /// The value stands as it is: its delimiter is a literal `+`.
    raw_plus: bool,
}

impl Params {
    /// Adds a pair.
    pub fn push(&mut self, key: &str, value: impl Into<String>) {
        self.push_secret(key, SecretString::new(value.into()));
    }

    /// Adds a secret pair.
    pub fn push_secret(&mut self, key: &str, value: SecretString) {
        self.0.push(Param { key: key.to_owned(), value, raw_plus: false });
    }

    /// Adds `scope`, unless none is asked for. A service that writes its permissions with `+` between them shows them as
    /// they stand in an address: there a literal `+`, which form readers take for the blank of RFC 6749 §3.3.
    pub fn push_scope(&mut self, scopes: &[String], delimiter: &str) {
        if !scopes.is_empty() {
            let value = SecretString::new(scopes.join(delimiter));
            self.0.push(Param { key: "scope".into(), value, raw_plus: delimiter == "+" });
        }
    }

    /// Adds the resource indicators (RFC 8707 §2).
    pub fn push_resources(&mut self, resources: &[String]) {
        for resource in resources {
            self.push("resource", resource.as_str());
        }
    }

    /// Adds what the connector wants; where a pair of the name is there already, its value wins.
    pub fn put_extra(&mut self, extra: &[Extra], own: &[&str]) -> Result<(), OwnParameter> {
        for (key, _) in extra {
            if own.contains(&key.as_str()) {
                return Err(OwnParameter(key.clone()));
            }
            self.0.retain(|param| param.key != *key);
        }
        for (key, value) in extra {
            self.push(key, value.as_str());
        }
        Ok(())
    }

    /// As a form or a query.
    pub fn to_form(&self) -> String {
        let mut text = String::new();
        for Param { key, value, raw_plus } in &self.0 {
            if !text.is_empty() {
                text.push('&');
            }
            // EXPOSE: the value becomes part of the outgoing request
            let encoded = encode(value.expose());
            let encoded = if *raw_plus { encoded.replace("%2B", "+") } else { encoded };
            text.push_str(&encode(key));
            text.push('=');
            text.push_str(&encoded);
        }
        text
    }

    /// The address with these in its query. What stands there already stays as it is, but for pairs of the same names.
    pub fn put_into_query(&self, url: &mut Url) {
        let kept = url.query().unwrap_or_default().split('&').filter(|pair| {
            let key = url::form_urlencoded::parse(pair.as_bytes()).next().map(|(key, _)| key.into_owned());
            key.is_some_and(|key| self.0.iter().all(|param| param.key != key))
        });
        let query = kept.map(str::to_owned).chain([self.to_form()]).collect::<Vec<_>>().join("&");
        url.set_query(Some(&query));
    }

    /// As a JSON object; a name that stands several times becomes an array.
    pub fn to_json(&self) -> String {
        let mut object = serde_json::Map::new();
        for Param { key, value, .. } in &self.0 {
            // EXPOSE: the value becomes part of the outgoing request
            let text = serde_json::Value::from(value.expose().as_str());
            match object.get_mut(key) {
                None => {
                    object.insert(key.clone(), text);
                }
                Some(serde_json::Value::Array(several)) => several.push(text),
                Some(first) => *first = serde_json::Value::Array(vec![first.take(), text]),
            }
        }
        serde_json::Value::Object(object).to_string()
    }
}

/// One name or value, encoded for a form and a query alike.
pub(super) fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params() -> Params {
        let mut params = Params::default();
        params.push("grant_type", "client_credentials");
        params.push_scope(&["a b".into(), "ä+".into()], ",");
        params.push_resources(&["https://a.example/".into(), "https://b.example/".into()]);
        params
    }

    #[test]
    fn a_blank_is_percent_encoded_and_resources_repeat() {
        let form = params().to_form();
        assert_eq!(
            form,
            "grant_type=client_credentials&scope=a%20b%2C%C3%A4%2B&resource=https%3A%2F%2Fa.example%2F&resource=https%3A%2F%2Fb.example%2F"
        );
    }

    #[test]
    fn in_json_what_repeats_is_an_array() {
        assert_eq!(
            params().to_json(),
            r#"{"grant_type":"client_credentials","scope":"a b,ä+","resource":["https://a.example/","https://b.example/"]}"#
        );
    }

    #[test]
    fn the_query_of_an_address_stays_but_for_the_same_names() {
        let mut url = Url::parse("https://login.example/a?tenant=x%20y&scope=old&b").unwrap();
        let mut params = Params::default();
        params.push_scope(&["new".into()], " ");
        params.put_into_query(&mut url);
        assert_eq!(url.as_str(), "https://login.example/a?tenant=x%20y&b&scope=new");
        let mut bare = Url::parse("https://login.example/a?").unwrap();
        params.put_into_query(&mut bare);
        assert_eq!(bare.as_str(), "https://login.example/a?scope=new");
    }

    #[test]
    fn a_plus_between_permissions_stays_a_plus() {
        let mut params = Params::default();
        params.push_scope(&["read:x".into(), "write".into()], "+");
        assert_eq!(params.to_form(), "scope=read%3Ax+write");
    }

    #[test]
    fn an_extra_parameter_wins_but_not_over_the_protections() {
        let mut params = params();
        params
            .put_extra(&[("scope".into(), "all".into()), ("audience".into(), "x".into())], &["state"])
            .unwrap();
        assert!(params.to_form().ends_with("&scope=all&audience=x"));
        let refused = params.put_extra(&[("state".into(), "x".into())], &["state"]);
        assert_eq!(refused, Err(OwnParameter("state".into())));
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_as_a_form_is_read_back(key in "\\PC{1,10}", value in "\\PC{0,30}") {
            let mut params = Params::default();
            params.push(&key, value.as_str());
            let form = params.to_form();
            let read: Vec<_> = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
            proptest::prop_assert_eq!(read, vec![(key, value)]);
        }
    }
}
