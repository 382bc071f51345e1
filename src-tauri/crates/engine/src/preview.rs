//! Preview: what a draft will ask and send, rendered by the code that later sends. Nothing leaves the machine.
//!
//! A draft may be half written, so the preview takes what is there: examples and keys stand for settings without a
//! value, and no secret is needed since secrets are gaps.

use crate::{
    Engine, Error,
    connect::is_of_client,
    connections::all_settings,
    credential::{Credential, OAuth1Credential, TokenSet},
    oauth::{
        client::is_usable,
        sequence::{Planned, sequence},
    },
    request::{Call, Parts, build},
    shown::Sent,
};
use domain::{
    connector::{Authentication, Connector, Prompt},
    id::ConnectorId,
    rules::Checked,
};
use protocol::{
    message::{Method, Stamp},
    oauth1,
};
use secret::SecretString;
use serde_json::Value;
use std::collections::BTreeMap;

/// What a draft will ask and send.
#[derive(Debug)]
pub struct Preview {
    /// What is right and wrong with the document.
    pub checked: Checked,
    /// What the connection will be asked.
    pub prompts: Vec<Prompt>,
    /// The settings that the connection will be asked.
    pub settings: Vec<Prompt>,
    /// The origins that the credential may go to.
    pub origins: Vec<String>,
    /// The verify request, or why there is none to show.
    pub sent: Result<Sent, String>,
    /// The requests of a sign-in, in order; none where it needs none, or where an address is missing yet.
    pub sign_in: Vec<Planned>,
}

impl Engine {
    /// What a draft document will ask and send, with `values` for settings and plain prompts. `of` is the connector that it
    /// is the draft of, whose app may be known.
    /// # Errors
    /// [`Error::Store`].
    pub async fn preview(
        &self,
        document: &Value,
        values: &BTreeMap<String, String>,
        of: Option<&ConnectorId>,
    ) -> Result<Preview, Error> {
        let checked = self.check_document(document).await?;
        let Some(connector) = checked.preview.clone() else {
            let sent = Err("Fill in the base address and the authentication first.".into());
            return Ok(Preview {
                checked,
                prompts: Vec::new(),
                settings: Vec::new(),
                origins: Vec::new(),
                sign_in: Vec::new(),
                sent,
            });
        };
        let settings = stand_ins(&connector, values);
        // Agreed to once the service has told them.
        let mut told_before = settings.clone();
        told_before.retain(|key, _| !connector.captures.iter().any(|capture| capture.key == *key));
        let origins = connector.allowed_origins(None, &told_before);
        let origins = origins.map(|origins| origins.iter().map(ToString::to_string).collect());
        let kept = match of {
            Some(connector) => self.registration(connector, None).await?,
            None => None,
        };
        let mut prompts = connector.prompts(None);
        // What is saved of the app is not asked again.
        if kept.as_ref().is_some_and(|kept| is_usable(kept, &connector)) {
            prompts.retain(|prompt| !is_of_client(prompt));
        }
        let client_id = kept.as_ref().map(|kept| kept.registration.client_id.as_str());
        Ok(Preview {
            checked,
            prompts,
            sign_in: sequence(&connector, &settings, client_id, self.stamp()).unwrap_or_default(),
            settings: connector.setting_prompts(),
            origins: origins.unwrap_or_default(),
            sent: render(&connector, &settings, values, self.stamp()),
        })
    }
}

fn render(
    connector: &Connector,
    settings: &BTreeMap<String, String>,
    values: &BTreeMap<String, String>,
    stamp: Stamp,
) -> Result<Sent, String> {
    let authentication = connector.authentication(None).ok_or("Choose an authentication type first.")?;
    let credential = stand_in_credential(authentication, values);
    let call = match connector.verify(None) {
        Some(verify) => Call::verify(verify),
        None => Call::new(Method::GET, ""),
    };
    let parts = Parts { connector, authentication, settings, credential: &credential, stamp };
    let mut sent = build(&parts, &call).map(|built| built.sent).map_err(|error| error.to_string())?;
    let told = connector.captures.iter().filter(|capture| !connector.uses(&capture.key).is_empty());
    sent.notes.extend(told.map(|capture| {
        let (key, stand_in) = (&capture.key, &settings[&capture.key]);
        format!("`{stand_in}` stands for {{{key}}}, which the service tells when somebody signs in.")
    }));
    Ok(sent)
}

/// A value for each setting: typed, fixed, default, an example, or its key.
pub(crate) fn stand_ins(connector: &Connector, typed: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut settings = all_settings(connector, typed);
    for setting in &connector.settings {
        let stand_in = setting.example.clone().unwrap_or_else(|| setting.key.replace('_', "-"));
        settings.entry(setting.key.clone()).or_insert(stand_in);
    }
    for capture in &connector.captures {
        settings.entry(capture.key.clone()).or_insert_with(|| capture.key.replace('_', "-"));
    }
    settings
}

/// A value for each prompt. What is secret shows as a gap whatever it is, so its key does.
pub(crate) fn stand_in_credential(
    authentication: &Authentication,
    typed: &BTreeMap<String, String>,
) -> Credential {
    use domain::connector::PromptKind;
    let value = |prompt: &Prompt| match (typed.get(&prompt.key), &prompt.kind) {
        (Some(value), _) if !prompt.secret && !value.is_empty() => value.clone(),
        (_, PromptKind::Number) => "0".into(),
        (_, PromptKind::Boolean) => "true".into(),
        _ => prompt.key.clone(),
    };
    if let Authentication::OAuth2(_) | Authentication::OpenIdConnect(_) = authentication {
        return Credential::Tokens(TokenSet {
            access_token: SecretString::new("access_token".into()),
            id_token: Some(SecretString::new("id_token".into())),
            ..TokenSet::default()
        });
    }
    if let Authentication::OAuth1(shape) = authentication {
        let stand_in = |text: &str| SecretString::new(text.to_owned());
        // Nothing of the signature is shown, so it needs no key of the right kind.
        let client = oauth1::Client {
            id: shape.client_id.clone().unwrap_or_else(|| "consumer_key".into()),
            key: oauth1::SigningKey::StandIn,
        };
        let token = oauth1::Token { token: stand_in("token"), secret: stand_in("token_secret") };
        return Credential::OAuth1(OAuth1Credential {
            client: Some(client),
            token: (shape.legs == 3).then_some(token),
            ..OAuth1Credential::default()
        });
    }
    let prompts = authentication.prompts();
    Credential::Values(
        prompts.iter().map(|prompt| (prompt.key.clone(), SecretString::new(value(prompt)))).collect(),
    )
}
