//! An HTTP client of a few lines: it sends what a test wrote, byte for byte, and reads one reply.

use serde_json::Value;
use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::Duration,
};

/// The longest that a test waits for a byte.
const DEADLINE: Duration = Duration::from_secs(20);

/// A reply.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    /// The value of a header, of which there may be one.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values =
            self.headers.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str());
        let value = values.next();
        assert_eq!(values.next(), None, "{name} came twice");
        value
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }
}

pub fn open(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.set_write_timeout(Some(DEADLINE)).unwrap();
    stream
}

/// Sends `request`, a head with line feeds alone and perhaps a body, and reads the reply.
pub fn send(port: u16, request: &str) -> Reply {
    let mut stream = open(port);
    write(&mut stream, port, request);
    read(&mut stream).expect("a reply")
}

/// Writes a request. `HOST` stands for the Lab's own host, and the length of the body is added where there is one.
pub fn write(stream: &mut TcpStream, port: u16, request: &str) {
    let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
    let mut head = head.replace("HOST", &format!("127.0.0.1:{port}")).replace('\n', "\r\n");
    if !body.is_empty() {
        head.push_str(&format!("\r\nContent-Length: {}", body.len()));
    }
    // The Lab may have ended the connection before it has read all of it.
    match stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()) {
        Err(error) if !matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset) => {
            panic!("{error}")
        }
        _ => {}
    }
}

/// Reads one reply; `None` where the connection ended without one.
pub fn read(stream: &mut TcpStream) -> Option<Reply> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
        if !read_some(stream, &mut bytes) {
            assert!(bytes.is_empty(), "half a head: {}", String::from_utf8_lossy(&bytes));
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut body = bytes[end + 4..].to_vec();
    let length = headers
        .iter()
        .find(|(name, _)| name == "content-length")
        .map_or(0, |(_, value)| value.parse().unwrap());
    while body.len() < length && read_some(stream, &mut body) {}
    Some(Reply { status, headers, body: String::from_utf8(body).unwrap() })
}

/// Whether the Lab has ended the connection, waiting for it.
pub fn is_ended(stream: &mut TcpStream) -> bool {
    !read_some(stream, &mut Vec::new())
}

fn read_some(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> bool {
    let mut part = [0; 4096];
    match stream.read(&mut part) {
        Ok(0) => false,
        Ok(length) => {
            bytes.extend_from_slice(&part[..length]);
            true
        }
        Err(error) if error.kind() == ErrorKind::ConnectionReset => false,
        Err(error) => panic!("{error}"),
    }
}
