//! The `Authorization` header.

use super::*;
use Verdict::{Malformed, Missing, Right, Wrong};

#[test]
fn basic_is_checked() {
    let play = play(vec![Authentication::Basic {
        username: fixed("user", "Aladdin"),
        password: fixed("password", "open sesame"),
    }]);
    // The first value is that of RFC 7617 §2.
    let rows = [
        ("GET /crm/h.example\nauthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", Right, ""),
        ("GET /crm/h.example\nauthorization: BASIC   QWxhZGRpbjpvcGVuIHNlc2FtZQ==", Right, ""),
        ("GET /crm/h.example", Missing, "Header `Authorization`: missing"),
        ("GET /crm/h.example\nauthorization: Basic QWxhZGRpbjo=", Wrong, "Password: empty"),
        (
            "GET /crm/h.example\nauthorization: Basic QWxhZGRpbjpub3BlMQ==",
            Wrong,
            "Password: not the one that the Lab issued",
        ),
        (
            "GET /crm/h.example\nauthorization: Basic YWxhZGRpbjpvcGVuIHNlc2FtZQ==",
            Wrong,
            "User name: right but for upper and lower case",
        ),
        (
            "GET /crm/h.example\nauthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQo=",
            Wrong,
            "Password: right but for blanks around it",
        ),
        (
            "GET /crm/h.example\nauthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ",
            Malformed,
            "Base64: not as RFC 4648 §4 writes it",
        ),
        (
            "GET /crm/h.example\nauthorization: Basic Aladdin:open sesame",
            Malformed,
            "Base64: not encoded; user name and password stand there as they are",
        ),
        (
            "GET /crm/h.example\nauthorization: Basic QWxhZGRpbg==",
            Malformed,
            "Base64: without a colon between user name and password",
        ),
        (
            "GET /crm/h.example\nauthorization: Basic",
            Malformed,
            "Base64: without a colon between user name and password",
        ),
        (
            "GET /crm/h.example\nauthorization: Bearer QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
            Malformed,
            "Scheme `Basic`: the header begins with `Bearer` instead",
        ),
        (
            "GET /crm/h.example\nauthorization: QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
            Malformed,
            "Scheme `Basic`: missing; the header begins with something else",
        ),
        (
            "GET /crm/h.example\nauthorization: Basic QQ==\nauthorization: Basic QQ==",
            Malformed,
            "Header `Authorization`: came 2 times, and a service takes one",
        ),
    ];
    assert_each(&play, &rows);
}

#[test]
fn the_password_of_basic_may_hold_colons_and_letters_beyond_ascii() {
    let play = play(vec![Authentication::Basic {
        username: fixed("user", "test"),
        password: fixed("password", "a:123£"),
    }]);
    assert_each(&play, &[("GET /crm/h.example\nauthorization: Basic dGVzdDphOjEyM8Kj", Right, "")]);
}

#[test]
fn a_half_of_basic_that_is_fixed_or_optional_may_be_empty() {
    let half = Authentication::Basic { username: fixed("user", "sk_lab"), password: fixed("password", "") };
    assert_each(&play(vec![half]), &[("GET /crm/h.example\nauthorization: Basic c2tfbGFiOg==", Right, "")]);
    let both =
        Authentication::Basic { username: optional(asked("user")), password: optional(asked("password")) };
    let rows = [
        ("GET /crm/h.example\nauthorization: Basic Og==", Right, ""),
        ("GET /crm/h.example", Right, ""),
        (
            "GET /crm/h.example\nauthorization: Basic eDo=",
            Wrong,
            "User name: not the one that the Lab issued",
        ),
    ];
    assert_each(&play(vec![both]), &rows);
}

#[test]
fn bearer_is_checked() {
    let play = play(vec![Authentication::Bearer { prefix: "Bearer".into(), token: asked("token") }]);
    let rows = [
        ("GET /crm/h.example\nauthorization: Bearer $token", Right, ""),
        ("GET /crm/h.example\nauthorization: bearer $token", Right, ""),
        ("GET /crm/h.example", Missing, "Header `Authorization`: missing"),
        (
            "GET /crm/h.example?access_token=$token",
            Missing,
            "Header `Authorization`: missing; the right value stands in the query, as `access_token`",
        ),
        (
            "GET /crm/h.example\nx-api-key: $token",
            Missing,
            "Header `Authorization`: missing; the right value stands in the header `x-api-key`",
        ),
        ("GET /crm/h.example\nauthorization: Bearer nope", Wrong, "Token: not the one that the Lab issued"),
        (
            "GET /crm/h.example\nauthorization: Bearer Bearer $token",
            Wrong,
            "Token: right but for what stands before it",
        ),
        ("GET /crm/h.example\nauthorization: Bearer", Wrong, "Token: empty"),
        (
            "GET /crm/h.example\nauthorization: $token",
            Malformed,
            "Scheme `Bearer`: missing; the header begins with something else",
        ),
        (
            "GET /crm/h.example\nauthorization: Token $token",
            Malformed,
            "Scheme `Bearer`: the header begins with `Token` instead",
        ),
    ];
    assert_each(&play, &rows);
}

#[test]
fn a_bearer_token_may_have_no_prefix_or_be_optional() {
    let bare = Authentication::Bearer { prefix: String::new(), token: asked("token") };
    let rows = [
        ("GET /crm/h.example\nauthorization: $token", Right, ""),
        (
            "GET /crm/h.example\nauthorization: Bearer $token",
            Wrong,
            "Token: right but for what stands before it",
        ),
    ];
    assert_each(&play(vec![bare]), &rows);
    let free = Authentication::Bearer { prefix: "Bearer".into(), token: optional(asked("token")) };
    let rows = [
        ("GET /crm/h.example", Right, ""),
        ("GET /crm/h.example\nauthorization: Bearer nope", Wrong, "Token: not the one that the Lab issued"),
    ];
    assert_each(&play(vec![free]), &rows);
}
