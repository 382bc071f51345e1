//! What a sign-in has to keep until it has tokens: sealed in the attempt's slot.

use crate::credential::CredentialError;
use protocol::{
    oauth1::Token,
    oauth2::{Callback, CallbackError},
};
use secret::{SecretBytes, SecretString};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, time::Duration};

/// What a sign-in keeps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pending {
    /// What was typed: user name and password of the password grant.
    pub values: BTreeMap<String, SecretString>,
    /// RFC 6749 §10.12.
    pub state: Option<SecretString>,
    /// RFC 7636 §4.1.
    pub verifier: Option<SecretString>,
    /// OpenID Connect Core §15.5.2.
    pub nonce: Option<SecretString>,
    /// RFC 5849 §2.1.
    pub temporary: Option<Token>,
    /// What the person typed instead of coming back (RFC 5849 §2.1, `oob`).
    pub pin: Option<SecretString>,
    /// RFC 8628 §3.2.
    pub device_code: Option<SecretString>,
    /// How long to wait between two requests for its tokens (RFC 8628 §3.5).
    pub interval: Option<Duration>,
    /// What the browser brought.
    pub returned: Option<Returned>,
}

/// What the browser brought.
#[derive(Clone, Debug)]
pub(crate) enum Returned {
    /// An address, with its query or fragment.
    Address(SecretString),
    /// A posted form, encoded, and the address that it was posted to.
    Form {
        /// Where it was posted to.
        address: String,
        /// The pairs.
        body: SecretString,
    },
}

impl Returned {
    /// Reads it, as far as its state.
    /// # Errors
    /// [`CallbackError`].
    pub fn callback(&self) -> Result<Callback, CallbackError> {
        match self {
            // EXPOSE: what came back is read
            Self::Address(address) => Callback::from_url(address.expose()),
            // EXPOSE: what came back is read
            Self::Form { address, body } => Callback::from_form(address, body.expose().as_bytes()),
        }
    }
}

const KIND: &str = "pending";

impl Pending {
    /// The bytes to seal.
    pub fn to_bytes(&self) -> SecretBytes {
        // EXPOSE: the bytes go to the vault to be sealed
        let text = |secret: &SecretString| Value::from(secret.expose().as_str());
        let mut document = Map::from_iter([("kind".to_owned(), Value::from(KIND))]);
        let values: Map<_, _> = self.values.iter().map(|(key, value)| (key.clone(), text(value))).collect();
        document.insert("values".into(), values.into());
        let members = [
            ("state", &self.state),
            ("verifier", &self.verifier),
            ("nonce", &self.nonce),
            ("device_code", &self.device_code),
            ("pin", &self.pin),
        ];
        if let Some(Token { token, secret }) = &self.temporary {
            document.insert("temporary".into(), json!({ "token": text(token), "secret": text(secret) }));
        }
        for (key, value) in members {
            if let Some(value) = value {
                document.insert(key.into(), text(value));
            }
        }
        document.extend(self.interval.map(|interval| ("interval".to_owned(), interval.as_secs().into())));
        match &self.returned {
            None => {}
            Some(Returned::Address(address)) => {
                document.insert("returned".into(), text(address));
            }
            Some(Returned::Form { address, body }) => {
                document.insert("returned".into(), json!({ "address": address, "body": text(body) }));
            }
        }
        SecretBytes::new(Value::Object(document).to_string().into_bytes())
    }

    /// Reads what [`Pending::to_bytes`] wrote.
    /// # Errors
    /// [`CredentialError::Unreadable`].
    pub fn parse(bytes: &SecretBytes) -> Result<Self, CredentialError> {
        // EXPOSE: opened bytes become typed secrets again
        let document: Value =
            serde_json::from_slice(bytes.expose()).map_err(|_| CredentialError::Unreadable)?;
        if document["kind"] != KIND {
            return Err(CredentialError::Unreadable);
        }
        let secret = |value: &Value| value.as_str().map(|text| SecretString::new(text.to_owned()));
        let values = document["values"].as_object().into_iter().flatten();
        let returned = &document["returned"];
        Ok(Self {
            values: values.filter_map(|(key, value)| Some((key.clone(), secret(value)?))).collect(),
            state: secret(&document["state"]),
            verifier: secret(&document["verifier"]),
            nonce: secret(&document["nonce"]),
            temporary: secret(&document["temporary"]["token"])
                .zip(secret(&document["temporary"]["secret"]))
                .map(|(token, secret)| Token { token, secret }),
            pin: secret(&document["pin"]),
            device_code: secret(&document["device_code"]),
            interval: document["interval"].as_u64().map(Duration::from_secs),
            returned: match (secret(returned), &returned["address"], secret(&returned["body"])) {
                (Some(address), ..) => Some(Returned::Address(address)),
                (None, Value::String(address), Some(body)) => {
                    Some(Returned::Form { address: address.clone(), body })
                }
                _ => None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> SecretString {
        SecretString::new(text.into())
    }

    #[test]
    fn what_is_kept_reads_back() {
        let whole = Pending {
            values: [("username".to_owned(), text("jane"))].into(),
            state: Some(text("s")),
            verifier: Some(text("v")),
            nonce: None,
            temporary: Some(Token { token: text("t"), secret: text("ts") }),
            pin: Some(text("123")),
            device_code: Some(text("d")),
            interval: Some(Duration::from_secs(5)),
            returned: Some(Returned::Form {
                address: "http://127.0.0.1:1/callback".into(),
                body: text("a=b"),
            }),
        };
        let redirected = Pending {
            returned: Some(Returned::Address(text("dev.patchbay:/oauth/callback?state=s"))),
            ..Pending::default()
        };
        for pending in [whole, redirected, Pending::default()] {
            let bytes = pending.to_bytes();
            let read = Pending::parse(&bytes).unwrap();
            assert!(read.to_bytes().ct_eq(&bytes));
        }
        assert!(Pending::parse(&SecretBytes::new(b"{\"kind\":\"values\"}".to_vec())).is_err());
    }

    #[test]
    fn nothing_of_it_shows() {
        let pending = Pending { state: Some(text("hunter2")), ..Pending::default() };
        assert!(!format!("{pending:?}").contains("hunter2"));
    }
}
