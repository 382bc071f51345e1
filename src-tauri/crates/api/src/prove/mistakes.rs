//! Planted mistakes: the Lab plays the service that a right connector describes, and one with a mistake connects. The first
//! trial that fails must name the cause (`mistakes.json`).

use super::{tests::Machine, *};
use domain::connector::Connector;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Planted {
    bases: BTreeMap<String, Value>,
    mistakes: Vec<Mistake>,
}

#[derive(Deserialize)]
struct Mistake {
    /// What is wrong.
    what: String,
    /// The connector that describes the service.
    base: String,
    /// What the one that connects has in its place (RFC 7396).
    patch: Value,
    /// What must be named as the likeliest cause.
    cause: String,
}

fn planted() -> Planted {
    serde_json::from_str(include_str!("mistakes.json")).unwrap()
}

/// RFC 7396 §2.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(members) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (key, value) in members {
        match value {
            Value::Null => drop(target.as_object_mut().unwrap().remove(key)),
            value => merge(&mut target[key], value),
        }
    }
}

fn connector(rest: &Value) -> Connector {
    let mut document = json!({ "patchbay": 1, "link_name": "zylker", "name": "Zylker" });
    merge(&mut document, rest);
    serde_json::from_value(document).unwrap()
}

/// The first trial that fails, and what it names as the likeliest cause.
async fn caught(
    machine: &Machine,
    service: Connector,
    connector: &Connector,
) -> Option<(&'static str, String, String)> {
    let place = machine.api.place();
    let bench = Bench::set_up(&place, connector, Some(service)).await.unwrap();
    let mut caught = None;
    for Planned { way, shape, trial } in plan(connector).unwrap() {
        let judged = Run { bench: &bench, way: way.as_deref(), shape: &shape }.make(trial).await;
        if judged.result == TrialResult::Failed {
            let came = judged.diagnosis.as_ref().map(|diagnosis| diagnosis.evidence.came.join(" | "));
            let told = format!("{} {}", judged.found.unwrap_or_default(), came.unwrap_or_default());
            let causes = judged.diagnosis.into_iter().flat_map(|diagnosis| diagnosis.causes);
            let first = causes.into_iter().next().map(|cause| cause.cause);
            caught = Some((trial.id, first.unwrap_or_default(), told));
            break;
        }
    }
    bench.clear().await;
    caught
}

#[tokio::test(flavor = "multi_thread")]
async fn each_planted_mistake_is_caught_with_its_cause() {
    let (machine, Planted { bases, mistakes }) = (Machine::new().await, planted());
    assert!(mistakes.len() >= 24, "{}", mistakes.len());
    let (mut table, mut missed) = (String::new(), Vec::new());
    for Mistake { what, base, patch, cause } in &mistakes {
        let mut wrong = bases[base].clone();
        merge(&mut wrong, patch);
        let found = caught(&machine, connector(&bases[base]), &connector(&wrong)).await;
        let (trial, named, told) = found.unwrap_or(("none", String::new(), String::new()));
        let mark = if named == *cause { "caught" } else { "MISSED" };
        table += &format!("{mark}  {what:45}  {trial:22}  {named:26}  {told}\n");
        if named != *cause {
            missed.push(format!("{what}: {cause}, not {named:?}"));
        }
    }
    println!("{table}");
    assert_eq!(missed, Vec::<String>::new(), "{table}");
}
