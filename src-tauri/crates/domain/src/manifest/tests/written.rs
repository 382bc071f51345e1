//! What is read can be written, and what was written is read as the same.

use super::*;
use crate::connector::Connector;
use proptest::prelude::*;
use serde_json::{Value, json};

const ZYLKER: &str = include_str!("examples/zylker_crm.yaml");
const ZYLKER_WRITTEN: &str = include_str!("examples/zylker_crm.written.yaml");

fn connector_of(file: &str) -> Connector {
    let (_, checked) = check(file.as_bytes(), &known()).unwrap();
    assert_eq!(checked.errors().collect::<Vec<_>>(), Vec::<&Problem>::new());
    assert_eq!(checked.missing_for_ready, []);
    checked.connector.unwrap()
}

#[test]
fn the_example_reads_and_writes() {
    assert_eq!(write(&connector_of(ZYLKER)), ZYLKER_WRITTEN);
    assert_eq!(connector_of(ZYLKER_WRITTEN), connector_of(ZYLKER));
    assert_eq!(write(&connector_of(ZYLKER_WRITTEN)), ZYLKER_WRITTEN);
}

#[test]
fn a_json_file_means_the_same() {
    let document = read(ZYLKER.as_bytes()).unwrap().into_value();
    let json = serde_json::to_string_pretty(&document).unwrap();
    assert_eq!(connector_of(&json), connector_of(ZYLKER));
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let windows = format!("\u{feff}{}", ZYLKER.replace('\n', "\r\n"));
    assert_eq!(connector_of(&windows), connector_of(ZYLKER));
}

#[test]
fn texts_that_look_like_something_else_stay_texts() {
    let long = "x".repeat(200);
    for text in [
        "no",
        "Yes",
        "on",
        "~",
        "null",
        "true",
        "08",
        "8",
        "1e3",
        "0x1F",
        "0o7",
        ".5",
        "+1",
        "-",
        "- a",
        "?",
        ": ",
        "a: b",
        "a #b",
        "#a",
        "'a'",
        "\"a\"",
        "a\\b",
        "<<",
        "=",
        "2024-01-01",
        "12:30",
        "1_000",
        "[a]",
        "{a}",
        "&a",
        "*a",
        "!a",
        "|",
        ">",
        "%a",
        "@a",
        "`a`",
        " a",
        "a ",
        "\ta",
        "a\t",
        "a:",
        ":a",
        "",
        " ",
        "\n",
        "a\n",
        "a\nb",
        "\na",
        "a\n\n",
        "a\n\nb\n",
        " a\nb",
        "a\n b",
        "a\n \nb",
        "a\r\nb",
        "a\r",
        "---",
        "...",
        "--- a",
        "a\n---\nb",
        "a\n...\nb\n",
        "\u{0}",
        "\u{7f}",
        "\u{85}",
        "\u{a0}",
        "\u{2028}a",
        "\u{feff}a",
        "é",
        "日本",
        "😀",
        "\u{10ffff}",
        "a,b",
        "a]",
        "http://a:1/b?c#d",
        "key with blanks",
        &long,
    ] {
        for document in
            [json!({"help": text}), json!({"list": [text, [text]]}), json!({"map": {text: {text: text}}})]
        {
            if text.is_empty() && document.get("map").is_some() {
                continue; // a key cannot be empty
            }
            let file = write_document(&document);
            let read = read(file.as_bytes()).map(Document::into_value);
            assert_eq!(read, Ok(document), "{text:?} as\n{file}");
        }
    }
}

#[test]
fn a_script_stands_as_it_was_written() {
    let script = "function before_action() {\n\treturn true; // 'yes': \"#1\"\n}\n\nvar a = 1;\n";
    let file = write_document(&json!({"script": script}));
    assert!(file.starts_with("script: |\n  function before_action() {\n  \treturn true;"), "{file}");
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{1,12}",
        "[a-z]{1,8}",
        "[-?:,\\[\\]{}#&*!|>'\"%@`~\\\\ \n\t\ra0.e+]{1,10}",
        proptest::collection::vec(any::<char>(), 1..8).prop_map(|chars| chars.into_iter().collect()),
        "([a-z #:'\"-]{0,12}\n){1,4}[a-z]{0,3}",
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any_text().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::btree_map(any_text(), inner, 0..5).prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_is_read_as_it_was_written(value in any_json(), key in any_text()) {
        let document = json!({ key: value });
        let file = write_document(&document);
        let found = read(file.as_bytes()).map(Document::into_value);
        prop_assert_eq!(found.as_ref(), Ok(&document), "{}", file);
        prop_assert_eq!(write_document(&document), file);
    }

    #[test]
    fn json_is_read_as_json(value in any_json()) {
        let document = json!({ "a": value });
        for file in [document.to_string(), serde_json::to_string_pretty(&document).unwrap()] {
            // JSON lets these stand as they are; a connector does not.
            prop_assume!(!file.contains(|c: char| c.is_control() && c != '\n'));
            let found = read(file.as_bytes()).map(Document::into_value);
            prop_assert_eq!(found.as_ref(), Ok(&document), "{}", file);
        }
    }

    #[test]
    fn no_file_breaks_the_reader(file in "(?s).{0,200}") {
        let _ = check(file.as_bytes(), &known());
    }

    #[test]
    fn no_yaml_like_file_breaks_the_reader(file in "([a-z_]{1,6}|[-:?,{}\\[\\]&*!|>'\"%@` \n\t#~]{1,4}){0,40}") {
        let _ = check(file.as_bytes(), &known());
    }
}
