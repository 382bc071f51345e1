//! Files that are refused, each with the place and the words.

use super::*;
use ProblemCode as P;

/// The lines of a small connector; a line of a test takes the place of the one with its key, or comes behind.
const SMALL: [&str; 5] = [
    "patchbay: 1",
    "link_name: a",
    "name: A",
    "base_url: https://a.example/v1",
    "authentication: { type: none }",
];

fn file_with(lines: &str) -> String {
    let mut file = SMALL.map(str::to_owned).to_vec();
    let (first, rest) = lines.split_once('\n').unwrap_or((lines, ""));
    let key = first.split(':').next().unwrap_or_default();
    match file.iter_mut().find(|line| line.split(':').next() == Some(key)) {
        Some(line) => *line = first.into(),
        None => file.push(first.into()),
    }
    if !rest.is_empty() {
        file.push(rest.into());
    }
    file.join("\n") + "\n"
}

/// Everything that is wrong with a file, whether it can be read or not.
fn problems_of(file: &[u8]) -> Vec<Problem> {
    match check(file, &known()) {
        Err(problems) => problems,
        Ok((_, checked)) => checked.problems.into_iter().chain(checked.missing_for_ready).collect(),
    }
}

fn code_name(code: P) -> String {
    serde_json::to_value(code).unwrap().as_str().unwrap().to_owned()
}

/// What is missing of the expected answer.
fn differs(file: &[u8], code: &str, pointer: &str, line: Option<u32>, words: &str) -> Option<String> {
    let shown = String::from_utf8_lossy(&file[..file.len().min(300)]);
    let problems = problems_of(file);
    let found = problems.iter().find(|problem| {
        code_name(problem.code) == code && problem.pointer == pointer && problem.to_string().contains(words)
    });
    let Some(found) = found else {
        let all: Vec<_> = problems.iter().map(|p| format!("{} {p}", code_name(p.code))).collect();
        return Some(format!("no {code} at `{pointer}` with “{words}”, but {all:#?} in\n{shown}"));
    };
    let text = found.to_string().to_lowercase();
    let unwanted = ["please", "oops", "invalid", "successfully", "k33p"];
    let is_sentence = found.message.ends_with('.')
        && (found.remedy.ends_with(['.', '?'])
            || found.remedy.ends_with(r"~ \ +")
            || found.remedy.ends_with("~ &"));
    if found.line != line || !is_sentence || unwanted.iter().any(|word| text.contains(word)) {
        return Some(format!("{found} in\n{shown}"));
    }
    None
}

fn assert_none(differences: impl Iterator<Item = String>) {
    let differences: Vec<_> = differences.collect();
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
}

#[test]
fn a_file_that_cannot_be_read_says_where_and_why() {
    let deep = "[".repeat(17);
    let wide = format!("x: [{}]", "1, ".repeat(20_001));
    let large = format!("patchbay: 1\nname: {}\n", "x".repeat(10 * 1024 * 1024));
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n";
    let files = [
        (large.as_str(), P::TooLarge, "", None, "at most 1048576"),
        ("", P::Unreadable, "", Some(1), "The file is empty."),
        ("# nothing\n", P::Unreadable, "", Some(1), "The file is empty."),
        ("a: 1\n\u{0}", P::Character, "", Some(2), "control character U+0000"),
        ("a: \"\u{1b}[31m\"", P::Character, "", Some(1), "control character U+001B"),
        ("a: \u{85}b", P::Character, "", Some(1), "control character U+0085"),
        (bomb, P::Unsupported, "", Some(1), "an anchor"),
        ("a: 1\nb: *a\n", P::Unreadable, "", Some(2), "unknown anchor"),
        ("a: !!str 1\n", P::Unsupported, "", Some(1), "a tag"),
        ("a: !secret x\n", P::Unsupported, "", Some(1), "a tag"),
        ("a:\n  <<: {b: 1}\n", P::Unsupported, "", Some(2), "a merge key"),
        ("patchbay: 1\n---\npatchbay: 1\n", P::Unsupported, "", Some(2), "a second document"),
        (&deep, P::TooLarge, "", Some(1), "16 levels"),
        (&wide, P::TooLarge, "", Some(1), "20000 values"),
        ("a: 1\nb: 2\na: 3\n", P::DuplicateKey, "/a", Some(3), "`a` stands twice, first in line 1"),
        ("{\"a\": 1,\n\"a\": 2}", P::DuplicateKey, "/a", Some(2), "first in line 1"),
        ("x:\n  a: 1\n  'a': 2\n", P::DuplicateKey, "/x/a", Some(3), "Delete one of them."),
        ("a:\n\tb: 1\n", P::Unreadable, "", Some(2), "a tab is no indentation"),
        ("a: [1, 2\nb: 3\n", P::Unreadable, "", Some(2), "brackets before this place"),
        ("a: \"1\n", P::Unreadable, "", Some(1), "The file cannot be read"),
        ("a: b: c\n", P::Unreadable, "", Some(1), "The file cannot be read"),
        ("{\"patchbay\": 1,\n \"name\": \"A\"", P::Unreadable, "", Some(2), "EOF while parsing an object"),
        ("? [a]\n: 1\n", P::Unreadable, "", Some(1), "where a key belongs"),
        (": 1\n", P::Unreadable, "", Some(1), "A key is empty."),
        ("a: 123456789012345678901234567890\n", P::OutOfRange, "/a", Some(1), "too large to be kept exactly"),
        ("a: [1, 1e999]\n", P::OutOfRange, "/a/1", Some(1), "Put it in quotes"),
        ("{\"a\": 123456789012345678901234567890}", P::OutOfRange, "/a", Some(1), "kept as text"),
        ("a: .nan\n", P::OutOfRange, "/a", Some(1), "no number"),
        ("[1, 2]\n", P::WrongType, "", Some(1), "The document is no connector."),
        ("hello\n", P::WrongType, "", Some(1), "Begin it with `patchbay: 1`"),
    ];
    assert_none(files.iter().filter_map(|(file, code, pointer, line, words)| {
        differs(file.as_bytes(), &code_name(*code), pointer, *line, words)
    }));
    let bytes = [
        (b"\xff\xfea\0:\0".as_slice(), 1, "The file is written in UTF-16."),
        (b"a: 1\nname: caf\xe9\n", 2, "The file is not UTF-8."),
    ];
    assert_none(
        bytes.iter().filter_map(|(file, line, words)| differs(file, "encoding", "", Some(*line), words)),
    );
}

#[test]
fn hostile_files_of_full_size_are_refused() {
    let size = MAX_BYTES - 10;
    let repeat = |text: &str| text.repeat(size / text.len());
    let files = [
        repeat("["),
        repeat("{"),
        repeat("{\"a\":"),
        repeat("- "),
        repeat("? "),
        repeat("a: "),
        repeat("&a "),
        repeat("\"a\": "),
        repeat("[a,"),
        repeat("a: {b: [\n"),
        repeat("'"),
        repeat("\n"),
        repeat(" "),
        repeat("#"),
        repeat("a\n"),
        repeat("- a\n"),
        repeat("!"),
        repeat("|\n"),
        format!("a: \"{}", repeat("\\u0041")),
        format!("x: [{}]", repeat("a,")),
        format!("{{{}", repeat("\"a\":1,")),
    ];
    for file in files {
        assert!(!problems_of(file.as_bytes()).is_empty(), "{:?}", &file[..20]);
    }
}

#[test]
fn a_broken_rule_says_where_what_and_how() {
    let blocks =
        include_str!("examples/refused.txt").split("\n\n").map(str::trim).filter(|b| !b.starts_with('#'));
    let mut count = 0;
    assert_none(blocks.filter(|block| !block.is_empty()).filter_map(|block| {
        count += 1;
        let (lines, expected) = block.split_once("\n=> ").unwrap();
        let [code, pointer, line, words] = expected.splitn(4, " | ").collect::<Vec<_>>()[..] else {
            return Some(format!("not four parts: {expected}"));
        };
        differs(file_with(lines).as_bytes(), code, pointer, line.parse().ok(), words)
    }));
    assert!(count > 120, "only {count} blocks were found");
}
