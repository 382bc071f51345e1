//! The person's part of a sign-in: who it is and what they say, on the Lab's pages or by dials.
//!
//! Nothing of it is kept: the pages post to the address that they were opened with, and each time the whole request is
//! checked again.

use crate::{
    LabError,
    answer::{Answer, Payload},
    arrived::{Body, values_of},
    desk::Desk,
    dials::{CONSENT, PERSON},
    pages::{self, Ask, Line},
    people::{Person, PersonBehaviour},
    walk::Walk,
};
use hyper::StatusCode;
use std::time::Duration;

/// How long somebody takes who takes a while.
pub(crate) const A_WHILE: Duration = Duration::from_secs(20);

/// What comes of the person's part.
pub(crate) enum Part {
    /// A page is shown, or waited for.
    Page(Answer, &'static str),
    /// The person declines; the end of a line that says so.
    No(&'static str),
    /// They agree, to these permissions.
    Agrees(Person, Vec<String>),
}

/// What a consent page comes to.
pub(crate) enum Consent {
    Page(pages::Page),
    No,
    Yes(Vec<String>),
}

/// Who it is and what they say. `lines` are the permissions that an app asks for.
pub(crate) fn part(
    desk: &Desk<'_>,
    walk: &mut Walk,
    ask: &Ask<'_>,
    hint: Option<&str>,
    lines: &[Line<'_>],
) -> Result<Part, LabError> {
    let posted = match &desk.arrived.body {
        Body::Form(pairs) => pairs.as_slice(),
        _ => &[],
    };
    let field = |key: &str| values_of(posted, key).first().copied().unwrap_or_default();
    let by_itself = desk.behaviour.text(&PERSON);
    let email = if by_itself.is_empty() { field("person") } else { &by_itself };
    let choose = |said: Option<&str>| -> Result<Part, LabError> {
        let page = pages::choose(ask, &desk.state.people()?, hint, said);
        Ok(Part::Page(Answer::of(StatusCode::OK, Payload::Page(page)), "choose a pretend person"))
    };
    if email.is_empty() || field("answer") == "other" {
        return choose(None);
    }
    let Some(person) = desk.state.person(email)? else {
        return choose(Some("Nobody of this e-mail is among the pretend people."));
    };
    walk.right("Person", person.name.clone());
    match person.behaviour {
        PersonBehaviour::WrongPassword => {
            let said = format!("{} typed a wrong password. Choose somebody else, or try again.", person.name);
            return choose(Some(&said));
        }
        PersonBehaviour::SaysNo => return Ok(Part::No("says no")),
        PersonBehaviour::SaysYes | PersonBehaviour::TakesLong => {}
    }
    Ok(match consent(desk, ask, &person, lines, posted) {
        Some(Consent::Page(page)) => {
            let mut answer = Answer::of(StatusCode::OK, Payload::Page(page));
            if person.behaviour == PersonBehaviour::TakesLong {
                answer.after = A_WHILE;
            }
            Part::Page(answer, "permissions")
        }
        Some(Consent::No) => Part::No("said no"),
        Some(Consent::Yes(scopes)) => Part::Agrees(person, scopes),
        None => Part::Agrees(person, lines.iter().map(|line| line.value.to_owned()).collect()),
    })
}

/// The agreement page, or what was said on it; `None` where none is asked for.
pub(crate) fn consent(
    desk: &Desk<'_>,
    ask: &Ask<'_>,
    person: &Person,
    lines: &[Line<'_>],
    posted: &[(String, String)],
) -> Option<Consent> {
    if !desk.behaviour.is_on(&CONSENT) {
        return None;
    }
    let answered = values_of(posted, "answer");
    Some(match answered.first().copied() {
        Some("no") => Consent::No,
        Some("yes") => {
            let ticked = values_of(posted, "scope");
            let given = lines.iter().filter(|line| line.fixed || ticked.contains(&line.value));
            Consent::Yes(given.map(|line| line.value.to_owned()).collect())
        }
        _ => Consent::Page(pages::agree(ask, person, lines)),
    })
}
