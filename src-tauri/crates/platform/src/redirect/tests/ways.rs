//! The ways on which the answer of a service comes.

use super::world::{Attempt, address, listener, send};
use domain::{
    connector::ResponseMode,
    ports::{ListenError, LoopbackHost, RedirectListener},
};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

const FORM: &str = "\nContent-Type: application/x-www-form-urlencoded";

#[tokio::test(flavor = "multi_thread")]
async fn the_reply_in_the_query_is_taken_and_its_page_names_the_connection() {
    let (listener, _clock) = listener();
    let mut attempt = Attempt::on_free_port(&listener, ResponseMode::Query).await;
    assert_eq!(attempt.redirect_uri, format!("http://127.0.0.1:{}/callback", attempt.port()));
    let reply = attempt.get("/callback?code=a%20b+c&state=STATE").await;
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains("You can close this tab"), "{}", reply.body);
    assert!(reply.body.contains("<b>Ledger &lt;live&gt;</b>"), "{}", reply.body);
    let expected = format!("{}?code=a%20b+c&state=STATE", attempt.redirect_uri);
    assert_eq!(attempt.seen(), [expected]);
    attempt.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_service_said_is_quoted_and_never_markup() {
    let (listener, _clock) = listener();
    let attempt = Attempt::on_free_port(&listener, ResponseMode::Query).await;
    let said = "%3Cimg/src=x/onerror='alert(1)'%3E%22--%3E%3C/main%3E";
    let reply = attempt.get(&format!("/callback?state=STATE&error_description={said}")).await;
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains("The service did not sign you in"), "{}", reply.body);
    assert!(
        reply
            .body
            .contains("&lt;img/src=x/onerror=&#39;alert(1)&#39;&gt;&quot;--&gt;&lt;/main&gt;</blockquote>"),
        "{}",
        reply.body
    );
    assert!(!reply.body.contains("<img"), "{}", reply.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_taken_only_where_the_connector_says_so() {
    let (listener, _clock) = listener();
    for mode in [ResponseMode::Query, ResponseMode::Fragment] {
        let mut attempt = Attempt::on_free_port(&listener, mode).await;
        let reply = attempt.post("/callback", FORM, "code=c&state=STATE").await;
        assert_eq!((reply.status, reply.header("allow")), (405, "GET"));
        assert!(attempt.seen().is_empty());
    }
    let mut attempt = Attempt::on_free_port(&listener, ResponseMode::FormPost).await;
    assert_eq!(
        attempt.post("/callback", "\nContent-Type: text/plain", "code=c&state=STATE").await.status,
        415
    );
    assert_eq!(attempt.post("/callback", FORM, "code=c&state=wrong").await.status, 400);
    // The form comes from a page of the service, so the browser names another origin.
    let headers = format!("{FORM}; charset=utf-8\nOrigin: https://login.example\nSec-Fetch-Dest: document");
    assert_eq!(attempt.post("/callback", &headers, "code=a+b%26&state=STATE").await.status, 200);
    assert_eq!(attempt.seen(), ["code=c&state=wrong&", "code=a b&&state=STATE&"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fragment_is_read_by_the_one_script_of_the_landing_page() {
    let (listener, _clock) = listener();
    let mut attempt = Attempt::on_free_port(&listener, ResponseMode::Fragment).await;
    let landing = attempt.get("/callback").await;
    assert_eq!(landing.status, 200);
    let policy = landing.header("content-security-policy");
    let nonce = policy.split("script-src 'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert!(policy.contains("connect-src 'self'"), "{policy}");
    assert_eq!(landing.body.matches("<script").count(), 1);
    assert!(landing.body.contains(&format!("<script nonce=\"{nonce}\">")), "{}", landing.body);
    assert!(landing.body.contains("<noscript><p>Scripts are off"), "{}", landing.body);
    assert_ne!(attempt.get("/callback").await.body, landing.body, "a nonce is used once");
    assert!(attempt.seen().is_empty());

    let own = format!("\nOrigin: http://{}\nContent-Type: text/plain\nSec-Fetch-Dest: empty", attempt.host());
    for body in ["", "a b", "a\u{e4}", "state=wrong"] {
        assert_eq!(attempt.post("/callback/fragment", &own, body).await.status, 400, "{body}");
    }
    let reply = attempt.post("/callback/fragment", &own, "access_token=t&state=STATE").await;
    assert_eq!(reply.status, 200);
    let uri = attempt.redirect_uri.clone();
    assert_eq!(attempt.seen(), [format!("{uri}#state=wrong"), format!("{uri}#access_token=t&state=STATE")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_answers_in_the_query_after_all_is_heard() {
    let (listener, _clock) = listener();
    let mut attempt = Attempt::on_free_port(&listener, ResponseMode::Fragment).await;
    let reply = attempt.get("/callback?error=access_denied&state=STATE&error_description=no").await;
    assert!(reply.body.contains("<blockquote>no</blockquote>"), "{}", reply.body);
    assert_eq!(attempt.seen().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn attempts_with_the_same_fixed_port_each_get_their_own_reply() {
    let (listener, _clock) = listener();
    let first = Attempt::on_free_port(&listener, ResponseMode::Query).await;
    let same = || address(LoopbackHost::V4, Some(first.port()));
    let second = Attempt::begin(&listener, same(), ResponseMode::Query, "SECOND").await.unwrap();
    let third = Attempt::begin(&listener, same(), ResponseMode::Query, "THIRD").await.unwrap();
    assert_eq!(first.redirect_uri, second.redirect_uri);
    assert_eq!(first.get("/callback?code=c&state=none").await.status, 400);
    assert_eq!(first.get("/callback?code=c&state=THIRD").await.status, 200);
    third.end().await;
    assert_eq!(first.get("/callback?code=c&state=THIRD").await.status, 400, "it is over");
    second.cancel().await;
    assert_eq!(first.get("/callback?code=c&state=SECOND").await.status, 400, "it was cancelled");
    assert_eq!(first.get("/callback?code=c&state=STATE").await.status, 200);
    first.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fixed_port_is_free_again_at_once_after_an_answer() {
    let (listener, _clock) = listener();
    let first = Attempt::on_free_port(&listener, ResponseMode::Query).await;
    assert_eq!(first.get("/callback?code=c&state=STATE").await.status, 200);
    let port = first.port();
    first.end().await;
    let again = address(LoopbackHost::V4, Some(port));
    let second = Attempt::begin(&listener, again.clone(), ResponseMode::Query, "SECOND").await.unwrap();
    assert_eq!(second.get("/callback?code=c&state=SECOND").await.status, 200);
    second.end().await;
    let (another_process, _clock) = super::world::listener();
    let third = loop {
        match Attempt::begin(&another_process, again.clone(), ResponseMode::Query, "THIRD").await {
            // The other one closes on a task of its own.
            Err(ListenError::InUse { .. }) => tokio::task::yield_now().await,
            outcome => break outcome.unwrap(),
        }
    };
    assert_eq!(third.get("/callback?code=c&state=THIRD").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn localhost_is_heard_in_both_families_on_one_port_or_not_at_all() {
    let (listener, _clock) = listener();
    let mut attempt =
        Attempt::begin(&listener, address(LoopbackHost::Localhost, None), ResponseMode::Query, "STATE")
            .await
            .unwrap();
    let port = attempt.port();
    assert_eq!(attempt.redirect_uri, format!("http://localhost:{port}/callback"));
    let both: [SocketAddr; 2] = [(Ipv4Addr::LOCALHOST, port).into(), (Ipv6Addr::LOCALHOST, port).into()];
    for to in both {
        let request = |host: &str| format!("GET /callback?code=c&state=no HTTP/1.1\nHost: {host}:{port}");
        assert_eq!(send(to, request("localhost")).await.status, 400);
        assert_eq!(send(to, request("127.0.0.1")).await.status, 421);
    }
    assert_eq!(attempt.seen().len(), 2);

    let taken = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let outcome = listener.listen(address(LoopbackHost::Localhost, Some(port)), ResponseMode::Query).await;
    assert_eq!(outcome.err(), Some(ListenError::InUse { port }));
    drop(taken);
    let both = listener.listen(address(LoopbackHost::Localhost, Some(port)), ResponseMode::Query).await;
    assert!(both.is_ok(), "the other family was given back");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_v6_is_heard_in_its_family_alone() {
    let (listener, _clock) = listener();
    let attempt = Attempt::begin(&listener, address(LoopbackHost::V6, None), ResponseMode::Query, "STATE")
        .await
        .unwrap();
    let port = attempt.port();
    assert_eq!(attempt.redirect_uri, format!("http://[::1]:{port}/callback"));
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("nothing else is bound");
    let request = format!("GET /callback?code=c&state=STATE HTTP/1.1\nHost: [::1]:{port}");
    assert_eq!(send((Ipv6Addr::LOCALHOST, port).into(), request).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_of_another_program_is_said_to_be_in_use() {
    let (listener, _clock) = listener();
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = taken.local_addr().unwrap().port();
    let outcome = listener.listen(address(LoopbackHost::V4, Some(port)), ResponseMode::Query).await;
    assert_eq!(outcome.err(), Some(ListenError::InUse { port }));
}
