//! Commands on the logos of connectors.

use crate::{
    Api,
    contract::{error::ErrorView, logos::*},
    words::error::view as error,
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use domain::logo::LogoError;

impl Api {
    /// The name of the picture that a connector file wants from beside it; none where it brings its own.
    pub fn picture_beside(text: &str) -> Option<String> {
        engine::logo::picture_beside(text)
    }

    /// Draws a picture as a connector keeps it.
    /// # Errors
    /// What is wrong with the picture.
    pub async fn read_logo(&self, request: ReadLogo) -> Result<LogoView, ErrorView> {
        let drawn = self.engine.read_logo(bytes(&request.picture).map_err(error)?).await;
        Ok(LogoView { logo: drawn.map_err(error)? })
    }

    /// The logos of all connectors that have one.
    /// # Errors
    /// The data cannot be read.
    pub async fn list_logos(&self, _: ListLogos) -> Result<Vec<ConnectorLogo>, ErrorView> {
        let logos = self.engine.logos().await.map_err(error)?.into_iter();
        Ok(logos.map(|(connector, logo)| ConnectorLogo { connector: connector.to_string(), logo }).collect())
    }
}

/// The bytes of a picture as it travels.
pub(crate) fn bytes(picture: &str) -> Result<Vec<u8>, engine::Error> {
    BASE64.decode(picture).map_err(|_| LogoError::Damaged.into())
}
