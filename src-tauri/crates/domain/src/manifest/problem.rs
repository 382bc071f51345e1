//! Problems: what is wrong with a document, where, and what to do.
//!
//! File and form get the same problems; a file's also know their line. A message names the field and the fact, the remedy is the next
//! step. Neither repeats a value that may be a secret.

use serde::Serialize;

/// What is wrong, where, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// JSON pointer (RFC 6901) to the field; it need not exist yet.
    pub pointer: String,
    /// What kind of problem.
    pub code: ProblemCode,
    /// Whether it keeps the connector from being used.
    pub severity: Severity,
    /// What is wrong: one sentence that names the field.
    pub message: String,
    /// What to do: one sentence.
    pub remedy: String,
    /// Line in the file, from 1.
    pub line: Option<u32>,
    /// Column in the file, from 1, in characters.
    pub column: Option<u32>,
}

/// Whether a problem keeps the connector from being used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It does.
    Error,
    /// It does not, but a person should know.
    Advice,
}

impl Problem {
    /// An error without a place in a file.
    pub fn error(
        pointer: impl Into<String>,
        code: ProblemCode,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        let (pointer, message, remedy) = (pointer.into(), message.into(), remedy.into());
        Self { pointer, code, severity: Severity::Error, message, remedy, line: None, column: None }
    }

    /// An advice without a place in a file.
    pub fn advice(
        pointer: impl Into<String>,
        code: ProblemCode,
        message: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Advice, ..Self::error(pointer, code, message, remedy) }
    }

    /// The problem at a place in a file.
    pub fn at(self, line: u32, column: u32) -> Self {
        Self { line: Some(line), column: Some(column), ..self }
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let (Some(line), Some(column)) = (self.line, self.column) {
            write!(f, "line {line}, column {column}: ")?;
        }
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        write!(f, "{} {}", self.message, self.remedy)
    }
}

/// The kinds of problems; shells decide by these and never by the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// The file is no YAML or JSON.
    Unreadable,
    /// The file is not UTF-8.
    Encoding,
    /// Larger, deeper or with more values than allowed.
    TooLarge,
    /// Anchors, aliases, tags, merge keys, several documents.
    Unsupported,
    /// A key stands twice in one object.
    DuplicateKey,
    /// The document is of a newer format.
    NewerFormat,
    /// No field has this key.
    UnknownKey,
    /// The field takes another type of value.
    WrongType,
    /// The field takes some values, and not this one.
    UnknownValue,
    /// A number is out of range.
    OutOfRange,
    /// The field has to have a value.
    Missing,
    /// The text is too long.
    TooLong,
    /// The text holds a character that may not stand there.
    Character,
    /// The text does not begin as it must.
    Start,
    /// The text has not the form that is needed.
    Form,
    /// The text is no address, or lacks a part.
    Address,
    /// `http://` beyond this machine.
    Insecure,
    /// A secret stands in the document.
    Secret,
    /// The header is set by the program alone.
    ReservedHeader,
    /// A name that has a meaning of its own.
    ReservedName,
    /// A placeholder that no setting, capture or parameter declares.
    Undeclared,
    /// A placeholder where its value cannot stand.
    Misplaced,
    /// A setting or capture that nothing uses.
    Unused,
    /// Two things share a name.
    Duplicate,
    /// The regular expression does not compile.
    Pattern,
    /// No JSON pointer.
    Pointer,
    /// A host pattern that covers too much or is none.
    HostPattern,
    /// Two fields contradict each other.
    Conflict,
    /// The script cannot be read, or does nothing by itself.
    Script,
    /// No agent group has this link name here.
    UnknownAgentGroup,
    /// No environment has this link name here.
    UnknownEnvironment,
    /// Another connector has this link name.
    LinkNameTaken,
    /// The link name cannot change any more.
    LinkNameFixed,
    /// Something recommended is not there.
    Recommended,
}

/// The pointer to `key` of the object at `pointer` (RFC 6901 §3).
pub fn pointer_to(pointer: &str, key: &str) -> String {
    format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// A piece of the document as a message quotes it: in backticks, at most 40 characters, nothing unprintable.
pub(crate) fn quote(text: &str) -> String {
    let mut shown: String = text.chars().map(|c| if c.is_control() { '�' } else { c }).take(40).collect();
    if text.chars().nth(40).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// Names in a sentence: `a`, `b` or `c`.
pub(crate) fn any_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.pop() {
        None => String::new(),
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} or {last}", names.join(", ")),
    }
}
