//! Calls that are signed by OAuth 1.0a (RFC 5849 §3).

use super::{Findings, Held, Holder, Memory, Said};
use crate::{
    arrived::Arrived,
    issue::Issuer,
    oauth1::signed::{Check, Wants},
    play::{Play, Way, oauth1::OAuth1},
    walk::Walk,
};

pub(super) fn check(
    findings: &mut Findings,
    arrived: &Arrived,
    (play, way, oauth1): (&Play, &Way, &OAuth1),
    (issuer, memory): (&Issuer, &dyn Memory),
) {
    let mut walk = Walk::default();
    let wants = if oauth1.two_legged { Wants::Nothing } else { Wants::Token };
    let check = Check { memory, issuer, link_name: &play.link_name, way, oauth1, arrived };
    let checked = check.run(&mut walk, wants);
    let (steps, found) = walk.into_parts();
    findings.steps.extend(steps);
    findings.found.extend(found);
    match checked {
        Ok(signed) => {
            let person = signed.token.and_then(|(_, given)| given.about.person);
            findings.held = Some(Held::Good(Holder { person, ..Holder::default() }));
        }
        Err(problem) => {
            findings.verdict = findings.verdict.max(Some(problem.verdict()));
            findings.said = Some(Said::OAuth1(problem));
        }
    }
}
