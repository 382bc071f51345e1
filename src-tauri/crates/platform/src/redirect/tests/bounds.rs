//! What a peer can send or hold.

use super::world::{Attempt, listener, open, read, read_some, write};
use domain::{
    connector::ResponseMode,
    ports::{LoopbackAddress, LoopbackHost, RedirectListener},
};
use std::{
    net::{Ipv4Addr, SocketAddr, TcpStream},
    time::Duration,
};

const GOOD: &str = "/callback?code=c&state=STATE";

fn at(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

fn is_ended(stream: &mut TcpStream) -> bool {
    !read_some(stream, &mut Vec::new())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_comes_too_slowly_breaks_the_connection_and_not_the_attempt() {
    let (listener, clock) = listener();
    let attempt = Attempt::on_free_port(&listener, ResponseMode::Query).await;
    let mut slow = open(at(attempt.port()));
    write(&mut slow, b"GET /callback?code=c&state=STATE HTTP/1.1\r\nHost: 127");
    // Answered after it, so it has been accepted.
    assert_eq!(attempt.get("/").await.status, 404);
    clock.advance(Duration::from_secs(10));
    assert!(tokio::task::spawn_blocking(move || is_ended(&mut slow)).await.unwrap());
    assert_eq!(attempt.get(GOOD).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_are_held_open_do_not_keep_the_browser_out() {
    let (listener, _clock) = listener();
    let attempt = Attempt::on_free_port(&listener, ResponseMode::Query).await;
    let held: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = open(at(attempt.port()));
            write(&mut stream, b"GET /");
            stream
        })
        .collect();
    assert_eq!(attempt.get(GOOD).await.status, 200);
    drop(held);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_longer_than_any_answer_is_not_read() {
    let (listener, _clock) = listener();
    let long = |length: usize| "x".repeat(length);
    let mut attempt = Attempt::on_free_port(&listener, ResponseMode::FormPost).await;
    let form = "\nContent-Type: application/x-www-form-urlencoded";
    assert_eq!(attempt.get(&format!("{GOOD}&x={}", long(200 << 10))).await.status, 431);
    let body = format!("state=STATE&code={}", long(64 << 10));
    assert_eq!(attempt.post("/callback", form, &body).await.status, 413);
    let chunked = format!(
        "POST /callback HTTP/1.1\nHost: HOST\nTransfer-Encoding: chunked{form}\n\n12000\r\n{}\r\n0\r\n\r\n",
        long(0x12000)
    );
    assert_eq!(attempt.send(&chunked).await.status, 413);
    let headers: String = (0..120).map(|n| format!("\nX-{n}: x")).collect();
    assert_eq!(attempt.send(&format!("GET {GOOD} HTTP/1.1\nHost: HOST{headers}")).await.status, 431);
    assert!(attempt.seen().is_empty());
    // A long code of a real service still fits.
    assert_eq!(attempt.get(&format!("{GOOD}&x={}", long(16 << 10))).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_it_refuses_and_whoever_still_waits_is_told_that_it_is_not_ours() {
    let (listener, _clock) = listener();
    let address = LoopbackAddress { host: LoopbackHost::V4, port: None, path: "/callback".into() };
    let mut listening = listener.listen(address, ResponseMode::Query).await.unwrap();
    let port = listening.redirect_uri().split([':', '/']).nth(4).unwrap().parse().unwrap();
    let mut idle = open(at(port));
    let mut waiting = open(at(port));
    write(&mut waiting, format!("GET {GOOD} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n").as_bytes());
    let candidate = listening.next().await.unwrap();
    drop(listening);
    drop(candidate);
    let (reply, is_ended) =
        tokio::task::spawn_blocking(move || (read(&mut waiting, true).unwrap(), is_ended(&mut idle)))
            .await
            .unwrap();
    assert_eq!(reply.status, 400);
    assert!(is_ended);
    assert!(TcpStream::connect(at(port)).is_err());
}
