//! Trouble on purpose: what a dial answers in the place of the service, before anything is looked at.

use crate::{
    LabError,
    answer::{Answer, Outcome, Payload},
    dials::{Behaviour, DROP_NEXT, FAIL_NEXT, FAIL_ONE_IN, LIMIT_NEXT, PAGE_NEXT, RETRY_AFTER, TROUBLE_AT},
    pages,
    state::State,
};
use hyper::{StatusCode, header};
use serde_json::json;

/// What a request is, as trouble tells requests apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// A call with a credential.
    Call,
    /// A request for tokens, or to end them.
    Token,
    /// What a person sees: never troubled, for nobody could go on.
    Page,
    /// A document about the service.
    Document,
}

impl Place {
    fn is_troubled(self, at: &str) -> bool {
        match self {
            Self::Page => false,
            Self::Call => at != "token",
            Self::Token => at != "api",
            Self::Document => at == "all",
        }
    }
}

/// The trouble that a request meets, if any. `calls` is how many there were.
pub(crate) fn make(
    state: &State,
    link_name: &str,
    behaviour: &Behaviour,
    place: Place,
    calls: u64,
) -> Result<Option<Answer>, LabError> {
    if !place.is_troubled(&behaviour.text(&TROUBLE_AT)) {
        return Ok(None);
    }
    let next = |dial| Ok::<_, LabError>(behaviour.number(dial) > 0 && state.count_down(link_name, dial)?);
    let answer = if next(&DROP_NEXT)? {
        Answer::of(StatusCode::OK, Payload::Dropped)
    } else if next(&LIMIT_NEXT)? {
        let mut answer = told(StatusCode::TOO_MANY_REQUESTS, "The Lab was told to say that it is too much.");
        answer.headers.push((header::RETRY_AFTER, behaviour.number(&RETRY_AFTER).to_string()));
        answer
    } else if next(&PAGE_NEXT)? {
        Answer::of(StatusCode::BAD_GATEWAY, Payload::Page(pages::fault("502 Bad Gateway")))
    } else if next(&FAIL_NEXT)? || is_one_in(behaviour.number(&FAIL_ONE_IN), calls) {
        told(StatusCode::INTERNAL_SERVER_ERROR, "The Lab was told to fail.")
    } else {
        return Ok(None);
    };
    Ok(Some(Answer { outcome: Outcome::Troubled, ..answer }))
}

fn told(status: StatusCode, message: &str) -> Answer {
    Answer::of(status, Payload::Json(json!({ "message": message })))
}

/// Spread so that nobody meets it in step with their own tries, and the same each time.
fn is_one_in(one_in: i64, calls: u64) -> bool {
    let spread = calls.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
    u64::try_from(one_in).is_ok_and(|one_in| one_in > 0 && spread.is_multiple_of(one_in))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{oauth, oauth1};

    #[test]
    fn about_one_call_in_so_many_fails() {
        for one_in in [1, 2, 12, 100] {
            let failed = (1..=6000).filter(|calls| is_one_in(one_in, *calls)).count();
            let expected = 6000 / usize::try_from(one_in).unwrap();
            assert!(failed.abs_diff(expected) <= expected / 5 + 5, "{one_in}: {failed}");
        }
        assert!((1..1000).all(|calls| !is_one_in(0, calls)));
    }

    #[test]
    fn no_page_is_troubled() {
        for at in ["all", "token", "api"] {
            assert!(!oauth::Endpoint::Authorize.place().is_troubled(at));
            assert!(!oauth1::Endpoint::Authorize.place().is_troubled(at));
            assert_eq!(Place::Call.is_troubled(at), at != "token");
            assert_eq!(oauth::Endpoint::Token.place().is_troubled(at), at != "api");
            assert_eq!(oauth1::Endpoint::Temporary.place().is_troubled(at), at != "api");
        }
    }
}
