//! Against loopback sockets that answer as told.

mod certificates;

use super::*;
use protocol::message::{Method, header};
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    thread::{self, JoinHandle},
};

const LIMIT: usize = 1 << 16;

/// A server for one connection: reads the head of the request, answers, closes. Joining it gives what it read.
struct Server {
    address: String,
    thread: JoinHandle<String>,
}

impl Server {
    fn answering(answer: impl FnOnce(&mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let thread = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = Vec::new();
            let mut byte = [0];
            while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
                head.extend_from_slice(&byte);
            }
            answer(&mut stream);
            String::from_utf8_lossy(&head).into_owned()
        });
        Self { address, thread }
    }

    fn saying(reply: impl Into<Vec<u8>>) -> Self {
        let reply = reply.into();
        Self::answering(move |stream| stream.write_all(&reply).unwrap())
    }

    fn url(&self) -> String {
        format!("http://{}/path?api_key=hunter2", self.address)
    }

    fn head(self) -> String {
        self.thread.join().unwrap()
    }
}

fn request(url: &str) -> Request {
    Request::new(Method::GET, Url::parse(url).unwrap())
}

fn http(proxy: Option<String>) -> Http {
    Http::with(Settings { deadline: Duration::from_secs(5), proxy, authorities: Vec::new() })
}

async fn get(http: &Http, url: &str) -> Result<Response, TransportError> {
    http.send(&Route::SystemProxy, request(url), LIMIT).await
}

async fn class_of(url: &str) -> TransportClass {
    let error = get(&http(None), url).await.unwrap_err();
    assert!(!error.detail.contains("hunter2"), "{}", error.detail);
    error.class
}

/// `size` letters in the stored blocks of RFC 1951 §3.2.4, framed as RFC 1952 says.
fn gzip(size: usize) -> Vec<u8> {
    let body = vec![b'x'; size];
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let mut blocks = body.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        bytes.push(u8::from(blocks.peek().is_none()));
        bytes.extend([length.to_le_bytes(), (!length).to_le_bytes()].concat());
        bytes.extend_from_slice(block);
    }
    bytes.extend([crc32(&body).to_le_bytes(), (size as u32).to_le_bytes()].concat());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| crc >> 1 ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    })
}

fn gzip_reply(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn a_request_arrives_as_it_was_built_and_its_reply_comes_back() {
    let server = Server::saying("HTTP/1.1 201 Created\r\nx-note: hi\r\ncontent-length: 2\r\n\r\nok");
    let mut request = Request::new(Method::POST, Url::parse(&server.url()).unwrap());
    request.headers.insert(header::AUTHORIZATION, "Bearer hunter2".parse().unwrap());
    request.body = b"body".to_vec();
    let reply = http(None).send(&Route::Direct, request, LIMIT).await.unwrap();
    assert_eq!(
        (reply.status.as_u16(), &reply.headers["x-note"], &*reply.body),
        (201, &"hi".parse().unwrap(), &b"ok"[..])
    );
    let head = server.head().to_lowercase();
    assert!(head.starts_with("post /path?api_key=hunter2 http/1.1\r\n"), "{head}");
    assert!(head.contains("authorization: bearer hunter2\r\n"), "{head}");
    assert!(head.contains("content-length: 4\r\n"), "{head}");
    assert!(head.contains(&format!("user-agent: patchbay/{}\r\n", env!("CARGO_PKG_VERSION"))), "{head}");
    assert!(!head.contains("referer") && !head.contains("cookie"), "{head}");
}

#[tokio::test]
async fn a_redirect_is_a_reply_like_any_other() {
    let server =
        Server::saying("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n");
    let reply = get(&http(None), &server.url()).await.unwrap();
    assert_eq!(reply.status.as_u16(), 302);
    assert_eq!(reply.headers["location"], "http://127.0.0.1:1/");
}

#[tokio::test]
async fn a_body_is_decoded_and_capped_after_decoding() {
    let fits = Server::saying(gzip_reply(&gzip(LIMIT)));
    let reply = get(&http(None), &fits.url()).await.unwrap();
    assert_eq!(reply.body, vec![b'x'; LIMIT]);
    assert!(!reply.headers.contains_key(header::CONTENT_ENCODING));

    let too_large = Server::answering(|stream| {
        // The client hangs up as soon as it has seen enough.
        let _ = stream.write_all(&gzip_reply(&gzip(LIMIT + 1)));
    });
    assert_eq!(class_of(&too_large.url()).await, TransportClass::TooLarge);
}

#[tokio::test]
async fn a_reply_that_tells_a_length_beyond_the_limit_is_not_read() {
    let server = Server::saying(format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", LIMIT + 1));
    assert_eq!(class_of(&server.url()).await, TransportClass::TooLarge);
    let endless = Server::answering(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b'x'; 4096]).is_ok() {}
    });
    assert_eq!(class_of(&endless.url()).await, TransportClass::TooLarge);
}

#[tokio::test]
async fn failures_are_told_apart_by_their_kind() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let hangs_up = Server::answering(|_| ());
    let in_the_middle = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
    let no_http = Server::saying("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    let damaged = Server::saying(gzip_reply(b"this is no gzip"));
    let mut changed = gzip(100);
    changed[50] ^= 1;
    let changed = Server::saying(gzip_reply(&changed));
    let bad_chunk = Server::saying("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n");
    // A label of 64 letters has no address anywhere (RFC 1035 §2.3.4), so no name server is asked.
    let no_name = format!("http://{}/?api_key=hunter2", "a".repeat(64));
    for (url, class) in [
        (format!("http://{closed}/?api_key=hunter2"), TransportClass::Connect),
        (no_name, TransportClass::Resolve),
        (hangs_up.url(), TransportClass::Broken),
        (in_the_middle.url(), TransportClass::Broken),
        (no_http.url(), TransportClass::Unreadable),
        (damaged.url(), TransportClass::Unreadable),
        (changed.url(), TransportClass::Unreadable),
        (bad_chunk.url(), TransportClass::Unreadable),
    ] {
        assert_eq!(class_of(&url).await, class, "{url}");
    }
}

#[tokio::test]
async fn a_server_that_does_not_answer_ends_at_the_deadline() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let http =
        Http::with(Settings { deadline: Duration::from_millis(100), proxy: None, authorities: Vec::new() });
    assert_eq!(get(&http, &url).await.unwrap_err().class, TransportClass::Timeout);
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "stands still, as no clock of ours could")]
async fn a_reply_that_came_while_the_process_stood_still_is_read() {
    let server = Server::answering(|stream| {
        // The whole of it is there long before anybody looks.
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").unwrap();
    });
    let http =
        Http::with(Settings { deadline: Duration::from_millis(600), proxy: None, authorities: Vec::new() });
    let url = server.url();
    let (reply, ()) = tokio::join!(get(&http, &url), async {
        tokio::task::yield_now().await;
        // As a stopped process does: nothing of it runs, and its clock goes on.
        thread::sleep(Duration::from_millis(900));
    });
    assert_eq!(reply.unwrap().body, b"ok");
}

#[tokio::test]
async fn a_body_that_never_ends_ends_at_the_deadline() {
    let server = Server::answering(|stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf");
        let _ = stream.read(&mut [0]);
    });
    let http =
        Http::with(Settings { deadline: Duration::from_millis(100), proxy: None, authorities: Vec::new() });
    assert_eq!(get(&http, &server.url()).await.unwrap_err().class, TransportClass::Timeout);
}

#[tokio::test]
async fn a_server_without_tls_is_told_from_one_that_is_not_there() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = stream.read(&mut [0; 512]);
    });
    assert_eq!(class_of(&format!("https://127.0.0.1:{port}/?api_key=hunter2")).await, TransportClass::Tls);
    server.join().unwrap();
}

#[tokio::test]
async fn the_system_proxy_is_used_for_all_but_loopback() {
    let proxy = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nproxy");
    let http = http(Some(format!("http://{}", proxy.address)));
    let direct = Server::saying("HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\ndirect");
    assert_eq!(get(&http, &direct.url()).await.unwrap().body, b"direct");
    assert_eq!(get(&http, "http://service.example/v1").await.unwrap().body, b"proxy");
    assert!(proxy.head().starts_with("GET http://service.example/v1 HTTP/1.1\r\n"));
}

#[tokio::test]
async fn the_direct_route_uses_no_proxy() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let http = http(Some(format!("http://{}", proxy.local_addr().unwrap())));
    let url = format!("http://{}/", "a".repeat(64));
    let error = http.send(&Route::Direct, request(&url), LIMIT).await.unwrap_err();
    assert_eq!(error.class, TransportClass::Resolve);
}

#[tokio::test]
async fn a_proxy_that_refuses_or_is_gone_is_named_as_the_cause() {
    let refusing = Server::saying("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n");
    let error = get(&http(Some(format!("http://{}", refusing.address))), "https://service.example/")
        .await
        .unwrap_err();
    assert_eq!(error.class, TransportClass::Proxy, "{}", error.detail);
    assert!(refusing.head().starts_with("CONNECT service.example:443 HTTP/1.1\r\n"));

    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = get(&http(Some(format!("http://{gone}"))), "http://service.example/").await.unwrap_err();
    assert_eq!(error.class, TransportClass::Proxy, "{}", error.detail);
}

#[test]
fn loopback_has_many_spellings() {
    for (url, loopback) in [
        ("http://127.0.0.1/", true),
        ("http://127.9.8.7:80/", true),
        ("http://[::1]/", true),
        ("http://[::ffff:127.0.0.1]/", true),
        ("http://LOCALHOST/", true),
        ("http://lab.localhost./", true),
        ("http://0x7f.1/", true),
        ("http://localhost.example/", false),
        ("http://10.0.0.1/", false),
        ("http://[::2]/", false),
    ] {
        assert_eq!(is_loopback(&Url::parse(url).unwrap()), loopback, "{url}");
    }
}
