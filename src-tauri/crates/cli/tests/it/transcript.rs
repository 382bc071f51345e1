//! What commands printed, as a text that is the same on each run: what cannot repeat stands as `[what it is]`.

use crate::world::{Ended, World};
use serde_json::Value;
use std::fmt::Write;

/// Commands and what they printed, one after the other.
#[derive(Default)]
pub struct Transcript {
    text: String,
    pub commands: Vec<String>,
}

impl Transcript {
    /// Runs a command with the network off and writes down what it printed.
    pub fn run(&mut self, world: &World, arguments: &[&str]) {
        let ended = world.patchbay(arguments);
        self.take(world, arguments, &ended);
    }

    /// Writes down what a command printed that was run elsewhere.
    pub fn take(&mut self, world: &World, arguments: &[&str], ended: &Ended) {
        let line = arguments.join(" ").replace(&world.path(), "[folder]");
        writeln!(self.text, "$ patchbay {line}").unwrap();
        let mut lines: Vec<_> = ended.out.lines().collect();
        if arguments.first() == Some(&"verify") {
            // Told as they come.
            lines.sort_unstable();
        }
        for printed in lines {
            let value: Value = serde_json::from_str(printed)
                .unwrap_or_else(|error| panic!("{error}: `{line}` printed no JSON: {ended:?}"));
            writeln!(self.text, "{:#}", repeatable(value, "", &world.path())).unwrap();
        }
        assert_eq!(ended.err, "", "with --json everything is on standard output: `{line}`");
        writeln!(self.text, "exit {}\n", ended.code).unwrap();
        self.commands.push(line);
    }

    pub fn text(&self) -> &str {
        self.text.trim_end()
    }
}

/// The value with what differs from run to run named instead of shown.
fn repeatable(value: Value, key: &str, folder: &str) -> Value {
    match value {
        // The schema of the connector file is held by tests of its own.
        _ if key == "$defs" => "[definitions]".into(),
        Value::Object(_) if key == "properties" => "[properties]".into(),
        Value::Object(map) => {
            let shown = |(key, value): (String, _)| (key.clone(), repeatable(value, &key, folder));
            map.into_iter().map(shown).collect()
        }
        Value::Array(pair) if matches!(&pair[..], [Value::String(_), Value::String(_)]) => {
            let name = pair[0].as_str().unwrap_or_default().to_owned();
            pair.into_iter().map(|item| repeatable(item, &name, folder)).collect()
        }
        Value::Array(items) => items.into_iter().map(|item| repeatable(item, key, folder)).collect(),
        Value::Number(_) if ["bytes", "millis", "seconds_left"].contains(&key) => format!("[{key}]").into(),
        Value::String(text) => repeatable_text(&text, key, folder).into(),
        other => other,
    }
}

/// How long a call took differs; how long a token holds does not.
fn without_time(part: &str) -> &str {
    let is_time = part
        .split_once(' ')
        .is_some_and(|(length, unit)| length.parse::<f64>().is_ok() && ["ms", "s"].contains(&unit));
    if is_time { "[took]" } else { part }
}

fn repeatable_text(text: &str, key: &str, folder: &str) -> String {
    let is_id =
        text.len() == 26 && text.bytes().all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b));
    let is_time = text.len() >= 20 && text.ends_with('Z') && text.as_bytes()[10] == b'T';
    match key {
        _ if is_id => "[id]".into(),
        _ if is_time => "[time]".into(),
        "date" | "content-length" if text != key => format!("[{key}]"),
        "script" | "kept" => format!("[{key}]"),
        "aside" => text.split(", ").map(without_time).collect::<Vec<_>>().join(", "),
        "url" if text.contains("code_challenge=") => "[address of the sign-in page]".into(),
        _ => without_ports(&text.replace(folder, "[folder]")),
    }
}

/// Ports of this machine differ from run to run.
fn without_ports(text: &str) -> String {
    let mut parts = text.split("127.0.0.1:");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        format!("{text}127.0.0.1:[port]{rest}")
    })
}
