//! Whole journeys in the real window, against a service that nobody here wrote: from the first run to the last delete.

use crate::{
    Window, World, button, heading,
    steps::{Service, Step, delete, rename, set_up_vault},
};
use tests::Peer;

const NONE: Service = Service {
    name: "Open Data",
    pick: "None",
    security: &[],
    method: "GET",
    path: "/anything",
    account: None,
    secret: None,
    values: &[],
};

const BASIC: Service = Service {
    name: "Harbour ERP",
    pick: "Basic",
    security: &[],
    method: "GET",
    path: "/basic-auth/jane/s3cret-pass-word",
    account: Some("/user"),
    secret: Some(("Password", "s3cret-pass-word")),
    values: &[("User name", "jane")],
};

const API_KEY: Service = Service {
    name: "Parcelline",
    pick: "API key",
    security: &[
        Step::Fill("Add a parameter", "Account number"),
        Step::Fill("Key, row 2", "account"),
        Step::Choose("Location, row 2", "Query"),
    ],
    method: "GET",
    path: "/anything/me",
    account: None,
    secret: Some(("API key", "key-0123456789-abcdef")),
    values: &[("Account number", "4711")],
};

const BEARER: Service = Service {
    name: "Brightwell CRM",
    pick: "Bearer token",
    security: &[],
    method: "GET",
    path: "/bearer",
    account: None,
    secret: Some(("Bearer Token", "tok-0123456789-abcdef")),
    values: &[],
};

const AUTH_FIELDS: Service = Service {
    name: "Orchard POS",
    pick: "Auth fields",
    security: &[
        Step::Fill("Add a field", "Store"),
        Step::Fill("Add a field", "Pass phrase"),
        Step::Choose("Kind, row 2", "Secret"),
    ],
    method: "POST",
    path: "/anything",
    account: None,
    secret: Some(("Pass phrase", "open-sesame-0815")),
    values: &[("Store", "12")],
};

#[tokio::test]
async fn a_public_service_goes_the_whole_way() {
    goes_the_whole_way(&NONE, "Connected").await;
}

#[tokio::test]
async fn basic_goes_the_whole_way() {
    goes_the_whole_way(&BASIC, "Connected as jane").await;
}

#[tokio::test]
async fn an_api_key_goes_the_whole_way() {
    goes_the_whole_way(&API_KEY, "Connected").await;
}

#[tokio::test]
async fn a_bearer_token_goes_the_whole_way() {
    goes_the_whole_way(&BEARER, "Connected").await;
}

#[tokio::test]
async fn auth_fields_go_the_whole_way() {
    goes_the_whole_way(&AUTH_FIELDS, "Connected").await;
}

/// First run → connector → ready → connection → verified → renamed → deleted.
async fn goes_the_whole_way(service: &Service, status: &str) {
    let (world, peer) = (World::empty(), Peer::start("httpbin"));
    let window = Window::open(&world).await;
    let picture = |step: &str| format!("{}-{step}", service.pick.to_lowercase().replace(' ', "-"));
    window.finds(heading("Make your first connection")).await;
    service.build(&window, &peer).await;
    window.picture(&picture("1-ready")).await;
    window.click(button("Add connection")).await;
    window.finds(heading("Keep secrets in a vault")).await;
    window.picture(&picture("2-vault")).await;
    set_up_vault(&window).await;
    service.type_values(&window, "Month-end close", None).await;
    window.picture(&picture("3-typed")).await;
    window.click(button("Save and verify")).await;
    window.finds(button("Open connection")).await;
    window.picture(&picture("4-connected")).await;
    window.click(button("Open connection")).await;
    window.finds(heading("Month-end close")).await;
    window.sees(status).await;
    window.picture(&picture("5-detail")).await;
    rename(&window, "Year-end close").await;
    delete(&window).await;
    window.finds(heading("Make your first connection")).await;
    window.picture(&picture("6-deleted")).await;
    window.close().await;
}
