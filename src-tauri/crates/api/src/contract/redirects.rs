//! The ways back from the browser, as they are on this machine.

use super::connect::WayView;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for the ways back from the browser.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RedirectWays {}

/// Tries the ways back from the browser.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct TestRedirectWays {}

/// Has the system hand the app link to this copy of Patchbay. A copy that was built here, or that keeps its data apart,
/// gives it back when its window closes.
#[derive(Clone, Debug, Deserialize, TS)]
pub struct RegisterAppLink {}

/// The ways back from the browser.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RedirectWaysView {
    /// When they were tried; none while they were not.
    pub tested_at: Option<Timestamp>,
    /// Each of them.
    pub ways: Vec<RedirectWayView>,
}

/// One way back from the browser.
#[derive(Clone, Debug, Serialize, TS)]
pub struct RedirectWayView {
    /// Which.
    pub way: WayView,
    /// The address that services send the browser to; none where it is the person's own.
    pub address: Option<String>,
    /// Whether it works.
    pub state: WayStateView,
    /// Whether it is the one to use where a connector leaves the choice.
    pub recommended: bool,
    /// What trying it showed, in order.
    pub checks: Vec<RedirectCheck>,
}

/// Whether a way back works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WayStateView {
    /// Nobody tried.
    Untested,
    /// A reply came back.
    Works,
    /// None came back.
    Fails,
}

/// One thing that trying a way showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct RedirectCheck {
    /// In words.
    pub says: String,
    /// Whether it is as it should be.
    pub ok: bool,
}
