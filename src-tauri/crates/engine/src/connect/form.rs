//! What connect asks, before anything is typed.

use crate::{
    Engine, Error,
    connections::{connector_of, find, free_name},
    environment::{EnvironmentChoice, Issued},
    oauth::{
        client::{CLIENT_SECRET, PRIVATE_KEY, is_usable},
        provider::oauth2_of,
        sign_in::way_of,
    },
    oauth1::service::{oauth1_of, way_of as signed_way},
    registrations::RegistrationDetail,
};
use domain::{
    connector::{Authentication, Connector, GrantType, Prompt},
    environment::{Environment, PRODUCTION},
    id::{ConnectionId, ConnectorId, EnvironmentId, RegistrationId, RevisionId},
    sign_in::Way,
};
use std::collections::BTreeMap;
use store::Snapshot;

/// What connect asks, before anything is typed.
#[derive(Debug)]
pub struct Form {
    /// The connector, its environment laid over it unless that is computed.
    pub connector: Connector,
    /// Row identifier of the connector.
    pub connector_id: ConnectorId,
    /// The revision that the connection will be made with.
    pub revision: RevisionId,
    /// The environment; none for the computed one.
    pub environment: Option<EnvironmentId>,
    /// Every environment to choose from; the computed one last, where it offers the connector.
    pub environments: Vec<EnvironmentChoice>,
    /// A name to offer.
    pub default_name: String,
    /// Which of the connector's authentications a connection that stands uses, where it offers several.
    pub chosen: Option<String>,
    /// Values of its settings.
    pub settings: BTreeMap<String, String>,
    /// The registration that a connection that stands signed in with.
    pub registration: Option<RegistrationId>,
}

impl Form {
    /// How the chosen authentication works.
    /// # Errors
    /// [`Error::NotFound`] for a name that the connector does not have.
    pub fn authentication(&self, name: Option<&str>) -> Result<&Authentication, Error> {
        let not_found = || Error::not_found("authentication", name.unwrap_or_default());
        self.connector.authentication(name).ok_or_else(not_found)
    }

    /// How the person comes back from the browser; none where no browser is needed.
    pub fn way_back(&self, authentication: Option<&str>) -> Option<Way> {
        let shape = self.connector.authentication(authentication)?;
        if let Some(oauth1) = oauth1_of(shape) {
            return (oauth1.legs == 3).then(|| signed_way(oauth1, None));
        }
        let oauth2 = oauth2_of(shape)?;
        matches!(oauth2.grant_type, GrantType::AuthorizationCode | GrantType::Implicit)
            .then(|| way_of(oauth2, oauth2.response_type(), None))
    }

    /// Whether the person signs in at the service, in a browser or on another device.
    pub fn signs_in(&self, authentication: Option<&str>) -> bool {
        let shape = self.connector.authentication(authentication);
        if let Some(oauth1) = shape.and_then(oauth1_of) {
            return oauth1.legs == 3;
        }
        shape.and_then(oauth2_of).is_some_and(|oauth2| {
            !matches!(oauth2.grant_type, GrantType::ClientCredentials | GrantType::Password)
        })
    }
}

impl Engine {
    /// What adding a connection asks.
    /// # Errors
    /// [`Error::NotFound`], [`Error::Draft`].
    pub async fn connect_form(
        &self,
        connector: &ConnectorId,
        environment: Option<&str>,
    ) -> Result<Form, Error> {
        let (connector, environment) = (connector.clone(), environment.unwrap_or(PRODUCTION).to_owned());
        let is_computed = self.is_computed(&environment);
        let mut form =
            self.store.read(move |snapshot| form(snapshot, &connector, &environment, is_computed)).await?;
        let ways: Vec<_> = form.connector.authentications.iter().map(|(name, _)| name).collect();
        if let Some(computed) = &self.computed
            && (is_computed || ways.iter().any(|way| computed.offers(&form.connector, *way)))
        {
            let (link_name, name) = (computed.link_name().to_owned(), computed.name().to_owned());
            form.environments.push(EnvironmentChoice { link_name, name });
        }
        Ok(form)
    }

    /// What signing in again asks: by the revision that the connection uses, or with `new_version` by the newest that is
    /// ready.
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Draft`] where there is no ready one.
    pub async fn reconnect_form(&self, id: &ConnectionId, new_version: bool) -> Result<Form, Error> {
        let id = id.clone();
        let mut form = self.store.read(move |snapshot| form_again(snapshot, &id, new_version)).await?;
        if let (None, Some(computed)) = (&form.environment, &self.computed) {
            let (link_name, name) = (computed.link_name().to_owned(), computed.name().to_owned());
            form.environments.push(EnvironmentChoice { link_name, name });
        }
        Ok(form)
    }

    /// What a person is asked who connects in this way, by the app of `client_id` or, without one, as
    /// [`Engine::begin_connect`] takes it. What is kept of the app may be left out.
    /// # Errors
    /// As [`Form::authentication`].
    pub async fn connect_prompts(
        &self,
        form: &Form,
        authentication: Option<&str>,
        client_id: Option<&str>,
    ) -> Result<Vec<Prompt>, Error> {
        let shape = form.authentication(authentication)?;
        let mut prompts = shape.prompts();
        if !has_client(shape) {
            return Ok(prompts);
        }
        let Some(environment) = &form.environment else {
            // Issued like everything else there.
            prompts.insert(0, Prompt::client_id(None));
            return Ok(prompts);
        };
        let client_id = client_id.map(str::trim);
        let own = form.registration.as_ref();
        let kept = self.registration_in(&form.connector_id, environment, client_id, own).await?;
        for prompt in prompts.iter_mut().filter(|prompt| is_of_client(prompt)) {
            prompt.optional = kept.as_ref().is_some_and(|kept| is_usable(kept, &form.connector));
        }
        let offered = match (client_id, kept) {
            (Some(named), _) => Some(named.to_owned()).filter(|named| !named.is_empty()),
            (None, Some(kept)) => Some(kept.registration.client_id),
            (None, None) => declared_client(shape),
        };
        let asked = oauth1_of(shape).map_or(Prompt::client_id as fn(_) -> _, |_| Prompt::consumer_key);
        prompts.insert(0, asked(offered));
        Ok(prompts)
    }

    /// The apps that are kept for the form's environment, the default first, those on trial left out; none where no app is
    /// registered.
    /// # Errors
    /// As [`Form::authentication`].
    pub async fn connect_apps(
        &self,
        form: &Form,
        authentication: Option<&str>,
    ) -> Result<Vec<RegistrationDetail>, Error> {
        if !has_client(form.authentication(authentication)?) {
            return Ok(Vec::new());
        }
        let mut apps = self.registrations(&form.connector_id).await?;
        apps.retain(|app| {
            let is_there = Some(&app.environment.id) == form.environment.as_ref();
            is_there && app.registration.on_trial_since.is_none()
        });
        Ok(apps)
    }

    /// What the form's environment gives to a connection that authenticates in this way.
    /// # Errors
    /// [`Error::Environment`].
    pub async fn issued_for(&self, form: &Form, authentication: Option<&str>) -> Result<Issued, Error> {
        self.issued(form.environment.as_ref(), &form.connector, authentication).await
    }
}

/// The public client ID of a connector.
fn declared_client(shape: &Authentication) -> Option<String> {
    match oauth1_of(shape) {
        Some(oauth1) => oauth1.client_id.clone(),
        None => oauth2_of(shape)?.client_id.clone(),
    }
}

/// Prompts of the person; what a registration keeps is asked only once, and by another name.
pub(super) fn person_prompts(shape: &Authentication) -> Vec<Prompt> {
    let mut prompts = shape.prompts();
    if has_client(shape) {
        prompts.retain(|prompt| !is_of_client(prompt));
    }
    prompts
}

/// Whether an app has to be registered with the service.
pub(super) fn has_client(shape: &Authentication) -> bool {
    oauth2_of(shape).is_some() || oauth1_of(shape).is_some()
}

pub(crate) fn is_of_client(prompt: &Prompt) -> bool {
    [CLIENT_SECRET, PRIVATE_KEY].contains(&prompt.key.as_str())
}

fn form(
    snapshot: &Snapshot<'_>,
    id: &ConnectorId,
    environment: &str,
    is_computed: bool,
) -> Result<Form, Error> {
    let connector =
        snapshot.connectors().find(id)?.ok_or_else(|| Error::not_found("connector", id.as_str()))?;
    let revision = connector.ready.ok_or(Error::Draft(connector.summary.name))?;
    let stored = snapshot.environments().list()?;
    let found = stored.iter().find(|found| found.link_name.as_str() == environment);
    let environment = match (is_computed, found) {
        (true, _) => None,
        (false, Some(found)) => Some(found.id.clone()),
        (false, None) => return Err(Error::not_found("environment", environment)),
    };
    let environments = stored.into_iter().map(choice).collect();
    let (connector, _) = connector_of(snapshot, &revision, environment.as_ref(), &BTreeMap::new())?;
    let default_name = free_name(snapshot, &connector.name)?;
    Ok(Form {
        connector,
        connector_id: id.clone(),
        revision,
        environment,
        environments,
        default_name,
        chosen: None,
        settings: BTreeMap::new(),
        registration: None,
    })
}

fn form_again(snapshot: &Snapshot<'_>, id: &ConnectionId, new_version: bool) -> Result<Form, Error> {
    let connection = find(snapshot, id)?;
    let revision = match new_version {
        true => {
            let connector = snapshot.connectors().find(&connection.connector)?;
            let connector =
                connector.ok_or_else(|| Error::not_found("connector", connection.connector.as_str()))?;
            connector.ready.ok_or(Error::Draft(connector.summary.name))?
        }
        false => connection.revision,
    };
    let (connector, _) =
        connector_of(snapshot, &revision, connection.environment.as_ref(), &connection.settings)?;
    let authorization = connection.authorization.as_ref();
    let authorization = authorization.map(|id| snapshot.authorizations().find(id)).transpose()?.flatten();
    let way = connection.authentication;
    Ok(Form {
        chosen: way.filter(|way| connector.authentication(Some(way)).is_some()),
        connector,
        connector_id: connection.connector,
        revision,
        environment: connection.environment,
        environments: snapshot.environments().list()?.into_iter().map(choice).collect(),
        default_name: connection.name,
        settings: connection.settings,
        registration: authorization.and_then(|authorization| authorization.registration),
    })
}

fn choice(environment: Environment) -> EnvironmentChoice {
    EnvironmentChoice { link_name: environment.link_name.to_string(), name: environment.name }
}
