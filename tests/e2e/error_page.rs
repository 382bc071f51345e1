//! A service that shows an error in the browser and sends nobody back, while a sign-in waits in the window.

use crate::{
    Browser, Window, button, field,
    sign_in::{add, begin, connect, open_connection, sign_in_by_browser, who},
};
use std::collections::HashMap;
use url::Url;

const PAGE: &str = "Text or address of the error page";

#[tokio::test]
async fn an_error_page_is_told_and_the_sign_in_that_waits_is_finished_after_it() {
    let (world, peer) = begin();
    add(&world, "code_public", &peer);
    let window = Window::open(&world).await;
    connect(&window, "code_public", "Mine").await;
    window.sees("Waiting for you to agree").await;

    // On its way to the service the address is changed, and the service wants nothing of it.
    let browser = Browser::opened(&world, &peer.address).await;
    let asked = Url::parse(&browser.arguments().pop().unwrap()).unwrap();
    let sent: HashMap<_, _> = asked.query_pairs().into_owned().collect();
    let mut elsewhere = asked.clone();
    let changed = asked.query_pairs().map(|(name, value)| match &*name {
        "redirect_uri" => (name, "http://127.0.0.1/elsewhere".into()),
        _ => (name, value),
    });
    elsewhere.query_pairs_mut().clear().extend_pairs(changed);
    browser.runs(&format!("location.href = '{elsewhere}'")).await;
    browser.sees("did not match any of the client's registered redirect_uris").await;
    let page = browser.evaluates("return document.body.innerText").await;
    browser.picture("error-page-1-service").await;
    browser.close().await;

    window.click(button("The service shows an error page?")).await;
    window.fill(field(PAGE), "Something went wrong.").await;
    window.click(button("What does it mean?")).await;
    window.sees("Nothing in it tells Patchbay why. Ask code_public what it means, or begin again.").await;
    // What the sign-in waits for is no error, and goes elsewhere.
    window.fill(field(PAGE), &format!("{}?code=c", sent["redirect_uri"])).await;
    window.click(button("What does it mean?")).await;
    window.sees("This is the address that the sign-in waits for.").await;
    window.fill(field(PAGE), page.as_str().unwrap()).await;
    window.click(button("What does it mean?")).await;
    window.sees("The redirect address is not the one registered with the service").await;
    window.sees("Waiting for you to agree").await;
    window.picture("error-page-2-told").await;
    assert!(!window.page().await.contains(&sent["state"]), "nothing of the page but its error is shown");

    window.click(button("Open browser again")).await;
    sign_in_by_browser(&world, &peer, "jane").await;
    window.sees("Verified as jane").await;
    open_connection(&window, "Mine", "jane").await;
    assert_eq!(who(&world, "mine"), "jane");
    window.close().await;
}
