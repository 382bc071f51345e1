//! Commands on the ways back from the browser.

use crate::{
    Api,
    contract::{
        connect::WayView,
        error::{ErrorCode, ErrorView},
        redirects::*,
    },
    words::error::of,
};
use domain::{
    Timestamp,
    connector::RedirectMethod,
    ports::{AppLinkError, LinkHandler, WaysTested},
};
use engine::oauth::way_back::APP_LINK;
use std::sync::{Mutex, PoisonError};

/// What trying the ways showed when it was last done. It holds for this machine and this run only.
pub(crate) type Ways = Mutex<Option<(Timestamp, WaysTested)>>;

impl Api {
    /// The ways back from the browser, and what trying them showed.
    /// # Errors
    /// None.
    pub async fn redirect_ways(&self, _: RedirectWays) -> Result<RedirectWaysView, ErrorView> {
        Ok(view(self.ways.lock().unwrap_or_else(PoisonError::into_inner).as_ref()))
    }

    /// Has the system hand the app link to this copy of Patchbay, and tries the ways again.
    /// # Errors
    /// The system does not take it from this copy. Nothing was changed then.
    pub async fn register_app_link(&self, _: RegisterAppLink) -> Result<RedirectWaysView, ErrorView> {
        self.engine.register_app_link().await.map_err(|error| {
            let way_on = "Use the loopback redirect, or paste the address by hand.";
            let told = match &error {
                AppLinkError::NotInstalled => {
                    "Only an installed Patchbay gets app links on this system.".into()
                }
                AppLinkError::Refused { .. } => format!("The app link was not registered: {error}."),
            };
            of(ErrorCode::CouldNotCheck, told, way_on).safe("Nothing was changed.")
        })?;
        self.test_redirect_ways(TestRedirectWays {}).await
    }

    /// Tries the ways back from the browser on this machine.
    /// # Errors
    /// None.
    pub async fn test_redirect_ways(&self, _: TestRedirectWays) -> Result<RedirectWaysView, ErrorView> {
        let tested = self.engine.test_ways_back().await;
        let at = self.engine.ports().clock.now();
        let mut last = self.ways.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some((at, tested));
        Ok(view(last.as_ref()))
    }
}

fn view(last: Option<&(Timestamp, WaysTested)>) -> RedirectWaysView {
    let recommended = last.map(|(_, tested)| tested.recommended());
    let way =
        |way, address: Option<String>, method: RedirectMethod, checks: Vec<RedirectCheck>| RedirectWayView {
            way,
            address,
            state: match checks.as_slice() {
                [] => WayStateView::Untested,
                checks if checks.iter().all(|check| check.ok) => WayStateView::Works,
                _ => WayStateView::Fails,
            },
            recommended: recommended == Some(method),
            checks,
        };
    let tested = last.map(|(_, tested)| tested);
    let address = tested.and_then(|tested| Some(tested.loopback.as_ref().ok()?.redirect_uri.clone()));
    let loopback_address = address.unwrap_or_else(|| "http://127.0.0.1/callback".into());
    RedirectWaysView {
        tested_at: last.map(|(at, _)| *at),
        ways: vec![
            way(
                WayView::Loopback,
                Some(loopback_address),
                RedirectMethod::Loopback,
                tested.map(loopback).unwrap_or_default(),
            ),
            way(
                WayView::App,
                Some(APP_LINK.into()),
                RedirectMethod::App,
                tested.map(app_link).into_iter().collect(),
            ),
            way(
                WayView::Manual,
                None,
                RedirectMethod::Manual,
                vec![RedirectCheck { says: "Nothing to set up".into(), ok: true }],
            ),
        ],
    }
}

fn loopback(tested: &WaysTested) -> Vec<RedirectCheck> {
    match &tested.loopback {
        Ok(tested) => [
            "A port is free".to_owned(),
            format!("A reply came through in {} ms", tested.took.as_millis()),
            "Closed again afterwards".to_owned(),
        ]
        .map(|says| RedirectCheck { says, ok: true })
        .into(),
        Err(fault) => vec![RedirectCheck { says: format!("It does not work: {fault}"), ok: false }],
    }
}

fn app_link(tested: &WaysTested) -> RedirectCheck {
    match &tested.app_link {
        LinkHandler::Ours => RedirectCheck { says: "The system hands it to this Patchbay".into(), ok: true },
        LinkHandler::Other { name } => {
            RedirectCheck { says: format!("“{name}” opens instead"), ok: false }
        }
        LinkHandler::Nobody => {
            RedirectCheck { says: "Only an installed Patchbay gets it; this copy is not".into(), ok: false }
        }
    }
}
