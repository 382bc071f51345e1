//! The pretend person of a run: where the engine opens a browser, they ask the Lab themselves, and bring back where they
//! are sent.
//!
//! The Lab knows by its dials who signs in and whether they agree, so no page is read but the one that posts its form
//! back by itself. There is no window and no port: a loopback address is one that nobody but this person can reach.

use domain::{
    agent_group::Route,
    connector::ResponseMode,
    ports::{
        Arrived, BoxFuture, Browser, BrowserError, Candidate, HttpSend, ListenError, Listening,
        LoopbackAddress, Opened, RedirectListener, Verdict,
    },
};
use protocol::message::{Method, Request, Url, header};
use secret::SecretString;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{mpsc, watch};

/// The port of a loopback address that names none; nobody listens there.
const PORT: u16 = 1;
/// The most of a page that is read.
const PAGE: usize = 1 << 20;

/// Somebody at a browser that is not there.
pub(super) struct Person {
    http: Arc<dyn HttpSend>,
    doors: Mutex<HashMap<String, mpsc::UnboundedSender<Candidate>>>,
    end: watch::Sender<End>,
}

/// How their part of a sign-in ended.
#[derive(Clone, Debug, Default)]
pub(super) enum End {
    /// It has not.
    #[default]
    Underway,
    /// They were sent to an address that nobody listens at: it is handed over as an app link, or pasted.
    Landed(SecretString),
    /// The engine took what they brought.
    Taken,
    /// They got no further, or what they brought was not wanted.
    Stuck,
}

impl Person {
    pub fn new(http: Arc<dyn HttpSend>) -> Self {
        Self { http, doors: Mutex::default(), end: watch::Sender::new(End::Underway) }
    }

    /// Waits until their part is over.
    pub async fn ended(&self) -> End {
        let mut end = self.end.subscribe();
        // The sender lives as long as the person, who is borrowed here.
        let ended = end.wait_for(|end| !matches!(end, End::Underway)).await;
        ended.map_or(End::Stuck, |end| end.clone())
    }

    /// Begins anew.
    pub fn begin(&self) {
        self.end.send_replace(End::Underway);
        self.doors().clear();
    }

    /// Says how it ended.
    pub fn end(&self, end: End) {
        self.end.send_replace(end);
    }

    /// Opens a page, and goes where the service sends them.
    pub async fn visit(&self, address: &SecretString) {
        match self.follow(address).await.unwrap_or(End::Stuck) {
            // Who went through a door hears behind it how it ends.
            End::Underway => {}
            end => self.end(end),
        }
    }

    async fn follow(&self, address: &SecretString) -> Option<End> {
        // EXPOSE: the sign-in page of the Lab is opened
        let url: Url = address.expose().parse().ok()?;
        let asked = Request::new(Method::GET, url);
        let reply = self.http.send(&Route::Direct, asked, PAGE).await.ok()?;
        if let Some(location) = reply.headers.get(header::LOCATION) {
            let address = location.to_str().ok()?.to_owned();
            let home = address.split(['?', '#']).next().unwrap_or_default().to_owned();
            return Some(self.bring(&home, Arrived::Address(SecretString::new(address))));
        }
        let (home, fields) = own_form(std::str::from_utf8(&reply.body).ok()?)?;
        Some(self.bring(&home, Arrived::Form(fields)))
    }

    /// Goes through the door of an address; one without a door is handed over.
    fn bring(&self, home: &str, arrived: Arrived) -> End {
        let Some(door) = self.doors().get(home).cloned() else {
            return match arrived {
                Arrived::Address(address) => End::Landed(address),
                Arrived::Form(_) => End::Stuck,
            };
        };
        let end = self.end.clone();
        let candidate = Candidate::new(arrived, move |verdict| {
            end.send_replace(match verdict {
                Verdict::NotOurs => End::Stuck,
                Verdict::Taken { .. } | Verdict::Refused { .. } => End::Taken,
            });
        });
        match door.send(candidate) {
            Ok(()) => End::Underway,
            Err(_) => End::Stuck,
        }
    }

    fn doors(&self) -> std::sync::MutexGuard<'_, HashMap<String, mpsc::UnboundedSender<Candidate>>> {
        self.doors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Browser for Person {
    fn open<'a>(
        &'a self,
        url: &'a SecretString,
        _private: bool,
    ) -> BoxFuture<'a, Result<Opened, BrowserError>> {
        Box::pin(async move {
            self.visit(url).await;
            Ok(Opened { browser: Some("the pretend person’s".into()) })
        })
    }
}

impl RedirectListener for Person {
    fn listen(
        &self,
        address: LoopbackAddress,
        _mode: ResponseMode,
    ) -> BoxFuture<'_, Result<Box<dyn Listening>, ListenError>> {
        let (door, arriving) = mpsc::unbounded_channel();
        let uri =
            format!("http://{}:{}{}", address.host.as_str(), address.port.unwrap_or(PORT), address.path);
        self.doors().insert(uri.clone(), door);
        Box::pin(std::future::ready(Ok(Box::new(Door { uri, arriving }) as Box<dyn Listening>)))
    }
}

/// A loopback address that leads to the engine.
struct Door {
    uri: String,
    arriving: mpsc::UnboundedReceiver<Candidate>,
}

impl Listening for Door {
    fn redirect_uri(&self) -> &str {
        &self.uri
    }

    fn next(&mut self) -> BoxFuture<'_, Option<Candidate>> {
        Box::pin(self.arriving.recv())
    }
}

/// The form of a page that posts itself: where it goes, and its fields. None on a page that waits for somebody.
fn own_form(html: &str) -> Option<(String, Vec<(String, SecretString)>)> {
    let form = html.split("<form").nth(1)?;
    if !html.contains("document.forms[0].submit()") {
        return None;
    }
    let fields = form
        .split("<input")
        .skip(1)
        .filter_map(|tag| Some((attribute(tag, "name")?, SecretString::new(attribute(tag, "value")?))));
    Some((attribute(form, "action")?, fields.collect()))
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split('>').next()?.split_once(&format!(" {name}=\""))?;
    let value = rest.split('"').next()?;
    let signs = [("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    Some(signs.iter().fold(value.to_owned(), |text, (entity, sign)| text.replace(entity, sign)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_of_a_page_that_posts_itself_is_read_and_no_other() {
        let page = "<h1>Back</h1><form method=\"post\" action=\"http://127.0.0.1:1/callback\">\
                    <input type=\"hidden\" name=\"state\" value=\"a&amp;b\"></form>";
        let posting = format!("{page}<script>document.forms[0].submit()</script>");
        let (home, fields) = own_form(&posting).unwrap();
        assert_eq!((home.as_str(), fields[0].0.as_str()), ("http://127.0.0.1:1/callback", "state"));
        // EXPOSE: a value that a test made
        assert_eq!(fields[0].1.expose(), "a&b");
        assert!(own_form(page).is_none());
    }
}
