//! Sentences for people, made from facts. The window, the command line and the history read the same ones.
//!
//! Each says what happened, what is safe, what to do next, in that order, and names no protocol word before the plain
//! one. What a service said is quoted by the caller, never part of a sentence here.

pub mod diagnosis;
pub mod error;
pub mod history;
pub mod script;
pub mod sign_in;

use crate::contract::connections::{
    IntrospectionView, StatusKind, StatusView, TroubleAction, TroubleView, VerificationOutcome,
    VerificationView,
};
use domain::{
    connection::{AttentionReason, ConnectionStatus, CouldNotCheck, Verification},
    connector::Scope,
    event::{Exchange, ExchangeOutcome},
    ports::TransportClass,
};
use engine::{new_version::Asks, oauth::introspect::Introspected};

/// Where a connection stands.
pub fn status(status: &ConnectionStatus, account: Option<&str>) -> StatusView {
    let view = |kind, sentence: String| StatusView { kind, sentence };
    match status {
        ConnectionStatus::NotSignedIn => view(StatusKind::NotSignedIn, "Not signed in yet".into()),
        ConnectionStatus::Waiting => view(StatusKind::Waiting, "Waiting for you".into()),
        ConnectionStatus::Connected { verified } => {
            let sentence = match (account, verified) {
                (Some(account), _) => format!("Connected as {account}"),
                (None, Some(_)) => "Connected".into(),
                (None, None) => "Connected, not verified".into(),
            };
            view(StatusKind::Connected, sentence)
        }
        ConnectionStatus::Expiring { .. } => view(StatusKind::Expiring, "Ends soon".into()),
        ConnectionStatus::NeedsAttention { reason } => {
            view(StatusKind::NeedsAttention, attention(reason).into())
        }
        ConnectionStatus::Disabled { .. } => view(StatusKind::Disabled, "Switched off".into()),
    }
}

fn attention(reason: &AttentionReason) -> &'static str {
    match reason {
        AttentionReason::Refused { .. } => "Sign-in rejected",
        AttentionReason::SecretUnreadable => "Secret cannot be read",
        AttentionReason::OriginNotAgreed { .. } => "New address to agree to",
        AttentionReason::Ended { .. } => "Sign-in ended",
    }
}

/// What the new version of a connector asks before a connection can use it.
pub fn new_version(asks: &Asks) -> Vec<String> {
    let mut said = Vec::new();
    if asks.authentication {
        said.push("It signs in in another way.".to_owned());
    }
    if !asks.origins.is_empty() {
        said.push(format!(
            "What it signs in with would go to {}. Nobody agreed to that yet.",
            listed(&asks.origins)
        ));
    }
    if !asks.permissions.is_empty() {
        let shown = |scope: &Scope| match scope.name.is_empty() {
            true => scope.value.clone(),
            false => scope.name.clone(),
        };
        said.push(format!(
            "It asks to be allowed: {}.",
            listed(&asks.permissions.iter().map(shown).collect::<Vec<_>>())
        ));
    }
    if !asks.values.is_empty() {
        said.push(format!("It asks for: {}.", listed(&asks.values)));
    }
    said
}

/// `a`, `a and b`, `a, b and c`.
fn listed(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// What is wrong with a connection, as one card.
pub fn trouble(status: &ConnectionStatus, service: &str) -> Option<TroubleView> {
    let view = |title: String, explanation: String, action| Some(TroubleView { title, explanation, action });
    match status {
        ConnectionStatus::NeedsAttention { reason: AttentionReason::Refused { status } } => view(
            format!("{service} did not accept the sign-in"),
            format!(
                "It answered with status {status}. The values may have been changed or withdrawn at {service}. Nothing was lost here: type the values again, and the old ones stay until the new ones have worked."
            ),
            TroubleAction::Reauthorize,
        ),
        ConnectionStatus::NeedsAttention { reason: AttentionReason::SecretUnreadable } => view(
            "The sealed secret cannot be opened".into(),
            "It was sealed for another place or was damaged on the disk. The connection itself is kept: type the values again.".into(),
            TroubleAction::Reauthorize,
        ),
        ConnectionStatus::NeedsAttention { reason: AttentionReason::OriginNotAgreed { origin } } => view(
            "The connector sends to a new address".into(),
            format!("{origin} was not among the addresses that were agreed when the secret was given, so nothing was sent. Type the values again to agree to it."),
            TroubleAction::Reauthorize,
        ),
        ConnectionStatus::NeedsAttention { reason: AttentionReason::Ended { in_doubt: true, .. } } => view(
            "The outcome of the last refresh is not known".into(),
            format!("Patchbay ended while {service} was answering a refresh, so a new token may have come that nobody read, and {service} does not take the old one any more. The old one is kept, sealed. Sign in again to go on."),
            TroubleAction::Reauthorize,
        ),
        ConnectionStatus::NeedsAttention { reason: AttentionReason::Ended { code, said, .. } } => view(
            format!("{service} ended the sign-in"),
            match said {
                Some(said) => format!("It answered `{code}` to the refresh and said: “{said}”. The last token is kept, sealed. Sign in again to go on."),
                None => format!("It answered `{code}` to the refresh. The last token is kept, sealed. Sign in again to go on."),
            },
            TroubleAction::Reauthorize,
        ),
        ConnectionStatus::Disabled { .. } => view(
            "This connection is switched off".into(),
            "Its calls end at once. Its secrets are kept.".into(),
            TroubleAction::Enable,
        ),
        _ => None,
    }
}

/// What a service says about the access that it gave. `renews` tells whether fresh tokens come without the person.
pub fn introspection(said: Introspected, service: &str, renews: bool) -> IntrospectionView {
    let Introspected { active, scopes, ends, account } = said;
    let (sentence, advice) = match (active, renews) {
        (true, _) => (format!("{service} says that the access works."), None),
        (false, true) => (
            format!("{service} says that the access is over."),
            Some("Refresh it. If the service refuses, sign in again with Reauthorize."),
        ),
        (false, false) => {
            (format!("{service} says that the access is over."), Some("Sign in again with Reauthorize."))
        }
    };
    IntrospectionView {
        active,
        sentence,
        advice: advice.map(str::to_owned),
        permissions: scopes.filter(|_| active),
        expires_at: ends.filter(|_| active),
        account: account.filter(|_| active),
    }
}

/// What verify found, with the call that told it.
pub fn verified_by(found: &Verification, service: &str, call: Option<&Exchange>) -> VerificationView {
    let view = verification(found, service, call.map(|call| call.millis));
    let answered = call.and_then(|call| match call.outcome {
        ExchangeOutcome::Reply { status, .. } => Some(status),
        ExchangeOutcome::NoReply { .. } => None,
    });
    VerificationView { status: view.status.or(answered), ..view }
}

/// What verify found.
pub fn verification(found: &Verification, service: &str, millis: Option<u64>) -> VerificationView {
    let mut view = VerificationView {
        outcome: VerificationOutcome::CouldNotCheck,
        sentence: String::new(),
        advice: None,
        account: None,
        said: None,
        status: None,
        millis: millis.map(|millis| u32::try_from(millis).unwrap_or(u32::MAX)),
        diagnosis: None,
    };
    match found {
        Verification::Works { account } => {
            view.outcome = VerificationOutcome::Works;
            view.sentence = match account {
                Some(account) => format!("It works. Connected as {account}."),
                None => "It works.".into(),
            };
            view.account.clone_from(account);
        }
        Verification::Refused { status, said } => {
            view.outcome = VerificationOutcome::Refused;
            view.sentence = format!("{service} did not accept the sign-in.");
            view.advice =
                Some("The values are kept, sealed. Check them at the service and type them again.".into());
            view.said.clone_from(said);
            view.status = Some(*status);
        }
        Verification::CouldNotCheck { reason } => {
            let (sentence, advice) = could_not_check(reason, service);
            view.sentence = sentence;
            view.advice = Some(advice);
            view.status = match reason {
                CouldNotCheck::ServiceTrouble { status } | CouldNotCheck::Unexpected { status, .. } => {
                    Some(*status)
                }
                CouldNotCheck::NoRequest
                | CouldNotCheck::Script { .. }
                | CouldNotCheck::Interrupted { .. }
                | CouldNotCheck::Unreachable { .. } => None,
            };
        }
    }
    view
}

fn could_not_check(reason: &CouldNotCheck, service: &str) -> (String, String) {
    let kept = "Nothing was changed.";
    match reason {
        CouldNotCheck::NoRequest => (
            "Could not check: this connector names no request to verify with.".into(),
            "The connection can be used all the same. Name a request under Verify in the connector to have it checked.".into(),
        ),
        CouldNotCheck::Interrupted { detail } => (
            format!("Could not check: {detail}."),
            "What was typed is kept, sealed. Try again.".into(),
        ),
        CouldNotCheck::Script { event, said } => (
            format!("Could not check: the connector's script stopped it in {event}: {}.", said.trim_end_matches('.')),
            format!("{kept} Correct the script of the connector, or what it complains of."),
        ),
        CouldNotCheck::Unreachable { class, .. } => {
            let (what, next) = unreachable(*class, service);
            (format!("Could not check: {what}"), format!("{kept} {next}"))
        }
        CouldNotCheck::ServiceTrouble { status: 429 } => (
            format!("Could not check: {service} asks to wait (status 429)."),
            format!("{kept} Try again in a few minutes."),
        ),
        CouldNotCheck::ServiceTrouble { status } => (
            format!("Could not check: {service} has trouble of its own (status {status})."),
            format!("{kept} Try again later."),
        ),
        CouldNotCheck::Unexpected { status, expected } => (
            format!("Could not check: {service} answered with status {status}, and the connector expects {expected}."),
            format!(
                "{kept} If this service answers {status} to a wrong sign-in, say so in the connector under Verify. Else check the address of the request."
            ),
        ),
    }
}

/// Why a service was not reached, and what to do.
pub fn unreachable(class: TransportClass, service: &str) -> (String, &'static str) {
    match class {
        TransportClass::Resolve => (
            format!("the address of {service} was not found."),
            "Check the spelling of the address and whether this machine is online.",
        ),
        TransportClass::Connect => (
            format!("nobody answers at the address of {service}."),
            "Check the address and its port, and whether this machine is online.",
        ),
        TransportClass::Tls => (
            format!("no secure connection to {service} could be made."),
            "The certificate does not fit or is not trusted here. A company network may need its own certificate authority.",
        ),
        TransportClass::Proxy => (
            "the proxy did not let the call through.".into(),
            "Check the proxy in the settings of this machine.",
        ),
        TransportClass::Timeout => (format!("{service} did not answer in time."), "Try again later."),
        TransportClass::Broken => {
            (format!("the connection to {service} broke off."), "The request may have arrived. Try again.")
        }
        TransportClass::TooLarge => {
            (format!("the reply of {service} is too large."), "Choose a request with a smaller reply.")
        }
        TransportClass::Unreadable => {
            (format!("the reply of {service} cannot be read."), "Check that the address is one of an API.")
        }
    }
}

/// The request that verify makes, as `GET /me`.
pub fn verify_request(verify: &domain::connector::Verify) -> String {
    let target = match &verify.target {
        domain::connector::VerifyTarget::Path(path) => path.as_str(),
        domain::connector::VerifyTarget::Url(url) => url.as_str(),
    };
    format!("{} {target}", verify.method.as_http())
}
