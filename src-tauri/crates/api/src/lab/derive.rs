//! What follows from a connector alone: what the Lab plays for it, and what differs in the Lab environment.
//!
//! A [`Play`] tells what the service demands and answers; how Patchbay sends it is no part of it, so that the Lab comes
//! to a judgement of its own. A new authentication type is an arm in `authentication`, and its addresses in
//! [`overlay_of`].

use super::{oauth, oauth1};
use domain::connector::{
    Authentication, Authentications, BasicPrompt, Connector, FieldType, Location, Overlay, Verify,
    VerifyTarget,
};
use lab::{
    Base,
    play::{self, Asked, Play},
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Why a connector cannot be played.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotPlayed {
    /// The Lab has no keys for the algorithm of its assertions.
    #[error("the Lab has no keys for `{0}`")]
    Algorithm(String),
    /// Only its script knows where a value goes.
    #[error("only the script knows where a value goes")]
    Script,
    /// An address of the connector cannot be stood in for.
    #[error("`{0}` is no address that the Lab can stand in for")]
    Address(String),
}

/// What the Lab plays for a connector. Of several authentications those are left out that the Lab cannot check.
/// # Errors
/// [`NotPlayed`] where none is left.
pub fn play_of(connector: &Connector) -> Result<Play, NotPlayed> {
    let ways = connector.authentications.iter().map(|(name, shape)| {
        let authentication = authentication(connector, name, shape)?;
        let verify = connector.verify(name).map(verify);
        Ok(play::Way { name: name.map(str::to_owned), authentication, verify })
    });
    let (ways, unknown): (Vec<_>, Vec<_>) = ways.partition(Result::is_ok);
    if let (true, Some(Err(reason))) = (ways.is_empty(), unknown.into_iter().next()) {
        return Err(reason);
    }
    let failure = &connector.auth_failure;
    Ok(Play {
        link_name: connector.link_name.to_string(),
        name: connector.name.clone(),
        base_url: connector.base_url.as_str().into(),
        settings: settings_of(connector),
        ways: ways.into_iter().flatten().collect(),
        refusal: play::Refusal {
            status: failure.status.clone(),
            body: failure.body.as_ref().map(body_check),
        },
    })
}

/// Whether a connection that authenticates in this way can be played.
/// # Errors
/// [`NotPlayed`].
pub fn plays(connector: &Connector, way: Option<&str>) -> Result<(), NotPlayed> {
    if let Some(shape) = connector.authentication(way) {
        authentication(connector, way, shape)?;
    }
    // Whether an address can be stood in for is the same at any port.
    overlay_of(connector, &Base::at_port(lab::PREFERRED_PORT)).map(drop)
}

/// What differs in the Lab environment: every address leads to the Lab, and no other is allowed.
/// # Errors
/// [`NotPlayed::Address`].
pub fn overlay_of(connector: &Connector, base: &Base) -> Result<Overlay, NotPlayed> {
    let played = |address: &str| {
        let at_lab = base.of(connector.link_name.as_str(), address);
        at_lab.map(Value::from).ok_or_else(|| NotPlayed::Address(address.into()))
    };
    let verify_at_lab = |verify: Option<&Verify>| match verify.map(|verify| &verify.target) {
        Some(VerifyTarget::Url(url)) => Ok(Some(json!({ "url": played(url.as_str())? }))),
        Some(VerifyTarget::Path(_)) | None => Ok(None),
    };
    // Each type names its addresses alike.
    let endpoints_at_lab = |shape: &Authentication| {
        let unreadable = || NotPlayed::Address(shape.shown_name().into());
        let Ok(Value::Object(shape)) = serde_json::to_value(shape) else { return Err(unreadable()) };
        let addresses = shape.into_iter().filter(|(key, _)| key == "issuer" || key.ends_with("_url"));
        let at_lab = addresses.filter_map(|(key, address)| Some((key, played(address.as_str()?))));
        at_lab.map(|(key, address)| Ok((key, address?))).collect::<Result<Map<_, _>, NotPlayed>>()
    };
    let mut overlay = Map::new();
    overlay.insert("base_url".into(), played(connector.base_url.as_str())?);
    // None named: those of the addresses here, which is the Lab alone.
    overlay.insert("allowed_hosts".into(), json!([]));
    if let Some(verify) = verify_at_lab(connector.verify.as_ref())? {
        overlay.insert("verify".into(), verify);
    }
    match &connector.authentications {
        Authentications::One(shape) => {
            overlay.insert("authentication".into(), Value::Object(endpoints_at_lab(shape)?));
        }
        Authentications::Several(several) => {
            let mut at_lab = Vec::new();
            for named in several {
                let mut part = endpoints_at_lab(&named.authentication)?;
                part.insert("name".into(), named.name.as_str().into());
                if let Some(verify) = verify_at_lab(named.verify.as_ref())? {
                    part.insert("verify".into(), verify);
                }
                at_lab.push(Value::Object(part));
            }
            overlay.insert("authentications".into(), Value::Array(at_lab));
        }
    }
    Ok(Overlay(overlay))
}

/// Values that the settings of a connection come prefilled with: any that fits is played.
pub fn settings_of(connector: &Connector) -> BTreeMap<String, String> {
    let asked = connector.settings.iter().filter(|setting| setting.fixed.is_none() && setting.required);
    let value = |setting: &domain::connector::Setting| {
        let known = setting.default.as_ref().or(setting.options.first()).or(setting.example.as_ref());
        known.cloned().unwrap_or_else(|| "lab".into())
    };
    asked.map(|setting| (setting.key.clone(), value(setting))).collect()
}

/// The keys of all that a connection is asked, its app included.
pub(super) fn asked_keys(connector: &Connector, way: Option<&str>) -> Vec<String> {
    let prompts = connector.prompts(way).into_iter().map(|prompt| prompt.key);
    prompts.chain(["client_id".to_owned()]).collect()
}

/// How a connector calls what the service of another gives out, where it has other names for it: a person types a value
/// where it belongs, whatever the prompt's key is.
pub(super) fn own_keys(
    service: &Connector,
    connector: &Connector,
    way: Option<&str>,
) -> BTreeMap<String, String> {
    let keys = |of: &Connector, secret: bool| {
        let prompts = of.prompts(way).into_iter().filter(move |prompt| prompt.secret == secret);
        prompts.map(|prompt| prompt.key).collect::<Vec<_>>()
    };
    let pairs = |secret: bool| {
        let (theirs, own) = (keys(service, secret), keys(connector, secret));
        let only = |keys: &[String], others: &[String]| {
            keys.iter().filter(|key| !others.contains(key)).cloned().collect::<Vec<_>>()
        };
        only(&theirs, &own).into_iter().zip(only(&own, &theirs))
    };
    pairs(true).chain(pairs(false)).collect()
}

fn authentication(
    connector: &Connector,
    way: Option<&str>,
    shape: &Authentication,
) -> Result<play::Authentication, NotPlayed> {
    Ok(match shape {
        Authentication::None => play::Authentication::None,
        Authentication::Basic(basic) => play::Authentication::Basic {
            username: half(&basic.username, basic.username.secret),
            password: half(&basic.password, true),
        },
        Authentication::ApiKey(api_key) => {
            let parameters = api_key.parameters.iter().map(|parameter| {
                let asked = Asked {
                    key: parameter.key.clone(),
                    secret: parameter.secret,
                    optional: parameter.optional,
                    fixed: None,
                    looks_like: parameter.looks_like.clone(),
                };
                let location = match parameter.location {
                    Location::Header => play::Location::Header,
                    Location::Query => play::Location::Query,
                    Location::Form => play::Location::Form,
                    Location::Path => play::Location::Path,
                    Location::Script => return Err(NotPlayed::Script),
                };
                Ok(play::Parameter { asked, location, prefix: parameter.prefix.clone() })
            });
            play::Authentication::ApiKey { parameters: parameters.collect::<Result<_, _>>()? }
        }
        Authentication::Bearer(bearer) => play::Authentication::Bearer {
            prefix: bearer.prefix.clone(),
            token: Asked {
                key: "token".into(),
                secret: true,
                optional: bearer.optional,
                fixed: None,
                looks_like: bearer.looks_like.clone(),
            },
        },
        Authentication::AuthFields(auth_fields) => {
            let fields = auth_fields.fields.iter().map(|field| play::Field {
                asked: Asked {
                    key: field.key.clone(),
                    secret: field.kind == FieldType::Password,
                    optional: field.optional,
                    fixed: None,
                    looks_like: field.looks_like.clone(),
                },
                kind: kind(field.kind),
                options: field.options.clone(),
            });
            play::Authentication::AuthFields { fields: fields.collect() }
        }
        Authentication::OAuth2(oauth2) => {
            play::Authentication::OAuth2(Box::new(oauth::of_oauth2(connector, way, oauth2)?))
        }
        Authentication::OpenIdConnect(openid) => {
            play::Authentication::OpenIdConnect(Box::new(oauth::of_openid(connector, way, openid)?))
        }
        Authentication::OAuth1(shape) => play::Authentication::OAuth1(Box::new(oauth1::of_oauth1(shape))),
        Authentication::AwsSigV4(aws) => play::Authentication::AwsSigV4 {
            service: aws.service.as_str().into(),
            region: aws.region.as_str().into(),
        },
    })
}

fn half(prompt: &BasicPrompt, secret: bool) -> Asked {
    Asked {
        key: prompt.key.clone(),
        secret,
        optional: prompt.optional,
        fixed: prompt.fixed.clone(),
        looks_like: prompt.looks_like.clone(),
    }
}

fn kind(kind: FieldType) -> play::FieldKind {
    match kind {
        FieldType::Text | FieldType::Password => play::FieldKind::Text,
        FieldType::Number => play::FieldKind::Number,
        FieldType::Boolean => play::FieldKind::Boolean,
        FieldType::Date => play::FieldKind::Date,
        FieldType::List => play::FieldKind::List,
    }
}

fn verify(verify: &Verify) -> play::Verify {
    play::Verify {
        method: verify.method.as_http().to_string(),
        target: match &verify.target {
            VerifyTarget::Path(path) => path.clone(),
            VerifyTarget::Url(url) => url.as_str().into(),
        },
        expect_status: verify.expect_status.clone(),
        expect_body: verify.expect_body.as_ref().map(body_check),
        account: verify.account.clone(),
    }
}

fn body_check(check: &domain::connector::BodyCheck) -> play::BodyCheck {
    play::BodyCheck { pointer: check.pointer.clone(), equals: check.equals.clone() }
}
