//! The interpreter, on the real clock: what is measured here is time.

mod attacks;
mod words;

use super::{
    Failure, FailureKind, GLOBALS, Limits, ScriptEvent,
    exchange::Left,
    sandbox::{self, Ended, Job},
};
use domain::ports::{Clock, Entropy};
use platform::{SystemClock, SystemEntropy};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use testkit::{ManualClock, SeededEntropy};

/// The script that other tools' documentation begins with.
const CYCLR: &str = "function before_action() { method_request_headers.Authorization = 'Bearer ' + method_auth_value; return true; }";

fn request() -> Value {
    json!({
        "context": { "event": "before_action", "connector": "acme", "authentication": "api_key",
                     "settings": { "region": "eu" }, "example": true },
        "method": "POST",
        "endpoint": "https://api.example/v1/invoices",
        "auth_value": "k-1",
        "request": {
            "headers": [["accept", "application/json"], ["x-old", "1"]],
            "parameters": [["page", ["1"]], ["tag", ["a", "b"]]],
            "body": "{\"id\":1}",
        },
    })
}

fn reply() -> Value {
    json!({
        "context": { "event": "after_action", "connector": "acme", "authentication": "api_key",
                     "settings": {}, "example": true },
        "method": "GET",
        "endpoint": "https://api.example/v1/invoices",
        "auth_value": "",
        "response": { "status": 200, "headers": [["Content-Type", "application/json"]], "body": "{\"data\":[1,2]}" },
    })
}

fn job(source: &str, event: ScriptEvent, input: &Value) -> Job {
    Job {
        source: source.into(),
        event,
        input: input.to_string(),
        limits: Limits::default(),
        clock: Arc::new(SystemClock::start()),
        entropy: Arc::new(SystemEntropy),
    }
}

/// Runs on a thread of its own, as scripts do.
fn on_a_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::Builder::new().stack_size(4 << 20).spawn(work).unwrap().join().unwrap()
}

fn ended(source: &str, event: ScriptEvent, input: &Value) -> Ended {
    let job = job(source, event, input);
    on_a_thread(move || sandbox::run(&job))
}

fn failure(source: &str) -> Failure {
    ended(source, ScriptEvent::BeforeAction, &request()).result.expect_err(source)
}

/// What the event left.
fn left(source: &str) -> Value {
    let found = ended(source, ScriptEvent::BeforeAction, &request()).result;
    serde_json::from_str(&found.unwrap_or_else(|error| panic!("{source}: {error:?}")).expect(source)).unwrap()
}

/// The value of an expression, as the script sees it.
fn value(expression: &str) -> Value {
    let source = format!(
        "function before_action() {{ method_request_body = JSON.stringify({{ value: {expression} }}); return true; }}"
    );
    let left = left(&source);
    serde_json::from_str::<Value>(left["request"]["body"].as_str().unwrap()).unwrap()["value"].clone()
}

fn body_of(script: &str) -> String {
    format!("function before_action() {{ {script} ; return true; }}")
}
