//! Logos: a picture that a person chose, as a connector keeps it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Draws a picture as a connector keeps it: a PNG of at most 256 × 256 pixels. Nothing is stored; the draft takes it.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ReadLogo {
    /// The bytes of a PNG, JPEG, WebP or SVG file, in base 64.
    pub picture: String,
}

/// A logo.
#[derive(Clone, Debug, Serialize, TS)]
pub struct LogoView {
    /// The picture as a `data:` URI.
    pub logo: String,
}

/// The logos of all connectors that have one.
#[derive(Clone, Debug, Default, Deserialize, TS)]
pub struct ListLogos {}

/// The logo of a connector.
#[derive(Clone, Debug, Serialize, TS)]
pub struct ConnectorLogo {
    /// Row identifier of the connector.
    pub connector: String,
    /// The picture as a `data:` URI.
    pub logo: String,
}
