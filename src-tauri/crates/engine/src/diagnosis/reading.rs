//! Evidence, read once: every value by a path, every word and error code that the service wrote.
//!
//! | Path | Value |
//! |---|---|
//! | `step`, `came`, `status`, `class`, `kind`, `fault` | as they stand |
//! | `reply` | what the body is: `empty`, `json`, `xml`, `html`, `form`, `text` |
//! | `text` | all that the service wrote: body, headers about the refusal, parameters, the page |
//! | `code` | every error code in it, in lower case with `_` |
//! | `header.NAME`, `body/POINTER`, `param.NAME` | of the reply, and of what the browser brought |
//! | `redirect.KEY`, `nothing.KEY`, `check.KEY` | besides |
//! | `sent.method`, `sent.url`, `sent.header.NAME`, `sent.body.NAME` | of the request |
//! | `connector.KEY`, `local.KEY` | what is known |
//! | `fact.NAME` | what follows from several of these ([`super::facts`]) |

use super::{facts::facts, words::Words};
use domain::evidence::{Came, Evidence};
use serde_json::{Map, Value};

/// A value that stands at a path.
#[derive(Clone, Debug)]
pub struct Found {
    /// The value.
    pub value: Value,
    /// How it is shown to a person.
    pub quote: String,
}

/// Evidence, read.
#[derive(Debug)]
pub struct Reading<'a> {
    pub(super) evidence: &'a Evidence,
    texts: Vec<(String, Words)>,
    codes: Vec<Found>,
    body: Option<Value>,
    facts: Vec<(&'static str, String)>,
}

/// Headers that tell about a refusal, or where part of one stands.
const TELLING: [&str; 8] =
    ["authenticate", "error", "warning", "reason", "sso", "location", "x-ms-", "scope"];
/// Members whose values are codes, whatever else stands in an error.
const CODES: [&str; 22] = [
    "error",
    "code",
    "error_code",
    "errorcode",
    "error_codes",
    "err",
    "type",
    "__type",
    "reason",
    "status",
    "suberror",
    "error_subcode",
    "subcode",
    "error_type",
    "errortype",
    "title",
    "name",
    "error_reason",
    "fault_code",
    "error_subtype",
    "result",
    "oauth_problem",
];

/// The most of a sentence that is quoted, in characters.
const SENTENCE: usize = 300;

impl<'a> Reading<'a> {
    /// Reads `evidence`.
    pub fn of(evidence: &'a Evidence) -> Self {
        let body = match &evidence.seen.came {
            Came::Response { body, .. } => serde_json::from_str(body).ok(),
            _ => None,
        };
        let mut reading = Self { evidence, texts: Vec::new(), codes: Vec::new(), body, facts: Vec::new() };
        reading.read();
        reading.facts = facts(&reading);
        reading
    }

    fn read(&mut self) {
        match &self.evidence.seen.came {
            Came::Response { headers, body, .. } => {
                match self.body.clone() {
                    Some(document) => self.read_document(&document, None),
                    None if !body.contains('<') && body.contains('=') && !body.contains(' ') => {
                        for (key, value) in url::form_urlencoded::parse(body.as_bytes()) {
                            self.read_member(&key, &value);
                        }
                    }
                    None => self.read_text(body, true),
                }
                for (name, value) in headers {
                    if TELLING.iter().any(|telling| name.contains(telling)) {
                        self.read_text(value, true);
                    }
                }
            }
            Came::Redirect(came) => self.read_params(came),
            Came::Page(came) => {
                self.read_params(came);
                self.read_texts(came);
            }
            Came::Check(came) | Came::Nothing(came) => self.read_texts(came),
            Came::Transport(_) => {}
        }
    }

    fn read_params(&mut self, came: &Map<String, Value>) {
        for (key, value) in came.get("params").and_then(Value::as_object).into_iter().flatten() {
            self.read_member(key, value.as_str().unwrap_or_default());
        }
    }

    fn read_texts(&mut self, came: &Map<String, Value>) {
        for value in came.values().filter_map(Value::as_str) {
            self.read_text(value, true);
        }
    }

    fn read_document(&mut self, value: &Value, key: Option<&str>) {
        match value {
            Value::String(text) => self.read_member(key.unwrap_or_default(), text),
            Value::Number(number) if key.is_some_and(is_code_key) => self.add_code(&number.to_string()),
            Value::Array(items) => items.iter().for_each(|item| self.read_document(item, key)),
            Value::Object(members) => {
                members.iter().for_each(|(key, value)| self.read_document(value, Some(key.as_str())));
            }
            _ => {}
        }
    }

    fn read_member(&mut self, key: &str, text: &str) {
        if is_code_key(key) && Words::of(text).count() <= 5 {
            self.add_code(text);
        }
        self.read_text(text, true);
    }

    /// Codes stand in sentences too: `AADSTS50076`, `Error 400: admin_policy_enforced`, `error="invalid_token"`.
    fn read_text(&mut self, text: &str, codes: bool) {
        if text.is_empty() {
            return;
        }
        if codes {
            let whole = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
            for word in text.split(whole) {
                let entra = word.strip_prefix("AADSTS").is_some_and(|rest| !rest.is_empty());
                if entra || word.trim_matches('_').contains('_') {
                    self.add_code(word);
                }
            }
            for tag in ["<Code>", "<code>", "error code=\""] {
                let inside = text.split(tag).nth(1).and_then(|rest| rest.split(['<', '"']).next());
                inside.into_iter().for_each(|code| self.add_code(code));
            }
            if !text.contains(char::is_whitespace) && Words::of(text).count() <= 6 {
                self.add_code(text);
            }
        }
        self.texts.push((text.to_owned(), Words::of(text)));
    }

    fn add_code(&mut self, code: &str) {
        let named = code.rsplit('#').next().unwrap_or(code);
        let found = Found { value: Value::from(Words::of(named).snake()), quote: code.to_owned() };
        self.codes.push(found);
    }

    /// What stands at `path`.
    pub fn at(&self, path: &str) -> Vec<Found> {
        let evidence = self.evidence;
        let plain = |value: Value| {
            let quote = shown(&value);
            vec![Found { value, quote }]
        };
        let pair = |key: &str, value: &Value| Found {
            value: value.clone(),
            quote: format!("{key}={}", shown(value)),
        };
        let of_map = |map: &Map<String, Value>, key: &str| {
            map.get(key).filter(|value| !value.is_null()).map(|value| pair(key, value)).into_iter().collect()
        };
        if let Some(pointer) = path.strip_prefix("body/") {
            let value = self.body.as_ref().and_then(|body| body.pointer(&format!("/{pointer}")));
            return value.cloned().map(plain).unwrap_or_default();
        }
        let (head, key) = path.split_once('.').unwrap_or((path, ""));
        match (head, &evidence.seen.came) {
            ("step", _) => plain(serde_json::to_value(evidence.step).unwrap_or_default()),
            ("came", came) => plain(Value::from(name_of(came))),
            ("connector", _) => of_map(&evidence.connector, key),
            ("local", _) => of_map(&evidence.local, key),
            ("sent", _) => self.sent(key),
            ("code", _) => self.codes.clone(),
            ("text", _) => {
                let found = |(text, _): &(String, Words)| Found {
                    value: Value::from(text.as_str()),
                    quote: text.clone(),
                };
                self.texts.iter().map(found).collect()
            }
            ("fact", _) => {
                let facts = self.facts.iter().filter(|(name, _)| *name == key);
                facts.map(|(_, quote)| Found { value: Value::Bool(true), quote: quote.clone() }).collect()
            }
            ("status", Came::Response { status, .. }) => plain(Value::from(*status)),
            ("reply", Came::Response { headers, body, .. }) => {
                let form = form_of(
                    headers.get("content-type").map_or("", String::as_str),
                    body,
                    self.body.is_some(),
                );
                plain(Value::from(form))
            }
            ("header", Came::Response { headers, .. }) => {
                let value = headers.get(key).map(|value| pair(key, &Value::from(value.as_str())));
                value.into_iter().collect()
            }
            ("class", Came::Transport(why)) => plain(Value::from(why.class.as_str())),
            ("kind", Came::Transport(why)) => vec![Found {
                value: Value::from(why.kind.as_str()),
                quote: why.chain.last().unwrap_or(&why.kind).clone(),
            }],
            ("fault", Came::Transport(why)) => why
                .fault
                .map(|fault| Found {
                    value: serde_json::to_value(fault).unwrap_or_default(),
                    quote: why.chain.last().cloned().unwrap_or_default(),
                })
                .into_iter()
                .collect(),
            ("param", Came::Redirect(came) | Came::Page(came)) => came
                .get("params")
                .and_then(Value::as_object)
                .map(|params| of_map(params, key))
                .unwrap_or_default(),
            ("redirect", Came::Redirect(came))
            | ("nothing", Came::Nothing(came))
            | ("check", Came::Check(came)) => of_map(came, key),
            _ => Vec::new(),
        }
    }

    fn sent(&self, key: &str) -> Vec<Found> {
        let Some(request) = &self.evidence.seen.request else { return Vec::new() };
        let found = |text: &str| vec![Found { value: Value::from(text), quote: text.to_owned() }];
        match key.split_once('.') {
            None if key == "method" && !request.method.is_empty() => found(&request.method),
            None if key == "url" && !request.url.is_empty() => found(&request.url),
            Some(("header", name)) => request.headers.get(name).map(|value| found(value)).unwrap_or_default(),
            Some(("body", name)) => {
                let value = request.body.get(name).filter(|value| !value.is_null());
                value.map(|value| found(&shown(value))).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// The texts of the service, as words.
    pub(super) fn words(&self) -> impl Iterator<Item = &(String, Words)> {
        self.texts.iter()
    }

    /// The sentence in which the service says what is wrong, or the error itself where no reply came.
    pub(super) fn sentence(&self) -> Option<String> {
        if let Came::Transport(why) = &self.evidence.seen.came {
            return why.chain.last().cloned();
        }
        let is_sentence = |(text, words): &&(String, Words)| words.count() >= 2 && !text.starts_with("http");
        let telling = self.texts.iter().filter(is_sentence).max_by_key(|(_, words)| words.count().min(12));
        telling.map(|(text, _)| text.chars().take(SENTENCE).collect())
    }

    /// The text that stands at `path`; empty where there is none.
    pub(super) fn text(&self, path: &str) -> String {
        self.at(path).first().map(|found| shown(&found.value)).unwrap_or_default()
    }
}

fn is_code_key(key: &str) -> bool {
    let key = Words::of(key).snake();
    CODES.contains(&key.as_str())
}

/// A value as a person reads it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

fn name_of(came: &Came) -> &'static str {
    match came {
        Came::Response { .. } => "response",
        Came::Transport(_) => "transport",
        Came::Redirect(_) => "redirect",
        Came::Page(_) => "page",
        Came::Nothing(_) => "nothing",
        Came::Check(_) => "check",
    }
}

fn form_of(content_type: &str, body: &str, is_json: bool) -> &'static str {
    let start =
        body.trim_start().get(..64.min(body.trim_start().len())).unwrap_or_default().to_ascii_lowercase();
    if body.trim().is_empty() {
        "empty"
    } else if is_json {
        "json"
    } else if start.starts_with("<!doctype html") || start.contains("<html") || content_type.contains("html")
    {
        "html"
    } else if start.starts_with('<') || content_type.contains("xml") {
        "xml"
    } else if content_type.contains("x-www-form-urlencoded") || (body.contains('=') && !body.contains(' ')) {
        "form"
    } else {
        "text"
    }
}
