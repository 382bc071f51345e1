//! Overlays: what differs in one environment.
//!
//! An overlay is a part of a document, laid over the connector's own as RFC 7396 (JSON Merge Patch) does it: objects
//! merge key by key, everything else is replaced. Two places differ: an authentication of another type replaces the whole
//! authentication, and several authentications merge by name. Its `settings` fix values, so that they are not asked.

use super::Connector;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What differs in one environment: a part of a document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Overlay(pub Map<String, Value>);

impl Connector {
    /// The connector as it is in an environment; without overlays of its own.
    ///
    /// # Errors
    /// Where the overlay does not fit the connector, which a connector that passed the rules never has.
    pub fn with_environment(&self, overlay: &Overlay) -> Result<Self, OverlayError> {
        let mut document = serde_json::to_value(self).map_err(OverlayError)?;
        if let Some(document) = document.as_object_mut() {
            document.shift_remove("environments");
            overlay.lay_over(document);
        }
        let mut connector: Self = serde_json::from_value(document).map_err(OverlayError)?;
        for setting in &mut connector.settings {
            let fixed_before = || self.setting(&setting.key).and_then(|before| before.fixed.clone());
            setting.fixed = fixed_setting(overlay, &setting.key).or_else(fixed_before);
        }
        Ok(connector)
    }

    /// The connector as it is in the environment of this link name; the connector itself where nothing differs there.
    ///
    /// # Errors
    /// As [`Connector::with_environment`].
    pub fn in_environment(&self, link_name: &str) -> Result<Self, OverlayError> {
        let nothing = Overlay::default();
        let differs = self.environments.iter().find(|(name, _)| name.as_str() == link_name);
        self.with_environment(differs.map_or(&nothing, |(_, overlay)| overlay))
    }
}

/// An overlay does not fit its connector.
#[derive(Debug, thiserror::Error)]
#[error("the environment's values do not fit the connector: {0}")]
pub struct OverlayError(#[source] serde_json::Error);

fn fixed_setting(overlay: &Overlay, key: &str) -> Option<String> {
    overlay.0.get("settings")?.get(key)?.as_str().map(Into::into)
}

impl Overlay {
    /// Lays it over a document; its `settings`, which name values and not settings, stay aside.
    pub(crate) fn lay_over(&self, document: &mut Map<String, Value>) {
        for (key, value) in &self.0 {
            match key.as_str() {
                "settings" => {}
                "authentication" => {
                    document.shift_remove("authentications");
                    lay_authentication(document.entry(key.clone()).or_insert(Value::Null), value);
                }
                "authentications" => {
                    document.shift_remove("authentication");
                    lay_by_name(document.entry(key.clone()).or_insert(Value::Null), value);
                }
                "verify" => {
                    let target = document.entry(key.clone()).or_insert(Value::Null);
                    if let (Some(target), Some(verify)) = (target.as_object_mut(), value.as_object()) {
                        // Path and address exclude each other: the overlay's one ousts the connector's other.
                        for (one, other) in [("path", "url"), ("url", "path")] {
                            if verify.contains_key(one) {
                                target.shift_remove(other);
                            }
                        }
                    }
                    merge(target, value);
                }
                _ => merge(document.entry(key.clone()).or_insert(Value::Null), value),
            }
        }
    }
}

fn lay_authentication(target: &mut Value, value: &Value) {
    let same_type = value.get("type").is_none_or(|own| target.get("type") == Some(own));
    if same_type {
        merge(target, value);
    } else {
        *target = value.clone();
    }
}

fn lay_by_name(target: &mut Value, value: &Value) {
    let (Some(targets), Some(values)) = (target.as_array_mut(), value.as_array()) else {
        *target = value.clone();
        return;
    };
    for value in values {
        match targets.iter_mut().find(|target| target.get("name") == value.get("name")) {
            Some(target) => lay_authentication(target, value),
            None => targets.push(value.clone()),
        }
    }
}

fn merge(target: &mut Value, value: &Value) {
    match (target, value) {
        (Value::Object(target), Value::Object(value)) => {
            for (key, value) in value {
                merge(target.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (target, value) => *target = value.clone(),
    }
}
