//! A service on loopback that always agrees: tokens for every grant, who is signed in, the end of a token.
//!
//! It holds the shapes of what the command prints, not the protocol; that is tried against services that nobody here
//! wrote (`tests/peers`).

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

/// Answers until the process ends.
pub struct Service {
    pub address: String,
    /// The answers to token requests are on their way until this says so.
    gate: Arc<Mutex<Option<Gate>>>,
    /// Whether calls are refused, whatever they bring.
    refuses: Arc<AtomicBool>,
}

/// Who asked, and when it is answered.
struct Gate {
    asked: mpsc::Sender<()>,
    answer: mpsc::Receiver<()>,
}

/// A token request whose answer is held back.
pub struct Held {
    asked: mpsc::Receiver<()>,
    answer: mpsc::Sender<()>,
}

impl Held {
    /// Waits until somebody asks for a token.
    pub fn is_asked(&self) {
        self.asked.recv().unwrap();
    }

    /// Lets the answer go.
    pub fn answer(self) {
        self.answer.send(()).unwrap();
    }
}

impl Service {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (own, gate, refuses) = (address.clone(), Arc::new(Mutex::new(None)), Arc::default());
        let (held, refused) = (Arc::clone(&gate), Arc::clone(&refuses));
        thread::spawn(move || {
            for stream in listener.incoming() {
                answer(&mut stream.unwrap(), &own, &held, &refused);
            }
        });
        Self { address, gate, refuses }
    }

    /// Refuses calls from now on, or takes them again.
    pub fn refuse(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::SeqCst);
    }

    /// Holds back the answer to the next token request.
    pub fn hold_tokens(&self) -> Held {
        let ((asked, is_asked), (answer, is_answered)) = (mpsc::channel(), mpsc::channel());
        *self.gate.lock().unwrap() = Some(Gate { asked, answer: is_answered });
        Held { asked: is_asked, answer }
    }
}

fn answer(stream: &mut TcpStream, address: &str, gate: &Mutex<Option<Gate>>, refuses: &AtomicBool) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let path = line.split(' ').nth(1).unwrap_or_default().split('?').next().unwrap_or_default().to_owned();
    let (mut length, mut token) = (0, String::new());
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header).unwrap() <= 2 {
            break;
        }
        let (name, value) = header.split_once(':').unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap(),
            "authorization" => token = value.trim().trim_start_matches("Bearer ").to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let held = if path == "/token" { gate.lock().unwrap().take() } else { None };
    if let Some(Gate { asked, answer }) = held {
        asked.send(()).unwrap();
        answer.recv().unwrap();
    }
    let tokens = r#"{"access_token":"at-0123456789","refresh_token":"rt-0123456789","token_type":"Bearer","expires_in":3600,"scope":"read","host":"127.0.0.1"}"#;
    let (status, body) = match path.as_str() {
        "/token" => ("200 OK", tokens.to_owned()),
        "/device" => (
            "200 OK",
            format!(
                r#"{{"device_code":"dc-0123456789","user_code":"WDJB-MJHT","verification_uri":"{address}/activate","expires_in":600,"interval":1}}"#
            ),
        ),
        "/revoke" => ("200 OK", String::new()),
        "/introspect" => ("200 OK", r#"{"active":true,"scope":"read","username":"jane"}"#.into()),
        "/api/me" if refuses.load(Ordering::SeqCst) => {
            ("401 Unauthorized", format!(r#"{{"message":"The token {token} was revoked"}}"#))
        }
        "/api/me" if token.starts_with("at-") => ("200 OK", r#"{"who":"ada"}"#.to_owned()),
        _ => ("401 Unauthorized", r#"{"message":"Not signed in"}"#.to_owned()),
    };
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all((head + &body).as_bytes()).unwrap();
}

/// Opens an address as a browser does, and answers the status line.
pub fn visit(url: &str) -> String {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line.trim_end().to_owned()
}
