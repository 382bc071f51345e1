//! A person at a browser of a few lines, for the Lab's pages: opens a sign-in page, chooses a pretend person, presses a
//! button, and goes where the service sends them.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::Duration,
};

/// Who signs in, and the button that they press on the agreement page.
pub struct Person<'a> {
    pub email: &'a str,
    pub answer: &'a str,
}

/// What a server answered.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub location: Option<String>,
    pub body: String,
}

impl Person<'_> {
    /// Clicks through the pages; the address that the service sends the browser to, or its last page.
    pub fn open(&self, address: &str) -> Result<String, Page> {
        let mut page = get(address);
        for _ in 0..5 {
            if let Some(location) = page.location {
                return Ok(location);
            }
            let Some((action, fields)) = self.fill(&page.body) else { return Err(page) };
            let (host, _) = parts(address);
            page = send(&format!("http://{host}{action}"), Some(&fields));
        }
        panic!("the pages of {address} do not end");
    }

    /// The one form of a page as this person sends it; none where there is none.
    fn fill(&self, html: &str) -> Option<(String, String)> {
        let form = html.split("<form").nth(1)?;
        let action = attribute(form, "action")?;
        let mut fields = Vec::new();
        for tag in form.split('<') {
            let (Some(name), Some(value)) = (attribute(tag, "name"), attribute(tag, "value")) else {
                continue;
            };
            let is_sent = match (tag.split(' ').next(), name.as_str()) {
                (Some("input"), _) => !tag.contains(" disabled"),
                (Some("button"), "person") => value == self.email,
                (Some("button"), _) => value == self.answer,
                _ => false,
            };
            fields.extend(is_sent.then(|| format!("{name}={}", encode(&value))));
        }
        Some((action, fields.join("&")))
    }
}

/// Fetches an address of this machine.
pub fn get(address: &str) -> Page {
    send(address, None)
}

fn send(address: &str, form: Option<&str>) -> Page {
    let (host, path) = parts(address);
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let request = match form {
        None => format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        Some(form) => format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: close\r\nContent-Length: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\n\r\n{form}",
            form.len()
        ),
    };
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = Vec::new();
    // A listener that has what it waited for may end the connection at once behind its page.
    match stream.read_to_end(&mut text) {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => panic!("{error}"),
        _ => {}
    }
    let text = String::from_utf8_lossy(&text).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let location = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("location").then(|| value.to_owned())
    });
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Page { status, location, body: body.to_owned() }
}

/// Host and path of an address, without its fragment.
fn parts(address: &str) -> (&str, &str) {
    let rest = address.strip_prefix("http://").unwrap().split('#').next().unwrap();
    rest.split_at(rest.find('/').unwrap())
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split('>').next()?.split_once(&format!(" {name}=\""))?;
    let value = rest.split('"').next()?;
    let entities = [("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    Some(entities.iter().fold(value.to_owned(), |text, (entity, sign)| text.replace(entity, sign)))
}

fn encode(text: &str) -> String {
    let letter = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(letter).collect()
}
