//! Commands on *Your app*.

use crate::{
    Api,
    contract::{Done, TypedSecret, connections::EnvironmentRef, error::ErrorView, registrations::*},
    words::error::view as error,
};
use domain::id::{ConnectorId, RegistrationId};
use engine::{
    oauth::client::GivenClient,
    registrations::{GivenRegistration, RegistrationDetail},
};

impl Api {
    /// What is kept of a connector's apps, by environment, the default first.
    /// # Errors
    /// The data cannot be read.
    pub async fn list_registrations(
        &self,
        request: ListRegistrations,
    ) -> Result<Vec<RegistrationView>, ErrorView> {
        let found = self.engine.registrations(&ConnectorId::from_stored(request.connector)).await;
        Ok(found.map_err(error)?.into_iter().map(view).collect())
    }

    /// Saves an app: changes one, or adds it beside the others.
    /// # Errors
    /// What does not fit; vault errors. Nothing is kept then.
    pub async fn save_registration(&self, request: SaveRegistration) -> Result<RegistrationView, ErrorView> {
        let connector = ConnectorId::from_stored(request.connector);
        let secret = request.secret.map(TypedSecret::into_secret);
        let given = GivenRegistration {
            registration: request.registration.map(RegistrationId::from_stored),
            label: request.label,
            client: GivenClient { id: Some(request.client_id), secret },
        };
        let saved = self.engine.save_registration(&connector, request.environment.as_deref(), given).await;
        saved.map(view).map_err(error)
    }

    /// Lets new connections use an app. Those that stand keep theirs.
    /// # Errors
    /// Not found.
    pub async fn make_default_registration(
        &self,
        request: MakeDefaultRegistration,
    ) -> Result<Done, ErrorView> {
        let id = RegistrationId::from_stored(request.registration);
        self.engine.make_default_registration(&id).await.map(|()| Done {}).map_err(error)
    }

    /// Forgets an app that no connection uses.
    /// # Errors
    /// Not found; connections use it; others are there, and it is the default.
    pub async fn delete_registration(&self, request: DeleteRegistration) -> Result<Done, ErrorView> {
        let id = RegistrationId::from_stored(request.registration);
        self.engine.delete_registration(&id).await.map(|()| Done {}).map_err(error)
    }
}

pub(crate) fn view(detail: RegistrationDetail) -> RegistrationView {
    RegistrationView {
        id: detail.registration.id.to_string(),
        environment: EnvironmentRef {
            link_name: detail.environment.link_name.to_string(),
            name: detail.environment.name,
        },
        label: detail.registration.label,
        client_id: detail.registration.client_id,
        is_default: detail.is_default,
        has_secret: detail.has_secret,
        used_by: detail.used_by,
    }
}
