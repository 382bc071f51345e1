//! The authorize page: where a browser is sent, and what the pretend people do there.

use super::{AUTHORIZE, App, STATE, back, of, service};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_to_an_address_that_is_not_registered() {
    let app = App::of(service(json!({}))).await;
    for (changed, why) in [
        (("redirect_uri", "https://evil.example/callback"), "not registered"),
        (("redirect_uri", "http://127.0.0.1:49152/other"), "not registered"),
        (("redirect_uri", "http://127.0.0.1.evil.example/callback"), "not registered"),
        (("redirect_uri", "http://127.0.0.1:49152@evil.example/callback"), "not registered"),
        (("redirect_uri", "javascript:alert(1)"), "not registered"),
        (("redirect_uri", ""), "missing"),
        (("client_id", "somebody-else"), "not the one that the Lab issued"),
    ] {
        let reply = app.authorize(
            AUTHORIZE,
            &app.asked(&[changed]),
            &[("person", "ada@lab.test"), ("answer", "yes")],
        );
        assert_eq!((reply.status, reply.header("location")), (400, None), "{changed:?}");
        assert!(reply.body.contains(why), "{changed:?}: {}", reply.body);
    }
    for address in
        ["dev.patchbay:/oauth/callback", "http://localhost:1/callback", "http://[::1]:65535/callback"]
    {
        assert_eq!(
            app.authorize(AUTHORIZE, &app.asked(&[("redirect_uri", address)]), &[]).status,
            200,
            "{address}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_else_an_app_asks_wrongly_goes_back_with_the_browser() {
    let app = App::of(service(json!({}))).await;
    for (changed, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", ""), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("scope", "read,write"), "invalid_scope"),
        (("scope", "admin"), "invalid_scope"),
        (("prompt", "none"), "login_required"),
    ] {
        let redirect = back(&app.authorize(AUTHORIZE, &app.asked(&[changed]), &[]));
        assert_eq!(
            (of(&redirect, "error"), of(&redirect, "state")),
            (error.into(), STATE.into()),
            "{changed:?}"
        );
        assert!(redirect.iter().all(|(key, _)| key != "code"), "{redirect:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pretend_people_do_what_they_are_there_for() {
    let app = App::of(service(json!({}))).await;
    let asked = app.asked(&[]);
    let no = back(&app.authorize(AUTHORIZE, &asked, &[("person", "grace@lab.test")]));
    assert_eq!(of(&no, "error"), "access_denied");
    let denied = back(&app.authorize(AUTHORIZE, &asked, &[("person", "ada@lab.test"), ("answer", "no")]));
    assert_eq!(of(&denied, "error"), "access_denied");
    let wrong = app.authorize(AUTHORIZE, &asked, &[("person", "otto@lab.test"), ("answer", "yes")]);
    assert!(
        wrong.status == 200 && wrong.body.contains("Otto Lilac typed a wrong password"),
        "{}",
        wrong.body
    );
    let stranger = app.authorize(AUTHORIZE, &asked, &[("person", "nobody@lab.test"), ("answer", "yes")]);
    assert!(stranger.body.contains("Nobody of this e-mail"), "{}", stranger.body);
    let person = lab::Person {
        email: "maria@lab.test".into(),
        name: "Maria".into(),
        behaviour: lab::PersonBehaviour::SaysYes,
    };
    app.world.lab.save_person(&person).unwrap();
    assert!(app.authorize(AUTHORIZE, &asked, &[]).body.contains("maria@lab.test"));
    assert_eq!(app.call(&app.tokens("maria@lab.test")["access_token"]).json()["email"], "maria@lab.test");
    app.world.lab.forget_person("maria@lab.test").unwrap();
    assert!(!app.authorize(AUTHORIZE, &asked, &[]).body.contains("maria@lab.test"));
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_takes_a_while_is_waited_for() {
    let app = App::of(service(json!({}))).await;
    let port = app.world.port();
    let request = format!(
        "POST {AUTHORIZE}?{} HTTP/1.1\nHost: HOST\nContent-Type: application/x-www-form-urlencoded\n\nperson=lena%40lab.test",
        app.asked(&[])
    );
    let waiting = std::thread::spawn(move || crate::client::send(port, &request));
    // The connection's own deadline and the answer that is held back.
    app.world.clock.until_asleep(2);
    app.world.clock.advance(std::time::Duration::from_secs(20));
    let page = waiting.join().unwrap();
    assert!(page.body.contains("lena@lab.test") && page.body.contains("Allow 2"), "{page:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_agrees_to_nothing() {
    let app = App::of(service(json!({}))).await;
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        let reply = app.post(
            &format!("{AUTHORIZE}?{}", app.asked(&[])),
            &[("person", "ada@lab.test"), ("answer", "yes"), ("scope", "read")],
            &format!("\nOrigin: {origin}"),
        );
        assert_eq!((reply.status, reply.header("location")), (403, None), "{origin}");
    }
    let reply = app.world.send(&format!("GET {AUTHORIZE}?{} HTTP/1.1\nHost: evil.example", app.asked(&[])));
    assert_eq!(reply.status, 421);
    assert!(app.world.lab.log(0, "").unwrap().is_empty());
    // What a link can do is show a page, and the page leads nowhere by itself.
    let page = app.authorize(AUTHORIZE, &app.asked(&[("answer", "yes"), ("person", "ada@lab.test")]), &[]);
    assert_eq!((page.status, page.header("location")), (200, None));
    assert!(!page.body.contains("<script"));
}
