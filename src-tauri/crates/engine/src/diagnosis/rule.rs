//! Rules and causes: the data, read once.
//!
//! Causes and fixes are closed lists (`causes.json`); rules stand in `rules/*.yaml`, one file a topic. A rule is
//!
//! ```yaml
//! - id: client-secret-past-its-date
//!   then: { client_secret_expired: 90 }
//!   fix: [create_new_secret]            # put first where it is not the cause's own first
//!   when: [ step is token refresh, fact.secret_past_its_date ]
//! ```
//!
//! and says how likely its causes are where all of `when` holds, in percent: from 80 where the service says so, from 60
//! where little else is left, below that where it is one of several. Rules are written for causes: one that names a
//! single service names a code or a sentence that this service documents.

use super::condition::Condition;
use serde::Deserialize;
use serde_json::Value;
use std::{collections::BTreeMap, sync::LazyLock};

/// The causes and fixes, and the rules that lead to them.
#[derive(Debug, Default)]
pub struct Rules {
    causes: Vec<Cause>,
    fixes: Vec<Fix>,
    rules: Vec<Rule>,
}

/// Why something fails.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Cause {
    /// Its name.
    pub id: String,
    /// What people read.
    pub title: String,
    /// What may be done without harm.
    pub safe: Safe,
    /// What helps, the best first.
    pub fixes: Vec<String>,
}

/// What may be done without harm.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Safe {
    /// What people read.
    pub text: String,
    /// Whether asking again helps.
    pub auto_retry: AutoRetry,
    /// Whether what is stored stays of use.
    pub keep_tokens: bool,
}

/// Whether asking again helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum AutoRetry {
    Yes,
    AfterWait,
    AfterRefresh,
    AfterReread,
    No,
}

/// What helps.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Fix {
    /// Its name.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Who can do it.
    pub who: Who,
}

/// Who can do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// This program, on a click.
    App,
    /// A person, at the service or on this machine.
    User,
}

/// One rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name.
    pub id: String,
    /// The causes, and how likely they are, in percent.
    pub then: BTreeMap<String, u8>,
    /// What helps here, before what helps in general.
    pub fix: Vec<String>,
    /// What it looks for.
    pub when: Condition,
}

#[derive(Deserialize)]
struct Lists {
    causes: Vec<Cause>,
    fixes: Vec<Fix>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    then: BTreeMap<String, u8>,
    #[serde(default)]
    fix: Vec<String>,
    when: Value,
}

macro_rules! rule_files {
    ($($name:literal),* $(,)?) => { &[$(($name, include_str!(concat!("rules/", $name, ".yaml")))),*] };
}

/// The topics, each a file.
const FILES: &[(&str, &str)] = rule_files![
    "transport",
    "shape",
    "redirect",
    "consent",
    "pkce",
    "client",
    "grant",
    "token",
    "place",
    "key",
    "api",
    "oidc",
    "oauth1",
    "aws",
];

impl Rules {
    /// The rules that come with the program.
    pub fn built_in() -> &'static Self {
        // A test reads every file, so this is never the empty set.
        static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::read_own().unwrap_or_default());
        &RULES
    }

    /// Reads the files that come with the program.
    /// # Errors
    /// As [`Rules::read_all`].
    pub fn read_own() -> Result<Self, String> {
        Self::read_all(FILES)
    }

    /// Reads rule files: name and text.
    /// # Errors
    /// File and rule, and what is wrong there.
    pub fn read_all<'t>(files: impl IntoIterator<Item = &'t (&'t str, &'t str)>) -> Result<Self, String> {
        let lists: Lists =
            serde_json::from_str(include_str!("causes.json")).map_err(|error| format!("causes: {error}"))?;
        let mut rules = Self { causes: lists.causes, fixes: lists.fixes, rules: Vec::new() };
        for (file, text) in files {
            let document = domain::manifest::read(text.as_bytes())
                .map_err(|problems| format!("{file}: {:?}", problems.first()))?;
            let Value::Array(items) = document.value() else {
                return Err(format!("{file}: no list of rules"));
            };
            for item in items {
                let rule = rules.read(item).map_err(|error| format!("{file}: {error}"))?;
                rules.rules.push(rule);
            }
        }
        Ok(rules)
    }

    fn read(&self, item: &Value) -> Result<Rule, String> {
        let written = Written::deserialize(item).map_err(|error| format!("{item}: {error}"))?;
        let Written { id, then, fix, when } = written;
        if let Some(unknown) = then.keys().find(|cause| self.cause(cause).is_none()) {
            return Err(format!("{id}: `{unknown}` is no cause"));
        }
        if let Some(unknown) = fix.iter().find(|name| self.fix(name).is_none()) {
            return Err(format!("{id}: `{unknown}` is no fix"));
        }
        let when = Condition::parse(&when).map_err(|error| format!("{id}: {error}"))?;
        Ok(Rule { id, then, fix, when })
    }

    /// A cause by its name.
    pub fn cause(&self, id: &str) -> Option<&Cause> {
        self.causes.iter().find(|cause| cause.id == id)
    }

    /// A fix by its name.
    pub fn fix(&self, id: &str) -> Option<&Fix> {
        self.fixes.iter().find(|fix| fix.id == id)
    }

    /// Every rule.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Every cause.
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// Every fix.
    pub fn fixes(&self) -> &[Fix] {
        &self.fixes
    }
}
