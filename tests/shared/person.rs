//! A person at a browser, scripted: opens a sign-in page, signs in, consents or declines, and lands where the service
//! sends the browser. Works on any page with one plain form; it knows the common field names, no service by name.

use crate::http::{self, Answer};
use ::http::Request;
use regex::Regex;
use std::{collections::BTreeMap, sync::LazyLock};
use url::Url;

/// More pages than this is a loop.
const PAGES: usize = 25;

/// Who signs in, and what they say when asked.
pub struct Person {
    name: String,
    consents: bool,
    cookies: BTreeMap<String, String>,
}

/// Where a browser ended.
#[derive(Debug)]
pub enum Landing {
    /// The service sent it away, to this address.
    Away(String),
    /// The service sent it away with a form, as `response_mode=form_post` does.
    Form { action: String, fields: Vec<(String, String)> },
    /// A page of the service without a way on.
    Page(Answer),
}

impl Person {
    /// Somebody who consents.
    pub fn named(name: &str) -> Self {
        Self { name: name.to_owned(), consents: true, cookies: BTreeMap::new() }
    }

    /// Somebody who declines.
    pub fn declining(name: &str) -> Self {
        Self { consents: false, ..Self::named(name) }
    }

    /// Opens `address` and clicks through the pages of that service. Its cookies are kept for the next time.
    pub fn open(&mut self, address: &str) -> Landing {
        let mut url = Url::parse(address).unwrap();
        let mut form: Option<Vec<(String, String)>> = None;
        for _ in 0..PAGES {
            let answer = self.fetch(&url, form.take());
            if let Some(location) = answer.location() {
                let next = url.join(location).unwrap();
                if next.origin() != url.origin() {
                    return Landing::Away(location.to_owned());
                }
                url = next;
                continue;
            }
            let Some(page) = Page::parse(&answer.body) else { return Landing::Page(answer) };
            let action = url.join(&page.action).unwrap();
            if action.origin() != url.origin() {
                return Landing::Form { action: action.into(), fields: page.fields };
            }
            match page.cancel.filter(|_| !self.consents) {
                Some(link) => url = url.join(&link).unwrap(),
                None => {
                    url = action;
                    form = Some(self.fill(page.fields, page.buttons));
                }
            }
        }
        panic!("the pages of {address} do not end");
    }

    /// Opens a sign-in page and answers the address that it leads to, which must be another than the service's.
    pub fn authorize(&mut self, address: &str) -> String {
        match self.open(address) {
            Landing::Away(redirect) => redirect,
            other => panic!("{address} led to no redirect: {other:?}"),
        }
    }

    fn fetch(&mut self, url: &Url, form: Option<Vec<(String, String)>>) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let (request, body) = match form {
            None => (Request::get(url.as_str()), String::new()),
            Some(fields) => {
                let fields: Vec<_> =
                    fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
                let form = Request::post(url.as_str())
                    .header("content-type", "application/x-www-form-urlencoded")
                    .header("origin", url.origin().ascii_serialization());
                (form, http::encode(&fields))
            }
        };
        let answer = http::send(request.header("cookie", cookies.join("; ")), body);
        for set in answer.headers.get_all("set-cookie") {
            let (name, rest) = set.to_str().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), rest.split(';').next().unwrap_or_default().to_owned());
        }
        answer
    }

    /// The form as this person sends it: their name where one is asked, any password, and the button they click.
    fn fill(&self, fields: Vec<(String, String)>, buttons: Vec<(String, String)>) -> Vec<(String, String)> {
        let declines = |(name, value): &(String, String)| name == "abort" || value == "no";
        let button = buttons.into_iter().find(|button| declines(button) != self.consents);
        let typed = fields.into_iter().map(|(name, value)| match name.as_str() {
            "login" | "username" => (name, self.name.clone()),
            "password" => (name, "any password".to_owned()),
            _ => (name, value),
        });
        typed.chain(button).filter(|(name, _)| !name.is_empty()).collect()
    }
}

/// Goes where a service sent a browser: to whoever listens on loopback.
pub fn follow(landing: Landing) -> Answer {
    match landing {
        Landing::Away(redirect) => match redirect.split_once('#') {
            None => http::get(&redirect),
            // A fragment stays in the browser; the script of the page that opens brings it back.
            Some((address, fragment)) => {
                let page = http::get(address);
                assert_eq!(page.status, 200, "{page:?}");
                http::bring_fragment(address, fragment)
            }
        },
        Landing::Form { action, fields } => {
            let fields: Vec<_> = fields.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
            http::post(&action, &fields)
        }
        Landing::Page(page) => panic!("the service sent nobody back: {page:?}"),
    }
}

/// The one form of a page, and its link to cancel.
struct Page {
    action: String,
    fields: Vec<(String, String)>,
    buttons: Vec<(String, String)>,
    cancel: Option<String>,
}

impl Page {
    fn parse(html: &str) -> Option<Self> {
        static TAGS: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"(?is)<(form|input|button|a)\b([^>]*)>").unwrap());
        let mut page = None;
        let mut cancel = None;
        for tag in TAGS.captures_iter(html) {
            let attribute = |name| attribute(&tag[2], name).unwrap_or_default();
            let named = || (attribute("name"), attribute("value"));
            match tag[1].to_ascii_lowercase().as_str() {
                "form" => {
                    page.get_or_insert(Self {
                        action: attribute("action"),
                        fields: Vec::new(),
                        buttons: Vec::new(),
                        cancel: None,
                    });
                }
                "a" if attribute("href").ends_with("/abort") => cancel = Some(attribute("href")),
                "a" => {}
                kind => {
                    if let Some(page) = &mut page {
                        let is_button = kind == "button" || attribute("type") == "submit";
                        if is_button { page.buttons.push(named()) } else { page.fields.push(named()) }
                    }
                }
            }
        }
        page.map(|page| Self { cancel, ..page })
    }
}

/// The value of an attribute, its entities resolved.
fn attribute(tag: &str, name: &str) -> Option<String> {
    static PAIRS: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"([A-Za-z-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')"#).unwrap());
    let pair = PAIRS.captures_iter(tag).find(|pair| pair[1].eq_ignore_ascii_case(name))?;
    let value = pair.get(2).or(pair.get(3))?.as_str();
    let entities =
        [("&quot;", "\""), ("&#39;", "'"), ("&#x27;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    Some(entities.iter().fold(value.to_owned(), |text, (entity, sign)| text.replace(entity, sign)))
}
