//! What a peer may send and hold, and for how long. Time is the test's.

use crate::{
    client::{self, is_ended, read, write},
    world::{World, play},
};
use lab::play::Authentication;
use std::{io::Write, time::Duration};

const ME: &str = "/crm/api.zylker.example/v1/me";

async fn world() -> World {
    World::playing(&[play("crm", Authentication::None)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_beyond_the_limit_is_refused() {
    let world = world().await;
    let send = |length: usize| {
        let body = "x".repeat(length);
        world.send(&format!("POST {ME} HTTP/1.1\nHost: HOST\nContent-Type: text/plain\n\n{body}")).status
    };
    assert_eq!(send(1 << 20), 200);
    assert_eq!(send((1 << 20) + 1), 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_tells_no_length_is_bounded_too() {
    let world = world().await;
    let mut stream = client::open(world.port());
    write(&mut stream, world.port(), &format!("POST {ME} HTTP/1.1\nHost: HOST\nTransfer-Encoding: chunked"));
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
    for _ in 0..17 {
        stream.write_all(chunk.as_bytes()).unwrap();
    }
    stream.write_all(b"0\r\n\r\n").unwrap();
    assert_eq!(read(&mut stream).map(|reply| reply.status), Some(413));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_beyond_the_limit_is_refused() {
    let world = world().await;
    let send = |extra: String| world.send(&format!("GET {ME} HTTP/1.1\nHost: HOST{extra}")).status;
    assert_eq!(send(format!("\nX-Long: {}", "x".repeat(8 << 10))), 200);
    assert_eq!(send(format!("\nX-Long: {}", "x".repeat(32 << 10))), 431);
    assert_eq!(send("\nX-Many: 1".repeat(90)), 200);
    assert_eq!(send("\nX-Many: 1".repeat(101)), 431);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_comes_too_slowly_ends_the_connection() {
    let world = world().await;
    let mut stream = client::open(world.port());
    world.clock.until_asleep(1);
    for part in ["GET / HT", "TP/1.1\r\n", "Host: "] {
        stream.write_all(part.as_bytes()).unwrap();
        world.clock.advance(Duration::from_secs(3));
        world.clock.until_asleep(1);
    }
    world.clock.advance(Duration::from_secs(1));
    assert!(is_ended(&mut stream));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_comes_too_slowly_ends_the_connection() {
    let world = world().await;
    let mut stream = client::open(world.port());
    write(
        &mut stream,
        world.port(),
        &format!("POST {ME} HTTP/1.1\nHost: HOST\nContent-Length: 100\nExpect: 100-continue"),
    );
    // The reply to `Expect` says that the body is being waited for.
    assert_eq!(read(&mut stream).map(|reply| reply.status), Some(100));
    stream.write_all(b"x").unwrap();
    world.clock.until_asleep(1);
    world.clock.advance(Duration::from_secs(20));
    assert!(is_ended(&mut stream));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_connection_is_used_again_and_ends_after_a_while() {
    let world = world().await;
    let mut stream = client::open(world.port());
    for _ in 0..3 {
        write(&mut stream, world.port(), &format!("GET {ME} HTTP/1.1\nHost: HOST"));
        assert_eq!(read(&mut stream).map(|reply| reply.status), Some(200));
        world.clock.advance(Duration::from_secs(25));
    }
    world.clock.advance(Duration::from_secs(5));
    assert!(is_ended(&mut stream));
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_connections_do_not_keep_others_out_for_long() {
    let world = world().await;
    let mut slow: Vec<_> = (0..256).map(|_| client::open(world.port())).collect();
    for stream in &mut slow {
        stream.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    }
    world.clock.until_asleep(256);
    // All places are taken: this one waits outside.
    let mut honest = client::open(world.port());
    write(&mut honest, world.port(), &format!("GET {ME} HTTP/1.1\nHost: HOST"));
    world.clock.advance(Duration::from_secs(10));
    assert_eq!(read(&mut honest).map(|reply| reply.status), Some(200));
    assert!(slow.iter_mut().all(is_ended));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_http_is_refused() {
    let world = world().await;
    for bytes in
        ["\x16\x03\x01\x02\x00\x01\x00\x01\u{fc}\x03\x03 tls\r\n\r\n", "hello\r\n\r\n", "GET\r\n\r\n"]
    {
        let mut stream = client::open(world.port());
        stream.write_all(bytes.as_bytes()).unwrap();
        assert!(read(&mut stream).is_none_or(|reply| reply.status == 400), "{bytes:?}");
    }
    assert_eq!(world.send(&format!("GET {ME} HTTP/1.1\nHost: HOST")).status, 200);
}
