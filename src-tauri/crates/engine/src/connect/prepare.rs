//! From what a person gave to an attempt: checked against what the connector asks, before anything is kept.

use super::{
    Again, Given,
    form::{Form, has_client, person_prompts},
    values::{check_prompts, check_settings},
};
use crate::request::{BuildError, Call, Parts, build};
use crate::{
    Engine, Error,
    connections::{all_settings, check_name, find},
    credential::{Credential, CredentialError, OAuth1Credential},
    inside,
    new_version::kept_settings,
    oauth::{
        Pending,
        client::{CLIENT_ID, CLIENT_SECRET, GivenClient, Need, PRIVATE_KEY, secret_key},
        party::Standing,
        provider::Provider,
        sign_in::way_of,
    },
    oauth1::service::{Service, secret_of, way_of as signed_way},
};
use domain::{
    agent_group::Route,
    attempt::{Attempt, AttemptState},
    authorization::Expiry,
    connection::Connection,
    connector::{Authentication, Connector, GrantType},
    id::{AttemptId, AuthorizationId, EnvironmentId, RegistrationId},
    origin::AgreedOrigins,
    sign_in::{Redirect, SignIn, Way},
};
use protocol::{message::Method, placement::PlacementError};
use secret::{SecretBytes, SecretString};
use std::collections::BTreeMap;

impl Engine {
    /// Checks what was given against what the connector asks.
    pub(super) async fn prepare(&self, mut given: Given) -> Result<(Attempt, SecretBytes), Error> {
        let (existing, form) = match &given.connection {
            Some(Again { connection, new_version }) => {
                let form = self.reconnect_form(connection, *new_version).await?;
                let id = connection.clone();
                (Some(self.store.read(move |snapshot| find(snapshot, &id)).await?), form)
            }
            None => (None, self.connect_form(&given.connector, given.environment.as_deref()).await?),
        };
        let new_version = given.connection.as_ref().is_some_and(|again| again.new_version);
        let (mut settings, authentication) = match &existing {
            Some(existing) if new_version => {
                let typed = given.settings.into_iter().filter(|(_, value)| !value.is_empty());
                let kept = kept_settings(&form.connector, existing);
                (
                    kept.into_iter().chain(typed).collect(),
                    given.authentication.or_else(|| form.chosen.clone()),
                )
            }
            Some(existing) => (existing.settings.clone(), existing.authentication.clone()),
            None => (given.settings, given.authentication),
        };
        self.script_must_be_agreed(&form.connector_id, &form.connector).await?;
        let shape = form.authentication(authentication.as_deref())?;
        let issued = self.issued_for(&form, authentication.as_deref()).await?;
        issued.fill(&mut settings, &mut given.values, &mut given.secrets);
        let client = take_client(shape, &mut given.values, &mut given.secrets);
        let mut wrong = check_settings(&form.connector, &settings);
        wrong.extend(check_prompts(&person_prompts(shape), &given.values, &given.secrets));
        if !wrong.is_empty() {
            return Err(Error::Values(wrong));
        }
        let all = all_settings(&form.connector, &settings);
        let (environment, way) = (form.environment.as_ref(), authentication.as_deref());
        let origins = self.origins_to_agree(environment, way, &form.connector, &all)?;
        // A computed environment is on this machine by what it is, and leads nowhere else.
        if environment.is_some() {
            let leads_to = inside::leads_to(&form.connector, way, &all, &origins);
            self.must_be_agreed_inside(&form.connector_id, &form.connector, leads_to).await?;
        }
        let plain = given.values.into_iter().map(|(key, value)| (key, SecretString::new(value)));
        let mut values: BTreeMap<_, _> =
            plain.chain(given.secrets).filter(|(_, value)| !value.is_empty()).collect();
        let name = match (&existing, given.name.trim()) {
            (Some(existing), _) => existing.name.clone(),
            (None, "") => form.default_name.clone(),
            (None, name) => check_name(name)?,
        };
        let mut attempt = Attempt {
            id: AttemptId::make(&*self.ports.entropy),
            connection: given.connection.map(|again| again.connection),
            name,
            connector: form.connector_id.clone(),
            revision: form.revision.clone(),
            environment: form.environment.clone(),
            authentication: authentication.clone(),
            settings,
            agent_group: None,
            requested: Vec::new(),
            origins,
            generation: 1,
            state: AttemptState::Verifying,
            owner: self.process.clone(),
            created_at: self.ports.clock.now(),
            sign_in: None,
        };
        if let Some(service) = Service::of(&form.connector, way, &all)? {
            return self
                .prepare_signing(&form, service, client, (attempt, all), (given.way, given.opens_browser))
                .await;
        }
        let Some(provider) = Provider::of(&form.connector, way, &all)? else {
            let credential = Credential::Values(values);
            let parts = Parts {
                connector: &form.connector,
                authentication: shape,
                settings: &all,
                credential: &credential,
                stamp: self.stamp(),
            };
            must_be_placeable(&parts)?;
            return Ok((attempt, credential.to_bytes()));
        };
        let (provider, registration) = match &form.environment {
            Some(environment) => self.prepare_provider(&form, environment, provider, client).await?,
            None => {
                let provider = self.prepare_computed(&form, way, (&all, &attempt.origins), &client).await?;
                client.keep_in(&mut values, secret_key(&provider));
                (provider, None)
            }
        };
        let chosen = match (given.scopes, &existing) {
            (Some(chosen), _) => chosen,
            // Signing in again asks for what was asked before.
            (None, Some(Connection { authorization: Some(id), .. })) if !new_version => {
                self.asked_before(id).await?
            }
            (None, Some(Connection { authorization: Some(id), .. })) => {
                let offered = |value: &String| {
                    form.connector.scopes(way).items.iter().any(|scope| scope.value == *value)
                };
                let before = self.asked_before(id).await?.into_iter().filter(offered);
                before.chain(ticked(&form.connector, way)).collect()
            }
            (None, _) => ticked(&form.connector, way).collect(),
        };
        attempt.state = AttemptState::Prepared;
        attempt.requested = provider.scopes(&chosen);
        attempt.sign_in = Some(SignIn {
            registration,
            redirect: match provider.oauth2.grant_type {
                GrantType::AuthorizationCode | GrantType::Implicit => {
                    let way = way_of(&provider.oauth2, provider.response_type, given.way);
                    Some(Redirect { way, uri: String::new() })
                }
                GrantType::ClientCredentials | GrantType::Password | GrantType::DeviceCode => None,
            },
            state_key: None,
            private: provider.oauth2.private_session,
            opens_browser: given.opens_browser,
            steps: Vec::new(),
            granted: Vec::new(),
            expiry: Expiry::Never,
            account: None,
        });
        Ok((attempt, Pending { values, ..Pending::default() }.to_bytes()))
    }

    /// Finds or keeps the registration of an app that signs its requests; in the computed environment its client is issued
    /// at each use. With two legs it is all that is needed.
    async fn prepare_signing(
        &self,
        form: &Form,
        service: Service,
        client: GivenClient,
        (mut attempt, settings): (Attempt, BTreeMap<String, String>),
        (way, opens_browser): (Option<Way>, bool),
    ) -> Result<(Attempt, SecretBytes), Error> {
        let mut values = BTreeMap::new();
        let mut typed = None;
        let registration = match &form.environment {
            Some(environment) => {
                let (connector, need) =
                    ((&form.connector_id, &form.connector), service.need(&attempt.origins));
                let (client, own) = (&client, form.registration.as_ref());
                let kept = self.beside_others(|| async {
                    let found = self.registration_for(connector, environment, &need, client, own).await?;
                    // A key that cannot sign is told before the browser opens.
                    self.consumer(&service.oauth1, &found).await?;
                    Ok(found)
                });
                Some(kept.await?.id)
            }
            None => {
                let standing = Standing {
                    revision: &form.revision,
                    environment: None,
                    authentication: attempt.authentication.as_deref(),
                    connector: &form.connector,
                    settings: &settings,
                    registration: None,
                    route: &Route::Direct,
                    sealed_for: &attempt.origins,
                };
                self.signing_party(standing, Some(&client)).await?;
                client.keep_in(&mut values, Some(secret_of(&service.oauth1).0));
                typed = Some(client);
                None
            }
        };
        let three = service.needs_person();
        attempt.sign_in = Some(SignIn {
            registration,
            redirect: three.then(|| Redirect { way: signed_way(&service.oauth1, way), uri: String::new() }),
            state_key: None,
            private: false,
            opens_browser,
            steps: Vec::new(),
            granted: Vec::new(),
            expiry: Expiry::Never,
            account: None,
        });
        if three {
            attempt.state = AttemptState::Prepared;
            return Ok((attempt, Pending { values, ..Pending::default() }.to_bytes()));
        }
        let origins = self.origins_of_tokens(attempt.environment.as_ref(), service.origins());
        let credential = OAuth1Credential { origins, typed, ..OAuth1Credential::default() };
        Ok((attempt, Credential::OAuth1(credential).to_bytes()))
    }

    async fn asked_before(&self, authorization: &AuthorizationId) -> Result<Vec<String>, Error> {
        let id = authorization.clone();
        let found = self.store.read(move |snapshot| snapshot.authorizations().find(&id)).await?;
        Ok(found.map(|found| found.requested).unwrap_or_default())
    }

    /// Reads what the service says about itself, and finds or keeps the registration of its app.
    async fn prepare_provider(
        &self,
        form: &Form,
        environment: &EnvironmentId,
        provider: Provider,
        client: GivenClient,
    ) -> Result<(Provider, Option<RegistrationId>), Error> {
        let link_name = form.connector.agent_group.clone();
        let route = self
            .store
            .read(move |snapshot| {
                let group = snapshot.agent_groups().find_by_link_name(&link_name)?;
                let group = group.ok_or_else(|| Error::not_found("agent group", link_name.as_str()))?;
                Ok::<_, Error>(group.route)
            })
            .await?;
        self.discover(&provider, &form.revision, &route).await?.map_err(Error::SignIn)?;
        let provider = self.pinned(provider, &form.revision).await?;
        self.must_be_agreed_inside(&form.connector_id, &form.connector, inside::told_by(&provider)).await?;
        let connector = (&form.connector_id, &form.connector);
        let (need, own) = (Need::of(&provider), form.registration.as_ref());
        let kept = self.beside_others(|| async {
            let found = self.registration_for(connector, environment, &need, &client, own).await?;
            // A key that cannot sign is told before the browser opens.
            self.client(&provider, &found).await?;
            Ok(found)
        });
        let registration = kept.await?.id;
        Ok((provider, Some(registration)))
    }

    /// The same in the computed environment, which keeps no registration: its client is issued at each use.
    async fn prepare_computed(
        &self,
        form: &Form,
        authentication: Option<&str>,
        (settings, sealed_for): (&BTreeMap<String, String>, &AgreedOrigins),
        client: &GivenClient,
    ) -> Result<Provider, Error> {
        let standing = Standing {
            revision: &form.revision,
            environment: None,
            authentication,
            connector: &form.connector,
            settings,
            registration: None,
            route: &Route::Direct,
            sealed_for,
        };
        let (provider, route) = self.computed_provider(standing).await?;
        self.discover(&provider, &form.revision, &route).await?.map_err(Error::SignIn)?;
        Ok(self.party(standing, Some(client)).await?.provider)
    }
}

/// A value that cannot stand where the connector puts it is told before it is kept, by its prompt.
fn must_be_placeable(parts: &Parts<'_>) -> Result<(), Error> {
    let Err(BuildError::Credential(CredentialError::Placement(error)) | BuildError::Placement(error)) =
        build(parts, &Call::new(Method::GET, ""))
    else {
        return Ok(());
    };
    let prompts = parts.authentication.prompts();
    let named = match &error {
        PlacementError::HeaderValue(name) => prompts.iter().find(|prompt| prompt.key == *name),
        PlacementError::ColonInUser => prompts.first(),
        _ => None,
    };
    let key = named.or_else(|| prompts.iter().find(|prompt| prompt.secret)).map(|prompt| prompt.key.clone());
    Err(Error::Values(vec![(key.unwrap_or_default(), format!("{error}."))]))
}

/// What was given of the app; it goes to its registration, not to the connection.
fn take_client(
    shape: &Authentication,
    values: &mut BTreeMap<String, String>,
    secrets: &mut BTreeMap<String, SecretString>,
) -> GivenClient {
    if !has_client(shape) {
        return GivenClient::default();
    }
    let id = values.remove(CLIENT_ID).filter(|id| !id.trim().is_empty());
    let secret = secrets.remove(CLIENT_SECRET).or_else(|| secrets.remove(PRIVATE_KEY));
    GivenClient { id, secret: secret.filter(|secret| !secret.is_empty()) }
}

/// The permissions that a connector ticks by itself.
fn ticked<'a>(connector: &'a Connector, way: Option<&str>) -> impl Iterator<Item = String> + 'a {
    let items = connector.scopes(way).items.iter();
    items.filter(|scope| scope.default).map(|scope| scope.value.clone())
}
