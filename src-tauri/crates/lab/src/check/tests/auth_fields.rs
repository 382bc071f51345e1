//! Auth fields in forms and JSON.

use super::*;
use crate::play::{Field, FieldKind};
use Verdict::{Malformed, Missing, Right, Wrong};

#[test]
fn auth_fields_are_checked() {
    let field = |asked, kind| Field { asked, kind, options: Vec::new() };
    let play = play(vec![Authentication::AuthFields {
        fields: vec![
            field(asked("password"), FieldKind::Text),
            field(fixed("account", "4711"), FieldKind::Number),
            field(fixed("live", "true"), FieldKind::Boolean),
            field(optional(asked("note")), FieldKind::Text),
        ],
    }]);
    const JSON: &str = "content-type: application/json";
    let rows = [
        (
            format!(
                "POST /crm/h.example\n{JSON}\n\n{{\"x\":1,\"password\":\"$password\",\"account\":4711,\"live\":true}}"
            ),
            Right,
            "",
        ),
        (format!("PUT /crm/h.example\n{FORM}\n\npassword=$password&account=4711&live=true"), Right, ""),
        (
            format!("PATCH /crm/h.example\n{FORM}\n\npassword=$password&account=4711&live=true&note=$note"),
            Right,
            "",
        ),
        (
            format!(
                "POST /crm/h.example\n{JSON}\n\n{{\"password\":\"nope\",\"account\":4711,\"live\":true}}"
            ),
            Wrong,
            "Field `password`: not the one that the Lab issued",
        ),
        (
            format!(
                "POST /crm/h.example\n{JSON}\n\n{{\"password\":\"$password\",\"account\":4712,\"live\":true}}"
            ),
            Wrong,
            "Field `account`: not the one that the Lab issued",
        ),
        (
            format!("POST /crm/h.example\n{JSON}\n\n{{\"password\":\"$password\",\"live\":true}}"),
            Missing,
            "Field `account`: missing",
        ),
        (
            format!(
                "POST /crm/h.example\n{JSON}\n\n{{\"password\":\"$password\",\"account\":\"4711\",\"live\":true}}"
            ),
            Malformed,
            "Field `account`: text, and the connector says a number",
        ),
        (
            format!(
                "POST /crm/h.example\n{JSON}\n\n{{\"password\":\"$password\",\"account\":4711,\"live\":\"true\"}}"
            ),
            Malformed,
            "Field `live`: text, and the connector says true or false",
        ),
        (
            format!("POST /crm/h.example\n{JSON}\n\n{{\"password\":7,\"account\":4711,\"live\":true}}"),
            Malformed,
            "Field `password`: a number, and the connector says text",
        ),
        (
            format!(
                "POST /crm/h.example\n{JSON}\n\n{{\"password\":\"a\",\"password\":\"$password\",\"account\":4711,\"live\":true}}"
            ),
            Malformed,
            "Field `password`: came 2 times, and a service takes one",
        ),
        (
            format!("POST /crm/h.example\n{JSON}\n\n[1]"),
            Malformed,
            "Body: JSON, but no object, in which no fields can stand",
        ),
        (
            format!("POST /crm/h.example\n{JSON}\n\n{{"),
            Malformed,
            "Body: called JSON, but is none, in which no fields can stand",
        ),
        (
            "POST /crm/h.example\ncontent-type: text/plain\n\npassword=$password".into(),
            Malformed,
            "Body: `text/plain`, in which no fields can stand",
        ),
        (
            format!("POST /crm/h.example\n{FORM}\n\npassword=$password&account=4711&live=true&live=true"),
            Malformed,
            "Field `live`: came 2 times, and a service takes one",
        ),
        ("POST /crm/h.example".into(), Missing, "Field `password`: missing"),
        (
            "GET /crm/h.example".into(),
            Missing,
            "Method: GET; the fields travel in the body of POST, PUT and PATCH",
        ),
    ];
    let rows: Vec<_> =
        rows.iter().map(|(request, verdict, why)| (request.as_str(), *verdict, *why)).collect();
    assert_each(&play, &rows);
}
