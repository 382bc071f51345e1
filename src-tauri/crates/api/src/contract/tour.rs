//! *Try it offline*: the first journey, on a ready-made connector in the Lab, and its next step.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Begins the tour, or goes back to it: adds its connector where it is not there, ready to be connected to.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct BeginTour {}

/// Asks for the next step.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct ShowTour {}

/// Leaves the tour.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct EndTour {
    /// Whether its connector goes too, with every connection made with it.
    pub remove: bool,
}

/// Where the tour stands.
#[derive(Clone, Debug, Serialize, TS)]
pub struct TourState {
    /// None where nobody takes it.
    pub tour: Option<TourView>,
}

/// Where the tour stands. It is read from what happened, not kept: whoever does a step elsewhere is a step further too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct TourView {
    /// What to do next.
    pub step: TourStep,
    /// Row identifier of its connector.
    pub connector: String,
    /// Link name of its connector.
    pub connector_link_name: String,
    /// Shown name of its connector.
    pub connector_name: String,
    /// Row identifier of the connection, once it stands.
    pub connection: Option<String>,
    /// Link name of the connection.
    pub connection_link_name: Option<String>,
}

/// A step of the tour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TourStep {
    /// Connect in the Lab.
    Connect,
    /// Let time pass, until the token is over.
    Expire,
    /// Verify: the token is refused and renewed.
    Refresh,
    /// Have the service end it.
    Revoke,
    /// That was all.
    Done,
}
