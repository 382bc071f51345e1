//! Commands on *Your app*.

use crate::{
    Api,
    contract::{TypedSecret, error::ErrorView, registrations::*},
    words::error::view as error,
};
use domain::id::ConnectorId;
use engine::oauth::client::{GivenClient, RegistrationDetail};

impl Api {
    /// What is kept of the app that was registered with the service.
    /// # Errors
    /// Not found.
    pub async fn show_registration(&self, request: ShowRegistration) -> Result<RegistrationView, ErrorView> {
        let connector = ConnectorId::from_stored(request.connector);
        let kept = self.engine.registration(&connector, request.environment.as_deref()).await;
        Ok(kept.map_err(error)?.map(view).unwrap_or_default())
    }

    /// Saves the app that was registered with the service.
    /// # Errors
    /// What does not fit; vault errors. Nothing is kept then.
    pub async fn save_registration(&self, request: SaveRegistration) -> Result<RegistrationView, ErrorView> {
        let connector = ConnectorId::from_stored(request.connector);
        let given =
            GivenClient { id: Some(request.client_id), secret: request.secret.map(TypedSecret::into_secret) };
        let saved = self.engine.save_registration(&connector, request.environment.as_deref(), given).await;
        saved.map(view).map_err(error)
    }
}

fn view(detail: RegistrationDetail) -> RegistrationView {
    RegistrationView {
        client_id: Some(detail.registration.client_id),
        has_secret: detail.has_secret,
        used_by: detail.used_by,
    }
}
